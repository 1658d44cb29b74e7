//! What handlers answer, as HTTP: status, headers, body. Knows models; knows no operations.

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::Value;

use super::{
    ApiError, ByteStream, EventStream, JsonLines, OperationInfo, Reply, StatusRange, events,
};
use crate::Model;
use crate::read::Mode;
use crate::rules::Rules;
use crate::wire::Reading;

/// Whether responses are checked against their schemas: a help for who writes handlers, not a cost of serving.
pub(super) const CHECKED: bool = cfg!(debug_assertions);

/// A response enum, which knows how it is sent.
pub trait IntoReply {
    /// The answer.
    fn into_reply(self) -> Reply;
}

/// Any answer: what operations give whose responses the document does not list.
impl IntoReply for Reply {
    fn into_reply(self) -> Reply {
        self
    }
}

/// `200` without a body: what an operation answers that documents no response.
impl IntoReply for () {
    fn into_reply(self) -> Reply {
        Reply::empty(200)
    }
}

impl Reply {
    fn new(status: u16, media_type: Option<HeaderValue>, body: ByteStream) -> Self {
        let mut reply = Self::of(Response::new(body));
        match StatusCode::from_u16(status) {
            Ok(status) => *reply.response.status_mut() = status,
            Err(_) => reply.problem = Some(format!("{status} is no status")),
        }
        if let Some(value) = media_type {
            reply.response.headers_mut().insert(CONTENT_TYPE, value);
        }
        reply
    }

    /// An answer that cannot be given.
    fn broken(status: u16, problem: String) -> Self {
        let mut reply = Self::empty(status);
        reply.problem = Some(problem);
        reply
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self::new(status, None, ByteStream::from(Bytes::new()))
    }

    /// One JSON value.
    pub fn json<T: Model>(
        status: u16,
        media_type: &'static str,
        body: &T,
        rules: &'static Rules,
    ) -> Self {
        match json_bytes(body, rules, "response") {
            Ok(bytes) => Self::new(status, stated(media_type), ByteStream::from(bytes)),
            Err(problem) => Self::broken(status, problem),
        }
    }

    /// Text.
    pub fn text<T: Model>(
        status: u16,
        media_type: &'static str,
        body: &T,
        rules: &'static Rules,
    ) -> Self {
        let checked = json_bytes(body, rules, "response");
        let text = match (checked, crate::to_value(body)) {
            (Ok(_), Ok(Value::String(text))) => text,
            (Ok(_), Ok(other)) => other.to_string(),
            (Err(problem), _) => return Self::broken(status, problem),
            (Ok(_), Err(error)) => return Self::broken(status, error.to_string()),
        };
        Self::new(status, with_charset(media_type), ByteStream::from(text))
    }

    /// Bytes, as they come.
    pub fn bytes(status: u16, media_type: &'static str, body: ByteStream) -> Self {
        Self::new(status, stated(media_type), body)
    }

    /// JSON values, one per line, as they come.
    pub fn lines<T: Model + Send + 'static>(
        status: u16,
        media_type: &'static str,
        body: JsonLines<T>,
        rules: &'static Rules,
    ) -> Self {
        let checked = CHECKED.then_some(Reading {
            rules,
            mode: Mode::Response,
            root: "response",
        });
        Self::bytes(status, media_type, body.into_bytes(checked))
    }

    /// Server-sent events, as they come.
    pub fn events(status: u16, media_type: &'static str, body: EventStream) -> Self {
        Self::bytes(status, media_type, events::bytes(body))
    }

    /// Adds a header. Items of a list are separated by commas.
    #[must_use]
    pub fn header<T: Model>(mut self, name: &'static str, value: &T) -> Self {
        let text = crate::to_value(value).ok().map(|value| header_text(&value));
        let value = text.and_then(|text| HeaderValue::try_from(text).ok());
        match (HeaderName::try_from(name), value) {
            (Ok(name), Some(value)) => {
                self.response.headers_mut().append(name, value);
            }
            _ => {
                let message = format!("the header `{name}` cannot hold its value");
                self.problem.get_or_insert(message);
            }
        }
        self
    }

    /// Adds a header where there is a value.
    #[must_use]
    pub fn optional_header<T: Model>(self, name: &'static str, value: &Option<T>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// States for which statuses this answer is documented, where the handler chooses the status.
    #[must_use]
    pub fn within(mut self, range: StatusRange) -> Self {
        self.range = Some(range);
        self
    }

    pub(super) fn into_response(
        self,
        operation: &OperationInfo,
    ) -> Result<Response<axum::body::Body>, ApiError> {
        if let Some(problem) = self.problem {
            return Err(broken(problem));
        }
        let status = self.response.status().as_u16();
        if CHECKED
            && let Some(range) = self.range
            && operation.status_range(status) != Some(range)
        {
            return Err(broken(format!(
                "{status} is documented otherwise, or not at all"
            )));
        }
        Ok(self.response.map(|body| match body.into_whole() {
            Ok(bytes) => axum::body::Body::from(bytes),
            Err(stream) => axum::body::Body::from_stream(stream),
        }))
    }
}

/// JSON, checked in debug builds; or what is wrong with it.
fn json_bytes<T: Model>(value: &T, rules: &'static Rules, root: &str) -> Result<Vec<u8>, String> {
    let bytes = crate::to_vec(value).map_err(|error| error.to_string())?;
    if CHECKED {
        let read = crate::read_slice::<T>(&bytes, rules, Mode::Response, root);
        read.map_err(|error| error.to_string())?;
    }
    Ok(bytes)
}

/// 500 for an answer that must not be given. What is wrong with it is told in debug builds only.
pub(super) fn broken(problem: String) -> ApiError {
    match CHECKED {
        true => ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("The handler's answer is not one that the document allows: {problem}"),
        ),
        false => ApiError::internal(),
    }
}

/// A media type of the document as a header; `None` for text that no header can hold.
fn stated(media_type: &'static str) -> Option<HeaderValue> {
    let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    let fits = media_type.bytes().all(visible);
    fits.then(|| HeaderValue::from_static(media_type))
}

fn with_charset(media_type: &'static str) -> Option<HeaderValue> {
    match media_type.contains("charset") {
        true => stated(media_type),
        false => HeaderValue::try_from(format!("{media_type}; charset=utf-8")).ok(),
    }
}

fn header_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(header_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
