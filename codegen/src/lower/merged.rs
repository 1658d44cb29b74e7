//! A conjunction of schemas as one flat set of rules: `$ref` followed, `allOf` merged.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;
use serde_json::Value;

use super::kinds::Kinds;
use super::{
    CIRCULAR_REFERENCE, CONFLICTING_DECLARATIONS, IGNORED_SIBLING, Lowerer, MOST_SCHEMAS, Together,
    UNCHECKED_NOT, UNCHECKED_RULE,
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
    /// Whether this is one reference and nothing else.
    pub(super) fn is_bare(&self) -> bool {
        let bare =
            |node: &Node<'_>| node.reference().is_some() && node.value.get("nullable").is_none();
        self.nodes.len() == 1 && self.nodes.iter().all(bare)
    }

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
pub(super) struct Merged<'d> {
    pub(super) pointer: Pointer,
    /// The conjunction.
    pub(super) together: Rc<Together>,
    pub(super) docs: Docs,
    /// Whether `null` is a value; `None` when nothing is said about it.
    pub(super) null: Option<bool>,
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

/// What is left to do while the schemas of a conjunction are collected.
enum Open<'d> {
    Node(Node<'d>),
    /// All that a target leads to is collected.
    Done(Pointer),
}

/// Targets of references that were met while the schemas of a conjunction are collected.
enum Met {
    Doing,
    Done,
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
        if conjunction.settled.is_empty() {
            return Some(found);
        }
        let target = self.peek(&found)?;
        // A settled union inside the target means that the target itself is being taken apart.
        let inside = |union: &Pointer| {
            let rest = union.as_str().strip_prefix(target.pointer.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let taken_apart = conjunction.settled.iter().any(inside);
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
        let Some(reference) = node.reference() else {
            return Some(node.clone());
        };
        let first = Pointer::from_reference(reference)?;
        let known = self.ends.borrow().get(&first).cloned();
        let pointer = known.unwrap_or_else(|| self.end_of(first))?;
        let value = self.document.get(&pointer)?;
        Some(Node { value, pointer })
    }

    /// Where references lead in the end from what one of them points at; remembered for all on the way.
    fn end_of(&self, first: Pointer) -> Option<Pointer> {
        let mut ends = self.ends.borrow_mut();
        let mut way = Vec::new();
        let mut next = Some(first);
        let end = loop {
            let Some(pointer) = next else {
                break None;
            };
            if let Some(known) = ends.get(&pointer) {
                break known.clone();
            }
            let value = self.document.get(&pointer);
            // Until the end is known, the way leads nowhere: it could lead back to here.
            ends.insert(pointer.clone(), None);
            way.push(pointer.clone());
            match value.map(|value| value.get("$ref").and_then(Value::as_str)) {
                None => break None,
                Some(None) => break Some(pointer),
                Some(Some(reference)) => next = Pointer::from_reference(reference),
            }
        };
        ends.extend(way.into_iter().map(|pointer| (pointer, end.clone())));
        end
    }

    /// Merges all schemas of a conjunction.
    pub(super) fn merged(
        &mut self,
        conjunction: &Conjunction<'d>,
        leaves: &[Rc<parse::Schema<'d>>],
        together: Rc<Together>,
    ) -> Result<Merged<'d>, Conflict> {
        let pointer = conjunction
            .nodes
            .first()
            .map(|node| node.pointer.clone())
            .unwrap_or_default();
        let mut merged = Merged {
            docs: self.docs_of(&conjunction.nodes),
            null: self.takes_null(conjunction),
            pointer,
            together,
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
        let mut said = HashSet::new();
        for leaf in leaves {
            // Most stand alone, and need not be looked at.
            if leaves.len() == 1 || said.insert(self.stated.number(leaf.node.value)) {
                self.merge(&mut merged, leaf, &conjunction.settled)?;
            }
        }
        self.settle_constants(&mut merged)?;
        Ok(merged)
    }

    /// Adds a declaration, unless one with the same rules is there: converters repeat whole schemas in `allOf`.
    fn add_new(&self, declarations: &mut Vec<Node<'d>>, node: Node<'d>) {
        let known = |known: &Node<'d>| self.stated.same(known.value, node.value);
        if !declarations.iter().any(known) {
            declarations.push(node);
        }
    }

    fn same_members(&self, group: &Group<'d>, members: &[Node<'d>]) -> bool {
        group.members.len() == members.len()
            && group
                .members
                .iter()
                .zip(members)
                .all(|(a, b)| self.stated.same(a.value, b.value))
    }

    /// Takes unions that are nothing but lists of constants as what they are: lists of values like any `enum`.
    fn settle_constants(&mut self, merged: &mut Merged<'d>) -> Result<(), Conflict> {
        let (mut listed, mut real) = (Vec::new(), Vec::new());
        for group in std::mem::take(&mut merged.groups) {
            match self.constants_of_group(&group) {
                Some(values) => listed.push((group, values)),
                None => real.push(group),
            }
        }
        // Values of several types are a union as long as they stand alone: each has its own docs.
        let several = listed.len() + usize::from(merged.values.is_some()) > 1;
        for (group, values) in listed {
            if several || values.iter().all(Value::is_string) {
                merge_values(merged, &values, &group.pointer)?;
            } else {
                real.push(group);
            }
        }
        merged.groups = real;
        Ok(())
    }

    /// All schemas that hold together in a conjunction, each once, outermost first.
    ///
    /// A list of what is open, not a recursion: `allOf` can lead on without end.
    pub(super) fn schemas_of(
        &mut self,
        conjunction: &Conjunction<'d>,
    ) -> Vec<Rc<parse::Schema<'d>>> {
        let mut found = Vec::new();
        let mut met = HashMap::new();
        let mut open = Vec::new();
        open.extend(conjunction.nodes.iter().rev().cloned().map(Open::Node));
        while let Some(next) = open.pop()
            && found.len() <= MOST_SCHEMAS
        {
            match next {
                Open::Node(node) if node.reference().is_some() => {
                    self.open_target(&node, &mut met, &mut open, &mut found);
                }
                Open::Node(node) => {
                    let Some(schema) = self.schema(&node) else {
                        continue;
                    };
                    let members = schema.list("allOf");
                    open.extend(members.into_iter().rev().map(Open::Node));
                    if !is_neutral(&node) {
                        found.push(schema);
                    }
                }
                Open::Done(target) => _ = met.insert(target, Met::Done),
            }
        }
        let mut pointers = HashSet::new();
        found.retain(|schema| pointers.insert(schema.node.pointer.clone()));
        found
    }

    /// Goes on at the target of a reference, unless that is done or is being done.
    fn open_target(
        &mut self,
        node: &Node<'d>,
        met: &mut HashMap<Pointer, Met>,
        open: &mut Vec<Open<'d>>,
        found: &mut Vec<Rc<parse::Schema<'d>>>,
    ) {
        if self.siblings_count && structural_keywords(node).next().is_some() {
            found.extend(self.schema(node));
        }
        let Some(target) = self.follow(node) else {
            return;
        };
        match met.get(&target.pointer) {
            Some(Met::Doing) => self.fail(Diagnostic::new(
                &CIRCULAR_REFERENCE,
                node.pointer.clone(),
                format!("`{}` is part of its own definition", target.pointer),
            )),
            Some(Met::Done) => {}
            None => {
                // The target's inline types belong to the target, whoever needs them first.
                self.reference(node);
                met.insert(target.pointer.clone(), Met::Doing);
                open.push(Open::Done(target.pointer.clone()));
                open.push(Open::Node(target));
            }
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
        merged: &mut Merged<'d>,
        leaf: &Rc<parse::Schema<'d>>,
        settled: &BTreeSet<Pointer>,
    ) -> Result<(), Conflict> {
        let keywords = &leaf.keywords;
        if let Some(kinds) = own_kinds(leaf) {
            let both = merged.kinds.map_or(kinds, |known| known.and(kinds));
            if both.is_empty() {
                return Err(Conflict {
                    pointer: leaf.node.pointer.clone(),
                    message: format!(
                        "type `{}` cannot hold together with the types around it",
                        leaf.keywords.typ.as_deref().unwrap_or("object")
                    ),
                });
            }
            merged.kinds = Some(both);
        }
        for (name, node) in leaf.properties() {
            self.add_new(merged.properties.entry(name.clone()).or_default(), node);
        }
        merged.required.extend(keywords.required.iter().cloned());
        match parse::additional(keywords, &leaf.node) {
            parse::Additional::Nothing => merged.closed = true,
            parse::Additional::Typed => {
                merged
                    .additional
                    .extend(leaf.node.member("additionalProperties"));
            }
            parse::Additional::Anything | parse::Additional::Unsaid => {}
        }
        if let Some(node) = leaf.node.member("items") {
            self.add_new(&mut merged.items, node);
        }
        if let Some(values) = leaf.values {
            merge_values(merged, values, &leaf.node.pointer.child("enum"))?;
        }
        for keyword in ["oneOf", "anyOf"] {
            let members = leaf.list(keyword);
            let pointer = leaf.node.pointer.child(keyword);
            let repeated = merged
                .groups
                .iter()
                .any(|known| self.same_members(known, &members));
            if !members.is_empty() && !settled.contains(&pointer) && !repeated {
                merged.groups.push(Group {
                    pointer,
                    members,
                    holder: Rc::clone(leaf),
                });
            }
        }
        if let Some(not) = leaf.node.member("not") {
            if is_neutral(&not) {
                merged.never = true;
            } else {
                self.warn(Diagnostic::new(
                    &UNCHECKED_NOT,
                    not.pointer.clone(),
                    "this `not` is not checked",
                ));
            }
        }
        merge_range(&mut merged.range, leaf);
        self.merge_multiple(merged, leaf);
        merge_size(&mut merged.length, keywords.min_length, keywords.max_length);
        merge_size(
            &mut merged.item_count,
            keywords.min_items,
            keywords.max_items,
        );
        merge_size(
            &mut merged.property_count,
            keywords.min_properties,
            keywords.max_properties,
        );
        merged.unique |= keywords.unique_items == Some(true);
        let pattern = keywords.pattern.clone();
        self.keep_first(&mut merged.pattern, pattern, leaf, "pattern");
        let format = leaf.format.map(String::from);
        self.keep_first(&mut merged.format, format, leaf, "format");
        Ok(())
    }

    /// Keeps the first of several rules of which a type holds one, and says which are not checked.
    fn keep_first(
        &mut self,
        known: &mut Option<String>,
        next: Option<String>,
        leaf: &parse::Schema<'d>,
        keyword: &str,
    ) {
        match (&*known, next) {
            (Some(known), Some(next)) if *known != next => self.warn(Diagnostic::new(
                &UNCHECKED_RULE,
                leaf.node.pointer.child(keyword),
                format!("`{keyword}: {next}` stands beside `{known}`, and only that is checked"),
            )),
            (None, next) => *known = next,
            _ => {}
        }
    }

    /// A multiple of two numbers is one of their least common multiple.
    fn merge_multiple(&mut self, merged: &mut Merged<'d>, leaf: &parse::Schema<'d>) {
        let next = leaf.node.value.get("multipleOf");
        let Some(next) = next.and_then(Exact::of_value) else {
            return;
        };
        let Some(known) = merged.range.multiple_of else {
            merged.range.multiple_of = Some(next);
            return;
        };
        match common_multiple(known, next) {
            Some(both) => merged.range.multiple_of = Some(both),
            None => self.warn(Diagnostic::new(
                &UNCHECKED_RULE,
                leaf.node.pointer.child("multipleOf"),
                format!(
                    "`multipleOf: {}` stands beside {}, and only that is checked",
                    next.to_value(),
                    known.to_value()
                ),
            )),
        }
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

/// Intersects a list of values with those that are listed already.
fn merge_values(
    merged: &mut Merged<'_>,
    values: &[Value],
    pointer: &Pointer,
) -> Result<(), Conflict> {
    let mut own = Vec::new();
    for value in values {
        if !own.contains(value) {
            own.push(value.clone());
        }
    }
    let Some(known) = &mut merged.values else {
        merged.values = Some(own);
        return Ok(());
    };
    let both: Vec<_> = known
        .iter()
        .filter(|value| own.contains(value))
        .cloned()
        .collect();
    if both.is_empty() && !known.is_empty() && !own.is_empty() {
        return Err(Conflict {
            pointer: pointer.clone(),
            message: "the lists of values have nothing in common".into(),
        });
    }
    *known = both;
    Ok(())
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
}

/// The least common multiple of two numbers with up to six decimals; `None` when it is not exact.
fn common_multiple(a: Exact, b: Exact) -> Option<Exact> {
    const SCALE: f64 = 1e6;
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let (Some(a), Some(b)) = (a.whole(), b.whole()) {
        let multiple = least_common_multiple(u64::try_from(a).ok()?, u64::try_from(b).ok()?)?;
        return Some(Exact::Whole(multiple.into()));
    }
    let scaled = |n: f64| {
        let scaled = (n * SCALE).round();
        let exact = (1.0..EXACT).contains(&scaled) && scaled / SCALE == n;
        exact.then_some(scaled as u64)
    };
    let multiple = least_common_multiple(scaled(a.as_f64())?, scaled(b.as_f64())?)? as f64;
    (multiple < EXACT).then(|| Exact::from(multiple / SCALE))
}

fn least_common_multiple(a: u64, b: u64) -> Option<u64> {
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    a.checked_div(divisor)?.checked_mul(b)
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
