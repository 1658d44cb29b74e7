//! Lowers paths: operations with their parameters, bodies and responses.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{ParameterSchemaOrContent, PathStyle, QueryStyle};
use serde_json::Value;

use super::{DUPLICATE_OPERATION, Lowerer, Owner, Slot, any};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Additional, Api, Content, Docs, Field, Kind, Location, Module, ModuleId, Operation, Parameter,
    ParameterStyle, Place, Presence, Section, Shape, Skipped, Step, Struct, Style, ToldBy, Type,
    TypeId,
};
use crate::parse::{self, Node};
use crate::pointer::Pointer;
use crate::settings::Settings;

/// The methods of a path item, in the order in which operations are listed.
const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What the settings say of unions that a property beside them tells.
fn siblings(settings: &Settings) -> BTreeMap<String, ToldBy> {
    let entries = settings.discriminators.iter();
    let entries = entries.map(|(pointer, sibling)| {
        let by = ToldBy {
            property: sibling.property.clone(),
            mapping: sibling.mapping.clone(),
        };
        (pointer.clone(), by)
    });
    entries.collect()
}

impl<'d> Lowerer<'d> {
    /// Lowers everything that operations reach.
    pub(super) fn api(&mut self) -> Api {
        let info = |key| {
            let text = self.document.root.get("info")?.get(key)?.as_str()?;
            Some(text.to_string())
        };
        let mut api = Api {
            title: info("title").unwrap_or_default(),
            version: info("version").unwrap_or_default(),
            description: info("description"),
            siblings: siblings(self.settings),
            ..Api::default()
        };
        let mut done = Vec::new();
        for node in self.operation_nodes() {
            self.met.groups.insert(node.group.clone());
            if !self.settings.tags.is_empty() && !self.settings.tags.contains(&node.group) {
                api.not_chosen.push(node.key());
                continue;
            }
            self.operation_failure = None;
            self.owners.push(Owner::Operation);
            self.effort = 0;
            let operation = self.operation(&node);
            self.owners.pop();
            match (operation, self.operation_failure.take()) {
                (Some(operation), None) => done.push((operation, node.group)),
                (_, reason) => api.skipped.push(Skipped {
                    key: node.key(),
                    pointer: node.node.pointer.clone(),
                    reason: reason.unwrap_or_default(),
                }),
            }
        }
        done.sort_by(|(a, _), (b, _)| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        api.modules = self.modules(&done);
        api.operations = done
            .into_iter()
            .map(|(mut operation, group)| {
                let position = api.modules.iter().position(|module| module.key == group);
                operation.module = ModuleId(position.unwrap_or_default());
                operation
            })
            .collect();
        self.forget_shared_ids(&mut api);
        self.limit_depth();
        api.types = std::mem::take(&mut self.types);
        self.skip_what_reaches_failures(&mut api);
        api.skipped.sort_by(|a, b| a.key.cmp(&b.key));
        api
    }

    fn operation_nodes(&mut self) -> Vec<OperationNode<'d>> {
        let mut all = Vec::new();
        for (path, item) in self
            .root()
            .member("paths")
            .into_iter()
            .flat_map(|n| n.members())
        {
            if path.starts_with("x-") {
                continue;
            }
            let Some(item) = self.follow(&item) else {
                continue;
            };
            for method in METHODS {
                if let Some(node) = item.member(method) {
                    all.push(OperationNode {
                        method,
                        path,
                        group: group(&node, path),
                        shared: item.member("parameters"),
                        node,
                    });
                }
            }
        }
        all
    }

    fn modules(&self, operations: &[(Operation, String)]) -> Vec<Module> {
        let mut descriptions = BTreeMap::new();
        for tag in self
            .root()
            .member("tags")
            .into_iter()
            .flat_map(|n| n.elements())
        {
            if let Some(name) = tag.text("name") {
                let description = tag.text("description").map(|text| text.trim().to_string());
                descriptions.entry(name).or_insert(description);
            }
        }
        let keys: BTreeSet<_> = operations.iter().map(|(_, group)| group.as_str()).collect();
        keys.into_iter()
            .map(|key| Module {
                key: key.to_string(),
                description: descriptions.get(key).cloned().flatten(),
            })
            .collect()
    }

