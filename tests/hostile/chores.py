"""What happens at a mock during a soak beside the load: faults, keys, clocks, issuers, clients, connections. Each chore checks
what it did; a difference is an error that the soak reports."""
import base64
import http.client
import json
import os
import random
import socket
import urllib.parse

FORM = "application/x-www-form-urlencoded"
FILLER = "filler"  # an issuer that only fills stores; the load is at the issuer at /
LOADED = "default"
VICTIM = "soak-victim"  # the client at the loaded issuer that has the faults
SECRET = "soak-secret-of-its-own"


class Mock:
    """One connection to the mock and one to its control API, kept."""

    def __init__(self, origin, control):
        self.at = urllib.parse.urlsplit(origin).netloc
        self.control_at = urllib.parse.urlsplit(control).netloc
        self.connections = {}

    def ask(self, netloc, method, target, body=b"", headers=None):
        for attempt in (0, 1):  # a kept connection may have been closed meanwhile
            kept = self.connections.setdefault(netloc, http.client.HTTPConnection(netloc, timeout=30))
            try:
                kept.request(method, target, body, headers or {})
                answer = kept.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                kept.close()
                if attempt:
                    raise
        return 0, b""

    def control(self, method, target, body=None, expected=(200, 201, 204)):
        status, text = self.ask(self.control_at, method, target, b"" if body is None else json.dumps(body).encode())
        if status not in expected:
            raise AssertionError(f"{method} {target} of the control API answered {status}: {text[:200]!r}")
        return json.loads(text) if text else {}

    def form(self, target, parameters, client=None):
        headers = {"Content-Type": FORM}
        if client:
            headers["Authorization"] = "Basic " + base64.b64encode(":".join(client).encode()).decode()
        status, text = self.ask(self.at, "POST", target, urllib.parse.urlencode(parameters).encode(), headers)
        return status, json.loads(text) if text.startswith(b"{") else {}

    def close(self):
        for one in self.connections.values():
            one.close()


def expect(what, got, wanted):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, and {wanted!r} was expected")


def client(name):
    return {"client_id": name, "client_secret": SECRET, "redirect_uris": ["http://127.0.0.1:1/cb"],
            "grant_types": ["client_credentials", "authorization_code", "refresh_token"]}


def prepare(mock):
    """Two clients and an issuer that stay for the whole soak."""
    mock.control("POST", f"/issuers/{LOADED}/clients", client(VICTIM))
    for name in ("demo-web", "demo-post", "demo-spa"):
        # A store that is full drops its oldest tokens, so those of the load are renewed before they are old.
        path = f"/issuers/{LOADED}/clients/{name}"
        mock.control("PUT", path, {**mock.control("GET", path), "lifetimes": {"access_token": 120}})
    mock.control("POST", "/issuers", {"name": FILLER, "dialect": "strict", "sign_in": "auto", "clients": [client("app")]})


def issue(mock, prefix, name):
    return mock.form(prefix + "/token", {"grant_type": "client_credentials"}, (name, SECRET))


def switch_faults(mock, turn):
    """On and off at the loaded issuer, for one client, which the load does not use."""
    path = f"/issuers/{LOADED}/faults"
    status = 500 + turn % 4
    mock.control("PUT", path, [{"fault": "token_status", "status": status, "client": VICTIM}, {"fault": "tcp_delay", "ms": 1, "client": VICTIM, "at": "jwks"}])
    expect("with token_status", issue(mock, "", VICTIM)[0], status)
    mock.control("DELETE", path)
    expect("without a fault", issue(mock, "", VICTIM)[0], 200)


