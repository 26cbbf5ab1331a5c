"""Signs in with the clients of providers that are for Python: clients.py NAME ORIGIN CALLBACK. Nothing is changed in them but URLs.
Prints what the client found out, as one line of JSON."""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

NAME, ORIGIN, CALLBACK = sys.argv[1:]
ID, SECRET = "app", "app-secret"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sign_in(url):
    """What a browser brings to the callback: its URL."""
    try:
        urllib.request.build_opener(Stay).open(url.replace(" ", "%20"))  # python-keycloak leaves spaces to the browser
    except urllib.error.HTTPError as answer:
        location = answer.headers.get("Location", "")
        assert location.startswith(CALLBACK), f"no way back to the client: {answer.status} {answer.read()}"
        return location
    raise AssertionError("a page instead of a redirect")


def parameters(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def google():
    import os
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"
    from google.auth.transport import requests
    from google.oauth2 import id_token
    from google_auth_oauthlib.flow import Flow
    flow = Flow.from_client_config(
        {"web": {"client_id": ID, "client_secret": SECRET, "auth_uri": f"{ORIGIN}/o/oauth2/v2/auth", "token_uri": f"{ORIGIN}/token"}},
        scopes=["openid", "email"], redirect_uri=CALLBACK)
    url, _ = flow.authorization_url(access_type="offline", include_granted_scopes="true")
    flow.fetch_token(authorization_response=sign_in(url))
    claims = id_token.verify_token(flow.credentials.id_token, requests.Request(), audience=ID, certs_url=f"{ORIGIN}/oauth2/v1/certs")
    credentials = flow.credentials
    before = credentials.token
    credentials.refresh(requests.Request())
    assert credentials.token != before
    return {"user": claims["email"], "hd": claims["hd"]}


def entra():
    import msal
    app = msal.ConfidentialClientApplication(ID, client_credential=SECRET, instance_discovery=False,
                                             authority=f"{ORIGIN}/9122040d-6c67-4c5b-b112-36a304b66dad")
    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=CALLBACK)
    back = parameters(sign_in(flow["auth_uri"]))
    result = app.acquire_token_by_auth_code_flow(flow, back)
    assert "access_token" in result, result
    again = app.acquire_token_by_authorization_code(back["code"], ["User.Read"], redirect_uri=CALLBACK)
    silent = app.acquire_token_silent_with_error(["User.Read"], app.get_accounts()[0], force_refresh=True)
    assert silent and "access_token" in silent, silent
    claims = result["id_token_claims"]
    return {"user": claims["preferred_username"], "tenant": claims["tid"], "ver": claims["ver"], "codes": again["error_codes"]}


def keycloak():
    from keycloak import KeycloakOpenID
    from keycloak.exceptions import KeycloakPostError
    at = KeycloakOpenID(server_url=ORIGIN, realm_name="demo", client_id=ID, client_secret_key=SECRET)
    back = parameters(sign_in(at.auth_url(redirect_uri=CALLBACK, scope="openid email profile", state="xyz")))
    token = at.token(grant_type="authorization_code", code=back["code"], redirect_uri=CALLBACK)
    assert token["session_state"] == back["session_state"] and token["refresh_expires_in"] == 1800, token
    claims = at.decode_token(token["access_token"], validate=True, check_claims={"aud": "account"})
    user = at.userinfo(token["access_token"])
    assert at.introspect(token["access_token"])["active"]
    assert at.refresh_token(token["refresh_token"])["access_token"] != token["access_token"]
    try:
        at.token(grant_type="authorization_code", code=back["code"], redirect_uri=CALLBACK)
    except KeycloakPostError as refused:
        assert "Code not valid" in str(refused), refused
    else:
        raise AssertionError("a code was redeemed twice")
    return {"user": user["email"], "roles": claims["realm_access"]["roles"]}


def slack():
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.oauth import AuthorizeUrlGenerator
    at = AuthorizeUrlGenerator(client_id=ID, scopes=["commands", "chat:write"], user_scopes=["users:read"], redirect_uri=CALLBACK,
                               authorization_url=f"{ORIGIN}/oauth/v2/authorize")
    client = WebClient(base_url=f"{ORIGIN}/api/")
    code = parameters(sign_in(at.generate(state="xyz")))["code"]
    installed = client.oauth_v2_access(client_id=ID, client_secret=SECRET, code=code, redirect_uri=CALLBACK)
    try:
        client.oauth_v2_access(client_id=ID, client_secret=SECRET, code=code, redirect_uri=CALLBACK)
    except SlackApiError as refused:
        error = refused.response["error"]
    return {"user": installed["authed_user"]["token_type"], "scope": installed["scope"], "user_scope": installed["authed_user"]["scope"],
            "error": error, "test": WebClient(token=installed["access_token"], base_url=f"{ORIGIN}/api/").auth_test()["user"]}


def slack_openid():
    from slack_sdk import WebClient
    from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator
    at = OpenIDConnectAuthorizeUrlGenerator(client_id=ID, scopes=["openid", "email", "profile"], redirect_uri=CALLBACK,
                                            authorization_url=f"{ORIGIN}/openid/connect/authorize")
    code = parameters(sign_in(at.generate(state="xyz", nonce="n-0S6")))["code"]
    token = WebClient(base_url=f"{ORIGIN}/api/").openid_connect_token(client_id=ID, client_secret=SECRET, code=code, redirect_uri=CALLBACK)
    user = WebClient(token=token["access_token"], base_url=f"{ORIGIN}/api/").openid_connect_userInfo()
    return {"user": user["email"], "team": user["https://slack.com/team_id"]}


def connect():
    import stripe
    stripe.api_key, stripe.client_id, stripe.connect_api_base = SECRET, ID, ORIGIN
    back = parameters(sign_in(stripe.OAuth.authorize_url(scope="read_write", state="xyz", redirect_uri=CALLBACK)))
    token = stripe.OAuth.token(grant_type="authorization_code", code=back["code"])
    try:
        stripe.OAuth.token(grant_type="authorization_code", code=back["code"])
    except stripe.oauth_error.InvalidGrantError as refused:
        error = str(refused)
    return {"user": token["stripe_user_id"][:5], "scope": token["scope"], "error": error}


print(json.dumps({f.__name__.replace("_", "-"): f for f in (google, entra, keycloak, slack, slack_openid, connect)}[NAME]()))
