//! Serves every group over a socket, sends the requests of `exchanges.jsonl` to it, and prints what came back and what
//! the handler had been given: a line of JSON per request.

mod services;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;

use kibana_api::runtime::Model;
use kibana_api::server::{
    ApiError, Attempt, Authenticator, Credentials, Identity, Multipart, Part, RequestContext,
};
use serde_json::{Map, Value, json};

/// What the handler of the last request was given.
static SEEN: Mutex<Option<Value>> = Mutex::new(None);

/// Lets in any API key.
pub struct AnyKey;

impl Authenticator for AnyKey {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match attempt.credentials {
            Credentials::ApiKey(_) => Ok(Identity::new("somebody")),
            _ => Err(ApiError::unauthorized("An API key, please.")),
        }
    }
}

/// Keeps what a handler was given, and tells it which of its answers is wanted.
pub fn saw(context: &RequestContext, request: Vec<(&str, Value)>) -> usize {
    let mut seen: Map<String, Value> =
        request.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    let operation = context.operation();
    let key = format!("{} {}", operation.method.to_ascii_lowercase(), operation.path);
    seen.insert("operation".into(), key.into());
    seen.insert("space".into(), context.space().into());
    *SEEN.lock().expect("no handler panics") = Some(Value::Object(seen));
    let wanted = context.headers().get("x-answer").and_then(|value| value.to_str().ok());
    wanted.and_then(|text| text.parse().ok()).expect("the number of an answer")
}

/// The parameters of one place that are there, by name.
pub fn group(fields: Vec<(&str, Option<Value>)>) -> Value {
    let fields = fields.into_iter();
    fields.filter_map(|(name, value)| Some((name.to_string(), value?))).collect()
}

/// A part of a request as JSON.
pub fn value<T: Model>(part: &T) -> Value {
    kibana_api::runtime::to_value(part).expect("what was read can be written")
}

/// The parts of a form, by name, as text.
pub async fn parts(mut form: Multipart) -> Result<Value, ApiError> {
    let mut parts = Map::new();
    while let Some(part) = form.next().await? {
        let (name, text) = match part {
            Part::Field(field) => (field.name().to_string(), field.text().to_string()),
            Part::File(mut file) => {
                let name = file.name().to_string();
                let mut bytes = Vec::new();
                while let Some(piece) = file.next().await? {
                    bytes.extend_from_slice(&piece);
                }
                (name, String::from_utf8(bytes).expect("the tests send text"))
            }
        };
        parts.insert(name, text.into());
    }
    Ok(Value::Object(parts))
}

/// A documented example as the type that a response carries.
pub fn example<T: Model>(text: &str) -> T {
    kibana_api::runtime::from_str(text).expect("an example of the document is valid")
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, services::router()).await });
    let client = tokio::task::spawn_blocking(move || {
        for line in include_str!("../exchanges.jsonl").lines() {
            let exchange: Value = serde_json::from_str(line).expect("JSON");
            println!("{}", exchanged(address, &exchange));
        }
    });
    client.await.expect("every request is answered");
}

fn exchanged(address: SocketAddr, exchange: &Value) -> Value {
    *SEEN.lock().expect("no handler panics") = None;
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = exchange["request"].as_str().expect("the text of a request");
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers in UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|text| text.parse::<u16>().ok());
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    };
    json!({
        "status": status,
        "media_type": header("content-type"),
        "length": header("content-length"),
        "body": body,
        "seen": *SEEN.lock().expect("no handler panics"),
    })
}
