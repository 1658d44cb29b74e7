//! What is checked of a value besides its type, as the runtime's `Rules` have it. Knows the IR only.

use crate::exact::Exact;
use crate::ir::{Array, Kind, Range, Size, Text, Type};

use super::Plan;

/// The rules of a type. The empty ones check nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// At least.
    pub minimum: Option<Exact>,
    /// At most.
    pub maximum: Option<Exact>,
    /// Whether `minimum` itself is out.
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is out.
    pub exclusive_maximum: bool,
    /// The value is a multiple of this.
    pub multiple_of: Option<Exact>,
    /// Length in code points.
    pub length: Size,
    /// An ECMA-262 regular expression, unanchored.
    pub pattern: Option<String>,
    /// A format that the runtime may know.
    pub format: Option<String>,
    /// Number of properties.
    pub properties: Size,
    /// Number of items.
    pub item_count: Size,
    /// Whether all items differ.
    pub unique_items: bool,
    /// The rules of items, or of the values of a map.
    pub items: Option<Box<Rules>>,
    /// The only valid values, unless empty.
    pub one_of: Vec<Constant>,
}

/// A value that a rule lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    /// A boolean.
    Boolean(bool),
    /// A number without fraction.
    Integer(i128),
    /// A number.
    Float(f64),
}

impl Rules {
    /// Whether nothing is checked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rules of an object with known properties.
    pub(super) fn of_size(properties: Size) -> Self {
        Self {
            properties,
            ..Self::default()
        }
    }

    fn of_text(text: &Text) -> Self {
        let Text {
            format,
            length,
            pattern,
        } = text;
        Self {
            length: *length,
            pattern: pattern.clone(),
            format: format.clone(),
            ..Self::default()
        }
    }

    fn of_range(range: &Range) -> Self {
        let Range {
            min,
            max,
            exclusive_min,
            exclusive_max,
            multiple_of,
        } = *range;
        Self {
            minimum: min,
            maximum: max,
            exclusive_minimum: exclusive_min && min.is_some(),
            exclusive_maximum: exclusive_max && max.is_some(),
            multiple_of,
            ..Self::default()
        }
    }
}

impl Plan<'_> {
    /// The rules of a type. Those of a definition stand in the definition.
    pub fn rules(&self, ty: &Type) -> Rules {
        match self.api.types.resolve(ty).0 {
            Kind::Boolean { only: Some(only) } => Rules {
                one_of: vec![Constant::Boolean(*only)],
                ..Rules::default()
            },
            Kind::Integer(integer) => Rules {
                one_of: integer
                    .allowed
                    .iter()
                    .map(|v| Constant::Integer(*v))
                    .collect(),
                ..Rules::of_range(&integer.range)
            },
            Kind::Number(number) => {
                let constant = |value: &Exact| match value {
                    Exact::Whole(whole) => Constant::Integer(*whole),
                    Exact::Float(float) => Constant::Float(*float),
                };
                Rules {
                    one_of: number.allowed.iter().map(constant).collect(),
                    ..Rules::of_range(&number.range)
                }
            }
            Kind::String(text) | Kind::Binary(text) => Rules::of_text(text),
            Kind::Object(size) => Rules::of_size(*size),
            Kind::Map(values, size) => Rules {
                items: self.item_rules(values),
                ..Rules::of_size(*size)
            },
            Kind::Array(Array {
                items,
                size,
                unique,
            }) => Rules {
                item_count: *size,
                unique_items: *unique,
                items: self.item_rules(items),
                ..Rules::default()
            },
            Kind::OneOrMany(inner, size) => Rules {
                item_count: *size,
                items: self.item_rules(inner),
                ..Rules::default()
            },
            Kind::Any { .. }
            | Kind::Null
            | Kind::Never
            | Kind::Boolean { only: None }
            | Kind::Base64
            | Kind::Named(_)
            | Kind::Replaced(_) => Rules::default(),
        }
    }

    fn item_rules(&self, items: &Type) -> Option<Box<Rules>> {
        let rules = self.rules(items);
        (!rules.is_empty()).then(|| Box::new(rules))
    }
}
