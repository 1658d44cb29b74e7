//! The difference between two types, without regard to who sends and who reads. Knows the IR only.
//!
//! Two definitions that stand for each other are a [`Pair`]. A pair holds what differs in the definitions themselves
//! and leads to the pairs inside them, so each pair is compared once, however many operations reach it, and types
//! that contain themselves need no care.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::items::Touched;
use super::members;
use super::rules::{Bound, Facet, Shift};
use super::sides::{Sides, Which, field};
use super::view::{Extra, Member, Object, Seen, View};
use crate::exact::Exact;
use crate::ir::{
    self, Api, Docs, Field, Integer, Kind, Number, Place, Presence, Range, Shape, Size, Text, Type,
    TypeId, Width,
};
use crate::pointer::Pointer;

/// One step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step<'a> {
    Property(&'a str),
    Item,
    Value,
    Member(&'a str),
}

/// Something that differs.
#[derive(Clone, Debug)]
pub(super) struct Delta<'a> {
    pub(super) facet: Facet,
    /// The way from the pair to the place.
    pub(super) path: Vec<Step<'a>>,
    pub(super) message: String,
    pub(super) old: Option<&'a Pointer>,
    pub(super) new: Option<&'a Pointer>,
    pub(super) touched: (Touched<'a>, Touched<'a>),
}

/// Two types that stand for each other.
#[derive(Debug, Default)]
pub(super) struct Pair<'a> {
    pub(super) deltas: Vec<Delta<'a>>,
    pub(super) inside: Vec<(Vec<Step<'a>>, PairId)>,
    /// The definitions.
    pub(super) ids: Option<(TypeId, TypeId)>,
}

/// Index of a [`Pair`].
pub(super) type PairId = usize;

/// A place in both documents.
#[derive(Clone, Debug)]
pub(super) struct Spot<'a> {
    pub(super) path: Vec<Step<'a>>,
    pub(super) old: &'a Pointer,
    pub(super) new: &'a Pointer,
    pub(super) touched: (Touched<'a>, Touched<'a>),
}

impl<'a> Spot<'a> {
    fn step(&self, step: Step<'a>) -> Self {
        let mut spot = self.clone();
        spot.path.push(step);
        spot
    }
}

/// Compares the types of two APIs.
pub(super) struct Types<'a> {
    pub(super) sides: Sides<'a>,
    pub(super) pairs: Vec<Pair<'a>>,
    /// Where the messages go that are compared: what is not meant for them is not there.
    going: ir::Side,
    known: HashMap<(ir::Side, Which, Which), PairId>,
    /// Pairs that wait for their comparison, with the place where they were met first.
    open: Vec<(PairId, Spot<'a>, &'a Type, &'a Type)>,
    known_docs: Option<HashSet<KnownDocs<'a>>>,
}