    /// Operations that share an id are known by method and path only.
    fn forget_shared_ids(&mut self, api: &mut Api) {
        let mut count = BTreeMap::new();
        for id in api
            .operations
            .iter()
            .filter_map(|operation| operation.id.clone())
        {
            *count.entry(id).or_insert(0) += 1;
        }
        for operation in &mut api.operations {
            if let Some(id) = operation.id.clone().filter(|id| count[id] > 1) {
                self.warn(Diagnostic::new(
                    &DUPLICATE_OPERATION,
                    operation.pointer.child("operationId"),
                    format!("`{id}` is the id of {} operations", count[&id]),
                ));
                operation.id = None;
            }
        }
    }

    fn skip_what_reaches_failures(&mut self, api: &mut Api) {
        if self.failed.is_empty() {
            return;
        }
        let (types, failed) = (&api.types, &self.failed);
        let mut kept = Vec::new();
        for operation in std::mem::take(&mut api.operations) {
            let reached = crate::ir::reachable(types, operation_types(&operation));
            match reached.iter().find_map(|id| failed.get(id)) {
                None => kept.push(operation),
                Some(reason) => api.skipped.push(Skipped {
                    key: operation.key(),
                    pointer: operation.pointer.clone(),
                    reason: reason.clone(),
                }),
            }
        }
        api.operations = kept;
    }

