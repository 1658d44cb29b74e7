//! Sets of JSON types, to intersect what several schemas allow.

use crate::ir::JsonKind;

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self::of(JsonKind::Null);
    pub(super) const BOOLEAN: Self = Self::of(JsonKind::Boolean);
    pub(super) const INTEGER: Self = Self::of(JsonKind::Integer);
    pub(super) const NUMBER: Self = Self(Self::INTEGER.0 | Self::of(JsonKind::Fraction).0);
    pub(super) const STRING: Self = Self::of(JsonKind::String);
    pub(super) const ARRAY: Self = Self::of(JsonKind::Array);
    pub(super) const OBJECT: Self = Self::of(JsonKind::Object);
    /// Every type but null, which the 3.0 specification allows only where a schema says so.
    pub(super) const ALL: Self =
        Self(Self::BOOLEAN.0 | Self::NUMBER.0 | Self::STRING.0 | Self::ARRAY.0 | Self::OBJECT.0);

    const fn of(kind: JsonKind) -> Self {
        Self(1 << kind as u8)
    }

    /// The types that a `type` keyword stands for.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => return None,
        })
    }

    /// The type of a value.
    pub(super) fn of_value(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::NULL,
            serde_json::Value::Bool(_) => Self::BOOLEAN,
            serde_json::Value::Number(number) if number.is_f64() => Self::of(JsonKind::Fraction),
            serde_json::Value::Number(_) => Self::INTEGER,
            serde_json::Value::String(_) => Self::STRING,
            serde_json::Value::Array(_) => Self::ARRAY,
            serde_json::Value::Object(_) => Self::OBJECT,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.and(other) == other
    }
}
