//! The real Kibana documents, raw: every operation is generated, and what is generated compiles without a warning.
//! Skipped, with a line that says so, where the documents are not there.
//!
//! Cost on two cores: about 70 seconds of processor time for each document, most of it rustc's (check and clippy
//! 15 each, rustdoc 5, single groups 20). The crates and what was compiled stay in `target/e2e`: when the generator
//! writes the same bytes again, a second run takes seconds.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kibana_codegen::Config;
use kibana_codegen::report::Report;
use kibana_tests::{built, tool::Tool, workspace};

/// What the published documents hold.
struct Expected {
    file: &'static str,
    operations: usize,
    /// Unions whose members really overlap; more would be a loss of discrimination.
    overlapping: usize,
}

const V8_18: Expected = Expected {
    file: "kibana-8.18.yaml",
    operations: 340,
    overlapping: 23,
};
const V9_3: Expected = Expected {
    file: "kibana-9.3.yaml",
    operations: 519,
    overlapping: 111,
};

#[test]
fn every_operation_of_8_18_is_generated_with_structure() {
    assert_numbers(&V8_18);
}

#[test]
fn every_operation_of_9_3_is_generated_with_structure() {
    assert_numbers(&V9_3);
}

#[test]
fn the_crate_of_8_18_compiles_without_a_warning() {
    assert_compiles(&V8_18);
}

#[test]
fn the_crate_of_9_3_compiles_without_a_warning() {
    assert_compiles(&V9_3);
}

fn assert_numbers(expected: &Expected) {
    let Some(spec) = workspace::real(expected.file) else {
        return;
    };
    let counted = operations(&spec);
    assert_eq!(counted.len(), expected.operations);
    let analysis = Config::new(&spec).analyse().unwrap();
    let report = Report::new(&analysis);
    assert_eq!(report.operations.total, expected.operations);
    assert_eq!(report.operations.generated, expected.operations);
    assert!(report.operations.skipped.is_empty());
    for counted in [&report.media_types, &report.parameters] {
        assert_eq!(counted.skipped, [""; 0]);
        assert_eq!(counted.handled, counted.total);
        assert!(counted.total > expected.operations);
    }
    let generated: BTreeSet<String> = analysis.api.operations.iter().map(|o| o.key()).collect();
    let different: Vec<&String> = generated.symmetric_difference(&counted).collect();
    assert!(different.is_empty(), "{different:#?}");
    assert_eq!(report.any_json.given_up_at, [""; 0]);
    assert_eq!(report.any_json.given_up, 0);
    let overlapping = report.unions.overlapping.len();
    assert!(
        overlapping <= expected.overlapping,
        "{overlapping} unions overlap, {} do so really",
        expected.overlapping
    );
    assert!(!analysis.diagnostics.has_errors());
}

/// The operations of the raw text, as `method path`; read without any code of the generator.
fn operations(spec: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(spec).unwrap();
    let document: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let methods = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_mapping().unwrap() {
        for method in methods.iter().filter(|method| item.get(**method).is_some()) {
            let path = path.as_str().unwrap();
            found.insert(format!("{method} {path}"));
        }
    }
    found
}

fn assert_compiles(expected: &Expected) {
    let Some(dir) = generated(expected.file) else {
        return;
    };
    built::cargo(&dir, &["check", "--features", "full"]);
    built::cargo(&dir, &["clippy", "--features", "full", "--", "-Dwarnings"]);
    built::cargo(&dir, &["doc", "--no-deps", "--features", "full"]);
    built::cargo(&dir, &["test", "--doc", "--all-features"]);
    built::cargo(&dir, &["check"]);
    for feature in some_features(&dir) {
        built::cargo(&dir, &["check", "--features", &feature]);
    }
}

/// The crate of a document, in a folder that stays.
fn generated(file: &str) -> Option<PathBuf> {
    let spec = workspace::real(file)?;
    let dir = workspace::kept(file.trim_end_matches(".yaml"));
    let generate = Tool::codegen().args("generate --spec").arg(spec);
    generate.arg("--out").arg(&dir).run().expect(0);
    Some(dir)
}

/// Four groups, spread over the alphabet. All of them would take minutes; what one group can break that another does
/// not, is types in `shared` that a module needs and its feature does not turn on.
fn some_features(dir: &Path) -> Vec<String> {
    let text = fs::read_to_string(dir.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&text).unwrap();
    let groups = manifest["features"]["full"].as_array().unwrap();
    let step = groups.len() / 4;
    let groups = groups.iter().step_by(step).take(4);
    groups
        .map(|group| group.as_str().unwrap().to_string())
        .collect()
}
