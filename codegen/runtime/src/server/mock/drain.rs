//! Bodies that are read for nothing but their checks, and for the lines that they hold. Knows the wire.

use std::future::Future;

use serde_json::Value;

use super::store::{LARGEST, MOST};
use crate::Model;
use crate::server::{ApiError, ByteStream, Bytes, JsonLines, Multipart, Part, RequestContext};

/// The longest line that is looked at.
const LONGEST: usize = 1 << 20;

/// Reads a streamed body to its end, so that all of it is checked.
pub trait Drain {
    /// Reads on, and leaves what is a line of JSON in the context.
    fn drain(
        self,
        context: &mut RequestContext,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;
}

impl Drain for ByteStream {
    async fn drain(mut self, context: &mut RequestContext) -> Result<(), ApiError> {
        let mut lines = Lines::default();
        while let Some(piece) = self.next().await? {
            lines.take(&piece);
        }
        context.lines.extend(lines.end());
        Ok(())
    }
}

impl<T: Model + Send + 'static> Drain for JsonLines<T> {
    async fn drain(mut self, context: &mut RequestContext) -> Result<(), ApiError> {
        while let Some(line) = self.next().await? {
            if let Ok(line) = crate::to_value(&line)
                && context.lines.len() < MOST
            {
                context.lines.push(line);
            }
        }
        Ok(())
    }
}

impl Drain for Multipart {
    async fn drain(mut self, context: &mut RequestContext) -> Result<(), ApiError> {
        while let Some(part) = self.next().await? {
            if let Part::File(mut file) = part {
                let mut lines = Lines::default();
                while let Some(piece) = file.next().await? {
                    lines.take(&piece);
                }
                context.lines.extend(lines.end());
            }
        }
        Ok(())
    }
}

/// The lines of bytes that may be anything: bytes that are no lines of JSON objects,
/// and more than could be stored, are forgotten as soon as that shows.
#[derive(Debug, Default)]
struct Lines {
    found: Vec<Value>,
    begun: Vec<u8>,
    size: usize,
    others: bool,
}

impl Lines {
    fn take(&mut self, piece: &Bytes) {
        let mut rest = &piece[..];
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.add(&rest[..end]);
            self.line();
            rest = &rest[end + 1..];
        }
        self.add(rest);
    }

    fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len();
        self.others |= self.begun.len() + bytes.len() > LONGEST || self.size > LARGEST;
        if self.others {
            self.begun = Vec::new();
            self.found = Vec::new();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn line(&mut self) {
        if self.begun.trim_ascii().is_empty() {
            self.begun.clear();
            return;
        }
        match serde_json::from_slice(&self.begun) {
            Ok(line @ Value::Object(_)) if self.found.len() < MOST => self.found.push(line),
            Ok(Value::Object(_)) => {}
            _ => {
                self.others = true;
                self.found = Vec::new();
            }
        }
        self.begun.clear();
    }

    fn end(mut self) -> Vec<Value> {
        self.line();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<Value> {
        let mut lines = Lines::default();
        for piece in pieces {
            lines.take(&Bytes::copy_from_slice(piece));
        }
        lines.end()
    }

    #[test]
    fn lines_are_found_wherever_pieces_end() {
        let whole = br#"{"a":1}
{"b":2}

{"c":3}"#;
        let all = lines(&[whole]);
        assert_eq!(all.len(), 3);
        let single: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(lines(&single), all);
    }

    #[test]
    fn what_is_no_json_leaves_nothing() {
        assert_eq!(lines(&[b"{\"a\":1}\nPNG\n{\"b\":2}"]), [] as [Value; 0]);
        assert_eq!(lines(&[b"[1]\n"]), [] as [Value; 0]);
        let long = vec![b' '; LONGEST + 1];
        assert_eq!(lines(&[b"{\"a\":1}\n", &long]), [] as [Value; 0]);
    }
}
