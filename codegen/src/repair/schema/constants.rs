//! Repairs of `enum`, `const` and examples.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::table::{Finish, type_of};
use crate::diagnostic::{Code, Severity};
use crate::repair::shape;
use crate::repair::site::{Object, Site, show};

/// See [`Code::explanation`].
static CONST: Code = Code {
    name: "const",
    severity: Severity::Repair,
    explanation: "`const` (3.1) becomes an `enum` of one value.",
};

/// See [`Code::explanation`].
static EXAMPLES: Code = Code {
    name: "schema-examples",
    severity: Severity::Repair,
    explanation: "The first of a schema's `examples` (3.1) becomes its `example`; the list stays.",
};

/// See [`Code::explanation`].
static ENUM_DUPLICATE: Code = Code {
    name: "enum-duplicate",
    severity: Severity::Repair,
    explanation: "A value that is listed twice in an `enum` counts once.",
};

/// See [`Code::explanation`].
static ENUM_CONVERTED: Code = Code {
    name: "enum-converted",
    severity: Severity::Repair,
    explanation: "Values of an `enum` that spell values of the declared `type` (\"1\" for an integer, true for a string) become those: the type says what is sent, and the quotes are an accident of YAML.",
};

/// See [`Code::explanation`].
static VALUE_CONVERTED: Code = Code {
    name: "value-converted",
    severity: Severity::Repair,
    explanation: "A `default` or an `example` of text that YAML reads as a number or a boolean is the text that stands there: `1.10` is not `1.1`.",
};

/// See [`Code::explanation`].
static ENUM_AGAINST_TYPE: Code = Code {
    name: "enum-against-type",
    severity: Severity::Warning,
    explanation: "When the values of an `enum` cannot be values of the declared `type`, the type follows the values, because a list of values is never an accident; on an array, the values are those of its items.",
};

/// See [`Code::explanation`].
static ENUM_NULL: Code = Code {
    name: "enum-null",
    severity: Severity::Repair,
    explanation: "A null among the values of an `enum` makes the schema `nullable`.",
};

/// See [`Code::explanation`].
static ENUM_EMPTY: Code = Code {
    name: "enum-empty",
    severity: Severity::Repair,
    explanation: "An `enum` without values becomes null alone ({nullable: true, enum: [null]}) where null is allowed, and {not: {}} where it is not; openapiv3 would take it for no `enum` at all.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[
    &CONST,
    &EXAMPLES,
    &ENUM_DUPLICATE,
    &ENUM_CONVERTED,
    &VALUE_CONVERTED,
    &ENUM_AGAINST_TYPE,
    &ENUM_NULL,
    &ENUM_EMPTY,
];

pub(super) fn const_to_enum(schema: &mut Object, site: &mut Site<'_>) {
    let Some(value) = schema.get("const").cloned() else {
        return;
    };
    let message = format!("`const` becomes an `enum` of {}", show(&value));
    site.report_at("const", &CONST, message);
    schema.shift_remove("const");
    schema.insert("enum".to_string(), Value::Array(vec![value]));
}

pub(super) fn examples_to_example(schema: &mut Object, site: &mut Site<'_>) {
    if schema.contains_key("example") {
        return;
    }
    let Some(first) = schema
        .get("examples")
        .and_then(|examples| examples.get(0))
        .cloned()
    else {
        return;
    };
    let message = format!(
        "the first of `examples`, {}, is the `example`",
        show(&first)
    );
    site.report_at("examples", &EXAMPLES, message);
    schema.insert("example".to_string(), first);
}

/// Values of text that YAML takes for numbers or booleans are what stands in the document, digit by digit.
pub(super) fn values_of_text(schema: &mut Object, site: &mut Site<'_>) {
    if !is_text_only(schema.get("type")) {
        return;
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && values.iter().all(|v| !v.is_array() && !v.is_object())
        && values.iter().any(is_number_or_boolean)
    {
        let converted = values.iter().enumerate();
        let converted = converted.map(|(index, value)| match value {
            Value::Bool(_) | Value::Number(_) => listed_text(index, value, site),
            other => other.clone(),
        });
        let converted = converted.collect();
        let shown = show(&Value::Array(std::mem::replace(values, converted)));
        let message = format!("{shown} become values of the type `string`");
        site.report_at("enum", &ENUM_CONVERTED, message);
    }
    for key in ["default", "example"] {
        text_at(schema, key, site);
    }
}

/// The text of a listed value; what was `const` or the first of `examples` is listed by now.
fn listed_text(index: usize, value: &Value, site: &Site<'_>) -> Value {
    let list = site.at.key("enum");
    let constant = site.at.key("const");
    let letters = site.source.letters(&list.index(index).pointer(), value);
    match letters {
        None if index == 0 => site.text(&constant, value),
        None => Value::String(value.to_string()),
        Some(letters) => Value::String(letters.to_string()),
    }
}

/// Makes a member that is a number or a boolean the text that it is spelled with.
pub(in crate::repair) fn text_at(holder: &mut Object, key: &str, site: &mut Site<'_>) {
    let Some(value) = holder.get_mut(key).filter(|v| is_number_or_boolean(v)) else {
        return;
    };
    let examples = site.at.key("examples");
    let first = site.source.letters(&examples.index(0).pointer(), value);
    let text = match first.filter(|_| key == "example") {
        Some(letters) => Value::String(letters.to_string()),
        None => site.text(&site.at.key(key), value),
    };
    let message = format!("{} is the text {}", show(value), show(&text));
    *value = text;
    site.report_at(key, &VALUE_CONVERTED, message);
}

/// Whether a `type` wants text, and nothing else but null.
pub(in crate::repair) fn is_text_only(name: Option<&Value>) -> bool {
    match name {
        Some(Value::String(name)) => name == "string",
        Some(Value::Array(names)) => {
            names.iter().any(|name| name == "string")
                && names.iter().all(|name| name == "string" || name == "null")
        }
        _ => false,
    }
}

fn is_number_or_boolean(value: &Value) -> bool {
    value.is_number() || value.is_boolean()
}

pub(super) fn duplicates(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return;
    };
    let mut seen = BTreeSet::new();
    let mut repeated = Vec::new();
    values.retain_mut(|value| {
        let first = seen.insert(value.to_string());
        if !first {
            repeated.push(value.take());
        }
        first
    });
    if !repeated.is_empty() {
        let message = format!("listed more than once: {}", show(&Value::Array(repeated)));
        site.report_at("enum", &ENUM_DUPLICATE, message);
    }
}

