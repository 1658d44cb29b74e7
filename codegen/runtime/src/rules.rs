//! The constraints of a schema as plain constants, and how one value is checked against them.
//! Knows JSON and patterns, nothing of models: whoever reads a value says which checks apply.

use std::cmp::Ordering;
use std::fmt;

use crate::json::{JsonKind, Node, Object, first_duplicate, integral};
use crate::pattern;
use crate::violation::{Report, ViolationKind, clip};

/// The constraints of a schema.
///
/// Built as a constant, so that checking costs no allocation:
///
/// ```
/// use kibana_runtime::generated::Rules;
/// const NAME: &Rules = &Rules { min_length: Some(1), max_length: Some(50), ..Rules::NONE };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Least length of a text, in code points.
    pub min_length: Option<u64>,
    /// Greatest length of a text, in code points.
    pub max_length: Option<u64>,
    /// A regular expression with ECMA-262 meaning that matches somewhere in the text.
    pub pattern: Option<&'static str>,
    /// The `format` of the schema. An annotation, as in JSON Schema: it is named in messages and not checked
    /// (`byte` and `int32` are: by [`Base64`](crate::Base64) and `i32`).
    pub format: Option<&'static str>,
    /// Least number.
    pub minimum: Option<Limit>,
    /// Greatest number.
    pub maximum: Option<Limit>,
    /// Whether `minimum` itself is out.
    pub exclusive_minimum: bool,
    /// Whether `maximum` itself is out.
    pub exclusive_maximum: bool,
    /// The number is a multiple of this.
    pub multiple_of: Option<Limit>,
    /// Least number of items.
    pub min_items: Option<u64>,
    /// Greatest number of items.
    pub max_items: Option<u64>,
    /// Whether all items differ (as JSON values: `1` and `1.0` do not).
    pub unique_items: bool,
    /// Least number of properties.
    pub min_properties: Option<u64>,
    /// Greatest number of properties.
    pub max_properties: Option<u64>,
    /// The only values that are valid; empty when every value is.
    pub one_of: &'static [Constant],
    /// The rules of the items of an array, of the values of a map, and of the value in a
    /// [`OneOrMany`](crate::OneOrMany).
    pub items: Option<&'static Rules>,
}

/// A number that a rule compares with. Whole numbers are compared digit by digit, not as doubles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A number without fraction.
    Whole(i128),
    /// Any other number.
    Float(f64),
}

impl Limit {
    /// The number that a value is. A float without fraction is whole.
    fn of(node: &Node<'_>) -> Option<Self> {
        Some(match *node {
            Node::Float(value) => whole(value).map_or(Self::Float(value), Self::Whole),
            _ => Self::Whole(node.as_i128()?),
        })
    }

    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// Whether the number is a multiple of another. Of floats, give or take what they lose (0.07 is a multiple of 0.01).
    fn is_multiple_of(self, step: Self) -> bool {
        if let (Self::Whole(value), Self::Whole(step)) = (self, step) {
            return value.checked_rem(step).is_none_or(|rest| rest == 0);
        }
        // A fraction is no multiple of a whole number, however near it comes.
        if let (Self::Float(value), Self::Whole(_)) = (self, step)
            && value.fract() != 0.0
        {
            return false;
        }
        let quotient = self.as_f64() / step.as_f64();
        // The quotient is off by one rounding of each operand and one of its own.
        let tolerance = quotient.abs() * f64::EPSILON * 2.0;
        !quotient.is_finite() || (quotient - quotient.round()).abs() <= tolerance
    }
}

impl PartialOrd for Limit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (*self, *other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b),
            (Self::Float(_), Self::Whole(_)) => other.partial_cmp(self).map(Ordering::reverse),
            // What has a fraction lies above every whole number that its floor reaches.
            (Self::Whole(a), Self::Float(b)) if b.fract() != 0.0 => {
                Some(match a > b.floor() as i128 {
                    true => Ordering::Greater,
                    false => Ordering::Less,
                })
            }
            (Self::Whole(a), Self::Float(b)) => (a as f64).partial_cmp(&b),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Float(value) => f.write_str(&digits(*value)),
        }
    }
}

/// The integer that a float is, when it is one and an `i128` holds it.
fn whole(value: f64) -> Option<i128> {
    /// 2^126.
    const LIMIT: f64 = 8.507_059_173_023_462e37;
    (value.fract() == 0.0 && value.abs() < LIMIT).then_some(value as i128)
}

/// A value that a schema lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    /// Text.
    String(&'static str),
    /// A number without fraction.
    Integer(i128),
    /// Any number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
}

impl Constant {
    fn node(self) -> Node<'static> {
        match self {
            Self::String(text) => Node::from(text),
            Self::Integer(value) => Node::from(value),
            Self::Float(value) => Node::Float(value),
            Self::Boolean(value) => Node::Boolean(value),
        }
    }
}

impl Rules {
    /// No constraint.
    pub const NONE: Self = Self {
        min_length: None,
        max_length: None,
        pattern: None,
        format: None,
        minimum: None,
        maximum: None,
        exclusive_minimum: false,
        exclusive_maximum: false,
        multiple_of: None,
        min_items: None,
        max_items: None,
        unique_items: false,
        min_properties: None,
        max_properties: None,
        one_of: &[],
        items: None,
    };

