"""The endpoints of the adapter contract (clients/README.md) for a shell client: oauth.sh does all the work.

One folder a browser holds what the script remembers; this program carries requests in and outcomes out.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

SCRIPT = str(Path(__file__).resolve().parent / "oauth.sh")
MEMORY = tempfile.mkdtemp(prefix="assay-curl-")
METHODS = {"login": "GET", "callback": "GET", "refresh": "POST"}
parties = {}  # id -> the harness's configuration


def end(*_):
    shutil.rmtree(MEMORY, ignore_errors=True)
    os._exit(0)


def run(party, leg, folder, query):
    extra = "".join(
        f"&{quote(name, safe='')}={quote(str(one), safe='')}"
        for name, value in (party.get("extra") or {}).items()
        for one in (value if isinstance(value, list) else [value])
    )
    variables = {
        "ISSUER": party["issuer"],
        "CLIENT_ID": party["client_id"],
        "CLIENT_SECRET": party.get("client_secret") or "",
        "METHOD": party["token_endpoint_auth_method"],
        "SCOPE": party["scope"],
        "REDIRECT_URI": party["redirect_uri"],
        "EXTRA": extra,
        "QUERY": query,
        "PATH": os.environ["PATH"],
    }
    if "CURL_CA_BUNDLE" in os.environ:
        variables["CURL_CA_BUNDLE"] = os.environ["CURL_CA_BUNDLE"]
    return subprocess.run([SCRIPT, leg], cwd=folder, env=variables, capture_output=True, check=False)


def outcome(leg, done):
    """The script's output as the contract's document. A response that the script accepts may still not be JSON."""
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace").strip()
        told = {"outcome": "rejected", "leg": leg, "code": f"exit {done.returncode}", "message": message}
        if match := re.search(r"error=(\S+)$", message):
            told["error"] = match.group(1)
        return 400, told
    try:
        token = json.loads(done.stdout)
    except ValueError:
        token = {}
    told = {name: token.get(name) for name in ("token_type", "scope", "expires_in", "access_token", "refresh_token")}
    return 200, {"outcome": "accepted", "leg": leg, **told, "claims": None, "userinfo": None}


class Doors(BaseHTTPRequestHandler):
    def answer(self, status, document=None, headers=()):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def create(self):
        wanted = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if wanted.get("without"):
            return self.answer(400, {"error": "invalid_request", "message": "curl has no validations to switch off"})
        party_id = secrets.token_hex(8)
        wanted["redirect_uri"] = f"http://localhost:{self.server.server_port}/rp/{party_id}/callback"
        parties[party_id] = wanted
        return self.answer(201, {"id": party_id, "redirect_uri": wanted["redirect_uri"]})

    def leg(self, party_id, leg, query):
        party = parties.get(party_id)
        if party is None or METHODS.get(leg) != self.command:
            return self.answer(404, {"error": "not_found"})
        headers = []
        match = re.search(r"session=([\w-]+)", self.headers.get("Cookie", ""))
        session = match.group(1) if match else secrets.token_urlsafe(24)
        folder = Path(MEMORY, party_id, session)
        if not match:
            headers.append(("Set-Cookie", f"session={session}; Path=/rp/{party_id}; HttpOnly; SameSite=Lax"))
        folder.mkdir(parents=True, exist_ok=True)
        done = run(party, leg, folder, query)
        if leg == "login" and done.returncode == 0:
            return self.answer(302, None, [*headers, ("Location", done.stdout.decode())])
        return self.answer(*outcome(leg, done), headers)

    def route(self):
        target = urlsplit(self.path)
        path = target.path.split("/")[1:]
        if self.command == "POST" and path == ["assay", "rp"]:
            return self.create()
        if self.command == "DELETE" and path[:2] == ["assay", "rp"] and len(path) == 3:
            return self.answer(204 if parties.pop(path[2], None) else 404)
        if len(path) == 3 and path[0] == "rp":
            return self.leg(path[1], path[2], target.query)
        return self.answer(404, {"error": "not_found"})

    do_GET = do_POST = do_DELETE = route
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


def main():
    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), end()), daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Doors)
    said = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    url = f"http://localhost:{server.server_port}"
    print(json.dumps({"assay_adapter": 1, "url": url, "library": "curl", "version": said.split()[1]}), flush=True)
    server.serve_forever()


main()
