//! Schemas that say the same. Knows keywords that are words for people, and no others.

use serde_json::Value;

/// Whether two schemas state the same rules, whatever they say in words.
pub(super) fn same_rules(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            // A property may be called `title`: its value is a schema, not a text.
            let describes = |key: &str, value: &Value| {
                let keyword = matches!(key, "description" | "title" | "example" | "examples");
                (keyword || key.starts_with("x-")) && !value.is_object()
            };
            let rules = |object: &serde_json::Map<String, Value>| {
                let all = object.iter();
                all.filter(|(key, value)| !describes(key, value)).count()
            };
            rules(a) == rules(b)
                && a.iter().all(|(key, value)| {
                    describes(key, value)
                        || b.get(key).is_some_and(|other| same_rules(value, other))
                })
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_rules(a, b))
        }
        (a, b) => a == b,
    }
}
