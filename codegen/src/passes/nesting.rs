//! Lists and maps that hold themselves, with nothing but other lists and maps between. Knows the IR only.
//!
//! A Rust alias cannot name itself (`type Tree = Vec<Tree>`), so each of these becomes a definition of its own: a union
//! of one member.

use std::collections::BTreeSet;

use crate::ir::{Api, Decision, Docs, Kind, Member, Shape, Strategy, TypeId, Types, Union};

/// Rewrites every alias that is made of itself.
pub fn run(api: &mut Api) {
    let open = open_ended(&api.types);
    let wrapped: Vec<TypeId> = open
        .iter()
        .copied()
        .filter(|id| holds_itself(&api.types, *id, &open))
        .collect();
    for id in wrapped {
        let definition = &mut api.types[id];
        if let Shape::Alias(ty) = &definition.shape
            && !matches!(ty.kind, Kind::Named(_))
        {
            let member = Member {
                pointer: definition.pointer.clone(),
                docs: Docs::default(),
                ty: ty.clone(),
                ident: String::new(),
                boxed: false,
            };
            definition.shape = Shape::Union(Union {
                members: vec![member],
                discriminator: None,
                decision: Decision::Leaf(vec![0]),
                strategy: Strategy::JsonType,
            });
        }
    }
}

/// The aliases from which aliases lead on without end.
fn open_ended(types: &Types) -> BTreeSet<TypeId> {
    let mut left: BTreeSet<TypeId> = types
        .iter()
        .filter(|(_, definition)| matches!(definition.shape, Shape::Alias(_)))
        .map(|(id, _)| id)
        .collect();
    loop {
        let leads_on = |id: &TypeId| next(types, *id).iter().any(|next| left.contains(next));
        let still: BTreeSet<TypeId> = left.iter().copied().filter(leads_on).collect();
        if still.len() == left.len() {
            return left;
        }
        left = still;
    }
}

fn holds_itself(types: &Types, id: TypeId, among: &BTreeSet<TypeId>) -> bool {
    let mut met = BTreeSet::new();
    let mut open = next(types, id);
    while let Some(at) = open.pop() {
        if at == id {
            return true;
        }
        if among.contains(&at) && met.insert(at) {
            open.extend(next(types, at));
        }
    }
    false
}

/// The definitions that an alias is made of.
fn next(types: &Types, id: TypeId) -> Vec<TypeId> {
    let mut found = Vec::new();
    if let Shape::Alias(ty) = &types[id].shape {
        ty.each_named(&mut |id| found.push(id));
    }
    found
}
