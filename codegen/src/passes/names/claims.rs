//! Who has which name: the crate has one namespace of types. Knows the IR's pointers only.

use std::collections::HashMap;

use super::words::numbered;
use super::{NAME_COLLISION, reserved};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::pointer::Pointer;

/// The names that are taken, and by what.
#[derive(Default)]
pub(super) struct Claims {
    taken: HashMap<String, Holder>,
    diagnostics: Diagnostics,
}

#[derive(Clone)]
struct Holder {
    /// What it is, such as `the type at /components/schemas/Case`.
    what: String,
    operation: bool,
}

impl Claims {
    /// Gives the first of `candidates` that is free, or numbers the last of them; reports when the first was taken.
    pub(super) fn claim(
        &mut self,
        candidates: impl IntoIterator<Item = String>,
        what: &str,
        pointer: &Pointer,
    ) -> String {
        let mut collision = None;
        let mut last = String::new();
        let mut name = None;
        for candidate in candidates {
            if self.is_free(&candidate) {
                name = Some(candidate);
                break;
            }
            if collision.is_none() && self.taken.contains_key(&candidate) {
                collision = Some(candidate.clone());
            }
            last = candidate;
        }
        let name = name
            .or_else(|| numbered(&last).find(|candidate| self.is_free(candidate)))
            .unwrap_or_default();
        self.take(&name, what, false);
        if let Some(wanted) = collision {
            self.report(&wanted, &name, what, pointer);
        }
        name
    }

    /// Whether nothing has the name and generated code does not use it otherwise.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name) && !reserved::is_type(name)
    }

    /// Whether an operation has the name.
    pub(super) fn is_operation(&self, name: &str) -> bool {
        self.taken.get(name).is_some_and(|holder| holder.operation)
    }

    /// Takes a name that is free.
    pub(super) fn take(&mut self, name: &str, what: &str, operation: bool) {
        let holder = Holder {
            what: what.to_string(),
            operation,
        };
        self.taken.insert(name.to_string(), holder);
    }

    /// Says that `what` wanted a name and got another.
    pub(super) fn report(&mut self, wanted: &str, name: &str, what: &str, pointer: &Pointer) {
        let holder = self.taken.get(wanted);
        let holder = holder.map_or("what Rust or generated code calls so", |h| &h.what);
        let message = format!("{what} would be `{wanted}` like {holder}; it is called `{name}`");
        self.diagnostics
            .push(Diagnostic::new(&NAME_COLLISION, pointer.clone(), message));
    }

    /// The collisions, in the order in which names were given.
    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }
}
