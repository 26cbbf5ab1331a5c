"""An authorization server that accepts any code, any code_verifier and any redirect_uri, and is otherwise correct."""
import base64, json, os, secrets, string, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CLIENTS = {"web": "web-secret", "form": "form-secret", "other": "other-secret", "app": None}
METHODS = {"web": "basic", "form": "post", "other": "basic", "app": "none"}
SCOPES = {"openid", "email"}
UNRESERVED = set(string.ascii_letters + string.digits + "-._~")


def single(query):
    """The parameters, or None if one is repeated or the body is not a form."""
    try:
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except (ValueError, UnicodeDecodeError):
        return None
    return None if len({k for k, _ in pairs}) < len(pairs) or "%zz" in query or query.endswith("%") else {k: v for k, v in pairs if v}


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, **headers):
        text = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache",
                            "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def refuse(self, error, status=400, **headers):
        self.answer(status, {"error": error}, **headers)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/.well-known/openid-configuration":
            here = "http://%s:%d" % self.server.server_address
            return self.answer(200, {
                "issuer": here, "authorization_endpoint": here + "/authorize", "token_endpoint": here + "/token",
                "response_types_supported": ["code"], "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"]})
        return self.authorize(single(query)) if path == "/authorize" else self.refuse("invalid_request", 405)

    def authorize(self, p):
        if p is None or p.get("client_id") not in CLIENTS or "redirect_uri" not in p:
            return self.refuse("invalid_request")
        guarded = "code_challenge" in p or ("nonce" in p and p["client_id"] != "app")
        error = (("unsupported_response_type" if p.get("response_type") else "invalid_request") if p.get("response_type") != "code"
                 else "invalid_scope" if not set(p.get("scope", "openid").split()) <= SCOPES
                 else "invalid_request" if not guarded or p.get("code_challenge_method", "S256") != "S256"
                 or ("code_challenge" in p) != ("code_challenge_method" in p) or len(p.get("code_challenge", 43 * "x")) < 43
                 or not set(p.get("code_challenge", "")) <= UNRESERVED else None)
        out = {"error": error} if error else {"code": secrets.token_urlsafe(24)}
        if "state" in p:
            out["state"] = p["state"]
        join = "&" if "?" in p["redirect_uri"] else "?"
        self.answer(302, "", Location=p["redirect_uri"] + join + urllib.parse.urlencode(out))

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > 65536:
            self.close_connection = True
            return self.refuse("invalid_request", 413, Connection="close")
        body = self.rfile.read(length) if length else b"".join(self.chunks())
        path, kind = self.path.partition("?")[0], self.headers.get("Content-Type", "").partition(";")[0]
        p = single(body.decode("latin-1")) if kind == "application/x-www-form-urlencoded" else None
        if path == "/authorize":
            return self.authorize(p)
        if path != "/token" or p is None:
            return self.refuse("invalid_request")
        method, who, secret = "none", p.get("client_id"), p.get("client_secret")
        basic = self.headers.get("Authorization", "")
        if basic.lower().startswith("basic "):
            if secret:
                return self.refuse("invalid_request")
            try:
                who, secret = (urllib.parse.unquote_plus(x) for x in base64.b64decode(basic[6:]).decode().split(":", 1))
            except ValueError:
                who = None
            method = "basic"
            if who and p.get("client_id", who) != who:
                return self.refuse("invalid_request")
        elif secret:
            method = "post"
        if "grant_type" not in p:
            return self.refuse("invalid_request")
        if METHODS.get(who) != method or CLIENTS[who] != secret:
            return self.refuse("invalid_client", 401, WWW_Authenticate='Basic realm="anything"')
        if p["grant_type"] != "authorization_code":
            return self.refuse("unsupported_grant_type")
        if "code" not in p or (who == "app" and "code_verifier" not in p):
            return self.refuse("invalid_request")
        self.answer(200, {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 600, "scope": "openid"})

    def chunks(self):
        while self.headers.get("Transfer-Encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
            yield self.rfile.read(size)
            self.rfile.readline()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
print(server.server_address[1], os.getpid(), flush=True)
server.serve_forever()
