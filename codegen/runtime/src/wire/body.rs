//! Bodies: in memory, or as streams of bytes. Knows readers of tokio, and nothing of formats.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
#[cfg(any(feature = "client", feature = "server"))]
use futures_util::stream;
use futures_util::stream::Stream;

use super::StreamError;
#[cfg(any(feature = "client", feature = "server"))]
use crate::rules::Rules;

/// The bytes of a body as they arrive, or as they are sent.
pub struct ByteStream(Content);

enum Content {
    /// All of it is there. Empty when it was taken.
    Whole(Bytes),
    Pieces(Pin<Box<dyn Stream<Item = Result<Bytes, StreamError>> + Send>>),
}

impl ByteStream {
    /// Bytes that come in pieces. After an error, what is sent is cut off, so that the other side notices.
    pub fn new(stream: impl Stream<Item = Result<Bytes, StreamError>> + Send + 'static) -> Self {
        Self(Content::Pieces(Box::pin(stream)))
    }

    /// What a reader reads, such as a file that is opened: a piece at a time, never all of it in memory.
    #[cfg(any(feature = "client", feature = "server"))]
    pub fn read(reader: impl tokio::io::AsyncRead + Send + 'static) -> Self {
        Self::new(futures_util::stream::try_unfold(
            Box::pin(reader),
            |mut reader| async move {
                let piece = read_piece(reader.as_mut())
                    .await
                    .map_err(StreamError::failed)?;
                Ok((!piece.is_empty()).then_some((piece, reader)))
            },
        ))
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// When the body is too large, stalls or is cut off. To return the error from a handler answers it.
    pub async fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// The same, which breaks off when it has more or fewer bytes than these rules allow. The text is how paths begin.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn within(self, rules: &'static Rules, root: String) -> Self {
        let (least, most) = (rules.min_length, rules.max_length);
        if least.is_none() && most.is_none() {
            return self;
        }
        let start = (self, 0_u64);
        let wrong =
            move |bound: String| StreamError::unreadable(&root, format!("expected {bound}"));
        let wrong = std::sync::Arc::new(wrong);
        Self::new(stream::try_unfold(start, move |(mut bytes, found)| {
            let wrong = std::sync::Arc::clone(&wrong);
            async move {
                let piece = bytes.next().await?;
                let found = found + piece.as_ref().map_or(0, |piece| piece.len() as u64);
                if let Some(most) = most.filter(|most| found > *most) {
                    return Err(wrong(format!("at most {most} bytes")));
                }
                match (piece, least) {
                    (Some(piece), _) => Ok(Some((piece, (bytes, found)))),
                    (None, Some(least)) if found < least => {
                        Err(wrong(format!("at least {least} bytes, found {found}")))
                    }
                    (None, _) => Ok(None),
                }
            }
        }))
    }

    /// All of it, when it is in memory.
    pub(crate) fn into_whole(self) -> Result<Bytes, Self> {
        match self.0 {
            Content::Whole(bytes) => Ok(bytes),
            Content::Pieces(_) => Err(self),
        }
    }

    /// All of it, where it has arrived already and in one piece, as small answers do. Otherwise nothing of it is lost.
    #[cfg(feature = "client")]
    pub(crate) fn arrived(&mut self, cx: &mut Context<'_>) -> Option<Bytes> {
        let Poll::Ready(first) = Pin::new(&mut *self).poll_next(cx) else {
            return None;
        };
        let mut begun = Vec::new();
        match first {
            None => return Some(Bytes::new()),
            Some(Ok(bytes)) => match Pin::new(&mut *self).poll_next(cx) {
                Poll::Ready(None) => return Some(bytes),
                Poll::Ready(Some(second)) => begun.extend([Ok(bytes), second]),
                Poll::Pending => begun.push(Ok(bytes)),
            },
            Some(error) => begun.push(error),
        }
        let rest = std::mem::replace(self, Self::from(Bytes::new()));
        *self = Self::new(stream::StreamExt::chain(stream::iter(begun), rest));
        None
    }

    /// Everything that is left, in memory.
    ///
    /// # Errors
    ///
    /// [`StreamError::TooLarge`] beyond `limit` bytes, and those of [`next`](Self::next).
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, StreamError> {
        let mut gathered = Gathered::new(limit);
        while let Some(piece) = self.next().await? {
            gathered.push(piece)?;
        }
        Ok(gathered.finish())
    }
}

/// As much as a reader has at once, and at most a good bite.
#[cfg(any(feature = "client", feature = "server"))]
async fn read_piece(mut reader: Pin<&mut impl tokio::io::AsyncRead>) -> std::io::Result<Bytes> {
    let mut room = vec![0; 64 << 10];
    let length = poll_fn(|cx| {
        let mut buffer = tokio::io::ReadBuf::new(&mut room);
        let read = reader.as_mut().poll_read(cx, &mut buffer);
        read.map_ok(|()| buffer.filled().len())
    })
    .await?;
    room.truncate(length);
    Ok(room.into())
}

impl Stream for ByteStream {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Content::Whole(bytes) => {
                let all = std::mem::take(bytes);
                Poll::Ready((!all.is_empty()).then_some(Ok(all)))
            }
            Content::Pieces(stream) => stream.as_mut().poll_next(cx),
        }
    }
}

impl From<Bytes> for ByteStream {
    fn from(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
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

/// Pieces that become one. A single piece, which is the common case, is not copied.
pub(crate) struct Gathered {
    first: Bytes,
    all: Vec<u8>,
    limit: usize,
}

impl Gathered {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            first: Bytes::new(),
            all: Vec::new(),
            limit,
        }
    }

    pub(crate) fn push(&mut self, piece: Bytes) -> Result<(), StreamError> {
        if self.all.len().max(self.first.len()) + piece.len() > self.limit {
            return Err(StreamError::TooLarge(self.limit));
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

    pub(crate) fn finish(self) -> Bytes {
        match self.all.is_empty() {
            true => self.first,
            false => Bytes::from(self.all),
        }
    }
}

#[cfg(all(test, any(feature = "client", feature = "server")))]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn a_reader_comes_piece_by_piece_and_whole() {
        let content: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut stream = ByteStream::read(Cursor::new(content.clone()));
        let mut read = Vec::new();
        while let Some(piece) = stream.next().await.unwrap() {
            assert!(piece.len() <= 64 << 10);
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, content);
    }

    #[tokio::test]
    async fn a_reader_that_fails_fails_the_body() {
        struct Broken;
        impl tokio::io::AsyncRead for Broken {
            fn poll_read(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
                _: &mut tokio::io::ReadBuf<'_>,
            ) -> Poll<std::io::Result<()>> {
                Poll::Ready(Err(std::io::Error::other("the disk is gone")))
            }
        }
        let error = ByteStream::read(Broken).next().await.unwrap_err();
        assert!(error.to_string().contains("the disk is gone"), "{error}");
    }
}
