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
            label: String::new(),
            standing: Standing::Own,
            home: Home::default(),
            usage: Usage::default(),
            derives: Vec::new(),
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
        only: None,
        told: None,
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

#[test]
fn a_mapping_tells_members_whose_tag_is_free_text() {
    let mut ir = Ir::default();
    let a = ir.open(
        "A",
        vec![required("type", string()), optional("a", string())],
    );
    let b = ir.open(
        "B",
        vec![required("type", string()), optional("b", string())],
    );
    let mapping = [("timeslice", 0), ("occurrences", 0), ("custom", 1)];
    let (decision, codes) = ir.decide_by(vec![a, b], "type", &mapping);
    assert_eq!(
        decision,
        "Discriminator: type {timeslice: A, occurrences: A, custom: B, absent: none, other: none}"
    );
    assert!(codes.is_empty());
}

#[test]
fn constants_complete_a_partial_mapping() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let b = ir.open("B", vec![required("type", string())]);
    let (decision, codes) = ir.decide_by(vec![a, b], "type", &[("y", 1)]);
    assert_eq!(
        decision,
        "Discriminator: type {x: A, y: B, absent: none, other: B}"
    );
    assert!(codes.is_empty());
}

#[test]
fn a_mapping_gives_a_shared_tag_value_to_one_member() {
    let mut ir = Ir::default();
    let tag = ir.tag("command", &["kill", "scan"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("command", &["scan", "upload"]);
    let b = ir.open("B", vec![tag]);
    let (decision, codes) = ir.decide_by(vec![a, b], "command", &[("scan", 1)]);
    assert_eq!(
        decision,
        "Discriminator: command {kill: A, scan: B|A, upload: B, absent: none, other: none}"
    );
    assert!(codes.is_empty());
}

#[test]
fn mapping_entries_without_member_are_ignored() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("type", &["y"]);
    let b = ir.open("B", vec![tag]);
    let (decision, codes) = ir.decide_by(vec![a, b], "type", &[("z", 7)]);
    assert_eq!(
        decision,
        "Discriminator: type {x: A, y: B, absent: none, other: none}"
    );
    assert!(codes.is_empty());
}

#[test]
fn a_mapping_decides_among_members_that_inherit_the_list_of_all_tags() {
    let mut ir = Ir::default();
    let all = ["kill", "scan", "wait"];
    let tag = ir.tag("command", &all);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("command", &all);
    let b = ir.open("B", vec![tag, optional("path", string())]);
    let mapping = [("kill", 0), ("scan", 1)];
    let (decision, codes) = ir.decide_by(vec![a, b], "command", &mapping);
    assert_eq!(
        decision,
        "Discriminator: command {kill: A, scan: B, wait: B|A, absent: none, other: none}"
    );
    assert!(codes.is_empty());
}

#[test]
fn the_constant_of_a_member_beats_a_mapping_that_denies_it() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["eql"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("type", &["esql"]);
    let b = ir.open("B", vec![tag]);
    let (decision, codes) = ir.decide_by(vec![a, b], "type", &[("A", 0), ("esql", 1)]);
    assert_eq!(
        decision,
        "Discriminator: type {eql: A, esql: B, absent: none, other: none}"
    );
    assert_eq!(codes, ["discriminator-mapping-conflict"]);
}

#[test]
fn a_union_learns_the_mapping_of_the_same_members_elsewhere() {
    let mut ir = Ir::default();
    let a = ir.open(
        "A",
        vec![required("type", string()), optional("a", string())],
    );
    let b = ir.open(
        "B",
        vec![required("type", string()), optional("b", string())],
    );
    let members = vec![a.clone(), b.clone()];
    ir.discriminated("Sibling", members, "type", &[("x", 0), ("y", 1)]);
    assert_eq!(
        ir.decide(vec![b, a]),
        "Discriminator: type {y: B, x: A, absent: none, other: none}"
    );
}

#[test]
fn a_tag_may_be_optional_in_every_member() {
    let mut ir = Ir::default();
    let [x, y] = [["x"], ["y"]].map(|v| ir.values(&v));
    let a = ir.open("A", vec![optional("type", x), optional("query", string())]);
    let b = ir.open("B", vec![optional("type", y), optional("index", string())]);
    assert_eq!(
        ir.decide(vec![a, b]),
        "Overlapping: type {x: A, y: B, absent: A|B, other: none}"
    );
}

#[test]
fn a_tag_may_be_optional_in_one_member() {
    let mut ir = Ir::default();
    let y = ir.values(&["y"]);
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let b = ir.open("B", vec![optional("type", y)]);
    assert_eq!(
        ir.decide(vec![a, b]),
        "Tag: type {x: A, y: B, absent: B, other: none}"
    );
}

#[test]
fn a_constant_that_servers_leave_out_still_tells() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![lenient(tag)]);
    let tag = ir.tag("type", &["y"]);
    let b = ir.open("B", vec![lenient(tag)]);
    assert_eq!(
        ir.decide(vec![a, b]),
        "Tag: type {x: A, y: B, absent: A|B, other: none}"
    );
}

