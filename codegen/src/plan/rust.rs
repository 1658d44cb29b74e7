//! Rust types as data, and the one mapping to them from the types of the IR. Knows the IR and the runtime's types,
//! no Rust syntax.

use crate::ir::{Field, Kind, Presence, Type, TypeId, Width};

use super::Plan;

/// A Rust type that generated code writes.
#[derive(Clone, Debug, PartialEq)]
pub enum RustType {
    /// `()`
    Unit,
    /// `bool`
    Bool,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u64`
    U64,
    /// `i128`
    I128,
    /// `f64`
    F64,
    /// `String`
    String,
    /// Any JSON value.
    Value,
    /// No value at all.
    Never,
    /// Bytes that travel as base64 text.
    Base64,
    /// `Map<String, Value>`
    Object,
    /// `BTreeMap<String, T>`
    Map(Box<RustType>),
    /// `Vec<T>`
    Vec(Box<RustType>),
    /// `Option<T>`
    Option(Box<RustType>),
    /// `Nullable<T>`: absent, `null` or a value.
    Nullable(Box<RustType>),
    /// `Box<T>`
    Boxed(Box<RustType>),
    /// A value, or a list of such values.
    OneOrMany(Box<RustType>),
    /// A definition.
    Named(TypeId),
    /// A type that the settings put here, in the wrapper that reads it by serde's traits.
    Replaced(Box<RustType>),
    /// The path of a type that is not ours, as the settings have it.
    Foreign(String),
    /// A type that is written beside what uses it, by its name.
    Local(String),
    /// A stream of JSON values, one per line.
    JsonLines(Box<RustType>),
    /// A stream of bytes.
    ByteStream,
    /// A stream of server-sent events.
    EventStream,
    /// The parts of a form, as they come in.
    Multipart,
    /// An answer that the document does not know.
    Reply,
    /// The status of an answer.
    StatusCode,
}

/// What stands before the type arguments of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head<'a> {
    /// A word of the language, which nothing can hide.
    Word(&'static str),
    /// A name of the prelude, of std or of the runtime.
    Known(&'static str),
    /// A name of the runtime's `wire` module.
    Wire(&'static str),
    /// A definition.
    Named(TypeId),
    /// A path that is written as it is.
    Path(&'a str),
}

impl RustType {
    /// `Option<Self>`
    pub fn optional(self) -> Self {
        Self::Option(Box::new(self))
    }

    /// How the type is written: its head, and its arguments.
    pub fn parts(&self) -> (Head<'_>, Vec<&RustType>) {
        match self {
            Self::Unit => (Head::Word("()"), Vec::new()),
            Self::Bool => (Head::Word("bool"), Vec::new()),
            Self::I32 => (Head::Word("i32"), Vec::new()),
            Self::I64 => (Head::Word("i64"), Vec::new()),
            Self::U64 => (Head::Word("u64"), Vec::new()),
            Self::I128 => (Head::Word("i128"), Vec::new()),
            Self::F64 => (Head::Word("f64"), Vec::new()),
            Self::String => (Head::Known("String"), Vec::new()),
            Self::Value => (Head::Known("Value"), Vec::new()),
            Self::Never => (Head::Known("Never"), Vec::new()),
            Self::Base64 => (Head::Known("Base64"), Vec::new()),
            Self::Object => (Head::Known("Map"), vec![&Self::String, &Self::Value]),
            Self::Map(values) => (Head::Known("BTreeMap"), vec![&Self::String, values]),
            Self::Vec(items) => (Head::Known("Vec"), vec![items]),
            Self::Option(inner) => (Head::Known("Option"), vec![inner]),
            Self::Nullable(inner) => (Head::Known("Nullable"), vec![inner]),
            Self::Boxed(inner) => (Head::Known("Box"), vec![inner]),
            Self::OneOrMany(inner) => (Head::Known("OneOrMany"), vec![inner]),
            Self::Replaced(inner) => (Head::Known("Replaced"), vec![inner]),
            Self::Named(id) => (Head::Named(*id), Vec::new()),
            Self::Foreign(path) | Self::Local(path) => (Head::Path(path), Vec::new()),
            Self::JsonLines(items) => (Head::Wire("JsonLines"), vec![items]),
            Self::ByteStream => (Head::Wire("ByteStream"), Vec::new()),
            Self::EventStream => (Head::Wire("EventStream"), Vec::new()),
            Self::Multipart => (Head::Wire("Multipart"), Vec::new()),
            Self::Reply => (Head::Wire("Reply"), Vec::new()),
            Self::StatusCode => (Head::Wire("StatusCode"), Vec::new()),
        }
    }

    /// The type as text, its heads written by `head`.
    pub fn text(&self, head: &dyn Fn(Head<'_>) -> String) -> String {
        let (own, arguments) = self.parts();
        let text = head(own);
        if arguments.is_empty() {
            return text;
        }
        let arguments: Vec<String> = arguments.iter().map(|ty| ty.text(head)).collect();
        format!("{text}<{}>", arguments.join(", "))
    }
}

/// How a field is read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `T`
    Required,
    /// `Option<T>`, always written.
    Nullable,
    /// `Option<T>`, left out when `None`.
    Optional,
    /// `Nullable<T>`
    OptionalNullable,
}

impl Access {
    /// Whether the property may be left out.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNullable)
    }
}

impl Plan<'_> {
    /// A type in use.
    pub fn ty(&self, ty: &Type) -> RustType {
        let kind = self.kind(&ty.kind);
        match self.is_nullable(ty) {
            true => kind.optional(),
            false => kind,
        }
    }

    /// Whether uses of a type need an `Option` for `null`. JSON values and `()` hold it themselves.
    pub fn is_nullable(&self, ty: &Type) -> bool {
        self.api.types.may_be_null(ty)
    }

    /// A type without `null`.
    pub fn kind(&self, kind: &Kind) -> RustType {
        match kind {
            Kind::Any { .. } => RustType::Value,
            Kind::Null => RustType::Unit,
            Kind::Never => RustType::Never,
            Kind::Boolean { .. } => RustType::Bool,
            Kind::Integer(rules) => match rules.width {
                Width::Narrow => RustType::I32,
                Width::Signed => RustType::I64,
                Width::Unsigned => RustType::U64,
                Width::Wide => RustType::I128,
            },
            Kind::Number(_) => RustType::F64,
            // Where bytes travel raw, it is the body or a part that is bytes. Inside of JSON there are no raw bytes, only
            // text that nobody says more about.
            Kind::String(_) | Kind::Binary(_) => RustType::String,
            Kind::Base64 => RustType::Base64,
            Kind::Object(_) => RustType::Object,
            Kind::Map(values, _) => RustType::Map(Box::new(self.ty(values))),
            Kind::Array(array) => RustType::Vec(Box::new(self.ty(&array.items))),
            Kind::OneOrMany(inner, _) => RustType::OneOrMany(Box::new(self.ty(inner))),
            Kind::Named(id) => RustType::Named(*id),
            Kind::Replaced(path) => RustType::Replaced(Box::new(RustType::Foreign(path.clone()))),
        }
    }

    /// A type that must not be of infinite size.
    pub(super) fn boxed(&self, boxed: bool, inner: RustType) -> RustType {
        match boxed {
            true => RustType::Boxed(Box::new(inner)),
            false => inner,
        }
    }

    /// The type of a field, and how it is read and written.
    pub fn field_type(&self, field: &Field) -> (RustType, Access) {
        let inner = self.boxed(field.boxed, self.kind(&field.ty.kind));
        match (field.presence, self.is_nullable(&field.ty)) {
            (Presence::Required, false) => (inner, Access::Required),
            (Presence::Required, true) => (inner.optional(), Access::Nullable),
            (_, false) => (inner.optional(), Access::Optional),
            (_, true) => (
                RustType::Nullable(Box::new(inner)),
                Access::OptionalNullable,
            ),
        }
    }
}
