//! Mutated documents through the generator: `cargo xtask fuzz`. Starts itself for each batch of inputs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use kibana_tests::{fuzz, workspace};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    match arguments.as_slice() {
        ["one", document] => fuzz::one(Path::new(document)),
        ["work", seed, start, end] => match (number(seed), number(start), number(end)) {
            (Some(seed), Some(start), Some(end)) => fuzz::work(seed, start, end),
            _ => return usage(),
        },
        ["run", seed, inputs] => match (number(seed), number(inputs)) {
            (Some(seed), Some(inputs)) => return run(seed, inputs),
            _ => return usage(),
        },
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("error: expected `run SEED INPUTS`; see `cargo xtask fuzz --help`");
    ExitCode::from(2)
}

fn run(seed: u64, inputs: u64) -> ExitCode {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let folder: PathBuf = workspace::root().join("target/fuzz");
    let found = fuzz::run(&program, seed, inputs, |_, failure| {
        eprintln!("input {}: {}", failure.number, failure.what);
    });
    for failure in found.failures.iter().take(20) {
        match fuzz::keep(&program, seed, failure, &folder) {
            Ok(path) => println!("{}: {}", path.display(), failure.what),
            Err(error) => println!("input {}: {} ({error})", failure.number, failure.what),
        }
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