#[test]
fn an_open_member_without_the_tag_is_read_last_where_the_tag_is_there() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("type", &["y"]);
    let b = ir.closed("B", vec![tag]);
    let c = ir.open("C", vec![required("name", string())]);
    assert_eq!(
        ir.decide(vec![c, a, b]),
        "Tag: type {x: A|C, y: B|C, absent: C, other: C}"
    );
}

#[test]
fn a_second_constant_splits_what_the_first_leaves() {
    let mut ir = Ir::default();
    let mut members = Vec::new();
    for (name, kind, mode) in [("A", "x", "m"), ("B", "x", "n"), ("C", "y", "m")] {
        let fields = vec![ir.tag("type", &[kind]), ir.tag("mode", &[mode])];
        members.push(ir.open(name, fields));
    }
    assert_eq!(
        ir.decide(members),
        "Tag: type {x: mode {m: A, n: B, absent: none, other: none}, y: C, absent: none, other: none}"
    );
}

#[test]
fn a_tag_of_the_object_excludes_before_anything_else_chooses() {
    let mut ir = Ir::default();
    let mut members = Vec::new();
    for (name, kind, inner) in [
        ("A", "x", Some("m")),
        ("B", "x", Some("n")),
        ("C", "y", None),
    ] {
        let mut fields = vec![ir.tag("type", &[kind])];
        if let Some(value) = inner {
            let tag = ir.tag("mode", &[value]);
            let by = ir.open("By", vec![tag]);
            fields.push(required("by", by.ty));
        }
        members.push(ir.open(name, fields));
    }
    assert_eq!(
        ir.decide(members),
        "Nested: type {x: by.mode {m: A, n: B, absent: none, other: none}, y: C, absent: none, other: none}"
    );
    let mut ir = Ir::default();
    let mut members = Vec::new();
    for (name, kind, key) in [("A", "x", "a"), ("B", "x", "b"), ("C", "y", "c")] {
        let fields = vec![ir.tag("type", &[kind]), required(key, string())];
        members.push(ir.closed(name, fields));
    }
    assert_eq!(
        ir.decide(members),
        "ClosedKey: type {x: has a {yes: A, no: B}, y: C, absent: none, other: none}"
    );
}

#[test]
fn members_that_look_alike_are_two_where_a_mapping_tells_them_apart() {
    let mut ir = Ir::default();
    let a = ir.open("A", vec![required("type", string())]);
    let b = ir.open("B", vec![required("type", string())]);
    assert_eq!(
        ir.decide_by(vec![a, b], "type", &[("a", 0), ("b", 1)]).0,
        "Discriminator: type {a: A, b: B, absent: none, other: none}"
    );
}

#[test]
fn a_constant_inside_a_property_tells() {
    let mut ir = Ir::default();
    let mut members = Vec::new();
    for (name, value) in [("A", "x"), ("B", "y")] {
        let tag = ir.tag("type", &[value]);
        let inner = ir.open("Inner", vec![tag]);
        members.push(ir.open(name, vec![required("connector", inner.ty)]));
    }
    assert_eq!(
        ir.decide(members),
        "Nested: connector.type {x: A, y: B, absent: none, other: none}"
    );
}

