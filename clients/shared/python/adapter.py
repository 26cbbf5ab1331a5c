"""The endpoints of the adapter contract (clients/README.md of Assay) for the legs of one client: what Assay asks of a Python program.

A program registers one function per leg (a step of the user) and calls serve():

    adapter = Adapter("my library", version("my-library"))

    @adapter.leg
    def login(party): ...       # returns the URL of the authorization request, or a Flask response that redirects there

    @adapter.leg
    def callback(party): ...    # returns report(token, claims=...)

    adapter.serve()

Further legs are refresh, userinfo, call and logout; one that is not registered answers 404. A party is what Assay has configured: a
dict with issuer, client_id, client_secret (None: a public client), token_endpoint_auth_method, scope, redirect_uri, extra (more
parameters for the authorization request) and id. `flask.request` is the request of the user. Every exception in a leg is a refusal,
reported by the name of its class.
"""

import json
import logging
import os
import secrets
import signal
import sys
import threading
from typing import Any, Callable, Optional

import flask
from flask import Flask, jsonify, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

Party = dict[str, Any]
Leg = Callable[[Party], Any]


class NotSignedIn(Exception):
    """This browser has not come that far."""


class Session(dict[str, Any]):
    """What the application keeps of one browser. A name that it does not hold is a refusal."""

    def __missing__(self, name: str) -> Any:
        raise NotSignedIn(f"this browser's session has no {name}")


def report(token: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The members of an accepted outcome, from a token response. `more`: claims (of the ID Token), userinfo."""
    return {
        "token_type": token.get("token_type"),
        "scope": token.get("scope"),
        "expires_in": token.get("expires_in"),
        "access_token": token.get("access_token"),
        "refresh_token": token.get("refresh_token"),
        "claims": None,
        "userinfo": None,
        **more,
    }


class Adapter:
    """The web application of one client. `created(party)` may complete a party; leg() adds a step of the user."""

    def __init__(self, library: str, version: str, created: Optional[Callable[[Party], None]] = None) -> None:
        self.library, self.version, self.created = library, version, created
        self.parties: dict[str, Party] = {}  # by id
        self.sessions: dict[tuple[str, str], Session] = {}  # by the ids of party and browser
        self.lock = threading.Lock()
        self.app = Flask(library)
        self.app.secret_key = secrets.token_bytes(32)
        self.app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
        self.app.add_url_rule("/assay/rp", view_func=self.create, methods=["POST"])
        self.app.add_url_rule("/assay/rp/<party_id>", view_func=self.remove, methods=["DELETE"])
        self.app.register_error_handler(HTTPException, refuse)

    def create(self) -> Any:
        wanted = request.get_json()
        if wanted.get("without"):
            return refusal(400, f"{self.library} has no validations to switch off")
        with self.lock:
            party_id = str(len(self.parties) + 1)
            self.parties[party_id] = wanted
        wanted["id"] = party_id
        wanted["redirect_uri"] = f"{self.origin}/rp/{party_id}/callback"
        if self.created:
            self.created(wanted)
        return jsonify({"id": party_id, "redirect_uri": wanted["redirect_uri"]}), 201

    def remove(self, party_id: str) -> Any:
        return ("", 204) if party_id in self.parties else ("", 404)

    def session(self, party: Party) -> Session:
        """The session of this browser at that party. It stays here: the cookie holds only its id."""
        browser = flask.session.setdefault("browser", secrets.token_urlsafe(32))
        return self.sessions.setdefault((party["id"], browser), Session())

    def leg(self, run: Leg) -> Leg:
        """Registers a function of a party as the leg of that name."""
        name = run.__name__

        def view(party_id: str) -> Any:
            party = self.parties.get(party_id)
            if party is None:
                return refusal(404, "there is no such relying party")
            try:
                result = run(party)
            except Exception as error:  # noqa: BLE001 - every refusal of the library is an outcome
                self.app.logger.info("%s rejected: %r", name, error)
                return rejected(name, error)
            if isinstance(result, str):
                return redirect(result)
            if isinstance(result, dict):
                return jsonify({"outcome": "accepted", "leg": name, **result})
            return result

        methods = ["GET"] if name in ("login", "callback") else ["POST"]
        self.app.add_url_rule(f"/rp/<party_id>/{name}", name, view, methods=methods)
        return run

    def serve(self) -> None:
        """Answers on a free port until the end of stdin or SIGTERM."""
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        threading.Thread(target=end_with_parent, daemon=True).start()
        server = make_server("localhost", 0, self.app, threaded=True)
        self.origin = f"http://localhost:{server.server_port}"
        ready = {"assay_adapter": 1, "url": self.origin, "library": self.library, "version": self.version}
        print(json.dumps(ready), flush=True)
        server.serve_forever()


def rejected(leg: str, error: Exception) -> Any:
    document = {"outcome": "rejected", "leg": leg, "code": type(error).__name__, "message": str(error)}
    code = getattr(error, "error", None)
    if isinstance(code, str):
        document["error"] = code
    return jsonify(document), 400


def refusal(status: Optional[int], message: Optional[str]) -> Any:
    return jsonify({"error": "invalid_request", "message": message}), status


def refuse(error: HTTPException) -> Any:
    return refusal(error.code, error.description)


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)