impl<'a> Types<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Self {
        Self {
            sides: Sides::new(old, new),
            pairs: Vec::new(),
            going: ir::Side::Request,
            known: HashMap::new(),
            open: Vec::new(),
            known_docs: None,
        }
    }

    /// A pair that is no pair of definitions: a parameter, a body, a header.
    pub(super) fn root(
        &mut self,
        going: ir::Side,
        spot: &Spot<'a>,
        old: &'a Type,
        new: &'a Type,
    ) -> PairId {
        self.going = going;
        let mut pair = Pair::default();
        self.definitions(spot, old, new, &mut pair);
        self.compare(spot, old, new, &mut pair);
        self.add(pair)
    }

    /// The same for two parameters.
    pub(super) fn root_field(&mut self, spot: &Spot<'a>, old: &'a Field, new: &'a Field) -> PairId {
        self.going = ir::Side::Request;
        let mut pair = Pair::default();
        self.field(spot, old, new, &mut pair);
        self.add(pair)
    }

    fn add(&mut self, pair: Pair<'a>) -> PairId {
        self.pairs.push(pair);
        let id = self.pairs.len() - 1;
        self.settle();
        id
    }

    /// Compares what waits. A list, not a recursion: definitions can be nested without end.
    fn settle(&mut self) {
        while let Some((id, spot, old, new)) = self.open.pop() {
            let (old, _) = self.sides.old.see(old);
            let (new, _) = self.sides.new.see(new);
            let mut pair = std::mem::take(&mut self.pairs[id]);
            let spot = match pair.ids {
                Some((old_id, new_id)) => {
                    self.definition(old.id.unwrap_or(old_id), new.id.unwrap_or(new_id))
                }
                None => spot,
            };
            self.views(&spot, &old, &new, &mut pair);
            self.pairs[id] = pair;
        }
    }

    /// Two definitions, wherever they are used.
    fn definition(&self, old: TypeId, new: TypeId) -> Spot<'a> {
        Spot {
            path: Vec::new(),
            old: &self.sides.old.api.types[old].pointer,
            new: &self.sides.new.api.types[new].pointer,
            touched: (Touched::Definition(old), Touched::Definition(new)),
        }
    }

    fn compare(&mut self, spot: &Spot<'a>, old: &'a Type, new: &'a Type, pair: &mut Pair<'a>) {
        let (old_seen, old_null) = self.sides.old.see(old);
        let (new_seen, new_null) = self.sides.new.see(new);
        let any = |seen: &Seen<'_>| matches!(seen.view, View::Any | View::Null | View::Never);
        if old_null != new_null && !any(&old_seen) && !any(&new_seen) {
            let (facet, message) = match new_null {
                true => (Facet::BecameNullable, "`null` is allowed now"),
                false => (Facet::BecameNotNullable, "`null` is not allowed any more"),
            };
            pair.push(spot, facet, message);
        }
        // What stands there as it is ends; names and unions, which are looked at through names, can come back to themselves.
        let names = named(old).is_some() || named(new).is_some();
        if names || old_seen.view.is_union() || new_seen.view.is_union() {
            let to = self.pair(spot, old, new);
            pair.inside.push((spot.path.clone(), to));
        } else {
            self.views(spot, &old_seen, &new_seen, pair);
        }
    }

    fn pair(&mut self, spot: &Spot<'a>, old: &'a Type, new: &'a Type) -> PairId {
        let key = (self.going, Which::of(old), Which::of(new));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let id = self.pairs.len();
        self.pairs.push(Pair {
            ids: named(old).zip(named(new)),
            ..Pair::default()
        });
        self.known.insert(key, id);
        let spot = Spot {
            path: Vec::new(),
            ..spot.clone()
        };
        self.open.push((id, spot, old, new));
        id
    }

    fn views(&mut self, spot: &Spot<'a>, old: &Seen<'a>, new: &Seen<'a>, pair: &mut Pair<'a>) {
        if old.view.is_union() || new.view.is_union() {
            self.unions(spot, old, new, pair);
        } else {
            self.plain_views(spot, &old.view, &new.view, pair);
        }
    }

    /// Lists of texts; each text of an enum is an item of its own.
    fn constants(&self, spot: &Spot<'a>, old: &[&str], new: &[&str], pair: &mut Pair<'a>) {
        let (old_api, new_api) = (self.sides.old.api, self.sides.new.api);
        for value in old.iter().filter(|value| !new.contains(value)) {
            let item = spot.touched.0.variant(old_api, value);
            pair.value_removed(spot, &quoted(value), item);
        }
        for value in new.iter().filter(|value| !old.contains(value)) {
            let item = spot.touched.1.variant(new_api, value);
            pair.value_added(spot, &quoted(value), item);
        }
    }

    fn plain_views(
        &mut self,
        spot: &Spot<'a>,
        old: &View<'a>,
        new: &View<'a>,
        pair: &mut Pair<'a>,
    ) {
        match (old, new) {
            (View::Any, View::Any)
            | (View::Never, View::Never)
            | (View::Null, View::Null)
            | (View::Base64, View::Base64) => {}
            (View::Replaced(a), View::Replaced(b)) if a == b => {}
            (View::Boolean(a), View::Boolean(b)) => {
                let list = |only: &Option<bool>| only.iter().map(bool::to_string).collect();
                pair.values(spot, list(a), list(b));
            }
            (View::Integer(a), View::Integer(b)) => pair.integers(spot, a, b),
            (View::Number(a), View::Number(b)) => pair.numbers(spot, a, b),
            (View::Text(a), View::Text(b)) | (View::Binary(a), View::Binary(b)) => {
                pair.texts(spot, a, b)
            }
            (View::Values(a), View::Values(b)) => self.constants(spot, a, b, pair),
            (View::Text(_), View::Values(b)) => pair.values(spot, Vec::new(), all_quoted(b)),
            (View::Values(a), View::Text(_)) => pair.values(spot, all_quoted(a), Vec::new()),
            (View::Object(a), View::Object(b)) => self.objects(spot, a, b, pair),
            (View::Array(a, a_size, a_unique), View::Array(b, b_size, b_unique)) => {
                pair.sizes(spot, *a_size, *b_size, Bound::MinItems, Bound::MaxItems);
                match (a_unique, b_unique) {
                    (false, true) => {
                        pair.push(spot, Facet::UniqueItemsSet, "items must differ now")
                    }
                    (true, false) => {
                        pair.push(
                            spot,
                            Facet::UniqueItemsUnset,
                            "items need not differ any more",
                        );
                    }
                    _ => {}
                }
                let inner = spot.step(Step::Item);
                self.definitions(&inner, a, b, pair);
                self.compare(&inner, a, b, pair);
            }
            _ => pair.type_change(spot, old, new),
        }
    }

    fn unions(&mut self, spot: &Spot<'a>, old: &Seen<'a>, new: &Seen<'a>, pair: &mut Pair<'a>) {
        let (olds, news) = (members_of(old, spot.old), members_of(new, spot.new));
        let matching = members::matching(&mut self.sides, &olds, &news);
        if matching.pairs.is_empty() {
            pair.type_change(spot, &old.view, &new.view);
            return;
        }
        if let (Some(a), Some(b)) = (
            Self::discriminator(self.sides.old.api, old),
            Self::discriminator(self.sides.new.api, new),
        ) && a != b
        {
            let message = format!("discriminator {a} → {b}");
            pair.push(spot, Facet::DiscriminatorChanged, message);
        }
        for (a, b) in matching.pairs {
            let (a, b) = (&olds[a], &news[b]);
            let label = if new.view.is_union() {
                b.label
            } else {
                a.label
            };
            let mut inner = spot.step(Step::Member(label));
            inner.old = a.pointer;
            inner.new = b.pointer;
            match (a.id, b.id) {
                (Some(a_id), Some(b_id)) => {
                    self.described(&inner, (a_id, b_id), pair);
                    let to = self.member_pair(a_id, b_id, a, b);
                    pair.inside.push((inner.path, to));
                }
                _ => self.plain_views(&inner, &a.view, &b.view, pair),
            }
        }
        for at in matching.removed {
            let mut delta = spot.delta(Facet::MemberRemoved, named_member(&olds[at], "removed"));
            delta.path.push(Step::Member(olds[at].label));
            delta.old = Some(olds[at].pointer);
            pair.deltas.push(delta);
        }
        for at in matching.added {
            let mut delta = spot.delta(Facet::MemberAdded, named_member(&news[at], "added"));
            delta.path.push(Step::Member(news[at].label));
            delta.new = Some(news[at].pointer);
            pair.deltas.push(delta);
        }
    }

    /// The property that tells the members apart, and the values that the document lists. A union without one may
    /// have it in the other document only because the IR learns it from a union of the same definitions.
    fn discriminator(api: &Api, seen: &Seen<'_>) -> Option<String> {
        let Shape::Union(union) = &api.types[seen.id?].shape else {
            return None;
        };
        let discriminator = union.discriminator.as_ref()?;
        let mut values: Vec<_> = discriminator
            .mapping
            .iter()
            .map(|(value, _)| Value::from(value.as_str()).to_string())
            .collect();
        values.sort();
        values.dedup();
        let values = if values.is_empty() {
            String::new()
        } else {
            format!(" ({})", list(&values))
        };
        Some(format!("`{}`{values}", discriminator.property))
    }

    /// The pair of two definitions that are members; compared at once, since a member has no [`Type`] of its own.
    fn member_pair(
        &mut self,
        a_id: TypeId,
        b_id: TypeId,
        a: &Member<'a>,
        b: &Member<'a>,
    ) -> PairId {
        let (old, new) = (Which::Definition(a_id), Which::Definition(b_id));
        if let Some(known) = self.known.get(&(self.going, old, new)) {
            return *known;
        }
        let id = self.pairs.len();
        self.pairs.push(Pair::default());
        self.known.insert((self.going, old, new), id);
        let mut pair = Pair {
            ids: Some((a_id, b_id)),
            ..Pair::default()
        };
        let spot = self.definition(a_id, b_id);
        self.plain_views(&spot, &a.view, &b.view, &mut pair);
        self.pairs[id] = pair;
        id
    }

    fn objects(
        &mut self,
        spot: &Spot<'a>,
        old: &Object<'a>,
        new: &Object<'a>,
        pair: &mut Pair<'a>,
    ) {
        let owners = spot.touched;
        let going = self.going;
        let meant = |field: &&Field| field.only.is_none_or(|side| side == going);
        let meant_field = |object, wire: &str| field(object, wire).filter(meant);
        for a in old.fields.iter().filter(meant) {
            let mut inner = spot.step(Step::Property(&a.wire));
            inner.old = &a.pointer;
            inner.touched.0 = Touched::field(owners.0, a);
            if let Some(b) = meant_field(new, &a.wire) {
                inner.new = &b.pointer;
                inner.touched.1 = Touched::field(owners.1, b);
                self.field(&inner, a, b, pair);
                continue;
            }
            inner.touched.1 = Touched::Nothing;
            let forbidden = new.forbidden.contains(&a.wire);
            let (facet, message) = match needed(a) {
                _ if forbidden => (
                    Facet::PropertyForbidden,
                    "property must not be there any more",
                ),
                Presence::Optional => (Facet::OptionalRemoved, "optional property removed"),
                Presence::Lenient => (
                    Facet::OptionalRemoved,
                    "property removed that could be left out in practice",
                ),
                Presence::Required | Presence::OnItsSide => {
                    (Facet::RequiredRemoved, "required property removed")
                }
            };
            pair.push(&inner, facet, message);
        }
        for b in new.fields.iter().filter(meant) {
            if meant_field(old, &b.wire).is_some() {
                continue;
            }
            let mut inner = spot.step(Step::Property(&b.wire));
            inner.new = &b.pointer;
            inner.touched = (Touched::Nothing, Touched::field(owners.1, b));
            let (facet, message) = added(b, "property");
            pair.push(&inner, facet, message);
        }
        self.beyond_fields(spot, old, new, pair);
    }

    /// What objects differ in beside their declared properties.
    fn beyond_fields(
        &mut self,
        spot: &Spot<'a>,
        old: &Object<'a>,
        new: &Object<'a>,
        pair: &mut Pair<'a>,
    ) {
        let declared = |object: &Object<'_>, name: &str| field(object, name).is_some();
        for name in old.forbidden.iter().filter(|n| !new.forbidden.contains(n)) {
            if !declared(new, name) {
                let inner = spot.step(Step::Property(name));
                pair.push(
                    &inner,
                    Facet::PropertyNotForbidden,
                    "property may be there now",
                );
            }
        }
        for name in new.forbidden.iter().filter(|n| !old.forbidden.contains(n)) {
            if !declared(old, name) {
                let inner = spot.step(Step::Property(name));
                pair.push(
                    &inner,
                    Facet::PropertyForbidden,
                    "property must not be there any more",
                );
            }
        }
        if sets(old.require_any) != sets(new.require_any) {
            let message = format!(
                "one of these must be there: {} → {}",
                sets_text(old.require_any),
                sets_text(new.require_any)
            );
            pair.push(spot, Facet::RequiredSetsChanged, message);
        }
        pair.sizes(
            spot,
            old.size,
            new.size,
            Bound::MinProperties,
            Bound::MaxProperties,
        );
        let (facet, message) = match (old.extra, new.extra) {
            (Extra::Closed, Extra::Closed) | (Extra::Open, Extra::Open) => return,
            (Extra::Typed(a), Extra::Typed(b)) => {
                let inner = spot.step(Step::Value);
                self.definitions(&inner, a, b, pair);
                return self.compare(&inner, a, b, pair);
            }
            (_, Extra::Closed) => (
                Facet::BecameClosed,
                "other properties are not allowed any more",
            ),
            (Extra::Closed, _) => (Facet::BecameOpen, "other properties are allowed now"),
            (Extra::Open, Extra::Typed(_)) => {
                (Facet::AdditionalTyped, "other properties have a type now")
            }
            (Extra::Typed(_), Extra::Open) => (
                Facet::AdditionalUntyped,
                "other properties may be of any type now",
            ),
        };
        pair.push(spot, facet, message);
    }

    fn field(&mut self, spot: &Spot<'a>, old: &'a Field, new: &'a Field, pair: &mut Pair<'a>) {
        pair.presence(spot, old, new);
        let (old_said, new_said) = (
            Said::by(self.sides.old.api, &old.docs, &old.ty),
            Said::by(self.sides.new.api, &new.docs, &new.ty),
        );
        let owners = (spot.touched.0.definition(), spot.touched.1.definition());
        let types = [
            named(&old.ty).is_some_and(|id| self.sides.old.is_shared(Some(id))),
            named(&new.ty).is_some_and(|id| self.sides.new.is_shared(Some(id))),
        ];
        let shared = (self.is_shared(owners), types.contains(&true));
        self.said(spot, &old.wire, (old_said, new_said), shared, pair);
        self.compare(spot, &old.ty, &new.ty, pair);
    }

    /// What is said about two types where no property says it.
    fn definitions(&mut self, spot: &Spot<'a>, old: &Type, new: &Type, pair: &mut Pair<'a>) {
        if let (Kind::Named(a), Kind::Named(b)) = (&old.kind, &new.kind) {
            self.described(spot, (*a, *b), pair);
        }
    }

    fn described(&mut self, spot: &Spot<'a>, (a, b): (TypeId, TypeId), pair: &mut Pair<'a>) {
        let old = Said::only_described(&self.sides.old.api.types[a].docs);
        let new = Said::only_described(&self.sides.new.api.types[b].docs);
        let shared = self.is_shared((Some(a), Some(b)));
        self.said(spot, "", (old, new), (shared, false), pair);
    }

    fn is_shared(&self, (old, new): (Option<TypeId>, Option<TypeId>)) -> bool {
        self.sides.old.is_shared(old) || self.sides.new.is_shared(new)
    }

    /// Docs that were not said of such a property before. Of definitions with one structure, the IR keeps the docs of
    /// one only, so that another one's may come to light without a change of the document.
    fn said(
        &mut self,
        spot: &Spot<'a>,
        name: &'a str,
        (old, new): (Said<'a>, Said<'a>),
        (shared, by_type): (bool, bool),
        pair: &mut Pair<'a>,
    ) {
        pair.defaults(spot, old.default, new.default);
        let key = |said: Said<'a>| (name, said.title, said.description, said.deprecated);
        if key(old) == key(new) {
            return;
        }
        if shared && self.known_docs().contains(&key(new)) {
            return;
        }
        // What is said of a type may stand at the type in one document, and at the property in the other.
        let of_type = ("", new.title, new.description, false);
        let silent = new.title.is_none() && new.description.is_none();
        let moved = by_type && !silent && old.deprecated == new.deprecated;
        if moved && self.known_docs().contains(&of_type) {
            return;
        }
        match (old.deprecated, new.deprecated) {
            (false, true) => pair.push(spot, Facet::Deprecated, "deprecated"),
            (true, false) => pair.push(spot, Facet::Reactivated, "not deprecated any more"),
            _ => {}
        }
        if (old.title, old.description) != (new.title, new.description) {
            pair.push(spot, Facet::DescriptionChanged, "description changed");
        }
    }

    /// Everything that the old document says about properties of a name; the empty name is for definitions.
    fn known_docs(&mut self) -> &HashSet<KnownDocs<'a>> {
        let api = self.sides.old.api;
        self.known_docs.get_or_insert_with(|| {
            let mut known = HashSet::new();
            for (_, definition) in api.types.iter() {
                let said = Said::only_described(&definition.docs);
                known.insert(("", said.title, said.description, false));
                let Shape::Struct(object) = &definition.shape else {
                    continue;
                };
                for field in &object.fields {
                    let said = Said::by(api, &field.docs, &field.ty);
                    known.insert((&field.wire, said.title, said.description, said.deprecated));
                }
            }
            known
        })
    }
}

