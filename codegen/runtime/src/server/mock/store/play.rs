//! What a request does to the items of a resource, and what it is answered. Knows the table of roles.

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::clock;
use super::items::{DEFAULT, Item, Items, is, plain};
use super::list::{Page, Wanted};
use super::table::{Answer, KeyPart, Played, Resource, Role, Says, Selector, Source};
use crate::data::{Layer, Place};
use crate::server::StatusRange;

/// A request that is played.
pub(in super::super) struct Request<'r> {
    pub(in super::super) operation: &'static str,
    pub(in super::super) space: Option<&'r str>,
    pub(in super::super) path: &'r Value,
    pub(in super::super) query: &'r Value,
    pub(in super::super) body: Option<&'r Value>,
    /// What came as a file of lines.
    pub(in super::super) lines: &'r [Value],
    /// The documented success, and what it could be answered without memory, the best first.
    pub(in super::super) success: Option<StatusRange>,
    pub(in super::super) usual: Vec<&'r Value>,
}

/// What a request is answered.
#[derive(Debug)]
pub(in super::super) enum Outcome {
    /// What it is answered without memory: it was done, and the answer says nothing of items.
    Done,
    /// This body.
    Body(Value),
    /// There is no such item.
    Missing(String),
    /// It is there already, or was changed meanwhile.
    Conflict(String),
}

/// A request on its way through the items.
pub(super) struct Play<'p> {
    played: &'p Played,
    resource: &'p Resource,
    request: &'p Request<'p>,
    items: &'p mut Items,
    usual: OnceCell<Option<&'p Value>>,
}

impl Played {
    /// The type of the body of an answer.
    pub(super) fn place(&self, range: StatusRange) -> Option<Place> {
        let found = self.answers.iter().find(|(status, _)| *status == range);
        found.map(|(_, place)| *place)
    }
}

