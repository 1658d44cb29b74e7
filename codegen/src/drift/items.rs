//! The Rust items that a change touches, as users write them. Knows the names in the IR, not how they are written.

use crate::ir::{
    Api, Content, Field, Header, Home, Kind, Operation, Presence, Response, Type, TypeId,
};

/// A Rust item of one of the two crates.
#[derive(Clone, Copy, Debug)]
pub(super) enum Touched<'a> {
    /// There is none on this side.
    Nothing,
    /// A type.
    Definition(TypeId),
    /// A field of a type.
    Field(TypeId, &'a Field),
    /// A method of a server trait, with its request and response types.
    Method(&'a Operation),
    /// The body of a request, as a whole or in one media type.
    Body(&'a Operation, Option<&'a Content>),
    /// The variants of a response.
    Response(&'a Operation, &'a Response),
    /// The variant of a response in one media type.
    Content(&'a Operation, &'a Content),
    /// A header of a response.
    Header(&'a Operation, &'a Response, &'a Header),
}

impl<'a> Touched<'a> {
    /// Whether there is something on this side.
    pub(super) fn is_something(self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// The type, or the one that the field is in.
    pub(super) fn definition(self) -> Option<TypeId> {
        match self {
            Self::Definition(id) | Self::Field(id, _) => Some(id),
            _ => None,
        }
    }

    /// A field of what is touched, when that is a type.
    pub(super) fn field(owner: Self, field: &'a Field) -> Self {
        match owner {
            Self::Definition(id) => Self::Field(id, field),
            other => other,
        }
    }

    /// The item as users write it, such as `cases::Case.status: CaseStatus`.
    pub(super) fn text(self, api: &Api) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Definition(id) => path(api, id),
            Self::Field(id, field) => {
                let owner = path(api, id)?;
                Some(format!(
                    "{owner}.{}: {}",
                    field.ident,
                    field_type(api, field)
                ))
            }
            Self::Method(operation) => {
                let module = api.modules.get(operation.module.0)?;
                Some(format!(
                    "{}::{}::{}",
                    module.ident, module.trait_name, operation.ident
                ))
            }
            Self::Body(operation, content) => {
                let ty = content.map_or(String::new(), |content| content_type(api, content));
                Some(format!("{}.body{ty}", message(api, operation, "Request")?))
            }
            Self::Response(operation, response) => {
                let ty = match response.content.as_slice() {
                    [only] => content_type(api, only),
                    _ => String::new(),
                };
                let owner = message(api, operation, "Response")?;
                Some(format!("{owner}::{}{ty}", response.ident))
            }
            Self::Content(operation, content) => {
                let ty = content_type(api, content);
                let owner = message(api, operation, "Response")?;
                Some(format!("{owner}::{}{ty}", content.ident))
            }
            Self::Header(operation, response, header) => {
                let owner = message(api, operation, "Response")?;
                let ty = type_text(api, &header.ty);
                Some(format!(
                    "{owner}::{}.{}: {ty}",
                    response.ident, header.ident
                ))
            }
        }
    }
}

/// The path of a type, such as `cases::Case`; `None` for one that is not written.
fn path(api: &Api, id: TypeId) -> Option<String> {
    let definition = &api.types[id];
    match definition.home {
        Home::Nowhere => None,
        Home::Shared => Some(format!("shared::{}", definition.name)),
        Home::Module(module) => {
            let module = api.modules.get(module.0)?;
            Some(format!("{}::{}", module.ident, definition.name))
        }
    }
}

/// The request or response type of an operation.
fn message(api: &Api, operation: &Operation, suffix: &str) -> Option<String> {
    let module = api.modules.get(operation.module.0)?;
    Some(format!("{}::{}{suffix}", module.ident, operation.name))
}

/// The type of a body, behind a colon; nothing when the document has none.
fn content_type(api: &Api, content: &Content) -> String {
    let ty = content.ty.as_ref();
    ty.map_or(String::new(), |ty| format!(": {}", type_text(api, ty)))
}

fn field_type(api: &Api, field: &Field) -> String {
    let inner = match field.boxed {
        true => format!("Box<{}>", type_text(api, &field.ty)),
        false => type_text(api, &field.ty),
    };
    match field.presence {
        Presence::Required => inner,
        Presence::Optional | Presence::Lenient => format!("Option<{inner}>"),
    }
}

fn type_text(api: &Api, ty: &Type) -> String {
    let text = match &ty.kind {
        Kind::Any { .. } => return "Value".to_string(),
        Kind::Null => return "()".to_string(),
        Kind::Never => "Never".to_string(),
        Kind::Boolean { .. } => "bool".to_string(),
        Kind::Integer(rules) if rules.narrow => "i32".to_string(),
        Kind::Integer(_) => "i64".to_string(),
        Kind::Number(_) => "f64".to_string(),
        Kind::String(_) => "String".to_string(),
        Kind::Base64 => "Base64".to_string(),
        Kind::Binary => "Vec<u8>".to_string(),
        Kind::Object(_) => "Map<String, Value>".to_string(),
        Kind::Map(values, _) => format!("BTreeMap<String, {}>", type_text(api, values)),
        Kind::Array(array) => format!("Vec<{}>", type_text(api, &array.items)),
        Kind::OneOrMany(inner, _) => format!("OneOrMany<{}>", type_text(api, inner)),
        Kind::Named(id) => api.types[*id].name.clone(),
        Kind::Replaced(path) => path.clone(),
    };
    if ty.nullable {
        format!("Option<{text}>")
    } else {
        text
    }
}
