//! What handlers answer, as HTTP: status, headers, body. Knows models; knows no operations.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::Value;

use super::operation::{OperationInfo, StatusRange};
use super::{ApiError, ByteStream, EventStream, JsonLines};
use crate::{Mode, Model, Rules};

/// Whether responses are checked against their schemas: a help for who writes handlers, not a cost of serving.
const CHECKED: bool = cfg!(debug_assertions);

/// An answer.
pub struct Reply {
    response: Response<Body>,
    range: Option<StatusRange>,
    error: Option<ApiError>,
}

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

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Reply")
            .field(&self.response.status())
            .finish()
    }
}

impl Reply {
    fn new(status: u16, media_type: Option<HeaderValue>, body: Body) -> Self {
        let mut response = Response::new(body);
        let mut error = None;
        match StatusCode::from_u16(status) {
            Ok(status) => *response.status_mut() = status,
            Err(_) => error = Some(broken(format!("{status} is no status"))),
        }
        if let Some(value) = media_type {
            response.headers_mut().insert(CONTENT_TYPE, value);
        }
        Self {
            response,
            range: None,
            error,
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Self::new(status, None, Body::empty())
    }

    /// One JSON value.
    pub fn json<T: Model>(
        status: u16,
        media_type: &'static str,
        body: &T,
        rules: &'static Rules,
    ) -> Self {
        match json_bytes(body, rules, "response") {
            Ok(bytes) => Self::new(status, stated(media_type), Body::from(bytes)),
            Err(error) => Self {
                error: Some(error),
                ..Self::empty(status)
            },
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
        match (checked, crate::to_value(body)) {
            (Ok(_), Ok(Value::String(text))) => {
                Self::new(status, with_charset(media_type), Body::from(text))
            }
            (Ok(_), Ok(other)) => Self::new(
                status,
                with_charset(media_type),
                Body::from(other.to_string()),
            ),
            (Err(error), _) => Self {
                error: Some(error),
                ..Self::empty(status)
            },
            (Ok(_), Err(error)) => Self {
                error: Some(broken(error.to_string())),
                ..Self::empty(status)
            },
        }
    }

    /// Bytes, as they come.
    pub fn bytes(status: u16, media_type: &'static str, body: ByteStream) -> Self {
        Self::new(status, stated(media_type), Body::from_stream(body))
    }

    /// JSON values, one per line, as they come.
    pub fn lines<T: Model + Send + 'static>(
        status: u16,
        media_type: &'static str,
        body: JsonLines<T>,
        rules: &'static Rules,
    ) -> Self {
        Self::bytes(status, media_type, body.into_bytes(rules))
    }

    /// Server-sent events, as they come.
    pub fn events(status: u16, media_type: &'static str, body: EventStream) -> Self {
        Self::bytes(status, media_type, body.into_bytes())
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
                self.error.get_or_insert_with(|| broken(message));
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
    ) -> Result<Response<Body>, ApiError> {
        if let Some(error) = self.error {
            return Err(error);
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
        Ok(self.response)
    }
}

/// JSON, checked in debug builds.
pub(super) fn json_bytes<T: Model>(
    value: &T,
    rules: &'static Rules,
    root: &str,
) -> Result<Vec<u8>, ApiError> {
    let bytes = crate::to_vec(value).map_err(|error| broken(error.to_string()))?;
    if CHECKED {
        let node = crate::parse(&bytes).map_err(|error| broken(error.to_string()))?;
        crate::read::<T>(&node, rules, Mode::Strict, root)
            .map_err(|violations| broken(violations.to_string()))?;
    }
    Ok(bytes)
}

/// 500 for an answer that must not be given. What is wrong with it is told in debug builds only.
fn broken(problem: String) -> ApiError {
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