/// The definition that a type names.
fn named(ty: &Type) -> Option<TypeId> {
    match ty.kind {
        Kind::Named(id) => Some(id),
        _ => None,
    }
}

/// A name, its title and description, and whether it is deprecated.
type KnownDocs<'a> = (&'a str, Option<&'a str>, Option<&'a str>, bool);

/// What is said about a value: at the property, or else at the definition of its type.
#[derive(Clone, Copy)]
struct Said<'a> {
    title: Option<&'a str>,
    description: Option<&'a str>,
    deprecated: bool,
    default: Option<&'a Value>,
}

impl<'a> Said<'a> {
    fn of(docs: &'a Docs) -> Self {
        Self {
            title: docs.title.as_deref(),
            description: docs.description.as_deref(),
            deprecated: docs.deprecated,
            default: docs.default.as_ref(),
        }
    }

    fn only_described(docs: &'a Docs) -> Self {
        Self {
            title: docs.title.as_deref(),
            description: docs.description.as_deref(),
            deprecated: false,
            default: None,
        }
    }

    /// At a property, or else at the component that it refers to. Inline definitions say nothing of their own.
    fn by(api: &'a Api, docs: &'a Docs, ty: &'a Type) -> Self {
        let mut said = Self::of(docs);
        let mut ty = ty;
        // Bounded, since aliases may go in a circle.
        for _ in 0..32 {
            let Kind::Named(id) = ty.kind else {
                break;
            };
            let definition = &api.types[id];
            if matches!(definition.place, Place::Component(_)) {
                let docs = &definition.docs;
                said.title = said.title.or(docs.title.as_deref());
                said.description = said.description.or(docs.description.as_deref());
                said.deprecated |= docs.deprecated;
                said.default = said.default.or(docs.default.as_ref());
            }
            match &definition.shape {
                Shape::Alias(target) => ty = target,
                _ => break,
            }
        }
        said
    }
}

