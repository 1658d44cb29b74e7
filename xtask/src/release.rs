//! A release: what has to be true before it, and the two packages. Knows cargo, and the change log.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::Args;

/// What is published; the first is what the second depends on.
const PACKAGES: [&str; 2] = ["kibana-runtime", "kibana-codegen"];

#[derive(Debug, Args)]
pub(crate) struct Release {
    /// Pack both packages, build them from what was packed, and publish nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(root: &Path, release: &Release) -> anyhow::Result<ExitCode> {
    let version = env!("CARGO_PKG_VERSION");
    let changes = std::fs::read_to_string(root.join("CHANGELOG.md")).context("no CHANGELOG.md")?;
    let has = |name: &str| {
        changes
            .lines()
            .any(|line| line.starts_with(&format!("## {name}")))
    };
    match release.dry_run {
        // Between releases, what is new has no number yet.
        true => ensure!(
            has(version) || has("Unreleased"),
            "CHANGELOG.md says nothing of {version}: give it a heading `## {version}`, or `## Unreleased`"
        ),
        false => ensure!(
            has(version) && !has("Unreleased"),
            "CHANGELOG.md has to say what is new in {version}: give what is unreleased the heading `## {version}`"
        ),
    }
    let mut publish = Command::new(env!("CARGO"));
    publish
        .args(["publish", "--all-features"])
        .current_dir(root);
    for package in PACKAGES {
        publish.args(["--package", package]);
    }
    if release.dry_run {
        // Whoever tries has not committed everything.
        publish.args(["--dry-run", "--allow-dirty"]);
    }
    let status = publish.status().context("cannot run cargo")?;
    Ok(match status.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
