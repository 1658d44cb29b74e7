//! A typed request on its way to a transport: parameters become text, bodies bytes, and problems are collected.
//! Knows JSON, models and the tables of operations; knows no transport.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::body::Progress;
use super::encode::{self, Unsendable};
use super::{
    Body, ByteStream, JsonLines, Multipart, OperationInfo, Parameter, PartInfo, Parts, multipart,
};
use crate::read::Mode;
use crate::rules::Rules;
use crate::wire::Reading;
use crate::{Model, Nullable, ViolationKind, Violations};

/// A request that knows how it is sent.
pub trait IntoCall: Sized {
    /// Writes all parameters and the body.
    fn into_call(self, call: &mut Sending);
}

/// A request that is being written.
pub struct Sending {
    operation: &'static OperationInfo,
    /// Whether values are checked against their rules.
    checked: bool,
    path: Vec<(&'static str, String)>,
    query: String,
    headers: HeaderMap,
    cookies: String,
    body: Content,
    problems: Violations,
}

/// A body that is being written.
enum Content {
    None,
    Whole(Bytes),
    Stream(ByteStream, Arc<Progress>),
}

/// A request that can be sent.
pub(super) struct Prepared {
    pub(super) operation: &'static OperationInfo,
    /// Path and query, as the document writes them: below base path and space.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// Whether it can be sent again: a stream is gone.
    pub(super) repeatable: bool,
    body: Content,
}

impl Prepared {
    /// The body, to be sent once; one that is a stream is gone then.
    pub(super) fn body(&mut self) -> Body {
        match std::mem::replace(&mut self.body, Content::None) {
            Content::None => Body::empty(),
            Content::Whole(bytes) => {
                self.body = Content::Whole(bytes.clone());
                Body::from(bytes)
            }
            Content::Stream(stream, progress) => Body::stream(stream, progress),
        }
    }

    /// Lets go of the body, where the server says that it was all it wanted.
    pub(super) fn forget_body(&mut self) {
        self.body = Content::None;
        self.headers.remove(CONTENT_TYPE);
    }

    /// How a streamed body gets on.
    pub(super) fn progress(&self) -> Option<Arc<Progress>> {
        match &self.body {
            Content::Stream(_, progress) => Some(Arc::clone(progress)),
            Content::None | Content::Whole(_) => None,
        }
    }
}

impl Sending {
    pub(super) fn new(operation: &'static OperationInfo, checked: bool) -> Self {
        Self {
            operation,
            checked,
            path: Vec::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            cookies: String::new(),
            body: Content::None,
            problems: Violations::default(),
        }
    }

    pub(super) fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// The request, or everything that is wrong with it.
    pub(super) fn finish(mut self) -> Result<Prepared, Violations> {
        if self.checked && self.operation.body_required && matches!(self.body, Content::None) {
            self.problem("body", "expected a body");
        }
        let mut target = self.fill_path();
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        if !self.query.is_empty() {
            target.push('?');
            target.push_str(&self.query);
        }
        if let Ok(cookies) = HeaderValue::try_from(&self.cookies)
            && !cookies.is_empty()
        {
            self.headers.insert(COOKIE, cookies);
        }
        Ok(Prepared {
            operation: self.operation,
            target,
            headers: self.headers,
            repeatable: !matches!(self.body, Content::Stream(..)),
            body: self.body,
        })
    }

    /// A parameter in the path.
    pub fn path<T: Model>(&mut self, name: &'static str, value: &T, rules: &'static Rules) {
        let Some(value) = self.value("params", name, value, rules) else {
            return;
        };
        let parameter = find(self.operation.path_parameters, name);
        match encode::path(&parameter, &value) {
            Ok(text) => self.path.push((name, text)),
            Err(problem) => self.unsendable("params", name, problem),
        }
    }

    /// A parameter in the path that may be left out, or `null`.
    pub fn nullable_path<T: Model>(
        &mut self,
        name: &'static str,
        value: &Nullable<T>,
        rules: &'static Rules,
    ) {
        match value {
            Nullable::Absent => {}
            Nullable::Null => self.path(name, &(), &Rules::NONE),
            Nullable::Value(value) => self.path(name, value, rules),
        }
    }

