//! Rust names for everything, in two phases: gather what wants a name, then give names globally. Knows the IR only.
//!
//! Names are given in an order that depends neither on the file nor on who uses what: components first, then what
//! stands in components, then what operations bring. So removing an operation can only free names of operations.

mod claims;
pub mod locals;
mod modules;
mod operations;
mod reserved;
mod types;
mod variants;
mod words;

use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::ir::Api;

/// The codes of this stage.
pub static CODES: &[&Code] = &[&NAME_COLLISION];

static NAME_COLLISION: Code = Code {
    name: "name-collision",
    severity: Severity::Warning,
    explanation: "Two items would have the same Rust name. Components keep theirs; the other one gets a longer name: \
                  more of its path, its kind, and a number only when nothing else tells them apart.",
};

/// Names types, operations and modules; needs the names of [`locals`] and the merging of `dedup`.
pub fn run(api: &mut Api) -> Diagnostics {
    let mut claims = claims::Claims::default();
    let mut inline = types::Inline::gather(api);
    types::name_components(api, &mut claims);
    inline.name_of_components(api, &mut claims);
    types::name_scalar_unions(api, &mut claims);
    let mut diagnostics = modules::name_modules(&mut api.modules);
    modules::name_traits(api, &mut claims);
    operations::name_operations(api, &mut claims);
    inline.name_of_operations(api, &mut claims);
    types::name_merged(api);
    diagnostics.extend(claims.into_diagnostics());
    diagnostics
}
