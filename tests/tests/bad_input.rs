//! Bad documents, end to end: a message with its place, a non-zero exit, and the crate of before untouched, within
//! bounds of memory and processor time ([`Tool::bounded`]).
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;

use kibana_tests::tool::Tool;
use kibana_tests::{tree, workspace};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";

/// Asserts that every command refuses a document with all of these words, and that a crate that is there stays.
fn assert_refused(name: &str, document: &[u8], words: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let medium = workspace::data("medium.yaml");
    let out = dir.path().join("api");
    let generate = Tool::codegen().args("generate --spec").arg(medium);
    generate.arg("--out").arg(&out).run().expect(0);
    let (bytes, times) = (tree::bytes(&out).unwrap(), tree::times(&out).unwrap());

    fs::write(dir.path().join(name), document).unwrap();
    for command in ["generate --out api", "check --out api", "lint", "report"] {
        let tool = Tool::bounded().args(command).arg("--spec").arg(name);
        let outcome = tool.within(dir.path()).run().expect(1);
        let said = match command {
            "lint" | "report" => outcome.stdout + &outcome.stderr,
            _ => outcome.stderr,
        };
        if command != "report" {
            for word in words {
                assert!(said.contains(word), "{command}: no {word} in\n{said}");
            }
        }
        assert!(said.len() < 20_000, "{command} says {} bytes", said.len());
    }
    assert_eq!(tree::bytes(&out).unwrap(), bytes);
    assert_eq!(tree::times(&out).unwrap(), times);
    // Nothing is created where nothing was, either.
    let fresh = Tool::bounded()
        .args("generate --out fresh --spec")
        .arg(name);
    fresh.within(dir.path()).run().expect(1);
    assert!(!dir.path().join("fresh").exists());
}

/// A document with one operation, whose response has this schema, and these components.
fn with_schema(schema: &str, components: &str) -> String {
    format!(
        "{HEAD}paths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: d\n          \
         content:\n            application/json:\n              schema: {schema}\n\
         components:\n  schemas:\n    Fine: {{type: string}}\n{components}"
    )
}

#[test]
fn text_that_is_not_yaml() {
    let text = format!("{HEAD}paths:\n  /a: [\n  - }}\n");
    assert_refused("s.yaml", text.as_bytes(), &["not-yaml", "s.yaml:5:"]);
}

#[test]
fn json_that_is_cut_off() {
    let text = b"{\"openapi\": \"3.0.3\",\n \"paths\": {\"/a\": {\"get\": {\"resp";
    assert_refused("s.json", text, &["not-json", "s.json:2:"]);
}

#[test]
fn a_published_document_that_is_cut_off() {
    let whole = fs::read(workspace::data("medium.yaml")).unwrap();
    // In the middle of `$ref: '#/…'`: the quote is never closed.
    let reference = b"'#/components/schemas/tree'";
    let at = whole
        .windows(reference.len())
        .rposition(|w| w == reference)
        .unwrap();
    assert_refused("s.yaml", &whole[..at + 10], &["not-yaml", "s.yaml:"]);
}

#[test]
fn an_empty_file() {
    for text in ["", "\n\n", "# nothing\n---\n"] {
        assert_refused("s.yaml", text.as_bytes(), &["document-empty", "s.yaml"]);
    }
}

#[test]
fn bytes_that_are_not_utf8() {
    let text = [HEAD.as_bytes(), b"paths:\n  /caf\xE9: {}\n"].concat();
    assert_refused("s.yaml", &text, &["not-utf8", "s.yaml:4:"]);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(HEAD.bytes().flat_map(|b| [b, 0]))
        .collect();
    assert_refused("s.yaml", &utf16, &["not-utf8", "s.yaml"]);
    assert_refused("s.yaml", &[0; 5000], &["s.yaml"]);
}

#[test]
fn swagger_2() {
    let text = b"swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths: {}\n";
    assert_refused("s.yaml", text, &["openapi-version", "s.yaml:1:1", "2.0"]);
}

#[test]
fn a_document_that_is_a_list() {
    assert_refused(
        "s.yaml",
        b"- openapi: 3.0.3\n",
        &["not-a-mapping", "s.yaml:1:1"],
    );
}

