//! What was sent with a request, for a server that remembers. Knows JSON values.

use axum::body::Bytes;
use serde_json::Value;

use super::routing::Captured;

/// As JSON values.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) path: Value,
    pub(super) query: Value,
    pub(super) body: Option<Value>,
}

/// As it came: most handlers have no use for it a second time.
pub(super) struct Raw {
    pub(super) path: Vec<Captured>,
    pub(super) body: Option<Bytes>,
}
