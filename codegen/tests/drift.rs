//! One small pair of documents per rule, in both directions; and random single edits, each reported once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use kibana_codegen::document::{Document, Source};
use kibana_codegen::drift::allow::Allowlist;
use kibana_codegen::drift::render::Shown;
use kibana_codegen::drift::{self, Change, Class, Drift, Severity};
use kibana_codegen::ir::{Api, Shape};
use kibana_codegen::load::load;
use kibana_codegen::{Analysis, analyse};
use serde_json::{Value, json};

fn document(name: &str, text: &str) -> Document {
    load(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn drift(old: &Document, new: &Document) -> Drift {
    let analysis = |document: &Document| analyse(document.clone(), &Default::default());
    drift::compare(&analysis(old), &analysis(new))
}

fn line(change: &Change) -> String {
    let place = &change.places[0];
    let way: Vec<&str> = [place.part.as_str(), place.path.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let rule = change.rule;
    format!(
        "{}, {} [{}] {}: {}",
        rule.severity,
        rule.class,
        rule.id,
        way.join(" "),
        change.message
    )
}

/// Both directions of a pair as text, and the rules that were met.
fn both(name: &str, old: &str, new: &str, seen: &mut BTreeSet<String>) -> String {
    let (a, b) = (document("old.yaml", old), document("new.yaml", new));
    let mut text = format!("# {name}\n");
    for (arrow, drift) in [("→", drift(&a, &b)), ("←", drift(&b, &a))] {
        for change in &drift.changes {
            seen.insert(change.rule.id.clone());
            let _ = writeln!(text, "{arrow} {}", line(change));
        }
        if drift.changes.is_empty() {
            let _ = writeln!(text, "{arrow} nothing");
        }
    }
    text
}

/// A property's schema in a request and in the answer to it.
fn of_property(schema: &str) -> String {
    format!(
        "{HEAD}
  /api/a:
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{p: {schema}}}}}}}}}}}
      responses:
        200: {{description: '', content: {{application/json: {{schema: {{type: object, properties: {{p: {schema}}}}}}}}}}}
"
    )
}

/// A schema everywhere else.
const ELSEWHERE: [fn(&str) -> String; 4] = [
    |schema| {
        operation(&format!(
            "parameters: [{{in: query, name: q, schema: {schema}}}]\nresponses: {{}}"
        ))
    },
    |schema| {
        operation(&format!(
            "parameters: [{{in: query, name: q, schema: {{type: object, properties: {{p: {schema}}}}}}}]\nresponses: {{}}"
        ))
    },
    |schema| {
        operation(&format!(
            "requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}\n\
             responses: {{200: {{description: '', content: {{application/json: {{schema: {schema}}}}}}}}}"
        ))
    },
    |schema| {
        operation(&format!(
            "responses: {{200: {{description: '', headers: {{h: {{schema: {schema}}}}}}}}}"
        ))
    },
];

/// An operation, by what stands in it.
fn operation(text: &str) -> String {
    let indented: String = text.lines().map(|line| format!("      {line}\n")).collect();
    format!("{HEAD}\n  /api/a:\n    post:\n{indented}")
}

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:";

