//! Server-sent events as text. Knows nothing of operations.

use axum::body::Bytes;
use futures_util::stream::StreamExt;

use super::{ByteStream, Event, EventStream};

/// Events as they are sent.
pub(super) fn bytes(events: EventStream) -> ByteStream {
    ByteStream::new(events.map(|event| Ok(Bytes::from(text(&event?)))))
}

fn text(event: &Event) -> String {
    // A line break in a name would begin another field.
    let one_line = |text: &str| text.replace(['\r', '\n', '\0'], " ");
    let mut text = String::new();
    if let Some(event) = &event.event {
        text += &format!("event: {}\n", one_line(event));
    }
    if let Some(id) = &event.id {
        text += &format!("id: {}\n", one_line(id));
    }
    for line in event.data.replace("\r\n", "\n").split(['\n', '\r']) {
        text += &format!("data: {line}\n");
    }
    text.push('\n');
    text
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
        assert_eq!(text(&event), expected);
    }
}
