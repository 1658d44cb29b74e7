//! The closed loop over the embedded document, over one with every style, and over 8.18: every operation and every
//! documented answer goes from the client to the server and back, and nothing is lost on the way. Others by
//! `cargo xtask conformance client`. Skipped, with a line that says so, where the real document is not there.
//!
//! Cost on two cores: about a minute of processor time for 8.18, nearly all of it rustc's.

use kibana_codegen::Config;
use kibana_tests::closed_loop::Over;
use kibana_tests::{closed_loop, workspace};

#[test]
fn the_embedded_document_in_a_closed_loop() {
    assert_goes_round("client-loop-kibana", &embedded(), Over::Process, 28);
}

#[test]
fn the_embedded_document_over_a_socket() {
    assert_goes_round("client-socket-kibana", &embedded(), Over::Socket, 28);
}

#[test]
fn every_style_and_kind_of_body_under_names_that_are_taken() {
    let config = Config::new(workspace::data("manners.yaml"));
    assert_goes_round("client-loop-manners", &config, Over::Process, 12);
}

#[test]
fn every_style_and_kind_of_body_over_a_socket() {
    let config = Config::new(workspace::data("manners.yaml"));
    assert_goes_round("client-socket-manners", &config, Over::Socket, 12);
}

#[test]
fn real_8_18_in_a_closed_loop() {
    if let Some(path) = workspace::real("kibana-8.18.yaml") {
        let config = Config::new(path);
        assert_goes_round("client-loop-kibana-8-18", &config, Over::Process, 340);
    }
}

fn embedded() -> Config {
    let root = workspace::root();
    Config::new(root.join("spec/kibana.yaml"))
        .settings_file(root.join("spec/kibana.toml"))
        .unwrap_or_else(|failure| panic!("{failure}"))
}

fn assert_goes_round(name: &str, config: &Config, over: Over, operations: usize) {
    let found = closed_loop::run(name, config, over).unwrap_or_else(|failure| panic!("{failure}"));
    workspace::say(&format!("{name}: {found}"));
    assert!(found.problems.is_empty(), "\n{}", found.problems.join("\n"));
    assert_eq!((found.operations, found.reached), (operations, operations));
    assert_eq!(found.answered, found.answers, "{:?}", found.missed);
}
