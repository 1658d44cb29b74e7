//! The examples of bodies that a spec holds, and what becomes of them on the way through generated types.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use kibana_codegen::Analysis;
use kibana_codegen::document::Document;
use kibana_codegen::ir::{BodyFormat, Content, Operation, Status};
use kibana_codegen::plan::Plan;
use kibana_codegen::pointer::Pointer;
use kibana_runtime::Base64;
use serde_json::Value;

use crate::expected::Lists;
use crate::harness::{Answer, CRATE, Harness};
use crate::judge::{Judge, Side, followed};

/// An example of a body.
#[derive(Clone, Debug)]
pub struct Example {
    /// Operation, `request` or status, media type and name: unique in a document, and stable between versions of it.
    pub key: String,
    /// The operation: `method path`.
    pub operation: String,
    /// Which way it goes.
    pub side: Side,
    /// The media type object that holds it.
    pub content: Content,
    /// The example as the document has it.
    pub value: Value,
}

/// What was found out about an example.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The body has no schema (or its schema says that it is bytes).
    NoSchema,
    /// The body is JSON, but the example is text that is not.
    NotJson,
    /// The independent validator looked at it, and the generated types did.
    Judged {
        /// Why the validator refuses it; `None` when it is valid.
        invalid: Option<String>,
        /// Whether it is valid, or would be if absent properties that may be `null` were there as `null`.
        tolerable: bool,
        /// What reading and writing changed (or why reading failed); `None` when nothing did.
        changed: Option<String>,
        /// What strict reading says against it.
        violations: Vec<String>,
    },
}

/// All body examples of a document, each once however many operations share it.
pub fn collect(analysis: &Analysis) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for operation in &analysis.api.operations {
        for (part, content) in contents(operation) {
            if !seen.insert(content.pointer.clone()) {
                continue;
            }
            for (name, value) in &content.examples {
                examples.push(Example {
                    key: format!("{} {part} {} {name}", operation.key(), content.media_type),
                    operation: operation.key(),
                    side: side_of(&part),
                    content: content.clone(),
                    value: value.clone(),
                });
            }
        }
    }
    examples
}

/// All bodies of an operation, each with `request` or its status.
pub fn contents(operation: &Operation) -> impl Iterator<Item = (String, &Content)> {
    let request = operation.body.iter().flat_map(|body| &body.content);
    let responses = operation.responses.iter().flat_map(|response| {
        let status = status_text(response.status);
        response
            .content
            .iter()
            .map(move |content| (status.clone(), content))
    });
    request
        .map(|content| ("request".to_string(), content))
        .chain(responses)
}

/// Which way a body of [`contents`] goes.
pub fn side_of(part: &str) -> Side {
    match part {
        "request" => Side::Request,
        _ => Side::Response,
    }
}

/// A status as documents write it.
pub fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

/// Judges every example, and sends it through the types of a generated crate. `name` stands for the document.
pub fn judge(name: &str, analysis: &Analysis, generated: &Path) -> Vec<(Example, Outcome)> {
    let root = &analysis.document.root;
    let (judge, tolerant) = (Judge::new(root), Judge::tolerant(root));
    let plan = Plan::of_crate(&analysis.api);
    let mut types = Vec::new();
    let mut questions = Vec::new();
    let mut judged = Vec::new();
    for example in collect(analysis) {
        let schema = example.content.pointer.child("schema");
        if analysis.document.get(&schema).is_none() {
            judged.push((example, Outcome::NoSchema));
            continue;
        }
        let Some(value) = decoded(&example, &judge, &schema) else {
            judged.push((example, Outcome::NotJson));
            continue;
        };
        // Bytes have no type that could change them.
        if let Some(ty) = &example.content.ty {
            let path = plan.path(CRATE, ty);
            let side = example.side;
            let known = types
                .iter()
                .position(|known| *known == (path.clone(), side));
            let index = known.unwrap_or_else(|| {
                types.push((path, side));
                types.len() - 1
            });
            let value = with_files_as_base64(value.clone(), &example.content, &analysis.document);
            questions.push((judged.len(), (index, value)));
        }
        let outcome = Outcome::Judged {
            invalid: judge.refuses(&schema, example.side, &value),
            tolerable: tolerant.refuses(&schema, example.side, &value).is_none(),
            changed: None,
            violations: Vec::new(),
        };
        judged.push((example, outcome));
    }
    let (places, questions): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
    let answers = Harness::build(name, &types, generated).ask(&questions);
    for ((place, (_, value)), answer) in places.into_iter().zip(questions).zip(answers) {
        if let Outcome::Judged {
            invalid,
            tolerable,
            changed,
            violations,
        } = &mut judged[place].1
        {
            *changed = difference(&value, &answer, invalid.is_some() && *tolerable);
            *violations = answer.violations;
        }
    }
    judged
}

/// The JSON value that an example stands for. JSON that is written as text is decoded, unless the schema is one of
/// text.
fn decoded(example: &Example, judge: &Judge<'_>, schema: &Pointer) -> Option<Value> {
    let Value::String(text) = &example.value else {
        return Some(example.value.clone());
    };
    if judge
        .refuses(schema, example.side, &example.value)
        .is_none()
    {
        return Some(example.value.clone());
    }
    serde_json::from_str(text).ok()
}

/// A form with its files as the generated type of the form holds them. A form is no JSON, so the document writes them
/// as plain text.
fn with_files_as_base64(mut form: Value, content: &Content, document: &Document) -> Value {
    if content.format != BodyFormat::Multipart {
        return form;
    }
    let schema = document.get(&content.pointer.child("schema"));
    let Some(schema) = schema.map(|schema| followed(&document.root, schema)) else {
        return form;
    };
    for (name, part) in form.as_object_mut().into_iter().flatten() {
        let is_file = followed(&document.root, &schema["properties"][name])["format"] == "binary";
        if is_file && let Some(text) = part.as_str() {
            let bytes = Base64(text.as_bytes().to_vec());
            *part = kibana_runtime::to_value(&bytes).unwrap_or_default();
        }
    }
    form
}

