//! Properties in which clients of Kibana look for something before all else: a version that they can parse, and a level
//! that is healthy. Told by names, wherever they stand. Knows the IR.

use serde_json::Value;

use crate::ir::{Api, Field, Kind, Shape, Struct, Type};

/// What is played when the document's own version is none.
const SOME_VERSION: &str = "9.0.0";

/// Names of properties that say how something is.
const LEVELS: [&str; 4] = ["level", "status", "state", "health"];

/// Values that say that it is well, the most telling first.
const WELL: [&str; 5] = ["available", "healthy", "green", "online", "ok"];

/// The version that a fake of this document plays: the document's, with all its parts.
pub fn version_of(api: &Api) -> String {
    let parts: Vec<&str> = api.version.trim().splitn(3, '.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [major, minor, patch]
            if [major, minor].into_iter().all(is_number)
                && patch.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            api.version.trim().to_string()
        }
        [major, minor] if [major, minor].into_iter().all(is_number) => format!("{major}.{minor}.0"),
        _ => SOME_VERSION.to_string(),
    }
}

/// The places in a value, as JSON pointers, where a version stands: a `number` of a `version`, and what is called a
/// version or `number` and is the one that is played.
pub fn version_places(value: &Value, played: &str) -> Vec<String> {
    let mut places = Vec::new();
    find(value, "", "", played, &mut places);
    places
}

fn find(value: &Value, named: &str, at: &str, played: &str, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, named, &format!("{at}/{index}"), played, places);
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                let own = key == "number" && named == "version" && value.is_string();
                let made = key == "number" || names_version(key);
                if own || (made && value.as_str() == Some(played)) {
                    places.push(at);
                } else {
                    find(value, key, &at, played, places);
                }
            }
        }
        _ => {}
    }
}

/// Whether a property holds a version as people read it. `named` is the property that its object stands in.
pub(super) fn is_version(object: &Struct, named: &str, field: &Field) -> bool {
    let beside = |start: &str| {
        let mut fields = object.fields.iter();
        fields.any(|other| other.wire.starts_with(start))
    };
    // Whether text matches a pattern is not known here.
    matches!(&field.ty.kind, Kind::String(rules) if rules.pattern.is_none())
        && match field.wire.as_str() {
            "number" => named == "version" || beside("version") || beside("build"),
            name => names_version(name),
        }
}

/// Whether a property is called a version: of something, but not `_version`, which nobody parses.
fn names_version(name: &str) -> bool {
    name == "version"
        || name.ends_with("Version")
        || name.len() > "_version".len() && name.ends_with("_version")
}

/// The value that says that all is well, where a property has one.
pub(super) fn well(api: &Api, field: &Field) -> Option<Value> {
    if !LEVELS.contains(&field.wire.as_str()) {
        return None;
    }
    let values = values(api, &field.ty)?;
    let well = WELL.iter().find(|word| values.contains(*word));
    well.map(|word| Value::from(*word))
}

/// The values of an enum.
fn values<'a>(api: &'a Api, ty: &'a Type) -> Option<Vec<&'a str>> {
    let Kind::Named(id) = &ty.kind else {
        return None;
    };
    match &api.types.body(*id).shape {
        Shape::Enum(values) => Some(values.variants.iter().map(|v| v.value.as_str()).collect()),
        Shape::Alias(inner) => self::values(api, inner),
        Shape::Struct(_) | Shape::Union(_) => None,
    }
}
