//! A release: what has to be true before it, the two packages, a program that has nothing but them, and the crate that
//! the release before generated. Knows cargo, git, the change log and an example.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::Args;

use crate::mock;

/// What is published; the first is what the second depends on.
const PACKAGES: [&str; 2] = ["kibana-runtime", "kibana-codegen"];
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Debug, Args)]
pub(crate) struct Release {
    /// Pack both packages, build and try what was packed, and publish nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(root: &Path, release: &Release) -> anyhow::Result<ExitCode> {
    check_changes(root, release.dry_run)?;
    let mut publish = Command::new(env!("CARGO"));
    publish
        .args(["publish", "--all-features"])
        .current_dir(root);
    for package in PACKAGES {
        publish.args(["--package", package]);
    }
    if !release.dry_run {
        succeed(&mut publish)?;
        return Ok(ExitCode::SUCCESS);
    }
    // Whoever tries has not committed everything.
    succeed(publish.args(["--dry-run", "--allow-dirty"]))?;
    let trial = Trial::new(root)?;
    trial.run()?;
    println!(
        "release: a program that has nothing but the two packages generates, compiles and calls"
    );
    match last_release(root)? {
        Some(tag) => {
            Last::check_out(root, trial.folder.join("last"), &tag)?.check(&trial)?;
            println!("release: the crate that {tag} generated compiles with this runtime");
            match semver_checks(root, &tag)? {
                true => println!("release: the runtime keeps what {tag} promised"),
                false => println!(
                    "release: skipped the promises of {tag}: cargo-semver-checks is not installed"
                ),
            }
        }
        None => println!(
            "release: skipped the crate of the last release: no tag `v{}.*` in this clone",
            compatible(VERSION)
        ),
    }
    Ok(ExitCode::SUCCESS)
}

/// The part of a version that says what goes on to work: `0.1` of `0.1.3`, `2` of `2.1.0`.
fn compatible(version: &str) -> &str {
    let mut parts = version.match_indices('.').map(|(at, _)| at);
    let (first, second) = (parts.next(), parts.next());
    let end = if version.starts_with("0.") {
        second
    } else {
        first
    };
    &version[..end.unwrap_or(version.len())]
}

/// The tag of the last release whose generated crates go on to work.
fn last_release(root: &Path) -> anyhow::Result<Option<String>> {
    let pattern = format!("v{}.*", compatible(VERSION));
    let mut git = Command::new("git");
    git.args(["tag", "--list", &pattern, "--sort=-version:refname"]);
    let output = git.current_dir(root).output().context("cannot run git")?;
    let tags = String::from_utf8_lossy(&output.stdout);
    Ok(tags.lines().next().map(str::to_string))
}

/// Holds the runtime to what a release promised; whether there is a tool for that.
fn semver_checks(root: &Path, tag: &str) -> anyhow::Result<bool> {
    let mut asked = Command::new(env!("CARGO"));
    let asked = asked.args(["semver-checks", "--version"]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        return Ok(false);
    }
    let mut checks = Command::new(env!("CARGO"));
    checks.args(["semver-checks", "--all-features", "--package", PACKAGES[0]]);
    succeed(checks.args(["--baseline-rev", tag]).current_dir(root))?;
    Ok(true)
}

/// A release of before as it was, but for its runtime, which is today's.
struct Last<'a> {
    root: &'a Path,
    folder: PathBuf,
}

impl<'a> Last<'a> {
    fn check_out(root: &'a Path, folder: PathBuf, tag: &str) -> anyhow::Result<Self> {
        let mut git = Command::new("git");
        git.args(["worktree", "add", "--quiet", "--detach"]);
        succeed(git.arg(&folder).arg(tag).current_dir(root))?;
        Ok(Self { root, folder })
    }

    fn check(&self, trial: &Trial) -> anyhow::Result<()> {
        let runtime = self.folder.join("codegen/runtime");
        std::fs::remove_dir_all(&runtime)?;
        copy(&trial.folder.join(PACKAGES[0]), &runtime)?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["check", "--package", "kibana-api", "--all-features"]);
        cargo.env("CARGO_TARGET_DIR", &trial.target);
        succeed(cargo.current_dir(&self.folder))
    }
}

impl Drop for Last<'_> {
    fn drop(&mut self) {
        let mut git = Command::new("git");
        git.args(["worktree", "remove", "--force"])
            .arg(&self.folder);
        // What is left, `git worktree prune` finds.
        let _ = git.current_dir(self.root).status();
    }
}

