//! Names of operations: a good `operationId`, else what the path says. Knows the IR only.

use std::collections::{BTreeMap, HashSet};

use super::claims::Claims;
use super::path::{self, Language};
use super::verbs;
use crate::ir::{Api, ModuleId, Operation};
use crate::naming::reserved;
use crate::naming::words::{Case, words};

/// The names of an operation before anything is known of the others.
pub(super) struct Wish {
    /// What it is called, from the best to the longest.
    pub(super) names: Vec<Vec<String>>,
}

/// What an operation could be called.
pub(super) fn wish(
    language: &Language<'_>,
    tails: &Tails,
    operation: &Operation,
    group: &[String],
) -> Wish {
    let by_path = path::name(language, operation, group);
    let mut names = Vec::new();
    let id = operation
        .id
        .as_deref()
        .map(str::trim)
        .filter(|id| !id.is_empty());
    if let Some(id) = id.filter(|id| is_good(language, operation, id)) {
        let words = language.vocabulary.words(id);
        let words = with_verb(operation, id, words, &by_path);
        let trimmed = tails.without(language, operation, &words);
        names.push(without_group(language, &trimmed, group));
        names.push(without_group(language, &words, group));
    }
    names.push(by_path);
    names.push(whole_path(language, operation));
    names.dedup();
    Wish { names }
}

/// A slug that starts with `post` or `put` repeats the method; the path may know what it does.
fn with_verb(
    operation: &Operation,
    id: &str,
    mut words: Vec<String>,
    by_path: &[String],
) -> Vec<String> {
    let raw = matches!(operation.method.as_str(), "post" | "put") && is_slug(id);
    if let (Some(verb), Some(better)) = (words.first_mut(), by_path.first())
        && raw
        && *verb == operation.method
    {
        verb.clone_from(better);
    }
    words
}

fn is_slug(id: &str) -> bool {
    id.contains(['-', '.']) || !id.contains(char::is_uppercase)
}

/// The method and everything in the path: for what is told apart by nothing less.
fn whole_path(language: &Language<'_>, operation: &Operation) -> Vec<String> {
    let mut all = words(&operation.method);
    for segment in operation
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
    {
        if segment.starts_with('{') {
            all.push("by".to_string());
        }
        all.extend(language.vocabulary.words(segment));
    }
    all
}

/// Whether an id is more than the method and the path once more.
fn is_good(language: &Language<'_>, operation: &Operation, id: &str) -> bool {
    let is_slug = is_slug(id);
    let mut rest = squashed(id);
    let has_method = rest.starts_with(&operation.method);
    if has_method {
        rest.drain(..operation.method.len());
    }
    let all_literals = path::literals(&language.vocabulary, &operation.path);
    if is_slug && has_method {
        // Made of words of the path, in whatever number.
        let known: Vec<String> = operation.path.split('/').flat_map(words).collect();
        let own = words(id);
        let said = own.iter().skip(1).all(|word| {
            known.iter().any(|other| language.numbers.same(word, other))
                || squashed(&operation.path).contains(word.as_str())
        });
        if said {
            return false;
        }
    }
    // Segment by segment, some of them left out.
    let mut parameters = 0;
    let mut literals = 0;
    for segment in operation
        .path
        .split('/')
        .map(squashed)
        .filter(|segment| !segment.is_empty())
    {
        if let Some(after) = rest.strip_prefix(segment.as_str()) {
            rest = after.to_string();
            literals += 1;
        }
    }
    for segment in operation
        .path
        .split('/')
        .filter(|segment| segment.contains('{'))
    {
        let name = squashed(segment);
        parameters += usize::from(squashed(id).contains(&name) && is_slug);
    }
    let repeats = rest.is_empty() && (parameters > 0 || literals >= all_literals.len().max(1));
    !repeats
}

