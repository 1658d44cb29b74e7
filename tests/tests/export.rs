//! The effective document: what it says can be generated again, and then it says the same.

use kibana_codegen::Config;
use kibana_codegen::drift::{self, Severity};
use kibana_codegen::export::Manners;
use kibana_tests::tool::Tool;
use kibana_tests::workspace;
use serde_json::{Value, json};

/// The document exported, and exported once more from what came out.
fn twice(spec: &std::path::Path) -> (Value, Value) {
    let dir = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let export = |path: &std::path::Path| {
        let config = Config::new(path);
        config
            .export(Manners::Kibana)
            .unwrap_or_else(|failure| panic!("{failure}"))
    };
    let first = export(spec);
    let path = dir.path().join("effective.json");
    std::fs::write(&path, first.to_string()).unwrap_or_else(|error| panic!("{error}"));
    (first, export(&path))
}

fn operations(document: &Value) -> usize {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .map(|(_, item)| item.as_object().map_or(0, |item| item.len()))
        .sum()
}

#[test]
fn the_effective_document_of_the_embedded_one_is_read_as_the_same_messages() {
    let spec = workspace::root().join("spec/kibana.yaml");
    let (first, second) = twice(&spec);
    assert_eq!(operations(&first), 28);
    assert_eq!(operations(&second), 28);
    // Whoever calls or serves the API as the effective document has it can do so with the source.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("effective.json");
    std::fs::write(&path, first.to_string()).unwrap();
    let analyse = |path: &std::path::Path| Config::new(path).analyse().unwrap();
    let changes = drift::compare(&analyse(&spec), &analyse(&path));
    let rules = changes
        .changes
        .iter()
        .filter(|change| change.rule.severity == Severity::Error);
    let mut rules: Vec<String> = rules.map(|change| change.rule.id.clone()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules, SAID);
}

/// What the effective document says and its source does not, by rule of `drift`.
const SAID: [&str; 3] = [
    // A list that must be there and travels as repeated keys has an item.
    "request-parameter-min-items-set",
    // A documented error may also be one of the server itself.
    "response-body-one-of-added",
    // What may be `null` may be absent when it is read.
    "response-property-became-optional",
];

#[test]
fn every_operation_of_the_real_documents_is_exported() {
    for (name, count) in [("kibana-8.18.yaml", 352), ("kibana-9.3.yaml", 557)] {
        let Some(spec) = workspace::real(name) else {
            continue;
        };
        let (first, second) = twice(&spec);
        // Those with an optional last segment stand there twice, and so do those that are documented in a space only.
        assert_eq!(operations(&first), count, "{name}");
        assert_eq!(operations(&second), count, "{name}");
    }
}

/// A document with everything that a server is lenient about.
const LENIENT: &str = "openapi: 3.0.3
paths:
  /s/{spaceId}/api/views:
    get:
      operationId: get-views
      parameters:
        - {name: spaceId, in: path, required: true, schema: {type: string}}
        - {name: full, in: query, schema: {type: boolean}}
        - {name: page, in: query, schema: {type: integer}}
        - {name: ids, in: query, schema: {type: array, items: {type: string}}}
        - {name: name, in: query, schema: {type: string, nullable: true}}
        - {name: size, in: query, schema: {type: integer, nullable: true}}
        - {name: type, in: query, schema: {oneOf: [{type: string}, {type: array}]}}
        - {name: x-ids, in: header, schema: {type: array, items: {type: string}}}
        - {name: kbn-xsrf, in: header, required: true, schema: {type: string}}
      responses: {'204': {description: ''}}
    post:
      parameters: [{name: spaceId, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: ''}}
";

