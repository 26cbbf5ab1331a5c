#!/bin/sh
# The control API with curl: sh example.sh http://127.0.0.1:PORT (what `assay serve --control 0` prints as control)
set -eu
control=$1
text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# An issuer of our own; its JWK Set fails the first time.
made=$(curl -sf "$control/issuers" -d '{
  "dialect": "strict", "sign_in": "auto", "ttl_s": 60, "faults": ["jwks_status=503@1"],
  "clients": [{"client_id": "app", "client_secret": "s3cret", "redirect_uris": ["http://localhost:3000/cb"]}]}')
issuer=$(printf %s "$made" | sed 's/.*"issuer":"\([^"]*\)".*/\1/')
name=${issuer##*/}

# What a client does.
metadata=$(curl -sf "$issuer/.well-known/openid-configuration")
jwks_uri=$(printf %s "$metadata" | text jwks_uri)
token_endpoint=$(printf %s "$metadata" | text token_endpoint)
curl -s -o /dev/null "$jwks_uri"
curl -s -o /dev/null "$jwks_uri"
curl -s -o /dev/null -u app:s3cret -d grant_type=authorization_code -d code=guessed "$token_endpoint"

# An hour later, by the issuer's clock; then what it saw.
curl -sf "$control/issuers/$name/clock" -d '{"advance_s": 3600}' >/dev/null
for endpoint in jwks token; do
    curl -sf "$control/issuers/$name/journal?endpoint=$endpoint" | tr '{' '\n' |
        sed -n -e "s/^\"status\":\([0-9]*\).*/$endpoint \1/p" -e 's/.*"clause":"\(RFC 6749[^"]*\)","error".*/  refused by \1/p'
done
curl -sf -X DELETE "$control/issuers/$name"
