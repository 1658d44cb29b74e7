//! The life of an item: made, read, listed, changed, deleted and gone, in a space that others do not see.

use std::collections::{BTreeMap, BTreeSet};

use kibana_codegen::ir::Operation;
use kibana_codegen::passes::roles::{Answer, Played, Resource, Role, Roles, Source};
use serde_json::{Map, Value, json};

use crate::asking::{Ask, Reply, Server, encoded};
use crate::maker::{Maker, text};

/// The life of an item: what is called for it.
pub(crate) struct Life<'a> {
    pub(crate) maker: &'a Maker<'a>,
    pub(crate) server: &'a Server,
    pub(crate) found: &'a Roles,
    pub(crate) number: usize,
    pub(crate) space: &'static str,
}

impl Life<'_> {
    pub(crate) fn resource(&self) -> &Resource {
        &self.found.resources[self.number]
    }

    /// Whether a property is not for clients to set: a part of the key, or the count of changes.
    pub(crate) fn is_made(&self, property: &str) -> bool {
        let resource = self.resource();
        let mut key = resource.key.iter().filter_map(|p| p.property.as_deref());
        key.any(|own| own == property) || resource.version.as_deref() == Some(property)
    }

    /// Whether a property is a time or a count that the server makes.
    pub(crate) fn is_stamp(&self, property: &str) -> bool {
        let mut stamps = self.resource().stamps.iter();
        stamps.any(|stamp| stamp.property == property)
    }

    /// Whether items have a property.
    fn could_show(&self, property: &str) -> bool {
        let Some(item) = &self.resource().item else {
            return false;
        };
        (0..20).any(|round| {
            let made = self.maker.sent(item, property, round);
            made.is_some_and(|made| made.get(property).is_some())
        })
    }

    fn operation(&self, wanted: &[Role]) -> Option<(&Operation, &Played)> {
        let own = self
            .found
            .played
            .iter()
            .filter(|(_, p)| p.resource == self.number);
        let mut own = own.filter(|(_, played)| wanted.contains(&played.role));
        own.next()
            .map(|(index, played)| (&self.maker.api.operations[*index], played))
    }

    /// A request in the space of this life, for an item.
    pub(crate) fn ask(
        &self,
        operation: &Operation,
        played: &Played,
        item: &Map<String, Value>,
    ) -> Ask {
        let mut ask = self.maker.request(operation);
        // What a list is filtered by is what the item has, defaults of the query included.
        for (parameter, property) in &played.query.filters {
            let own = item.get(property);
            let own = own.filter(|own| !own.is_object() && !own.is_array() && !own.is_null());
            if let Some(value) = own {
                ask.query.retain(|(name, _)| name != parameter);
                ask.query.push((parameter.clone(), text(value)));
            }
        }
        for selector in &played.selectors {
            let Some(value) = item.get(&selector.key) else {
                continue;
            };
            match &selector.source {
                Source::Path(name) => {
                    let own = encoded(&text(value));
                    // From the template, so that equal values elsewhere stay.
                    let mut path = operation.path.replace(&format!("{{{name}}}"), &own);
                    for (name, (value, _)) in
                        self.maker.values(operation.path_type, &operation.key())
                    {
                        let known = played
                            .selectors
                            .iter()
                            .find(|s| s.source == Source::Path(name.clone()));
                        let known = known.and_then(|s| item.get(&s.key)).unwrap_or(&value);
                        path = path.replace(&format!("{{{name}}}"), &encoded(&text(known)));
                    }
                    ask.path = path;
                }
                Source::Query(name) => {
                    ask.query.retain(|(own, _)| own != name);
                    ask.query.push((name.clone(), text(value)));
                }
                Source::Body(way) => {
                    let mut body = ask.body.take().unwrap_or_else(|| json!({}));
                    let several = played.role == Role::BulkDelete;
                    let value = if several {
                        json!([value])
                    } else {
                        value.clone()
                    };
                    put(&mut body, way, value);
                    ask.body = Some(body);
                }
                Source::Listed(_) => {}
            }
        }
        let plain = ask
            .path
            .strip_prefix("/s/")
            .and_then(|rest| rest.find('/').map(|at| rest[at..].to_string()));
        ask.path = format!("/s/{}{}", self.space, plain.unwrap_or(ask.path));
        ask
    }

    /// An item as it could be, and as a state has it.
    pub(crate) fn imagined(&self, round: u64) -> Option<Born> {
        let resource = self.resource();
        let place = &resource.path;
        let made = self.maker.sent(resource.item.as_ref()?, place, round)?;
        let mut shown = made.as_object()?.clone();
        let mut item = shown.clone();
        for part in &resource.key {
            let value = item.get(part.property.as_ref().unwrap_or(&part.name));
            let value = value
                .cloned()
                .unwrap_or_else(|| json!(format!("item-{round}")));
            let (told_by, written) = match &part.property {
                Some(property) => (property.clone(), property.clone()),
                None => (part.name.clone(), format!("{{{}}}", part.name)),
            };
            item.insert(told_by, value.clone());
            shown.insert(written, value);
        }
        Some((item, shown))
    }

    /// Lets a state bring items in, in the place of all others.
    pub(crate) fn bring(&self, shown: &[&Map<String, Value>]) -> Reply {
        self.server.ask(&Ask {
            method: "put".to_string(),
            path: "/_fake/state".to_string(),
            body: Some(json!({ &self.resource().path: { self.space: shown } })),
            ..Ask::default()
        })
    }

    /// What is stored of this resource, in this space.
    pub(crate) fn stored(&self) -> Vec<Value> {
        let state = self.server.get("/_fake/state").body;
        let own = state[&self.resource().path][self.space].as_array();
        own.cloned().unwrap_or_default()
    }

    /// What the answer of a request says of an item.
    fn item<'v>(&self, played: &Played, reply: &'v Reply) -> Option<&'v Map<String, Value>> {
        let Answer::One(way) = &played.answer else {
            return None;
        };
        way.iter()
            .try_fold(&reply.body, |value, step| value.get(step))?
            .as_object()
    }

    /// The items that an answer lists.
    pub(crate) fn items<'v>(&self, played: &Played, reply: &'v Reply) -> Option<&'v Vec<Value>> {
        let Answer::Many(page) = &played.answer else {
            return None;
        };
        let mut way = page.items.iter();
        way.try_fold(&reply.body, |value, step| value.get(step))?
            .as_array()
    }
}

