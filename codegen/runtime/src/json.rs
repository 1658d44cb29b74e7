//! JSON values that borrow their text from the input, and the rest from an arena. Knows nothing of models and rules.
//!
//! Everything is read by way of a [`Node`], so that there is one mechanism to read, check and report,
//! whatever the bytes came from.

mod arena;
mod parse;
mod scan;
mod source;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

pub use arena::Arena;
pub(crate) use parse::{parse, parse_str};
pub(crate) use source::deserialize;

/// How deep arrays and objects may nest: the limit of `serde_json`, held for every other source too.
pub(crate) const MAX_DEPTH: u32 = 128;

/// A JSON value. Text without escapes is borrowed from the input, and everything else from an [`Arena`]: a node owns
/// nothing, and to copy or to drop one costs nothing.
///
/// Two nodes are equal when they are the same JSON value: `1` equals `1.0`, and the order of keys does not count.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number written without fraction and exponent.
    Integer(i64),
    /// Such a number beyond [`i64::MAX`].
    Unsigned(u64),
    /// Any other number; always finite when it was parsed.
    Float(f64),
    /// Text.
    String(&'a str),
    /// An array.
    Array(&'a [Node<'a>]),
    /// An object.
    Object(&'a Object<'a>),
}

/// The type of a JSON value. Numbers are split: `42` and `42.0` are integers, `4.2` is a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without fraction.
    Integer,
    /// A number with a fraction.
    Fraction,
    /// Text.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Fraction => "a number",
            Self::String => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// The value of a property that tells the members of a union apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag<'n> {
    /// The property is not there (or what should hold it is no object).
    Absent,
    /// Text.
    String(&'n str),
    /// `true` or `false`.
    Boolean(bool),
    /// A number without fraction.
    Integer(i128),
    /// Something else, `null` included.
    Other,
}

