//! The effective document: what the generated code takes and answers, as OpenAPI 3.0.3. Knows the analysis: the
//! IR, and the document for servers and security; what fits a type is the affair of `instance`.
//!
//! It says what is implemented, so that other tools can judge it:
//!
//! - overlays and repairs are applied, `allOf` is merged, and schemas stand under the names of the Rust types;
//! - what may be absent when it is read is not `required`: properties with a default, and those that may be `null`;
//! - unions are `anyOf`; formats that are not checked are remarks (`x-format`);
//! - writes take `kbn-xsrf`, and operations list the errors that the server itself answers;
//! - a path with an optional last segment stands there twice, and paths of one shape are one;
//! - what a server takes beyond that, because Kibana does, stands in `x-lenient`: sentences at the top and at
//!   operations, schemas of texts at parameters. To the letter ([`Manners::Document`]) only what `null` is written as.

mod lenient;
mod schema;
mod tag;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::Analysis;
use crate::instance::fits;
use crate::ir::{
    Api, BodyFormat, Content, Encoding, Field, GUARD_HEADERS, Header, Home, Kind, Location,
    Operation, Parameter, RequestBody, Response, Shape, Status, Style, Type, TypeDef,
};
use crate::passes::roles::{self, Role};

pub use lenient::Manners;

/// How references to schemas begin.
const SCHEMAS: &str = "#/components/schemas/";

/// Statuses that a server answers whatever the document says: it could not understand or let in the request, or
/// failed.
const ERRORS: &[(u16, &str)] = &[
    (400, "The request is not what the document asks for."),
    (401, "The credentials are missing or wrong."),
    (403, "The credentials do not allow this."),
    (408, "The body stalled."),
    (413, "The body is too large."),
    (415, "The body has another media type."),
    (500, "The server failed."),
    (501, "The operation is not implemented."),
];

/// What only a server to the letter answers.
const STRICT_ERROR: (u16, &str) = (406, "None of the documented media types is accepted.");

/// The effective document, for servers with these manners.
pub fn export(analysis: &Analysis, manners: Manners) -> Value {
    let exporter = Exporter {
        manners,
        api: &analysis.api,
        root: &analysis.document.root,
        error: error_name(&analysis.api),
        refusals: refusals(&analysis.api),
    };
    exporter.document()
}

struct Exporter<'a> {
    manners: Manners,
    api: &'a Api,
    root: &'a Value,
    /// The name of the schema of the server's own errors.
    error: String,
    /// What operations on items answer, by method and path.
    refusals: BTreeMap<String, Vec<(u16, &'static str)>>,
}

/// What a server answers that remembers items: some are not there, and some were changed meanwhile.
fn refusals(api: &Api) -> BTreeMap<String, Vec<(u16, &'static str)>> {
    let found = roles::find(api);
    let refusals = found.played.iter().filter_map(|(index, played)| {
        let changes = matches!(played.role, Role::Replace | Role::Merge | Role::BulkMerge);
        let others = matches!(played.role, Role::Read | Role::Delete | Role::Act);
        let mut own = Vec::new();
        if changes || others {
            own.push((404, "There is no such item."));
        }
        if changes && found.resources[played.resource].version.is_some() {
            own.push((409, "The item was changed meanwhile."));
        }
        (!own.is_empty()).then(|| (api.operations[*index].key(), own))
    });
    refusals.collect()
}

/// A name that no type has.
fn error_name(api: &Api) -> String {
    let mut name = "KibanaError".to_string();
    while api
        .types
        .iter()
        .any(|(_, definition)| definition.label == name)
    {
        name.push('_');
    }
    name
}

