//! Where `readOnly` and `writeOnly` properties must be: in their own messages only (OpenAPI 3.0.3, Schema Object).
//! Knows the IR only.
//!
//! A type of one direction has properties that must be there, or that are not meant to be. A type of both directions
//! has to know which way it goes: such a property may be absent, and reading checks it where the way is known.

use super::usage;
use crate::ir::{Api, Field, Presence, Shape, Side, TypeId, Usage};

/// Settles the presence of every property that is meant for one side.
pub(super) fn run(api: &mut Api) {
    for (index, usage) in usage::usages(api).into_iter().enumerate() {
        if let Shape::Struct(object) = &mut api.types[TypeId(index)].shape {
            object
                .fields
                .iter_mut()
                .for_each(|field| settle(field, usage));
        }
    }
}

fn settle(field: &mut Field, usage: Usage) {
    let (Some(side), Presence::Required) = (field.only, field.presence) else {
        return;
    };
    let other = match side {
        Side::Request => Side::Response,
        Side::Response => Side::Request,
    };
    field.presence = match (usage.has(side), usage.has(other)) {
        (true, true) => Presence::OnItsSide,
        (false, true) => Presence::Optional,
        (_, false) => Presence::Required,
    };
}
