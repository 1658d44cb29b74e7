//! Answers from a document alone: what a generated crate's feature `mock` serves. Knows tables of answers that the
//! generator wrote; which types they have, generated code says.
//!
//! A table is JSON: for every operation, by id, its documented responses in the order of the variants of its response
//! type, each with `status` (`200`, `4XX`, `default`), `mediaType`, `headers`, the documented `examples` (`name` and
//! `value`) and an `instance` made from the schema. `versions` beside a value are the JSON pointers of where it holds the
//! version of Kibana.

mod program;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::{
    ApiError, Attempt, Authenticator, ByteStream, Bytes, Credentials, Event, EventStream, Identity,
    JsonLines, Multipart, OperationInfo, Part, RequestContext, StatusRange,
};
use crate::{Mode, Model, Node, Rules};

pub use program::run;

/// A server that answers every operation with a documented example, or with a value made from the schema.
///
/// A request chooses another answer with the header `Prefer`: `code=404`, `example=name`, or both.
#[derive(Clone, Debug)]
pub struct Mock {
    operations: Arc<HashMap<String, Vec<Documented>>>,
    status: Option<u16>,
    strict: bool,
}

/// A documented response in one media type.
#[derive(Clone, Debug)]
struct Documented {
    status: StatusRange,
    media_type: Option<String>,
    headers: Map<String, Value>,
    /// In the order of the document.
    examples: Vec<(String, Made)>,
    instance: Option<Made>,
}

/// A value to answer with.
#[derive(Clone, Debug)]
struct Made {
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

    fn play(&mut self, version: &str) {
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
    index: usize,
    status: StatusCode,
    documented: Option<&'m Documented>,
    example: Option<String>,
}

impl Mock {
    /// A mock with the answers in these tables. What is no table has no answers.
    pub fn new(tables: &[&str]) -> Self {
        let tables = tables
            .iter()
            .filter_map(|table| serde_json::from_str::<Map<String, Value>>(table).ok());
        let operations = tables.flatten().map(|(id, answers)| {
            let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
            (id, answers.iter().map(Documented::of).collect())
        });
        Self {
            operations: Arc::new(operations.collect()),
            status: None,
            strict: false,
        }
    }

    /// Answers with this status wherever an operation documents it.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status.as_u16());
        self
    }

    /// Plays this version of Kibana, such as `9.3.0`, wherever an answer holds one. Otherwise it is that of the
    /// document, and what its examples have.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        for documented in Arc::make_mut(&mut self.operations).values_mut().flatten() {
            let examples = documented.examples.iter_mut().map(|(_, made)| made);
            for made in examples.chain(&mut documented.instance) {
                made.play(version);
            }
        }
        self
    }

    /// Takes requests to the letter of the document, to find clients that rely on more.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Whether requests are to be taken to the letter of the document.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Adds `GET /api/oas`, where Kibana serves its own document.
    pub fn with_document(router: Router, document: &'static str) -> Router {
        let answer = move || async move {
            let json = HeaderValue::from_static("application/json");
            ([(CONTENT_TYPE, json)], document)
        };
        router.route("/api/oas", axum::routing::get(answer))
    }

    /// The answer for a request: what it prefers, what the mock is told to answer, or the documented success.
    ///
    /// # Errors
    ///
    /// 400 for a preference that the document cannot meet.
    pub fn answer(&self, context: &RequestContext) -> Result<Answer<'_>, ApiError> {
        let operation = context.operation();
        let all = self
            .operations
            .get(operation.id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let preference = Preference::of(context.headers());
        let told = self
            .status
            .filter(|status| operation.status_range(*status).is_some());
        let (status, range) = match (preference.code, told) {
            (Some(code), _) => match operation.status_range(code) {
                Some(range) => (code, Some(range)),
                // Kibana's own errors may come from everywhere.
                None if let Some(error) = own_error(code) => return Err(error),
                None => {
                    return Err(unmet(
                        &format!("code={code}"),
                        operation.responses.iter().map(|r| shown(r.status)),
                    ));
                }
            },
            (None, Some(code)) => (code, operation.status_range(code)),
            (None, None) => success(operation),
        };
        let status = StatusCode::from_u16(status).map_err(|_| unmet("code", std::iter::empty()))?;
        let own = || {
            all.iter()
                .enumerate()
                .filter(|(_, documented)| Some(documented.status) == range)
        };
        let media_types: Vec<&str> = own().filter_map(|(_, d)| d.media_type.as_deref()).collect();
        let preferred = context.preferred(&media_types);
        let chosen = own()
            .find(|(_, d)| d.media_type.as_deref() == preferred)
            .or_else(|| own().next());
        let Some((index, documented)) = chosen else {
            // The document lists no success.
            return Ok(Answer {
                index: all.len(),
                status,
                documented: None,
                example: None,
            });
        };
        if let Some(name) = &preference.example
            && !documented.examples.iter().any(|(known, _)| known == name)
        {
            return Err(unmet(
                &format!("example={name}"),
                documented.examples.iter().map(|(known, _)| known.clone()),
            ));
        }
        Ok(Answer {
            index,
            status,
            documented: Some(documented),
            example: preference.example,
        })
    }
}

