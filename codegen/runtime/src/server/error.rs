//! Errors in the shape in which Kibana answers them. Knows nothing of operations' own error types.

use std::fmt;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::Value;

/// An error that is answered as `{"statusCode": 404, "error": "Not Found", "message": "…"}`.
///
/// Any status from 400 to 599, whether or not the document lists it for the operation: a handler uses it for what
/// its response type has no variant for.
#[derive(Clone, PartialEq)]
pub struct ApiError(Box<Details>);

/// Boxed, because errors travel in every result.
#[derive(Clone, PartialEq)]
struct Details {
    status: StatusCode,
    message: String,
    attributes: Option<Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// An error with a status. One that is no error status becomes a 500.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        let status = if is_error {
            status
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        Self(Box::new(Details {
            status,
            message: message.into(),
            attributes: None,
            headers: Vec::new(),
        }))
    }

    /// 400
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401, with the schemes that are understood.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        let schemes = HeaderValue::from_static("Basic realm=\"kibana\", ApiKey");
        Self::new(StatusCode::UNAUTHORIZED, message)
            .with_header(HeaderName::from_static("www-authenticate"), schemes)
    }

    /// 403
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 500. The message is for the client: what went wrong inside does not belong there.
    pub fn internal() -> Self {
        let message = "An internal server error occurred.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// Adds `attributes`, which some of Kibana's errors have.
    #[must_use]
    pub fn with_attributes(mut self, attributes: Value) -> Self {
        self.0.attributes = Some(attributes);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let details = *self.0;
        let reason = details.status.canonical_reason().unwrap_or("Error");
        // In the order in which Kibana writes it.
        let (status, message) = (details.status.as_u16(), Value::from(details.message));
        let mut body = format!(r#"{{"statusCode":{status},"error":"{reason}","message":{message}"#);
        if let Some(attributes) = details.attributes {
            body += &format!(r#","attributes":{attributes}"#);
        }
        body.push('}');
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = details.status;
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        for (name, value) in details.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// Headers are left out: they may say more than a log should.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.0.status)
            .field("message", &self.0.message)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status, self.0.message)
    }
}

impl std::error::Error for ApiError {}
