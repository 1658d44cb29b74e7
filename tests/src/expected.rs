//! Lists of exceptions that must be exact: each entry is needed, each exception is listed. Knows no spec.

use std::collections::BTreeMap;
use std::path::Path;

/// Lists of exceptions by name; each entry is a key and the reason in our own words.
#[derive(Debug)]
pub struct Lists(BTreeMap<String, BTreeMap<String, String>>);

impl Lists {
    /// No exceptions at all.
    pub fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Reads lists from a TOML file: one table per list.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// What is wrong with a list, given what was found: keys with what was seen.
    pub fn problems(&self, list: &str, found: &BTreeMap<String, String>) -> Vec<String> {
        let empty = BTreeMap::new();
        let listed = self.0.get(list).unwrap_or(&empty);
        let missing = found
            .iter()
            .filter(|(key, _)| !listed.contains_key(*key))
            .map(|(key, seen)| format!("[{list}] lacks {key:?}: {seen}"));
        let stale = listed
            .iter()
            .filter(|(key, _)| !found.contains_key(*key))
            .map(|(key, _)| format!("[{list}] no longer needs {key:?}"));
        let silent = listed
            .iter()
            .filter(|(_, reason)| reason.trim().is_empty())
            .map(|(key, _)| format!("[{list}] gives no reason for {key:?}"));
        missing.chain(stale).chain(silent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_neither_too_short_nor_too_long_nor_silent() {
        let lists = toml::from_str("[list]\nneeded = 'why'\nstale = 'why'\nsilent = ''").map(Lists);
        let found =
            ["missing", "needed", "silent"].map(|key| (key.to_string(), "seen".to_string()));
        let problems = lists.unwrap().problems("list", &found.into());
        assert_eq!(
            problems,
            [
                "[list] lacks \"missing\": seen",
                "[list] no longer needs \"stale\"",
                "[list] gives no reason for \"silent\"",
            ]
        );
    }
}
