//! Problems and repairs as data: what, where (a JSON pointer) and what to do. Knows documents, nothing of
//! OpenAPI.
//!
//! Every stage declares its own [`Code`]s beside the code that raises them and lists them in a
//! `CODES` slice; [`crate::codes`] is the union of all of these.

use std::fmt;

use crate::document::Position;
use crate::pointer::Pointer;

/// How much a [`Diagnostic`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A documented fix was applied to the document; its meaning is kept.
    Repair,
    /// Something in the document is odd and was read in a documented way.
    Warning,
    /// Something could not be generated; the run ends with a failure.
    Error,
}

impl Severity {
    /// The word that messages use: `repair`, `warning` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One kind of problem. Declared as a `static` by the stage that raises it.
#[derive(Debug)]
pub struct Code {
    /// Stable identifier in kebab-case, such as `response-without-description`.
    pub name: &'static str,
    /// How much every diagnostic of this kind matters.
    pub severity: Severity,
    /// One sentence for `lint` and `docs/diagnostics.md`: what the generator does about it, and why.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}

/// One problem or repair, at one place of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: &'static Code,
    /// The node of the document that it is about.
    pub pointer: Pointer,
    /// Where it stands when that is not in the document, but in the settings.
    pub position: Option<Box<Position>>,
    /// What is the matter, with the names and values involved.
    pub message: String,
    /// What the reader can do about it, where there is something to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without help.
    pub fn new(code: &'static Code, pointer: Pointer, message: impl Into<String>) -> Self {
        Self {
            code,
            pointer,
            position: None,
            message: message.into(),
            help: None,
        }
    }

    /// Says what the reader can do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says where it stands outside of the document.
    #[must_use]
    pub fn with_position(mut self, position: Option<Position>) -> Self {
        self.position = position.map(Box::new);
        self
    }

    /// The severity of this diagnostic's code.
    pub fn severity(&self) -> Severity {
        self.code.severity
    }
}

/// The problems of one run, collected so that one does not hide the next.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No problems yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Diagnostics) {
        self.items.extend(other.items);
    }

    /// Keeps only those that the test accepts.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.items.retain(keep);
    }

    /// All, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.items.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| d.severity() == Severity::Error)
    }
}