fn members_of<'a>(seen: &Seen<'a>, pointer: &'a Pointer) -> Vec<Member<'a>> {
    let mut members = match &seen.view {
        View::Union(members) => members.clone(),
        view => vec![Member {
            view: view.clone(),
            id: seen.id,
            label: "",
            pointer,
        }],
    };
    for member in &mut members {
        if member.pointer.as_str().is_empty() {
            member.pointer = pointer;
        }
    }
    members
}

fn named_member(member: &Member<'_>, verb: &str) -> String {
    format!(
        "union member `{}` ({}) {verb}",
        member.label,
        member.view.describe()
    )
}

/// Whether a property must be in the messages that it is meant for.
fn needed(field: &Field) -> Presence {
    match field.presence {
        Presence::OnItsSide => Presence::Required,
        other => other,
    }
}

/// What to say about a new property or parameter.
pub(super) fn added(field: &Field, noun: &str) -> (Facet, String) {
    match field.presence {
        Presence::Required | Presence::OnItsSide => {
            (Facet::RequiredAdded, format!("required {noun} added"))
        }
        Presence::Lenient => (
            Facet::RequiredWithDefaultAdded,
            format!("required {noun} added that may be left out in practice"),
        ),
        Presence::Optional => (Facet::OptionalAdded, format!("optional {noun} added")),
    }
}