pub(super) fn values_of_another_type(schema: &mut Object, site: &mut Site<'_>, finish: Finish) {
    let Some(name) = schema.get("type").and_then(Value::as_str).map(String::from) else {
        return;
    };
    let Some(Value::Array(values)) = schema.get_mut("enum") else {
        return;
    };
    if values.iter().all(|value| belongs(value, &name)) {
        return;
    }
    let converted: Option<Vec<Value>> = values.iter().map(|value| convert(value, &name)).collect();
    if let Some(converted) = converted {
        let shown = show(&Value::Array(std::mem::replace(values, converted)));
        let message = format!("{shown} become values of the type `{name}`");
        site.report_at("enum", &ENUM_CONVERTED, message);
        return duplicates(schema, site);
    }
    follow_values(schema, &name, site, finish);
}

fn follow_values(schema: &mut Object, name: &str, site: &mut Site<'_>, finish: Finish) {
    let Some(Value::Array(values)) = schema.get("enum") else {
        return;
    };
    let shown = show(&Value::Array(values.clone()));
    if name == "array" && !values.iter().any(Value::is_array) {
        let Some(values) = schema.shift_remove("enum") else {
            return;
        };
        let items = schema.entry("items").or_insert_with(|| json!({}));
        let message = format!("{shown} are no arrays; they are taken for the values of the items");
        if let Value::Object(items) = items
            && !items.contains_key("enum")
            && !items.contains_key("$ref")
        {
            items.insert("enum".to_string(), values);
        }
        site.report_at("enum", &ENUM_AGAINST_TYPE, message);
        return site.within("items", |site| {
            if let Some(Value::Object(items)) = schema.get_mut("items") {
                finish(items, site);
            }
        });
    }
    let followed = common_type(values);
    let message = match followed {
        Some(other) => {
            format!("{shown} are no values of the type `{name}`; the type becomes `{other}`")
        }
        None => format!("{shown} are no values of the type `{name}`; the type is left out"),
    };
    site.report_at("enum", &ENUM_AGAINST_TYPE, message);
    match followed {
        Some(other) => schema.insert("type".to_string(), other.into()),
        None => schema.shift_remove("type"),
    };
}

/// The one type that all values other than null have.
pub(super) fn common_type(values: &[Value]) -> Option<&'static str> {
    let mut common = None;
    for value in values.iter().filter(|value| !value.is_null()) {
        let name = type_of(value);
        common = match (common, name) {
            (None, name) => Some(name),
            (Some(before), name) if before == name => Some(name),
            (Some("integer" | "number"), "integer" | "number") => Some("number"),
            _ => return None,
        };
    }
    common
}

fn belongs(value: &Value, name: &str) -> bool {
    value.is_null() || type_of(value) == name || (name == "number" && value.is_number())
}

fn convert(value: &Value, name: &str) -> Option<Value> {
    if value.is_null() || type_of(value) == name {
        return Some(value.clone());
    }
    match (name, value) {
        ("boolean", Value::String(text)) if text == "true" => Some(Value::Bool(true)),
        ("boolean", Value::String(text)) if text == "false" => Some(Value::Bool(false)),
        ("integer", Value::Number(_)) => shape::integer(value),
        ("integer", Value::String(text)) => shape::integer(&shape::number(text)?),
        ("number", Value::Number(_)) => Some(value.clone()),
        ("number", Value::String(text)) => shape::number(text),
        _ => None,
    }
}

pub(super) fn null_among_values(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(values)) = schema.get("enum") else {
        return;
    };
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    if nullable || !values.contains(&Value::Null) {
        return;
    }
    site.report_at(
        "enum",
        &ENUM_NULL,
        "null is listed, so the schema is `nullable`",
    );
    schema.insert("nullable".to_string(), Value::Bool(true));
}

pub(super) fn no_values(schema: &mut Object, site: &mut Site<'_>) {
    let is_empty = matches!(schema.get("enum"), Some(Value::Array(values)) if values.is_empty());
    if !is_empty || schema.contains_key("$ref") {
        return;
    }
    schema.shift_remove("type");
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        site.report_at("enum", &ENUM_EMPTY, "no value but null is allowed");
        schema.insert("enum".to_string(), json!([null]));
    } else {
        site.report_at(
            "enum",
            &ENUM_EMPTY,
            "no value is allowed: read as {not: {}}",
        );
        schema.shift_remove("enum");
        schema.insert("not".to_string(), json!({}));
    }
}
