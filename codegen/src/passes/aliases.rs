//! Inline definitions that are only another name of a definition: replaced by it. Knows the IR only.
//!
//! They come about when a union is left with one member. Components keep their place, for their names are the user's.

use super::{graph, place};
use crate::ir::{Api, Kind, Shape, Standing, Type, TypeId, Types};

/// Rewrites every use of such a definition and replaces it by what it names; nothing refers to it afterwards.
pub fn run(api: &mut Api) {
    let targets: Vec<TypeId> = api.types.ids().map(|id| target(&api.types, id)).collect();
    graph::rewrite(api, |id| targets[id.0]);
    for id in api.types.ids().filter(|id| targets[id.0] != *id) {
        api.types[id].standing = Standing::ReplacedBy(targets[id.0]);
    }
}

fn target(types: &Types, id: TypeId) -> TypeId {
    let mut at = id;
    // Bounded, since aliases may go in a circle.
    for _ in types.ids() {
        match &types[at].shape {
            Shape::Alias(Type {
                kind: Kind::Named(next),
                nullable: false,
            }) if place::is_inline(types, at) => at = *next,
            _ => return at,
        }
    }
    id
}