fn all_quoted(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| quoted(value)).collect()
}

fn quoted(value: &str) -> String {
    Value::from(value).to_string()
}

fn sets(sets: &[Vec<String>]) -> std::collections::BTreeSet<std::collections::BTreeSet<&str>> {
    sets.iter()
        .map(|set| set.iter().map(String::as_str).collect())
        .collect()
}

fn sets_text(sets: &[Vec<String>]) -> String {
    let texts: Vec<String> = sets
        .iter()
        .map(|set| format!("`{}`", set.join("` and `")))
        .collect();
    if texts.is_empty() {
        return "no rule".to_string();
    }
    texts.join(", ")
}

impl<'a> Spot<'a> {
    pub(super) fn delta(&self, facet: Facet, message: impl Into<String>) -> Delta<'a> {
        Delta {
            facet,
            path: self.path.clone(),
            message: message.into(),
            old: self.touched.0.is_something().then_some(self.old),
            new: self.touched.1.is_something().then_some(self.new),
            touched: self.touched,
        }
    }
}

impl<'a> Pair<'a> {
    pub(super) fn push(&mut self, spot: &Spot<'a>, facet: Facet, message: impl Into<String>) {
        self.deltas.push(spot.delta(facet, message));
    }

    fn type_change(&mut self, spot: &Spot<'a>, old: &View<'a>, new: &View<'a>) {
        let facet = match (old, new) {
            (_, View::Any) | (View::Integer(_), View::Number(_)) | (View::Never, _) => {
                Facet::TypeGeneralized
            }
            (View::Any, _) | (View::Number(_), View::Integer(_)) | (_, View::Never) => {
                Facet::TypeSpecialized
            }
            _ => Facet::TypeChanged,
        };
        self.push(
            spot,
            facet,
            format!("type {} → {}", old.describe(), new.describe()),
        );
    }

