"""A web application with its own sign-in and no adapter for Assay: it takes its configuration from the
environment and the command line, and compares no state. A sign-in begins with a link (/login) or, guarded against forged
requests, with a form (/begin)."""

import base64
import http.server
import json
import os
import secrets
import sys
import urllib.parse
import urllib.request

issuer, client_id, redirect_uri, port = sys.argv[1:]
people = {}  # session -> signed-in user
with urllib.request.urlopen(issuer + "/.well-known/openid-configuration") as answer:
    metadata = json.load(answer)


def redeem(code):
    basic = base64.b64encode(f"{client_id}:{os.environ['CLIENT_SECRET']}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    request = urllib.request.Request(
        metadata["token_endpoint"], urllib.parse.urlencode(form).encode(), {"Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(request) as answer:
        token = json.load(answer)["access_token"]
    about = urllib.request.Request(metadata["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(about) as answer:
        return json.load(answer)["sub"]


PAGE = """<form action="/search"><input name="q"></form>
<form action="/start" method="post"><input type="hidden" name="guard" value="{guard}">
<button name="with" value="nobody">Not this one</button>
<button name="with" value="openid">Sign in</button></form>"""


class Doors(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def say(self, status, text, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def ask(self):
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri, "scope": "openid"}
        asked |= {"state": secrets.token_urlsafe(16), "nonce": secrets.token_urlsafe(16)}
        self.say(302, "", Location=metadata["authorization_endpoint"] + "?" + urllib.parse.urlencode(asked))

    def do_POST(self):
        sent = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        own = f"http://{self.headers['Host']}" == self.headers.get("Origin")
        if own and sent.get("with") == "openid" and f"guard={sent.get('guard')}" in self.headers.get("Cookie", ""):
            self.ask()
        else:
            self.say(400, "This request is forged.")

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/login":
            self.ask()
        elif path == "/begin":
            guard = secrets.token_urlsafe(16)
            self.say(200, PAGE.format(guard=guard), Content_Type="text/html", Set_Cookie=f"guard={guard}; HttpOnly")
        elif path == "/callback":
            try:
                who = redeem(dict(urllib.parse.parse_qsl(query)).get("code", ""))
            except Exception as error:
                self.say(403, f"No: {error}")
                return
            session = secrets.token_urlsafe(16)
            people[session] = who
            self.say(302, "", Location="/", Set_Cookie=f"who={session}; HttpOnly")
        else:
            cookie = self.headers.get("Cookie", "").partition("who=")[2]
            self.say(200, f"Hello {people[cookie]}!" if cookie in people else "Who are you?")


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Doors).serve_forever()
