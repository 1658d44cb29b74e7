//! The generated code of one small document per feature, compiled and exercised. `generated` compares that code with
//! what the generator makes of the documents; here it is included as a `build.rs` would have it.

#![allow(clippy::unwrap_used)]

mod bodies_and_names;
mod conjunctions;
mod objects;
mod together;
mod unions;
mod values;

use kibana_runtime::serde_json::{Value, from_str, to_value};
use kibana_runtime::{Model, check_str, to_string};

macro_rules! generated {
    ($($name:ident,)+) => {
        /// The generated code, by document.
        mod generated {
            $(pub(crate) mod $name {
                include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/snapshots/", stringify!($name), ".snap.rs"));
            })+
        }
    };
}

generated! {
    all_of,
    all_of_union,
    arrays,
    beside,
    bodies,
    closed_keys,
    conjunctions,
    discriminator,
    docs,
    enums,
    excluded,
    field_names,
    flattened,
    inherited_tag,
    json_types,
    learned_mapping,
    literals,
    mapping,
    names,
    nested_tag,
    not_unions,
    nullable,
    numbers,
    objects,
    openapi_31,
    optional_tag,
    overlapping,
    parameters,
    presence,
    recursion,
    recursion_all_of,
    scalars,
    several_tags,
    sides,
    titles,
    together,
}

/// Reads valid JSON, checks that writing gives it back, and returns the value.
#[track_caller]
fn kept<T: Model>(json: &str) -> T {
    let value: T = check_str(json).unwrap();
    let written: Value = from_str(&to_string(&value).unwrap()).unwrap();
    assert_eq!(written, from_str::<Value>(json).unwrap());
    value
}

/// What strict reading says against JSON.
#[track_caller]
fn refused<T: Model + std::fmt::Debug>(json: &str) -> String {
    check_str::<T>(json).unwrap_err().to_string()
}

/// What lenient reading and writing make of JSON.
#[track_caller]
fn mended<T: Model>(json: &str) -> String {
    to_string(&kibana_runtime::from_str::<T>(json).unwrap()).unwrap()
}

#[test]
fn serde_reads_and_writes_as_the_runtime_does() {
    use generated::presence::things::Note;
    let note: Note = from_str(r#"{"id": "1", "closed_at": null}"#).unwrap();
    assert_eq!(note, Note::new("1", None));
    assert_eq!(
        to_value(&note).unwrap().to_string(),
        r#"{"id":"1","closed_at":null}"#
    );
}
