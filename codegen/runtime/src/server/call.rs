//! A request on its way to a handler: untyped groups and bodies become typed ones, and problems are collected.
//! Knows models; knows no sockets.

use std::borrow::Cow;
use std::str;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, COOKIE};

use super::parameters::{Pair, Taken, group, maybe_lists, query_pairs};
use super::routing::Captured;
#[cfg(feature = "mock")]
use super::sent::{Raw, Sent};
use super::text::{Encoding, decode};
use super::{ApiError, ByteStream, JsonLines, Multipart, Parts, RequestContext};
use crate::json::{Arena, Node};
use crate::read::property_path;
use crate::read::{Mode, ObjectReader, Reader};
use crate::rules::Rules;
#[cfg(feature = "mock")]
use crate::wire::BodyFormat;
use crate::wire::Reading;
use crate::{Model, Violation, ViolationKind, Violations};

/// What reads the parameters that travel in one place.
type ReadGroup<'r> = &'r mut dyn FnMut(&mut ObjectReader<'_>);

/// A request that reached its operation.
pub struct Call {
    context: RequestContext,
    path: Vec<Captured>,
    body: CallBody,
    problems: Problems,
}

/// What is wrong with a request, as far as it was looked at.
#[derive(Default)]
struct Problems {
    list: Vec<Violation>,
    more: usize,
}

impl Problems {
    fn add(&mut self, path: &str, message: &str) {
        self.list.push(Violation {
            path: path.to_owned(),
            kind: ViolationKind::Refused,
            message: message.to_owned(),
        });
    }

    /// Reads a value; `None` where something is wrong with it.
    fn read<T: Model>(&mut self, node: &Node<'_>, rules: &'static Rules, root: &str) -> Option<T> {
        self.told(crate::read(node, rules, Mode::Request, root))
    }

    fn told<T>(&mut self, read: Result<T, Violations>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(violations) => {
                self.extend(violations);
                None
            }
        }
    }

    fn extend(&mut self, violations: Violations) {
        self.list.extend(violations.list);
        self.more += violations.more;
    }
}

/// Reads the parameters that travel in one place, each by its name; gives what is wrong with them.
fn violations(node: &Node<'_>, root: &str, read: ReadGroup<'_>) -> Violations {
    Reader::visit(Mode::Request, root, &mut |reader| {
        if let Some(mut object) = reader.object(node, &Rules::NONE) {
            read(&mut object);
        }
    })
}

/// A body on its way to a handler.
pub(super) enum CallBody {
    /// There is none.
    Absent,
    /// All of it, with the number of its media type.
    Whole(usize, Bytes),
    /// As it arrives, with the number of its media type.
    Stream(usize, ByteStream),
}

/// A request type, which knows how it is read.
pub trait FromCall: Sized {
    /// Reads all groups and the body; what is wrong is told to the call.
    fn from_call(call: &mut Call) -> Option<Self>;
}

/// A request without parameters and body.
impl FromCall for () {
    fn from_call(_: &mut Call) -> Option<Self> {
        Some(())
    }
}

impl Call {
    pub(super) fn new(context: RequestContext, path: Vec<Captured>, body: CallBody) -> Self {
        Self {
            context,
            path,
            body,
            problems: Problems::default(),
        }
    }

    /// Reads the request, or tells everything that is wrong with it.
    pub(super) fn read<T: FromCall>(mut self) -> Result<(RequestContext, T), ApiError> {
        match T::from_call(&mut self) {
            Some(request) if self.problems.list.is_empty() => {
                #[cfg(feature = "mock")]
                self.keep();
                Ok((self.context, request))
            }
            _ => Err(refusal(self.problems.list.iter(), self.problems.more)),
        }
    }

    /// Leaves what was sent with the context, for a server that remembers.
    #[cfg(feature = "mock")]
    fn keep(&mut self) {
        let json = |index: usize| {
            let media_type = self.context.operation.request.get(index);
            media_type.is_some_and(|media_type| media_type.format == BodyFormat::Json)
        };
        self.context.raw = Some(Box::new(Raw {
            body: match &self.body {
                CallBody::Whole(index, bytes) if json(*index) => Some(bytes.clone()),
                _ => None,
            },
            path: std::mem::take(&mut self.path),
        }));
    }

