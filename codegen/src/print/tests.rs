//! What is written for a small API, built by hand.

use serde_json::json;

use crate::ir::{
    Additional, Api, Array, BodyFormat, Content, Decision, Docs, Enum, EnumVariant, Field, Header,
    Home, Integer, JsonKind, Kind, Location, Member, Module, ModuleId, Operation, Parameter,
    ParameterStyle, Place, Presence, RequestBody, Response, Security, Shape, Size, Standing,
    Status, Strategy, Struct, Style, TagValue, Text, Type, TypeDef, TypeId, Union, Usage,
};
use crate::pointer::Pointer;

use crate::plan::Plan;

use super::{Crate, Feature, HALVES, Half, Printer, Runtime, Unprintable, print, print_halves};

fn definition(api: &mut Api, name: &str, home: Home, shape: Shape) -> TypeId {
    api.types.add(TypeDef {
        place: Place::Component(name.to_string()),
        pointer: component(name),
        docs: Docs::default(),
        shape,
        label: name.to_string(),
        standing: Standing::Own,
        home,
        usage: Usage::default(),
        derives: Vec::new(),
    })
}

fn component(name: &str) -> Pointer {
    Pointer::root()
        .child("components")
        .child("schemas")
        .child(name)
}

fn field(owner: &str, wire: &str, ident: &str, presence: Presence, ty: Type) -> Field {
    Field {
        wire: wire.to_string(),
        pointer: component(owner).child("properties").child(wire),
        docs: Docs::default(),
        ty,
        presence,
        only: None,
        told: None,
        ident: ident.to_string(),
        boxed: false,
    }
}

fn member(ident: &str, ty: Type) -> Member {
    Member {
        pointer: Pointer::root(),
        docs: Docs::default(),
        ty,
        ident: ident.to_string(),
        boxed: false,
    }
}

fn text() -> Type {
    Type::new(Kind::String(Text::default()))
}

fn nullable(mut ty: Type) -> Type {
    ty.nullable = true;
    ty
}

fn named(id: TypeId) -> Type {
    Type::new(Kind::Named(id))
}

fn values(values: &[(&str, &str)]) -> Shape {
    let variants = values.iter().map(|(value, ident)| EnumVariant {
        value: value.to_string(),
        ident: ident.to_string(),
    });
    Shape::Enum(Enum {
        variants: variants.collect(),
    })
}

fn module(api: &mut Api, key: &str) -> ModuleId {
    api.modules.push(Module {
        key: key.to_string(),
        description: Some(format!("Everything about {key} [see-this].")),
    });
    ModuleId(api.modules.len() - 1)
}

/// An operation that answers with a type.
fn answers(api: &mut Api, module: ModuleId, ty: TypeId) {
    let content = Content {
        essence: "application/json".to_string(),
        media_type: "application/json".to_string(),
        pointer: Pointer::root(),
        format: BodyFormat::Json,
        ty: Some(named(ty)),
        encodings: Vec::new(),
        examples: Vec::new(),
        ident: "Ok".to_string(),
    };
    api.operations.push(Operation {
        method: "get".to_string(),
        path: format!("/api/{}", api.types[ty].label),
        id: None,
        tags: Vec::new(),
        module,
        pointer: Pointer::root(),
        docs: Docs {
            summary: Some("Get <it>".to_string()),
            ..Docs::default()
        },
        parameters: Vec::new(),
        path_type: None,
        query_type: None,
        header_type: None,
        cookie_type: None,
        body: None,
        body_limit: None,
        guard: Vec::new(),
        security: Security::default(),
        responses: vec![Response {
            pointer: Pointer::root(),
            status: Status::Code(200),
            description: None,
            headers: Vec::new(),
            content: vec![content],
            ident: "Ok".to_string(),
        }],
        label: format!("Get{}", api.types[ty].label),
    });
}

fn settings() -> Crate {
    Crate {
        name: "sample".to_string(),
        runtime: Runtime::Path("../runtime".into()),
        dependencies: [(
            "uuid".to_string(),
            crate::settings::Dependency::Version("1".to_string()),
        )]
        .into(),
        own_workspace: true,
        command: "cargo xtask generate".to_string(),
        document: "{}\n".to_string(),
        seed: 0,
    }
}

fn files(api: &Api) -> crate::output::Files {
    print(api, &settings()).expect("generated text is Rust")
}

fn api() -> Api {
    let mut api = Api {
        title: "Sample".to_string(),
        version: "1".to_string(),
        ..Api::default()
    };
    let cases = module(&mut api, "cases");
    let own = Home::Module(cases);

    let kind = definition(&mut api, "CaseKind", own, values(&[("case", "Case")]));
    let status = values(&[("open", "Open"), ("in-\"progress\"", "InProgress")]);
    let status = definition(&mut api, "CaseStatus", own, status);
    let name = Text {
        length: Size {
            min: Some(1),
            max: Some(50),
        },
        pattern: Some("^[a-z`]+$".to_string()),
        ..Text::default()
    };
    let name = definition(
        &mut api,
        "CaseName",
        own,
        Shape::Alias(Type::new(Kind::String(name))),
    );
    let case = case(&mut api, own, kind, status, name);
    let copy = definition(&mut api, "CaseCopy", own, Shape::Alias(text()));
    api.types[copy].standing = Standing::NameOf(case);
    let filter = filter(&mut api, own, case, copy);
    answers(&mut api, cases, filter);
    api
}

