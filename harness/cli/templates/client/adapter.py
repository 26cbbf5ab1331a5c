"""Signs people in with Authlib, driven by Assay: put your own client in its place, step by step.

A leg is a step of the user. It does what your application does there and nothing more: what it raises is a refusal, and what
it returns has been accepted.
"""

from importlib.metadata import version

from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session

from assay_adapter import Adapter, report


def register(party):
    """Configures the client for one issuer. Assay makes an issuer for each check."""
    oauth.register(
        party["id"],
        client_id=party["client_id"],
        client_secret=party["client_secret"],
        server_metadata_url=party["issuer"].removesuffix("/") + "/.well-known/openid-configuration",
        authorize_params=party["extra"] or None,
        client_kwargs={
            "scope": party["scope"],
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": party["token_endpoint_auth_method"],
        },
    )


adapter = Adapter("Authlib", version("Authlib"), register)
oauth = OAuth(adapter.app)


@adapter.leg
def login(party):
    return oauth.create_client(party["id"]).authorize_redirect(party["redirect_uri"])


@adapter.leg
def callback(party):
    token = oauth.create_client(party["id"]).authorize_access_token()
    adapter.session(party)["token"] = token
    return report(token, claims=token.get("userinfo"))


@adapter.leg
def userinfo(party):
    token = adapter.session(party)["token"]
    return report(token, userinfo=oauth.create_client(party["id"]).userinfo(token=token))


@adapter.leg
def refresh(party):
    session = adapter.session(party)
    endpoint = oauth.create_client(party["id"]).load_server_metadata()["token_endpoint"]
    with OAuth2Session(
        party["client_id"], party["client_secret"], token_endpoint_auth_method=party["token_endpoint_auth_method"]
    ) as client:
        session["token"] = client.refresh_token(endpoint, refresh_token=session["token"].get("refresh_token"))
    return report(session["token"])


adapter.serve()
