//! Repairs of `items`.

use serde_json::{Value, json};

use crate::diagnostic::{Code, Severity};
use crate::repair::site::{Object, Site};

/// See [`Code::explanation`].
static ITEMS_LIST: Code = Code {
    name: "items-list",
    severity: Severity::Repair,
    explanation: "A list of schemas under `items` becomes its only schema, or any of them when there are several: OpenAPI 3.0 has no tuples.",
};

/// See [`Code::explanation`].
static PREFIX_ITEMS: Code = Code {
    name: "prefix-items",
    severity: Severity::Warning,
    explanation: "`prefixItems` (3.1) becomes `items` that are any of its schemas: which one stands where is not checked.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[&ITEMS_LIST, &PREFIX_ITEMS];

/// One of several schemas.
pub(super) fn any_of(mut schemas: Vec<Value>) -> Value {
    match schemas.len() {
        0 => json!({}),
        1 => schemas.swap_remove(0),
        _ => json!({ "anyOf": schemas }),
    }
}

pub(super) fn items_list(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(schemas)) = schema.get_mut("items") else {
        return;
    };
    let schemas = std::mem::take(schemas);
    let message = match schemas.len() {
        0 => "an empty list of schemas; the items may be anything".to_string(),
        1 => "a list of one schema, which is that of the items".to_string(),
        several => format!("a list of {several} schemas; an item may be any of them"),
    };
    site.report_at("items", &ITEMS_LIST, message);
    schema.insert("items".to_string(), any_of(schemas));
}

pub(super) fn prefix_items(schema: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(mut schemas)) = schema.shift_remove("prefixItems") else {
        return;
    };
    let length = schemas.len();
    let message = format!("{length} schemas by position become the schema of all items");
    site.report_at("prefixItems", &PREFIX_ITEMS, message);
    match schema.shift_remove("items") {
        // `items: false`, spelled out by now: nothing may follow.
        Some(rest) if rest == json!({"not": {}}) => {
            schema.entry("maxItems").or_insert(length.into());
        }
        Some(rest) => schemas.push(rest),
        // Without `items`, anything may follow.
        None => schemas.clear(),
    }
    schema.insert("items".to_string(), any_of(schemas));
}
