//! A document tree and the text that it came from. Knows nothing of OpenAPI.

use std::sync::Arc;

use serde_json::Value;

use crate::pointer::Pointer;

/// A place in a text. Lines and columns count from 1; columns count code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The text of a document and the name that messages use for it.
#[derive(Debug)]
pub struct Source {
    /// The path as the user gave it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A tree of plain data, and the text that it was read from.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree. Key order is that of the text.
    pub root: Value,
    /// The text.
    pub source: Arc<Source>,
}

impl Document {
    /// The node at a pointer.
    pub fn get(&self, pointer: &Pointer) -> Option<&Value> {
        self.root.pointer(pointer.as_str())
    }
}
