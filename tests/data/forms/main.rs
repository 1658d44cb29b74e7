//! A client and a server of `shapes.yaml` in one process. Each line of the input is what a client sends, either as it is
//! (`raw`) or as a value for the generated client (`form`, `parts`); the line of the answer says what travelled, what
//! the handler was given, and the status.

use std::io::BufRead;
use std::sync::Mutex;

use kibana_api::runtime::client::{Error, ErrorKind};
use kibana_api::runtime::serde_json::{Value, from_str, from_value, json};
use kibana_api::runtime::wire::{Field, File, Multipart, Part};
use kibana_api::server::axum::body::{Body, to_bytes};
use kibana_api::server::axum::http::{Request, Response, header::CONTENT_TYPE};
use kibana_api::server::axum::{self, Router, extract::State};
use kibana_api::server::shapes::Shapes;
use kibana_api::server::{AllowAnyone, ApiError, Builder, RequestContext};
use kibana_api::shapes::{send_bytes, send_form, send_parts};
use tower_service::Service;

/// What travelled, and what the handler was given.
static SEEN: Mutex<(Value, Value)> = Mutex::new((Value::Null, Value::Null));

struct Server;

impl Shapes for Server {
    async fn send_form(&self, _: RequestContext, request: send_form::Request) -> Result<send_form::Response, ApiError> {
        given(kibana_api::runtime::to_value(&request.body).expect("a value"));
        Ok(send_form::Response::NoContent)
    }

    async fn send_parts(&self, _: RequestContext, mut request: send_parts::Request) -> Result<send_parts::Response, ApiError> {
        let mut parts = Vec::new();
        while let Some(part) = request.body.next().await? {
            parts.push(match part {
                Part::Field(field) => json!([field.name(), field.text(), field.header("x-note")]),
                Part::File(mut file) => {
                    let about = json!([file.name(), file.content_type(), file.header("X-Rate")]);
                    while file.next().await?.is_some() {}
                    about
                }
            });
        }
        given(parts.into());
        Ok(send_parts::Response::NoContent)
    }

    async fn send_bytes(&self, _: RequestContext, request: send_bytes::Request) -> Result<send_bytes::Response, ApiError> {
        let bytes = request.body.collect(1 << 20).await?;
        given(bytes.len().into());
        Ok(send_bytes::Response::NoContent)
    }
}

fn given(value: Value) {
    SEEN.lock().expect("no handler panics").1 = value;
}

/// Keeps what travels and hands it on.
async fn seen(State(mut server): State<Router>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let media_type = parts.headers[CONTENT_TYPE].to_str().expect("text");
    let boundary = media_type.split_once("boundary=").map_or("-", |(_, boundary)| boundary);
    let text = String::from_utf8_lossy(&body).replace(boundary, "B");
    SEEN.lock().expect("no handler panics").0 = text.into();
    let request = Request::from_parts(parts, Body::from(body));
    server.call(request).await.expect("a router does not fail")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let server = Builder::new(AllowAnyone).shapes(Server).build().expect("a router");
    let router = Router::new().fallback(axum::routing::any(seen)).with_state(server);
    let client = kibana_api::client::Client::builder("http://shapes.test").expect("a URL");
    let client = client.transport(router.clone()).build().expect("a client");
    for line in std::io::stdin().lock().lines() {
        let request: Value = from_str(&line.expect("text")).expect("JSON");
        *SEEN.lock().expect("no handler panics") = Default::default();
        let said = if let Some(form) = request.get("form") {
            let form = kibana_api::runtime::from_slice::<kibana_api::shapes::Form>(form.to_string().as_bytes()).expect("a form");
            outcome(client.shapes().send_form(form).await)
        } else if let Some(parts) = request.get("parts") {
            outcome(client.shapes().send_parts(multipart(parts)).await)
        } else {
            raw(router.clone(), &request).await
        };
        let (sent, given) = std::mem::take(&mut *SEEN.lock().expect("no handler panics"));
        println!("{}", json!({ "sent": sent, "given": given, "said": said }));
    }
}

/// Parts from `[name, text, media type, headers]`; without a media type they are no files.
fn multipart(parts: &Value) -> Multipart {
    let mut body = Multipart::default();
    for part in parts.as_array().expect("a list") {
        let (name, text, media_type, headers): (String, String, Option<String>, Vec<(String, String)>) =
            from_value(part.clone()).expect("a part");
        let headers = headers.into_iter();
        body = match media_type {
            Some(media_type) => {
                let mut file = File::new(name, text);
                if !media_type.is_empty() {
                    file = file.typed(media_type);
                }
                body.file(headers.fold(file, |file, (name, text)| file.with_header(name, text)))
            }
            None => {
                let field = Field::new(name, &text).expect("text");
                body.and(Part::Field(headers.fold(field, |field, (name, text)| field.with_header(name, text))))
            }
        };
    }
    body
}

fn outcome(outcome: Result<(), Error>) -> Value {
    match outcome {
        Ok(()) => "204".into(),
        Err(error) => match error.kind() {
            ErrorKind::Refused(refused) => refused.message().unwrap_or_default().into(),
            _ => format!("{error}").into(),
        },
    }
}

/// The status, or the message of a refusal.
async fn raw(mut router: Router, request: &Value) -> Value {
    let text = |key: &str| request[key].as_str().expect("text").to_owned();
    let made = Request::post(text("path")).header("kbn-xsrf", "true").header(CONTENT_TYPE, text("media_type"));
    let made = made.body(Body::from(text("raw"))).expect("a request");
    let response = router.call(made).await.expect("a router does not fail");
    let status = response.status().as_u16().to_string();
    let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    let body: Value = kibana_api::runtime::serde_json::from_slice(&body).unwrap_or_default();
    body["message"].as_str().map_or(status, str::to_owned).into()
}