/// What is not the same after reading and writing.
pub fn difference(value: &Value, answer: &Answer, nulls_may_be_added: bool) -> Option<String> {
    let written = match &answer.written {
        Ok(written) => written,
        Err(problem) => return Some(format!("not read: {problem}")),
    };
    match serde_json::from_str(written) {
        Ok(written) => first_difference(value, &written, nulls_may_be_added, "$"),
        Err(error) => Some(format!("what was written is not JSON: {error}")),
    }
}

/// The place of the first difference between two values. Numbers are compared by value, the order of keys is free.
pub fn first_difference(
    a: &Value,
    b: &Value,
    nulls_may_be_added: bool,
    path: &str,
) -> Option<String> {
    let below = |a, b, path: &str| first_difference(a, b, nulls_may_be_added, path);
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let added = |(key, value): &(&String, &Value)| {
                let allowed = nulls_may_be_added && value.is_null();
                !a.contains_key(*key) && !allowed
            };
            if let Some((key, _)) = b.iter().find(added) {
                return Some(format!("{path}.{key} was added"));
            }
            a.iter().find_map(|(key, value)| match b.get(key) {
                None => Some(format!("{path}.{key} is lost")),
                Some(other) => below(value, other, &format!("{path}.{key}")),
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| below(a, b, &format!("{path}[{index}]"))),
        (Value::Number(a), Value::Number(b)) => {
            let same = match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a == b,
                _ => a.as_f64() == b.as_f64(),
            };
            (!same).then(|| format!("{path}: {a} became {b}"))
        }
        (a, b) => (a != b).then(|| format!("{path} is another value")),
    }
}

/// Examples by key, with what is to be said about each.
type List = BTreeMap<String, String>;

/// The examples by outcome.
#[derive(Debug, Default)]
pub struct Found {
    all: usize,
    valid: usize,
    no_schema: List,
    not_json: List,
    invalid: List,
    tolerated: List,
    changed: List,
    refused: List,
    accepted: List,
}

impl Found {
    /// Sorts examples by their outcome.
    pub fn of(judged: &[(Example, Outcome)]) -> Self {
        let mut found = Self {
            all: judged.len(),
            ..Self::default()
        };
        for (example, outcome) in judged {
            found.add(example.key.clone(), outcome);
        }
        found
    }

    fn add(&mut self, key: String, outcome: &Outcome) {
        let (invalid, tolerable, changed, violations) = match outcome {
            Outcome::NoSchema => return drop(self.no_schema.insert(key, String::new())),
            Outcome::NotJson => return drop(self.not_json.insert(key, String::new())),
            Outcome::Judged {
                invalid,
                tolerable,
                changed,
                violations,
            } => (invalid, *tolerable, changed, violations),
        };
        match invalid {
            None => self.valid += 1,
            Some(why) if tolerable => _ = self.tolerated.insert(key.clone(), why.clone()),
            Some(why) => {
                if violations.is_empty() {
                    self.accepted.insert(key.clone(), why.clone());
                }
                self.invalid.insert(key, why.clone());
                return;
            }
        }
        if !violations.is_empty() {
            self.refused.insert(key.clone(), violations.join("; "));
        }
        if let Some(what) = changed {
            self.changed.insert(key, what.clone());
        }
    }

    /// Where what was found is not what is listed.
    pub fn problems(&self, lists: &Lists) -> Vec<String> {
        let found = [
            ("no-schema", &self.no_schema),
            ("not-json", &self.not_json),
            ("invalid", &self.invalid),
            ("tolerated", &self.tolerated),
            ("changed", &self.changed),
            ("valid-but-refused", &self.refused),
            ("invalid-but-accepted", &self.accepted),
        ];
        found
            .into_iter()
            .flat_map(|(list, found)| lists.problems(list, found))
            .collect()
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = self.valid + self.tolerated.len();
        let (unchanged, accepted) = (read - self.changed.len(), read - self.refused.len());
        let refused = self.invalid.len() - self.accepted.len();
        write!(
            f,
            "{} examples: {} valid, {} that only leave out nulls, {} invalid, {} without schema, {} not JSON; \
             of {read} that should be read, {unchanged} come back unchanged and strict reading accepts {accepted}; \
             of {} invalid ones, it refuses {refused}",
            self.all,
            self.valid,
            self.tolerated.len(),
            self.invalid.len(),
            self.no_schema.len(),
            self.not_json.len(),
            self.invalid.len(),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_the_same_by_value_and_objects_in_any_order() {
        let difference = |a: &Value, b: &Value| first_difference(a, b, false, "$");
        let same = [
            (json!(42), json!(42.0)),
            (json!({ "a": 1, "b": [2] }), json!({ "b": [2.0], "a": 1 })),
        ];
        for (a, b) in same {
            assert_eq!(difference(&a, &b), None);
        }
        let different = [
            (
                json!(9_007_199_254_740_993_i64),
                json!(9_007_199_254_740_992_i64),
            ),
            (json!({ "a": null }), json!({})),
            (json!({}), json!({ "a": null })),
            (json!([1, 2]), json!([2, 1])),
            (json!("1"), json!(1)),
        ];
        for (a, b) in different {
            assert!(difference(&a, &b).is_some(), "{a} {b}");
        }
        assert_eq!(
            first_difference(&json!({}), &json!({ "a": null }), true, "$"),
            None
        );
    }
}
