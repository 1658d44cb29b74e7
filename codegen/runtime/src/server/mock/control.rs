//! What a test does to a fake beside calling it: its state, the requests that came in, faults on purpose. Knows HTTP;
//! knows no operation.
//!
//! | below [`CONTROL`] | |
//! |---|---|
//! | `GET`, `PUT`, `POST`, `DELETE` `/state` | read it, replace it, add to it, forget it |
//! | `GET`, `DELETE` `/requests` | those that came in, the last first; forget them |
//! | `GET`, `POST`, `DELETE` `/faults` | those that wait; add one; forget them |

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use serde_json::{Value, json};

use super::engine::Mock;
use super::state::state_of;
use super::store::clock;
use super::watch::{Fault, Received};
use crate::server::{Answered, ApiError, Bytes};

/// The path that control stands below. It needs no credentials: a fake has no secrets.
pub const CONTROL: &str = "/_fake";

/// The most bytes of a body that are remembered. Of larger ones it is only said how large they were.
const BODY: u64 = 64 << 10;
/// The most bytes of a state.
const STATE: usize = 64 << 20;

impl Mock {
    /// A router whose requests are watched, with control at [`CONTROL`]: state, requests and faults over HTTP.
    pub fn watched(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), watch))
    }
}

async fn watch(State(mock): State<Mock>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix(CONTROL) {
        return control(&mock, rest, request).await;
    }
    let fault = mock.watch.fault(request.method(), &path);
    let (mut received, request) = note(request).await;
    if let Some(fault) = &fault
        && !fault.delay.is_zero()
    {
        tokio::time::sleep(fault.delay).await;
    }
    let response = match &fault {
        Some(Fault { drop: true, .. }) => broken_off(),
        Some(Fault {
            status: Some(status),
            ..
        }) => ApiError::new(*status, "This went wrong on purpose.").into_response(),
        _ => next.run(request).await,
    };
    let (problem, response) = problem(response).await;
    received.status = response.status().as_u16();
    received.problem = problem;
    let answered = response.extensions().get::<Answered>();
    received.operation = answered.map(|a| format!("{} {}", a.operation.method, a.operation.path));
    mock.watch.received(received);
    response
}

/// What is remembered of a request.
async fn note(request: Request) -> (Received, Request) {
    let (parts, body) = request.into_parts();
    let small = body.size_hint().upper().is_some_and(|bytes| bytes <= BODY);
    let (noted, body) = match small {
        true => match to_bytes(body, usize::MAX).await {
            Ok(bytes) => {
                let json = serde_json::from_slice(&bytes).ok();
                let text = || match bytes.is_empty() {
                    true => Value::Null,
                    false => Value::from(String::from_utf8_lossy(&bytes).into_owned()),
                };
                (json.unwrap_or_else(text), Body::from(bytes))
            }
            // The body was cut off: so it is for whoever reads it next.
            Err(_) => (Value::Null, broken_off().into_body()),
        },
        false => (Value::Null, body),
    };
    let received = Received {
        at: clock::text(clock::millis()),
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        headers: shown(&parts.headers),
        body: noted,
        operation: None,
        status: 0,
        problem: None,
    };
    (received, Request::from_parts(parts, body))
}

/// Headers without credentials.
fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    const SECRET: [HeaderName; 3] = [
        AUTHORIZATION,
        COOKIE,
        HeaderName::from_static("proxy-authorization"),
    ];
    let headers = headers.iter().filter(|(name, _)| !SECRET.contains(name));
    headers
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// What an error says.
async fn problem(response: Response<Body>) -> (Option<String>, Response<Body>) {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let small = response
        .body()
        .size_hint()
        .exact()
        .is_some_and(|bytes| bytes <= BODY);
    if !refused || !small {
        return (None, response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body: Option<Value> = serde_json::from_slice(&bytes).ok();
    let message = body.as_ref().and_then(|body| body.get("message")?.as_str());
    let reason = status.canonical_reason().unwrap_or("error");
    let message = message.unwrap_or(reason).to_owned();
    (
        Some(message),
        Response::from_parts(parts, Body::from(bytes)),
    )
}

/// An answer that ends in the middle.
fn broken_off() -> Response<Body> {
    let pieces = futures_util::stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("broken off on purpose")),
    ]);
    Response::new(Body::from_stream(pieces))
}

async fn control(mock: &Mock, path: &str, request: Request) -> Response<Body> {
    let method = request.method().clone();
    let body = match to_bytes(request.into_body(), STATE).await {
        Ok(bytes) => bytes,
        Err(_) => {
            let message = format!("The body is larger than {STATE} bytes, or was cut off.");
            return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
        }
    };
    match answer(mock, path, method.as_str(), &body) {
        Ok(value) => {
            let mut response = Response::new(Body::from(format!("{value:#}\n")));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            response
        }
        Err(error) => error.into_response(),
    }
}

fn answer(mock: &Mock, path: &str, method: &str, body: &[u8]) -> Result<Value, ApiError> {
    let refused = |problem: String| ApiError::bad_request(problem);
    let json = || serde_json::from_slice::<Value>(body);
    let json = || json().map_err(|error| refused(format!("expected JSON: {error}")));
    Ok(match (path, method) {
        ("/state", "GET") => mock.state(),
        ("/state", "PUT" | "POST") => {
            let text = String::from_utf8_lossy(body);
            let state = state_of(&text).map_err(refused)?;
            let added = match method {
                "PUT" => mock.set_state(&state),
                _ => mock.add_state(&state),
            };
            json!({ "added": added.map_err(refused)? })
        }
        ("/state", "DELETE") => {
            mock.forget();
            json!({})
        }
        ("/requests", "GET") => {
            let requests = mock.requests();
            json!({ "requests": requests.iter().map(Received::json).collect::<Vec<_>>() })
        }
        ("/requests", "DELETE") => {
            mock.forget_requests();
            json!({})
        }
        ("/faults", "POST") => {
            mock.fault(Fault::of(&json()?).map_err(refused)?);
            json!({})
        }
        ("/faults", "GET") => {
            let faults = mock.watch.faults();
            json!({ "faults": faults.iter().map(Fault::json).collect::<Vec<_>>() })
        }
        ("/faults", "DELETE") => {
            mock.watch.forget_faults();
            json!({})
        }
        _ => {
            let message = format!(
                "There is nothing at `{method} {CONTROL}{path}`: expected /state, /requests or /faults."
            );
            return Err(ApiError::not_found(message));
        }
    })
}
