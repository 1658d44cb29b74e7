//! The passes: they decide what `lower` leaves open. Know the IR only: never `openapiv3`, never tokens.
//!
//! | pass | decides | needs |
//! |---|---|---|
//! | unions | how a value is assigned to a member | – |
//! | aliases | inline definitions that only name another | unions (they may leave one member) |
//! | nesting | lists and maps that hold themselves | aliases (what they leave is a cycle) |
//! | siblings | unions whose member a property beside them tells, as the settings say | aliases (what is left is no union) |
//! | locals | identifiers of fields, variants, union members, headers | unions (tags name members) |
//! | merge | which definitions are one | locals (names of members are part of a union) |
//! | usage | request, response or both | merge (a body is used wherever its aliases are) |
//! | labels | what definitions are called in terms of the document; their names in Rust are the plan's | merge |
//! | recursion | boxes | labels (the place is chosen by them) |
//! | features | module or `shared` | merge |
//!
//! [`derives`] and [`siblings::unmatched`] come last; they need the settings, too. [`roles`] decides nothing that is generated as Rust: it finds the
//! resources that a fake remembers, for whoever asks.

pub mod aliases;
pub mod derives;
pub mod features;
pub(crate) mod graph;
pub mod labels;
pub mod locals;
pub mod merge;
pub(crate) mod namespaces;
pub mod nesting;
pub mod paging;
mod patterns;
pub(crate) mod place;
pub mod recursion;
pub mod renames;
pub mod resources;
pub mod roles;
pub mod siblings;
mod sides;
mod structure;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod unions;
pub mod usage;

use crate::diagnostic::{Code, Diagnostics};
use crate::ir::{Api, check};

/// What the passes may report.
pub static CODES: &[&Code] = &[
    &unions::MAPPING_CONFLICT,
    &unions::MEMBERS_ALIKE,
    &patterns::PATTERN_UNCHECKED,
    &recursion::CIRCULAR_ALIAS,
];

/// A pass that has nothing to report, as a [`Pass`] function.
macro_rules! silent {
    ($run:path) => {
        |api| {
            $run(api);
            Diagnostics::new()
        }
    };
}

/// A pass: its name, and the function that runs it.
pub type Pass = (&'static str, fn(&mut Api) -> Diagnostics);

/// All passes, in their order.
pub static PASSES: &[Pass] = &[
    ("sides", silent!(sides::run)),
    ("unions", unions::run),
    ("aliases", silent!(aliases::run)),
    ("nesting", silent!(nesting::run)),
    ("siblings", silent!(siblings::run)),
    ("locals", silent!(locals::run)),
    ("merge", silent!(merge::run)),
    ("usage", silent!(usage::run)),
    ("labels", silent!(labels::run)),
    ("recursion", recursion::run),
    ("features", silent!(features::run)),
    ("patterns", patterns::run),
];

/// Runs all passes in their order. Debug builds hold the rules of the IR in between.
pub fn run_all(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    debug_assert_eq!(check::broken(api), [""; 0], "after `lower`");
    for (pass, run) in PASSES {
        diagnostics.extend(run(api));
        debug_assert_eq!(check::broken(api), [""; 0], "after `{pass}`");
    }
    debug_assert_eq!(check::undecided(api), [""; 0], "after all passes");
    diagnostics
}
