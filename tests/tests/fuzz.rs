//! Some thousand mutated documents through the generator; `cargo xtask fuzz` takes as many as one likes.

use std::path::Path;

use kibana_tests::{fuzz, workspace};

/// Inputs of one run of the tests.
const INPUTS: u64 = 10_000;

#[test]
fn no_document_crashes_the_generator() {
    let program = Path::new(env!("CARGO_BIN_EXE_fuzz"));
    let seed = 7;
    let found = fuzz::run(program, seed, INPUTS, |_, _| {});
    let folder = workspace::root().join("target/fuzz");
    let kept: Vec<String> = found
        .failures
        .iter()
        .take(5)
        .map(
            |failure| match fuzz::keep(program, seed, failure, &folder) {
                Ok(path) => format!("{}: {}", path.display(), failure.what),
                Err(error) => format!("input {}: {} ({error})", failure.number, failure.what),
            },
        )
        .collect();
    assert!(
        found.failures.is_empty(),
        "{} failures of {INPUTS}:\n{}",
        found.failures.len(),
        kept.join("\n")
    );
}

#[test]
fn an_input_is_the_same_whenever_it_is_made() {
    let (one, other) = (fuzz::corpus::Corpus::load(), fuzz::corpus::Corpus::load());
    let all: Vec<_> = (0..50).map(|number| one.input(3, number)).collect();
    assert_eq!(
        all,
        (0..50)
            .map(|number| other.input(3, number))
            .collect::<Vec<_>>()
    );
    assert_ne!(all[0], one.input(4, 0));
}
