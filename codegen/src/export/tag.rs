//! What a mapping says of the members of a union. Knows the IR.

use serde_json::{Map, Value, json};

use crate::exact::whole_value;
use crate::ir::{Api, Decision, Field, JsonKind, Kind, Member, Shape, TagValue, Type, Union};

/// How the property that a mapping is about decides: what members themselves need not say.
pub(super) struct Tag<'u> {
    property: &'u str,
    arms: &'u [(TagValue, Decision)],
    absent: &'u Decision,
    other: &'u Decision,
}

impl<'u> Tag<'u> {
    pub(super) fn of(union: &'u Union) -> Option<Self> {
        let stated = union.discriminator.as_ref();
        let stated = stated.filter(|stated| !stated.mapping.is_empty())?;
        let of_objects = match &union.decision {
            Decision::Kind(arms) => &arms.iter().find(|(kind, _)| *kind == JsonKind::Object)?.1,
            decision => decision,
        };
        let Decision::Tag {
            path,
            arms,
            absent,
            other,
        } = of_objects
        else {
            return None;
        };
        (*path == [stated.property.as_str()]).then_some(Self {
            property: &stated.property,
            arms,
            absent,
            other,
        })
    }

    /// What the property must be for a value to be read as a member, where the member does not say it.
    pub(super) fn rule(&self, api: &Api, index: usize, member: &Member) -> Option<Value> {
        let (own, foreign): (Vec<_>, Vec<_>) = self
            .arms
            .iter()
            .partition(|(_, decision)| leads(decision, index));
        let (own, foreign) = (values(&own), values(&foreign));
        let (other, absent) = (leads(self.other, index), leads(self.absent, index));
        if own.is_empty() && !other && !absent {
            // No object is read as this member.
            return None;
        }
        let field = field(api, &member.ty, self.property);
        let values = match (other, own.as_slice()) {
            (true, _) => (!foreign.is_empty()).then(|| json!({ "not": one_of(&foreign) })),
            (false, []) => Some(json!({ "not": {} })),
            (false, own) => {
                let said = field.is_some_and(|field| is_among(api, &field.ty, own));
                (!said).then(|| one_of(own))
            }
        };
        let required = !absent && !field.is_some_and(Field::is_required);
        let mut rule = Map::new();
        if let Some(values) = values {
            rule.insert("properties".to_string(), json!({ self.property: values }));
        }
        if required {
            rule.insert("required".to_string(), json!([self.property]));
        }
        (!rule.is_empty()).then(|| rule.into())
    }
}

/// Whether some value that comes here is read as the member.
fn leads(decision: &Decision, member: usize) -> bool {
    match decision {
        Decision::Undecided => false,
        Decision::Leaf(members) => members.contains(&member),
        Decision::Kind(arms) => arms.iter().any(|(_, to)| leads(to, member)),
        Decision::Tag {
            arms,
            absent,
            other,
            ..
        } => {
            arms.iter().any(|(_, to)| leads(to, member))
                || leads(absent, member)
                || leads(other, member)
        }
        Decision::Key {
            present, absent, ..
        } => leads(present, member) || leads(absent, member),
        Decision::PropertyKind { arms, absent, .. } => {
            arms.iter().any(|(_, to)| leads(to, member)) || leads(absent, member)
        }
        Decision::FirstItem { item, empty } => leads(item, member) || leads(empty, member),
    }
}

/// A property of a struct.
fn field<'a>(api: &'a Api, ty: &'a Type, name: &str) -> Option<&'a Field> {
    match shape(api, ty)? {
        Shape::Struct(object) => object.fields.iter().find(|field| field.wire == name),
        Shape::Alias(_) | Shape::Enum(_) | Shape::Union(_) => None,
    }
}

/// Whether a type has no other values than these.
fn is_among(api: &Api, ty: &Type, values: &[&TagValue]) -> bool {
    let Some(Shape::Enum(texts)) = shape(api, ty).filter(|_| !ty.nullable) else {
        return false;
    };
    let mut texts = texts.variants.iter().map(|variant| variant.value.clone());
    texts.all(|text| values.contains(&&TagValue::String(text)))
}

fn shape<'a>(api: &'a Api, ty: &'a Type) -> Option<&'a Shape> {
    match api.types.resolve(ty).0 {
        Kind::Named(id) => Some(&api.types.body(*id).shape),
        _ => None,
    }
}

/// In an order that does not depend on that of the document.
fn values<'d>(arms: &[&'d (TagValue, Decision)]) -> Vec<&'d TagValue> {
    let mut values: Vec<_> = arms.iter().map(|(value, _)| value).collect();
    values.sort();
    values
}

fn one_of(values: &[&TagValue]) -> Value {
    let all: Vec<Value> = values.iter().map(|value| constant(value)).collect();
    let texts = all.iter().all(Value::is_string);
    match texts {
        true => json!({ "type": "string", "enum": all }),
        false => json!({ "enum": all }),
    }
}

fn constant(value: &TagValue) -> Value {
    match value {
        TagValue::String(text) => text.as_str().into(),
        TagValue::Boolean(flag) => (*flag).into(),
        TagValue::Integer(number) => whole_value(*number),
    }
}
