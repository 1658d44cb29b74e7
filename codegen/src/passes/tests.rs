//! What must hold for all passes together: stability, and each decision on the smallest API that shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::run_all;
use super::testing::{Call, Document, Schema, at, list, named, object, titled, union, values};
use crate::ir::{
    Api, Decision, Home, Kind, ModuleId, Place, Shape, Standing, Step, Type, TypeId, check,
};

fn label<'a>(api: &'a Api, pointer: &str) -> &'a str {
    &at(api, pointer).label
}

/// Everything that the passes decide, by what it is about.
fn decisions(api: &Api) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for (_, definition) in api.types.iter() {
        let target = definition
            .standing
            .target()
            .map(|id| &api.types[id].pointer);
        let home = match definition.home {
            Home::Module(id) => api.modules[id.0].key.clone(),
            other => format!("{other:?}"),
        };
        let inside: Vec<(&str, bool)> = match &definition.shape {
            Shape::Struct(s) => s.fields.iter().map(|f| (&*f.ident, f.boxed)).collect(),
            Shape::Union(u) => u.members.iter().map(|m| (&*m.ident, m.boxed)).collect(),
            Shape::Enum(e) => e.variants.iter().map(|v| (&*v.ident, false)).collect(),
            Shape::Alias(_) => Vec::new(),
        };
        let text = format!(
            "{} {target:?} {home} {:?} {inside:?}",
            definition.label, definition.usage
        );
        all.insert(definition.pointer.to_string(), text);
    }
    for operation in &api.operations {
        all.insert(operation.key(), operation.label.clone());
    }
    all
}

/// Only names, by what they are about.
fn all_names(api: &Api) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let kept = super::merge::kept(api);
    for (id, definition) in api.types.iter() {
        // The others have the label of what took their place.
        if kept[id.0] == id {
            all.insert(definition.pointer.to_string(), definition.label.clone());
        }
        if let Shape::Union(union) = &definition.shape {
            for member in &union.members {
                all.insert(member.pointer.to_string() + " member", member.ident.clone());
            }
        }
    }
    for operation in &api.operations {
        all.insert(operation.key(), operation.label.clone());
    }
    all
}

/// A small generator of numbers, so that the tests need no crate and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

const PROPERTIES: [&str; 9] = [
    "owner",
    "createdAt",
    "created_at",
    "type",
    "_version",
    "version",
    "items",
    "value",
    "case",
];
const COMPONENTS: [&str; 6] = [
    "Case",
    "CaseOwner",
    "Owner",
    "case_owner",
    "GetCase",
    "Option",
];

fn random_schema(numbers: &mut Numbers, depth: usize) -> Schema {
    let limit = if depth == 0 { 5 } else { 10 };
    match numbers.below(limit) {
        0 => Schema::Text,
        1 => Schema::Integer,
        2 => named(COMPONENTS[numbers.below(COMPONENTS.len())]),
        3 => values([["a", "b"], ["open", "closed"]][numbers.below(2)]),
        4 => union([Schema::Boolean, Schema::Text]),
        5 => list(random_schema(numbers, depth - 1)),
        6 => union([
            random_schema(numbers, depth - 1),
            object([("x", Schema::Text)]),
        ]),
        _ => {
            let mut properties = PROPERTIES;
            numbers.shuffle(&mut properties);
            let count = 1 + numbers.below(3);
            let fields = properties[..count].iter();
            Schema::Object(
                fields
                    .map(|p| (p.to_string(), random_schema(numbers, depth - 1)))
                    .collect(),
            )
        }
    }
}

fn random_document(numbers: &mut Numbers) -> Document {
    let mut document = Document::default();
    for name in COMPONENTS {
        // Not a bare reference: aliases in a circle have no meaning.
        let schema = object([
            ("own", random_schema(numbers, 3)),
            ("more", random_schema(numbers, 2)),
        ]);
        document = document.component(name, schema);
    }
    for index in 0..6 {
        let path = format!("/api/{index}");
        let id = [
            "getCase",
            "find-cases",
            "listOwners",
            "putThing",
            "x",
            "get.js",
        ][index];
        let tag = ["cases", "Cases (old)", "default"][numbers.below(3)];
        let call = Call::new(&path, id)
            .tag(tag)
            .query(object([("sort", random_schema(numbers, 1))]))
            .body(random_schema(numbers, 3))
            .answer(200, random_schema(numbers, 3))
            .answer(404, random_schema(numbers, 2));
        document = document.call(call);
    }
    document
}

