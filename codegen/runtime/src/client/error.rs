//! Everything that can go wrong with a call, as one type. Knows nothing of how calls are made.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Response, StatusCode};
use serde_json::Value;

use super::{OperationInfo, StreamError};
use crate::violation::clip;
use crate::{Model, ViolationKind, Violations};

/// What a transport reports.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// How much of an answer that cannot be read is shown.
const SHOWN: usize = 200;

/// Why a call has no answer to return.
#[derive(Clone)]
pub struct Error {
    operation: Option<&'static OperationInfo>,
    kind: Box<ErrorKind>,
}

/// The kinds of errors.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks rules of the document. Nothing was sent.
    Invalid(Violations),
    /// No answer came: no connection, or one that broke.
    Transport(Arc<dyn StdError + Send + Sync>),
    /// It took too long.
    TimedOut(TimedOut),
    /// The server answered with an error, or with a status that is no success.
    Refused(Refused),
    /// The server sends the caller elsewhere, where this client does not go.
    Redirected(Redirected),
    /// An answer came that is not what the document describes.
    Unreadable(Unreadable),
}

/// What took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimedOut {
    /// The whole call, with all attempts.
    Call(Duration),
    /// The next piece of a body.
    Piece(Duration),
}

/// An answer that says no.
#[derive(Clone)]
pub struct Refused {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) message: Option<String>,
    pub(super) body: Bytes,
}

/// Where the server sends the caller.
#[derive(Clone, Debug)]
pub struct Redirected {
    pub(super) status: StatusCode,
    pub(super) location: String,
}

/// An answer that cannot be read.
#[derive(Clone)]
pub struct Unreadable {
    pub(super) status: Option<StatusCode>,
    pub(super) content_type: Option<String>,
    pub(super) violations: Violations,
    pub(super) start: String,
}

impl Error {
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self {
            operation: None,
            kind: Box::new(kind),
        }
    }

    pub(super) fn transport(error: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Transport(Arc::from(error.into())))
    }

    pub(super) fn of(mut self, operation: &'static OperationInfo) -> Self {
        self.operation.get_or_insert(operation);
        self
    }

    pub(super) fn into_kind(self) -> ErrorKind {
        *self.kind
    }

    /// The kind, with its details.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The operation that was called; none for an error of a stream that is read later.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        self.operation
    }

    /// The status of the answer, when one came.
    pub fn status(&self) -> Option<StatusCode> {
        match &*self.kind {
            ErrorKind::Refused(refused) => Some(refused.status),
            ErrorKind::Redirected(redirected) => Some(redirected.status),
            ErrorKind::Unreadable(unreadable) => unreadable.status,
            ErrorKind::Invalid(_) | ErrorKind::Transport(_) | ErrorKind::TimedOut(_) => None,
        }
    }

    /// Whether the server says that there is no such thing: 404.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the server says that somebody else was faster: 409.
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// What the server answered instead of a success.
    pub fn refused(&self) -> Option<&Refused> {
        match &*self.kind {
            ErrorKind::Refused(refused) => Some(refused),
            _ => None,
        }
    }
}

impl Refused {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What Kibana says about it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id under which the request stands in the logs of the server, where it tells one.
    pub fn request_id(&self) -> Option<&str> {
        let names = ["x-request-id", "x-cloud-request-id", "x-opaque-id"];
        let value = names.iter().find_map(|name| self.headers.get(*name))?;
        value.to_str().ok()
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as the type that the document gives it.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn json<T: Model>(&self) -> Result<T, Violations> {
        crate::from_slice(&self.body)
    }

    pub(super) fn of(head: Response<()>, body: Bytes) -> Self {
        let (parts, ()) = head.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            message: message(&body),
            body,
        }
    }
}

/// The message in a body of one of the shapes that Kibana and Elasticsearch answer with.
fn message(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let places = ["/message", "/error/message", "/error/reason", "/error"];
    let text = places
        .iter()
        .find_map(|place| value.pointer(place)?.as_str());
    text.map(|text| clip(text, 2000))
}

impl Redirected {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Where to, as the server wrote it.
    pub fn location(&self) -> &str {
        &self.location
    }
}

impl Unreadable {
    /// What is wrong with the answer, each with its JSON path.
    pub fn violations(&self) -> &Violations {
        &self.violations
    }

    /// The status, when the head of the answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The media type that the server gives it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How it starts.
    pub fn start(&self) -> &str {
        &self.start
    }

    pub(super) fn new(violations: Violations) -> Self {
        Self {
            status: None,
            content_type: None,
            violations,
            start: String::new(),
        }
    }

    pub(super) fn because(problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self::new(Violations::one("answer", ViolationKind::Refused, problem))
    }

    pub(super) fn with(mut self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        self.status = Some(status);
        let content_type = headers.get(CONTENT_TYPE);
        self.content_type =
            content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        // Four bytes hold any character.
        let start = String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN + 4)]);
        self.start = clip(&start, SHOWN);
        self
    }
}

impl From<StreamError> for ErrorKind {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Stalled(time) => Self::TimedOut(TimedOut::Piece(time)),
            StreamError::Unreadable(violations) => Self::Unreadable(Unreadable::new(violations)),
            StreamError::TooLarge(_) => Self::Unreadable(Unreadable::because(error.to_string())),
            StreamError::CutOff | StreamError::Failed(_) => Self::Transport(Arc::new(error)),
        }
    }
}

/// What stops a stream that an answer is.
impl From<StreamError> for Error {
    fn from(error: StreamError) -> Self {
        Self::new(error.into())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.operation.map(|operation| operation.id))
            .field("kind", &self.kind)
            .finish()
    }
}

/// Headers are left out: they may say more than a log should.
impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("status", &self.status)
            .field("message", &self.message)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unreadable")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("violations", &self.violations)
            .field("start", &self.start)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{} {}: ", operation.method, operation.path)?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(violations) => write!(f, "the request is not valid: {violations}"),
            // What exactly is told by the source.
            Self::Transport(_) => f.write_str("no complete answer came"),
            Self::TimedOut(TimedOut::Call(time)) => write!(f, "no answer within {time:?}"),
            Self::TimedOut(TimedOut::Piece(time)) => {
                write!(f, "nothing more of the answer came for {time:?}")
            }
            Self::Refused(refused) => {
                write!(f, "{}", refused.status)?;
                match &refused.message {
                    Some(message) => write!(f, ": {message}"),
                    None => Ok(()),
                }
            }
            Self::Redirected(Redirected { status, location }) => {
                let location = clip(location, SHOWN);
                write!(f, "{status} to {location:?}, where this client does not go")
            }
            Self::Unreadable(unreadable) => {
                write!(f, "the answer cannot be read: {}", unreadable.violations)?;
                match unreadable.start.as_str() {
                    "" => Ok(()),
                    start => write!(f, "; it starts with {start:?}"),
                }
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.kind {
            ErrorKind::Transport(source) => Some(&**source),
            _ => None,
        }
    }
}
