//! One change to a document: to its tree, as it goes wrong in converters, merges and editors; or to its bytes.

use serde_json::{Map, Value, json};

use crate::mutate::Random;

/// Keys that mean something.
const KEYWORDS: &[&str] = &[
    "$ref",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "nullable",
    "discriminator",
    "propertyName",
    "mapping",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "default",
    "example",
    "examples",
    "title",
    "description",
    "x-oas-optional",
    "readOnly",
    "writeOnly",
    "deprecated",
    "schema",
    "content",
    "parameters",
    "responses",
    "requestBody",
    "in",
    "name",
    "style",
    "explode",
    "allowReserved",
    "headers",
    "encoding",
    "tags",
    "operationId",
    "security",
    "get",
    "post",
    "delete",
    "200",
    "default",
    "4XX",
    "components",
    "schemas",
    "paths",
    "openapi",
    "patternProperties",
    "prefixItems",
    "if",
];

/// Texts that mean something somewhere.
const TEXTS: &[&str] = &[
    "",
    "string",
    "object",
    "array",
    "integer",
    "number",
    "boolean",
    "null",
    "objects",
    "int",
    "date-time",
    "binary",
    "byte",
    "int32",
    "int64",
    "uuid",
    "query",
    "path",
    "header",
    "cookie",
    "form",
    "deepObject",
    "spaceDelimited",
    "simple",
    "matrix",
    "^a(b",
    "^[a-z]+$",
    "(?=a)b",
    "Self",
    "self",
    "type",
    "a b",
    "é\u{301}\u{1F642}",
    "\u{0}",
    "*/",
    "\"#",
    "3.1.0",
    "3.0.3",
    "application/json",
    "multipart/form-data",
    "application/x-ndjson",
    "text/event-stream",
    "/a/{b?}",
    "/a/{b*}",
    "{",
    "r#fn",
];

/// Bytes that mean something in YAML and JSON.
const SYMBOLS: &[u8] = b"{}[]:,#&*!|>'\"%@`- \n\t\\0";

/// Changes one thing in a tree. Parts of another tree are mixed in.
pub fn tree(root: &mut Value, other: &Value, random: &mut Random) {
    let places = places(root);
    let place = places[random.below(places.len())].clone();
    let elsewhere = places[random.below(places.len())].clone();
    let copied = root.pointer(&elsewhere).cloned().unwrap_or(Value::Null);
    let target = reference(root, &elsewhere, random);
    let Some(node) = root.pointer_mut(&place) else {
        return;
    };
    match random.below(13) {
        0 => *node = value(random),
        1 => *node = json!({ "$ref": target }),
        2 if size(&copied) < 200 => *node = copied,
        3 => {
            let theirs = self::places(other);
            let theirs = other.pointer(&theirs[random.below(theirs.len())]);
            if let Some(theirs) = theirs.filter(|theirs| size(theirs) < 200) {
                *node = theirs.clone();
            }
        }
        4..=6 => wrap(node, &target, random),
        7 | 8 => keyword(node, &copied, &target, random),
        9 => remove(node, random),
        10 => rename(node, random),
        11 => repeat(node, random),
        _ => nudge(node, random),
    }
}

/// The pointers of all nodes, the root first.
pub(super) fn places(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, item)| (format!("{pointer}/{index}"), item)));
            }
            Value::Object(entries) => open.extend(entries.iter().map(|(key, value)| {
                let key = key.replace('~', "~0").replace('/', "~1");
                (format!("{pointer}/{key}"), value)
            })),
            _ => {}
        }
        found.push(pointer);
    }
    found
}

fn size(value: &Value) -> usize {
    places(value).len()
}

/// A reference to a component, to any other node, or to nothing.
fn reference(root: &Value, elsewhere: &str, random: &mut Random) -> String {
    let schemas = root
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let names: Vec<&String> = schemas.into_iter().flat_map(Map::keys).collect();
    match random.below(10) {
        0 => format!("#{elsewhere}"),
        1 => "#/components/schemas/Nowhere".to_string(),
        _ if names.is_empty() => format!("#{elsewhere}"),
        _ => format!("#/components/schemas/{}", names[random.below(names.len())]),
    }
}

fn text(random: &mut Random) -> &'static str {
    TEXTS[random.below(TEXTS.len())]
}

fn value(random: &mut Random) -> Value {
    match random.below(16) {
        0 => json!(null),
        1 => json!(true),
        2 => json!(false),
        3 => json!(0),
        4 => json!(-1),
        5 => json!(1e308),
        6 => json!(18_446_744_073_709_551_615_u64),
        7 => json!(0.1),
        8 => json!({}),
        9 => json!([]),
        10 => json!([{}]),
        11 => json!([text(random), text(random)]),
        12 => json!({ "type": text(random) }),
        13 => json!({ "not": {} }),
        _ => json!(text(random)),
    }
}

