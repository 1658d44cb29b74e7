//! The generator in the builds of others: the example with a build script, and crates with replaced types.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kibana_tests::tool::Tool;
use kibana_tests::{built, workspace};
use serde_json::Value;

/// What the example consists of, but for its manifest.
const FILES: [&str; 4] = ["build.rs", "kibana.toml", "library.yaml", "src/lib.rs"];

/// The example as a crate of its own, outside of this workspace: its manifest says all that the workspace says now.
fn example() -> PathBuf {
    let from = workspace::root().join("examples/from-build-script");
    let to = workspace::kept("from-build-script");
    fs::create_dir_all(to.join("src")).unwrap();
    for file in FILES {
        fs::copy(from.join(file), to.join(file)).unwrap();
    }
    fs::write(to.join("notes.txt"), "No input of the build.\n").unwrap();
    let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
    let own = manifest
        .lines()
        .filter(|line| !line.contains("workspace = true"));
    let root = workspace::root().canonicalize().unwrap();
    let own = own
        .map(|line| line.replace("../..", root.to_str().unwrap()))
        .map(|line| line.replace("[package]", "[workspace]\n\n[package]\nedition = \"2024\""));
    let manifest: Vec<String> = own.collect();
    fs::write(to.join("Cargo.toml"), manifest.join("\n")).unwrap();
    to
}

/// Builds; tells of every target whether it was fresh.
fn build(dir: &Path) -> BTreeMap<String, bool> {
    let printed = built::cargo(dir, &["build", "--message-format", "json"]);
    let messages = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    messages
        .filter(|message: &Value| message["reason"] == "compiler-artifact")
        .map(|message| {
            let name = message["target"]["name"].as_str().unwrap().to_string();
            (name, message["fresh"].as_bool().unwrap())
        })
        .collect()
}

/// Writes a file again, with what was in it.
fn touch(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_build_script_runs_again_when_an_input_changes_and_only_then() {
    let dir = example();
    build(&dir);
    let second = build(&dir);
    let stale: Vec<_> = second.iter().filter(|(_, fresh)| !**fresh).collect();
    assert!(stale.is_empty(), "nothing has changed: {stale:?}");

    touch(&dir.join("notes.txt"));
    assert!(build(&dir)["from_build_script"], "that is no input");

    for input in ["library.yaml", "kibana.toml"] {
        touch(&dir.join(input));
        let targets = build(&dir);
        assert!(!targets["from_build_script"], "{input} is an input");
        assert!(targets["kibana_codegen"], "the generator is what it was");
    }
    assert!(build(&dir)["from_build_script"]);
}

#[test]
fn a_build_script_does_not_compile_the_commands() {
    let targets = build(&example());
    assert!(targets.contains_key("kibana_codegen"));
    for command_line in ["clap", "clap_builder", "anstream"] {
        assert!(!targets.contains_key(command_line), "{command_line}");
    }
}

const SPEC: &str = "openapi: 3.0.3
info: {title: Depot, version: '1'}
paths:
  /api/depots:
    put:
      tags: [depots]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Depot'}}}}
      responses: {'204': {description: Stored.}}
components:
  schemas:
    Stock: {type: object, additionalProperties: {type: integer}}
    Depot:
      type: object
      additionalProperties: false
      required: [folder, stock]
      properties:
        folder: {type: string, format: path}
        stock: {$ref: '#/components/schemas/Stock'}
        former: {type: array, items: {type: string, format: path, nullable: true}}
        kind: {oneOf: [{type: string, format: path}, {type: array, items: {$ref: '#/components/schemas/Stock'}}]}
";

const SETTINGS: &str = r#"
[formats]
path = "std::path::PathBuf"

[types]
"/components/schemas/Stock" = "indexmap::IndexMap<String, i64>"

[derives]
"*" = ["Eq"]

[dependencies]
indexmap = { version = "2", features = ["serde"] }
"#;

const USE: &str = r##"//! Values of the types that the settings name.

use std::path::PathBuf;

use kibana_api::depots::Depot;
use kibana_api::runtime::serde_json;

#[test]
fn the_types_of_the_settings_are_those_of_the_fields() {
    let text = r#"{"folder":"a/b","stock":{"apple":1,"pear":2}}"#;
    let depot: Depot = serde_json::from_str(text).unwrap();
    let folder: PathBuf = depot.folder.0.clone();
    let stock: indexmap::IndexMap<String, i64> = depot.stock.0.clone();
    assert_eq!(folder, PathBuf::from("a/b"));
    assert_eq!(stock.keys().collect::<Vec<_>>(), ["apple", "pear"]);
    assert_eq!(serde_json::to_string(&depot).unwrap(), text);
    fn eq<T: Eq>(_: &T) {}
    eq(&depot);
}
"##;

#[test]
fn a_crate_with_replaced_types_compiles_and_uses_them() {
    let dir = workspace::kept("replaced-types");
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("depot.yaml"), SPEC).unwrap();
    fs::write(dir.join("kibana.toml"), SETTINGS).unwrap();
    let generate =
        Tool::codegen().args("generate --spec depot.yaml --config kibana.toml --out api");
    generate.within(&dir).run().expect(0);
    let api = dir.join("api");
    fs::create_dir(api.join("tests")).unwrap();
    fs::write(api.join("tests/replaced.rs"), USE).unwrap();
    built::cargo(&api, &["test", "--features", "depots,server"]);
}
