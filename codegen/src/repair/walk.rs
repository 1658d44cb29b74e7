//! The walk over the document, its path items, operations and components. Knows where each construct stands.

use serde_json::{Value, json};

use super::keywords::{self, Keyword, keyword};
use super::paths::{self, References};
use super::shape::Shape;
use super::site::{Object, Site, Trail, each, list};
use super::{media_types, parameters, responses, schema};
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::document::Source;

/// See [`Code::explanation`].
static WEBHOOKS_IGNORED: Code = Code {
    name: "webhooks-ignored",
    severity: Severity::Warning,
    explanation: "`webhooks` (3.1) are requests that the server sends; nothing is generated from them.",
};

/// See [`Code::explanation`].
static CALLBACKS_IGNORED: Code = Code {
    name: "callbacks-ignored",
    severity: Severity::Warning,
    explanation: "`callbacks` are requests that the server sends; nothing is generated from them.",
};

/// See [`Code::explanation`].
static OPERATION_WITHOUT_RESPONSES: Code = Code {
    name: "operation-without-responses",
    severity: Severity::Repair,
    explanation: "An operation without `responses` documents no response: {}.",
};

/// See [`Code::explanation`].
static TAG_REPEATED: Code = Code {
    name: "tag-repeated",
    severity: Severity::Warning,
    explanation: "A tag that is declared twice keeps its first declaration, which takes from the later one what it lacks; one that an operation lists twice counts once.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &WEBHOOKS_IGNORED,
    &CALLBACKS_IGNORED,
    &OPERATION_WITHOUT_RESPONSES,
    &TAG_REPEATED,
];

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

static DOCUMENT: &[Keyword] = &[
    keyword("openapi", Shape::Part),
    keyword("info", Shape::Part),
    keyword("servers", Shape::Servers),
    keyword("paths", Shape::Part),
    keyword("components", Shape::Map),
    keyword("security", Shape::Security),
    keyword("tags", Shape::List),
    keyword("externalDocs", Shape::Docs),
    keyword("webhooks", Shape::Map),
    keyword("jsonSchemaDialect", Shape::Text),
];

static COMPONENTS: &[Keyword] = &[
    keyword("schemas", Shape::Map),
    keyword("responses", Shape::Map),
    keyword("parameters", Shape::Map),
    keyword("examples", Shape::Map),
    keyword("requestBodies", Shape::Map),
    keyword("headers", Shape::Map),
    keyword("securitySchemes", Shape::Map),
    keyword("links", Shape::Map),
    keyword("callbacks", Shape::Map),
    keyword("pathItems", Shape::Map),
];

static PATH_ITEM: &[Keyword] = &[
    keyword("get", Shape::Part),
    keyword("post", Shape::Part),
    keyword("put", Shape::Part),
    keyword("delete", Shape::Part),
    keyword("patch", Shape::Part),
    keyword("head", Shape::Part),
    keyword("options", Shape::Part),
    keyword("trace", Shape::Part),
    keyword("parameters", Shape::List),
    keyword("summary", Shape::Text),
    keyword("description", Shape::Text),
    keyword("servers", Shape::Servers),
    keyword("$ref", Shape::Text),
];

static OPERATION: &[Keyword] = &[
    keyword("operationId", Shape::Text),
    keyword("summary", Shape::Text),
    keyword("responses", Shape::Part),
    keyword("tags", Shape::Texts),
    keyword("description", Shape::Text),
    keyword("parameters", Shape::List),
    keyword("requestBody", Shape::Part),
    keyword("deprecated", Shape::Boolean),
    keyword("externalDocs", Shape::Docs),
    keyword("security", Shape::Security),
    keyword("servers", Shape::Servers),
    keyword("callbacks", Shape::Part),
];

/// Repairs a whole document.
pub(super) fn document(root: &mut Value, source: &Source, diagnostics: &mut Diagnostics) {
    let Value::Object(root) = root else { return };
    let mut site = Site {
        at: &Trail::ROOT,
        source,
        diagnostics,
    };
    let site = &mut site;
    keywords::mend(root, DOCUMENT, site, |_, _| true);
    if root.shift_remove("webhooks").is_some() {
        site.report_at(
            "webhooks",
            &WEBHOOKS_IGNORED,
            "nothing is generated from them",
        );
    }
    if let Some(Value::Array(tags)) = root.get_mut("tags") {
        site.within("tags", |site| declared_tags(tags, site));
    }
    // Components first: parameters are matched with path templates by their repaired names.
    if let Some(Value::Object(components)) = root.get_mut("components") {
        site.within("components", |site| self::components(components, site));
    }
    let references = References::of(root.get("components"));
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        site.within("paths", |site| {
            each(paths, site, |path, item, site| {
                path_item(Some(path), item, &references, site);
            });
        });
    }
}

