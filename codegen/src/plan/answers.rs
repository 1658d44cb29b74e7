//! What the mock answers with: documented examples, and values made from types. Knows the IR; what is a valid value is
//! the affair of `instance`.

use serde_json::{Map, Value, json};

use crate::instance::{Instances, Style, seed};
use crate::ir::{Content, Operation, Response, Side};

use super::{Plan, pages};

/// Makes the tables of answers.
pub struct Answers<'p> {
    plan: &'p Plan<'p>,
    instances: Instances<'p>,
    start: u64,
}

impl<'p> Answers<'p> {
    /// The same for the same seed.
    pub fn new(plan: &'p Plan<'p>, seed: u64) -> Self {
        Self {
            instances: Instances::new(plan.api),
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
        let status = pages::status(response.status);
        let place = format!("{} {status}", operation.key());
        let mut answer = Map::new();
        answer.insert("status".to_string(), json!(status));
        let headers = response.headers.iter().filter_map(|header| {
            let seed = seed(&format!("{place} header {}", header.wire), self.start);
            let value = self
                .instances
                .make(&header.ty, Side::Response, seed, Style::Typical)?;
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
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            if !examples.is_empty() {
                answer.insert("examples".to_string(), examples.into());
            }
            let seed = seed(&format!("{place} {}", content.essence), self.start);
            let value = match &content.ty {
                Some(ty) => self
                    .instances
                    .make(ty, Side::Response, seed, Style::Typical),
                None => Some(json!("anything")),
            };
            if let Some(value) = value {
                answer.insert("instance".to_string(), value);
            }
        }
        answer.into()
    }
}
