//! Values that generated code writes: defaults, and the only value of a type. Knows the IR; what fits
//! a type is the affair of `instance`.

use serde_json::Value;

use crate::exact::Exact;
use crate::instance::fits;
use crate::ir::{Array, Field, Integer, Kind, Shape, Type, TypeId};

use super::Plan;

/// A value as a short expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `()`
    Unit,
    /// A boolean.
    Boolean(bool),
    /// A number without fraction.
    Integer(i128),
    /// A number.
    Float(f64),
    /// An owned text.
    Text(String),
    /// A list.
    List(Vec<Literal>),
    /// A variant of a string enum.
    Variant(TypeId, String),
    /// An empty map of JSON values.
    EmptyObject,
    /// An empty map.
    EmptyMap,
}

impl Plan<'_> {
    /// The only value of a type, where there is only one.
    pub(super) fn only_value(&self, ty: &Type) -> Option<Literal> {
        let (kind, nullable) = self.api.types.resolve(ty);
        if nullable {
            return None;
        }
        match kind {
            Kind::Null => Some(Literal::Unit),
            Kind::Boolean { only } => only.map(Literal::Boolean),
            Kind::Integer(Integer { allowed, .. }) => match allowed.as_slice() {
                [only] => Some(Literal::Integer(*only)),
                _ => None,
            },
            Kind::Named(id) => match &self.api.types.body(*id).shape {
                Shape::Enum(values) => match values.variants.as_slice() {
                    [only] => Some(Literal::Variant(*id, only.ident.clone())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// The default of a field, where it is a valid value.
    pub(super) fn valid_default<'f>(&self, field: &'f Field) -> Option<&'f Value> {
        let value = field.docs.default.as_ref()?;
        fits(self.api, &field.ty, value).then_some(value)
    }

    /// What a parameter is when it is not there. `null` is not: that is nothing, too.
    ///
    /// A default that is not valid for its own schema would make every request a bad one.
    pub(crate) fn parameter_default<'f>(&self, field: &'f Field) -> Option<&'f Value> {
        self.valid_default(field).filter(|value| !value.is_null())
    }

    /// The default of a field, where it is a valid value that a short expression can write.
    pub(super) fn default_literal(&self, field: &Field) -> Option<Literal> {
        self.literal(&field.ty, self.valid_default(field)?)
    }

    /// A value that fits a type, where a short expression can write it.
    pub(super) fn literal(&self, ty: &Type, value: &Value) -> Option<Literal> {
        let (kind, _) = self.api.types.resolve(ty);
        match (kind, value) {
            (Kind::Boolean { .. }, Value::Bool(value)) => Some(Literal::Boolean(*value)),
            (Kind::Integer(_), Value::Number(number)) => {
                Exact::of(number)?.whole().map(Literal::Integer)
            }
            (Kind::Number(_), Value::Number(number)) => {
                let value = number.as_f64().filter(|value| value.is_finite())?;
                Some(Literal::Float(value))
            }
            (Kind::String(_), Value::String(text)) => Some(Literal::Text(text.clone())),
            (Kind::Array(array), Value::Array(items)) => self.list(array, items),
            (Kind::Named(id), Value::String(text)) => {
                let Shape::Enum(values) = &self.api.types.body(*id).shape else {
                    return None;
                };
                let mut variants = values.variants.iter();
                let variant = variants.find(|variant| variant.value == *text)?;
                Some(Literal::Variant(*id, variant.ident.clone()))
            }
            (Kind::Object(_), Value::Object(map)) if map.is_empty() => Some(Literal::EmptyObject),
            (Kind::Map(..), Value::Object(map)) if map.is_empty() => Some(Literal::EmptyMap),
            _ => None,
        }
    }

    fn list(&self, array: &Array, items: &[Value]) -> Option<Literal> {
        if self.is_nullable(&array.items) {
            return None;
        }
        let items = items.iter().map(|item| self.literal(&array.items, item));
        items.collect::<Option<_>>().map(Literal::List)
    }
}
