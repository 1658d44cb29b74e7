//! Where the parts of JSON values are kept while they are read.

use bumpalo::Bump;
use serde_json::Value;

#[cfg(feature = "server")]
use super::settle;
use super::{Entry, Filter, Node, Object};

/// Memory for the nodes of a value, and for text that the input does not have as it is: given back as a whole.
#[derive(Debug, Default)]
pub struct Arena {
    memory: Bump,
}

impl Arena {
    /// Without memory, until something is put into it.
    pub fn new() -> Self {
        Self::default()
    }

    /// With memory for what a text of so many bytes holds.
    pub(crate) fn of_text(length: usize) -> Self {
        /// Beyond it, memory is asked for when it is needed.
        const MOST: usize = 1 << 20;
        // A property of a dozen bytes is an entry of forty.
        let memory = Bump::with_capacity(length.saturating_mul(3).min(MOST));
        Self { memory }
    }

    /// A copy of a text.
    pub(crate) fn text<'a>(&'a self, text: &str) -> &'a str {
        self.memory.alloc_str(text)
    }

    /// An array of these items.
    pub(crate) fn array<'a>(&'a self, items: &[Node<'a>]) -> Node<'a> {
        Node::Array(self.memory.alloc_slice_copy(items))
    }

    /// An object of these entries; the last of several with one key counts, as in JavaScript.
    #[cfg(feature = "server")]
    pub(crate) fn object<'a>(
        &'a self,
        entries: impl IntoIterator<Item = (&'a str, Node<'a>)>,
    ) -> Node<'a> {
        let mut entries: Vec<_> = entries.into_iter().collect();
        let keys = settle(&mut entries, 0);
        self.settled(keys, &entries)
    }

    /// An object of entries whose keys differ.
    pub(super) fn settled<'a>(&'a self, keys: Filter, entries: &[Entry<'a>]) -> Node<'a> {
        let entries = self.memory.alloc_slice_copy(entries);
        Node::Object(self.memory.alloc(Object { entries, keys }))
    }

    /// The node of a value.
    pub fn value<'a>(&'a self, value: &'a Value) -> Node<'a> {
        match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Boolean(*value),
            Value::Number(number) => Node::from(number),
            Value::String(text) => Node::String(text),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.value(item)).collect();
                self.array(&items)
            }
            Value::Object(map) => {
                let entries = map
                    .iter()
                    .map(|(key, value)| (key.as_str(), self.value(value)));
                let mut keys = Filter::default();
                for key in map.keys() {
                    keys.add(key);
                }
                self.settled(keys, &entries.collect::<Vec<_>>())
            }
        }
    }
}
