//! What a test does to a fake beside calling it: its state, the requests that came in, faults on purpose. Knows HTTP;
//! knows no operation.
//!
//! | below [`CONTROL`] | |
//! |---|---|
//! | `GET`, `PUT`, `POST`, `DELETE` `/state` | read it, replace it, add to it, forget it |
//! | `GET`, `DELETE` `/requests` | those that came in, the last first; forget them |
//! | `GET`, `POST`, `DELETE` `/faults` | those that wait; add one; forget them |

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use serde_json::{Map, Value, json};

use super::Mock;
use super::store::clock;
use crate::server::{Answered, ApiError};

/// The path that control stands below. It needs no credentials: a fake has no secrets.
pub const CONTROL: &str = "/_fake";

/// The most requests that are remembered; then the oldest are forgotten.
const REQUESTS: usize = 1000;
/// The most bytes of a body that are remembered. Of larger ones it is only said how large they were.
const BODY: u64 = 64 << 10;
/// The most bytes of a state.
const STATE: usize = 64 << 20;

/// Requests that came in, and faults that wait for some.
#[derive(Debug, Default)]
pub(super) struct Watch {
    requests: Mutex<VecDeque<Received>>,
    faults: Mutex<Vec<Fault>>,
}

/// A request that came in, with what it was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// When, such as `2026-11-25T18:00:00.000Z`.
    pub at: String,
    /// The method.
    pub method: String,
    /// Path and query, as they were sent.
    pub path: String,
    /// All headers but those with credentials.
    pub headers: Vec<(String, String)>,
    /// The body: JSON as it is, everything else as text; `null` when there was none or it was long.
    pub body: Value,
    /// The operation that answered: method and path.
    pub operation: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// What was wrong with the request, as the answer says it.
    pub problem: Option<String>,
}

impl Received {
    fn json(&self) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        json!({
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "headers": headers,
            "body": self.body,
            "operation": self.operation,
            "status": self.status,
            "problem": self.problem,
        })
    }
}

/// What goes wrong on purpose, for some requests that are to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Method and path of the operation, as the document writes them: `GET /api/cases/{caseId}`. Every one, where it is
    /// none.
    pub operation: Option<String>,
    /// How many requests it is for.
    pub times: u64,
    /// The answer comes so much later.
    pub delay: Duration,
    /// The answer is this error instead.
    pub status: Option<StatusCode>,
    /// The answer breaks off.
    pub drop: bool,
}

impl Default for Fault {
    /// Nothing, once.
    fn default() -> Self {
        Self {
            operation: None,
            times: 1,
            delay: Duration::ZERO,
            status: None,
            drop: false,
        }
    }
}

impl Fault {
    fn json(&self) -> Value {
        json!({
            "operation": self.operation,
            "times": self.times,
            "delay": u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX),
            "status": self.status.map(|status| status.as_u16()),
            "drop": self.drop,
        })
    }

    fn of(value: &Value) -> Result<Self, String> {
        let Value::Object(object) = value else {
            return Err("expected an object".to_owned());
        };
        let mut fault = Self::default();
        for (key, value) in object {
            let wrong = |expected: &str| format!("`{key}`: expected {expected}, found {value}");
            match (key.as_str(), value) {
                (_, Value::Null) => {}
                ("operation", value) => {
                    let text = value.as_str().filter(|text| text.contains(" /"));
                    let text =
                        text.ok_or_else(|| wrong("method and path, such as `GET /api/status`"))?;
                    fault.operation = Some(text.to_owned());
                }
                ("times", value) => {
                    fault.times = value.as_u64().ok_or_else(|| wrong("a number"))?
                }
                ("delay", value) => {
                    let millis = value.as_u64().ok_or_else(|| wrong("milliseconds"))?;
                    fault.delay = Duration::from_millis(millis);
                }
                ("status", value) => {
                    let code = value.as_u64().and_then(|code| u16::try_from(code).ok());
                    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
                    let error = status.filter(|s| s.is_client_error() || s.is_server_error());
                    fault.status = Some(error.ok_or_else(|| wrong("a status from 400 to 599"))?);
                }
                ("drop", Value::Bool(drop)) => fault.drop = *drop,
                ("drop", _) => return Err(wrong("true or false")),
                _ => {
                    return Err(format!(
                        "there is no `{key}`; expected operation, times, delay, status, drop"
                    ));
                }
            }
        }
        Ok(fault)
    }

    fn is_for(&self, method: &Method, path: &str) -> bool {
        let Some(operation) = &self.operation else {
            return true;
        };
        let Some((own, template)) = operation.split_once(' ') else {
            return false;
        };
        own.eq_ignore_ascii_case(method.as_str()) && matches(template.trim(), path)
    }
}