impl<'a> Node<'a> {
    /// The type of the value.
    pub fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Boolean(_) => JsonKind::Boolean,
            Self::Integer(_) | Self::Unsigned(_) => JsonKind::Integer,
            Self::Float(value) if value.fract() == 0.0 => JsonKind::Integer,
            Self::Float(_) => JsonKind::Fraction,
            Self::String(_) => JsonKind::String,
            Self::Array(_) => JsonKind::Array,
            Self::Object(_) => JsonKind::Object,
        }
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, when the value is text.
    pub fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, when it is integral and fits; `42.0` is 42.
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Self::Integer(value) => Some(value),
            Self::Float(value) => integral(value),
            _ => None,
        }
    }

    /// The number, when it is integral and 64 bits hold it, with or without a sign; `42.0` is 42.
    pub fn as_i128(&self) -> Option<i128> {
        match *self {
            Self::Integer(value) => Some(value.into()),
            Self::Unsigned(value) => Some(value.into()),
            Self::Float(value) => integral_unsigned(value)
                .map(i128::from)
                .or(integral(value).map(i128::from)),
            _ => None,
        }
    }

    /// The number, rounded to the nearest `f64` as JavaScript does.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Integer(value) => Some(value as f64),
            Self::Unsigned(value) => Some(value as f64),
            Self::Float(value) => Some(value),
            _ => None,
        }
    }

    /// The object, when the value is one.
    pub fn as_object(&self) -> Option<&'a Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether the value is an object that has the key.
    pub fn has_key(&self, key: &str) -> bool {
        self.as_object()
            .is_some_and(|object| object.get(key).is_some())
    }

    /// The value at the end of a path of keys.
    pub fn property(&self, path: &[&str]) -> Option<&Node<'a>> {
        path.iter()
            .try_fold(self, |node, key| node.as_object()?.get(key))
    }

    /// The type of the value at the end of a path of keys.
    pub fn property_kind(&self, path: &[&str]) -> Option<JsonKind> {
        self.property(path).map(Node::kind)
    }

    /// The value at the end of a path of keys, in the form in which unions compare it.
    pub fn tag(&self, path: &[&str]) -> Tag<'_> {
        match self.property(path) {
            None => Tag::Absent,
            Some(Self::String(text)) => Tag::String(text),
            Some(Self::Boolean(value)) => Tag::Boolean(*value),
            Some(node) => node.as_i128().map_or(Tag::Other, Tag::Integer),
        }
    }

    /// The first item, when the value is an array that has one.
    pub fn first_item(&self) -> Option<&Node<'a>> {
        match self {
            Self::Array(items) => items.first(),
            _ => None,
        }
    }

    /// An owned copy.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Bool(*value),
            Self::Integer(value) => Value::from(*value),
            Self::Unsigned(value) => Value::from(*value),
            Self::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Self::String(text) => Value::String(text.to_string()),
            Self::Array(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Self::Object(object) => Value::Object(object.to_map()),
        }
    }

    /// How many values there are in this one, itself included.
    pub(crate) fn count(&self) -> usize {
        1 + match self {
            Self::Array(items) => items.iter().map(Node::count).sum(),
            Self::Object(object) => object.iter().map(|(_, node)| node.count()).sum::<usize>(),
            _ => 0,
        }
    }

    /// Equal values have equal hashes.
    fn hash(&self, keys: &RandomState) -> u64 {
        let mut hasher = keys.build_hasher();
        match self {
            Self::Null => hasher.write_u8(0),
            Self::Boolean(value) => (1u8, value).hash(&mut hasher),
            Self::Integer(_) | Self::Unsigned(_) | Self::Float(_) => {
                Exact::of(self).hash(&mut hasher);
            }
            Self::String(text) => (3u8, text).hash(&mut hasher),
            Self::Array(items) => {
                hasher.write_u8(4);
                for item in *items {
                    hasher.write_u64(item.hash(keys));
                }
            }
            Self::Object(object) => {
                // A sum, because the order of keys does not count.
                let entry = |(key, node): (&str, &Node<'_>)| keys.hash_one((key, node.hash(keys)));
                let sum = object.iter().map(entry).fold(0, u64::wrapping_add);
                (5u8, sum).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

/// The positions of the first two items that are the same JSON value.
pub(crate) fn first_duplicate(items: &[Node<'_>]) -> Option<(usize, usize)> {
    let keys = RandomState::new();
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let same_hash = seen.entry(item.hash(&keys)).or_default();
        if let Some(&earlier) = same_hash.iter().find(|&&i| items[i] == *item) {
            return Some((earlier, index));
        }
        same_hash.push(index);
    }
    None
}

/// Writes a number as JavaScript does: `42`, not `42.0`; and `0` for minus zero.
pub(crate) fn number<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    /// 2^53: up to here every integer is a float, and no two are the same.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !value.is_finite() {
        return Err(S::Error::custom(
            "JSON has no number for infinity and not-a-number",
        ));
    }
    match integral(value) {
        Some(integer) if value.abs() <= EXACT => serializer.serialize_i64(integer),
        _ => serializer.serialize_f64(value),
    }
}

/// The integer that a float is, when it is one and fits.
pub(crate) fn integral(value: f64) -> Option<i64> {
    // 2^63 itself is out. So is -2^63: an integer that is just too small for 64 bits becomes this float when it is parsed.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (value.fract() == 0.0 && value.abs() < LIMIT).then_some(value as i64)
}

/// The unsigned integer that a float is, when it is one and fits.
fn integral_unsigned(value: f64) -> Option<u64> {
    // 2^64 itself is out: an integer that is just too large becomes this float when it is parsed.
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    (value.fract() == 0.0 && (0.0..LIMIT).contains(&value)).then_some(value as u64)
}

/// A number, each value in one form only.
#[derive(PartialEq, Eq, Hash)]
enum Exact {
    Integer(i128),
    Float(u64),
}

impl Exact {
    fn of(node: &Node<'_>) -> Option<Self> {
        // Below 2^65 a float that is integral fits an i128, and no other form reaches farther.
        const LIMIT: f64 = 36_893_488_147_419_103_232.0;
        Some(match *node {
            Node::Integer(value) => Self::Integer(value.into()),
            Node::Unsigned(value) => Self::Integer(value.into()),
            Node::Float(value) if value.fract() == 0.0 && value.abs() < LIMIT => {
                Self::Integer(value as i128)
            }
            Node::Float(value) => Self::Float(value.to_bits()),
            _ => return None,
        })
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            (a, b) => Exact::of(a).is_some_and(|a| Some(a) == Exact::of(b)),
        }
    }
}

/// A key and its value.
type Entry<'a> = (&'a str, Node<'a>);

/// A JSON object: keys in the order of the input, each once.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    entries: &'a [Entry<'a>],
    keys: Filter,
}

impl<'a> Object<'a> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, node)| node)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Node<'a>)> {
        self.entries.iter().map(|(key, node)| (*key, node))
    }

    /// An owned copy.
    pub fn to_map(&self) -> Map<String, Value> {
        self.iter()
            .map(|(key, node)| (key.to_owned(), node.to_value()))
            .collect()
    }

    pub(crate) fn entries(&self) -> &'a [Entry<'a>] {
        self.entries
    }

    /// Where a key is, looked for from a position on first.
    pub(crate) fn position(&self, key: &str, from: usize) -> Option<usize> {
        let is = |(there, _): &Entry<'_>| *there == key;
        if self.entries.get(from).is_some_and(is) {
            return Some(from);
        }
        if !self.keys.may_have(key) {
            return None;
        }
        let (before, after) = self.entries.split_at(from);
        let after = after.iter().position(is).map(|index| index + from);
        after.or_else(|| before.iter().position(is))
    }
}

