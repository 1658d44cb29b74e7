//! What can go wrong while a body is on its way. Knows nothing of who reads it.

use std::fmt;
use std::time::Duration;

use crate::{ViolationKind, Violations};

/// Why a body does not go on.
///
/// In a handler, `?` answers it (400, 408 or 413, and 500 for [`Failed`](Self::Failed)); in a program that calls, `?`
/// makes it the client's error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamError {
    /// It ended before its end.
    CutOff,
    /// Nothing came for this long.
    Stalled(Duration),
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// What came cannot be read, or breaks rules of its schema.
    Unreadable(Violations),
    /// Whoever makes the body gave up.
    Failed(String),
}

impl StreamError {
    /// What a program says that cannot make the rest of a body.
    pub fn failed(reason: impl fmt::Display) -> Self {
        Self::Failed(reason.to_string())
    }

    /// One thing that is wrong at a place.
    pub(crate) fn unreadable(path: &str, message: impl Into<String>) -> Self {
        Self::Unreadable(Violations::one(
            path,
            ViolationKind::Refused,
            message.into(),
        ))
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("the body was cut off"),
            Self::Stalled(time) => write!(f, "no part of the body came for {time:?}"),
            Self::TooLarge(limit) => write!(f, "the body is larger than {limit} bytes"),
            Self::Unreadable(violations) => violations.fmt(f),
            Self::Failed(reason) => write!(f, "the body could not be made: {reason}"),
        }
    }
}

impl std::error::Error for StreamError {}

impl From<Violations> for StreamError {
    fn from(violations: Violations) -> Self {
        Self::Unreadable(violations)
    }
}
