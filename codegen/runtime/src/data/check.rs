//! Checks a value against a type of a table, as generated code checks it. Knows rules, models and JSON.

use serde_json::{Map, Value};

use super::{Access, Decision, Definition, Field, Group, Place, Schemas, Struct, Tag, Type, Union};
use crate::json::{self, Arena, JsonKind, Node};
use crate::read::{Candidates, Mode, Model, ObjectReader, Reader};
use crate::rules::Rules;
use crate::{Base64, Never, Violations};

impl Place {
    /// Checks a whole value; `root` is how paths begin.
    pub(crate) fn check(&self, node: &Node<'_>, mode: Mode, root: &str) -> Result<(), Violations> {
        let mut read = None;
        let violations = Reader::visit(mode, root, &mut |reader| {
            read = self.schemas.value(self.ty, node, self.rules, reader);
        });
        match read {
            Some(()) if violations.is_empty() => Ok(()),
            _ => Err(violations),
        }
    }

    /// Checks a whole value that is held as such.
    pub(crate) fn check_value(
        &self,
        value: &Value,
        mode: Mode,
        root: &str,
    ) -> Result<(), Violations> {
        self.check(&Arena::new().value(value), mode, root)
    }

    /// Whether a value keeps every rule of what is answered.
    pub(crate) fn fits(&self, value: &Value) -> bool {
        self.check_value(value, Mode::Response, "$").is_ok()
    }
}

impl Group {
    /// Reads all parameters; gathers their values.
    pub(crate) fn read(&self, opened: &mut ObjectReader<'_>, values: &mut Map<String, Value>) {
        // A query may be read again in another way.
        values.clear();
        for field in &self.fields {
            let mut seen = |node: &Node<'_>| {
                values.insert(field.name.to_owned(), node.to_value());
            };
            self.schemas.field(field, opened, &mut seen);
        }
    }
}

impl Schemas {
    /// Reads a value of a type.
    fn value(
        &'static self,
        ty: &'static Type,
        node: &Node<'_>,
        rules: &'static Rules,
        reader: &mut Reader<'_>,
    ) -> Option<()> {
        match ty {
            Type::Unit => <()>::read(node, rules, reader),
            Type::Boolean => bool::read(node, rules, reader).map(drop),
            Type::I32 => i32::read(node, rules, reader).map(drop),
            Type::I64 => i64::read(node, rules, reader).map(drop),
            Type::U64 => u64::read(node, rules, reader).map(drop),
            Type::I128 => i128::read(node, rules, reader).map(drop),
            Type::F64 => f64::read(node, rules, reader).map(drop),
            Type::Text => String::read(node, rules, reader).map(drop),
            Type::Never => Never::read(node, rules, reader).map(drop),
            Type::Base64 => Base64::read(node, rules, reader).map(drop),
            Type::Any => Some(()),
            Type::Object => reader.object(node, rules)?.rest_by(|_, _| Some(())),
            Type::Map(inner) => reader
                .object(node, rules)?
                .rest_by(|node, reader| self.value(inner, node, rules.items(), reader)),
            Type::List(items) => self.list(items, node, rules, reader),
            Type::Option(inner) => match node {
                Node::Null => Some(()),
                _ => self.value(inner, node, rules, reader),
            },
            Type::OneOrMany(inner) => match node {
                Node::Array(_) => self.list(inner, node, rules, reader),
                _ => self.value(inner, node, rules.items(), reader),
            },
            Type::Named(number) => match self.get(*number)? {
                Definition::Alias(ty) => self.value(ty, node, rules, reader),
                Definition::Struct(object) => self.object(object, node, reader),
                Definition::Enum(values) => text_of(values, node, reader),
                Definition::Union(union) => {
                    match reader.told().and_then(|told| union.members.get(told)) {
                        Some(member) => self.value(member.ty, node, member.rules, reader),
                        None => self.decide(union, &union.decision, node, node, reader),
                    }
                }
            },
        }
    }

    fn list(
        &'static self,
        inner: &'static Type,
        node: &Node<'_>,
        rules: &'static Rules,
        reader: &mut Reader<'_>,
    ) -> Option<()> {
        let Node::Array(items) = node else {
            return reader.wrong_type("an array", rules, node);
        };
        if reader.checks_rules() {
            rules.check_items(items, reader);
        }
        let mut all = Some(());
        for (index, item) in items.iter().enumerate() {
            let read = |reader: &mut Reader<'_>| self.value(inner, item, rules.items(), reader);
            all = reader.at_index(index, read).and(all);
        }
        all
    }