/// Makes keys unique from a position on: the last of several entries with one key counts, as in JavaScript, and stands
/// where the first did. Gives the keys.
fn settle(entries: &mut Vec<Entry<'_>>, start: usize) -> Filter {
    let (keys, repeated) = repeated_keys(&entries[start..]);
    if repeated.is_empty() {
        return keys;
    }
    // What stands before belongs to objects around this one, and is not walked over for each that it holds.
    let own = &mut entries[start..];
    let mut gone = Vec::with_capacity(repeated.len());
    for (first, later) in repeated {
        own[first].1 = own[later].1;
        gone.push(later);
    }
    gone.sort_unstable();
    let mut kept = 0;
    for index in 0..own.len() {
        if gone.binary_search(&index).is_err() {
            own[kept] = own[index];
            kept += 1;
        }
    }
    entries.truncate(start + kept);
    keys
}

/// Up to this many keys, a linear search for each is as good as a map.
const FEW: usize = 32;

/// Up to this many keys, a filter is better than a map: few keys need a search.
const FILTERED: usize = 96;

/// All keys, and pairs of positions of one key: the first, and each later one in order. Without allocation when there is
/// none.
fn repeated_keys(entries: &[Entry<'_>]) -> (Filter, Vec<(usize, usize)>) {
    let mut filter = Filter::default();
    let mut repeated = Vec::new();
    if entries.len() > FILTERED {
        let mut seen: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
        for (later, (key, _)) in entries.iter().enumerate() {
            filter.add(key);
            let first = *seen.entry(key).or_insert(later);
            if first != later {
                repeated.push((first, later));
            }
        }
        return (filter, repeated);
    }
    for (later, (key, _)) in entries.iter().enumerate() {
        if !filter.add(key)
            && let Some(first) = entries[..later].iter().position(|(k, _)| k == key)
        {
            repeated.push((first, later));
        }
    }
    (filter, repeated)
}

/// A set of keys that may say yes wrongly, and never no: most keys that are not there are seen without a search.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter([u64; 2]);

impl Filter {
    /// Adds a key; whether it was certainly not there.
    pub(crate) fn add(&mut self, key: &str) -> bool {
        let (half, bit) = place(key);
        let half = &mut self.0[half];
        let new = *half & bit == 0;
        *half |= bit;
        new
    }

    pub(crate) fn may_have(self, key: &str) -> bool {
        let (half, bit) = place(key);
        self.0[half] & bit != 0
    }
}

/// The bit of a key, which differs for most keys, and in which half of a filter it is.
fn place(key: &str) -> (usize, u64) {
    let (first, middle, last) = match key.as_bytes() {
        [] => (0, 0, 0),
        bytes @ [first, .., last] => (*first, bytes[bytes.len() / 2], *last),
        [only] => (*only, *only, *only),
    };
    let [first, middle, last] = [first, middle, last].map(u32::from);
    let mixed = (first << 16) ^ (middle << 8) ^ last ^ ((key.len() as u32) << 24);
    let mixed = mixed.wrapping_mul(0x9E37_79B1) >> 25;
    ((mixed / 64) as usize, 1 << (mixed % 64))
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if self.len() <= FEW {
            return self
                .iter()
                .all(|(key, node)| other.get(key).is_some_and(|found| found == node));
        }
        let index: HashMap<&str, &Node<'_>> = other.iter().collect();
        self.iter()
            .all(|(key, node)| index.get(key).is_some_and(|found| *found == node))
    }
}

impl From<&Number> for Node<'_> {
    fn from(number: &Number) -> Self {
        if let Some(value) = number.as_i64() {
            Self::Integer(value)
        } else if let Some(value) = number.as_u64() {
            Self::Unsigned(value)
        } else {
            // `None` only for numbers of any precision (a feature of `serde_json`) beyond f64.
            Self::Float(number.as_f64().unwrap_or(f64::INFINITY))
        }
    }
}

/// Beyond 64 bits, the nearest double.
impl From<i128> for Node<'_> {
    fn from(value: i128) -> Self {
        if let Ok(value) = i64::try_from(value) {
            return Self::Integer(value);
        }
        u64::try_from(value).map_or(Self::Float(value as f64), Self::Unsigned)
    }
}

impl<'a> From<&'a str> for Node<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(text)
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) => number(*value, serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in *items {
                    sequence.serialize_element(item)?;
                }
                sequence.end()
            }
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, node) in object.iter() {
                    map.serialize_entry(key, node)?;
                }
                map.end()
            }
        }
    }
}
