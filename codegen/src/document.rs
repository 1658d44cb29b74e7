//! A document tree and the text that it came from. Knows nothing of OpenAPI.

pub(crate) mod places;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::pointer::Pointer;
pub use places::Location;
use places::Places;

/// Deeper documents are refused. Below the limit of `serde_yaml` and `serde_json` (128), so that one rule holds.
pub const MAX_DEPTH: usize = 120;

/// The text of a document and the name that messages use for it.
#[derive(Debug)]
pub struct Source {
    /// The path as the user gave it.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Filled by the first question about a place, so that a run without messages does not pay for it.
    places: OnceLock<Places>,
}

/// A place in a text.
#[derive(Clone, Debug)]
pub struct Position {
    /// The text.
    pub source: Arc<Source>,
    /// The line and column.
    pub location: Location,
}

impl PartialEq for Position {
    fn eq(&self, other: &Self) -> bool {
        (&self.source.name, self.location) == (&other.source.name, other.location)
    }
}

impl Eq for Position {}

impl Source {
    /// A text and its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            places: OnceLock::new(),
        }
    }

    /// The letters that stand in the text for a number or a boolean at a pointer: `1.10` where the tree has 1.1. `None`
    /// when the text has another value there, because a repair or an overlay moved or replaced it.
    pub fn letters(&self, pointer: &Pointer, value: &Value) -> Option<&str> {
        let letters = self.places().plain(pointer)?;
        let read = serde_yaml::from_str::<Value>(letters).ok()?;
        (&read == value).then_some(letters)
    }

    /// Where every node of the text stands.
    pub(crate) fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.text))
    }
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
    /// A tree and its text.
    pub fn new(root: Value, source: Source) -> Self {
        Self {
            root,
            source: Arc::new(source),
        }
    }

    /// The node at a pointer.
    pub fn get(&self, pointer: &Pointer) -> Option<&Value> {
        self.root.pointer(pointer.as_str())
    }

    /// Where the node at a pointer stands in the text: its key when it is a member of a mapping, else its first
    /// character. A node that the text does not hold (a repair or an overlay put it there) stands where its nearest
    /// ancestor does; a node below a YAML alias stands where the anchored text does. `None` when the text holds no
    /// node at all.
    pub fn locate(&self, pointer: &Pointer) -> Option<Location> {
        self.source.places().locate(pointer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place(text: &str, pointer: &str) -> Option<(usize, usize)> {
        let document = Document::new(Value::Null, Source::new("t", text));
        let pointer = Pointer::from_reference(&format!("#{pointer}")).unwrap();
        document.locate(&pointer).map(|l| (l.line, l.column))
    }

    #[test]
    fn a_member_stands_at_its_key_and_an_element_at_its_start() {
        let text = "a:\n  - x\n  - b: 1\n    c: {d: [1, 2]}\n";
        assert_eq!(place(text, "/a"), Some((1, 1)));
        assert_eq!(place(text, "/a/0"), Some((2, 5)));
        assert_eq!(place(text, "/a/1"), Some((3, 5)));
        assert_eq!(place(text, "/a/1/c"), Some((4, 5)));
        assert_eq!(place(text, "/a/1/c/d/1"), Some((4, 16)));
    }

    #[test]
    fn a_node_that_the_text_lacks_stands_at_its_nearest_ancestor() {
        assert_eq!(place("a:\n  b: 1\n", "/a/b/c/d"), Some((2, 3)));
        assert_eq!(place("a:\n  b: 1\n", "/x"), Some((1, 1)));
        assert_eq!(place("# nothing\n", "/x"), None);
    }

    #[test]
    fn windows_line_ends_count_once() {
        assert_eq!(
            place("a: |\r\n  text\r\n\r\nb:\r\n  c: 1\r\n", "/b/c"),
            Some((5, 3))
        );
    }

    #[test]
    fn columns_count_code_points() {
        assert_eq!(place("é: {ü: 1, x: 2}\n", "/x"), Some((1, 1)));
        assert_eq!(place("é: {ü: 1, x: 2}\n", "/é/x"), Some((1, 11)));
    }

    #[test]
    fn below_an_alias_stands_the_anchored_text() {
        let text = "a: &x\n  b: 1\nc: *x\nd: *x\n";
        assert_eq!(place(text, "/d"), Some((4, 1)));
        assert_eq!(place(text, "/d/b"), Some((2, 3)));
    }

    #[test]
    fn json_text_is_understood_with_tabs_long_keys_and_surrogates() {
        let long = "k".repeat(3000);
        let text = format!(
            "{{\n\t\"{long}\": {{\n\t\t\"a\": \"\\ud83d\\ude00\",\n\t\t\"b/c\": [\n\t\t\t1]}}}}"
        );
        assert_eq!(place(&text, &format!("/{long}/b~1c")), Some((4, 3)));
        assert_eq!(place(&text, &format!("/{long}/b~1c/0")), Some((5, 4)));
    }

    #[test]
    fn every_node_that_the_loader_reads_has_a_place_of_its_own() {
        let text = "200: {'q': 1, \"w\\u0041\": 2, null x: 3}\ny: >-\n  folded\n  text\n1.10: [[], {}]\n'': true\n";
        let document = crate::load::load("t", text.as_bytes()).unwrap();
        assert_eq!(
            document.get(&Pointer::root().child("1.10")),
            Some(&json!([[], {}]))
        );
        fn walk(document: &Document, value: &Value, pointer: &Pointer, seen: &mut Vec<Pointer>) {
            assert_eq!(
                document.source.places().exact(pointer),
                document.locate(pointer),
                "{pointer}"
            );
            seen.push(pointer.clone());
            match value {
                Value::Object(map) => map
                    .iter()
                    .for_each(|(k, v)| walk(document, v, &pointer.child(k), seen)),
                Value::Array(items) => items
                    .iter()
                    .enumerate()
                    .for_each(|(i, v)| walk(document, v, &pointer.index(i), seen)),
                _ => {}
            }
        }
        let mut seen = Vec::new();
        walk(&document, &document.root, &Pointer::root(), &mut seen);
        assert_eq!(seen.len(), 10);
    }
}
