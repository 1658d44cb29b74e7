//! Types as OpenAPI 3.0.3 schemas. Knows the IR and patterns.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::tag::Tag;
use crate::exact::whole_value;
use crate::ir::{
    Additional, Api, Array, Docs, Enum, Field, Integer, Kind, Range, Shape, Side, Size, Struct,
    Text, Type, TypeDef, TypeId, Union, Width,
};
use crate::pattern::needs_lookaround;

/// The definition's schema, for `components/schemas`.
pub(super) fn definition(api: &Api, definition: &TypeDef) -> Value {
    let mut schema = match (definition.standing.target(), &definition.shape) {
        (Some(same), _) => return reference(api, same),
        (None, Shape::Alias(inner)) => ty(api, inner),
        (None, Shape::Struct(shape)) => object(api, shape),
        (None, Shape::Enum(values)) => text_enum(values),
        (None, Shape::Union(shape)) => union(api, shape),
    };
    describe(&mut schema, &definition.docs);
    schema
}

/// The schema of a type where it is used.
pub(super) fn ty(api: &Api, ty: &Type) -> Value {
    let schema = kind(api, &ty.kind);
    if !ty.nullable || matches!(ty.kind, Kind::Any { .. } | Kind::Null) {
        return schema;
    }
    match schema {
        // `nullable` counts beside `type` only, and an `enum` must list the `null`.
        Value::Object(mut schema) if schema.contains_key("type") => {
            schema.insert("nullable".to_string(), true.into());
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
            schema.into()
        }
        schema => {
            let nothing = null();
            json!({ "anyOf": [schema, nothing] })
        }
    }
}

/// The schema of a parameter that travels as texts, where its type has lists of anything: their items are texts. `None`
/// where it has none, so that its schema is that of the type.
pub(super) fn of_texts(api: &Api, ty: &Type) -> Option<Value> {
    of_texts_inside(api, ty, &mut BTreeSet::new())
}

fn of_texts_inside(api: &Api, ty: &Type, seen: &mut BTreeSet<TypeId>) -> Option<Value> {
    match &ty.kind {
        Kind::Array(rules) if matches!(rules.items.kind, Kind::Any { .. }) => {
            let mut schema = array(api, rules);
            schema["items"] = json!({ "type": "string" });
            Some(schema)
        }
        // A union inside itself adds no value.
        Kind::Named(id) if !seen.insert(api.types.body_id(*id)) => None,
        Kind::Named(id) => match &api.types.body(*id).shape {
            Shape::Alias(inner) => of_texts_inside(api, inner, seen),
            Shape::Union(union) => {
                let members = union.members.iter();
                let texts = members.map(|member| of_texts_inside(api, &member.ty, seen));
                let texts: Vec<_> = texts.collect();
                texts.iter().any(Option::is_some).then(|| {
                    let members = union.members.iter().zip(texts);
                    let members = members
                        .map(|(member, text)| text.unwrap_or_else(|| self::ty(api, &member.ty)));
                    json!({ "anyOf": members.collect::<Vec<_>>() })
                })
            }
            Shape::Struct(_) | Shape::Enum(_) => None,
        },
        _ => None,
    }
}

/// The schema of `null` alone, which 3.0 has no word for.
fn null() -> Value {
    json!({ "type": "string", "nullable": true, "enum": [null] })
}

fn reference(api: &Api, id: TypeId) -> Value {
    json!({ "$ref": format!("#/components/schemas/{}", api.types[id].label) })
}

