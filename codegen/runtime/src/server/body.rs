//! Bodies of requests, within bounds of size and time. Knows nothing of formats.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use futures_util::stream::{self, StreamExt};

use super::call::refusal;
use super::{ApiError, ByteStream, StreamError};
use crate::wire::{Coding, Gathered, Inflater, piece};

/// A request's body, within bounds.
pub(super) fn incoming(pieces: Pieces) -> ByteStream {
    let left = pieces.limit;
    ByteStream::new(stream::try_unfold(
        (pieces, left),
        move |(mut pieces, left)| async move {
            let Some(bytes) = pieces.next().await? else {
                return Ok(None);
            };
            match left.checked_sub(bytes.len()) {
                Some(left) => Ok(Some((bytes, (pieces, left)))),
                None => Err(StreamError::TooLarge(pieces.limit)),
            }
        },
    ))
}

/// The bytes of a request's body, decompressed where they come compressed.
pub(super) struct Pieces {
    body: Body,
    /// The most bytes that they may be in the end.
    limit: usize,
    patience: Duration,
    inflater: Option<Inflater>,
}

impl Pieces {
    pub(super) fn new(
        body: Body,
        limit: usize,
        patience: Duration,
        coding: Option<Coding>,
    ) -> Self {
        Self {
            body,
            limit,
            patience,
            inflater: coding.map(|coding| Inflater::new(coding, limit)),
        }
    }

    /// The next bytes; `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        let Some(inflater) = &mut self.inflater else {
            return match self.body.is_end_stream() {
                true => Ok(None),
                false => piece(&mut self.body, self.patience).await,
            };
        };
        loop {
            if let Some(bytes) = inflater.next()? {
                return Ok(Some(bytes));
            }
            match piece(&mut self.body, self.patience).await? {
                Some(bytes) => inflater.add(bytes)?,
                None => return inflater.finish(),
            }
        }
    }
}

/// All of a request's body, within bounds.
pub(super) async fn whole(mut pieces: Pieces) -> Result<Bytes, ApiError> {
    let mut gathered = Gathered::new(pieces.limit);
    while let Some(bytes) = pieces.next().await? {
        gathered.push(bytes)?;
    }
    Ok(gathered.finish())
}

/// 413 when a body says in advance that it is too large.
pub(super) fn check_announced(body: &Body, limit: usize) -> Result<(), ApiError> {
    match body.size_hint().lower() > limit as u64 {
        true => Err(too_large(limit)),
        false => Ok(()),
    }
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::CutOff => Self::bad_request("The body was cut off."),
            StreamError::Stalled(patience) => {
                let seconds = patience.as_secs();
                let message = format!("No part of the body came for {seconds} seconds.");
                Self::new(StatusCode::REQUEST_TIMEOUT, message)
            }
            StreamError::TooLarge(limit) => too_large(limit),
            StreamError::Unreadable(violations) => refusal(violations.iter(), violations.more),
            StreamError::Failed(_) => Self::internal(),
        }
    }
}

/// What is sent breaks off.
impl From<ApiError> for StreamError {
    fn from(error: ApiError) -> Self {
        Self::failed(error)
    }
}

fn too_large(limit: usize) -> ApiError {
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
