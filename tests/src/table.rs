//! What operations look like from outside, as rows that can be compared: out of a table written by hand, out of the
//! YAML of a document, and out of what the generator made of it.

use std::collections::{BTreeMap, BTreeSet};

use kibana_codegen::ir::GUARD_HEADERS;
use kibana_codegen::ir::{Api, Location, Operation};
use serde_json::Value;

use crate::examples::status_text;
use crate::judge::followed;

/// The methods of a path item.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation from outside. All texts are as the table writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The tag.
    pub group: String,
    /// `place name`, with a `?` behind what is optional.
    pub parameters: BTreeSet<String>,
    /// Media types of the request, with a `?` behind them when the body is optional.
    pub body: BTreeSet<String>,
    /// `status media-type`, or only the status.
    pub responses: BTreeSet<String>,
}

/// Operations by `method path`.
pub type Rows = BTreeMap<String, Row>;

/// The rows of a table.
///
/// # Panics
/// When the table is not written as its head says.
pub fn written(table: &str) -> Rows {
    let table: toml::Table = toml::from_str(table).unwrap_or_else(|error| panic!("{error}"));
    let operations = table["operation"].as_array().expect("[[operation]]");
    let mut rows = Rows::new();
    for operation in operations {
        let operation = operation.as_table().expect("[[operation]]");
        let text = |key: &str| operation.get(key).and_then(|value| value.as_str());
        let texts = |key: &str| {
            let list = operation.get(key).and_then(|value| value.as_array());
            let texts = list
                .into_iter()
                .flatten()
                .map(|value| value.as_str().expect("text"));
            texts.map(String::from).collect()
        };
        let known = ["method", "path", "group", "parameters", "body", "responses"];
        let odd = operation.keys().find(|key| !known.contains(&key.as_str()));
        assert_eq!(odd, None, "a key of the table that nothing compares");
        let (method, path) = (text("method").expect("method"), text("path").expect("path"));
        let row = Row {
            group: text("group").expect("group").to_string(),
            parameters: texts("parameters"),
            body: text("body").into_iter().map(String::from).collect(),
            responses: texts("responses"),
        };
        let key = format!("{} {path}", method.to_lowercase());
        assert_eq!(rows.insert(key.clone(), row), None, "{key} is there twice");
    }
    rows
}

/// The rows of a document.
pub fn documented(root: &Value) -> Rows {
    let mut rows = Rows::new();
    for (path, item) in members(&root["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let row = documented_row(root, item, operation);
                rows.insert(format!("{method} {path}"), row);
            }
        }
    }
    rows
}

fn documented_row(root: &Value, item: &Value, operation: &Value) -> Row {
    let mut row = Row {
        group: text(&operation["tags"][0]),
        ..Row::default()
    };
    for parameter in elements(&item["parameters"]).chain(elements(&operation["parameters"])) {
        let parameter = followed(root, parameter);
        let (place, name) = (text(&parameter["in"]), text(&parameter["name"]));
        row.parameters.insert(marked(
            format!("{place} {name}"),
            parameter["required"] == true,
        ));
    }
    let body = followed(root, &operation["requestBody"]);
    for (media_type, _) in members(&body["content"]) {
        row.body
            .insert(marked(media_type.clone(), body["required"] == true));
    }
    for (status, response) in members(&operation["responses"]) {
        let media_types =
            members(&followed(root, response)["content"]).map(|(media_type, _)| media_type);
        row.responses.extend(response_texts(status, media_types));
    }
    row
}

/// The rows of what the generator made of a document.
pub fn lowered(api: &Api) -> Rows {
    let row = |operation: &Operation| Row {
        group: api.modules[operation.module.0].key.clone(),
        parameters: operation
            .parameters
            .iter()
            .map(|parameter| {
                let place = place(parameter.location);
                marked(format!("{place} {}", parameter.wire), parameter.required)
            })
            .collect(),
        body: operation
            .body
            .iter()
            .flat_map(|body| {
                body.content
                    .iter()
                    .map(|content| marked(content.media_type.clone(), body.required))
            })
            .collect(),
        responses: operation
            .responses
            .iter()
            .flat_map(|response| {
                let media_types = response.content.iter().map(|content| &content.media_type);
                response_texts(&status_text(response.status), media_types)
            })
            .collect(),
    };
    api.operations
        .iter()
        .map(|operation| (operation.key(), row(operation)))
        .collect()
}

/// Rows without the headers that are no parameters of operations for the generator, because the guard before all of them
/// reads them.
pub fn without_guard(mut rows: Rows) -> Rows {
    let headers = GUARD_HEADERS.map(|name| format!("header {name}"));
    for row in rows.values_mut() {
        row.parameters
            .retain(|parameter| !headers.contains(parameter));
    }
    rows
}

/// Where a parameter travels, as documents write it.
pub fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

/// What is in one set of rows and not in the other, line by line.
pub fn differences(expected: &Rows, found: &Rows) -> Vec<String> {
    let keys: BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    let mut lines = Vec::new();
    for key in keys {
        match (expected.get(key), found.get(key)) {
            (Some(_), None) => lines.push(format!("{key}: not there")),
            (None, _) => lines.push(format!("{key}: not in the table")),
            (Some(a), Some(b)) if a != b => {
                lines.push(format!("{key}: expected {a:?}\nfound {b:?}"))
            }
            _ => {}
        }
    }
    lines
}

fn marked(text: String, required: bool) -> String {
    match required {
        true => text,
        false => format!("{text}?"),
    }
}

fn response_texts<'a>(status: &str, media_types: impl Iterator<Item = &'a String>) -> Vec<String> {
    let texts: Vec<_> = media_types
        .map(|media_type| format!("{status} {media_type}"))
        .collect();
    match texts.is_empty() {
        true => vec![status.to_string()],
        false => texts,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
