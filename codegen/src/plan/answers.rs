//! What the mock answers with: documented examples, and values made from types. Knows the IR; what is a valid value is
//! the affair of `instance`.

use serde_json::{Map, Value, json};

use crate::instance::{Instances, Variety, fits, seed, version_of, version_places};
use crate::ir::{BodyFormat, Content, Kind, Operation, Response, Side, Type};

use super::{Plan, said};

/// Makes the tables of answers.
pub struct Answers<'p> {
    plan: &'p Plan<'p>,
    instances: Instances<'p>,
    /// The version that is played.
    version: String,
    start: u64,
}

impl<'p> Answers<'p> {
    /// The same for the same seed.
    pub fn new(plan: &'p Plan<'p>, seed: u64) -> Self {
        Self {
            instances: Instances::new(plan.api),
            version: version_of(plan.api),
            plan,
            start: seed,
        }
    }

    /// The table of some operations: by name, the answers in the order of the document.
    pub fn table(&self, operations: &[usize]) -> Value {
        let rows = operations.iter().map(|index| {
            let operation = &self.plan.api.operations[*index];
            (self.plan.operation_id(*index), self.of_operation(operation))
        });
        Value::Object(rows.collect())
    }

    fn of_operation(&self, operation: &Operation) -> Value {
        let mut answers = Vec::new();
        for response in &operation.responses {
            if response.content.is_empty() {
                answers.push(self.answer(operation, response, None));
            }
            let contents = response.content.iter();
            answers.extend(contents.map(|content| self.answer(operation, response, Some(content))));
        }
        answers.into()
    }

    fn answer(
        &self,
        operation: &Operation,
        response: &Response,
        content: Option<&Content>,
    ) -> Value {
        let status = said::status(response.status);
        let place = format!("{} {status}", operation.key());
        let mut answer = Map::new();
        answer.insert("status".to_string(), json!(status));
        let headers = response.headers.iter().filter_map(|header| {
            let seed = seed(&format!("{place} header {}", header.wire), self.start);
            let value = self
                .instances
                .make(&header.ty, Side::Response, seed, Variety::Typical)?;
            Some((header.wire.clone(), value))
        });
        let headers: Map<String, Value> = headers.collect();
        if !headers.is_empty() {
            answer.insert("headers".to_string(), headers.into());
        }
        if let Some(content) = content {
            answer.insert("mediaType".to_string(), json!(content.sent_as()));
            let examples = content.examples.iter();
            let examples: Vec<Value> = examples
                .map(|(name, value)| {
                    let example = json!({ "name": name, "value": value });
                    self.with_versions(example, value)
                })
                .collect();
            if !examples.is_empty() {
                answer.insert("examples".to_string(), examples.into());
            }
            let seed = seed(&format!("{place} {}", content.essence), self.start);
            if let Some(value) = self.instance(content, seed) {
                answer = match self.with_versions(answer.into(), &value) {
                    Value::Object(answer) => answer,
                    _ => Map::new(),
                };
                answer.insert("instance".to_string(), value);
            }
        }
        answer.into()
    }

    /// A value for a body.
    fn instance(&self, content: &Content, seed: u64) -> Option<Value> {
        let api = self.plan.api;
        // Lines of JSON are objects, whatever the document says of them, and so is a body of which it says nothing.
        let (line, object) = (json!("{}\n"), json!({}));
        let lines = content.essence.contains("ndjson");
        let first = match (content.format, &content.ty) {
            (BodyFormat::Json | BodyFormat::JsonLines | BodyFormat::Form, ty)
                if says_nothing(ty) =>
            {
                return Some(object);
            }
            (BodyFormat::Text | BodyFormat::Bytes, Some(ty)) if lines => {
                fits(api, ty, &line).then_some(line)
            }
            (BodyFormat::Text | BodyFormat::Bytes, None) if lines => Some(line),
            (_, None) => Some(json!("anything")),
            _ => None,
        };
        first.or_else(|| {
            let ty = content.ty.as_ref()?;
            self.instances
                .make(ty, Side::Response, seed, Variety::Typical)
        })
    }

    /// Adds where a version stands in a value, so that a fake can play another one.
    fn with_versions(&self, mut row: Value, value: &Value) -> Value {
        let places = version_places(value, &self.version);
        if !places.is_empty() {
            row["versions"] = places.into();
        }
        row
    }
}

/// Whether any value fits.
fn says_nothing(ty: &Option<Type>) -> bool {
    ty.as_ref()
        .is_none_or(|ty| matches!(ty.kind, Kind::Any { .. }))
}