impl Exporter<'_> {
    fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("openapi".to_string(), "3.0.3".into());
        for key in ["info", "servers", "security"] {
            if let Some(value) = self.root.get(key) {
                document.insert(key.to_string(), value.clone());
            }
        }
        // In an order that does not depend on that of the document, here and below.
        if let Some(mut tags) = self.root["tags"].as_array().cloned() {
            tags.sort_by_key(|tag| tag["name"].to_string());
            document.insert("tags".to_string(), tags.into());
        }
        let paths = self.paths();
        let mut components = json!({ "schemas": self.schemas(&paths) });
        document.insert("paths".to_string(), paths);
        if let Some(Value::Object(schemes)) = self.root.pointer("/components/securitySchemes") {
            let mut schemes = schemes.clone();
            schemes.sort_keys();
            components["securitySchemes"] = schemes.into();
        }
        document.insert("components".to_string(), components);
        let said = lenient::sentences(self.manners);
        document.insert(lenient::KEY.to_string(), json!(said));
        document.into()
    }

    /// The schemas that the paths lead to, by name.
    fn schemas(&self, paths: &Value) -> Value {
        let types: BTreeMap<&str, &TypeDef> = self
            .api
            .types
            .iter()
            // A copy has the name of what it is a copy of, and is not written.
            .filter(|(_, definition)| definition.home != Home::Nowhere)
            .map(|(_, definition)| (definition.label.as_str(), definition))
            .collect();
        let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
        let mut open = Vec::new();
        references(paths, &mut open);
        while let Some(name) = open.pop() {
            if schemas.contains_key(&name) {
                continue;
            }
            let schema = match types.get(name.as_str()) {
                Some(definition) => schema::definition(self.api, definition),
                None => error_schema(),
            };
            references(&schema, &mut open);
            schemas.insert(name, schema);
        }
        schemas.into_iter().collect::<Map<String, Value>>().into()
    }

    fn paths(&self) -> Value {
        // The first path of a shape gives the parameters their names.
        let mut shapes: BTreeMap<String, String> = BTreeMap::new();
        let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for operation in &self.api.operations {
            for variant in variants(operation, self.manners) {
                let first = shapes
                    .entry(shape(&variant.path))
                    .or_insert_with(|| variant.path.clone())
                    .clone();
                let item = paths.entry(first.clone()).or_default();
                // What is derived never replaces what is written.
                if variant.suffix.is_empty() || !item.contains_key(&operation.method) {
                    item.insert(
                        operation.method.clone(),
                        self.operation(operation, &variant, &first),
                    );
                }
            }
        }
        let paths: Map<String, Value> = paths
            .into_iter()
            .map(|(path, item)| (path, item.into()))
            .collect();
        paths.into()
    }

    /// An operation at a path, which stands in the document as `written`.
    fn operation(&self, operation: &Operation, variant: &Variant, written: &str) -> Value {
        let mut map = Map::new();
        let id = operation.id.as_ref().unwrap_or(&operation.label);
        let id = format!("{id}{}", variant.suffix);
        map.insert("operationId".to_string(), id.into());
        for (key, text) in [
            ("summary", &operation.docs.summary),
            ("description", &operation.docs.description),
        ] {
            if let Some(text) = text {
                map.insert(key.to_string(), text.clone().into());
            }
        }
        if !operation.tags.is_empty() {
            map.insert("tags".to_string(), json!(operation.tags));
        }
        if operation.docs.deprecated {
            map.insert("deprecated".to_string(), true.into());
        }
        let security = self
            .root
            .pointer(operation.pointer.child("security").as_str());
        if let Some(security) = security {
            map.insert("security".to_string(), security.clone());
        }
        let parameters = self.parameters(operation, &variant.path, written);
        if !parameters.is_empty() {
            map.insert("parameters".to_string(), parameters.into());
        }
        if let Some(body) = &operation.body {
            map.insert("requestBody".to_string(), self.body(body));
        }
        map.insert("responses".to_string(), self.responses(operation));
        if variant.default_space {
            map.insert(lenient::KEY.to_string(), json!([lenient::DEFAULT_SPACE]));
        }
        map.into()
    }

    fn parameters(&self, operation: &Operation, path: &str, written: &str) -> Vec<Value> {
        let renamed: BTreeMap<&str, &str> = names(path).into_iter().zip(names(written)).collect();
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            let Some(field) = self.field(operation, parameter) else {
                continue;
            };
            let is_path = parameter.location == Location::Path;
            if is_path && !renamed.contains_key(parameter.wire.as_str()) {
                // The segment is left out.
                continue;
            }
            let name = renamed.get(parameter.wire.as_str()).filter(|_| is_path);
            parameters.push(self.parameter(
                parameter,
                field,
                name.unwrap_or(&parameter.wire.as_str()),
            ));
        }
        let reads = matches!(operation.method.as_str(), "get" | "head" | "options");
        if !reads {
            let [name, other] = GUARD_HEADERS;
            let description = format!(
                "Any text: shows that the request was not made by a form of a foreign page. `{other}` does as well."
            );
            parameters.push(json!({
                "name": name,
                "in": "header",
                "required": true,
                "description": description,
                "schema": { "type": "string" },
                "example": "true",
            }));
        }
        parameters
    }

    fn field(&self, operation: &Operation, parameter: &Parameter) -> Option<&Field> {
        let group = match parameter.location {
            Location::Path => operation.path_type,
            Location::Query => operation.query_type,
            Location::Header => operation.header_type,
            Location::Cookie => operation.cookie_type,
        }?;
        match &self.api.types.body(group).shape {
            Shape::Struct(object) => object
                .fields
                .iter()
                .find(|field| field.wire == parameter.wire),
            _ => None,
        }
    }

    fn parameter(&self, parameter: &Parameter, field: &Field, name: &str) -> Value {
        let (place, usual) = match parameter.location {
            Location::Path => ("path", (Style::Simple, false)),
            Location::Query => ("query", (Style::Form, true)),
            Location::Header => ("header", (Style::Simple, false)),
            Location::Cookie => ("cookie", (Style::Form, true)),
        };
        let mut map = Map::new();
        map.insert("name".to_string(), name.into());
        map.insert("in".to_string(), place.into());
        // An object without keys travels as nothing.
        let nothing_fits = fits(self.api, &field.ty, &json!({}));
        if parameter.location == Location::Path || (field.is_required() && !nothing_fits) {
            map.insert("required".to_string(), true.into());
        }
        if let Some(text) = &field.docs.description {
            map.insert("description".to_string(), text.clone().into());
        }
        if field.docs.deprecated {
            map.insert("deprecated".to_string(), true.into());
        }
        let texts = schema::of_texts(self.api, &field.ty).filter(|_| !parameter.json);
        let mut schema = texts.unwrap_or_else(|| schema::ty(self.api, &field.ty));
        // A list without items travels as nothing, too, and what must be there is there.
        if field.is_required() && !parameter.json && fits(self.api, &field.ty, &json!([])) {
            schema = schema::with_items(schema);
        }
        // In a parameter, `default` is what the handler sees.
        if let Some(default) = field
            .docs
            .default
            .as_ref()
            .filter(|value| fits(self.api, &field.ty, value))
        {
            if schema.get("$ref").is_some() {
                schema = json!({ "allOf": [schema] });
            }
            schema["default"] = default.clone();
        }
        if parameter.json {
            map.insert(
                "content".to_string(),
                json!({ "application/json": { "schema": schema } }),
            );
            return map.into();
        }
        if parameter.style.style != usual.0 {
            map.insert("style".to_string(), style(parameter.style.style).into());
        }
        if parameter.style.explode != usual.1 {
            map.insert("explode".to_string(), parameter.style.explode.into());
        }
        if parameter.style.reserved {
            map.insert("allowReserved".to_string(), true.into());
        }
        map.insert("schema".to_string(), schema);
        let taken = lenient::texts(self.api, parameter, &field.ty, self.manners);
        if !taken.is_empty() {
            map.insert(lenient::KEY.to_string(), taken.into());
        }
        map.into()
    }

    /// What a server with these manners answers whatever the document says.
    fn errors(&self) -> impl Iterator<Item = &'static (u16, &'static str)> {
        let strict = (self.manners == Manners::Document).then_some(&STRICT_ERROR);
        ERRORS.iter().chain(strict)
    }

    fn body(&self, body: &RequestBody) -> Value {
        let mut map = Map::new();
        if let Some(text) = &body.description {
            map.insert("description".to_string(), text.clone().into());
        }
        if body.required {
            map.insert("required".to_string(), true.into());
        }
        map.insert(
            "content".to_string(),
            self.contents(&body.content, |content| &content.media_type),
        );
        map.into()
    }

    /// Bodies by media type. What is taken is what the document says; what is answered is what is sent.
    fn contents(&self, contents: &[Content], media_type: impl Fn(&Content) -> &str) -> Value {
        let contents = contents.iter().map(|content| {
            let mut map = Map::new();
            if let Some(ty) = &content.ty {
                let schema = match content.format {
                    BodyFormat::Multipart => self.form(ty),
                    _ => schema::ty(self.api, ty),
                };
                map.insert("schema".to_string(), schema);
            }
            let encodings = content.encodings.iter();
            let encodings = encodings.map(|e| (e.wire.clone(), self.encoding(e)));
            let encodings: Map<String, Value> = encodings.collect();
            if !encodings.is_empty() {
                map.insert("encoding".to_string(), encodings.into());
            }
            let examples = content.examples.iter().filter_map(|(name, value)| {
                let value = self.example(content, value)?;
                Some((key(name), json!({ "value": value })))
            });
            let examples: Map<String, Value> = examples.collect();
            if !examples.is_empty() {
                map.insert("examples".to_string(), examples.into());
            }
            (media_type(content).to_string(), Value::from(map))
        });
        contents.collect::<Map<String, Value>>().into()
    }

    /// How a property of a form is written.
    fn encoding(&self, encoding: &Encoding) -> Value {
        let mut map = Map::new();
        if let Some(said) = encoding.style {
            map.insert("style".to_string(), style(said.style).into());
            map.insert("explode".to_string(), said.explode.into());
            if said.reserved {
                map.insert("allowReserved".to_string(), true.into());
            }
        }
        if !encoding.media_types.is_empty() {
            let types = encoding.media_types.join(", ");
            map.insert("contentType".to_string(), types.into());
        }
        let headers = encoding.headers.iter().map(|header| {
            let mut value = self.header(header);
            if header.required {
                value["required"] = true.into();
            }
            (header.wire.clone(), value)
        });
        let headers: Map<String, Value> = headers.collect();
        if !headers.is_empty() {
            map.insert("headers".to_string(), headers.into());
        }
        map.into()
    }

    /// The schema of a form: a list without items has no part, so one that must be there has some.
    fn form(&self, ty: &Type) -> Value {
        let Kind::Named(id) = &ty.kind else {
            return schema::ty(self.api, ty);
        };
        let definition = self.api.types.body(*id);
        let mut schema = schema::definition(self.api, definition);
        if let Shape::Struct(object) = &definition.shape {
            for field in &object.fields {
                let property = &mut schema["properties"][&field.wire];
                if matches!(field.ty.kind, Kind::Any { .. }) {
                    // Several parts of one name are a list, and are taken only where a list is asked for.
                    property["not"] = json!({ "type": "array" });
                } else if field.is_required() && fits(self.api, &field.ty, &json!([])) {
                    *property = schema::with_items(property.take());
                }
            }
        }
        schema
    }

    /// An example as its schema has it; `None` when it does not fit. JSON that is written as text is read.
    fn example(&self, content: &Content, value: &Value) -> Option<Value> {
        let Some(ty) = &content.ty else {
            return Some(value.clone());
        };
        if content.format != BodyFormat::Json || fits(self.api, ty, value) {
            return Some(value.clone());
        }
        let read: Value = serde_json::from_str(value.as_str()?).ok()?;
        fits(self.api, ty, &read).then_some(read)
    }

    fn responses(&self, operation: &Operation) -> Value {
        let mut responses = Map::new();
        for response in &operation.responses {
            responses.insert(status(response.status), self.response(response));
        }
        let succeeds = |response: &Response| {
            matches!(
                response.status,
                Status::Code(100..=399) | Status::Class(1..=3) | Status::Default
            )
        };
        if !operation.responses.iter().any(succeeds) {
            let description = "Any other answer: the document lists no success.";
            responses.insert("default".to_string(), json!({ "description": description }));
        }
        let own = self.refusals.get(&operation.key());
        let own = own.into_iter().flatten().copied();
        for (code, description) in self.errors().copied().chain(own) {
            let covered = operation
                .responses
                .iter()
                .any(|response| covers(response.status, code));
            if !covered {
                let content = json!({ "application/json": { "schema": self.error() } });
                responses.insert(
                    code.to_string(),
                    json!({ "description": description, "content": content }),
                );
            }
        }
        responses.into()
    }

    fn error(&self) -> Value {
        json!({ "$ref": format!("{SCHEMAS}{}", self.error) })
    }

    fn header(&self, header: &Header) -> Value {
        let mut value = json!({ "schema": schema::ty(self.api, &header.ty) });
        if let Some(text) = &header.description {
            value["description"] = text.clone().into();
        }
        value
    }

    fn response(&self, response: &Response) -> Value {
        let mut map = Map::new();
        let description = response.description.clone().unwrap_or_default();
        map.insert("description".to_string(), description.into());
        let headers = response.headers.iter();
        let headers = headers.map(|header| (header.wire.clone(), self.header(header)));
        let headers: Map<String, Value> = headers.collect();
        if !headers.is_empty() {
            map.insert("headers".to_string(), headers.into());
        }
        let mut content = self.contents(&response.content, Content::sent_as);
        // The server's own errors look the same, whatever else is documented.
        if self
            .errors()
            .any(|(code, _)| covers(response.status, *code))
        {
            let json = &mut content["application/json"];
            *json = match json.get_mut("schema").map(Value::take) {
                Some(schema) => {
                    let mut json = json.take();
                    json["schema"] = json!({ "anyOf": [schema, self.error()] });
                    json
                }
                None if json.is_null() => json!({ "schema": self.error() }),
                None => json.take(),
            };
        }
        if content
            .as_object()
            .is_some_and(|content| !content.is_empty())
        {
            map.insert("content".to_string(), content);
        }
        map.into()
    }
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "description": "An error of the server itself.",
        "properties": {
            "statusCode": { "type": "integer" },
            "error": { "type": "string" },
            "message": { "type": "string" },
            "attributes": {},
        },
        "required": ["statusCode", "error", "message"],
    })
}