    /// A parameter in the path that may be left out.
    pub fn optional_path<T: Model>(
        &mut self,
        name: &'static str,
        value: &Option<T>,
        rules: &'static Rules,
    ) {
        if let Some(value) = value {
            self.path(name, value, rules);
        }
    }

    /// A parameter in the query string.
    pub fn query<T: Model>(&mut self, name: &'static str, value: &T, rules: &'static Rules) {
        let Some(value) = self.value("query", name, value, rules) else {
            return;
        };
        let parameter = find(self.operation.query, name);
        if let Err(problem) = encode::query(&parameter, &value, &mut self.query) {
            self.unsendable("query", name, problem);
        }
    }

    /// A parameter in the query string that may be left out, or `null`.
    pub fn nullable_query<T: Model>(
        &mut self,
        name: &'static str,
        value: &Nullable<T>,
        rules: &'static Rules,
    ) {
        match value {
            Nullable::Absent => {}
            Nullable::Null => self.query(name, &(), &Rules::NONE),
            Nullable::Value(value) => self.query(name, value, rules),
        }
    }

    /// A parameter in the query string that may be left out.
    pub fn optional_query<T: Model>(
        &mut self,
        name: &'static str,
        value: &Option<T>,
        rules: &'static Rules,
    ) {
        if let Some(value) = value {
            self.query(name, value, rules);
        }
    }

    /// A parameter in a header.
    pub fn header<T: Model>(&mut self, name: &'static str, value: &T, rules: &'static Rules) {
        let Some(value) = self.value("headers", name, value, rules) else {
            return;
        };
        let parameter = find(self.operation.headers, name);
        let text = match encode::header(&parameter, &value) {
            Ok(text) => text,
            Err(problem) => return self.unsendable("headers", name, problem),
        };
        match (
            HeaderName::try_from(name),
            HeaderValue::from_bytes(text.as_bytes()),
        ) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.unsendable("headers", name, "no header can hold it"),
        }
    }

    /// A parameter in a header that may be left out, or `null`.
    pub fn nullable_header<T: Model>(
        &mut self,
        name: &'static str,
        value: &Nullable<T>,
        rules: &'static Rules,
    ) {
        match value {
            Nullable::Absent => {}
            Nullable::Null => self.header(name, &(), &Rules::NONE),
            Nullable::Value(value) => self.header(name, value, rules),
        }
    }

    /// A parameter in a header that may be left out.
    pub fn optional_header<T: Model>(
        &mut self,
        name: &'static str,
        value: &Option<T>,
        rules: &'static Rules,
    ) {
        if let Some(value) = value {
            self.header(name, value, rules);
        }
    }

    /// A parameter in a cookie.
    pub fn cookie<T: Model>(&mut self, name: &'static str, value: &T, rules: &'static Rules) {
        let Some(value) = self.value("cookies", name, value, rules) else {
            return;
        };
        let parameter = find(self.operation.cookies, name);
        let mut pairs = String::new();
        if let Err(problem) = encode::query(&parameter, &value, &mut pairs) {
            return self.unsendable("cookies", name, problem);
        }
        if !self.cookies.is_empty() {
            self.cookies.push_str("; ");
        }
        self.cookies.push_str(&pairs.replace('&', "; "));
    }

    /// A parameter in a cookie that may be left out, or `null`.
    pub fn nullable_cookie<T: Model>(
        &mut self,
        name: &'static str,
        value: &Nullable<T>,
        rules: &'static Rules,
    ) {
        match value {
            Nullable::Absent => {}
            Nullable::Null => self.cookie(name, &(), &Rules::NONE),
            Nullable::Value(value) => self.cookie(name, value, rules),
        }
    }

    /// A parameter in a cookie that may be left out.
    pub fn optional_cookie<T: Model>(
        &mut self,
        name: &'static str,
        value: &Option<T>,
        rules: &'static Rules,
    ) {
        if let Some(value) = value {
            self.cookie(name, value, rules);
        }
    }

