//! How models are written: properties in the order of the schema.
//! Knows serde's serializers and the trait [`Model`], and what may be absent or null; knows no model.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::nullable::Nullable;
use crate::read::{Model, Rest};

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
