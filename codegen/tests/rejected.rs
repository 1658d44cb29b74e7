//! One small bad input per diagnostic code; the snapshots are what a user sees. Those of repairs are in `repairs`.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::fs;
use std::path::{Path, PathBuf};

use kibana_codegen::diagnostic::Severity;
use kibana_codegen::load::{self, load};
use kibana_codegen::settings::Settings;
use kibana_codegen::{analyse, overlay, render, version};

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
        Err(failure) => failure.show(false),
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

/// The files in a folder beside this one.
fn folder(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

/// What is said about a document, repairs left out.
fn said(text: &str, settings: &Settings) -> String {
    let document = load("kibana.yaml", text.as_bytes()).unwrap();
    let analysis = analyse(document, settings);
    let shown: Vec<String> = analysis
        .diagnostics
        .iter()
        .filter(|problem| problem.severity() != Severity::Repair)
        .map(|problem| render::diagnostic(problem, &analysis.document, false))
        .collect();
    shown.join("\n\n")
}

#[test]
fn every_code_of_a_schema_or_operation_has_a_document_called_after_it() {
    for path in folder("rejected") {
        let code = path.file_stem().unwrap().to_string_lossy();
        let text = said(&fs::read_to_string(&path).unwrap(), &Settings::default());
        assert!(text.contains(&format!("[{code}]")), "{code}: {text}");
        insta::assert_snapshot!(&*code, text);
    }
}

#[test]
fn a_skip_that_is_not_needed_is_an_error() {
    let skip = [("get /a".to_string(), "no reason".to_string())].into();
    let settings = Settings {
        skip,
        ..Settings::default()
    };
    let text = said(
        "openapi: 3.0.3\npaths: {/a: {get: {responses: {}}}}\n",
        &settings,
    );
    insta::assert_snapshot!("unneeded-skip", text);
}

#[test]
fn body_limits_of_operations_that_take_no_body_are_errors() {
    let limits = ["get /a", "post /a"].map(|key| (key.to_string(), 10));
    let settings = Settings {
        body_limits: limits.into_iter().collect(),
        ..Settings::default()
    };
    let text = said(
        "openapi: 3.0.3\npaths: {/a: {get: {responses: {}}}}\n",
        &settings,
    );
    insta::assert_snapshot!("unneeded-body-limit", text);
}

#[test]
fn segments_that_cannot_be_left_out_are_errors() {
    let entries = [
        ("post /a/{id}", "id"),
        ("post /a/{id}", "name"),
        ("post /a/{id}/b", "id"),
        ("post /a/{x}/{y?}", "y"),
        ("post /c/{id}", "id"),
    ];
    let mut settings = Settings::default();
    for (key, name) in entries {
        let names = settings.optional_segments.entry(key.to_string());
        names.or_default().push(name.to_string());
    }
    let id = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]";
    let text = said(
        &format!(
            "openapi: 3.0.3\npaths:\n  /a/{{id}}: {{post: {{{id}, responses: {{}}}}}}\n  \
             /a/{{id}}/b: {{post: {{{id}, responses: {{}}}}}}\n  /a/{{x}}/{{y?}}: {{post: {{responses: {{}}}}}}\n"
        ),
        &settings,
    );
    insta::assert_snapshot!("optional-segments", text);
}

#[test]
fn what_tells_no_member_of_a_union_is_an_error() {
    let entry = |pointer: &str, property: &str, mapping: &str| {
        format!(
            "[discriminators.\"{pointer}\"]\nproperty = '{property}'\nmapping = {{ {mapping} }}\n"
        )
    };
    let at = |name: &str| format!("/components/schemas/Box/properties/{name}");
    let small = "small = '/components/schemas/Small'";
    let text = [
        entry(&at("thing"), "kind", "small = '/components/schemas/Other'"),
        entry(&at("spare"), "size", small),
        entry(&at("third"), "sort", small),
        entry(&at("sort"), "size", small),
        entry(&at("fourth"), "sort", ""),
        entry("/components/schemas/Gone", "kind", small),
    ];
    let settings = Settings::parse("kibana.toml", &text.concat()).unwrap();
    let union =
        "{oneOf: [{$ref: '#/components/schemas/Small'}, {$ref: '#/components/schemas/Large'}]}";
    let text = said(
        &format!(
            "openapi: 3.0.3
paths:
  /box: {{get: {{responses: {{'200': {{description: '', content: {{application/json: {{schema:
    {{$ref: '#/components/schemas/Box'}}}}}}}}}}}}}}
components:
  schemas:
    Box:
      type: object
      properties:
        kind: {{type: string}}
        size: {{type: integer}}
        sort: {{type: string}}
        thing: {union}
        spare: {union}
        fourth: {union}
        third: {{type: object}}
    Small: {{type: object, properties: {{a: {{type: string}}}}}}
    Large: {{type: object, properties: {{b: {{type: string}}}}}}
"
        ),
        &settings,
    );
    insta::assert_snapshot!("discriminators", text);
}