    /// A JSON body, in the media type at this position among those of the operation.
    pub fn json<T: Model>(&mut self, media_type: usize, body: &T, rules: &'static Rules) {
        let bytes = match crate::to_vec(body) {
            Ok(bytes) => bytes,
            Err(error) => return self.problem("body", error.to_string()),
        };
        if self.checked {
            let read = crate::read_slice::<T>(&bytes, rules, Mode::Strict, "body");
            self.check(read.map(drop));
        }
        self.set_body(media_type, Content::Whole(bytes.into()), "");
    }

    /// A body of text.
    pub fn text<T: Model>(&mut self, media_type: usize, body: &T, rules: &'static Rules) {
        if let Some(value) = self.checked_value("body", body, rules) {
            let text = encode::text(&value);
            self.set_body(media_type, Content::Whole(text.into()), "; charset=utf-8");
        }
    }

    /// A form.
    pub fn form<T: Model>(&mut self, media_type: usize, body: &T, rules: &'static Rules) {
        let fields = match self.checked_value("body", body, rules) {
            Some(Value::Object(fields)) => fields,
            Some(_) => return self.problem("body", "only an object can be sent as a form"),
            None => return,
        };
        let parts = self.parts(media_type);
        let mut text = String::new();
        let taken = |name: &str| parts.get(name).is_some() || fields.contains_key(name);
        for (name, value) in &fields {
            let part = parts.get(name).unwrap_or(&PartInfo::TEXT);
            let field = Parameter {
                coercion: part.coercion,
                ..Parameter::TEXT
            };
            let added = match part.written {
                Some(written) => encode::field(written, value, taken, &mut text),
                None => encode::named(name, &field, value, &mut text),
            };
            if let Err(problem) = added {
                self.problem(&format!("body.{name}"), problem);
            }
        }
        self.set_body(media_type, Content::Whole(text.into()), "");
    }

    /// A body of bytes, as they come.
    pub fn bytes(&mut self, media_type: usize, body: ByteStream) {
        let content = match body.into_whole() {
            Ok(bytes) => Content::Whole(bytes),
            Err(stream) => Content::Stream(stream, Arc::default()),
        };
        self.set_body(media_type, content, "");
    }

    /// A body of bytes, as they come, whose length the document bounds.
    pub fn bytes_within(&mut self, media_type: usize, body: ByteStream, rules: &'static Rules) {
        let body = match self.checked {
            true => body.within(rules, "body".to_owned()),
            false => body,
        };
        self.bytes(media_type, body);
    }

