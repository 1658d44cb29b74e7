//! Lowers bodies: media types, responses and their headers, examples.

use serde_json::Value;

use super::{BODY_AGAINST_MEDIA_TYPE, Lowerer, Slot, any, inside_place};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    BodyFormat, Content, Encoding, Header, Kind, ParameterStyle, Place, RequestBody, Response,
    Section, Shape, Size, Status, Step, Style, Type, has_lines,
};
use crate::parse::{self, Node};

impl<'d> Lowerer<'d> {
    pub(super) fn request_body(&mut self, node: &Node<'d>, key: &str) -> Option<RequestBody> {
        let component = self.component_place(node);
        let node = self.follow(node)?;
        let parsed = match parse::request_body(&node) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                self.fail(diagnostic);
                return None;
            }
        };
        let content = self.contents(&node, component, |media| Place::Operation {
            operation: key.to_string(),
            section: Section::RequestBody(media),
        });
        (!content.is_empty()).then_some(RequestBody {
            pointer: node.pointer,
            description: parsed.description.map(|text| text.trim().to_string()),
            required: parsed.required,
            content,
        })
    }

    pub(super) fn responses(&mut self, node: &Node<'d>, key: &str) -> Vec<Response> {
        let mut responses = Vec::new();
        for (status, node) in node.members() {
            let Some(parsed) = parse_status(status) else {
                continue;
            };
            responses.extend(self.response(&node, key, status, parsed));
        }
        responses.sort_by_key(|response: &Response| response.status);
        responses
    }

    fn response(
        &mut self,
        node: &Node<'d>,
        key: &str,
        status_text: &str,
        status: Status,
    ) -> Option<Response> {
        let component = self.component_place(node);
        let node = self.follow(node)?;
        let parsed = match parse::response(&node) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                self.fail(diagnostic);
                return None;
            }
        };
        let headers = node
            .member("headers")
            .into_iter()
            .flat_map(|headers| headers.members())
            .filter_map(|(name, header)| {
                let place = Place::Operation {
                    operation: key.to_string(),
                    section: Section::ResponseHeader(status_text.to_string(), name.clone()),
                };
                self.header(name, &header, place)
            })
            .collect();
        let content = self.contents(&node, component, |media| Place::Operation {
            operation: key.to_string(),
            section: Section::Response(status_text.to_string(), media),
        });
        let description = parsed.description.trim();
        Some(Response {
            pointer: node.pointer.clone(),
            status,
            description: (!description.is_empty()).then(|| description.to_string()),
            headers,
            content,
            ident: String::new(),
        })
    }

    fn header(&mut self, name: &str, node: &Node<'d>, place: Place) -> Option<Header> {
        let place = self.component_place(node).unwrap_or(place);
        let node = self.follow(node)?;
        let parsed = match parse::header(&node) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                self.fail(diagnostic);
                return None;
            }
        };
        let ty = match node.member("schema") {
            Some(schema) => self.lower(&schema, &Slot::Inline(place)),
            None => any(),
        };
        Some(Header {
            wire: name.to_string(),
            pointer: node.pointer,
            description: parsed.description.map(|text| text.trim().to_string()),
            ty,
            required: parsed.required,
            ident: String::new(),
        })
    }

    fn contents(
        &mut self,
        holder: &Node<'d>,
        component: Option<Place>,
        place: impl Fn(Option<String>) -> Place,
    ) -> Vec<Content> {
        let media_types: Vec<_> = holder
            .member("content")
            .into_iter()
            .flat_map(|content| content.members())
            .collect();
        let several = media_types.len() > 1;
        media_types
            .into_iter()
            .map(|(media_type, node)| {
                let essence = essence(media_type);
                let place = component
                    .clone()
                    .unwrap_or_else(|| place(several.then(|| essence.clone())));
                self.content(media_type, essence, &node, place)
            })
            .collect()
    }

    fn content(
        &mut self,
        media_type: &str,
        essence: String,
        node: &Node<'d>,
        place: Place,
    ) -> Content {
        let ty = node
            .member("schema")
            .map(|schema| self.lower(&schema, &Slot::Inline(place.clone())));
        let format = self.body_format(&essence, ty.as_ref(), node);
        let encodings = self.encodings(node, format, &place);
        // Bytes without rules need no type: that is what the format says.
        let ruled = |ty: &Type| {
            let kind = self.unaliased(ty);
            matches!(kind, Kind::Binary(rules) if rules.length != Size::default())
        };
        let ty = ty.filter(|ty| format != BodyFormat::Bytes || ruled(ty));
        Content {
            essence,
            media_type: media_type.to_string(),
            pointer: node.pointer.clone(),
            format,
            ty,
            encodings,
            examples: self.examples(node),
            ident: String::new(),
        }
    }

    /// How the properties of a form are written. Styles are those of URL-encoded forms, headers those of parts (OpenAPI
    /// 3.0.3, Encoding Object).
    fn encodings(&mut self, node: &Node<'d>, format: BodyFormat, place: &Place) -> Vec<Encoding> {
        if !matches!(format, BodyFormat::Form | BodyFormat::Multipart) {
            return Vec::new();
        }
        let listed = node.member("encoding").into_iter();
        let listed: Vec<_> = listed.flat_map(|list| list.members()).collect();
        let encodings = listed.into_iter().map(|(wire, node)| {
            let headers = match format {
                BodyFormat::Multipart => self.part_headers(wire, &node, place),
                _ => Vec::new(),
            };
            Encoding {
                wire: wire.clone(),
                style: (format == BodyFormat::Form)
                    .then(|| field_style(node.value))
                    .flatten(),
                media_types: media_types(node.text("contentType").unwrap_or_default()),
                headers,
                pointer: node.pointer,
            }
        });
        encodings.collect()
    }

    fn part_headers(&mut self, wire: &str, node: &Node<'d>, place: &Place) -> Vec<Header> {
        let listed = node.member("headers").into_iter();
        let listed: Vec<_> = listed.flat_map(|list| list.members()).collect();
        // `Content-Type` is described by `contentType`.
        let listed = listed
            .into_iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        let headers = listed.filter_map(|(name, header)| {
            let part = inside_place(place, Step::Property(wire.to_string()));
            self.header(
                name,
                &header,
                inside_place(&part, Step::Property(name.clone())),
            )
        });
        headers.collect()
    }

    /// How a body travels, by its media type first and its schema second.
    fn body_format(&mut self, essence: &str, ty: Option<&Type>, node: &Node<'d>) -> BodyFormat {
        let subtype = essence.split('/').next_back().unwrap_or_default();
        let kind = ty.map(|ty| self.unaliased(ty));
        let structured = kind.is_some_and(|kind| self.is_structured(kind));
        let text = matches!(kind, Some(Kind::String(_)));
        let bytes = matches!(kind, Some(Kind::Binary(_)));
        match essence {
            "multipart/form-data" => BodyFormat::Multipart,
            "application/x-www-form-urlencoded" => BodyFormat::Form,
            "text/event-stream" => BodyFormat::EventStream,
            _ if subtype == "json" || subtype.ends_with("+json") => BodyFormat::Json,
            // Its records start with a separator of their own (RFC 7464), and are no lines.
            _ if subtype.ends_with("json-seq") => BodyFormat::Bytes,
            _ if has_lines(essence) => {
                // The schema is that of the whole file, not that of a line.
                if bytes {
                    BodyFormat::Bytes
                } else if text {
                    BodyFormat::Text
                } else {
                    BodyFormat::JsonLines
                }
            }
            _ if essence.starts_with("text/") => BodyFormat::Text,
            _ if structured => {
                self.warn(Diagnostic::new(
                    &BODY_AGAINST_MEDIA_TYPE,
                    node.pointer.clone(),
                    format!("`{essence}` is declared for a JSON object"),
                ));
                BodyFormat::Json
            }
            _ => BodyFormat::Bytes,
        }
    }

    /// What the values of a type are, seen through aliases.
    fn unaliased<'t>(&'t self, mut ty: &'t Type) -> &'t Kind {
        // Bounded, since aliases may go in a circle.
        for _ in self.types.ids() {
            match &ty.kind {
                Kind::Named(id) => match &self.types[*id].shape {
                    Shape::Alias(target) => ty = target,
                    _ => break,
                },
                _ => break,
            }
        }
        &ty.kind
    }

    /// Whether values of this kind, seen through aliases, can only be JSON objects or arrays.
    fn is_structured(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Object(_) | Kind::Map(..) | Kind::Array(_) => true,
            Kind::Named(id) => {
                matches!(self.types[*id].shape, Shape::Struct(_) | Shape::Union(_))
            }
            _ => false,
        }
    }

    /// The documented examples of a media type; shared ones are looked up.
    fn examples(&mut self, node: &Node<'d>) -> Vec<(String, Value)> {
        let mut examples = Vec::new();
        if let Some(value) = node.value.get("example") {
            examples.push(("example".to_string(), value.clone()));
        }
        for (name, example) in node
            .member("examples")
            .into_iter()
            .flat_map(|n| n.members())
        {
            let Some(example) = self.follow(&example) else {
                continue;
            };
            if let Some(value) = example.value.get("value") {
                examples.push((name.clone(), value.clone()));
            }
        }
        examples
    }
}

