//! A web application that signs people in with the openidconnect crate, driven by Assay (clients/README.md has the contract).
//! It follows the crate's documentation: discovery, authorize_url() with PKCE and a nonce, exchange_code(), claims() of the
//! ID Token. State is the application's task in the documentation ("verify that the state matches"), so it is not compared here.

#[path = "../../shared/rust/doors.rs"]
mod doors;

use doors::{Leg, Party, Session};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims};
use openidconnect::reqwest::{blocking, redirect, Certificate};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, StandardErrorResponse, SubjectIdentifier, TokenResponse,
};
use serde_json::{json, Value};
use std::error::Error;
use std::sync::LazyLock;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

static HTTP: LazyLock<blocking::Client> = LazyLock::new(|| {
    // "Following redirects opens the client up to SSRF vulnerabilities", says the documentation.
    let mut client = blocking::ClientBuilder::new().redirect(redirect::Policy::none());
    // rustls trusts its own list of authorities and ignores SSL_CERT_FILE; so the application adds that authority.
    if let Some(file) = std::env::var_os("SSL_CERT_FILE") {
        let pem = std::fs::read(file).expect("the file that SSL_CERT_FILE names");
        client = client.add_root_certificate(Certificate::from_pem(&pem).expect("a certificate in SSL_CERT_FILE"));
    }
    client.build().expect("an HTTP client")
});

/// The crate's client of a relying party, made at the first sign-in.
#[derive(Clone)]
pub struct Provider(CoreProviderMetadata);

/// The session of one browser.
#[derive(Default)]
pub struct SignIn {
    flow: Option<(String, Nonce)>, // code_verifier and nonce
    tokens: Option<(CoreTokenResponse, SubjectIdentifier)>,
}

/// Why the crate refused: the name of its error, the server's error code, the text.
pub struct Refusal {
    pub code: &'static str,
    pub error: Option<String>,
    pub message: String,
}

/// An error with all its causes, as the crate's examples print them.
fn text_of(e: &dyn Error) -> String {
    let mut text = e.to_string();
    let mut cause = e.source();
    while let Some(e) = cause {
        text += &format!(": {e}");
        cause = e.source();
    }
    text
}

fn refusal(code: &'static str) -> impl Fn(&dyn Error) -> Refusal {
    move |e| Refusal { code, error: None, message: text_of(e) }
}

fn token_refusal<RE, T>(e: RequestTokenError<RE, StandardErrorResponse<T>>) -> Refusal
where
    RE: Error + 'static,
    T: openidconnect::ErrorResponseType + std::fmt::Display + 'static,
    StandardErrorResponse<T>: std::fmt::Display,
{
    match &e {
        RequestTokenError::ServerResponse(answer) => Refusal {
            code: "ServerResponse",
            error: Some(answer.error().to_string()),
            message: e.to_string(),
        },
        RequestTokenError::Request(_) => refusal("Request")(&e),
        RequestTokenError::Parse(..) => refusal("Parse")(&e),
        RequestTokenError::Other(_) => refusal("Other")(&e),
    }
}

fn client_of(party: &Party) -> Result<Client, Refusal> {
    let Provider(metadata) = party.provider(|| {
        let issuer = IssuerUrl::new(party.issuer.clone()).map_err(|e| refusal("IssuerUrl")(&e))?;
        CoreProviderMetadata::discover(&issuer, &*HTTP).map(Provider).map_err(|e| refusal("DiscoveryError")(&e))
    })?;
    let redirect = RedirectUrl::new(party.redirect_uri.clone()).map_err(|e| refusal("RedirectUrl")(&e))?;
    let id = ClientId::new(party.client_id.clone());
    let client = CoreClient::from_provider_metadata(metadata, id, party.client_secret.clone().map(ClientSecret::new));
    let client = client.set_redirect_uri(redirect);
    // client_secret_basic is the library's default.
    Ok(if party.auth_method == "client_secret_post" { client.set_auth_type(AuthType::RequestBody) } else { client })
}

