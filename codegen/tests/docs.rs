//! The pages for people say what is: the table of diagnostics is what the code raises, command lines are understood, and
//! what the pages name or link to exists.
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

/// The README and all pages of `docs/`, by their paths.
fn pages() -> Vec<(String, String)> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    let names = docs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> = names.map(|name| format!("docs/{name}")).collect();
    paths.extend(["README.md".to_string(), "ARCHITECTURE.md".to_string()]);
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.clone(), page(&path)))
        .collect()
}

/// What GitHub and docs.rs call a heading in an address.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn links_between_pages_lead_somewhere() {
    let pages = pages();
    let mut links = 0;
    for (path, text) in &pages {
        let folder = Path::new(path).parent().unwrap();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if link.starts_with("http") {
                continue;
            }
            links += 1;
            let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => root().join(path),
                file => root().join(folder).join(file),
            };
            assert!(target.exists(), "{path}: nothing is at {link}");
            if wanted.is_empty() {
                continue;
            }
            let text = std::fs::read_to_string(target).unwrap();
            let headings = text.lines().filter(|line| line.starts_with('#'));
            let mut anchors = headings.map(|line| anchor(line.trim_start_matches('#').trim()));
            assert!(
                anchors.any(|own| own == wanted),
                "{path}: no heading for {link}"
            );
        }
    }
    assert!(links > 20, "{links}");
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

/// The scripts of the workflow, joined.
#[cfg(all(feature = "cli", feature = "fetch"))]
fn workflow() -> String {
    let page = page("docs/ci.md");
    let block = page.split("```yaml\n# .github/workflows/").nth(1);
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
fn command_lines_are_understood() {
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
    let pages: String = pages().into_iter().map(|(_, text)| text).collect();
    let shown = pages.lines().filter_map(|line| line.strip_prefix("$ "));
    let shown = shown.filter_map(|line| {
        line.strip_prefix("cargo xtask ")
            .or(line.strip_prefix("kibana-codegen "))
    });
    // Tasks of this workspace only.
    let own = ["test", "mock", "conformance", "fuzz", "bench", "release"];
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
