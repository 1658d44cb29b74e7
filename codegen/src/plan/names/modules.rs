//! Names of modules, features and server traits. Knows the IR only.

use std::collections::HashMap;

use super::claims::Claims;
use super::given::ModuleNames;
use super::vocabulary::Vocabulary;
use crate::ir::Module;
use crate::naming::reserved;
use crate::naming::words::{Case, pascal, spelled, words};
use crate::pointer::Pointer;

/// The words of a module: those of its tag, without what all tags say (`API`) and abbreviations of the rest. As the tag
/// writes them, so that no operation changes them.
fn words_of(key: &str) -> Vec<String> {
    let mut all = match key.rsplit_once('(') {
        Some((before, inside)) if abbreviates(inside.trim_end_matches(')'), before) => {
            words(before)
        }
        _ => words(key),
    };
    if all.len() > 1
        && all
            .last()
            .is_some_and(|last| matches!(last.as_str(), "api" | "apis"))
    {
        all.pop();
    }
    all
}

/// Every word that stands for a group, abbreviations included.
pub(super) fn all_words(vocabulary: &Vocabulary, key: &str) -> Vec<String> {
    vocabulary
        .words(key)
        .into_iter()
        .filter(|word| !matches!(word.as_str(), "api" | "apis"))
        .collect()
}

fn abbreviates(short: &str, long: &str) -> bool {
    let initials: String = words(long)
        .iter()
        .filter_map(|word| word.chars().next())
        .collect();
    !short.is_empty() && short.to_lowercase() == initials
}

/// The names of all groups.
pub(super) fn name(modules: &[Module], claims: &mut Claims) -> Vec<ModuleNames> {
    let mut order: Vec<usize> = (0..modules.len()).collect();
    // Those that look like identifiers already come first: they keep their names.
    order.sort_by_cached_key(|&index| {
        let key = &modules[index].key;
        (*key != Case::Snake.join(&words(key)), key.clone())
    });
    let mut taken: HashMap<String, usize> = HashMap::new();
    for index in order {
        let key = &modules[index].key;
        let candidates = [words_of(key), words(key), spelled(key)];
        let candidates = candidates
            .iter()
            .map(|words| reserved::module(Case::Snake.join(words)));
        let what = format!("the module of `{key}`");
        let ident = claims.choose(
            candidates,
            |name| !taken.contains_key(name),
            &what,
            &Pointer::root(),
        );
        taken.insert(ident, index);
    }
    let mut names = vec![ModuleNames::default(); modules.len()];
    for (ident, index) in taken {
        let parts: Vec<&str> = ident.split('_').collect();
        names[index] = ModuleNames {
            feature: ident.replace('_', "-"),
            service: reserved::service(pascal(&parts)),
            ident,
        };
    }
    names
}