    /// Reads a request by a function, or tells everything that is wrong with it.
    #[cfg(feature = "mock")]
    pub(super) fn take<T>(
        mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<(RequestContext, T), ApiError> {
        match read(&mut self) {
            Some(read) if self.problems.list.is_empty() => Ok((self.context, read)),
            _ => Err(refusal(self.problems.list.iter(), self.problems.more)),
        }
    }

    /// A body that is held as a value, read by a function.
    #[cfg(feature = "mock")]
    pub(super) fn value_by<T>(
        &mut self,
        format: BodyFormat,
        read: impl FnOnce(&Node<'_>) -> Result<T, Violations>,
    ) -> Option<T> {
        match format {
            BodyFormat::Text => self.with_text(|problems, node| problems.told(read(node))),
            BodyFormat::Form => self.with_form(|problems, node| problems.told(read(node))),
            _ => self.with_json(|problems, node| problems.told(read(node))),
        }
    }

    /// The path parameters.
    pub fn path(&mut self, mut read: impl FnMut(&mut ObjectReader<'_>)) {
        self.read_path(&mut read);
    }

    fn read_path(&mut self, read: ReadGroup<'_>) {
        let values = path_pairs(&self.path);
        let arena = Arena::new();
        let node = group(
            self.context.operation.path_parameters,
            &values,
            self.taken(),
            &arena,
        );
        self.problems.extend(violations(&node, "params", read));
    }

    /// The query parameters. Others than those that the document names are ignored.
    pub fn query(&mut self, mut read: impl FnMut(&mut ObjectReader<'_>)) {
        self.read_query(&mut read);
    }

    fn read_query(&mut self, read: ReadGroup<'_>) {
        let query = self.context.exchange.parts.uri.query().unwrap_or_default();
        // That it can be read was seen before the body was.
        let pairs = query_pairs(query).unwrap_or_default();
        let parameters = self.context.operation.query;
        let taken = self.taken();
        let arena = Arena::new();
        let mut found = violations(&group(parameters, &pairs, taken, &arena), QUERY, read);
        if !found.is_empty() {
            let mut as_lists = Vec::new();
            for (name, what) in maybe_lists(parameters, &pairs, taken.manners) {
                let path = property_path(QUERY, name);
                if !concern(&found, &path) {
                    continue;
                }
                as_lists.push((name, what));
                let taken = Taken {
                    as_lists: &as_lists,
                    ..taken
                };
                let other = violations(&group(parameters, &pairs, taken, &arena), QUERY, read);
                // Every part has to be an item; how many there may be is another matter.
                match concern(&other, &format!("{path}[")) {
                    true => _ = as_lists.pop(),
                    false => found = other,
                }
            }
            // The last reading may be one that was given up.
            if found.is_empty() {
                let taken = Taken {
                    as_lists: &as_lists,
                    ..taken
                };
                found = violations(&group(parameters, &pairs, taken, &arena), QUERY, read);
            }
        }
        self.problems.extend(found);
    }

    fn taken(&self) -> Taken<'static> {
        Taken {
            manners: self.context.manners,
            as_lists: &[],
        }
    }

    /// The header parameters.
    pub fn headers(&mut self, mut read: impl FnMut(&mut ObjectReader<'_>)) {
        self.read_headers(&mut read);
    }

    fn read_headers(&mut self, read: ReadGroup<'_>) {
        let parameters = self.context.operation.headers;
        let headers = &self.context.exchange.parts.headers;
        let mut pairs = Vec::new();
        let mut unreadable = Vec::new();
        for parameter in parameters {
            for value in headers.get_all(parameter.name) {
                match str::from_utf8(value.as_bytes()) {
                    Ok(text) => pairs.push(pair(parameter.name, text, Encoding::Plain)),
                    Err(_) => unreadable.push(parameter.name),
                }
            }
        }
        let arena = Arena::new();
        let node = group(parameters, &pairs, self.taken(), &arena);
        for name in unreadable {
            self.problems
                .add(&format!("headers.{name}"), "expected UTF-8 text");
        }
        self.problems.extend(violations(&node, "headers", read));
    }

    /// The cookie parameters.
    pub fn cookies(&mut self, mut read: impl FnMut(&mut ObjectReader<'_>)) {
        self.read_cookies(&mut read);
    }

    fn read_cookies(&mut self, read: ReadGroup<'_>) {
        let headers = self.context.exchange.parts.headers.get_all(COOKIE);
        let texts = headers.iter().filter_map(|value| value.to_str().ok());
        let cookies = texts.flat_map(|text| text.split(';'));
        let pairs = cookies.filter_map(|cookie| {
            let (name, text) = cookie.trim().split_once('=')?;
            // A cookie that is not percent-encoded text is none that this operation set.
            decode(text, Encoding::Percent)?;
            Some(pair(name, text, Encoding::Percent))
        });
        let pairs: Vec<_> = pairs.collect();
        let arena = Arena::new();
        let node = group(self.context.operation.cookies, &pairs, self.taken(), &arena);
        self.problems.extend(violations(&node, "cookies", read));
    }

    /// The position of the body's media type among those of the operation.
    pub fn media_type(&self) -> usize {
        match self.body {
            CallBody::Absent => 0,
            CallBody::Whole(index, _) | CallBody::Stream(index, _) => index,
        }
    }

    /// A body that must be there.
    pub fn required_body<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if matches!(self.body, CallBody::Absent) {
            self.problems.add("body", "expected a body");
            return None;
        }
        read(self)
    }

    /// A body that need not be there.
    pub fn optional_body<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.body {
            CallBody::Absent => Some(None),
            _ => read(self).map(Some),
        }
    }

    /// A JSON body.
    pub fn json<T: Model>(&mut self, rules: &'static Rules) -> Option<T> {
        self.with_json(|problems, node| problems.read(node, rules, "body"))
    }

    fn with_json<T>(
        &mut self,
        read: impl FnOnce(&mut Problems, &Node<'_>) -> Option<T>,
    ) -> Option<T> {
        let bytes = self.whole();
        let arena = Arena::of_text(bytes.len());
        match crate::parse(&bytes, &arena) {
            Ok(node) => read(&mut self.problems, &node),
            Err(violations) => {
                let message = violations
                    .iter()
                    .map(|v| v.message.as_str())
                    .collect::<String>();
                self.problems.add("body", &message);
                None
            }
        }
    }

    /// A body of text.
    pub fn text<T: Model>(&mut self, rules: &'static Rules) -> Option<T> {
        self.with_text(|problems, node| problems.read(node, rules, "body"))
    }

    fn with_text<T>(
        &mut self,
        read: impl FnOnce(&mut Problems, &Node<'_>) -> Option<T>,
    ) -> Option<T> {
        let bytes = self.whole();
        match str::from_utf8(&bytes) {
            Ok(text) => read(&mut self.problems, &Node::from(text)),
            Err(_) => self.not_text(),
        }
    }

    /// A form; its fields are described by the media type.
    pub fn form<T: Model>(&mut self, rules: &'static Rules) -> Option<T> {
        self.with_form(|problems, node| problems.read(node, rules, "body"))
    }

    fn with_form<T>(
        &mut self,
        read: impl FnOnce(&mut Problems, &Node<'_>) -> Option<T>,
    ) -> Option<T> {
        let bytes = self.whole();
        let text = str::from_utf8(&bytes).ok();
        let parts = self.parts();
        let arena = Arena::new();
        match text.and_then(query_pairs) {
            Some(pairs) => {
                let node = super::multipart::form(&pairs, parts, &arena);
                read(&mut self.problems, &node)
            }
            None => self.not_text(),
        }
    }

    /// A body of bytes, as it arrives.
    pub fn bytes(&mut self) -> Option<ByteStream> {
        Some(match std::mem::replace(&mut self.body, CallBody::Absent) {
            CallBody::Absent => ByteStream::from(Bytes::new()),
            CallBody::Whole(_, bytes) => ByteStream::from(bytes),
            CallBody::Stream(_, stream) => stream,
        })
    }

    /// A body of bytes, as it arrives, whose length the document bounds.
    pub fn bytes_within(&mut self, rules: &'static Rules) -> Option<ByteStream> {
        Some(self.bytes()?.within(rules, "body".to_owned()))
    }

    /// A body of JSON values, as they arrive.
    pub fn lines<T: Model + Send + 'static>(
        &mut self,
        rules: &'static Rules,
    ) -> Option<JsonLines<T>> {
        let reading = Reading {
            rules,
            mode: Mode::Request,
            root: "body",
        };
        Some(JsonLines::incoming(self.bytes()?, reading))
    }

    /// A multipart body, as it arrives.
    pub fn multipart(&mut self) -> Option<Multipart> {
        let content_type = self.context.exchange.parts.headers.get(CONTENT_TYPE);
        let text = content_type.and_then(|value| value.to_str().ok());
        match super::multipart::boundary(text.unwrap_or_default()) {
            Ok(boundary) => {
                let parts = self.parts();
                Some(super::multipart::incoming(self.bytes()?, boundary, parts))
            }
            Err(_) => {
                self.problems
                    .add("headers.content-type", "expected a `boundary`");
                None
            }
        }
    }

    fn parts(&self) -> &'static Parts {
        let media_type = self.context.operation.request.get(self.media_type());
        media_type.map_or(&Parts::ANY, |media_type| media_type.parts)
    }

    fn whole(&self) -> Bytes {
        match &self.body {
            CallBody::Whole(_, bytes) => bytes.clone(),
            CallBody::Absent | CallBody::Stream(..) => Bytes::new(),
        }
    }

    fn not_text<T>(&mut self) -> Option<T> {
        self.problems.add("body", "expected UTF-8 text");
        None
    }
}

/// How paths into the query parameters begin.
const QUERY: &str = "query";

/// Whether something is wrong at a path or below it. One that ends in a bracket is that of items.
fn concern(violations: &Violations, path: &str) -> bool {
    violations.iter().any(|violation| {
        let rest = violation.path.strip_prefix(path);
        rest.is_some_and(|rest| {
            rest.is_empty() || path.ends_with('[') || rest.starts_with(['.', '['])
        })
    })
}

/// What was sent, as JSON values.
#[cfg(feature = "mock")]
pub(super) fn sent(raw: &Raw, context: &RequestContext) -> Sent {
    let taken = Taken {
        manners: context.manners,
        as_lists: &[],
    };
    let path = path_pairs(&raw.path);
    let query = context.exchange.parts.uri.query().unwrap_or_default();
    let query = query_pairs(query).unwrap_or_default();
    let body = raw.body.as_ref();
    let arena = Arena::new();
    Sent {
        path: group(context.operation.path_parameters, &path, taken, &arena).to_value(),
        query: group(context.operation.query, &query, taken, &arena).to_value(),
        body: body.and_then(|bytes| serde_json::from_slice(bytes).ok()),
    }
}

fn path_pairs(path: &[Captured]) -> Vec<Pair<'_>> {
    let values = path.iter().map(|value| Pair {
        name: Cow::Borrowed(value.name),
        text: Some(Cow::Borrowed(&value.text)),
        encoding: value.encoding,
    });
    values.collect()
}

fn pair<'t>(name: &'t str, text: &'t str, encoding: Encoding) -> Pair<'t> {
    Pair {
        name: Cow::Borrowed(name),
        text: Some(Cow::Borrowed(text)),
        encoding,
    }
}

/// The 400 that names everything that is wrong, as Kibana names it.
pub(super) fn refusal<'v>(
    violations: impl ExactSizeIterator<Item = &'v Violation>,
    more: usize,
) -> ApiError {
    if violations.len() == 0 {
        return ApiError::bad_request("[request]: cannot be read");
    }
    let problems = violations.map(|v| format!("[request {}]: {}", v.path, v.message));
    let mut message = problems.collect::<Vec<_>>().join("; ");
    if more > 0 {
        message += &format!("; and {more} more");
    }
    ApiError::bad_request(message)
}
