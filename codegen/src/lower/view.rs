//! A conjunction of schemas as one flat set of rules: `$ref` followed, `allOf` merged.

use std::collections::BTreeSet;
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::Value;

use super::kinds::Kinds;
use super::union::same_rules;
use super::{
    CIRCULAR_REFERENCE, CONFLICTING_DECLARATIONS, IGNORED_SIBLING, Lowerer, UNCHECKED_NOT,
};
use crate::diagnostic::Diagnostic;
use crate::exact::Exact;
use crate::ir::{Docs, Range, Size};
use crate::parse::{self, Node};
use crate::pointer::Pointer;

/// Schemas that a value must satisfy together.
#[derive(Clone, Debug)]
pub(super) struct Conjunction<'d> {
    /// The schemas; docs and nullability follow the first.
    pub(super) nodes: Vec<Node<'d>>,
    /// Unions (addresses of `oneOf` or `anyOf` lists) that are dealt with already.
    pub(super) settled: BTreeSet<Pointer>,
}

impl<'d> Conjunction<'d> {
    pub(super) fn one(node: Node<'d>) -> Self {
        Self {
            nodes: vec![node],
            settled: BTreeSet::new(),
        }
    }
}

/// A `oneOf` or `anyOf`, with the schema that holds it.
#[derive(Clone, Debug)]
pub(super) struct Group<'d> {
    /// The list.
    pub(super) pointer: Pointer,
    /// Its members.
    pub(super) members: Vec<Node<'d>>,
    /// The schema around it.
    pub(super) holder: Rc<parse::Schema<'d>>,
}

/// All rules of a conjunction, merged.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    pub(super) pointer: Pointer,
    pub(super) docs: Docs,
    pub(super) nullable: bool,
    /// The JSON types that remain; `None` when nothing restricts them.
    pub(super) kinds: Option<Kinds>,
    pub(super) never: bool,
    /// Each property with all its declarations.
    pub(super) properties: IndexMap<String, Vec<Node<'d>>>,
    pub(super) required: BTreeSet<String>,
    pub(super) closed: bool,
    /// The schemas of additional properties.
    pub(super) additional: Vec<Node<'d>>,
    pub(super) items: Vec<Node<'d>>,
    /// The only values, if they are listed.
    pub(super) values: Option<Vec<Value>>,
    pub(super) groups: Vec<Group<'d>>,
    pub(super) range: Range,
    pub(super) length: Size,
    pub(super) item_count: Size,
    pub(super) property_count: Size,
    pub(super) unique: bool,
    pub(super) pattern: Option<String>,
    pub(super) format: Option<String>,
}

/// Why a conjunction cannot be satisfied.
pub(super) struct Conflict {
    pub(super) pointer: Pointer,
    pub(super) message: String,
}

/// Keywords that say something about the value itself (others only describe).
const STRUCTURAL: &[&str] = &[
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// The keywords of a schema object that say something about the value itself.
pub(super) fn structural_keywords<'d>(node: &Node<'d>) -> impl Iterator<Item = &'d str> {
    node.value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys())
        .map(String::as_str)
        .filter(|keyword| STRUCTURAL.contains(keyword))
}

/// Whether a schema accepts everything (`{}`, or only descriptions).
pub(super) fn is_neutral(node: &Node<'_>) -> bool {
    node.value.is_object()
        && node.reference().is_none()
        && structural_keywords(node).next().is_none()
}

/// Whether a schema accepts nothing: `not: {}`.
pub(super) fn is_never(node: &Node<'_>) -> bool {
    node.member("not").is_some_and(|not| is_neutral(&not))
}

