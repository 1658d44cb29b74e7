//! The types that generated code builds its own from: numbers, text, lists, maps, base64, one or many.
//! Knows how each is read, checked and written; knows nothing of schemas.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::json::{JsonKind, Node, number};
use crate::read::{self, Model, Reader, Rest};
use crate::rules::Rules;
use crate::violation::{ViolationKind, clip};
use crate::write::Written;

impl Model for bool {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Node::Boolean(value) = *node else {
            return reader.wrong_type("a boolean", rules, node);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

impl Model for i64 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = node.as_i64() else {
            return not_an_integer("64 bits", rules, node, reader);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_number(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

impl Model for i32 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = node.as_i64().and_then(|value| i32::try_from(value).ok()) else {
            return not_an_integer("32 bits", rules, node, reader);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_number(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*self)
    }
}

impl Model for u64 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = node.as_i128().and_then(|value| Self::try_from(value).ok()) else {
            return not_an_integer("64 bits without sign", rules, node, reader);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_number(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(*self)
    }
}

/// What 64 bits hold, with or without a sign: JSON in Rust has no other integers.
impl Model for i128 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = node.as_i128() else {
            return not_an_integer("64 bits", rules, node, reader);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_number(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node::from(*self).serialize(serializer)
    }
}

fn not_an_integer<T>(
    bits: &str,
    rules: &'static Rules,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<T> {
    if node.kind() != JsonKind::Integer {
        return reader.wrong_type("an integer", rules, node);
    }
    reader.report(ViolationKind::OutOfRange, || {
        format!("expected an integer of {bits}, found one beyond")
    });
    None
}

impl Model for f64 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = node.as_f64() else {
            return reader.wrong_type("a number", rules, node);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_number(node, reader);
        }
        Some(value)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number(*self, serializer)
    }
}

impl Model for String {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Node::String(text) = node else {
            return reader.wrong_type("text", rules, node);
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_text(text, reader);
        }
        Some(text.to_string())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// `null` and nothing else.
impl Model for () {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        match node {
            Node::Null => Some(()),
            _ => reader.wrong_type("null", rules, node),
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// Any JSON value; the rules of no type apply.
impl Model for Value {
    fn read(node: &Node<'_>, _: &'static Rules, _: &mut Reader<'_>) -> Option<Self> {
        Some(node.to_value())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => Node::from(value).serialize(serializer),
            Self::Array(items) => items.write(serializer),
            Self::Object(map) => map.write(serializer),
            Self::Null | Self::Bool(_) | Self::String(_) => self.serialize(serializer),
        }
    }
}

/// An object with any values.
impl Model for Map<String, Value> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.object(node, rules)?.rest(rules.items())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.write_entries::<S>(&mut map)?;
        map.end()
    }
}

/// An object whose values share a type.
impl<T: Model> Model for BTreeMap<String, T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.object(node, rules)?.rest(rules.items())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        self.write_entries::<S>(&mut map)?;
        map.end()
    }
}

impl Rest for Map<String, Value> {
    type Value = Value;

    fn put(&mut self, key: &str, value: Value) {
        self.insert(key.to_owned(), value);
    }

    fn write_entries<S: Serializer>(&self, map: &mut S::SerializeMap) -> Result<(), S::Error> {
        self.iter()
            .try_for_each(|(key, value)| map.serialize_entry(key, &Written(value)))
    }
}

impl<T: Model> Rest for BTreeMap<String, T> {
    type Value = T;

    fn put(&mut self, key: &str, value: T) {
        self.insert(key.to_owned(), value);
    }

    fn write_entries<S: Serializer>(&self, map: &mut S::SerializeMap) -> Result<(), S::Error> {
        self.iter()
            .try_for_each(|(key, value)| map.serialize_entry(key, &Written(value)))
    }
}

impl<T: Model> Model for Vec<T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Node::Array(items) = node else {
            return reader.wrong_type("an array", rules, node);
        };
        if reader.checks_rules() {
            rules.check_items(items, reader);
        }
        // All items report, also after one that cannot be read.
        let mut values = Some(Vec::with_capacity(items.len()));
        for (index, item) in items.iter().enumerate() {
            let read = |reader: &mut Reader<'_>| T::read(item, rules.items(), reader);
            match (reader.at_index(index, read), &mut values) {
                (Some(value), Some(values)) => values.push(value),
                _ => values = None,
            }
        }
        values
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.len()))?;
        for value in self {
            sequence.serialize_element(&Written(value))?;
        }
        sequence.end()
    }
}

