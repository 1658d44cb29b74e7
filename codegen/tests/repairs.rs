//! One minimal document per repair: what it was, what it becomes and what is said about it.

use std::collections::BTreeSet;

use kibana_codegen::document::{Document, Source};
use kibana_codegen::repair;
use serde_json::{Value, json};

/// Where a fragment stands in the document that is made from it.
#[derive(Clone, Copy)]
enum Host {
    Document,
    Schema,
    Parameter,
    Response,
    Content,
    Operation,
    Paths,
}

impl Host {
    fn pointer(self) -> &'static str {
        match self {
            Self::Document => "",
            Self::Schema => "/components/schemas/A",
            Self::Parameter => "/components/parameters/A",
            Self::Response => "/components/responses/A",
            Self::Content => "/components/requestBodies/A/content",
            Self::Operation => "/paths/~1a/get",
            Self::Paths => "/paths",
        }
    }

    fn document(self, fragment: Value) -> Value {
        self.pointer()
            .rsplit('/')
            .take_while(|segment| !segment.is_empty())
            .fold(
                fragment,
                |inner, segment| json!({ segment.replace("~1", "/"): inner }),
            )
    }
}

/// Titles and fragments (in YAML).
type Cases = &'static [(&'static str, &'static str)];

const KEYWORDS: Cases = &[
    (
        "another case",
        "{type: object, additionalproperties: false}",
    ),
    (
        "a singular",
        "{type: object, property: {a: {type: string}}}",
    ),
    ("swapped letters", "{type: array, itmes: {type: string}}"),
    (
        "a property that is called like a keyword stays",
        "{type: object, properties: {Type: {type: string}, item: {}}}",
    ),
    (
        "not when the keyword is there",
        "{type: object, properties: {}, property: {a: {}}}",
    ),
    (
        "not when the value is of another kind",
        "{type: object, requird: {a: 1}}",
    ),
    (
        "not when the keyword says nothing about the type",
        "{type: object, item: {type: string}}",
    ),
    ("a stray key", "{type: object, name: Case}"),
    (
        "an extension and data are no keywords",
        "{x-name: a, default: {tpye: 1}, example: {nullable: no}}",
    ),
    (
        "null",
        "{type: object, required: null, properties: null, default: null}",
    ),
    ("text for a boolean", "{type: string, nullable: 'True'}"),
    (
        "text for numbers",
        "{type: integer, minimum: '1', maximum: ' 10 '}",
    ),
    ("a number for text", "{type: string, description: 42}"),
    ("a name for a list of names", "{type: object, required: a}"),
    (
        "entries that are no names",
        "{type: object, required: [a, {anyOf: [b]}, 3]}",
    ),
    ("`required` as a flag", "{type: string, required: true}"),
    ("a negative length", "{type: string, minLength: -1}"),
    (
        "lengths with a fraction",
        "{type: string, minLength: 1.5, maxLength: 3.0}",
    ),
    ("a pattern that is no text", "{type: string, pattern: [a]}"),
    ("a value for a list of values", "{type: string, enum: a}"),
    (
        "an object for a list of values",
        "{type: string, enum: {a: 1}}",
    ),
    (
        "a discriminator of 2.0",
        "{oneOf: [{$ref: '#/b'}], discriminator: kind}",
    ),
    (
        "a mapping to nothing",
        "{oneOf: [{$ref: '#/b'}], discriminator: {propertyName: kind, mapping: {a: '#/b', c: null}}}",
    ),
    (
        "documentation without address",
        "{externalDocs: {description: More}}",
    ),
    (
        "`$ref` and its siblings stay",
        "{$ref: '#/b', nullable: true, description: Why, default: 1}",
    ),
];