    /// Lists of constants; an empty one means that there is no list.
    fn values(&mut self, spot: &Spot<'a>, old: Vec<String>, new: Vec<String>) {
        match (old.is_empty(), new.is_empty()) {
            (true, true) => {}
            (true, false) => {
                let message = format!("only listed values are allowed now: {}", list(&new));
                self.push(spot, Facet::BecameEnum, message);
            }
            (false, true) => {
                let message = format!("other values than {} are allowed now", list(&old));
                self.push(spot, Facet::BecameNotEnum, message);
            }
            (false, false) => {
                for value in old.iter().filter(|value| !new.contains(value)) {
                    self.value_removed(spot, value, None);
                }
                for value in new.iter().filter(|value| !old.contains(value)) {
                    self.value_added(spot, value, None);
                }
            }
        }
    }

    /// A value that is gone, with the item that it was where it was one by itself.
    fn value_removed(&mut self, spot: &Spot<'a>, value: &str, item: Option<Touched<'a>>) {
        let mut delta = spot.delta(Facet::EnumValueRemoved, format!("value {value} removed"));
        if let Some(item) = item {
            delta.touched = (item, Touched::Nothing);
        }
        self.deltas.push(delta);
    }

    /// A value that is new, with the item that it is where it is one by itself.
    fn value_added(&mut self, spot: &Spot<'a>, value: &str, item: Option<Touched<'a>>) {
        let mut delta = spot.delta(Facet::EnumValueAdded, format!("value {value} added"));
        if let Some(item) = item {
            delta.touched = (Touched::Nothing, item);
        }
        self.deltas.push(delta);
    }

