//! What it costs to read and to write large messages, in time and in allocations: into generated types, against
//! `serde_json::Value`, and against types of the same shape with serde's own derives, which are written from the same
//! analysis.
//!
//! Everything takes turns in every round, and ratios are medians over the rounds, so that they hold on a busy machine. It
//! runs in programs of their own, each over the crate of one document.

#[path = "models/rules.rs"]
mod rules;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use kibana_codegen::Config;
use kibana_codegen::ir::{Api, Home, TypeId};
use kibana_codegen::plan::Plan;
use kibana_codegen::print::Runtime;
use kibana_tests::derives::{self, Unions, Unknown};
use kibana_tests::{built, workspace};
use serde_json::{Value, json};

/// The documented answers of the groups.
const CASES: &str = include_str!("../../generated/src/mock/cases.json");
const POLICIES: &str = include_str!("../../generated/src/mock/fleet_package_policies.json");
const RULES: &str = include_str!("../../generated/src/mock/alerting.json");

/// A list of values of one type.
struct Payload {
    title: &'static str,
    /// The type of an item, with its module.
    item: &'static str,
    /// Whether the derives differ in how they tell members of unions apart.
    unions: bool,
    text: String,
}

fn main() {
    // Only `cargo bench` says `--bench`; a test run of all targets has no time for numbers.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("medians over the rounds; × is the ratio to `serde_json::Value` doing the same\n");
    println!(
        "{:<46}{:>10}{:>11}{:>8}{:>11}{:>8}",
        "", "bytes", "read", "×", "write", "×"
    );
    let embedded = [
        Payload {
            title: "10,000 cases with comments",
            item: "cases::Case",
            unions: false,
            text: many(CASES, "cases::get_case", 10_000),
        },
        Payload {
            title: "a page of 1,000 alerting rules",
            item: "alerting::Rule",
            unions: false,
            text: many(RULES, "alerting::get_rule", 1_000),
        },
        Payload {
            title: "2,000 Fleet package policies",
            item: "fleet_package_policies::PackagePolicyResponse",
            unions: false,
            text: many(
                POLICIES,
                "fleet_package_policies::get_package_policy",
                2_000,
            ),
        },
        Payload {
            title: "60,000 entries, a union of 6",
            item: "security_endpoint_exceptions::ExceptionListItemEntry",
            unions: true,
            text: entries(10_000),
        },
    ];
    measure(
        "embedded",
        &workspace::root().join("spec/kibana.yaml"),
        &embedded,
    );
    if let Some(spec) = workspace::real("kibana-8.18.yaml") {
        let rules = Payload {
            title: "1,000 detection rules, a union of 8",
            item: "security_detections::RuleResponse",
            unions: true,
            text: Value::from_iter((0..1000).map(rules::rule)).to_string(),
        };
        measure("8.18", &spec, &[rules]);
    }
}