pub(crate) fn put(body: &mut Value, way: &[String], value: Value) {
    let Some((first, rest)) = way.split_first() else {
        *body = value;
        return;
    };
    if !body.is_object() {
        *body = json!({});
    }
    put(&mut body[first], rest, value);
}

/// Whether all that was sent is there. Servers add to what they are sent.
pub(crate) fn contains(found: &Value, sent: &Value) -> bool {
    match (found, sent) {
        (Value::Object(found), Value::Object(sent)) => sent
            .iter()
            .all(|(key, sent)| found.get(key).is_some_and(|found| contains(found, sent))),
        (Value::Array(found), Value::Array(sent)) => {
            found.len() == sent.len() && found.iter().zip(sent).all(|(f, s)| contains(f, s))
        }
        (found, sent) => found == sent,
    }
}

/// What a life has to show, in this order.
pub(crate) const STAGES: [&str; 6] = ["made", "read", "listed", "changed", "deleted", "gone"];

/// What went well, what did not, and what could not be asked.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) steps: usize,
    pub(crate) problems: Vec<String>,
    /// By stage, how many resources went through it.
    pub(crate) done: BTreeMap<&'static str, BTreeSet<String>>,
    /// By stage and reason, the resources that did not.
    pub(crate) left_out: BTreeMap<(&'static str, &'static str), BTreeSet<String>>,
    /// What was sent and is no property of an item, so that nothing can show it.
    pub(crate) unshown: BTreeSet<String>,
}

impl Tally {
    pub(crate) fn expect(&mut self, holds: bool, ask: &Ask, why: impl FnOnce() -> String) {
        self.steps += 1;
        if !holds {
            let short = |text: String, most: usize| text.chars().take(most).collect::<String>();
            let body = ask.body.as_ref().map(|body| short(body.to_string(), 400));
            self.problems.push(format!(
                "{} {}{:?} {body:?}: {}",
                ask.method,
                ask.path,
                ask.query,
                short(why(), 700)
            ));
        }
    }

    fn done(&mut self, life: &Life<'_>, stage: &'static str) {
        let own = self.done.entry(stage).or_default();
        own.insert(life.resource().path.clone());
    }

