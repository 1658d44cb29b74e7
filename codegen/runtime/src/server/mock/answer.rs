//! Answers as tables have them, and the one that is chosen for a request. Knows JSON values and models.

use std::mem::discriminant;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::Model;
use crate::read::Mode;
use crate::rules::Rules;
use crate::server::reply::CHECKED;
use crate::server::{ApiError, ByteStream, Bytes, Event, EventStream, JsonLines, StatusRange};

/// A documented response in one media type.
#[derive(Clone, Debug)]
pub(super) struct Documented {
    pub(super) status: StatusRange,
    pub(super) media_type: Option<String>,
    headers: Map<String, Value>,
    /// In the order of the document.
    pub(super) examples: Vec<(String, Made)>,
    pub(super) instance: Option<Made>,
}

/// A value to answer with.
#[derive(Clone, Debug)]
pub(super) struct Made {
    value: Value,
    /// Where it holds the version of Kibana.
    versions: Vec<String>,
}

impl Made {
    fn of(row: &Value, key: &str) -> Option<Self> {
        let versions = row["versions"].as_array().into_iter().flatten();
        Some(Self {
            value: row.get(key)?.clone(),
            versions: versions
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(super) fn play(&mut self, version: &str) {
        for place in &self.versions {
            if let Some(value) = self.value.pointer_mut(place) {
                *value = Value::from(version);
            }
        }
    }
}

/// The answer that was chosen for a request.
#[derive(Debug)]
pub struct Answer<'m> {
    pub(super) index: usize,
    pub(super) status: StatusCode,
    pub(super) documented: Option<&'m Documented>,
    pub(super) example: Option<String>,
    /// What is remembered: it comes before what is documented.
    pub(super) own: Option<Value>,
    /// What is made for an error, with Kibana's words for the status.
    error: Option<Value>,
}

impl Documented {
    pub(super) fn of(value: &Value) -> Self {
        let object = |key: &str| value[key].as_object().cloned().unwrap_or_default();
        let examples = value["examples"].as_array().into_iter().flatten();
        let example = |example: &Value| {
            let name = example["name"].as_str().unwrap_or_default().to_owned();
            Some((name, Made::of(example, "value")?))
        };
        Self {
            status: range(value["status"].as_str().unwrap_or_default()),
            media_type: value["mediaType"].as_str().map(str::to_owned),
            headers: object("headers"),
            examples: examples.filter_map(example).collect(),
            instance: Made::of(value, "instance"),
        }
    }

    /// The body that is made for an error, saying its status as Kibana does. Whether it may, is seen when it is tried.
    fn error(&self, status: StatusCode) -> Option<Value> {
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        let mut body = self.instance.as_ref()?.value.as_object()?.clone();
        let code = Value::from(status.as_u16());
        let reason = Value::from(status.canonical_reason().unwrap_or("Error"));
        let says_nothing = body.is_empty();
        for (key, own) in [
            ("statusCode", &code),
            ("error", &reason),
            ("message", &reason),
            ("status_code", &code),
        ] {
            let same_kind = |value: &Value| discriminant(value) == discriminant(own);
            match body.get_mut(key) {
                Some(value) if same_kind(value) => value.clone_from(own),
                None if says_nothing && key != "status_code" => {
                    body.insert(key.to_owned(), own.clone());
                }
                _ => {}
            }
        }
        Some(body.into())
    }
}

pub(super) fn range(text: &str) -> StatusRange {
    let class = text.strip_suffix("XX").and_then(|class| class.parse().ok());
    let code = || text.parse().ok().map(StatusRange::Code);
    class
        .map(StatusRange::Class)
        .or_else(code)
        .unwrap_or(StatusRange::Default)
}

pub(super) fn shown(range: StatusRange) -> String {
    match range {
        StatusRange::Code(code) => code.to_string(),
        StatusRange::Class(class) => format!("{class}XX"),
        StatusRange::Default => "default".to_owned(),
    }
}

impl<'m> Answer<'m> {
    pub(super) fn of(index: usize, status: StatusCode, documented: Option<&'m Documented>) -> Self {
        Self {
            index,
            status,
            documented,
            example: None,
            own: None,
            error: documented.and_then(|documented| documented.error(status)),
        }
    }
}

impl Answer<'_> {
    /// The position of the response among those of the operation's response type.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The status, for responses that stand for several.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The values to try, the best first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Value> {
        let documented = self.documented.into_iter();
        let documented = documented.flat_map(|documented| {
            let named = self.example.as_ref();
            let examples = documented
                .examples
                .iter()
                .filter(move |(name, _)| named.is_none_or(|named| named == name));
            let examples = examples.map(|(_, made)| made);
            let instance = documented.instance.as_ref().filter(|_| named.is_none());
            let made = instance.map(|made| &made.value);
            let error = self.error.as_ref().filter(|_| named.is_none());
            examples.map(|made| &made.value).chain(error).chain(made)
        });
        self.own.iter().chain(documented)
    }

