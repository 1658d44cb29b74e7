//! Multipart bodies of requests, in whatever order their parts come. Knows the parts that a document names.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::ready;
use futures_util::stream::{self, StreamExt};

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::parameters::{Pair, field_value, is_of};
use super::text::{Encoding, decode};
use super::{
    ApiError, ByteStream, Coercion, Field, File, Multipart, Parameter, Part, PartInfo, Parts,
    StreamError,
};
use crate::json::{Arena, Node};
use crate::wire::{Counts, PartHeaders};

/// The longest text of a part that is no file.
const FIELD_LIMIT: usize = 1 << 20;
/// How much may be read ahead while no part gets on: more than any real header.
const AHEAD_LIMIT: usize = 256 << 10;

/// The parts of a request's body: files as streams, everything else read and checked.
pub(super) fn incoming(bytes: ByteStream, boundary: String, parts: &'static Parts) -> Multipart {
    let incoming = Incoming::new(bytes, boundary, parts);
    Multipart::new(stream::try_unfold(incoming, |mut incoming| async move {
        let part = incoming.next().await?;
        Ok(part.map(|part| (part, incoming)))
    }))
}

struct Incoming {
    inner: multer::Multipart<'static>,
    parts: &'static Parts,
    counts: Counts,
    ahead: Arc<AtomicUsize>,
}

impl Incoming {
    fn new(mut bytes: ByteStream, boundary: String, parts: &'static Parts) -> Self {
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
                    true => Some(Err(StreamError::unreadable(
                        "body",
                        "a part does not begin",
                    ))),
                    false => piece,
                },
            )
        });
        Self {
            inner: multer::Multipart::new(counted, boundary),
            parts,
            counts: Counts::default(),
            ahead,
        }
    }

    async fn next(&mut self) -> Result<Option<Part>, StreamError> {
        let field = self.inner.next_field().await.map_err(refused)?;
        self.ahead.store(0, Ordering::Relaxed);
        let Some(field) = field else {
            self.counts.check_all(self.parts)?;
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
        let headers = checked_headers(known.unwrap_or(&PartInfo::TEXT), &field)?;
        let is_file = known.is_some_and(|part| part.file) || field.file_name().is_some();
        Ok(Some(match is_file {
            true => Part::File(
                headers.into_iter().fold(
                    self.file(name, field)
                        .within(known.unwrap_or(&PartInfo::TEXT).limits),
                    |file, (name, text)| file.with_header(name, text),
                ),
            ),
            false => Part::Field(headers.into_iter().fold(
                self.text(name, known, field).await?,
                |field, (name, text)| field.with_header(name, text),
            )),
        }))
    }

    fn file(&self, name: String, field: multer::Field<'static>) -> File {
        let file_name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(ToString::to_string);
        let ahead = Arc::clone(&self.ahead);
        let content = field.map(move |piece| {
            ahead.store(0, Ordering::Relaxed);
            piece.map_err(refused)
        });
        let mut file = File::new(name, ByteStream::new(content));
        if let Some(file_name) = file_name {
            file = file.named(file_name);
        }
        match content_type {
            Some(content_type) => file.typed(content_type),
            None => file,
        }
    }

    fn check_known(
        &mut self,
        name: &str,
        known: Option<&'static PartInfo>,
    ) -> Result<(), StreamError> {
        match known {
            Some(part) => self.counts.part(part),
            None if self.parts.closed => {
                let shown: String = name.chars().take(64).collect();
                Err(wrong(&shown, "is not known here"))
            }
            None => Ok(()),
        }
    }

    async fn text(
        &mut self,
        name: String,
        known: Option<&'static PartInfo>,
        mut field: multer::Field<'static>,
    ) -> Result<Field, StreamError> {
        let mut bytes = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(refused)? {
            self.ahead.store(0, Ordering::Relaxed);
            bytes.extend_from_slice(&piece);
            if bytes.len() > FIELD_LIMIT {
                return Err(StreamError::TooLarge(FIELD_LIMIT));
            }
        }
        let part = known.unwrap_or(&PartInfo::TEXT);
        let text = String::from_utf8(bytes).map_err(|_| wrong(part.name, "is no UTF-8 text"))?;
        let coercion = match part.is_json() {
            true => &Coercion::Json,
            false => part.coercion,
        };
        let arena = Arena::new();
        let value = value(&text, coercion, &arena);
        let values = part.values(&value)?;
        if known.is_some() {
            self.counts.values(part, values)?;
        }
        // A list of one item in JSON is that item.
        let value = match values {
            [one] => one.to_value(),
            _ => value.to_value(),
        };
        Ok(Field::read_as(name, text, value))
    }
}

