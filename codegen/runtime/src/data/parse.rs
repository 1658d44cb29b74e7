//! Reads tables. They are written by the generator; what is wrong with one is said, not guessed.

use std::sync::OnceLock;

use serde_json::Value;

use super::{
    Access, Decision, Definition, Field, Group, Member, Place, Schemas, Struct, Tag, Type, Union,
};
use crate::json::JsonKind;
use crate::read::Side;
use crate::rules::{Constant, Limit, Rules};

/// Reads what stands in a table; texts and types are kept until the program ends.
pub(crate) struct Table {
    schemas: &'static Schemas,
}

impl Table {
    /// Reads the definitions.
    pub(crate) fn new(definitions: &Value) -> Result<Self, String> {
        let list = list(definitions)?;
        let schemas: &'static Schemas = Box::leak(Box::new(Schemas {
            definitions: list.iter().map(|_| OnceLock::new()).collect(),
        }));
        for (slot, value) in schemas.definitions.iter().zip(list) {
            // Each is set once, here.
            let _ = slot.set(definition(value)?);
        }
        Ok(Self { schemas })
    }

    /// A type with its rules: `{"type": …, "rules": {…}}`.
    pub(crate) fn place(&self, value: &Value) -> Result<Place, String> {
        Ok(Place {
            ty: ty(&value["type"])?,
            rules: rules(&value["rules"])?,
            schemas: self.schemas,
        })
    }
}

impl Table {
    /// The parameters that travel in one place.
    pub(crate) fn group(&self, fields: &Value) -> Result<Group, String> {
        Ok(Group {
            fields: list(fields)?.iter().map(field).collect::<Result<_, _>>()?,
            schemas: self.schemas,
        })
    }
}

/// A text that is kept.
pub(crate) fn text(value: &Value) -> Result<&'static str, String> {
    match value {
        Value::String(text) => Ok(constant(text.clone())),
        other => Err(format!("expected text, found {other}")),
    }
}

/// Keeps a text until the program ends.
pub(crate) fn constant(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The items of a list; one that is not there is empty.
pub(crate) fn list(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(&[]),
        other => Err(format!("expected a list, found {other}")),
    }
}

fn texts(value: &Value) -> Result<Vec<&'static str>, String> {
    list(value)?.iter().map(text).collect()
}

fn kept<T>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

fn ty(value: &Value) -> Result<&'static Type, String> {
    if let Value::String(word) = value {
        return Ok(match word.as_str() {
            "unit" => &Type::Unit,
            "boolean" => &Type::Boolean,
            "i32" => &Type::I32,
            "i64" => &Type::I64,
            "u64" => &Type::U64,
            "i128" => &Type::I128,
            "f64" => &Type::F64,
            "text" => &Type::Text,
            "any" => &Type::Any,
            "never" => &Type::Never,
            "base64" => &Type::Base64,
            "object" => &Type::Object,
            other => return Err(format!("there is no type `{other}`")),
        });
    }
    let entry = value.as_object().and_then(|object| object.iter().next());
    let Some((word, inner)) = entry else {
        return Err(format!("expected a type, found {value}"));
    };
    Ok(Box::leak(Box::new(match word.as_str() {
        "map" => Type::Map(ty(inner)?),
        "list" => Type::List(ty(inner)?),
        "option" => Type::Option(ty(inner)?),
        "oneOrMany" => Type::OneOrMany(ty(inner)?),
        "named" => Type::Named(number(inner)?),
        other => return Err(format!("there is no type `{other}`")),
    })))
}

fn number(value: &Value) -> Result<usize, String> {
    let number = value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| format!("expected a number, found {value}"))
}

pub(crate) fn rules(value: &Value) -> Result<&'static Rules, String> {
    let Value::Object(object) = value else {
        return Ok(&Rules::NONE);
    };
    if object.is_empty() {
        return Ok(&Rules::NONE);
    }
    let count = |key: &str| object.get(key).and_then(Value::as_u64);
    let bound = |key: &str| object.get(key).map(limit).transpose();
    let flag = |key: &str| object.get(key) == Some(&Value::Bool(true));
    let word = |key: &str| object.get(key).map(text).transpose();
    let one_of = list(&value["oneOf"])?.iter().map(of_constant);
    let one_of = one_of.collect::<Result<Vec<_>, _>>()?;
    Ok(Box::leak(Box::new(Rules {
        min_length: count("minLength"),
        max_length: count("maxLength"),
        pattern: word("pattern")?,
        format: word("format")?,
        minimum: bound("minimum")?,
        maximum: bound("maximum")?,
        exclusive_minimum: flag("exclusiveMinimum"),
        exclusive_maximum: flag("exclusiveMaximum"),
        multiple_of: bound("multipleOf")?,
        min_items: count("minItems"),
        max_items: count("maxItems"),
        unique_items: flag("uniqueItems"),
        min_properties: count("minProperties"),
        max_properties: count("maxProperties"),
        one_of: kept(one_of),
        items: object.get("items").map(rules).transpose()?,
    })))
}

fn of_constant(value: &Value) -> Result<Constant, String> {
    if let Value::Bool(value) = value {
        return Ok(Constant::Boolean(*value));
    }
    Ok(match limit(value)? {
        Limit::Whole(value) => Constant::Integer(value),
        Limit::Float(value) => Constant::Float(value),
    })
}

/// A number; a whole one that not every reader of JSON keeps is `{"whole": "…"}`.
fn limit(value: &Value) -> Result<Limit, String> {
    let whole = value
        .as_i64()
        .map(i128::from)
        .or_else(|| value["whole"].as_str()?.parse().ok());
    let float = || value.as_f64().map(Limit::Float);
    let number = whole.map(Limit::Whole).or_else(float);
    number.ok_or_else(|| format!("expected a number, found {value}"))
}

