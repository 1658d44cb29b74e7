//! Rust models and server traits from the published Kibana OpenAPI document.
//!
//! ```text
//! bytes ─load→ Document ─overlay, repair→ Document ─parse→ openapiv3 items ─lower→ ir::Api ─passes→ ir::Api ─emit→ files ─output→ disk
//! ```

pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod ir;
mod lower;
pub fn tmp(d: &document::Document) -> (ir::Api, diagnostic::Diagnostics) { lower::lower(d, &Default::default()) }
mod parse;
pub mod pointer;
pub mod settings;
