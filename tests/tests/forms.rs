//! How forms travel: what a client of `shapes.yaml` writes is what the document says, and the server reads that and
//! refuses what is none.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use kibana_codegen::{Config, Runtime};
use kibana_tests::{built, workspace};
use serde_json::{Value, json};

/// The program, built once.
static PROGRAM: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let name = "shapes-forms";
    let dir = workspace::kept(name);
    let runtime = Runtime::Path(workspace::root().join("codegen/runtime"));
    Config::new(workspace::data("shapes.yaml"))
        .runtime(runtime)
        .generate(&dir.join("api"))
        .unwrap_or_else(|failure| panic!("{failure}"));
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nkibana-api = {{ path = \"../api\", features = [\"full\", \"client\", \"server\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\
         tower-service = \"0.3\"\n\n[profile.dev]\ndebug = false\n"
    );
    let program = dir.join("program");
    let main = std::fs::read_to_string(workspace::data("forms/main.rs")).unwrap();
    for (file, text) in [("Cargo.toml", manifest), ("src/main.rs", main)] {
        let path = program.join(file);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    built::cargo(&program, &["build"]);
    workspace::kept("build").join("debug").join(name)
});

/// What travelled, what the handler was given, and what was said.
fn exchanged(requests: &[Value]) -> Vec<(String, Value, String)> {
    let mut child = Command::new(&*PROGRAM)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = requests.iter().map(|line| format!("{line}\n")).collect();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let exchanges = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        (
            text(&line["sent"]),
            line["given"].clone(),
            text(&line["said"]),
        )
    });
    let exchanges: Vec<_> = exchanges.collect();
    assert_eq!(exchanges.len(), requests.len());
    exchanges
}

fn raw_form(text: &str) -> Value {
    let media_type = "application/x-www-form-urlencoded";
    json!({ "path": "/forms", "media_type": media_type, "raw": text })
}

/// A multipart body from its parts: headers, and text.
fn raw_parts(parts: &[(&str, &str)]) -> Value {
    let parts = parts.iter().map(|(headers, text)| {
        format!("--B\r\ncontent-disposition: form-data; {headers}\r\n\r\n{text}\r\n")
    });
    let raw = parts.collect::<String>() + "--B--\r\n";
    json!({ "path": "/parts", "media_type": "multipart/form-data; boundary=B", "raw": raw })
}

#[test]
fn fields_of_a_form_are_written_and_read_in_the_style_that_the_document_says() {
    let cases = [
        (json!({"ids": [1, 2]}), "ids=1,2"),
        (
            json!({"ids": [1], "tags": ["a", "b c"]}),
            "ids=1&tags=a%7Cb%20c",
        ),
        (
            json!({"ids": [1], "words": ["a", "b"]}),
            "ids=1&words=a%20b",
        ),
        (
            json!({"ids": [1], "meta": {"order": 3, "inner": {"deep": true}}}),
            "ids=1&meta%5Binner%5D%5Bdeep%5D=true&meta%5Border%5D=3",
        ),
        (
            json!({"ids": [1], "colour": {"red": 100, "green": 200}}),
            "green=200&red=100&ids=1",
        ),
        (
            json!({"ids": [1], "corner": {"x": 1, "y": 2}}),
            "corner=x,1,y,2&ids=1",
        ),
        (
            json!({"ids": [1], "extra": [{"a": "b"}]}),
            "extra=%5B%7B%22a%22%3A%22b%22%7D%5D&ids=1",
        ),
        (
            json!({"ids": [1], "plain": [1, 2]}),
            "ids=1&plain=1&plain=2",
        ),
    ];
    let requests: Vec<Value> = cases
        .iter()
        .map(|(form, _)| json!({ "form": form }))
        .collect();
    for ((form, sent), exchange) in cases.iter().zip(exchanged(&requests)) {
        assert_eq!(
            exchange,
            ((*sent).to_string(), form.clone(), "204".to_string())
        );
    }
}

