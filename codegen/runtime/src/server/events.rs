//! Server-sent events. Knows nothing of operations.

use std::fmt;
use std::pin::Pin;

use axum::body::Bytes;
use futures_util::stream::{self, Stream, StreamExt};

use super::{ApiError, ByteStream};
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
    /// 500 for a number that is not finite.
    pub fn json<T: Model>(event: impl Into<String>, data: &T) -> Result<Self, ApiError> {
        Ok(Self {
            event: Some(event.into()),
            id: None,
            data: crate::to_string(data).map_err(|_| ApiError::internal())?,
        })
    }

    fn to_text(&self) -> String {
        // A line break in a name would begin another field.
        let one_line = |text: &str| text.replace(['\r', '\n', '\0'], " ");
        let mut text = String::new();
        if let Some(event) = &self.event {
            text += &format!("event: {}\n", one_line(event));
        }
        if let Some(id) = &self.id {
            text += &format!("id: {}\n", one_line(id));
        }
        for line in self.data.replace("\r\n", "\n").split(['\n', '\r']) {
            text += &format!("data: {line}\n");
        }
        text.push('\n');
        text
    }
}

/// Events as they are sent.
pub struct EventStream(Pin<Box<dyn Stream<Item = Result<Event, ApiError>> + Send>>);

impl EventStream {
    /// Events that come one by one. After an error, what is sent is cut off.
    pub fn new(stream: impl Stream<Item = Result<Event, ApiError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    pub(super) fn into_bytes(self) -> ByteStream {
        ByteStream::new(self.0.map(|event| Ok(Bytes::from(event?.to_text()))))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_field_of_its_own() {
        let event = Event {
            event: Some("a\nid: 7".to_owned()),
            id: None,
            data: "x\r\ny\revent: z".to_owned(),
        };
        let expected = "event: a id: 7\ndata: x\ndata: y\ndata: event: z\n\n";
        assert_eq!(event.to_text(), expected);
    }
}
