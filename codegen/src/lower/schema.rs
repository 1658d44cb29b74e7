//! From the merged rules of a schema to a type: scalars, arrays, maps, structs and enums.

use std::collections::BTreeSet;

use serde_json::Value;

use super::kinds::Kinds;
use super::view::{Conflict, Conjunction, View, is_never, own_docs};
use super::{
    Lowerer, Owner, Slot, Target, UNDECLARED_REQUIRED, UNSATISFIABLE_SCHEMA, any, given_up,
};
use crate::diagnostic::Diagnostic;
use crate::exact::Exact;
use crate::ir::{
    Additional, Array, Decision, Docs, Enum, EnumVariant, Field, Integer, Kind, Member, Number,
    Place, Presence, Range, Shape, Step, Strategy, Struct, Text, Type, TypeId, Union, Width,
};
use crate::parse::Node;
use crate::pointer::Pointer;

impl<'d> Lowerer<'d> {
    /// Lowers the schema at a node.
    pub(super) fn lower(&mut self, node: &Node<'d>, slot: &Slot) -> Type {
        if let Slot::Inline(_) = slot
            && node.reference().is_none()
        {
            if let Some(known) = self.inline.get(&node.pointer) {
                return known.clone();
            }
            let ty = self.conjunction(&Conjunction::one(node.clone()), slot);
            self.inline.insert(node.pointer.clone(), ty.clone());
            return ty;
        }
        self.conjunction(&Conjunction::one(node.clone()), slot)
    }

    /// Lowers schemas that must hold together. A conflict costs the owner.
    pub(super) fn conjunction(&mut self, conjunction: &Conjunction<'d>, slot: &Slot) -> Type {
        match self.try_conjunction(conjunction, slot) {
            Ok(ty) => ty,
            Err(conflict) => {
                self.fail(
                    Diagnostic::new(&UNSATISFIABLE_SCHEMA, conflict.pointer, conflict.message)
                        .with_help("mend the schema with an overlay"),
                );
                given_up()
            }
        }
    }

    /// Lowers schemas that must hold together, or says why they cannot.
    pub(super) fn try_conjunction(
        &mut self,
        conjunction: &Conjunction<'d>,
        slot: &Slot,
    ) -> Result<Type, Conflict> {
        if let Some(replaced) = self.replacement(conjunction) {
            return Ok(replaced);
        }
        if let Some(reference) = self.sole_reference(conjunction) {
            let mut ty = self.reference(&reference);
            let overlaid = conjunction
                .nodes
                .iter()
                .any(|node| node.value.get("nullable") == Some(&Value::Bool(true)));
            ty.nullable |= overlaid && !self.is_any(&ty);
            return Ok(ty);
        }
        // Merged schemas can hold themselves: each property of two recursive types is such a pair again.
        let key = self.merge_key(conjunction);
        if let Some(id) = key.as_ref().and_then(|key| self.merging.get(key)) {
            return Ok(Type {
                kind: Kind::Named(*id),
                nullable: self.all_nullable(&conjunction.nodes),
            });
        }
        let view = self.view(conjunction)?;
        self.opening.clone_from(&key);
        let ty = self.view_type(view, conjunction, slot);
        if let Some(key) = key {
            self.merging.remove(&key);
        }
        ty
    }

    /// What identifies a conjunction of several schemas: the addresses of what they refer to.
    fn merge_key(&self, conjunction: &Conjunction<'d>) -> Option<Vec<Pointer>> {
        (conjunction.nodes.len() > 1 && conjunction.settled.is_empty()).then(|| {
            let target = |node| {
                self.peek(node)
                    .map_or_else(Pointer::root, |node| node.pointer)
            };
            conjunction.nodes.iter().map(target).collect()
        })
    }

    /// The type that the settings put at this schema.
    fn replacement(&self, conjunction: &Conjunction<'d>) -> Option<Type> {
        let [node] = conjunction.nodes.as_slice() else {
            return None;
        };
        let path = self.met.ty(self.settings, &node.pointer)?;
        Some(Type {
            kind: Kind::Replaced(path.clone()),
            nullable: self.all_nullable(&conjunction.nodes),
        })
    }

