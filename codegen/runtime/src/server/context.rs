//! What a handler knows of a request beside its typed content.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::header::{
    ACCEPT, CONNECTION, CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, Response, Uri};

use super::accept::Accepted;
use super::manners::Manners;
use super::reply::broken;
use super::{ApiError, Identity, OperationInfo};

/// What a handler knows of a request beside its typed content.
pub struct RequestContext {
    pub(super) operation: &'static OperationInfo,
    pub(super) space: Option<String>,
    pub(super) identity: Identity,
    pub(super) version: Arc<str>,
    pub(super) exchange: Arc<Exchange>,
    pub(super) manners: Manners,
    /// What was sent, for a server that remembers: read, or as it came.
    #[cfg(feature = "mock")]
    pub(super) sent: Option<Box<super::sent::Sent>>,
    #[cfg(feature = "mock")]
    pub(super) raw: Option<Box<super::sent::Raw>>,
    /// What came as a stream of lines, alone or in a part of a form.
    #[cfg(feature = "mock")]
    pub(super) lines: Vec<serde_json::Value>,
}

/// A request and what is known of its answer before there is one: what a handler and the server share.
pub(super) struct Exchange {
    pub(super) parts: Parts,
    added: Mutex<Vec<(HeaderName, HeaderValue)>>,
    refused: Mutex<Option<String>>,
}

impl RequestContext {
    /// The operation.
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// The space in whose name the request is made; none is the default space.
    pub fn space(&self) -> Option<&str> {
        self.space.as_deref()
    }

    /// Who asks.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The version of the API that was agreed on, such as `2023-10-31`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.exchange.parts.method
    }

    /// Path and query as they were sent.
    pub fn uri(&self) -> &Uri {
        &self.exchange.parts.uri
    }

    /// All headers. Those that hold credentials are marked, so that their `Debug` output does not show them.
    pub fn headers(&self) -> &HeaderMap {
        &self.exchange.parts.headers
    }

    /// What layers around the router left for handlers.
    pub fn extensions(&self) -> &Extensions {
        &self.exchange.parts.extensions
    }

    /// The media type, of those given, that the client likes best; the first where it likes none, as in Kibana.
    pub fn preferred<'m>(&self, media_types: &[&'m str]) -> Option<&'m str> {
        let best = Accepted::of(self.headers().get_all(ACCEPT)).best(media_types);
        best.or_else(|| media_types.first().copied())
    }

    /// Adds a header to the answer, whatever the handler then returns: `content-disposition` to a download,
    /// `x-request-id` to everything.
    ///
    /// It takes the place of one that the answer has anyway; called again with the same name, it adds another value.
    /// With text that no header can hold, and for a header that says how the answer is transferred, the answer is a
    /// 500.
    ///
    /// ```
    /// # use kibana_runtime::server::RequestContext;
    /// # fn handler(context: RequestContext) {
    /// context.answer_header("content-disposition", "attachment; filename=\"case.zip\"");
    /// # }
    /// ```
    pub fn answer_header(&self, name: &str, value: impl AsRef<str>) {
        let pair = (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.as_ref()),
        );
        match pair {
            (Ok(name), Ok(value)) if !FRAMING.contains(&name) => {
                lock(&self.exchange.added).push((name, value));
            }
            (Ok(_), Ok(_)) => self
                .exchange
                .refuse(format!("`{name}` is not for handlers to say")),
            _ => self
                .exchange
                .refuse(format!("the header `{name}` cannot hold its value")),
        }
    }
}

/// What says how an answer is transferred: the HTTP library's business.
const FRAMING: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE];

impl Exchange {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            parts,
            added: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    fn refuse(&self, problem: String) {
        lock(&self.refused).get_or_insert(problem);
    }

    /// Puts the headers that were added to an answer.
    pub(super) fn complete(
        &self,
        mut response: Response<Body>,
    ) -> Result<Response<Body>, ApiError> {
        if let Some(problem) = lock(&self.refused).take() {
            return Err(broken(problem));
        }
        let added = std::mem::take(&mut *lock(&self.added));
        for (name, _) in &added {
            response.headers_mut().remove(name);
        }
        for (name, value) in added {
            response.headers_mut().append(name, value);
        }
        Ok(response)
    }
}

/// What a handler that panicked left is as good as it was.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("operation", &self.operation.id)
            .field("space", &self.space)
            .field("identity", &self.identity)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
