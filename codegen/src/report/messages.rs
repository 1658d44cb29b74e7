//! Media types and parameters: how many the operations of the document have, and how many of them the IR has.
//!
//! Both sides are counted apart, the one in the repaired document and the other in the IR, so that what a stage drops is
//! seen. Operations that are skipped are not counted: they have their own list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::Analysis;
use crate::document::Document;
use crate::ir::{Location, Operation, Status};
use crate::pointer::Pointer;
use crate::render::visible;

/// How many of the things that operations have were handled.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Handled {
    /// How many the document has.
    pub total: usize,
    /// How many of them are in the generated code.
    pub handled: usize,
    /// All of them by kind.
    pub by_kind: BTreeMap<String, usize>,
    /// Those that are not in the generated code: operation and place.
    pub skipped: Vec<String>,
}

impl Handled {
    /// Compares what operations have in the document with what they have in the IR. Entries are `(place, kind)`; the
    /// place is unique in its operation.
    fn count(
        analysis: &Analysis,
        documented: impl Fn(&Document, &Operation) -> BTreeSet<(String, String)>,
        lowered: impl Fn(&Operation) -> BTreeSet<String>,
    ) -> Self {
        let mut counts = Self::default();
        for operation in &analysis.api.operations {
            let known = lowered(operation);
            for (place, kind) in documented(&analysis.document, operation) {
                counts.total += 1;
                *counts.by_kind.entry(kind).or_default() += 1;
                match known.contains(&place) {
                    true => counts.handled += 1,
                    false => counts.skipped.push(format!("{}: {place}", operation.key())),
                }
            }
        }
        counts
    }
}

/// The media types of bodies, by media type.
pub(super) fn media_types(analysis: &Analysis) -> Handled {
    Handled::count(analysis, documented_media_types, |operation| {
        let request = operation.body.iter().flat_map(|body| &body.content);
        let responses = operation.responses.iter().flat_map(|response| {
            let status = status(response.status);
            let media_types = response.content.iter().map(|content| &content.media_type);
            media_types.map(move |media_type| format!("{status} {media_type}"))
        });
        request
            .map(|content| format!("request {}", content.media_type))
            .chain(responses)
            .collect()
    })
}

fn documented_media_types(
    document: &Document,
    operation: &Operation,
) -> BTreeSet<(String, String)> {
    let Some(node) = document.get(&operation.pointer) else {
        return BTreeSet::new();
    };
    let responses = members(node.get("responses"));
    let bodies = responses.map(|(status, response)| (status.as_str(), response));
    let request = node.get("requestBody").map(|body| ("request", body));
    bodies
        .chain(request)
        .flat_map(|(part, body)| {
            let content = followed(document, body).get("content");
            members(content).map(move |(media_type, _)| {
                let essence = media_type.split(';').next().unwrap_or_default();
                (
                    format!("{part} {media_type}"),
                    essence.trim().to_lowercase(),
                )
            })
        })
        .collect()
}

/// The parameters, by where they travel.
pub(super) fn parameters(analysis: &Analysis) -> Handled {
    Handled::count(analysis, documented_parameters, |operation| {
        let parameters = operation.parameters.iter();
        let parameters =
            parameters.map(|parameter| format!("{} {}", place(parameter.location), parameter.wire));
        // What the guard reads is read, though it is no parameter.
        let guard = operation.guard.iter();
        let guard = guard.map(|header| format!("{} {}", place(Location::Header), header.wire));
        parameters.chain(guard).collect()
    })
}

fn documented_parameters(document: &Document, operation: &Operation) -> BTreeSet<(String, String)> {
    let shared = operation.pointer.parent();
    let shared = shared.and_then(|path| document.get(&path));
    let own = document.get(&operation.pointer);
    [shared, own]
        .into_iter()
        .flatten()
        .filter_map(|node| node.get("parameters")?.as_array())
        .flatten()
        .map(|parameter| {
            let parameter = followed(document, parameter);
            let text = |key| {
                parameter
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            (
                format!("{} {}", text("in"), text("name")),
                text("in").to_string(),
            )
        })
        .collect()
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

/// What a node says, or what it refers to.
fn followed<'d>(document: &'d Document, node: &'d Value) -> &'d Value {
    let mut node = node;
    // As many steps as any document that was lowered needs; circles are an error there.
    for _ in 0..16 {
        let target = node.get("$ref").and_then(Value::as_str);
        let Some(target) = target.and_then(Pointer::from_reference) else {
            break;
        };
        let Some(target) = document.get(&target) else {
            break;
        };
        node = target;
    }
    node
}

fn members(node: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    node.and_then(Value::as_object).into_iter().flatten()
}

impl fmt::Display for Handled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped = self.skipped.len();
        writeln!(
            f,
            "{} of {} handled, {skipped} skipped",
            self.handled, self.total
        )?;
        for (kind, count) in &self.by_kind {
            writeln!(f, "  {count:>5} {}", visible(kind))?;
        }
        for place in &self.skipped {
            writeln!(f, "  skipped {}", visible(place))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn what_a_stage_drops_is_skipped_and_named() {
        let text = r#"
openapi: 3.0.3
info: {title: x, version: '1'}
paths:
  /a/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    post:
      parameters: [{name: q, in: query, schema: {type: string}}]
      requestBody: {content: {application/json: {}, text/plain: {}}}
      responses: {'200': {description: x, content: {application/json: {}}}}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
"#;
        let root = serde_yaml::from_str(text).unwrap();
        let source = crate::document::Source::new("a.yaml", text);
        let document = Document::new(root, source);
        let mut analysis = crate::analyse(document, &Settings::default());
        let (whole, all) = (media_types(&analysis), parameters(&analysis));
        assert_eq!(
            (whole.handled, whole.total, all.handled, all.total),
            (3, 3, 2, 2)
        );
        assert_eq!(whole.by_kind["application/json"], 2);

        let operation = &mut analysis.api.operations[0];
        operation
            .parameters
            .retain(|parameter| parameter.wire != "q");
        operation.responses[0].content.clear();
        assert_eq!(parameters(&analysis).skipped, ["post /a/{id}: query q"]);
        assert_eq!(
            media_types(&analysis).skipped,
            ["post /a/{id}: 200 application/json"]
        );
        assert_eq!(media_types(&analysis).handled, 2);
    }
}
