//! Bodies as streams of bytes, within bounds of size and time. Knows nothing of formats.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use futures_util::FutureExt;
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
        let mut gathered = Gathered::new(limit);
        while let Some(piece) = self.next().await? {
            gathered.push(piece)?;
        }
        Ok(gathered.finish())
    }

    /// A request's body, within bounds.
    pub(super) fn incoming(body: Body, limit: usize, patience: Duration) -> Self {
        Self::new(stream::try_unfold(
            (body, limit),
            move |(mut body, left)| async move {
                let Some(bytes) = piece(&mut body, patience).await? else {
                    return Ok(None);
                };
                match left.checked_sub(bytes.len()) {
                    Some(left) => Ok(Some((bytes, (body, left)))),
                    None => Err(too_large(limit)),
                }
            },
        ))
    }
}

/// The next bytes of a request's body. They are mostly there already, so a timer is set only when they are not.
async fn piece(body: &mut Body, patience: Duration) -> Result<Option<Bytes>, ApiError> {
    loop {
        let mut frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx));
        let frame = match (&mut frame).now_or_never() {
            Some(frame) => frame,
            None => match Box::pin(tokio::time::timeout(patience, frame)).await {
                Ok(frame) => frame,
                Err(_) => {
                    let seconds = patience.as_secs();
                    let message = format!("No part of the body came for {seconds} seconds.");
                    return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, message));
                }
            },
        };
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(ApiError::bad_request("The body was cut off.")),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(_trailers) => {}
            },
        }
    }
}

/// All of a request's body, within bounds.
pub(super) async fn whole(
    mut body: Body,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, ApiError> {
    let mut gathered = Gathered::new(limit);
    while !body.is_end_stream()
        && let Some(bytes) = piece(&mut body, patience).await?
    {
        gathered.push(bytes)?;
    }
    Ok(gathered.finish())
}

/// Pieces that become one. A single piece, which is the common case, is not copied.
struct Gathered {
    first: Bytes,
    all: Vec<u8>,
    limit: usize,
}

impl Gathered {
    fn new(limit: usize) -> Self {
        Self {
            first: Bytes::new(),
            all: Vec::new(),
            limit,
        }
    }

    fn push(&mut self, piece: Bytes) -> Result<(), ApiError> {
        if self.all.len().max(self.first.len()) + piece.len() > self.limit {
            return Err(too_large(self.limit));
        }
        if self.first.is_empty() {
            self.first = piece;
        } else {
            if self.all.is_empty() {
                self.all.extend_from_slice(&self.first);
            }
            self.all.extend_from_slice(&piece);
        }
        Ok(())
    }

    fn finish(self) -> Bytes {
        match self.all.is_empty() {
            true => self.first,
            false => Bytes::from(self.all),
        }
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