fn schema(target: &str, random: &mut Random) -> Value {
    match random.below(9) {
        0..=2 => json!({ "$ref": target }),
        3 => json!({ "type": "object", "properties": { "depth": { "type": "integer" } } }),
        4 => {
            json!({ "type": "object", "properties": { "next": { "$ref": target } }, "required": ["next"] })
        }
        5 => json!({ "type": "array", "items": { "$ref": target } }),
        6 => json!({ "enum": [text(random)] }),
        7 => json!({ "type": text(random), "nullable": true }),
        _ => value(random),
    }
}

fn wrap(node: &mut Value, target: &str, random: &mut Random) {
    let inner = node.take();
    let beside = schema(target, random);
    *node = match random.below(10) {
        0 | 1 => json!({ "allOf": [inner, beside] }),
        2 => json!({ "oneOf": [inner, beside] }),
        3 => json!({ "anyOf": [beside, inner] }),
        4 => json!({ "not": inner }),
        5 => json!({ "type": "array", "items": inner }),
        6 => json!({ "type": "object", "properties": { "a": inner, "b": beside } }),
        7 => json!({ "type": "object", "additionalProperties": inner }),
        8 => json!({ "allOf": [{ "oneOf": [inner, beside.clone()] }, beside] }),
        _ => json!([inner]),
    };
}

fn keyword(node: &mut Value, copied: &Value, target: &str, random: &mut Random) {
    let Value::Object(entries) = node else {
        return nudge(node, random);
    };
    let key = KEYWORDS[random.below(KEYWORDS.len())];
    let value = match random.below(4) {
        0 if size(copied) < 200 => copied.clone(),
        1 => value(random),
        2 => json!([schema(target, random), schema(target, random)]),
        _ => schema(target, random),
    };
    entries.insert(key.to_string(), value);
}

fn remove(node: &mut Value, random: &mut Random) {
    match node {
        Value::Object(entries) if !entries.is_empty() => {
            let at = random.below(entries.len());
            let key = entries.keys().nth(at).cloned().unwrap_or_default();
            entries.shift_remove(&key);
        }
        Value::Array(items) if !items.is_empty() => _ = items.remove(random.below(items.len())),
        other => *other = Value::Null,
    }
}

fn rename(node: &mut Value, random: &mut Random) {
    let Value::Object(entries) = node else {
        return nudge(node, random);
    };
    if entries.is_empty() {
        return;
    }
    let at = random.below(entries.len());
    let new = match random.below(2) {
        0 => KEYWORDS[random.below(KEYWORDS.len())],
        _ => text(random),
    };
    let renamed = std::mem::take(entries).into_iter().enumerate();
    *entries = renamed
        .map(|(index, (key, value))| (if index == at { new.to_string() } else { key }, value))
        .collect();
}

fn repeat(node: &mut Value, random: &mut Random) {
    match node {
        Value::Array(items) if !items.is_empty() && items.len() < 50 => {
            let item = items[random.below(items.len())].clone();
            items.insert(random.below(items.len() + 1), item);
        }
        Value::Object(entries) if !entries.is_empty() && entries.len() < 100 => {
            let at = random.below(entries.len());
            if let Some((key, value)) = entries.iter().nth(at) {
                let changed = [key.to_uppercase(), format!("{key}_"), format!("{key}2")];
                let changed = changed[random.below(3)].clone();
                let value = value.clone();
                entries.insert(changed, value);
            }
        }
        _ => {}
    }
}

fn nudge(node: &mut Value, random: &mut Random) {
    *node = match &*node {
        Value::String(known) => match random.below(3) {
            0 => json!(format!("{known}{}", text(random))),
            1 => json!([known]),
            _ => json!(text(random)),
        },
        Value::Number(known) => match random.below(3) {
            0 => json!(known.as_f64().unwrap_or(0.0) + 0.5),
            1 => json!(known.as_i64().unwrap_or(0).saturating_neg()),
            _ => json!(known.to_string()),
        },
        Value::Bool(known) => json!(!known),
        _ => value(random),
    };
}

/// Changes some bytes.
pub fn bytes(text: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        if text.is_empty() {
            return;
        }
        let at = random.below(text.len());
        match random.below(6) {
            0 => text[at] = random.below(256) as u8,
            1 => _ = text.remove(at),
            2 => text.insert(at, SYMBOLS[random.below(SYMBOLS.len())]),
            3 => text.truncate(at),
            4 => {
                let end = text.len().min(at + random.below(40));
                let copied = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                text.splice(to..to, copied);
            }
            _ => {
                let end = text.len().min(at + random.below(40));
                text.drain(at..end);
            }
        }
    }
}