#[test]
fn an_alias_bomb() {
    let mut bomb = format!("{HEAD}x0: &x0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..30 {
        let items = vec![format!("*x{}", i - 1); 10].join(", ");
        bomb.push_str(&format!("x{i}: &x{i} [{items}]\n"));
    }
    assert_refused("s.yaml", bomb.as_bytes(), &["aliases-too-large", "s.yaml:"]);
}

#[test]
fn a_reference_bomb_costs_no_more_than_its_text() {
    // What aliases must not do, references can: each schema holds the one before ten times.
    let mut components = String::new();
    for i in 1..30 {
        let properties: Vec<String> = (0..10)
            .map(|p| {
                format!(
                    "p{p}: {{allOf: [{{$ref: '#/components/schemas/x{}'}}, {{nullable: true}}]}}",
                    i - 1
                )
            })
            .collect();
        components.push_str(&format!(
            "    x{i}: {{properties: {{{}}}}}\n",
            properties.join(", ")
        ));
    }
    components.push_str("    x0: {type: object, properties: {leaf: {type: string}}}\n");
    let text = with_schema("{$ref: '#/components/schemas/x29'}", &components);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("s.yaml"), text).unwrap();
    let tool = Tool::bounded()
        .args("generate --spec s.yaml --out api")
        .within(dir.path());
    tool.run().expect(0);
}

#[test]
fn a_million_levels_of_nesting() {
    let million = 1_000_000;
    let cases = [
        ("s.yaml", format!("{HEAD}paths: {}", "[".repeat(million))),
        (
            "s.yaml",
            format!(
                "{HEAD}paths: {}{}",
                "{a: ".repeat(million),
                "}".repeat(million)
            ),
        ),
        (
            "s.yaml",
            format!("{HEAD}paths:\n  {}", "- ".repeat(million)),
        ),
        (
            "s.json",
            format!(
                "{{\"openapi\": \"3.0.3\", \"paths\": {}{}",
                "[".repeat(million),
                "]".repeat(million)
            ),
        ),
        ("s.json", "{\"a\":".repeat(million)),
    ];
    for (name, text) in cases {
        assert_refused(name, text.as_bytes(), &["nested-too-deep", name]);
    }
    let keys = format!("{HEAD}paths:\n  {}", "? ".repeat(million));
    assert_refused("s.yaml", keys.as_bytes(), &["error[", "s.yaml:4:"]);
}

#[test]
fn a_key_that_stands_twice() {
    let text = format!("{HEAD}paths:\n  /a: {{}}\n  /b: {{}}\n  /a: {{}}\n");
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["duplicate-key", "s.yaml:6:3", "/a"],
    );
    let json = b"{\"openapi\": \"3.0.3\",\n\"paths\": {\"/a\": {},\n\"/a\": {}}}";
    assert_refused("s.json", json, &["duplicate-key", "s.json:3:1"]);
}

#[test]
fn a_reference_to_nothing() {
    let text = with_schema("{$ref: '#/components/schemas/Gone'}", "");
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["dangling-reference", "s.yaml:11:", "Gone"],
    );
    let text = with_schema("{$ref: 'other.yaml#/x'}", "");
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["external-reference", "s.yaml:11:", "other.yaml"],
    );
}

#[test]
fn a_reference_in_a_circle() {
    let circle =
        "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n";
    let text = with_schema("{$ref: '#/components/schemas/A'}", circle);
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["circular-reference", "s.yaml:"],
    );
    let all_of = "    A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object}]}\n";
    let text = with_schema("{$ref: '#/components/schemas/A'}", all_of);
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["circular-reference", "s.yaml:15:"],
    );
}

#[test]
fn an_all_of_that_nothing_satisfies() {
    let text = with_schema("{allOf: [{type: string}, {type: integer}]}", "");
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["unsatisfiable-schema", "s.yaml:11:"],
    );
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      responses:\n        '200': {{$ref: '#/components/responses/no1'}}\n  \
         /b:\n    get:\n      responses:\n        '200': {{$ref: '#/components/responses/no2'}}\n"
    );
    assert_refused(
        "s.yaml",
        text.as_bytes(),
        &["no1", "no2", "s.yaml:7:", "s.yaml:11:"],
    );
}
