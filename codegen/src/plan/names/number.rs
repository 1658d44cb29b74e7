//! Singular and plural of English words. Knows nothing of the IR.
//!
//! A library does the work; here stands what it gets wrong for the words of APIs: abbreviations that end in `s`, and
//! Latin that is English by now.

use std::cell::RefCell;
use std::collections::HashMap;

/// Words that look like a plural and are none, or whose other number nobody uses.
const SAME: &[&str] = &[
    "analytics",
    "aws",
    "bus",
    "canvas",
    "chaos",
    "data",
    "diagnostics",
    "gas",
    "information",
    "kubernetes",
    "metadata",
    "news",
    "os",
    "plus",
    "series",
    "species",
    "sms",
    "statistics",
    "status",
    "yes",
];

/// Plurals that the library does not know.
const IRREGULAR: &[(&str, &str)] = &[
    ("cache", "caches"),
    ("criteria", "criteria"),
    ("id", "ids"),
    ("index", "indices"),
    ("uri", "uris"),
];

/// Singular and plural, each word looked up once.
#[derive(Default)]
pub(crate) struct Numbers {
    singular: RefCell<HashMap<String, String>>,
    plural: RefCell<HashMap<String, String>>,
}

impl Numbers {
    /// The word for one thing, in lower case.
    pub(crate) fn singular(&self, word: &str) -> String {
        lookup(&self.singular, word, singular)
    }

    /// The word for many things, in lower case.
    pub(crate) fn plural(&self, word: &str) -> String {
        lookup(&self.plural, word, plural)
    }

    /// Whether a word stands for many things and could stand for one.
    pub(crate) fn is_plural(&self, word: &str) -> bool {
        self.singular(word) != word
    }

    /// Whether two words are the same but for their number.
    pub(crate) fn same(&self, a: &str, b: &str) -> bool {
        a == b || self.singular(a) == self.singular(b)
    }

    /// The words with the last one in the singular.
    pub(crate) fn one(&self, words: &[String]) -> Vec<String> {
        with_last(words, |last| self.singular(last))
    }

    /// The words with the last one in the plural.
    pub(crate) fn many(&self, words: &[String]) -> Vec<String> {
        with_last(words, |last| self.plural(last))
    }
}

fn with_last(words: &[String], change: impl Fn(&str) -> String) -> Vec<String> {
    let mut words = words.to_vec();
    if let Some(last) = words.last_mut() {
        *last = change(last);
    }
    words
}

fn lookup(
    known: &RefCell<HashMap<String, String>>,
    word: &str,
    find: fn(&str) -> String,
) -> String {
    if let Some(found) = known.borrow().get(word) {
        return found.clone();
    }
    let found = find(word);
    known.borrow_mut().insert(word.to_string(), found.clone());
    found
}

fn singular(word: &str) -> String {
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return (*one).to_string();
    }
    // `is`, `dns`, `https`, `address`.
    let stem = word.strip_suffix('s').unwrap_or(word);
    let abbreviation = word.len() < 4 || !stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    if SAME.contains(&word)
        || abbreviation
        || !word.ends_with(['s', 'n', 'e'])
        || word.ends_with("ss")
    {
        return word.to_string();
    }
    let one = pluralizer::pluralize(word, 1, false);
    // A stem that does not come back was never a plural.
    match one != word && plural(&one) != word {
        true => word.to_string(),
        false => one,
    }
}

fn plural(word: &str) -> String {
    if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == word) {
        return (*many).to_string();
    }
    if SAME.contains(&word) || !word.ends_with(char::is_alphabetic) {
        return word.to_string();
    }
    pluralizer::pluralize(word, 2, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_have_a_singular_and_come_back() {
        let numbers = Numbers::default();
        let table = [
            ("policy", "policies"),
            ("status", "status"),
            ("index", "indices"),
            ("alias", "aliases"),
            ("proxy", "proxies"),
            ("query", "queries"),
            ("process", "processes"),
            ("database", "databases"),
            ("cache", "caches"),
            ("id", "ids"),
            ("uri", "uris"),
            ("api", "apis"),
            ("slo", "slos"),
            ("key", "keys"),
            ("series", "series"),
        ];
        for (one, many) in table {
            assert_eq!(numbers.singular(many), one);
            assert_eq!(numbers.singular(one), one);
            assert_eq!(numbers.plural(one), many);
        }
    }

    #[test]
    fn words_that_only_look_like_plurals_stay() {
        let numbers = Numbers::default();
        for word in [
            "dns",
            "https",
            "aws",
            "tls",
            "kubernetes",
            "data",
            "metadata",
            "access",
            "os",
            "settings_",
        ] {
            assert_eq!(numbers.singular(word), word);
        }
    }
}
