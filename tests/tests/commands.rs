//! The commands as a user meets them: exit codes, help, what `check` finds and how it says so.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;
use std::path::Path;

use kibana_tests::tool::{Outcome, Tool};
use kibana_tests::{tree, workspace};
use serde_json::Value;
use tempfile::TempDir;

/// A command on the small document.
fn on_medium(command: &str) -> Tool {
    let spec = workspace::data("medium.yaml");
    Tool::codegen().args(command).arg("--spec").arg(spec)
}

fn generate(dir: &Path) -> Outcome {
    on_medium("generate").arg("--out").arg(dir).run()
}

fn check(dir: &Path) -> Outcome {
    on_medium("check").arg("--out").arg(dir).run()
}

fn generated() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path()).expect(0);
    dir
}

#[test]
fn help_names_every_option_and_says_what_the_command_is_for() {
    let input = ["--spec <FILE>", "--config <FILE>", "--overlay <FILE>"];
    let target = [
        "--out <DIR>",
        "--crate-name <NAME>",
        "--runtime <DIR>",
        "--verbose",
    ];
    let target = [&input[..], &target].concat();
    let cases = [
        (
            "generate",
            &[
                &target[..],
                &["spec/kibana.yaml", "generated", "left alone"],
            ],
        ),
        (
            "check",
            &[&target[..], &["Nothing is written", "mends", "stale"]],
        ),
        ("lint", &[&input[..], &["--unions", "its place"]]),
        ("report", &[&input[..], &["--format <FORMAT>", "json"]]),
    ];
    for (command, words) in cases {
        let codegen = Tool::codegen().arg(command).arg("--help").run().expect(0);
        let xtask = Tool::xtask().arg(command).arg("--help").run().expect(0);
        for word in words.concat() {
            assert!(codegen.stdout.contains(word), "{word}: {}", codegen.stdout);
            assert!(xtask.stdout.contains(word), "{word}: {}", xtask.stdout);
        }
    }
    let codegen = Tool::codegen().arg("--help").run().expect(0);
    let xtask = Tool::xtask().arg("--help").run().expect(0);
    for command in ["generate", "check", "lint", "report"] {
        assert!(codegen.stdout.contains(&format!("\n  {command} ")));
        assert!(xtask.stdout.contains(&format!("\n  {command} ")));
    }
    assert!(xtask.stdout.contains("\n  test "));
}

#[test]
fn a_wrong_command_line_is_2_and_names_what_is_wrong() {
    let cases = [
        ("generate --specs x", "--specs"),
        ("frobnicate", "frobnicate"),
        ("report --format xml", "xml"),
        ("lint --spec", "--spec"),
        ("generate --crate-name 1", "starts with a letter"),
        ("generate --crate-name a\"b", "starts with a letter"),
        ("", "Usage"),
    ];
    for (command, word) in cases {
        let outcome = Tool::codegen().args(command).run().expect(2);
        assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
        Tool::xtask().args(command).run().expect(2);
    }
}

#[test]
fn a_missing_file_is_1_and_named() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["generate", "check", "lint", "report"] {
        for option in ["--spec", "--config", "--overlay"] {
            let tool = Tool::codegen().args(command).within(dir.path());
            let mut tool = tool.arg(option).arg("no/such.file");
            if option != "--spec" {
                tool = tool.arg("--spec").arg(workspace::data("medium.yaml"));
            }
            let outcome = tool.run().expect(1);
            assert!(
                outcome.stderr.contains("no/such.file"),
                "{}",
                outcome.stderr
            );
            assert_eq!(outcome.stdout, "");
        }
    }
    assert!(tree::bytes(dir.path()).unwrap().is_empty());
}

