//! Feeds `openapiv3` one node at a time, children cut off, so that one bad node costs one item and its
//! error names that node. Keeps beside each schema what `openapiv3` drops. Knows nothing of the IR.

use openapiv3::{AdditionalProperties, AnySchema, Discriminator, ReferenceOr, SchemaKind, Type};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::pointer::Pointer;

/// The codes that parsing raises.
pub(crate) const CODES: &[&Code] = &[&INVALID_NODE];

static INVALID_NODE: Code = Code {
    name: "invalid-node",
    severity: Severity::Error,
    explanation: "The node is not what the OpenAPI specification puts at this place, and no repair fits; \
                  the operations that need it are skipped.",
};

/// A node of the document together with its address.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    pub(crate) value: &'d Value,
    pub(crate) pointer: Pointer,
}

impl<'d> Node<'d> {
    /// The member with this key, if this is an object that has it.
    pub(crate) fn member(&self, key: &str) -> Option<Node<'d>> {
        let value = self.value.get(key)?;
        Some(Node {
            value,
            pointer: self.pointer.child(key),
        })
    }

    /// All members of an object, in the order of the document.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'d String, Node<'d>)> + use<'d> {
        let pointer = self.pointer.clone();
        self.value
            .as_object()
            .into_iter()
            .flatten()
            .map(move |(key, value)| {
                let pointer = pointer.child(key);
                (key, Node { value, pointer })
            })
    }

    /// All elements of an array.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let pointer = self.pointer.clone();
        self.value
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
            .map(move |(index, value)| Node {
                value,
                pointer: pointer.index(index),
            })
    }

    /// The text of a string member.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    /// The target of `$ref`, if this node is a reference.
    pub(crate) fn reference(&self) -> Option<&'d str> {
        self.text("$ref")
    }
}

/// A schema without its children, every keyword in one struct whatever `openapiv3` made of it.
#[derive(Clone, Debug)]
pub(crate) struct Schema<'d> {
    pub(crate) node: Node<'d>,
    pub(crate) discriminator: Option<Discriminator>,
    pub(crate) keywords: AnySchema,
    /// `format` as written: `openapiv3` sorts the known ones into an enum per type.
    pub(crate) format: Option<&'d str>,
    /// `enum` as written: `openapiv3` cannot tell an empty list from none.
    pub(crate) values: Option<&'d Vec<Value>>,
}

impl<'d> Schema<'d> {
    /// The properties, as nodes.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (&'d String, Node<'d>)> + use<'d> {
        self.node
            .member("properties")
            .into_iter()
            .flat_map(|node| node.members())
    }

    /// The members of `allOf`, `oneOf` or `anyOf`, as nodes.
    pub(crate) fn list(&self, keyword: &str) -> Vec<Node<'d>> {
        self.node
            .member(keyword)
            .map(|node| node.elements().collect())
            .unwrap_or_default()
    }
}

/// Parses one schema object; its child schemas are not looked at.
pub(crate) fn schema<'d>(node: &Node<'d>) -> Result<Schema<'d>, Diagnostic> {
    let shallow: openapiv3::Schema = shallow(node, |keyword, value| match (keyword, value) {
        ("properties", Value::Object(_)) => Child::Empty,
        ("oneOf" | "anyOf" | "allOf", Value::Array(_)) => Child::EmptyList,
        ("items" | "not", _) | ("additionalProperties", Value::Object(_)) => Child::Placeholder,
        // Read from the node: as doubles they would be others.
        ("minimum" | "maximum" | "multipleOf", Value::Number(_)) => Child::Drop,
        // Never needed for types, and sometimes large.
        ("example" | "externalDocs", _) => Child::Drop,
        (extension, _) if extension.starts_with("x-") => Child::Drop,
        _ => Child::Keep,
    })?;
    Ok(Schema {
        node: node.clone(),
        discriminator: shallow.schema_data.discriminator,
        keywords: keywords(shallow.schema_kind),
        format: node.text("format"),
        values: node.value.get("enum").and_then(Value::as_array),
    })
}

/// Parses one operation; parameters, bodies and responses are not looked at.
pub(crate) fn operation(node: &Node<'_>) -> Result<openapiv3::Operation, Diagnostic> {
    shallow(node, |keyword, _| match keyword {
        "parameters" | "requestBody" | "callbacks" => Child::Drop,
        "responses" => Child::Empty,
        _ => Child::Keep,
    })
}

/// Parses one parameter; its schema is not looked at.
pub(crate) fn parameter(node: &Node<'_>) -> Result<openapiv3::Parameter, Diagnostic> {
    shallow(node, schema_holder)
}

/// Parses one header; its schema is not looked at.
pub(crate) fn header(node: &Node<'_>) -> Result<openapiv3::Header, Diagnostic> {
    shallow(node, schema_holder)
}

/// Parses one request body; its media types are not looked at.
pub(crate) fn request_body(node: &Node<'_>) -> Result<openapiv3::RequestBody, Diagnostic> {
    shallow(node, |keyword, _| match keyword {
        "content" => Child::Empty,
        _ => Child::Keep,
    })
}