/// Pairs of schemas, each about one thing.
const SCHEMAS: &[(&str, &str, &str)] = &[
    ("another type", "{type: string}", "{type: integer}"),
    ("wider type", "{type: integer}", "{type: number}"),
    ("any type", "{type: string}", "{}"),
    ("null", "{type: string}", "{type: string, nullable: true}"),
    (
        "list of values",
        "{type: string}",
        "{type: string, enum: [a, b]}",
    ),
    (
        "value",
        "{type: string, enum: [a]}",
        "{type: string, enum: [a, b]}",
    ),
    (
        "integer value",
        "{type: integer, enum: [1]}",
        "{type: integer, enum: [1, 2]}",
    ),
    (
        "maximum",
        "{type: number, maximum: 5}",
        "{type: number, maximum: 6}",
    ),
    (
        "maximum at all",
        "{type: integer}",
        "{type: integer, maximum: 6}",
    ),
    (
        "minimum",
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 2}",
    ),
    (
        "minimum at all",
        "{type: number}",
        "{type: number, minimum: 0}",
    ),
    (
        "a required property is for answers only",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string, readOnly: true}}}",
    ),
    (
        "the type of what is for requests only",
        "{type: object, required: [a], properties: {a: {type: string, writeOnly: true}}}",
        "{type: object, required: [a], properties: {a: {type: integer, writeOnly: true}}}",
    ),
    (
        "the same bound in other words",
        "{type: integer, minimum: 0, exclusiveMinimum: true}",
        "{type: integer, minimum: 1, multipleOf: 1}",
    ),
    (
        "the bound itself is out",
        "{type: number, minimum: 0}",
        "{type: number, minimum: 0, exclusiveMinimum: true}",
    ),
    (
        "a bound beyond doubles",
        "{type: integer, minimum: 9007199254740992}",
        "{type: integer, minimum: 9007199254740993}",
    ),
    (
        "no sign",
        "{type: integer, minimum: 0}",
        "{type: integer, format: uint64}",
    ),
    (
        "exclusive maximum",
        "{type: number, maximum: 5, exclusiveMaximum: true}",
        "{type: number, maximum: 6, exclusiveMaximum: true}",
    ),
    (
        "exclusive maximum at all",
        "{type: number}",
        "{type: number, maximum: 6, exclusiveMaximum: true}",
    ),
    (
        "exclusive minimum",
        "{type: number, minimum: 5, exclusiveMinimum: true}",
        "{type: number, minimum: 6, exclusiveMinimum: true}",
    ),
    (
        "exclusive minimum at all",
        "{type: number}",
        "{type: number, minimum: 6, exclusiveMinimum: true}",
    ),
    (
        "multiple",
        "{type: integer, multipleOf: 2}",
        "{type: integer, multipleOf: 3}",
    ),
    (
        "multiple at all",
        "{type: integer}",
        "{type: integer, multipleOf: 3}",
    ),
    (
        "length",
        "{type: string, maxLength: 5}",
        "{type: string, maxLength: 9}",
    ),
    (
        "length at all",
        "{type: string}",
        "{type: string, maxLength: 9}",
    ),
    (
        "least length",
        "{type: string, minLength: 1}",
        "{type: string, minLength: 2}",
    ),
    (
        "least length at all",
        "{type: string}",
        "{type: string, minLength: 2}",
    ),
    (
        "items",
        "{type: array, items: {type: string}, maxItems: 5}",
        "{type: array, items: {type: string}, maxItems: 9}",
    ),
    (
        "items at all",
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: string}, maxItems: 9}",
    ),
    (
        "least items",
        "{type: array, items: {type: string}, minItems: 1}",
        "{type: array, items: {type: string}, minItems: 2}",
    ),
    (
        "least items at all",
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: string}, minItems: 2}",
    ),
    (
        "different items",
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: string}, uniqueItems: true}",
    ),
    (
        "properties",
        "{type: object, maxProperties: 5}",
        "{type: object, maxProperties: 9}",
    ),
    (
        "properties at all",
        "{type: object}",
        "{type: object, maxProperties: 9}",
    ),
    (
        "least properties",
        "{type: object, minProperties: 1}",
        "{type: object, minProperties: 2}",
    ),
    (
        "least properties at all",
        "{type: object}",
        "{type: object, minProperties: 2}",
    ),
    (
        "pattern",
        "{type: string, pattern: '^a'}",
        "{type: string, pattern: '^b'}",
    ),
    (
        "pattern at all",
        "{type: string}",
        "{type: string, pattern: '^b'}",
    ),
    (
        "format",
        "{type: string, format: date}",
        "{type: string, format: date-time}",
    ),
    ("width", "{type: integer}", "{type: integer, format: int32}"),
    (
        "member of a union",
        "{oneOf: [{type: string}, {type: integer}]}",
        "{oneOf: [{type: boolean}, {type: integer}, {type: string}]}",
    ),
    (
        "member by its tag",
        "{oneOf: [{type: object, required: [t], properties: {t: {type: string, enum: [a]}, x: {type: string}}}, \
          {type: object, required: [t], properties: {t: {type: string, enum: [b]}}}]}",
        "{oneOf: [{type: object, required: [t], properties: {t: {type: string, enum: [b]}}}, \
          {type: object, required: [t], properties: {t: {type: string, enum: [a]}, x: {type: integer}}}]}",
    ),
    (
        "union instead of a type",
        "{type: string}",
        "{oneOf: [{type: integer}, {type: string}]}",
    ),
    (
        "closed object",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
    ),
    (
        "type of other properties",
        "{type: object, additionalProperties: {}}",
        "{type: object, additionalProperties: {type: string}}",
    ),
    (
        "values of a map",
        "{type: object, additionalProperties: {type: string}}",
        "{type: object, additionalProperties: {type: integer}}",
    ),
    (
        "forbidden property",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {not: {}}}}",
    ),
    (
        "sets of properties",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}]}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}",
    ),
    (
        "optional property",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
    ),
    (
        "required property",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [b], properties: {a: {type: string}, b: {type: string}}}",
    ),
    (
        "required property with a default",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [b], properties: {a: {type: string}, b: {type: string, default: x}}}",
    ),
    (
        "property that must be there",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string}}}",
    ),
    (
        "property with a default that must be there",
        "{type: object, properties: {a: {type: string, default: x}}}",
        "{type: object, required: [a], properties: {a: {type: string, default: x}}}",
    ),
    (
        "property that servers leave out",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string, x-oas-optional: true}}}",
    ),
    (
        "default",
        "{type: object, properties: {a: {type: string, default: x}}}",
        "{type: object, properties: {a: {type: string, default: y}}}",
    ),
    (
        "default at all",
        "{type: object, required: [a], properties: {a: {type: string}}}",
        "{type: object, required: [a], properties: {a: {type: string, default: y}}}",
    ),
    (
        "deprecation",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string, deprecated: true}}}",
    ),
    (
        "description",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string, description: x}}}",
    ),
    (
        "description of an object",
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, properties: {a: {type: string}}, description: x}",
    ),
    (
        "discriminator",
        "{oneOf: [{type: object, required: [t], properties: {t: {type: string, enum: [a]}, u: {type: string, enum: [a]}}}, \
          {type: object, required: [t], properties: {t: {type: string, enum: [b]}, u: {type: string, enum: [b]}}}], \
          discriminator: {propertyName: t}}",
        "{oneOf: [{type: object, required: [t], properties: {t: {type: string, enum: [a]}, u: {type: string, enum: [a]}}}, \
          {type: object, required: [t], properties: {t: {type: string, enum: [b]}, u: {type: string, enum: [b]}}}], \
          discriminator: {propertyName: u}}",
    ),
];

