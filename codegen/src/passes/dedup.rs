//! Structurally identical definitions: merged inside one root, aliases of one body across roots. Knows the IR only.
//!
//! Identity ignores documentation, pointers and the names of definitions, but not what generated code depends on
//! (defaults, variant names). Each position keeps its own name, so that adding or removing an operation
//! renames nothing else; that is why definitions of different roots become aliases and are not merged.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{graph, place, structure, usage};
use crate::ir::{Api, Docs, Place, Shape, TypeId, Types};

/// Merges identical inline definitions of one root, and all identical unions of plain scalars;
/// sets `same_as` on all but one of each group of identical definitions that operations reach.
pub fn run(api: &mut Api) {
    let classes = structure::classes(&api.types, structure::Members::ByName);
    merge(api, &classes);
    alias(api, &classes);
}

fn merge(api: &mut Api, classes: &[usize]) {
    let mut kept: HashMap<(usize, Option<place::Root<'_>>), Vec<TypeId>> = HashMap::new();
    let live = graph::live(api);
    for id in api
        .types
        .ids()
        .filter(|id| live[id.0] && place::is_inline(&api.types, *id))
        .filter(|id| !place::is_parameters(&api.types[*id].place))
    {
        let anywhere = place::scalar_union_name(&api.types[id].shape).is_some();
        let root = (!anywhere).then(|| place::way(&api.types, id).root);
        kept.entry((classes[id.0], root)).or_default().push(id);
    }
    let mut replacement: Vec<TypeId> = api.types.ids().collect();
    for group in kept.into_values().filter(|group| group.len() > 1) {
        let Some(best) = group.iter().copied().min_by_key(|id| rank(&api.types, *id)) else {
            continue;
        };
        for id in group {
            replacement[id.0] = best;
        }
    }
    graph::rewrite(api, |id| replacement[id.0]);
    for id in api.types.ids() {
        let target = replacement[id.0];
        if target != id {
            api.types[id].same_as = Some(target);
        }
        forget_position(api, id);
    }
}

/// A union of plain scalars is shared by all its positions: what one of them says about it is not about the others.
fn forget_position(api: &mut Api, id: TypeId) {
    if !place::is_inline(&api.types, id) || place::scalar_union_name(&api.types[id].shape).is_none()
    {
        return;
    }
    let definition = &mut api.types[id];
    definition.docs = Docs::default();
    if let Shape::Union(union) = &mut definition.shape {
        for member in &mut union.members {
            member.docs = Docs::default();
        }
    }
}

fn alias(api: &mut Api, classes: &[usize]) {
    let reached = usage::usages(api);
    let mut groups: HashMap<usize, Vec<TypeId>> = HashMap::new();
    for (id, definition) in api.types.iter() {
        let used = reached[id.0].request || reached[id.0].response;
        if used
            && !place::is_parameters(&definition.place)
            && !matches!(definition.shape, Shape::Alias(_))
        {
            groups.entry(classes[id.0]).or_default().push(id);
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let Some(best) = group.iter().copied().min_by_key(|id| rank(&api.types, *id)) else {
            continue;
        };
        for id in group.into_iter().filter(|id| *id != best) {
            api.types[id].same_as = Some(best);
        }
    }
}

/// Which of several identical definitions holds the body: the smallest.
///
/// Shared unions of scalars, then components, then inline definitions; the short and shallow before the long and deep.
fn rank(types: &Types, id: TypeId) -> (u8, usize, String, &str) {
    let definition = &types[id];
    let pointer = definition.pointer.as_str();
    if let Place::Component(name) = &definition.place {
        return (1, name.len(), name.clone(), pointer);
    }
    let shared = place::scalar_union_name(&definition.shape).is_some();
    let way = place::way(types, id);
    let mut path = format!("{:?} {:?}", way.root, way.part);
    for (_, step) in &way.steps {
        let _ = write!(path, " {step:?}");
    }
    (if shared { 0 } else { 2 }, way.steps.len(), path, pointer)
}
