//! The passes: they decide what `lower` leaves open. Know the IR only: never `openapiv3`, never tokens.
//!
//! | pass | decides | needs |
//! |---|---|---|
//! | unions | how a value is assigned to a member | – |
//! | aliases | inline definitions that only name another | unions (they may leave one member) |
//! | locals | identifiers of fields, variants, union members, headers | unions (tags name members) |
//! | dedup | which definitions are one | locals (names of members are part of a union) |
//! | usage | request, response or both | dedup (a body is used wherever its aliases are) |
//! | names | types, operations, modules | locals, dedup |
//! | recursion | boxes | names (the place is chosen by name) |
//! | features | module or `shared` | dedup |

pub mod aliases;
pub mod dedup;
pub mod features;
mod graph;
pub mod names;
mod place;
pub mod recursion;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod unions;
pub mod usage;

use crate::diagnostic::{Code, Diagnostics};
use crate::ir::Api;

/// What the passes may report.
pub static CODES: &[&Code] = &[
    &unions::MAPPING_CONFLICT,
    &recursion::CIRCULAR_ALIAS,
    &names::NAME_COLLISION,
];

/// Runs all passes in their order.
pub fn run_all(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(unions::run(api));
    aliases::run(api);
    names::locals::run(api);
    dedup::run(api);
    usage::run(api);
    diagnostics.extend(names::run(api));
    diagnostics.extend(recursion::run(api));
    features::run(api);
    diagnostics
}
