//! Repairs of parameters, headers, bodies, responses and media types. Knows no paths.

use serde_json::{Value, json};

use super::keywords::{self, Keyword, keyword};
use super::shape::Shape;
use super::similar::similar;
use super::site::{Object, Site, rename, show};
use super::walk::each;
use super::{paths, schema};
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

/// See [`Code::explanation`].
static MEDIA_TYPE_MISSPELLED: Code = Code {
    name: "media-type-misspelled",
    severity: Severity::Repair,
    explanation: "A media type with a colon for the slash (`application:json`) gets the slash.",
};

/// See [`Code::explanation`].
static MEDIA_TYPE_LIST: Code = Code {
    name: "media-type-list",
    severity: Severity::Repair,
    explanation: "Several media types in one key (`application/gzip; application/zip`) become one entry each, with the same content.",
};

/// See [`Code::explanation`].
static MEDIA_TYPE_REPEATED: Code = Code {
    name: "media-type-repeated",
    severity: Severity::Warning,
    explanation: "A misspelled media type beside the same one in the right spelling is left out.",
};

/// See [`Code::explanation`].
static MEDIA_TYPE_UNKNOWN: Code = Code {
    name: "media-type-unknown",
    severity: Severity::Warning,
    explanation: "A key of `content` that is no media type stays as it is.",
};

/// See [`Code::explanation`].
static PARAMETER_WITHOUT_SCHEMA: Code = Code {
    name: "parameter-without-schema",
    severity: Severity::Repair,
    explanation: "A parameter or header without `schema` and `content` is text.",
};

/// See [`Code::explanation`].
static PARAMETER_PLACE_MISSPELLED: Code = Code {
    name: "parameter-place-misspelled",
    severity: Severity::Repair,
    explanation: "An `in` that is nearly `path`, `query`, `header` or `cookie` is taken for it.",
};

/// See [`Code::explanation`].
static STYLE_UNKNOWN: Code = Code {
    name: "style-unknown",
    severity: Severity::Warning,
    explanation: "A `style` that does not exist for the place of the parameter is left out: the default of the place holds.",
};

/// See [`Code::explanation`].
static OPTIONAL_SEGMENT: Code = Code {
    name: "optional-segment",
    severity: Severity::Repair,
    explanation: "The parameter of an optional path segment (`{version?}`) is called without the question mark and is not required.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &RESPONSE_WITHOUT_DESCRIPTION,
    &STATUS_MISSPELLED,
    &STATUS_UNKNOWN,
    &LINKS_IGNORED,
    &MEDIA_TYPE_MISSPELLED,
    &MEDIA_TYPE_LIST,
    &MEDIA_TYPE_REPEATED,
    &MEDIA_TYPE_UNKNOWN,
    &PARAMETER_WITHOUT_SCHEMA,
    &PARAMETER_PLACE_MISSPELLED,
    &STYLE_UNKNOWN,
    &OPTIONAL_SEGMENT,
];

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

static HEADER: &[Keyword] = &[
    keyword("schema", Shape::Part),
    keyword("description", Shape::Text),
    keyword("required", Shape::Boolean),
    keyword("example", Shape::Any),
    keyword("examples", Shape::Examples),
    keyword("deprecated", Shape::Boolean),
    keyword("style", Shape::Text),
    keyword("explode", Shape::Boolean),
    keyword("content", Shape::Map),
];

static REQUEST_BODY: &[Keyword] = &[
    keyword("content", Shape::Map),
    keyword("required", Shape::Boolean),
    keyword("description", Shape::Text),
];

static RESPONSE: &[Keyword] = &[
    keyword("description", Shape::Text),
    keyword("content", Shape::Map),
    keyword("headers", Shape::Map),
    keyword("links", Shape::Part),
];

static MEDIA_TYPE: &[Keyword] = &[
    keyword("schema", Shape::Part),
    keyword("examples", Shape::Examples),
    keyword("example", Shape::Any),
    keyword("encoding", Shape::Map),
];

static ENCODING: &[Keyword] = &[
    keyword("contentType", Shape::Text),
    keyword("headers", Shape::Map),
    keyword("style", Shape::Text),
    keyword("explode", Shape::Boolean),
    keyword("allowReserved", Shape::Boolean),
];

static EXAMPLE: &[Keyword] = &[
    keyword("summary", Shape::Text),
    keyword("description", Shape::Text),
    keyword("value", Shape::Any),
    keyword("externalValue", Shape::Text),
];

const PLACES: [&str; 4] = ["query", "path", "header", "cookie"];

/// The object, unless the node is something else or only refers to another.
fn inline(node: &mut Value) -> Option<&mut Object> {
    match node {
        Value::Object(object) if !matches!(object.get("$ref"), Some(Value::String(_))) => {
            Some(object)
        }
        _ => None,
    }
}

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

/// Repairs a header of a response or of a part, and its schema.
pub(super) fn header(node: &mut Value, site: &mut Site<'_>) {
    let Some(header) = inline(node) else { return };
    keywords::mend(header, HEADER, site, |_, _| true);
    style_among(header, &["simple"], site);
    shape(header, site);
}