impl Documented {
    fn of(value: &Value) -> Self {
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
}

fn range(text: &str) -> StatusRange {
    let class = text.strip_suffix("XX").and_then(|class| class.parse().ok());
    let code = || text.parse().ok().map(StatusRange::Code);
    class
        .map(StatusRange::Class)
        .or_else(code)
        .unwrap_or(StatusRange::Default)
}

fn shown(range: StatusRange) -> String {
    match range {
        StatusRange::Code(code) => code.to_string(),
        StatusRange::Class(class) => format!("{class}XX"),
        StatusRange::Default => "default".to_owned(),
    }
}

/// What an operation answers when all is well.
fn success(operation: &OperationInfo) -> (u16, Option<StatusRange>) {
    let documented = |range: &StatusRange| operation.responses.iter().any(|r| r.status == *range);
    let ranges = operation.responses.iter().map(|response| response.status);
    let code = ranges
        .clone()
        .find(|range| matches!(range, StatusRange::Code(200..=299)));
    let others = [StatusRange::Class(2), StatusRange::Default]
        .into_iter()
        .filter(documented);
    let redirected = ranges.filter(|range| {
        matches!(
            range,
            StatusRange::Code(100..=399) | StatusRange::Class(1 | 3)
        )
    });
    let range = code.into_iter().chain(others).chain(redirected).next();
    let status = match range {
        Some(StatusRange::Code(code)) => code,
        Some(StatusRange::Class(class)) => u16::from(class) * 100,
        Some(StatusRange::Default) | None => 200,
    };
    (status, range)
}

/// An error in Kibana's shape, for a status that is one.
fn own_error(code: u16) -> Option<ApiError> {
    let status = StatusCode::from_u16(code).ok()?;
    let is_error = status.is_client_error() || status.is_server_error();
    is_error.then(|| ApiError::new(status, status.canonical_reason().unwrap_or("As preferred.")))
}

fn unmet(preference: &str, known: impl Iterator<Item = String>) -> ApiError {
    let known: Vec<_> = known.collect();
    let known = match known.is_empty() {
        true => "nothing to choose from".to_owned(),
        false => known.join(", "),
    };
    ApiError::bad_request(format!(
        "[request headers.prefer]: no {preference}; the document has {known}"
    ))
}

/// What a request prefers to be answered.
#[derive(Default)]
struct Preference {
    code: Option<u16>,
    example: Option<String>,
}

impl Preference {
    /// Other preferences are left alone, as RFC 7240 has it.
    fn of(headers: &HeaderMap) -> Self {
        const PREFER: HeaderName = HeaderName::from_static("prefer");
        let mut preference = Self::default();
        let texts = headers
            .get_all(PREFER)
            .iter()
            .filter_map(|value| value.to_str().ok());
        for (name, value) in texts
            .flat_map(|text| text.split([',', ';']))
            .filter_map(|item| item.split_once('='))
        {
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "code" => preference.code = value.parse().ok(),
                "example" => preference.example = Some(value.to_owned()),
                _ => {}
            }
        }
        preference
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
    fn candidates(&self) -> impl Iterator<Item = &Value> {
        let documented = self.documented.into_iter();
        documented.flat_map(|documented| {
            let named = self.example.as_ref();
            let examples = documented
                .examples
                .iter()
                .filter(move |(name, _)| named.is_none_or(|named| named == name));
            let examples = examples.map(|(_, made)| made);
            let instance = documented.instance.as_ref().filter(|_| named.is_none());
            examples.chain(instance).map(|made| &made.value)
        })
    }