fn squashed(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Without what the module says already: `OsqueryFindPacks` in the group of Osquery.
fn without_group(language: &Language<'_>, name: &[String], group: &[String]) -> Vec<String> {
    let mut rest = name;
    while let [first, after @ ..] = rest
        && !after.is_empty()
        && !verbs::is_verb_alone(first)
        && language.within(std::slice::from_ref(first), group)
    {
        rest = after;
    }
    rest.to_vec()
}

/// What the ids of each group end in although it says nothing: `createCaseDefaultSpace`, `createSloOp`.
pub(super) struct Tails {
    by_module: Vec<Vec<Vec<String>>>,
}

impl Tails {
    /// An end that fewer operations of a group share may mean something.
    const FEWEST: usize = 4;
    const LONGEST: usize = 3;

    pub(super) fn of(language: &Language<'_>) -> Self {
        let api = language.api;
        let mut by_module = vec![Vec::new(); api.modules.len()];
        for (module, tails) in by_module.iter_mut().enumerate() {
            let operations = api
                .operations
                .iter()
                .filter(|operation| operation.module.0 == module);
            let ids = operations.filter_map(|operation| operation.id.as_deref());
            let ids: Vec<Vec<String>> = ids.map(|id| language.vocabulary.words(id)).collect();
            let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
            for id in &ids {
                for length in (1..=Self::LONGEST).filter(|length| length + 2 <= id.len()) {
                    *counts.entry(&id[id.len() - length..]).or_default() += 1;
                }
            }
            let common = |count: usize| count >= Self::FEWEST && 2 * count >= ids.len();
            tails.extend(
                counts
                    .into_iter()
                    .filter(|(_, count)| common(*count))
                    .map(|(tail, _)| tail.to_vec()),
            );
            tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
        }
        Self { by_module }
    }

    /// The name without such an end, unless the operation has other use for all of its words.
    fn without(
        &self,
        language: &Language<'_>,
        operation: &Operation,
        name: &[String],
    ) -> Vec<String> {
        let summary = operation.docs.summary.as_deref().unwrap_or_default();
        let texts = operation.path.split('/').chain(summary.split_whitespace());
        let known: Vec<String> = texts.flat_map(words).collect();
        let text = squashed(&(operation.path.clone() + summary));
        let useless = |before: &[String], word: &String| {
            let said = known.iter().any(|other| language.numbers.same(word, other));
            let inside = word.len() > 3 && text.contains(word.as_str());
            before.contains(word) || !(said || inside)
        };
        let fits = |tail: &&Vec<String>| {
            let before = name.strip_suffix(tail.as_slice()).unwrap_or_default();
            !before.is_empty() && tail.iter().any(|word| useless(before, word))
        };
        let tail = self.by_module[operation.module.0].iter().find(fits);
        name[..name.len() - tail.map_or(0, Vec::len)].to_vec()
    }
}

/// The identifiers of all operations, each once in its group. Those that the settings give come first.
pub(super) fn choose(api: &Api, wishes: &[Wish], claims: &mut Claims) -> Vec<String> {
    let operations = &api.operations;
    let given: Vec<Option<&String>> = operations
        .iter()
        .map(|operation| api.renames.get(&operation.key()))
        .collect();
    let mut order: Vec<usize> = (0..operations.len()).collect();
    order.sort_by_cached_key(|&index| {
        (
            given[index].is_none(),
            wishes[index].names[0].len(),
            operations[index].key(),
        )
    });
    let mut taken: HashSet<(ModuleId, String)> = HashSet::new();
    let mut idents = vec![String::new(); operations.len()];
    for index in order {
        let operation = &operations[index];
        let wishes = wishes[index].names.iter();
        let candidates: Vec<String> = match given[index] {
            Some(name) => vec![name.clone()],
            None => wishes.map(|words| Case::Snake.join(words)).collect(),
        };
        let allowed = |name: String| reserved::operation(&name).map_or(name, String::from);
        let candidates: Vec<String> = candidates.into_iter().map(allowed).collect();
        let what = format!("the operation `{}`", operation.key());
        let free = |name: &str| !taken.contains(&(operation.module, name.to_string()));
        idents[index] = claims.choose(candidates, free, &what, &operation.pointer);
        taken.insert((operation.module, idents[index].clone()));
    }
    idents
}