#[test]
fn the_json_type_of_a_property_tells() {
    let mut ir = Ir::default();
    let a = ir.open("A", vec![required("value", string())]);
    let b = ir.open("B", vec![required("value", array(string()))]);
    assert_eq!(
        ir.decide(vec![a, b]),
        "Nested: kind of value {String: A, Array: B, absent: none}"
    );
}

#[test]
fn the_first_item_of_an_array_tells() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("type", &["y"]);
    let b = ir.open("B", vec![tag]);
    let members = vec![
        member("Texts", array(string())),
        member("As", array(a.ty)),
        member("Bs", array(b.ty)),
    ];
    assert_eq!(
        ir.decide(members),
        "Nested: first {kind {String: Texts, Object: type {x: As, y: Bs, absent: none, other: none}}, empty: Texts|As|Bs}"
    );
}

#[test]
fn a_required_key_tells_a_member_from_a_closed_one() {
    let mut ir = Ir::default();
    let a = ir.closed("A", vec![required("id", string())]);
    let b = ir.closed(
        "B",
        vec![required("name", string()), optional("id", string())],
    );
    assert_eq!(ir.decide(vec![a, b]), "ClosedKey: has name {yes: B, no: A}");
}

#[test]
fn a_forbidden_key_tells_too() {
    let mut ir = Ir::default();
    let shape = Struct {
        forbidden: vec!["id".to_string()],
        ..structure(Vec::new(), Additional::Any)
    };
    let a = member("A", named(ir.define("A", Shape::Struct(shape))));
    let b = ir.open("B", vec![required("id", string())]);
    assert_eq!(ir.decide(vec![a, b]), "ClosedKey: has id {yes: B, no: A}");
}

#[test]
fn open_objects_are_told_by_a_required_key_with_a_way_back() {
    let mut ir = Ir::default();
    let fields = ["statusCode", "error", "message"].map(|key| required(key, string()));
    let a = ir.open("Platform", fields.to_vec());
    let fields = ["status_code", "message"].map(|key| required(key, string()));
    let b = ir.open("Siem", fields.to_vec());
    assert_eq!(
        ir.decide(vec![a, b]),
        "RequiredKey: has statusCode {yes: Platform|Siem, no: Siem}"
    );
}

#[test]
fn a_literal_is_read_before_the_string_that_contains_it() {
    let mut ir = Ir::default();
    let literal = ir.values(&["*"]);
    let members = vec![member("Text", string()), member("Literal", literal)];
    assert_eq!(ir.decide(members), "Contained: Literal|Text");
}

#[test]
fn a_closed_object_is_read_before_the_open_one_that_contains_it() {
    let mut ir = Ir::default();
    let open = ir.open("Open", vec![optional("id", string())]);
    let closed = ir.closed("Closed", vec![optional("id", string())]);
    assert_eq!(ir.decide(vec![open, closed]), "Contained: Closed|Open");
}

#[test]
fn an_empty_object_is_read_after_the_objects_with_fields() {
    let mut ir = Ir::default();
    let empty = member("Empty", Type::new(Kind::Object(Size::default())));
    let some = ir.open("Some", vec![optional("id", string())]);
    let list = member("List", array(string()));
    assert_eq!(
        ir.decide(vec![empty, some, list]),
        "Contained: kind {Array: List, Object: Some|Empty}"
    );
}

#[test]
fn integers_are_read_before_numbers() {
    let members = vec![member("Number", number()), member("Integer", integer())];
    assert_eq!(
        Ir::default().decide(members),
        "Contained: kind {Integer: Integer|Number, Fraction: Number}"
    );
}

#[test]
fn any_value_is_read_last() {
    let mut ir = Ir::default();
    let some = ir.open("Some", vec![required("id", string())]);
    let members = vec![member("Any", any()), member("Text", string()), some];
    assert_eq!(
        ir.decide(members),
        "Contained: kind {Null: Any, Boolean: Any, Integer: Any, Fraction: Any, String: Text|Any, Array: Any, Object: has id {yes: Some|Any, no: Any}}"
    );
}

