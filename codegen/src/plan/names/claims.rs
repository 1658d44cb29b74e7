//! Who gets a name that several want. Knows the IR's pointers only.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::naming::words::numbered;
use crate::pointer::Pointer;

/// Two items would have the same name.
pub static NAME_COLLISION: Code = Code {
    name: "name-collision",
    severity: Severity::Warning,
    explanation: "Two items would have the same Rust name in one module, and nothing that the document says tells them \
                  apart: one has a number. `[names]` in the settings gives it a better name.",
};

/// The collisions of a run.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) diagnostics: Diagnostics,
}

impl Claims {
    /// The first candidate that is free, or the last one with a number, which is reported: a number says nothing, and the
    /// settings can give a better name.
    pub(super) fn choose(
        &mut self,
        candidates: impl IntoIterator<Item = String>,
        free: impl Fn(&str) -> bool,
        what: &str,
        pointer: &Pointer,
    ) -> String {
        let mut last = String::new();
        for candidate in candidates {
            if free(&candidate) {
                return candidate;
            }
            last = candidate;
        }
        let name = numbered(&last).find(|name| free(name)).unwrap_or_default();
        self.report(&last, &name, what, pointer);
        name
    }

    fn report(&mut self, wanted: &str, name: &str, what: &str, pointer: &Pointer) {
        let message = format!("{what} would be `{wanted}` like another one; it is called `{name}`");
        let help = "give it a name in `[names]` of the settings";
        self.diagnostics
            .push(Diagnostic::new(&NAME_COLLISION, pointer.clone(), message).with_help(help));
    }
}