def live_and_die(mock, turn):
    """An issuer with a client, a fault, a key and a clock of its own, from its start to its end."""
    name = f"soak-{turn}"
    mock.control("POST", "/issuers", {"name": name, "dialect": "strict", "clients": [client("app")],
                                      "faults": ["id_token_aud_wrong"] if turn % 2 else []})
    prefix = "/i/" + name
    status, token = issue(mock, prefix, "app")
    expect("a token of a new issuer", status, 200)
    known = {"token": token["access_token"]}
    expect("an active token", mock.form(prefix + "/introspect", known, ("app", SECRET))[1].get("active"), True)
    kid = mock.control("GET", f"/issuers/{name}/keys")["signing"]
    if mock.control("POST", f"/issuers/{name}/keys", {"keep_old": turn % 2 == 0})["signing"] == kid:
        raise AssertionError("the key is the same after its rotation")
    mock.control("POST", f"/issuers/{name}/clock", {"advance_s": 86400 * 400})
    expect("a token after 400 days", mock.form(prefix + "/introspect", known, ("app", SECRET))[1].get("active"), False)
    mock.control("DELETE", f"/issuers/{name}")
    expect("an issuer that has ended", mock.ask(mock.at, "GET", prefix + "/jwks")[0], 404)


def rotate(mock, _turn):
    """The key and the clock of the loaded issuer; its clock by less than any lifetime, and back."""
    mock.control("POST", f"/issuers/{LOADED}/keys", {})
    mock.control("POST", f"/issuers/{LOADED}/clock", {"advance_s": 2})
    mock.control("POST", f"/issuers/{LOADED}/clock", {"real": True})


def register(mock, turn):
    """Somebody who registers, with a long name."""
    body = json.dumps({"redirect_uris": ["https://client.test/cb"], "client_name": f"{turn} " + "n" * 20_000}).encode()
    status, _ = mock.ask(mock.at, "POST", f"/i/{FILLER}/register", body, {"Content-Type": "application/json"})
    expect("a registration", status, 201)


def fill(mock, turn):
    """Codes, tokens, pushed requests and sessions, more than there is room for."""
    mock.control("POST", f"/issuers/{FILLER}/mint", {"client_id": "app", "count": 100})
    mock.control("POST", f"/issuers/{FILLER}/mint/tokens", {"client_id": "app", "count": 300})
    asking = {"client_id": "app", "response_type": "code", "scope": "openid", "redirect_uri": "http://127.0.0.1:1/cb",
              "code_challenge": "c" * 43, "code_challenge_method": "S256", "nonce": str(turn)}
    status, pushed = mock.form(f"/i/{FILLER}/par", {**asking, "state": "s" * 20_000}, ("app", SECRET))
    expect("a pushed request", status, 201)
    for _ in range(20):
        target = f"/i/{FILLER}/authorize?" + urllib.parse.urlencode({**asking, "state": "s"})
        expect("a sign-in", mock.ask(mock.at, "GET", target)[0] in (302, 303), True)
    del pushed


def fault_issuer(mock, turn):
    """One of many issuers by URL, with a long entry in its journal."""
    target = f"/f/token_status={500 + turn % 90}@{1 + turn % 5000}"
    status, _ = mock.ask(mock.at, "GET", f"{target}/jwks", headers={"X-Long": "l" * 20_000})
    expect("a fault issuer", status, 200)


class Connections:
    """Connections that come, say little and leave: some orderly, some by a reset."""

    def __init__(self):
        self.held = []

    def __call__(self, mock, turn):
        host, port = mock.at.rsplit(":", 1)
        for n in range(5):
            s = socket.create_connection((host, int(port)), 10)
            s.sendall(b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf"[:10 + 20 * n])
            self.held.append(s)
        while len(self.held) > 50:
            self.held.pop(random.randrange(len(self.held))).close()

    def close(self):
        for s in self.held:
            s.close()
        self.held = []


def watch(mock, _turn):
    """What somebody looks at."""
    for target in (f"/issuers/{LOADED}/journal?limit=50", f"/issuers/{FILLER}/journal.har?limit=20", "/orphans", "/issuers"):
        mock.control("GET", target)
    expect("the inspector", mock.ask(mock.at, "GET", "/inspector/")[0], 200)


def stores(mock):
    """{store: (used, share)} of /metrics."""
    _, text = mock.ask(mock.control_at, "GET", "/metrics")
    rows = {}
    for line in text.decode().splitlines():
        for kind in ("budget", "used"):
            if line.startswith(f'assay_store_{kind}_bytes{{store="'):
                rows.setdefault(line.split('"')[1], {})[kind] = int(line.rsplit(" ", 1)[1])
    return {name: (row["used"], row["budget"]) for name, row in rows.items()}


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def of_status(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(field + ":"))