const TYPES: Cases = &[
    ("a plural", "{type: objects}"),
    ("another case", "{type: String}"),
    ("a name of another language", "{type: int}"),
    ("no type", "{type: keyword, description: Text}"),
    (
        "missing, with properties",
        "{properties: {a: {}}, nullable: true}",
    ),
    ("missing, with items", "{items: {}}"),
    ("missing, with values", "{enum: [a, b]}"),
    (
        "missing, and told twice",
        "{properties: {a: {}}, items: {}}",
    ),
    (
        "missing in a member that only validates",
        "{type: object, anyOf: [{required: [a]}, {required: [b]}]}",
    ),
    ("missing under `not`", "{not: {properties: {a: {}}}}"),
    (
        "constraints on another type",
        "{type: array, items: {type: string, maxItems: 3}, minLength: 1}",
    ),
    (
        "a format of text on an object",
        "{type: object, format: uuid}",
    ),
    (
        "a format that nobody knows",
        "{type: number, format: epoch-time}",
    ),
    ("a file as an object", "{type: object, format: binary}"),
    (
        "list with null",
        "{type: [string, 'null'], enum: [a, null]}",
    ),
    ("list with a bare null", "{type: [string, null]}"),
    (
        "list of several",
        "{title: T, type: [string, array, 'null'], minLength: 1, items: {type: integer}, default: a}",
    ),
    (
        "list of several with values",
        "{type: [string, integer, boolean], enum: [a, 1, 2]}",
    ),
    (
        "list of several beside `anyOf`",
        "{type: [string, integer], anyOf: [{minLength: 1}, {minimum: 1}]}",
    ),
    (
        "list with a type inside another",
        "{type: [integer, number]}",
    ),
    (
        "list of all types",
        "{type: [string, number, boolean, object, array, 'null'], minLength: 1}",
    ),
    ("empty list", "{type: []}"),
    ("null", "{type: 'null', description: Nothing}"),
    (
        "true, false and null as schemas",
        "{type: object, properties: {a: true, b: false, c: null}, additionalProperties: false}",
    ),
    ("base64", "{type: string, contentEncoding: base64}"),
    (
        "raw bytes",
        "{type: string, contentMediaType: application/octet-stream}",
    ),
];

const VALUES: Cases = &[
    ("const", "{type: string, const: a}"),
    ("const null", "{const: null}"),
    ("examples", "{type: string, examples: [a, b]}"),
    ("twice the same", "{type: string, enum: [a, b, a]}"),
    ("numbers as text", "{type: integer, enum: ['1', '2']}"),
    ("booleans as text", "{type: boolean, enum: ['true']}"),
    ("text as numbers", "{type: string, enum: [1, 2.5, true]}"),
    (
        "a default of text as a number",
        "{type: string, default: 2.5, example: true}",
    ),
    (
        "values of another type",
        "{type: integer, enum: [asc, desc]}",
    ),
    ("values of several types", "{type: integer, enum: [asc, 1]}"),
    (
        "values of the items",
        "{type: array, items: {type: string}, enum: [a, b]}",
    ),
    ("null among the values", "{type: string, enum: [a, null]}"),
    ("no value but null", "{enum: [], nullable: true}"),
    ("no value at all", "{type: string, enum: []}"),
];

const NUMBERS: Cases = &[
    (
        "booleans stay",
        "{type: number, minimum: 0, exclusiveMinimum: true}",
    ),
    (
        "numbers become booleans",
        "{type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}",
    ),
    (
        "the tighter bound wins",
        "{type: number, minimum: 5, exclusiveMinimum: 0, maximum: 10, exclusiveMaximum: 10}",
    ),
    (
        "a fraction on an integer",
        "{type: integer, minimum: 0.5, exclusiveMinimum: true, maximum: 10.0}",
    ),
    (
        "beyond 64 bits",
        "{type: integer, minimum: 0, maximum: 1.0e+300}",
    ),
    ("a factor of zero", "{type: number, multipleOf: 0}"),
    (
        "a factor with a fraction on an integer",
        "{type: integer, multipleOf: 0.5}",
    ),
    ("a whole factor", "{type: integer, multipleOf: 2.0}"),
];

