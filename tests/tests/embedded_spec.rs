//! The document that is part of this project, and the crate that is committed: its examples are valid and survive
//! reading and writing, and both have the operations that the reference text has.

use std::collections::BTreeSet;
use std::fs;

use kibana_codegen::ir::Operation;
use kibana_codegen::plan::Plan;
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Config};
use kibana_tests::examples::{Found, contents, judge};
use kibana_tests::expected::Lists;
use kibana_tests::harness::{CRATE, Harness};
use kibana_tests::judge::Side;
use kibana_tests::table::{Rows, differences, documented, lowered, place, without_guard, written};
use kibana_tests::workspace;

fn analysis() -> Analysis {
    let spec = workspace::root().join("spec");
    Config::new(spec.join("kibana.yaml"))
        .settings(Settings::read(&spec.join("kibana.toml")).expect("the settings of the spec"))
        .analyse()
        .unwrap_or_else(|failure| panic!("{failure}"))
}

fn table() -> Rows {
    let table = fs::read_to_string(workspace::data("operations.toml"));
    written(&table.expect("the table of the reference text"))
}

#[test]
fn every_example_is_valid_and_survives_reading_and_writing() {
    let analysis = analysis();
    let generated = workspace::root().join("generated");
    let judged = judge("embedded", &analysis, &generated);
    let found = Found::of(&judged);
    workspace::say(&format!("embedded: {found}"));
    let problems = found.problems(&Lists::none());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));

    // A crate without examples would pass all of the above.
    let operations: BTreeSet<_> = judged
        .iter()
        .map(|(example, _)| &example.operation)
        .collect();
    let silent: Vec<_> = analysis
        .api
        .operations
        .iter()
        .filter(|operation| contents(operation).next().is_some())
        .map(Operation::key)
        .filter(|key| !operations.contains(key))
        .collect();
    assert_eq!(
        silent, [""; 0],
        "operations with a body and without any example"
    );
}

#[test]
fn the_document_has_the_operations_of_the_reference_text() {
    let text = fs::read_to_string(workspace::root().join("spec/kibana.yaml")).unwrap();
    let root = serde_yaml::from_str(&text).unwrap();
    let problems = differences(&table(), &documented(&root));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert_eq!(table().len(), 28);
}

#[test]
fn the_generated_crate_has_the_operations_of_the_reference_text() {
    let api = analysis().api;
    let problems = differences(&without_guard(table()), &lowered(&api));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));

    // All types that the operations need are in the committed crate, or this does not compile.
    let plan = Plan::of_crate(&api);
    let bodies = api
        .operations
        .iter()
        .flat_map(contents)
        .filter_map(|(_, content)| content.ty.clone());
    let types: Vec<_> = bodies
        .map(|ty| (plan.path(CRATE, &ty), Side::Request))
        .collect();
    Harness::build(
        "embedded-types",
        &types,
        &workspace::root().join("generated"),
    );

    // A request has the parameters of the table as fields, and no other.
    let rows = without_guard(table());
    for (index, operation) in api.operations.iter().enumerate() {
        let key = operation.key();
        let fields = &plan.operation(index).request.parameters;
        let fields: BTreeSet<String> = fields
            .iter()
            .map(|parameter| {
                let optional = match parameter.field.access.is_optional() {
                    true => "?",
                    false => "",
                };
                format!(
                    "{} {}{optional}",
                    place(parameter.location),
                    parameter.field.wire
                )
            })
            .collect();
        // One with a default need not be there, whatever the table says.
        let plain = |text: &String| text.trim_end_matches('?').to_string();
        let named: BTreeSet<String> = fields.iter().map(plain).collect();
        let wanted: BTreeSet<String> = rows[&key].parameters.iter().map(plain).collect();
        assert_eq!(named, wanted, "{key}");
        for field in fields.iter().filter(|field| !field.ends_with('?')) {
            assert!(rows[&key].parameters.contains(field), "{field} of {key}");
        }
    }
}
