#!/bin/sh
# nginx, one process, a fixed JSON response of 900 bytes to any request, configured as in its manual. Loopback only.
# usage: nginx.sh PORT [CHAIN KEY]: with these two, over TLS
set -eu
place=$(mktemp -d)
tls=''
lines=''
if [ $# = 3 ]; then
    tls=' ssl'
    lines="ssl_certificate $2; ssl_certificate_key $3; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:4m;"
fi
body=$(printf '%900s' '' | tr ' ' a)
cat > "$place/nginx.conf" <<END
daemon off;
master_process off;
pid $place/pid;
error_log /dev/null;
events { worker_connections 512; }
http {
    access_log off;
    keepalive_requests 1000000000;
    default_type application/json;
    client_body_temp_path $place; proxy_temp_path $place; fastcgi_temp_path $place; uwsgi_temp_path $place; scgi_temp_path $place;
    server {
        listen 127.0.0.1:$1$tls;
        $lines
        location / { return 200 "$body"; }
    }
}
END
exec nginx -p "$place" -c "$place/nginx.conf"
