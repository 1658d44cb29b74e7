//! `drift` as a user meets it: exit codes, formats, allowlists, settings, and what is wrong with any of them.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;

use kibana_tests::tool::{Outcome, Tool};
use kibana_tests::workspace;
use serde_json::Value;
use tempfile::TempDir;

const OLD: &str = "\
openapi: 3.0.3
info: {title: Shelf, version: '1'}
paths:
  /api/books:
    get:
      tags: [books]
      operationId: getBooks
      responses:
        200: {description: All., content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
  /api/trees:
    get:
      tags: [trees]
      operationId: getTrees
      responses:
        200: {description: All., content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}
components:
  schemas:
    Book: {type: object, properties: {kind: {type: string, enum: [novel]}}}
    Tree: {type: object, properties: {height: {type: integer, description: Metres.}}}
";

/// A folder with the documents that the tests compare.
fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let documents = [
        ("old.yaml", OLD.to_string()),
        ("docs.yaml", OLD.replace("Metres.", "In metres.")),
        ("warning.yaml", OLD.replace("[novel]", "[novel, poem]")),
        ("error.yaml", OLD.replace("type: integer", "type: string")),
        ("moved.yaml", OLD.replace("tags: [books]", "tags: [shelf]")),
        (
            "broken.yaml",
            OLD.replace("schemas/Book'", "schemas/Brook'"),
        ),
        ("text.yaml", "openapi: 3.0.3\npaths: [".to_string()),
        (
            "page.yaml",
            "<html><body>Please log in.</body></html>\n".to_string(),
        ),
    ];
    for (name, text) in documents {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn drift(dir: &TempDir, arguments: &str) -> Outcome {
    let files = || {
        let files = fs::read_dir(dir).unwrap().flatten();
        let mut names: Vec<_> = files.map(|file| file.file_name()).collect();
        names.sort();
        names
    };
    let before = files();
    let tool = Tool::codegen().arg("drift").args(arguments);
    let outcome = tool.within(dir.path()).run();
    assert_eq!(before, files(), "drift writes no file");
    outcome
}

#[test]
fn the_exit_code_is_about_the_severity_that_was_asked_for() {
    let dir = folder();
    for (new, codes) in [
        ("old.yaml", [0, 0, 0, 0]),
        ("docs.yaml", [0, 0, 0, 1]),
        ("warning.yaml", [0, 0, 1, 1]),
        ("error.yaml", [0, 1, 1, 1]),
    ] {
        let limits = ["", "--fail-on error", "--fail-on warning", "--fail-on info"];
        for (limit, code) in limits.into_iter().zip(codes) {
            for format in ["text", "markdown", "json"] {
                let arguments = format!("old.yaml {new} {limit} --format {format}");
                let outcome = drift(&dir, &arguments);
                assert_eq!(outcome.code, Some(code), "{arguments}");
                assert_eq!(outcome.stderr, "", "{arguments}");
            }
        }
    }
    // An enum that grows in a response breaks those who read it only.
    let narrowed = "old.yaml warning.yaml --fail-on warning --for";
    drift(&dir, &format!("{narrowed} clients")).expect(1);
    let others = drift(&dir, &format!("{narrowed} implementors")).expect(0);
    assert!(others.stdout.contains("nothing changed"), "{others:?}");
}

#[test]
fn what_changed_is_told_with_its_rule_places_and_items() {
    let dir = folder();
    let text = drift(&dir, "old.yaml error.yaml").expect(0).stdout;
    for part in [
        "response-property-type-changed",
        "GET /api/trees",
        "response 200 $.height: type integer → string",
        "old.yaml:19:",
        "error.yaml:19:",
        "trees::Tree.height: Option<i64> → trees::Tree.height: Option<String>",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let json = drift(&dir, "old.yaml error.yaml --format json").expect(0);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let place = &json["changes"][0]["places"][0];
    assert_eq!(place["new"]["line"], 19);
    assert_eq!(
        place["new"]["pointer"],
        "/components/schemas/Tree/properties/height"
    );
    let hidden = drift(&dir, "old.yaml docs.yaml").expect(0).stdout;
    assert!(hidden.contains("1 not shown, see `--verbose`"), "{hidden}");
    let shown = drift(&dir, "old.yaml docs.yaml --verbose").expect(0).stdout;
    assert!(shown.contains("description-changed"), "{shown}");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let dir = folder();
    let run = |tool: Tool| {
        let tool = tool.args("drift old.yaml error.yaml").within(dir.path());
        tool.run().expect(0).stdout.contains('\x1b')
    };
    assert!(!run(Tool::codegen()));
    assert!(run(Tool::codegen().env("CLICOLOR_FORCE", "1")));
    assert!(!run(Tool::codegen().env("NO_COLOR", "1")));
}

#[test]
fn an_allowlist_accepts_what_it_names_and_nothing_else() {
    let dir = folder();
    let allow = |text: &str| {
        fs::write(dir.path().join("allow.toml"), text).unwrap();
        drift(
            &dir,
            "old.yaml warning.yaml --fail-on info --allow allow.toml",
        )
    };
    let entry = "[[allow]]\nrule = 'response-property-enum-value-added'\noperation = 'get /api/books'\npath = '$.kind'\nreason = 'read as `Unknown`'\n";
    let accepted = allow(entry).expect(0);
    assert!(accepted.stdout.contains("nothing changed"), "{accepted:?}");
    for (text, message) in [
        (
            format!("{entry}\n[[allow]]\nrule = 'endpoint-added'\nreason = 'fine'\n"),
            "allow.toml:7: the entry for `endpoint-added` allows nothing any more",
        ),
        (
            entry.replace("books", "trees"),
            "allow.toml:1: the entry for `response-property-enum-value-added` allows nothing",
        ),
        (
            entry.replace("reason", "# reason"),
            "allow.toml:1: the entry for `response-property-enum-value-added` gives no `reason`",
        ),
        (
            entry.replace("enum-value", "value"),
            "allow.toml:1: there is no rule `response-property-value-added`",
        ),
        (
            entry.replace("path", "way"),
            "allow.toml is not a valid allowlist",
        ),
        ("[[allow".to_string(), "allow.toml is not a valid allowlist"),
    ] {
        let refused = allow(&text).expect(1);
        assert!(refused.stderr.contains(message), "{refused:?}");
    }
    let missing = drift(&dir, "old.yaml warning.yaml --allow none.toml").expect(1);
    assert!(missing.stderr.contains("none.toml"), "{missing:?}");
    assert_eq!(missing.stdout, "");
}

#[test]
fn settings_and_overlays_hold_for_both_documents() {
    let dir = folder();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("kibana.toml", "tags = ['books']\n");
    let others = "old.yaml error.yaml --fail-on info --config kibana.toml";
    let others = drift(&dir, others).expect(0).stdout;
    assert!(others.contains("nothing changed"), "{others}");
    drift(
        &dir,
        "old.yaml warning.yaml --fail-on info --config kibana.toml",
    )
    .expect(1);
    // Not removed: its group is another one now. The settings have to be mended, and so they are wrong.
    let moved = drift(&dir, "old.yaml moved.yaml --config kibana.toml").expect(1);
    assert!(moved.stderr.contains("`books`"), "{moved:?}");
    let reason = "operation not generated any more: the settings do not choose its group";
    assert!(moved.stdout.contains(reason), "{moved:?}");

    let overlay = |target: &str| {
        let head = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:";
        write(
            "mend.yaml",
            &format!("{head}\n  - target: {target}\n    update: {{type: string}}\n"),
        );
        drift(
            &dir,
            "old.yaml error.yaml --fail-on info --overlay mend.yaml",
        )
    };
    let mended = overlay("$.components.schemas.Tree.properties.height").expect(0);
    assert!(mended.stdout.contains("nothing changed"), "{mended:?}");
    let unmatched = overlay("$.components.schemas.Bush").expect(1);
    assert!(unmatched.stderr.contains("mend.yaml:4:"), "{unmatched:?}");
    assert_eq!(unmatched.stdout, "");
}

#[test]
fn what_cannot_be_compared_is_told_and_nothing_is_printed() {
    let dir = folder();
    for (documents, message) in [
        ("old.yaml none.yaml", "none.yaml"),
        ("none.yaml old.yaml", "none.yaml"),
        ("old.yaml text.yaml", "text.yaml:3:1"),
        ("old.yaml page.yaml", "page.yaml"),
        ("old.yaml .", "."),
        ("old.yaml kibana@9.9.9", "fetch 9.9.9"),
    ] {
        let outcome = drift(&dir, documents).expect(1);
        assert!(outcome.stderr.contains(message), "{documents}: {outcome:?}");
        assert_eq!(outcome.stdout, "", "{documents}");
    }
}

#[test]
fn a_document_with_errors_is_compared_as_far_as_it_goes_and_fails() {
    let dir = folder();
    let outcome = drift(&dir, "old.yaml broken.yaml").expect(1);
    assert!(outcome.stderr.contains("broken.yaml:9:"), "{outcome:?}");
    assert!(outcome.stderr.contains("dangling-reference"), "{outcome:?}");
    assert!(
        outcome.stdout.contains("x-api-not-generated"),
        "{outcome:?}"
    );
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let dir = folder();
    for arguments in [
        "",
        "old.yaml old.yaml old.yaml",
        "old.yaml old.yaml --format html",
        "old.yaml old.yaml --fail-on anything",
        "old.yaml old.yaml --for nobody",
        "old.yaml old.yaml --rules",
        "old.yaml old.yaml --unknown",
    ] {
        let outcome = drift(&dir, arguments).expect(2);
        assert!(
            outcome.stderr.contains("--help"),
            "{arguments}: {outcome:?}"
        );
    }
    assert!(drift(&dir, "--rules").expect(0).stdout.lines().count() > 200);
}

#[test]
fn the_embedded_document_is_the_old_one_when_only_one_is_given() {
    let outcome = Tool::xtask()
        .args("drift spec/kibana.yaml --fail-on info")
        .within(&workspace::root());
    let outcome = outcome.run().expect(0);
    assert!(outcome.stdout.contains("28 in common"), "{outcome:?}");
    assert!(outcome.stdout.contains("nothing changed"), "{outcome:?}");
}
