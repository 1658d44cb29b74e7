//! Compares the real Kibana documents with each other, and with other ways to write the same.
//! Skipped, with a line that says so, where the documents are not there.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use kibana_codegen::document::{Document, Source};
use kibana_codegen::drift::{self, Class, Drift, Totals};
use kibana_codegen::{Analysis, analyse};
use serde_json::{Map, Value, json};

fn load(name: &str) -> Option<Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/spec")
        .join(name);
    let Ok(text) = std::fs::read_to_string(path) else {
        // Written past the capture of the test harness, so that a run without the documents says so.
        let line = format!("skipped: ../shared/spec not found ({name})\n");
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
        return None;
    };
    let document = kibana_codegen::load::load(name, text.as_bytes());
    Some(document.unwrap_or_else(|error| panic!("{error}")))
}

fn analysis(document: Document) -> Analysis {
    analyse(document, &Default::default())
}

fn rewritten(root: Value) -> Document {
    Document {
        root,
        source: Arc::new(Source::new("rewritten.yaml", "")),
    }
}

/// How many operations a rule is met in.
fn operations(drift: &Drift, rules: &[&str]) -> usize {
    let changes = drift.changes.iter();
    let met = changes.filter(|change| rules.contains(&change.rule.id.as_str()));
    let operations: BTreeSet<_> = met
        .flat_map(|change| &change.places)
        .filter_map(|place| place.operation.as_deref())
        .collect();
    operations.len()
}

#[test]
fn from_8_18_to_9_3_everything_that_is_known_to_have_changed_is_found() {
    let (Some(old), Some(new)) = (load("kibana-8.18.yaml"), load("kibana-9.3.yaml")) else {
        return;
    };
    let drift = drift::compare(&analysis(old), &analysis(new));
    let Totals {
        removed,
        removed_deprecated,
        added,
        common,
        changed,
        ..
    } = drift.operations;
    assert_eq!((removed, removed_deprecated, added), (44, 34, 223));
    // Eight more have another format only, which nothing checks.
    assert_eq!((common, changed), (296, 150));
    assert_eq!(
        operations(&drift, &["response-property-enum-value-added"]),
        29
    );
    assert_eq!(
        operations(
            &drift,
            &[
                "response-required-property-removed",
                "response-optional-property-removed"
            ]
        ),
        13
    );
    assert_eq!(operations(&drift, &["new-required-request-property"]), 4);
    assert_eq!(operations(&drift, &["response-media-type-removed"]), 3);
}

fn assert_same(name: &str, docs: bool, rewrite: fn(&mut Value)) {
    let Some(document) = load(name) else {
        return;
    };
    let mut root = document.root.clone();
    rewrite(&mut root);
    assert_ne!(
        root.to_string(),
        document.root.to_string(),
        "the rewriting does something"
    );
    let (old, new) = (analysis(document), analysis(rewritten(root)));
    for (old, new) in [(&old, &new), (&new, &old)] {
        let drift = drift::compare(old, new);
        let lines: Vec<String> = drift
            .changes
            .iter()
            .filter(|change| docs || change.rule.class != Class::Docs)
            .map(|change| {
                let place = &change.places[0];
                format!(
                    "{}: {} {} {} at {:?} {:?}",
                    change.rule.id, place.part, place.path, change.message, place.old, place.new
                )
            })
            .collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}

/// Turns the order of every mapping whose order says nothing.
fn shuffle(root: &mut Value) {
    for pointer in [
        "/components/schemas",
        "/components/parameters",
        "/components/responses",
        "/paths",
    ] {
        if let Some(Value::Object(map)) = root.pointer_mut(pointer) {
            let turned: Map<String, Value> = std::mem::take(map).into_iter().rev().collect();
            *map = turned;
        }
    }
}

/// Puts a copy in the place of every reference to a schema that holds no further one.
fn inline(root: &mut Value) {
    let leaves: Map<String, Value> = root["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, schema)| !schema.to_string().contains("\"$ref\""))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    fn walk(value: &mut Value, leaves: &Map<String, Value>) {
        match value {
            Value::Object(map) => {
                // A discriminator tells its members by their references.
                if map.contains_key("discriminator") {
                    return;
                }
                let reference = map.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|text| text.strip_prefix("#/components/schemas/"));
                match name.and_then(|name| leaves.get(name)) {
                    Some(schema) if map.len() == 1 => *value = schema.clone(),
                    _ => map.values_mut().for_each(|value| walk(value, leaves)),
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|value| walk(value, leaves)),
            _ => {}
        }
    }
    walk(root, &leaves);
}

