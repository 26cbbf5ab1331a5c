//! Shared by the Rust applications: the endpoints of the adapter contract (clients/README.md) for the steps in their main.rs, which
//! has the types `Provider`, `SignIn` and `Refusal`.

use crate::{Provider, Refusal, SignIn};
use serde_json::{json, Value};
use std::collections::HashMap;
use std::fs::File;
use std::io::{copy, sink, stdin, Read};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use tiny_http::{Header, Method, Request, Response, Server};
use url::Url;

const WORKERS: usize = 4;
const BODY_MAX: u64 = 1 << 20;

pub enum Leg {
    Login,
    Callback,
    Refresh,
    UserInfo,
}

/// One relying party: the harness's configuration. Each crate uses a part of it.
#[allow(dead_code)]
pub struct Party {
    id: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    pub auth_method: String,
    pub scope: String,
    pub redirect_uri: String,
    pub nonce: bool,
    pub extra: Vec<(String, String)>,
    provider: Mutex<Option<Provider>>,
    sessions: Mutex<HashMap<String, Arc<Mutex<Session>>>>,
}

pub type Session = SignIn;

impl Party {
    /// The provider, made at the first use; an error is not kept.
    pub fn provider(&self, make: impl FnOnce() -> Result<Provider, Refusal>) -> Result<Provider, Refusal> {
        let mut kept = self.provider.lock().expect("no leg panics here");
        if kept.is_none() {
            *kept = Some(make()?);
        }
        Ok(kept.clone().expect("made above"))
    }
}

/// The result of a step: for login the URL to go to, else the members of an accepted outcome.
type Answer = dyn Fn(Leg, &Party, &mut Session, &[(String, String)]) -> Result<Value, Refusal> + Send + Sync;

struct Service {
    library: &'static str,
    origin: OnceLock<String>,
    parties: Mutex<HashMap<String, Arc<Party>>>,
    answer: Box<Answer>,
}

type Body = Response<std::io::Cursor<Vec<u8>>>;

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("ASCII")
}

fn document(status: u16, body: Value) -> Body {
    Response::from_data(body.to_string())
        .with_status_code(status)
        .with_header(header("Content-Type", "application/json"))
        .with_header(header("Cache-Control", "no-store"))
}

fn refuse(status: u16, message: &str) -> Body {
    document(status, json!({"error": "invalid_request", "message": message}))
}

/// 256 random bits as text.
pub fn random() -> String {
    let mut bytes = [0u8; 32];
    File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes)).expect("random bytes");
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn pairs(extra: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
    let members = extra.as_object().into_iter().flatten();
    members
        .flat_map(|(name, value)| match value.as_array() {
            Some(list) => list.iter().map(|one| (name.clone(), text(one))).collect(),
            None => vec![(name.clone(), text(value))],
        })
        .collect()
}

impl Service {
    fn create(&self, request: &mut Request) -> Body {
        let mut text = String::new();
        if request.as_reader().take(BODY_MAX).read_to_string(&mut text).is_err() {
            return refuse(400, "the body is no UTF-8");
        }
        let Ok(wanted) = serde_json::from_str::<Value>(&text) else {
            return refuse(400, "the body is no JSON");
        };
        if wanted["without"].as_array().is_some_and(|names| !names.is_empty()) {
            return refuse(400, &format!("{} has no validations to switch off", self.library));
        }
        let member = |name: &str| wanted[name].as_str().unwrap_or_default().to_string();
        let mut parties = self.parties.lock().expect("no panics");
        let id = random();
        let redirect_uri = format!("{}/rp/{id}/callback", self.origin.get().expect("set before serving"));
        let party = Party {
            id: id.clone(),
            issuer: member("issuer"),
            client_id: member("client_id"),
            client_secret: wanted["client_secret"].as_str().map(str::to_string),
            auth_method: member("token_endpoint_auth_method"),
            scope: member("scope"),
            redirect_uri: redirect_uri.clone(),
            nonce: wanted["nonce"].as_bool().unwrap_or(true),
            extra: pairs(&wanted["extra"]),
            provider: Mutex::default(),
            sessions: Mutex::default(),
        };
        parties.insert(id.clone(), Arc::new(party));
        document(201, json!({"id": id, "redirect_uri": redirect_uri}))
    }

    fn remove(&self, id: &str) -> Body {
        let gone = self.parties.lock().expect("no panics").remove(id);
        Response::from_data(Vec::new()).with_status_code(if gone.is_some() { 204 } else { 404 })
    }

