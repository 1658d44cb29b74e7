//! The plan as a table of JSON: what generated code says in Rust, for programs that read it when they start. Knows the
//! plan only.
//!
//! The runtime reads the table (`server/mock/served.rs` and `data/` there), and does with it what generated code would.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::exact::Exact;
use crate::plan::{
    Access, BodyFormat, Coercion, Constant, Decision, Definition, Field, Item, JsonKind, Location,
    MediaType, Operation, Parameter, Part, Plan, Rules, RustType, Side, Size, Status, Style,
    TagValue, TypeId, Variant, is_value, tags,
};

/// The table of all operations: `{"definitions": […], "operations": […]}`.
pub fn table(plan: &Plan<'_>) -> Value {
    let mut table = Table {
        plan,
        numbers: BTreeMap::new(),
        open: Vec::new(),
    };
    let operations: Vec<Value> = (0..plan.operations())
        .map(|index| table.operation(plan.operation(index)))
        .collect();
    let definitions = table.definitions();
    json!({ "definitions": definitions, "operations": operations })
}

/// The table of what is remembered: `{"definitions": […], "resources": […], "played": {…}}`.
pub fn memory(plan: &Plan<'_>) -> Value {
    let roles = plan.roles();
    let mut table = Table {
        plan,
        numbers: BTreeMap::new(),
        open: Vec::new(),
    };
    let resources = roles.resources.iter().map(|resource| {
        let item = resource.item.as_ref();
        let item = item.map(|ty| table.place(&plan.ty(ty), &plan.rules(ty)));
        json!({
            "path": resource.path,
            "key": resource.key,
            "item": item,
            "creatable": resource.creatable,
            "version": resource.version,
            "stamps": resource.stamps,
        })
    });
    let resources: Vec<Value> = resources.collect();
    let played = roles.played.iter().map(|(index, played)| {
        let operation = plan.operation(*index);
        let mut value = json!(played);
        value["answers"] = table.bodies(operation);
        (operation.id.clone(), value)
    });
    let played: Map<String, Value> = played.collect();
    let definitions = table.definitions();
    json!({ "definitions": definitions, "resources": resources, "played": played })
}

/// Numbers definitions as they are met.
struct Table<'p> {
    plan: &'p Plan<'p>,
    numbers: BTreeMap<TypeId, usize>,
    /// Those that are not yet written, in the order of their numbers.
    open: Vec<TypeId>,
}

