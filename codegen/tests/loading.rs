//! Reading text: what is accepted, and that no text at all makes the loader panic, hang or fill the memory.

use kibana_codegen::load::{load, load_file};
use serde_json::{Value, json};

fn value(text: &str) -> Value {
    match load("t", text.as_bytes()) {
        Ok(document) => document.root,
        Err(failure) => panic!("{failure}"),
    }
}

/// The code and the place of the failure.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    match load("t", bytes.as_ref()) {
        Ok(document) => format!("accepted {}", document.root),
        Err(failure) => match failure.location {
            Some(l) => format!("{} {}:{}", failure.diagnostic.code.name, l.line, l.column),
            None => failure.diagnostic.code.name.to_string(),
        },
    }
}

#[test]
fn a_fraction_is_the_same_from_json_and_from_yaml() {
    let (json, yaml) = (
        value(r#"{"a": 104.20854155945055}"#),
        value("a: 104.20854155945055"),
    );
    assert_eq!(json.to_string(), r#"{"a":104.20854155945055}"#);
    assert_eq!(json, yaml);
}

#[test]
fn yaml_and_json_give_the_same_tree_in_the_order_of_the_text() {
    let tree = json!({"b": [1, -2, 0.5, "x", true, null], "a": {"k": "1.10"}});
    assert_eq!(
        value("b: [1, -2, 0.5, x, true, ~]\na:\n  k: '1.10'\n"),
        tree
    );
    assert_eq!(value(&serde_json::to_string_pretty(&tree).unwrap()), tree);
    assert_eq!(
        value("{b: [1, -2, 0.5, x, true, null], a: {k: \"1.10\"}}"),
        tree
    );
    assert_eq!(
        value("b: 1\na: 2")
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["b", "a"]
    );
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let text = "a: |\n  one\n\n  two\nb: 'x\n\n  y'\n";
    assert_eq!(value(&text.replace('\n', "\r\n")), value(text));
    assert_eq!(value(&format!("\u{FEFF}{text}")), value(text));
    assert_eq!(value("\u{FEFF}{\"a\": 1}"), json!({"a": 1}));
    assert_eq!(value("---\na: 1\n...\n"), json!({"a": 1}));
}

#[test]
fn keys_are_the_text_of_their_scalar() {
    assert_eq!(
        value("200: a\n1.10: b\ntrue: c\n'null': d\n0x10: e\n? long\n: f\n"),
        json!({"200": "a", "1.10": "b", "true": "c", "null": "d", "0x10": "e", "long": "f"})
    );
}

#[test]
fn large_integers_are_numbers() {
    assert_eq!(
        value("a: 18446744073709551615").to_string(),
        r#"{"a":18446744073709551615}"#
    );
    assert_eq!(
        value("a: 18446744073709551616"),
        json!({"a": 18446744073709551616_f64})
    );
}

#[test]
fn aliases_are_read_as_copies() {
    assert_eq!(
        value("a: &x {b: 1}\nc: *x\n"),
        json!({"a": {"b": 1}, "c": {"b": 1}})
    );
}

#[test]
fn harmless_tags_are_read() {
    assert_eq!(
        value("a: !!str 5\nb: !!int '6'\nc: why!!\n"),
        json!({"a": "5", "b": 6, "c": "why!!"})
    );
}

#[test]
fn failures_name_their_place() {
    assert_eq!(refused(""), "document-empty 1:1");
    assert_eq!(refused("\n# x\n"), "document-empty 3:1");
    assert_eq!(refused("{\n\"é\": nul}"), "not-json 2:9");
    assert_eq!(refused("{\"a\": 1} x"), "not-json 1:10");
    assert_eq!(refused("{\"a\": 1,\n\"a\": 2}"), "duplicate-key 2:1");
    assert_eq!(refused("{\"a\": 1e999}"), "not-json 1:11");
    assert_eq!(refused("a: {b: 1, 'b': 2}\n"), "duplicate-key 1:11");
    assert_eq!(refused("200: 1\n\"200\": 2\n"), "duplicate-key 2:1");
    assert_eq!(refused("a:\n  [b, c]: 1\n"), "key-not-text 2:3");
    assert_eq!(refused("a:\n  {b: c}: 1\n"), "key-not-text 2:3");
    assert_eq!(refused("a:\n  ~: 1\n"), "key-not-text 2:3");
    assert_eq!(refused("a:\n  b: .nan\n"), "number-not-finite 2:6");
    assert_eq!(refused("a:\n- !foo b\n"), "foreign-tag 2:3");
    assert_eq!(refused("a: !!set {b, c}\n"), "foreign-tag 1:4");
    assert_eq!(refused("a: *b\n"), "not-yaml 1:4");
    assert_eq!(refused("a: &a [*a]\n"), "nested-too-deep 1:4");
    assert_eq!(refused("a: \"b\n"), "not-yaml 2:1");
    assert_eq!(refused("a: 1\nb\u{1}: 2\n"), "not-yaml 2:2");
    assert_eq!(refused("just text"), "not-a-mapping 1:1");
    assert_eq!(refused("[]"), "not-a-mapping 1:1");
    assert_eq!(refused("null"), "not-a-mapping 1:1");
    assert_eq!(refused(b"a: 1\nb: \xC3\x28"), "not-utf8 2:4");
    assert_eq!(refused(b"\xFF\xFEa\0:\0"), "not-utf8");
}

#[test]
fn a_file_that_cannot_be_read_is_refused_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let failure = load_file(&dir.path().join("none.yaml")).unwrap_err();
    assert_eq!(failure.diagnostic.code.name, "file-unreadable");
    assert!(failure.to_string().contains("none.yaml"), "{failure}");
    let failure = load_file(dir.path()).unwrap_err();
    assert_eq!(failure.diagnostic.code.name, "file-unreadable");
}

#[test]
fn a_million_levels_are_refused() {
    let deep = 1_000_000;
    let json = format!("{{\"a\": {}", "[".repeat(deep));
    let objects = "{\"a\":".repeat(deep);
    let flow = format!("a: {}", "[".repeat(deep));
    let closed = format!("a: {}{}", "[".repeat(deep), "]".repeat(deep));
    let mappings = format!("a: {}", "{a: ".repeat(deep));
    let block = format!("a:\n {}x", "- ".repeat(deep / 10));
    let keys = format!("a:\n {}x", "? ".repeat(deep / 10));
    for text in [json, objects, flow, closed, mappings, block] {
        assert!(
            refused(&text).starts_with("nested-too-deep"),
            "{} {}",
            &text[..20],
            refused(&text)
        );
    }
    assert!(!refused(&keys).starts_with("accepted"));
}

#[test]
fn an_alias_bomb_is_refused() {
    // Small enough for the parser's own limit, too large for the memory.
    let bomb = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(100_000),
        vec!["*a"; 1000].join(", ")
    );
    assert_eq!(refused(bomb), "aliases-too-large 2:5");
}

