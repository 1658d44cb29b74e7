//! Changes as text for people, as Markdown for a pull request, and as JSON for programs. Asks documents for places.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::{Change, Class, Direction, Drift, Occurrence, Severity, Totals};
use crate::document::Document;
use crate::pointer::Pointer;
use crate::render::visible;

/// How many operations of a change are named where text is short.
const SHOWN: usize = 3;

/// What is shown of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The changes.
    pub drift: &'a Drift,
    /// The old document.
    pub old: &'a Document,
    /// The new document.
    pub new: &'a Document,
    /// Changes below this are only counted.
    pub least: Severity,
    /// Whether text has terminal colours.
    pub colour: bool,
}

impl Shown<'_> {
    /// For people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let names = [&self.old.source.name, &self.new.source.name].map(|name| visible(name));
        let _ = writeln!(out, "{} → {}", names[0], names[1]);
        out.push_str(&totals_text(&self.drift.operations));
        for (group, changes) in self.groups() {
            let group = if group.is_empty() {
                "the document"
            } else {
                group
            };
            let _ = writeln!(out, "\n{}", self.paint("1", &visible(group)));
            for change in changes {
                self.change(&mut out, change);
            }
        }
        let _ = writeln!(out, "\n{}", self.summary());
        out
    }

    fn groups(&self) -> BTreeMap<&str, Vec<&Change>> {
        let mut groups: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in self
            .drift
            .changes
            .iter()
            .filter(|change| change.rule.severity >= self.least)
        {
            let group = change
                .places
                .first()
                .map_or("", |place| place.group.as_str());
            groups.entry(group).or_default().push(change);
        }
        groups
    }

    fn change(&self, out: &mut String, change: &Change) {
        let Some(place) = change.places.first() else {
            return;
        };
        let severity = change.rule.severity;
        let colour = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;32",
        };
        let word = self.paint(colour, severity.as_str());
        let indent = " ".repeat(8 - severity.as_str().len());
        let id = self.paint("2", &format!("[{}]", change.rule.id));
        let at = at(place);
        let colon = if at.is_empty() { "" } else { ": " };
        let _ = writeln!(
            out,
            "  {word}{indent} {}{colon}{} {id}",
            visible(&at),
            visible(&change.message)
        );
        let _ = writeln!(out, "           {}", visible(&operations(change, SHOWN)));
        if let Some(items) = items(place) {
            let _ = writeln!(out, "           {}", visible(&items));
        }
        let _ = writeln!(
            out,
            "           {}",
            self.paint("2", &visible(&self.places(place)))
        );
    }

    fn paint(&self, codes: &str, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{codes}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }

    fn places(&self, place: &Occurrence) -> String {
        let old = place.old.as_ref().map(|pointer| located(self.old, pointer));
        let new = place.new.as_ref().map(|pointer| located(self.new, pointer));
        match (old, new) {
            (Some(old), Some(new)) => format!("{old} → {new}"),
            (Some(old), None) => format!("{old} → gone"),
            (None, Some(new)) => format!("new at {new}"),
            (None, None) => String::new(),
        }
    }

    fn count(&self, severity: Severity) -> usize {
        self.drift
            .changes
            .iter()
            .filter(|change| change.rule.severity == severity)
            .count()
    }

    /// How many changes there are, and how many are not shown.
    pub fn summary(&self) -> String {
        if self.drift.changes.is_empty() {
            return "nothing changed".to_string();
        }
        let hidden = [Severity::Warning, Severity::Info]
            .into_iter()
            .filter(|s| *s < self.least);
        let hidden: usize = hidden.map(|severity| self.count(severity)).sum();
        let more = match hidden {
            0 => String::new(),
            hidden => format!("; {hidden} not shown, see `--verbose`"),
        };
        let classes = [Class::Additive, Class::Docs].map(|class| {
            let changes = self.drift.changes.iter();
            changes.filter(|change| change.rule.class == class).count()
        });
        format!(
            "{} changes: {} errors, {} warnings, {} others ({} additive, {} docs){more}",
            self.drift.changes.len(),
            self.count(Severity::Error),
            self.count(Severity::Warning),
            self.count(Severity::Info),
            classes[0],
            classes[1],
        )
    }

    /// For a comment on a pull request.
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "## API drift: {} → {}\n\n",
            code(&self.old.source.name),
            code(&self.new.source.name)
        );
        let _ = writeln!(
            out,
            "{}",
            totals_text(&self.drift.operations)
                .trim_end()
                .replace('\n', "  \n")
        );
        let _ = writeln!(out, "\n{}", self.summary());
        for (group, changes) in self.groups() {
            let group = if group.is_empty() {
                "the document"
            } else {
                group
            };
            let _ = writeln!(
                out,
                "\n<details><summary>{} ({})</summary>\n\n| | change | where | Rust |\n|---|---|---|---|",
                html(group),
                changes.len()
            );
            for change in changes {
                let Some(place) = change.places.first() else {
                    continue;
                };
                let at = at(place);
                let at = if at.is_empty() {
                    at
                } else {
                    format!("{}<br>", code(&at))
                };
                let _ = writeln!(
                    out,
                    "| {} | {}<br>`{}` | {at}{}<br>{} | {} |",
                    change.rule.severity,
                    code(&change.message),
                    change.rule.id,
                    code(&operations(change, SHOWN)),
                    code(&self.places(place)),
                    items(place).map(|items| code(&items)).unwrap_or_default(),
                );
            }
            out.push_str("\n</details>\n");
        }
        out
    }

    /// For programs: every change with all its places.
    pub fn json(&self) -> Value {
        let changes: Vec<JsonChange<'_>> = self
            .drift
            .changes
            .iter()
            .map(|change| JsonChange {
                rule: &change.rule.id,
                class: change.rule.class,
                severity: change.rule.severity,
                direction: change.direction,
                message: &change.message,
                effect: change.rule.effect,
                places: change
                    .places
                    .iter()
                    .map(|place| self.json_place(place))
                    .collect(),
            })
            .collect();
        serde_json::json!({
            "old": self.old.source.name,
            "new": self.new.source.name,
            "operations": self.drift.operations,
            "changes": changes,
        })
    }

    fn json_place<'p>(&self, place: &'p Occurrence) -> JsonPlace<'p> {
        let node = |document: &Document, pointer: &'p Option<Pointer>| {
            let pointer = pointer.as_ref()?;
            let location = document.locate(pointer);
            Some(JsonNode {
                pointer: pointer.as_str(),
                file: document.source.name.clone(),
                line: location.map(|location| location.line),
                column: location.map(|location| location.column),
            })
        };
        JsonPlace {
            group: &place.group,
            operation: place.operation.as_deref(),
            part: &place.part,
            path: &place.path,
            old: node(self.old, &place.old),
            new: node(self.new, &place.new),
            old_item: place.old_item.as_deref(),
            new_item: place.new_item.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct JsonChange<'a> {
    rule: &'a str,
    class: Class,
    severity: Severity,
    direction: Direction,
    message: &'a str,
    effect: &'a str,
    places: Vec<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    group: &'a str,
    operation: Option<&'a str>,
    part: &'a str,
    path: &'a str,
    old: Option<JsonNode<'a>>,
    new: Option<JsonNode<'a>>,
    old_item: Option<&'a str>,
    new_item: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonNode<'a> {
    pointer: &'a str,
    file: String,
    line: Option<usize>,
    column: Option<usize>,
}