#[test]
fn the_effective_document_says_every_leniency_and_to_the_letter_only_what_null_is() {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("kibana.yaml");
    std::fs::write(&spec, LENIENT).unwrap();
    let export = |manners| Config::new(&spec).export(manners).unwrap();
    let lenient = export(Manners::Kibana);
    let said = lenient["x-lenient"].to_string();
    for part in [
        "404",
        "302",
        "Accept",
        "gzip",
        "kbn-version",
        "HEAD",
        "name[key]",
        "name[]",
        "null",
    ] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let views = &lenient["paths"]["/api/views"]["get"];
    assert_eq!(views["operationId"], "get-views-in-default-space");
    assert!(views["x-lenient"][0].as_str().unwrap().contains("default"));
    let parameters = views["parameters"].as_array().unwrap();
    let texts = |name: &str| {
        let parameter = parameters.iter().find(|p| p["name"] == name).unwrap();
        let texts = parameter["x-lenient"].as_array();
        texts.map_or(0, Vec::len)
    };
    assert_eq!(
        ["full", "page", "ids", "x-ids", "name", "size"].map(texts),
        [1, 1, 2, 1, 0, 2]
    );
    // The prefix is not there, and a `GET` needs no `kbn-xsrf`.
    assert_eq!(parameters.len(), 7);
    // Items of a query are texts.
    assert_eq!(
        parameters[5]["schema"]["anyOf"][1]["items"]["type"],
        "string"
    );
    let writes = lenient["paths"]["/api/views"]["post"]["parameters"].clone();
    assert_eq!(writes[0]["name"], "kbn-xsrf");
    assert!(!lenient.to_string().contains("\"406\""));

    let strict = export(Manners::Document);
    assert_eq!(operations(&strict), 2);
    assert!(strict["paths"]["/s/{spaceId}/api/views"]["get"]["responses"]["406"].is_object());
    let said = strict["x-lenient"].to_string();
    assert!(
        !said.contains("gzip") && said.contains("kbn-version"),
        "{said}"
    );
    let parameters = strict["paths"]["/s/{spaceId}/api/views"]["get"]["parameters"].as_array();
    let said = parameters.unwrap().iter().filter_map(|parameter| {
        let texts = parameter.get("x-lenient")?;
        Some((
            &parameter["name"],
            &texts[0]["enum"],
            texts.as_array()?.len(),
        ))
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said, [(&json!("size"), &json!(["", "null"]), 1)]);
}

#[test]
fn the_command_writes_yaml_and_json_or_says_why_not() {
    let dir = tempfile::tempdir().unwrap();
    let tool = |arguments: &str| Tool::codegen().args(arguments).within(dir.path()).run();
    let spec = workspace::data("medium.yaml");
    let yaml = tool(&format!("export --spec {}", spec.display()))
        .expect(0)
        .stdout;
    let yaml: Value = serde_yaml::from_str(&yaml).unwrap();
    tool(&format!(
        "export --spec {} --format json --out effective.json",
        spec.display()
    ))
    .expect(0);
    let json = std::fs::read_to_string(dir.path().join("effective.json")).unwrap();
    assert_eq!(yaml, serde_json::from_str::<Value>(&json).unwrap());
    assert_eq!(yaml["openapi"], "3.0.3");

    std::fs::write(dir.path().join("bad.yaml"), "openapi: 3.0.3\npaths: [\n").unwrap();
    let said = tool("export --spec bad.yaml --out bad.json")
        .expect(1)
        .stderr;
    assert!(said.contains("bad.yaml:"), "{said}");
    assert!(!dir.path().join("bad.json").exists());
    tool("export --format xml").expect(2);
}

#[test]
fn the_effective_document_keeps_whole_numbers_and_the_direction_of_properties() {
    let (first, second) = twice(&workspace::data("shapes.yaml"));
    for document in [&first, &second] {
        let schemas = &document["components"]["schemas"];
        let numbers = &schemas["Numbers"]["properties"];
        assert_eq!(numbers["above"]["minimum"], 9_007_199_254_740_993_u64);
        assert_eq!(numbers["unsigned"]["maximum"], u64::MAX);
        assert_eq!(numbers["listed"]["enum"][1], u64::MAX);
        assert_eq!(numbers["positive"]["minimum"], 1);
        let account = &schemas["Account"];
        assert_eq!(
            account["required"],
            json!(["id", "name", "password", "key"])
        );
        assert_eq!(account["properties"]["id"]["readOnly"], true);
        assert_eq!(account["properties"]["password"]["writeOnly"], true);
        assert_eq!(account["properties"]["key"]["readOnly"], true);
    }
}

#[test]
fn the_effective_document_says_how_forms_are_written() {
    let (first, second) = twice(&workspace::data("shapes.yaml"));
    for document in [&first, &second] {
        let content = |path: &str| &document["paths"][path]["post"]["requestBody"]["content"];
        let form = &content("/forms")["application/x-www-form-urlencoded"]["encoding"];
        assert_eq!(form["ids"], json!({"style": "form", "explode": false}));
        assert_eq!(
            form["tags"],
            json!({"style": "pipeDelimited", "explode": false})
        );
        assert_eq!(
            form["meta"],
            json!({"style": "deepObject", "explode": true})
        );
        assert_eq!(form["extra"], json!({"contentType": "application/json"}));
        let parts = &content("/parts")["multipart/form-data"]["encoding"];
        assert_eq!(parts["picture"]["contentType"], "image/png, text/*");
        let rate = &parts["picture"]["headers"]["X-Rate"];
        assert_eq!(
            (&rate["required"], &rate["schema"]["minimum"]),
            (&json!(true), &json!(1))
        );
    }
}

/// Unions that a mapping tells: free texts, one text that is that of both, a tag that may be left out, and members that
/// say it themselves.
const MAPPED: &str = "openapi: 3.0.3
paths:
  /things:
    get:
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                properties:
                  free: {$ref: '#/components/schemas/Free'}
                  both: {$ref: '#/components/schemas/Both'}
                  maybe: {$ref: '#/components/schemas/Maybe'}
                  said: {$ref: '#/components/schemas/Said'}
components:
  schemas:
    Free:
      oneOf: [{$ref: '#/components/schemas/Sum'}, {$ref: '#/components/schemas/Count'}]
      discriminator: {propertyName: by, mapping: {sum: Sum, max: Sum, count: Count}}
    Sum: {type: object, required: [by, field], properties: {by: {type: string}, field: {type: string}}}
    Count: {type: object, required: [by], properties: {by: {type: string}, field: {type: string}}}
    Both:
      oneOf: [{$ref: '#/components/schemas/Lock'}, {$ref: '#/components/schemas/Scan'}]
      discriminator: {propertyName: by, mapping: {lock: Lock, scan: Scan}}
    Lock: {type: object, required: [by], properties: {by: {type: string, enum: [lock, scan, wait]}}}
    Scan: {type: object, required: [by], properties: {by: {type: string, enum: [lock, scan, wait]}, path: {type: string}}}
    Maybe:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: by, mapping: {cat: Cat, dog: Dog}}
    Cat: {type: object, properties: {by: {type: string}, lives: {type: integer}}}
    Dog: {type: object, properties: {by: {type: string}, bark: {type: string}}}
    Said:
      oneOf: [{$ref: '#/components/schemas/Mail'}, {$ref: '#/components/schemas/Hook'}]
      discriminator: {propertyName: by, mapping: {mail: Mail, post: Mail, hook: Hook}}
    Mail: {type: object, required: [by], properties: {by: {type: string, enum: [mail, post]}}}
    Hook: {type: object, required: [by], properties: {by: {type: string, enum: [hook]}}}
