//! The `kibana-codegen` command: the generator for people who do not have this workspace.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use kibana_codegen::cli::{Command, Defaults};

/// Generates a Rust crate from the OpenAPI document that Kibana publishes, as it is published.
///
/// Start with `kibana-codegen report --spec kibana.yaml` to see what the generator makes of your document, then
/// `kibana-codegen generate --spec kibana.yaml --out kibana-api`.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let defaults = Defaults {
        root: PathBuf::from("."),
        program: "kibana-codegen".to_string(),
    };
    Cli::parse().command.run(&defaults)
}