#[test]
fn overlapping_objects_are_read_in_order() {
    let mut ir = Ir::default();
    let a = ir.open("A", vec![optional("url", string())]);
    let b = ir.open("B", vec![optional("token", string())]);
    assert_eq!(ir.decide(vec![a, b]), "Overlapping: A|B");
}

#[test]
fn one_overlapping_pair_does_not_cost_the_others_their_tag() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag, optional("url", string())]);
    let tag = ir.tag("type", &["x"]);
    let b = ir.open("B", vec![tag, optional("token", string())]);
    let tag = ir.tag("type", &["y"]);
    let c = ir.open("C", vec![tag]);
    assert_eq!(
        ir.decide(vec![a, b, c]),
        "Overlapping: type {x: A|B, y: C, absent: none, other: none}"
    );
}

#[test]
fn anonymous_unions_inside_are_dissolved() {
    let mut ir = Ir::default();
    let outer = ir.union(Vec::new());
    let inner = vec![member("S", string()), member("B", boolean())];
    let inner = ir.define_inline(outer, "Inner", Shape::Union(union(inner)));
    let members = vec![member("N", number()), member("Inner", named(inner))];
    assert_eq!(
        ir.decide(members),
        "JsonType: kind {Boolean: B, Integer: N, Fraction: N, String: S}"
    );
}

#[test]
fn a_named_union_inside_stays_a_member() {
    let mut ir = Ir::default();
    let inner = vec![member("S", string()), member("B", boolean())];
    let inner = ir.define("Inner", Shape::Union(union(inner)));
    let members = vec![member("N", number()), member("Inner", named(inner))];
    assert_eq!(
        ir.decide(members),
        "JsonType: kind {Boolean: Inner, Integer: N, Fraction: N, String: Inner}"
    );
}

#[test]
fn a_named_union_that_repeats_a_member_is_dissolved() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["x"]);
    let a = ir.open("A", vec![tag]);
    let tag = ir.tag("type", &["y"]);
    let b = ir.open("B", vec![tag]);
    let inner = Shape::Union(union(vec![b, a.clone()]));
    let inner = named(ir.define("Inner", inner));
    assert_eq!(
        ir.decide(vec![a, member("Inner", inner)]),
        "Tag: type {x: A, y: B, absent: none, other: none}"
    );
}

#[test]
fn a_union_that_contains_itself_ends() {
    let ir = Ir::default();
    let id = TypeId(0);
    let members = vec![
        member("S", string()),
        member("Self", named(id)),
        member("Many", array(named(id))),
    ];
    assert_eq!(
        ir.decide(members),
        "JsonType: kind {String: S, Array: Many}"
    );
}

#[test]
fn repeated_and_impossible_members_are_dropped() {
    let mut ir = Ir::default();
    let a = ir.open("A", vec![required("name", string())]);
    let mut described = required("name", string());
    described.docs.description = Some("Its name.".to_string());
    let twin = ir.open("Twin", vec![described]);
    let never = member("Never", Type::new(Kind::Never));
    let id = ir.union(vec![never, a, twin]);
    let diagnostics = ir.run();
    assert_eq!(ir.show(id), "alias of Component(\"A\")");
    let said: Vec<_> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "`A` and `Twin` have the same structure, and nothing tells them apart: values are read as the former"
        ]
    );
}

#[test]
fn a_value_and_its_array_are_one_or_many() {
    let members = vec![
        member("Many", array(string())),
        member("One", string()),
        member("Again", string()),
    ];
    let mut ir = Ir::default();
    let id = ir.union(members);
    ir.run();
    let expected = Kind::OneOrMany(Box::new(string()), Size::default());
    assert_eq!(ir.api.types[id].shape, Shape::Alias(Type::new(expected)));
}