    /// The type that a reference stands for.
    pub(super) fn reference(&mut self, node: &Node<'d>) -> Type {
        let Some(reference) = node.reference() else {
            return given_up();
        };
        self.warn_about_siblings(node);
        let Some(target) = self.target_node(node, reference) else {
            return given_up();
        };
        if let Some(known) = self.targets.get(&target.pointer).copied() {
            if let Some(reason) = self.failed.get(&known.id).cloned() {
                self.fail_owner(reason);
            }
            return Type {
                kind: Kind::Named(known.id),
                nullable: known.nullable,
            };
        }
        // Catches references that lead back to themselves before they are lowered.
        if self.follow(&target).is_none() {
            return given_up();
        }
        let id = self.define(
            Place::Component(target_name(&target.pointer)),
            target.pointer.clone(),
            own_docs(&target),
        );
        let nullable = self.all_nullable(std::slice::from_ref(&target));
        self.targets
            .insert(target.pointer.clone(), Target { id, nullable });
        self.owners.push(Owner::Type(id));
        let ty = self.lower(&target, &Slot::Reserved(id));
        self.owners.pop();
        let nullable = ty.nullable;
        if ty.kind != Kind::Named(id) {
            self.types[id].shape = Shape::Alias(Type::new(ty.kind));
        }
        self.targets.insert(target.pointer, Target { id, nullable });
        if let Some(reason) = self.failed.get(&id).cloned() {
            self.fail_owner(reason);
        }
        Type {
            kind: Kind::Named(id),
            nullable,
        }
    }

    fn view_type(
        &mut self,
        mut view: View<'d>,
        conjunction: &Conjunction<'d>,
        slot: &Slot,
    ) -> Result<Type, Conflict> {
        if view.never {
            return Ok(Type::new(Kind::Never));
        }
        let require_any = self.settle_neutral_groups(&mut view);
        if !view.groups.is_empty() {
            return self.union(view, conjunction, slot);
        }
        if view.values.is_some() {
            return Ok(self.values(view, slot));
        }
        let nullable = view.nullable;
        let kind = match view.kinds {
            None => return Ok(any()),
            Some(Kinds::NULL) => Kind::Null,
            Some(Kinds::BOOLEAN) => Kind::Boolean { only: None },
            Some(Kinds::INTEGER) => Kind::Integer(integer(&view, Vec::new())),
            Some(Kinds::NUMBER) => Kind::Number(Number {
                range: view.range,
                allowed: Vec::new(),
            }),
            Some(Kinds::STRING) => self.string(&view),
            Some(Kinds::ARRAY) => {
                let items = self.together(&view.items, &slot.inside(Step::Item));
                Kind::Array(Array {
                    items: Box::new(items),
                    size: view.item_count,
                    unique: view.unique,
                })
            }
            Some(Kinds::OBJECT) => self.object(view, require_any, slot),
            Some(_) => return Ok(given_up()),
        };
        Ok(Type { kind, nullable })
    }

