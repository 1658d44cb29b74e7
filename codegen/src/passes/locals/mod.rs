//! Names that only their own definition decides: fields, variants, response headers. Knows the IR only.

pub(crate) mod bodies;
pub(crate) mod variants;

use crate::ir::{Api, Enum, Shape, Struct};
use crate::naming::reserved;
use crate::naming::words::{Case, distinct};

/// Sets the `ident` of every field, enum variant, union member, response, response header and body.
///
/// Runs before `merge`, which compares the names of union members.
pub fn run(api: &mut Api) {
    let mut members = variants::names(&api.types);
    for id in api.types.ids() {
        match &mut api.types[id].shape {
            Shape::Struct(object) => name_fields(object),
            Shape::Enum(list) => name_variants(list),
            Shape::Union(union) => {
                let names = std::mem::take(&mut members[id.0]);
                for (member, name) in union.members.iter_mut().zip(names) {
                    member.ident = name;
                }
            }
            Shape::Alias(_) => {}
        }
    }
    for operation in &mut api.operations {
        bodies::run(operation);
    }
}

fn name_fields(object: &mut Struct) {
    let wires: Vec<&str> = object.fields.iter().map(|f| f.wire.as_str()).collect();
    let names = distinct(&wires, Case::Snake, reserved::field);
    for (field, name) in object.fields.iter_mut().zip(names) {
        field.ident = name;
    }
}

fn name_variants(list: &mut Enum) {
    let values: Vec<&str> = list.variants.iter().map(|v| v.value.as_str()).collect();
    let names = distinct(&values, Case::Pascal, reserved::variant);
    for (variant, name) in list.variants.iter_mut().zip(names) {
        variant.ident = name;
    }
}