fn definition(value: &Value) -> Result<Definition, String> {
    let entry = value.as_object().and_then(|object| object.iter().next());
    let Some((word, inner)) = entry else {
        return Err(format!("expected a definition, found {value}"));
    };
    Ok(match word.as_str() {
        "alias" => Definition::Alias(ty(inner)?),
        "enum" => Definition::Enum(texts(inner)?),
        "struct" => Definition::Struct(object(inner)?),
        "union" => Definition::Union(Union {
            members: list(&inner["members"])?
                .iter()
                .map(member)
                .collect::<Result<_, _>>()?,
            decision: decision(&inner["decision"])?,
        }),
        other => return Err(format!("there is no definition `{other}`")),
    })
}

fn object(value: &Value) -> Result<Struct, String> {
    let fields = list(&value["fields"])?.iter().map(field);
    let rest = match &value["rest"] {
        Value::Null => None,
        rest => Some((ty(&rest["type"])?, rules(&rest["rules"])?)),
    };
    let sets = list(&value["requireAny"])?.iter();
    let sets = sets.map(|set| texts(set).map(kept));
    let tags = list(&value["tags"])?.iter();
    let tags = tags.map(|tag| Ok((text(&tag[0])?, text(&tag[1])?)));
    let sides = [("request", Side::Request), ("response", Side::Response)];
    let sides = sides.into_iter().map(|(word, side)| {
        let keys = texts(&value["requiredIn"][word])?;
        Ok((side, keys))
    });
    Ok(Struct {
        tags: tags.collect::<Result<_, String>>()?,
        fields: fields.collect::<Result<_, _>>()?,
        rest,
        rules: rules(&value["rules"])?,
        forbidden: texts(&value["forbidden"])?,
        require_any: sets.collect::<Result<_, _>>()?,
        required_in: sides.collect::<Result<_, String>>()?,
        only_in_requests: texts(&value["onlyInRequests"])?,
    })
}

fn field(value: &Value) -> Result<Field, String> {
    let access = match value["access"].as_str() {
        None => Access::Required,
        Some("nullable") => Access::Nullable,
        Some("optional") => Access::Optional,
        Some("optionalNullable") => Access::OptionalNullable,
        Some(other) => return Err(format!("there is no access `{other}`")),
    };
    let members = list(&value["told"]["members"])?.iter();
    let members = members.map(|told| Ok((text(&told[0])?, number(&told[1])?)));
    let members = members.collect::<Result<Vec<_>, String>>()?;
    let told = match &value["told"]["property"] {
        Value::Null => None,
        property => Some((text(property)?, members)),
    };
    Ok(Field {
        told,
        name: text(&value["name"])?,
        access,
        ty: ty(&value["type"])?,
        rules: rules(&value["rules"])?,
    })
}

fn member(value: &Value) -> Result<Member, String> {
    Ok(Member {
        name: text(&value["name"])?,
        ty: ty(&value["type"])?,
        rules: rules(&value["rules"])?,
        expectation: text(&value["expectation"])?,
    })
}

fn decision(value: &Value) -> Result<Decision, String> {
    let entry = value.as_object().and_then(|object| object.iter().next());
    let Some((word, inner)) = entry else {
        return Err(format!("expected a decision, found {value}"));
    };
    let boxed = |key: &str| decision(&inner[key]).map(Box::new);
    let path = || texts(&inner["path"]).map(kept);
    Ok(match word.as_str() {
        "leaf" => Decision::Leaf(list(inner)?.iter().map(number).collect::<Result<_, _>>()?),
        "kind" => Decision::Kind(kinds(inner)?),
        "tag" => Decision::Tag {
            path: path()?,
            arms: list(&inner["arms"])?
                .iter()
                .map(|arm| Ok((tag(&arm[0])?, decision(&arm[1])?)))
                .collect::<Result<_, String>>()?,
            absent: boxed("absent")?,
            other: boxed("other")?,
            unknown: inner["unknown"] == true,
        },
        "key" => Decision::Key {
            key: text(&inner["key"])?,
            present: boxed("present")?,
            absent: boxed("absent")?,
        },
        "propertyKind" => Decision::PropertyKind {
            path: path()?,
            arms: kinds(&inner["arms"])?,
            absent: boxed("absent")?,
        },
        "firstItem" => Decision::FirstItem {
            item: boxed("item")?,
            empty: boxed("empty")?,
        },
        other => return Err(format!("there is no decision `{other}`")),
    })
}

fn tag(value: &Value) -> Result<Tag, String> {
    match value {
        Value::String(_) => Ok(Tag::String(text(value)?)),
        Value::Bool(value) => Ok(Tag::Boolean(*value)),
        other => match limit(other)? {
            Limit::Whole(value) => Ok(Tag::Integer(value)),
            Limit::Float(_) => Err(format!("expected a tag, found {other}")),
        },
    }
}

fn kinds(value: &Value) -> Result<Vec<(JsonKind, Decision)>, String> {
    let arm = |arm: &Value| {
        let kind = match arm[0].as_str() {
            Some("null") => JsonKind::Null,
            Some("boolean") => JsonKind::Boolean,
            Some("integer") => JsonKind::Integer,
            Some("fraction") => JsonKind::Fraction,
            Some("string") => JsonKind::String,
            Some("array") => JsonKind::Array,
            Some("object") => JsonKind::Object,
            _ => return Err(format!("there is no kind {}", arm[0])),
        };
        Ok((kind, decision(&arm[1])?))
    };
    list(value)?.iter().map(arm).collect()
}
