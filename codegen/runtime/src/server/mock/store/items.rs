//! What is stored, within bounds. Knows resources only.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde_json::{Map, Value};

use super::table::Resource;

/// How the default space is called.
pub(super) const DEFAULT: &str = "default";
/// More items than this are forgotten, the oldest first.
pub(in super::super) const MOST: usize = 20_000;
/// So are items when all of them are larger than this, as JSON.
pub(in super::super) const LARGEST: usize = 64 << 20;

/// All items of all resources in all spaces.
#[derive(Debug, Default)]
pub(super) struct Items {
    next: u64,
    bytes: usize,
    items: BTreeMap<u64, Stored>,
    by_key: HashMap<Full, u64>,
    /// In order, so that pages are found at once.
    by_resource: HashMap<(usize, String), VecDeque<u64>>,
    /// The resources that have had an item, in whatever space.
    known: BTreeSet<usize>,
}

#[derive(Debug)]
struct Stored {
    resource: usize,
    space: String,
    key: Option<Vec<String>>,
    size: usize,
    item: Item,
}

/// Resource, space, and all parts of the key.
type Full = (usize, String, Vec<String>);

/// An item.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Map<String, Value>,
    /// Parts of its key that it does not show.
    pub(super) hidden: Map<String, Value>,
}

impl Item {
    /// An item that shows all parts of its key, those that no property holds, too.
    pub(super) fn of(resource: &Resource, mut value: Map<String, Value>) -> Self {
        let mut hidden = Map::new();
        for part in resource.key.iter().filter(|part| part.property.is_none()) {
            if let Some(own) = value.remove(&format!("{{{}}}", part.name)) {
                hidden.insert(part.name.to_owned(), own);
            }
        }
        Self { value, hidden }
    }

    /// The item with all parts of its key: those that no property holds stand in braces, as in a path.
    pub(super) fn shown(&self) -> Value {
        let mut value = self.value.clone();
        for (name, own) in &self.hidden {
            value.insert(format!("{{{name}}}"), own.clone());
        }
        value.into()
    }

    /// What the item has under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.hidden.get(name).or_else(|| self.value.get(name))
    }

    fn key(&self, resource: &Resource) -> Option<Vec<String>> {
        let parts = resource.key.iter();
        parts
            .map(|part| Some(plain(self.get(part.told_by())?)))
            .collect()
    }
}

/// A value as text, as it stands in a path.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Items {
    /// A number that no other item has.
    pub(super) fn number(&self) -> u64 {
        self.next + 1
    }

    /// Stores an item; one with the same key is replaced, and stays in its place.
    pub(super) fn put(&mut self, resource: &Resource, number: usize, space: &str, item: Item) {
        let key = item.key(resource);
        let full = key.clone().map(|key| (number, space.to_owned(), key));
        let known = full
            .as_ref()
            .and_then(|full| self.by_key.get(full).copied());
        let id = known.unwrap_or_else(|| {
            self.next += 1;
            self.next
        });
        self.remove(id);
        let size = size(&item);
        self.bytes += size;
        if let Some(full) = full {
            self.by_key.insert(full, id);
        }
        self.known.insert(number);
        let own = self.by_resource.entry((number, space.to_owned()));
        let own = own.or_default();
        if let Err(place) = own.binary_search(&id) {
            own.insert(place, id);
        }
        let space = space.to_owned();
        self.items.insert(
            id,
            Stored {
                resource: number,
                space,
                key,
                size,
                item,
            },
        );
        while self.items.len() > MOST || (self.bytes > LARGEST && self.items.len() > 1) {
            let Some(oldest) = self.items.keys().next().copied() else {
                break;
            };
            self.remove(oldest);
        }
    }

    pub(super) fn remove(&mut self, id: u64) {
        let Some(stored) = self.items.remove(&id) else {
            return;
        };
        self.bytes -= stored.size;
        let place = (stored.resource, stored.space);
        if let Some(own) = self.by_resource.get_mut(&place) {
            if let Ok(place) = own.binary_search(&id) {
                own.remove(place);
            }
            if own.is_empty() {
                self.by_resource.remove(&place);
            }
        }
        if let Some(key) = stored.key {
            self.by_key.remove(&(place.0, place.1, key));
        }
    }

    pub(super) fn get(&self, id: u64) -> Option<&Item> {
        self.items.get(&id).map(|stored| &stored.item)
    }

    /// Whether there has been any item of a resource.
    pub(super) fn knows(&self, number: usize) -> bool {
        self.known.contains(&number)
    }

    /// The item with these values, the first of several.
    pub(super) fn find(
        &self,
        resource: &Resource,
        number: usize,
        space: &str,
        wanted: &[(&str, String)],
    ) -> Option<u64> {
        let part = |name| wanted.iter().find(|(own, _)| *own == name);
        let parts = resource.key.iter().map(|own| part(own.told_by()));
        let key: Option<Vec<String>> = parts.map(|own| own.map(|(_, text)| text.clone())).collect();
        if let Some(key) = key.filter(|key| key.len() == wanted.len()) {
            return self.by_key.get(&(number, space.to_owned(), key)).copied();
        }
        let mut own = self.ids(number, space);
        own.find(|id| self.get(*id).is_some_and(|item| is(item, wanted)))
    }

    /// The items of a resource in a space, the oldest first.
    pub(super) fn ids(&self, number: usize, space: &str) -> impl Iterator<Item = u64> {
        let own = self.by_resource.get(&(number, space.to_owned()));
        own.into_iter().flatten().copied()
    }

    /// How many there are.
    pub(super) fn count(&self, number: usize, space: &str) -> usize {
        let own = self.by_resource.get(&(number, space.to_owned()));
        own.map_or(0, VecDeque::len)
    }

    /// All items, with their resource and space.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &str, &Item)> {
        self.items
            .values()
            .map(|stored| (stored.resource, stored.space.as_str(), &stored.item))
    }
}

/// Whether an item has these values.
pub(super) fn is(item: &Item, wanted: &[(&str, String)]) -> bool {
    wanted
        .iter()
        .all(|(name, text)| item.get(name).is_some_and(|own| plain(own) == *text))
}

fn size(item: &Item) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 16,
            Value::String(text) => 32 + text.len(),
            Value::Array(items) => 32 + items.iter().map(of).sum::<usize>(),
            Value::Object(entries) => entries.iter().map(|(k, v)| 64 + k.len() + of(v)).sum(),
        }
    }
    let own = item.value.iter().chain(&item.hidden);
    256 + own
        .map(|(key, value)| 64 + key.len() + of(value))
        .sum::<usize>()
}
