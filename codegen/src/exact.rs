//! Numbers of a document without loss: whole numbers stay whole, however large. Knows JSON only.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Number, Value};

/// A number. Two are equal when they are the same number.
#[derive(Clone, Copy, Debug)]
pub enum Exact {
    /// A number without fraction.
    Whole(i128),
    /// A number with a fraction, or one that is too large for the other form.
    Float(f64),
}

impl Exact {
    /// A finite number of JSON.
    pub fn of(number: &Number) -> Option<Self> {
        if let Some(whole) = number.as_i64() {
            return Some(Self::Whole(whole.into()));
        }
        if let Some(whole) = number.as_u64() {
            return Some(Self::Whole(whole.into()));
        }
        number.as_f64().filter(|n| n.is_finite()).map(Self::from)
    }

    /// The number that a JSON value is.
    pub fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::of(number),
            _ => None,
        }
    }

    /// The number, when it has no fraction.
    pub fn whole(self) -> Option<i128> {
        match self {
            Self::Whole(whole) => Some(whole),
            Self::Float(_) => None,
        }
    }

    /// The nearest double.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Float(float) => float,
        }
    }

    /// The greatest whole number that is not above.
    pub fn floor(self) -> i128 {
        match self {
            Self::Whole(whole) => whole,
            // Saturates, for numbers that no integer of a document reaches.
            Self::Float(float) => float.floor() as i128,
        }
    }

    /// The least whole number that is not below.
    pub fn ceil(self) -> i128 {
        match self {
            Self::Whole(whole) => whole,
            Self::Float(float) => float.ceil() as i128,
        }
    }

    /// The number as JSON: whole where 64 bits hold it.
    pub fn to_value(self) -> Value {
        match self {
            Self::Whole(whole) => whole_value(whole),
            Self::Float(float) => float.into(),
        }
    }

    /// Whether the number is a multiple, give or take what binary floats lose (0.07 is a multiple of 0.01).
    pub fn is_multiple_of(self, step: Self) -> bool {
        match (self, step) {
            (Self::Whole(whole), Self::Whole(step)) => whole.checked_rem(step) == Some(0),
            // A fraction is no multiple of a whole number, however near it comes.
            (Self::Float(value), Self::Whole(_)) if value.fract() != 0.0 => false,
            _ => {
                let quotient = self.as_f64() / step.as_f64();
                (quotient - quotient.round()).abs() <= quotient.abs() * f64::EPSILON * 2.0
            }
        }
    }
}

/// A whole number as JSON; beyond 64 bits as the nearest double.
pub fn whole_value(whole: i128) -> Value {
    if let Ok(signed) = i64::try_from(whole) {
        return signed.into();
    }
    u64::try_from(whole).map_or_else(|_| Value::from(whole as f64), Value::from)
}

impl From<f64> for Exact {
    fn from(float: f64) -> Self {
        /// 2^126: below it, every float without fraction is an integer of 128 bits.
        const LIMIT: f64 = 8.507_059_173_023_462e37;
        match float.fract() == 0.0 && float.abs() < LIMIT {
            true => Self::Whole(float as i128),
            false => Self::Float(float),
        }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Float(_), Self::Whole(_)) => other.partial_cmp(self).map(Ordering::reverse),
            // A float with a fraction is never equal to a whole number: it lies above all that its floor does.
            (Self::Whole(a), Self::Float(b)) if b.fract() != 0.0 => {
                let above = *a > b.floor() as i128;
                Some(if above {
                    Ordering::Greater
                } else {
                    Ordering::Less
                })
            }
            (Self::Whole(a), Self::Float(b)) => (*a as f64).partial_cmp(b),
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => whole.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Exact {
        Exact::of_value(&serde_json::from_str(text).unwrap_or_default()).unwrap_or(Exact::Whole(0))
    }

    #[test]
    fn whole_numbers_that_one_double_stands_for_differ() {
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("9007199254740993") > number("9007199254740992.0"));
        assert_eq!(number("9007199254740992"), number("9007199254740992.0"));
        assert!(number("18446744073709551615") > number("9223372036854775807"));
        assert!(number("0.5") > number("0") && number("0.5") < number("1"));
        assert!(number("-0.5") < number("0") && number("-0.5") > number("-1"));
        assert!(number("1e300") > number("18446744073709551615"));
    }

    #[test]
    fn a_number_is_written_as_it_was() {
        for text in ["9007199254740993", "18446744073709551615", "-3", "0.25"] {
            assert_eq!(number(text).to_value().to_string(), text);
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("42.0").to_value().to_string(), "42");
    }

    #[test]
    fn multiples_of_whole_numbers_are_exact() {
        assert!(number("9007199254740993").is_multiple_of(number("3")));
        assert!(!number("9007199254740994").is_multiple_of(number("3")));
        assert!(!number("2668204944761124.5").is_multiple_of(number("2")));
        assert!(number("0.07").is_multiple_of(number("0.01")));
    }
}
