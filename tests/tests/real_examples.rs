//! The examples of a published Kibana document: those that are valid survive reading and writing unchanged, and every
//! other one is listed with its reason.

use kibana_codegen::{Config, Runtime};
use kibana_tests::examples::{Found, judge};
use kibana_tests::expected::Lists;
use kibana_tests::workspace;

#[test]
fn every_valid_example_of_8_18_survives_reading_and_writing() {
    let Some(spec) = workspace::real("kibana-8.18.yaml") else {
        return;
    };
    let generated = workspace::kept("examples-8.18");
    let runtime = workspace::root().join("codegen/runtime");
    let (analysis, _) = Config::new(spec)
        .runtime(Runtime::Path(runtime))
        .generate(&generated)
        .unwrap_or_else(|failure| panic!("{failure}"));

    let judged = judge("8-18", &analysis, &generated);
    let found = Found::of(&judged);

    workspace::say(&format!("8.18: {found}"));
    let lists = Lists::read(&workspace::data("real_examples.toml"));
    let problems = found.problems(&lists);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert_eq!(judged.len(), 462);
}
