//! `oneOf` and `anyOf`: what is really a union, and what only looks like one.
//!
//! *Null or X* is nullability, one member is that member, strings out of lists are one enum, *X or array of X*
//! is one or many, lists of `required` are a rule of the object around them, and a union of every JSON type
//! says nothing. How a value is assigned to a member is decided later, in `passes::unions`.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::kinds::Kinds;
use super::merged::{
    Conflict, Conjunction, Group, Merged, is_neutral, is_never, own_docs, structural_keywords,
};
use super::same::Stated;
use super::schema::{new_union, plain_member, string_enum};
use super::{IMPOSSIBLE_MEMBER, Lowerer, MAPPING_UNKNOWN_MEMBER, Slot, UNCHECKED_UNION, any};
use crate::diagnostic::Diagnostic;
use crate::ir::{Discriminator, Kind, Place, Shape, Size, Step, Type, Union};
use crate::parse::Node;
use crate::pointer::Pointer;

/// What schemas state, by where they stand; nothing as long as it is being found out.
type Stating = HashMap<*const Value, Option<Kinds>>;

/// Only so many combinations of unions that stand side by side are written out.
const MOST_COMBINATIONS: usize = 64;

impl<'d> Lowerer<'d> {
    /// Takes out the unions that are none: lists of `required` become a rule, unions of everything go when
    /// something else is said.
    pub(super) fn settle_neutral_groups(&mut self, merged: &mut Merged<'d>) -> Vec<Vec<String>> {
        let mut require_any = Vec::new();
        let mut real = Vec::new();
        for group in std::mem::take(&mut merged.groups) {
            if let Some(lists) = required_lists(&group) {
                if require_any.is_empty() {
                    require_any = lists;
                    merged.kinds.get_or_insert(Kinds::OBJECT);
                } else {
                    self.warn(Diagnostic::new(
                        &UNCHECKED_UNION,
                        group.pointer,
                        "this second union of `required` lists is not checked",
                    ));
                }
            } else {
                real.push(group);
            }
        }
        let something_else = merged.kinds.is_some();
        let (everything, rest): (Vec<_>, Vec<_>) = real
            .into_iter()
            .partition(|group| accepts_everything(group));
        if rest.is_empty() && !something_else {
            merged.groups = everything;
        } else {
            merged.groups = rest;
        }
        require_any
    }

    /// Lowers merged rules that have a union among them.
    pub(super) fn union(
        &mut self,
        merged: Merged<'d>,
        conjunction: &Conjunction<'d>,
        slot: &Slot,
    ) -> Result<Type, Conflict> {
        let Some(group) = widest(&merged.groups) else {
            return Ok(any());
        };
        if accepts_everything(group) {
            return Ok(any());
        }
        let combinations: usize = merged
            .groups
            .iter()
            .map(|group| group.members.len())
            .product();
        let lone = merged.groups.len() == 1 && !has_base(&merged);
        let mut settled = conjunction.settled.clone();
        settled.insert(group.pointer.clone());
        if combinations > MOST_COMBINATIONS {
            for other in merged
                .groups
                .iter()
                .filter(|other| other.pointer != group.pointer)
            {
                self.warn(Diagnostic::new(
                    &UNCHECKED_UNION,
                    other.pointer.clone(),
                    format!("{combinations} combinations of unions are too many; this one is not checked"),
                ));
                settled.insert(other.pointer.clone());
            }
        }
        let mut base = conjunction.nodes.clone();
        if lone {
            base.retain(|node| !is_neutral(node));
        }
        let mut members = Members::default();
        for node in &group.members {
            if is_null(node, &group.members) {
                members.nullable = true;
            } else if !is_never(node) && !members.has(node, &self.stated) {
                let apart = match (merged.kinds, self.kinds_of(node)) {
                    (Some(around), Some(own)) if around.and(own).is_empty() => {
                        self.leave_out(node, &type_conflict(&merged));
                        continue;
                    }
                    (Some(around), Some(own)) => lone && around.contains(own),
                    (around, _) => lone && around.is_none(),
                };
                let parts = if apart {
                    Conjunction::one(node.clone())
                } else {
                    let mut nodes = vec![node.clone()];
                    nodes.extend(base.iter().cloned());
                    Conjunction {
                        nodes,
                        settled: settled.clone(),
                    }
                };
                members.list.push((node.clone(), parts));
            }
        }
        let null = merged.null;
        let discriminator = self.discriminator_of(group);
        self.members(merged, members, discriminator, slot)
            .map(|mut ty| {
                if !matches!(ty.kind, Kind::Null | Kind::Never) {
                    ty.nullable = null.unwrap_or(ty.nullable) && !self.is_any(&ty);
                }
                ty
            })
    }

