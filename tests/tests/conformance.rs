//! The types of the embedded document against an independent validator, on values made from its schemas.

use std::collections::BTreeMap;

use kibana_codegen::{Config, Runtime};
use kibana_tests::expected::Lists;
use kibana_tests::{conformance, workspace};

#[test]
fn the_types_agree_with_an_independent_validator() {
    let root = workspace::root();
    let analysis = Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .and_then(|config| config.analyse())
        .unwrap_or_else(|failure| panic!("{failure}"));

    let found = conformance::models(
        "conformance-kibana",
        &analysis,
        &root.join("generated"),
        20_000,
    );

    workspace::say(&format!("embedded: {found}"));
    let lists = Lists::read(&workspace::data("conformance.toml"));
    let problems = found.problems("kibana", &lists);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(found.instances >= 20_000);
    // Both verdicts are asked for often, so that neither side can agree by always saying the same.
    assert!(
        found.valid > 5_000 && found.instances - found.valid > 2_000,
        "{found}"
    );
    // Forms with files: what they hold is no JSON.
    let left_out: Vec<_> = found.left_out.iter().map(String::as_str).collect();
    assert_eq!(
        left_out,
        [
            "post /api/cases/{caseId}/files request multipart/form-data",
            "post /api/lists/items/_import request multipart/form-data",
        ]
    );
}

/// All shapes that are easy to get wrong, in one document.
#[test]
fn shapes_of_any_document_are_read_as_an_independent_validator_does() {
    let generated = workspace::kept("conformance-api-shapes");
    let (analysis, _) = Config::new(workspace::data("shapes.yaml"))
        .runtime(Runtime::Path(workspace::root().join("codegen/runtime")))
        .generate(&generated)
        .unwrap_or_else(|failure| panic!("{failure}"));

    let found = conformance::models("conformance-shapes", &analysis, &generated, 5_000);

    workspace::say(&format!("shapes: {found}"));
    assert!(found.disagreements.is_empty(), "{:#?}", found.disagreements);
    // Streams have no value as a whole: the tests of forms send them.
    let streams: Vec<&str> = found.left_out.iter().map(String::as_str).collect();
    assert_eq!(
        streams,
        [
            "post /bytes request application/octet-stream",
            "post /parts request multipart/form-data"
        ]
    );
    assert!(found.valid > 1_500, "{found}");
}

#[test]
fn a_wrong_type_is_noticed() {
    // The types of the embedded document, judged by a document that says something else.
    let root = workspace::root();
    let text = std::fs::read_to_string(root.join("spec/kibana.yaml")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let other = dir.path().join("kibana.yaml");
    let changed = text.replace("in-progress", "in-between");
    assert_ne!(text, changed);
    std::fs::write(&other, changed).unwrap();
    let analysis = Config::new(&other)
        .analyse()
        .unwrap_or_else(|failure| panic!("{failure}"));

    let found = conformance::models(
        "conformance-kibana",
        &analysis,
        &root.join("generated"),
        20_000,
    );

    let kinds: BTreeMap<_, _> = found
        .disagreements
        .iter()
        .map(|(key, seen)| (key, seen.count))
        .collect();
    assert!(!kinds.is_empty(), "{found}");
}
