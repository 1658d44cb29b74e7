//! The tasks of this workspace: `cargo xtask <task>`. Parses arguments; what a task does is in `kibana_codegen`.

mod conformance;
mod mock;
mod progress;
mod release;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use kibana_codegen::cli::{self, Defaults};

/// Tasks of this workspace.
///
/// `cargo xtask generate` writes `generated/` from `spec/kibana.yaml`; `cargo xtask test` runs all tests.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    #[command(flatten)]
    Codegen(cli::Command),
    /// Run all tests of the workspace
    ///
    /// Tests on the real Kibana documents need a folder `shared/` beside the workspace; without it they say
    /// that they are skipped. Arguments after `--` go to `cargo test`.
    Test {
        /// What to pass to `cargo test`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Let judges of others look at what is generated
    #[command(subcommand)]
    Conformance(conformance::Conformance),
    /// Send mutated documents through the generator, or hostile bytes into what it generates, and look for crashes
    ///
    /// Documents: load, analyse, report, lint, generate, export, and drift of each with itself: no panic, no exhausted stack,
    /// at most 2 s and 1 GB, output that parses, no change.
    ///
    /// With `--runtime`, JSON is read as the types of the embedded document, and its router is asked in the same process: no
    /// panic, no exhausted stack, no answer of 500, at most 2 s and 1 GB; what is read is written again, and what strict
    /// reading takes is the same value for lenient reading.
    ///
    /// Inputs that fail are kept in target/fuzz; documents are made small.
    Fuzz {
        /// Feed the generated crate instead of the generator
        #[arg(long)]
        runtime: bool,
        /// How many inputs
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        inputs: u64,
        /// Which inputs: the same seed has the same ones
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Publish the generator and the runtime, or try what that would do
    ///
    /// Both packages are built from what is packed, without the workspace around them. CONTRIBUTING.md has the steps of a
    /// release.
    Release(release::Release),
    /// Run benchmarks and print their tables
    ///
    /// Times are ratios to something else that was measured in the same run, so that they hold on a busy machine.
    Bench {
        /// Which [default: all of them]
        #[arg(value_enum)]
        names: Vec<Benchmark>,
    },
}

/// What can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Benchmark {
    /// The generated client against the same calls by hand over the same HTTP library
    Calls,
    /// Processor time and memory of rustc for generated crates; takes some minutes
    Compile,
    /// The fake that remembers against the same without memory, and its start
    Fake,
    /// The generator against `serde_yaml`, and `drift` against loading
    Generation,
    /// Reading and writing against `serde_json::Value` and serde's derives
    Models,
    /// A generated route against axum by hand
    Serving,
}

fn main() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the xtask package stands in the workspace")?
        .to_path_buf();
    match Cli::parse().task {
        Task::Codegen(command) => Ok(command.run(&Defaults {
            root: shorter(root),
            program: "cargo xtask".to_string(),
        })),
        Task::Test { arguments } => {
            let mut test = vec![
                "test".to_string(),
                "--workspace".into(),
                "--all-features".into(),
            ];
            test.extend(arguments);
            cargo(&root, &test)
        }
        Task::Conformance(judge) => conformance::run(&root, &judge),
        Task::Fuzz {
            runtime,
            inputs,
            seed,
        } => {
            let run = [
                "run",
                "--quiet",
                "--release",
                "--package",
                "kibana-tests",
                "--bin",
                "fuzz",
                "--",
                if runtime { "runtime" } else { "documents" },
            ];
            let mut run: Vec<String> = run.map(String::from).into();
            run.extend([seed.to_string(), inputs.to_string()]);
            cargo(&root, &run)
        }
        Task::Release(release) => release::run(&root, &release),
        Task::Bench { names } => {
            let mut bench = vec![
                "bench".to_string(),
                "--package".into(),
                "kibana-tests".into(),
            ];
            for name in names {
                let name = name
                    .to_possible_value()
                    .map(|value| value.get_name().to_string());
                bench.extend(
                    name.into_iter()
                        .flat_map(|name| ["--bench".to_string(), name]),
                );
            }
            // Without a name, all of them, and only them.
            if bench.len() == 3 {
                bench.push("--benches".into());
            }
            cargo(&root, &bench)
        }
    }
}

/// The workspace as seen from the current folder, so that messages show short paths.
fn shorter(root: PathBuf) -> PathBuf {
    match std::env::current_dir() {
        Ok(here) if here == root => PathBuf::new(),
        _ => root,
    }
}

fn cargo(root: &Path, arguments: &[String]) -> anyhow::Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .current_dir(root)
        .status()
        .context("cannot run cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