fn check_changes(root: &Path, dry_run: bool) -> anyhow::Result<()> {
    let changes = std::fs::read_to_string(root.join("CHANGELOG.md")).context("no CHANGELOG.md")?;
    let has = |name: &str| changes.lines().any(|line| line == format!("## {name}"));
    // Between releases, what is new has no number yet.
    if dry_run && has("Unreleased") {
        return Ok(());
    }
    ensure!(
        has(VERSION) && !has("Unreleased"),
        "CHANGELOG.md has to say what is new in {VERSION}: give what is unreleased the heading `## {VERSION}`"
    );
    Ok(())
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status();
    let status = status.with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}

/// A folder outside of the workspace with what was packed, and the example that calls Kibana. It goes with this.
struct Trial {
    folder: PathBuf,
    /// Where what is compiled may stay for the next time.
    target: PathBuf,
}

impl Trial {
    fn new(root: &Path) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("kibana-release-{}", std::process::id()));
        let target = root.join("target/tried");
        let trial = Self { folder, target };
        for package in PACKAGES {
            let packed = root.join(format!("target/package/{package}-{VERSION}"));
            copy(&packed, &trial.folder.join(package))?;
        }
        let example = root.join("examples/call-kibana");
        let program = trial.folder.join("program");
        copy(&example.join("src"), &program.join("src"))?;
        for file in ["build.rs", "kibana.yaml"] {
            std::fs::copy(example.join(file), program.join(file))?;
        }
        std::fs::write(program.join("Cargo.toml"), manifest())?;
        Ok(trial)
    }

    /// Cargo, for which what was packed stands where the registry would have it.
    fn cargo(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(self.folder.join(folder)).args(arguments);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        for package in PACKAGES {
            let path = self.folder.join(package);
            let patch = format!("patch.crates-io.{package}.path='{}'", path.display());
            cargo.args(["--config", &patch]);
        }
        cargo
    }

    fn run(&self) -> anyhow::Result<()> {
        let install = [
            "install",
            "--debug",
            "--no-track",
            "--path",
            ".",
            "--root",
            "../installed",
        ];
        succeed(&mut self.cargo("kibana-codegen", &install))?;
        let generator = self.folder.join("installed/bin/kibana-codegen");
        let program = self.folder.join("program");
        let command = |arguments: &[&str]| {
            let mut command = Command::new(&generator);
            command.args(arguments).current_dir(&program);
            command
        };
        succeed(&mut command(&[
            "generate",
            "--spec",
            "kibana.yaml",
            "--out",
            "../api",
        ]))?;
        succeed(&mut self.cargo("api", &["check", "--all-features"]))?;
        let mock = ["mock", "--spec", "kibana.yaml", "--port", "0"];
        let (_server, url) = mock::start(&mut command(&mock))?;
        let mut call = self.cargo("program", &["run", "--quiet"]);
        call.args(["--", "kibana.yaml", "export.ndjson"])
            .env("KIBANA_URL", url);
        succeed(&mut call)?;
        let exported = std::fs::metadata(program.join("export.ndjson"))?;
        ensure!(exported.len() > 0, "nothing was exported");
        Ok(())
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        // What is left stands among temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The example's manifest, for whom both packages come from a registry.
fn manifest() -> String {
    format!(
        r#"[package]
name = "call-kibana"
version = "0.1.0"
edition = "2024"
publish = false

[workspace]

[features]
mock = []

[dependencies]
kibana-runtime = {{ version = "={VERSION}", features = ["reqwest"] }}
tokio = {{ version = "1", features = ["fs", "io-util", "macros", "rt-multi-thread"] }}

[build-dependencies]
kibana-codegen = {{ version = "={VERSION}", default-features = false }}
"#
    )
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    let entries = std::fs::read_dir(from).with_context(|| format!("no {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => _ = std::fs::copy(entry.path(), to)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::compatible;

    #[test]
    fn what_goes_on_to_work_stands_in_the_first_number_that_is_not_zero() {
        let cases = [
            ("0.1.3", "0.1"),
            ("0.12.0", "0.12"),
            ("1.4.2", "1"),
            ("10.0.0", "10"),
        ];
        for (version, expected) in cases {
            assert_eq!(compatible(version), expected);
        }
    }
}