/// Whether a path is one of a template, in any space.
fn matches(template: &str, path: &str) -> bool {
    fn pieces(path: &str) -> Vec<&str> {
        let pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty()).collect();
        match pieces.as_slice() {
            ["s", _, rest @ ..] => rest.to_vec(),
            _ => pieces,
        }
    }
    let (template, path) = (pieces(template), pieces(path));
    template.len() == path.len()
        && template
            .iter()
            .zip(path)
            .all(|(own, piece)| own.starts_with('{') || *own == piece)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked left whole entries.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    pub(super) fn requests(&self) -> Vec<Received> {
        lock(&self.requests).iter().cloned().collect()
    }

    pub(super) fn forget_requests(&self) {
        lock(&self.requests).clear();
    }

    pub(super) fn add(&self, fault: Fault) {
        lock(&self.faults).push(fault);
    }

    fn received(&self, received: Received) {
        let mut requests = lock(&self.requests);
        requests.push_front(received);
        requests.truncate(REQUESTS);
    }

    /// The fault that a request meets.
    fn fault(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let index = faults
            .iter()
            .position(|f| f.times > 0 && f.is_for(method, path))?;
        let fault = faults[index].clone();
        faults[index].times -= 1;
        faults.retain(|fault| fault.times > 0);
        Some(fault)
    }
}

/// A router that is watched, with control beside it.
pub(super) fn watched(mock: Mock, router: Router) -> Router {
    router.layer(from_fn_with_state(mock, watch))
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
        Ok(super::Bytes::from_static(b"{")),
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
            let state = super::state_of(&text).map_err(refused)?;
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
            let faults = lock(&mock.watch.faults);
            json!({ "faults": faults.iter().map(Fault::json).collect::<Vec<_>>() })
        }
        ("/faults", "DELETE") => {
            lock(&mock.watch.faults).clear();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_for_an_operation_in_every_space() {
        let of = |operation: &str| Fault {
            operation: Some(operation.to_owned()),
            ..Fault::default()
        };
        let get = |fault: &Fault, path| fault.is_for(&Method::GET, path);
        assert!(get(&of("get /a/{id}"), "/s/x/a/1"));
        assert!(get(&of("GET /s/{space}/a/{id}"), "/a/1"));
        assert!(!get(&of("PUT /a/{id}"), "/a/1"));
        assert!(!get(&of("GET /a/{id}"), "/a/1/b"));
        assert!(get(&Fault::default(), "/whatever"));
    }

    #[test]
    fn a_fault_that_cannot_be_is_refused_with_what_is_expected() {
        let refused = |fault: Value| Fault::of(&fault).unwrap_err();
        assert_eq!(
            refused(json!({"status": 200})),
            "`status`: expected a status from 400 to 599, found 200"
        );
        assert_eq!(
            refused(json!({"sleep": 1})),
            "there is no `sleep`; expected operation, times, delay, status, drop"
        );
        let fault = Fault::of(&json!({"times": 2, "delay": 5, "status": 503})).unwrap();
        assert_eq!((fault.times, fault.delay), (2, Duration::from_millis(5)));
    }
}