/// Writes a program that measures payloads over the crate of a document, and runs it.
fn measure(name: &str, spec: &Path, payloads: &[Payload]) {
    let dir = workspace::kept(&format!("bench-models-{name}"));
    let runtime = workspace::root().join("codegen/runtime");
    let config = Config::new(spec).runtime(Runtime::Path(runtime));
    let generated = config.generate(&workspace::kept(&format!("bench-models-{name}-api")));
    let (analysis, _) = generated.unwrap_or_else(|failure| panic!("{failure}"));
    let plan = Plan::of_crate(&analysis.api);
    let turns = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/models/turns.rs");
    let (mut modules, mut calls) = (String::new(), String::new());
    let mut features = Vec::new();
    for (index, payload) in payloads.iter().enumerate() {
        let (id, feature) = found(&analysis.api, &plan, payload.item);
        features.push(format!("{feature:?}"));
        let file = format!("payload_{index}.json");
        built::write(&dir.join(&file), &payload.text);
        let _ = write!(
            calls,
            "    turns::measure::<kibana_api::{}>(\n        {:?},\n        include_bytes!(\"../{file}\"),\n        &[\n",
            payload.item, payload.title,
        );
        for (title, unions, unknown) in [
            ("serde's derive", Unions::Tagged, Unknown::Kept),
            (
                "… unknown properties dropped",
                Unions::Tagged,
                Unknown::Dropped,
            ),
            ("… unions untagged", Unions::Untagged, Unknown::Kept),
            (
                "… untagged, unknown dropped",
                Unions::Untagged,
                Unknown::Dropped,
            ),
        ] {
            if unions == Unions::Untagged && !payload.unions {
                continue;
            }
            let module = format!("derived_{index}_{unions:?}_{unknown:?}").to_lowercase();
            let text = derives::module(&analysis.api, id, unions, unknown);
            built::write(&dir.join(format!("src/{module}.rs")), &text);
            let _ = writeln!(modules, "#[rustfmt::skip]\nmod {module};");
            let _ = writeln!(
                calls,
                "            (\"  {title}\", turns::serde::<Vec<{module}::Root>>()),"
            );
        }
        calls.push_str("        ],\n    );\n");
    }
    let manifest = MANIFEST.replace("FEATURES", &features.join(", "));
    let manifest = manifest
        .replace("FOLDER", name)
        .replace("NAME", &name.replace('.', "-"));
    built::write(&dir.join("Cargo.toml"), &manifest);
    let main = format!("#[path = {turns:?}]\nmod turns;\n{modules}\nfn main() {{\n{calls}}}\n");
    built::write(&dir.join("src/main.rs"), &main);
    let program = format!("build/release/bench-models-{}", name.replace('.', "-"));
    for features in ["", "counted"] {
        built::cargo(&dir, &["build", "--release", "--features", features]);
        if !features.is_empty() {
            println!("\nallocations per item, to read the list and to write it:");
        }
        let ran = Command::new(workspace::kept(&program)).status();
        assert!(ran.is_ok_and(|status| status.success()), "it measures");
    }
    println!();
}

/// The type that a path names, and the feature of its group.
fn found(api: &Api, plan: &Plan<'_>, path: &str) -> (TypeId, String) {
    let types = api.types.iter().filter_map(|(id, definition)| {
        let Home::Module(module) = definition.home else {
            return None;
        };
        let group = plan.group(module);
        let own = format!("{}::{}", group.ident, plan.name(id));
        (own == path).then(|| (id, group.feature.clone()))
    });
    types
        .last()
        .unwrap_or_else(|| panic!("there is no `{path}`"))
}

const MANIFEST: &str = "[package]
name = \"bench-models-NAME\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[dependencies]
kibana-api = { path = \"../bench-models-FOLDER-api\", features = [FEATURES] }
serde = { version = \"1\", features = [\"derive\"] }
serde_json = { version = \"1\", features = [\"preserve_order\"] }
allocation-counter = { version = \"0.8\", optional = true }

[features]
counted = [\"dep:allocation-counter\"]

[workspace]
";

/// A list of the first documented success of an operation, each with an id of its own.
fn many(table: &str, operation: &str, count: usize) -> String {
    let table: Value = serde_json::from_str(table).expect("the table is JSON");
    let operations = table.as_object().expect("a table is an object");
    let answers = operations
        .get(operation)
        .unwrap_or_else(|| panic!("{operation}: {:?}", operations.keys()));
    let example = &answers[0]["examples"][0]["value"];
    let items = (0..count).map(|number| {
        let mut item = example.clone();
        if item.get("id").is_some() {
            item["id"] = json!(format!("id-{number}"));
        }
        item
    });
    Value::from_iter(items).to_string()
}

fn entries(count: usize) -> String {
    let entries = (0..count).flat_map(|number| {
        let field = format!("host.name.{number}");
        [
            json!({ "type": "match", "field": field, "operator": "included", "value": "a value" }),
            json!({ "type": "match_any", "field": field, "operator": "included", "value": ["one", "two"] }),
            json!({ "type": "list", "field": field, "operator": "excluded", "list": { "id": "ips", "type": "ip" } }),
            json!({ "type": "exists", "field": field, "operator": "included" }),
            json!({ "type": "nested", "field": field, "entries": [
                { "type": "match", "field": "inner", "operator": "included", "value": "x" },
            ] }),
            json!({ "type": "wildcard", "field": field, "operator": "included", "value": "a*" }),
        ]
    });
    Value::from_iter(entries).to_string()
}
