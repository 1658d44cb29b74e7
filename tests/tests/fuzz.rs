//! Some thousand mutated documents through the generator, and some ten thousand hostile inputs into what it generates;
//! `cargo xtask fuzz` takes as many as one likes.

use std::path::Path;

use kibana_tests::fuzz::documents::Documents;
use kibana_tests::fuzz::runtime::Runtime;
use kibana_tests::fuzz::{self, Subject};
use kibana_tests::workspace;

const SEED: u64 = 7;

#[test]
fn no_document_crashes_the_generator() {
    let documents = Documents {
        program: Path::new(env!("CARGO_BIN_EXE_fuzz")).to_path_buf(),
        seed: SEED,
        folder: workspace::root().join("target/fuzz"),
    };
    holds(&documents, 10_000);
}

#[test]
fn no_bytes_crash_what_is_generated() {
    let folder = workspace::root().join("target/fuzz");
    let runtime = Runtime::build(SEED, &folder).unwrap_or_else(|failure| panic!("{failure}"));
    holds(&runtime, 20_000);
}

fn holds(subject: &impl Subject, inputs: u64) {
    let found = fuzz::run(subject, inputs, |_| {});
    assert!(
        found.failures.is_empty(),
        "{} failures of {inputs}:\n{}",
        found.failures.len(),
        found.kept(subject, 5).join("\n")
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