fn components(components: &mut Object, site: &mut Site<'_>) {
    keywords::mend(components, COMPONENTS, site, |_, _| true);
    each(components, site, |kind, members, site| {
        let Value::Object(members) = members else {
            return;
        };
        let visit: fn(&mut Value, &mut Site<'_>) = match kind {
            "schemas" => schema::mend,
            "responses" => responses::response,
            "parameters" => parameters::parameter,
            "requestBodies" => media_types::request_body,
            "headers" => media_types::header,
            "pathItems" => |item, site| path_item(None, item, &References::default(), site),
            _ => return,
        };
        // A component may be called `x-…`.
        for (name, member) in members.iter_mut() {
            site.within(name, |site| visit(member, site));
        }
    });
}

fn path_item(path: Option<&str>, item: &mut Value, references: &References, site: &mut Site<'_>) {
    let Value::Object(item) = item else { return };
    keywords::mend(item, PATH_ITEM, site, |_, _| true);
    parameter_list(item, site);
    for method in METHODS {
        if let Some(Value::Object(operation)) = item.get_mut(method) {
            site.within(method, |site| self::operation(operation, site));
        }
    }
    paths::unique(item, references, site);
    for method in METHODS {
        if let Some(Value::Object(operation)) = item.get_mut(method) {
            site.within(method, |site| paths::unique(operation, references, site));
        }
    }
    if let Some(path) = path {
        paths::match_template(path, item, &METHODS, references, site);
    }
}

fn parameter_list(holder: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    site.within("parameters", |site| {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            site.within_index(index, |site| parameters::parameter(parameter, site));
        }
    });
}

fn operation(operation: &mut Object, site: &mut Site<'_>) {
    keywords::mend(operation, OPERATION, site, |_, _| true);
    if operation.shift_remove("callbacks").is_some() {
        site.report_at(
            "callbacks",
            &CALLBACKS_IGNORED,
            "nothing is generated from them",
        );
    }
    if let Some(Value::Array(tags)) = operation.get_mut("tags") {
        site.within("tags", |site| listed_tags(tags, site));
    }
    parameter_list(operation, site);
    if let Some(body) = operation.get_mut("requestBody") {
        site.within("requestBody", |site| media_types::request_body(body, site));
    }
    match operation.get_mut("responses") {
        Some(Value::Object(responses)) => {
            site.within("responses", |site| responses::responses(responses, site));
        }
        Some(_) => {}
        None => {
            site.report(&OPERATION_WITHOUT_RESPONSES, "no response is documented");
            operation.insert("responses".to_string(), json!({}));
        }
    }
}

fn listed_tags(tags: &mut Vec<Value>, site: &mut Site<'_>) {
    for index in (1..tags.len()).rev() {
        if tags[..index].contains(&tags[index]) {
            let message = format!("{} is listed twice", tags[index]);
            site.within_index(index, |site| site.report(&TAG_REPEATED, message));
            tags.remove(index);
        }
    }
}

fn declared_tags(tags: &mut Vec<Value>, site: &mut Site<'_>) {
    let mut kept: Vec<Value> = Vec::with_capacity(tags.len());
    for (index, tag) in std::mem::take(tags).into_iter().enumerate() {
        let name = tag.get("name").and_then(Value::as_str);
        let first = kept
            .iter_mut()
            .find(|first| name.is_some() && first.get("name").and_then(Value::as_str) == name);
        let (Some(Value::Object(first)), Some(name)) = (first, name) else {
            kept.push(tag);
            continue;
        };
        let message = format!("{} is declared twice", list([name]));
        site.within_index(index, |site| site.report(&TAG_REPEATED, message));
        if let Value::Object(later) = tag {
            for (key, value) in later {
                first.entry(key).or_insert(value);
            }
        }
    }
    *tags = kept;
}
