//! Rust models and server traits from the published Kibana OpenAPI document.
//!
//! ```text
//! bytes ─load→ Document ─overlay, repair→ Document ─parse→ openapiv3 items ─lower→ ir::Api ─passes→ ir::Api ─emit→ files ─output→ disk
//! ```

pub mod diagnostic;
pub mod document;
pub mod ir;
pub mod load;
pub mod output;
pub mod overlay;
pub mod pointer;
pub mod render;
pub mod version;
