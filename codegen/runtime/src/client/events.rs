//! Server-sent events out of bytes, as the HTML standard says. Knows nothing of operations.

use futures_util::stream;

use super::{ByteStream, Event, EventStream, StreamError};

/// The largest event that is read.
const EVENT_LIMIT: usize = 8 << 20;

/// The events in a body, as they arrive.
pub(super) fn incoming(bytes: ByteStream) -> EventStream {
    let parser = Parser {
        bytes,
        buffer: Vec::new(),
        seen: 0,
        event: Event::default(),
        has_data: false,
        id: None,
        begun: false,
        after_return: false,
    };
    EventStream::new(stream::try_unfold(parser, |mut parser| async move {
        let event = parser.next().await?;
        Ok(event.map(|event| (event, parser)))
    }))
}

struct Parser {
    bytes: ByteStream,
    buffer: Vec<u8>,
    /// How much of the buffer is known to hold no line break.
    seen: usize,
    event: Event,
    has_data: bool,
    /// The last id: it holds until there is another one.
    id: Option<String>,
    begun: bool,
    /// Whether a `\n` that comes next belongs to the line before.
    after_return: bool,
}

impl Parser {
    /// The next event. One that is not finished at the end is none.
    async fn next(&mut self) -> Result<Option<Event>, StreamError> {
        loop {
            while let Some(line) = self.line() {
                if let Some(event) = self.read(&line) {
                    return Ok(Some(event));
                }
            }
            if self.buffer.len() + self.event.data.len() > EVENT_LIMIT {
                return Err(StreamError::TooLarge(EVENT_LIMIT));
            }
            match self.bytes.next().await? {
                Some(bytes) => self.buffer.extend_from_slice(&bytes),
                None => return Ok(None),
            }
        }
    }

    /// A line that has ended: with `\n`, `\r` or both.
    fn line(&mut self) -> Option<String> {
        if self.after_return && !self.buffer.is_empty() {
            self.after_return = false;
            if self.buffer.first() == Some(&b'\n') {
                self.buffer.remove(0);
            }
        }
        let fresh = self.buffer.get(self.seen..)?;
        let Some(at) = fresh.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.seen = self.buffer.len();
            return None;
        };
        let end = self.seen + at;
        self.after_return = self.buffer.get(end) == Some(&b'\r');
        let rest = self.buffer.split_off(end + 1);
        let mut line = std::mem::replace(&mut self.buffer, rest);
        line.truncate(end);
        self.seen = 0;
        let line = String::from_utf8_lossy(&line).into_owned();
        let first = !std::mem::replace(&mut self.begun, true);
        match line.strip_prefix('\u{feff}') {
            Some(rest) if first => Some(rest.to_owned()),
            _ => Some(line),
        }
    }

    fn read(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event.event = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            // Comments, and when to connect again: that is the program's business.
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Event> {
        let mut event = std::mem::take(&mut self.event);
        event.id.clone_from(&self.id);
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn events(pieces: &[&'static str]) -> Vec<Event> {
        let pieces: Vec<_> = pieces.iter().map(|piece| Ok((*piece).into())).collect();
        let bytes = ByteStream::new(stream::iter(pieces));
        let mut events = incoming(bytes);
        let mut all = Vec::new();
        while let Some(event) = events.next().now_or_never().unwrap().unwrap() {
            all.push(event);
        }
        all
    }

    fn event(event: Option<&str>, id: Option<&str>, data: &str) -> Event {
        Event {
            event: event.map(str::to_owned),
            id: id.map(str::to_owned),
            data: data.to_owned(),
        }
    }

    #[test]
    fn events_end_at_empty_lines_whatever_breaks_them() {
        let expected = [
            event(Some("a"), Some("7"), "x\ny"),
            event(None, Some("7"), "z"),
        ];
        let lf = "event: a\nid: 7\n: comment\ndata: x\ndata:y\n\ndata: z\n\ndata: unfinished";
        for text in [
            lf.to_owned(),
            lf.replace('\n', "\r\n"),
            lf.replace('\n', "\r"),
        ] {
            let text: &'static str = text.leak();
            assert_eq!(events(&[text]), expected);
            let bytes: Vec<&'static str> = (0..text.len()).map(|at| &text[at..=at]).collect();
            assert_eq!(events(&bytes), expected);
        }
    }

    #[test]
    fn an_event_without_data_is_none() {
        assert_eq!(events(&["\u{feff}event: a\n\n\nretry: 3\n\n"]), []);
        assert_eq!(events(&["\u{feff}data\n\n"]), [event(None, None, "")]);
    }
}
