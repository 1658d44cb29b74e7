//! Which member of an old union stands for which member of a new one: by what they are, never by their order.
//! Knows the IR only.

use std::collections::BTreeSet;

use super::sides::{Sides, field};
use super::view::{Member, Object, View};
use crate::ir::{Place, TypeId};

/// Members by their index in the old and the new union.
pub(super) struct Matching {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Members that are the same find each other first, then those that are alike, the most alike first.
pub(super) fn matching<'a>(
    sides: &mut Sides<'a>,
    old: &[Member<'a>],
    new: &[Member<'a>],
) -> Matching {
    let mut likenesses = Vec::new();
    let mut same = BTreeSet::new();
    for (i, a) in old.iter().enumerate() {
        for (j, b) in new.iter().enumerate() {
            if sides.same_view(&a.view, &b.view, 0) {
                same.insert((i, j));
                likenesses.push((u32::MAX, i, j));
            } else if let Some(likeness) = likeness(sides, a, b) {
                likenesses.push((likeness, i, j));
            }
        }
    }
    likenesses.sort_by_key(|(likeness, i, j)| (std::cmp::Reverse(*likeness), i.abs_diff(*j), *i));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in likenesses {
        if pairs.iter().all(|(a, b)| *a != i && *b != j) {
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    // A member that is there twice is there.
    let removed = (0..old.len()).filter(|i| {
        pairs.iter().all(|(a, _)| a != i) && !(0..new.len()).any(|j| same.contains(&(*i, j)))
    });
    let added = (0..new.len()).filter(|j| {
        pairs.iter().all(|(_, b)| b != j) && !(0..old.len()).any(|i| same.contains(&(i, *j)))
    });
    Matching {
        removed: removed.collect(),
        added: added.collect(),
        pairs,
    }
}

/// How much alike two members are that are not the same; `None` when they have nothing to do with each other.
fn likeness<'a>(sides: &mut Sides<'a>, a: &Member<'a>, b: &Member<'a>) -> Option<u32> {
    let named = match (a.id, b.id) {
        (Some(a), Some(b)) => component(sides.old.api, a)
            .is_some_and(|name| component(sides.new.api, b) == Some(name)),
        _ => false,
    };
    let named_bonus = if named { 500 } else { 0 };
    match (&a.view, &b.view) {
        (View::Object(a), View::Object(b)) => {
            let tag = tags_agree(sides, a, b);
            if tag == Some(false) && !named {
                return None;
            }
            let shared = shared_percent(a, b);
            let related = tag == Some(true) || named || shared >= 30;
            related.then_some(named_bonus + shared * 3 + if tag == Some(true) { 300 } else { 0 })
        }
        (View::Array(a, ..), View::Array(b, ..)) => {
            let ((a, _), (b, _)) = (sides.old.see(a), sides.new.see(b));
            let alike = std::mem::discriminant(&a.view) == std::mem::discriminant(&b.view);
            Some(if alike { 60 } else { 10 })
        }
        (View::Values(_), View::Text(_)) | (View::Text(_), View::Values(_)) => Some(5),
        (View::Integer(_), View::Number(_)) | (View::Number(_), View::Integer(_)) => Some(20),
        (a, b) => (std::mem::discriminant(a) == std::mem::discriminant(b)).then_some(50),
    }
}

fn component(api: &crate::ir::Api, id: TypeId) -> Option<&str> {
    match &api.types[id].place {
        Place::Component(name) => Some(name),
        _ => None,
    }
}

/// Whether properties with constants agree; `None` when there are none that both have.
fn tags_agree<'a>(sides: &mut Sides<'a>, a: &Object<'a>, b: &Object<'a>) -> Option<bool> {
    let mut agree = None;
    for one in a.fields {
        let Some(other) = field(b, &one.wire) else {
            continue;
        };
        let (Some(x), Some(y)) = (
            constants(&sides.old.see(&one.ty).0.view),
            constants(&sides.new.see(&other.ty).0.view),
        ) else {
            continue;
        };
        if x.is_disjoint(&y) {
            return Some(false);
        }
        // A list of states that both have says little; a constant of their own says what they are.
        if x.len() == 1 || y.len() == 1 {
            agree = Some(true);
        }
    }
    agree
}

fn constants(view: &View<'_>) -> Option<BTreeSet<String>> {
    match view {
        View::Values(values) => Some(values.iter().map(|value| (*value).to_string()).collect()),
        View::Boolean(Some(only)) => Some(BTreeSet::from([only.to_string()])),
        View::Integer(rules) if !rules.allowed.is_empty() => {
            Some(rules.allowed.iter().map(i128::to_string).collect())
        }
        _ => None,
    }
}

/// How many of the properties of both objects both have, in percent.
fn shared_percent(a: &Object<'_>, b: &Object<'_>) -> u32 {
    let names = |object: &Object<'_>| -> BTreeSet<String> {
        object
            .fields
            .iter()
            .map(|field| field.wire.clone())
            .collect()
    };
    let (a, b) = (names(a), names(b));
    let all = a.union(&b).count();
    if all == 0 {
        return 100;
    }
    u32::try_from(a.intersection(&b).count() * 100 / all).unwrap_or(0)
}
