//! NDJSON, one value after the other, in both directions. Knows models; knows no operations.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};

use super::{ByteStream, StreamError};
use crate::Model;
use crate::json::Arena;
use crate::read::Mode;
use crate::rules::Rules;

/// Values of a body with one JSON value per line, as they arrive or as they are sent.
pub struct JsonLines<T>(Pin<Box<dyn Stream<Item = Result<T, StreamError>> + Send>>);

/// The longest line that is read.
const LINE_LIMIT: usize = 8 << 20;

impl<T: Model + Send + 'static> JsonLines<T> {
    /// Values that come one by one. After an error, what is sent is cut off, so that the other side notices.
    pub fn new(stream: impl Stream<Item = Result<T, StreamError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next value; `None` at the end.
    ///
    /// # Errors
    ///
    /// For a line that is no JSON or, in a request, breaks a rule of its schema, and those of [`ByteStream::next`]. To
    /// return the error from a handler answers it.
    pub async fn next(&mut self) -> Result<Option<T>, StreamError> {
        self.0.next().await.transpose()
    }

    pub(crate) fn incoming(bytes: ByteStream, reading: Reading) -> Self {
        let state = Lines {
            bytes,
            buffer: Vec::new(),
            seen: 0,
            number: 0,
            ended: false,
        };
        Self::new(stream::try_unfold(state, move |mut lines| async move {
            while let Some(line) = lines.next().await? {
                if !line.trim_ascii().is_empty() {
                    let value = reading.value(&line, lines.number)?;
                    return Ok(Some((value, lines)));
                }
            }
            Ok(None)
        }))
    }

    /// The bytes of all lines. Values that are checked break off the body when they break a rule.
    pub(crate) fn into_bytes(self, checked: Option<Reading>) -> ByteStream {
        ByteStream::new(self.0.enumerate().map(move |(index, value)| {
            let mut line = crate::to_vec(&value?).map_err(StreamError::failed)?;
            if let Some(reading) = &checked {
                reading.value::<T>(&line, index + 1)?;
            }
            line.push(b'\n');
            Ok(Bytes::from(line))
        }))
    }
}

/// How lines are read.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// The rules of each value.
    pub(crate) rules: &'static Rules,
    pub(crate) mode: Mode,
    /// How paths begin, before `line 1`.
    pub(crate) root: &'static str,
}

impl Reading {
    fn value<T: Model>(&self, line: &[u8], number: usize) -> Result<T, StreamError> {
        let root = format!("{} line {number}", self.root);
        let arena = Arena::of_text(line.len());
        let value = match crate::parse(line, &arena) {
            Ok(node) => crate::read(&node, self.rules, self.mode, &root),
            Err(mut violations) => {
                let own = violations.list.iter_mut();
                own.for_each(|violation| violation.path.clone_from(&root));
                Err(violations)
            }
        };
        value.map_err(StreamError::Unreadable)
    }
}

/// Bytes, split at line breaks.
struct Lines {
    bytes: ByteStream,
    buffer: Vec<u8>,
    /// How much of the buffer is known to hold no line break.
    seen: usize,
    number: usize,
    ended: bool,
}

impl Lines {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StreamError> {
        loop {
            let fresh = &self.buffer[self.seen..];
            if let Some(at) = fresh.iter().position(|&byte| byte == b'\n') {
                let rest = self.buffer.split_off(self.seen + at + 1);
                self.seen = 0;
                self.number += 1;
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            self.seen = self.buffer.len();
            if self.seen > LINE_LIMIT {
                return Err(StreamError::TooLarge(LINE_LIMIT));
            }
            if self.ended {
                self.seen = 0;
                self.number += 1;
                let last = std::mem::take(&mut self.buffer);
                return Ok((!last.is_empty()).then_some(last));
            }
            match self.bytes.next().await? {
                Some(bytes) => self.buffer.extend_from_slice(&bytes),
                None => self.ended = true,
            }
        }
    }
}

impl<T> Stream for JsonLines<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T: Model + Send + 'static> From<Vec<T>> for JsonLines<T> {
    fn from(values: Vec<T>) -> Self {
        Self::new(stream::iter(values.into_iter().map(Ok)))
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines")
    }
}
