//! What definitions are called in terms of the document: for a document that is written again, and for messages. Names in
//! Rust are the plan's. Knows the IR only.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::ir::{Api, Operation, Place, Section, Step};

use super::merge;
use super::place::{self, Root, Way};

/// Sets the `label` of every definition and operation: letters, digits, `.`, `_` and `-` only, and different from every
/// other. A definition that another has taken the place of has the label of that.
pub fn run(api: &mut Api) {
    let labels: Vec<String> = api.operations.iter().map(of_operation).collect();
    for (operation, label) in api.operations.iter_mut().zip(labels) {
        operation.label = label;
    }
    let kept = merge::kept(api);
    let operations = api.operations.iter();
    let operations: BTreeMap<String, &str> = operations
        .map(|operation| (operation.key(), operation.label.as_str()))
        .collect();
    let wanted = |id| {
        let is_component = matches!(api.types[id].place, Place::Component(_));
        let label = wanted(&operations, &place::way(&api.types, id));
        (!is_component, label, id)
    };
    // Components first: their names are the document's own.
    let mut wishes: Vec<_> = api.types.ids().map(wanted).collect();
    wishes.sort_by(|a, b| {
        let pointers = || api.types[a.2].pointer.cmp(&api.types[b.2].pointer);
        (a.0, &a.1).cmp(&(b.0, &b.1)).then_with(pointers)
    });
    let mut taken = HashMap::new();
    for (_, label, id) in wishes {
        api.types[id].label = free(label, &mut taken);
    }
    for (id, kept) in api.types.ids().zip(kept) {
        api.types[id].label = api.types[kept].label.clone();
    }
}

/// A label that is not taken: a number at its end where it is. What is taken comes with how often it was wished for.
fn free(label: String, taken: &mut HashMap<String, usize>) -> String {
    let Some(mut times) = taken.get(&label).copied() else {
        taken.insert(label.clone(), 1);
        return label;
    };
    loop {
        times += 1;
        let numbered = format!("{label}_{times}");
        if let Entry::Vacant(vacant) = taken.entry(numbered.clone()) {
            vacant.insert(1);
            taken.insert(label, times);
            return numbered;
        }
    }
}

/// What a definition would be called; `operations` are the labels by keys.
fn wanted(operations: &BTreeMap<String, &str>, way: &Way<'_>) -> String {
    let mut words = Vec::new();
    match way.root {
        Root::Component(name) => words.push(plain(name)),
        Root::Operation(key) => {
            let label = operations.get(key);
            words.push(label.map_or_else(|| plain(key), |label| label.to_string()));
        }
    }
    words.extend(way.section.map(of_section));
    words.extend(way.steps.iter().map(|(_, step)| of_step(step)));
    words.join(".")
}

/// `operationId`, or what stands in its place.
fn of_operation(operation: &Operation) -> String {
    match &operation.id {
        Some(id) => plain(id),
        None => plain(&operation.key()),
    }
}

fn of_section(section: &Section) -> String {
    match section {
        Section::Path => "path".to_string(),
        Section::Query => "query".to_string(),
        Section::Header => "header".to_string(),
        Section::Cookie => "cookie".to_string(),
        Section::RequestBody(media_type) => with("request", media_type.as_ref()),
        Section::Response(status, media_type) => with(status, media_type.as_ref()),
        Section::ResponseHeader(status, name) => with(status, Some(name)),
        // The way to a definition has these as steps.
        Section::Inside(outer, _) => of_section(outer),
    }
}

fn with(word: &str, more: Option<&String>) -> String {
    match more {
        Some(more) => format!("{word}.{}", plain(more)),
        None => word.to_string(),
    }
}

fn of_step(step: &Step) -> String {
    match step {
        Step::Property(name) => plain(name),
        Step::Item => "item".to_string(),
        Step::Value => "value".to_string(),
        Step::Member => "member".to_string(),
    }
}

/// Text as a part of a label.
fn plain(text: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
        _ => '_',
    };
    let text: String = text.chars().map(kept).collect();
    match text.trim_matches('_') {
        "" => "_".to_string(),
        // Names of components stay as they are.
        _ => text,
    }
}