    /// Lowers declarations of one thing: no declaration is anything; if several conflict, the last one counts.
    fn together(&mut self, nodes: &[Node<'d>], slot: &Slot) -> Type {
        match nodes {
            [] => any(),
            [node] => self.lower(node, slot),
            [.., last] => {
                let conjunction = Conjunction {
                    nodes: nodes.to_vec(),
                    settled: BTreeSet::new(),
                };
                match self.try_conjunction(&conjunction, slot) {
                    Ok(ty) => ty,
                    Err(conflict) => {
                        self.warn_about_conflict(conflict);
                        self.lower(last, slot)
                    }
                }
            }
        }
    }

    fn string(&self, view: &View<'_>) -> Kind {
        match view.format.as_deref() {
            Some("binary") => Kind::Binary,
            Some("byte") => Kind::Base64,
            format => match format.and_then(|format| self.met.format(self.settings, format)) {
                Some(path) => Kind::Replaced(path.clone()),
                None => Kind::String(Text {
                    format: format.map(String::from),
                    length: view.length,
                    pattern: view.pattern.clone(),
                }),
            },
        }
    }

    fn object(&mut self, view: View<'d>, require_any: Vec<Vec<String>>, slot: &Slot) -> Kind {
        for name in &view.required {
            if !view.properties.contains_key(name) {
                self.warn(Diagnostic::new(
                    &UNDECLARED_REQUIRED,
                    view.pointer.clone(),
                    format!("`required` names `{name}`, which is not declared"),
                ));
            }
        }
        if view.properties.is_empty() && !view.closed {
            if view.additional.is_empty() {
                return Kind::Object(view.property_count);
            }
            let values = self.together(&view.additional, &slot.inside(Step::Value));
            return Kind::Map(Box::new(values), view.property_count);
        }
        let id = self.open(slot, &view.pointer, view.docs.clone());
        let mut fields = Vec::new();
        let mut forbidden = Vec::new();
        for (name, nodes) in &view.properties {
            if nodes.iter().any(is_never) {
                forbidden.push(name.clone());
                continue;
            }
            fields.push(self.field(id, name, nodes, view.required.contains(name)));
        }
        let additional = match (view.closed, view.additional.as_slice()) {
            (true, _) => Additional::Closed,
            (false, []) => Additional::Any,
            (false, nodes) => {
                let ty = self.together(nodes, &Slot::child(id, Step::Value));
                if self.is_any(&ty) {
                    Additional::Any
                } else {
                    Additional::Typed(ty)
                }
            }
        };
        self.types[id].shape = Shape::Struct(Struct {
            fields,
            additional,
            forbidden,
            require_any,
            size: view.property_count,
        });
        Kind::Named(id)
    }

    fn field(&mut self, id: TypeId, name: &str, nodes: &[Node<'d>], required: bool) -> Field {
        let ty = self.together(nodes, &Slot::child(id, Step::Property(name.to_string())));
        let mut docs = self.docs_of(nodes);
        docs.default = docs.default.or_else(|| self.target_default(nodes));
        let presence = match required {
            false => Presence::Optional,
            true if docs.default.is_some()
                || self.is_any(&ty)
                || nodes.iter().any(|node| self.may_be_absent(node)) =>
            {
                Presence::Lenient
            }
            true => Presence::Required,
        };
        Field {
            wire: name.to_string(),
            pointer: nodes
                .last()
                .map(|node| node.pointer.clone())
                .unwrap_or_default(),
            docs,
            ty,
            presence,
            ident: String::new(),
            boxed: false,
        }
    }

    /// The default that stands in the schema a reference points at.
    fn target_default(&mut self, nodes: &[Node<'d>]) -> Option<Value> {
        nodes
            .iter()
            .filter(|node| node.reference().is_some())
            .find_map(|node| self.follow(node)?.value.get("default").cloned())
    }

    /// Whether a schema says itself that the property may be missing although it is listed as required:
    /// `x-oas-optional`, or a union with `not: {}`.
    fn may_be_absent(&self, node: &Node<'d>) -> bool {
        let marked = node
            .value
            .get("x-oas-optional")
            .is_some_and(|mark| mark != &Value::Bool(false));
        marked
            || ["oneOf", "anyOf"].iter().any(|keyword| {
                node.member(keyword)
                    .is_some_and(|list| list.elements().any(|member| is_never(&member)))
            })
    }

    /// A list of values: an enum, a restricted scalar, or a union of these.
    fn values(&mut self, view: View<'d>, slot: &Slot) -> Type {
        let mut kinds = ListedValues::default();
        for value in view.values.iter().flatten() {
            let fits = view
                .kinds
                .is_none_or(|kinds| kinds.or(Kinds::NULL).contains(Kinds::of_value(value)));
            if fits {
                kinds.add(value);
            }
        }
        let nullable = view.nullable || kinds.null;
        if kinds.other {
            return given_up();
        }
        let strings = kinds.strings;
        let mut scalars = Vec::new();
        match kinds.booleans.as_slice() {
            [] => {}
            [only] => scalars.push(Kind::Boolean { only: Some(*only) }),
            _ => scalars.push(Kind::Boolean { only: None }),
        }
        if !kinds.fractions.is_empty() {
            let integers = kinds.integers.iter().map(|n| Exact::Whole(*n));
            scalars.push(Kind::Number(Number {
                range: view.range,
                allowed: integers.chain(kinds.fractions.iter().copied()).collect(),
            }));
        } else if !kinds.integers.is_empty() {
            scalars.push(Kind::Integer(integer(&view, kinds.integers)));
        }
        if strings.is_empty() && scalars.is_empty() {
            // `enum: []` can only mean null, if anything.
            let kind = match view.kinds {
                Some(Kinds::STRING) if !nullable => self.string(&view),
                _ if nullable => Kind::Null,
                _ => return any(),
            };
            return Type::new(kind);
        }
        if strings.is_empty() && scalars.len() == 1 {
            return Type {
                kind: scalars.remove(0),
                nullable,
            };
        }
        let id = self.open(slot, &view.pointer, view.docs.clone());
        if scalars.is_empty() {
            self.types[id].shape = Shape::Enum(string_enum(strings));
        } else {
            let mut members: Vec<_> = scalars
                .into_iter()
                .map(|kind| plain_member(&view.pointer, Type::new(kind)))
                .collect();
            if !strings.is_empty() {
                let place = Place::Child {
                    parent: id,
                    steps: vec![Step::Member],
                };
                let inner = self.define(place, view.pointer.clone(), Docs::default());
                self.types[inner].shape = Shape::Enum(string_enum(strings));
                members.push(plain_member(&view.pointer, Type::new(Kind::Named(inner))));
            }
            self.types[id].shape = Shape::Union(new_union(members));
        }
        Type {
            kind: Kind::Named(id),
            nullable,
        }
    }

    /// Whether a type is any JSON, seen through aliases.
    pub(super) fn is_any(&self, ty: &Type) -> bool {
        if matches!(ty.kind, Kind::Any { .. }) {
            return true;
        }
        let mut kind = &ty.kind;
        // Bounded, since aliases may go in a circle.
        for _ in self.types.ids() {
            let Kind::Named(id) = kind else {
                break;
            };
            let Shape::Alias(target) = &self.types[*id].shape else {
                break;
            };
            kind = &target.kind;
        }
        // A definition that is still being lowered looks like an alias of "given up".
        *kind == (Kind::Any { given_up: false })
    }
}

/// An integer of these rules, each rule in one form only: bounds that belong to the numbers, and none that says nothing.
fn integer(view: &View<'_>, allowed: Vec<i128>) -> Integer {
    let width = width(view, &allowed);
    let (least, most) = width.bounds();
    let range = view.range;
    // A bound that is out excludes itself, unless rounding did so already.
    let past = |bound: Exact, exclusive: bool| i128::from(exclusive && bound.whole().is_some());
    let min = range.min.map(|min| {
        let past = past(min, range.exclusive_min);
        min.ceil().saturating_add(past)
    });
    let max = range.max.map(|max| {
        let past = past(max, range.exclusive_max);
        max.floor().saturating_sub(past)
    });
    Integer {
        width,
        range: Range {
            min: min.filter(|min| *min > least).map(Exact::Whole),
            max: max.filter(|max| *max < most).map(Exact::Whole),
            exclusive_min: false,
            exclusive_max: false,
            multiple_of: range.multiple_of.filter(|step| *step != Exact::Whole(1)),
        },
        allowed,
    }
}

/// The smallest Rust type that holds what the document allows, if it says so; `i64` if it does not.
fn width(view: &View<'_>, allowed: &[i128]) -> Width {
    let format = view.format.as_deref();
    if format == Some("int32") && allowed.is_empty() {
        return Width::Narrow;
    }
    let beyond = |number: i128| number > i64::MAX.into();
    let large = view.range.max.is_some_and(|max| beyond(max.floor()))
        || view.range.min.is_some_and(|min| beyond(min.ceil()))
        || allowed.iter().any(|value| beyond(*value));
    let negative = match (view.range.min, allowed) {
        (_, [_, ..]) => allowed.iter().any(|value| *value < 0),
        (Some(min), []) => min.ceil() < 0,
        (None, []) => format != Some("uint64"),
    };
    match (large || format == Some("uint64"), negative) {
        (true, false) => Width::Unsigned,
        (true, true) => Width::Wide,
        (false, _) => Width::Signed,
    }
}

/// The values of an `enum`, by type.
#[derive(Default)]
struct ListedValues {
    strings: Vec<String>,
    integers: Vec<i128>,
    fractions: Vec<Exact>,
    booleans: Vec<bool>,
    null: bool,
    other: bool,
}

impl ListedValues {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(value) => self.booleans.push(*value),
            Value::String(value) => self.strings.push(value.clone()),
            Value::Number(number) => match Exact::of(number) {
                Some(Exact::Whole(whole)) => self.integers.push(whole),
                Some(fraction) => self.fractions.push(fraction),
                None => self.other = true,
            },
            Value::Array(_) | Value::Object(_) => self.other = true,
        }
    }
}

pub(super) fn string_enum(values: Vec<String>) -> Enum {
    Enum {
        variants: values
            .into_iter()
            .map(|value| EnumVariant {
                value,
                ident: String::new(),
            })
            .collect(),
    }
}

pub(super) fn plain_member(pointer: &Pointer, ty: Type) -> Member {
    Member {
        pointer: pointer.clone(),
        docs: Docs::default(),
        ty,
        ident: String::new(),
        boxed: false,
    }
}

pub(super) fn new_union(members: Vec<Member>) -> Union {
    Union {
        members,
        discriminator: None,
        decision: Decision::Undecided,
        strategy: Strategy::Overlapping,
    }
}

/// The name of a reference target: its key under `components/schemas`, or the segments of its address.
fn target_name(pointer: &Pointer) -> String {
    let segments: Vec<_> = pointer.segments().collect();
    match segments.as_slice() {
        [components, schemas, rest @ ..]
            if components == "components" && schemas == "schemas" && !rest.is_empty() =>
        {
            rest.join("_")
        }
        other => other.join("_"),
    }
}
