//! The types of an API as a program would write them with serde's derives: what generated types are compared with.

use std::fmt::Write as _;

use kibana_codegen::ir::{
    self, Additional, Api, Decision, Field, Kind, Presence, Shape, Struct, TagValue, Type, TypeId,
    Union,
};

/// How a value finds its member of a union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unions {
    /// By trial.
    Untagged,
    /// By a property, where one property tells all members apart; else by trial.
    Tagged,
}

/// What becomes of properties that an object does not declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// They go to a flattened map, as generated types keep them.
    Kept,
    /// They are lost.
    Dropped,
}

/// A Rust module with a type `Root`, and all that it needs.
#[must_use]
pub fn module(api: &Api, root: TypeId, unions: Unions, unknown: Unknown) -> String {
    let mut writer = Writer {
        api,
        unions,
        unknown,
        text: HEAD.to_string(),
    };
    let _ = writeln!(writer.text, "pub type Root = T{};", root.0);
    for id in ir::reachable(&api.types, [Type::new(Kind::Named(root))]) {
        writer.definition(id);
    }
    writer.text
}

const HEAD: &str = "#![allow(dead_code, unused_imports)]
use std::collections::BTreeMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
pub enum OneOrMany<T> { One(T), Many(Vec<T>) }

";

const DERIVE: &str = "#[derive(Deserialize, Serialize)]";

struct Writer<'a> {
    api: &'a Api,
    unions: Unions,
    unknown: Unknown,
    text: String,
}

impl Writer<'_> {
    fn definition(&mut self, id: TypeId) {
        let name = format!("T{}", id.0);
        match &self.api.types[id].shape {
            Shape::Alias(ty) => {
                let _ = writeln!(self.text, "pub type {name} = {};", rust(ty));
            }
            Shape::Struct(object) => self.object(&name, object, None),
            Shape::Enum(list) => {
                let _ = writeln!(self.text, "{DERIVE}\npub enum {name} {{");
                for (index, variant) in list.variants.iter().enumerate() {
                    let value = &variant.value;
                    let _ = writeln!(self.text, "    #[serde(rename = {value:?})] V{index},");
                }
                self.text.push_str("}\n");
            }
            Shape::Union(union) => self.union(&name, union),
        }
    }

    fn object(&mut self, name: &str, object: &Struct, without: Option<&str>) {
        let _ = writeln!(self.text, "{DERIVE}\npub struct {name} {{");
        for (index, field) in object.fields.iter().enumerate() {
            if Some(field.wire.as_str()) != without {
                self.field(index, field);
            }
        }
        let rest = match &object.additional {
            Additional::Typed(ty) => Some(format!("BTreeMap<String, {}>", rust(ty))),
            Additional::Any if self.unknown == Unknown::Kept => Some("Map<String, Value>".into()),
            Additional::Any | Additional::Closed => None,
        };
        if let Some(rest) = rest {
            let _ = writeln!(self.text, "    #[serde(flatten)] rest: {rest},");
        }
        self.text.push_str("}\n");
    }

    fn field(&mut self, index: usize, field: &Field) {
        let inner = match field.boxed {
            true => format!("Box<{}>", rust(&field.ty)),
            false => rust(&field.ty),
        };
        let wire = &field.wire;
        let _ = match field.presence {
            Presence::Required => {
                writeln!(
                    self.text,
                    "    #[serde(rename = {wire:?})] f{index}: {inner},"
                )
            }
            Presence::Optional | Presence::Lenient | Presence::OnItsSide => writeln!(
                self.text,
                "    #[serde(rename = {wire:?}, skip_serializing_if = \"Option::is_none\")] f{index}: Option<{inner}>,"
            ),
        };
    }

    fn union(&mut self, name: &str, union: &Union) {
        let tags = match self.unions {
            Unions::Tagged => tags(self.api, union),
            Unions::Untagged => None,
        };
        if let Some((property, members)) = tags {
            for (index, (_, object)) in members.iter().enumerate() {
                self.object(&format!("{name}M{index}"), object, Some(property));
            }
            let _ = writeln!(
                self.text,
                "{DERIVE}\n#[serde(tag = {property:?})]\npub enum {name} {{"
            );
            for (index, (value, _)) in members.iter().enumerate() {
                let _ = writeln!(
                    self.text,
                    "    #[serde(rename = {value:?})] M{index}({name}M{index}),"
                );
            }
        } else {
            let _ = writeln!(
                self.text,
                "{DERIVE}\n#[serde(untagged)]\npub enum {name} {{"
            );
            for (index, member) in union.members.iter().enumerate() {
                let inner = rust(&member.ty);
                let _ = match member.boxed {
                    true => writeln!(self.text, "    M{index}(Box<{inner}>),"),
                    false => writeln!(self.text, "    M{index}({inner}),"),
                };
            }
        }
        self.text.push_str("}\n");
    }
}

/// The property that tells all members apart, with its value for each, and what they are.
fn tags<'a>(api: &'a Api, union: &'a Union) -> Option<(&'a str, Vec<(&'a str, &'a Struct)>)> {
    let Decision::Tag { path, arms, .. } = &union.decision else {
        return None;
    };
    let [property] = path.as_slice() else {
        return None;
    };
    let member = |index: usize| {
        let mut values = arms
            .iter()
            .filter(|(_, leaf)| *leaf == Decision::Leaf(vec![index]));
        let (Some((TagValue::String(value), _)), None) = (values.next(), values.next()) else {
            return None;
        };
        let Kind::Named(id) = union.members[index].ty.kind else {
            return None;
        };
        match &api.types[id].shape {
            Shape::Struct(object) => Some((value.as_str(), object)),
            _ => None,
        }
    };
    let members = (0..union.members.len()).map(member);
    Some((property, members.collect::<Option<_>>()?))
}

fn rust(ty: &Type) -> String {
    let text = match &ty.kind {
        Kind::Any { .. } | Kind::Null | Kind::Never | Kind::Replaced(_) => {
            return "Value".to_string();
        }
        Kind::Boolean { .. } => "bool".to_string(),
        Kind::Integer(_) => "i64".to_string(),
        Kind::Number(_) => "f64".to_string(),
        Kind::String(_) | Kind::Base64 | Kind::Binary(_) => "String".to_string(),
        Kind::Object(_) => "Map<String, Value>".to_string(),
        Kind::Map(values, _) => format!("BTreeMap<String, {}>", rust(values)),
        Kind::Array(array) => format!("Vec<{}>", rust(&array.items)),
        Kind::OneOrMany(inner, _) => format!("OneOrMany<{}>", rust(inner)),
        Kind::Named(id) => format!("T{}", id.0),
    };
    match ty.nullable {
        true => format!("Option<{text}>"),
        false => text,
    }
}