const COMPOSITES: Cases = &[
    (
        "items as a list of one",
        "{type: array, items: [{type: objects}]}",
    ),
    (
        "items as a list of several",
        "{type: array, items: [{type: string}, {type: integer}]}",
    ),
    ("items as an empty list", "{type: array, items: []}"),
    (
        "a closed tuple",
        "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
    ),
    (
        "an open tuple",
        "{type: array, prefixItems: [{type: string}]}",
    ),
    (
        "one pattern for all names",
        "{type: object, patternProperties: {'^.*$': {type: string}}}",
    ),
    (
        "one pattern in a closed object",
        "{type: object, patternProperties: {^a: {type: string}}, additionalProperties: false}",
    ),
    (
        "several patterns",
        "{type: object, patternProperties: {^a: {type: string}, ^b: {type: integer}}}",
    ),
    (
        "no members",
        "{type: string, allOf: [], anyOf: [], oneOf: []}",
    ),
    ("one member without list", "{allOf: {$ref: '#/b'}}"),
    ("a name listed twice", "{type: object, required: [a, b, a]}"),
    (
        "rules that are not checked",
        "{type: object, unevaluatedProperties: false, if: {required: [a]}, then: {required: [b]}, dependentRequired: {a: [b]}}",
    ),
    (
        "local definitions",
        "{$defs: {a: {type: objects}}, $ref: '#/components/schemas/A/$defs/a'}",
    ),
];

const PARAMETERS: Cases = &[
    ("without schema", "{name: a, in: query}"),
    ("in another case", "{name: a, in: Query, schema: {}}"),
    (
        "a style of another place",
        "{name: a, in: path, required: true, style: form, schema: {}}",
    ),
    (
        "a list stays",
        "{name: a, in: query, style: form, explode: false, schema: {type: array, items: {type: string}}}",
    ),
    (
        "text for a boolean",
        "{name: a, in: query, required: 'true', schema: {}}",
    ),
    (
        "examples as a list",
        "{name: a, in: query, schema: {}, examples: [1, 2]}",
    ),
    (
        "a bare example",
        "{name: a, in: query, schema: {}, examples: {one: 1}}",
    ),
    (
        "an optional segment",
        "{name: version?, in: path, required: true, schema: {}}",
    ),
];

const RESPONSES: Cases = &[
    ("without description", "{content: {}}"),
    ("nothing", "null"),
    ("links", "{description: Done, links: {next: {}}}"),
    (
        "a header without schema",
        "{description: Done, headers: {location: {description: Where}}}",
    ),
    ("a stray key", "{description: Done, body: {}}"),
    (
        "a header in two spellings",
        "{description: Done, headers: {X-Mark: {schema: {type: string}}, x-mark: {schema: {type: integer}}, X-Mark-2: {schema: {}}}}",
    ),
];

const CONTENT: Cases = &[
    (
        "a colon for the slash",
        "{'application:json': {schema: {type: string}}}",
    ),
    (
        "a colon beside the right spelling",
        "{'application:json': {}, application/json: {}}",
    ),
    (
        "several in one",
        "{application/gzip; application/zip: {schema: {type: string, format: binary}}}",
    ),
    (
        "parameters stay",
        "{application/json; Elastic-Api-Version=2023-10-31: {}}",
    ),
    ("no media type", "{json: {}}"),
    ("nothing", "{application/json: null}"),
    (
        "a schema that is missing",
        "{application/json: {schema: null}}",
    ),
    (
        "a part of a form",
        "{multipart/form-data: {schema: {type: object}, encoding: {file: {style: simple, headers: {a: {}}}}}}",
    ),
    (
        "a header of a part in two spellings",
        "{multipart/form-data: {schema: {type: object}, encoding: {file: {headers: {A: {schema: {type: string}}, a: {schema: {type: integer}}}}}}}",
    ),
];

