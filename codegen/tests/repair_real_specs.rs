//! Repairs the real Kibana documents and feeds every node of the result to `openapiv3` by itself.
//! Skipped, with a line that says so, where the documents are not there.

use std::collections::BTreeMap;
use std::path::Path;

use kibana_codegen::diagnostic::{Diagnostics, Severity};
use kibana_codegen::document::Document;
use kibana_codegen::repair::repair;
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

fn counts(diagnostics: &Diagnostics) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics.iter() {
        *counts.entry(diagnostic.code.name).or_default() += 1;
    }
    counts
}

#[test]
fn every_node_of_8_18_is_readable_after_repair() {
    let Some(mut document) = load("kibana-8.18.yaml") else {
        return;
    };
    let counts = counts(&repair(&mut document));
    assert_readable(&document.root);
    for (code, count) in [
        ("response-without-description", 9),
        ("operation-without-responses", 4),
        ("items-list", 5),
        ("media-type-misspelled", 7),
        ("type-misspelled", 1),
        ("keyword-empty", 1),
        ("keyword-unreadable", 1),
        ("keyword-misspelled", 2),
        ("keyword-misplaced", 5),
        ("type-missing", 9),
    ] {
        assert_eq!(counts.get(code), Some(&count), "{code}: {counts:#?}");
    }
}

#[test]
fn every_node_of_9_3_is_readable_after_repair() {
    let Some(mut document) = load("kibana-9.3.yaml") else {
        return;
    };
    let counts = counts(&repair(&mut document));
    assert_readable(&document.root);
    for (code, count) in [
        ("operation-without-responses", 4),
        ("keyword-misspelled", 1),
        ("keyword-unknown", 1),
        ("keyword-misplaced", 8),
        ("type-missing", 36),
        ("enum-empty", 1),
        ("tag-repeated", 1),
    ] {
        assert_eq!(counts.get(code), Some(&count), "{code}: {counts:#?}");
    }
    assert_eq!(counts.get("response-without-description"), None);
}

#[test]
fn a_second_repair_changes_nothing() {
    for name in ["kibana-8.18.yaml", "kibana-9.3.yaml"] {
        let Some(mut document) = load(name) else {
            return;
        };
        repair(&mut document);
        let once = document.clone();
        let again = repair(&mut document);
        assert_eq!(document.root, once.root);
        for diagnostic in again.iter() {
            assert_eq!(diagnostic.severity(), Severity::Warning, "{diagnostic:?}");
        }
    }
}

fn assert_readable(root: &Value) {
    let mut check = Check::default();
    check.document(root);
    assert!(check.nodes > 10_000, "only {} nodes were seen", check.nodes);
    assert!(check.refused.is_empty(), "{:#?}", check.refused);
}

/// A walk of its own, so that it does not overlook what the repair overlooks.
#[derive(Default)]
struct Check {
    nodes: usize,
    refused: Vec<String>,
}

impl Check {
    fn read<T: serde::de::DeserializeOwned>(&mut self, at: &str, node: Value) {
        self.nodes += 1;
        if let Err(error) = serde_json::from_value::<openapiv3::ReferenceOr<T>>(node) {
            self.refused.push(format!("{at}: {error}"));
        }
    }

    fn document(&mut self, root: &Value) {
        for (path, item) in members(&root["paths"]) {
            for (key, node) in members(item) {
                let at = format!("/paths/{path}/{key}");
                match key.as_str() {
                    "parameters" => self.each(&at, node, Self::parameter),
                    "get" | "put" | "post" | "delete" | "patch" | "head" | "options" | "trace" => {
                        self.operation(&at, node);
                    }
                    _ => {}
                }
            }
        }
        let components = &root["components"];
        self.each("/components/schemas", &components["schemas"], Self::schema);
        self.each(
            "/components/parameters",
            &components["parameters"],
            Self::parameter,
        );
        self.each(
            "/components/responses",
            &components["responses"],
            Self::response,
        );
        self.each(
            "/components/requestBodies",
            &components["requestBodies"],
            Self::body,
        );
        self.each(
            "/components/headers",
            &components["headers"],
            Self::parameter_like,
        );
    }