impl Table<'_> {
    /// Everything that was met, and what that leads to.
    fn definitions(&mut self) -> Vec<Value> {
        let mut written = Vec::new();
        while let Some(id) = self.open.get(written.len()).copied() {
            let definition = self.plan.definition(id);
            written.push(self.definition(&definition));
        }
        written
    }

    fn number(&mut self, id: TypeId) -> usize {
        if let Some(number) = self.numbers.get(&id) {
            return *number;
        }
        let number = self.open.len();
        self.numbers.insert(id, number);
        self.open.push(id);
        number
    }

    fn definition(&mut self, definition: &Definition) -> Value {
        match &definition.item {
            Item::SameAs(id) => json!({ "alias": { "named": self.number(*id) } }),
            Item::Alias(ty) => json!({ "alias": self.ty(ty) }),
            Item::Enum(values) => {
                let values = values.variants.iter().map(|variant| &variant.value);
                json!({ "enum": values.collect::<Vec<_>>() })
            }
            Item::Struct(object) => {
                let fields = object.fields.iter().map(|field| self.field(field));
                let fields: Vec<Value> = fields.collect();
                let mut value = Map::new();
                value.insert("fields".to_string(), fields.into());
                if let Some(rest) = &object.rest {
                    let inner = match &rest.ty {
                        RustType::Map(inner) => inner,
                        _ => &RustType::Value,
                    };
                    let rest = self.place(inner, &rest.rules);
                    value.insert("rest".to_string(), rest.into());
                }
                insert(&mut value, "rules", rules(&object.rules));
                let tags = object.tags.iter().map(|tag| json!([tag.wire, tag.value]));
                insert(&mut value, "tags", tags.collect());
                insert(&mut value, "forbidden", json!(object.forbidden));
                insert(&mut value, "requireAny", json!(object.require_any));
                let sides = object.required_in.iter();
                let sides = sides.map(|(side, keys)| (side_name(*side).to_string(), json!(keys)));
                insert(&mut value, "requiredIn", Value::Object(sides.collect()));
                insert(&mut value, "onlyInRequests", json!(object.only_in_requests));
                json!({ "struct": value })
            }
            Item::Union(union) => {
                let members = union.members.iter().map(|member| {
                    let mut value = self.place(&member.value, &member.rules);
                    value.insert("name".to_string(), json!(member.ident));
                    value.insert("expectation".to_string(), json!(member.expectation));
                    Value::Object(value)
                });
                let members: Vec<Value> = members.collect();
                let all: Vec<usize> = (0..members.len()).collect();
                let decision = decision(&union.decision, &all, true);
                json!({ "union": { "members": members, "decision": decision } })
            }
        }
    }

    fn field(&mut self, field: &Field) -> Value {
        let mut value = self.place(&field.value, &field.rules);
        value.insert("name".to_string(), json!(field.wire));
        let told = field.told.as_ref();
        let told = told.map(|told| json!({ "property": told.property, "members": told.members }));
        insert(&mut value, "told", json!(told));
        if let Some(access) = access(field.access) {
            value.insert("access".to_string(), json!(access));
        }
        value.into()
    }

    /// The types of the JSON bodies of answers, by status.
    fn bodies(&mut self, operation: &Operation) -> Value {
        let mut bodies = Map::new();
        for variant in &operation.variants {
            if let Some(body) = variant
                .body
                .as_ref()
                .filter(|b| b.format == BodyFormat::Json)
            {
                let place = self.place(&body.ty, &body.rules);
                bodies.entry(status(variant.status)).or_insert(place.into());
            }
        }
        bodies.into()
    }

    /// A type with the rules that hold there.
    fn place(&mut self, ty: &RustType, own: &Rules) -> Map<String, Value> {
        let mut value = Map::new();
        value.insert("type".to_string(), self.ty(ty));
        insert(&mut value, "rules", rules(own));
        value
    }

    fn ty(&mut self, ty: &RustType) -> Value {
        match ty {
            RustType::Unit => json!("unit"),
            RustType::Bool => json!("boolean"),
            RustType::I32 => json!("i32"),
            RustType::I64 => json!("i64"),
            RustType::U64 => json!("u64"),
            RustType::I128 => json!("i128"),
            RustType::F64 => json!("f64"),
            RustType::String => json!("text"),
            RustType::Never => json!("never"),
            RustType::Base64 => json!("base64"),
            RustType::Object => json!("object"),
            RustType::Map(inner) => json!({ "map": self.ty(inner) }),
            RustType::Vec(inner) => json!({ "list": self.ty(inner) }),
            RustType::Option(inner) | RustType::Nullable(inner) => {
                json!({ "option": self.ty(inner) })
            }
            RustType::OneOrMany(inner) => json!({ "oneOrMany": self.ty(inner) }),
            // Whether a type is boxed, its values do not show; and those of a stream are checked one by one.
            RustType::Boxed(inner) | RustType::JsonLines(inner) => self.ty(inner),
            RustType::Named(id) => json!({ "named": self.number(*id) }),
            // What a type of the user's own takes is not known without its code.
            RustType::Value
            | RustType::Replaced(_)
            | RustType::Foreign(_)
            | RustType::Local(_)
            | RustType::ByteStream
            | RustType::EventStream
            | RustType::Multipart
            | RustType::Reply
            | RustType::StatusCode => json!("any"),
        }
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let mut value = Map::new();
        value.insert("id".to_string(), json!(operation.id));
        value.insert("method".to_string(), json!(operation.method));
        value.insert("template".to_string(), json!(operation.path));
        value.insert(
            "tag".to_string(),
            json!(self.plan.group(operation.group).key),
        );
        for (location, key) in [
            (Location::Path, "path"),
            (Location::Query, "query"),
            (Location::Header, "headers"),
            (Location::Cookie, "cookies"),
        ] {
            let own = operation
                .parameters
                .iter()
                .filter(|own| own.location == location);
            let parameters: Vec<Value> = own.map(|own| parameter(own, location)).collect();
            let fields = operation.request.parameters.iter();
            let fields = fields.filter(|own| own.location == location);
            let fields: Vec<Value> = fields.map(|own| self.field(&own.field)).collect();
            if !parameters.is_empty() {
                value.insert(
                    key.to_string(),
                    json!({ "fields": fields, "parameters": parameters }),
                );
            }
        }
        if let Some(body) = &operation.request.body {
            let bodies = body.variants.iter().zip(&operation.media_types);
            let bodies: Vec<Value> = bodies
                .map(|(variant, media_type)| {
                    let mut value =
                        match is_value(variant.format) || variant.format == BodyFormat::JsonLines {
                            true => self.place(&variant.ty, &variant.rules),
                            // The length of bytes is bounded, too.
                            false => self.place(&RustType::Value, &variant.rules),
                        };
                    self.media_type(&mut value, media_type);
                    value.into()
                })
                .collect();
            value.insert("request".to_string(), bodies.into());
            insert(&mut value, "bodyRequired", json!(body.required));
        }
        insert(&mut value, "bodyLimit", json!(operation.body_limit));
        let responses = operation.answers.iter().map(
            |answer| json!({ "status": status(answer.status), "mediaTypes": answer.media_types }),
        );
        value.insert("responses".to_string(), responses.collect());
        let variants: Vec<Value> = operation.variants.iter().map(|v| self.variant(v)).collect();
        value.insert("variants".to_string(), variants.into());
        value.into()
    }

    fn media_type(&mut self, value: &mut Map<String, Value>, media_type: &MediaType) {
        value.insert("essence".to_string(), json!(media_type.essence));
        value.insert("format".to_string(), json!(format(media_type.format)));
        if let Some(parts) = &media_type.parts {
            let list: Vec<Value> = parts.list.iter().map(|part| self.part(part)).collect();
            value.insert(
                "parts".to_string(),
                json!({ "list": list, "closed": parts.closed }),
            );
        }
    }

    fn part(&mut self, part: &Part) -> Value {
        let Part {
            name,
            required,
            many,
            file,
            coercion: own,
            check,
            limits,
            written,
            media_types,
            headers,
        } = part;
        let check = check.as_ref().map(|(ty, rules)| self.place(ty, rules));
        let mut value = Map::new();
        value.insert("name".to_string(), json!(name));
        insert(&mut value, "required", json!(required));
        insert(&mut value, "many", json!(many));
        insert(&mut value, "file", json!(file));
        value.insert("coercion".to_string(), coercion(own));
        insert(&mut value, "check", json!(check));
        insert(&mut value, "limits", rules(limits));
        let written = written.as_ref().map(|own| parameter(own, Location::Query));
        insert(&mut value, "written", json!(written));
        insert(&mut value, "mediaTypes", json!(media_types));
        let headers = headers.iter().map(|header| self.part(header));
        insert(&mut value, "headers", headers.collect());
        value.into()
    }

    fn variant(&mut self, variant: &Variant) -> Value {
        let headers = variant
            .headers
            .iter()
            .map(|header| json!({ "name": header.name, "always": header.always }));
        let headers: Vec<Value> = headers.collect();
        let body = variant.body.as_ref().map(|body| {
            let mut value = self.place(&body.ty, &body.rules);
            value.insert("format".to_string(), json!(format(body.format)));
            value.insert("mediaType".to_string(), json!(body.media_type));
            value
        });
        json!({ "status": status(variant.status), "headers": headers, "body": body })
    }
}