#[test]
fn a_form_that_is_written_otherwise_is_read_as_what_it_says() {
    let cases = [
        ("ids=1%2C2", Ok(json!({"ids": [1, 2]}))),
        (
            "ids=1&meta[order]=3",
            Ok(json!({"ids": [1], "meta": {"order": 3}})),
        ),
        (
            "ids=1&corner=%7B%22x%22%3A1%7D",
            Ok(json!({"ids": [1], "corner": {"x": 1}})),
        ),
        ("ids=1,x", Err("body.ids[1]")),
        ("tags=a", Err("`ids`")),
        ("ids=1&meta[order]=x", Err("body.meta.order")),
        ("ids=1&meta[other]=1", Err("body.meta")),
        ("ids=1&red=x", Err("body.colour.red")),
        ("ids=1&blue=1", Err("\"blue\"")),
        ("ids=1&corner=x,a", Err("body.corner.x")),
        ("ids=1&extra=a", Err("body.extra")),
    ];
    let requests: Vec<Value> = cases.iter().map(|(text, _)| raw_form(text)).collect();
    for ((text, expected), (_, given, said)) in cases.into_iter().zip(exchanged(&requests)) {
        match expected {
            Ok(form) => assert_eq!((given, said.as_str()), (form, "204"), "{text}"),
            Err(word) => assert!(given.is_null() && said.contains(word), "{text}: {said}"),
        }
    }
}

#[test]
fn parts_have_the_media_types_and_headers_that_the_document_says() {
    let rated = json!([["X-Rate", "2"]]);
    let requests = [
        json!({ "parts": [["picture", "png", "", rated], ["label", "ab", null, []]] }),
        json!({ "parts": [["picture", "png", "text/plain", rated]] }),
        json!({ "parts": [["picture", "png", "application/pdf", rated]] }),
        json!({ "parts": [["picture", "png", "", []]] }),
        raw_parts(&[("name=picture; filename=a\r\nX-Rate: 3", "x")]),
        raw_parts(&[(
            "name=picture; filename=a\r\nX-Rate: 3\r\ncontent-type: image/gif",
            "x",
        )]),
        raw_parts(&[("name=picture; filename=a", "x")]),
        raw_parts(&[("name=picture; filename=a\r\nX-Rate: 0", "x")]),
        raw_parts(&[("name=picture; filename=a\r\nX-Rate: 1\r\nX-Note: long", "x")]),
        raw_parts(&[
            ("name=picture; filename=a\r\nX-Rate: 1", "x"),
            ("name=label", "\"abcdef\""),
        ]),
        raw_parts(&[
            ("name=picture; filename=a\r\nX-Rate: 1", "x"),
            ("name=label", "\"ab\""),
        ]),
    ];
    let exchanges = exchanged(&requests);
    assert_eq!(
        exchanges[0].0,
        "--B\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"file\"\r\ncontent-type: image/png\r\n\
         x-rate: 2\r\n\r\npng\r\n--B\r\ncontent-disposition: form-data; name=\"label\"\r\n\
         content-type: application/json\r\n\r\n\"ab\"\r\n--B--\r\n"
    );
    let said: Vec<_> = exchanges
        .iter()
        .map(|(_, given, said)| (given, said.as_str()))
        .collect();
    let picture = |media_type: Value, rate: &str| json!([["picture", media_type, rate]]);
    assert_eq!(
        *said[0].0,
        json!([["picture", "image/png", "2"], ["label", "\"ab\"", null]])
    );
    assert_eq!(said[1], (&picture(json!("text/plain"), "2"), "204"));
    assert_eq!(said[4], (&picture(Value::Null, "3"), "204"));
    for (index, word) in [
        (2, "application/pdf"),
        (3, "X-Rate"),
        (5, "found `image/gif`"),
        (6, "body.picture.headers.X-Rate"),
        (7, "body.picture.headers.X-Rate"),
        (8, "body.picture.headers.X-Note"),
        (9, "body.label"),
    ] {
        let (given, said) = said[index];
        assert!(given.is_null() && said.contains(word), "{index}: {said}");
    }
    assert_eq!(said[10].1, "204");
}

/// The file that every multipart body of `shapes.yaml` has.
const PICTURE: (&str, &str) = ("name=picture; filename=a\r\nX-Rate: 1", "x");

