//! Multipart bodies, part by part. Knows nothing of how they are written.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::Value;

use super::{ByteStream, StreamError};
use crate::Model;
use crate::json::Arena;
use crate::read::Mode;
use crate::rules::Rules;

/// The parts of a multipart body, as they arrive or as they are sent: files as streams, everything else as values.
///
/// ```
/// use kibana_runtime::wire::{File, Multipart, StreamError};
///
/// # fn made() -> Result<(), StreamError> {
/// let body = Multipart::default()
///     .field("overwrite", &true)?
///     .file(File::new("file", "{}\n").named("export.ndjson"));
/// # drop(body);
/// # Ok(())
/// # }
/// # assert!(made().is_ok());
/// ```
pub struct Multipart(Pin<Box<dyn Stream<Item = Result<Part, StreamError>> + Send>>);

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
    value: Value,
    headers: PartHeaders,
}

/// The headers of a part besides those that every part has: names in lower case, and texts.
pub(crate) type PartHeaders = Vec<(String, String)>;

fn header_of<'h>(headers: &'h PartHeaders, name: &str) -> Option<&'h str> {
    let mut headers = headers.iter();
    let (_, text) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(text)
}

/// A part that is a file.
pub struct File {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    headers: PartHeaders,
    content: ByteStream,
}

impl Multipart {
    /// Parts that come one by one.
    pub fn new(parts: impl Stream<Item = Result<Part, StreamError>> + Send + 'static) -> Self {
        Self(Box::pin(parts))
    }

    /// Adds a part that is no file: text as it is, everything else as JSON.
    ///
    /// # Errors
    ///
    /// For a value that JSON does not have.
    pub fn field<T: Model>(self, name: impl Into<String>, value: &T) -> Result<Self, StreamError> {
        Ok(self.and(Part::Field(Field::new(name, value)?)))
    }

    /// Adds a file.
    #[must_use]
    pub fn file(self, file: File) -> Self {
        self.and(Part::File(file))
    }

    /// Adds a part.
    #[must_use]
    pub fn and(self, part: Part) -> Self {
        Self::new(self.0.chain(stream::iter([Ok(part)])))
    }

    /// The next part; `None` at the end, when everything that must be there was.
    ///
    /// # Errors
    ///
    /// For a part that the document does not know, that comes twice, or whose value breaks a rule; at the end for
    /// one that is missing; and those of [`ByteStream::next`]. To return the error from a handler answers it.
    pub async fn next(&mut self) -> Result<Option<Part>, StreamError> {
        self.0.next().await.transpose()
    }
}

/// Without any part.
impl Default for Multipart {
    fn default() -> Self {
        Self::new(stream::empty())
    }
}

impl From<Vec<Part>> for Multipart {
    fn from(parts: Vec<Part>) -> Self {
        Self::new(stream::iter(parts.into_iter().map(Ok)))
    }
}

impl Field {
    /// Text as it is, everything else as JSON.
    ///
    /// # Errors
    ///
    /// For a value that JSON does not have.
    pub fn new<T: Model>(name: impl Into<String>, value: &T) -> Result<Self, StreamError> {
        let name = name.into();
        let value = crate::to_value(value)
            .map_err(|error| StreamError::unreadable(&format!("body.{name}"), error.to_string()))?;
        let text = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Ok(Self::read_as(name, text, value))
    }

    /// Text that means a value.
    pub(crate) fn read_as(name: String, text: String, value: Value) -> Self {
        Self {
            name,
            text,
            value,
            headers: Vec::new(),
        }
    }

    /// Adds a header to the part.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.headers.push((name.into(), text.into()));
        self
    }

    /// A header of the part, besides those that every part has.
    pub fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.headers, name)
    }

    #[cfg(feature = "client")]
    pub(crate) fn headers(&self) -> &PartHeaders {
        &self.headers
    }

    /// The name of the part.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text as it is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value, as the type that the document gives it (an item of it, where it is a list).
    ///
    /// # Errors
    ///
    /// When it cannot be read as this type.
    pub fn read<T: Model>(&self) -> Result<T, StreamError> {
        let root = format!("body.{}", self.name);
        let arena = Arena::new();
        Ok(crate::read(
            &arena.value(&self.value),
            &Rules::NONE,
            Mode::Request,
            &root,
        )?)
    }

    /// Its value.
    #[cfg(feature = "client")]
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }
}

impl File {
    /// A file in the part of this name.
    pub fn new(name: impl Into<String>, content: impl Into<ByteStream>) -> Self {
        Self {
            name: name.into(),
            file_name: None,
            content_type: None,
            headers: Vec::new(),
            content: content.into(),
        }
    }

    /// Adds a header to the part.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.headers.push((name.into(), text.into()));
        self
    }

    /// A header of the part, besides those that every part has.
    pub fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.headers, name)
    }

    #[cfg(feature = "client")]
    pub(crate) fn headers(&self) -> &PartHeaders {
        &self.headers
    }

    /// The same, which breaks off when it has more or fewer bytes than these rules allow.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn within(mut self, rules: &'static Rules) -> Self {
        self.content = self.content.within(rules, format!("body.{}", self.name));
        self
    }

    /// The name of the file itself.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Its media type.
    #[must_use]
    pub fn typed(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The name of the part.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the file, as whoever sends it gives it: not to be trusted as a path.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The media type that whoever sends it gives it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::next`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        self.content.next().await
    }

    /// Everything that is left, in memory.
    ///
    /// # Errors
    ///
    /// [`StreamError::TooLarge`] beyond `limit` bytes, and those of [`next`](Self::next).
    pub async fn collect(self, limit: usize) -> Result<Bytes, StreamError> {
        self.content.collect(limit).await
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
