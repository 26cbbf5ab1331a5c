"""An authorization server whose sign-in page needs JavaScript and has no form, with dynamic registration (RFC 7591, 7592)."""
import json, os, secrets, sys, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><title>Sign in</title><div id="root"></div><script>
const root = document.getElementById('root');
root.innerHTML = '<input name="username"><input name="password" type="password"><button>Sign in</button>';
root.querySelector('button').onclick = async () => {
  const [username, password] = ['username', 'password'].map((name) => root.querySelector(`[name=${name}]`).value);
  const answer = await fetch('/session', { method: 'POST', body: JSON.stringify({ username, password }) });
  if (answer.ok) location.reload();
};
</script>"""
clients, sessions, codes = {}, {}, {}
DIES_AFTER = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize  # requests
seen = {"requests": 0, "registered": 0, "deleted": 0, "signed_in": 0}


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def parse_request(self):
        read = super().parse_request()
        seen["requests"] += 1
        if seen["requests"] > DIES_AFTER:
            os._exit(0)
        return read

    def answer(self, status, body=b"", kind="application/json", **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Cache-Control": "no-store", "Pragma": "no-cache", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def here(self):
        return "http://127.0.0.1:%d" % self.server.server_address[1]

    def do_GET(self):
        path, _, query = self.path.partition("?")
        p = dict(urllib.parse.parse_qsl(query))
        if path == "/.well-known/openid-configuration":
            return self.answer(200, {
                "issuer": self.here(), "authorization_endpoint": self.here() + "/authorize",
                "token_endpoint": self.here() + "/token", "registration_endpoint": self.here() + "/register",
                "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"]})
        if path == "/seen":
            return self.answer(200, {**seen, "clients": len(clients)})
        if path != "/authorize" or p.get("client_id") not in clients:
            return self.answer(400, {"error": "invalid_request"})
        cookie = self.headers.get("Cookie", "").partition("sid=")[2]
        if cookie not in sessions:
            return self.answer(200, PAGE.encode(), "text/html; charset=utf-8")
        code = secrets.token_urlsafe(24)
        codes[code] = p["client_id"]
        back = {"code": code, **({"state": p["state"]} if "state" in p else {})}
        self.answer(302, Location=p["redirect_uri"] + "?" + urllib.parse.urlencode(back))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/session":
            who = json.loads(body)
            if who != {"username": "ada", "password": "correct horse"}:
                return self.answer(401, {})
            sid = secrets.token_urlsafe(24)
            sessions[sid] = who["username"]
            seen["signed_in"] += 1
            return self.answer(200, {}, Set_Cookie=f"sid={sid}; HttpOnly; Path=/")
        if self.path == "/register":
            client = {"client_id": secrets.token_urlsafe(9), "client_secret": secrets.token_urlsafe(24),
                      **json.loads(body), "registration_access_token": secrets.token_urlsafe(24)}
            client["registration_client_uri"] = self.here() + "/register/" + client["client_id"]
            clients[client["client_id"]] = client
            seen["registered"] += 1
            return self.answer(201, client)
        p = dict(urllib.parse.parse_qsl(body.decode()))
        if self.path != "/token" or codes.pop(p.get("code"), None) is None:
            return self.answer(400, {"error": "invalid_grant"})
        self.answer(200, {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 600})

    def do_DELETE(self):
        client = clients.get(self.path.rpartition("/")[2])
        if client is None or self.headers.get("Authorization") != "Bearer " + client["registration_access_token"]:
            return self.answer(401, {"error": "invalid_token"})
        del clients[client["client_id"]]
        seen["deleted"] += 1
        self.answer(204)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
print(server.server_address[1], os.getpid(), flush=True)
server.serve_forever()