#[test]
fn generate_says_what_it_did() {
    let dir = tempfile::tempdir().unwrap();
    let first = generate(dir.path()).expect(0).stdout;
    assert!(first.contains("12 of 12 operations in 4 groups"), "{first}");
    assert!(
        first.contains("43 new, 0 changed, 0 removed, 0 up to date"),
        "{first}"
    );
    // And how to go on.
    for command in ["cargo build --manifest-path", "--bin kibana-mock"] {
        assert!(first.contains(command), "{first}");
    }
    let second = generate(dir.path()).expect(0).stdout;
    assert!(
        second.contains("0 new, 0 changed, 0 removed, 43 up to date"),
        "{second}"
    );
    assert!(check(dir.path()).expect(0).stdout.contains("is up to date"));
}

#[test]
fn check_shows_stale_and_missing_files_and_the_command_that_mends_them() {
    let dir = generated();
    let trees = dir.path().join("src/trees.rs");
    let text = fs::read_to_string(&trees).unwrap();
    assert!(text.contains("pub mod get_tree;"));
    fs::write(
        &trees,
        text.replace("pub mod get_tree;", "pub mod old_tree;"),
    )
    .unwrap();
    fs::remove_file(dir.path().join("src/people.rs")).unwrap();
    let before = tree::bytes(dir.path()).unwrap();

    let outcome = check(dir.path()).expect(1);
    for line in [
        "stale: src/trees.rs",
        "-pub mod old_tree;",
        "+pub mod get_tree;",
        "missing: src/people.rs",
    ] {
        assert!(outcome.stdout.contains(line), "{line}: {}", outcome.stdout);
    }
    assert!(outcome.stdout.lines().count() < 30, "{}", outcome.stdout);
    assert_eq!(tree::bytes(dir.path()).unwrap(), before);

    // What is told to run is what mends it.
    let command = outcome.stderr.split('`').nth(1).unwrap();
    let command = command.strip_prefix("kibana-codegen ").unwrap();
    Tool::codegen().args(command).run().expect(0);
    check(dir.path()).expect(0);
}

#[test]
fn check_fails_on_files_that_are_not_generated_any_more() {
    let dir = generated();
    let one = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      \
               tags: [trees]\n      responses: {'200': {description: d}}\n";
    let spec = tempfile::NamedTempFile::new().unwrap();
    fs::write(spec.path(), one).unwrap();
    let on_one = |command| {
        let tool = Tool::codegen().args(command).arg("--spec").arg(spec.path());
        tool.arg("--out").arg(dir.path()).run()
    };
    let outcome = on_one("check").expect(1);
    let line = "extra: src/harvests.rs (not generated any more)";
    assert!(outcome.stdout.contains(line), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("run `kibana-codegen generate"));
    on_one("generate").expect(0);
    on_one("check").expect(0);
    assert!(!dir.path().join("src/harvests.rs").exists());
    assert!(!dir.path().join("src/shared").exists());
}

#[test]
fn check_fails_on_a_file_among_the_sources_that_nobody_generated() {
    let dir = generated();
    fs::write(dir.path().join("src/helpers.rs"), "// mine\n").unwrap();
    fs::create_dir(dir.path().join("examples")).unwrap();
    fs::write(dir.path().join("examples/mine.rs"), "// mine\n").unwrap();
    let outcome = check(dir.path()).expect(1);
    let line = "extra: src/helpers.rs (not written by the generator)";
    assert!(outcome.stdout.contains(line), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("examples"));
    // Generating does not mend that, and is not offered as if it did.
    assert!(
        outcome.stderr.contains("move them away"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("run `"), "{}", outcome.stderr);

    let outcome = generate(dir.path()).expect(0);
    assert!(
        outcome.stderr.contains("src/helpers.rs"),
        "{}",
        outcome.stderr
    );
    assert_eq!(
        fs::read_to_string(dir.path().join("src/helpers.rs")).unwrap(),
        "// mine\n"
    );
    fs::remove_file(dir.path().join("src/helpers.rs")).unwrap();
    check(dir.path()).expect(0);
}

#[test]
fn check_on_nothing_lists_every_file_and_creates_none() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("none");
    let outcome = check(&out).expect(1);
    assert!(outcome.stdout.contains("missing: Cargo.toml"));
    assert!(outcome.stdout.contains("missing: src/lib.rs"));
    assert!(!out.exists());
}