/// `null` or a value.
impl<T: Model> Model for Option<T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        match node {
            Node::Null => Some(None),
            _ => T::read(node, rules, reader).map(Some),
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.write(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

impl<T: Model> Model for Box<T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, rules, reader).map(Box::new)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::write(self, serializer)
    }
}

/// A value, or an array of such values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OneOrMany<T> {
    /// The value by itself.
    One(T),
    /// An array.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All values.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// All values.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

impl<T> From<T> for OneOrMany<T> {
    fn from(value: T) -> Self {
        Self::One(value)
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(values: Vec<T>) -> Self {
        Self::Many(values)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrMany<T> {
    fn from(values: [T; N]) -> Self {
        Self::Many(values.into())
    }
}

/// Rules on the number of items are those of the array; [`Rules::items`] are those of each value.
impl<T: Model> Model for OneOrMany<T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        match node {
            Node::Array(_) => Vec::read(node, rules, reader).map(Self::Many),
            _ => T::read(node, rules.items(), reader).map(Self::One),
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => value.write(serializer),
            Self::Many(values) => values.write(serializer),
        }
    }
}

impl<T: Model> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(serializer)
    }
}

impl<'de, T: Model> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::deserialize(deserializer)
    }
}

/// Bytes that travel as base64 (RFC 4648, section 4): the alphabet with `+` and `/`, padded, no white space.
///
/// Only the canonical text of some bytes is read, so that writing gives the same text again.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

/// Only the number of bytes: they may be a secret.
impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes)", self.0.len())
    }
}

impl fmt::Display for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in self.0.chunks(3) {
            f.write_str(std::str::from_utf8(&encode(group)).unwrap_or_default())?;
        }
        Ok(())
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Model for Base64 {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let Node::String(text) = node else {
            return reader.wrong_type("text", rules, node);
        };
        let Some(bytes) = decode(text) else {
            reader.report(ViolationKind::Base64, || {
                "expected base64 with padding, found other text".to_owned()
            });
            return None;
        };
        if reader.checks_rules() {
            rules.check_one_of(node, reader);
            rules.check_text(text, reader);
        }
        Some(Self(bytes))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

crate::serde_impls!(Base64);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Four characters for one to three bytes.
fn encode(group: &[u8]) -> [u8; 4] {
    let byte = |i: usize| group.get(i).copied().unwrap_or(0);
    let bits = u32::from_be_bytes([0, byte(0), byte(1), byte(2)]);
    std::array::from_fn(|i| match i <= group.len() {
        true => ALPHABET[(bits >> (18 - 6 * i)) as usize & 63],
        false => b'=',
    })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    let padding = text.iter().rev().take_while(|&&c| c == b'=').count();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text[..text.len() - padding].chunks(4) {
        let mut bits = 0u32;
        for (i, &character) in group.iter().enumerate() {
            bits |= sextet(character)? << (18 - 6 * i);
        }
        // The bits that padding leaves over are zero in canonical text.
        let whole = group.len() * 6 / 8;
        let decoded = &bits.to_be_bytes()[1..];
        if decoded[whole..].iter().any(|&byte| byte != 0) {
            return None;
        }
        bytes.extend_from_slice(&decoded[..whole]);
    }
    Some(bytes)
}

fn sextet(character: u8) -> Option<u32> {
    Some(u32::from(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// A type of another crate, put in the place of a schema by a setting of the generator: read and written by
/// serde.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Replaced<T>(pub T);

impl<T> Deref for Replaced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Replaced<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Replaced<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Serialize + DeserializeOwned> Model for Replaced<T> {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        match T::deserialize(node.to_value()) {
            Ok(value) => {
                if reader.checks_rules()
                    && let Node::String(text) = node
                {
                    rules.check_text(text, reader);
                }
                Some(Self(value))
            }
            Err(error) => {
                reader.report(ViolationKind::Refused, || clip(&error.to_string(), 200));
                None
            }
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The type of a schema that no value satisfies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Never {}

impl Model for Never {
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.wrong_type("no value at all", rules, node)
    }

    fn write<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}