fn kind(api: &Api, kind: &Kind) -> Value {
    match kind {
        Kind::Any { .. } => json!({}),
        Kind::Null => null(),
        Kind::Never => json!({ "not": {} }),
        Kind::Boolean { only: None } => json!({ "type": "boolean" }),
        Kind::Boolean { only: Some(only) } => json!({ "type": "boolean", "enum": [only] }),
        Kind::Integer(rules) => {
            let mut schema = numeric("integer", &rules.range);
            width(&mut schema, rules);
            let allowed: Vec<Value> = rules.allowed.iter().map(|v| whole_value(*v)).collect();
            listed(&mut schema, &allowed);
            schema.into()
        }
        Kind::Number(rules) => {
            let mut schema = numeric("number", &rules.range);
            let allowed: Vec<Value> = rules.allowed.iter().map(|v| v.to_value()).collect();
            listed(&mut schema, &allowed);
            schema.into()
        }
        Kind::String(rules) => text(rules),
        Kind::Base64 => json!({ "type": "string", "format": "byte" }),
        Kind::Binary(rules) => {
            let mut schema = text(rules);
            schema["format"] = "binary".into();
            schema
        }
        Kind::Object(size) => sized(json!({ "type": "object" }), *size, "Properties"),
        Kind::Map(values, size) => {
            let schema = json!({ "type": "object", "additionalProperties": ty(api, values) });
            sized(schema, *size, "Properties")
        }
        Kind::Array(rules) => array(api, rules),
        Kind::OneOrMany(item, size) => {
            let one = ty(api, item);
            let many = sized(json!({ "type": "array", "items": one }), *size, "Items");
            json!({ "anyOf": [one, many] })
        }
        Kind::Named(id) => reference(api, *id),
        // What such a type takes, only its author knows.
        Kind::Replaced(path) => json!({ "x-rust-type": path }),
    }
}

fn listed<T: Clone + Into<Value>>(schema: &mut Map<String, Value>, values: &[T]) {
    if !values.is_empty() {
        let values: Vec<Value> = values.iter().cloned().map(Into::into).collect();
        schema.insert("enum".to_string(), values.into());
    }
}

fn numeric(name: &str, range: &Range) -> Map<String, Value> {
    let mut schema = Map::from_iter([("type".to_string(), Value::from(name))]);
    let Range {
        min,
        max,
        exclusive_min,
        exclusive_max,
        multiple_of,
    } = *range;
    for (bound, keyword, exclusive, marker) in [
        (min, "minimum", exclusive_min, "exclusiveMinimum"),
        (max, "maximum", exclusive_max, "exclusiveMaximum"),
    ] {
        if let Some(bound) = bound {
            schema.insert(keyword.to_string(), bound.to_value());
            if exclusive {
                schema.insert(marker.to_string(), true.into());
            }
        }
    }
    if let Some(step) = multiple_of {
        schema.insert("multipleOf".to_string(), step.to_value());
    }
    schema
}

/// What the Rust type of an integer cannot hold is said by a format, or by bounds where no format says it.
fn width(schema: &mut Map<String, Value>, rules: &Integer) {
    let format = match rules.width {
        Width::Narrow => Some("int32"),
        Width::Signed => Some("int64"),
        Width::Unsigned => Some("uint64"),
        Width::Wide => None,
    };
    if let Some(format) = format {
        schema.insert("format".to_string(), format.into());
    }
    if matches!(rules.width, Width::Unsigned | Width::Wide) {
        let (least, most) = rules.width.bounds();
        schema
            .entry("minimum")
            .or_insert_with(|| whole_value(least));
        schema.entry("maximum").or_insert_with(|| whole_value(most));
    }
}

fn text(rules: &Text) -> Value {
    let Text {
        format,
        length,
        pattern,
    } = rules;
    let mut schema = Map::from_iter([("type".to_string(), Value::from("string"))]);
    // A format or a pattern that is not checked would be a rule to readers of the document: it is kept as a remark.
    if let Some(format) = format {
        schema.insert("x-format".to_string(), format.clone().into());
    }
    if let Some(pattern) = pattern {
        let keyword = match needs_lookaround(pattern) {
            Some(_) => "x-pattern",
            None => "pattern",
        };
        schema.insert(keyword.to_string(), pattern.clone().into());
    }
    sized(schema.into(), *length, "Length")
}

fn array(api: &Api, rules: &Array) -> Value {
    let Array {
        items,
        size,
        unique,
    } = rules;
    let mut schema = json!({ "type": "array", "items": ty(api, items) });
    if *unique {
        schema["uniqueItems"] = true.into();
    }
    sized(schema, *size, "Items")
}

fn sized(mut schema: Value, size: Size, what: &str) -> Value {
    if let Some(min) = size.min {
        schema[format!("min{what}")] = min.into();
    }
    if let Some(max) = size.max {
        schema[format!("max{what}")] = max.into();
    }
    schema
}

fn text_enum(values: &Enum) -> Value {
    let values: Vec<&str> = values
        .variants
        .iter()
        .map(|variant| variant.value.as_str())
        .collect();
    json!({ "type": "string", "enum": values })
}