/// Pairs of operations, each about one thing.
const OPERATIONS: &[(&str, &str, &str)] = &[
    (
        "optional parameter",
        "responses: {}",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "required parameter",
        "responses: {}",
        "parameters: [{in: header, name: q, required: true, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "required parameter with a default",
        "responses: {}",
        "parameters: [{in: query, name: q, required: true, schema: {type: string, default: x}}]\nresponses: {}",
    ),
    (
        "parameter that must be there",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, required: true, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "parameter with a default that must be there",
        "parameters: [{in: query, name: q, schema: {type: string, default: x}}]\nresponses: {}",
        "parameters: [{in: query, name: q, required: true, schema: {type: string, default: x}}]\nresponses: {}",
    ),
    (
        "default of a parameter",
        "parameters: [{in: query, name: q, schema: {type: string, default: x}}]\nresponses: {}",
        "parameters: [{in: query, name: q, schema: {type: string, default: y}}]\nresponses: {}",
    ),
    (
        "default of a parameter at all",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, schema: {type: string, default: y}}]\nresponses: {}",
    ),
    (
        "deprecation of a parameter",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, deprecated: true, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "description of a parameter",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, description: x, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "style of a parameter",
        "parameters: [{in: query, name: q, schema: {type: array, items: {type: string}}}]\nresponses: {}",
        "parameters: [{in: query, name: q, style: pipeDelimited, schema: {type: array, items: {type: string}}}]\nresponses: {}",
    ),
    (
        "reserved characters in a parameter",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, allowReserved: true, schema: {type: string}}]\nresponses: {}",
    ),
    (
        "exploded parameter",
        "parameters: [{in: query, name: q, schema: {type: array, items: {type: string}}}]\nresponses: {}",
        "parameters: [{in: query, name: q, explode: false, schema: {type: array, items: {type: string}}}]\nresponses: {}",
    ),
    (
        "parameter as JSON",
        "parameters: [{in: query, name: q, schema: {type: string}}]\nresponses: {}",
        "parameters: [{in: query, name: q, content: {application/json: {schema: {type: string}}}}]\nresponses: {}",
    ),
    (
        "optional body",
        "responses: {}",
        "requestBody: {content: {application/json: {schema: {type: string}}}}\nresponses: {}",
    ),
    (
        "required body",
        "responses: {}",
        "requestBody: {required: true, content: {application/json: {schema: {type: string}}}}\nresponses: {}",
    ),
    (
        "body that must be there",
        "requestBody: {content: {application/json: {schema: {type: string}}}}\nresponses: {}",
        "requestBody: {required: true, content: {application/json: {schema: {type: string}}}}\nresponses: {}",
    ),
    (
        "media type of a body",
        "requestBody: {content: {application/json: {schema: {type: string}}}}\nresponses: {}",
        "requestBody: {content: {application/json: {schema: {type: string}}, text/plain: {schema: {type: string}}}}\nresponses: {}",
    ),
    (
        "spelling of media types",
        "requestBody: {content: {application/json: {schema: {type: string}}}}\n\
         responses: {200: {description: '', content: {application/json: {schema: {type: string}}}}}",
        "requestBody: {content: {application/json; charset=utf-8: {schema: {type: string}}}}\n\
         responses: {200: {description: '', content: {application/json; charset=utf-8: {schema: {type: string}}}}}",
    ),
    (
        "schema of bodies",
        "requestBody: {content: {application/json: {}}}\nresponses: {200: {description: '', content: {application/json: {}}}}",
        "requestBody: {content: {application/json: {schema: {type: string}}}}\n\
         responses: {200: {description: '', content: {application/json: {schema: {type: string}}}}}",
    ),
    (
        "encoding of bodies",
        "requestBody: {content: {application/gzip: {schema: {type: string, format: binary}}}}\n\
         responses: {200: {description: '', content: {application/gzip: {schema: {type: string, format: binary}}}}}",
        "requestBody: {content: {application/gzip: {schema: {type: object, properties: {a: {type: string}}}}}}\n\
         responses: {200: {description: '', content: {application/gzip: {schema: {type: object, properties: {a: {type: string}}}}}}}",
    ),
    (
        "examples",
        "requestBody: {content: {application/json: {schema: {type: string}, example: a}}}\n\
         responses: {200: {description: '', content: {application/json: {schema: {type: string}, example: a}}}}",
        "requestBody: {content: {application/json: {schema: {type: string}, example: b}}}\n\
         responses: {200: {description: '', content: {application/json: {schema: {type: string}, example: b}}}}",
    ),
    (
        "success",
        "responses: {200: {description: ''}}",
        "responses: {200: {description: ''}, 202: {description: ''}}",
    ),
    (
        "failure",
        "responses: {200: {description: ''}}",
        "responses: {200: {description: ''}, 404: {description: ''}}",
    ),
    (
        "media type of a response",
        "responses: {200: {description: '', content: {application/json: {schema: {type: string}}}}}",
        "responses: {200: {description: '', content: {application/json: {schema: {type: string}}, text/plain: {schema: {type: string}}}}}",
    ),
    (
        "optional header",
        "responses: {200: {description: ''}}",
        "responses: {200: {description: '', headers: {X-A: {schema: {type: string}}}}}",
    ),
    (
        "required header",
        "responses: {200: {description: ''}}",
        "responses: {200: {description: '', headers: {X-A: {required: true, schema: {type: string}}}}}",
    ),
    (
        "header that must be there",
        "responses: {200: {description: '', headers: {X-A: {schema: {type: string}}}}}",
        "responses: {200: {description: '', headers: {x-a: {required: true, schema: {type: string}}}}}",
    ),
    (
        "description of a header",
        "responses: {200: {description: '', headers: {X-A: {schema: {type: string}}}}}",
        "responses: {200: {description: '', headers: {X-A: {description: x, schema: {type: string}}}}}",
    ),
    (
        "deprecation",
        "responses: {}",
        "deprecated: true\nresponses: {}",
    ),
    ("summary", "responses: {}", "summary: x\nresponses: {}"),
    ("id", "responses: {}", "operationId: a\nresponses: {}"),
    (
        "another id",
        "operationId: b\nresponses: {}",
        "operationId: a\nresponses: {}",
    ),
    (
        "credentials",
        "security: [{a: []}]\nresponses: {}",
        "security: [{b: [], a: []}, {a: []}]\nresponses: {}",
    ),
    (
        "credentials at all",
        "responses: {}",
        "security: [{a: [read]}]\nresponses: {}",
    ),
    (
        "group",
        "tags: [a]\nresponses: {}",
        "tags: [b]\nresponses: {}",
    ),
    (
        "tag",
        "tags: [a]\nresponses: {}",
        "tags: [a, b]\nresponses: {}",
    ),
    (
        "header of the guard",
        "responses: {}",
        "parameters: [{in: header, name: KBN-xsrf, required: true, schema: {type: string}}]\nresponses: {}",
    ),
];

