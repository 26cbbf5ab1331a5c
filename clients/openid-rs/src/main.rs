//! A web application that signs people in with the openid crate, driven by Assay (clients/README.md has the contract). It
//! follows the crate's example: discovery once, auth_url() with Options, authenticate() with the code, request_userinfo().
//! In the example state is the application's task, not the crate's; so it is created here but not compared.

#[path = "../../shared/rust/doors.rs"]
mod doors;

use chrono::Duration;
use doors::{random, Leg, Party, Session};
use openid::error::{ClientError, Error as OpenidError};
use openid::{Bearer, Config, Discovered, DiscoveredClient, Options, StandardClaims, TemporalBearerGuard, Token};
use serde_json::{json, Value};
use std::future::Future;
use std::sync::{Arc, LazyLock};
use tokio::runtime::{Builder, Runtime};
use url::Url;

type Client = openid::Client<Discovered, StandardClaims>;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime"));

fn wait<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.block_on(work)
}

/// The crate's client of a relying party, made at the first sign-in.
#[derive(Clone)]
pub struct Provider(Arc<Client>);

/// The session of one browser.
#[derive(Default)]
pub struct SignIn {
    flow: Option<(Option<String>, Option<Duration>)>, // nonce and max_age
    token: Option<Token>,
}

/// Why the crate refused: the name of its error, the server's error code, the text.
pub struct Refusal {
    pub code: &'static str,
    pub error: Option<String>,
    pub message: String,
}

fn refusal(code: &'static str, message: impl ToString) -> Refusal {
    Refusal { code, error: None, message: message.to_string() }
}

// The crate has the server's error code as an enumeration; serialized as JSON it is the text that the server sent.
fn client_refusal(e: ClientError) -> Refusal {
    let error = match &e {
        ClientError::OAuth2(answer) => Some(match &answer.error {
            openid::error::OAuth2ErrorCode::Unrecognized(text) => text.clone(),
            known => snake_case(&format!("{known:?}")),
        }),
        _ => None,
    };
    Refusal { code: "ClientError", error, message: format!("{e} ({e:?})") }
}

fn snake_case(name: &str) -> String {
    let lower = name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase()));
    lower.skip(1).collect()
}

fn any_refusal(e: OpenidError) -> Refusal {
    match e {
        OpenidError::ClientError(e) => client_refusal(e),
        e => refusal("Error", format!("{e} ({e:?})")),
    }
}

async fn metadata(http: &reqwest::Client, issuer: &Url) -> Result<Config, OpenidError> {
    Ok(http.get(format!("{issuer}/.well-known/openid-configuration")).send().await?.json().await?)
}

// The crate validates the metadata, and then refuses to fetch the JWK Set without TLS. For the mock, which is without TLS on
// loopback, the application does the rest of discovery: it reads endpoints and keys with the crate's jwks_insecure().
async fn discover(id: String, secret: Option<String>, redirect: String, issuer: Url) -> Result<Client, OpenidError> {
    let http = reqwest::Client::new();
    let own = if issuer.scheme() == "http" { Some(metadata(&http, &issuer).await) } else { None };
    let judged = DiscoveredClient::discover(id.clone(), secret.clone(), Some(redirect.clone()), issuer).await;
    match (judged, own) {
        (Err(OpenidError::Insecure(_)), Some(config)) => {
            let config = config?;
            let keys = openid::jwks_insecure(&http, config.jwks_uri.clone()).await?;
            Ok(Client::new(config.into(), id, secret, Some(redirect), http, Some(keys)))
        }
        (judged, _) => judged,
    }
}

fn client_of(party: &Party) -> Result<Arc<Client>, Refusal> {
    let Provider(client) = party.provider(|| {
        let issuer = Url::parse(&party.issuer).map_err(|e| refusal("ParseError", e))?;
        let (id, secret) = (party.client_id.clone(), party.client_secret.clone());
        let made = wait(discover(id, secret, party.redirect_uri.clone(), issuer));
        made.map(|client| Provider(Arc::new(client))).map_err(any_refusal)
    })?;
    Ok(client)
}

fn report(bearer: &Bearer) -> Value {
    json!({
        "token_type": bearer.token_type,
        "scope": bearer.scope,
        "expires_in": bearer.expires_in,
        "access_token": bearer.access_token,
        "refresh_token": bearer.refresh_token,
        "claims": null,
        "userinfo": null,
    })
}

fn login(party: &Party, session: &mut Session) -> Result<String, Refusal> {
    let client = client_of(party)?;
    let age = party.extra.iter().find(|(name, _)| name == "max_age").and_then(|(_, age)| age.parse().ok());
    let nonce = party.nonce.then(random);
    let max_age = age.map(Duration::seconds);
    session.flow = Some((nonce.clone(), max_age));
    let options =
        Options { scope: Some(party.scope.clone()), state: Some(random()), nonce, max_age, ..Default::default() };
    Ok(client.auth_url(&options).into())
}

fn callback(party: &Party, session: &mut Session, query: &[(String, String)]) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let flow = session.flow.take().ok_or_else(|| refusal("no_sign_in", "no sign-in was started in this browser"));
    let (nonce, max_age) = flow?;
    // authenticate() needs a code; an authorization response without one is refused here.
    let code = query.iter().find(|(name, _)| name == "code").map(|(_, code)| code.as_str());
    let code = code.ok_or_else(|| refusal("no_code", "there is no code in the callback"))?;
    let token = wait(client.authenticate(code, nonce.as_deref(), max_age.as_ref())).map_err(any_refusal)?;
    let mut told = report(&token.bearer);
    // As in the example, the application refuses a token response without an ID Token.
    let id_token = token.id_token.as_ref().ok_or_else(|| refusal("no_id_token", "invalid token"))?;
    let claims = id_token.payload().map_err(|e| refusal("Jose", e))?;
    told["claims"] = serde_json::to_value(claims).unwrap_or_default();
    session.token = Some(token);
    Ok(told)
}

fn signed_in(session: &Session) -> Result<&Token, Refusal> {
    session.token.as_ref().ok_or_else(|| refusal("not_signed_in", "nobody is signed in in this session"))
}

fn refresh(party: &Party, session: &mut Session) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let bearer = signed_in(session)?.bearer.clone();
    let fresh = wait(client.refresh_token(TemporalBearerGuard::from(bearer), None)).map_err(client_refusal)?;
    let told = report(&fresh);
    session.token.as_mut().expect("signed in").bearer = fresh;
    Ok(told)
}

fn userinfo(party: &Party, session: &mut Session) -> Result<Value, Refusal> {
    let client = client_of(party)?;
    let token = signed_in(session)?;
    let claims = wait(client.request_userinfo(token)).map_err(any_refusal)?;
    let mut told = report(&token.bearer);
    told["userinfo"] = serde_json::to_value(claims).unwrap_or_default();
    Ok(told)
}

fn main() {
    doors::serve("openid", |leg, party, session, query| match leg {
        Leg::Login => login(party, session).map(Value::String),
        Leg::Callback => callback(party, session, query),
        Leg::Refresh => refresh(party, session),
        Leg::UserInfo => userinfo(party, session),
    });
}
