//! The Rust items that a change touches, as users write them. Knows the plan, which has their names.

use crate::ir::{Api, Content, EnumVariant, Field, Header, Operation, Response, Shape, TypeId};
use crate::naming::ident::written;
use crate::plan::Plan;

#[cfg(test)]
mod tests;

/// A Rust item of one of the two crates.
#[derive(Clone, Copy, Debug)]
pub(super) enum Touched<'a> {
    /// There is none on this side.
    Nothing,
    /// A type.
    Definition(TypeId),
    /// A field of a type.
    Field(TypeId, &'a Field),
    /// A variant of an enum.
    Variant(TypeId, &'a EnumVariant),
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
            Self::Definition(id) | Self::Field(id, _) | Self::Variant(id, _) => Some(id),
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

    /// The variant that a value has in what is touched, when that is an enum.
    pub(super) fn variant(self, api: &'a Api, value: &str) -> Option<Self> {
        let Self::Definition(id) = self else {
            return None;
        };
        let Shape::Enum(list) = &api.types.body(id).shape else {
            return None;
        };
        let variant = list
            .variants
            .iter()
            .find(|variant| variant.value == value)?;
        Some(Self::Variant(id, variant))
    }

    /// The item as users write it, such as `cases::Case.status: CaseStatus`.
    pub(super) fn text(self, plan: &Plan<'_>) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Definition(id) => plan.definition_item(id),
            Self::Field(id, field) => plan.parameter_item(id, field).or_else(|| {
                let owner = plan.definition_item(id)?;
                if plan.is_tag(id, &field.wire) {
                    return Some(owner);
                }
                let ty = plan.field_type(plan.written_field(id, field)).0.short(plan);
                Some(format!("{owner}.{}: {ty}", written(&field.ident)))
            }),
            Self::Variant(id, variant) => {
                let owner = plan.definition_item(id)?;
                Some(format!("{owner}::{}", written(&variant.ident)))
            }
            Self::Method(operation) => Some(plan.operation_item(operation)),
            Self::Body(operation, content) => {
                let module = plan.operation_item(operation);
                let body = plan.request_body(operation)?;
                if let Some(content) = content.filter(|_| body.is_choice()) {
                    let ty = plan.body_variant(content).ty.short(plan);
                    return Some(format!(
                        "{module}::RequestBody::{}: {ty}",
                        written(&content.ident)
                    ));
                }
                let ty = body.whole().short(plan);
                Some(format!("{module}::Request.{}: {ty}", written(&body.ident)))
            }
            Self::Response(operation, response) => match response.content.as_slice() {
                [only] => Self::Content(operation, only).text(plan),
                _ => Some(format!(
                    "{}::Response::{}",
                    plan.operation_item(operation),
                    response.ident
                )),
            },
            Self::Content(operation, content) => {
                let ty = plan.variant_body(content).ty.short(plan);
                let variant = written(&content.ident);
                Some(format!(
                    "{}::Response::{variant}: {ty}",
                    plan.operation_item(operation)
                ))
            }
            Self::Header(operation, response, header) => {
                let header = plan.header(header);
                let ty = header.whole().short(plan);
                let (owner, variant) = (plan.operation_item(operation), &response.ident);
                Some(format!(
                    "{owner}::Response::{variant}.{}: {ty}",
                    written(&header.ident)
                ))
            }
        }
    }
}
