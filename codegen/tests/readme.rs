//! The pages for people say what is: the table of diagnostics is what the code raises, the command lines of the README are
//! understood, and files that ARCHITECTURE.md names exist.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A page, by its path from the root of the repository.
fn page(path: &str) -> String {
    let file = root().join(path);
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("no {path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn a_page_lists_every_diagnostic() {
    let mut codes = kibana_codegen::codes();
    codes.sort_by_key(|code| (code.severity, code.name));
    let mut table =
        String::from("| code | kind | what the generator does, and why |\n|---|---|---|\n");
    for code in codes {
        let explanation = code.explanation.replace('|', "\\|");
        writeln!(
            table,
            "| `{}` | {} | {explanation} |",
            code.name, code.severity
        )
        .unwrap();
    }
    assert!(
        page("docs/diagnostics.md").ends_with(&table),
        "docs/diagnostics.md has to end with this table:\n{table}"
    );
}

#[test]
fn files_that_the_architecture_names_exist() {
    let text = page("ARCHITECTURE.md");
    let words = text.split('`').skip(1).step_by(2);
    let files = words
        .filter(|word| word.contains('/') && !word.contains([' ', ':']) && !word.starts_with("//"));
    let missing: Vec<&str> = files.filter(|file| !root().join(file).exists()).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}");
}

/// The scripts of the README's workflow, joined.
#[cfg(all(feature = "cli", feature = "fetch"))]
fn workflow() -> String {
    let readme = page("README.md");
    let block = readme.split("```yaml\n# .github/workflows/").nth(1);
    let block = block.and_then(|rest| rest.split("```").next());
    let workflow: serde_json::Value =
        serde_yaml::from_str(&format!("# {}", block.unwrap())).unwrap();
    let jobs = workflow["jobs"].as_object().unwrap().values();
    let steps = jobs.flat_map(|job| job["steps"].as_array().unwrap());
    steps
        .filter_map(|step| step["run"].as_str())
        .fold(String::new(), |all, run| all + run + "\n")
}

/// Whether the commands of the library understand a line; what the shell does with its output is cut off.
#[cfg(all(feature = "cli", feature = "fetch"))]
fn parse(line: &str) -> Result<(), clap::Error> {
    use clap::Subcommand;
    let line = line.split(['>', '|', '#']).next().unwrap_or_default();
    let command =
        kibana_codegen::cli::Command::augment_subcommands(clap::Command::new("kibana-codegen"));
    command
        .try_get_matches_from(line.split_whitespace())
        .map(|_| ())
}

#[cfg(all(feature = "cli", feature = "fetch"))]
#[test]
fn the_command_lines_of_the_readme_are_understood() {
    let workflow = workflow();
    let scripts = workflow
        .lines()
        .filter(|line| line.starts_with("kibana-codegen "));
    let scripts: Vec<_> = scripts.collect();
    for command in ["fetch", "drift", "check", "generate"] {
        let start = format!("kibana-codegen {command}");
        assert!(
            scripts.iter().any(|line| line.starts_with(&start)),
            "{command}"
        );
    }
    let readme = page("README.md");
    let shown = readme.lines().filter_map(|line| line.strip_prefix("$ "));
    let shown = shown.filter_map(|line| {
        line.strip_prefix("cargo xtask ")
            .or(line.strip_prefix("kibana-codegen "))
    });
    // Tasks of this workspace only.
    let own = ["test", "mock", "conformance", "fuzz", "bench"];
    let shown = shown.filter(|line| !own.iter().any(|task| line.starts_with(task)));
    let shown: Vec<_> = shown.map(|line| format!("kibana-codegen {line}")).collect();
    assert!(
        shown
            .iter()
            .any(|line| line.starts_with("kibana-codegen fetch 9.2.0"))
    );
    for line in scripts.into_iter().chain(shown.iter().map(String::as_str)) {
        parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    parse("kibana-codegen fetch --no-such-option").unwrap_err();
}
