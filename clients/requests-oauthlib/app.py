"""A Flask application that fetches tokens with requests-oauthlib, driven by Assay (clients/README.md has the contract).

One OAuth2Session per person and sign-in, as the library's documentation has it: it makes state and, being asked for it, the
PKCE pair, judges the callback's URL and redeems the code. It is told the endpoints, and knows no ID Token.
"""

import os
import sys
from importlib.metadata import version
from pathlib import Path

import requests
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

sys.path.append(str(Path(__file__).resolve().parent.parent / "shared" / "python"))
from adapter import Adapter, NotSignedIn, report  # noqa: E402
from flask import request  # noqa: E402

# The mock listens on loopback without TLS: oauthlib refuses http by default.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

adapter = Adapter("requests-oauthlib", version("requests-oauthlib"))


def endpoints(party):
    """The endpoints an operator would copy from the server's documentation, read from its metadata once."""
    if "endpoints" not in party:
        party["endpoints"] = requests.get(f"{party['issuer']}/.well-known/openid-configuration", timeout=10).json()
    return party["endpoints"]


def authentication(party):
    """The arguments that make fetch_token() and refresh_token() authenticate the client."""
    method = party["token_endpoint_auth_method"]
    if method == "client_secret_basic":
        return {"auth": HTTPBasicAuth(party["client_id"], party["client_secret"])}
    if method == "client_secret_post":
        return {"client_id": party["client_id"], "client_secret": party["client_secret"]}
    return {"client_id": party["client_id"]}


@adapter.leg
def login(party):
    oauth = OAuth2Session(
        party["client_id"], redirect_uri=party["redirect_uri"], scope=party["scope"].split(), pkce="S256"
    )
    url, _ = oauth.authorization_url(endpoints(party)["authorization_endpoint"], **(party.get("extra") or {}))
    adapter.session(party)["started"] = oauth
    return url


@adapter.leg
def callback(party):
    oauth = adapter.session(party).pop("started", None)
    if oauth is None:
        raise NotSignedIn("no sign-in was started in this browser")
    method = {"client_secret": party["client_secret"]} if party.get("client_secret") else {}
    if party["token_endpoint_auth_method"] != "client_secret_basic":
        method["include_client_id"] = True
    token = oauth.fetch_token(endpoints(party)["token_endpoint"], authorization_response=request.url, **method)
    adapter.session(party)["signed_in"] = oauth
    return report(token)


@adapter.leg
def refresh(party):
    oauth = adapter.session(party)["signed_in"]
    return report(oauth.refresh_token(endpoints(party)["token_endpoint"], **authentication(party)))


@adapter.leg
def call(party):
    oauth = adapter.session(party)["signed_in"]
    answer = oauth.get(request.form["url"], timeout=10)
    answer.raise_for_status()
    return report(oauth.token)


adapter.serve()
