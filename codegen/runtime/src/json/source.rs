//! Values out of everything that serde reads.

use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Arena, Entry, MAX_DEPTH, Node, settle};

/// Borrows from the input where the format can. Only for formats that describe themselves (JSON, YAML, …).
pub(crate) fn deserialize<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
    arena: &'a Arena,
) -> Result<Node<'a>, D::Error> {
    let seed = NodeSeed {
        depth: 0,
        open: &mut Open::default(),
        arena,
    };
    seed.deserialize(deserializer)
}

/// What is read of the arrays and objects that are not at their end, the innermost last. So each gets its memory once,
/// when its size is known.
#[derive(Default)]
pub(super) struct Open<'a> {
    pub(super) items: Vec<Node<'a>>,
    pub(super) entries: Vec<Entry<'a>>,
}

impl Open<'_> {
    /// With room for what a short text of so many bytes holds.
    pub(super) fn of_text(length: usize) -> Self {
        const MOST: usize = 64;
        Self {
            items: Vec::new(),
            entries: Vec::with_capacity((length / 16).min(MOST)),
        }
    }
}

struct NodeSeed<'s, 'a> {
    depth: u32,
    open: &'s mut Open<'a>,
    arena: &'a Arena,
}

impl<'a> NodeSeed<'_, 'a> {
    fn inside<E: de::Error>(&mut self) -> Result<NodeSeed<'_, 'a>, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom("recursion limit exceeded"));
        }
        Ok(NodeSeed {
            depth: self.depth + 1,
            open: self.open,
            arena: self.arena,
        })
    }
}

impl<'de: 'a, 'a> DeserializeSeed<'de> for NodeSeed<'_, 'a> {
    type Value = Node<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for NodeSeed<'_, 'a> {
    type Value = Node<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node<'a>, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node<'a>, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'a>, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        mut self,
        inner: D,
    ) -> Result<Node<'a>, D::Error> {
        self.inside()?.deserialize(inner)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'a>, E> {
        Ok(Node::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'a>, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'a>, E> {
        Ok(i64::try_from(value).map_or(Node::Unsigned(value), Node::Integer))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node<'a>, E> {
        Ok(Node::Float(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node<'a>, E> {
        Ok(Node::Float(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node<'a>, E> {
        if value.is_finite() {
            Ok(Node::Float(value))
        } else {
            Err(E::custom("the number is not finite"))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'a>, E> {
        Ok(Node::String(self.arena.text(text)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'a>, E> {
        Ok(Node::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<Node<'a>, A::Error> {
        let start = self.open.items.len();
        while let Some(item) = sequence.next_element_seed(self.inside()?)? {
            self.open.items.push(item);
        }
        let array = self.arena.array(&self.open.items[start..]);
        self.open.items.truncate(start);
        Ok(array)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Node<'a>, A::Error> {
        let start = self.open.entries.len();
        while let Some(key) = map.next_key_seed(TextSeed(self.arena))? {
            let node = map.next_value_seed(self.inside()?)?;
            if self.open.entries.len() == start && key == ANY_PRECISION {
                return number_text(&node);
            }
            self.open.entries.push((key, node));
        }
        let keys = settle(&mut self.open.entries, start);
        let object = self.arena.settled(keys, &self.open.entries[start..]);
        self.open.entries.truncate(start);
        Ok(object)
    }
}

/// What `serde_json` hands over in place of a number when another crate turned on its `arbitrary_precision`.
const ANY_PRECISION: &str = "$serde_json::private::Number";

fn number_text<'a, E: de::Error>(node: &Node<'_>) -> Result<Node<'a>, E> {
    let text = node.as_str().unwrap_or_default();
    if let Ok(value) = text.parse() {
        return Ok(Node::Integer(value));
    }
    if let Ok(value) = text.parse() {
        return Ok(Node::Unsigned(value));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Node::Float(value)),
        _ => Err(E::custom("number out of range")),
    }
}

/// A text: a key, or one that has to be made.
pub(super) struct TextSeed<'a>(pub(super) &'a Arena);

impl<'de: 'a, 'a> DeserializeSeed<'de> for TextSeed<'a> {
    type Value = &'a str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for TextSeed<'a> {
    type Value = &'a str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.text(text))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(text)
    }
}