const OPERATIONS: Cases = &[
    ("without responses", "{operationId: a}"),
    (
        "a misspelled keyword",
        "{operationid: a, reponses: {'200': {description: Done}}}",
    ),
    (
        "statuses",
        "{responses: {2xx: {description: a}, Default: {description: b}, '0': {description: c}, x-a: 1, '600': {description: d}, 4XX: {description: e}}}",
    ),
    (
        "one tag without list, and one twice",
        "{tags: cases, responses: {}}",
    ),
    (
        "a tag listed twice",
        "{tags: [cases, cases], responses: {}}",
    ),
    (
        "callbacks",
        "{responses: {}, callbacks: {done: {$ref: '#/b'}}}",
    ),
    (
        "security without list",
        "{responses: {}, security: {apiKey: null}}",
    ),
    (
        "servers without address",
        "{responses: {}, servers: [{description: Mine}]}",
    ),
    (
        "a parameter twice",
        "{responses: {}, parameters: [{name: a, in: header, schema: {type: string}}, {name: A, in: header, schema: {type: integer}}, {name: a, in: query, schema: {}}]}",
    ),
    ("a kind that makes no sense is left for later", "text"),
];

const PATHS: Cases = &[
    ("undeclared", "{'/a/{id}': {get: {responses: {}}}}"),
    (
        "declared for all operations",
        "{'/a/{id}': {parameters: [{name: id, in: path, required: true, schema: {}}], get: {responses: {}}}}",
    ),
    (
        "an operation says more about a shared parameter",
        "{'/a/{id}': {parameters: [{name: id, in: path, required: true, schema: {}}], get: {responses: {}, parameters: [{name: id, in: path, required: true, schema: {type: string}}]}}}",
    ),
    (
        "not in the path",
        "{/a: {get: {responses: {}, parameters: [{name: id, in: path, required: true, schema: {}}]}}}",
    ),
    (
        "another name in the path",
        "{'/a/{id}': {get: {responses: {}, parameters: [{name: caseId, in: path, required: true, schema: {type: integer}}]}}}",
    ),
    (
        "an optional segment",
        "{'/a/{name}/{version?}': {get: {responses: {}, parameters: [{name: name, in: path, required: true, schema: {}}, {name: version, in: path, required: true, schema: {}}]}}}",
    ),
    (
        "an undeclared optional segment",
        "{'/a/{version?}': {get: {responses: {}}}}",
    ),
    (
        "an unknown reference may be the parameter",
        "{'/a/{id}': {get: {responses: {}, parameters: [{$ref: 'other.yaml#/id'}]}}}",
    ),
];

const DOCUMENTS: Cases = &[
    ("webhooks", "{openapi: 3.1.0, webhooks: {done: {}}}"),
    (
        "a tag declared twice",
        "{tags: [{name: cases}, {name: cases, description: All about cases}]}",
    ),
    (
        "a parameter by reference",
        "{paths: {'/a/{id}': {get: {responses: {}, parameters: [{$ref: '#/components/parameters/B'}]}}}, components: {parameters: {A: {name: id, in: Path, required: true, schema: {}}, B: {$ref: '#/components/parameters/A'}}}}",
    ),
    ("nothing of a document", "[1, 2]"),
];

const ALL: &[(&str, Host, Cases)] = &[
    ("keywords", Host::Schema, KEYWORDS),
    ("types", Host::Schema, TYPES),
    ("values", Host::Schema, VALUES),
    ("numbers", Host::Schema, NUMBERS),
    ("composites", Host::Schema, COMPOSITES),
    ("parameters", Host::Parameter, PARAMETERS),
    ("responses", Host::Response, RESPONSES),
    ("content", Host::Content, CONTENT),
    ("operations", Host::Operation, OPERATIONS),
    ("paths", Host::Paths, PATHS),
    ("documents", Host::Document, DOCUMENTS),
];

fn load(host: Host, fragment: &str) -> Document {
    let fragment = serde_yaml::from_str(fragment).unwrap_or_else(|e| panic!("{fragment}: {e}"));
    Document::new(host.document(fragment), Source::new("test", ""))
}