/// The names of the schemas that a node refers to.
fn references(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value.as_str().and_then(|text| text.strip_prefix(SCHEMAS)) {
                    Some(name) if key == "$ref" => found.push(name.to_string()),
                    _ => references(value, found),
                }
            }
        }
        _ => {}
    }
}

/// A key of `components` or `examples`: letters, digits, `.`, `-` and `_` only.
fn key(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || ".-_".contains(c) {
            c
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}

fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

fn covers(status: Status, code: u16) -> bool {
    match status {
        Status::Code(own) => own == code,
        Status::Class(class) => u16::from(class) == code / 100,
        Status::Default => true,
    }
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Simple => "simple",
        Style::Form => "form",
        Style::SpaceDelimited => "spaceDelimited",
        Style::PipeDelimited => "pipeDelimited",
        Style::DeepObject => "deepObject",
        Style::Matrix => "matrix",
        Style::Label => "label",
    }
}

/// A path that an operation answers at.
struct Variant {
    path: String,
    /// What tells its id from that of the path in the document; empty for that one.
    suffix: String,
    /// Whether the prefix of a space is left out.
    default_space: bool,
}

/// The path, the path without each of the last segments that may be left out, and all of that without the prefix of a
/// space.
fn variants(operation: &Operation, manners: Manners) -> Vec<Variant> {
    let plain = |segment: &str| segment.replace(['?', '*'], "");
    let optional = |segment: &str| {
        let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        let mut path = operation
            .parameters
            .iter()
            .filter(|p| p.location == Location::Path);
        name.is_some_and(|name| {
            name.ends_with('?') || path.any(|p| p.wire == plain(name) && !p.required)
        })
    };
    let segments: Vec<&str> = operation.path.split('/').collect();
    let left_out = segments.iter().skip(2).rev();
    let left_out = left_out.take_while(|segment| optional(segment)).count();
    let mut variants = Vec::new();
    for left_out in 0..=left_out {
        let kept = &segments[..segments.len() - left_out];
        let path = kept.iter().map(|segment| plain(segment));
        let path = path.collect::<Vec<_>>().join("/");
        let suffix = match left_out {
            0 => String::new(),
            left_out => format!("-without-{left_out}"),
        };
        if manners == Manners::Kibana
            && let Some((_, rest)) = path.strip_prefix("/s/{").and_then(|p| p.split_once('/'))
        {
            variants.push(Variant {
                path: format!("/{rest}"),
                suffix: format!("{suffix}-in-default-space"),
                default_space: true,
            });
        }
        variants.push(Variant {
            path,
            suffix,
            default_space: false,
        });
    }
    variants
}

/// The path with all names of parameters left out.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '{') && c != '}';
        if !inside {
            shape.push(c);
        }
    }
    shape
}

/// The names of the parameters of a path, in their order.
fn names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect()
}