/// The values that select an item.
type Selected = Vec<(&'static str, Value)>;

impl<'p> Play<'p> {
    pub(super) fn new(
        played: &'p Played,
        resource: &'p Resource,
        request: &'p Request<'p>,
        items: &'p mut Items,
    ) -> Self {
        Self {
            played,
            resource,
            request,
            items,
            usual: OnceCell::new(),
        }
    }

    /// The type of what it is answered, when all is well.
    fn place(&self) -> Option<Place> {
        let range = self.request.success?;
        self.played.place(range)
    }

    /// What it is answered without memory.
    fn usual(&self) -> Option<&'p Value> {
        *self.usual.get_or_init(|| {
            let place = self.place();
            let fits = |value: &&&Value| place.is_none_or(|place| place.fits(value));
            self.request.usual.iter().find(fits).copied()
        })
    }

    fn number(&self) -> usize {
        self.played.resource
    }

    fn space(&self) -> &'p str {
        self.request.space.unwrap_or(DEFAULT)
    }

    /// `None` when nothing is remembered here.
    pub(super) fn run(mut self) -> Option<Outcome> {
        // Nobody can make items of it: it is played once a state has brought some.
        if !self.resource.creatable && !self.items.knows(self.number()) {
            return None;
        }
        Some(match self.played.role {
            Role::Create => self.create(),
            Role::Put => self.put(),
            Role::Read => self.read(),
            Role::Replace => self.on_item(|play, item| play.changed(item, true)),
            Role::Merge => self.on_item(|play, item| play.changed(item, false)),
            Role::Act => self.on_item(Self::acted),
            Role::Delete => self.delete(),
            Role::List => self.list(),
            Role::BulkCreate => self.bulk_create(),
            Role::BulkRead => self.bulk_read(),
            Role::BulkMerge => self.bulk_merge(),
            Role::BulkDelete => self.bulk_delete(),
            Role::Export => self.export(),
            Role::Import => self.import(),
        })
    }

    // What the request says.

    fn value(&self, source: &Source, listed: Option<&Value>) -> Option<Value> {
        let value = match source {
            Source::Path(name) => self.request.path.get(name),
            Source::Query(name) => self.request.query.get(name),
            Source::Body(way) => at(self.request.body?, way),
            Source::Listed(name) => listed?.get(name),
        };
        value.filter(|value| !value.is_null()).cloned()
    }

    fn selected(&self, listed: Option<&Value>) -> Selected {
        let selectors = self.played.selectors.iter();
        let given = |Selector { key, source }: &Selector| {
            let value = self.value(source, listed)?;
            (!value.is_array()).then_some((*key, value))
        };
        selectors.filter_map(given).collect()
    }

    /// The selections of a request for several items.
    fn selections(&self) -> Vec<Selected> {
        let several = self.played.selectors.iter().find_map(|selector| {
            match self.value(&selector.source, None)? {
                Value::Array(values) => Some((selector.key, values)),
                _ => None,
            }
        });
        let common = self.selected(None);
        if let Some((key, values)) = several {
            let with = |value| {
                let mut all = common.clone();
                all.push((key, value));
                all
            };
            return values.into_iter().map(with).collect();
        }
        let listed = self
            .played
            .selectors
            .iter()
            .any(|s| matches!(s.source, Source::Listed(_)));
        match (listed, self.sent()) {
            (true, Some(Value::Array(items))) => {
                items.iter().map(|item| self.selected(Some(item))).collect()
            }
            _ => vec![common],
        }
    }

    fn sent(&self) -> Option<&Value> {
        at(self.request.body?, &self.played.sent)
    }

    fn find(&self, selected: &Selected) -> Option<u64> {
        if selected.is_empty() {
            return None;
        }
        let wanted: Vec<(&str, String)> = selected.iter().map(|(k, v)| (*k, plain(v))).collect();
        self.items
            .find(self.resource, self.number(), self.space(), &wanted)
    }

    fn missing(&self, selected: &Selected) -> Outcome {
        let named: Vec<String> = selected
            .iter()
            .map(|(key, value)| format!("{key} `{}`", plain(value)))
            .collect();
        Outcome::Missing(format!("There is nothing with {}.", named.join(" and ")))
    }

    // What it does.

    fn create(&mut self) -> Outcome {
        let sent = self.sent().cloned().unwrap_or(Value::Null);
        let item = match self.made(&sent, None) {
            Some(item) => item,
            None => return Outcome::Done,
        };
        let documented = |code| {
            let mut answers = self.played.answers.iter();
            answers.any(|(status, _)| *status == StatusRange::Code(code))
        };
        if self.there(&item) && documented(409) {
            return Outcome::Conflict("There is one with the same name already.".to_owned());
        }
        self.store(item.clone());
        self.answer_one(&item)
    }

    fn there(&self, item: &Item) -> bool {
        let parts = self.resource.key.iter();
        let key: Option<Selected> = parts
            .map(|part| Some((part.told_by(), item.get(part.told_by())?.clone())))
            .collect();
        key.is_some_and(|key| self.find(&key).is_some())
    }

    fn put(&mut self) -> Outcome {
        match self.find(&self.selected(None)) {
            Some(_) => self.on_item(|play, item| play.changed(item, true)),
            None => self.create(),
        }
    }

    /// A new item: what was sent, what the request says of its key, and what the server makes.
    fn made(&self, sent: &Value, listed: Option<&Value>) -> Option<Item> {
        let mut value = Map::new();
        for (name, default) in &self.played.defaults {
            value.insert((*name).to_owned(), default.clone());
        }
        value.extend(
            sent.as_object()
                .into_iter()
                .flatten()
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        let mut hidden = Map::new();
        let selected = self.selected(listed);
        for part in &self.resource.key {
            let name = part.told_by();
            let given = selected.iter().find(|(key, _)| *key == name);
            match (given, part.property) {
                (Some((_, own)), Some(property)) => {
                    value.insert(property.to_owned(), own.clone());
                }
                (Some((_, own)), None) => {
                    hidden.insert(name.to_owned(), own.clone());
                }
                (None, Some(property)) if value.get(property).is_none_or(Value::is_null) => {
                    value.insert(property.to_owned(), self.new_id(part, property));
                }
                (None, _) => {}
            }
        }
        self.stamp(&mut value, None);
        let value = self.whole(value)?;
        Some(Item { value, hidden })
    }

    /// A new value of a property that identifies: text where it may be text, and else a number.
    fn new_id(&self, part: &KeyPart, property: &str) -> Value {
        let number = self.items.number();
        let text = Value::from(clock::id(number));
        let is_number = part.is_number.get_or_init(|| {
            let mut value = Map::new();
            value.insert(property.to_owned(), text.clone());
            let laid = self.laid(value.into());
            laid.is_ok_and(|laid| laid.get(property) != Some(&text))
        });
        match is_number {
            true => Value::from(number),
            false => text,
        }
    }

    fn stamp(&self, value: &mut Map<String, Value>, before: Option<&Map<String, Value>>) {
        let now = clock::millis();
        for stamp in &self.resource.stamps {
            let made = match (stamp.says, before) {
                (Says::Created, Some(_)) => continue,
                (Says::Created | Says::Updated, _) if stamp.number => Value::from(now),
                (Says::Created | Says::Updated, _) => Value::from(clock::text(now)),
                (Says::Version, before) => {
                    let last = before.and_then(|before| before.get(stamp.property));
                    let last = last.map_or(0, |last| {
                        let text = || last.as_str().and_then(|text| text.parse().ok());
                        last.as_u64().or_else(text).unwrap_or(0)
                    });
                    match stamp.number {
                        true => Value::from(last + 1),
                        false => Value::from((last + 1).to_string()),
                    }
                }
            };
            value.insert(stamp.property.to_owned(), made);
        }
    }

    /// A value that keeps every rule of an item, where one can be made.
    fn whole(&self, value: Map<String, Value>) -> Option<Map<String, Value>> {
        match self.laid(value.into()) {
            Ok(Value::Object(value)) | Err(Value::Object(value)) => Some(value),
            Ok(_) | Err(_) => None,
        }
    }

    /// A value as an item can have it; the same value, when there is none.
    fn laid(&self, value: Value) -> Result<Value, Value> {
        // Without a type, anything goes.
        let Some(item) = self.resource.item else {
            return Ok(value);
        };
        if item.fits(&value) {
            return Ok(value);
        }
        let below = match &self.played.answer {
            Answer::One(way) => self.usual().and_then(|usual| at(usual, way)),
            Answer::Many { items, .. } => {
                let usual = self.usual().and_then(|usual| at(usual, items));
                usual.and_then(|list| list.get(0))
            }
            Answer::Other | Answer::Count { .. } => None,
        };
        item.lay(&value, below, Layer::Least).ok_or(value)
    }

    fn store(&mut self, item: Item) {
        let (number, space) = (self.number(), self.space());
        self.items.put(self.resource, number, space, item);
    }

    fn read(&self) -> Outcome {
        let selected = self.selected(None);
        let found = self.find(&selected).and_then(|id| self.items.get(id));
        match found {
            Some(item) => self.answer_one(item),
            None => self.missing(&selected),
        }
    }

    fn on_item(&mut self, change: impl Fn(&Self, Item) -> Result<Item, Outcome>) -> Outcome {
        let selected = self.selected(None);
        let found = self
            .find(&selected)
            .and_then(|id| Some((id, self.items.get(id)?.clone())));
        let Some((id, item)) = found else {
            return self.missing(&selected);
        };
        match change(self, item) {
            Ok(item) => {
                let answer = self.answer_one(&item);
                self.replace(id, item);
                answer
            }
            Err(outcome) => outcome,
        }
    }

    /// Puts a changed item in the place of what it was.
    fn replace(&mut self, id: u64, item: Item) {
        if !self.there(&item) {
            self.items.remove(id);
        }
        self.store(item);
    }

    fn changed(&self, item: Item, whole: bool) -> Result<Item, Outcome> {
        let sent = self.sent().cloned().unwrap_or(Value::Null);
        self.with(item, &sent, whole)
    }

    fn with(&self, item: Item, sent: &Value, whole: bool) -> Result<Item, Outcome> {
        if let Some(version) = self.resource.version
            && let (Some(stale), Some(own)) = (sent.get(version), item.value.get(version))
            && plain(stale) != plain(own)
        {
            return Err(Outcome::Conflict(format!(
                "The version `{}` is not that of the item, which is `{}`.",
                plain(stale),
                plain(own)
            )));
        }
        let mut value = item.value.clone();
        let named = |name: &str| {
            self.resource
                .key
                .iter()
                .any(|part| part.property == Some(name))
        };
        if whole {
            for name in &self.played.replaces {
                if !named(name) && sent.get(name).is_none() {
                    value.remove(*name);
                }
            }
        }
        for (name, own) in sent.as_object().into_iter().flatten() {
            if !named(name) || !value.contains_key(name) {
                value.insert(name.clone(), own.clone());
            }
        }
        self.stamp(&mut value, Some(&item.value));
        Ok(match self.whole(value) {
            Some(value) => Item { value, ..item },
            None => item,
        })
    }

    fn acted(&self, item: Item) -> Result<Item, Outcome> {
        let mut sent = Map::new();
        if let Some((property, holds)) = self.played.sets {
            sent.insert(property.to_owned(), Value::Bool(holds));
        }
        self.with(item, &sent.into(), false)
    }

    fn delete(&mut self) -> Outcome {
        let selected = self.selected(None);
        let found = self
            .find(&selected)
            .and_then(|id| Some((id, self.items.get(id)?.clone())));
        let Some((id, item)) = found else {
            return self.missing(&selected);
        };
        self.items.remove(id);
        self.answer_one(&item)
    }

    fn list(&self) -> Outcome {
        let selected = self.selected(None);
        let outer: Vec<(&str, String)> = selected.iter().map(|(k, v)| (*k, plain(v))).collect();
        let wanted = Wanted::new(&self.played.query, self.request.query);
        let own = self.items.ids(self.number(), self.space());
        if outer.is_empty() && wanted.is_all() {
            // Only what is on the page is looked at.
            let total = self.items.count(self.number(), self.space());
            let window = wanted.window(total);
            let own = own.skip(window.start).take(window.count);
            let own = own.filter_map(|id| self.items.get(id));
            return self.answer_many(window.page(own));
        }
        let own = own.filter_map(|id| self.items.get(id));
        let own = own.filter(|item| is(item, &outer) && wanted.takes(item));
        let own = wanted.sorted(own.collect());
        let window = wanted.window(own.len());
        let own = own.into_iter().skip(window.start).take(window.count);
        self.answer_many(window.page(own))
    }

    fn bulk_create(&mut self) -> Outcome {
        // Where a list is sent, one may be sent alone, and is then answered alone.
        let (sent, alone) = match self.sent().cloned() {
            Some(Value::Array(sent)) => (sent, false),
            Some(sent @ Value::Object(_)) => (vec![sent], true),
            _ => return Outcome::Done,
        };
        let mut made = Vec::new();
        for sent in &sent {
            if let Some(item) = self.made(sent, Some(sent)) {
                made.push(Value::Object(item.value.clone()));
                self.store(item);
            }
        }
        match made.pop() {
            Some(item) if alone => self.answer(item),
            last => {
                made.extend(last);
                self.answer_all(made)
            }
        }
    }

    fn bulk_read(&self) -> Outcome {
        let found = self.selections().into_iter().filter_map(|selected| {
            let item = self.items.get(self.find(&selected)?)?;
            Some(Value::Object(item.value.clone()))
        });
        self.answer_all(found.collect())
    }

    fn bulk_merge(&mut self) -> Outcome {
        let Some(Value::Array(sent)) = self.sent().cloned() else {
            return Outcome::Done;
        };
        // All of it or nothing, as it is one request.
        let mut changes = Vec::new();
        for sent in &sent {
            let selected = self.selected(Some(sent));
            let found = self
                .find(&selected)
                .and_then(|id| Some((id, self.items.get(id)?.clone())));
            let Some((id, item)) = found else {
                return self.missing(&selected);
            };
            match self.with(item, sent, false) {
                Ok(item) => changes.push((id, item)),
                Err(outcome) => return outcome,
            }
        }
        let changed = changes
            .iter()
            .map(|(_, item)| Value::Object(item.value.clone()));
        let changed = changed.collect();
        for (id, item) in changes {
            self.replace(id, item);
        }
        self.answer_all(changed)
    }

    fn bulk_delete(&mut self) -> Outcome {
        let found: Vec<u64> = self
            .selections()
            .iter()
            .filter_map(|selected| self.find(selected))
            .collect();
        for id in found {
            self.items.remove(id);
        }
        Outcome::Done
    }

    /// All that a selection names, or all, as one line each.
    fn export(&self) -> Outcome {
        let wanted: Vec<Vec<(&str, String)>> = self
            .selections()
            .iter()
            .map(|selected| selected.iter().map(|(k, v)| (*k, plain(v))).collect())
            .collect();
        let own = self.items.ids(self.number(), self.space());
        let own = own.filter_map(|id| self.items.get(id));
        let own = own.filter(|item| wanted.iter().any(|selection| is(item, selection)));
        let lines = own.map(|item| format!("{}\n", Value::Object(item.value.clone())));
        Outcome::Body(Value::String(lines.collect()))
    }

    fn import(&mut self) -> Outcome {
        let overwrite = self.played.query.overwrite;
        let overwrite = overwrite.map(|name| self.request.query.get(name) == Some(&true.into()));
        let (mut taken, mut all) = (0_usize, true);
        for line in self.request.lines {
            let selected = self.selected(Some(line));
            if !self.is_item(line, &selected) {
                continue;
            }
            let known = self.find(&selected);
            if known.is_some() && overwrite == Some(false) {
                all = false;
                continue;
            }
            if let Some(item) = self.made(line, Some(line)) {
                if let Some(id) = known {
                    self.items.remove(id);
                }
                self.store(item);
                taken += 1;
            }
        }
        self.answer_count(taken, all)
    }

    /// Whether a line of a file is an item: it says what it is called, and nothing that an item cannot have. A file may
    /// have other lines, such as how many items it holds.
    fn is_item(&self, line: &Value, selected: &Selected) -> bool {
        let Some(says) = line.as_object().filter(|_| !selected.is_empty()) else {
            return false;
        };
        let Ok(laid) = self.laid(line.clone()) else {
            return false;
        };
        let scalar = |value: &Value| !value.is_object() && !value.is_array();
        let mut says = says.iter().filter(|(_, value)| scalar(value));
        says.all(|(name, value)| laid.get(name).is_none_or(|own| own == value))
    }

    // What it is answered.

    fn answer(&self, body: Value) -> Outcome {
        let Some(place) = self.place() else {
            return Outcome::Done;
        };
        if place.fits(&body) {
            return Outcome::Body(body);
        }
        let laid = place.lay(&body, self.usual(), Layer::Below);
        laid.map_or(Outcome::Done, Outcome::Body)
    }

    fn answer_one(&self, item: &Item) -> Outcome {
        match &self.played.answer {
            Answer::One(way) => self.answer(wrapped(way, Value::Object(item.value.clone()))),
            Answer::Other | Answer::Many { .. } | Answer::Count { .. } => Outcome::Done,
        }
    }

    fn answer_count(&self, taken: usize, all: bool) -> Outcome {
        let Answer::Count { counts, successes } = &self.played.answer else {
            return Outcome::Done;
        };
        let counts = counts.iter().map(|name| (*name, Value::from(taken)));
        let successes = successes.iter().map(|name| (*name, Value::from(all)));
        let told = counts.chain(successes);
        let body: Map<String, Value> = told.map(|(name, value)| (name.to_owned(), value)).collect();
        let laid = self
            .place()
            .and_then(|place| place.lay(&body.into(), None, Layer::Least));
        laid.map_or(Outcome::Done, Outcome::Body)
    }

    fn answer_all(&self, items: Vec<Value>) -> Outcome {
        let total = items.len();
        self.answer_many(Page {
            total,
            page: 1,
            per_page: u64::try_from(total).unwrap_or(u64::MAX),
            items,
        })
    }

    fn answer_many(&self, found: Page) -> Outcome {
        let Answer::Many {
            items,
            total,
            page,
            per_page,
        } = &self.played.answer
        else {
            return Outcome::Done;
        };
        let mut body = wrapped(items, Value::Array(found.items));
        let told = [
            (total, Value::from(found.total)),
            (page, Value::from(found.page)),
            (per_page, Value::from(found.per_page)),
        ];
        for (way, value) in told {
            if let Some(way) = way {
                set(&mut body, way, value);
            }
        }
        self.answer(body)
    }
}

/// The value at the end of a way.
fn at<'v>(value: &'v Value, way: &[&str]) -> Option<&'v Value> {
    way.iter().try_fold(value, |value, step| value.get(step))
}

/// A value at the end of a way.
fn wrapped(way: &[&str], value: Value) -> Value {
    way.iter().rev().fold(value, |value, step| {
        let mut object = Map::new();
        object.insert((*step).to_owned(), value);
        object.into()
    })
}

/// Puts a value at the end of a way, where objects lead to it.
fn set(body: &mut Value, way: &[&str], value: Value) {
    let Some((first, rest)) = way.split_first() else {
        return;
    };
    let Value::Object(object) = body else {
        return;
    };
    match rest {
        [] => {
            object.insert((*first).to_owned(), value);
        }
        rest => {
            let inner = object
                .entry(*first)
                .or_insert_with(|| Value::Object(Map::new()));
            set(inner, rest, value);
        }
    }
}
