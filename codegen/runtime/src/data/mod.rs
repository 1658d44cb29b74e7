//! Types as data: what generated code says in Rust, as a table that is read when a program starts. Knows JSON values,
//! rules and readers.
//!
//! A table says for each definition what generated code would say of it, and [`check`](Type::check) does what generated
//! code would do, with the same readers: so both refuse the same values with the same words.
//!
//! What is read is there until the program ends, as the constants of generated code are.

mod check;
mod lay;
mod parse;

use std::sync::OnceLock;

use crate::json::JsonKind;

use crate::read::Side;

use crate::rules::Rules;

pub(crate) use lay::Layer;
pub(crate) use parse::{Table, constant, list, rules, text};

/// All definitions of a table.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    definitions: Vec<OnceLock<Definition>>,
}

/// A type in use, with the rules that hold there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) ty: &'static Type,
    pub(crate) rules: &'static Rules,
    pub(crate) schemas: &'static Schemas,
}

/// Parameters that travel in one place.
#[derive(Debug)]
pub(crate) struct Group {
    fields: Vec<Field>,
    schemas: &'static Schemas,
}

/// A type.
#[derive(Debug)]
pub(crate) enum Type {
    Unit,
    Boolean,
    I32,
    I64,
    U64,
    I128,
    F64,
    Text,
    Any,
    Never,
    Base64,
    /// An object with any values.
    Object,
    Map(&'static Type),
    List(&'static Type),
    /// `null` or a value.
    Option(&'static Type),
    OneOrMany(&'static Type),
    /// A definition, by its number.
    Named(usize),
}

/// What a number stands for.
#[derive(Debug)]
pub(crate) enum Definition {
    Alias(&'static Type),
    Struct(Struct),
    /// A string out of a list.
    Enum(Vec<&'static str>),
    Union(Union),
}

/// An object with known properties.
#[derive(Debug)]
pub(crate) struct Struct {
    /// Properties that tell what the object is, with their values.
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    pub(crate) fields: Vec<Field>,
    /// Other properties; none when there must be no others.
    pub(crate) rest: Option<(&'static Type, &'static Rules)>,
    pub(crate) rules: &'static Rules,
    pub(crate) forbidden: Vec<&'static str>,
    pub(crate) require_any: Vec<&'static [&'static str]>,
    /// Properties that must be there in the messages of a side.
    pub(crate) required_in: Vec<(Side, Vec<&'static str>)>,
    /// Properties that must not be in an answer.
    pub(crate) only_in_requests: Vec<&'static str>,
}

/// A property.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    pub(crate) ty: &'static Type,
    pub(crate) rules: &'static Rules,
    /// The property that tells which member of its union the value is: its values, with the member of each.
    pub(crate) told: Option<(&'static str, Vec<(&'static str, usize)>)>,
}

/// Whether a property must be there, and whether it may be `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Required,
    Nullable,
    Optional,
    OptionalNullable,
}

/// One of several types.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) members: Vec<Member>,
    pub(crate) decision: Decision,
}

/// A member of a union.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) ty: &'static Type,
    pub(crate) rules: &'static Rules,
    /// What a value must be to be it, in words.
    pub(crate) expectation: &'static str,
}

/// How a value is assigned to a member.
#[derive(Debug)]
pub(crate) enum Decision {
    Leaf(Vec<usize>),
    Kind(Vec<(JsonKind, Decision)>),
    Tag {
        path: &'static [&'static str],
        arms: Vec<(Tag, Decision)>,
        absent: Box<Decision>,
        other: Box<Decision>,
        /// Whether any other text is that of a member that is not known.
        unknown: bool,
    },
    Key {
        key: &'static str,
        present: Box<Decision>,
        absent: Box<Decision>,
    },
    PropertyKind {
        path: &'static [&'static str],
        arms: Vec<(JsonKind, Decision)>,
        absent: Box<Decision>,
    },
    FirstItem {
        item: Box<Decision>,
        empty: Box<Decision>,
    },
}

/// A constant that tells members apart.
#[derive(Debug, PartialEq)]
pub(crate) enum Tag {
    String(&'static str),
    Boolean(bool),
    Integer(i128),
}

impl Schemas {
    pub(crate) fn get(&self, number: usize) -> Option<&Definition> {
        self.definitions.get(number)?.get()
    }

    /// The union that a type is once names are followed.
    pub(crate) fn union<'s>(&'s self, ty: &'s Type) -> Option<&'s Union> {
        match self.resolve(ty) {
            Type::Named(number) => match self.get(*number)? {
                Definition::Union(union) => Some(union),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a type is once names are followed. Names that lead in a circle lead nowhere.
    pub(crate) fn resolve<'s>(&'s self, mut ty: &'s Type) -> &'s Type {
        for _ in 0..=self.definitions.len() {
            match ty {
                Type::Named(number) => match self.get(*number) {
                    Some(Definition::Alias(inner)) => ty = inner,
                    _ => return ty,
                },
                _ => return ty,
            }
        }
        &Type::Never
    }
}
