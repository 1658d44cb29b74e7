//! One small bad input per diagnostic code of reading a document; the snapshots are what a user sees.

use kibana_codegen::load::{self, load};
use kibana_codegen::{overlay, render, version};

/// A code, and an input that raises it.
fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    let bomb = (1..12).fold(
        "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_string(),
        |text, i| {
            let alias = format!("*a{}", i - 1);
            text + &format!("a{i}: &a{i} [{}]\n", [alias.as_str(); 8].join(", "))
        },
    );
    vec![
        ("file-too-large", vec![b' '; load::MAX_BYTES + 1]),
        (
            "not-utf8",
            b"openapi: 3.0.3\ninfo:\n  title: caf\xE9\n".to_vec(),
        ),
        ("document-empty", b"# only\n---\n# comments\n".to_vec()),
        (
            "not-json",
            b"{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\"title\": \"x\"".to_vec(),
        ),
        (
            "not-yaml",
            b"openapi: 3.0.3\ninfo:\n  title: a: b\n".to_vec(),
        ),
        (
            "several-documents",
            b"openapi: 3.0.3\n---\nopenapi: 3.0.3\n".to_vec(),
        ),
        (
            "nested-too-deep",
            b"a: [".iter().chain([b'['; 300].iter()).copied().collect(),
        ),
        ("aliases-too-large", bomb.into_bytes()),
        (
            "duplicate-key",
            b"paths:\n  /a:\n    get: {}\n  /b: {}\n  /a:\n    post: {}\n".to_vec(),
        ),
        ("key-not-text", b"paths:\n  /a: {}\n  ~: {}\n".to_vec()),
        (
            "merge-key",
            b"a: &a\n  b: 1\nc:\n  <<: *a\n  d: 2\n".to_vec(),
        ),
        ("number-not-finite", b"a:\n  maximum: .inf\n".to_vec()),
        ("foreign-tag", b"a:\n  - b: !!binary aGk=\n".to_vec()),
        ("not-a-mapping", b"# a list\n- openapi: 3.0.3\n".to_vec()),
        ("openapi-missing", b"info:\n  title: x\n".to_vec()),
        (
            "openapi-version",
            b"info:\n  title: x\nswagger: '2.0'\n".to_vec(),
        ),
    ]
}

fn rendered(name: &str, bytes: &[u8]) -> String {
    match load(name, bytes) {
        Err(failure) => render::failure(&failure, false),
        Ok(document) => match version::check_version(&document) {
            Err(diagnostic) => render::diagnostic(&diagnostic, &document, false),
            Ok(_) => "accepted".to_string(),
        },
    }
}

#[test]
fn every_code_has_a_message_with_its_place() {
    for (code, bytes) in fixtures() {
        let text = rendered("kibana.yaml", &bytes);
        assert!(
            text.starts_with(&format!("error[{code}]")),
            "{code}: {text}"
        );
        insta::assert_snapshot!(code, text);
    }
}

#[test]
fn every_code_has_a_fixture() {
    let tested: Vec<_> = fixtures().into_iter().map(|(code, _)| code).collect();
    for code in load::CODES.iter().chain(version::CODES) {
        // A file that cannot be read has a test of its own.
        assert!(
            tested.contains(&code.name) || code.name == "file-unreadable",
            "{}",
            code.name
        );
    }
}

/// A code, and the actions of an overlay that raises it.
const OVERLAYS: [(&str, &str); 4] = [
    (
        "overlay-malformed",
        "- target: $.info\n  updates: {title: y}\n",
    ),
    (
        "overlay-target-invalid",
        "- target: $.paths./api/a\n  remove: true\n",
    ),
    (
        "overlay-target-unmatched",
        "- target: $.paths['/a']\n  remove: true\n",
    ),
    (
        "overlay-target-unsuitable",
        "- target: $.info.title\n  update: y\n",
    ),
];

#[test]
fn every_overlay_code_has_a_message_with_its_place_in_the_overlay() {
    for (code, actions) in OVERLAYS {
        let text = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        let overlay = load("overlay.yaml", text.as_bytes()).unwrap();
        let mut document = load("kibana.yaml", b"info: {title: x}").unwrap();
        let diagnostics = overlay::apply(&mut document, &overlay);
        let shown: String = diagnostics
            .iter()
            .map(|d| render::diagnostic(d, &overlay, false))
            .collect();
        assert!(
            shown.starts_with(&format!("error[{code}]")),
            "{code}: {shown}"
        );
        insta::assert_snapshot!(code, shown);
    }
    assert!(
        overlay::CODES
            .iter()
            .all(|code| OVERLAYS.iter().any(|(name, _)| *name == code.name))
    );
}
