//! The keywords of a schema, and sets of them. Knows which keyword belongs to which type.

use serde_json::Value;

use crate::diagnostic::{Code, Severity};
use crate::repair::keywords::{Keyword, keyword};
use crate::repair::shape::Shape;
use crate::repair::site::{Object, Site};

/// Every keyword of 3.0 and 3.1, the commonest first.
pub(super) static KEYWORDS: &[Keyword] = &KEYWORD_LIST;

const KEYWORD_LIST: [Keyword; 67] = [
    keyword("type", Shape::Type),
    keyword("$ref", Shape::Text),
    keyword("description", Shape::Text),
    keyword("properties", Shape::Map),
    keyword("required", Shape::Texts),
    keyword("additionalProperties", Shape::SchemaOrBoolean),
    keyword("items", Shape::Part),
    keyword("anyOf", Shape::List),
    keyword("nullable", Shape::Boolean),
    keyword("enum", Shape::Values),
    keyword("example", Shape::Any),
    keyword("minLength", Shape::Count),
    keyword("oneOf", Shape::List),
    keyword("title", Shape::Text),
    keyword("default", Shape::Any),
    keyword("minimum", Shape::Number),
    keyword("format", Shape::Text),
    keyword("allOf", Shape::List),
    keyword("minItems", Shape::Count),
    keyword("maximum", Shape::Number),
    keyword("maxLength", Shape::Count),
    keyword("maxItems", Shape::Count),
    keyword("not", Shape::Part),
    keyword("deprecated", Shape::Boolean),
    keyword("pattern", Shape::Text),
    keyword("discriminator", Shape::Discriminator),
    keyword("uniqueItems", Shape::Boolean),
    keyword("exclusiveMaximum", Shape::Bound),
    keyword("exclusiveMinimum", Shape::Bound),
    keyword("multipleOf", Shape::Number),
    keyword("maxProperties", Shape::Count),
    keyword("minProperties", Shape::Count),
    keyword("readOnly", Shape::Boolean),
    keyword("writeOnly", Shape::Boolean),
    keyword("externalDocs", Shape::Docs),
    keyword("xml", Shape::Map),
    keyword("const", Shape::Any),
    keyword("examples", Shape::Any),
    keyword("prefixItems", Shape::List),
    keyword("patternProperties", Shape::Map),
    keyword("contentEncoding", Shape::Text),
    keyword("contentMediaType", Shape::Text),
    keyword("contentSchema", Shape::Part),
    keyword("$defs", Shape::Map),
    keyword("definitions", Shape::Map),
    keyword("$comment", Shape::Text),
    keyword("$id", Shape::Text),
    keyword("$schema", Shape::Text),
    keyword("$anchor", Shape::Text),
    keyword("$vocabulary", Shape::Map),
    keyword("$dynamicAnchor", Shape::Text),
    keyword("$recursiveAnchor", Shape::Boolean),
    keyword("unevaluatedProperties", Shape::Part),
    keyword("unevaluatedItems", Shape::Part),
    keyword("dependentRequired", Shape::Part),
    keyword("dependentSchemas", Shape::Part),
    keyword("dependencies", Shape::Part),
    keyword("if", Shape::Part),
    keyword("then", Shape::Part),
    keyword("else", Shape::Part),
    keyword("propertyNames", Shape::Part),
    keyword("contains", Shape::Part),
    keyword("minContains", Shape::Part),
    keyword("maxContains", Shape::Part),
    keyword("additionalItems", Shape::Part),
    keyword("$dynamicRef", Shape::Part),
    keyword("$recursiveRef", Shape::Part),
];

/// Keywords whose rules no generated code checks.
pub(super) const UNCHECKED: &[&str] = &[
    "unevaluatedProperties",
    "unevaluatedItems",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "if",
    "then",
    "else",
    "propertyNames",
    "contains",
    "minContains",
    "maxContains",
    "$dynamicRef",
    "$recursiveRef",
];

/// See [`Code::explanation`].
static KEYWORD_UNCHECKED: Code = Code {
    name: "keyword-unchecked",
    severity: Severity::Warning,
    explanation: "A rule of JSON Schema that OpenAPI 3.0 does not have (`if`, `dependentRequired`, `contains` …) is not checked: more values are accepted than the document allows.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[&KEYWORD_UNCHECKED];

/// Names the rules that are not checked. They stay, so this is reported each time.
pub(super) fn warn_of_unchecked(schema: &mut Object, site: &mut Site<'_>) {
    for name in UNCHECKED.iter().filter(|name| schema.contains_key(**name)) {
        let message = format!("`{name}` is not checked");
        site.report_at(name, &KEYWORD_UNCHECKED, message);
    }
}

/// The JSON types that a keyword speaks about; `None` when it speaks about all.
pub(super) fn belongs_to(keyword: &str) -> Option<&'static [&'static str]> {
    Some(match keyword {
        "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" => {
            &["string"]
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            &["number", "integer"]
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" | "prefixItems" => &["array"],
        "properties"
        | "required"
        | "additionalProperties"
        | "minProperties"
        | "maxProperties"
        | "patternProperties" => &["object"],
        _ => return None,
    })
}

/// Applies the repairs to a schema that a repair made.
pub(super) type Finish = fn(&mut Object, &mut Site<'_>);

/// The types of OpenAPI 3.0.
pub(super) const TYPES: [&str; 6] = ["string", "object", "boolean", "number", "array", "integer"];

/// The type of a value.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a keyword could stand in this schema, to tell misspellings from other words.
pub(super) fn sensible(schema: &Object, keyword: &'static Keyword) -> bool {
    let Some(name) = schema.get("type").and_then(Value::as_str) else {
        return true;
    };
    let known = TYPES.contains(&name);
    !known || belongs_to(keyword.name).is_none_or(|types| types.contains(&name))
}

/// A set of keywords of a schema.
#[derive(Clone, Copy)]
pub(super) struct Keys(u128);

impl Keys {
    /// The keywords that a schema has.
    pub(super) fn of(schema: &Object) -> Self {
        let mut bits = 0;
        for key in schema.keys() {
            if let Some(index) = KEYWORDS.iter().position(|keyword| keyword.name == key) {
                bits |= 1 << index;
            }
        }
        Self(bits)
    }

    /// Whether the sets share a keyword.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A set of keywords; a name that is no keyword does not compile.
pub(super) const fn keys(names: &[&str]) -> Keys {
    let mut bits = 0;
    let mut index = 0;
    while index < names.len() {
        bits |= 1 << position(names[index]);
        index += 1;
    }
    Keys(bits)
}

const fn position(name: &str) -> usize {
    let mut index = 0;
    while index < KEYWORD_LIST.len() {
        if equal(KEYWORD_LIST[index].name.as_bytes(), name.as_bytes()) {
            return index;
        }
        index += 1;
    }
    panic!("no keyword has this name")
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}