    /// The first candidate that keeps every rule of its schema.
    ///
    /// # Errors
    ///
    /// 500 when none does.
    pub fn json<T: Model>(&self, rules: &'static Rules) -> Result<T, ApiError> {
        self.first(|value| read(value, rules))
    }

    /// The first candidate that keeps every rule, which `check` knows.
    ///
    /// # Errors
    ///
    /// 500 when none does.
    pub(super) fn value(
        &self,
        check: impl Fn(&Value) -> Result<(), String>,
    ) -> Result<&Value, ApiError> {
        match &self.own {
            // It was made to keep them.
            Some(own) if !CHECKED => Ok(own),
            _ => {
                let chosen = |value| check(value).map(|()| value);
                self.first(chosen)
            }
        }
    }

    /// The first candidate that can be read.
    fn first<'v, T>(
        &'v self,
        read: impl Fn(&'v Value) -> Result<T, String>,
    ) -> Result<T, ApiError> {
        let mut why = String::from("no value was found");
        for value in self.candidates() {
            match read(value) {
                Ok(read) => return Ok(read),
                Err(problem) => why = problem,
            }
        }
        Err(impossible(&why))
    }

    /// Values one by one. An example is a list, text with a value per line, or one value.
    ///
    /// # Errors
    ///
    /// 500 when no candidate keeps every rule of its schema.
    pub fn lines<T: Model + Send + 'static>(
        &self,
        rules: &'static Rules,
    ) -> Result<JsonLines<T>, ApiError> {
        let models: Vec<T> = self.all(|item| read(item, rules))?;
        Ok(JsonLines::from(models))
    }

    /// The items of the first candidate whose items can all be read.
    pub(super) fn all<T>(
        &self,
        read: impl Fn(&Value) -> Result<T, String>,
    ) -> Result<Vec<T>, ApiError> {
        self.first(|value| match value {
            Value::Array(items) => items.iter().map(&read).collect(),
            Value::String(text) => text
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .map(|line| read(&line))
                .collect(),
            other => Ok(vec![read(other)?]),
        })
    }

    /// Events: one with the text of the example.
    pub fn events(&self) -> EventStream {
        let event = Event {
            data: self.text(),
            ..Event::default()
        };
        EventStream::new(futures_util::stream::iter([Ok(event)]))
    }

    /// Bytes: those of the text of the example.
    pub fn bytes(&self) -> ByteStream {
        ByteStream::from(Bytes::from(self.text()))
    }

    fn text(&self) -> String {
        match self.candidates().next() {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// A header that must be there.
    ///
    /// # Errors
    ///
    /// 500 when no valid value is known.
    pub fn header<T: Model>(&self, name: &str) -> Result<T, ApiError> {
        let value = self
            .documented
            .and_then(|documented| documented.headers.get(name));
        let value =
            value.ok_or_else(|| impossible(&format!("the header `{name}` has no value")))?;
        read(value, &Rules::NONE).map_err(|problem| impossible(&problem))
    }

    /// A header that may be there.
    pub fn optional_header<T: Model>(&self, name: &str) -> Option<T> {
        self.header(name).ok()
    }
}

fn read<T: Model>(value: &Value, rules: &'static Rules) -> Result<T, String> {
    crate::read_value(value, rules, Mode::Response, "answer")
        .map_err(|violations| violations.to_string())
}

fn impossible(why: &str) -> ApiError {
    let message = format!("No valid answer can be made from the document: {why}");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}
