//! Mutated documents through the generator, and hostile bytes into what it generates: `cargo xtask fuzz`. Starts itself
//! for each batch of documents.

use std::path::Path;
use std::process::ExitCode;

use kibana_tests::fuzz::documents::{self, Documents};
use kibana_tests::fuzz::runtime::Runtime;
use kibana_tests::fuzz::{self, Subject};
use kibana_tests::workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    match arguments.as_slice() {
        ["one", document] => documents::one(Path::new(document)),
        ["work", seed, start, end] => match (number(seed), number(start), number(end)) {
            (Some(seed), Some(start), Some(end)) => documents::work(seed, start, end),
            _ => return usage(),
        },
        [what, seed, inputs] => match (*what, number(seed), number(inputs)) {
            ("documents", Some(seed), Some(inputs)) => return through_generator(seed, inputs),
            ("runtime", Some(seed), Some(inputs)) => return into_runtime(seed, inputs),
            _ => return usage(),
        },
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!(
        "error: expected `documents SEED INPUTS` or `runtime SEED INPUTS`; see `cargo xtask fuzz --help`"
    );
    ExitCode::from(2)
}

fn through_generator(seed: u64, inputs: u64) -> ExitCode {
    match std::env::current_exe() {
        Ok(program) => {
            let folder = workspace::root().join("target/fuzz");
            run(
                &Documents {
                    program,
                    seed,
                    folder,
                },
                seed,
                inputs,
            )
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn into_runtime(seed: u64, inputs: u64) -> ExitCode {
    match Runtime::build(seed, &workspace::root().join("target/fuzz")) {
        Ok(runtime) => run(&runtime, seed, inputs),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(subject: &impl Subject, seed: u64, inputs: u64) -> ExitCode {
    let found = fuzz::run(subject, inputs, |failed| {
        eprintln!("input {}: {}", failed.number, failed.what);
    });
    for line in found.kept(subject, 20) {
        println!("{line}");
    }
    println!(
        "{} failures of {} inputs, seed {seed}",
        found.failures.len(),
        found.inputs
    );
    match found.failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
