//! Bodies of requests, within bounds of size and time. Knows nothing of formats.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use futures_util::stream::StreamExt;

use super::call::refusal;
use super::{ApiError, ByteStream, StreamError};
use crate::wire::{Gathered, Pieces};

/// A request's body, which may have so many bytes in the end.
pub(super) fn incoming(pieces: Pieces<Body>, limit: usize) -> ByteStream {
    let mut left = limit;
    ByteStream::new(pieces.map(move |piece| {
        let bytes = piece?;
        left = left
            .checked_sub(bytes.len())
            .ok_or(StreamError::TooLarge(limit))?;
        Ok(bytes)
    }))
}

/// All of a request's body, within the same bounds.
pub(super) async fn whole(mut pieces: Pieces<Body>, limit: usize) -> Result<Bytes, ApiError> {
    let mut gathered = Gathered::new(limit);
    while let Some(bytes) = pieces.next().await {
        gathered.push(bytes?)?;
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
