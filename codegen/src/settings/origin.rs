//! Where the entries of a settings file stand in it. Knows TOML, and documents as far as they have places.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::{Location, Position, Source};

/// The file that settings were read from; nothing for those that a program has put together.
///
/// Where settings come from is no part of what they say: all origins are equal.
#[derive(Clone, Debug, Default)]
pub struct Origin(Option<Arc<Source>>);

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl Origin {
    pub(super) fn new(name: &str, text: &str) -> Self {
        Self(Some(Arc::new(Source::new(name, text))))
    }

    /// Where an entry stands: the keys that lead to it, or the value of an item in a list. Where the last of them is not
    /// written, what leads there.
    pub(crate) fn position(&self, keys: &[&str]) -> Option<Position> {
        let source = self.0.as_ref()?;
        let root = DeTable::parse(&source.text).ok()?;
        let span = span(root.get_ref(), keys)?;
        self.at(&span)
    }

    /// The place of a part of the text.
    pub(super) fn at(&self, span: &Range<usize>) -> Option<Position> {
        let source = self.0.as_ref()?;
        let before = source.text.get(..span.start)?;
        let line = before.rsplit('\n').next().unwrap_or(before);
        Some(Position {
            source: Arc::clone(source),
            location: Location {
                line: before.matches('\n').count() + 1,
                column: line.chars().count() + 1,
            },
        })
    }
}

fn span(table: &DeTable<'_>, keys: &[&str]) -> Option<Range<usize>> {
    let (first, rest) = keys.split_first()?;
    let (key, value) = table.get_key_value(*first)?;
    let inner = match (value.get_ref(), rest) {
        (DeValue::Table(table), rest) => span(table, rest),
        (DeValue::Array(items), [item]) => {
            let mut items = items.iter();
            items.find(|other| is(other, item)).map(Spanned::span)
        }
        _ => None,
    };
    Some(inner.unwrap_or_else(|| key.span()))
}

fn is(item: &Spanned<DeValue<'_>>, text: &str) -> bool {
    item.get_ref().as_str() == Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_items_have_places() {
        let text = "tags = ['é', 'roles']\n\n[types]\n\"/a/b\" = 'X'\n[names]\n'get /x'='x'\n";
        let origin = Origin::new("kibana.toml", text);
        for (keys, expected) in [
            (&["tags", "roles"][..], (1, 14)),
            (&["tags", "cases"], (1, 1)),
            (&["types", "/a/b"], (4, 1)),
            (&["names", "get /x"], (6, 1)),
            (&["names", "get /y"], (5, 2)),
        ] {
            let location = origin.position(keys).unwrap().location;
            assert_eq!((location.line, location.column), expected, "{keys:?}");
        }
        assert!(origin.position(&["skip", "get /x"]).is_none());
        assert!(Origin::default().position(&["tags"]).is_none());
    }
}