/// Pairs of all paths, each about one thing.
const PATHS: &[(&str, &str, &str)] = &[
    (
        "operation of a path",
        "  /a: {get: {responses: {}}}",
        "  /a: {get: {responses: {}}, put: {responses: {}}, post: {deprecated: true, responses: {}}}",
    ),
    (
        "path",
        "  /a: {get: {responses: {}}}",
        "  /a: {get: {responses: {}}}\n  /b: {get: {responses: {}}}\n  /c: {get: {deprecated: true, responses: {}}}",
    ),
    (
        "prefix of a space",
        "  /a: {get: {responses: {}}}",
        "  /s/{spaceId}/a: {get: {parameters: [{in: path, name: spaceId, required: true, schema: {type: string}}], responses: {}}}",
    ),
    (
        "name of a path parameter",
        "  /a/{id}: {get: {parameters: [{in: path, name: id, required: true, schema: {type: string}}], responses: {}}}",
        "  /a/{key}: {get: {parameters: [{in: path, name: key, required: true, schema: {type: string}}], responses: {}}}",
    ),
    (
        "operation that cannot be generated",
        "  /a: {get: {responses: {}}, put: {responses: {200: {description: '', content: {application/json: {schema: {type: string}}}}}}}",
        "  /a: {get: {responses: {}}, put: {responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/nowhere'}}}}}}}",
    ),
];

fn snapshot(
    seen: &mut BTreeSet<String>,
    cases: &[(&str, &str, &str)],
    whole: fn(&str) -> String,
) -> String {
    let texts = cases
        .iter()
        .map(|(name, old, new)| both(name, &whole(old), &whole(new), seen));
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_changes_in_a_schema_is_told_by_direction() {
    insta::assert_snapshot!(snapshot(&mut BTreeSet::new(), SCHEMAS, of_property));
}

#[test]
fn what_changes_in_an_operation_is_told() {
    insta::assert_snapshot!(snapshot(&mut BTreeSet::new(), OPERATIONS, operation));
}

#[test]
fn which_operations_there_are_is_told() {
    insta::assert_snapshot!(snapshot(&mut BTreeSet::new(), PATHS, |paths| format!(
        "{HEAD}\n{paths}\n"
    )));
}

#[test]
fn what_changes_in_a_schema_is_told_wherever_it_stands() {
    let texts = ELSEWHERE.map(|whole| snapshot(&mut BTreeSet::new(), SCHEMAS, whole));
    insta::assert_snapshot!(texts.join("\n---\n\n"));
}

/// Two documents that differ in what they are called.
fn titles() -> [String; 2] {
    ["a", "b"].map(|title| {
        format!("openapi: 3.0.3\ninfo: {{title: {title}, version: '1'}}\npaths: {{}}\n")
    })
}

#[test]
fn what_the_document_says_of_itself_is_told() {
    let [old, new] = titles();
    insta::assert_snapshot!(both("title", &old, &new, &mut BTreeSet::new()));
}

#[test]
fn every_rule_has_a_pair_of_documents() {
    let mut seen = BTreeSet::new();
    snapshot(&mut seen, SCHEMAS, of_property);
    for elsewhere in ELSEWHERE {
        snapshot(&mut seen, SCHEMAS, elsewhere);
    }
    snapshot(&mut seen, OPERATIONS, operation);
    snapshot(&mut seen, PATHS, |paths| format!("{HEAD}\n{paths}\n"));
    let [old, new] = titles();
    both("title", &old, &new, &mut seen);
    let unseen: Vec<_> = drift::rules()
        .into_iter()
        .map(|rule| rule.id.as_str())
        .filter(|id| !seen.contains(*id))
        .collect();
    assert_eq!(unseen, [""; 0]);
    assert!(!seen.contains("x-unlisted"));
}

/// A document with something of everything.
fn everything() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "tags": [{"name": "things", "description": "d"}],
        "security": [{"key": []}, {"basic": []}],
        "paths": {
            "/api/things/{id}": {
                "get": {
                    "operationId": "get_thing",
                    "summary": "s",
                    "tags": ["things"],
                    "parameters": [
                        {"in": "path", "name": "id", "required": true, "schema": {"type": "string", "maxLength": 40}},
                        {"in": "query", "name": "page", "description": "d", "schema": {"type": "integer", "minimum": 1, "default": 1}},
                        {"in": "header", "name": "kbn-xsrf", "required": true, "schema": {"type": "string"}}
                    ],
                    "responses": {
                        "200": {
                            "description": "d",
                            "headers": {"X-Count": {"required": true, "schema": {"type": "integer"}}},
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
                        },
                        "404": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
                    }
                },
                "put": {
                    "operationId": "put_thing",
                    "tags": ["things"],
                    "deprecated": false,
                    "parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "responses": {
                        "200": {"description": "d", "content": {"application/json": {"schema": {
                            "type": "object", "required": ["items"], "additionalProperties": false,
                            "properties": {"items": {"type": "array", "maxItems": 9, "items": {"$ref": "#/components/schemas/Thing"}}}
                        }}}}
                    }
                }
            }
        },
        "components": {"securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "Authorization"},
            "basic": {"type": "http", "scheme": "basic"}
        }, "schemas": {
            "Problem": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string", "title": "m"}}},
            "Base": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string", "pattern": "^k"}}},
            "Thing": {"allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "required": ["state"], "properties": {
                    "state": {"type": "string", "enum": ["on", "off"]},
                    "note": {"type": "string", "nullable": true, "description": "d"},
                    "parent": {"$ref": "#/components/schemas/Thing"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string", "minLength": 2}},
                    "rule": {"oneOf": [
                        {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["a"]}, "a": {"type": "number"}}},
                        {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["b"]}, "b": {"type": "boolean"}}},
                        {"type": "string"}
                    ]}
                }}
            ]}
        }}
    })
}