/// Two groups; the nursery has a format, an enum, and another name of a list.
const GARDEN: &str = "openapi: 3.0.3
paths:
  /trees: {get: {tags: [Tree nursery], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Tree'}}}}}}}
  /ponds: {get: {tags: [Ponds], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Pond'}}}}}}}
components:
  schemas:
    Pond: {type: object, properties: {depth: {type: string, format: depth}}}
    Tree: {type: object, properties: {id: {type: string, format: uuid}, kind: {$ref: '#/components/schemas/Kind'},
      names: {$ref: '#/components/schemas/Names'}}}
    Kind: {type: string, enum: [oak, elm]}
    Names: {type: array, items: {type: string}}
";

fn settings(text: &str) -> Settings {
    Settings::parse("kibana.toml", text).unwrap()
}

#[test]
fn a_tag_that_no_operation_has_is_an_error_that_names_the_nearest() {
    let text = said(GARDEN, &settings("tags = ['tree nurserie', 'zzz']"));
    insta::assert_snapshot!("unknown-tag", text);
}

#[test]
fn an_entry_of_the_settings_that_matches_nothing_is_an_error() {
    let text = "
        tags = ['Tree nursery']
        [types]
        '/components/schemas/Pond' = 'my::Pond'    # not reached
        '/components/schemas/Kind' = 'my::Kind'
        [formats]
        depth = 'my::Depth'                        # not reached
        uuid = 'my::Id'
        [derives]
        '*' = ['Eq']
        '/components/schemas/Tree' = ['Eq']
        '/components/schemas/Names' = ['Eq']       # an alias of a list
        '/components/schemas/Shrub' = ['Eq']       # not there
    ";
    insta::assert_snapshot!("unmatched-setting", said(GARDEN, &settings(text)));
}

#[test]
fn a_skip_of_an_operation_that_is_not_chosen_is_an_error() {
    let text = "tags = ['Ponds']\n[skip]\n'get /trees' = 'not now'\n";
    let text = said(GARDEN, &settings(text));
    assert!(text.contains("its tag is not chosen anyway"), "{text}");
}

#[test]
fn operations_of_other_tags_are_counted_apart() {
    let document = load("garden.yaml", GARDEN.as_bytes()).unwrap();
    let analysis = analyse(document, &settings("tags = ['Ponds']"));
    let operations = kibana_codegen::report::Report::new(&analysis).operations;
    assert_eq!((operations.total, operations.generated), (2, 1));
    assert_eq!(operations.not_chosen, 1);
    assert!(operations.skipped.is_empty());
    let names: Vec<_> = analysis.api.types.iter().map(|(_, ty)| &ty.label).collect();
    assert_eq!(
        names,
        ["Pond"],
        "types that only other groups reach are left out"
    );
}

#[test]
fn structs_and_enums_derive_what_the_settings_add() {
    let text = "[derives]\n'/components/schemas/Tree' = ['Eq', 'Clone', 'std::hash::Hash']\n\
                '/components/schemas/Kind' = ['PartialOrd', 'std::cmp::Eq']\n'*' = ['my::Trait']\n";
    let document = load("garden.yaml", GARDEN.as_bytes()).unwrap();
    let analysis = analyse(document, &settings(text));
    let text = kibana_codegen::print::models(&analysis.api).unwrap();
    for derives in [
        "#[derive(Clone, Debug, PartialEq, Default, my::Trait, Eq, std::hash::Hash)]\n    #[non_exhaustive]\n    pub struct Tree ",
        "#[derive(Clone, Debug, PartialEq, Eq, Hash, my::Trait, PartialOrd)]\n    #[non_exhaustive]\n    pub enum Kind ",
        "#[derive(Clone, Debug, PartialEq, Default, my::Trait)]\n    #[non_exhaustive]\n    pub struct Pond ",
    ] {
        assert!(text.contains(derives), "{derives}\n{text}");
    }
}

/// Codes without a snapshot, and why.
const UNSEEN: [(&str, &str); 3] = [
    (
        "file-unreadable",
        "the text is the operating system's; `loading` tests it",
    ),
    (
        "invalid-setting",
        "the run ends before there is a document; the tests of `settings` show it",
    ),
    (
        "output-failed",
        "the text is the operating system's; `output` tests it",
    ),
];

#[test]
fn every_code_has_a_snapshot_or_a_reason_to_have_none() {
    let snapshots: String = folder("snapshots")
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for code in kibana_codegen::codes() {
        let seen = snapshots.contains(&format!("{}[{}]", code.severity, code.name));
        let unseen = UNSEEN.iter().any(|(name, _)| *name == code.name);
        assert!(
            seen != unseen,
            "{}: seen {seen}, listed {unseen}",
            code.name
        );
    }
}
