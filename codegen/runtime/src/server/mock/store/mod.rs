//! A memory for the mock: items of resources, by space. Knows JSON values and the generator's table of roles; knows no
//! operation by name.
//!
//! | file | what |
//! |---|---|
//! | `table` | which resources there are, and what operations do to them |
//! | `items` | what is stored, within bounds |
//! | `play` | what a request does, and what it is answered |
//! | `list` | filters, order and pages |
//! | `clock` | times as servers write them |

pub(super) mod clock;
mod items;
mod list;
mod play;
mod table;

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::data::Layer;
use crate::server::StatusRange;

use items::Items;
pub(super) use items::{LARGEST, MOST};
pub(super) use play::{Outcome, Request};
use table::Tables;

/// Why a request is refused, and how the document says that.
pub(super) struct Refusal<'r> {
    pub(super) operation: &'static str,
    pub(super) status: StatusCode,
    pub(super) range: StatusRange,
    pub(super) message: &'r str,
    /// What it could be answered without memory.
    pub(super) usual: Vec<&'r Value>,
}

/// An item of a state: the number of its resource, its space, and what it is.
type Read = (usize, String, Map<String, Value>);

/// What a mock remembers.
#[derive(Debug)]
pub(super) struct Store {
    tables: Tables,
    items: Mutex<Items>,
}

impl Store {
    /// Nothing yet; what there can be is said by the table.
    pub(super) fn new(table: &Value) -> Result<Self, String> {
        Ok(Self {
            tables: Tables::new(table)?,
            items: Mutex::default(),
        })
    }

    /// Whether an operation may have something to remember.
    pub(super) fn plays(&self, operation: &str) -> bool {
        self.tables.played.contains_key(operation)
    }

    /// What a request does. `None` when its operation has nothing to remember.
    pub(super) fn play(&self, request: &Request<'_>) -> Option<Outcome> {
        let played = self.tables.played.get(request.operation)?;
        let resource = self.tables.resources.get(played.resource)?;
        play::Play::new(played, resource, request, &mut self.lock()).run()
    }

    /// The body of a refusal, where the document has one for the status.
    pub(super) fn refusal(&self, refusal: &Refusal<'_>) -> Option<Value> {
        let played = self.tables.played.get(refusal.operation)?;
        let place = played.place(refusal.range)?;
        let code = refusal.status.as_u16();
        let body = json!({
            "statusCode": code,
            "status_code": code,
            "error": refusal.status.canonical_reason().unwrap_or("Error"),
            "message": refusal.message,
        });
        let fits = |value: &&&Value| place.fits(value);
        let usual = refusal.usual.iter().find(fits).copied();
        place.lay(&body, usual, Layer::Below)
    }

    /// Everything that is stored: by resource, by space, a list of items.
    pub(super) fn state(&self) -> Value {
        let items = self.lock();
        let mut state = Map::new();
        for (number, space, item) in items.all() {
            let Some(resource) = self.tables.resources.get(number) else {
                continue;
            };
            let spaces = state
                .entry(resource.path.to_owned())
                .or_insert_with(|| json!({}));
            if let Some(spaces) = spaces.as_object_mut() {
                let list = spaces.entry(space).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(item.shown());
                }
            }
        }
        Value::Object(state)
    }

    /// Adds what a state holds, as [`state`](Self::state) writes it; a list instead of spaces is that of the default
    /// space. Items with the same key are replaced.
    pub(super) fn add(&self, state: &Value) -> Result<usize, String> {
        let read = self.read(state)?;
        Ok(self.take(&mut self.lock(), read))
    }

    /// The same, in the place of all that is stored.
    pub(super) fn set(&self, state: &Value) -> Result<usize, String> {
        let read = self.read(state)?;
        let mut items = self.lock();
        *items = Items::default();
        Ok(self.take(&mut items, read))
    }

    fn take(&self, items: &mut Items, read: Vec<Read>) -> usize {
        let count = read.len();
        for (number, space, item) in read {
            if let Some(resource) = self.tables.resources.get(number) {
                items.put(resource, number, &space, items::Item::of(resource, item));
            }
        }
        count
    }

    /// The items of a state, or what is wrong with it.
    fn read(&self, state: &Value) -> Result<Vec<Read>, String> {
        let Value::Object(state) = state else {
            return Err("expected an object with a list of items for each resource".to_owned());
        };
        let mut found = Vec::new();
        for (path, spaces) in state {
            let number = self.tables.number(path)?;
            let spaces = match spaces {
                Value::Array(_) => vec![(items::DEFAULT.to_owned(), spaces)],
                Value::Object(spaces) => spaces.iter().map(|(s, list)| (s.clone(), list)).collect(),
                _ => {
                    return Err(format!(
                        "`{path}`: expected a list of items, or lists by space"
                    ));
                }
            };
            for (space, list) in spaces {
                let Value::Array(list) = list else {
                    return Err(format!("`{path}` in `{space}`: expected a list of items"));
                };
                for item in list {
                    let Value::Object(item) = item else {
                        return Err(format!("`{path}` in `{space}`: expected objects"));
                    };
                    found.push((number, space.clone(), item.clone()));
                }
            }
        }
        Ok(found)
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        *self.lock() = Items::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Items> {
        // Whoever panicked left whole items: they are put in place at once.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
