//! What the value of a keyword looks like, and how to read one that nearly does. Knows no construct.

use serde_json::{Map, Number, Value};

use crate::exact::{Exact, whole_value};

/// What the value of a keyword must be, as far as `openapiv3` insists on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything, `null` included.
    Any,
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A whole number of 0 or more.
    Count,
    /// `true`, `false` (3.0) or a number (3.1).
    Bound,
    /// A list of strings.
    Texts,
    /// A list.
    List,
    /// An object.
    Map,
    /// The name of a type (3.0), or a list of names (3.1).
    Type,
    /// A list of values.
    Values,
    /// A part of the document that `parse` reads and reports on.
    Part,
    /// A schema, or `true` or `false`.
    SchemaOrBoolean,
    /// A link to documentation.
    Docs,
    /// A discriminator.
    Discriminator,
    /// Security requirements.
    Security,
    /// Servers.
    Servers,
    /// Named examples.
    Examples,
}

impl Shape {
    /// How messages call it.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Any | Self::Part => "a value",
            Self::Text => "text",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Count => "a whole number of 0 or more",
            Self::Bound => "true, false or a number",
            Self::Texts => "a list of texts",
            Self::List | Self::Values => "a list",
            Self::Map => "an object",
            Self::SchemaOrBoolean => "a schema, true or false",
            Self::Type => "the name of a type",
            Self::Docs => "an object with a `url`",
            Self::Discriminator => "an object with a `propertyName`",
            Self::Security => "a list of security requirements",
            Self::Servers => "a list of servers, each with a `url`",
            Self::Examples => "an object of examples",
        }
    }

    /// Whether `openapiv3` (after the 3.1 repairs) reads the value.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Any | Self::Part => true,
            Self::Text => value.is_string(),
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Count => value.is_u64(),
            Self::Bound => value.is_boolean() || value.is_number(),
            Self::Texts => is_list_of(value, Value::is_string),
            Self::List | Self::Values => value.is_array(),
            Self::Map => value.is_object(),
            Self::SchemaOrBoolean => value.is_object() || value.is_boolean(),
            Self::Type => value.is_string() || is_list_of(value, Value::is_string),
            Self::Docs => has_text(value, "url"),
            Self::Discriminator => {
                has_text(value, "propertyName") && is_map_of(value.get("mapping"), Value::is_string)
            }
            Self::Security => is_list_of(value, |requirement| {
                requirement.is_object()
                    && is_map_of(Some(requirement), |scopes| {
                        is_list_of(scopes, Value::is_string)
                    })
            }),
            Self::Servers => is_list_of(value, |server| {
                has_text(server, "url")
                    && is_map_of(server.get("variables"), |variable| {
                        has_text(variable, "default")
                    })
            }),
            Self::Examples => value.is_object() && is_map_of(Some(value), Value::is_object),
        }
    }

    /// Whether the value could be that of a keyword that is written in another way.
    pub(super) fn suggests(self, value: &Value) -> bool {
        match self {
            Self::Any => false,
            Self::Part => value.is_object() || value.is_array(),
            shape => shape.fits(value) || shape.read(value).is_some(),
        }
    }

    /// The value that was meant, when it can be told; and what had to be left out of it.
    pub(super) fn read(self, value: &Value) -> Option<Reading> {
        match (self, value) {
            // For `suggests`: the text itself is as the document spells it.
            (Self::Text, Value::Number(_) | Value::Bool(_)) => {
                Some(Value::String(value.to_string()).into())
            }
            (Self::Boolean | Self::SchemaOrBoolean, Value::String(text)) => {
                boolean(text).map(Into::into)
            }
            (Self::Bound, Value::String(text)) => {
                boolean(text).or_else(|| number(text)).map(Into::into)
            }
            (Self::Number, Value::String(text)) => number(text).map(Into::into),
            (Self::Count, Value::String(text)) => count(&number(text)?).map(Into::into),
            (Self::Count, Value::Number(_)) => count(value).map(Into::into),
            (Self::Texts, Value::String(_)) | (Self::List, Value::Object(_)) => {
                Some(Value::Array(vec![value.clone()]).into())
            }
            (Self::Values, Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                Some(Value::Array(vec![value.clone()]).into())
            }
            (Self::Texts, Value::Array(entries)) => Some(texts(entries)),
            (Self::Type, Value::Array(entries)) => Some(type_names(entries)),
            (Self::Discriminator, Value::String(_)) => {
                Some(object("propertyName", value.clone()).into())
            }
            (Self::Discriminator, Value::Object(_)) => mapping(value),
            (Self::Security, _) => security(value).map(Into::into),
            (Self::Examples, Value::Array(examples)) => Some(numbered(examples).into()),
            (Self::Examples, Value::Object(examples)) => Some(wrapped(examples).into()),
            _ => None,
        }
    }
}

