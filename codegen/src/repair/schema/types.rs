//! Repairs of `type`, and of keywords that do not belong to the type they stand beside.

use serde_json::{Value, json};

use super::constants::common_type;
use super::table::{Finish, TYPES, belongs_to, type_of};
use crate::diagnostic::{Code, Severity};
use crate::repair::similar::similar;
use crate::repair::site::{Object, Site, list, show};

/// See [`Code::explanation`].
static TYPE_MISSPELLED: Code = Code {
    name: "type-misspelled",
    severity: Severity::Repair,
    explanation: "A `type` that is nearly the name of a type, or its name in another language (`int`, `bool`), is taken for it.",
};

/// See [`Code::explanation`].
static TYPE_UNKNOWN: Code = Code {
    name: "type-unknown",
    severity: Severity::Warning,
    explanation: "A `type` that is no type is left out; any value is then valid as far as the other keywords allow.",
};

/// See [`Code::explanation`].
static TYPE_MISSING: Code = Code {
    name: "type-missing",
    severity: Severity::Repair,
    explanation: "A schema without `type` whose own keywords speak about one type only (`properties`, `additionalProperties`, `items`, or an `enum` of one type) gets that type; under `not` it does not, because it would allow more there.",
};

/// See [`Code::explanation`].
static TYPE_LIST: Code = Code {
    name: "type-list",
    severity: Severity::Repair,
    explanation: "A list of types (3.1) becomes one type, `nullable` when null is listed; several types become `anyOf`, each with the keywords that speak about it; all types become none.",
};

/// See [`Code::explanation`].
static TYPE_NULL: Code = Code {
    name: "type-null",
    severity: Severity::Repair,
    explanation: "The type `null` (3.1) becomes {nullable: true, enum: [null]}, which is how 3.0 can say it.",
};

/// See [`Code::explanation`].
static KEYWORD_MISPLACED: Code = Code {
    name: "keyword-misplaced",
    severity: Severity::Warning,
    explanation: "A keyword that says nothing about the declared `type` (`minLength` on an array, a text format on an object) is left out.",
};

/// See [`Code::explanation`].
static CONTENT_FORMAT: Code = Code {
    name: "content-format",
    severity: Severity::Repair,
    explanation: "`contentEncoding: base64` (3.1) becomes `format: byte`, and `contentMediaType: application/octet-stream` without an encoding becomes `format: binary`.",
};

/// See [`Code::explanation`].
static BINARY_OBJECT: Code = Code {
    name: "binary-object",
    severity: Severity::Repair,
    explanation: "An object of `format: binary` without properties is a file: a string of that format.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[
    &TYPE_MISSPELLED,
    &TYPE_UNKNOWN,
    &TYPE_MISSING,
    &TYPE_LIST,
    &TYPE_NULL,
    &KEYWORD_MISPLACED,
    &CONTENT_FORMAT,
    &BINARY_OBJECT,
];

/// Names that other languages give to the types.
const ALIASES: [(&str, &str); 6] = [
    ("int", "integer"),
    ("long", "integer"),
    ("bool", "boolean"),
    ("str", "string"),
    ("float", "number"),
    ("double", "number"),
];

pub(super) fn correct_names(schema: &mut Object, site: &mut Site<'_>) {
    let keep = match schema.get_mut("type") {
        Some(Value::String(name)) => correct(name, site),
        Some(Value::Array(names)) => {
            names.retain_mut(|name| match name {
                Value::String(name) => correct(name, site),
                _ => false,
            });
            if names.is_empty() {
                let message = "no type is listed; `type` is left out";
                site.report_at("type", &TYPE_UNKNOWN, message);
            }
            !names.is_empty()
        }
        _ => true,
    };
    if !keep {
        schema.shift_remove("type");
    }
}

