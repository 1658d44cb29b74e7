//! The document that is part of this project, and the crate that is committed: its examples are valid and survive
//! reading and writing, and both have the operations that the reference text has.

use std::collections::BTreeSet;
use std::fs;

use kibana_codegen::ir::{Api, Kind, Location, Operation, Shape, Type, TypeId};
use kibana_codegen::plan::Plan;
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, Config};
use kibana_tests::examples::{Found, contents, judge};
use kibana_tests::expected::Lists;
use kibana_tests::harness::{CRATE, Harness};
use kibana_tests::judge::Side;
use kibana_tests::table::{Rows, differences, documented, lowered, place, without_guard, written};
use kibana_tests::workspace;
use serde_json::{Value, json};

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
    let groups: Vec<_> = api.operations.iter().flat_map(parameter_groups).collect();
    let bodies = api
        .operations
        .iter()
        .flat_map(contents)
        .filter_map(|(_, content)| content.ty.clone());
    let types: Vec<_> = groups
        .iter()
        .map(|(.., id)| Type::new(Kind::Named(*id)))
        .chain(bodies)
        .map(|ty| (plan.path(CRATE, &ty), Side::Request))
        .collect();
    let harness = Harness::build(
        "embedded-types",
        &types,
        &workspace::root().join("generated"),
    );

    // A group of parameters knows those of the table, and no other.
    let rows = without_guard(table());
    let mut questions = Vec::new();
    for (index, (operation, location, _)) in groups.iter().enumerate() {
        let names = names(&rows[&operation.key()].parameters, *location);
        let nulls = names.iter().map(|name| (name.clone(), json!(null)));
        questions.push((
            index,
            nulls
                .chain([(UNKNOWN.to_string(), json!(null))])
                .collect::<Value>(),
        ));
        questions.push((index, json!({})));
    }
    let answers = harness.ask(&questions);
    for ((operation, location, id), answers) in groups.iter().zip(answers.chunks(2)) {
        let what = format!("{} parameters of {}", place(*location), operation.key());
        let unknown: Vec<_> = answers[0]
            .violations
            .iter()
            .filter(|v| v.contains("is not known here"))
            .collect();
        assert_eq!(
            unknown,
            [&format!("$: the property {UNKNOWN:?} is not known here")],
            "{what}"
        );
        for parameter in &rows[&operation.key()].parameters {
            let Some(name) = parameter.strip_prefix(&format!("{} ", place(*location))) else {
                continue;
            };
            let missing = format!("$: expected the property `{name}`");
            let refused = answers[1].violations.contains(&missing);
            let required = !name.ends_with('?') && !has_default(&api, *id, name);
            assert_eq!(refused, required, "{name} of the {what}");
        }
    }
}

/// A parameter that no operation has.
const UNKNOWN: &str = "nobody-declares-this";

/// Whether a parameter has a default, so that it need not be there even when it is required.
fn has_default(api: &Api, group: TypeId, name: &str) -> bool {
    let Shape::Struct(object) = &api.types[group].shape else {
        return false;
    };
    let field = object.fields.iter().find(|field| field.wire == name);
    field.is_some_and(|field| field.docs.default.is_some())
}

/// The structs of the parameters of an operation.
fn parameter_groups(operation: &Operation) -> impl Iterator<Item = (&Operation, Location, TypeId)> {
    let groups = [
        (Location::Path, operation.path_type),
        (Location::Query, operation.query_type),
        (Location::Header, operation.header_type),
        (Location::Cookie, operation.cookie_type),
    ];
    groups
        .into_iter()
        .filter_map(move |(location, id)| Some((operation, location, id?)))
}

/// The names of the parameters of one place.
fn names(parameters: &BTreeSet<String>, location: Location) -> Vec<String> {
    let prefix = format!("{} ", place(location));
    let names = parameters
        .iter()
        .filter_map(|parameter| parameter.strip_prefix(&prefix));
    names
        .map(|name| name.trim_end_matches('?').to_string())
        .collect()
}
