//! Behaviour of the models half of the runtime, shown on hand-written "generated" code.

mod json;
mod patterns;
mod reading;
mod sample;
mod strict;
mod unions;
mod writing;

use kibana_runtime::{Model, ViolationKind, Violations};

/// The violations of a strict reading, as text.
fn refused<T: Model>(json: &str) -> Vec<String> {
    match kibana_runtime::check_str::<T>(json) {
        Ok(_) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

/// The kinds of all violations.
fn kinds<T>(result: Result<T, Violations>) -> Vec<ViolationKind> {
    match result {
        Ok(_) => Vec::new(),
        Err(violations) => violations.iter().map(|violation| violation.kind).collect(),
    }
}
