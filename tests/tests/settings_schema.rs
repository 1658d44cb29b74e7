//! The JSON Schema of the settings, which is written by hand, says what the generator reads.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeSet;
use std::fs;

use kibana_codegen::settings::Settings;
use kibana_tests::workspace;
use serde_json::Value;

fn schema() -> Value {
    let path = workspace::root().join("spec/kibana.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn judged_by_schema(text: &str) -> bool {
    let schema = schema();
    jsonschema::meta::validate(&schema).unwrap();
    let document: Value = toml::from_str(text).unwrap();
    jsonschema::validator_for(&schema)
        .unwrap()
        .is_valid(&document)
}

/// The keys that the generator names when it meets an unknown one.
fn keys_of_settings() -> BTreeSet<String> {
    let error = Settings::parse("x", "no-such-key = 1").unwrap_err();
    let text = error.to_string();
    let (_, expected) = text.split_once("expected one of ").unwrap();
    let names = expected.split('`').skip(1).step_by(2);
    names.map(String::from).collect()
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema();
    let keys = schema["properties"].as_object().unwrap().keys();
    assert_eq!(keys.cloned().collect::<BTreeSet<_>>(), keys_of_settings());
}

#[test]
fn each_key_has_an_example_that_is_valid() {
    let schema = schema();
    for (key, property) in schema["properties"].as_object().unwrap() {
        for example in property["examples"].as_array().expect(key) {
            let document =
                toml::Table::from_iter([(key.clone(), toml::Value::try_from(example).unwrap())]);
            let settings: Settings = document.clone().try_into().unwrap();
            assert_ne!(settings, Settings::default(), "{key}");
            let document = serde_json::to_value(&document).unwrap();
            let validator = jsonschema::validator_for(&schema).unwrap();
            assert!(validator.is_valid(&document), "{key}");
        }
    }
}

#[test]
fn the_schema_and_the_generator_agree_on_documents() {
    let cases = [
        ("", true),
        ("tags = ['cases', 'roles']", true),
        ("tags = 'cases'", false),
        ("tags = [1]", false),
        ("[skip]\n'get /a' = 'broken'", true),
        ("[skip]\n'get /a' = true", false),
        ("[formats]\nuuid = 'uuid::Uuid'", true),
        ("[formats]\nuuid = 'x; fn y() {}'", false),
        ("[formats]\nuuid = ''", false),
        ("[types]\n'/a' = 'my::Map<String, i64>'", true),
        ("[types]\n'/a' = ['my::Type']", false),
        ("[type]\n'/a' = 'my::Type'", false),
        ("[derives]\n'*' = ['Eq', '::std::hash::Hash']", true),
        ("[derives]\n'*' = 'Eq'", false),
        ("[derives]\n'*' = ['A<B>']", false),
        ("[derives]\n'*' = ['']", false),
        ("[dependencies]\na = '1'\nb = {version = '2'}", true),
        (
            "[dependencies]\na = {version = '1', features = ['serde']}",
            true,
        ),
        ("[dependencies]\na = {features = ['serde']}", false),
        ("[dependencies]\na = {version = '1', path = '..'}", false),
        ("[dependencies]\na = 1", false),
    ];
    for (text, valid) in cases {
        assert_eq!(judged_by_schema(text), valid, "the schema: {text}");
        assert_eq!(
            Settings::parse("x", text).is_ok(),
            valid,
            "the generator: {text}"
        );
    }
}

#[test]
fn the_settings_of_the_embedded_document_name_their_schema() {
    let path = workspace::root().join("spec/kibana.toml");
    let text = fs::read_to_string(path).unwrap();
    assert!(text.starts_with("#:schema kibana.schema.json\n"), "{text}");
    assert!(judged_by_schema(&text));
}
