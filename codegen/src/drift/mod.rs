//! What changed between two documents, and whom it breaks. Knows the analysis of both: the IR and the plan, documents
//! only to tell places; never `openapiv3`.
//!
//! ```text
//! two Apis ─operations→ operations that stand for each other ─types→ differences ─rules→ Changes ─allow→ ─render→ text
//! ```
//!
//! | file | does |
//! |---|---|
//! | `rules` | the table of all kinds of change: id, whom it breaks, how much, why |
//! | `view` | types as the wire sees them, so that a refactoring of components is no change |
//! | `types` | what differs between two types, whoever sends them |
//! | `members` | which members of two unions stand for each other |
//! | `operations` | which operations stand for each other, and what differs outside of types |
//! | `items` | the Rust items that a change touches |
//! | `places` | the node of a document that a way into a message leads to |
//! | `allow` | the file of changes that were looked at and accepted |
//! | `render` | text, Markdown, JSON |
//!
//! Types are compared without regard to direction. Which rule a difference falls under is decided last, where it is
//! reached: what narrows breaks callers in a request and implementors in a response, what widens the other way round.

pub mod allow;
mod items;
mod members;
mod operations;
mod places;
pub mod render;
mod rules;
mod sides;
mod types;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;

use crate::Analysis;
use crate::document::Document;
use crate::ir::{Api, Operation, TypeId};
use crate::plan::Plan;
use crate::pointer::Pointer;
use items::Touched;
use operations::Common;
use rules::{Facet, Subject};
use types::{Delta, Step, Types};

pub use rules::{Class, Rule, Severity, rules};

/// Everything that changed between two documents.
#[derive(Debug, Default)]
pub struct Drift {
    /// How many operations there are, and what became of them.
    pub operations: Totals,
    /// The changes, by group and severity.
    pub changes: Vec<Change>,
}

/// What became of the operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// In the old document only.
    pub removed: usize,
    /// How many of these were deprecated.
    pub removed_deprecated: usize,
    /// In the new document only.
    pub added: usize,
    /// In both.
    pub common: usize,
    /// In both, with a difference that is more than docs.
    pub changed: usize,
    /// In both, with a difference in docs only.
    pub docs_only: usize,
    /// In both, with a difference that can break callers.
    pub breaking_clients: usize,
    /// In both, with a difference that can break those who serve.
    pub breaking_implementors: usize,
}

/// Which way the messages go that a change is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the caller.
    Request,
    /// To the caller.
    Response,
    /// Both, or it is no message.
    Both,
}

/// One change: in one place of the document, wherever that place is reached from.
#[derive(Debug)]
pub struct Change {
    /// The kind of change.
    pub rule: &'static Rule,
    /// Which way the messages go.
    pub direction: Direction,
    /// What changed, with the values involved.
    pub message: String,
    /// Where it is met: once per operation at most; never empty.
    pub places: Vec<Occurrence>,
}

/// A place that a change is met at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The group of the operation; empty when it is about the whole document.
    pub group: String,
    /// Method and path, in the new document if it is there.
    pub operation: Option<String>,
    /// The part of the operation, such as `response 200` or ``query parameter `page` ``; may be empty.
    pub part: String,
    /// The way into the value, such as `$.items[].status`; empty when it is not about a value.
    pub path: String,
    /// The node of the old document; `None` when it has none.
    pub old: Option<Pointer>,
    /// The node of the new document.
    pub new: Option<Pointer>,
    /// The Rust item of the old crate.
    pub old_item: Option<String>,
    /// The Rust item of the new crate.
    pub new_item: Option<String>,
}

impl Drift {
    /// Keeps the changes whose rule passes a test.
    pub fn keep(&mut self, test: fn(&Rule) -> bool) {
        self.changes.retain(|change| test(change.rule));
    }
}

impl Occurrence {
    fn is_at(&self, other: &Self) -> bool {
        (&self.operation, &self.old, &self.new) == (&other.operation, &other.old, &other.new)
    }
}

