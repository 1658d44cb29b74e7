//! Server-sent events. Knows nothing of operations.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, Stream, StreamExt};

use super::StreamError;
use crate::Model;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The type of the event.
    pub event: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its data; line breaks are kept.
    pub data: String,
}

impl Event {
    /// An event with JSON as its data.
    ///
    /// # Errors
    ///
    /// For a number that is not finite.
    pub fn json<T: Model>(event: impl Into<String>, data: &T) -> Result<Self, StreamError> {
        Ok(Self {
            event: Some(event.into()),
            id: None,
            data: crate::to_string(data).map_err(StreamError::failed)?,
        })
    }
}

/// Events as they are sent, or as they arrive.
pub struct EventStream(Pin<Box<dyn Stream<Item = Result<Event, StreamError>> + Send>>);

impl EventStream {
    /// Events that come one by one. After an error, what is sent is cut off, so that the other side notices.
    pub fn new(stream: impl Stream<Item = Result<Event, StreamError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::next`](super::ByteStream::next), and [`StreamError::TooLarge`] for an event that does
    /// not end.
    pub async fn next(&mut self) -> Result<Option<Event>, StreamError> {
        self.0.next().await.transpose()
    }
}

impl Stream for EventStream {
    type Item = Result<Event, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl From<Vec<Event>> for EventStream {
    fn from(events: Vec<Event>) -> Self {
        Self::new(stream::iter(events.into_iter().map(Ok)))
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
