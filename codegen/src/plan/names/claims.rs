//! Who gets a name that several want. Knows the IR's pointers only.

use super::NAME_COLLISION;
use super::words::numbered;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::pointer::Pointer;

/// The collisions of a run.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) diagnostics: Diagnostics,
}

impl Claims {
    /// The first candidate that is free, or the last one with a number; reports when the first was not free.
    pub(super) fn choose(
        &mut self,
        candidates: impl IntoIterator<Item = String>,
        free: impl Fn(&str) -> bool,
        what: &str,
        pointer: &Pointer,
    ) -> String {
        let mut wanted: Option<String> = None;
        let mut last = String::new();
        for candidate in candidates {
            if free(&candidate) {
                if let Some(wanted) = wanted {
                    self.report(&wanted, &candidate, what, pointer);
                }
                return candidate;
            }
            wanted.get_or_insert_with(|| candidate.clone());
            last = candidate;
        }
        let name = numbered(&last).find(|name| free(name)).unwrap_or_default();
        self.report(&wanted.unwrap_or(last), &name, what, pointer);
        name
    }

    fn report(&mut self, wanted: &str, name: &str, what: &str, pointer: &Pointer) {
        let message = format!("{what} would be `{wanted}` like another one; it is called `{name}`");
        self.diagnostics
            .push(Diagnostic::new(&NAME_COLLISION, pointer.clone(), message));
    }
}
