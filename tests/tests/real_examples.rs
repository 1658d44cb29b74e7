//! The examples of a published Kibana spec: those that are valid survive reading and writing unchanged, and every
//! other one is listed with its reason.

use std::path::Path;

use kibana_codegen::{Config, Runtime};
use kibana_tests::examples::{Found, judge};
use kibana_tests::expected::Lists;
use kibana_tests::specs::{published, say, workspace};

#[test]
fn every_valid_example_of_8_18_survives_reading_and_writing() {
    let Some(spec) = published("kibana-8.18.yaml") else {
        return;
    };
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let generated = temporary.join("kibana-8.18");
    let (analysis, _) = Config::new(spec)
        .runtime(Runtime::Path(workspace().join("codegen/runtime")))
        .generate(&generated)
        .unwrap_or_else(|failure| panic!("{failure}"));

    let judged = judge(&analysis, &generated, temporary);
    let found = Found::of(&judged);

    say(&format!("8.18: {found}"));
    let lists = Lists::read(&workspace().join("tests/data/real_examples.toml"));
    let problems = found.problems(&lists);
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert_eq!(judged.len(), 462);
}
