//! Definitions that hold each other, in chains of any length and in circles, through everything that the generator does:
//! that costs no stack, of which a test has 2 MiB, and not much time.

use kibana_codegen::analyse;
use kibana_codegen::ir::{Kind, Shape};
use kibana_codegen::load::load;
use kibana_codegen::settings::Settings;
use kibana_tests::fuzz::stages;
use serde_json::{Value, json};

/// Longer than a recursion that takes a frame per definition can go.
const LENGTH: usize = 1_000;

/// A document with a chain of schemas, each made by `link` from a reference to the next, and the last one from `last`. It
/// is what an operation takes and answers, and what a parameter is.
fn document(link: impl Fn(usize, Value) -> Value, last: Value) -> Value {
    let next = |number: usize| json!({ "$ref": format!("#/components/schemas/C{number}") });
    let mut schemas = serde_json::Map::new();
    for number in 0..LENGTH {
        schemas.insert(format!("C{number}"), link(number, next(number + 1)));
    }
    schemas.insert(format!("C{LENGTH}"), last);
    let content = json!({ "application/json": { "schema": next(0) } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": {
            "/things/{id}": { "put": {
                "operationId": "put",
                "tags": ["things"],
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "q", "in": "query", "schema": next(0) },
                ],
                "requestBody": { "content": content },
                "responses": { "200": { "description": "ok", "content": content } },
            } },
        },
        "components": { "schemas": schemas },
    })
}

fn goes(document: &Value) {
    let outcome = stages::bounded("input.json", document.to_string().as_bytes());
    assert_eq!(outcome, Ok(()));
}

/// A document whose only operation answers with the schema `A`.
fn answering(a: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": { "/things": { "get": { "responses": { "200": {
            "description": "ok",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } },
        } } } } },
        "components": { "schemas": { "A": a } },
    })
}

#[test]
fn objects() {
    goes(&document(
        |_, next| json!({ "type": "object", "required": ["next"], "properties": { "next": next } }),
        json!({ "type": "object" }),
    ));
}

#[test]
fn references() {
    goes(&document(|_, next| next, json!({ "type": "string" })));
}

#[test]
fn references_in_conjunctions() {
    goes(&document(
        |_, next| json!({ "nullable": true, "allOf": [next] }),
        json!({ "type": "string" }),
    ));
}

#[test]
fn values_or_lists_of_them() {
    goes(&document(
        |_, next| json!({ "anyOf": [next, { "type": "array", "items": next }] }),
        json!({ "type": "string" }),
    ));
}

#[test]
fn lists() {
    goes(&document(
        |_, next| json!({ "type": "array", "items": next }),
        json!({ "type": "string" }),
    ));
}

#[test]
fn maps() {
    goes(&document(
        |_, next| json!({ "type": "object", "additionalProperties": next }),
        json!({ "type": "string" }),
    ));
}

#[test]
fn unions() {
    goes(&document(
        |number, next| {
            let own = format!("p{number}");
            json!({ "oneOf": [next, { "type": "object", "required": [own], "properties": { own: { "type": "string" } } }] })
        },
        json!({ "type": "string" }),
    ));
}

#[test]
fn unions_with_tags() {
    goes(&document(
        |number, next| {
            let kind = json!({ "type": "string", "enum": [format!("k{number}")] });
            let own = json!({ "type": "object", "required": ["kind"], "properties": { "kind": kind, "next": next } });
            json!({ "oneOf": [own, { "type": "integer" }], "discriminator": { "propertyName": "kind" } })
        },
        json!({ "type": "string" }),
    ));
}

#[test]
fn conjunctions() {
    goes(&document(
        |number, next| json!({ "allOf": [next, { "type": "object", "properties": { format!("p{}", number % 7): { "type": "string" } } }] }),
        json!({ "type": "object" }),
    ));
}

#[test]
fn conjunctions_in_properties() {
    goes(&document(
        |_, next| {
            let both = json!({ "allOf": [next, { "type": "object", "properties": { "a": { "type": "string" } } }] });
            json!({ "type": "object", "properties": { "next": both } })
        },
        json!({ "type": "object" }),
    ));
}

#[test]
fn members_that_look_alike() {
    // Two chains that differ at their ends only, so that both have to be followed.
    let mut both = document(
        |_, next| json!({ "type": "object", "required": ["next"], "properties": { "next": next } }),
        json!({ "type": "object", "properties": { "a": { "type": "string" } } }),
    );
    let others = both["components"]["schemas"].to_string().replace('C', "D");
    let others: Value = serde_json::from_str(&others).unwrap_or_default();
    for (name, schema) in others.as_object().into_iter().flatten() {
        both["components"]["schemas"][name] = schema.clone();
    }
    both["components"]["schemas"]["U"] = json!({
        "oneOf": [{ "$ref": "#/components/schemas/C0" }, { "$ref": "#/components/schemas/D0" }],
    });
    both["paths"]["/things/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"] =
        json!({ "$ref": "#/components/schemas/U" });
    goes(&both);
}