/// Parses one response; its headers and media types are not looked at.
pub(crate) fn response(node: &Node<'_>) -> Result<openapiv3::Response, Diagnostic> {
    shallow(node, |keyword, _| match keyword {
        "content" | "headers" | "links" => Child::Empty,
        _ => Child::Keep,
    })
}

fn schema_holder(keyword: &str, _: &Value) -> Child {
    match keyword {
        "schema" => Child::Placeholder,
        "content" => Child::Empty,
        "example" | "examples" => Child::Drop,
        _ => Child::Keep,
    }
}

/// What becomes of a member of a node before `openapiv3` sees it.
enum Child {
    Keep,
    Drop,
    Empty,
    EmptyList,
    Placeholder,
}

fn shallow<T: for<'a> Deserialize<'a>>(
    node: &Node<'_>,
    child: impl Fn(&str, &Value) -> Child,
) -> Result<T, Diagnostic> {
    let Some(object) = node.value.as_object() else {
        return Err(invalid(
            node,
            format!("expected an object, found {}", kind(node.value)),
        ));
    };
    let mut copy = Map::new();
    for (keyword, value) in object {
        let value = match child(keyword, value) {
            Child::Keep => value.clone(),
            Child::Drop => continue,
            Child::Empty => Value::Object(Map::new()),
            Child::Placeholder => placeholder(),
            Child::EmptyList => Value::Array(Vec::new()),
        };
        copy.insert(keyword.clone(), value);
    }
    T::deserialize(&Value::Object(copy)).map_err(|error| invalid(node, error.to_string()))
}

fn placeholder() -> Value {
    Value::Object(Map::from_iter([(
        "$ref".to_string(),
        Value::String("#".into()),
    )]))
}

fn invalid(node: &Node<'_>, message: String) -> Diagnostic {
    Diagnostic::new(&INVALID_NODE, node.pointer.clone(), message).with_help(
        "mend the document with an overlay, or report it: a fault that published documents have deserves a \
         repair",
    )
}

/// The name of a value's JSON type, for messages.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// `openapiv3` sorts schemas into kinds by the keywords that are there; the lowering wants all of them alike.
fn keywords(kind: SchemaKind) -> AnySchema {
    let none = AnySchema::default();
    match kind {
        SchemaKind::Any(any) => any,
        SchemaKind::OneOf { one_of } => AnySchema { one_of, ..none },
        SchemaKind::AllOf { all_of } => AnySchema { all_of, ..none },
        SchemaKind::AnyOf { any_of } => AnySchema { any_of, ..none },
        SchemaKind::Not { not } => AnySchema {
            not: Some(not),
            ..none
        },
        SchemaKind::Type(Type::String(string)) => AnySchema {
            typ: Some("string".into()),
            pattern: string.pattern,
            min_length: string.min_length,
            max_length: string.max_length,
            ..none
        },
        SchemaKind::Type(Type::Number(number)) => AnySchema {
            typ: Some("number".into()),
            exclusive_minimum: Some(number.exclusive_minimum),
            exclusive_maximum: Some(number.exclusive_maximum),
            ..none
        },
        SchemaKind::Type(Type::Integer(integer)) => AnySchema {
            typ: Some("integer".into()),
            exclusive_minimum: Some(integer.exclusive_minimum),
            exclusive_maximum: Some(integer.exclusive_maximum),
            ..none
        },
        SchemaKind::Type(Type::Boolean(_)) => AnySchema {
            typ: Some("boolean".into()),
            ..none
        },
        SchemaKind::Type(Type::Object(object)) => AnySchema {
            typ: Some("object".into()),
            properties: object.properties,
            required: object.required,
            additional_properties: object.additional_properties,
            min_properties: object.min_properties,
            max_properties: object.max_properties,
            ..none
        },
        SchemaKind::Type(Type::Array(array)) => AnySchema {
            typ: Some("array".into()),
            items: array.items,
            min_items: array.min_items,
            max_items: array.max_items,
            unique_items: Some(array.unique_items),
            ..none
        },
    }
}

/// What `additionalProperties` says.
pub(crate) enum Additional {
    Unsaid,
    Anything,
    Nothing,
    Typed,
}

/// Reads `additionalProperties` of a shallow schema.
pub(crate) fn additional(keywords: &AnySchema, node: &Node<'_>) -> Additional {
    match &keywords.additional_properties {
        None => Additional::Unsaid,
        Some(AdditionalProperties::Any(true)) => Additional::Anything,
        Some(AdditionalProperties::Any(false)) => Additional::Nothing,
        Some(AdditionalProperties::Schema(schema)) => {
            debug_assert!(matches!(**schema, ReferenceOr::Reference { .. }));
            match node.value.get("additionalProperties") {
                Some(Value::Object(schema)) if schema.is_empty() => Additional::Anything,
                _ => Additional::Typed,
            }
        }
    }
}