    fn each(&mut self, at: &str, nodes: &Value, visit: fn(&mut Self, &str, &Value)) {
        if let Value::Array(nodes) = nodes {
            for (index, node) in nodes.iter().enumerate() {
                visit(self, &format!("{at}/{index}"), node);
            }
        }
        for (name, node) in members(nodes) {
            visit(self, &format!("{at}/{name}"), node);
        }
    }

    fn operation(&mut self, at: &str, node: &Value) {
        self.each(
            &format!("{at}/parameters"),
            &node["parameters"],
            Self::parameter,
        );
        self.each(
            &format!("{at}/responses"),
            &node["responses"],
            Self::response,
        );
        self.body(&format!("{at}/requestBody"), &node["requestBody"]);
        let shallow = shallow(node, &["requestBody"], &["parameters", "responses"]);
        self.nodes += 1;
        if let Err(error) = serde_json::from_value::<openapiv3::Operation>(shallow) {
            self.refused.push(format!("{at}: {error}"));
        }
    }

    fn parameter(&mut self, at: &str, node: &Value) {
        self.schema(&format!("{at}/schema"), &node["schema"]);
        self.each(&format!("{at}/content"), &node["content"], Self::media_type);
        self.read::<openapiv3::Parameter>(at, shallow(node, &["schema"], &[]));
    }

    fn parameter_like(&mut self, at: &str, node: &Value) {
        self.schema(&format!("{at}/schema"), &node["schema"]);
        self.read::<openapiv3::Header>(at, shallow(node, &["schema"], &[]));
    }

    fn response(&mut self, at: &str, node: &Value) {
        self.each(
            &format!("{at}/headers"),
            &node["headers"],
            Self::parameter_like,
        );
        self.each(&format!("{at}/content"), &node["content"], Self::media_type);
        let mut node = shallow(node, &[], &["headers"]);
        empty_content(&mut node);
        self.read::<openapiv3::Response>(at, node);
    }

    fn body(&mut self, at: &str, node: &Value) {
        if node.is_null() {
            return;
        }
        self.each(&format!("{at}/content"), &node["content"], Self::media_type);
        let mut node = node.clone();
        empty_content(&mut node);
        self.read::<openapiv3::RequestBody>(at, node);
    }

    fn media_type(&mut self, at: &str, node: &Value) {
        self.schema(&format!("{at}/schema"), &node["schema"]);
        self.read::<openapiv3::MediaType>(at, shallow(node, &["schema"], &[]));
    }

    fn schema(&mut self, at: &str, node: &Value) {
        if node.is_null() {
            return;
        }
        let single = ["items", "additionalProperties", "not"];
        let several = ["properties", "allOf", "anyOf", "oneOf"];
        for key in single {
            if !node[key].is_boolean() {
                self.schema(&format!("{at}/{key}"), &node[key]);
            }
        }
        for key in several {
            self.each(&format!("{at}/{key}"), &node[key], Self::schema);
        }
        let mut node = shallow(node, &single, &several);
        // With `$ref` the crate would not look at the siblings, which `parse` reads on their own.
        if let Value::Object(node) = &mut node {
            node.remove("$ref");
        }
        self.read::<openapiv3::Schema>(at, node);
    }
}

fn members(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object()
        .into_iter()
        .flat_map(Map::iter)
        .filter(|(key, _)| !key.starts_with("x-"))
}

/// The node with a reference in place of each child.
fn shallow(node: &Value, single: &[&str], several: &[&str]) -> Value {
    let reference = json!({"$ref": "#/x"});
    let mut node = node.clone();
    for key in single {
        if let Some(child @ Value::Object(_)) = node.get_mut(*key) {
            *child = reference.clone();
        }
    }
    for key in several {
        match node.get_mut(*key) {
            Some(Value::Object(children)) => {
                children
                    .values_mut()
                    .for_each(|child| *child = reference.clone());
            }
            Some(Value::Array(children)) => children.fill(reference.clone()),
            _ => {}
        }
    }
    node
}

fn empty_content(node: &mut Value) {
    if let Some(Value::Object(content)) = node.get_mut("content") {
        content.values_mut().for_each(|child| *child = json!({}));
    }
}