    /// The rules of the items, or of the values of a map.
    pub fn items(&self) -> &'static Self {
        self.items.unwrap_or(&Self::NONE)
    }

    pub(crate) fn check_one_of(&self, node: &Node<'_>, reader: &mut impl Report) {
        if self.one_of.is_empty() || self.one_of.iter().any(|c| c.node() == *node) {
            return;
        }
        reader.report(ViolationKind::UnknownValue, || {
            let known = self.one_of.iter().map(|constant| match constant {
                Constant::String(text) => format!("{text:?}"),
                other => shown(&other.node()),
            });
            format!("expected {}, found {}", listed(known), shown(node))
        });
    }

    pub(crate) fn check_text(&self, text: &str, reader: &mut impl Report) {
        if self.min_length.is_some() || self.max_length.is_some() {
            self.check_length(text, reader);
        }
        if let Some(pattern) = self.pattern {
            match pattern::is_match(pattern, text) {
                pattern::Match::Yes | pattern::Match::NotChecked => {}
                pattern::Match::No => reader.report(ViolationKind::Pattern, || {
                    format!("expected text that matches `{}`", clip(pattern, 200))
                }),
                pattern::Match::TooCostly => reader.report(ViolationKind::Unchecked, || {
                    format!("matching `{}` takes too long", clip(pattern, 200))
                }),
            }
        }
    }

    fn check_length(&self, text: &str, reader: &mut impl Report) {
        // Bytes are a bound on code points, and often settle it.
        let bytes = text.len() as u64;
        let enough = self.min_length.is_none_or(|min| min <= bytes / 4);
        let few = self.max_length.is_none_or(|max| bytes <= max);
        if enough && few {
            return;
        }
        let length = text.chars().count() as u64;
        check_size(
            length,
            (self.min_length, self.max_length),
            ("character", "characters"),
            ViolationKind::Length,
            reader,
        );
    }

    pub(crate) fn check_number(&self, node: &Node<'_>, reader: &mut impl Report) {
        let Some(value) = Limit::of(node) else {
            return;
        };
        if let Some(min) = self.minimum
            && (value < min || (self.exclusive_minimum && value <= min))
        {
            let bound = if self.exclusive_minimum {
                "more than"
            } else {
                "at least"
            };
            number_violation(ViolationKind::Range, bound, min, value, reader);
        }
        if let Some(max) = self.maximum
            && (value > max || (self.exclusive_maximum && value >= max))
        {
            let bound = if self.exclusive_maximum {
                "less than"
            } else {
                "at most"
            };
            number_violation(ViolationKind::Range, bound, max, value, reader);
        }
        if let Some(step) = self.multiple_of
            && !value.is_multiple_of(step)
        {
            number_violation(
                ViolationKind::MultipleOf,
                "a multiple of",
                step,
                value,
                reader,
            );
        }
    }

    pub(crate) fn check_items(&self, items: &[Node<'_>], reader: &mut impl Report) {
        check_size(
            items.len() as u64,
            (self.min_items, self.max_items),
            ("item", "items"),
            ViolationKind::ItemCount,
            reader,
        );
        if self.unique_items
            && let Some((first, second)) = first_duplicate(items)
        {
            reader.report(ViolationKind::DuplicateItem, || {
                format!("expected items that all differ, but items {first} and {second} are equal")
            });
        }
    }

    pub(crate) fn check_properties(&self, object: &Object<'_>, reader: &mut impl Report) {
        check_size(
            object.len() as u64,
            (self.min_properties, self.max_properties),
            ("property", "properties"),
            ViolationKind::PropertyCount,
            reader,
        );
    }
}

fn check_size(
    found: u64,
    (min, max): (Option<u64>, Option<u64>),
    (one, many): (&str, &str),
    kind: ViolationKind,
    reader: &mut impl Report,
) {
    let (bound, limit) = match (min, max) {
        (Some(min), _) if found < min => ("at least", min),
        (_, Some(max)) if found > max => ("at most", max),
        _ => return,
    };
    let unit = if limit == 1 { one } else { many };
    reader.report(kind, || {
        format!("expected {bound} {limit} {unit}, found {found}")
    });
}

fn number_violation(
    kind: ViolationKind,
    bound: &str,
    limit: Limit,
    found: Limit,
    reader: &mut impl Report,
) {
    reader.report(kind, || format!("expected {bound} {limit}, found {found}"));
}

/// `42` and not `42.0`; `1e300` and not three hundred digits.
fn digits(value: f64) -> String {
    match integral(value) {
        Some(value) => value.to_string(),
        None => format!("{value:?}"),
    }
}

/// A list for a message, cut where it gets long.
pub(crate) fn listed(values: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 20;
    let total = values.len();
    let mut text = if total == 1 {
        String::new()
    } else {
        String::from("one of ")
    };
    text += &values.take(SHOWN).collect::<Vec<_>>().join(", ");
    if total > SHOWN {
        text += &format!(" and {} more", total - SHOWN);
    }
    text
}

/// What a message says of a value that was found: short text as it is, everything else by its type.
pub(crate) fn shown(node: &Node<'_>) -> String {
    const SHORT: usize = 32;
    match node {
        Node::Boolean(value) => value.to_string(),
        Node::Integer(value) => value.to_string(),
        Node::Unsigned(value) => value.to_string(),
        Node::Float(value) => digits(*value),
        Node::String(text) if text.len() <= SHORT => format!("{text:?}"),
        Node::String(text) => format!("text of {} characters", text.chars().count()),
        Node::Null | Node::Array(_) | Node::Object(_) => JsonKind::to_string(&node.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_no_multiple_of_a_whole_number() {
        let large = Limit::Float(2_668_204_944_761_124.5);
        assert!(!large.is_multiple_of(Limit::Whole(2)));
        assert!(large.is_multiple_of(Limit::Float(0.5)));
        assert!(Limit::Float(0.07).is_multiple_of(Limit::Float(0.01)));
        assert!(Limit::Float(4.0).is_multiple_of(Limit::Whole(2)));
    }
}