    /// The first candidate that keeps every rule of its schema.
    ///
    /// # Errors
    ///
    /// 500 when none does.
    pub fn json<T: Model>(&self, rules: &'static Rules) -> Result<T, ApiError> {
        let mut why = String::from("no value was found");
        for value in self.candidates() {
            match read(value, rules) {
                Ok(model) => return Ok(model),
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
        let mut why = String::from("no value was found");
        for value in self.candidates() {
            let items = match value {
                Value::Array(items) => items.clone(),
                Value::String(text) => text
                    .lines()
                    .filter_map(|line| serde_json::from_str(line).ok())
                    .collect(),
                other => vec![other.clone()],
            };
            let models: Result<Vec<T>, String> =
                items.iter().map(|item| read(item, rules)).collect();
            match models {
                Ok(models) => {
                    return Ok(JsonLines::new(futures_util::stream::iter(
                        models.into_iter().map(Ok),
                    )));
                }
                Err(problem) => why = problem,
            }
        }
        Err(impossible(&why))
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
    crate::read(&Node::from(value), rules, Mode::Response, "answer")
        .map_err(|violations| violations.to_string())
}

fn impossible(why: &str) -> ApiError {
    let message = format!("No valid answer can be made from the document: {why}");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}

/// Reads a streamed body to its end, so that all of it is checked.
pub trait Drain {
    /// Reads on and forgets.
    fn drain(self) -> impl Future<Output = Result<(), ApiError>> + Send;
}

impl Drain for ByteStream {
    async fn drain(mut self) -> Result<(), ApiError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

impl<T: Model + Send + 'static> Drain for JsonLines<T> {
    async fn drain(mut self) -> Result<(), ApiError> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

impl Drain for Multipart {
    async fn drain(mut self) -> Result<(), ApiError> {
        while let Some(part) = self.next().await? {
            if let Part::File(mut file) = part {
                while file.next().await?.is_some() {}
            }
        }
        Ok(())
    }
}

/// Knows one user and one API key: what documentation of Elastic's products uses.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownUser;

impl KnownUser {
    /// The name of the user.
    pub const USER: &'static str = "elastic";
    /// Their password.
    pub const PASSWORD: &'static str = "changeme";
    /// The API key.
    pub const API_KEY: &'static str = "bW9jazptb2Nr";
}

impl Authenticator for KnownUser {
    async fn authenticate(&self, attempt: Attempt) -> Result<Identity, ApiError> {
        match &attempt.credentials {
            Credentials::Basic { user, password }
                if user == Self::USER && password.is(Self::PASSWORD) =>
            {
                Ok(Identity::new(Self::USER))
            }
            Credentials::ApiKey(key) if key.is(Self::API_KEY) => Ok(Identity::new("api key")),
            _ => Err(ApiError::unauthorized(
                "Expected the credentials that the mock printed when it started.",
            )),
        }
    }
}
