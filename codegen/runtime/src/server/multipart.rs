//! Multipart bodies, part by part, in whatever order they come. Knows the parts that a document names.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use axum::body::Bytes;
use futures_util::ready;
use futures_util::stream::{self, StreamExt};

use super::operation::{PartInfo, Parts};
use super::text::{Encoding, decode};
use super::{ApiError, ByteStream, Coercion};
use crate::{Mode, Model, Node, Rules};

/// The longest text of a part that is no file.
const FIELD_LIMIT: usize = 1 << 20;
/// How much may be read ahead while no part gets on: more than any real header.
const AHEAD_LIMIT: usize = 256 << 10;

/// The parts of a multipart body, as they arrive: files as streams, everything else read and checked.
pub struct Multipart {
    inner: multer::Multipart<'static>,
    parts: &'static Parts,
    seen: BTreeSet<String>,
    ahead: Arc<AtomicUsize>,
}

/// A part of a multipart body.
#[derive(Debug)]
pub enum Part {
    /// Text, checked against its schema.
    Field(Field),
    /// A file. It must be read before the next part is asked for; what is left of it is skipped.
    File(File),
}

/// A part that is no file.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    text: String,
    coercion: &'static Coercion,
}

/// A part that is a file.
pub struct File {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    field: Box<multer::Field<'static>>,
    ahead: Arc<AtomicUsize>,
}

impl Multipart {
    pub(super) fn incoming(mut bytes: ByteStream, boundary: String, parts: &'static Parts) -> Self {
        let ahead = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&ahead);
        let mut rests = false;
        // multer takes what it can get before it looks at it: a rest after every piece keeps that small.
        let counted = stream::poll_fn(move |cx| {
            if std::mem::take(&mut rests) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let piece = ready!(bytes.poll_next_unpin(cx));
            rests = true;
            let length = match &piece {
                Some(Ok(bytes)) => bytes.len(),
                _ => 0,
            };
            Poll::Ready(
                match counter.fetch_add(length, Ordering::Relaxed) > AHEAD_LIMIT {
                    true => Some(Err(ApiError::bad_request(
                        "[request body]: a part does not begin",
                    ))),
                    false => piece,
                },
            )
        });
        Self {
            inner: multer::Multipart::new(counted, boundary),
            parts,
            seen: BTreeSet::new(),
            ahead,
        }
    }

    /// The next part; `None` at the end, when everything that must be there was.
    ///
    /// # Errors
    ///
    /// 400 for a part that the document does not know, that comes twice, or whose value breaks a rule; at the end for
    /// one that is missing; and those of [`ByteStream::next`]. To return the error from a handler answers it.
    pub async fn next(&mut self) -> Result<Option<Part>, ApiError> {
        let field = self.inner.next_field().await.map_err(refused)?;
        self.ahead.store(0, Ordering::Relaxed);
        let Some(field) = field else {
            self.check_missing()?;
            return Ok(None);
        };
        let name = field.name().unwrap_or_default().to_owned();
        // PHP's spelling of a part that comes more than once.
        let known = self
            .parts
            .get(&name)
            .or_else(|| self.parts.get(name.strip_suffix("[]")?));
        let name = known.map_or(name, |part| part.name.to_owned());
        self.check_known(&name, known)?;
        let is_file = known.is_some_and(|part| part.file) || field.file_name().is_some();
        Ok(Some(match is_file {
            true => Part::File(File {
                name,
                file_name: field.file_name().map(str::to_owned),
                content_type: field.content_type().map(ToString::to_string),
                field: Box::new(field),
                ahead: Arc::clone(&self.ahead),
            }),
            false => Part::Field(self.text(name, known, field).await?),
        }))
    }

    fn check_known(&mut self, name: &str, known: Option<&PartInfo>) -> Result<(), ApiError> {
        let shown: String = name.chars().take(64).collect();
        if known.is_none() && self.parts.closed {
            return Err(wrong(&shown, "is not known here"));
        }
        if known.is_none_or(|part| part.many) {
            // Unbounded names are not remembered.
            if known.is_some() {
                self.seen.insert(name.to_owned());
            }
            return Ok(());
        }
        match self.seen.insert(name.to_owned()) {
            true => Ok(()),
            false => Err(wrong(&shown, "is there twice")),
        }
    }

    fn check_missing(&self) -> Result<(), ApiError> {
        let missing = |part: &&PartInfo| part.required && !self.seen.contains(part.name);
        let names = self.parts.list.iter().filter(missing);
        let names: Vec<_> = names.map(|part| format!("`{}`", part.name)).collect();
        match names.is_empty() {
            true => Ok(()),
            false => Err(ApiError::bad_request(format!(
                "[request body]: expected the part {}",
                names.join(" and ")
            ))),
        }
    }

    async fn text(
        &self,
        name: String,
        known: Option<&'static PartInfo>,
        mut field: multer::Field<'static>,
    ) -> Result<Field, ApiError> {
        let mut bytes = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(refused)? {
            self.ahead.store(0, Ordering::Relaxed);
            bytes.extend_from_slice(&piece);
            if bytes.len() > FIELD_LIMIT {
                return Err(super::body::too_large(FIELD_LIMIT));
            }
        }
        let part = known.unwrap_or(&PartInfo::TEXT);
        let text = String::from_utf8(bytes).map_err(|_| wrong(part.name, "is no UTF-8 text"))?;
        let field = Field {
            name,
            text,
            coercion: part.coercion,
        };
        // What may come more than once is a list, of which this is one item.
        let node = match (part.many, field.node()) {
            (true, node @ Node::Array(_)) | (false, node) => node,
            (true, node) => Node::Array(vec![node]),
        };
        let root = format!("body.{}", part.name);
        (part.check)(&node, &root)
            .map_err(|violations| super::call::refusal(violations.iter(), violations.more))?;
        Ok(field)
    }
}