fn report(tokens: &CoreTokenResponse) -> Value {
    json!({
        "token_type": tokens.token_type().as_ref(),
        "scope": tokens.scopes().map(|s| s.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" ")),
        "expires_in": tokens.expires_in().map(|d| d.as_secs()),
        "access_token": tokens.access_token().secret(),
        "refresh_token": tokens.refresh_token().map(|t| t.secret()),
        "claims": null,
        "userinfo": null,
    })
}

fn login(party: &Party, session: &mut Session) -> Result<String, Refusal> {
    let client = client_of(party)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_pkce_challenge(challenge);
    // The crate adds the scope openid.
    for scope in party.scope.split(' ').filter(|one| *one != "openid") {
        request = request.add_scope(Scope::new(scope.to_string()));
    }
    for (name, value) in &party.extra {
        request = request.add_extra_param(name.clone(), value.clone());
    }
    let (url, _state, nonce) = request.url();
    session.flow = Some((verifier.into_secret(), nonce));
    Ok(url.into())
}

fn callback(party: &Party, session: &mut Session, query: &[(String, String)]) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let nothing = |code, message: &str| Refusal { code, error: None, message: message.to_string() };
    let (verifier, nonce) =
        session.flow.take().ok_or_else(|| nothing("no_sign_in", "no sign-in was started in this browser"))?;
    // The crate needs a code; an authorization response without one is refused here.
    let code = query.iter().find(|(name, _)| name == "code").map(|(_, code)| AuthorizationCode::new(code.clone()));
    let code = code.ok_or_else(|| nothing("no_code", "there is no code in the callback"))?;
    let tokens = client
        .exchange_code(code)
        .map_err(|e| refusal("ConfigurationError")(&e))?
        .set_pkce_verifier(PkceCodeVerifier::new(verifier))
        .request(&*HTTP)
        .map_err(token_refusal)?;
    let id_token = tokens.id_token().ok_or_else(|| nothing("no_id_token", "the server did not return an ID token"))?;
    let claims =
        id_token.claims(&client.id_token_verifier(), &nonce).map_err(|e| refusal("ClaimsVerificationError")(&e))?;
    let mut told = report(&tokens);
    told["claims"] = serde_json::to_value(claims).unwrap_or_default();
    let subject = claims.subject().clone();
    session.tokens = Some((tokens, subject));
    Ok(told)
}

fn signed_in(session: &Session) -> Result<(CoreTokenResponse, SubjectIdentifier), Refusal> {
    let message = "nobody is signed in in this session".to_string();
    session.tokens.clone().ok_or(Refusal { code: "not_signed_in", error: None, message })
}

fn refresh(party: &Party, session: &mut Session) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let (tokens, subject) = signed_in(session)?;
    let token = match tokens.refresh_token() {
        Some(token) => RefreshToken::new(token.secret().clone()),
        None => {
            let message = "there is no refresh token in this session".to_string();
            return Err(Refusal { code: "no_refresh_token", error: None, message });
        }
    };
    let mut fresh = client
        .exchange_refresh_token(&token)
        .map_err(|e| refusal("ConfigurationError")(&e))?
        .request(&*HTTP)
        .map_err(token_refusal)?;
    // RFC 6749 §6: the response may have no refresh token; the crate returns what is in the response.
    if fresh.refresh_token().is_none() {
        fresh.set_refresh_token(Some(token));
    }
    let told = report(&fresh);
    session.tokens = Some((fresh, subject));
    Ok(told)
}

fn userinfo(party: &Party, session: &mut Session) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let (tokens, subject) = signed_in(session)?;
    let access_token = AccessToken::new(tokens.access_token().secret().clone());
    let claims: CoreUserInfoClaims = client
        .user_info(access_token, Some(subject))
        .map_err(|e| refusal("ConfigurationError")(&e))?
        .request(&*HTTP)
        .map_err(|e| refusal("UserInfoError")(&e))?;
    let mut told = report(&tokens);
    told["userinfo"] = serde_json::to_value(claims).unwrap_or_default();
    Ok(told)
}

fn main() {
    doors::serve("openidconnect", |leg, party, session, query| match leg {
        Leg::Login => login(party, session).map(Value::String),
        Leg::Callback => callback(party, session, query),
        Leg::Refresh => refresh(party, session),
        Leg::UserInfo => userinfo(party, session),
    });
}
