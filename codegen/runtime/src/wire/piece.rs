//! Bodies as they come off a connection: within bounds of time, and decompressed. Knows no formats.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::Stream;
use tokio::time::Sleep;

use super::{Coding, Inflater, StreamError};

/// The bytes of a body, one piece after the other.
pub(crate) struct Pieces<B> {
    body: B,
    /// How long the next piece may take.
    patience: Duration,
    /// Pieces are mostly there already, so it is only set when one is not.
    timer: Option<Pin<Box<Sleep>>>,
    inflater: Option<Inflater>,
    begun: bool,
}

impl<B: http_body::Body<Data = Bytes> + Unpin> Pieces<B> {
    /// `limit` is the most bytes that a compressed body may become; it is for the caller to count them.
    pub(crate) fn new(body: B, patience: Duration, coding: Option<Coding>, limit: usize) -> Self {
        Self {
            body,
            patience,
            timer: None,
            inflater: coding.map(|coding| Inflater::new(coding, limit)),
            begun: false,
        }
    }

    /// The next bytes as they come; `None` at the end.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, StreamError>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
                let patience = self.patience;
                let timer = self
                    .timer
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                ready!(timer.as_mut().poll(cx));
                return Poll::Ready(Err(StreamError::Stalled(patience)));
            };
            self.timer = None;
            match frame {
                None => return Poll::Ready(Ok(None)),
                Some(Err(_)) => return Poll::Ready(Err(StreamError::CutOff)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => return Poll::Ready(Ok(Some(bytes))),
                    Err(_trailers) => {}
                },
            }
        }
    }

    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, StreamError>> {
        loop {
            if let Some(inflater) = &mut self.inflater
                && let Some(bytes) = inflater.next()?
            {
                return Poll::Ready(Ok(Some(bytes)));
            }
            let piece = ready!(self.poll_piece(cx))?;
            match (piece, &mut self.inflater) {
                (Some(bytes), Some(inflater)) => {
                    self.begun |= !bytes.is_empty();
                    inflater.add(bytes)?;
                }
                (None, Some(_)) => {
                    let inflater = self.inflater.take();
                    // What has no body at all has nothing to decompress.
                    let begun = inflater.filter(|_| self.begun);
                    let last = begun.map_or(Ok(None), |mut inflater| inflater.finish());
                    return Poll::Ready(last);
                }
                (piece, None) => return Poll::Ready(Ok(piece)),
            }
        }
    }
}

impl<B: http_body::Body<Data = Bytes> + Unpin> Stream for Pieces<B> {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_bytes(cx).map(Result::transpose)
    }
}