/// The headers of a part, when they and its media type are what the document says. A part need not state its media type.
fn checked_headers(
    part: &PartInfo,
    field: &multer::Field<'static>,
) -> Result<PartHeaders, StreamError> {
    if let Some(stated) = field.headers().get(CONTENT_TYPE) {
        part.takes(&String::from_utf8_lossy(stated.as_bytes()))?;
    }
    for header in part.headers {
        let root = format!("body.{}.headers.{}", part.name, header.name);
        match field.headers().get(header.name).map(|value| value.to_str()) {
            Some(Ok(text)) => {
                let arena = Arena::new();
                let value = header.coercion.node(&[Some(text.to_owned())], &arena);
                (header.check)(&value, &root)?;
            }
            Some(Err(_)) => return Err(StreamError::unreadable(&root, "expected text")),
            None if header.required => {
                return Err(StreamError::unreadable(&root, "expected the header"));
            }
            None => {}
        }
    }
    let usual = [CONTENT_TYPE, CONTENT_DISPOSITION];
    let others = field.headers().iter();
    let others = others.filter(|(name, _)| !usual.contains(name));
    let texts = others.filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    Ok(texts.collect())
}

/// The value of a part: an item of it, where it is a list.
fn value<'a>(text: &str, coercion: &Coercion, arena: &'a Arena) -> Node<'a> {
    let texts = [Some(text.to_owned())];
    match coercion {
        Coercion::Array(item) if !text.trim_start().starts_with('[') => item.node(&texts, arena),
        coercion => coercion.node(&texts, arena),
    }
}

fn wrong(name: &str, problem: &str) -> StreamError {
    StreamError::unreadable(&format!("body.{name}"), format!("the part {problem}"))
}

/// What multer refuses: the body's own problem where it was one.
fn refused(error: multer::Error) -> StreamError {
    if let multer::Error::StreamReadFailed(source) = &error
        && let Some(error) = source.downcast_ref::<StreamError>()
    {
        return error.clone();
    }
    StreamError::unreadable("body", format!("no multipart: {error}"))
}

/// The boundary that `Content-Type` states.
pub(super) fn boundary(content_type: &str) -> Result<String, ApiError> {
    multer::parse_boundary(content_type)
        .map_err(|_| ApiError::bad_request("[request headers.content-type]: expected a `boundary`"))
}

/// The fields of a form as one object.
pub(super) fn form<'a>(pairs: &'a [Pair<'_>], parts: &'static Parts, arena: &'a Arena) -> Node<'a> {
    let fields = parts.list.iter().map(|part| match part.written {
        Some(written) => *written,
        None => Parameter {
            name: part.name,
            coercion: part.coercion,
            ..Parameter::TEXT
        },
    });
    let fields: Vec<Parameter> = fields.collect();
    let stated = parts.list.iter().zip(&fields);
    let stated = stated.filter(|(part, _)| part.written.is_some());
    let stated: Vec<&Parameter> = stated.map(|(_, field)| field).collect();
    let mut entries = Vec::new();
    for field in &stated {
        let value = field_value(field, &fields, pairs, arena);
        entries.extend(value.map(|node| (field.name, node)));
    }
    let is_stated = |pair: &Pair<'_>| stated.iter().any(|field| is_of(field, &fields, &pair.name));
    let mut names: Vec<&str> = Vec::new();
    for pair in pairs.iter().filter(|pair| !is_stated(pair)) {
        if !names.contains(&&*pair.name) {
            names.push(&pair.name);
        }
    }
    entries.extend(names.into_iter().map(|name| {
        let own = pairs.iter().filter(|pair| pair.name == name);
        let texts = own.map(|pair| {
            let text = decode(pair.text.as_deref()?, Encoding::Form)?;
            Some(text.into_owned())
        });
        let texts: Vec<_> = texts.collect();
        let coercion = parts
            .get(name)
            .map_or(&Coercion::Text, |part| part.coercion);
        (name, coercion.node(&texts, arena))
    }));
    arena.object(entries)
}