    fn left_out(&mut self, life: &Life<'_>, stage: &'static str, why: &'static str) {
        let own = self.left_out.entry((stage, why)).or_default();
        own.insert(life.resource().path.clone());
    }

    /// How many resources a stage has said something of.
    pub(crate) fn told(&self, stage: &str) -> usize {
        let left_out = self.left_out.iter().filter(|((own, _), _)| *own == stage);
        self.done.get(stage).map_or(0, BTreeSet::len)
            + left_out.map(|(_, paths)| paths.len()).sum::<usize>()
    }
}

/// The life of an item in one space, while another space must not see it.
pub(crate) struct Lived<'l, 'a> {
    pub(crate) life: &'l Life<'a>,
    pub(crate) other: &'l Life<'a>,
    pub(crate) tally: &'l mut Tally,
}

impl Lived<'_, '_> {
    /// create → read equals what was sent → list has it → change → read shows it → delete → 404.
    pub(crate) fn live(&mut self) {
        let born = match self.life.operation(&[Role::Create, Role::Put]) {
            Some(_) => self.created(),
            None => self.brought(),
        };
        let Some((item, sent)) = born else {
            return;
        };
        let shows = self.shows(&item, &sent, "made");
        self.said("read", shows, "no operation reads one, nor lists them");
        let lists = self.lists(&item, 1);
        self.said("listed", lists, "no operation lists them");
        let changes = self.changes(&item);
        self.said("changed", changes, "no operation changes one by its body");
        match self.deletes(&item) {
            true => self.tally.done(self.life, "deleted"),
            false => {
                for stage in ["deleted", "gone"] {
                    let why = "no operation deletes them";
                    self.tally.left_out(self.life, stage, why);
                }
            }
        }
    }

    fn said(&mut self, stage: &'static str, done: bool, otherwise: &'static str) {
        match done {
            true => self.tally.done(self.life, stage),
            false => self.tally.left_out(self.life, stage, otherwise),
        }
    }

    /// An item that an operation makes.
    fn created(&mut self) -> Option<Born> {
        let (create, created) = self.life.operation(&[Role::Create, Role::Put])?;
        let ask = self.life.ask(create, created, &Map::new());
        let sent = sent(created, &ask);
        let reply = self.life.server.ask(&ask);
        self.tally
            .expect(reply.status < 300, &ask, || format!("{reply:?}"));
        if reply.status >= 300 {
            return None;
        }
        // What identifies the item: what was sent, what the answer says, and what stands in the path.
        let mut item = sent.clone();
        item.extend(self.life.item(created, &reply).cloned().unwrap_or_default());
        for selector in &created.selectors {
            if let Source::Path(name) = &selector.source {
                let made = self.life.maker.values(create.path_type, &create.key());
                item.insert(selector.key.clone(), made[name].0.clone());
            }
        }
        self.tally.done(self.life, "made");
        Some((item, sent))
    }

    /// An item that a state brings in, since no operation makes one.
    fn brought(&mut self) -> Option<Born> {
        let (item, shown) = self.life.imagined(0)?;
        let reply = self.life.bring(&[&shown]);
        assert_eq!(reply.body, json!({"added": 1}), "{reply:?}");
        let why = "no operation makes one: a state brings it";
        self.tally.left_out(self.life, "made", why);
        Some((item, shown))
    }

    /// Whether an item is shown as it was sent, by what reads one or else by a list, and not in another space.
    fn shows(&mut self, item: &Map<String, Value>, sent: &Map<String, Value>, what: &str) -> bool {
        let reads = self.life.operation(&[Role::Read]);
        let Some((operation, played)) = reads.or_else(|| self.life.operation(&[Role::List])) else {
            return false;
        };
        let ask = self.life.ask(operation, played, item);
        let reply = self.life.server.ask(&ask);
        self.tally
            .expect(reply.status == 200, &ask, || format!("{what}: {reply:?}"));
        let shown = match &played.answer {
            Answer::Many(_) => self
                .life
                .items(played, &reply)
                .and_then(|all| all.first()?.as_object()),
            _ => self.life.item(played, &reply),
        };
        let Some(shown) = shown else {
            self.tally
                .expect(false, &ask, || format!("{what}: no item in {reply:?}"));
            return true;
        };
        for (key, value) in sent.iter().filter(|(key, _)| !self.life.is_made(key)) {
            match shown.get(key) {
                Some(found) => self.tally.expect(contains(found, value), &ask, || {
                    format!("{what}: `{key}` is {found}, and was sent as {value}")
                }),
                None => {
                    let path = &self.life.resource().path;
                    self.tally.expect(!self.life.could_show(key), &ask, || {
                        format!("{what}: `{key}` was sent and is not shown: {shown:?}")
                    });
                    self.tally.unshown.insert(format!("{path} {key}"));
                }
            }
        }
        if reads.is_some() {
            let elsewhere = self.other.ask(operation, played, item);
            let reply = self.other.server.ask(&elsewhere);
            self.tally.expect(reply.status == 404, &elsewhere, || {
                format!("{what}, in another space: {reply:?}")
            });
        }
        true
    }

