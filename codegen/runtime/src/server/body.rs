//! Bodies as streams of bytes, within bounds of size and time. Knows nothing of formats.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use futures_util::stream::{self, Stream, StreamExt};

use super::ApiError;

/// The bytes of a body as they arrive, or as they are sent.
pub struct ByteStream(Pin<Box<dyn Stream<Item = Result<Bytes, ApiError>> + Send>>);

impl ByteStream {
    /// Bytes that come in pieces. After an error, what is sent is cut off, so that the client notices.
    pub fn new(stream: impl Stream<Item = Result<Bytes, ApiError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// 413 beyond the limit of the operation, 408 when the client stalls, 400 when the body is cut off. To return
    /// the error from a handler answers it.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        self.0.next().await.transpose()
    }

    /// Everything that is left, in memory.
    ///
    /// # Errors
    ///
    /// 413 beyond `limit` bytes, and those of [`next`](Self::next).
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, ApiError> {
        let Some(first) = self.next().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.next().await? else {
            return if first.len() > limit {
                Err(too_large(limit))
            } else {
                Ok(first)
            };
        };
        let mut all = first.to_vec();
        let mut piece = Some(second);
        while let Some(bytes) = piece {
            if all.len() + bytes.len() > limit {
                return Err(too_large(limit));
            }
            all.extend_from_slice(&bytes);
            piece = self.next().await?;
        }
        Ok(Bytes::from(all))
    }

    /// A request's body, within bounds.
    pub(super) fn incoming(body: Body, limit: usize, patience: Duration) -> Self {
        let state = (body.into_data_stream(), limit);
        Self::new(stream::try_unfold(
            state,
            move |(mut body, left)| async move {
                let Ok(piece) = tokio::time::timeout(patience, body.next()).await else {
                    let message = format!(
                        "No part of the body came for {} seconds.",
                        patience.as_secs()
                    );
                    return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, message));
                };
                match piece {
                    None => Ok(None),
                    Some(Err(_)) => Err(ApiError::bad_request("The body was cut off.")),
                    Some(Ok(bytes)) => match left.checked_sub(bytes.len()) {
                        Some(left) => Ok(Some((bytes, (body, left)))),
                        None => Err(too_large(limit)),
                    },
                }
            },
        ))
    }
}

/// 413 when a body says in advance that it is too large.
pub(super) fn check_announced(body: &Body, limit: usize) -> Result<(), ApiError> {
    match body.size_hint().lower() > limit as u64 {
        true => Err(too_large(limit)),
        false => Ok(()),
    }
}

pub(super) fn too_large(limit: usize) -> ApiError {
    let message = format!("Payload content length greater than maximum allowed: {limit}");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

/// Reads on for a moment after a refusal: when a connection closes on unread bytes, the answer is lost.
pub(super) async fn drain(body: Body) {
    const LIMIT: usize = 16 << 20;
    const TIME: Duration = Duration::from_secs(1);
    let mut stream = body.into_data_stream();
    let read = async {
        let mut left = LIMIT;
        while let Some(Ok(bytes)) = stream.next().await {
            match left.checked_sub(bytes.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    // When it takes too long, the answer may be lost: that is the client's risk.
    let _ = tokio::time::timeout(TIME, read).await;
}

impl Stream for ByteStream {
    type Item = Result<Bytes, ApiError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        Self::new(stream::iter((!bytes.is_empty()).then_some(Ok(bytes))))
    }
}

impl From<Vec<u8>> for ByteStream {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<String> for ByteStream {
    fn from(text: String) -> Self {
        Self::from(Bytes::from(text))
    }
}

impl From<&'static str> for ByteStream {
    fn from(text: &'static str) -> Self {
        Self::from(Bytes::from(text))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}