fn union(api: &Api, union: &Union) -> Value {
    let tag = Tag::of(union);
    let members = union.members.iter().enumerate().map(|(index, member)| {
        let mut schema = ty(api, &member.ty);
        if let Some(rule) = tag.as_ref().and_then(|tag| tag.rule(api, index, member)) {
            schema = json!({ "allOf": [schema, rule] });
        }
        describe(&mut schema, &member.docs);
        schema
    });
    // Not `oneOf`: a value may fit several members, and is read as one of them.
    json!({ "anyOf": members.collect::<Vec<_>>() })
}

fn object(api: &Api, object: &Struct) -> Value {
    let Struct {
        fields,
        additional,
        forbidden,
        require_any,
        size,
    } = object;
    let mut schema = json!({ "type": "object" });
    let mut properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.wire.clone(), property(api, field)))
        .collect();
    for name in forbidden {
        properties.insert(name.clone(), json!({ "not": {} }));
    }
    if !properties.is_empty() {
        schema["properties"] = properties.into();
    }
    let required = fields.iter().filter(|field| field.is_required());
    let required: Vec<&str> = required.map(|field| field.wire.as_str()).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    match additional {
        Additional::Closed => schema["additionalProperties"] = false.into(),
        Additional::Any => {}
        Additional::Typed(values) => schema["additionalProperties"] = ty(api, values),
    }
    if !require_any.is_empty() {
        let sets = require_any.iter().map(|set| json!({ "required": set }));
        schema["anyOf"] = sets.collect();
    }
    let told: Vec<Value> = fields.iter().filter_map(|field| told(api, field)).collect();
    if !told.is_empty() {
        schema["allOf"] = told.into();
    }
    sized(schema, *size, "Properties")
}

/// What a property says of the union beside it: it has one of the listed values and the union is that member, or it has
/// another value.
fn told(api: &Api, field: &Field) -> Option<Value> {
    let told = field.told.as_ref()?;
    let union = api.types.union_of(&field.ty)?;
    let pair = |tag: Value, value: Option<Value>| {
        let mut properties = Map::from_iter([(told.property.clone(), tag)]);
        properties.extend(value.map(|value| (field.wire.clone(), value)));
        json!({ "properties": properties })
    };
    let known = told.members.iter().filter_map(|(value, member)| {
        let mut member = union.members.get(*member)?.ty.clone();
        member.nullable |= field.ty.nullable;
        let tag = json!({ "type": "string", "enum": [value] });
        Some(pair(tag, Some(ty(api, &member))))
    });
    let values: Vec<&String> = told.members.iter().map(|(value, _)| value).collect();
    let other = pair(json!({ "not": { "enum": values } }), None);
    Some(json!({ "anyOf": known.chain([other]).collect::<Vec<_>>() }))
}

/// The schema of a list that has items. (To what is no list, the rule says nothing.)
pub(super) fn with_items(schema: Value) -> Value {
    if schema["type"] == "array" && schema.get("minItems").is_none() {
        let mut schema = schema;
        schema["minItems"] = 1.into();
        return schema;
    }
    json!({ "allOf": [schema, { "minItems": 1 }] })
}

fn property(api: &Api, field: &Field) -> Value {
    let mut schema = ty(api, &field.ty);
    describe(&mut schema, &field.docs);
    let keyword = match field.only {
        Some(Side::Request) => "writeOnly",
        Some(Side::Response) => "readOnly",
        None => return schema,
    };
    if schema.get("$ref").is_some() {
        schema = json!({ "allOf": [schema] });
    }
    schema[keyword] = true.into();
    schema
}

/// Adds what the document says. A reference has no siblings in 3.0, so it goes into an `allOf`.
pub(super) fn describe(schema: &mut Value, docs: &Docs) {
    let mut said = Map::new();
    for (keyword, text) in [("title", &docs.title), ("description", &docs.description)] {
        if let Some(text) = text {
            said.insert(keyword.to_string(), text.clone().into());
        }
    }
    if docs.deprecated {
        said.insert("deprecated".to_string(), true.into());
    }
    if said.is_empty() {
        return;
    }
    if schema.get("$ref").is_some() {
        *schema = json!({ "allOf": [schema.take()] });
    }
    if let Value::Object(schema) = schema {
        said.append(schema);
        *schema = said;
    }
}
