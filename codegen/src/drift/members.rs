//! Which member of an old union stands for which member of a new one: by what they are, never by their order.
//! Knows the IR only.

use std::collections::BTreeSet;

use super::types::{Types, field};
use super::view::{Extra, Member, Object, View};
use crate::ir::{Field, Place, Type, TypeId};

/// How deep two types are looked into before they are taken to be the same.
const MAX_DEPTH: usize = 40;

/// Members by their index in the old and the new union.
pub(super) struct Matching {
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) removed: Vec<usize>,
    pub(super) added: Vec<usize>,
}

/// Members that are the same find each other first, then those that are alike, the most alike first.
pub(super) fn matching<'a>(
    types: &mut Types<'a>,
    old: &[Member<'a>],
    new: &[Member<'a>],
) -> Matching {
    let mut likenesses = Vec::new();
    let mut same = BTreeSet::new();
    for (i, a) in old.iter().enumerate() {
        for (j, b) in new.iter().enumerate() {
            if types.same_view(&a.view, &b.view, 0) {
                same.insert((i, j));
                likenesses.push((u32::MAX, i, j));
            } else if let Some(likeness) = likeness(types, a, b) {
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
fn likeness<'a>(types: &mut Types<'a>, a: &Member<'a>, b: &Member<'a>) -> Option<u32> {
    let named = match (a.id, b.id) {
        (Some(a), Some(b)) => component(types.old.api, a)
            .is_some_and(|name| component(types.new.api, b) == Some(name)),
        _ => false,
    };
    let named_bonus = if named { 500 } else { 0 };
    match (&a.view, &b.view) {
        (View::Object(a), View::Object(b)) => {
            let tag = tags_agree(types, a, b);
            if tag == Some(false) && !named {
                return None;
            }
            let shared = shared_percent(a, b);
            let related = tag == Some(true) || named || shared >= 30;
            related.then_some(named_bonus + shared * 3 + if tag == Some(true) { 300 } else { 0 })
        }
        (View::Array(a, ..), View::Array(b, ..)) => {
            let ((a, _), (b, _)) = (types.old.see(a), types.new.see(b));
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
fn tags_agree<'a>(types: &mut Types<'a>, a: &Object<'a>, b: &Object<'a>) -> Option<bool> {
    let mut agree = None;
    for one in a.fields {
        let Some(other) = field(b, &one.wire) else {
            continue;
        };
        let (Some(x), Some(y)) = (
            constants(&types.old.see(&one.ty).0.view),
            constants(&types.new.see(&other.ty).0.view),
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

/// Whether types allow the same messages, whatever is said about them.
impl<'a> Types<'a> {
    fn same_type(&mut self, a: &'a Type, b: &'a Type, depth: usize) -> bool {
        use crate::ir::Kind::Named;
        if depth > MAX_DEPTH {
            return true;
        }
        let ((old, old_null), (new, new_null)) = (self.old.see(a), self.new.see(b));
        if old_null != new_null {
            return false;
        }
        let (Named(x), Named(y)) = (&a.kind, &b.kind) else {
            return self.same_view(&old.view, &new.view, depth);
        };
        if let Some(known) = self.same.get(&(*x, *y)) {
            return *known;
        }
        // Met again inside itself, it is the same unless something else differs.
        self.same.insert((*x, *y), true);
        let same = self.same_view(&old.view, &new.view, depth);
        self.same.insert((*x, *y), same);
        same
    }

    pub(super) fn same_view(&mut self, old: &View<'a>, new: &View<'a>, depth: usize) -> bool {
        match (old, new) {
            (View::Any, View::Any)
            | (View::Never, View::Never)
            | (View::Null, View::Null)
            | (View::Base64, View::Base64)
            | (View::Binary, View::Binary) => true,
            (View::Replaced(a), View::Replaced(b)) => a == b,
            (View::Boolean(a), View::Boolean(b)) => a == b,
            (View::Integer(a), View::Integer(b)) => a == b,
            (View::Number(a), View::Number(b)) => a == b,
            (View::Text(a), View::Text(b)) => a == b,
            (View::Values(a), View::Values(b)) => {
                a.len() == b.len() && a.iter().all(|value| b.contains(value))
            }
            (View::Array(a, a_size, a_unique), View::Array(b, b_size, b_unique)) => {
                a_size == b_size && a_unique == b_unique && self.same_type(a, b, depth + 1)
            }
            (View::Object(a), View::Object(b)) => self.same_object(a, b, depth + 1),
            (View::Union(a), View::Union(b)) => {
                let found = |types: &mut Self, x: &Member<'a>, turned: bool| {
                    let others = if turned { a } else { b };
                    others.iter().any(|y| match turned {
                        false => types.same_view(&x.view, &y.view, depth + 1),
                        true => types.same_view(&y.view, &x.view, depth + 1),
                    })
                };
                a.iter().all(|x| found(self, x, false)) && b.iter().all(|y| found(self, y, true))
            }
            _ => false,
        }
    }

    fn same_object(&mut self, a: &Object<'a>, b: &Object<'a>, depth: usize) -> bool {
        let presence = |x: &Field, y: &Field| x.presence == y.presence && x.only == y.only;
        let extra = match (a.extra, b.extra) {
            (Extra::Closed, Extra::Closed) | (Extra::Open, Extra::Open) => true,
            (Extra::Typed(x), Extra::Typed(y)) => self.same_type(x, y, depth),
            _ => false,
        };
        extra
            && a.fields.len() == b.fields.len()
            && a.size == b.size
            && a.forbidden.iter().all(|name| b.forbidden.contains(name))
            && a.forbidden.len() == b.forbidden.len()
            && a.require_any == b.require_any
            && a.fields.iter().all(|x| {
                field(b, &x.wire)
                    .is_some_and(|y| presence(x, y) && x.docs.default == y.docs.default)
            })
            && a.fields
                .iter()
                .all(|x| field(b, &x.wire).is_some_and(|y| self.same_type(&x.ty, &y.ty, depth)))
    }
}