fn case(api: &mut Api, home: Home, kind: TypeId, status: TypeId, name: TypeId) -> TypeId {
    let tags = Array {
        items: Box::new(named(name)),
        size: Size {
            min: None,
            max: Some(10),
        },
        unique: true,
    };
    let mut fields = vec![
        field("Case", "kind", "kind", Presence::Required, named(kind)),
        field("Case", "@id", "id", Presence::Required, text()),
        field("Case", "type", "type", Presence::Required, named(name)),
        field(
            "Case",
            "closed_at",
            "closed_at",
            Presence::Required,
            nullable(text()),
        ),
        field(
            "Case",
            "status",
            "status",
            Presence::Optional,
            named(status),
        ),
        field(
            "Case",
            "tags",
            "tags",
            Presence::Lenient,
            Type::new(Kind::Array(tags)),
        ),
        field(
            "Case",
            "object",
            "object",
            Presence::Optional,
            nullable(text()),
        ),
    ];
    fields[1].docs.description = Some("Identifies [it].\n\n    indented".to_string());
    fields[4].docs.default = Some(json!("open"));
    fields[5].docs.default = Some(json!(["a"]));
    fields[6].docs.deprecated = true;
    fields[6].pointer = component("Other");
    let shape = Shape::Struct(Struct {
        fields,
        forbidden: vec!["never".to_string()],
        ..Struct::default()
    });
    definition(api, "Case", home, shape)
}

fn filter(api: &mut Api, home: Home, case: TypeId, copy: TypeId) -> TypeId {
    let not = Shape::Struct(Struct {
        additional: Additional::Closed,
        ..Struct::default()
    });
    let not = definition(api, "Nothing", home, not);
    let tag = |value: &str| TagValue::String(value.to_string());
    let by_tag = Decision::Tag {
        path: vec!["type".to_string()],
        arms: vec![
            (tag("case"), Decision::Leaf(vec![1])),
            (tag("file"), Decision::Leaf(vec![1])),
            (tag("both"), Decision::Leaf(vec![1, 2])),
        ],
        absent: Box::new(Decision::Key {
            key: "x".to_string(),
            present: Box::new(Decision::Leaf(vec![3])),
            absent: Box::new(Decision::Leaf(Vec::new())),
        }),
        other: Box::new(Decision::Leaf(Vec::new())),
    };
    let union = Union {
        members: vec![
            member("Text", text()),
            member("Case", named(case)),
            member("Copy", named(copy)),
            member("Nothing", named(not)),
        ],
        discriminator: None,
        decision: Decision::Kind(vec![
            (JsonKind::String, Decision::Leaf(vec![0])),
            (JsonKind::Object, by_tag),
        ]),
        strategy: Strategy::Tag,
    };
    definition(api, "Filter", home, Shape::Union(union))
}

#[test]
fn a_module_holds_structs_enums_unions_and_aliases() {
    let files = files(&api());
    insta::assert_snapshot!(files["src/cases.rs"].text);
}

#[test]
fn types_can_be_named_from_outside() {
    let mut api = Api::default();
    let module = module(&mut api, "match");
    let status = values(&[("open", "Open")]);
    let own = definition(&mut api, "Status", Home::Module(module), status.clone());
    let shared = definition(&mut api, "Case", Home::Shared, status);
    let maybe = Shape::Alias(nullable(text()));
    let maybe = definition(&mut api, "Maybe", Home::Shared, maybe);
    let list = Type::new(Kind::Array(Array {
        items: Box::new(nullable(named(own))),
        size: Size::default(),
        unique: false,
    }));
    let other = self::module(&mut api, "other");
    for (group, ty) in [
        (module, own),
        (module, shared),
        (module, maybe),
        (other, shared),
        (other, maybe),
    ] {
        answers(&mut api, group, ty);
    }
    let plan = Plan::of_crate(&api);
    let path = |ty: &Type| plan.path("kibana_api", ty);
    assert_eq!(path(&list), "Vec<Option<kibana_api::match_api::Status>>");
    assert_eq!(path(&named(shared)), "kibana_api::match_api::Case");
    assert_eq!(path(&named(maybe)), "Option<kibana_api::match_api::Maybe>");
    let any = nullable(Type::new(Kind::Any { given_up: false }));
    assert_eq!(path(&any), "kibana_api::runtime::serde_json::Value");
}

