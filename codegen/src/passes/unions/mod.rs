//! Union discrimination: decides, per union, how a JSON value is assigned to a member. Knows the IR only.
//!
//! 1. `normalise`: nested unions are dissolved, members that repeat or are impossible are dropped.
//! 2. A union without discriminator learns it from a union of the same members.
//! 3. `decide`: a tree of tests, by the first of these that separates all members, else the one that
//!    separates best, then again in each branch: discriminator, JSON type, constants of a property,
//!    something further inside, a key. What is left is read in order, narrow before wide.

mod decide;
mod form;
mod normalise;
mod same;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Discriminator, Kind, Shape, Type, TypeId, Types, Union};

pub(super) use normalise::{MAPPING_CONFLICT, MEMBERS_ALIKE};
pub use text::{describe, expectation};

/// Normalises every union and decides how its members are told apart.
///
/// A union of one member becomes an alias of it. Definitions that are dissolved into others stay, unused.
pub fn run(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for id in api.types.ids() {
        for diagnostic in normalise::alike(api, id) {
            diagnostics.push(diagnostic);
        }
    }
    let normal: Vec<_> = api
        .types
        .ids()
        .filter_map(|id| Some((id, normalise::normalise(api, id)?)))
        .collect();
    for (id, shape) in normal {
        api.types[id].shape = shape;
    }
    learn_discriminators(&mut api.types);
    diagnostics.extend(normalise::check_mappings(api));

    let forms = form::Forms::new(&api.types);
    let decided: Vec<_> = unions(&api.types)
        .map(|(id, union)| (id, decide::decide(&forms, union)))
        .collect();
    for (id, (decision, strategy)) in decided {
        if let Shape::Union(union) = &mut api.types[id].shape {
            union.decision = decision;
            union.strategy = strategy;
        }
    }
    diagnostics
}

fn unions(types: &Types) -> impl Iterator<Item = (TypeId, &Union)> {
    types
        .iter()
        .filter_map(|(id, definition)| match &definition.shape {
            Shape::Union(union) => Some((id, union)),
            _ => None,
        })
}

/// Gives unions without discriminator the one of a union of the same definitions.
/// Of several such unions the one whose pointer sorts first teaches, whatever the order of the file.
fn learn_discriminators(types: &mut Types) {
    let mut teachers: BTreeMap<Vec<TypeId>, (TypeId, &Discriminator)> = BTreeMap::new();
    for (id, union) in unions(types) {
        let (Some(members), Some(discriminator)) = (member_ids(union), &union.discriminator) else {
            continue;
        };
        let teacher = teachers
            .entry(sorted(members))
            .or_insert((id, discriminator));
        if types[id].pointer < types[teacher.0].pointer {
            *teacher = (id, discriminator);
        }
    }
    let mut learned = Vec::new();
    for (id, union) in unions(types).filter(|(_, u)| u.discriminator.is_none()) {
        let Some(members) = member_ids(union) else {
            continue;
        };
        if let Some((teacher, discriminator)) = teachers.get(&sorted(members.clone()))
            && let Shape::Union(teacher) = &types[*teacher].shape
        {
            let theirs = member_ids(teacher).unwrap_or_default();
            let own_index =
                |index: usize| members.iter().position(|m| Some(m) == theirs.get(index));
            let mapping = discriminator.mapping.iter();
            learned.push((
                id,
                Discriminator {
                    property: discriminator.property.clone(),
                    mapping: mapping
                        .filter_map(|(value, index)| Some((value.clone(), own_index(*index)?)))
                        .collect(),
                },
            ));
        }
    }
    for (id, discriminator) in learned {
        if let Shape::Union(union) = &mut types[id].shape {
            union.discriminator = Some(discriminator);
        }
    }
}

/// The definitions that a union is made of, when all its members are definitions.
fn member_ids(union: &Union) -> Option<Vec<TypeId>> {
    let id = |ty: &Type| match ty.kind {
        Kind::Named(id) => Some(id),
        _ => None,
    };
    union.members.iter().map(|member| id(&member.ty)).collect()
}

fn sorted(mut ids: Vec<TypeId>) -> Vec<TypeId> {
    ids.sort();
    ids
}
