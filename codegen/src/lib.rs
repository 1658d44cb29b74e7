//! Rust models and server traits from the OpenAPI document that Kibana publishes, as it is published.
//!
//! ```text
//! bytes ─load→ Document ─overlay, repair→ Document ─parse→ openapiv3 items ─lower→ ir::Api ─passes→ ir::Api ─plan→ plan::Plan ─print→ files ─output→ disk | compare | OUT_DIR
//! ```
//!
//! | stage | does | knows |
//! |---|---|---|
//! | [`load`] | text to a tree; a JSON pointer can be turned into `file:line:column` | nothing of OpenAPI |
//! | [`overlay`] | applies OpenAPI Overlay documents | the tree |
//! | [`repair`] | mends what published documents get wrong, and rewrites 3.1 as 3.0 | the tree |
//! | `parse` | feeds `openapiv3` one node at a time | `openapiv3` |
//! | [`lower`] | follows `$ref`, merges `allOf`, decides nullability | `openapiv3` and the IR |
//! | [`passes`] | unions, names, duplicates, boxes, modules | the IR only |
//! | [`plan`] | what is written in Rust, as data: names, types, fields, files | the IR, Rust's rules |
//! | [`print`](mod@print) | the plan to the text of Rust files | the plan only |
//! | [`output`] | writes what changed, or compares | files only |
//!
//! [`Config`] runs all of them; [`analyse`] is the middle, for reports and for tools of your own. [`drift`] compares
//! the IR of two documents, and [`export`](mod@export) writes the IR as an OpenAPI document again.
//! [`table`](mod@table) is the plan as JSON, for programs without generated code.
//! Every problem is a [`diagnostic::Diagnostic`]: bad input never panics.

#![deny(missing_docs)]

mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
mod config;
pub mod diagnostic;
pub mod document;
pub mod drift;
pub mod exact;
pub mod export;
mod failure;
#[cfg(feature = "mock")]
pub mod fake;
#[cfg(feature = "fetch")]
pub mod fetch;
pub mod instance;
pub mod ir;
pub mod load;
pub mod lower;
mod naming;
pub mod output;
pub mod overlay;
mod parse;
pub mod passes;
mod pattern;
pub mod plan;
pub mod pointer;
pub mod print;
pub mod render;
pub mod repair;
pub mod report;
pub mod settings;
pub mod table;
pub mod version;

pub use analysis::{Analysis, analyse};
pub use config::Config;
pub use failure::Failure;
pub use print::Runtime;

use diagnostic::Code;

/// Every kind of diagnostic that the stages raise.
pub fn codes() -> Vec<&'static Code> {
    let stages = [
        load::CODES,
        settings::CODES,
        version::CODES,
        overlay::CODES,
        repair::CODES,
        parse::CODES,
        lower::CODES,
        passes::CODES,
        plan::CODES,
        output::CODES,
    ];
    stages.into_iter().flatten().copied().collect()
}
