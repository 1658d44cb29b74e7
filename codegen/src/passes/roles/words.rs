//! Names as words, and what verbs mean. Knows text only.

use heck::ToSnakeCase;

/// The words of a name, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let snake = name.to_snake_case();
    let words = snake.split('_').filter(|word| !word.is_empty());
    words.map(str::to_string).collect()
}

/// What the last word of a path does to several items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Makes them.
    Create,
    /// Reads them.
    Read,
    /// Changes them.
    Change,
    /// Removes them.
    Delete,
    /// Writes them down.
    Export,
    /// Takes them in as they were written down.
    Import,
}

/// The verb of a segment that says nothing else, such as `_bulk_delete` or `delete_shelves` beside `shelves`.
pub(super) fn verb(segment: &str, noun: &[String]) -> Option<Verb> {
    let mut found = None;
    let words = words(segment);
    let about = |word: &String| noun.iter().any(|noun| word.starts_with(noun.as_str()));
    for word in words.iter().filter(|word| !about(word)) {
        found = Some(match word.as_str() {
            "bulk" | "all" | "many" | "batch" | "by" | "ids" => continue,
            "create" | "add" | "insert" => Verb::Create,
            "get" | "read" | "fetch" | "mget" => Verb::Read,
            "update" | "patch" => Verb::Change,
            "delete" | "remove" => Verb::Delete,
            "export" => Verb::Export,
            "import" => Verb::Import,
            // It says more than a verb: who knows what.
            _ => return None,
        });
    }
    found
}

/// What an action such as `_disable` or `_mute_all` says of a property, in words: the stem, and whether it holds after.
pub(super) fn stated(segment: &str) -> (Vec<String>, bool) {
    let mut words = words(segment);
    let Some(first) = words.first_mut() else {
        return (words, true);
    };
    if first == "disable" {
        *first = "enable".to_string();
        return (words, false);
    }
    // `unmute`, `unarchive`: what is left is a verb of its own.
    let opposite = first.strip_prefix("un").filter(|rest| rest.len() > 3);
    if let Some(rest) = opposite.map(str::to_string) {
        *first = rest;
        return (words, false);
    }
    (words, true)
}

/// Whether a property says what an action does: `enable` and `enabled`, `mute all` and `mute_all`, `is_muted_all`.
pub(super) fn says(property: &str, stem: &[String]) -> bool {
    let mut words = words(property);
    if words
        .first()
        .is_some_and(|word| word == "is" || word == "has")
    {
        words.remove(0);
    }
    words.len() == stem.len()
        && words
            .iter()
            .zip(stem)
            .enumerate()
            .all(|(at, (word, stem))| word == stem || (at == 0 && participle(stem).contains(word)))
}

fn participle(verb: &str) -> [String; 2] {
    match verb.strip_suffix('e') {
        Some(stem) => [format!("{stem}ed"), format!("{stem}ing")],
        None => [format!("{verb}ed"), format!("{verb}ing")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_stands_alone_or_with_the_noun() {
        let noun = ["shelf".to_string()];
        assert_eq!(verb("_bulk_delete", &noun), Some(Verb::Delete));
        assert_eq!(verb("get_shelf", &noun), Some(Verb::Read));
        assert_eq!(verb("_export", &noun), Some(Verb::Export));
        assert_eq!(
            verb("import_shelves", &["shelve".to_string()]),
            Some(Verb::Import)
        );
        assert_eq!(verb("_update_all_owners", &noun), None);
        assert_eq!(verb("_bulk", &noun), None);
    }

    #[test]
    fn an_action_and_the_property_that_it_sets_are_known_by_their_words() {
        let sets = |segment: &str, property: &str| {
            let (stem, holds) = stated(segment);
            says(property, &stem).then_some(holds)
        };
        assert_eq!(sets("_enable", "enabled"), Some(true));
        assert_eq!(sets("disable", "enabled"), Some(false));
        assert_eq!(sets("_mute_all", "mute_all"), Some(true));
        assert_eq!(sets("_unmute_all", "mute_all"), Some(false));
        assert_eq!(sets("_unarchive", "isArchived"), Some(false));
        assert_eq!(sets("_unarchive", "enabled"), None);
        assert_eq!(sets("_under", "under"), Some(true));
    }
}