#[test]
fn a_tagged_union_inside_itself() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut document = document(|_, _| json!({}), json!({ "type": "string" }));
    document["components"]["schemas"] = json!({
        "C0": { "oneOf": [reference("C0"), reference("B")], "discriminator": {
            "propertyName": "kind",
            "mapping": { "a": "#/components/schemas/C0", "b": "#/components/schemas/B" },
        } },
        "B": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } },
    });
    goes(&document);
    let document = load("input.json", document.to_string().as_bytes()).expect("JSON");
    let analysis = analyse(document, &Settings::default());
    for (id, definition) in analysis.api.types.iter() {
        if let Shape::Union(union) = &definition.shape {
            let mut members = union.members.iter();
            assert!(members.all(|member| member.ty.kind != Kind::Named(id)));
        }
    }
}

#[test]
fn lists_of_a_union_in_the_union_itself() {
    let next = json!({ "$ref": "#/components/schemas/C0" });
    let mut document = document(|_, _| json!({}), json!({ "type": "string" }));
    document["components"]["schemas"] = json!({ "C0": { "oneOf": [
        { "type": "array", "items": next },
        { "type": "array", "items": next, "minItems": 1 },
        { "type": "array", "items": next, "maxItems": 7 },
        { "type": "string" },
    ] } });
    goes(&document);
}

/// Found by the fuzzer: what is made of such a type began anew for each member, without end.
#[test]
fn two_choices_of_which_one_holds_the_whole() {
    let a = json!({ "$ref": "#/components/schemas/A" });
    goes(&answering(json!({
        "type": "object",
        "properties": { "a": {}, "b": a, "c": {} },
        "anyOf": [a, { "required": ["b"] }],
        "oneOf": [{ "required": ["b"] }, { "required": ["c"] }],
    })));
}

/// Found by the fuzzer: `drift` compared each list with each other one, and the lists in them, without end.
#[test]
fn lists_of_lists_of_themselves_that_are_bounded() {
    let a = json!({ "$ref": "#/components/schemas/A" });
    goes(&answering(json!({ "type": "array", "items": { "allOf": [
        { "oneOf": [a, { "type": "array", "items": a }] },
        { "type": "array", "maxItems": 2 },
    ] } })));
}

/// Found by the fuzzer: each level made twice as many sets of schemas, which were compared to their depths.
#[test]
fn lists_of_conjunctions_that_grow() {
    let mut deep = json!({ "type": "string" });
    for _ in 0..50 {
        deep = json!({ "type": "array", "items": deep });
    }
    let a = json!({ "$ref": "#/components/schemas/A" });
    goes(&answering(
        json!({ "type": "array", "items": { "allOf": [{ "oneOf": [deep, a] }, a] } }),
    ));
}

/// Found by the fuzzer: what a member states was looked for in itself again at every level.
#[test]
fn conjunctions_that_hold_themselves_several_times() {
    let a = json!({ "$ref": "#/components/schemas/A" });
    let itself = json!({ "$ref": "#/components/schemas/A/properties/a" });
    goes(&answering(
        json!({ "type": "object", "properties": { "a": { "allOf": [
        { "oneOf": [{ "type": "string" }, itself] }, itself, itself, itself,
    ] }, "b": { "allOf": vec![a; 12] } } }),
    ));
}

/// Found by the fuzzer: headers have no case, so `drift` took the first for both.
#[test]
fn headers_in_two_spellings() {
    let header = |pattern: &str| json!({ "schema": { "type": "string", "pattern": pattern } });
    let mut document = answering(json!({ "type": "object" }));
    document["paths"]["/things"]["parameters"] =
        json!([{ "name": "X-Mark", "in": "header", "schema": { "type": "string" } }]);
    let get = &mut document["paths"]["/things"]["get"];
    get["parameters"] =
        json!([{ "name": "x-mark", "in": "header", "schema": { "type": "integer" } }]);
    get["responses"]["200"]["headers"] = json!({ "X-Mark": header("a"), "X-MARK": header("b") });
    goes(&document);
    let document = load("input.json", document.to_string().as_bytes()).expect("JSON");
    let analysis = analyse(document, &Settings::default());
    let operation = &analysis.api.operations[0];
    assert_eq!(operation.parameters.len(), 1);
    assert_eq!(operation.responses[0].headers.len(), 1);
}
