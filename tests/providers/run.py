#!/usr/bin/env python3
"""Lets the clients that providers publish sign in at their dialects, and one use the grants without a redirect: run.py [--assay PROGRAM] [NAME...]

Each sign-in has a mock of its own, and nothing of the client is changed but URLs. setup/clients.sh installs the clients by lock file.
Exit codes: 0 all signed in, 1 one did not, 3 the clients are missing.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad"
SECONDS = 60

# Name, dialect, and what the client must have found out. Names of clients.py end in its language.
SIGN_INS = [
    # octokit splits scopes at white space, so GitHub's "repo,gist" is one scope to it.
    ("github", "github", {"user": "ada", "token": "gho_", "scopes": ["repo,gist"]}),
    ("github-app", "github-app", {"user": "ada", "token": "ghu_", "refresh": "ghr_"}),
    ("google", "google", {"user": "ada@example.com", "hd": "example.com", "first": True, "second": False}),
    ("google (Python)", "google", {"user": "ada@example.com", "hd": "example.com"}),
    ("entra-node", "entra", {"user": "ada@example.com", "tenant": TENANT}),
    ("entra (Python)", "entra", {"user": "ada@example.com", "tenant": TENANT, "ver": "2.0", "codes": [54005]}),
    ("keycloak (Python)", "keycloak", {"user": "ada@example.com", "roles": ["default-roles-demo", "offline_access", "uma_authorization"]}),
    ("slack (Python)", "slack", {"user": "user", "scope": "commands,chat:write", "user_scope": "users:read", "error": "invalid_code", "test": "ada"}),
    ("slack-openid (Python)", "slack-openid", {"user": "ada@example.com", "team": "T9TK3CUKW"}),
    ("auth0", "auth0", {"user": "ada@example.com", "audience": "https://api.acme.example"}),
    ("okta", "okta", {"user": "ada@example.com", "cid": "app", "scp": ["openid", "profile", "email"]}),
    ("connect (Python)", "connect", {"user": "acct_", "scope": "read_write"}),
    ("grants", "strict", {"exchanged": "access_token", "scope": "openid", "robot": "robot"}),
    ("authjs-apple", "apple", {}),
    ("authjs-auth0", "auth0", {}),
    ("authjs-cognito", "cognito", {}),
    ("authjs-discord", "discord", {}),
    ("authjs-entra", "entra", {}),
    ("authjs-github", "github", {}),
    ("authjs-gitlab", "gitlab", {}),
    ("authjs-google", "google", {}),
    ("authjs-keycloak", "keycloak", {}),
    ("authjs-okta", "okta", {}),
    ("authjs-slack", "slack-openid", {}),
]
# These clients accept https alone.
OVER_TLS = {"entra-node", "entra (Python)", "auth0", "authjs-entra"}
AUTHJS_IDS = {"entra": "microsoft-entra-id"}


def callback_of(name):
    if not name.startswith("authjs-") and name != "okta":
        return "http://127.0.0.1:8765/callback"
    provider = name.removeprefix("authjs-")
    return f"http://127.0.0.1:8765/auth/callback/{AUTHJS_IDS.get(provider, provider)}"


def config_of(name, dialect, key):
    client = {"client_id": "app", "client_secret": "app-secret", "redirect_uris": [callback_of(name)], "token_endpoint_auth_method": "client_secret_post"}
    if dialect == "apple":
        del client["client_secret"]
        client["jwks"] = {"keys": [key]}
    trusted = {"trusted_issuers": [{"issuer": "https://workloads.example", "jwks": {"keys": [key]}}]} if name == "grants" else {}
    return {**trusted, "dialect": dialect, "port": 0, "sign_in": "auto", "log": "off", "clients": [client]}


def new_key():
    """An EC key: the private PEM for the client, the public JWK for the mock."""
    script = ("const { generateKeyPairSync } = require('node:crypto'); const k = generateKeyPairSync('ec', { namedCurve: 'P-256' });"
              "console.log(JSON.stringify([k.privateKey.export({ type: 'pkcs8', format: 'pem' }), { ...k.publicKey.export({ format: 'jwk' }), kid: 'KEY', alg: 'ES256' }]))")
    return json.loads(subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True).stdout)


def sign_in(assay, scratch, name, dialect, want):
    pem, key = new_key() if dialect == "apple" or name == "grants" else ("", {})
    config = scratch / "serve.yaml"
    config.write_text(json.dumps(config_of(name, dialect, key)))  # JSON is YAML
    tls = ["--tls", "--tls-dir", str(scratch / "tls")] if name in OVER_TLS else []
    mock = subprocess.Popen([assay, "serve", "--config", str(config), "--exit-with-stdin", *tls], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)
    try:
        origin = json.loads(mock.stdout.readline())["origin"]
        ca = str(scratch / "tls" / "ca.pem")
        environment = {**os.environ, "PRIVATE_KEY": pem, **({"NODE_EXTRA_CA_CERTS": ca, "REQUESTS_CA_BUNDLE": ca, "SSL_CERT_FILE": ca} if tls else {})}
        program = [".venv/bin/python", "clients.py"] if name.endswith("(Python)") else ["node", "clients.mjs"]
        ran = subprocess.run([*program, name.removesuffix(" (Python)"), origin, callback_of(name)], cwd=HERE, env=environment, timeout=SECONDS,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        mock.stdin.close()
        mock.wait()
    if ran.returncode != 0:
        return f"ended with {ran.returncode}:\n{ran.stderr[-3000:]}"
    found = json.loads(ran.stdout.splitlines()[-1])
    if not found.get("user"):
        return f"found nobody: {found}"
    return next((f"{member} is {found.get(member)!r}, not {value!r}" for member, value in want.items() if found.get(member) != value), None)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--assay", default=str(ROOT / "build/release/assay"))
    options.add_argument("names", nargs="*")
    chosen = options.parse_args()
    os.environ["PATH"] = f"{ROOT / '.toolchain/bin'}{os.pathsep}{os.environ['PATH']}"
    missing = [what for what, there in (("Node.js", shutil.which("node")), ("tests/providers/node_modules", (HERE / "node_modules").is_dir()),
                                        ("tests/providers/.venv", (HERE / ".venv/bin/python").exists())) if not there]
    if missing:
        print(f"SKIPPED: no {', no '.join(missing)}; setup/clients.sh providers")
        return 3
    failed = 0
    assay = str(Path(chosen.assay).resolve())
    with tempfile.TemporaryDirectory() as scratch:
        for name, dialect, want in SIGN_INS:
            if chosen.names and name not in chosen.names and name.removesuffix(" (Python)") not in chosen.names:
                continue
            wrong = sign_in(assay, Path(scratch), name, dialect, want)
            failed += wrong is not None
            print(f"{'FAILED' if wrong else 'ok    '}  {name} at {dialect}{': ' + wrong if wrong else ''}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
