"""A Flask host around Authlib's authorization server, as a server under test.

The host brings what Authlib leaves to it: storage, sign-in, the consent page, metadata and UserInfo. Everything about the
protocol is Authlib's own classes, put together as its documentation does.
"""

import json
import logging
import os
import secrets
import signal
import sys
import threading
import time
from importlib.metadata import version

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.util import list_to_scope, scope_to_list
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import UserInfo, grants as oidc
from flask import Flask, jsonify, redirect, request, session
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
key = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"}, private=True)
scopes = ["openid", "email", "profile"]


class Client(ClientMixin):
    def __init__(self, client_id, secret, method):
        self.client_id, self.secret, self.method = client_id, secret, method
        self.redirect_uris = ["http://localhost:8765/callback", "http://localhost:8765/other"]

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.redirect_uris[0]

    def get_allowed_scope(self, scope):
        return list_to_scope([s for s in scope_to_list(scope or "") if s in scopes])

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return self.method == method

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):
    def __init__(self, **members):
        self.__dict__.update(members)
        self.auth_time = int(time.time())

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Token(TokenMixin):
    def __init__(self, client, user, members):
        self.client, self.user = client, user
        self.access_token = members["access_token"]
        self.refresh_token = members.get("refresh_token")
        self.scope = members.get("scope", "")
        self.issued_at, self.expires_in = int(time.time()), members["expires_in"]
        self.revoked = False

    def check_client(self, client):
        return self.client.client_id == client.client_id

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return self.issued_at + self.expires_in < time.time()

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return self.user

    def get_client(self):
        return self.client


clients = {
    c.client_id: c
    for c in (
        Client("web", "web-secret", "client_secret_basic"),
        Client("post", "post-secret", "client_secret_post"),
        Client("second", "second-secret", "client_secret_basic"),
        Client("spa", "", "none"),
    )
}
codes, tokens = {}, []


def claims_of(user, scope):
    claims = UserInfo(sub=user)
    if "email" in scope_to_list(scope or ""):
        claims.update(email=f"{user}@example.com", email_verified=True)
    if "profile" in scope_to_list(scope or ""):
        claims["name"] = user.capitalize()
    return claims


def find_token(text, hint):
    kinds = [hint] if hint in ("access_token", "refresh_token") else ["access_token", "refresh_token"]
    return next((t for t in tokens for kind in kinds if getattr(t, kind) == text), None)


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def save_authorization_code(self, code, request):
        data = request.payload.data
        codes[code] = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=request.payload.scope,
            user=request.user,
            nonce=data.get("nonce"),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        return found if found and found.client_id == client.client_id and found.auth_time + 300 > time.time() else None

    def delete_authorization_code(self, authorization_code):
        codes.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class OpenIDCode(oidc.OpenIDCode):
    def exists_nonce(self, nonce, request):
        return any(c.nonce == nonce and c.client_id == request.payload.client_id for c in codes.values())

    def get_jwt_config(self, grant, client=None):
        return {"key": key, "alg": "RS256", "iss": app.config["ISSUER"], "exp": 3600}

    def generate_user_info(self, user, scope):
        return claims_of(user, scope)


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = find_token(refresh_token, "refresh_token")
        return found if found and not found.revoked else None

    def authenticate_user(self, refresh_token):
        return refresh_token.user

    def revoke_old_credential(self, refresh_token):
        refresh_token.revoked = True


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def query_token(self, token_string, token_type_hint):
        return find_token(token_string, token_type_hint)

    def revoke_token(self, token, request):
        token.revoked = True


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def query_token(self, token_string, token_type_hint):
        return find_token(token_string, token_type_hint)

    def check_permission(self, token, client, request):
        return token.client.client_id == client.client_id

    def introspect_token(self, token):
        return {
            "active": True,
            "client_id": token.client.client_id,
            "scope": token.scope,
            "sub": token.user,
            "iss": app.config["ISSUER"],
            "iat": token.issued_at,
            "exp": token.issued_at + token.expires_in,
            "token_type": "Bearer",
        }


class Iss(IssuerParameter):
    def get_issuer(self):
        return app.config["ISSUER"]


class Bearer(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return find_token(token_string, "access_token")


def save_token(token, request):
    tokens.append(Token(request.client, request.user, token))


app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
app.config["OAUTH2_SCOPES_SUPPORTED"] = scopes
server = AuthorizationServer(app, query_client=clients.get, save_token=save_token)
server.register_grant(AuthorizationCodeGrant, [OpenIDCode(require_nonce=False), CodeChallenge(required=True)])
server.register_grant(RefreshTokenGrant)
server.register_endpoint(Revocation)
server.register_endpoint(Introspection)
server.register_extension(Iss())
protect = ResourceProtector()
protect.register_token_validator(Bearer())

page = '<!DOCTYPE html><html lang="en"><title>{0}</title><h1>{0}</h1><form method="post">{1}</form></html>'


@app.after_request
def forbid_framing(response):
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; form-action *"
    return response


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    if request.method == "POST" and "username" in request.form:
        session["user"] = request.form["username"]
        return redirect(request.url, 303)
    user = session.get("user")
    try:
        grant = server.get_consent_grant(end_user=user)
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    if user is None:
        return page.format("Sign in", '<label>User <input name="username"></label><button>Sign in</button>')
    if request.method == "GET":
        buttons = '<button name="decision" value="{0}">{0}</button>'
        return page.format("Allow?", buttons.format("allow") + buttons.format("deny"))
    return server.create_authorization_response(grant_user=user if request.form["decision"] == "allow" else None, grant=grant)


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response(Revocation.ENDPOINT_NAME)


@app.post("/introspect")
def introspect():
    return server.create_endpoint_response(Introspection.ENDPOINT_NAME)


@app.route("/userinfo", methods=["GET", "POST"])
@protect("openid")
def userinfo():
    return jsonify(claims_of(current_token.user, current_token.scope))


@app.get("/jwks")
def jwks():
    return jsonify({"keys": [key.as_dict(private=False)]})


@app.get("/.well-known/openid-configuration")
def metadata():
    issuer = app.config["ISSUER"]
    methods = ["client_secret_basic", "client_secret_post", "none"]
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        revocation_endpoint=f"{issuer}/revoke",
        introspection_endpoint=f"{issuer}/introspect",
        jwks_uri=f"{issuer}/jwks",
        scopes_supported=scopes,
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
        token_endpoint_auth_methods_supported=methods,
        code_challenge_methods_supported=["S256", "plain"],
        authorization_response_iss_parameter_supported=True,
    )


def main():
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["ISSUER"] = f"http://127.0.0.1:{listening.server_port}"
    # Authlib refuses http by default; the server under test listens on loopback only.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    ready = {"ready": True, "issuer": app.config["ISSUER"], "server": "Authlib", "version": version("Authlib")}
    print(json.dumps(ready), flush=True)
    listening.serve_forever()


main()