#[test]
fn report_as_json_has_the_keys_that_scripts_read() {
    let outcome = on_medium("report --format json").run().expect(0);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["operations"]["total"], 12);
    assert_eq!(report["operations"]["generated"], 12);
    assert_eq!(report["operations"]["skipped"], Value::Array(vec![]));
    assert_eq!(report["unions"]["total"], 4);
    let strategies = report["unions"]["by_strategy"].as_object().unwrap();
    let sum: u64 = strategies
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(sum, 4);
    assert!(report["unions"]["overlapping"].is_array());
    assert_eq!(report["any_json"]["by_spec"], 0);
    assert_eq!(report["any_json"]["given_up"], 0);
    assert!(report["repairs"].is_object());
    let played = report["played"].as_array().unwrap().len();
    assert_eq!(played + report["stateless"].as_array().unwrap().len(), 12);
    assert!(report["resources"].is_array());
    let text = on_medium("report").run().expect(0).stdout;
    assert!(text.contains("12 of 12 generated, 0 skipped"), "{text}");
}

#[test]
fn lint_lists_repairs_with_their_place_and_unions_with_their_strategy() {
    let unions = on_medium("lint --unions").run().expect(0).stdout;
    assert!(
        unions.contains("Filter by discriminator (/components/schemas/filter)"),
        "{unions}"
    );
    assert!(unions.ends_with("4 unions\n"), "{unions}");

    let dir = tempfile::tempdir().unwrap();
    let spec = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      \
                responses:\n        '200': {}\n";
    fs::write(dir.path().join("spec.yaml"), spec).unwrap();
    let lint = Tool::codegen()
        .args("lint --spec spec.yaml")
        .within(dir.path());
    let said = lint.run().expect(0).stdout;
    assert!(
        said.contains("repair[response-without-description]: 1 place"),
        "{said}"
    );
    assert!(said.contains("spec.yaml:7:9: "), "{said}");
    let verbose = Tool::codegen()
        .args("generate -v --spec spec.yaml --out api")
        .within(dir.path());
    let said = verbose.run().expect(0).stderr;
    assert!(
        said.contains("spec.yaml:7:9: repair[response-without-description]"),
        "{said}"
    );
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bad.yaml"), "openapi: 3.0.3\na: b: c\n").unwrap();
    let lint = || {
        Tool::codegen()
            .args("lint --spec bad.yaml")
            .within(dir.path())
    };
    let coloured =
        |outcome: Outcome| outcome.stderr.contains('\u{1b}') || outcome.stdout.contains('\u{1b}');
    assert!(!coloured(lint().run().expect(1)));
    // Forced, as a terminal would get them, so that the test above can fail.
    assert!(coloured(lint().env("CLICOLOR_FORCE", "1").run().expect(1)));
    assert!(!coloured(lint().env("NO_COLOR", "1").run().expect(1)));
}

#[test]
fn xtask_without_arguments_is_about_the_description_of_this_project() {
    // Whether `generated/` is up to date is the business of CI; here only that it is the one that is looked at.
    let check = Tool::xtask().arg("check").within(&workspace::root()).run();
    let said = format!("{}{}", check.stdout, check.stderr);
    assert!(said.contains("generated is "), "{said}");
    let report = Tool::xtask()
        .args("report --format json")
        .within(&workspace::root());
    let report: Value = serde_json::from_str(&report.run().expect(0).stdout).unwrap();
    assert_eq!(
        report["operations"]["total"],
        report["operations"]["generated"]
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    // Far more is written than a pipe holds.
    let outcome = Tool::codegen().args("drift --rules").run_unheard();
    assert_eq!(outcome.expect(0).stderr, "");
}