    fn members(
        &mut self,
        merged: Merged<'d>,
        members: Members<'d>,
        discriminator: Option<StatedDiscriminator>,
        slot: &Slot,
    ) -> Result<Type, Conflict> {
        let nullable = members.nullable;
        let with_null = |ty: Type| Type {
            nullable: (ty.nullable || nullable) && !matches!(ty.kind, Kind::Any { .. }),
            kind: ty.kind,
        };
        match members.list.as_slice() {
            [] if nullable => return Ok(Type::new(Kind::Null)),
            [] => return Ok(Type::new(Kind::Never)),
            [(node, only)] => {
                let ty = self.try_conjunction(only, slot).map(with_null);
                self.possible
                    .extend(ty.is_ok().then(|| node.pointer.clone()));
                return ty;
            }
            _ => {}
        }
        if let Some(one_or_many) = self.one_or_many(&members, slot) {
            return Ok(with_null(one_or_many));
        }
        let listed: Vec<_> = members
            .list
            .iter()
            .map(|(node, parts)| match parts.nodes.len() {
                1 => self.listed_strings(node),
                _ => None,
            })
            .collect();
        if listed.iter().all(Option::is_some) {
            let id = self.open(slot, &merged);
            self.types[id].shape = Shape::Enum(string_enum(joined(listed.into_iter().flatten())));
            return Ok(with_null(Type::new(Kind::Named(id))));
        }
        let id = self.open(slot, &merged);
        let mut union = new_union(Vec::new());
        let mut nullable = nullable;
        let mut strings_done = false;
        let mut origins: Vec<(Pointer, usize)> = Vec::new();
        for ((node, parts), strings) in members.list.iter().zip(&listed) {
            let ty = if strings.is_some() && node.reference().is_none() {
                if std::mem::replace(&mut strings_done, true) {
                    continue;
                }
                let all = members.list.iter().zip(&listed);
                let inline = all
                    .filter(|((node, _), _)| node.reference().is_none())
                    .filter_map(|(_, strings)| strings.clone());
                self.inline_enum(id, node, joined(inline))
            } else {
                match self.try_conjunction(parts, &Slot::child(id, Step::Member)) {
                    Ok(ty) => {
                        self.possible.insert(node.pointer.clone());
                        ty
                    }
                    Err(conflict) => {
                        self.leave_out(node, &conflict);
                        continue;
                    }
                }
            };
            if self.is_any(&ty) {
                // Anything goes, so the other members add nothing.
                self.types[id].shape = Shape::Alias(any());
                return Ok(any());
            }
            nullable |= ty.nullable || ty.kind == Kind::Null;
            if matches!(ty.kind, Kind::Never | Kind::Null) {
                continue;
            }
            origins.push((
                self.reference_target(node)
                    .unwrap_or_else(|| node.pointer.clone()),
                union.members.len(),
            ));
            let mut member = plain_member(&node.pointer, Type::new(ty.kind));
            member.docs = own_docs(node);
            union.members.push(member);
        }
        union.discriminator = discriminator.map(|stated| self.discriminator(stated, &origins));
        Ok(self.close_union(id, union, nullable))
    }

    fn close_union(&mut self, id: crate::ir::TypeId, mut union: Union, nullable: bool) -> Type {
        match union.members.len() {
            0 if nullable => return Type::new(Kind::Null),
            0 => return Type::new(Kind::Never),
            1 => self.types[id].shape = Shape::Alias(union.members.remove(0).ty),
            _ => self.types[id].shape = Shape::Union(union),
        }
        Type {
            kind: Kind::Named(id),
            nullable,
        }
    }

    fn inline_enum(
        &mut self,
        union: crate::ir::TypeId,
        node: &Node<'d>,
        values: Vec<String>,
    ) -> Type {
        let place = Place::Child {
            parent: union,
            steps: vec![Step::Member],
        };
        let id = self.define(place, node.pointer.clone(), own_docs(node));
        self.types[id].shape = Shape::Enum(string_enum(values));
        Type::new(Kind::Named(id))
    }

    /// `X` beside an array of `X`.
    fn one_or_many(&mut self, members: &Members<'d>, slot: &Slot) -> Option<Type> {
        let [(first, _), (second, _)] = members.list.as_slice() else {
            return None;
        };
        let (one, many) = if first.text("type") == Some("array") {
            (second, first)
        } else {
            (first, second)
        };
        let items = many.member("items")?;
        let plain_array = many.text("type") == Some("array")
            && structural_keywords(many)
                .all(|keyword| matches!(keyword, "type" | "items" | "minItems" | "maxItems"));
        if !plain_array || !self.stated.same_without("nullable", one.value, items.value) {
            return None;
        }
        let bound = |key| many.value.get(key).and_then(Value::as_u64);
        let size = Size {
            min: bound("minItems"),
            max: bound("maxItems"),
        };
        let ty = self.lower(&items, &slot.inside(Step::Item));
        // Null inside would make "one" and "many" ambiguous to read; it stays a union then.
        (!ty.nullable && !self.is_any(&ty)).then(|| Type {
            kind: Kind::OneOrMany(Box::new(ty), size),
            nullable: [one, many].into_iter().any(says_nullable),
        })
    }

