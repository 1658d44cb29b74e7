//! The body of a request as transports take it. Knows nothing of formats.

use std::fmt;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::Stream;
use http_body::{Frame, SizeHint};

use super::{ByteStream, StreamError};

/// The body of a request, on its way to a transport.
///
/// It is an `http_body::Body`, so whatever works on those reads it.
#[derive(Default)]
pub struct Body(Content);

#[derive(Default)]
enum Content {
    #[default]
    Empty,
    Whole(Bytes),
    /// In a mutex that is never locked: transports want bodies that can be shared between threads.
    Stream(Mutex<ByteStream>, Arc<Progress>),
}

/// How a streamed body gets on, and why it did not.
#[derive(Default)]
pub(super) struct Progress {
    pieces: AtomicU64,
    problem: Mutex<Option<StreamError>>,
}

impl Progress {
    /// Changes whenever a piece was taken.
    pub(super) fn pieces(&self) -> u64 {
        self.pieces.load(Ordering::Relaxed)
    }

    /// Why the body broke off.
    pub(super) fn problem(&self) -> Option<StreamError> {
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        problem.take()
    }
}

impl Body {
    /// No body.
    pub fn empty() -> Self {
        Self::default()
    }

    /// All of it, when it is in memory.
    #[cfg(feature = "reqwest")]
    pub(super) fn into_whole(self) -> Result<Bytes, Self> {
        match self.0 {
            Content::Empty => Ok(Bytes::new()),
            Content::Whole(bytes) => Ok(bytes),
            Content::Stream(..) => Err(self),
        }
    }

    pub(super) fn stream(stream: ByteStream, progress: Arc<Progress>) -> Self {
        Self(Content::Stream(Mutex::new(stream), progress))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        match bytes.is_empty() {
            true => Self::empty(),
            false => Self(Content::Whole(bytes)),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let Content::Stream(stream, progress) = &mut self.0 else {
            return Poll::Ready(match std::mem::take(&mut self.0) {
                Content::Whole(bytes) => Some(Ok(Frame::data(bytes))),
                Content::Empty | Content::Stream(..) => None,
            });
        };
        let stream = stream.get_mut().unwrap_or_else(PoisonError::into_inner);
        let piece = ready!(Pin::new(stream).poll_next(cx));
        progress.pieces.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(match piece {
            Some(Ok(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Err(error)) => {
                let mut problem = progress
                    .problem
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                *problem = Some(error.clone());
                Some(Err(error))
            }
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Content::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Empty => SizeHint::with_exact(0),
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(..) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Content::Empty => "Body(empty)",
            Content::Whole(_) => "Body(whole)",
            Content::Stream(..) => "Body(stream)",
        })
    }
}
