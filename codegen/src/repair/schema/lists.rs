//! Repairs of `items`.

use serde_json::{Value, json};

use crate::diagnostic::{Code, Severity};
use crate::repair::keywords::KEYWORD_UNREADABLE;
use crate::repair::site::{Object, Site, show};

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

/// One of several schemas. A member that is no schema says nothing, so it stands for any value.
pub(super) fn any_of(key: &str, mut schemas: Vec<Value>, site: &mut Site<'_>) -> Value {
    for schema in schemas.iter_mut().filter(|schema| !schema.is_object()) {
        let message = format!("{} is no schema; anything is valid", show(schema));
        site.report_at(key, &KEYWORD_UNREADABLE, message);
        *schema = json!({});
    }
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
    let items = any_of("items", schemas, site);
    schema.insert("items".to_string(), items);
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
    let items = any_of("prefixItems", schemas, site);
    schema.insert("items".to_string(), items);
}