    /// The values of a schema that is nothing but a list of strings.
    fn listed_strings(&self, node: &Node<'d>) -> Option<Vec<String>> {
        let node = match self.reference_target(node) {
            Some(pointer) => Node {
                value: self.document.get(&pointer)?,
                pointer,
            },
            None => node.clone(),
        };
        let plain = structural_keywords(&node).all(|keyword| matches!(keyword, "type" | "enum"));
        if !plain || says_nullable(&node) || node.text("type").is_some_and(|name| name != "string")
        {
            return None;
        }
        node.value
            .get("enum")?
            .as_array()?
            .iter()
            .map(|value| value.as_str().map(String::from))
            .collect::<Option<Vec<_>>>()
            .filter(|values| !values.is_empty())
    }

    fn reference_target(&self, node: &Node<'d>) -> Option<Pointer> {
        Pointer::from_reference(node.reference()?)
    }

    /// Says that a member is left out, because it cannot hold together with what stands around the union.
    fn leave_out(&mut self, node: &Node<'d>, conflict: &Conflict) {
        self.left_out.push(Diagnostic::new(
            &IMPOSSIBLE_MEMBER,
            node.pointer.clone(),
            format!("{} ({})", conflict.message, conflict.pointer),
        ));
    }

    /// Reports the members that are left out wherever their union is used: of two unions side by side, most members of
    /// the one exclude most of the other, and nobody can do anything about that.
    pub(super) fn warn_about_members(&mut self) {
        for diagnostic in std::mem::take(&mut self.left_out) {
            if self.possible.insert(diagnostic.pointer.clone()) {
                self.warn(diagnostic);
            }
        }
    }

    /// The JSON types that a member of a union states of its own, null aside; `None` when it does not say.
    fn kinds_of(&self, node: &Node<'d>) -> Option<Kinds> {
        self.kinds_below(node, 0, &mut Stating::new())
    }

    /// A schema that is met again states what it stated before, or nothing more where it is part of itself.
    fn kinds_below(&self, node: &Node<'d>, depth: usize, known: &mut Stating) -> Option<Kinds> {
        if depth > 16 {
            return None;
        }
        let node = self.peek(node)?;
        let place = std::ptr::from_ref(node.value);
        if let Some(kinds) = known.get(&place) {
            return *kinds;
        }
        known.insert(place, None);
        let kinds = self.kinds_stated(&node, depth, known);
        known.insert(place, kinds);
        kinds
    }

    fn kinds_stated(&self, node: &Node<'d>, depth: usize, known: &mut Stating) -> Option<Kinds> {
        if let Some(name) = node.text("type") {
            return Kinds::named(name);
        }
        if node.value.get("properties").is_some() {
            return Some(Kinds::OBJECT);
        }
        if let Some(all_of) = node.member("allOf") {
            let said = all_of.elements();
            let said = said.filter_map(|member| self.kinds_below(&member, depth + 1, known));
            return said.reduce(Kinds::and);
        }
        let union = node.member("oneOf").or_else(|| node.member("anyOf"))?;
        let members: Vec<_> = union.elements().collect();
        let said = members.iter().filter(|member| !is_null(member, &members));
        said.map(|member| self.kinds_below(member, depth + 1, known))
            .reduce(|all, kinds| Some(all?.or(kinds?)))
            .flatten()
    }

    /// The discriminator beside a union.
    fn discriminator_of(&self, group: &Group<'d>) -> Option<StatedDiscriminator> {
        let stated = group.holder.discriminator.as_ref()?;
        let holder = group.pointer.parent().unwrap_or_default();
        let mapping = stated.mapping.iter();
        Some(StatedDiscriminator {
            pointer: holder.child("discriminator"),
            property: stated.property_name.clone(),
            mapping: mapping
                .map(|(v, target)| (v.clone(), target.clone()))
                .collect(),
        })
    }

    /// The discriminator in terms of the members, of which the addresses are given.
    fn discriminator(
        &mut self,
        stated: StatedDiscriminator,
        origins: &[(Pointer, usize)],
    ) -> Discriminator {
        let mut mapping = Vec::new();
        for (value, target) in stated.mapping {
            let address = mapped_address(&target);
            let member = origins
                .iter()
                .find(|(origin, _)| Some(origin) == address.as_ref());
            if let Some((_, index)) = member {
                mapping.push((value, *index));
                continue;
            }
            self.warn(Diagnostic::new(
                &MAPPING_UNKNOWN_MEMBER,
                stated.pointer.child("mapping").child(&value),
                format!(
                    "\"{value}\" is mapped to \"{target}\", which is not a member of the union"
                ),
            ));
        }
        Discriminator {
            property: stated.property,
            mapping,
        }
    }
}

