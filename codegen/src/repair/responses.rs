//! Repairs of responses. Knows no operations.

use serde_json::{Value, json};

use super::keywords::{self, Keyword, inline, keyword};
use super::media_types;
use super::shape::Shape;
use super::similar::similar;
use super::site::{Object, Site, each, rename};
use crate::diagnostic::{Code, Severity};

/// See [`Code::explanation`].
static RESPONSE_WITHOUT_DESCRIPTION: Code = Code {
    name: "response-without-description",
    severity: Severity::Repair,
    explanation: "A response without the required `description` gets an empty one; a response that is null is one without content.",
};

/// See [`Code::explanation`].
static STATUS_MISSPELLED: Code = Code {
    name: "status-misspelled",
    severity: Severity::Repair,
    explanation: "A response key that is nearly a status, a range or `default` (`2xx`, `Default`) is taken for it.",
};

/// See [`Code::explanation`].
static STATUS_UNKNOWN: Code = Code {
    name: "status-unknown",
    severity: Severity::Warning,
    explanation: "A response key that is no status (100 to 599), no range (`4XX`) and not `default` is left out.",
};

/// See [`Code::explanation`].
static LINKS_IGNORED: Code = Code {
    name: "links-ignored",
    severity: Severity::Warning,
    explanation: "`links` of a response are left out; nothing is generated from them.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &RESPONSE_WITHOUT_DESCRIPTION,
    &STATUS_MISSPELLED,
    &STATUS_UNKNOWN,
    &LINKS_IGNORED,
];

static RESPONSE: &[Keyword] = &[
    keyword("description", Shape::Text),
    keyword("content", Shape::Map),
    keyword("headers", Shape::Map),
    keyword("links", Shape::Part),
];

/// Repairs the responses of an operation.
pub(super) fn responses(responses: &mut Object, site: &mut Site<'_>) {
    statuses(responses, site);
    each(responses, site, |_, response, site| {
        self::response(response, site)
    });
}

fn statuses(responses: &mut Object, site: &mut Site<'_>) {
    let strange: Vec<String> = responses
        .keys()
        .filter(|key| !key.starts_with("x-") && !is_status(key))
        .cloned()
        .collect();
    for key in strange {
        let folded = key.trim().to_ascii_uppercase();
        let meant = if similar(&key, "default") {
            "default".to_string()
        } else {
            folded
        };
        if is_status(&meant) && !responses.contains_key(&meant) {
            let message = format!("`{key}` is read as `{meant}`");
            site.report_at(&key, &STATUS_MISSPELLED, message);
            rename(responses, &key, &meant);
        } else {
            let message = format!("`{key}` is no status and is left out");
            site.report_at(&key, &STATUS_UNKNOWN, message);
            responses.shift_remove(&key);
        }
    }
}

fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [b'1'..=b'5', b'X', b'X'] => true,
        [b'1'..=b'5', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => key == "default",
    }
}

/// Repairs a response, its headers and its schemas.
pub(super) fn response(node: &mut Value, site: &mut Site<'_>) {
    if node.is_null() {
        site.report(
            &RESPONSE_WITHOUT_DESCRIPTION,
            "null; read as a response without content",
        );
        *node = json!({"description": ""});
    }
    let Some(response) = inline(node) else { return };
    keywords::mend(response, RESPONSE, site, |_, _| true);
    if !response.contains_key("description") {
        site.report(
            &RESPONSE_WITHOUT_DESCRIPTION,
            "no description; read as an empty one",
        );
        response.insert("description".to_string(), json!(""));
    }
    if response.shift_remove("links").is_some() {
        site.report_at("links", &LINKS_IGNORED, "nothing is generated from them");
    }
    media_types::headers(response, site);
    media_types::content(response, site);
}
