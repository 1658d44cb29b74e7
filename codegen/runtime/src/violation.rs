//! What is wrong with a value, and where. Knows nothing of how values are read.

use std::fmt;

/// At most this many violations are kept of one reading; the others are counted.
pub const MAX_VIOLATIONS: usize = 100;

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: a JSON path such as `$.rules[0].name` or `$["odd key"]`.
    pub path: String,
    /// What sort of thing.
    pub kind: ViolationKind,
    /// What was expected and what was found. Long or possibly secret text is never repeated.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Sorts of violations.
///
/// The *hard* ones leave no value to return, so reading fails in every mode. The others are rules of the schema
/// that a value breaks: only strict reading reports them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// Hard: the input is not JSON.
    Syntax,
    /// Hard: the value has another JSON type.
    Type,
    /// Hard: a required property is not there.
    Missing,
    /// Hard: the number does not fit the Rust type.
    OutOfRange,
    /// Hard: the text is not canonical base64.
    Base64,
    /// Hard: no member of a union can hold the value.
    NoMember,
    /// Hard: a property that tells what an object is has another value.
    Constant,
    /// Hard: arrays and objects nest too deep.
    TooDeep,
    /// Hard: a type that does not belong to the generated code refuses the value.
    Refused,
    /// Tolerated: a required property that may be `null` is not there; read as `null`. Never among the violations of
    /// a value, but a member of a union that needs this fits less well than one that does not.
    MissingNullable,
    /// The value is none of those that the schema lists.
    UnknownValue,
    /// The object has a tag that no member of a union has.
    UnknownMember,
    /// The text is too short or too long.
    Length,
    /// The text does not match the pattern.
    Pattern,
    /// The number is too small or too large.
    Range,
    /// The number is no multiple of what it should be.
    MultipleOf,
    /// The array has too few or too many items.
    ItemCount,
    /// Two items are equal that should differ.
    DuplicateItem,
    /// The object has too few or too many properties.
    PropertyCount,
    /// The object has a property that the schema does not know, and must not.
    UnknownKey,
    /// The object has a property that must not be there.
    ForbiddenKey,
    /// The object has none of the sets of properties of which it needs one.
    MissingAlternative,
    /// A property is not there that messages of this side must have (`readOnly` in answers, `writeOnly` in requests).
    MissingOnSide,
    /// The value could not be checked in bounded time.
    Unchecked,
}

impl ViolationKind {
    /// Whether there is no value to return.
    pub fn is_hard(self) -> bool {
        match self {
            Self::Syntax
            | Self::Type
            | Self::Missing
            | Self::OutOfRange
            | Self::Base64
            | Self::NoMember
            | Self::Constant
            | Self::TooDeep
            | Self::Refused => true,
            Self::MissingNullable
            | Self::UnknownValue
            | Self::UnknownMember
            | Self::Length
            | Self::Pattern
            | Self::Range
            | Self::MultipleOf
            | Self::ItemCount
            | Self::DuplicateItem
            | Self::PropertyCount
            | Self::UnknownKey
            | Self::ForbiddenKey
            | Self::MissingAlternative
            | Self::MissingOnSide
            | Self::Unchecked => false,
        }
    }

    /// Whether no mode reports it: servers leave out what is `null`.
    pub(crate) fn is_tolerated(self) -> bool {
        self == Self::MissingNullable
    }
}

/// Everything that is wrong with a value; never empty as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    /// The first [`MAX_VIOLATIONS`], in the order of the schema.
    pub list: Vec<Violation>,
    /// How many more there were.
    pub more: usize,
}

impl Violations {
    /// Just one.
    pub(crate) fn one(path: &str, kind: ViolationKind, message: String) -> Self {
        let path = path.to_owned();
        Self {
            list: vec![Violation {
                path,
                kind,
                message,
            }],
            more: 0,
        }
    }

    pub(crate) fn push(&mut self, violation: Violation) {
        if self.list.len() < MAX_VIOLATIONS {
            self.list.push(violation);
        } else {
            self.more += 1;
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The violations that were kept.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.list.iter()
    }
}

impl<'v> IntoIterator for &'v Violations {
    type Item = &'v Violation;
    type IntoIter = std::slice::Iter<'v, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.list.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{violation}")?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// The first characters of a text, for a message.
pub(crate) fn clip(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What is told of violations.
pub(crate) trait Report {
    /// Tells of a violation at the place that is read. The message is only made when somebody will read it.
    fn report(&mut self, kind: ViolationKind, message: impl FnOnce() -> String);
}