    /// A body of JSON values, one per line, as they come.
    pub fn lines<T: Model + Send + 'static>(
        &mut self,
        media_type: usize,
        body: JsonLines<T>,
        rules: &'static Rules,
    ) {
        let checked = self.checked.then_some(Reading {
            rules,
            mode: Mode::Strict,
            root: "body",
        });
        self.bytes(media_type, body.into_bytes(checked));
    }

    /// A multipart body, as its parts come.
    pub fn multipart(&mut self, media_type: usize, body: Multipart) {
        let boundary = multipart::boundary();
        let parameter = format!("; boundary={boundary}");
        let bytes = multipart::bytes(body, boundary, self.parts(media_type), self.checked);
        let content = Content::Stream(bytes, Arc::default());
        self.set_body(media_type, content, &parameter);
    }

    fn parts(&self, media_type: usize) -> &'static Parts {
        let media_type = self.operation.request.get(media_type);
        media_type.map_or(&Parts::ANY, |media_type| media_type.parts)
    }

    fn set_body(&mut self, media_type: usize, body: Content, parameters: &str) {
        let essence = self.operation.request.get(media_type).map(|m| m.essence);
        // A range is no media type that a body can have.
        let essence = essence.filter(|essence| !essence.contains('*'));
        let essence = essence.unwrap_or("application/octet-stream");
        let stated = HeaderValue::try_from(format!("{essence}{parameters}"));
        if let Ok(stated) = stated {
            self.headers.insert(CONTENT_TYPE, stated);
        }
        self.body = body;
    }

    /// The value of a parameter.
    fn value<T: Model>(
        &mut self,
        place: &str,
        name: &str,
        value: &T,
        rules: &'static Rules,
    ) -> Option<Value> {
        // Where it stands is written when something is wrong: mostly, nothing is.
        let known = self.problems.list.len();
        let value = self.checked_value(name, value, rules);
        for problem in self.problems.list.iter_mut().skip(known) {
            problem.path = format!("{place}.{}", problem.path);
        }
        value
    }

    fn checked_value<T: Model>(
        &mut self,
        root: &str,
        value: &T,
        rules: &'static Rules,
    ) -> Option<Value> {
        let value = match crate::to_value(value) {
            Ok(value) => value,
            Err(error) => {
                self.problem(root, error.to_string());
                return None;
            }
        };
        if self.checked {
            let read = crate::read_value::<T>(&value, rules, Mode::Strict, root);
            self.check(read.map(drop));
        }
        Some(value)
    }

    fn check(&mut self, checked: Result<(), Violations>) {
        if let Err(violations) = checked {
            self.problems.more += violations.more;
            violations
                .list
                .into_iter()
                .for_each(|v| self.problems.push(v));
        }
    }

    fn problem(&mut self, path: &str, message: impl Into<String>) {
        let problem = Violations::one(path, ViolationKind::Refused, message.into());
        self.check(Err(problem));
    }

    fn unsendable(&mut self, place: &str, name: &str, problem: Unsendable) {
        self.problem(&format!("{place}.{name}"), problem);
    }

    /// The path with its parameters. What is optional and left out goes with its segment.
    fn fill_path(&mut self) -> String {
        let mut rest = self.operation.path;
        let mut filled = String::with_capacity(rest.len() + 16);
        while let Some(parameter) = rest.find('{') {
            let begin = rest[..parameter].rfind('/').unwrap_or(parameter);
            let end = rest[parameter..].find('/');
            let end = end.map_or(rest.len(), |length| parameter + length);
            filled.push_str(&rest[..begin]);
            self.fill_segment(&rest[begin..end], &mut filled);
            rest = &rest[end..];
        }
        filled.push_str(rest);
        filled
    }

    /// A segment that has parameters, with the slash before it.
    fn fill_segment(&mut self, segment: &str, filled: &mut String) {
        let begin = filled.len();
        let mut rest = segment;
        let mut left_out = None;
        while let Some((before, (name, after))) = rest
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            filled.push_str(before);
            rest = after;
            let name = name.strip_suffix('?').unwrap_or(name);
            match self.path.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(value),
                None => left_out = Some(name),
            }
        }
        filled.push_str(rest);
        if let Some(name) = left_out {
            let mut declared = self.operation.path_parameters.iter();
            let known = declared.find(|parameter| parameter.name == name);
            // What nobody declared was never asked for.
            if known.is_none_or(|parameter| parameter.required) {
                self.missing(name);
            }
            filled.truncate(begin);
            return;
        }
        // On the way, these would be taken for steps up or nowhere.
        let text = filled[begin..].strip_prefix('/').unwrap_or_default();
        if matches!(text, "" | "." | "..") {
            let segment = segment.strip_prefix('/').unwrap_or(segment);
            let problem = format!("the segment `{segment}` must not become {text:?}");
            self.problem("params", problem);
        }
    }

    fn missing(&mut self, name: &str) {
        let path = format!("params.{name}");
        if self.problems.iter().all(|violation| violation.path != path) {
            self.problem(&path, "expected a value");
        }
    }
}

/// A parameter of the table; text, where the table does not have it.
fn find(parameters: &'static [Parameter], name: &'static str) -> Parameter {
    let known = parameters.iter().find(|parameter| parameter.name == name);
    known.copied().unwrap_or(Parameter {
        name,
        ..Parameter::TEXT
    })
}