/// Compares what two documents say.
pub fn compare(old: &Analysis, new: &Analysis) -> Drift {
    let documents = (&old.document, &new.document);
    let (old, new) = (&old.api, &new.api);
    // Paths of users do not depend on which features compile a file.
    let plans = (Plan::of_text(old), Plan::of_text(new));
    let mut types = Types::new(old, new);
    let matched = operations::matched(old, new);
    let mut report = Reporter {
        old,
        new,
        documents,
        plans: (&plans.0, &plans.1),
        changes: Vec::new(),
        known: HashMap::new(),
        known_nodes: HashMap::new(),
        totals: Totals {
            removed: matched.removed.len(),
            removed_deprecated: matched.removed.iter().filter(|o| o.docs.deprecated).count(),
            added: matched.added.len(),
            common: matched.common.len(),
            ..Totals::default()
        },
    };
    report.info();
    let new_shapes = paths(new);
    for operation in &matched.removed {
        report.removed(operation, &new_shapes);
    }
    let skipped_before = skipped(old);
    for operation in &matched.added {
        report.added(operation, &skipped_before);
    }
    for (a, b) in matched.common {
        let common = operations::compare(&mut types, a, b);
        report.common(&types, common);
    }
    report.finish()
}

/// The paths of an API, in the form that operations are matched by.
fn paths(api: &Api) -> BTreeSet<String> {
    api.operations
        .iter()
        .map(|operation| operations::shape("", &operation.path))
        .collect()
}

/// The operations that are not generated, in the form that operations are matched by, with the reason.
fn skipped(api: &Api) -> BTreeMap<String, &str> {
    let failed = api.skipped.iter().map(|s| (&s.key, s.reason.as_str()));
    let others = api.not_chosen.iter();
    let others = others.map(|key| (key, "the settings do not choose its group"));
    others
        .chain(failed)
        .filter_map(|(key, reason)| {
            let (method, path) = key.split_once(' ')?;
            Some((operations::shape(method, path), reason))
        })
        .collect()
}

/// What makes two differences one change.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key<'a> {
    rule: &'static str,
    message: String,
    /// The definitions that differ; the way in them.
    definitions: Option<(TypeId, TypeId)>,
    path: Vec<Step<'a>>,
    /// What stands for the definitions elsewhere.
    part: String,
}

/// A rule, what it says, and the nodes of both documents.
type Nodes<'a> = (
    &'static str,
    String,
    Option<&'a Pointer>,
    Option<&'a Pointer>,
);

/// Collects differences as changes.
struct Reporter<'a> {
    old: &'a Api,
    new: &'a Api,
    documents: (&'a Document, &'a Document),
    plans: (&'a Plan<'a>, &'a Plan<'a>),
    changes: Vec<Change>,
    known: HashMap<Key<'a>, usize>,
    /// One node can stand in many definitions: `allOf` merges it into each of them.
    known_nodes: HashMap<Nodes<'a>, usize>,
    totals: Totals,
}

/// A difference where it is met.
struct Met<'a, 'd> {
    subject: Subject,
    part: &'d str,
    /// The way from the message to the definitions.
    outside: Vec<Step<'a>>,
    delta: &'d Delta<'a>,
    definitions: Option<(TypeId, TypeId)>,
    /// The nodes that hold the schemas of the message.
    bases: Option<(&'a Pointer, &'a Pointer)>,
}