/// What a value of the wrong shape was read as.
pub(super) struct Reading {
    /// The value that was meant.
    pub(super) value: Value,
    /// Parts of the old value that mean nothing here.
    pub(super) left_out: Vec<Value>,
}

impl From<Value> for Reading {
    fn from(value: Value) -> Self {
        Self {
            value,
            left_out: Vec::new(),
        }
    }
}

fn is_list_of(value: &Value, test: impl Fn(&Value) -> bool) -> bool {
    value
        .as_array()
        .is_some_and(|entries| entries.iter().all(test))
}

fn is_map_of(value: Option<&Value>, test: impl Fn(&Value) -> bool) -> bool {
    match value {
        None => true,
        Some(Value::Object(members)) => members.values().all(test),
        Some(_) => false,
    }
}

fn has_text(value: &Value, key: &str) -> bool {
    value.get(key).is_some_and(Value::is_string)
}

fn object(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_string(), value)]))
}

fn boolean(text: &str) -> Option<Value> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// The number that a text spells.
pub(super) fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

/// A number without fraction as an integer, when 64 bits hold it.
pub(super) fn integer(value: &Value) -> Option<Value> {
    let whole = Exact::of_value(value)?.whole().map(whole_value)?;
    (!whole.is_f64()).then_some(whole)
}

fn count(value: &Value) -> Option<Value> {
    integer(value)?.as_u64().map(Value::from)
}

/// Numbers become texts; what else is no text is left out.
fn texts(entries: &[Value]) -> Reading {
    let mut reading = Reading::from(Value::Null);
    let mut kept = Vec::with_capacity(entries.len());
    for entry in entries {
        match entry {
            Value::String(_) => kept.push(entry.clone()),
            Value::Number(number) => kept.push(Value::String(number.to_string())),
            other => reading.left_out.push(other.clone()),
        }
    }
    reading.value = Value::Array(kept);
    reading
}

/// `null` in a list of types is the type of that name: YAML reads the bare word as a value.
fn type_names(entries: &[Value]) -> Reading {
    let named: Vec<Value> = entries
        .iter()
        .map(|entry| match entry {
            Value::Null => Value::String("null".to_string()),
            other => other.clone(),
        })
        .collect();
    let (kept, left_out) = named.into_iter().partition(Value::is_string);
    Reading {
        value: Value::Array(kept),
        left_out,
    }
}

fn mapping(value: &Value) -> Option<Reading> {
    if !has_text(value, "propertyName") {
        return None;
    }
    let mut members = value.as_object()?.clone();
    let mut left_out = Vec::new();
    match members.get_mut("mapping") {
        Some(Value::Object(mapping)) => mapping.retain(|_, target| {
            let keep = target.is_string();
            if !keep {
                left_out.push(target.take());
            }
            keep
        }),
        _ => left_out.extend(members.shift_remove("mapping")),
    }
    Some(Reading {
        value: Value::Object(members),
        left_out,
    })
}

fn security(value: &Value) -> Option<Value> {
    let mut requirements = match value {
        Value::Object(_) => vec![value.clone()],
        Value::Array(requirements) => requirements.clone(),
        _ => return None,
    };
    for requirement in &mut requirements {
        for scopes in requirement.as_object_mut()?.values_mut() {
            if scopes.is_null() {
                *scopes = Value::Array(Vec::new());
            }
        }
    }
    let value = Value::Array(requirements);
    Shape::Security.fits(&value).then_some(value)
}

fn numbered(examples: &[Value]) -> Value {
    let named = examples.iter().enumerate().map(|(index, example)| {
        let name = format!("example{}", index + 1);
        (name, object("value", example.clone()))
    });
    Value::Object(named.collect())
}

fn wrapped(examples: &Map<String, Value>) -> Value {
    let wrapped = examples.iter().map(|(name, example)| {
        let example = match example {
            Value::Object(_) => example.clone(),
            bare => object("value", bare.clone()),
        };
        (name.clone(), example)
    });
    Value::Object(wrapped.collect())
}
