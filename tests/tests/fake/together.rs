//! What is done to several items at once, or to one property of an item: each such operation, once.

use kibana_codegen::ir::{BodyFormat, Kind, Operation, Shape, Type};
use kibana_codegen::passes::roles::{Answer, Played, Role, Source};
use serde_json::{Map, Value, json};

use crate::asking::{Ask, Reply};
use crate::life::{Life, Tally, contains, put};
use crate::maker::text;

/// The roles that are lived through here.
pub(crate) const ROLES: [Role; 7] = [
    Role::Act,
    Role::BulkCreate,
    Role::BulkRead,
    Role::BulkMerge,
    Role::BulkDelete,
    Role::Export,
    Role::Import,
];

/// An operation, and the two items that it finds.
struct Scene<'s, 'a> {
    life: &'s Life<'a>,
    operation: &'s Operation,
    played: &'s Played,
    items: [Map<String, Value>; 2],
    tally: &'s mut Tally,
}

/// Lives through an operation. False when it cannot be asked about items that are made up.
pub(crate) fn live(
    life: &Life<'_>,
    operation: &Operation,
    played: &Played,
    tally: &mut Tally,
) -> bool {
    let mut rounds = (0..20).filter_map(|round| life.imagined(round));
    let Some((one, one_shown)) = rounds.next() else {
        return false;
    };
    // Above what the first part of a key tells apart, both items may have to agree in it.
    let told = life.resource().key.last();
    let told = told.map(|part| part.property.as_ref().unwrap_or(&part.name));
    let other = rounds.find(|(two, _)| told.is_some_and(|told| two.get(told) != one.get(told)));
    let Some((two, two_shown)) = other else {
        return false;
    };
    life.bring(&[&one_shown, &two_shown]);
    let mut scene = Scene {
        life,
        operation,
        played,
        items: [one, two],
        tally,
    };
    match played.role {
        Role::Act => scene.acts(),
        Role::BulkCreate => scene.creates(),
        Role::BulkRead => scene.reads(),
        Role::BulkMerge => scene.merges(),
        Role::BulkDelete => scene.deletes(),
        Role::Export => scene.exports(),
        Role::Import => scene.imports(),
        _ => return false,
    }
    true
}

impl Scene<'_, '_> {
    /// A request for all items of the scene, or for the first.
    fn ask(&self, several: bool) -> Ask {
        let [one, _] = &self.items;
        let items = match several {
            true => &self.items[..],
            false => &self.items[..1],
        };
        let mut ask = self.life.ask(self.operation, self.played, one);
        let mut listed: Vec<Map<String, Value>> = items.iter().map(|_| self.listed(&ask)).collect();
        let mut lists = false;
        for selector in &self.played.selectors {
            let values = items.iter().filter_map(|item| item.get(&selector.key));
            let values: Vec<Value> = values.cloned().collect();
            match &selector.source {
                Source::Listed(name) => {
                    lists = true;
                    for (object, value) in listed.iter_mut().zip(&values) {
                        object.insert(name.clone(), value.clone());
                    }
                }
                Source::Body(way) if self.played.role != Role::Export => {
                    let body = ask.body.get_or_insert_default();
                    put(body, way, Value::Array(values));
                }
                Source::Query(name) if self.played.role != Role::Export => {
                    ask.query.retain(|(own, _)| own != name);
                    let all = values.iter().map(|value| (name.clone(), text(value)));
                    ask.query.extend(all);
                }
                Source::Path(_) | Source::Query(_) | Source::Body(_) => {}
            }
        }
        if lists && self.played.role != Role::Import {
            let body = ask.body.get_or_insert_default();
            put(body, &self.played.sent, json!(listed));
        }
        ask
    }

    /// An object of the list that a body has.
    fn listed(&self, ask: &Ask) -> Map<String, Value> {
        let first = self.list(ask).into_iter().next();
        let first = first.as_ref().and_then(Value::as_object);
        first.cloned().unwrap_or_default()
    }

