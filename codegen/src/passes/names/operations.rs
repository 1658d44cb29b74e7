//! Names of operations. Knows the IR only.

use std::collections::HashSet;

use super::claims::Claims;
use super::reserved;
use super::words::{Case, pascal, words};
use crate::ir::{Api, ModuleId, Operation};

/// Sets `name` and `ident` of every operation.
///
/// An operation takes three names: its own (the marker), its request and its response.
pub(super) fn name_operations(api: &mut Api, claims: &mut Claims) {
    let mut order: Vec<usize> = (0..api.operations.len()).collect();
    // The short one first: `GetCase` keeps `GetCaseRequest` from the operation of that name.
    order.sort_by_cached_key(|&index| {
        let operation = &api.operations[index];
        (pascal(&id_words(operation)).len(), operation.key())
    });
    let mut idents: HashSet<(ModuleId, String)> = HashSet::new();
    for index in order {
        let operation = &mut api.operations[index];
        let name = choose(operation, claims, &idents);
        let key = operation.key();
        let what = format!("the operation `{key}`");
        let own = pascal(&id_words(operation));
        for taken in names(&name.stem) {
            claims.take(&taken, &what, true);
        }
        if name.stem != own {
            let wanted = names(&own).into_iter().find(|n| !claims.is_free(n));
            claims.report(
                &wanted.unwrap_or(own),
                &name.stem,
                &what,
                &operation.pointer,
            );
        }
        idents.insert((operation.module, name.ident.clone()));
        operation.name = name.stem;
        operation.ident = name.ident;
    }
}

struct Name {
    stem: String,
    ident: String,
}

fn choose(operation: &Operation, claims: &Claims, idents: &HashSet<(ModuleId, String)>) -> Name {
    let by_id = id_words(operation);
    let by_path = path_words(operation);
    // A type of the document keeps its name. Two operations differ in more than a suffix: their paths.
    let other_operation = names(&pascal(&by_id))
        .iter()
        .any(|n| claims.is_operation(n));
    let mut attempts = vec![(by_id.clone(), false)];
    if !other_operation {
        attempts.push((by_id, true));
    }
    attempts.push((by_path.clone(), false));
    attempts.push((by_path.clone(), true));
    let numbered = (2usize..).map(|n| {
        let mut words = by_path.clone();
        words.push(n.to_string());
        (words, true)
    });
    attempts
        .into_iter()
        .chain(numbered)
        .map(|(words, suffix)| name(words, suffix))
        .find(|name| {
            names(&name.stem).iter().all(|n| claims.is_free(n))
                && !idents.contains(&(operation.module, name.ident.clone()))
        })
        .unwrap_or_else(|| name(by_path.clone(), true))
}

fn name(mut words: Vec<String>, suffix: bool) -> Name {
    let ident = Case::Snake.join(&words);
    if suffix {
        words.push("operation".to_string());
    }
    Name {
        stem: pascal(&words),
        ident: reserved::field(&ident).map_or(ident, String::from),
    }
}

fn names(stem: &str) -> [String; 3] {
    [
        stem.to_string(),
        format!("{stem}Request"),
        format!("{stem}Response"),
    ]
}

/// The words that an operation is called after: those of its id, or of its method and path.
fn id_words(operation: &Operation) -> Vec<String> {
    match operation.id.as_deref() {
        Some(id) if !id.trim().is_empty() => words(id),
        _ => path_words(operation),
    }
}

fn path_words(operation: &Operation) -> Vec<String> {
    let mut all = words(&operation.method);
    for segment in operation.path.split('/').filter(|s| !s.is_empty()) {
        if segment.starts_with('{') {
            all.push("by".to_string());
        }
        all.extend(words(segment));
    }
    all
}
