//! Repairs of request bodies, media types, headers and examples, which hold each other: a media type has encodings,
//! these have headers, and a header may have media types. Knows no operations.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::keywords::{self, Keyword, inline, keyword};
use super::schema;
use super::shape::Shape;
use super::site::{Object, Site, rename, show};
use crate::diagnostic::{Code, Severity};

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
static HEADER_REPEATED: Code = Code {
    name: "header-repeated",
    severity: Severity::Warning,
    explanation: "Of headers whose names differ only in the case of letters, which HTTP does not tell apart, the last one holds.",
};

/// See [`Code::explanation`].
static STYLE_UNKNOWN: Code = Code {
    name: "style-unknown",
    severity: Severity::Warning,
    explanation: "A `style` that does not exist for the place of the parameter is left out: the default of the place holds.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &MEDIA_TYPE_MISSPELLED,
    &MEDIA_TYPE_LIST,
    &MEDIA_TYPE_REPEATED,
    &MEDIA_TYPE_UNKNOWN,
    &PARAMETER_WITHOUT_SCHEMA,
    &HEADER_REPEATED,
    &STYLE_UNKNOWN,
];

static REQUEST_BODY: &[Keyword] = &[
    keyword("content", Shape::Map),
    keyword("required", Shape::Boolean),
    keyword("description", Shape::Text),
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

/// Repairs a request body and its schemas.
pub(super) fn request_body(node: &mut Value, site: &mut Site<'_>) {
    let Some(body) = inline(node) else { return };
    keywords::mend(body, REQUEST_BODY, site, |_, _| true);
    content(body, site);
}

/// Repairs the `content` of a body, response, parameter or header.
pub(super) fn content(holder: &mut Object, site: &mut Site<'_>) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    site.within("content", |site| {
        for (name, node) in content.iter_mut() {
            site.within(name, |site| media_type(node, site));
        }
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
    examples_of_text(media_type, site);
    let Some(Value::Object(encodings)) = media_type.get_mut("encoding") else {
        return;
    };
    site.within("encoding", |site| {
        for (name, node) in encodings.iter_mut() {
            site.within(name, |site| encoding(node, site));
        }
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

/// Repairs a header of a response or of a part, and its schema.
pub(super) fn header(node: &mut Value, site: &mut Site<'_>) {
    let Some(header) = inline(node) else { return };
    keywords::mend(header, HEADER, site, |_, _| true);
    style_among(header, &["simple"], site);
    shape(header, site);
}

/// Repairs the headers of a response or of a part.
pub(super) fn headers(holder: &mut Object, site: &mut Site<'_>) {
    if let Some(Value::Object(headers)) = holder.get_mut("headers") {
        site.within("headers", |site| {
            for (name, node) in headers.iter_mut() {
                site.within(name, |site| header(node, site));
            }
            unique_headers(headers, site);
        });
    }
}

/// Drops all but the last of headers with the same name, as parameters that are declared again.
fn unique_headers(headers: &mut Object, site: &mut Site<'_>) {
    let mut seen = BTreeSet::new();
    let names: Vec<String> = headers.keys().rev().cloned().collect();
    for name in names {
        if !seen.insert(name.to_ascii_lowercase()) {
            let message = format!("`{name}` is declared again below; this one is left out");
            site.report_at(&name, &HEADER_REPEATED, message);
            headers.shift_remove(&name);
        }
    }
}

/// Repairs what a parameter or a header holds.
pub(super) fn shape(holder: &mut Object, site: &mut Site<'_>) {
    if !holder.contains_key("schema") && !holder.contains_key("content") {
        site.report(&PARAMETER_WITHOUT_SCHEMA, "no schema; read as text");
        holder.insert("schema".to_string(), json!({"type": "string"}));
    }
    if let Some(value) = holder.get_mut("schema") {
        site.within("schema", |site| schema::mend(value, site));
    }
    examples(holder, site);
    examples_of_text(holder, site);
    content(holder, site);
}

/// Drops a `style` that is none of the known ones.
pub(super) fn style_among(holder: &mut Object, known: &[&str], site: &mut Site<'_>) {
    let Some(Value::String(style)) = holder.get("style") else {
        return;
    };
    if !known.contains(&style.as_str()) {
        let message = format!("`{style}` is no style here and is left out");
        site.report_at("style", &STYLE_UNKNOWN, message);
        holder.shift_remove("style");
    }
}

/// Repairs the named examples of a parameter or media type.
pub(super) fn examples(holder: &mut Object, site: &mut Site<'_>) {
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

/// Examples of text are what stands in the document, though YAML reads some as numbers.
pub(super) fn examples_of_text(holder: &mut Object, site: &mut Site<'_>) {
    let schema = holder.get("schema");
    if !schema::constants::is_text_only(schema.and_then(|schema| schema.get("type"))) {
        return;
    }
    schema::constants::text_at(holder, "example", site);
    let Some(Value::Object(examples)) = holder.get_mut("examples") else {
        return;
    };
    site.within("examples", |site| {
        for (name, node) in examples.iter_mut() {
            if let Some(example) = inline(node) {
                site.within(name, |site| {
                    schema::constants::text_at(example, "value", site)
                });
            }
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
    let written: Vec<String> = content.keys().cloned().collect();
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
