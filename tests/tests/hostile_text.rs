//! Text of a document that tries to become code: wherever a document may hold text, it holds text that would end a
//! comment, a literal or an attribute. The crate compiles, and no item of it came out of the text.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::path::Path;
use std::{fs, iter};

use kibana_tests::tool::Tool;
use kibana_tests::{built, tree, workspace};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value, json};

/// Each would put `inJected!()`, which is no macro, into the code if it got out of where it stands. No case of names
/// that the generator uses spells it this way.
const PAYLOADS: &[&str] = &[
    "\"; inJected!(); //",
    "\"]\ninJected!();\n#[doc = \"",
    "\"#]\ninJected!();\n#[doc = r#\"",
    "*/ inJected!(); /*",
    "\ninJected!();\n",
    "\r\ninJected!();\r",
    "x\rinJected!();",
    "\u{2028}inJected!();\u{85}inJected!();\u{b}inJected!();",
    "\\\" ; inJected!(); \\",
    "\\",
    "{inJected} {} {0} {{{inJected!()}}} {",
    "```\ninJected!();\n```\n    inJected!();\n",
    "~~~rust\ninJected!();",
    "#![inJected]\n#[inJected]",
    "[inJected] [`inJected`] [x](inJected) <inJected> <!-- inJected",
    "'; inJected!(); '",
    "r#inJected",
    "\u{0}inJected!()\u{1b}[31m",
    "\u{202e}inJected\u{2066}",
    "\u{e0001}\u{feff}\u{200b}inJected!()",
    "$inJected $crate",
    "// inJected!()\n/// x\n//! y",
    "-->]]>\n[dependencies]\ninJected = \"1\"",
    "",
    " ",
];

#[test]
fn hostile_text_stays_text() {
    let dir = workspace::kept("hostile");
    let spec = workspace::kept("hostile.json");
    fs::create_dir_all(workspace::kept("")).unwrap();
    fs::write(&spec, hostile().to_string()).unwrap();
    let generate = Tool::codegen().args("generate --spec").arg(&spec);
    generate.arg("--out").arg(&dir).run().expect(0);
    assert_no_item_was_injected(&dir);
    built::cargo(&dir, &["check", "--features", "full"]);
    built::cargo(&dir, &["clippy", "--features", "full", "--", "-Dwarnings"]);
    built::cargo(&dir, &["doc", "--no-deps", "--features", "full"]);
    // Docs that turned into doctests would fail here, and so would examples with names that are no Rust.
    built::cargo(&dir, &["test", "--doc", "--all-features"]);
}

#[test]
fn messages_hold_no_control_characters_of_the_document() {
    let dir = tempfile::tempdir().unwrap();
    let mut document = hostile();
    document["paths"]["/\u{1b}[2J\u{202e}x"] = json!({"get": {"responses": {"200": {
        "description": "", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/\u{1b}]0;gone\u{7}\u{9b}"}}}}}}});
    fs::write(dir.path().join("s.json"), document.to_string()).unwrap();
    for command in ["generate -v --out api", "lint", "lint --unions", "report"] {
        let tool = Tool::codegen().args(command).args("--spec s.json");
        let outcome = tool.within(dir.path()).run().expect(1);
        let said = outcome.stdout + &outcome.stderr;
        let control = |c: &char| c.is_control() && *c != '\n' || "\u{202e}\u{2066}".contains(*c);
        let found: Vec<char> = said.chars().filter(control).collect();
        assert!(found.is_empty(), "{command}: {found:?}");
    }
}

fn assert_no_item_was_injected(dir: &Path) {
    let mut sources = 0;
    for (path, bytes) in tree::bytes(dir).unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        if path == "Cargo.toml" {
            let manifest: toml::Table = toml::from_str(&text).unwrap();
            let dependencies = manifest["dependencies"].as_table().unwrap();
            assert_eq!(dependencies.keys().collect::<Vec<_>>(), ["kibana-runtime"]);
        }
        if path.starts_with("src/") && path.ends_with(".rs") {
            sources += 1;
            let tokens: TokenStream = text.parse().unwrap();
            let found = identifiers(tokens).find(|name| name == "inJected" || name == "r#inJected");
            assert!(found.is_none(), "{path}");
        }
    }
    assert!(sources > 3);
}

/// Every identifier; what stands in literals and comments is none.
fn identifiers(tokens: TokenStream) -> Box<dyn Iterator<Item = String>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => identifiers(group.stream()),
        TokenTree::Ident(name) => Box::new(iter::once(name.to_string())),
        TokenTree::Literal(_) | TokenTree::Punct(_) => Box::new(iter::empty()),
    }))
}

