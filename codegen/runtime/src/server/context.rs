//! What a handler knows of a request beside its typed content.

use std::fmt;
use std::sync::Arc;

use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, Uri};

use super::accept::Accepted;
use super::{Identity, OperationInfo};

/// What a handler knows of a request beside its typed content.
pub struct RequestContext {
    pub(super) operation: &'static OperationInfo,
    pub(super) space: Option<String>,
    pub(super) identity: Identity,
    pub(super) version: Arc<str>,
    pub(super) parts: Box<Parts>,
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
        &self.parts.method
    }

    /// Path and query as they were sent.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// All headers. Those that hold credentials are marked, so that their `Debug` output does not show them.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// What layers around the router left for handlers.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// The media type, of those given, that the client likes best.
    pub fn preferred<'m>(&self, media_types: &[&'m str]) -> Option<&'m str> {
        Accepted::of(self.headers().get_all(ACCEPT)).best(media_types)
    }
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
