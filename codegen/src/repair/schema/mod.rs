//! Repairs of schemas: the walk over one schema and its children, and the list of repairs. Knows no operations.
//!
//! What a repair does, and why, is the explanation of its code, which stands in the same file.

pub(super) mod constants;
pub(super) mod lists;
pub(super) mod numbers;
pub(super) mod objects;
pub(super) mod table;
pub(super) mod types;
pub(super) mod unions;

use serde_json::Value;

use self::table::{Finish, Keys, keys};
use super::keywords;
use super::site::{Object, Site};
use crate::diagnostic::{Code, Severity};

/// See [`Code::explanation`].
static SCHEMA_BOOLEAN: Code = Code {
    name: "schema-boolean",
    severity: Severity::Repair,
    explanation: "A schema that is true (3.1) or null becomes {}: anything is valid; one that is false becomes {not: {}}: nothing is.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[&SCHEMA_BOOLEAN];

/// A repair, and the keywords without which it has nothing to do.
struct Repair {
    when: Keys,
    apply: Apply,
}

enum Apply {
    Here(fn(&mut Object, &mut Site<'_>)),
    /// It makes schemas, which are repaired in their turn.
    Making(fn(&mut Object, &mut Site<'_>, Finish)),
}

const fn repair(when: &[&str], apply: fn(&mut Object, &mut Site<'_>)) -> Repair {
    Repair {
        when: keys(when),
        apply: Apply::Here(apply),
    }
}

const fn making(when: &[&str], apply: fn(&mut Object, &mut Site<'_>, Finish)) -> Repair {
    Repair {
        when: keys(when),
        apply: Apply::Making(apply),
    }
}

/// Every repair of a schema, in the order in which they are applied; a later one sees what the earlier ones made.
static REPAIRS: &[Repair] = &[
    repair(table::UNCHECKED, table::warn_of_unchecked),
    repair(&["type"], types::correct_names),
    repair(&["const"], constants::const_to_enum),
    repair(
        &["exclusiveMinimum", "exclusiveMaximum"],
        numbers::exclusive_bounds,
    ),
    repair(&["examples"], constants::examples_to_example),
    repair(
        &["contentEncoding", "contentMediaType"],
        types::content_to_format,
    ),
    repair(&["format"], types::binary_object),
    repair(&["items"], lists::items_list),
    repair(&["prefixItems"], lists::prefix_items),
    repair(&["patternProperties"], objects::pattern_properties),
    repair(&["required"], objects::required_entries),
    repair(&["allOf", "anyOf", "oneOf"], unions::empty_compositions),
    repair(&["enum", "default", "example"], constants::values_of_text),
    repair(&["enum"], constants::duplicates),
    making(&["type"], types::list_of_types),
    repair(&["type"], types::null_type),
    repair(&["type"], types::misplaced),
    making(&["enum"], constants::values_of_another_type),
    repair(&["enum"], constants::null_among_values),
    repair(&["enum"], constants::no_values),
    repair(&["type"], numbers::integer_bounds),
    repair(types::TELLING, types::missing),
];

/// Repairs a schema and everything inside it.
pub(super) fn mend(node: &mut Value, site: &mut Site<'_>) {
    match node {
        Value::Object(_) => {}
        Value::Bool(_) | Value::Null => return spell_out(node, site),
        _ => return,
    }
    let Value::Object(schema) = node else { return };
    let renamed = keywords::mend(schema, table::KEYWORDS, site, table::sensible);
    for (key, value) in schema.iter_mut() {
        let written = renamed
            .iter()
            .find(|(now, _)| now == key)
            .map_or(key.as_str(), |(_, written)| written);
        site.within(written, |site| children(key, value, site));
    }
    finish(schema, site);
}

/// Applies the repairs to a schema whose children are in order.
fn finish(schema: &mut Object, site: &mut Site<'_>) {
    let mut present = Keys::of(schema);
    for repair in REPAIRS {
        if repair.when.meets(present) {
            match repair.apply {
                Apply::Here(apply) => apply(schema, site),
                Apply::Making(apply) => apply(schema, site, finish),
            }
            present = Keys::of(schema);
        }
    }
}

fn children(key: &str, value: &mut Value, site: &mut Site<'_>) {
    match (key, value) {
        ("properties" | "patternProperties" | "$defs" | "definitions", Value::Object(members)) => {
            for (name, member) in members {
                site.within(name, |site| mend(member, site));
            }
        }
        ("items" | "prefixItems" | "allOf" | "anyOf" | "oneOf", Value::Array(members)) => {
            for (index, member) in members.iter_mut().enumerate() {
                site.within_index(index, |site| mend(member, site));
            }
        }
        ("items" | "not", value) => mend(value, site),
        ("additionalProperties", value @ Value::Object(_)) => mend(value, site),
        _ => {}
    }
}

fn spell_out(node: &mut Value, site: &mut Site<'_>) {
    let text = node.to_string();
    let (schema, meaning) = match node {
        Value::Bool(false) => (
            serde_json::json!({"not": {}}),
            "{not: {}}: nothing is valid",
        ),
        _ => (serde_json::json!({}), "{}: anything is valid"),
    };
    *node = schema;
    site.report(
        &SCHEMA_BOOLEAN,
        format!("the schema is {text}, read as {meaning}"),
    );
}
