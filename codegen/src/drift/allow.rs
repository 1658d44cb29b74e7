//! The list of changes that were looked at and accepted. Knows changes only, not where they come from.
//!
//! ```toml
//! [[allow]]
//! rule = "response-property-enum-value-added"   # an id; `*` stands for any text, here and below
//! operation = "get /api/cases/*"                # method and path; any when left out
//! path = "$.status"                             # the way into the value; any when left out
//! reason = "we match on `Unknown`"
//! ```
//!
//! An entry that allows nothing is an error: what it was for is over.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Drift, Occurrence, Rule, rules};

/// The entries of an allowlist.
#[derive(Clone, Debug, Default)]
pub struct Allowlist {
    name: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    rule: String,
    operation: String,
    path: String,
    line: usize,
}

/// What is wrong with an allowlist, each with `file:line`.
#[derive(Debug)]
pub struct AllowError(Vec<String>);

impl fmt::Display for AllowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for AllowError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Spanned<FileEntry>>,
}

/// An entry as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    rule: String,
    operation: Option<String>,
    path: Option<String>,
    reason: Option<String>,
}

impl Allowlist {
    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read or is not what this module describes.
    pub fn read(path: &Path) -> Result<Self, AllowError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            AllowError(vec![format!("cannot read the allowlist {name}: {error}")])
        })?;
        Self::parse(&name, &text)
    }

    /// Reads the text of a file; the name is for messages.
    ///
    /// # Errors
    /// When the text is not TOML, has an unknown key, names no rule, or gives no reason.
    pub fn parse(name: &str, text: &str) -> Result<Self, AllowError> {
        let file: File = toml::from_str(text).map_err(|error| {
            AllowError(vec![format!("{name} is not a valid allowlist: {error}")])
        })?;
        let mut list = Self {
            name: name.to_string(),
            entries: Vec::new(),
        };
        let mut problems = Vec::new();
        for entry in file.allow {
            let line = text[..entry.span().start].matches('\n').count() + 1;
            let FileEntry {
                rule,
                operation,
                path,
                reason,
            } = entry.into_inner();
            if reason.is_none_or(|reason| reason.trim().is_empty()) {
                problems.push(format!(
                    "{name}:{line}: the entry for `{rule}` gives no `reason`"
                ));
            }
            if !rules().iter().any(|known| matches(&rule, &known.id)) {
                problems.push(format!(
                    "{name}:{line}: there is no rule `{rule}`; `drift --rules` lists them"
                ));
            }
            list.entries.push(Entry {
                rule,
                operation: operation.unwrap_or("*".to_string()),
                path: path.unwrap_or("*".to_string()),
                line,
            });
        }
        if problems.is_empty() {
            Ok(list)
        } else {
            Err(AllowError(problems))
        }
    }

    /// Takes out of a comparison what the list allows; tells how many places that were.
    ///
    /// # Errors
    /// When an entry allows nothing.
    pub fn apply(&self, drift: &mut Drift) -> Result<usize, AllowError> {
        let mut used = vec![false; self.entries.len()];
        let mut allowed = 0;
        for change in &mut drift.changes {
            let rule = change.rule;
            change.places.retain(|place| {
                let mut keep = true;
                for (entry, used) in self.entries.iter().zip(&mut used) {
                    if entry.allows(rule, place) {
                        *used = true;
                        keep = false;
                    }
                }
                allowed += usize::from(!keep);
                keep
            });
        }
        drift.changes.retain(|change| !change.places.is_empty());
        let unused = self.entries.iter().zip(used).filter(|(_, used)| !used);
        let problems: Vec<_> = unused
            .map(|(entry, _)| {
                format!(
                    "{}:{}: the entry for `{}` allows nothing any more; remove it",
                    self.name, entry.line, entry.rule
                )
            })
            .collect();
        if problems.is_empty() {
            Ok(allowed)
        } else {
            Err(AllowError(problems))
        }
    }
}

impl Entry {
    fn allows(&self, rule: &Rule, place: &Occurrence) -> bool {
        let operation = place.operation.as_deref().unwrap_or_default();
        matches(&self.rule, &rule.id)
            && matches(&self.operation, operation)
            && matches(&self.path, &place.path)
    }
}

/// Whether a text is what a pattern says, where `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*b", "ab", false),
            ("$.items[].*", "$.items[].x", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_entry_needs_a_reason_and_a_rule_that_exists() {
        let text = "[[allow]]\nrule = 'endpoint-added'\n\n[[allow]]\nrule = 'endpoint-gone'\nreason = 'x'\n";
        let error = Allowlist::parse("allow.toml", text).unwrap_err();
        insta::assert_snapshot!(error, @r"
        allow.toml:1: the entry for `endpoint-added` gives no `reason`
        allow.toml:4: there is no rule `endpoint-gone`; `drift --rules` lists them
        ");
    }

    #[test]
    fn an_entry_that_allows_nothing_is_an_error() {
        let text = "[[allow]]\nrule = 'endpoint-*'\nreason = 'x'\n";
        let list = Allowlist::parse("allow.toml", text).unwrap();
        let error = list.apply(&mut Drift::default()).unwrap_err();
        insta::assert_snapshot!(error, @"allow.toml:1: the entry for `endpoint-*` allows nothing any more; remove it");
    }
}