/// A document of text, so that the letters of its scalars are known.
fn schemas(text: &str) -> Value {
    let text = format!("openapi: 3.0.3\ncomponents:\n  schemas:\n{text}");
    let mut document = kibana_codegen::load::load("test", text.as_bytes()).expect("it is YAML");
    repair::repair(&mut document);
    document.root["components"]["schemas"].take()
}

#[test]
fn text_that_yaml_reads_as_a_number_keeps_its_letters() {
    let found = schemas(
        "    A: {type: string, enum: [1.10, 1.1, 1.20, 0x1F, 1e3, +7, True, 1_000], default: 1.10, example: 2.50}\n\
         \x20   B: {type: [string, 'null'], enum: [&v 1.10, *v, 2.0, null], examples: [3.00, 4]}\n\
         \x20   C: {type: string, const: 1.10, description: 1.10}\n\
         \x20   D: {type: object, required: [1.10], properties: {1.10: {type: string, enum: [00.0, 1.0]}}}\n\
         \x20   E: {type: number, enum: [1.10, 2.0]}\n",
    );
    assert_eq!(
        found["A"]["enum"],
        json!(["1.10", "1.1", "1.20", "0x1F", "1e3", "+7", "True", "1_000"])
    );
    assert_eq!(found["A"]["default"], json!("1.10"));
    assert_eq!(found["A"]["example"], json!("2.50"));
    assert_eq!(found["B"]["enum"], json!(["1.10", "2.0", null]));
    assert_eq!(found["B"]["example"], json!("3.00"));
    assert_eq!(found["C"]["enum"], json!(["1.10"]));
    assert_eq!(found["C"]["description"], json!("1.10"));
    assert_eq!(found["D"]["required"], json!(["1.10"]));
    assert_eq!(
        found["D"]["properties"]["1.10"]["enum"],
        json!(["00.0", "1.0"])
    );
    assert_eq!(found["E"]["enum"], json!([1.1, 2.0]));
}

#[test]
fn examples_of_text_beside_a_schema_keep_their_letters() {
    let text = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      parameters:\n      - {name: v, in: query, \
                schema: {type: string}, example: 1.10, examples: {a: {value: 2.50}}}\n";
    let mut document = kibana_codegen::load::load("test", text.as_bytes()).expect("it is YAML");
    repair::repair(&mut document);
    let parameter = &document.root["paths"]["/a"]["get"]["parameters"][0];
    assert_eq!(parameter["example"], json!("1.10"));
    assert_eq!(parameter["examples"]["a"]["value"], json!("2.50"));
}

#[test]
fn what_an_overlay_put_there_has_no_letters_of_the_text() {
    let source = Source::new(
        "test",
        "components: {schemas: {A: {type: string, enum: [1.10]}}}",
    );
    let root = json!({"components": {"schemas": {"A": {"type": "string", "enum": [2.5]}}}});
    let mut document = Document::new(root, source);
    repair::repair(&mut document);
    assert_eq!(
        document.root["components"]["schemas"]["A"]["enum"],
        json!(["2.5"])
    );
}

/// Before, after and every message, as the snapshots show it.
fn tell(host: Host, (title, fragment): (&str, &str)) -> String {
    let mut document = load(host, fragment);
    let before = document.root.pointer(host.pointer()).cloned();
    let diagnostics = repair::repair(&mut document);
    let after = document.root.pointer(host.pointer());
    let mut text = format!("{title}\n  {}\n", before.unwrap_or_default());
    if before_differs(host, fragment, after) {
        text += &format!("  {}\n", after.cloned().unwrap_or_default());
    }
    for diagnostic in diagnostics.iter() {
        let pointer = diagnostic.pointer.as_str();
        let pointer = pointer.strip_prefix(host.pointer()).unwrap_or(pointer);
        let (severity, code) = (diagnostic.severity(), diagnostic.code.name);
        let message = &diagnostic.message;
        text += &format!("    {severity}[{code}] {pointer}: {message}\n");
    }
    text
}

