//! Rust names for everything, in two phases: gather what wants a name, then give names globally. Knows the IR only.
//!
//! Names are given in an order that depends neither on the file nor on who uses what: components first, then what
//! stands in components, then what operations bring. So removing an operation can only free names of operations.
//!
//! | item | name |
//! |---|---|
//! | component | its own, in `PascalCase`; `Type` is added to names that generated code needs itself |
//! | type in a component | the component, then the shortest end of the property chain that no other type of the component shares |
//! | type in an operation | the operation, the part (`Path`, `Query`, `Headers`, `Cookies`, `RequestBody`, `ResponseBody`, `ResponseBody404`), then the chain in the same way |
//! | items, values, members | `Item`, `Value`, the name of the variant |
//! | union of plain scalars | its members, wherever it stands: `BooleanOrString` |
//! | operation | `operationId`, or method and path; `Operation` is added where a type has that name, or one of the two below |
//! | request and response of an operation | `…Request`, `…Response`: taken here, written with the server |
//! | module, feature, trait | the tag: `short_url`, `short-url`, `ShortUrl`; `_api` is added to names that the crate needs |
//! | field, variant, method, header | the words of the name in JSON; where two would be the same, symbols are spelled out (`underscore_version`, `DotJira`), then the style of capitals (`created_at_camel`), then a number |
//!
//! No name is longer than 100 bytes: a longer one is cut and ends in a hash of the whole.

use crate::plan::names::words;

mod bodies;
mod claims;
pub mod locals;
mod modules;
mod operations;
pub(crate) mod reserved;
mod types;

use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::ir::Api;

pub(super) static NAME_COLLISION: Code = Code {
    name: "name-collision",
    severity: Severity::Warning,
    explanation: "Two items would have the same Rust name. Components keep theirs; the other one gets a longer name: \
                  more of its path, its kind, and a number only when nothing else tells them apart.",
};

/// Names types, operations and modules; needs the names of [`locals`] and the merging of `merge`.
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