/// All rules: id, whom it breaks, how much, and why.
pub fn rules() -> String {
    let mut out = String::new();
    for rule in super::rules() {
        let _ = writeln!(
            out,
            "{}\n    {}, {}: {} {}",
            rule.id, rule.severity, rule.class, rule.what, rule.effect
        );
    }
    out
}

fn totals_text(totals: &Totals) -> String {
    format!(
        "{} operations removed ({} were deprecated), {} added, {} in common\n\
         of those in common, {} changed ({} can break callers, {} can break implementors), {} in docs only\n",
        totals.removed,
        totals.removed_deprecated,
        totals.added,
        totals.common,
        totals.changed,
        totals.breaking_clients,
        totals.breaking_implementors,
        totals.docs_only,
    )
}

/// The part of the operation and the way into it.
fn at(place: &Occurrence) -> String {
    match (place.part.as_str(), place.path.as_str()) {
        ("", path) => path.to_string(),
        (part, "" | "$") => part.to_string(),
        (part, path) => format!("{part} {path}"),
    }
}

/// The operations that a change is met in, each once.
fn operations(change: &Change, most: usize) -> String {
    let mut names: Vec<String> = Vec::new();
    for operation in change
        .places
        .iter()
        .filter_map(|place| place.operation.as_deref())
    {
        let name = match operation.split_once(' ') {
            Some((method, path)) => format!("{} {path}", method.to_uppercase()),
            None => operation.to_string(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(most);
    names.truncate(most);
    let mut text = names.join(", ");
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// The Rust items of a place.
fn items(place: &Occurrence) -> Option<String> {
    match (&place.old_item, &place.new_item) {
        (None, None) => None,
        (Some(old), Some(new)) if old == new => Some(old.clone()),
        (Some(old), Some(new)) => Some(format!("{old} → {new}")),
        (Some(old), None) => Some(format!("{old} removed")),
        (None, Some(new)) => Some(format!("{new} added")),
    }
}

fn located(document: &Document, pointer: &Pointer) -> String {
    match document.locate(pointer) {
        Some(location) => format!(
            "{}:{}:{}",
            document.source.name, location.line, location.column
        ),
        None => document.source.name.clone(),
    }
}

/// Text in Markdown that means nothing but itself, even in a table.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = html(&visible(text));
    format!(
        "<code>{}</code>",
        text.replace('|', "&#124;").replace('`', "&#96;")
    )
}

fn html(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
