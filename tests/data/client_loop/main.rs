//! Two servers and a client between them, in one process: the outer server hands each typed request on by way of the
//! client, the inner one keeps it and lets the mock answer. Prints a line of JSON per exchange of `requests.jsonl`.

mod services;

use std::sync::Mutex;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Request};
use kibana_api::runtime::client::{Call, Callable, Client, ErrorKind, FromAnswer, IntoCall};
use kibana_api::runtime::wire::{Operation, StatusRange};
use kibana_api::server::ApiError;
use serde_json::{Value, json};
use tower_service::Service;

/// What the handlers were given: the outer one's request, and the inner one's.
static SEEN: Mutex<(Vec<String>, Vec<String>)> = Mutex::new((Vec::new(), Vec::new()));

/// What the mock is to answer.
static WANTED: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the request that reached the inner server.
pub fn arrived(request: &impl std::fmt::Debug) {
    SEEN.lock().expect("no handler panics").1.push(format!("{request:?}"));
}

/// Hands a request of the outer server on.
pub async fn hand_on<O>(client: &Client, request: O::Request) -> Result<O::Response, ApiError>
where
    O: Callable + Operation<Request: IntoCall + std::fmt::Debug, Response: FromAnswer>,
{
    SEEN.lock().expect("no handler panics").0.push(format!("{request:?}"));
    let wanted = WANTED.lock().expect("no handler panics").clone();
    let client = match wanted {
        Some(code) => client.header(
            HeaderName::from_static("prefer"),
            HeaderValue::try_from(format!("code={code}")).expect("a code is a header"),
        ),
        None => client.clone(),
    };
    Call::<O>::new(&client, request).response().await.map_err(|error| match error.kind() {
        // Not among the documented answers: so it is handed back as it is.
        ErrorKind::Refused(refused) => {
            ApiError::new(refused.status(), refused.message().unwrap_or_default())
        }
        _ => ApiError::new(axum::http::StatusCode::IM_A_TEAPOT, error.to_string()),
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let inner = services::inner();
    let client = Client::builder("http://inner.test").expect("a URL");
    let client = client.transport(inner.clone()).build().expect("a client");
    let outer = services::outer(client);
    let operations = kibana_api::server::operations();
    for line in include_str!("../requests.jsonl").lines() {
        let request: Value = serde_json::from_str(line).expect("JSON");
        let info = operations.iter().find(|info| info.id == request["operation"]);
        let info = info.unwrap_or_else(|| panic!("{}", request["operation"]));
        let mut codes = vec![None];
        codes.extend(info.responses.iter().filter_map(|response| match response.status {
            StatusRange::Code(code) => Some(Some(code.to_string())),
            StatusRange::Class(_) | StatusRange::Default => None,
        }));
        for code in codes {
            WANTED.lock().expect("no handler panics").clone_from(&code);
            let direct = exchanged(inner.clone(), &request, code.as_deref()).await;
            *SEEN.lock().expect("no handler panics") = Default::default();
            let through = exchanged(outer.clone(), &request, code.as_deref()).await;
            let (sent, received) = std::mem::take(&mut *SEEN.lock().expect("no handler panics"));
            println!(
                "{}",
                json!({
                    "operation": request["operation"],
                    "request": request,
                    "code": code,
                    "sent": sent,
                    "received": received,
                    "direct": direct,
                    "through": through,
                })
            );
        }
    }
}

/// Status, media type and body of an answer.
async fn exchanged(mut router: axum::Router, request: &Value, code: Option<&str>) -> Value {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut made = Request::builder()
        .method(text(&request["method"]).as_str())
        .uri(text(&request["target"]))
        .header("kbn-xsrf", "true");
    for header in request["headers"].as_array().expect("a list") {
        made = made.header(text(&header[0]), text(&header[1]));
    }
    if let Some(code) = code {
        made = made.header("prefer", format!("code={code}"));
    }
    let body = Body::from(text(&request["body"]));
    let made = made.body(body).expect("a request");
    let response = router.call(made).await.expect("a router does not fail");
    let (parts, body) = response.into_parts();
    let header = |name| {
        let value: Option<&HeaderValue> = parts.headers.get(name);
        value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (media_type, location) = (header("content-type"), header("location"));
    let body = to_bytes(body, 64 << 20).await;
    json!({
        "status": parts.status.as_u16(),
        "media_type": media_type,
        "location": location,
        "body": body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|e| e.to_string()),
    })
}