    fn integers(&mut self, spot: &Spot<'a>, old: &Integer, new: &Integer) {
        let list = |rules: &Integer| rules.allowed.iter().map(i128::to_string).collect();
        self.values(spot, list(old), list(new));
        self.widths(spot, old, new);
        let (old, new) = told_apart(old, new);
        self.ranges(spot, old, new);
    }

    /// A wider integer is one that has more values, as far as the bounds beside it let it.
    fn widths(&mut self, spot: &Spot<'a>, old: &Integer, new: &Integer) {
        if old.width == new.width {
            return;
        }
        let ((old_min, old_max), (new_min, new_max)) = (reach(old), reach(new));
        let facet = match (
            new_min <= old_min && old_max <= new_max,
            old_min <= new_min && new_max <= old_max,
        ) {
            (true, true) => Facet::FormatChanged,
            (true, false) => Facet::WidthGrew,
            (false, true) => Facet::WidthShrank,
            (false, false) => Facet::TypeChanged,
        };
        let message = format!("integer of {} → {}", width(old.width), width(new.width));
        self.push(spot, facet, message);
    }

    fn numbers(&mut self, spot: &Spot<'a>, old: &Number, new: &Number) {
        let list = |rules: &Number| rules.allowed.iter().map(Exact::to_string).collect();
        self.values(spot, list(old), list(new));
        self.ranges(spot, old.range, new.range);
    }

    fn ranges(&mut self, spot: &Spot<'a>, old: Range, new: Range) {
        let side = |bound: Option<Exact>, exclusive| bound.map(|bound| (bound, exclusive));
        self.side(
            spot,
            (Bound::Max, Bound::ExclusiveMax),
            side(old.max, old.exclusive_max),
            side(new.max, new.exclusive_max),
        );
        self.side(
            spot,
            (Bound::Min, Bound::ExclusiveMin),
            side(old.min, old.exclusive_min),
            side(new.min, new.exclusive_min),
        );
        self.bound(spot, Bound::MultipleOf, old.multiple_of, new.multiple_of);
    }

    /// One side of a range, each with whether the bound itself is out. A bound that only went in or out is one change.
    fn side(
        &mut self,
        spot: &Spot<'a>,
        (inclusive, exclusive): (Bound, Bound),
        old: Option<(Exact, bool)>,
        new: Option<(Exact, bool)>,
    ) {
        let value = |side: Option<(Exact, bool)>| side.map(|(bound, _)| bound);
        let out = |side: Option<(Exact, bool)>| side.filter(|(_, out)| *out);
        match (old, new) {
            (Some((a, before)), Some((b, after))) if before != after && a == b => {
                self.bound(spot, exclusive, value(out(old)), value(out(new)));
            }
            (Some((_, true)) | None, Some((_, true)) | None) => {
                self.bound(spot, exclusive, value(old), value(new));
            }
            _ => self.bound(spot, inclusive, value(old), value(new)),
        }
    }

    fn texts(&mut self, spot: &Spot<'a>, old: &Text, new: &Text) {
        self.sizes(
            spot,
            old.length,
            new.length,
            Bound::MinLength,
            Bound::MaxLength,
        );
        if old.format != new.format {
            let word = |format: &Option<String>| format.clone().unwrap_or("none".to_string());
            let message = format!("format {} → {}", word(&old.format), word(&new.format));
            self.push(spot, Facet::FormatChanged, message);
        }
        let (facet, message) = match (&old.pattern, &new.pattern) {
            (None, Some(new)) => (Facet::PatternAdded, format!("pattern `{new}` added")),
            (Some(old), None) => (Facet::PatternRemoved, format!("pattern `{old}` removed")),
            (Some(old), Some(new)) if old != new => {
                (Facet::PatternChanged, format!("pattern `{old}` → `{new}`"))
            }
            _ => return,
        };
        self.push(spot, facet, message);
    }