/// Puts a name right, or says that it is none.
fn correct(name: &mut String, site: &mut Site<'_>) -> bool {
    if TYPES.contains(&name.as_str()) || name == "null" {
        return true;
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let meant = match alias {
        Some((_, meant)) => Some(meant),
        None => TYPES.iter().find(|meant| similar(name, meant)),
    };
    let Some(meant) = meant else {
        let message = format!("`{name}` is no type and is left out");
        site.report_at("type", &TYPE_UNKNOWN, message);
        return false;
    };
    let message = format!("`{name}` is read as `{meant}`");
    site.report_at("type", &TYPE_MISSPELLED, message);
    *name = meant.to_string();
    true
}

pub(super) fn list_of_types(schema: &mut Object, site: &mut Site<'_>, finish: Finish) {
    let Some(Value::Array(listed)) = schema.get("type") else {
        return;
    };
    let names: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    let nullable = names.contains(&"null");
    // An integer is a number.
    let covered = |name: &str| name == "integer" && names.contains(&"number");
    let mut types: Vec<&'static str> = Vec::new();
    for name in TYPES {
        if names.contains(&name) && !covered(name) {
            types.push(name);
        }
    }
    types.sort_by_key(|name| names.iter().position(|listed| listed == name));
    let written = show(&Value::Array(listed.clone()));

    let without_integer = TYPES.len() - 1;
    let result = match types.as_slice() {
        [] => {
            schema.insert("type".to_string(), "null".into());
            "the type `null`".to_string()
        }
        [only] => {
            schema.insert("type".to_string(), (*only).into());
            format!("the type `{only}`")
        }
        all if all.len() == without_integer && !all.contains(&"integer") => {
            schema.shift_remove("type");
            "a schema without type".to_string()
        }
        several => {
            let message = format!("an `anyOf` of {}", list(several.iter().copied()));
            split(schema, several, site, finish);
            message
        }
    };
    let null = if nullable && !types.is_empty() {
        schema.insert("nullable".to_string(), Value::Bool(true));
        ", `nullable`"
    } else {
        ""
    };
    site.report_at(
        "type",
        &TYPE_LIST,
        format!("{written} becomes {result}{null}"),
    );
}

/// Moves the keywords that speak about one type into a member for that type.
fn split(schema: &mut Object, types: &[&'static str], site: &mut Site<'_>, finish: Finish) {
    schema.shift_remove("type");
    let values = schema.shift_remove("enum");
    let format = schema.shift_remove("format");
    let mut members: Vec<Object> = types
        .iter()
        .map(|name| Object::from_iter([("type".to_string(), json!(name))]))
        .collect();
    for (key, value) in std::mem::take(schema) {
        let Some(owners) = belongs_to(&key) else {
            schema.insert(key, value);
            continue;
        };
        for (name, member) in types.iter().zip(&mut members) {
            if owners.contains(name) {
                member.insert(key.clone(), value.clone());
            }
        }
    }
    for (name, member) in types.iter().zip(&mut members) {
        if let Some(format) = format.as_ref().filter(|format| speaks_about(format, name)) {
            member.insert("format".to_string(), format.clone());
        }
    }
    if let Some(Value::Array(values)) = &values {
        members.retain_mut(|member| {
            let name = member["type"].as_str().unwrap_or_default().to_string();
            let own = values
                .iter()
                .filter(|value| type_of(value) == name || (name == "number" && value.is_number()));
            let own: Vec<Value> = own.cloned().collect();
            let possible = !own.is_empty();
            member.insert("enum".to_string(), Value::Array(own));
            possible
        });
    }
    if members.is_empty() {
        // The values are of none of the types, and a list of values is never an accident.
        schema.extend(values.map(|values| ("enum".to_string(), values)));
        return;
    }
    for (index, member) in members.iter_mut().enumerate() {
        site.within("anyOf", |site| {
            site.within_index(index, |site| finish(member, site));
        });
    }
    let members: Vec<Value> = members.into_iter().map(Value::Object).collect();
    if !schema.contains_key("anyOf") {
        schema.insert("anyOf".to_string(), Value::Array(members));
    } else if let Value::Array(all) = schema.entry("allOf").or_insert_with(|| json!([])) {
        all.push(json!({ "anyOf": members }));
    }
}

pub(super) fn null_type(schema: &mut Object, site: &mut Site<'_>) {
    if schema.get("type") != Some(&json!("null")) {
        return;
    }
    site.report_at(
        "type",
        &TYPE_NULL,
        "becomes `nullable` with null as the only value",
    );
    schema.shift_remove("type");
    schema.insert("nullable".to_string(), Value::Bool(true));
    schema.insert("enum".to_string(), json!([null]));
}

pub(super) fn misplaced(schema: &mut Object, site: &mut Site<'_>) {
    let Some(name) = schema.get("type").and_then(Value::as_str).map(String::from) else {
        return;
    };
    let mut strangers = Vec::new();
    for (key, value) in schema.iter() {
        let fits = match key.as_str() {
            "format" => speaks_about(value, &name),
            key => belongs_to(key).is_none_or(|owners| owners.contains(&name.as_str())),
        };
        if !fits {
            strangers.push(key.clone());
        }
    }
    for key in strangers {
        let value = schema.shift_remove(&key).unwrap_or_default();
        let message = format!(
            "`{key}: {}` says nothing about the type `{name}` and is left out",
            show(&value)
        );
        site.report_at(&key, &KEYWORD_MISPLACED, message);
    }
}

/// Whether a format can say something about a type. Formats that nobody knows may stand on any scalar.
fn speaks_about(format: &Value, name: &str) -> bool {
    match name {
        "string" => true,
        "number" | "integer" => !matches!(
            format.as_str(),
            Some(
                "date"
                    | "password"
                    | "byte"
                    | "binary"
                    | "uuid"
                    | "uri"
                    | "email"
                    | "ipv4"
                    | "ipv6"
            )
        ),
        _ => false,
    }
}

pub(super) fn content_to_format(schema: &mut Object, site: &mut Site<'_>) {
    if schema.contains_key("format") {
        return;
    }
    let encoding = schema.get("contentEncoding").and_then(Value::as_str);
    let media_type = schema.get("contentMediaType").and_then(Value::as_str);
    let (key, format) = match (encoding, media_type) {
        (Some(encoding), _) if encoding.eq_ignore_ascii_case("base64") => {
            ("contentEncoding", "byte")
        }
        (None, Some("application/octet-stream")) => ("contentMediaType", "binary"),
        _ => return,
    };
    let message = format!("becomes `format: {format}`");
    site.report_at(key, &CONTENT_FORMAT, message);
    schema.insert("format".to_string(), format.into());
}

pub(super) fn binary_object(schema: &mut Object, site: &mut Site<'_>) {
    let is_object = schema.get("type") == Some(&json!("object"));
    let is_binary = schema.get("format") == Some(&json!("binary"));
    if !is_object || !is_binary || schema.contains_key("properties") {
        return;
    }
    site.report_at(
        "type",
        &BINARY_OBJECT,
        "an object of `format: binary` is read as a file",
    );
    schema.insert("type".to_string(), "string".into());
}

/// Keywords that tell the type of a schema that does not say it.
pub(super) const TELLING: &[&str] = &["properties", "additionalProperties", "items", "enum"];

pub(super) fn missing(schema: &mut Object, site: &mut Site<'_>) {
    const OTHER: [&str; 6] = ["type", "$ref", "allOf", "anyOf", "oneOf", "not"];
    if OTHER.iter().any(|key| schema.contains_key(*key)) || site.at.passes("not") {
        return;
    }
    let told = TELLING.iter().find_map(|keyword| {
        let name = match (schema.get(*keyword)?, belongs_to(keyword)) {
            (Value::Array(values), None) => common_type(values)?,
            (_, types) => types?.first()?,
        };
        Some((*keyword, name))
    });
    let Some((keyword, name)) = told else { return };
    let contradicts = |key: &String| belongs_to(key).is_some_and(|types| !types.contains(&name));
    let other_values = schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| common_type(values) != Some(name));
    if other_values || schema.keys().any(contradicts) {
        return;
    }
    let message = format!("`{keyword}` without a type; the type is `{name}`");
    site.report(&TYPE_MISSING, message);
    schema.insert("type".to_string(), name.into());
}
