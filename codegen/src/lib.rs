//! Rust models and server traits from the OpenAPI document that Kibana publishes, as it is published.
//!
//! ```text
//! bytes ─load→ Document ─overlay, repair→ Document ─parse→ openapiv3 items ─lower→ ir::Api ─passes→ ir::Api ─plan→ plan::Plan ─print→ files ─output→ disk | compare | OUT_DIR
//! ```
//!
//! | stage | does | knows |
//! |---|---|---|
//! | [`load`] | text to a tree; a JSON pointer can be turned into `file:line:column` | nothing of OpenAPI |
//! | `overlay` | applies OpenAPI Overlay documents | the tree |
//! | `repair` | mends what published documents get wrong, and rewrites 3.1 as 3.0 | the tree |
//! | `parse` | feeds `openapiv3` one node at a time | `openapiv3` |
//! | `lower` | follows `$ref`, merges `allOf`, decides nullability | `openapiv3` and the IR |
//! | `passes` | unions, names, duplicates, boxes, modules | the IR only |
//! | `plan` | what is written in Rust, as data: names, types, fields, files | the IR, Rust's rules |
//! | `print` | the plan to the text of Rust files | the plan only |
//! | [`output`] | writes what changed, or compares | files only |
//!
//! [`Config`] runs all of them, and is what a `build.rs` needs. [`Config::analyse`] is the middle: an [`Analysis`] can be
//! reported ([`report`]), compared with another one ([`drift`]), written as an OpenAPI document again
//! ([`export`](mod@export)), and served without a compiler (`fake`).
//! Every problem is a [`diagnostic::Diagnostic`]: bad input never panics.
//!
//! What has no page here is public for this project's own tests and programs, and may change with every release.

#![deny(missing_docs)]

mod analysis;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod config;
pub mod diagnostic;
pub mod document;
pub mod drift;
#[doc(hidden)]
pub mod exact;
pub mod export;
mod failure;
#[cfg(feature = "mock")]
pub mod fake;
#[cfg(feature = "fetch")]
pub mod fetch;
#[doc(hidden)]
pub mod instance;
#[doc(hidden)]
pub mod ir;
pub mod load;
#[doc(hidden)]
pub mod lower;
mod naming;
pub mod output;
#[doc(hidden)]
pub mod overlay;
mod parse;
#[doc(hidden)]
pub mod passes;
mod pattern;
#[doc(hidden)]
pub mod plan;
pub mod pointer;
#[doc(hidden)]
pub mod print;
pub mod render;
#[doc(hidden)]
pub mod repair;
pub mod report;
pub mod settings;
#[doc(hidden)]
pub mod table;
#[doc(hidden)]
pub mod version;

pub use analysis::{Analysis, analyse};
pub use config::Config;
pub use failure::Failure;
pub use print::{Runtime, Unprintable};

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