fn shape(holder: &mut Object, site: &mut Site<'_>) {
    if !holder.contains_key("schema") && !holder.contains_key("content") {
        site.report(&PARAMETER_WITHOUT_SCHEMA, "no schema; read as text");
        holder.insert("schema".to_string(), json!({"type": "string"}));
    }
    if let Some(value) = holder.get_mut("schema") {
        site.within("schema", |site| schema::mend(value, site));
    }
    examples(holder, site);
    content(holder, site);
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

fn style_among(holder: &mut Object, known: &[&str], site: &mut Site<'_>) {
    let Some(Value::String(style)) = holder.get("style") else {
        return;
    };
    if !known.contains(&style.as_str()) {
        let message = format!("`{style}` is no style here and is left out");
        site.report_at("style", &STYLE_UNKNOWN, message);
        holder.shift_remove("style");
    }
}

fn optional_segment(parameter: &mut Object, site: &mut Site<'_>) {
    if parameter.get("in") != Some(&json!("path")) {
        return;
    }
    let Some(Value::String(name)) = parameter.get_mut("name") else {
        return;
    };
    let segment = paths::Segment::of(name);
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

/// Repairs a request body and its schemas.
pub(super) fn request_body(node: &mut Value, site: &mut Site<'_>) {
    let Some(body) = inline(node) else { return };
    keywords::mend(body, REQUEST_BODY, site, |_, _| true);
    content(body, site);
}

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
    headers(response, site);
    content(response, site);
}

fn headers(holder: &mut Object, site: &mut Site<'_>) {
    if let Some(Value::Object(headers)) = holder.get_mut("headers") {
        site.within("headers", |site| {
            for (name, node) in headers.iter_mut() {
                site.within(name, |site| header(node, site));
            }
        });
    }
}

fn content(holder: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    site.within("content", |site| {
        each(content, site, |_, node, site| media_type(node, site));
        media_type_names(content, site);
    });
}

fn media_type(node: &mut Value, site: &mut Site<'_>) {
    if node.is_null() {
        site.report(
            &keywords::KEYWORD_EMPTY,
            "null; read as a media type without schema",
        );
        *node = json!({});
    }
    let Some(media_type) = inline(node) else {
        return;
    };
    keywords::mend(media_type, MEDIA_TYPE, site, |_, _| true);
    if let Some(value) = media_type.get_mut("schema") {
        site.within("schema", |site| schema::mend(value, site));
    }
    examples(media_type, site);
    let Some(Value::Object(encodings)) = media_type.get_mut("encoding") else {
        return;
    };
    site.within("encoding", |site| {
        each(encodings, site, |_, node, site| encoding(node, site))
    });
}

fn encoding(node: &mut Value, site: &mut Site<'_>) {
    let Some(encoding) = inline(node) else { return };
    keywords::mend(encoding, ENCODING, site, |_, _| true);
    style_among(
        encoding,
        &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        site,
    );
    headers(encoding, site);
}

fn examples(holder: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Object(examples)) = holder.get_mut("examples") else {
        return;
    };
    site.within("examples", |site| {
        for (name, node) in examples.iter_mut() {
            let Some(example) = inline(node) else {
                continue;
            };
            site.within(name, |site| {
                keywords::mend(example, EXAMPLE, site, |_, _| true)
            });
        }
    });
}

/// What a key of `content` turns out to be.
enum MediaTypeName {
    Fine,
    Misspelled(String),
    Several(Vec<String>),
    Unknown,
}

fn media_type_name(written: &str) -> MediaTypeName {
    let mut parts = written.split([';', ',']).map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let others: Vec<&str> = parts.collect();
    if is_essence(essence) {
        let several = !others.is_empty() && others.iter().all(|part| is_essence(part));
        if !several {
            return MediaTypeName::Fine;
        }
        let all = std::iter::once(essence).chain(others);
        return MediaTypeName::Several(all.map(String::from).collect());
    }
    let corrected = essence.replacen(':', "/", 1);
    if is_essence(&corrected) {
        return MediaTypeName::Misspelled(written.replacen(':', "/", 1));
    }
    MediaTypeName::Unknown
}

/// Whether a text is `type/subtype`.
fn is_essence(text: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    text.split_once('/')
        .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

fn media_type_names(content: &mut Object, site: &mut Site<'_>) {
    let written: Vec<String> = content
        .keys()
        .filter(|key| !key.starts_with("x-"))
        .cloned()
        .collect();
    for key in written {
        match media_type_name(&key) {
            MediaTypeName::Fine => {}
            MediaTypeName::Unknown => {
                let message = format!("{} is no media type", show(&json!(key)));
                site.report_at(&key, &MEDIA_TYPE_UNKNOWN, message);
            }
            MediaTypeName::Misspelled(name) if content.contains_key(&name) => {
                let message = format!("`{name}` is there too; this entry is left out");
                site.report_at(&key, &MEDIA_TYPE_REPEATED, message);
                content.shift_remove(&key);
            }
            MediaTypeName::Misspelled(name) => {
                let message = format!("`{key}` is read as `{name}`");
                site.report_at(&key, &MEDIA_TYPE_MISSPELLED, message);
                rename(content, &key, &name);
            }
            MediaTypeName::Several(names) => {
                let message = format!("`{key}` is {} media types", names.len());
                site.report_at(&key, &MEDIA_TYPE_LIST, message);
                let node = content.shift_remove(&key).unwrap_or_default();
                for name in names {
                    content.entry(name).or_insert_with(|| node.clone());
                }
            }
        }
    }
}