    fn operation(&mut self, from: &OperationNode<'d>) -> Option<Operation> {
        let parsed = match parse::operation(&from.node) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                self.fail(diagnostic);
                return None;
            }
        };
        let key = from.key();
        let parameters = self.parameters(from, &key);
        let guard = std::mem::take(&mut self.guard);
        let body = from
            .node
            .member("requestBody")
            .and_then(|node| self.request_body(&node, &key));
        let responses = from
            .node
            .member("responses")
            .map(|node| self.responses(&node, &key))
            .unwrap_or_default();
        let trimmed = |text: Option<String>| text.map(|text| text.trim().to_string());
        Some(Operation {
            method: from.method.to_string(),
            path: from.path.to_string(),
            id: parsed.operation_id,
            tags: parsed.tags,
            module: ModuleId(0),
            pointer: from.node.pointer.clone(),
            docs: Docs {
                title: None,
                summary: trimmed(parsed.summary),
                description: trimmed(parsed.description),
                deprecated: parsed.deprecated,
                default: None,
            },
            path_type: self.group_type(&key, Section::Path, Location::Path, &parameters, from),
            query_type: self.group_type(&key, Section::Query, Location::Query, &parameters, from),
            header_type: self.group_type(
                &key,
                Section::Header,
                Location::Header,
                &parameters,
                from,
            ),
            cookie_type: self.group_type(
                &key,
                Section::Cookie,
                Location::Cookie,
                &parameters,
                from,
            ),
            parameters: parameters
                .into_iter()
                .map(|lowered| lowered.parameter)
                .collect(),
            body,
            body_limit: None,
            guard,
            security: self.security(&from.node),
            responses,
            label: String::new(),
        })
    }

    /// All parameters: those of the path item, replaced by those of the operation.
    fn parameters(&mut self, from: &OperationNode<'d>, key: &str) -> Vec<LoweredParameter> {
        let own = from.node.member("parameters");
        let mut lowered: Vec<LoweredParameter> = Vec::new();
        for node in from
            .shared
            .iter()
            .chain(&own)
            .flat_map(|list| list.elements())
        {
            let Some(next) = self.parameter(&node, key) else {
                continue;
            };
            let same = |known: &LoweredParameter| {
                let (known, next) = (&known.parameter, &next.parameter);
                let same_name = match next.location {
                    Location::Header => known.wire.eq_ignore_ascii_case(&next.wire),
                    _ => known.wire == next.wire,
                };
                same_name && known.location == next.location
            };
            match lowered.iter_mut().find(|known| same(known)) {
                Some(known) => *known = next,
                None => lowered.push(next),
            }
        }
        lowered
    }

    fn parameter(&mut self, node: &Node<'d>, key: &str) -> Option<LoweredParameter> {
        let component = self.component_place(node);
        let node = self.follow(node)?;
        let parsed = match parse::parameter(&node) {
            Ok(parsed) => parsed,
            Err(diagnostic) => {
                self.fail(diagnostic);
                return None;
            }
        };
        let (location, style) = style(&parsed);
        let reserved = matches!(
            &parsed,
            openapiv3::Parameter::Query {
                allow_reserved: true,
                ..
            }
        );
        let data = parsed.parameter_data();
        if !self.is_of_operation(&node, location, &data.name) {
            return None;
        }
        let section = match location {
            Location::Path => Section::Path,
            Location::Query => Section::Query,
            Location::Header => Section::Header,
            Location::Cookie => Section::Cookie,
        };
        // The struct of the group does not exist yet; its fields' types hang below the operation's section.
        let place = component.unwrap_or_else(|| Place::Operation {
            operation: key.to_string(),
            section: Section::Inside(Box::new(section), vec![Step::Property(data.name.clone())]),
        });
        let (json, schema) = match &data.format {
            ParameterSchemaOrContent::Schema(_) => (false, node.member("schema")),
            ParameterSchemaOrContent::Content(_) => {
                let media = node.member("content").and_then(|n| n.members().next());
                (true, media.and_then(|(_, media)| media.member("schema")))
            }
        };
        let ty = match &schema {
            Some(schema) => self.lower(schema, &Slot::Inline(place)),
            None => any(),
        };
        let mut docs = schema
            .as_ref()
            .map(|schema| self.docs_of(std::slice::from_ref(schema)))
            .unwrap_or_default();
        docs.description = data
            .description
            .map(|text| text.trim().to_string())
            .filter(|text| !text.is_empty())
            .or(docs.description);
        docs.deprecated |= data.deprecated == Some(true);
        // A parameter has no type of its own to be asked for its default: what stands behind a reference counts.
        docs.default = docs
            .default
            .or_else(|| self.peek(schema.as_ref()?)?.value.get("default").cloned());
        let optional = location == Location::Path
            && data.required
            && self.met.optional_segment(self.settings, key, &data.name);
        let required = data.required && !optional;
        let presence = match required {
            true if docs.default.is_some() => Presence::Lenient,
            true => Presence::Required,
            false => Presence::Optional,
        };
        Some(LoweredParameter {
            parameter: Parameter {
                location,
                wire: data.name.clone(),
                pointer: node.pointer.clone(),
                style: ParameterStyle {
                    style,
                    // Only `form` explodes unless it is said otherwise.
                    explode: data.explode.unwrap_or(style == Style::Form),
                    reserved,
                },
                json,
                required,
            },
            field: Field {
                wire: data.name,
                pointer: schema.map_or_else(|| node.pointer.clone(), |schema| schema.pointer),
                docs,
                ty,
                presence,
                only: None,
                told: None,
                ident: String::new(),
                boxed: false,
            },
        })
    }

    /// Where inline types of a shared parameter, header, body or response stand: in that component.
    pub(super) fn component_place(&self, node: &Node<'d>) -> Option<Place> {
        let pointer = Pointer::from_reference(node.reference()?)?;
        let segments: Vec<_> = pointer.segments().collect();
        let [components, section, name] = segments.as_slice() else {
            return None;
        };
        let taken = self
            .document
            .get(
                &Pointer::root()
                    .child("components")
                    .child("schemas")
                    .child(name),
            )
            .is_some();
        let suffix = match section.as_str() {
            "parameters" => "Parameter",
            "headers" => "Header",
            "requestBodies" => "RequestBody",
            "responses" => "ResponseBody",
            _ => return None,
        };
        (components == "components").then(|| {
            Place::Component(
                if taken || !matches!(section.as_str(), "parameters" | "headers") {
                    format!("{name}_{suffix}")
                } else {
                    name.clone()
                },
            )
        })
    }

    fn group_type(
        &mut self,
        key: &str,
        section: Section,
        location: Location,
        parameters: &[LoweredParameter],
        from: &OperationNode<'d>,
    ) -> Option<TypeId> {
        let fields: Vec<_> = parameters
            .iter()
            .filter(|lowered| lowered.parameter.location == location)
            .map(|lowered| lowered.field.clone())
            .collect();
        if fields.is_empty() {
            return None;
        }
        let place = Place::Operation {
            operation: key.to_string(),
            section,
        };
        let kind = match location {
            Location::Path => "Path parameters",
            Location::Query => "Query parameters",
            Location::Header => "Header parameters",
            Location::Cookie => "Cookie parameters",
        };
        let docs = Docs {
            description: Some(format!(
                "{kind} of `{} {}`.",
                from.method.to_uppercase(),
                from.path
            )),
            ..Docs::default()
        };
        let pointer = from.node.pointer.child("parameters");
        let id = self.define(place, pointer, docs);
        self.types[id].shape = Shape::Struct(Struct {
            fields,
            additional: Additional::Closed,
            ..Struct::default()
        });
        Some(id)
    }
}

/// An operation object, with what surrounds it.
struct OperationNode<'d> {
    method: &'static str,
    path: &'d str,
    group: String,
    shared: Option<Node<'d>>,
    node: Node<'d>,
}