#[test]
fn parts_of_one_name_are_the_items_of_a_list() {
    type Case<'c> = (&'c [(&'c str, &'c str)], Option<&'c str>);
    let cases: &[Case<'_>] = &[
        (&[("name=ids", "1"), ("name=ids", "2")], None),
        (&[("name=ids[]", "1"), ("name=ids[]", "2")], None),
        (&[("name=ids", "[1,2,3]")], None),
        (
            &[("name=ids", "1")],
            Some("expected at least 2 items, found 1"),
        ),
        (
            &[("name=ids", "[1]")],
            Some("expected at least 2 items, found 1"),
        ),
        (
            &[("name=ids", "[1,2]"), ("name=ids", "3"), ("name=ids", "4")],
            Some("expected at most 3 items"),
        ),
        (
            &[("name=ids", "1"), ("name=ids", "1")],
            Some("expected items that differ"),
        ),
        (&[("name=ids", "1"), ("name=ids", "10")], Some("body.ids")),
        (&[("name=ids", "1"), ("name=ids", "x")], Some("body.ids")),
        (&[("name=names", "[a"), ("name=names", "b")], None),
        (
            &[("name=names", "a")],
            Some("expected at least 2 items, found 1"),
        ),
        (
            &[
                ("name=corners", "{\"x\":1}"),
                ("name=corners", "{\"x\":2,\"y\":3}"),
            ],
            None,
        ),
        (&[("name=corners", "{\"y\":1}")], Some("body.corners")),
        (&[("name=grid", "[1,2]"), ("name=grid", "[]")], None),
        (
            &[("name=grid", "[1,2]")],
            Some("expected at least 2 items, found 1"),
        ),
        (&[("name=either", "a")], None),
        (&[("name=either", "a"), ("name=either", "b")], None),
        (
            &[
                ("name=files; filename=a", "ab"),
                ("name=files; filename=b", "abcd"),
            ],
            None,
        ),
        (
            &[("name=files; filename=a", "a")],
            Some("body.files]: expected at least 2 bytes, found 1"),
        ),
        (
            &[("name=files; filename=a", "abcde")],
            Some("body.files]: expected at most 4 bytes"),
        ),
        (
            &[
                ("name=files; filename=a", "ab"),
                ("name=files; filename=b", "ab"),
                ("name=files; filename=c", "ab"),
            ],
            Some("body.files]: expected at most 2 items, found 3"),
        ),
        (
            &[("name=label", "\"a\""), ("name=label", "\"b\"")],
            Some("is there twice"),
        ),
    ];
    let bodies = cases
        .iter()
        .map(|(parts, _)| raw_parts(&[&[PICTURE], *parts].concat()));
    let bodies: Vec<_> = bodies.collect();
    for ((parts, refused), (_, given, said)) in cases.iter().zip(exchanged(&bodies)) {
        match refused {
            None => assert_eq!(said, "204", "{parts:?}"),
            Some(word) => assert!(given.is_null() && said.contains(word), "{parts:?}: {said}"),
        }
    }
}

#[test]
fn a_client_sends_no_other_counts_and_lengths_than_the_document_allows() {
    let picture = json!(["picture", "x", "", [["X-Rate", "1"]]]);
    let cases = [
        (json!(["files", "ab", "", []]), "204"),
        (json!(["files", "a", "", []]), "expected at least 2 bytes"),
        (
            json!(["files", "abcde", "", []]),
            "expected at most 4 bytes",
        ),
        (
            json!(["names", "a", null, []]),
            "expected at least 2 items, found 1",
        ),
    ];
    let requests = cases
        .iter()
        .map(|(part, _)| json!({ "parts": [picture, part] }));
    let requests: Vec<_> = requests.collect();
    for ((part, word), (_, _, said)) in cases.iter().zip(exchanged(&requests)) {
        assert!(said.contains(word), "{part}: {said}");
    }
}

#[test]
fn bytes_have_the_length_that_the_document_says() {
    let bytes = |text: &str| json!({ "path": "/bytes", "media_type": "application/octet-stream", "raw": text });
    let requests = ["ab", "éé", "a", "abcde"].map(bytes);
    let said: Vec<_> = exchanged(&requests)
        .into_iter()
        .map(|(_, _, said)| said)
        .collect();
    assert_eq!(said[..2], ["204", "204"]);
    assert!(
        said[2].contains("expected at least 2 bytes, found 1"),
        "{said:?}"
    );
    assert!(said[3].contains("expected at most 4 bytes"), "{said:?}");
}