/// Every edit of one node: what is done, where, and what stands there then.
fn edits(root: &Value) -> Vec<(String, String, Value)> {
    let mut edits = Vec::new();
    let mut open = vec![String::new()];
    while let Some(pointer) = open.pop() {
        let Some(node) = root.pointer(&pointer) else {
            continue;
        };
        let segment = |key: &str| key.replace('~', "~0").replace('/', "~1");
        match node {
            Value::Object(map) => {
                open.extend(map.keys().map(|key| format!("{pointer}/{}", segment(key))))
            }
            Value::Array(items) => {
                open.extend((0..items.len()).map(|at| format!("{pointer}/{at}")))
            }
            _ => {}
        }
        let mut edit = |what: &str, value: Value| {
            edits.push((what.to_string(), pointer.clone(), value));
        };
        let Some((parent, key)) = pointer.rsplit_once('/') else {
            continue;
        };
        let named = parent.ends_with("/properties") || parent.ends_with("/schemas");
        match (key, node) {
            (_, Value::Object(map)) if named && map.contains_key("type") => {
                let mut turned = map.clone();
                let nullable = map.get("nullable") == Some(&json!(true));
                turned.insert("nullable".to_string(), json!(!nullable));
                edit("turn null of", turned.into());
                if map.contains_key("properties") && !map.contains_key("additionalProperties") {
                    let mut closed = map.clone();
                    closed.insert("additionalProperties".to_string(), json!(false));
                    edit("close", closed.into());
                }
            }
            _ if named => {}
            ("items" | "schema", Value::Object(map)) if map.contains_key("$ref") => {
                edit("forget", json!({"type": "string"}));
            }
            (
                "maxLength" | "minLength" | "maxItems" | "minItems" | "maximum" | "minimum"
                | "default",
                Value::Number(number),
            ) => {
                edit("count up", json!(number.as_i64().unwrap_or_default() + 1));
            }
            (
                "pattern" | "format" | "description" | "summary" | "operationId" | "version",
                Value::String(text),
            ) => {
                edit("add to", json!(format!("{text}x")));
            }
            ("title", Value::String(text)) if parent == "/info" => {
                edit("add to", json!(format!("{text}x")))
            }
            // A parameter of the path is there, whatever is said.
            ("required", Value::Bool(_)) if parent.ends_with("/parameters/0") => {}
            ("nullable" | "deprecated" | "required" | "additionalProperties", Value::Bool(on)) => {
                edit("turn", json!(!on));
            }
            ("enum", Value::Array(values)) => edit(
                "extend",
                values.iter().cloned().chain([json!("zzz")]).collect(),
            ),
            ("required", Value::Array(names)) => {
                edit("shorten", names.iter().skip(1).cloned().collect())
            }
            ("oneOf" | "security", Value::Array(members)) => {
                edit("shorten", members.iter().skip(1).cloned().collect())
            }
            ("parameters", Value::Array(list)) => edit(
                "shorten",
                list.iter()
                    .take(list.len().saturating_sub(1))
                    .cloned()
                    .collect(),
            ),
            ("properties" | "responses" | "headers" | "content", Value::Object(map)) => {
                for name in map.keys() {
                    let mut left = map.clone();
                    left.remove(name);
                    edit(&format!("take {name} from"), Value::Object(left));
                }
            }
            (_, Value::Object(map)) if parent == "/paths" => {
                for method in map.keys().filter(|key| *key != "parameters") {
                    let mut left = map.clone();
                    left.remove(method);
                    edit(&format!("take {method} from"), Value::Object(left));
                }
            }
            ("type", Value::String(text)) if text != "object" && text != "array" => {
                let parent = root.pointer(parent).and_then(Value::as_object);
                if parent.is_some_and(|schema| schema.len() == 1) {
                    edit(
                        "change",
                        json!(if text == "boolean" {
                            "string"
                        } else {
                            "boolean"
                        }),
                    );
                }
            }
            _ => {}
        }
    }
    edits
}

/// Text of the IR, without places, in front of and between the definitions that it names.
struct Said {
    text: Vec<String>,
    names: Vec<usize>,
}

impl Said {
    fn of(value: &impl std::fmt::Debug) -> Self {
        let debug = format!("{value:?}");
        let mut parts = debug.split("Pointer(\"");
        let first = parts.next().unwrap_or_default().to_string();
        let nowhere = parts.fold(first, |text, part| {
            text + part.split_once("\")").map_or("", |(_, rest)| rest)
        });
        let mut parts = nowhere.split("TypeId(");
        let mut said = Self {
            text: vec![parts.next().unwrap_or_default().to_string()],
            names: Vec::new(),
        };
        for part in parts {
            let (id, rest) = part.split_once(')').unwrap_or_default();
            said.names.push(id.parse().unwrap_or_default());
            said.text.push(rest.to_string());
        }
        said
    }