#[test]
fn the_order_of_the_file_decides_nothing() {
    let mut numbers = Numbers(1);
    for _ in 0..100 {
        let mut document = random_document(&mut numbers);
        let expected = decisions(&document.decided());
        numbers.shuffle(&mut document.components);
        numbers.shuffle(&mut document.operations);
        assert_eq!(decisions(&document.decided()), expected);
    }
}

#[test]
fn removing_an_operation_renames_nothing_else() {
    let mut numbers = Numbers(2);
    for _ in 0..100 {
        let mut document = random_document(&mut numbers);
        let before = all_names(&document.decided());
        document.operations.remove(numbers.below(6));
        for (what, name) in all_names(&document.decided()) {
            // It may have been a copy of something in the operation.
            if let Some(before) = before.get(&what) {
                assert_eq!(before, &name, "{what}");
            }
        }
    }
}

#[test]
fn labels_are_unique_and_those_of_components_their_names() {
    let mut numbers = Numbers(3);
    for _ in 0..100 {
        let api = random_document(&mut numbers).decided();
        let mut seen = BTreeSet::new();
        let kept = super::merge::kept(&api);
        for id in api.types.ids().filter(|id| kept[id.0] == *id) {
            let definition = &api.types[id];
            let label = &definition.label;
            assert!(!label.is_empty() && seen.insert(label.clone()), "{label}");
            if let Place::Component(name) = &definition.place {
                assert_eq!(label, name);
            }
        }
    }
}

#[test]
fn labels_say_where_a_type_stands() {
    let api = Document::default()
        .component(
            "Some/API Case",
            object([("tags", list(object([("tag", Schema::Text)])))]),
        )
        .call(
            Call::new("/api/cases/{id}", "get case")
                .query(object([("sort", values(["asc", "desc"]))]))
                .body(object([("x", Schema::Text)]))
                .answer(200, object([("case", named("Some/API Case"))])),
        )
        .decided();
    let case = "/components/schemas/Some~1API Case";
    let get = "/paths/~1api~1cases~1{id}/get";
    for (pointer, expected) in [
        (case.to_string(), "Some_API_Case"),
        (
            format!("{case}/properties/tags/items"),
            "Some_API_Case.tags.item",
        ),
        (format!("{get}/parameters"), "get_case.query"),
        (
            format!("{get}/parameters/properties/sort"),
            "get_case.query.sort",
        ),
        (format!("{get}/requestBody"), "get_case.request"),
        (format!("{get}/responses/200"), "get_case.200"),
    ] {
        assert_eq!(label(&api, &pointer), expected);
    }
}

#[test]
fn members_of_unions_are_called_after_what_tells_them_apart() {
    let members = |schema: Schema| {
        let api = Document::default()
            .component("API_EqlRule", object([("type", values(["eql"]))]))
            .component("API_QueryRule", object([("type", values(["query"]))]))
            .component("X", schema)
            .decided();
        match &at(&api, "/components/schemas/X").shape {
            Shape::Union(union) => union.members.iter().map(|m| m.ident.clone()).collect(),
            _ => Vec::new(),
        }
    };
    let is = |schema: Schema, expected: &[&str]| assert_eq!(members(schema), expected);
    is(
        union([named("API_EqlRule"), named("API_QueryRule")]),
        &["Eql", "Query"],
    );
    is(
        union([named("API_EqlRule"), Schema::Text]),
        &["ApiEqlRule", "String"],
    );
    is(
        union([
            titled("By id", object([("id", Schema::Text)])),
            object([("kql", Schema::Text)]),
        ]),
        &["ById", "Object"],
    );
    is(
        union([
            object([("id", Schema::Text)]),
            object([("kql", Schema::Text)]),
        ]),
        &["WithId", "WithKql"],
    );
    is(
        union([
            object([("t", values(["a"]))]),
            object([("t", values(["b-c"]))]),
        ]),
        &["A", "BC"],
    );
    let nested = |field: &str| object([("a", object([(field, Schema::Text)]))]);
    is(union([nested("x"), nested("y")]), &["WithAX", "WithAY"]);
    is(
        union([list(Schema::Text), list(Schema::Number)]),
        &["ArrayOfString", "ArrayOfNumber"],
    );
    is(
        union([values(["auto"]), Schema::Integer]),
        &["Auto", "Integer"],
    );
}

