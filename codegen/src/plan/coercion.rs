//! How the text of a parameter or of a part of a form becomes a value. Knows the IR only.

use crate::ir::{Api, Field, Kind, Shape, Struct, Type};

use super::Plan;

/// Objects in parameters nest no deeper; what does is JSON text.
const DEPTH: usize = 4;

/// How text becomes a value. In the order in which alternatives are tried: what fits little comes before what fits
/// all, and one text before a list of them, which is what several texts are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coercion {
    /// `true` or `false`.
    Boolean,
    /// A number without fraction.
    Integer,
    /// A number.
    Number,
    /// An object with known properties.
    Object(Vec<(String, Coercion)>),
    /// An object whose values share a type.
    Map(Box<Coercion>),
    /// JSON text.
    Json,
    /// A value, or nothing at all.
    Nullable(Box<Coercion>),
    /// The first that fits.
    FirstOf(Vec<Coercion>),
    /// The text itself.
    Text,
    /// A value or a list of such values.
    OneOrMany(Box<Coercion>),
    /// A list.
    Array(Box<Coercion>),
}

impl Coercion {
    /// Alternatives, each once, in the order in which they are tried.
    fn first_of(mut alternatives: Vec<Self>) -> Self {
        alternatives.sort_by_key(Self::rank);
        alternatives.dedup();
        match alternatives.len() {
            1 => alternatives.remove(0),
            _ => Self::FirstOf(alternatives),
        }
    }

    /// The place among alternatives. Those of one kind keep the order of the document.
    fn rank(&self) -> u8 {
        match self {
            Self::Boolean => 0,
            Self::Integer => 1,
            Self::Number => 2,
            Self::Object(_) => 3,
            Self::Map(_) => 4,
            Self::Json => 5,
            Self::Nullable(_) => 6,
            Self::FirstOf(_) => 7,
            Self::Text => 8,
            Self::OneOrMany(_) => 9,
            Self::Array(_) => 10,
        }
    }
}

impl Coercion {
    /// How text becomes a value of a type.
    pub(crate) fn of(api: &Api, ty: &Type) -> Self {
        Self::at(api, ty, 0)
    }

    /// Whether any text is a value.
    pub(crate) fn takes_text(&self) -> bool {
        match self {
            Self::Text => true,
            Self::Nullable(inner) | Self::OneOrMany(inner) => inner.takes_text(),
            Self::FirstOf(alternatives) => alternatives.iter().any(Self::takes_text),
            Self::Boolean
            | Self::Integer
            | Self::Number
            | Self::Object(_)
            | Self::Map(_)
            | Self::Json
            | Self::Array(_) => false,
        }
    }

    fn at(api: &Api, ty: &Type, depth: usize) -> Self {
        let inner = Self::plain(api, ty, depth);
        match api.types.may_be_null(ty) {
            true => Self::Nullable(Box::new(inner)),
            false => inner,
        }
    }

    fn plain(api: &Api, ty: &Type, depth: usize) -> Self {
        if depth > DEPTH {
            return Self::Json;
        }
        let inside = |ty: &Type| Box::new(Self::at(api, ty, depth + 1));
        match api.types.resolve(ty).0 {
            Kind::Boolean { .. } => Self::Boolean,
            Kind::Integer(_) => Self::Integer,
            Kind::Number(_) => Self::Number,
            Kind::Null => Self::Json,
            Kind::Object(_) => Self::Map(Box::new(Self::Text)),
            Kind::Map(values, _) => Self::Map(inside(values)),
            Kind::Array(array) => Self::Array(inside(&array.items)),
            Kind::OneOrMany(item, _) => Self::OneOrMany(inside(item)),
            Kind::Named(id) => match &api.types.body(*id).shape {
                Shape::Struct(object) => {
                    let property = |field: &Field| (field.wire.clone(), *inside(&field.ty));
                    Self::Object(object.fields.iter().map(property).collect())
                }
                Shape::Union(union) => {
                    let members = union.members.iter().map(|member| *inside(&member.ty));
                    Self::first_of(members.collect())
                }
                Shape::Enum(_) | Shape::Alias(_) => Self::Text,
            },
            Kind::Any { .. }
            | Kind::Never
            | Kind::String(_)
            | Kind::Base64
            | Kind::Binary(_)
            | Kind::Replaced(_) => Self::Text,
        }
    }
}

impl Plan<'_> {
    /// The object that a type is.
    pub(super) fn object_of(&self, ty: &Type) -> Option<&Struct> {
        match self.api.types.resolve(ty).0 {
            Kind::Named(id) => match &self.api.types.body(*id).shape {
                Shape::Struct(object) => Some(object),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Coercion::*;
    use super::*;

    #[test]
    fn text_is_tried_after_what_fits_less_and_before_lists() {
        let list = || Array(Box::new(Text));
        let all = vec![list(), Text, Integer, Text, Boolean];
        let tried = FirstOf(vec![Boolean, Integer, Text, list()]);
        assert_eq!(Coercion::first_of(all), tried);
        assert_eq!(Coercion::first_of(vec![Text, Text]), Text);
    }
}
