"""Shared by the Python applications: the endpoints of the adapter contract (clients/README.md) for one library's legs.

An application is a Flask application; a leg returns a response or the document of an outcome, and every exception in it is
a refusal of the library.
"""

import json
import logging
import os
import secrets
import signal
import sys
import threading

from flask import Flask, jsonify, redirect, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server


class NotSignedIn(Exception):
    """No user is signed in in this session."""


def report(token, **more):
    """The members of an accepted outcome, from a token response."""
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


def session_id():
    """The id of this user's browser, for data that is too large for a cookie."""
    return session.setdefault("sid", secrets.token_urlsafe(32))


class Adapter:
    """The web application of one library. `created(party)` may complete a party; leg() adds a step of the user."""

    def __init__(self, library, version, created=None):
        self.library, self.version, self.created = library, version, created
        self.parties = {}  # id -> the harness's configuration
        self.lock = threading.Lock()
        self.app = Flask(library)
        self.app.secret_key = secrets.token_bytes(32)
        self.app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
        self.app.add_url_rule("/assay/rp", view_func=self.create, methods=["POST"])
        self.app.add_url_rule("/assay/rp/<party_id>", view_func=self.remove, methods=["DELETE"])
        self.app.register_error_handler(HTTPException, refuse)

    def create(self):
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

    def remove(self, party_id):
        return ("", 204) if party_id in self.parties else ("", 404)

    def leg(self, run):
        """Registers a function of a party as the leg of that name."""
        name = run.__name__

        def view(party_id):
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

    def serve(self):
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        threading.Thread(target=end_with_parent, daemon=True).start()
        server = make_server("localhost", 0, self.app, threaded=True)
        self.origin = f"http://localhost:{server.server_port}"
        ready = {"assay_adapter": 1, "url": self.origin, "library": self.library, "version": self.version}
        print(json.dumps(ready), flush=True)
        server.serve_forever()


def rejected(leg, error):
    document = {"outcome": "rejected", "leg": leg, "code": type(error).__name__, "message": str(error)}
    code = getattr(error, "error", None)
    if isinstance(code, str):
        document["error"] = code
    return jsonify(document), 400


def refusal(status, message):
    return jsonify({"error": "invalid_request", "message": message}), status


def refuse(error):
    return refusal(error.code, error.description)


def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
