//! The mock itself: what is answered to a request, from memory or from tables. Knows the server and the memory; knows no
//! operation.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::answer::{Answer, Documented, shown};
use super::store::{Outcome, Refusal, Request, Store};
use super::watch::{Fault, Received, Watch};
use crate::server::call::sent;
use crate::server::{ApiError, Bytes, OperationInfo, RequestContext, StatusRange};

/// A server that answers every operation with a documented example, or with a value made from the schema.
///
/// A request chooses another answer with the header `Prefer`: `code=404`, `example=name`, or both.
#[derive(Clone, Debug)]
pub struct Mock {
    operations: Arc<HashMap<String, Vec<Documented>>>,
    status: Option<u16>,
    strict: bool,
    store: Option<Arc<Store>>,
    pub(super) watch: Arc<Watch>,
}

impl Mock {
    /// A mock with the answers in these tables. What is no table has no answers.
    pub fn new(tables: &[&str]) -> Self {
        let tables = tables.iter();
        let tables: Vec<Value> = tables
            .filter_map(|table| serde_json::from_str(table).ok())
            .collect();
        Self::of_all(&tables)
    }

    /// A mock with the answers in one table. What is no table has no answers.
    pub fn of(table: &Value) -> Self {
        Self::of_all(std::slice::from_ref(table))
    }

    fn of_all(tables: &[Value]) -> Self {
        let entries = tables.iter().filter_map(Value::as_object).flatten();
        let operations = entries.map(|(id, answers)| {
            let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
            (id.clone(), answers.iter().map(Documented::of).collect())
        });
        Self {
            operations: Arc::new(operations.collect()),
            status: None,
            strict: false,
            store: None,
            watch: Arc::default(),
        }
    }

    /// Remembers what is created, changed and deleted, by a table that says which operations do that.
    ///
    /// # Errors
    ///
    /// What is wrong with the table.
    pub fn remembering(mut self, table: &Value) -> Result<Self, String> {
        self.store = Some(Arc::new(Store::new(table)?));
        Ok(self)
    }

    /// Everything that is remembered: by the path of the resource, by space, a list of items.
    pub fn state(&self) -> Value {
        self.store
            .as_ref()
            .map_or_else(|| Value::Object(Map::new()), |store| store.state())
    }

    /// Forgets everything, and remembers this: what [`state`](Self::state) gives, or lists for the default space instead
    /// of spaces. Returns how many items that are.
    ///
    /// # Errors
    ///
    /// For a resource that there is not, and for what is no list of objects. What was there stays then.
    pub fn set_state(&self, state: &Value) -> Result<usize, String> {
        self.with_store(|store| store.set(state))
    }

    /// Remembers this, too.
    ///
    /// # Errors
    ///
    /// Those of [`set_state`](Self::set_state).
    pub fn add_state(&self, state: &Value) -> Result<usize, String> {
        self.with_store(|store| store.add(state))
    }

    fn with_store(
        &self,
        change: impl FnOnce(&Store) -> Result<usize, String>,
    ) -> Result<usize, String> {
        match &self.store {
            Some(store) => change(store),
            None => Err("this server remembers nothing".to_owned()),
        }
    }

    /// Forgets everything.
    pub fn forget(&self) {
        if let Some(store) = &self.store {
            store.clear();
        }
    }

    /// The requests that came in, the last first; of a router that is [watched](Self::watched).
    pub fn requests(&self) -> Vec<Received> {
        self.watch.requests()
    }

    /// Forgets the requests that came in.
    pub fn forget_requests(&self) {
        self.watch.forget_requests();
    }

    /// Lets something go wrong on purpose; on a router that is [watched](Self::watched).
    pub fn fault(&self, fault: Fault) {
        self.watch.add(fault);
    }

    /// The same for a table as text, as generated code has it. What is no table is not remembered.
    #[must_use]
    pub fn with_memory(self, table: &str) -> Self {
        let table: Value = serde_json::from_str(table).unwrap_or_default();
        match Store::new(&table) {
            Ok(store) => Self {
                store: Some(Arc::new(store)),
                ..self
            },
            Err(_) => self,
        }
    }