    fn sizes(&mut self, spot: &Spot<'a>, old: Size, new: Size, min: Bound, max: Bound) {
        // No object or list has less than nothing.
        let least = |size: Size| size.min.filter(|min| *min > 0);
        self.bound(spot, min, least(old), least(new));
        self.bound(spot, max, old.max, new.max);
    }

    fn bound<T: PartialOrd + std::fmt::Display>(
        &mut self,
        spot: &Spot<'a>,
        bound: Bound,
        old: Option<T>,
        new: Option<T>,
    ) {
        let keyword = bound.keyword();
        let (shift, message) = match (old, new) {
            (None, Some(new)) => (Shift::Set, format!("{keyword} {new} set")),
            (Some(old), None) => (Shift::Unset, format!("{keyword} {old} removed")),
            (Some(old), Some(new)) if old != new => {
                let shift = match old < new {
                    _ if bound == Bound::MultipleOf => Shift::Changed,
                    true => Shift::Increased,
                    false => Shift::Decreased,
                };
                (shift, format!("{keyword} {old} → {new}"))
            }
            _ => return,
        };
        self.push(spot, Facet::Bound(bound, shift), message);
    }

    fn presence(&mut self, spot: &Spot<'a>, old: &Field, new: &Field) {
        use Presence::{Lenient, OnItsSide, Optional, Required};
        // A default, and a type that says nothing, make a required property a lenient one; they are reported themselves.
        let any = |field: &Field| matches!(field.ty.kind, Kind::Any { .. });
        let follows =
            old.docs.default.is_some() != new.docs.default.is_some() || any(old) != any(new);
        let (facet, message) = match (needed(old), needed(new)) {
            (Required, Required) | (Optional, Optional) | (Lenient, Lenient) => return,
            (Required, Lenient) | (Lenient, Required) if follows => return,
            (Required, Lenient) => (Facet::BecameLenient, "may be left out in practice"),
            (Lenient, Required) => (Facet::BecameStrict, "must not be left out any more"),
            (Optional, Required) => (Facet::BecameRequired, "became required"),
            (Optional, Lenient) => (
                Facet::BecameRequiredWithDefault,
                "became required, but may be left out in practice",
            ),
            (Required, Optional) => (Facet::BecameOptional, "became optional"),
            (Lenient, Optional) => (
                Facet::LenientBecameOptional,
                "became optional, and could be left out in practice before",
            ),
            // `needed` knows no such property.
            (OnItsSide, _) | (_, OnItsSide) => return,
        };
        self.push(spot, facet, message);
    }

    fn defaults(&mut self, spot: &Spot<'a>, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (None, Some(new)) => {
                self.push(spot, Facet::DefaultAdded, format!("default {new} added"))
            }
            (Some(old), None) => {
                self.push(
                    spot,
                    Facet::DefaultRemoved,
                    format!("default {old} removed"),
                );
            }
            (Some(old), Some(new)) if old != new => {
                self.push(
                    spot,
                    Facet::DefaultChanged,
                    format!("default {old} → {new}"),
                );
            }
            _ => {}
        }
    }
}

/// A list of values, cut when it is long.
fn list(values: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = values
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if values.len() > SHOWN {
        text.push_str(&format!(" and {} more", values.len() - SHOWN));
    }
    text
}

/// The least and the greatest number, by bounds and width.
fn reach(rules: &Integer) -> (Exact, Exact) {
    let (least, most) = rules.width.bounds();
    let min = rules.range.min.unwrap_or(Exact::Whole(least));
    (min, rules.range.max.unwrap_or(Exact::Whole(most)))
}

/// The ranges of two integers without bounds that the other one has from its width.
fn told_apart(old: &Integer, new: &Integer) -> (Range, Range) {
    let ((old_min, old_max), (new_min, new_max)) = (reach(old), reach(new));
    let without_same = |range: Range| Range {
        min: range.min.filter(|_| old_min != new_min),
        max: range.max.filter(|_| old_max != new_max),
        ..range
    };
    (without_same(old.range), without_same(new.range))
}

fn width(width: Width) -> &'static str {
    match width {
        Width::Narrow => "32 bits",
        Width::Signed => "64 bits",
        Width::Unsigned => "64 bits without sign",
        Width::Wide => "64 bits with or without sign",
    }
}
