//! The two APIs that are compared, and whether types of them are the same. Knows the IR only.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::view::{self, Extra, Member, Object, Seen, View};
use crate::ir::{Api, Field, Kind, Type, TypeId};

/// How deep two types are looked into before they are taken to be the same.
const MAX_DEPTH: usize = 40;

/// One of the two APIs, and what was seen of it.
pub(super) struct Side<'a> {
    pub(super) api: &'a Api,
    seen: HashMap<TypeId, Rc<Seen<'a>>>,
    /// Definitions that stand for others with the same structure.
    shared: HashSet<TypeId>,
}

impl<'a> Side<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self {
            api,
            seen: HashMap::new(),
            shared: api
                .types
                .iter()
                .filter_map(|(_, definition)| definition.standing.target())
                .collect(),
        }
    }

    pub(super) fn is_shared(&self, id: Option<TypeId>) -> bool {
        id.is_none_or(|id| self.shared.contains(&id))
    }

    /// What a type is, and whether `null` is one of its values.
    pub(super) fn see(&mut self, ty: &'a Type) -> (Rc<Seen<'a>>, bool) {
        let api = self.api;
        let seen = match ty.kind {
            Kind::Named(id) => {
                let entry = self.seen.entry(id);
                Rc::clone(entry.or_insert_with(|| Rc::new(view::see(api, &ty.kind))))
            }
            _ => Rc::new(view::see(api, &ty.kind)),
        };
        let nullable = ty.nullable || seen.nullable;
        (seen, nullable)
    }
}

/// Both APIs.
pub(super) struct Sides<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    same: HashMap<(Which, Which), bool>,
    /// Pairs that are the same, as far as is known, in the order in which they were met.
    taken: Vec<(Which, Which)>,
}

/// Which type it is: a definition, or one that stands at some place of the IR.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Which {
    Definition(TypeId),
    At(*const Type),
}

impl Which {
    pub(super) fn of(ty: &Type) -> Self {
        match ty.kind {
            Kind::Named(id) => Self::Definition(id),
            _ => Self::At(ty),
        }
    }
}

impl<'a> Sides<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Self {
        Self {
            old: Side::new(old),
            new: Side::new(new),
            same: HashMap::new(),
            taken: Vec::new(),
        }
    }
}

/// The property of an object with this name in messages.
pub(super) fn field<'a>(object: &Object<'a>, wire: &str) -> Option<&'a Field> {
    object.fields.iter().find(|field| field.wire == wire)
}

/// Whether types allow the same messages, whatever is said about them.
impl<'a> Sides<'a> {
    fn same_type(&mut self, a: &'a Type, b: &'a Type, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let ((old, old_null), (new, new_null)) = (self.old.see(a), self.new.see(b));
        if old_null != new_null {
            return false;
        }
        let both = (Which::of(a), Which::of(b));
        if let Some(known) = self.same.get(&both) {
            return *known;
        }
        // Met again inside itself, it is the same unless something else differs.
        self.same.insert(both, true);
        let since = self.taken.len();
        self.taken.push(both);
        let same = self.same_view(&old.view, &new.view, depth);
        if !same {
            // What was the same only if this is, is not known.
            for both in self.taken.drain(since..) {
                self.same.remove(&both);
            }
            self.same.insert(both, false);
        }
        same
    }

    pub(super) fn same_view(&mut self, old: &View<'a>, new: &View<'a>, depth: usize) -> bool {
        match (old, new) {
            (View::Any, View::Any)
            | (View::Never, View::Never)
            | (View::Null, View::Null)
            | (View::Base64, View::Base64) => true,
            (View::Replaced(a), View::Replaced(b)) => a == b,
            (View::Boolean(a), View::Boolean(b)) => a == b,
            (View::Integer(a), View::Integer(b)) => a == b,
            (View::Number(a), View::Number(b)) => a == b,
            (View::Text(a), View::Text(b)) | (View::Binary(a), View::Binary(b)) => a == b,
            (View::Values(a), View::Values(b)) => {
                a.len() == b.len() && a.iter().all(|value| b.contains(value))
            }
            (View::Array(a, a_size, a_unique), View::Array(b, b_size, b_unique)) => {
                a_size == b_size && a_unique == b_unique && self.same_type(a, b, depth + 1)
            }
            (View::Object(a), View::Object(b)) => self.same_object(a, b, depth + 1),
            (View::Union(a), View::Union(b)) => {
                let found = |sides: &mut Self, x: &Member<'a>, turned: bool| {
                    let others = if turned { a } else { b };
                    others.iter().any(|y| match turned {
                        false => sides.same_view(&x.view, &y.view, depth + 1),
                        true => sides.same_view(&y.view, &x.view, depth + 1),
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
