"""ory hydra with the pages that a deployment supplies: login, consent and logout, each a form and one call of its admin API."""

import json
import secrets
import subprocess
import sys
import tempfile
import urllib.error
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))
from shared import host  # noqa: E402

folder = tempfile.TemporaryDirectory()
public_port, admin_port = host.free_ports(2)
issuer = f"http://127.0.0.1:{public_port}"
admin = f"http://127.0.0.1:{admin_port}/admin"
redirect_uris = ["http://localhost:8765/callback", "http://localhost:8765/other"]
clients = [
    ("web", "web-secret", "client_secret_basic"),
    ("post", "post-secret", "client_secret_post"),
    ("second", "second-secret", "client_secret_basic"),
    ("spa", "", "none"),
]
page = '<!DOCTYPE html><html lang="en"><title>{0}</title><h1>{0}</h1>{1}</html>'
login_form = """<form method="post"><label>User <input name="username"></label>
<label>Password <input name="password" type="password"></label><button>Sign in</button></form>"""
consent_form = """<form method="post"><button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button></form>"""
logout_form = '<form method="post"><button>Sign out</button></form>'
forms = {"login": login_form, "consent": consent_form, "logout": logout_form}


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer_with(self.open_page)

    def do_POST(self):
        self.answer_with(self.take_form)

    def answer_with(self, handler):
        try:
            handler()
        except urllib.error.HTTPError as refused:
            # A challenge that hydra does not know, or that was used, comes from the browser: it is refused.
            self.show(400 if refused.code < 500 else 502, "That did not work", f"hydra answered {refused.code}")

    def open_page(self):
        kind, challenge = self.asked()
        asked = host.call("GET", self.request_url(kind, "", challenge)) if kind else {}
        if kind == "login" and asked["skip"]:
            self.decide(kind, "accept", challenge, {"subject": asked["subject"]})
        elif kind == "consent" and asked["skip"]:
            self.allow(challenge, asked)
        elif kind == "logout" and asked.get("rp_initiated"):
            self.decide(kind, "accept", challenge, {})
        elif kind:
            self.show(200, kind.capitalize(), forms[kind])
        else:
            query = parse_qs(urlsplit(self.path).query)
            self.show(400, "That did not work", escape(" ".join(query.get("error", []) + query.get("error_description", []))))

    def take_form(self):
        kind, challenge = self.asked()
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if kind == "login":
            if form.get("username") != ["ada"] or form.get("password") != ["ada-password"]:
                self.show(200, "Wrong user or password", login_form)
            else:
                self.decide(kind, "accept", challenge, {"subject": "ada", "remember": True, "remember_for": 3600})
        elif kind == "logout":
            self.decide(kind, "accept", challenge, {})
        elif form.get("decision") == ["allow"]:
            self.allow(challenge, host.call("GET", self.request_url(kind, "", challenge)))
        else:
            self.decide(kind, "reject", challenge, {"error": "access_denied", "error_description": "The person said no"})

    def allow(self, challenge, asked):
        granted = asked["requested_scope"]
        claims = {"email": "ada@example.com", "email_verified": True} if "email" in granted else {}
        grant = {"grant_scope": granted, "grant_access_token_audience": asked["requested_access_token_audience"]}
        kept = {"remember": True, "remember_for": 3600, "session": {"id_token": claims}}
        self.decide("consent", "accept", challenge, {**grant, **kept})

    def asked(self):
        kind = urlsplit(self.path).path.strip("/")
        challenge = parse_qs(urlsplit(self.path).query).get(kind + "_challenge", [""])[0]
        return (kind, challenge) if kind in ("login", "consent", "logout") and challenge else ("", "")

    def request_url(self, kind, verb, challenge):
        return f"{admin}/oauth2/auth/requests/{kind}{verb}?" + urlencode({kind + "_challenge": challenge})

    def decide(self, kind, verb, challenge, document):
        to = host.call("PUT", self.request_url(kind, "/" + verb, challenge), document)["redirect_to"]
        self.answer(303, [("Location", to)], b"")

    def show(self, status, title, content):
        self.answer(status, [("Content-Type", "text/html; charset=utf-8")], page.format(title, content).encode())

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body))), ("Referrer-Policy", "no-referrer")]:
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def configuration(pages):
    here = f"http://127.0.0.1:{pages}"
    return {
        # As in hydra's own quickstart. With SQLite in memory, connections share a cache whose locks do not wait.
        "dsn": f"sqlite://{folder.name}/hydra.sqlite?_fk=true&max_conns=20&max_idle_conns=4",
        "log": {"level": "error"},
        "sqa": {"opt_out": True},
        "secrets": {"system": [secrets.token_hex(32)]},
        "serve": {
            "public": {
                "host": "127.0.0.1",
                "port": public_port,
                "request_log": {"disable_for_health": True},
                "cors": {"enabled": True, "allowed_origins": ["http://localhost:8765"]},
            },
            "admin": {"host": "127.0.0.1", "port": admin_port},
        },
        "urls": {
            "self": {"issuer": issuer},
            "login": here + "/login",
            "consent": here + "/consent",
            "logout": here + "/logout",
            "error": here + "/error",
            "post_logout_redirect": here + "/done",
        },
        "oidc": {"dynamic_client_registration": {"enabled": True, "default_scope": ["openid", "offline_access", "email", "profile"]}},
        "webfinger": {
            "oidc_discovery": {
                "client_registration_url": issuer + "/oauth2/register",
                "supported_scope": ["email", "profile"],
                "supported_claims": ["email", "email_verified"],
            }
        },
    }


def main():
    pages = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    pages.request_queue_size = 128
    # hydra watches the file for changes, so it must not be deleted. --dev allows http. The sign-in pages are at another origin.
    file = Path(folder.name, "hydra.json")
    file.write_text(json.dumps(configuration(pages.server_port)))
    migrate = ["bin/hydra", "migrate", "sql", "up", "--yes", "--read-from-env", "--config", str(file)]
    migrated = subprocess.run(migrate, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if migrated.returncode != 0:
        sys.exit(migrated.stdout[-2000:])
    host.start(["bin/hydra", "serve", "all", "--dev", "--config", str(file)])
    host.wait_for(f"http://127.0.0.1:{admin_port}/health/ready", 60)
    for client_id, secret, method in clients:
        document = {
            "client_id": client_id,
            "client_name": client_id,
            "token_endpoint_auth_method": method,
            "redirect_uris": redirect_uris,
            "grant_types": ["authorization_code", "refresh_token"] + ["client_credentials"] * (client_id == "second"),
            "response_types": ["code"],
            "scope": "openid offline offline_access email profile",
        }
        host.call("POST", admin + "/clients", {**document, "client_secret": secret} if secret else document)
    version = host.call("GET", f"http://127.0.0.1:{admin_port}/version")["version"]
    host.ready(issuer, "hydra", version)
    pages.serve_forever()


main()
