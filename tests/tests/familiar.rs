//! What clients of Kibana look for first in the answers of a fake: a version, a level, lines of JSON.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use kibana_codegen::Config;
use kibana_runtime::server::mock::Mock;
use serde_json::Value;

const DOCUMENT: &str = "openapi: 3.0.3
info: {title: Office, version: VERSION}
paths:
  /api/status:
    get:
      tags: [office]
      responses:
        '200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Status'}}}}
  /api/plain: {get: {tags: [office], responses: {'200': {description: '', content: {application/json: {}}}}}}
  /api/lines: {get: {tags: [office], responses: {'200': {description: '', content: {application/x-ndjson: {}}}}}}
  /api/any_lines: {get: {tags: [office], responses: {'200': {description: '', content: {application/ndjson: {schema: {}}}}}}}
  /api/text_lines:
    get: {tags: [office], responses: {'200': {description: '', content: {application/ndjson: {schema: {type: string}}}}}}
  /api/file_lines:
    get:
      tags: [office]
      responses:
        '200': {description: '', content: {application/ndjson: {schema: {type: string, format: binary}}}}
  /api/example:
    get:
      tags: [office]
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {type: object, properties: {version: {type: object, properties: {number: {type: string}}}}}
              example: {version: {number: 8.1.0}}
components:
  schemas:
    Status:
      type: object
      required: [version, overall, plugin, id]
      properties:
        version:
          type: object
          required: [number, build_number]
          properties: {number: {type: string}, build_number: {type: integer}}
        overall:
          type: object
          required: [level]
          properties: {level: {type: string, enum: [critical, degraded, available]}}
        plugin:
          type: object
          required: [version, number, latestVersion, package_version, _version]
          properties:
            version: {type: string}
            number: {type: string}
            latestVersion: {type: string}
            package_version: {type: string}
            _version: {type: string}
        id: {type: object, properties: {version: {type: string, pattern: '^v[a-z]$'}}}
";

/// The table of the mock, and what it answers for an operation.
fn table(version: &str) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("office.yaml");
    std::fs::write(&spec, DOCUMENT.replace("VERSION", version)).unwrap();
    let out = dir.path().join("api");
    Config::new(&spec)
        .generate(&out)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let text = std::fs::read_to_string(out.join("src/mock/office.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn answer<'t>(table: &'t Value, path: &str) -> &'t Value {
    let mut rows = table.as_object().unwrap().iter();
    let (_, answers) = rows.find(|(name, _)| name.contains(path)).unwrap();
    &answers[0]
}

#[test]
fn a_version_can_be_parsed_and_a_level_is_healthy() {
    for (stated, played) in [
        ("8.18.2", "8.18.2"),
        ("'9.3'", "9.3.0"),
        ("''", "9.0.0"),
        ("draft", "9.0.0"),
    ] {
        let table = table(stated);
        let status = &answer(&table, "status")["instance"];
        assert_eq!(status["version"]["number"], played, "{stated}");
        assert_eq!(status["plugin"]["version"], played);
        assert_eq!(status["plugin"]["number"], played);
        assert_eq!(status["plugin"]["latestVersion"], played);
        assert_eq!(status["plugin"]["package_version"], played);
        // What Elasticsearch calls so is not for reading.
        assert_ne!(status["plugin"]["_version"], played);
        assert_eq!(status["overall"]["level"], "available");
        // A pattern goes before a name.
        assert!(
            status["id"]["version"].as_str().unwrap().starts_with('v'),
            "{status}"
        );
    }
}

#[test]
fn places_of_versions_are_known_so_that_another_one_can_be_played() {
    let table = table("8.18.2");
    let places = |row: &Value| row["versions"].to_string();
    assert_eq!(
        places(answer(&table, "status")),
        r#"["/version/number","/plugin/version","/plugin/number","/plugin/latestVersion","/plugin/package_version"]"#
    );
    assert_eq!(
        places(&answer(&table, "example")["examples"][0]),
        r#"["/version/number"]"#
    );
    let shown = format!("{:?}", Mock::new(&[&table.to_string()]).version("9.9.9"));
    assert!(!shown.contains("8.1.0"), "{shown}");
    assert_eq!(shown.matches("9.9.9").count(), 7, "{shown}");
}

#[test]
fn what_no_schema_describes_is_an_object_and_so_is_a_line() {
    let table = table("1.0.0");
    for path in ["plain", "get_lines", "any_lines"] {
        assert_eq!(
            answer(&table, path)["instance"],
            serde_json::json!({}),
            "{path}"
        );
    }
    for path in ["text_lines", "file_lines"] {
        assert_eq!(answer(&table, path)["instance"], "{}\n", "{path}");
    }
}
