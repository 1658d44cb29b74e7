//! An answer on its way to a caller: which documented response it is, and its body as a value or as a stream.
//! Knows JSON, models and the tables of operations; knows no transport.

use std::pin::{Pin, pin};
use std::task::Context;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use serde_json::Value;

use super::deadline::Deadline;
use super::error::{ErrorKind, Refused, Unreadable};
use super::{ByteStream, Error, EventStream, JsonLines, OperationInfo, Reply, events};
use crate::json::Node;
use crate::read::Mode;
use crate::rules::Rules;
use crate::wire::{Reading, essence};
use crate::{Model, ViolationKind, Violations};

/// A response enum, which knows how it is read.
pub trait FromAnswer: Sized {
    /// Reads the response that the answer is; what is wrong is told to the answer.
    ///
    /// This may be asked twice: first with the head only, and when a value was wanted, again with all of the body.
    fn from_answer(answer: &mut Answer) -> Option<Self>;
}

/// Whatever came: for operations whose responses the document does not list.
impl FromAnswer for Reply {
    fn from_answer(answer: &mut Answer) -> Option<Self> {
        answer.undocumented()
    }
}

/// An answer that came, of which the head was read.
pub struct Answer {
    operation: &'static OperationInfo,
    head: Response<()>,
    body: Body,
    problem: Option<ErrorKind>,
    deadline: Deadline,
}

/// An answer that is not there yet.
pub(super) type Coming = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

enum Body {
    /// As it arrives.
    Unread(ByteStream),
    Whole(Bytes),
    Taken,
}

/// The number of a response that is not documented.
const UNDOCUMENTED: usize = usize::MAX;

impl Answer {
    pub(super) fn new(
        operation: &'static OperationInfo,
        response: Response<ByteStream>,
        deadline: Deadline,
    ) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            operation,
            head: Response::from_parts(parts, ()),
            body: Body::Unread(body),
            problem: None,
            deadline,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.head.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// The position of the response among those that are documented, each counted once per media type (or once, when
    /// it has none); beyond all of them when it is none.
    pub fn variant(&mut self) -> usize {
        let status = self.status();
        let Some(range) = self.operation.status_range(status.as_u16()) else {
            return UNDOCUMENTED;
        };
        let mut position = 0;
        for response in self.operation.responses {
            if response.status == range {
                let Some(index) = media_type(response.media_types, self.headers()) else {
                    let expected = response.media_types.join(" or ");
                    self.unreadable(Unreadable::because(format!("expected {expected}")));
                    return UNDOCUMENTED;
                };
                return position + index;
            }
            position += response.media_types.len().max(1);
        }
        UNDOCUMENTED
    }

    /// A response that is not documented: an error, when it says that it is one or the document knows this status.
    pub fn undocumented(&mut self) -> Option<Reply> {
        if self.problem.is_some() || !self.status().is_success() {
            return None;
        }
        let body = self.bytes()?;
        let (parts, ()) = std::mem::take(&mut self.head).into_parts();
        Some(Reply::of(Response::from_parts(parts, body)))
    }

    /// What is left of the answer when it is none of the responses.
    pub fn unexpected<T>(&mut self) -> Option<T> {
        if self.problem.is_none() {
            let problem = format!("the status {} is not documented", self.status());
            self.unreadable(Unreadable::because(problem));
        }
        None
    }

    /// A JSON body.
    pub fn json<T: Model>(&mut self, rules: &'static Rules) -> Option<T> {
        let bytes = self.whole()?;
        self.read(crate::read_slice(&bytes, rules, Mode::Lenient, "$"))
    }

    /// A body of text.
    pub fn text<T: Model>(&mut self, rules: &'static Rules) -> Option<T> {
        let bytes = self.whole()?;
        let value = match std::str::from_utf8(&bytes) {
            Ok(text) => crate::read(&Node::from(text), rules, Mode::Lenient, "$"),
            Err(_) => Err(Violations::one(
                "$",
                ViolationKind::Type,
                "expected UTF-8 text".to_owned(),
            )),
        };
        self.read(value)
    }

    /// A body of bytes, as it arrives.
    pub fn bytes(&mut self) -> Option<ByteStream> {
        match std::mem::replace(&mut self.body, Body::Taken) {
            Body::Unread(stream) => Some(stream),
            Body::Whole(bytes) => Some(ByteStream::from(bytes)),
            Body::Taken => None,
        }
    }

