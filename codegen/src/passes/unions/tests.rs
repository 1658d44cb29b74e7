//! Unit tests of union discrimination, on IR built by hand.

mod soundness;

use super::*;
use crate::ir::*;
use crate::pointer::Pointer;

/// Builds the IR of one union at a time.
#[derive(Default)]
pub(super) struct Ir {
    pub(super) api: Api,
}

impl Ir {
    pub(super) fn define(&mut self, name: &str, shape: Shape) -> TypeId {
        self.define_at(Place::Component(name.to_string()), name, shape)
    }

    fn define_inline(&mut self, parent: TypeId, name: &str, shape: Shape) -> TypeId {
        let steps = vec![Step::Member];
        self.define_at(Place::Child { parent, steps }, name, shape)
    }

    fn define_at(&mut self, place: Place, name: &str, shape: Shape) -> TypeId {
        self.api.types.add(TypeDef {
            place,
            pointer: Pointer::root().child(name),
            docs: Docs::default(),
            shape,
            name: String::new(),
            same_as: None,
            home: Home::default(),
            usage: Usage::default(),
        })
    }

    /// A component that is an open object, as a member.
    fn open(&mut self, name: &str, fields: Vec<Field>) -> Member {
        self.object(name, fields, Additional::Any)
    }

    /// A component that is a closed object, as a member.
    fn closed(&mut self, name: &str, fields: Vec<Field>) -> Member {
        self.object(name, fields, Additional::Closed)
    }

    fn object(&mut self, name: &str, fields: Vec<Field>, additional: Additional) -> Member {
        let id = self.define(name, Shape::Struct(structure(fields, additional)));
        member(name, named(id))
    }

    pub(super) fn values(&mut self, values: &[&str]) -> Type {
        let variants = values.iter().map(|value| EnumVariant {
            value: value.to_string(),
            ident: String::new(),
        });
        let variants = variants.collect();
        named(self.define("values", Shape::Enum(Enum { variants })))
    }

    /// A required property with the given string values.
    fn tag(&mut self, wire: &str, values: &[&str]) -> Field {
        let ty = self.values(values);
        required(wire, ty)
    }

    fn union(&mut self, members: Vec<Member>) -> TypeId {
        self.define("Union", Shape::Union(union(members)))
    }

    fn run(&mut self) -> Diagnostics {
        super::run(&mut self.api)
    }

    /// Runs the pass on a union and prints what it decided.
    fn decide(mut self, members: Vec<Member>) -> String {
        let id = self.union(members);
        let diagnostics = self.run();
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        self.show(id)
    }

    /// Like [`Ir::decide`], with a discriminator.
    fn decide_by(
        mut self,
        members: Vec<Member>,
        property: &str,
        mapping: &[(&str, usize)],
    ) -> (String, Vec<&'static str>) {
        let id = self.discriminated("Union", members, property, mapping);
        let diagnostics = self.run();
        let codes = diagnostics.iter().map(|d| d.code.name).collect();
        (self.show(id), codes)
    }

    fn discriminated(
        &mut self,
        name: &str,
        members: Vec<Member>,
        property: &str,
        mapping: &[(&str, usize)],
    ) -> TypeId {
        let discriminator = Discriminator {
            property: property.to_string(),
            mapping: mapping.iter().map(|(v, i)| (v.to_string(), *i)).collect(),
        };
        let union = Union {
            discriminator: Some(discriminator),
            ..union(members)
        };
        self.define(name, Shape::Union(union))
    }

    fn show(&self, id: TypeId) -> String {
        match &self.api.types[id].shape {
            Shape::Union(union) => {
                format!("{:?}: {}", union.strategy, show(&union.decision, union))
            }
            Shape::Alias(Type {
                kind: Kind::Named(id),
                ..
            }) => format!("alias of {:?}", self.api.types[*id].place),
            shape => format!("{shape:?}"),
        }
    }
}

pub(super) fn show(decision: &Decision, union: &Union) -> String {
    let tree = |d: &Decision| show(d, union);
    match decision {
        Decision::Undecided => "undecided".to_string(),
        Decision::Leaf(members) if members.is_empty() => "none".to_string(),
        Decision::Leaf(members) => {
            let names = members.iter().map(|m| union.members[*m].ident.as_str());
            names.collect::<Vec<_>>().join("|")
        }
        Decision::Kind(arms) => {
            let arms = arms
                .iter()
                .map(|(kind, d)| format!("{kind:?}: {}", tree(d)));
            format!("kind {{{}}}", arms.collect::<Vec<_>>().join(", "))
        }
        Decision::Tag {
            path,
            arms,
            absent,
            other,
        } => {
            let arms = arms.iter().map(|(value, d)| match value {
                TagValue::String(s) => format!("{s}: {}, ", tree(d)),
                TagValue::Boolean(b) => format!("{b}: {}, ", tree(d)),
                TagValue::Integer(n) => format!("{n}: {}, ", tree(d)),
            });
            let arms: String = arms.collect();
            let path = path.join(".");
            format!(
                "{path} {{{arms}absent: {}, other: {}}}",
                tree(absent),
                tree(other)
            )
        }
        Decision::Key {
            key,
            present,
            absent,
        } => format!("has {key} {{yes: {}, no: {}}}", tree(present), tree(absent)),
        Decision::PropertyKind { path, arms, absent } => {
            let arms = arms
                .iter()
                .map(|(kind, d)| format!("{kind:?}: {}, ", tree(d)));
            let arms: String = arms.collect();
            format!(
                "kind of {} {{{arms}absent: {}}}",
                path.join("."),
                tree(absent)
            )
        }
        Decision::FirstItem { item, empty } => {
            format!("first {{{}, empty: {}}}", tree(item), tree(empty))
        }
    }
}