impl<'d> Lowerer<'d> {
    /// The only reference of a conjunction that says nothing else about the value, if that is what it is.
    pub(super) fn sole_reference(&mut self, conjunction: &Conjunction<'d>) -> Option<Node<'d>> {
        let mut found = None;
        for node in &conjunction.nodes {
            if is_neutral(node) {
                continue;
            }
            let reference = self.sole_reference_of(node)?;
            if found.replace(reference).is_some() {
                return None;
            }
        }
        let found = found?;
        let target = self.peek(&found)?;
        // A settled union inside the target means that the target itself is being taken apart.
        let taken_apart = conjunction
            .settled
            .iter()
            .any(|union| union.as_str().starts_with(target.pointer.as_str()));
        (!taken_apart).then_some(found)
    }

    fn sole_reference_of(&mut self, node: &Node<'d>) -> Option<Node<'d>> {
        if node.reference().is_some() {
            let siblings = self.siblings_count && structural_keywords(node).next().is_some();
            return (!siblings).then(|| node.clone());
        }
        let all_of = node.member("allOf")?;
        if structural_keywords(node).any(|keyword| keyword != "allOf" && keyword != "type") {
            return None;
        }
        let mut members = all_of.elements().filter(|member| !is_neutral(member));
        let (only, None) = (members.next()?, members.next()) else {
            return None;
        };
        let reference = self.sole_reference_of(&only)?;
        // `type` beside `allOf` is neutral only when it repeats what the target says.
        let own = node.text("type");
        let target = self.peek(&reference)?;
        (own.is_none() || own == target.text("type")).then_some(reference)
    }

    /// The target of a reference, without complaints.
    pub(super) fn peek(&self, node: &Node<'d>) -> Option<Node<'d>> {
        let mut node = node.clone();
        for _ in 0..32 {
            let Some(reference) = node.reference() else {
                return Some(node);
            };
            let pointer = Pointer::from_reference(reference)?;
            let value = self.document.get(&pointer)?;
            node = Node { value, pointer };
        }
        None
    }

    /// Merges all schemas of a conjunction.
    pub(super) fn view(&mut self, conjunction: &Conjunction<'d>) -> Result<View<'d>, Conflict> {
        let mut leaves = Vec::new();
        for node in &conjunction.nodes {
            self.collect(node, &mut Vec::new(), &mut leaves);
        }
        let pointer = conjunction
            .nodes
            .first()
            .map(|node| node.pointer.clone())
            .unwrap_or_default();
        let mut view = View {
            docs: self.docs_of(&conjunction.nodes),
            nullable: self.all_nullable(&conjunction.nodes),
            pointer,
            kinds: None,
            never: false,
            properties: IndexMap::new(),
            required: BTreeSet::new(),
            closed: false,
            additional: Vec::new(),
            items: Vec::new(),
            values: None,
            groups: Vec::new(),
            range: Range::default(),
            length: Size::default(),
            item_count: Size::default(),
            property_count: Size::default(),
            unique: false,
            pattern: None,
            format: None,
        };
        for (index, leaf) in leaves.iter().enumerate() {
            let said_before = |known: &Rc<parse::Schema<'d>>| {
                known.node.pointer == leaf.node.pointer
                    || same_rules(known.node.value, leaf.node.value)
            };
            if !leaves[..index].iter().any(said_before) {
                self.merge(&mut view, leaf, &conjunction.settled)?;
            }
        }
        Ok(view)
    }

    /// All schemas that hold at a node, outermost first.
    fn collect(
        &mut self,
        node: &Node<'d>,
        chain: &mut Vec<Pointer>,
        leaves: &mut Vec<Rc<parse::Schema<'d>>>,
    ) {
        if node.reference().is_some() {
            if self.siblings_count && structural_keywords(node).next().is_some() {
                leaves.extend(self.schema(node));
            }
            let Some(target) = self.follow(node) else {
                return;
            };
            if chain.contains(&target.pointer) {
                self.fail(Diagnostic::new(
                    &CIRCULAR_REFERENCE,
                    node.pointer.clone(),
                    format!("`{}` is part of its own definition", target.pointer),
                ));
                return;
            }
            // The target's inline types belong to the target, whoever needs them first.
            self.reference(node);
            chain.push(target.pointer.clone());
            self.collect(&target, chain, leaves);
            chain.pop();
            return;
        }
        let Some(schema) = self.schema(node) else {
            return;
        };
        if !is_neutral(node) {
            leaves.push(Rc::clone(&schema));
        }
        for member in schema.list("allOf") {
            self.collect(&member, chain, leaves);
        }
    }

    /// Says which keywords beside `$ref` do not count.
    pub(super) fn warn_about_siblings(&mut self, node: &Node<'d>) {
        if self.siblings_count {
            return;
        }
        let ignored: Vec<_> = structural_keywords(node)
            .map(|keyword| format!("`{keyword}`"))
            .collect();
        if !ignored.is_empty() {
            self.warn(Diagnostic::new(
                &IGNORED_SIBLING,
                node.pointer.clone(),
                format!("{} beside `$ref` is ignored", ignored.join(", ")),
            ));
        }
    }

    fn merge(
        &mut self,
        view: &mut View<'d>,
        leaf: &Rc<parse::Schema<'d>>,
        settled: &BTreeSet<Pointer>,
    ) -> Result<(), Conflict> {
        let keywords = &leaf.keywords;
        if let Some(kinds) = own_kinds(leaf) {
            let both = view.kinds.map_or(kinds, |known| known.and(kinds));
            if both.is_empty() {
                return Err(Conflict {
                    pointer: leaf.node.pointer.clone(),
                    message: format!(
                        "type `{}` cannot hold together with the types around it",
                        leaf.keywords.typ.as_deref().unwrap_or("object")
                    ),
                });
            }
            view.kinds = Some(both);
        }
        for (name, node) in leaf.properties() {
            add_new(view.properties.entry(name.clone()).or_default(), node);
        }
        view.required.extend(keywords.required.iter().cloned());
        match parse::additional(keywords, &leaf.node) {
            parse::Additional::Nothing => view.closed = true,
            parse::Additional::Typed => {
                view.additional
                    .extend(leaf.node.member("additionalProperties"));
            }
            parse::Additional::Anything | parse::Additional::Unsaid => {}
        }
        if let Some(node) = leaf.node.member("items") {
            add_new(&mut view.items, node);
        }
        self.merge_values(view, leaf)?;
        for keyword in ["oneOf", "anyOf"] {
            let members = leaf.list(keyword);
            let pointer = leaf.node.pointer.child(keyword);
            let repeated = view
                .groups
                .iter()
                .any(|known| same_members(known, &members));
            if !members.is_empty() && !settled.contains(&pointer) && !repeated {
                view.groups.push(Group {
                    pointer,
                    members,
                    holder: Rc::clone(leaf),
                });
            }
        }
        if let Some(not) = leaf.node.member("not") {
            if is_neutral(&not) {
                view.never = true;
            } else {
                self.warn(Diagnostic::new(
                    &UNCHECKED_NOT,
                    not.pointer.clone(),
                    "this `not` is not checked",
                ));
            }
        }
        merge_range(&mut view.range, leaf);
        merge_size(&mut view.length, keywords.min_length, keywords.max_length);
        merge_size(&mut view.item_count, keywords.min_items, keywords.max_items);
        merge_size(
            &mut view.property_count,
            keywords.min_properties,
            keywords.max_properties,
        );
        view.unique |= keywords.unique_items == Some(true);
        if let Some(pattern) = &keywords.pattern {
            view.pattern.get_or_insert_with(|| pattern.clone());
        }
        if let Some(format) = leaf.format {
            view.format.get_or_insert_with(|| format.to_string());
        }
        Ok(())
    }

    fn merge_values(
        &mut self,
        view: &mut View<'d>,
        leaf: &parse::Schema<'d>,
    ) -> Result<(), Conflict> {
        let Some(values) = leaf.values else {
            return Ok(());
        };
        let mut own = Vec::new();
        for value in values {
            if !own.contains(value) {
                own.push(value.clone());
            }
        }
        let Some(known) = &mut view.values else {
            view.values = Some(own);
            return Ok(());
        };
        let both: Vec<_> = known
            .iter()
            .filter(|value| own.contains(value))
            .cloned()
            .collect();
        if both.is_empty() && !known.is_empty() && !own.is_empty() {
            return Err(Conflict {
                pointer: leaf.node.pointer.child("enum"),
                message: "the lists of values have nothing in common".into(),
            });
        }
        *known = both;
        Ok(())
    }

    /// What the document says about a conjunction: the first schema that says a thing wins.
    pub(super) fn docs_of(&mut self, nodes: &[Node<'d>]) -> Docs {
        let mut docs = Docs::default();
        for node in nodes {
            let own = own_docs(node);
            docs.title = docs.title.or(own.title);
            docs.description = docs.description.or(own.description);
            docs.default = docs.default.or(own.default);
            docs.deprecated |= own.deprecated;
        }
        docs
    }

    /// Whether `null` satisfies all of these schemas, by what they say about types.
    pub(super) fn all_nullable(&self, nodes: &[Node<'d>]) -> bool {
        let opinions: Vec<_> = nodes
            .iter()
            .filter_map(|node| self.nullable_opinion(node, 0))
            .collect();
        !opinions.is_empty() && opinions.iter().all(|nullable| *nullable)
    }

    /// What one schema says about `null`; `None` when it says nothing about types.
    fn nullable_opinion(&self, node: &Node<'d>, depth: usize) -> Option<bool> {
        if node.value.get("nullable") == Some(&Value::Bool(true)) {
            return Some(true);
        }
        if depth > 16 {
            return None;
        }
        if node.reference().is_some() {
            return self.nullable_opinion(&self.peek(node)?, depth + 1);
        }
        if let Some(all_of) = node.member("allOf") {
            let opinions: Vec<_> = all_of
                .elements()
                .filter_map(|member| self.nullable_opinion(&member, depth + 1))
                .collect();
            if !opinions.is_empty() {
                return Some(opinions.iter().all(|nullable| *nullable));
            }
        }
        let has_null = node
            .value
            .get("enum")
            .and_then(Value::as_array)
            .map(|values| values.contains(&Value::Null));
        if node.value.get("type").is_some() {
            return Some(false);
        }
        has_null.or_else(|| node.value.get("properties").map(|_| false))
    }
}

/// The JSON types that a schema itself asks for, stated or implied by its keywords.
fn own_kinds(leaf: &parse::Schema<'_>) -> Option<Kinds> {
    let keywords = &leaf.keywords;
    if let Some(name) = &keywords.typ {
        return Kinds::named(name);
    }
    let in_union = leaf.node.value.get("oneOf").is_some() || leaf.node.value.get("anyOf").is_some();
    let additional = parse::additional(keywords, &leaf.node);
    let object = leaf.node.value.get("properties").is_some()
        || !keywords.required.is_empty()
        || matches!(
            additional,
            parse::Additional::Typed | parse::Additional::Nothing
        )
        || (matches!(additional, parse::Additional::Anything) && !in_union);
    if object {
        return Some(Kinds::OBJECT);
    }
    keywords.items.is_some().then_some(Kinds::ARRAY)
}

/// The docs that stand in one schema object (or beside a `$ref`).
pub(super) fn own_docs(node: &Node<'_>) -> Docs {
    let text = |key| {
        node.text(key)
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(String::from)
    };
    Docs {
        title: text("title"),
        summary: None,
        description: text("description"),
        deprecated: node.value.get("deprecated") == Some(&Value::Bool(true)),
        default: node.value.get("default").cloned(),
    }
}

/// Adds a declaration, unless one with the same rules is there: converters repeat whole schemas in `allOf`.
fn add_new<'d>(declarations: &mut Vec<Node<'d>>, node: Node<'d>) {
    let known = |known: &Node<'d>| same_rules(known.value, node.value);
    if !declarations.iter().any(known) {
        declarations.push(node);
    }
}

fn same_members(group: &Group<'_>, members: &[Node<'_>]) -> bool {
    group.members.len() == members.len()
        && group
            .members
            .iter()
            .zip(members)
            .all(|(a, b)| same_rules(a.value, b.value))
}

fn merge_size(size: &mut Size, min: Option<usize>, max: Option<usize>) {
    let min = min.map(|n| n as u64);
    let max = max.map(|n| n as u64);
    size.min = size.min.max(min);
    size.max = match (size.max, max) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

fn merge_range(range: &mut Range, leaf: &parse::Schema<'_>) {
    let keywords = &leaf.keywords;
    let number = |keyword| Exact::of_value(leaf.node.value.get(keyword)?);
    if let Some(min) = number("minimum")
        && range.min.is_none_or(|known| min >= known)
    {
        range.exclusive_min = keywords.exclusive_minimum == Some(true)
            || (range.min == Some(min) && range.exclusive_min);
        range.min = Some(min);
    }
    if let Some(max) = number("maximum")
        && range.max.is_none_or(|known| max <= known)
    {
        range.exclusive_max = keywords.exclusive_maximum == Some(true)
            || (range.max == Some(max) && range.exclusive_max);
        range.max = Some(max);
    }
    range.multiple_of = range.multiple_of.or(number("multipleOf"));
}

impl Lowerer<'_> {
    /// Says that the declarations of something disagree, and that the last one counts.
    pub(super) fn warn_about_conflict(&mut self, conflict: Conflict) {
        self.warn(Diagnostic::new(
            &CONFLICTING_DECLARATIONS,
            conflict.pointer,
            format!("{}; this last declaration counts", conflict.message),
        ));
    }
}
