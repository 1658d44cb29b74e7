//! What a log shows of calls: which operation, how often, how it went. Never an address, a header or a body.

use std::future::Future;
use std::time::Duration;

use super::{Answer, Error, OperationInfo};

#[cfg(feature = "tracing")]
pub(super) struct Trace(tracing::Span);

#[cfg(feature = "tracing")]
impl Trace {
    pub(super) fn begin(operation: &'static OperationInfo, space: Option<&str>) -> Self {
        Self(tracing::info_span!(
            "kibana",
            operation = operation.id,
            method = operation.method,
            path = operation.path,
            space,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
        ))
    }

    pub(super) fn within<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        tracing::Instrument::instrument(future, self.0.clone())
    }

    pub(super) fn again(&self, tries: u32, wait: Duration, status: Option<u16>) {
        let wait = wait.as_millis();
        self.0
            .in_scope(|| tracing::debug!(tries, wait_ms = %wait, status, "trying again"));
    }

    pub(super) fn end(&self, result: &Result<Answer, Error>) {
        match result {
            Ok(answer) => self.0.record("status", answer.status().as_u16()),
            Err(error) => self.0.record("error", tracing::field::display(error)),
        };
    }
}

/// Nothing is shown.
#[cfg(not(feature = "tracing"))]
pub(super) struct Trace;

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(super) fn begin(_: &'static OperationInfo, _: Option<&str>) -> Self {
        Self
    }

    pub(super) fn within<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn again(&self, _: u32, _: Duration, _: Option<u16>) {}

    pub(super) fn end(&self, _: &Result<Answer, Error>) {}
}
