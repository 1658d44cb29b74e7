//! How models are written: numbers as JavaScript writes them, properties in the order of the schema.
//! Knows serde's serializers; knows no model.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use crate::json::integral;
use crate::nullable::Nullable;
use crate::read::Model;
use crate::values::Rest;

/// Writes an object property by property.
pub struct ObjectWriter<S: Serializer> {
    map: S::SerializeMap,
}

impl<S: Serializer> ObjectWriter<S> {
    /// Begins an object.
    ///
    /// # Errors
    ///
    /// Those of the serializer; so for all methods.
    pub fn new(serializer: S) -> Result<Self, S::Error> {
        let map = serializer.serialize_map(None)?;
        Ok(Self { map })
    }

    /// A property that is always there; `None` is written as `null`.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the value.
    pub fn required<T: Model>(&mut self, key: &str, value: &T) -> Result<(), S::Error> {
        self.map.serialize_entry(key, &Written(value))
    }

    /// A property that is left out when it is `None`.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the value.
    pub fn optional<T: Model>(&mut self, key: &str, value: &Option<T>) -> Result<(), S::Error> {
        match value {
            Some(value) => self.required(key, value),
            None => Ok(()),
        }
    }

    /// A property that is left out when it is absent, and may be `null`.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the value.
    pub fn nullable<T: Model>(&mut self, key: &str, value: &Nullable<T>) -> Result<(), S::Error> {
        match value {
            Nullable::Absent => Ok(()),
            Nullable::Null => self.map.serialize_entry(key, &()),
            Nullable::Value(value) => self.required(key, value),
        }
    }

    /// A property that tells what the object is.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn constant(&mut self, key: &str, value: &'static str) -> Result<(), S::Error> {
        self.map.serialize_entry(key, value)
    }

    /// The properties that the schema does not name. Keys that it does name do not belong here: they would be
    /// written twice.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the values.
    pub fn rest<M: Rest>(&mut self, rest: &M) -> Result<(), S::Error> {
        rest.write_entries::<S>(&mut self.map)
    }

    /// Ends the object.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.map.end()
    }
}

/// A model as a serde value.
pub(crate) struct Written<'v, T>(pub(crate) &'v T);

impl<T: Model> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
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
