//! Repairs that every construct shares: keywords that are misspelled, unknown, empty or of the wrong shape.
//! Knows tables of keywords, not their meaning.

use serde_json::Value;

use super::shape::Shape;
use super::similar::similar;
use super::site::{Object, Site, rename, show};
use crate::diagnostic::{Code, Severity};

/// A keyword of a construct.
#[derive(Debug)]
pub(super) struct Keyword {
    /// Its name.
    pub(super) name: &'static str,
    /// What its value must be.
    pub(super) shape: Shape,
}

/// One entry of a table.
pub(super) const fn keyword(name: &'static str, shape: Shape) -> Keyword {
    Keyword { name, shape }
}

/// See [`Code::explanation`].
pub(super) static KEYWORD_MISSPELLED: Code = Code {
    name: "keyword-misspelled",
    severity: Severity::Repair,
    explanation: "A key that is nearly a keyword, where the keyword is missing and the value is of its kind, is taken for the keyword.",
};

/// See [`Code::explanation`].
pub(super) static KEYWORD_UNKNOWN: Code = Code {
    name: "keyword-unknown",
    severity: Severity::Warning,
    explanation: "A key that is no keyword here and no `x-` extension is ignored.",
};

/// See [`Code::explanation`].
pub(super) static KEYWORD_EMPTY: Code = Code {
    name: "keyword-empty",
    severity: Severity::Repair,
    explanation: "A keyword whose value is null (in YAML: nothing after the colon) counts as not written.",
};

/// See [`Code::explanation`].
pub(super) static KEYWORD_CONVERTED: Code = Code {
    name: "keyword-converted",
    severity: Severity::Repair,
    explanation: "A keyword whose value has the wrong JSON type but can mean only one thing (\"true\" for true, one value for a list of one) is read as that.",
};

/// See [`Code::explanation`].
pub(super) static KEYWORD_UNREADABLE: Code = Code {
    name: "keyword-unreadable",
    severity: Severity::Warning,
    explanation: "A keyword, or an entry of its list, whose value cannot mean anything there is left out.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &KEYWORD_MISSPELLED,
    &KEYWORD_UNKNOWN,
    &KEYWORD_EMPTY,
    &KEYWORD_CONVERTED,
    &KEYWORD_UNREADABLE,
];

/// Looks a keyword up. Tables are short and begin with the commonest, so a plain search is quick.
pub(super) fn find(table: &'static [Keyword], name: &str) -> Option<&'static Keyword> {
    table.iter().find(|keyword| keyword.name == name)
}

/// Mends the keywords of an object. `sensible` may veto a keyword that a misspelling could stand for.
///
/// Returns the keywords that were renamed, as (now, in the document), for the addresses of their children.
pub(super) fn mend(
    object: &mut Object,
    table: &'static [Keyword],
    site: &mut Site<'_>,
    sensible: impl Fn(&Object, &'static Keyword) -> bool,
) -> Vec<(&'static str, String)> {
    let mut strange = Vec::new();
    let mut wrong = Vec::new();
    for (key, value) in object.iter() {
        match find(table, key) {
            None if key.starts_with("x-") => {}
            None => strange.push(key.clone()),
            Some(keyword) if keyword.shape.fits(value) && !empty(keyword, value) => {}
            Some(keyword) => wrong.push((keyword, key.clone())),
        }
    }
    // Values first: a keyword that turns out to be empty leaves its place to a misspelled one.
    for (keyword, written) in wrong {
        reshape(object, keyword, &written, site);
    }
    let mut renamed = Vec::new();
    for key in strange {
        let Some(keyword) = spell(object, table, &key, &sensible) else {
            let message = format!("`{key}` is no keyword here and is ignored");
            site.report_at(&key, &KEYWORD_UNKNOWN, message);
            continue;
        };
        let message = format!("`{key}` is read as `{}`", keyword.name);
        site.report_at(&key, &KEYWORD_MISSPELLED, message);
        rename(object, &key, keyword.name);
        if !keyword.shape.fits(&object[keyword.name]) {
            reshape(object, keyword, &key, site);
        }
        renamed.push((keyword.name, key));
    }
    renamed
}

fn empty(keyword: &Keyword, value: &Value) -> bool {
    value.is_null() && keyword.shape != Shape::Any
}

fn spell(
    object: &Object,
    table: &'static [Keyword],
    written: &str,
    sensible: impl Fn(&Object, &'static Keyword) -> bool,
) -> Option<&'static Keyword> {
    let value = &object[written];
    let mut candidates = table.iter().filter(|keyword| {
        !object.contains_key(keyword.name)
            && similar(written, keyword.name)
            && keyword.shape.suggests(value)
            && sensible(object, keyword)
    });
    let only = candidates.next()?;
    candidates.next().is_none().then_some(only)
}

fn reshape(object: &mut Object, keyword: &'static Keyword, written: &str, site: &mut Site<'_>) {
    let name = keyword.name;
    let Some(value) = object.get_mut(name) else {
        return;
    };
    if value.is_null() {
        let message = format!("`{name}` is null and counts as not written");
        site.report_at(written, &KEYWORD_EMPTY, message);
        object.shift_remove(name);
        return;
    }
    let spelled = spelled(keyword.shape, value, written, site);
    let reading = match keyword.shape.fits(&spelled) {
        true => Some(spelled.into()),
        false => keyword.shape.read(&spelled),
    };
    let Some(reading) = reading else {
        let message = format!(
            "`{name}` must be {}, but is {}: left out",
            keyword.shape.expected(),
            show(value)
        );
        site.report_at(written, &KEYWORD_UNREADABLE, message);
        object.shift_remove(name);
        return;
    };
    for entry in &reading.left_out {
        let message = format!("{} in `{name}` is left out", show(entry));
        site.report_at(written, &KEYWORD_UNREADABLE, message);
    }
    if reading.left_out.is_empty() {
        let message = format!(
            "`{name}` is {}, read as {}",
            show(value),
            show(&reading.value)
        );
        site.report_at(written, &KEYWORD_CONVERTED, message);
    }
    *value = reading.value;
}

/// The value with every number and boolean that stands where text is wanted as it is spelled in the document.
fn spelled(shape: Shape, value: &Value, written: &str, site: &Site<'_>) -> Value {
    let here = site.at.key(written);
    match (shape, value) {
        (Shape::Text, Value::Number(_) | Value::Bool(_)) => site.text(&here, value),
        (Shape::Texts, Value::Array(entries)) => {
            let entries = entries.iter().enumerate();
            let text = |(index, entry): (usize, &Value)| match entry {
                Value::Number(_) => site.text(&here.index(index), entry),
                other => other.clone(),
            };
            Value::Array(entries.map(text).collect())
        }
        (_, other) => other.clone(),
    }
}

/// The object, unless the node is something else or only refers to another.
pub(super) fn inline(node: &mut Value) -> Option<&mut Object> {
    match node {
        Value::Object(object) if !matches!(object.get("$ref"), Some(Value::String(_))) => {
            Some(object)
        }
        _ => None,
    }
}