#[test]
fn unions_of_plain_scalars_are_one_type_wherever_they_stand() {
    let scalars = || union([Schema::Boolean, Schema::Number, Schema::Text]);
    let api = Document::default()
        .component("A", object([("x", scalars()), ("y", list(scalars()))]))
        .call(Call::new("/a", "a").body(named("A")).answer(200, scalars()))
        .decided();
    let pointers = [
        "/components/schemas/A/properties/x",
        "/components/schemas/A/properties/y/items",
        "/paths/~1a/get/responses/200",
    ];
    let kept = pointers
        .iter()
        .filter(|pointer| at(&api, pointer).standing == Standing::Own);
    assert_eq!(kept.count(), 1);
    let labels: BTreeSet<&str> = pointers
        .iter()
        .map(|pointer| label(&api, pointer))
        .collect();
    assert_eq!(labels.len(), 1, "{labels:?}");
}

#[test]
fn types_that_contain_themselves_can_be_identical() {
    let group = |own: &str, other: &str| {
        object([
            ("any", list(named(other))),
            ("not", named(own)),
            ("value", Schema::Text),
        ])
    };
    let api = Document::default()
        .component("Filter", group("Filter", "Condition"))
        .component("Condition", group("Condition", "Filter"))
        .component(
            "Different",
            object([("not", named("Different")), ("value", Schema::Integer)]),
        )
        .call(
            Call::new("/a", "a")
                .body(named("Filter"))
                .answer(200, named("Different")),
        )
        .decided();
    let standing = |n: &str| at(&api, &format!("/components/schemas/{n}")).standing;
    assert_eq!(standing("Condition"), Standing::NameOf(TypeId(0)));
    assert_eq!(standing("Filter"), Standing::Own);
    assert_eq!(standing("Different"), Standing::Own);
}

#[test]
fn defaults_keep_types_apart() {
    let document = Document::default()
        .component("A", object([("x", Schema::Text)]))
        .component("B", object([("x", Schema::Text)]))
        .call(
            Call::new("/a", "a")
                .body(named("A"))
                .answer(200, named("B")),
        );
    let mut api = document.lower();
    if let Shape::Struct(object) = &mut api.types[TypeId(0)].shape {
        object.fields[0].docs.default = Some("d".into());
    }
    run_all(&mut api);
    assert!(api.types.iter().all(|(_, d)| d.standing == Standing::Own));
}

/// The boxed fields and members, as `Type.wire`.
fn boxes(api: &Api) -> Vec<String> {
    let mut boxes = Vec::new();
    for (_, definition) in api.types.iter() {
        match &definition.shape {
            Shape::Struct(s) => {
                let boxed = s.fields.iter().filter(|f| f.boxed);
                boxes.extend(boxed.map(|f| format!("{}.{}", definition.label, f.wire)));
            }
            Shape::Union(u) => {
                let boxed = u.members.iter().filter(|m| m.boxed);
                boxes.extend(boxed.map(|m| format!("{}.{}", definition.label, m.ident)));
            }
            _ => {}
        }
    }
    boxes.sort();
    boxes
}

#[test]
fn each_cycle_is_boxed_at_one_place() {
    let api = Document::default()
        .component(
            "Condition",
            object([
                ("not", named("Condition")),
                ("all", list(named("Condition"))),
                ("some", Schema::Map(Box::new(named("Condition")))),
                ("any", Schema::OneOrMany(Box::new(named("Condition")))),
            ]),
        )
        .component("Query", union([named("Group"), Schema::Text]))
        .component(
            "Group",
            object([("query", named("Alias")), ("leaf", named("Leaf"))]),
        )
        .component("Alias", named("Query"))
        .component("Leaf", object([("x", Schema::Text)]))
        .decided();
    assert_eq!(
        boxes(&api),
        ["Condition.any", "Condition.not", "Group.query"]
    );
}

#[test]
fn aliases_in_a_circle_are_an_error() {
    let mut api = Document::default()
        .component("B", named("A"))
        .component("A", named("B"))
        .component("C", object([("a", named("A"))]))
        .call(Call::new("/c", "putC").body(named("C")))
        .lower();
    let diagnostics = run_all(&mut api);
    let codes: Vec<_> = diagnostics
        .iter()
        .map(|d| (d.code.name, d.pointer.as_str()))
        .collect();
    assert_eq!(codes, [("circular-alias", "/components/schemas/A")]);
}

#[test]
fn what_is_written_reaches_only_what_its_features_compile() {
    let mut numbers = Numbers(4);
    for _ in 0..100 {
        let api = random_document(&mut numbers).decided();
        for (_, definition) in api.types.iter().filter(|(_, d)| d.home != Home::Nowhere) {
            let mut uses: Vec<TypeId> = definition.standing.target().into_iter().collect();
            if definition.standing == Standing::Own {
                definition
                    .shape
                    .each_type(&mut |ty| ty.each_named(&mut |id| uses.push(id)));
            }
            for used in uses {
                let used = &api.types[used];
                let compiled = used.home == Home::Shared || used.home == definition.home;
                assert!(compiled, "{} uses {}", definition.label, used.label);
                let usage = (definition.usage, used.usage);
                assert!(!usage.0.request || usage.1.request, "{}", used.label);
                assert!(!usage.0.response || usage.1.response, "{}", used.label);
            }
        }
    }
}