#[test]
fn null_is_a_kind_like_others() {
    let members = vec![
        member("Null", Type::new(Kind::Null)),
        member("S", nullable(string())),
        member("B", boolean()),
    ];
    assert_eq!(
        Ir::default().decide(members),
        "Overlapping: kind {Null: Null|S, Boolean: B, String: S}"
    );
}

#[test]
fn the_decision_does_not_depend_on_the_order_of_definitions() {
    let build = |reverse: bool| {
        let mut ir = Ir::default();
        let mut specs = vec![("A", "x", "m"), ("B", "x", "n"), ("C", "y", "m")];
        if reverse {
            specs.reverse();
        }
        let mut members = Vec::new();
        for (name, kind, mode) in specs {
            let fields = vec![ir.tag("mode", &[mode]), ir.tag("type", &[kind])];
            members.push(ir.open(name, fields));
        }
        members.sort_by(|a, b| a.ident.cmp(&b.ident));
        ir.decide(members)
    };
    assert_eq!(build(false), build(true));
}

#[test]
fn a_nested_union_with_a_mapping_of_its_own_stays_and_is_told_by_it() {
    let mut ir = Ir::default();
    let outer = ir.union(Vec::new());
    let a = ir.open(
        "A",
        vec![required("type", string()), optional("a", string())],
    );
    let b = ir.open(
        "B",
        vec![required("type", string()), optional("b", string())],
    );
    let discriminator = Discriminator {
        property: "type".to_string(),
        mapping: vec![("x".to_string(), 0), ("y".to_string(), 1)],
    };
    let inner = Shape::Union(Union {
        discriminator: Some(discriminator),
        ..union(vec![a, b])
    });
    let inner = named(ir.define_inline(outer, "Inner", inner));
    let tag = ir.tag("type", &["z"]);
    let c = ir.open("C", vec![tag]);
    assert_eq!(
        ir.decide(vec![c, member("Inner", inner)]),
        "Tag: type {z: C, x: Inner, y: Inner, absent: none, other: none}"
    );
}

#[test]
fn members_say_what_they_want() {
    let mut ir = Ir::default();
    let tag = ir.tag("type", &["eql"]);
    let tagged = ir.open("Tagged", vec![required("name", string()), tag]);
    let keyed = ir.open(
        "Keyed",
        ["a", "b", "c", "d", "e"]
            .map(|k| required(k, string()))
            .to_vec(),
    );
    let plain = ir.open("Plain", vec![optional("a", string())]);
    let literals = ir.values(&["on", "off"]);
    let both = Type::new(Kind::OneOrMany(Box::new(string()), Size::default()));
    let texts = [
        tagged,
        keyed,
        plain,
        member("Literals", literals),
        member("Both", both),
        member("Null", nullable(integer())),
    ]
    .map(|m| expectation(&ir.api, &m));
    assert_eq!(
        texts,
        [
            "an object with `type` \"eql\"",
            "an object with `a`, `b`, `c` and 2 others",
            "an object",
            "\"on\" or \"off\"",
            "a string or an array",
            "null or an integer",
        ]
    );
}

#[test]
fn the_docs_say_how_the_member_is_told() {
    let mut ir = Ir::default();
    let mut members = vec![member("Text", string())];
    for (name, kind, mode) in [("A", "x", "m"), ("B", "x", "n"), ("C", "y", "m")] {
        let fields = vec![ir.tag("type", &[kind]), ir.tag("mode", &[mode])];
        members.push(ir.open(name, fields));
    }
    let told = ir.union(members);
    let fields = [("A", "url"), ("B", "token")];
    let members = fields.map(|(name, key)| ir.open(name, vec![optional(key, string())]));
    let overlapping = ir.define("Other", Shape::Union(union(members.to_vec())));
    ir.run();
    let describe = |id: TypeId| match &ir.api.types[id].shape {
        Shape::Union(union) => describe(union),
        shape => format!("{shape:?}"),
    };
    assert_eq!(
        describe(told),
        "The member is told by its JSON type, `type` and `mode`."
    );
    assert_eq!(
        describe(overlapping),
        "The value itself tells the member; where several fit, the first of them is taken."
    );
}
