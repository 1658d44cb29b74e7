//! What generated code calls: reading, checking and writing JSON.
//!
//! Bytes become a [`Node`] (JSON that borrows from the input), and a node becomes a [`Model`]; everything that is
//! wrong on the way is a [`Violation`] with its JSON path. There is one mechanism for all: what a server answered is
//! read leniently ([`from_slice`]), what a server is asked is checked against every rule ([`check_slice`]), and
//! [`validate`] checks what a program made.
//!
//! ```
//! use kibana_runtime::serde::Serializer;
//! use kibana_runtime::Model;
//! use kibana_runtime::generated::{Node, ObjectWriter, Reader, Rules};
//!
//! /// A generated type.
//! #[derive(Clone, Debug, PartialEq)]
//! pub struct Rule {
//!     pub name: String,
//!     pub tags: Option<Vec<String>>,
//! }
//!
//! impl Model for Rule {
//!     fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
//!         let mut object = reader.object(node, &Rules::NONE)?;
//!         let name = object.required("name", &Rules { min_length: Some(1), ..Rules::NONE });
//!         let tags = object.optional("tags", &Rules { max_items: Some(2), ..Rules::NONE });
//!         object.close();
//!         Some(Self { name: name?, tags: tags? })
//!     }
//!
//!     fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
//!         let mut object = ObjectWriter::new(serializer)?;
//!         object.required("name", &self.name)?;
//!         object.optional("tags", &self.tags)?;
//!         object.end()
//!     }
//! }
//! kibana_runtime::serde_impls!(Rule);
//!
//! let rule: Rule = kibana_runtime::from_str(r#"{"name": "", "colour": "red"}"#)?;
//! assert_eq!(kibana_runtime::to_string(&rule).unwrap(), r#"{"name":""}"#);
//!
//! let refused = kibana_runtime::check_str::<Rule>(r#"{"name": "", "colour": "red"}"#).unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "$.name: expected at least 1 character, found 0; $: the property \"colour\" is not known here",
//! );
//! # Ok::<(), kibana_runtime::Violations>(())
//! ```
#![deny(missing_docs)]

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "mock")]
mod data;
pub mod generated;
mod json;
mod macros;
mod nullable;
mod pattern;
mod read;
mod rules;
#[cfg(feature = "server")]
pub mod server;
mod values;
mod violation;
// What only a half calls is not called without one.
#[cfg_attr(
    not(any(feature = "client", feature = "server")),
    allow(dead_code, unused_imports)
)]
pub mod wire;
mod write;

pub use nullable::Nullable;
pub use read::Model;
pub use values::{Base64, Never, OneOrMany, Replaced};
pub use violation::{MAX_VIOLATIONS, Violation, ViolationKind, Violations};

pub use serde;
pub use serde_json;

use serde_json::Value;

use json::{Arena, Node};
use read::{Mode, Reader};
use rules::Rules;
use write::Written;

/// Reads JSON leniently: only what leaves no value to return is an error.
///
/// # Errors
///
/// All hard violations, or one of kind [`ViolationKind::Syntax`].
pub fn from_slice<T: Model>(json: &[u8]) -> Result<T, Violations> {
    read_slice(json, &Rules::NONE, Mode::Lenient, "$")
}

/// Reads JSON leniently: only what leaves no value to return is an error.
///
/// # Errors
///
/// All hard violations, or one of kind [`ViolationKind::Syntax`].
pub fn from_str<T: Model>(json: &str) -> Result<T, Violations> {
    read_str(json, Mode::Lenient)
}

/// Reads a JSON value leniently: only what leaves no value to return is an error.
///
/// # Errors
///
/// All hard violations.
pub fn from_value<T: Model>(value: &Value) -> Result<T, Violations> {
    read_value(value, &Rules::NONE, Mode::Lenient, "$")
}

/// Reads JSON and checks every rule of the schema.
///
/// # Errors
///
/// All violations (the first [`MAX_VIOLATIONS`], and how many more), or one of kind [`ViolationKind::Syntax`].
pub fn check_slice<T: Model>(json: &[u8]) -> Result<T, Violations> {
    read_slice(json, &Rules::NONE, Mode::Strict, "$")
}

/// Reads JSON and checks every rule of the schema.
///
/// # Errors
///
/// All violations (the first [`MAX_VIOLATIONS`], and how many more), or one of kind [`ViolationKind::Syntax`].
pub fn check_str<T: Model>(json: &str) -> Result<T, Violations> {
    read_str(json, Mode::Strict)
}

/// Reads a value that is parsed already. `rules` are those of the place that the value stands in, and `root` is how
/// paths begin: `$` for a document, or the name of a parameter.
///
/// # Errors
///
/// All violations that count in this mode.
pub fn read<T: Model>(
    node: &Node<'_>,
    rules: &'static Rules,
    mode: Mode,
    root: &str,
) -> Result<T, Violations> {
    Reader::run(node, rules, mode, root)
}

/// Parses JSON; text without escapes is borrowed from it, and the rest is kept in the arena.
///
/// # Errors
///
/// One violation of kind [`ViolationKind::Syntax`], with line and column; also where arrays and objects nest deeper
/// than 127 levels.
pub fn parse<'a>(json: &'a [u8], arena: &'a Arena) -> Result<Node<'a>, Violations> {
    json::parse(json, arena).map_err(|error| not_json(&error))
}

/// Parses and reads.
pub(crate) fn read_slice<T: Model>(
    json: &[u8],
    rules: &'static Rules,
    mode: Mode,
    root: &str,
) -> Result<T, Violations> {
    let arena = Arena::of_text(json.len());
    read(&parse(json, &arena)?, rules, mode, root)
}

pub(crate) fn read_value<T: Model>(
    value: &Value,
    rules: &'static Rules,
    mode: Mode,
    root: &str,
) -> Result<T, Violations> {
    read(&Arena::new().value(value), rules, mode, root)
}

fn read_str<T: Model>(json: &str, mode: Mode) -> Result<T, Violations> {
    let arena = Arena::of_text(json.len());
    let node = json::parse_str(json, &arena).map_err(|error| not_json(&error))?;
    read(&node, &Rules::NONE, mode, "$")
}

fn not_json(error: &serde_json::Error) -> Violations {
    Violations::one("$", ViolationKind::Syntax, format!("not JSON: {error}"))
}

/// Checks a value against every rule of its schema, by reading back what is written.
///
/// # Errors
///
/// All violations (the first [`MAX_VIOLATIONS`], and how many more).
pub fn validate<T: Model>(value: &T) -> Result<(), Violations> {
    match to_vec(value) {
        Ok(json) => check_slice::<T>(&json).map(drop),
        Err(error) => {
            let message = format!("cannot be written: {error}");
            Err(Violations::one("$", ViolationKind::Refused, message))
        }
    }
}

/// Writes JSON.
///
/// # Errors
///
/// For a number that is not finite.
pub fn to_string<T: Model>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Written(value))
}

/// Writes JSON.
///
/// # Errors
///
/// For a number that is not finite.
pub fn to_vec<T: Model>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Written(value))
}

/// Writes a JSON value.
///
/// # Errors
///
/// For a number that is not finite.
pub fn to_value<T: Model>(value: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Written(value))
}