#[test]
fn an_inline_alias_is_replaced_by_what_it_names() {
    let mut api = Document::default()
        .component(
            "Case",
            object([("owner", object([("name", Schema::Text)]))]),
        )
        .call(Call::new("/case", "getCase").answer(200, named("Case")))
        .lower();
    // `Case.owner` becomes an alias of what it was, as a union with one member does in `unions`.
    let owner = TypeId(1);
    let mut inner = api.types[owner].clone();
    inner.place = Place::Child {
        parent: owner,
        steps: vec![Step::Member],
    };
    inner.pointer = inner.pointer.child("oneOf").index(0);
    let inner = api.types.add(inner);
    api.types[owner].shape = Shape::Alias(Type::new(Kind::Named(inner)));
    let diagnostics = run_all(&mut api);
    assert_eq!(api.types[inner].label, "Case.owner.member");
    assert_eq!(api.types[owner].home, Home::Nowhere);
    match &api.types[TypeId(0)].shape {
        Shape::Struct(case) => assert_eq!(case.fields[0].ty.kind, Kind::Named(inner)),
        other => panic!("{other:?}"),
    }
    assert!(diagnostics.is_empty());
}

#[test]
fn one_component_in_a_union_drops_the_words_of_the_component_that_holds_it() {
    let api = Document::default()
        .component("Lists_API_ExceptionList", object([("a", Schema::Text)]))
        .component(
            "Lists_API_Answer",
            union([named("Lists_API_ExceptionList"), Schema::Text]),
        )
        .decided();
    match &at(&api, "/components/schemas/Lists_API_Answer").shape {
        Shape::Union(union) => assert_eq!(union.members[0].ident, "ExceptionList"),
        other => panic!("{other:?}"),
    }
}

/// Each breaks one rule of the IR, with what is said of it.
type Break = (fn(&mut Api), &'static str);

const BREAKS: [Break; 8] = [
    (
        |api| api.operations.reverse(),
        "the list of operations has no order",
    ),
    (
        |api| api.operations[0].module = ModuleId(7),
        "get /a belongs to no module",
    ),
    (
        |api| api.types[TypeId(0)].standing = Standing::NameOf(TypeId(0)),
        "/components/schemas/Box stands for itself",
    ),
    (
        |api| api.types[TypeId(0)].standing = Standing::ReplacedBy(TypeId(1)),
        "get /a refers to something that was replaced",
    ),
    (
        |api| api.types[TypeId(1)].standing = Standing::NameOf(TypeId(99)),
        "the API names a type that is not there",
    ),
    (
        |api| {
            if let Shape::Struct(object) = &mut api.types[TypeId(0)].shape {
                object.fields.push(object.fields[0].clone());
            }
        },
        "/components/schemas/Box has a property twice",
    ),
    (
        |api| {
            if let Shape::Union(union) = &mut api.types[TypeId(1)].shape {
                union.members[0].ty.nullable = true;
            }
        },
        "/components/schemas/Thing has a member that can be null",
    ),
    (
        |api| api.operations[1].parameters.clear(),
        "get /b has parameters that are no fields, or fields that are no parameters",
    ),
];

#[test]
fn a_broken_rule_of_the_ir_is_told() {
    let thing = union([object([("a", Schema::Text)]), Schema::Number]);
    let document = Document::default()
        .component("Box", object([("thing", named("Thing"))]))
        .component("Thing", thing)
        .call(Call::new("/a", "a").answer(200, named("Box")))
        .call(Call::new("/b", "a").query(object([("q", Schema::Text)])));
    assert_eq!(check::broken(&document.lower()), [""; 0]);
    for (break_it, said) in BREAKS {
        let mut api = document.lower();
        break_it(&mut api);
        assert_eq!(check::broken(&api), [said]);
    }
    let mut api = document.decided();
    assert_eq!(check::undecided(&api), [""; 0]);
    if let Shape::Union(union) = &mut api.types[TypeId(1)].shape {
        union.decision = Decision::Leaf(vec![2]);
    }
    let said = "/components/schemas/Thing decides for a member that is not there";
    assert_eq!(check::undecided(&api), [said]);
}