/// Makes components of properties that are inline objects or lists of strings; of equal ones, one component.
fn extract(root: &mut Value) {
    fn walk(value: &mut Value, found: &mut Map<String, Value>) {
        match value {
            Value::Object(map) => {
                for value in map.values_mut() {
                    walk(value, found);
                }
                let Some(Value::Object(properties)) = map.get_mut("properties") else {
                    return;
                };
                for schema in properties.values_mut() {
                    let object = schema.get("properties").is_some_and(Value::is_object);
                    let list = schema.get("enum").is_some_and(Value::is_array);
                    // Beside a reference, these would be about the property; in the component, about the type.
                    let says = [
                        "default",
                        "nullable",
                        "x-oas-optional",
                        "deprecated",
                        "$ref",
                    ];
                    if (object || list) && says.iter().all(|key| schema.get(key).is_none()) {
                        let known = found.iter().find(|(_, known)| *known == schema);
                        let name = match known {
                            Some((name, _)) => name.clone(),
                            None => format!("Extracted_{}", found.len()),
                        };
                        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
                        found.insert(name, std::mem::replace(schema, reference));
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Map::new();
    walk(root, &mut found);
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.extend(found);
    }
}

/// Writes every schema as OpenAPI 3.1 has it.
fn spell_as_3_1(root: &mut Value) {
    /// Bounds that are flags in 3.0 and numbers in 3.1.
    const EXCLUSIVE: [(&str, &str); 2] = [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ];
    fn schema(map: &mut Map<String, Value>) {
        if map.contains_key("$ref") {
            // What 3.0 ignores beside a reference, counts in 3.1.
            let counts = ["$ref", "description", "default", "nullable", "deprecated"];
            map.retain(|key, _| counts.contains(&key.as_str()));
        }
        for (flag, bound) in EXCLUSIVE {
            if let Some(Value::Bool(exclusive)) = map.remove(flag)
                && exclusive
                && let Some(number) = map.remove(bound)
            {
                map.insert(flag.to_string(), number);
            }
        }
        let nullable = map.remove("nullable") == Some(json!(true));
        if let Some(Value::Array(values)) = map.get_mut("enum") {
            let null = values.iter().any(Value::is_null);
            if nullable && !null && !values.is_empty() {
                values.push(Value::Null);
            }
            if let [only] = values.as_slice() {
                let only = only.clone();
                map.remove("enum");
                map.insert("const".to_string(), only);
            }
        }
        if !nullable {
            return;
        }
        let nothing = json!({"type": "null"});
        let typed = map.get("type").and_then(Value::as_str).map(str::to_string);
        for union in ["oneOf", "anyOf"] {
            if let Some(Value::Array(members)) = map.get_mut(union) {
                members.push(nothing.clone());
            }
        }
        if let Some(name) = typed {
            map.insert("type".to_string(), json!([name, "null"]));
        } else if map.contains_key("$ref") || map.contains_key("allOf") {
            let mut inner = Map::new();
            for key in ["$ref", "allOf"] {
                inner.extend(map.remove(key).map(|value| (key.to_string(), value)));
            }
            map.insert("anyOf".to_string(), json!([inner, nothing]));
        }
    }
    fn walk(value: &mut Value, is_schema: bool) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map.iter_mut() {
                    match key.as_str() {
                        "example" | "examples" | "default" | "enum" | "mapping" => {}
                        key if key.starts_with("x-") => {}
                        "properties" | "schemas" => {
                            for inner in inner.as_object_mut().into_iter().flat_map(Map::values_mut)
                            {
                                walk(inner, true);
                            }
                        }
                        "schema" | "items" | "additionalProperties" | "not" => walk(inner, true),
                        "oneOf" | "anyOf" | "allOf" => {
                            for inner in inner.as_array_mut().into_iter().flatten() {
                                walk(inner, true);
                            }
                        }
                        _ => walk(inner, false),
                    }
                }
                if is_schema {
                    schema(map);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|value| walk(value, false)),
            _ => {}
        }
    }
    root["openapi"] = json!("3.1.0");
    walk(root, false);
}

#[test]
fn the_spelling_of_3_1_is_no_change() {
    assert_same("kibana-8.18.yaml", true, spell_as_3_1);
    assert_same("kibana-9.3.yaml", true, spell_as_3_1);
}

#[test]
fn the_order_of_components_and_paths_is_no_change() {
    assert_same("kibana-8.18.yaml", true, shuffle);
    assert_same("kibana-9.3.yaml", true, shuffle);
}

#[test]
fn components_put_inline_are_no_change() {
    // Of several descriptions in one `allOf`, one counts: not that behind a reference.
    assert_same("kibana-8.18.yaml", false, inline);
    assert_same("kibana-9.3.yaml", false, inline);
}

#[test]
fn components_taken_out_of_operations_are_no_change() {
    assert_same("kibana-8.18.yaml", true, extract);
    assert_same("kibana-9.3.yaml", true, extract);
}

#[test]
fn every_rule_on_the_real_documents_is_one_of_the_table() {
    let (Some(old), Some(new)) = (load("kibana-8.18.yaml"), load("kibana-9.3.yaml")) else {
        return;
    };
    let (old, new) = (analysis(old), analysis(new));
    for drift in [drift::compare(&old, &new), drift::compare(&new, &old)] {
        for change in &drift.changes {
            assert_ne!(change.rule.id, "x-unlisted", "{change:?}");
            assert!(!change.places.is_empty());
            let docs = change.rule.class == Class::Docs;
            assert!(
                docs || change.places.iter().all(|place| place.operation.is_some()),
                "{change:?}"
            );
        }
    }
}
