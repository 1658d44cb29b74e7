//! Rust models and server traits from the published Kibana OpenAPI document.
//!
//! ```text
//! bytes ─load→ Document ─overlay, repair→ Document ─parse→ openapiv3 items ─lower→ ir::Api ─passes→ ir::Api ─emit→ files ─output→ disk
//! ```

pub mod diagnostic;
pub mod document;
pub mod ir;
mod lower;
pub fn tmp(d: &document::Document) -> (ir::Api, diagnostic::Diagnostics) {
    let (mut a, mut x) = lower::lower(d, &Default::default());
    let t = std::time::Instant::now();
    x.extend(passes::unions::run(&mut a));
    println!("unions {:?}", t.elapsed());
    (a, x)
}
mod parse;
pub mod passes;
pub mod pointer;
pub mod settings;
pub mod repair;
pub mod load;
pub mod output;
pub mod overlay;
pub mod render;
pub mod version;
