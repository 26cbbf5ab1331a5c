"""The control API with Python's standard library: python3 example.py http://127.0.0.1:PORT"""
import base64
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

control = sys.argv[1]


def call(method, url, body=None, headers=None):
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def ask(method, path, body=None):
    status, text = call(method, control + path, json.dumps(body).encode() if body is not None else None)
    if status >= 300:
        raise RuntimeError(json.loads(text)["message"])
    return json.loads(text) if text else None


# An issuer of our own; its JWK Set fails the first time.
made = ask("POST", "/issuers", {
    "dialect": "strict", "sign_in": "auto", "ttl_s": 60, "faults": ["jwks_status=503@1"],
    "clients": [{"client_id": "app", "client_secret": "s3cret", "redirect_uris": ["http://localhost:3000/cb"]}]})
issuer = "/issuers/" + made["name"]

# What a client does.
metadata = json.loads(call("GET", made["issuer"] + "/.well-known/openid-configuration")[1])
call("GET", metadata["jwks_uri"])
call("GET", metadata["jwks_uri"])
call("POST", metadata["token_endpoint"],
     urllib.parse.urlencode({"grant_type": "authorization_code", "code": "guessed"}).encode(),
     {"Authorization": "Basic " + base64.b64encode(b"app:s3cret").decode()})

# An hour later, by the issuer's clock; then what it saw.
ask("POST", issuer + "/clock", {"advance_s": 3600})
for endpoint in ("jwks", "token"):
    for entry in ask("GET", f"{issuer}/journal?endpoint={endpoint}")["entries"]:
        print(endpoint, entry["response"]["status"])
        if entry["refusal"]:
            print("  refused by", entry["refusal"]["clause"])
ask("DELETE", issuer)