/// A document with every payload in every place that takes text.
fn hostile() -> Value {
    let all = PAYLOADS.join(" | ");
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for (number, text) in PAYLOADS.iter().enumerate() {
        let text = *text;
        schemas.insert(format!("{text}{number}"), schema(text));
        schemas.insert(format!("S{number}"), schema(text));
        paths.insert(
            format!("/api/{number}/{}", literal(text)),
            item(text, number),
        );
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": all, "version": all, "description": all},
        "tags": PAYLOADS.iter().map(|text| json!({"name": text, "description": text})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// A path's text: braces are its syntax.
fn literal(text: &str) -> String {
    text.replace(['{', '}'], "")
}

fn item(text: &str, number: usize) -> Value {
    json!({
        "summary": text,
        "description": text,
        "post": {
            "operationId": text,
            "tags": [text],
            "summary": text,
            "description": text,
            "externalDocs": {"url": text, "description": text},
            "parameters": [
                {"name": text, "in": "query", "description": text, "schema": {"type": "string", "default": text, "pattern": pattern(text)}},
                {"name": format!("{text}2"), "in": "query", "schema": {"type": "string", "enum": [text, "x"]}},
                {"name": format!("x{text}"), "in": "header", "description": text, "schema": {"type": "string"}},
            ],
            "requestBody": {
                "description": text,
                "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/S{number}")}}},
            },
            "responses": {"200": {
                "description": text,
                "content": {"application/json": {"schema": schema(text), "example": text}},
            }},
        },
    })
}

fn schema(text: &str) -> Value {
    json!({
        "type": "object",
        "title": text,
        "description": text,
        "example": text,
        "externalDocs": {"url": text, "description": text},
        "required": [text],
        "properties": {
            text: {"type": "string", "description": text, "default": text, "format": text},
            format!("a{text}"): {"type": "string", "enum": [text, "other"], "description": text},
            format!("b{text}"): {"type": "string", "pattern": pattern(text), "deprecated": true},
            "object": {"type": "object", "default": {text: text}, "additionalProperties": {"type": "string"}},
            "union": {
                "discriminator": {"propertyName": format!("{text}tag")},
                "description": text,
                "oneOf": [variant(text, text), variant(text, &format!("{text}2"))],
            },
            "only": {"oneOf": [
                {"type": "object", "title": text, "required": [text], "properties": {text: {"type": "string"}}},
                {"type": "object", "title": text, "required": ["o"], "properties": {"o": {"type": "string"}}},
            ]},
        },
    })
}

fn variant(text: &str, tag: &str) -> Value {
    let name = format!("{text}tag");
    json!({
        "type": "object",
        "title": text,
        "required": [name],
        "properties": {name: {"type": "string", "enum": [tag]}, tag: {"type": "string"}},
    })
}

/// A pattern that matches the text.
fn pattern(text: &str) -> String {
    let special = |c: char| "\\^$.|?*+()[]{}/".contains(c);
    let escaped = text.chars().map(|c| {
        if special(c) {
            format!("\\{c}")
        } else {
            c.to_string()
        }
    });
    escaped.collect()
}
