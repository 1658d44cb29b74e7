//! Where the walk stands, and how a repair reports what it did. Knows nothing of OpenAPI.

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Source;
use crate::pointer::Pointer;

/// A JSON object of the document.
pub(super) type Object = serde_json::Map<String, Value>;

/// The way from the root to a node. It lives on the stack of the walk and becomes a [`Pointer`] only when
/// something is reported, so that a clean document pays nothing for its addresses.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a> {
    parent: Option<&'a Trail<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy)]
enum Segment<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Trail<'a> {
    /// The whole document.
    pub(super) const ROOT: Trail<'static> = Trail {
        parent: None,
        segment: Segment::Root,
    };

    /// A member of this node.
    pub(super) fn key(&'a self, key: &'a str) -> Trail<'a> {
        Trail {
            parent: Some(self),
            segment: Segment::Key(key),
        }
    }

    /// An element of this node.
    pub(super) fn index(&'a self, index: usize) -> Trail<'a> {
        Trail {
            parent: Some(self),
            segment: Segment::Index(index),
        }
    }

    /// Whether a segment of the way has this name.
    pub(super) fn passes(&self, name: &str) -> bool {
        matches!(self.segment, Segment::Key(key) if key == name)
            || self.parent.is_some_and(|parent| parent.passes(name))
    }

    /// The address.
    pub(super) fn pointer(&self) -> Pointer {
        let parent = self.parent.map(Trail::pointer).unwrap_or_default();
        match self.segment {
            Segment::Root => parent,
            Segment::Key(key) => parent.child(key),
            Segment::Index(index) => parent.index(index),
        }
    }
}

/// A node under repair: its address, and where to report.
pub(super) struct Site<'a> {
    /// The way to the node.
    pub(super) at: &'a Trail<'a>,
    /// The text that the document was read from.
    pub(super) source: &'a Source,
    /// Everything reported so far.
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Site<'_> {
    /// Reports something about the node itself.
    pub(super) fn report(&mut self, code: &'static Code, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::new(code, self.at.pointer(), message));
    }

    /// Reports something about a member of the node.
    pub(super) fn report_at(&mut self, key: &str, code: &'static Code, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::new(code, self.at.key(key).pointer(), message));
    }

    /// The text that a number or a boolean is where text is wanted: as it is spelled in the document, if that is known.
    pub(super) fn text(&self, at: &Trail<'_>, value: &Value) -> Value {
        let letters = self.source.letters(&at.pointer(), value);
        Value::String(letters.map_or_else(|| value.to_string(), String::from))
    }

    /// The same for a member of the node.
    pub(super) fn within<R>(&mut self, key: &str, work: impl FnOnce(&mut Site<'_>) -> R) -> R {
        work(&mut Site {
            at: &self.at.key(key),
            source: self.source,
            diagnostics: self.diagnostics,
        })
    }

    /// The same for an element of the node.
    pub(super) fn within_index<R>(
        &mut self,
        index: usize,
        work: impl FnOnce(&mut Site<'_>) -> R,
    ) -> R {
        work(&mut Site {
            at: &self.at.index(index),
            source: self.source,
            diagnostics: self.diagnostics,
        })
    }
}

/// A value as messages show it: JSON, cut when long.
pub(super) fn show(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// Several names or values in a sentence.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Gives a member another name and leaves it where it stands.
pub(super) fn rename(object: &mut Object, from: &str, to: &str) {
    *object = std::mem::take(object)
        .into_iter()
        .map(|(key, value)| {
            if key == from {
                (to.to_string(), value)
            } else {
                (key, value)
            }
        })
        .collect();
}

/// Visits the members of an object that are no extensions.
pub(super) fn each(
    object: &mut Object,
    site: &mut Site<'_>,
    mut visit: impl FnMut(&str, &mut Value, &mut Site<'_>),
) {
    for (key, value) in object.iter_mut() {
        if !key.starts_with("x-") {
            site.within(key, |site| visit(key, value, site));
        }
    }
}