    fn session(party: &Party, request: &Request) -> (Arc<Mutex<Session>>, Option<Header>) {
        let cookies = request.headers().iter().filter(|h| h.field.equiv("Cookie"));
        let ids: Vec<String> = cookies
            .flat_map(|h| h.value.as_str().split(';').map(str::trim).map(str::to_string).collect::<Vec<_>>())
            .filter_map(|pair| pair.strip_prefix("session=").map(str::to_string))
            .collect();
        let mut sessions = party.sessions.lock().expect("no panics");
        if let Some(session) = ids.iter().find_map(|id| sessions.get(id)) {
            return (session.clone(), None);
        }
        let (id, session) = (random(), Arc::new(Mutex::default()));
        sessions.insert(id.clone(), Arc::clone(&session));
        let cookie = format!("session={id}; Path=/rp/{}; HttpOnly; SameSite=Lax", party.id);
        (session, Some(header("Set-Cookie", &cookie)))
    }

    fn leg(&self, name: &str, leg: Leg, party: &Party, request: &Request, query: &[(String, String)]) -> Body {
        let is_login = matches!(leg, Leg::Login);
        let (session, cookie) = Self::session(party, request);
        let mut session = session.lock().expect("no panics");
        let response = match (self.answer)(leg, party, &mut session, query) {
            Ok(url) if is_login => Response::from_data(Vec::new())
                .with_status_code(302)
                .with_header(header("Location", url.as_str().unwrap_or_default())),
            Ok(mut told) => {
                told["outcome"] = json!("accepted");
                told["leg"] = json!(name);
                document(200, told)
            }
            Err(why) => {
                let mut told =
                    json!({"outcome": "rejected", "leg": name, "code": why.code, "message": why.message});
                if let Some(error) = why.error {
                    told["error"] = json!(error);
                }
                document(400, told)
            }
        };
        match cookie {
            Some(cookie) => response.with_header(cookie),
            None => response,
        }
    }

    fn route(&self, request: &mut Request) -> Body {
        let Ok(url) = Url::parse(&format!("http://localhost{}", request.url())) else {
            return refuse(400, "the target is no URL");
        };
        let path: Vec<&str> = url.path().split('/').skip(1).collect();
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let (id, name) = match (request.method(), path.as_slice()) {
            (Method::Post, ["assay", "rp"]) => return self.create(request),
            (Method::Delete, ["assay", "rp", id]) => return self.remove(id),
            (Method::Get, ["rp", id, name @ ("login" | "callback")]) => (*id, *name),
            (Method::Post, ["rp", id, name @ ("refresh" | "userinfo")]) => (*id, *name),
            _ => return refuse(404, "there is no such page"),
        };
        let party = self.parties.lock().expect("no panics").get(id).cloned();
        let Some(party) = party else {
            return refuse(404, "there is no such relying party");
        };
        let leg = match name {
            "login" => Leg::Login,
            "callback" => Leg::Callback,
            "refresh" => Leg::Refresh,
            _ => Leg::UserInfo,
        };
        self.leg(name, leg, &party, request, &query)
    }
}

/// The version of the crate in Cargo.lock.
fn locked_version(library: &str) -> &'static str {
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
    let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{library}\"")));
    entry.and_then(|e| e.split("version = \"").nth(1)).and_then(|v| v.split('"').next()).unwrap_or_default()
}

/// Answers on a free port until the end of stdin or SIGTERM.
pub fn serve<F>(library: &'static str, answer: F)
where
    F: Fn(Leg, &Party, &mut Session, &[(String, String)]) -> Result<Value, Refusal> + Send + Sync + 'static,
{
    let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
    let port = server.server_addr().to_ip().expect("an IP address").port();
    let origin = format!("http://localhost:{port}");
    let service = Arc::new(Service {
        library,
        origin: OnceLock::from(origin.clone()),
        parties: Mutex::default(),
        answer: Box::new(answer),
    });
    for _ in 0..WORKERS {
        let (server, service) = (Arc::clone(&server), Arc::clone(&service));
        thread::spawn(move || {
            while let Ok(mut request) = server.recv() {
                let response = service.route(&mut request);
                let _ = request.respond(response);
            }
        });
    }
    println!("{}", json!({"assay_adapter": 1, "url": origin, "library": library, "version": locked_version(library)}));
    let _ = copy(&mut stdin(), &mut sink());
}