#[test]
fn the_crate_lists_its_modules_and_features() {
    let mut api = api();
    let other = module(&mut api, "other_things");
    let shared = definition(&mut api, "Both", Home::Shared, values(&[("a", "A")]));
    answers(&mut api, ModuleId(0), shared);
    answers(&mut api, other, shared);
    let files = files(&api);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Cargo.toml",
            "src/bin/kibana-mock.rs",
            "src/cases.rs",
            "src/cases/get_both.rs",
            "src/cases/get_filter.rs",
            "src/client.rs",
            "src/client/cases.rs",
            "src/client/other_things.rs",
            "src/lib.rs",
            "src/mock.rs",
            "src/mock/cases.json",
            "src/mock/cases.rs",
            "src/mock/memory.json",
            "src/mock/openapi.json",
            "src/mock/other_things.json",
            "src/mock/other_things.rs",
            "src/other_things.rs",
            "src/other_things/get_both.rs",
            "src/server.rs",
            "src/server/cases.rs",
            "src/server/other_things.rs",
            "src/shared.rs",
            "src/shared/all.rs"
        ]
    );
    let text = [
        "Cargo.toml",
        "src/lib.rs",
        "src/shared.rs",
        "src/shared/all.rs",
    ]
    .map(|name| format!("=== {name}\n{}", files[name].text));
    insta::assert_snapshot!(text.join("\n"));
}

/// One operation with a parameter, a body in two media types, and answers with and without headers.
fn one_operation() -> Api {
    let mut api = Api::default();
    let cases = module(&mut api, "cases");
    let own = Home::Module(cases);
    let case = definition(&mut api, "Case", own, Shape::Struct(Struct::default()));
    answers(&mut api, cases, case);
    let mut page = field(
        "Query",
        "page",
        "page",
        Presence::Optional,
        Type::new(Kind::Integer(Integer::default())),
    );
    page.docs.default = Some(json!(1));
    let query = Struct {
        fields: vec![page],
        additional: Additional::Closed,
        ..Struct::default()
    };
    let query = definition(&mut api, "GetCaseQuery", own, Shape::Struct(query));
    let operation = &mut api.operations[0];
    operation.query_type = Some(query);
    operation.parameters = vec![Parameter {
        location: Location::Query,
        wire: "page".to_string(),
        pointer: Pointer::root(),
        style: ParameterStyle {
            style: Style::Form,
            explode: true,
            reserved: false,
        },
        json: false,
        required: false,
    }];
    let json = operation.responses[0].content[0].clone();
    let lines = Content {
        essence: "application/x-ndjson".to_string(),
        format: BodyFormat::JsonLines,
        ident: "Ndjson".to_string(),
        ..json.clone()
    };
    operation.body = Some(RequestBody {
        pointer: Pointer::root(),
        description: None,
        required: false,
        content: vec![
            Content {
                ident: "Json".to_string(),
                ..json.clone()
            },
            lines,
        ],
    });
    operation.responses.push(Response {
        pointer: Pointer::root(),
        status: Status::Default,
        description: Some("Any error.".to_string()),
        headers: vec![Header {
            wire: "Retry-After".to_string(),
            pointer: Pointer::root(),
            description: None,
            ty: Type::new(Kind::Integer(Integer::default())),
            required: false,
            ident: "retry_after".to_string(),
        }],
        content: vec![Content {
            ident: "Default".to_string(),
            ..json
        }],
        ident: "Default".to_string(),
    });
    api
}

#[test]
fn the_server_half_has_a_trait_with_requests_and_responses() {
    let files = files(&one_operation());
    let text = ["src/server.rs", "src/server/cases.rs"]
        .map(|name| format!("=== {name}\n{}", files[name].text));
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn the_client_half_has_a_call_per_operation() {
    let files = files(&one_operation());
    let text = ["src/client.rs", "src/client/cases.rs"]
        .map(|name| format!("=== {name}\n{}", files[name].text));
    insta::assert_snapshot!(text.join("\n"));
}

/// A half that adds a module without items.
struct Extra;

impl Half for Extra {
    fn feature(&self) -> Option<Feature> {
        Some(Feature {
            name: "extra",
            docs: "What the test adds.",
            enables: &[],
        })
    }

    fn modules(&self, _: &Printer<'_>) -> Result<Vec<super::Module>, Unprintable> {
        Ok(vec![super::Module {
            path: vec!["extra".to_string()],
            head: "//! Nothing yet.\n".to_string(),
            children: Vec::new(),
            text: String::new(),
        }])
    }
}

#[test]
fn a_half_is_added_by_one_type_and_one_line_of_the_list() {
    let without = files(&api());
    let halves: Vec<&dyn Half> = HALVES
        .iter()
        .copied()
        .chain([&Extra as &dyn Half])
        .collect();
    let mut with = print_halves(&api(), &settings(), &halves).expect("generated text is Rust");
    let added = with.remove("src/extra.rs").expect("the module is a file");
    assert!(added.text.ends_with("//! Nothing yet.\n"), "{}", added.text);
    let mut lines = Vec::new();
    for (path, file) in &with {
        let old: Vec<&str> = without[path].text.lines().collect();
        let new = file.text.lines().filter(|line| !old.contains(line));
        lines.extend(new.map(|line| format!("{path}: {line}")));
    }
    let expected = [
        "Cargo.toml: # What the test adds.",
        "Cargo.toml: extra = []",
        "src/lib.rs: #[cfg(feature = \"extra\")]",
        "src/lib.rs: pub mod extra;",
    ];
    assert_eq!(lines, expected);
    assert_eq!(with.len(), without.len());
}
