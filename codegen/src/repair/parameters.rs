//! Repairs of parameters. Knows no paths.

use serde_json::{Value, json};

use super::keywords::{self, Keyword, inline, keyword};
use super::media_types::{shape, style_among};
use super::shape::Shape;
use super::similar::similar;
use super::site::{Object, Site};
use super::template::Segment;
use crate::diagnostic::{Code, Severity};

/// See [`Code::explanation`].
static PARAMETER_PLACE_MISSPELLED: Code = Code {
    name: "parameter-place-misspelled",
    severity: Severity::Repair,
    explanation: "An `in` that is nearly `path`, `query`, `header` or `cookie` is taken for it.",
};

/// See [`Code::explanation`].
static OPTIONAL_SEGMENT: Code = Code {
    name: "optional-segment",
    severity: Severity::Repair,
    explanation: "The parameter of an optional path segment (`{version?}`) or of the rest of a path (`{path*}`) is called without the mark, and the former is not required.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[&PARAMETER_PLACE_MISSPELLED, &OPTIONAL_SEGMENT];

static PARAMETER: &[Keyword] = &[
    keyword("name", Shape::Text),
    keyword("in", Shape::Text),
    keyword("required", Shape::Boolean),
    keyword("schema", Shape::Part),
    keyword("description", Shape::Text),
    keyword("example", Shape::Any),
    keyword("examples", Shape::Examples),
    keyword("deprecated", Shape::Boolean),
    keyword("style", Shape::Text),
    keyword("explode", Shape::Boolean),
    keyword("allowReserved", Shape::Boolean),
    keyword("allowEmptyValue", Shape::Boolean),
    keyword("content", Shape::Map),
];

const PLACES: [&str; 4] = ["query", "path", "header", "cookie"];

/// Repairs a parameter and its schema.
pub(super) fn parameter(node: &mut Value, site: &mut Site<'_>) {
    let Some(parameter) = inline(node) else {
        return;
    };
    keywords::mend(parameter, PARAMETER, site, |_, _| true);
    place(parameter, site);
    style(parameter, site);
    optional_segment(parameter, site);
    shape(parameter, site);
}

fn place(parameter: &mut Object, site: &mut Site<'_>) {
    let Some(Value::String(written)) = parameter.get_mut("in") else {
        return;
    };
    if PLACES.contains(&written.as_str()) {
        return;
    }
    if let Some(meant) = PLACES.iter().find(|place| similar(written, place)) {
        let message = format!("`{written}` is read as `{meant}`");
        site.report_at("in", &PARAMETER_PLACE_MISSPELLED, message);
        *written = (*meant).to_string();
    }
}

fn style(parameter: &mut Object, site: &mut Site<'_>) {
    let known: &[&str] = match parameter.get("in").and_then(Value::as_str) {
        Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        Some("path") => &["matrix", "label", "simple"],
        Some("header") => &["simple"],
        Some("cookie") => &["form"],
        _ => return,
    };
    style_among(parameter, known, site);
}

fn optional_segment(parameter: &mut Object, site: &mut Site<'_>) {
    if parameter.get("in") != Some(&json!("path")) {
        return;
    }
    let Some(Value::String(name)) = parameter.get_mut("name") else {
        return;
    };
    let segment = Segment::of(name);
    if segment.name == *name {
        return;
    }
    let message = format!("`{name}` is the parameter `{}`", segment.name);
    let optional = segment.optional;
    *name = segment.name.to_string();
    site.report_at("name", &OPTIONAL_SEGMENT, message);
    if optional {
        parameter.insert("required".to_string(), Value::Bool(false));
    }
}

/// Makes a parameter optional because the path says that its segment is.
pub(super) fn not_required(parameter: &mut Object, path: &str, site: &mut Site<'_>) {
    if parameter.get("required") != Some(&Value::Bool(false)) {
        let message = format!("not required, because its segment is optional in `{path}`");
        site.report(&OPTIONAL_SEGMENT, message);
        parameter.insert("required".to_string(), Value::Bool(false));
    }
}
