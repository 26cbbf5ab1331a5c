"""A Flask application that fetches tokens with Authlib's OAuth2Session and verifies the ID Token with authlib.jose.

The key is the one of the JWK Set that the token's header names, as PEM; jwt.decode() is told no algorithm, as its
documentation's first example has it, and what becomes of the token's alg is the library's decision.
"""

import base64
import json
import secrets
import sys
from importlib.metadata import version
from pathlib import Path

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from flask import request

sys.path.append(str(Path(__file__).resolve().parents[2] / "shared" / "python"))
from adapter import Adapter, report  # noqa: E402

adapter = Adapter("Authlib", version("Authlib"))


def metadata(party):
    if "metadata" not in party:
        party["metadata"] = requests.get(f"{party['issuer']}/.well-known/openid-configuration", timeout=10).json()
    return party["metadata"]


def client(party):
    return OAuth2Session(
        party["client_id"], party["client_secret"], scope=party["scope"], redirect_uri=party["redirect_uri"]
    )


def key_of(party, id_token):
    head = id_token.split(".")[0]
    kid = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    keys = requests.get(metadata(party)["jwks_uri"], timeout=10).json()["keys"]
    jwk = next(one for one in keys if one["kid"] == kid)
    return JsonWebKey.import_key(jwk).as_pem()


@adapter.leg
def login(party):
    endpoint = metadata(party)["authorization_endpoint"]
    return client(party).create_authorization_url(endpoint, nonce=secrets.token_urlsafe(16))[0]


@adapter.leg
def callback(party):
    token = client(party).fetch_token(
        metadata(party)["token_endpoint"], grant_type="authorization_code", code=request.args.get("code")
    )
    claims = jwt.decode(token["id_token"], key_of(party, token["id_token"]))
    claims.validate()
    return report(token, claims=dict(claims))


adapter.serve()