#[test]
fn no_mutation_makes_the_loader_panic() {
    let yaml = "openapi: 3.0.3\n'200': &a [1, {b: \"\\u00e9\"}]\n? c\n: *a\nd: |-\n  é\n\n e: !!str 1.5e3 # x\n";
    let json = r#"{"a": [1, -2.5e3, {"b\u00e9": "\ud83d\ude00"}], "c": null, "d": true}"#;
    for text in [yaml.as_bytes(), json.as_bytes()] {
        for at in 0..text.len() {
            let _ = load("cut", &text[..at]);
            let _ = load("tail", &text[at..]);
            for byte in [
                0, b'\t', b'\n', b'"', b'&', b'*', b'-', b':', b'<', b'[', b'{', b'}', b'!', b'|',
                0x80, 0xFF,
            ] {
                let mut mutated = text.to_vec();
                mutated[at] = byte;
                show(&mutated);
                mutated.insert(at, text[text.len() - 1 - at]);
                show(&mutated);
            }
        }
    }
}

/// Loads and, when that fails, renders; when it does not, asks for a place.
fn show(bytes: &[u8]) {
    match load("mutated", bytes) {
        Ok(document) => {
            let pointer = kibana_codegen::pointer::Pointer::root().child("d");
            assert!(
                document.locate(&pointer).is_some(),
                "{:?} {}",
                document.source.text,
                document.root
            );
        }
        Err(failure) => assert!(failure.to_string().starts_with("error[")),
    }
}
