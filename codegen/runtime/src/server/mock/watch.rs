//! Requests that came in, and faults that wait for some. Knows HTTP; knows no operation.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

/// The most requests that are remembered; then the oldest are forgotten.
const REQUESTS: usize = 1000;

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
    pub(super) fn json(&self) -> Value {
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
    pub(super) fn json(&self) -> Value {
        json!({
            "operation": self.operation,
            "times": self.times,
            "delay": u64::try_from(self.delay.as_millis()).unwrap_or(u64::MAX),
            "status": self.status.map(|status| status.as_u16()),
            "drop": self.drop,
        })
    }

    pub(super) fn of(value: &Value) -> Result<Self, String> {
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

    pub(super) fn received(&self, received: Received) {
        let mut requests = lock(&self.requests);
        requests.push_front(received);
        requests.truncate(REQUESTS);
    }

    /// The fault that a request meets.
    pub(super) fn fault(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let index = faults
            .iter()
            .position(|f| f.times > 0 && f.is_for(method, path))?;
        let fault = faults[index].clone();
        faults[index].times -= 1;
        faults.retain(|fault| fault.times > 0);
        Some(fault)
    }

    /// The faults that wait.
    pub(super) fn faults(&self) -> Vec<Fault> {
        lock(&self.faults).clone()
    }

    pub(super) fn forget_faults(&self) {
        lock(&self.faults).clear();
    }
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