impl<'a> Reporter<'a> {
    fn common(&mut self, types: &Types<'a>, common: Common<'a>) {
        let operations = (Some(common.old), Some(common.new));
        let mut found = Vec::new();
        for (subject, part, delta) in &common.deltas {
            let met = Met {
                subject: *subject,
                part,
                outside: Vec::new(),
                delta,
                definitions: None,
                bases: None,
            };
            found.push(self.add(operations, met));
        }
        let mut seen: HashSet<(bool, usize)> = HashSet::new();
        for root in &common.roots {
            // In the order of distance, so that the way that is reported is the shortest.
            let mut queue: Vec<(usize, usize, &[Step<'a>])> = vec![(root.pair, usize::MAX, &[])];
            let mut at = 0;
            while let Some((id, _, _)) = queue.get(at).copied() {
                let pair = &types.pairs[id];
                for delta in &pair.deltas {
                    let met = Met {
                        subject: root.subject,
                        part: &root.part,
                        outside: way(&queue, at),
                        delta,
                        definitions: pair.ids,
                        bases: root.bases,
                    };
                    found.push(self.add(operations, met));
                }
                for (steps, inner) in &pair.inside {
                    if seen.insert((root.subject.is_request(), *inner)) {
                        queue.push((*inner, at, steps));
                    }
                }
                at += 1;
            }
        }
        self.count(&found);
    }

    fn count(&mut self, found: &[&'static Rule]) {
        let any = |test: fn(&Rule) -> bool| found.iter().any(|rule| test(rule));
        let totals = &mut self.totals;
        if any(|rule| rule.class != Class::Docs) {
            totals.changed += 1;
        } else if !found.is_empty() {
            totals.docs_only += 1;
        }
        totals.breaking_clients += usize::from(any(|rule| rule.class.breaks_clients()));
        totals.breaking_implementors += usize::from(any(|rule| rule.class.breaks_implementors()));
    }

    fn removed(&mut self, operation: &'a Operation, paths: &BTreeSet<String>) {
        let skipped = skipped(self.new);
        if let Some(reason) = skipped.get(&operations::shape(&operation.method, &operation.path)) {
            let message = format!("operation not generated any more: {reason}");
            return self.endpoint(Facet::EndpointSkipped, message, Some(operation), None);
        }
        let facet = match (
            paths.contains(&operations::shape("", &operation.path)),
            operation.docs.deprecated,
        ) {
            (true, false) => Facet::EndpointRemoved,
            (true, true) => Facet::EndpointRemovedDeprecated,
            (false, false) => Facet::PathRemoved,
            (false, true) => Facet::PathRemovedDeprecated,
        };
        let message = match operation.docs.deprecated {
            true => "deprecated operation removed",
            false => "operation removed",
        };
        self.endpoint(facet, message.to_string(), Some(operation), None);
    }

    fn added(&mut self, operation: &'a Operation, skipped: &BTreeMap<String, &str>) {
        let shape = operations::shape(&operation.method, &operation.path);
        let (facet, message) = match skipped.contains_key(&shape) {
            true => (Facet::EndpointNotSkipped, "operation generated now"),
            false => (Facet::EndpointAdded, "operation added"),
        };
        self.endpoint(facet, message.to_string(), None, Some(operation));
    }

    fn endpoint(
        &mut self,
        facet: Facet,
        message: String,
        old: Option<&'a Operation>,
        new: Option<&'a Operation>,
    ) {
        let touched =
            |operation: Option<&'a Operation>| operation.map_or(Touched::Nothing, Touched::Method);
        let delta = Delta {
            facet,
            path: Vec::new(),
            message,
            old: old.map(|operation| &operation.pointer),
            new: new.map(|operation| &operation.pointer),
            touched: (touched(old), touched(new)),
        };
        let met = Met {
            subject: Subject::Api,
            part: "",
            outside: Vec::new(),
            delta: &delta,
            definitions: None,
            bases: None,
        };
        self.add((old, new), met);
    }

    /// What the document says about itself and its groups.
    fn info(&mut self) {
        let (old, new) = (self.old, self.new);
        let info = Pointer::root().child("info");
        if old.title != new.title {
            self.say(
                format!("title `{}` → `{}`", old.title, new.title),
                info.child("title"),
                "",
            );
        }
        if old.version != new.version {
            self.say(
                format!("version `{}` → `{}`", old.version, new.version),
                info.child("version"),
                "",
            );
        }
        if old.description != new.description {
            self.say(
                "description of the document changed".to_string(),
                info.child("description"),
                "",
            );
        }
        for a in &old.modules {
            let b = new.modules.iter().find(|b| b.key == a.key);
            if b.is_some_and(|b| b.description != a.description) {
                let message = format!("description of the group `{}` changed", a.key);
                self.say(message, Pointer::root().child("tags"), &a.key);
            }
        }
    }

    fn say(&mut self, message: String, pointer: Pointer, group: &str) {
        self.changes.push(Change {
            rule: rules::of(Facet::InfoChanged, Subject::Api),
            direction: Direction::Both,
            message,
            places: vec![Occurrence {
                group: group.to_string(),
                operation: None,
                part: String::new(),
                path: String::new(),
                old: Some(pointer.clone()),
                new: Some(pointer),
                old_item: None,
                new_item: None,
            }],
        });
    }

    fn add(
        &mut self,
        (old, new): (Option<&'a Operation>, Option<&'a Operation>),
        met: Met<'a, '_>,
    ) -> &'static Rule {
        let delta = met.delta;
        let mut path = met.outside;
        path.extend(delta.path.iter().cloned());
        let inside = path.iter().any(|step| !matches!(step, Step::Member(_)));
        let subject = if inside {
            met.subject.inside()
        } else {
            met.subject
        };
        let rule = rules::of(delta.facet, subject);
        let (api, operation) = match (old, new) {
            (_, Some(new)) => (self.new, Some(new)),
            (old, None) => (self.old, old),
        };
        let module = operation.and_then(|operation| api.modules.get(operation.module.0));
        let group = module.map(|module| module.key.clone()).unwrap_or_default();
        let node = |document: &Document, base: Option<&Pointer>, known: Option<&Pointer>| {
            places::corrected(document, base?, &path, known?)
        };
        let bases = (
            met.bases.map(|bases| bases.0),
            met.bases.map(|bases| bases.1),
        );
        let occurrence = Occurrence {
            group,
            operation: operation.map(Operation::key),
            part: met.part.to_string(),
            path: match met.subject {
                Subject::Api => String::new(),
                _ => path_text(&path),
            },
            old: node(self.documents.0, bases.0, delta.old).or_else(|| delta.old.cloned()),
            new: node(self.documents.1, bases.1, delta.new).or_else(|| delta.new.cloned()),
            old_item: delta.touched.0.text(self.plans.0),
            new_item: delta.touched.1.text(self.plans.1),
        };
        let one_by_one = met.subject == Subject::Api && met.part.is_empty();
        let key = Key {
            rule: &rule.id,
            message: delta.message.clone(),
            definitions: met
                .definitions
                .map(|(a, b)| (self.old.types.body_id(a), self.new.types.body_id(b))),
            path: if met.definitions.is_some() {
                delta.path.clone()
            } else {
                path
            },
            part: match met.definitions {
                Some(_) => String::new(),
                None if one_by_one => occurrence.operation.clone().unwrap_or_default(),
                None => met.part.to_string(),
            },
        };
        let nodes: Nodes<'a> = (&rule.id, delta.message.clone(), delta.old, delta.new);
        let known = self
            .known
            .get(&key)
            .or_else(|| self.known_nodes.get(&nodes));
        let at = known.copied().unwrap_or(self.changes.len());
        self.known.insert(key, at);
        self.known_nodes.insert(nodes, at);
        match self.changes.get_mut(at) {
            // One node merged into several definitions of one message is one place still.
            Some(change) if change.places.iter().any(|place| place.is_at(&occurrence)) => {}
            Some(change) => change.places.push(occurrence),
            None => self.changes.push(Change {
                rule,
                direction: direction(met.subject),
                message: delta.message.clone(),
                places: vec![occurrence],
            }),
        }
        rule
    }

    fn finish(mut self) -> Drift {
        for change in &mut self.changes {
            change.places.sort();
        }
        self.changes.sort_by(|a, b| {
            let order = |change: &'_ Change| {
                (
                    std::cmp::Reverse(change.rule.severity),
                    change.rule.id.clone(),
                )
            };
            let first = |change: &'_ Change| change.places.first().cloned();
            let group = |change: &'_ Change| first(change).map(|place| place.group);
            group(a)
                .cmp(&group(b))
                .then_with(|| order(a).cmp(&order(b)))
                .then_with(|| first(a).cmp(&first(b)))
                .then_with(|| a.message.cmp(&b.message))
        });
        Drift {
            operations: self.totals,
            changes: self.changes,
        }
    }
}

fn direction(subject: Subject) -> Direction {
    match subject {
        Subject::Api => Direction::Both,
        subject if subject.is_request() => Direction::Request,
        _ => Direction::Response,
    }
}

/// The steps from the start of a queue to one of its entries.
fn way<'a>(queue: &[(usize, usize, &[Step<'a>])], at: usize) -> Vec<Step<'a>> {
    let mut parts = Vec::new();
    let mut at = at;
    while let Some((_, from, steps)) = queue.get(at) {
        parts.push(*steps);
        at = *from;
    }
    parts.into_iter().rev().flatten().cloned().collect()
}

/// The way into a value: `$.items[].status`, `*` for the values of a map, `<Name>` for a member of a union.
fn path_text(path: &[Step<'_>]) -> String {
    let mut text = "$".to_string();
    for step in path {
        match step {
            Step::Property(name) if is_plain(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Property(name) => text.push_str(&format!("[{}]", serde_json::Value::from(*name))),
            Step::Item => text.push_str("[]"),
            Step::Value => text.push_str(".*"),
            Step::Member("") => {}
            Step::Member(label) => text.push_str(&format!("<{label}>")),
        }
    }
    text
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '@')
}