";

#[test]
fn the_effective_document_says_the_tags_that_only_a_mapping_gives() {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("kibana.yaml");
    std::fs::write(&spec, MAPPED).unwrap();
    let (first, second) = twice(&spec);
    let told = |document: &Value, union: &str| {
        let members = document["components"]["schemas"][union]["anyOf"].as_array();
        let rules = members.unwrap().iter().map(|member| {
            let rule = &member["allOf"][1];
            json!([rule["properties"]["by"]["enum"], rule["required"]])
        });
        Value::from(rules.collect::<Vec<_>>())
    };
    let nothing = json!([[null, null], [null, null]]);
    for (union, expected) in [
        ("Free", json!([[["max", "sum"], null], [["count"], null]])),
        (
            "Both",
            json!([[["lock", "wait"], null], [["scan", "wait"], null]]),
        ),
        ("Maybe", json!([[["cat"], null], [["dog"], null]])),
        ("Said", nothing.clone()),
    ] {
        assert_eq!(told(&first, union), expected, "{union}");
        // Written into the members, it is said by them.
        assert_eq!(told(&second, union), nothing, "{union}");
    }
}

#[test]
fn a_part_that_may_be_anything_is_one_part() {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("kibana.yaml");
    let document = "openapi: 3.0.3
paths:
  /things:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, required: [content, list], properties: {content: {}, list: {type: array}}}
      responses: {'204': {description: ''}}
";
    std::fs::write(&spec, document).unwrap();
    let (first, _) = twice(&spec);
    let body = &first["paths"]["/things"]["post"]["requestBody"]["content"];
    let parts = &body["multipart/form-data"]["schema"]["properties"];
    assert_eq!(parts["content"], json!({"not": {"type": "array"}}));
    assert_eq!(parts["list"]["minItems"], 1);
}