/// Adds what says something.
fn insert(object: &mut Map<String, Value>, key: &str, value: Value) {
    let nothing = match &value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    };
    if !nothing {
        object.insert(key.to_string(), value);
    }
}

fn access(access: Access) -> Option<&'static str> {
    match access {
        Access::Required => None,
        Access::Nullable => Some("nullable"),
        Access::Optional => Some("optional"),
        Access::OptionalNullable => Some("optionalNullable"),
    }
}

fn rules(own: &Rules) -> Value {
    let Rules {
        minimum,
        maximum,
        exclusive_minimum,
        exclusive_maximum,
        multiple_of,
        length,
        pattern,
        format,
        properties,
        item_count,
        unique_items,
        items,
        one_of,
    } = own;
    let mut value = Map::new();
    insert(&mut value, "minimum", minimum.map_or(Value::Null, exact));
    insert(&mut value, "maximum", maximum.map_or(Value::Null, exact));
    insert(&mut value, "exclusiveMinimum", json!(exclusive_minimum));
    insert(&mut value, "exclusiveMaximum", json!(exclusive_maximum));
    insert(
        &mut value,
        "multipleOf",
        multiple_of.map_or(Value::Null, exact),
    );
    size(&mut value, ("minLength", "maxLength"), length);
    insert(&mut value, "pattern", json!(pattern));
    insert(&mut value, "format", json!(format));
    size(&mut value, ("minProperties", "maxProperties"), properties);
    size(&mut value, ("minItems", "maxItems"), item_count);
    insert(&mut value, "uniqueItems", json!(unique_items));
    insert(
        &mut value,
        "items",
        items.as_deref().map_or(Value::Null, rules),
    );
    let constants = one_of.iter().map(|constant| match constant {
        Constant::Boolean(value) => json!(value),
        Constant::Integer(value) => whole(*value),
        Constant::Float(value) => json!(value),
    });
    insert(&mut value, "oneOf", constants.collect());
    value.into()
}

fn exact(number: Exact) -> Value {
    match number {
        Exact::Whole(value) => whole(value),
        Exact::Float(value) => json!(value),
    }
}

