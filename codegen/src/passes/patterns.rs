//! Which patterns nobody checks as the crate comes. Knows the IR and patterns.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::ir::{Additional, Api, Home, Kind, Operation, Shape, Type};
use crate::pattern::needs_lookaround;
use crate::pointer::Pointer;

pub(super) static PATTERN_UNCHECKED: Code = Code {
    name: "pattern-unchecked",
    severity: Severity::Warning,
    explanation: "A pattern that looks around, refers back to a group or asks for properties of Unicode is beyond the built-in \
                  engine: it is checked only with the feature `lookaround` of `kibana-runtime`.",
};

/// Names every pattern that is not checked without a feature.
pub(super) fn run(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for operation in &api.operations {
        look_at_messages(operation, &mut diagnostics);
    }
    let written = api
        .types
        .iter()
        .filter(|(_, definition)| definition.home != Home::Nowhere);
    for (_, definition) in written {
        match &definition.shape {
            Shape::Alias(ty) => look(ty, &definition.pointer, &mut diagnostics),
            Shape::Struct(object) => {
                for field in &object.fields {
                    look(&field.ty, &field.pointer, &mut diagnostics);
                }
                if let Additional::Typed(ty) = &object.additional {
                    let pointer = definition.pointer.child("additionalProperties");
                    look(ty, &pointer, &mut diagnostics);
                }
            }
            Shape::Union(union) => {
                for member in &union.members {
                    look(&member.ty, &member.pointer, &mut diagnostics);
                }
            }
            Shape::Enum(_) => {}
        }
    }
    diagnostics
}

/// Bodies and headers that have a type without a name.
fn look_at_messages(operation: &Operation, diagnostics: &mut Diagnostics) {
    let headers = operation.responses.iter().flat_map(|r| &r.headers);
    for header in headers {
        look(&header.ty, &header.pointer.child("schema"), diagnostics);
    }
    let answers = operation.responses.iter().flat_map(|r| &r.content);
    let bodies = operation.body.iter().flat_map(|body| &body.content);
    for content in bodies.chain(answers) {
        for header in content.part_headers() {
            look(&header.ty, &header.pointer.child("schema"), diagnostics);
        }
        if let Some(ty) = &content.ty {
            look(ty, &content.pointer.child("schema"), diagnostics);
        }
    }
}

fn look(ty: &Type, pointer: &Pointer, diagnostics: &mut Diagnostics) {
    match &ty.kind {
        Kind::String(rules) => {
            let pattern = rules.pattern.as_deref().unwrap_or_default();
            if let Some(why) = needs_lookaround(pattern) {
                let message = format!("`{pattern}` {why}");
                diagnostics.push(
                    Diagnostic::new(&PATTERN_UNCHECKED, pointer.clone(), message).with_help(
                        "turn on the feature `lookaround` of `kibana-runtime` in the head of Cargo.toml",
                    ),
                );
            }
        }
        _ => ty
            .inner()
            .into_iter()
            .for_each(|inner| look(inner, pointer, diagnostics)),
    }
}
