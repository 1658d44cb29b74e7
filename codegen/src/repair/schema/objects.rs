//! Repairs of the keywords of objects.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::lists::any_of;
use crate::diagnostic::{Code, Severity};
use crate::repair::site::{Object, Site, list};

/// See [`Code::explanation`].
static PATTERN_PROPERTIES: Code = Code {
    name: "pattern-properties",
    severity: Severity::Repair,
    explanation: "`patternProperties` (3.1) with one pattern that every name matches becomes `additionalProperties`.",
};

/// See [`Code::explanation`].
static PATTERN_PROPERTIES_UNCHECKED: Code = Code {
    name: "pattern-properties-unchecked",
    severity: Severity::Warning,
    explanation: "Other `patternProperties` (3.1) become additional properties of any value, or of any of their schemas where nothing else is allowed: names are not checked against the patterns.",
};

/// See [`Code::explanation`].
static REQUIRED_DUPLICATE: Code = Code {
    name: "required-duplicate",
    severity: Severity::Repair,
    explanation: "A name that is listed twice in `required` counts once.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[
    &PATTERN_PROPERTIES,
    &PATTERN_PROPERTIES_UNCHECKED,
    &REQUIRED_DUPLICATE,
];

pub(super) fn pattern_properties(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else {
        return;
    };
    let everything = patterns.len() == 1 && patterns.keys().all(|pattern| matches_all(pattern));
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let names = list(patterns.keys().map(String::as_str));
    let values = if everything || closed {
        any_of(
            "patternProperties",
            patterns.into_iter().map(|(_, value)| value).collect(),
            site,
        )
    } else {
        json!(true)
    };
    let (code, message) = if everything {
        let message =
            format!("{names} matches every name: its schema is that of all additional properties");
        (&PATTERN_PROPERTIES, message)
    } else {
        let message = format!("names are not checked against {names}");
        (&PATTERN_PROPERTIES_UNCHECKED, message)
    };
    site.report_at("patternProperties", code, message);
    schema.insert("additionalProperties".to_string(), values);
}

fn matches_all(pattern: &str) -> bool {
    let body = pattern.strip_prefix('^').unwrap_or(pattern);
    let body = body.strip_suffix('$').unwrap_or(body);
    let body = body
        .strip_prefix('(')
        .and_then(|b| b.strip_suffix(')'))
        .unwrap_or(body);
    matches!(body, "" | ".*" | ".+") && !(body.is_empty() && pattern == "^$")
}

pub(super) fn required_entries(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(names)) = schema.get_mut("required") else {
        return;
    };
    let mut seen = BTreeSet::new();
    names.retain(|name| {
        let first = seen.insert(name.to_string());
        if !first {
            let message = format!("{name} is listed twice");
            site.report_at("required", &REQUIRED_DUPLICATE, message);
        }
        first
    });
}
