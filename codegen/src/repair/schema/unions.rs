//! Repairs of `allOf`, `anyOf` and `oneOf`.

use serde_json::Value;

use crate::diagnostic::{Code, Severity};
use crate::repair::site::{Object, Site};

/// See [`Code::explanation`].
static COMPOSITION_EMPTY: Code = Code {
    name: "composition-empty",
    severity: Severity::Warning,
    explanation: "An `allOf`, `anyOf` or `oneOf` without members is left out.",
};

/// The codes of this file.
pub(in crate::repair) const CODES: &[&Code] = &[&COMPOSITION_EMPTY];

pub(super) fn empty_compositions(schema: &mut Object, site: &mut Site<'_>) {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if matches!(schema.get(keyword), Some(Value::Array(members)) if members.is_empty()) {
            let message = format!("`{keyword}` has no members and is left out");
            site.report_at(keyword, &COMPOSITION_EMPTY, message);
            schema.shift_remove(keyword);
        }
    }
}