fn before_differs(host: Host, fragment: &str, after: Option<&Value>) -> bool {
    load(host, fragment).root.pointer(host.pointer()) != after
}

#[test]
fn each_repair_says_what_it_did() {
    for (name, host, cases) in ALL {
        let text: Vec<_> = cases.iter().map(|case| tell(*host, *case)).collect();
        insta::assert_snapshot!(*name, text.join("\n"));
    }
}

#[test]
fn every_code_has_a_case() {
    let mut raised = BTreeSet::new();
    for (_, host, cases) in ALL {
        for (_, fragment) in *cases {
            let diagnostics = repair::repair(&mut load(*host, fragment));
            raised.extend(diagnostics.iter().map(|diagnostic| diagnostic.code.name));
        }
    }
    let listed: Vec<_> = repair::CODES.iter().map(|code| code.name).collect();
    let unique: BTreeSet<_> = listed.iter().copied().collect();
    assert_eq!(listed.len(), unique.len(), "a code is listed twice");
    assert_eq!(raised, unique);
}

#[test]
fn a_second_repair_changes_nothing_and_repeats_only_warnings() {
    for (_, host, cases) in ALL {
        for (title, fragment) in *cases {
            let mut document = load(*host, fragment);
            repair::repair(&mut document);
            let once = document.clone();
            let again = repair::repair(&mut document);
            assert_eq!(document.root, once.root, "{title}");
            for diagnostic in again.iter() {
                let severity = diagnostic.severity().as_str();
                assert_eq!(severity, "warning", "{title}: {diagnostic:?}");
            }
        }
    }
}

#[test]
fn openapiv3_reads_every_repaired_case() {
    for (_, host, cases) in ALL {
        for (title, fragment) in *cases {
            let mut document = load(*host, fragment);
            repair::repair(&mut document);
            if let Some(components) = document.root.get("components") {
                let read = serde_json::from_value::<openapiv3::Components>(components.clone());
                assert!(read.is_ok(), "{title}: {read:?} {components}");
            }
            let paths = document.root.get("paths").and_then(Value::as_object);
            for item in paths.into_iter().flat_map(|paths| paths.values()) {
                if item["get"].is_object() {
                    let read = serde_json::from_value::<openapiv3::PathItem>(item.clone());
                    assert!(read.is_ok(), "{title}: {read:?} {item}");
                }
            }
        }
    }
}

#[test]
fn an_odd_value_anywhere_is_repaired_once_or_left() {
    let odd = [
        json!(null),
        json!(true),
        json!("x"),
        json!("1"),
        json!(-1),
        json!(1.5),
        json!([]),
        json!([null]),
        json!(["x", 1, {}]),
        json!({}),
        json!({"a": null}),
        json!({"type": "string"}),
    ];
    let mut failures = Vec::new();
    for (_, host, cases) in ALL {
        for (title, fragment) in *cases {
            let mut places = Vec::new();
            addresses(&load(*host, fragment).root, String::new(), &mut places);
            for (place, value) in places.iter().flat_map(|p| odd.iter().map(move |v| (p, v))) {
                let mut document = load(*host, fragment);
                if let Some(node) = document.root.pointer_mut(place) {
                    *node = value.clone();
                }
                repair::repair(&mut document);
                let once = document.root.clone();
                let again = repair::repair(&mut document);
                let mut severities = again.iter().map(|diagnostic| diagnostic.severity());
                if document.root != once || severities.any(|s| s.as_str() == "repair") {
                    failures.push(format!("{title}, {value} at {place}: {once}, {again:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

fn addresses(node: &Value, at: String, into: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            for (key, child) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                addresses(child, format!("{at}/{key}"), into);
            }
        }
        Value::Array(children) => {
            for (index, child) in children.iter().enumerate() {
                addresses(child, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}
