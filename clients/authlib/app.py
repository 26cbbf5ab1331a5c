"""A Flask application that signs people in with Authlib, driven by Assay (clients/README.md has the contract).

It uses authlib.integrations.flask_client as its documentation does: authorize_redirect() keeps state, nonce and
code_verifier in the Flask session, authorize_access_token() takes them out and validates, and everything else is the
library's decision. Outcomes are reported as JSON instead of pages.
"""

import json
import logging
import os
import secrets
import signal
import sys
import threading
from importlib.metadata import version

from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, jsonify, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
oauth = OAuth(app)

parties = {}  # id -> what the harness asked for
tokens = {}  # (id, session id) -> the token of that person at that party
lock = threading.Lock()


class NotSignedIn(Exception):
    pass


def accepted(leg, token, **more):
    return jsonify(
        {
            "outcome": "accepted",
            "leg": leg,
            "token_type": token.get("token_type"),
            "scope": token.get("scope"),
            "expires_in": token.get("expires_in"),
            "access_token": token.get("access_token"),
            "refresh_token": token.get("refresh_token"),
            "claims": token.get("userinfo"),
            "userinfo": None,
            **more,
        }
    )


def rejected(leg, error):
    code = getattr(error, "error", None)
    document = {"outcome": "rejected", "leg": leg, "code": type(error).__name__, "message": str(error)}
    if isinstance(code, str):
        document["error"] = code
    return jsonify(document), 400


def reported(leg):
    """The person would see a page; Assay sees what the library said."""

    def wrap(view):
        def run(party_id):
            if party_id not in parties:
                return jsonify({"error": "not_found"}), 404
            try:
                return view(party_id)
            except Exception as error:  # noqa: BLE001 - every refusal of the library is an outcome
                app.logger.info("%s rejected: %r", leg, error)
                return rejected(leg, error)

        run.__name__ = leg
        return run

    return wrap


@app.post("/assay/rp")
def create():
    wanted = request.get_json()
    if wanted.get("without"):
        return jsonify({"error": "invalid_request", "message": "Authlib has no validations to switch off"}), 400
    with lock:
        party_id = str(len(parties) + 1)
        parties[party_id] = wanted
    oauth.register(
        name=party_id,
        client_id=wanted["client_id"],
        client_secret=wanted.get("client_secret"),
        server_metadata_url=f"{wanted['issuer']}/.well-known/openid-configuration",
        authorize_params=wanted.get("extra") or None,
        client_kwargs={
            "scope": wanted["scope"],
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": wanted["token_endpoint_auth_method"],
        },
    )
    wanted["redirect_uri"] = f"{app.config['ORIGIN']}/rp/{party_id}/callback"
    return jsonify({"id": party_id, "redirect_uri": wanted["redirect_uri"]}), 201


@app.delete("/assay/rp/<party_id>")
def remove(party_id):
    return ("", 204) if parties.get(party_id) else ("", 404)


@app.get("/rp/<party_id>/login")
@reported("login")
def login(party_id):
    return oauth.create_client(party_id).authorize_redirect(parties[party_id]["redirect_uri"])


@app.get("/rp/<party_id>/callback")
@reported("callback")
def callback(party_id):
    token = oauth.create_client(party_id).authorize_access_token()
    session.setdefault("sid", secrets.token_urlsafe(32))
    tokens[party_id, session["sid"]] = token
    return accepted("callback", token)


def current_token(party_id):
    token = tokens.get((party_id, session.get("sid")))
    if token is None:
        raise NotSignedIn("nobody is signed in in this session")
    return token


@app.post("/rp/<party_id>/refresh")
@reported("refresh")
def refresh(party_id):
    party, token = parties[party_id], current_token(party_id)
    metadata = oauth.create_client(party_id).load_server_metadata()
    with OAuth2Session(
        party["client_id"],
        party.get("client_secret"),
        token_endpoint_auth_method=party["token_endpoint_auth_method"],
    ) as client:
        fresh = client.refresh_token(metadata["token_endpoint"], refresh_token=token.get("refresh_token"))
    tokens[party_id, session["sid"]] = fresh
    return accepted("refresh", fresh)


@app.post("/rp/<party_id>/userinfo")
@reported("userinfo")
def userinfo(party_id):
    token = current_token(party_id)
    return accepted("userinfo", token, userinfo=oauth.create_client(party_id).userinfo(token=token))


@app.errorhandler(HTTPException)
def refuse(error):
    return jsonify({"error": "invalid_request", "message": error.description}), error.code


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=end_with_parent, daemon=True).start()
    server = make_server("localhost", 0, app, threaded=True)
    app.config["ORIGIN"] = f"http://localhost:{server.server_port}"
    ready = {"assay_adapter": 1, "url": app.config["ORIGIN"], "library": "Authlib", "version": version("Authlib")}
    print(json.dumps(ready), flush=True)
    server.serve_forever()


main()
