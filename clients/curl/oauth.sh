#!/bin/sh
# A sign-in as a shell script with curl and openssl: oauth.sh STEP, with its parameters in the environment
# (ISSUER, CLIENT_ID, CLIENT_SECRET, METHOD, SCOPE, REDIRECT_URI, EXTRA) and its state in the current folder, one per browser.
# Prints the authorization URL, or the token response. Exit code 1 and an error code on stderr: refused.
set -eu

refuse() {
    printf '%s\n' "$*" >&2
    exit 1
}

# endpoint NAME: prints this endpoint of the server's metadata.
endpoint() {
    [ -f metadata ] || curl -sS --fail -o metadata "$ISSUER/.well-known/openid-configuration"
    sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" metadata
}

# parameter NAME: prints this parameter of the callback's query, percent-decoded.
parameter() {
    printf '%s' "$QUERY" | tr '&' '\n' | sed -n "s/^$1=//p" | head -n 1 | sed 's/+/ /g; s/%/\\x/g' | xargs -0 printf '%b'
}

random() { openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\n' | cut -c1-64; }

encoded() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'; }

# Posts the arguments to the token endpoint, with the client's registered authentication method.
token() {
    case $METHOD in
        client_secret_basic) set -- -u "$CLIENT_ID:$CLIENT_SECRET" "$@" ;;
        client_secret_post) set -- --data-urlencode "client_id=$CLIENT_ID" --data-urlencode "client_secret=$CLIENT_SECRET" "$@" ;;
        *) set -- --data-urlencode "client_id=$CLIENT_ID" "$@" ;;
    esac
    rm -f response
    curl -sS --fail-with-body --max-time 5 -o response -H 'Accept: application/json' "$@" "$(endpoint token_endpoint)" ||
        refuse "$(sed -n 's/.*"error": *"\([^"]*\)".*/error=\1/p' response 2>/dev/null)"
    grep -q '"access_token": *"' response || refuse 'there is no access_token in the response'
    sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p' response >fresh
    if [ -s fresh ]; then mv fresh refresh_token; fi
    cat response
}

case $1 in
    login)
        random >state
        random >verifier
        challenge=$(printf %s "$(cat verifier)" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =)
        printf '%s?response_type=code&client_id=%s&redirect_uri=%s&scope=%s&state=%s&code_challenge=%s&code_challenge_method=S256%s' \
            "$(endpoint authorization_endpoint)" "$(encoded "$CLIENT_ID")" "$(encoded "$REDIRECT_URI")" \
            "$(encoded "$SCOPE")" "$(cat state)" "$challenge" "$EXTRA"
        ;;
    callback)
        [ -f state ] || refuse 'no sign-in was started in this browser'
        expected=$(cat state)
        rm -f state
        [ "$(parameter state)" = "$expected" ] || refuse 'the state is another'
        error=$(parameter error)
        [ -z "$error" ] || refuse "error=$error"
        code=$(parameter code)
        [ -n "$code" ] || refuse 'there is no code'
        token -d grant_type=authorization_code --data-urlencode "code=$code" --data-urlencode "redirect_uri=$REDIRECT_URI" \
            -d "code_verifier=$(cat verifier)"
        ;;
    refresh)
        [ -f refresh_token ] || refuse 'there is no refresh token'
        token -d grant_type=refresh_token --data-urlencode "refresh_token=$(cat refresh_token)"
        ;;
esac