    /// The list that a body has.
    fn list(&self, ask: &Ask) -> Vec<Value> {
        let mut way = self.played.sent.iter();
        let body = ask.body.as_ref();
        let list = body.and_then(|body| way.try_fold(body, |value, step| value.get(step)));
        list.and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn asked(&mut self, ask: &Ask) -> Reply {
        let reply = self.life.server.ask(ask);
        let good = reply.status < 300;
        self.tally.expect(good, ask, || format!("{reply:?}"));
        reply
    }

    fn expect(&mut self, holds: bool, ask: &Ask, why: &str, reply: &Reply) {
        let stored = self.life.stored();
        self.tally.expect(holds, ask, || {
            format!("{why}: {reply:?}, and there are {}", json!(stored))
        });
    }

    /// Which of some items is the one with this key.
    fn of<'v>(&self, all: &'v [Value], item: &Map<String, Value>) -> Option<&'v Value> {
        let key = &self.life.resource().key;
        all.iter().find(|own| {
            key.iter().all(|part| {
                let property = part.property.as_ref();
                property.is_none_or(|name| own.get(name).map(text) == item.get(name).map(text))
            })
        })
    }

    fn acts(&mut self) {
        let ask = self.life.ask(self.operation, self.played, &self.items[0]);
        let reply = self.asked(&ask);
        let stored = self.life.stored();
        let own = self
            .of(&stored, &self.items[0])
            .cloned()
            .unwrap_or_default();
        let set = self.played.sets.as_ref();
        let holds = set.is_some_and(|(property, value)| own[property] == *value);
        self.expect(holds, &ask, "it is not set", &reply);
    }

    fn creates(&mut self) {
        self.life.bring(&[]);
        let ask = self.life.ask(self.operation, self.played, &Map::new());
        let reply = self.asked(&ask);
        // One may be sent alone.
        let sent = self.list(&ask).len().max(1);
        let made = self.life.stored().len();
        self.expect(made > 0 && made <= sent, &ask, "not all were made", &reply);
    }

    fn reads(&mut self) {
        let ask = self.ask(true);
        let reply = self.asked(&ask);
        let found = self.life.items(self.played, &reply).cloned();
        let found = found.unwrap_or_default();
        let mut items = self.items.iter();
        let holds = found.len() == 2 && items.all(|item| self.of(&found, item).is_some());
        self.expect(holds, &ask, "not both are read", &reply);
    }

    fn merges(&mut self) {
        let ask = self.ask(true);
        let reply = self.asked(&ask);
        let stored = self.life.stored();
        let sent = self.listed(&ask).into_iter().filter(|(name, value)| {
            // What identifies an item and what the server makes stay as they are.
            let made = self.life.is_made(name) || self.life.is_stamp(name);
            !made && self.items[0].contains_key(name) && !value.is_object()
        });
        let sent: Map<String, Value> = sent.collect();
        let own = self
            .of(&stored, &self.items[0])
            .cloned()
            .unwrap_or_default();
        let holds = stored.len() == 2 && contains(&own, &sent.into());
        self.expect(holds, &ask, "it is not changed", &reply);
    }

    fn deletes(&mut self) {
        let ask = self.ask(true);
        let reply = self.asked(&ask);
        let left = self.life.stored().len();
        self.expect(left == 0, &ask, "not both are gone", &reply);
    }

    fn exports(&mut self) {
        let ask = self.ask(true);
        let reply = self.asked(&ask);
        let holds = self.of(&lines(&reply), &self.items[0]).is_some();
        self.expect(holds, &ask, "no line is the item", &reply);
    }

    fn imports(&mut self) {
        let Some(part) = self.file() else {
            return self.expect(
                false,
                &Ask::default(),
                "no part is a file",
                &Reply::default(),
            );
        };
        let before = self.life.stored();
        let items = before.iter().map(|item| format!("{item}\n"));
        let text: String = items.chain(["{\"exported\":2}\n".to_string()]).collect();
        self.life.bring(&[]);
        let mut ask = self.life.ask(self.operation, self.played, &Map::new());
        ask.file = Some((part, text));
        let reply = self.asked(&ask);
        let after = self.life.stored();
        self.expect(after.len() == before.len(), &ask, "not all came in", &reply);
        let told = self.counts(&reply, before.len());
        self.expect(told, &ask, "it does not say how many", &reply);
        // A second time, they are there already.
        let again = self.asked(&ask);
        let same = self.life.stored().len() == before.len();
        self.expect(same, &ask, "there are more", &again);
        if self.played.query.overwrite.is_some() {
            let none = self.counts(&again, 0);
            self.expect(none, &ask, "some were overwritten", &again);
        }
    }

    /// Whether an answer says that so many items came in, if it says how many.
    fn counts(&self, reply: &Reply, wanted: usize) -> bool {
        match &self.played.answer {
            Answer::Count(count) => {
                let mut counts = count.counts.iter();
                counts.all(|name| reply.body[name] == wanted)
            }
            _ => true,
        }
    }

    /// The part of the form that is a file.
    fn file(&self) -> Option<String> {
        let content = &self.operation.body.as_ref()?.content;
        let form = content.iter().find(|c| c.format == BodyFormat::Multipart)?;
        let Kind::Named(id) = &form.ty.as_ref()?.kind else {
            return None;
        };
        let Shape::Struct(object) = &self.life.maker.api.types[*id].shape else {
            return None;
        };
        let file = |ty: &Type| {
            matches!(
                ty.kind,
                Kind::Binary(_) | Kind::Any { .. } | Kind::Object(_)
            )
        };
        let mut fields = object.fields.iter().filter(|field| file(&field.ty));
        fields.next().map(|field| field.wire.clone())
    }
}

/// The lines of an answer.
fn lines(reply: &Reply) -> Vec<Value> {
    match &reply.body {
        Value::String(text) => {
            let lines = text.lines();
            lines
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect()
        }
        // One line is JSON of its own.
        other => vec![other.clone()],
    }
}