    fn hash(&self, known: &[u64]) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        for id in &self.names {
            known[*id].hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// What the IR says of everything that operations reach: wherever it stands, in whatever order properties and members
/// are, and however equal definitions are shared. A definition is what it says and what the definitions in it say, so
/// each round looks one level deeper.
fn said(api: &Api) -> Vec<u64> {
    const ROUNDS: usize = 24;
    let definitions: Vec<Vec<Said>> = api
        .types
        .iter()
        .map(|(_, definition)| {
            let mut parts = vec![Said::of(&definition.docs)];
            match &definition.shape {
                Shape::Struct(object) => {
                    parts.extend(object.fields.iter().map(|field| {
                        let docs = (&field.docs, &field.presence);
                        Said::of(&(&field.wire, docs, &field.ty))
                    }));
                    let rest = (&object.additional, &object.require_any, object.size);
                    parts.push(Said::of(&(rest, &object.forbidden)));
                }
                Shape::Union(union) => {
                    parts.extend(union.members.iter().map(|member| Said::of(&member.ty)));
                    let discriminator = union.discriminator.as_ref();
                    parts.push(Said::of(&discriminator.map(|d| (&d.property, &d.mapping))));
                }
                shape => parts.push(Said::of(shape)),
            }
            parts
        })
        .collect();
    let mut known = vec![0; definitions.len()];
    for _ in 0..ROUNDS {
        let next = definitions.iter().map(|parts| {
            let mut hashes: Vec<u64> = parts.iter().map(|part| part.hash(&known)).collect();
            hashes.sort_unstable();
            let mut hasher = DefaultHasher::new();
            hashes.hash(&mut hasher);
            hasher.finish()
        });
        known = next.collect();
    }
    let info = (&api.title, &api.version, &api.modules);
    let operations = api.operations.iter().map(Said::of);
    let all = std::iter::once(Said::of(&info)).chain(operations);
    all.map(|said| said.hash(&known)).collect()
}

/// Asserts that an edit is reported if it changes what the IR says, and nowhere twice.
fn assert_reported_once(
    old: &Analysis,
    root: &Value,
    (what, pointer, value): (String, String, Value),
) -> Drift {
    let mut edited = root.clone();
    if let Some(node) = edited.pointer_mut(&pointer) {
        *node = value;
    }
    let what = format!("{}: {what} {pointer}", old.document.source.name);
    let document = Document::new(edited, Source::new("edited.yaml", ""));
    let new = analyse(document, &Default::default());
    let drift = drift::compare(old, &new);
    let lines: Vec<String> = drift.changes.iter().map(line).collect();
    assert_eq!(
        said(&old.api) != said(&new.api),
        !lines.is_empty(),
        "{what}: {lines:#?}"
    );
    let mut seen = BTreeSet::new();
    for change in &drift.changes {
        for place in &change.places {
            let place = (
                change.direction,
                &place.operation,
                &place.old,
                &place.new,
                &change.message,
            );
            assert!(seen.insert(place), "{what} twice: {lines:#?}");
        }
    }
    drift
}

#[test]
fn every_single_edit_is_reported_once_in_each_direction() {
    let root = everything();
    let old = analyse(
        Document::new(root.clone(), Source::new("old.yaml", "")),
        &Default::default(),
    );
    let mut reported = 0;
    for edit in edits(&root) {
        let drift = assert_reported_once(&old, &root, edit.clone());
        let directions: BTreeSet<_> = drift
            .changes
            .iter()
            .map(|change| change.direction)
            .collect();
        let lines: Vec<_> = drift.changes.iter().map(line).collect();
        let messages: BTreeSet<_> = drift.changes.iter().map(|change| &change.message).collect();
        assert!(
            messages.len() <= directions.len(),
            "{edit:?} is told in several ways: {lines:#?}"
        );
        reported += usize::from(!drift.changes.is_empty());
    }
    assert!(reported > 50, "{reported}");
}

/// `DRIFT_EDITS` asks for more of them.
#[test]
fn single_edits_of_a_real_document_are_reported_once() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/spec/");
    let count: usize = std::env::var("DRIFT_EDITS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(12);
    // The same edits on every run; the documents at the same time.
    std::thread::scope(|scope| {
        for (name, seed) in [("kibana-8.18.yaml", 818), ("kibana-9.3.yaml", 93)] {
            let Ok(text) = std::fs::read_to_string(format!("{dir}{name}")) else {
                // Written past the capture of the test harness, so that a run without the documents says so.
                let line = format!("skipped: ../shared/spec not found ({name})\n");
                std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
                continue;
            };
            scope.spawn(move || {
                let old = analyse(document(name, &text), &Default::default());
                let root = document(name, &text).root;
                let edits = edits(&root);
                let mut at = seed;
                for _ in 0..count {
                    at = (at * 7919 + 104_729) % edits.len();
                    assert_reported_once(&old, &root, edits[at].clone());
                }
            });
        }
    });
}

/// A comparison with a change of each severity, as every format shows it.
fn shown(show: fn(&Shown<'_>) -> String) -> String {
    let old = document("old.yaml", &of_property("{type: string, maxLength: 5}"));
    let new = document(
        "new.yaml",
        &of_property("{type: string, maxLength: 3, description: x|`y`}"),
    );
    let drift = drift(&old, &new);
    show(&Shown {
        drift: &drift,
        old: &old,
        new: &new,
        least: Severity::Info,
        colour: false,
    })
}

#[test]
fn text_is_for_people() {
    insta::assert_snapshot!(shown(|shown| shown.text()));
}

#[test]
fn markdown_is_for_a_pull_request() {
    insta::assert_snapshot!(shown(|shown| shown.markdown()));
}

#[test]
fn json_has_every_place() {
    insta::assert_snapshot!(shown(|shown| format!("{:#}", shown.json())));
}

#[test]
fn colours_and_control_characters_are_the_callers_choice() {
    let old = document("old.yaml", &of_property("{type: string}"));
    let new = document(
        "new.yaml",
        &of_property("{type: string, enum: [\"\\e[31m\"]}"),
    );
    let drift = drift(&old, &new);
    let shown = Shown {
        drift: &drift,
        old: &old,
        new: &new,
        least: Severity::Info,
        colour: false,
    };
    assert!(!shown.text().contains('\x1b'));
    assert!(
        Shown {
            colour: true,
            ..shown
        }
        .text()
        .contains("\x1b[1;31merror\x1b[0m")
    );
}

#[test]
fn what_is_allowed_is_gone_and_what_is_left_stays() {
    let old = document("old.yaml", &of_property("{type: string, enum: [a]}"));
    let new = document("new.yaml", &of_property("{type: string, enum: [a, b]}"));
    let mut drift = drift(&old, &new);
    let text = "[[allow]]\nrule = 'response-*-value-added'\noperation = 'post /api/*'\npath = '$.p'\nreason = 'fine'\n";
    assert_eq!(
        Allowlist::parse("allow.toml", text)
            .unwrap()
            .apply(&mut drift)
            .unwrap(),
        1
    );
    let left: Vec<_> = drift
        .changes
        .iter()
        .map(|change| change.rule.id.as_str())
        .collect();
    assert_eq!(left, ["request-property-enum-value-added"]);
}

#[test]
fn a_component_of_many_operations_changes_once() {
    let document = |schema: &str| {
        let uses = "{post: {responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}";
        let paths = format!("  /a: {uses}\n  /b: {uses}\n");
        document(
            "d.yaml",
            &format!("{HEAD}\n{paths}components: {{schemas: {{A: {schema}}}}}\n"),
        )
    };
    let drift = drift(
        &document(
            "{type: object, properties: {next: {$ref: '#/components/schemas/A'}, p: {type: string}}}",
        ),
        &document(
            "{type: object, properties: {next: {$ref: '#/components/schemas/A'}, p: {type: integer}}}",
        ),
    );
    let places: Vec<_> = drift
        .changes
        .iter()
        .flat_map(|change| &change.places)
        .map(|place| place.operation.as_deref())
        .collect();
    assert_eq!(
        (drift.changes.len(), places),
        (1, vec![Some("post /a"), Some("post /b")])
    );
}

#[test]
fn rust_items_are_named_as_users_write_them() {
    let operation = |text: &str| document("d.yaml", &operation(text));
    let old = operation(
        "operationId: getThing
tags: [things]
requestBody: {content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
responses:
  200:
    description: ''
    headers: {X-Count: {schema: {type: string}}}
    content: {application/json: {schema: {type: array, items: {type: string}}}}
  404: {description: ''}",
    );
    let new = operation(
        "operationId: getThing
tags: [things]
parameters: [{in: query, name: page, schema: {type: integer}}]
requestBody:
  content:
    application/json: {schema: {type: object, required: [a], properties: {a: {type: array, items: {type: string}}}}}
    text/csv: {schema: {type: string}}
responses:
  200:
    description: ''
    headers: {X-Count: {schema: {type: integer}}}
    content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {type: string}}}}}}
  409: {description: ''}",
    );
    let both = [
        drift(&old, &new),
        drift(&document("e.yaml", &format!("{HEAD} {{}}\n")), &old),
    ];
    let mut text = String::new();
    for change in both.iter().flat_map(|drift| &drift.changes) {
        for place in &change.places {
            let item = |item: &Option<String>| item.clone().unwrap_or("nothing".to_string());
            let (old, new) = (item(&place.old_item), item(&place.new_item));
            let _ = writeln!(text, "{}: {old} → {new}", change.rule.id);
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_name_of_a_security_scheme_is_no_change_and_what_all_operations_ask_for_is_one() {
    let document = |scheme: &str, kind: &str| {
        let paths = "  /a: {get: {responses: {}}}\n  /b: {get: {responses: {}}}\n";
        document(
            "d.yaml",
            &format!(
                "{HEAD}\n{paths}security: [{{{scheme}: []}}]\ncomponents: {{securitySchemes: {{{scheme}: {kind}}}}}\n"
            ),
        )
    };
    let key = document("key", "{type: apiKey, in: header, name: Authorization}");
    let renamed = document("api-key", "{type: apiKey, in: header, name: Authorization}");
    assert!(drift(&key, &renamed).changes.is_empty());
    // Names of headers have no case; names in a query do.
    let lower = document("key", "{type: apiKey, in: header, name: authorization}");
    assert!(drift(&key, &lower).changes.is_empty());
    let in_query = |name| document("key", &format!("{{type: apiKey, in: query, name: {name}}}"));
    assert_eq!(drift(&in_query("Key"), &in_query("key")).changes.len(), 2);
    let drift = drift(&key, &document("key", "{type: http, scheme: Bearer}"));
    let told: Vec<_> = drift
        .changes
        .iter()
        .map(|change| (line(change), change.places.len()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "error, breaking for clients [api-security-removed] security: API key in header `authorization` removed"
                    .to_string(),
                2
            ),
            (
                "warning, breaking for implementors [api-security-added] security: HTTP bearer added"
                    .to_string(),
                2
            ),
        ]
    );
}

#[test]
fn an_id_of_a_rule_stands_for_one_verdict() {
    let rules = drift::rules();
    let list: String = rules
        .iter()
        .map(|rule| format!("{} ({}, {})\n", rule.id, rule.severity, rule.class))
        .collect();
    insta::assert_snapshot!(list);
    assert!(rules.iter().all(
        |rule| (rule.class == Class::Docs || rule.class == Class::Additive)
            || rule.severity > Severity::Info
            || rule.class == Class::Implementors
    ));
}

#[test]
fn a_union_can_hold_itself_in_the_values_of_a_member() {
    let keyed = |extra: &str| {
        document(
            "keyed.yaml",
            &format!(
                "openapi: 3.0.3
info: {{title: t, version: '1'}}
paths:
  /api/keyed:
    get: {{responses: {{200: {{description: '', content: {{application/json: {{schema: {{$ref: '#/components/schemas/Keyed'}}}}}}}}}}}}
components:
  schemas:
    Keyed:
      oneOf:
        - {{type: object, required: [id], properties: {{id: {{type: string}}}}, additionalProperties: false}}
        - {{type: object, required: [name], properties: {{name: {{type: string{extra}}}}}, additionalProperties: {{$ref: '#/components/schemas/Keyed'}}}}
        - {{type: object, additionalProperties: {{type: object, additionalProperties: {{$ref: '#/components/schemas/Keyed'}}}}}}
"
            ),
        )
    };
    assert_eq!(drift(&keyed(""), &keyed("")).changes.len(), 0);
    let changes = drift(&keyed(""), &keyed(", maxLength: 3")).changes;
    assert_eq!(changes.len(), 1, "{changes:#?}");
}

#[test]
fn a_last_segment_that_need_not_be_there_is_the_same_as_two_operations() {
    let operation = |path: &str, parameters: &str| {
        format!(
            "  {path}:\n    get:\n      tags: [items]\n      parameters: [{parameters}]\n      \
             responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: object}}}}}}}}}}\n"
        )
    };
    const KIND: &str = "{name: kind, in: path, required: true, schema: {type: string}}";
    const ID: &str = "{name: id, in: path, required: true, schema: {type: string}}";
    const MAYBE: &str = "{name: id, in: path, required: false, schema: {type: string}}";
    let both = format!("{KIND}, {ID}");
    let two = operation("/api/items/{kind}", KIND) + &operation("/api/items/{kind}/{id}", &both);
    let marked = operation("/api/items/{kind}/{id?}", &format!("{KIND}, {ID}"));
    let optional = operation("/api/items/{kind}/{id}", &format!("{KIND}, {MAYBE}"));
    let long = operation("/api/items/{kind}/{id}", &both);
    let changes = |old: &str, new: &str| -> Vec<String> {
        let text = |paths: &str| document("d.yaml", &format!("{HEAD}\n{paths}"));
        let drift = drift(&text(old), &text(new));
        drift.changes.iter().map(line).collect()
    };
    for (old, new) in [
        (&two, &marked),
        (&marked, &two),
        (&two, &optional),
        (&optional, &two),
        (&marked, &optional),
        (&optional, &marked),
    ] {
        assert_eq!(changes(old, new), Vec::<String>::new(), "{old}{new}");
    }
    // Without the short way, calls on it fail.
    assert_eq!(
        changes(&optional, &long),
        [
            "error, breaking for clients [request-parameter-became-required] path parameter `id` $: became required"
        ]
    );
    assert_eq!(
        changes(&two, &long),
        [
            "error, breaking for clients and implementors [api-path-removed-without-deprecation] : operation removed"
        ]
    );
}

#[test]
fn how_a_form_is_written_is_told() {
    let form = |media_type: &str, encoding: &str| {
        let schema = "{type: object, properties: {ids: {type: array, items: {type: integer}}, name: {type: string}}}";
        let text = format!(
            "{HEAD}\n  /a:\n    post:\n      requestBody: {{content: {{{media_type}: {{schema: {schema}, encoding: {encoding}}}}}}}\n      \
             responses: {{}}\n"
        );
        document("d.yaml", &text)
    };
    let mut said = String::new();
    for (media_type, old, new) in [
        (
            "application/x-www-form-urlencoded",
            "{}",
            "{ids: {explode: true}}",
        ),
        (
            "application/x-www-form-urlencoded",
            "{}",
            "{ids: {explode: false}}",
        ),
        (
            "application/x-www-form-urlencoded",
            "{}",
            "{name: {explode: false}}",
        ),
        (
            "application/x-www-form-urlencoded",
            "{ids: {explode: false}}",
            "{ids: {style: pipeDelimited}}",
        ),
        (
            "application/x-www-form-urlencoded",
            "{}",
            "{ids: {contentType: application/json}}",
        ),
        ("multipart/form-data", "{}", "{name: {explode: false}}"),
        (
            "multipart/form-data",
            "{}",
            "{name: {contentType: text/html}}",
        ),
        (
            "multipart/form-data",
            "{name: {contentType: text/html}}",
            "{name: {contentType: 'text/css, Text/HTML'}}",
        ),
        (
            "multipart/form-data",
            "{}",
            "{name: {headers: {X-A: {required: true, schema: {type: string}}}}}",
        ),
        (
            "multipart/form-data",
            "{name: {headers: {X-A: {schema: {type: string}}}}}",
            "{name: {headers: {x-a: {schema: {type: integer}}}}}",
        ),
    ] {
        let _ = writeln!(said, "# {old} to {new}");
        for change in drift(&form(media_type, old), &form(media_type, new)).changes {
            let _ = writeln!(said, "{}", line(&change));
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn lengths_of_bytes_and_counts_of_parts_are_told() {
    let body = |media_type: &str, schema: &str| {
        let text = format!(
            "{HEAD}\n  /a: {{post: {{requestBody: {{content: {{{media_type}: {{schema: {schema}}}}}}}, responses: {{}}}}}}\n"
        );
        document("d.yaml", &text)
    };
    let told = |media_type: &str, old: &str, new: &str| -> Vec<String> {
        let changes = drift(&body(media_type, old), &body(media_type, new)).changes;
        changes.iter().map(line).collect()
    };
    let bytes = |rules: &str| format!("{{type: string, format: binary{rules}}}");
    let files = |rules: &str| {
        let file = bytes(", maxLength: 9");
        format!("{{type: object, properties: {{f: {{type: array, items: {file}{rules}}}}}}}")
    };
    let (stream, parts) = ("application/octet-stream", "multipart/form-data");
    assert_eq!(
        [
            told(stream, &bytes(", maxLength: 9"), &bytes(", maxLength: 8")),
            told(parts, &files(""), &files(", minItems: 2")),
        ]
        .concat(),
        [
            "error, breaking for clients [request-body-max-length-decreased] request body $: maxLength 9 → 8",
            "error, breaking for clients [request-property-min-items-set] request body $.f: minItems 2 set",
        ]
    );
}