fn wrong(name: &str, problem: &str) -> ApiError {
    ApiError::bad_request(format!("[request body.{name}]: the part {problem}"))
}

/// What multer refuses: the body's own problem where it was one.
fn refused(error: multer::Error) -> ApiError {
    if let multer::Error::StreamReadFailed(source) = &error
        && let Some(error) = source.downcast_ref::<ApiError>()
    {
        return error.clone();
    }
    ApiError::bad_request(format!("[request body]: no multipart: {error}"))
}

/// The boundary that `Content-Type` states.
pub(super) fn boundary(content_type: &str) -> Result<String, ApiError> {
    multer::parse_boundary(content_type)
        .map_err(|_| ApiError::bad_request("[request headers.content-type]: expected a `boundary`"))
}

/// The fields of a form as one object; `None` where it is no text.
pub(super) fn form(text: &str, parts: &'static Parts) -> Option<Node<'static>> {
    let pairs = super::parameters::query_pairs(text)?;
    let mut names: Vec<&str> = Vec::new();
    for pair in &pairs {
        if !names.contains(&&*pair.name) {
            names.push(&pair.name);
        }
    }
    let entries = names.into_iter().map(|name| {
        let own = pairs.iter().filter(|pair| pair.name == name);
        let texts = own.map(|pair| {
            let text = decode(pair.text.as_deref()?, Encoding::Form)?;
            Some(text.into_owned())
        });
        let texts: Vec<_> = texts.collect();
        let coercion = parts
            .get(name)
            .map_or(&Coercion::Text, |part| part.coercion);
        (name.to_owned().into(), coercion.node(&texts))
    });
    Some(Node::Object(entries.collect()))
}

impl Field {
    /// The name of the part.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text as it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value, as the type that the document gives it (an item of it, where it is a list).
    ///
    /// # Errors
    ///
    /// 400 when it cannot be read as this type.
    pub fn read<T: Model>(&self) -> Result<T, ApiError> {
        let root = format!("body.{}", self.name);
        crate::read(&self.node(), &Rules::NONE, Mode::Strict, &root)
            .map_err(|violations| super::call::refusal(violations.iter(), violations.more))
    }

    fn node(&self) -> Node<'static> {
        let text = [Some(self.text.clone())];
        match self.coercion {
            Coercion::Array(item) if !self.text.trim_start().starts_with('[') => item.node(&text),
            coercion => coercion.node(&text),
        }
    }
}

impl File {
    /// The name of the part.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the file, as the client gives it: not to be trusted as a path.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The media type that the client gives it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::next`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        let piece = self.field.chunk().await.map_err(refused)?;
        self.ahead.store(0, Ordering::Relaxed);
        Ok(piece)
    }

    /// Everything that is left, in memory.
    ///
    /// # Errors
    ///
    /// 413 beyond `limit` bytes, and those of [`next`](Self::next).
    pub async fn collect(mut self, limit: usize) -> Result<Vec<u8>, ApiError> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await? {
            if all.len() + piece.len() > limit {
                return Err(super::body::too_large(limit));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Multipart")
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}