    /// Whether a list has so many items, all of them this one, and none in another space.
    fn lists(&mut self, item: &Map<String, Value>, wanted: usize) -> bool {
        let Some((operation, played)) = self.life.operation(&[Role::List]) else {
            return false;
        };
        for (life, wanted) in [(self.life, wanted), (self.other, 0)] {
            let ask = life.ask(operation, played, item);
            let reply = life.server.ask(&ask);
            let found = life
                .items(played, &reply)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let same = |found: &Value| {
                let key = life
                    .resource()
                    .key
                    .iter()
                    .filter_map(|part| part.property.as_ref());
                let mut key = key.filter(|property| found.get(property).is_some());
                key.all(|property| found.get(property) == item.get(property))
            };
            let holds = reply.status == 200 && found.len() == wanted && found.iter().all(same);
            self.tally
                .expect(holds, &ask, || format!("a list of {wanted}: {reply:?}"));
        }
        true
    }

    fn changes(&mut self, item: &Map<String, Value>) -> bool {
        let change = self.life.operation(&[Role::Replace, Role::Merge]);
        let Some((operation, played)) = change.or_else(|| self.life.operation(&[Role::Put])) else {
            return false;
        };
        let mut ask = self.life.ask(operation, played, item);
        if let (Some(version), Some(body)) = (&self.life.resource().version, &mut ask.body) {
            let mut way = played.sent.clone();
            way.push(version.clone());
            if let Some(own) = item.get(version) {
                put(body, &way, own.clone());
            }
        }
        let reply = self.life.server.ask(&ask);
        self.tally
            .expect(reply.status < 300, &ask, || format!("changed: {reply:?}"));
        self.shows(item, &sent(played, &ask), "changed");
        true
    }

    fn deletes(&mut self, item: &Map<String, Value>) -> bool {
        let delete = self.life.operation(&[Role::Delete]);
        let Some((operation, played)) = delete.or_else(|| self.life.operation(&[Role::BulkDelete]))
        else {
            return false;
        };
        let alone = delete.is_some();
        let delete = self.life.ask(operation, played, item);
        let reply = self.life.server.ask(&delete);
        self.tally.expect(reply.status < 300, &delete, || {
            format!("deleted: {reply:?}")
        });
        let mut gone = self.lists(item, 0);
        if let Some((operation, played)) = self.life.operation(&[Role::Read]) {
            let ask = self.life.ask(operation, played, item);
            let reply = self.life.server.ask(&ask);
            self.tally
                .expect(reply.status == 404, &ask, || format!("gone: {reply:?}"));
            gone = true;
        }
        // Of several that are named, those that are not there are no error.
        if alone {
            let again = self.life.server.ask(&delete);
            self.tally.expect(again.status == 404, &delete, || {
                format!("deleted twice: {again:?}")
            });
        }
        self.said("gone", gone, "no operation reads one, nor lists them");
        true
    }
}

/// An item that is new, with all that identifies it, and what of it must be shown.
pub(crate) type Born = (Map<String, Value>, Map<String, Value>);

/// What of an item a request sends.
fn sent(played: &Played, ask: &Ask) -> Map<String, Value> {
    let body = ask.body.as_ref();
    let own = body.and_then(|body| {
        played
            .sent
            .iter()
            .try_fold(body, |value, step| value.get(step))
    });
    own.and_then(Value::as_object).cloned().unwrap_or_default()
}