/// How the text of a field is built, where its encoding says it.
fn field_style(encoding: &Value) -> Option<ParameterStyle> {
    let says = |key: &str| encoding.get(key).is_some();
    if !["style", "explode", "allowReserved"].into_iter().any(says) {
        return None;
    }
    let flag = |key: &str| encoding.get(key).and_then(Value::as_bool);
    let style = match encoding.get("style").and_then(Value::as_str) {
        Some("spaceDelimited") => Style::SpaceDelimited,
        Some("pipeDelimited") => Style::PipeDelimited,
        Some("deepObject") => Style::DeepObject,
        _ => Style::Form,
    };
    Some(ParameterStyle {
        style,
        explode: flag("explode").unwrap_or(style == Style::Form),
        reserved: flag("allowReserved").unwrap_or(false),
    })
}

/// A list of media types, separated by commas.
fn media_types(text: &str) -> Vec<String> {
    let listed = text.split(',').map(essence);
    listed.filter(|media_type| !media_type.is_empty()).collect()
}

/// Type and subtype in lower case, without parameters.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn parse_status(text: &str) -> Option<Status> {
    match text {
        "default" => Some(Status::Default),
        _ => match text.strip_suffix("XX") {
            Some(class) => class
                .parse()
                .ok()
                .filter(|c| (1..=5).contains(c))
                .map(Status::Class),
            None => text
                .parse()
                .ok()
                .filter(|c| (100..=599).contains(c))
                .map(Status::Code),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::analyse;
    use crate::document::{Document, Source};
    use crate::ir::BodyFormat;
    use crate::settings::Settings;

    /// How a response body of this media type and schema travels.
    fn format_of(media_type: &str, schema: serde_json::Value) -> BodyFormat {
        let content = json!({ media_type: { "schema": schema } });
        let responses = json!({ "200": { "description": "", "content": content } });
        let root = json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "paths": { "/api/x": { "get": { "responses": responses } } },
            "components": { "schemas": { "File": { "type": "string", "format": "binary" } } },
        });
        let document = Document::new(root, Source::new("t", ""));
        let api = analyse(document, &Settings::default()).api;
        api.operations[0].responses[0].content[0].format
    }

    #[test]
    fn lines_of_json_are_read_one_by_one_unless_the_schema_is_that_of_the_file() {
        let media_type = "application/x-ndjson";
        let cases = [
            (json!({ "type": "object" }), BodyFormat::JsonLines),
            (json!({ "type": "string" }), BodyFormat::Text),
            (
                json!({ "type": "string", "format": "binary" }),
                BodyFormat::Bytes,
            ),
            (
                json!({ "$ref": "#/components/schemas/File" }),
                BodyFormat::Bytes,
            ),
        ];
        for (schema, expected) in cases {
            assert_eq!(format_of(media_type, schema.clone()), expected, "{schema}");
        }
        let sequence = format_of("application/json-seq", json!({ "type": "object" }));
        assert_eq!(sequence, BodyFormat::Bytes);
    }
}
