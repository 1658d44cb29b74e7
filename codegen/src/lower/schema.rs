//! From the merged rules of a schema to a type: scalars, arrays, maps, structs and enums.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::kinds::Kinds;
use super::merged::{Conflict, Conjunction, Merged, is_neutral, is_never, own_docs};
use super::{
    CONJUNCTION_TOO_LARGE, Doing, Known, Lowerer, MOST_SCHEMAS, Owner, Slot, Target, Together,
    UNDECLARED_REQUIRED, UNSATISFIABLE_SCHEMA, any, given_up,
};
use crate::diagnostic::Diagnostic;
use crate::exact::Exact;
use crate::ir::{
    Additional, Array, Decision, Docs, Enum, EnumVariant, Field, Integer, Kind, Member, Number,
    Place, Presence, Range, Shape, Side, Size, Step, Strategy, Struct, Text, Type, TypeId, Union,
    Width,
};
use crate::parse::Node;
use crate::pointer::Pointer;

/// Conjunctions inside each other. A document nests 120 levels at most, two for each schema; this is for those that
/// grow longer where schemas that refer to each other are merged.
const MOST_NESTED: usize = 100;

/// Schemas in all conjunctions of one definition or operation. The largest of real documents have two thousand.
const MOST_EFFORT: usize = 20_000;

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
            if !conjunction.is_bare() {
                let null = self.takes_null(conjunction).unwrap_or(ty.nullable);
                ty.nullable = null && !self.is_any(&ty);
            }
            return Ok(ty);
        }
        if self.doing.len() >= MOST_NESTED || self.effort >= MOST_EFFORT {
            self.fail_too_large(conjunction);
            return Ok(given_up());
        }
        let schemas = self.schemas_of(conjunction);
        self.effort += schemas.len().max(1);
        if schemas.len() > MOST_SCHEMAS {
            self.fail_too_large(conjunction);
            return Ok(given_up());
        }
        let together = Rc::new(Together {
            schemas: schemas
                .iter()
                .map(|schema| schema.node.pointer.clone())
                .collect(),
            settled: conjunction.settled.clone(),
        });
        if let Some(id) = self.same_set_outside(&together) {
            return Ok(Type {
                kind: Kind::Named(id),
                nullable: self.takes_null(conjunction) == Some(true),
            });
        }
        let merged = self.merged(conjunction, &schemas, Rc::clone(&together))?;
        let doing = Doing {
            slot: slot.clone(),
            pointer: merged.pointer.clone(),
            id: None,
        };
        self.doing.insert(Rc::clone(&together), doing);
        let ty = self.merged_type(merged, conjunction, slot);
        let doing = self.doing.remove(&together);
        let id = doing.and_then(|doing| doing.id);
        Ok(self.in_definition(ty?, id))
    }

    /// The definition of the same set of schemas that is being lowered around this one, made now if it has none yet.
    fn same_set_outside(&mut self, together: &Together) -> Option<TypeId> {
        let doing = self.doing.get(together)?.clone();
        let id = match (doing.id, doing.slot) {
            (Some(id), _) | (None, Slot::Reserved(id)) => id,
            (None, Slot::Inline(place)) => self.define(place, doing.pointer, Docs::default()),
        };
        if let Some(doing) = self.doing.get_mut(together) {
            doing.id = Some(id);
        }
        Some(id)
    }

    /// The type of a conjunction, which is a definition when something inside refers to it as that.
    fn in_definition(&mut self, ty: Type, id: Option<TypeId>) -> Type {
        let Some(id) = id.filter(|id| ty.kind != Kind::Named(*id)) else {
            return ty;
        };
        if self.types[id].shape != Shape::Alias(given_up()) {
            return ty;
        }
        self.types[id].shape = Shape::Alias(Type::new(ty.kind));
        Type {
            kind: Kind::Named(id),
            nullable: ty.nullable,
        }
    }

    fn fail_too_large(&mut self, conjunction: &Conjunction<'d>) {
        let pointer = conjunction.nodes.first().map(|node| node.pointer.clone());
        self.fail(
            Diagnostic::new(
                &CONJUNCTION_TOO_LARGE,
                pointer.unwrap_or_default(),
                "too many combinations of schemas that hold together lead here",
            )
            .with_help("simplify the schema with an overlay, or skip the operation"),
        );
    }

    /// The type that the settings put at this schema.
    fn replacement(&self, conjunction: &Conjunction<'d>) -> Option<Type> {
        let [node] = conjunction.nodes.as_slice() else {
            return None;
        };
        let path = self.met.ty(self.settings, &node.pointer)?;
        Some(Type {
            kind: Kind::Replaced(path.clone()),
            nullable: self.takes_null(conjunction) == Some(true),
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
        let Target { id, known } = match self.targets.get(&target.pointer) {
            Some(known) => *known,
            None => self.targets_from(target.clone()),
        };
        let nullable = match known {
            Some(known) => known.nullable,
            None => self.takes_null(&Conjunction::one(target)) == Some(true),
        };
        if let Some(reason) = self.failed.get(&id).cloned() {
            self.fail_owner(reason);
        }
        Type {
            kind: Kind::Named(id),
            nullable,
        }
    }

    /// Lowers a target, and before it every target that it leads to, so that a chain of references is as long as the
    /// document likes. Those that lead back to what is not lowered yet have their definition already.
    fn targets_from(&mut self, first: Node<'d>) -> Target {
        let pointer = first.pointer.clone();
        let reserved = self.reserve(&first);
        let mut open = vec![(self.targets_inside(&first), first, reserved.id)];
        while let Some((inside, _, _)) = open.last_mut() {
            if let Some(next) = inside.pop() {
                if !self.targets.contains_key(&next.pointer) {
                    let id = self.reserve(&next).id;
                    open.push((self.targets_inside(&next), next, id));
                }
            } else if let Some((_, node, id)) = open.pop() {
                self.lower_target(&node, id);
            }
        }
        self.targets.get(&pointer).copied().unwrap_or(reserved)
    }

    /// The targets of the references in a schema, the last one first.
    fn targets_inside(&self, node: &Node<'d>) -> Vec<Node<'d>> {
        let mut found = Vec::new();
        references_inside(node.value, &mut |reference| {
            found.extend(Pointer::from_reference(reference).and_then(|pointer| {
                let value = self.document.get(&pointer)?;
                Some(Node { value, pointer })
            }));
        });
        found.reverse();
        found
    }

    /// The definition of a target that is not lowered yet.
    fn reserve(&mut self, node: &Node<'d>) -> Target {
        let id = self.define(
            Place::Component(target_name(&node.pointer)),
            node.pointer.clone(),
            own_docs(node),
        );
        let target = Target { id, known: None };
        self.targets.insert(node.pointer.clone(), target);
        target
    }

    fn lower_target(&mut self, node: &Node<'d>, id: TypeId) {
        self.owners.push(Owner::Type(id));
        let effort = std::mem::take(&mut self.effort);
        let ty = match self.leads_back(node) {
            true => given_up(),
            false => self.lower(node, &Slot::Reserved(id)),
        };
        self.effort = effort;
        self.owners.pop();
        let known = Some(Known {
            nullable: ty.nullable,
            null: self.takes_null(&Conjunction::one(node.clone())),
        });
        if ty.kind != Kind::Named(id) {
            self.types[id].shape = Shape::Alias(Type::new(ty.kind));
        }
        let target = Target { id, known };
        self.targets.insert(node.pointer.clone(), target);
    }

    /// Whether a target is only another name of one that is not lowered yet, and in the end of itself (then reported).
    fn leads_back(&mut self, node: &Node<'d>) -> bool {
        let next = node.reference().and_then(Pointer::from_reference);
        let known = next.and_then(|pointer| self.targets.get(&pointer));
        let unfinished = known.is_some_and(|target| target.known.is_none());
        unfinished && self.follow(node).is_none()
    }

    fn merged_type(
        &mut self,
        mut merged: Merged<'d>,
        conjunction: &Conjunction<'d>,
        slot: &Slot,
    ) -> Result<Type, Conflict> {
        if merged.never {
            return Ok(Type::new(Kind::Never));
        }
        let require_any = self.settle_neutral_groups(&mut merged);
        if !merged.groups.is_empty() {
            return self.union(merged, conjunction, slot);
        }
        if merged.values.is_some() {
            return self.values(merged, slot);
        }
        let nullable = merged.null == Some(true);
        let kind = match merged.kinds {
            None => return Ok(any()),
            Some(Kinds::NULL) => Kind::Null,
            Some(Kinds::BOOLEAN) => Kind::Boolean { only: None },
            Some(Kinds::INTEGER) => {
                Kind::Integer(integer(merged.range, merged.format.as_deref(), Vec::new()))
            }
            Some(Kinds::NUMBER) => Kind::Number(Number {
                range: merged.range,
                allowed: Vec::new(),
            }),
            Some(Kinds::STRING) => self.string(&merged),
            Some(Kinds::ARRAY) => {
                let items = self.together(&merged.items, &slot.inside(Step::Item));
                Kind::Array(Array {
                    items: Box::new(items),
                    size: merged.item_count,
                    unique: merged.unique,
                })
            }
            Some(Kinds::OBJECT) => self.object(merged, require_any, slot),
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

    /// The definition of a conjunction: the one that it got already, the one that its slot reserves, or a new one.
    pub(super) fn open(&mut self, slot: &Slot, merged: &Merged<'d>) -> TypeId {
        let known = self.doing.get(&merged.together).and_then(|doing| doing.id);
        let id = match (known, slot) {
            (Some(id), _) => id,
            (None, Slot::Reserved(id)) => {
                self.types[*id].docs = merged.docs.clone();
                *id
            }
            (None, Slot::Inline(place)) => {
                self.define(place.clone(), merged.pointer.clone(), merged.docs.clone())
            }
        };
        if let Some(doing) = self.doing.get_mut(&merged.together) {
            doing.id = Some(id);
        }
        id
    }

    fn string(&self, merged: &Merged<'_>) -> Kind {
        let text = |format: Option<&str>| Text {
            format: format.map(String::from),
            length: merged.length,
            pattern: merged.pattern.clone(),
        };
        match merged.format.as_deref() {
            Some("binary") => Kind::Binary(text(None)),
            Some("byte") => Kind::Base64,
            format => match format.and_then(|format| self.met.format(self.settings, format)) {
                Some(path) => Kind::Replaced(path.clone()),
                None => Kind::String(text(format)),
            },
        }
    }

    fn object(&mut self, merged: Merged<'d>, require_any: Vec<Vec<String>>, slot: &Slot) -> Kind {
        for name in &merged.required {
            if !merged.properties.contains_key(name) {
                self.warn(Diagnostic::new(
                    &UNDECLARED_REQUIRED,
                    merged.pointer.clone(),
                    format!("`required` names `{name}`, which is not declared"),
                ));
            }
        }
        if merged.properties.is_empty() && !merged.closed {
            if merged.additional.is_empty() {
                return Kind::Object(merged.property_count);
            }
            let values = self.together(&merged.additional, &slot.inside(Step::Value));
            return Kind::Map(Box::new(values), merged.property_count);
        }
        let id = self.open(slot, &merged);
        let mut fields = Vec::new();
        let mut forbidden = Vec::new();
        for (name, nodes) in &merged.properties {
            if nodes.iter().any(is_never) {
                forbidden.push(name.clone());
                continue;
            }
            fields.push(self.field(id, name, nodes, merged.required.contains(name)));
        }
        let additional = match (merged.closed, merged.additional.as_slice()) {
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
            size: merged.property_count,
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
            only: self.only_side(nodes),
            told: None,
            ident: String::new(),
            boxed: false,
        }
    }

    /// The default that stands in the schema that one of these is another name of.
    fn target_default(&self, nodes: &[Node<'d>]) -> Option<Value> {
        let ways = nodes.iter().flat_map(|node| self.ways_to(node));
        ways.into_iter()
            .find_map(|node| node.value.get("default").cloned())
    }

    /// The messages that the declarations of a property mean it for. Both words together say nothing.
    fn only_side(&self, nodes: &[Node<'d>]) -> Option<Side> {
        match (
            self.say_true(nodes, "readOnly"),
            self.say_true(nodes, "writeOnly"),
        ) {
            (true, false) => Some(Side::Response),
            (false, true) => Some(Side::Request),
            _ => None,
        }
    }

    /// Whether one of the schemas, what they refer to or what they are made of says `true` to a keyword.
    fn say_true(&self, nodes: &[Node<'d>], keyword: &str) -> bool {
        let mut met = HashSet::new();
        let mut open = nodes.to_vec();
        while let Some(node) = open.pop() {
            if node.value.get(keyword) == Some(&Value::Bool(true)) {
                return true;
            }
            if node.reference().is_some() {
                let target = self.peek(&node);
                open.extend(target.filter(|target| met.insert(target.pointer.clone())));
                continue;
            }
            let all_of = node.member("allOf");
            open.extend(all_of.into_iter().flat_map(|list| list.elements()));
        }
        false
    }

    /// Whether a schema says itself that the property may be missing although it is listed as required:
    /// `x-oas-optional`, or a union with `not: {}`.
    fn may_be_absent(&self, node: &Node<'d>) -> bool {
        let says_so = |node: &Node<'_>| {
            let mark = node.value.get("x-oas-optional");
            mark.is_some_and(|mark| mark != &Value::Bool(false))
                || ["oneOf", "anyOf"].iter().any(|keyword| {
                    node.member(keyword)
                        .is_some_and(|list| list.elements().any(|member| is_never(&member)))
                })
        };
        self.ways_to(node).iter().any(says_so)
    }

    /// A schema and those that it is another name of: by `$ref`, and by an `allOf` of one schema.
    fn ways_to(&self, node: &Node<'d>) -> Vec<Node<'d>> {
        let mut way = vec![node.clone()];
        let mut met = HashSet::new();
        while let Some(node) = way.last() {
            let next = match node.reference() {
                Some(reference) => Pointer::from_reference(reference).and_then(|pointer| {
                    let value = self.document.get(&pointer)?;
                    Some(Node { value, pointer })
                }),
                None => node.member("allOf").and_then(|list| {
                    let mut members = list.elements().filter(|member| !is_neutral(member));
                    members.next().filter(|_| members.next().is_none())
                }),
            };
            match next.filter(|next| met.insert(next.pointer.clone())) {
                Some(next) => way.push(next),
                None => break,
            }
        }
        way
    }

    /// A list of values: an enum, a restricted scalar, or a union of these.
    fn values(&mut self, merged: Merged<'d>, slot: &Slot) -> Result<Type, Conflict> {
        let listed = ListedValues::of(&merged);
        let nullable = merged.null.unwrap_or(listed.null);
        let mut kinds = listed.scalars(merged.range, merged.format.as_deref());
        if listed.is_empty() {
            // `enum: []` can only mean null, if anything.
            return match merged.kinds {
                _ if nullable => Ok(Type::new(Kind::Null)),
                _ if merged.values.iter().flatten().next().is_some() => Err(Conflict {
                    pointer: merged.pointer.clone(),
                    message: "none of the listed values keeps the rules that stand beside the list"
                        .into(),
                }),
                Some(Kinds::STRING) => Ok(Type::new(self.string(&merged))),
                _ => Ok(any()),
            };
        }
        let alone = listed.strings.is_empty() && listed.structured.is_empty();
        if alone && kinds.len() == 1 {
            return Ok(Type {
                kind: kinds.remove(0),
                nullable,
            });
        }
        if kinds.is_empty() && listed.strings.is_empty() && listed.structured.len() == 1 {
            let ty = self.constant(&listed.structured[0], &merged.pointer, slot);
            return Ok(Type { nullable, ..ty });
        }
        let id = self.open(slot, &merged);
        if kinds.is_empty() && listed.structured.is_empty() {
            self.types[id].shape = Shape::Enum(string_enum(listed.strings));
        } else {
            let inside = Slot::child(id, Step::Member);
            if !listed.strings.is_empty() {
                kinds.push(self.constant_texts(listed.strings, &merged.pointer, &inside));
            }
            for value in &listed.structured {
                kinds.push(self.constant(value, &merged.pointer, &inside).kind);
            }
            let members = kinds.into_iter().map(Type::new);
            let members = members.map(|ty| plain_member(&merged.pointer, ty));
            self.types[id].shape = Shape::Union(new_union(members.collect()));
        }
        Ok(Type {
            kind: Kind::Named(id),
            nullable,
        })
    }

    fn constant_texts(&mut self, texts: Vec<String>, pointer: &Pointer, slot: &Slot) -> Kind {
        let id = self.constant_definition(pointer, slot);
        self.types[id].shape = Shape::Enum(string_enum(texts));
        Kind::Named(id)
    }

    fn constant_definition(&mut self, pointer: &Pointer, slot: &Slot) -> TypeId {
        match slot {
            Slot::Reserved(id) => *id,
            Slot::Inline(place) => self.define(place.clone(), pointer.clone(), Docs::default()),
        }
    }

    /// The type of one value. (Bounded by the nesting of the document.)
    fn constant(&mut self, value: &Value, pointer: &Pointer, slot: &Slot) -> Type {
        match value {
            Value::Null => Type::new(Kind::Null),
            Value::Array(items) => self.constant_list(items, pointer, slot),
            Value::Object(entries) => {
                let id = self.constant_definition(pointer, slot);
                let fields = entries.iter().map(|(name, value)| {
                    let slot = Slot::child(id, Step::Property(name.clone()));
                    Field {
                        wire: name.clone(),
                        pointer: pointer.clone(),
                        docs: Docs::default(),
                        ty: self.constant(value, pointer, &slot),
                        presence: Presence::Required,
                        only: None,
                        told: None,
                        ident: String::new(),
                        boxed: false,
                    }
                });
                let fields = fields.collect();
                self.types[id].shape = Shape::Struct(Struct {
                    fields,
                    additional: Additional::Closed,
                    ..Struct::default()
                });
                Type::new(Kind::Named(id))
            }
            Value::String(text) => {
                Type::new(self.constant_texts(vec![text.clone()], pointer, slot))
            }
            Value::Bool(_) | Value::Number(_) => {
                let mut listed = ListedValues::default();
                listed.add(value);
                let kind = listed.scalars(Range::default(), None).into_iter().next();
                kind.map_or_else(given_up, Type::new)
            }
        }
    }

    /// A list with just these items: each is one of them, and there are as many. (Which one stands where is not checked.)
    fn constant_list(&mut self, items: &[Value], pointer: &Pointer, slot: &Slot) -> Type {
        let inside = slot.inside(Step::Item);
        let mut members = Vec::new();
        for item in items {
            if items.iter().position(|other| other == item) == Some(members.len()) {
                members.push(self.constant(item, pointer, &inside));
            }
        }
        let items_type = match members.as_slice() {
            [] => any(),
            [only] => only.clone(),
            _ => {
                let nullable = members.iter().any(|member| member.kind == Kind::Null);
                members.retain(|member| member.kind != Kind::Null);
                let id = self.constant_definition(pointer, &inside);
                let members = members.into_iter();
                let members = members.map(|ty| plain_member(pointer, ty));
                self.types[id].shape = Shape::Union(new_union(members.collect()));
                Type {
                    kind: Kind::Named(id),
                    nullable,
                }
            }
        };
        let count = Some(items.len() as u64);
        Type::new(Kind::Array(Array {
            items: Box::new(items_type),
            size: Size {
                min: count.filter(|count| *count > 0),
                max: count,
            },
            unique: false,
        }))
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

/// Visits the references in a schema that lowering follows. (Bounded by the nesting of the document.)
fn references_inside<'d>(schema: &'d Value, visit: &mut impl FnMut(&'d str)) {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        visit(reference);
    }
    let lists = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array())
        .flatten();
    let properties = schema.get("properties").and_then(Value::as_object);
    let single = ["items", "additionalProperties"]
        .iter()
        .filter_map(|keyword| schema.get(keyword));
    let properties = properties.into_iter().flat_map(|map| map.values());
    for inner in lists.chain(properties).chain(single) {
        references_inside(inner, visit);
    }
}

/// An integer of these rules, each rule in one form only: bounds that belong to the numbers, and none that says nothing.
fn integer(range: Range, format: Option<&str>, allowed: Vec<i128>) -> Integer {
    let width = width(range, format, &allowed);
    let (least, most) = width.bounds();
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
fn width(range: Range, format: Option<&str>, allowed: &[i128]) -> Width {
    if format == Some("int32") && allowed.is_empty() {
        return Width::Narrow;
    }
    let beyond = |number: i128| number > i64::MAX.into();
    let large = range.max.is_some_and(|max| beyond(max.floor()))
        || range.min.is_some_and(|min| beyond(min.ceil()))
        || allowed.iter().any(|value| beyond(*value));
    let negative = match (range.min, allowed) {
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
    /// Lists and objects.
    structured: Vec<Value>,
}

impl ListedValues {
    /// The listed values that keep the rules beside the list.
    fn of(merged: &Merged<'_>) -> Self {
        let mut listed = Self::default();
        for value in merged.values.iter().flatten() {
            let of_type = merged
                .kinds
                .is_none_or(|kinds| kinds.or(Kinds::NULL).contains(Kinds::of_value(value)));
            let fits = match value {
                Value::String(text) => sized(merged.length, text.chars().count()),
                Value::Array(items) => sized(merged.item_count, items.len()),
                Value::Object(entries) => {
                    sized(merged.property_count, entries.len())
                        && merged
                            .required
                            .iter()
                            .all(|name| entries.contains_key(name))
                }
                _ => true,
            };
            if of_type && fits {
                listed.add(value);
            }
        }
        listed
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(value) => self.booleans.push(*value),
            Value::String(value) => self.strings.push(value.clone()),
            Value::Number(number) => match Exact::of(number) {
                Some(Exact::Whole(whole)) => self.integers.push(whole),
                Some(fraction) => self.fractions.push(fraction),
                None => {}
            },
            Value::Array(_) | Value::Object(_) => self.structured.push(value.clone()),
        }
    }

    fn is_empty(&self) -> bool {
        let numbers = self.integers.is_empty() && self.fractions.is_empty();
        let rest = self.booleans.is_empty() && self.structured.is_empty();
        numbers && rest && self.strings.is_empty()
    }

    /// Booleans and numbers as types.
    fn scalars(&self, range: Range, format: Option<&str>) -> Vec<Kind> {
        let mut kinds = Vec::new();
        match self.booleans.as_slice() {
            [] => {}
            [only] => kinds.push(Kind::Boolean { only: Some(*only) }),
            _ => kinds.push(Kind::Boolean { only: None }),
        }
        if !self.fractions.is_empty() {
            let integers = self.integers.iter().map(|n| Exact::Whole(*n));
            kinds.push(Kind::Number(Number {
                range,
                allowed: integers.chain(self.fractions.iter().copied()).collect(),
            }));
        } else if !self.integers.is_empty() {
            kinds.push(Kind::Integer(integer(range, format, self.integers.clone())));
        }
        kinds
    }
}

fn sized(size: Size, count: usize) -> bool {
    let count = count as u64;
    size.min.is_none_or(|min| count >= min) && size.max.is_none_or(|max| count <= max)
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
