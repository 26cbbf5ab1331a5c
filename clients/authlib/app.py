"""A Flask application that signs people in with Authlib, driven by Assay (clients/README.md has the contract).

It uses authlib.integrations.flask_client as its documentation does: authorize_redirect() keeps state, nonce and
code_verifier in the Flask session, authorize_access_token() takes them out and validates, and everything else is the
library's decision. Outcomes are reported as JSON instead of pages.
"""

import sys
from importlib.metadata import version
from pathlib import Path

from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared" / "python"))
from adapter import Adapter, report  # noqa: E402


def authentication(party):
    """The secret or the key of the client, and the method with which the library authenticates."""
    method = party["token_endpoint_auth_method"]
    if method != "private_key_jwt":
        return party.get("client_secret"), method
    from joserfc.jwk import ECKey  # the old versions in the museum do not install it

    key = party["private_key"]
    return ECKey.import_key(key), PrivateKeyJWT(alg="ES256", headers={"kid": key["kid"]})


def register(party):
    secret, method = authentication(party)
    oauth.register(
        name=party["id"],
        client_id=party["client_id"],
        client_secret=secret,
        server_metadata_url=f"{party['issuer'].removesuffix('/')}/.well-known/openid-configuration",
        authorize_params=party.get("extra") or None,
        client_kwargs={
            "scope": party["scope"],
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": method,
        },
    )


def cache():
    """With --cache, started sign-ins are in the server's cache instead of the user's cookie, an option of the documentation."""
    if "--cache" not in sys.argv:
        return None
    from cachelib import SimpleCache

    return SimpleCache()


adapter = Adapter("Authlib", version("Authlib"), register)
oauth = OAuth(adapter.app, cache=cache())


@adapter.leg
def login(party):
    return oauth.create_client(party["id"]).authorize_redirect(party["redirect_uri"])


@adapter.leg
def callback(party):
    token = oauth.create_client(party["id"]).authorize_access_token()
    adapter.session(party)["token"] = token
    return report(token, claims=token.get("userinfo"))


@adapter.leg
def refresh(party):
    token = adapter.session(party)["token"]
    metadata = oauth.create_client(party["id"]).load_server_metadata()
    secret, method = authentication(party)
    with OAuth2Session(party["client_id"], secret, token_endpoint_auth_method=method) as client:
        fresh = client.refresh_token(metadata["token_endpoint"], refresh_token=token.get("refresh_token"))
    adapter.session(party)["token"] = fresh
    return report(fresh)


@adapter.leg
def userinfo(party):
    token = adapter.session(party)["token"]
    return report(token, userinfo=oauth.create_client(party["id"]).userinfo(token=token))


adapter.serve()