    /// A body of JSON values, as they arrive.
    pub fn lines<T: Model + Send + 'static>(
        &mut self,
        rules: &'static Rules,
    ) -> Option<JsonLines<T>> {
        let reading = Reading {
            rules,
            mode: Mode::Lenient,
            root: "answer",
        };
        Some(JsonLines::incoming(self.bytes()?, reading))
    }

    /// Server-sent events, as they arrive.
    pub fn events(&mut self) -> Option<EventStream> {
        Some(events::incoming(self.bytes()?))
    }

    /// A header that is always there.
    pub fn header<T: Model>(&mut self, name: &str) -> Option<T> {
        match self.optional_header(name)? {
            Some(value) => Some(value),
            None => {
                let problem = Unreadable::because(format!("expected the header `{name}`"));
                self.unreadable(problem);
                None
            }
        }
    }

    /// A header that may be there.
    pub fn optional_header<T: Model>(&mut self, name: &str) -> Option<Option<T>> {
        let mut texts = Vec::new();
        for value in self.headers().get_all(name) {
            texts.push(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        if texts.is_empty() {
            return Some(None);
        }
        let meanings = meanings(&texts.join(","));
        let mut read = meanings
            .iter()
            .map(|value| crate::read_value::<T>(value, &Rules::NONE, Mode::Lenient, name));
        match read.find_map(Result::ok) {
            Some(value) => Some(Some(value)),
            None => {
                let problem = format!("the header `{name}` does not hold what is documented");
                self.unreadable(Unreadable::because(problem));
                None
            }
        }
    }

    /// All of the body; `None` until it was read.
    fn whole(&self) -> Option<Bytes> {
        match &self.body {
            Body::Whole(bytes) => Some(bytes.clone()),
            Body::Unread(_) | Body::Taken => None,
        }
    }

    fn read<T>(&mut self, value: Result<T, Violations>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(violations) => {
                self.unreadable(Unreadable::new(violations));
                None
            }
        }
    }

    fn unreadable(&mut self, unreadable: Unreadable) {
        self.problem
            .get_or_insert(ErrorKind::Unreadable(unreadable));
    }

    /// Takes all of the body where it is there and not too large: whether it was.
    pub(super) fn has_arrived(&mut self, cx: &mut Context<'_>, limit: usize) -> bool {
        let Body::Unread(stream) = &mut self.body else {
            return false;
        };
        let Some(bytes) = stream.arrived(cx) else {
            return false;
        };
        let fits = bytes.len() <= limit;
        self.body = Body::Whole(bytes);
        fits
    }

    /// The answer with all of its body; for one that says no, whatever becomes of it.
    pub(super) fn read_whole(mut self, limit: usize) -> Coming {
        Box::pin(async move {
            let bytes = match self.bytes() {
                Some(stream) => {
                    let collected = pin!(stream.collect(limit));
                    self.deadline.within(collected).await
                }
                None => Ok(Ok(Bytes::new())),
            };
            let bytes = bytes.and_then(|collected| Ok(collected?));
            self.body = match bytes {
                Ok(bytes) => Body::Whole(bytes),
                Err(_) if is_error(self.status()) => Body::Whole(Bytes::new()),
                Err(error) => return Err(self.explained(error.into_kind())),
            };
            Ok(self)
        })
    }

    /// Why there is no response; all of the body was read.
    pub(super) fn error(mut self) -> Error {
        match self.problem.take() {
            Some(problem) if !is_error(self.status()) => self.explained(problem),
            _ => {
                let body = self.whole().unwrap_or_default();
                Error::new(ErrorKind::Refused(Refused::of(self.head, body))).of(self.operation)
            }
        }
    }

    fn explained(&mut self, problem: ErrorKind) -> Error {
        let body = self.whole().unwrap_or_default();
        let kind = match problem {
            ErrorKind::Unreadable(unreadable) => {
                ErrorKind::Unreadable(unreadable.with(self.status(), self.headers(), &body))
            }
            other => other,
        };
        Error::new(kind).of(self.operation)
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// The values that the text of a header may mean, the likeliest first.
fn meanings(text: &str) -> Vec<Value> {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
    let items = || text.split(',').map(str::trim);
    let mut meanings = vec![Value::from(text)];
    meanings.extend(parsed(text));
    meanings.push(items().map(Value::from).collect());
    let parsed_items = items().map(parsed);
    meanings.extend(parsed_items.collect::<Option<Vec<_>>>().map(Value::from));
    meanings
}

/// The position of the media type of an answer among those that are documented.
fn media_type(documented: &[&str], headers: &HeaderMap) -> Option<usize> {
    if documented.is_empty() {
        return Some(0);
    }
    let stated = headers.get(CONTENT_TYPE);
    let Some(stated) = stated.and_then(|value| value.to_str().ok()) else {
        // Nothing is said, so it is what is said first.
        return Some(0);
    };
    let stated = stated.trim();
    let exact = documented.iter().position(|known| *known == stated);
    let stated = essence(stated);
    let same = || documented.iter().position(|known| essence(known) == stated);
    let alike = || {
        let family = family(&stated)?;
        documented
            .iter()
            .position(|known| self::family(&essence(known)) == Some(family))
    };
    exact.or_else(same).or_else(alike)
}

/// Media types that are read alike: servers and documents do not agree on their names.
fn family(essence: &str) -> Option<&'static str> {
    let (_, subtype) = essence.split_once(['/', ':'])?;
    match subtype {
        "ndjson" | "x-ndjson" | "jsonl" | "json-seq" => Some("lines"),
        "json" => Some("json"),
        _ if subtype.ends_with("+json") => Some("json"),
        _ => None,
    }
}