impl OperationNode<'_> {
    fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

struct LoweredParameter {
    parameter: Parameter,
    field: Field,
}

/// The group of an operation: its first tag, or the first words of its path.
fn group(node: &Node<'_>, path: &str) -> String {
    let tag = node
        .value
        .get("tags")
        .and_then(Value::as_array)
        .and_then(|tags| tags.iter().find_map(Value::as_str))
        .filter(|tag| !tag.trim().is_empty());
    tag.map_or_else(|| path_group(path), String::from)
}

/// The first literal segment that tells paths apart: neither `api` nor `internal`, nor a version, nor a placeholder, nor the
/// space prefix. Where there is none, what the first parameter is called; and the start page is at home.
fn path_group(path: &str) -> String {
    let mut segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if segments.first() == Some(&"s") {
        segments.remove(0);
    }
    let literal = |segment: &&str| !segment.contains('{');
    let telling = segments.iter().copied().filter(literal).find(|s| tells(s));
    telling
        .or_else(|| segments.iter().find_map(|segment| parameter_name(segment)))
        .or_else(|| segments.first().copied())
        .unwrap_or("home")
        .to_string()
}

fn parameter_name(segment: &str) -> Option<&str> {
    let name = segment.split_once('{')?.1.split('}').next()?;
    Some(name.trim_matches(['?', '*']))
}

/// Whether a segment says what a path is about.
fn tells(segment: &str) -> bool {
    let version = segment.strip_prefix(['v', 'V']).unwrap_or(segment);
    let version = version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
    let mut letters = segment.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    // `xxxx` and `---` stand for something else.
    let placeholder = segment.len() > 2 && letters.all(|c| Some(c) == first);
    !version && !placeholder && first.is_some() && !matches!(segment, "api" | "internal")
}

fn style(parameter: &openapiv3::Parameter) -> (Location, Style) {
    match parameter {
        openapiv3::Parameter::Query { style, .. } => {
            let style = match style {
                QueryStyle::Form => Style::Form,
                QueryStyle::SpaceDelimited => Style::SpaceDelimited,
                QueryStyle::PipeDelimited => Style::PipeDelimited,
                QueryStyle::DeepObject => Style::DeepObject,
            };
            (Location::Query, style)
        }
        openapiv3::Parameter::Header { .. } => (Location::Header, Style::Simple),
        openapiv3::Parameter::Path { style, .. } => {
            let style = match style {
                PathStyle::Simple => Style::Simple,
                PathStyle::Matrix => Style::Matrix,
                PathStyle::Label => Style::Label,
            };
            (Location::Path, style)
        }
        openapiv3::Parameter::Cookie { .. } => (Location::Cookie, Style::Form),
    }
}

/// Every type that an operation names itself.
fn operation_types(operation: &Operation) -> Vec<Type> {
    let groups = [
        operation.path_type,
        operation.query_type,
        operation.header_type,
        operation.cookie_type,
    ];
    let groups = groups
        .into_iter()
        .flatten()
        .map(|id| Type::new(Kind::Named(id)));
    let body = operation.body.iter().flat_map(|body| &body.content);
    let responses = operation
        .responses
        .iter()
        .flat_map(|response| &response.content);
    let part_headers = body.clone().flat_map(Content::part_headers);
    let contents = body
        .chain(responses)
        .filter_map(|content| content.ty.clone());
    let headers = operation
        .responses
        .iter()
        .flat_map(|response| &response.headers)
        .chain(part_headers)
        .map(|header| header.ty.clone());
    groups.chain(contents).chain(headers).collect()
}

#[cfg(test)]
mod tests {
    use super::path_group;

    #[test]
    fn untagged_operations_are_grouped_by_path() {
        assert_eq!(path_group("/api/status"), "status");
        assert_eq!(path_group("/internal/cases/{id}"), "cases");
        assert_eq!(
            path_group("/s/{spaceId}/api/agent_builder/tools"),
            "agent_builder"
        );
        assert_eq!(path_group("/v1/customers/{id}"), "customers");
        assert_eq!(path_group("/2.0/xxxxxxxxxxxx/users"), "users");
        assert_eq!(path_group("/_search"), "_search");
        assert_eq!(path_group("/{index}"), "index");
        assert_eq!(path_group("/api/{path*}"), "path");
        assert_eq!(path_group("/v1"), "v1");
        assert_eq!(path_group("/"), "home");
    }
}