    fn object(
        &'static self,
        object: &'static Struct,
        node: &Node<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<()> {
        let mut opened = reader.object(node, object.rules)?;
        let mut all = Some(());
        for (name, value) in &object.tags {
            all = opened.constant(name, value).and(all);
        }
        for field in &object.fields {
            all = self.field(field, &mut opened, &mut |_| {}).and(all);
        }
        if !object.forbidden.is_empty() {
            opened.forbidden(&object.forbidden);
        }
        if !object.require_any.is_empty() {
            opened.require_any(&object.require_any);
        }
        for (side, keys) in &object.required_in {
            opened.required_in(*side, keys);
        }
        if !object.only_in_requests.is_empty() {
            opened.only_in_requests(&object.only_in_requests);
        }
        match &object.rest {
            Some((ty, rules)) => opened
                .rest_by(|node, reader| self.value(ty, node, rules, reader))
                .and(all),
            None => {
                opened.close();
                all
            }
        }
    }

    /// Reads a property; `seen` is told its value.
    fn field(
        &'static self,
        field: &Field,
        opened: &mut ObjectReader<'_>,
        seen: &mut dyn FnMut(&Node<'_>),
    ) -> Option<()> {
        let nullable = matches!(field.access, Access::Nullable | Access::OptionalNullable);
        let (name, ty, rules) = (field.name, field.ty, field.rules);
        if let Some((by, members)) = &field.told {
            opened.told_by(by, name, members);
        }
        match (opened.take(name), field.access) {
            (Some(Node::Null), _) if nullable => {
                seen(&Node::Null);
                Some(())
            }
            (Some(node), _) => {
                opened.read_by(name, |reader| self.value(ty, node, rules, reader))?;
                seen(node);
                Some(())
            }
            (None, Access::Required) => opened.missing(name),
            (None, Access::Nullable) => {
                opened.missing_nullable(name);
                Some(())
            }
            (None, Access::Optional | Access::OptionalNullable) => Some(()),
        }
    }

    /// `subject` is the value under test: the node, or an item of it.
    fn decide(
        &'static self,
        union: &'static Union,
        decision: &'static Decision,
        node: &Node<'_>,
        subject: &Node<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<()> {
        match chosen(decision, subject) {
            Chosen::Members(members) => self.members(union, members, node, reader),
            Chosen::Unknown => {
                let expected = expected(union);
                reader.unknown_member(node, &expected, |_| ())
            }
            Chosen::Nothing => refused(union, node, reader),
        }
    }

    fn members(
        &'static self,
        union: &'static Union,
        members: &'static [usize],
        node: &Node<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<()> {
        let candidates = Tried {
            schemas: self,
            union,
            members,
        };
        match members {
            [] => refused(union, node, reader),
            [_] => candidates.read(0, node, reader),
            _ => reader.first_fit(node, &candidates),
        }
    }
}

/// What the tests of a union say of a value.
pub(super) enum Chosen {
    /// It may be one of these members.
    Members(&'static [usize]),
    /// It has a tag that no member has.
    Unknown,
    /// No member can hold it.
    Nothing,
}

/// The members that a value may be.
pub(super) fn chosen(decision: &'static Decision, subject: &Node<'_>) -> Chosen {
    let by_kind = |arms: &'static [(JsonKind, Decision)], kind: JsonKind| {
        let arm = arms.iter().find(|(known, _)| *known == kind);
        arm.map(|(_, decision)| decision)
    };
    let next = match decision {
        Decision::Leaf(members) => return Chosen::Members(members),
        Decision::Kind(arms) => match by_kind(arms, subject.kind()) {
            Some(next) => next,
            None => return Chosen::Nothing,
        },
        Decision::Tag {
            path,
            arms,
            absent,
            other,
            unknown,
        } => {
            let tag = match subject.tag(path) {
                json::Tag::Absent => return chosen(absent, subject),
                json::Tag::Other => return chosen(other, subject),
                tag => tag,
            };
            let arm = arms.iter().find(|(known, _)| match (known, &tag) {
                (Tag::String(a), json::Tag::String(b)) => a == b,
                (Tag::Boolean(a), json::Tag::Boolean(b)) => a == b,
                (Tag::Integer(a), json::Tag::Integer(b)) => a == b,
                _ => false,
            });
            match arm {
                Some((_, decision)) => decision,
                None if *unknown && matches!(tag, json::Tag::String(_)) => {
                    return Chosen::Unknown;
                }
                None => other,
            }
        }
        Decision::Key {
            key,
            present,
            absent,
        } => match subject.has_key(key) {
            true => present,
            false => absent,
        },
        Decision::PropertyKind { path, arms, absent } => match subject.property_kind(path) {
            Some(kind) => match by_kind(arms, kind) {
                Some(next) => next,
                None => return Chosen::Nothing,
            },
            None => absent,
        },
        Decision::FirstItem { item, empty } => match subject.first_item() {
            Some(first) => return chosen(item, first),
            None => empty,
        },
    };
    chosen(next, subject)
}

fn refused(union: &Union, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<()> {
    reader.no_member(node, &expected(union))
}

fn expected(union: &Union) -> Vec<(&'static str, &'static str)> {
    let members = union.members.iter();
    members.map(|m| (m.name, m.expectation)).collect()
}

fn text_of(values: &[&'static str], node: &Node<'_>, reader: &mut Reader<'_>) -> Option<()> {
    let Node::String(text) = node else {
        return reader.wrong_type("text", &Rules::NONE, node);
    };
    if !values.contains(&&**text) {
        reader.unknown_value(node, values);
    }
    Some(())
}

/// Members that are tried one after the other.
struct Tried {
    schemas: &'static Schemas,
    union: &'static Union,
    members: &'static [usize],
}

impl Tried {
    fn member(&self, index: usize) -> Option<&'static super::Member> {
        self.union.members.get(*self.members.get(index)?)
    }
}

impl Candidates<()> for Tried {
    fn count(&self) -> usize {
        self.members.len()
    }

    fn name(&self, index: usize) -> &str {
        self.member(index).map_or("", |member| member.name)
    }

    fn read(&self, index: usize, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<()> {
        let member = self.member(index)?;
        reader.as_member(|reader| self.schemas.value(member.ty, node, member.rules, reader))
    }
}