pub(super) fn union(members: Vec<Member>) -> Union {
    Union {
        members,
        discriminator: None,
        decision: Decision::Undecided,
        strategy: Strategy::Overlapping,
    }
}

pub(super) fn structure(fields: Vec<Field>, additional: Additional) -> Struct {
    Struct {
        fields,
        additional,
        ..Struct::default()
    }
}

pub(super) fn member(name: &str, ty: Type) -> Member {
    Member {
        pointer: Pointer::root().child(name),
        docs: Docs::default(),
        ty,
        ident: name.to_string(),
        boxed: false,
    }
}

pub(super) fn required(wire: &str, ty: Type) -> Field {
    Field {
        wire: wire.to_string(),
        pointer: Pointer::root(),
        docs: Docs::default(),
        ty,
        presence: Presence::Required,
        ident: String::new(),
        boxed: false,
    }
}

fn optional(wire: &str, ty: Type) -> Field {
    Field {
        presence: Presence::Optional,
        ..required(wire, ty)
    }
}

fn lenient(field: Field) -> Field {
    Field {
        presence: Presence::Lenient,
        ..field
    }
}

fn nullable(ty: Type) -> Type {
    Type {
        nullable: true,
        ..ty
    }
}

pub(super) fn named(id: TypeId) -> Type {
    Type::new(Kind::Named(id))
}

pub(super) fn string() -> Type {
    Type::new(Kind::String(Text::default()))
}

pub(super) fn number() -> Type {
    Type::new(Kind::Number(Number::default()))
}

pub(super) fn integer() -> Type {
    Type::new(Kind::Integer(Integer::default()))
}

pub(super) fn boolean() -> Type {
    Type::new(Kind::Boolean { only: None })
}

fn only(value: bool) -> Type {
    Type::new(Kind::Boolean { only: Some(value) })
}

pub(super) fn any() -> Type {
    Type::new(Kind::Any { given_up: false })
}

pub(super) fn array(items: Type) -> Type {
    Type::new(Kind::Array(Array {
        items: Box::new(items),
        size: Size::default(),
        unique: false,
    }))
}

#[test]
fn scalars_are_told_by_json_type() {
    let members = vec![
        member("B", boolean()),
        member("N", number()),
        member("S", string()),
    ];
    assert_eq!(
        Ir::default().decide(members),
        "JsonType: kind {Boolean: B, Integer: N, Fraction: N, String: S}"
    );
}

#[test]
fn constants_tell_members_without_discriminator() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["eql"]);
    let a = ir.open("A", vec![required("name", string()), tag]);
    let tag = ir.tag("type", &["query", "saved"]);
    let b = ir.open("B", vec![required("name", string()), tag]);
    assert_eq!(
        ir.decide(vec![a, b]),
        "Tag: type {eql: A, query: B, saved: B, absent: none, other: none}"
    );
}

#[test]
fn booleans_and_integers_are_constants_too() {
    let mut ir = Ir::default();
    let one = Type::new(Kind::Integer(Integer {
        allowed: vec![1],
        ..Integer::default()
    }));
    let a = ir.open(
        "A",
        vec![required("managed", only(true)), required("v", one)],
    );
    let b = ir.open(
        "B",
        vec![required("managed", only(false)), required("v", integer())],
    );
    assert_eq!(
        ir.decide(vec![a, b]),
        "Tag: managed {true: A, false: B, absent: none, other: none}"
    );
}

#[test]
fn a_discriminator_without_mapping_reads_the_constants() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["eql"]);
    let a = ir.open("EqlRule", vec![tag]);
    let tag = ir.tag("type", &["query"]);
    let b = ir.open("QueryRule", vec![tag]);
    let (decision, codes) = ir.decide_by(vec![a, b], "type", &[]);
    assert_eq!(
        decision,
        "Discriminator: type {eql: EqlRule, query: QueryRule, absent: none, other: none}"
    );
    assert!(codes.is_empty());
}