    /// Remembers nothing: answers from the document alone.
    #[must_use]
    pub fn stateless(self) -> Self {
        Self {
            store: None,
            ..self
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
    pub fn with_document(router: Router, document: impl Into<Bytes>) -> Router {
        let document: Bytes = document.into();
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
        let preference = match operation.responses.is_empty() {
            // There is nothing to choose from.
            true => Preference::default(),
            false => Preference::of(context.headers()),
        };
        let told = self
            .status
            .filter(|status| operation.status_range(*status).is_some());
        let (status, range) = match (preference.code, told) {
            (Some(code), _) => match operation.status_range(code) {
                Some(range) => (code, Some(range)),
                // Kibana's own errors may come from everywhere.
                None if let Some(error) = error_of(code) => return Err(error),
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
        let preferred = preference.code.or(told).is_some() || preference.example.is_some();
        let Some((index, documented)) = chosen else {
            // The document lists no success.
            let answer = Answer::of(all.len(), status, None);
            return self.unless(preferred, context, answer);
        };
        if let Some(error) = own_error(status).filter(|_| !self.shows(documented)) {
            return Err(error);
        }
        if let Some(name) = &preference.example
            && !documented.examples.iter().any(|(known, _)| known == name)
        {
            return Err(unmet(
                &format!("example={name}"),
                documented.examples.iter().map(|(known, _)| known.clone()),
            ));
        }
        let mut answer = Answer::of(index, status, Some(documented));
        answer.example = preference.example;
        self.unless(preferred, context, answer)
    }

    /// The answer from memory, where there is one, unless another is preferred.
    fn unless<'m>(
        &'m self,
        preferred: bool,
        context: &RequestContext,
        mut answer: Answer<'m>,
    ) -> Result<Answer<'m>, ApiError> {
        let Some(store) = self
            .store
            .as_ref()
            .filter(|store| !preferred && store.plays(context.operation().id))
        else {
            return Ok(answer);
        };
        let read;
        let sent = match (&context.sent, &context.raw) {
            (Some(sent), _) => &**sent,
            (None, Some(raw)) => {
                read = sent(raw, context);
                &read
            }
            (None, None) => return Ok(answer),
        };
        let outcome = store.play(&Request {
            operation: context.operation().id,
            space: context.space(),
            path: &sent.path,
            query: &sent.query,
            body: sent.body.as_ref(),
            lines: &context.lines,
            success: answer.documented.map(|documented| documented.status),
            usual: answer.candidates().collect(),
        });
        match outcome {
            None | Some(Outcome::Done) => Ok(answer),
            Some(Outcome::Body(body)) => {
                answer.own = Some(body);
                Ok(answer)
            }
            Some(Outcome::Missing(message)) => {
                self.refused(context, StatusCode::NOT_FOUND, &message)
            }
            Some(Outcome::Conflict(message)) => {
                self.refused(context, StatusCode::CONFLICT, &message)
            }
        }
    }

    /// Whether an error looks as the document has it: what has no body there has that of Kibana, but to the letter.
    fn shows(&self, documented: &Documented) -> bool {
        documented.media_type.is_some() || self.strict
    }

    /// A refusal as the document has it, or else as Kibana has it.
    fn refused(
        &self,
        context: &RequestContext,
        status: StatusCode,
        message: &str,
    ) -> Result<Answer<'_>, ApiError> {
        let operation = context.operation();
        let all = self.operations.get(operation.id);
        let range = operation.status_range(status.as_u16());
        let mut all = all.into_iter().flatten().enumerate();
        let found = all.find(|(_, d)| Some(d.status) == range && self.shows(d));
        let (Some((index, documented)), Some(range)) = (found, range) else {
            return Err(ApiError::new(status, message));
        };
        let mut answer = Answer::of(index, status, Some(documented));
        let own = self.store.as_ref().and_then(|store| {
            store.refusal(&Refusal {
                operation: operation.id,
                status,
                range,
                message,
                usual: answer.candidates().collect(),
            })
        });
        answer.own = own;
        Ok(answer)
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

fn error_of(code: u16) -> Option<ApiError> {
    own_error(StatusCode::from_u16(code).ok()?)
}

/// An error in Kibana's shape, for a status that is one.
fn own_error(status: StatusCode) -> Option<ApiError> {
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