/// A whole number; one that not every reader of JSON keeps is text.
fn whole(value: i128) -> Value {
    match i64::try_from(value) {
        Ok(value) => json!(value),
        Err(_) => json!({ "whole": value.to_string() }),
    }
}

fn size(object: &mut Map<String, Value>, (min, max): (&str, &str), size: &Size) {
    insert(object, min, json!(size.min));
    insert(object, max, json!(size.max));
}

/// `whole` is whether the value under test is the whole value, and not an item of it.
fn decision(own: &Decision, all: &[usize], whole: bool) -> Value {
    let next = |own: &Decision| decision(own, all, whole);
    let kinds = |arms: &[(JsonKind, Decision)]| -> Value {
        arms.iter()
            .map(|(kind, own)| json!([kind_name(*kind), next(own)]))
            .collect()
    };
    match own {
        Decision::Undecided => json!({ "leaf": all }),
        Decision::Leaf(members) => {
            let known = members.iter().filter(|index| all.contains(index));
            json!({ "leaf": known.collect::<Vec<_>>() })
        }
        Decision::Kind(arms) => json!({ "kind": kinds(arms) }),
        Decision::Tag {
            path,
            arms,
            absent,
            other,
        } => {
            let unknown = whole && tags::refuses_text(arms, other);
            let arms: Vec<Value> = arms
                .iter()
                .map(|(value, own)| json!([tag(value), next(own)]))
                .collect();
            json!({ "tag": {
                "path": path, "arms": arms, "absent": next(absent), "other": next(other),
                "unknown": unknown,
            } })
        }
        Decision::Key {
            key,
            present,
            absent,
        } => json!({ "key": { "key": key, "present": next(present), "absent": next(absent) } }),
        Decision::PropertyKind { path, arms, absent } => {
            json!({ "propertyKind": { "path": path, "arms": kinds(arms), "absent": next(absent) } })
        }
        Decision::FirstItem { item, empty } => {
            let item = decision(item, all, false);
            json!({ "firstItem": { "item": item, "empty": next(empty) } })
        }
    }
}

fn tag(value: &TagValue) -> Value {
    match value {
        TagValue::String(text) => json!(text),
        TagValue::Boolean(value) => json!(value),
        TagValue::Integer(value) => whole(*value),
    }
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Request => "request",
        Side::Response => "response",
    }
}

fn kind_name(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Null => "null",
        JsonKind::Boolean => "boolean",
        JsonKind::Integer => "integer",
        JsonKind::Fraction => "fraction",
        JsonKind::String => "string",
        JsonKind::Array => "array",
        JsonKind::Object => "object",
    }
}

fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

fn format(format: BodyFormat) -> &'static str {
    match format {
        BodyFormat::Json => "json",
        BodyFormat::JsonLines => "jsonLines",
        BodyFormat::Multipart => "multipart",
        BodyFormat::Form => "form",
        BodyFormat::Text => "text",
        BodyFormat::Bytes => "bytes",
        BodyFormat::EventStream => "eventStream",
    }
}

fn parameter(own: &Parameter, location: Location) -> Value {
    let mut value = Map::new();
    value.insert("name".to_string(), json!(own.name));
    let usual = match location {
        Location::Path | Location::Header => Style::Simple,
        Location::Query | Location::Cookie => Style::Form,
    };
    if own.style != usual {
        value.insert("style".to_string(), json!(style(own.style)));
    }
    value.insert("explode".to_string(), json!(own.explode));
    insert(&mut value, "json", json!(own.json));
    insert(&mut value, "required", json!(own.required));
    value.insert("coercion".to_string(), coercion(&own.coercion));
    insert(&mut value, "default", json!(own.default));
    value.into()
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

fn coercion(own: &Coercion) -> Value {
    match own {
        Coercion::Boolean => json!("boolean"),
        Coercion::Integer => json!("integer"),
        Coercion::Number => json!("number"),
        Coercion::Json => json!("json"),
        Coercion::Text => json!("text"),
        Coercion::Map(inner) => json!({ "map": coercion(inner) }),
        Coercion::Nullable(inner) => json!({ "nullable": coercion(inner) }),
        Coercion::OneOrMany(inner) => json!({ "oneOrMany": coercion(inner) }),
        Coercion::Array(inner) => json!({ "array": coercion(inner) }),
        Coercion::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, inner)| json!([name, coercion(inner)]));
            json!({ "object": fields.collect::<Vec<_>>() })
        }
        Coercion::FirstOf(alternatives) => {
            let alternatives = alternatives.iter().map(coercion);
            json!({ "firstOf": alternatives.collect::<Vec<_>>() })
        }
    }
}