fn type_conflict(merged: &Merged<'_>) -> Conflict {
    Conflict {
        pointer: merged.pointer.clone(),
        message: "its type cannot hold together with the `type` beside the union".into(),
    }
}

/// A discriminator as the document has it.
struct StatedDiscriminator {
    pointer: Pointer,
    property: String,
    /// Value to the name or address of a schema.
    mapping: Vec<(String, String)>,
}

/// The schema that an entry of a mapping means: a reference, or the bare name of a component.
fn mapped_address(target: &str) -> Option<Pointer> {
    Pointer::from_reference(target).or_else(|| {
        let plain = !target.contains(['/', '#', '.']);
        let components = Pointer::root().child("components").child("schemas");
        plain.then(|| components.child(target))
    })
}

/// The members of a union that are left after nulls and repetitions.
#[derive(Default)]
struct Members<'d> {
    list: Vec<(Node<'d>, Conjunction<'d>)>,
    nullable: bool,
}

impl<'d> Members<'d> {
    fn has(&self, node: &Node<'d>, stated: &Stated<'d>) -> bool {
        self.list
            .iter()
            .any(|(known, _)| stated.same(known.value, node.value))
    }
}

/// The union to take apart first: the one with the most members (the first of these).
fn widest<'a, 'd>(groups: &'a [Group<'d>]) -> Option<&'a Group<'d>> {
    groups.iter().rev().max_by_key(|group| group.members.len())
}

/// Whether the schema around a union says something that its members must satisfy too.
fn has_base(merged: &Merged<'_>) -> bool {
    !merged.properties.is_empty()
        || !merged.required.is_empty()
        || merged.closed
        || !merged.additional.is_empty()
        || !merged.items.is_empty()
        || merged.values.is_some()
        || merged.pattern.is_some()
        || [merged.length, merged.item_count, merged.property_count] != [Size::default(); 3]
        || merged.range != crate::ir::Range::default()
}

/// A member that only stands for `null`: stated, or one of the disguises that schema converters give it.
pub(super) fn is_null(node: &Node<'_>, all: &[Node<'_>]) -> bool {
    let value = node.value;
    if node.text("type") == Some("null") {
        return true;
    }
    let values = value.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_null)) {
        return true;
    }
    if !says_nullable(node) {
        return false;
    }
    let null = |value: &Value| value.is_null() || value == "null";
    let disguised_enum = values.is_some_and(|values| values.iter().all(null));
    let bare = structural_keywords(node).all(|keyword| keyword == "type");
    let bare_object = bare && node.text("type") == Some("object") && all.len() == 2;
    let only_nullable = bare && node.text("type").is_none() && node.reference().is_none();
    disguised_enum || bare_object || only_nullable
}

/// The lists of a union whose members only say `required`.
fn required_lists(group: &Group<'_>) -> Option<Vec<Vec<String>>> {
    group
        .members
        .iter()
        .map(|member| {
            let only = member.reference().is_none()
                && structural_keywords(member)
                    .all(|keyword| matches!(keyword, "required" | "type"));
            let names = member.value.get("required")?.as_array()?;
            only.then(|| {
                names
                    .iter()
                    .filter_map(|name| name.as_str().map(String::from))
                    .collect()
            })
        })
        .collect()
}

/// Whether the members of a union cover every JSON type without any rule.
fn accepts_everything(group: &Group<'_>) -> bool {
    let mut kinds = Kinds::NONE;
    for member in &group.members {
        if is_neutral(member) && !is_null(member, &group.members) {
            return true;
        }
        // `items: {}` restricts an array no more than no `items` at all.
        let plain = structural_keywords(member).all(|keyword| {
            keyword == "type"
                || (matches!(keyword, "items" | "additionalProperties")
                    && member
                        .member(keyword)
                        .is_some_and(|child| is_neutral(&child)))
        });
        if plain
            && member.reference().is_none()
            && let Some(own) = member.text("type").and_then(Kinds::named)
        {
            kinds = kinds.or(own);
        }
    }
    kinds.contains(Kinds::ALL)
}

pub(super) fn says_nullable(node: &Node<'_>) -> bool {
    node.value.get("nullable") == Some(&Value::Bool(true))
}

/// The schema without its own `nullable`.
fn joined(lists: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lists
        .flatten()
        .filter(|value| seen.insert(value.clone()))
        .collect()
}
