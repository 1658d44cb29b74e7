//! What `kibana.toml` can say about the generated code.

use std::collections::BTreeMap;

/// Settings of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `format` of a string to the Rust type that stands for it.
    pub formats: BTreeMap<String, String>,
    /// JSON pointer of a schema to the Rust type that stands for it.
    pub types: BTreeMap<String, String>,
}
