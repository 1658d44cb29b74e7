//! The closed loop over the embedded document, over one with every style, and over 8.18: every operation and every
//! documented answer goes from the client to the server and back, and nothing is lost on the way. Others by
//! `cargo xtask conformance client`. Skipped, with a line that says so, where the real document is not there.
//!
//! Cost on two cores: about a minute of processor time for 8.18, nearly all of it rustc's.

use kibana_codegen::Config;
use kibana_tests::{closed_loop, workspace};

#[test]
fn the_embedded_document_in_a_closed_loop() {
    let root = workspace::root();
    let config = Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert_goes_round("client-loop-kibana", &config, 28);
}

#[test]
fn every_style_and_kind_of_body_under_names_that_are_taken() {
    let config = Config::new(workspace::data("manners.yaml"));
    assert_goes_round("client-loop-manners", &config, 12);
}

#[test]
fn real_8_18_in_a_closed_loop() {
    if let Some(path) = workspace::real("kibana-8.18.yaml") {
        assert_goes_round("client-loop-kibana-8-18", &Config::new(path), 340);
    }
}

fn assert_goes_round(name: &str, config: &Config, operations: usize) {
    let found = closed_loop::run(name, config).unwrap_or_else(|failure| panic!("{failure}"));
    workspace::say(&format!("{name}: {found}"));
    assert!(found.problems.is_empty(), "\n{}", found.problems.join("\n"));
    assert_eq!((found.operations, found.reached), (operations, operations));
    assert_eq!(found.answered, found.answers, "{:?}", found.missed);
}
