//! The overlays and settings of `docs/settings.md` do what it says.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use std::collections::BTreeMap;
use std::fs;

use kibana_codegen::Config;
use kibana_codegen::ir::{Home, Shape};
use kibana_codegen::plan::Plan;
use kibana_codegen::settings::Settings;
use kibana_tests::workspace;

/// The code block of the page that this line stands in.
fn block(line: &str) -> String {
    let page = fs::read_to_string(workspace::root().join("docs/settings.md")).unwrap();
    let blocks = page.split("```").skip(1).step_by(2);
    let mut blocks = blocks.filter(|block| block.lines().any(|other| other == line));
    let block = blocks.next().expect(line);
    assert_eq!(blocks.next(), None, "{line}");
    block.split_once('\n').unwrap().1.to_string()
}

fn library() -> String {
    let path = workspace::root().join("examples/from-build-script/library.yaml");
    fs::read_to_string(path).unwrap()
}

/// Analyses a document with the page's overlay.
fn mended(document: &str) -> Result<kibana_codegen::Analysis, String> {
    let dir = tempfile::tempdir().unwrap();
    let (spec, overlay) = (
        dir.path().join("library.yaml"),
        dir.path().join("mend.yaml"),
    );
    fs::write(&spec, document).unwrap();
    fs::write(&overlay, block("# mend.yaml")).unwrap();
    let analysis = Config::new(spec).overlay(overlay).analyse();
    analysis.map_err(|failure| failure.to_string())
}

#[test]
fn the_overlay_mends_what_the_page_says() {
    let analysis = mended(&library()).unwrap();
    assert!(!analysis.diagnostics.has_errors());
    let text = kibana_codegen::print::models(&analysis.api).unwrap();
    assert!(text.contains("pub title: Option<String>"), "{text}");
    let mut shapes = analysis.api.types.iter().map(|(_, ty)| &ty.shape);
    let shelf = shapes.find_map(|shape| match shape {
        Shape::Enum(values) => Some(values),
        _ => None,
    });
    let values = shelf.unwrap().variants.iter().map(|v| v.value.as_str());
    let values: Vec<_> = values.collect();
    assert_eq!(values, ["novels", "maps", "children", "poems"]);
}

#[test]
fn an_action_that_matches_nothing_any_more_fails_as_the_page_shows() {
    let document = library().replace("required: [isbn, title]", "required: [isbn]");
    let error = mended(&document).unwrap_err();
    let start = "error[overlay-target-unmatched]: the target `$.components.schemas.Book.required[?@ == 'title']` \
                 selects nothing in the document";
    assert_eq!(block(start).trim_end(), start);
    assert!(error.contains(start), "{error}");
}

/// A document in which every entry of the page's settings has something to do.
const OFFICE: &str = "openapi: 3.0.3
paths:
  /api/broken: {get: {tags: [cases], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Missing'}}}}}}}
  /api/case: {get: {tags: [cases], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Case'}}}}}}}
  /api/cases/{caseId}: {get: {tags: [cases], responses: {'204': {description: ''}}}}
  /api/cases/{caseId}/files: {post: {tags: [cases], requestBody: {content: {text/plain: {}}}, responses: {}}}
  /api/alerting/rule/{id}: {post: {tags: [cases], parameters: [{name: id, in: path, required: true, schema: {type: string}}],
    responses: {}}}
  /api/role: {get: {tags: [roles], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Owner'}}}}}}}
  /api/connector: {get: {tags: [cases], responses: {'200': {description: '', content: {application/json: {schema:
    {$ref: '#/components/schemas/Connector'}}}}}}}
  /api/rule: {get: {tags: [rules], responses: {'204': {description: ''}}}}
components:
  schemas:
    Timestamp: {type: string}
    Connector: {type: object, properties: {type: {type: string}, config:
      {oneOf: [{$ref: '#/components/schemas/EmailConfig'}, {type: object}]}}}
    EmailConfig: {type: object, properties: {from: {type: string}}}
    Owner: {type: object, properties: {name: {type: string}}, additionalProperties: false}
    Case: {type: object, properties: {id: {type: string, format: uuid}, at: {$ref: '#/components/schemas/Timestamp'}}}
";

#[test]
fn the_settings_do_what_the_page_says() {
    let text = block("#:schema spec/kibana.schema.json");
    let settings = Settings::parse("settings.md", &text).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let spec = dir.path().join("office.yaml");
    fs::write(&spec, OFFICE).unwrap();
    let config = Config::new(spec).settings(settings);
    let out = dir.path().join("api");
    let (analysis, _) = config.generate(&out).unwrap();
    assert_eq!(analysis.api.operations.len(), 6);
    assert_eq!(analysis.api.skipped[0].key, "get /api/broken");
    assert_eq!(analysis.api.not_chosen, ["get /api/rule"]);
    let read = |file: &str| fs::read_to_string(out.join(file)).unwrap();
    let files_of = |folder: &str| {
        let files = fs::read_dir(out.join(folder)).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        texts.collect::<String>()
    };
    let cases = read("src/cases.rs");
    assert!(cases.contains("Replaced<uuid::Uuid>"), "{cases}");
    assert!(cases.contains("Replaced<my_types::Timestamp>"), "{cases}");
    assert!(cases.contains("told_by(\"type\", \"config\", "), "{cases}");
    assert!(files_of("src/cases").contains("body_limit: Some(104857600),"));
    assert!(files_of("src/cases").contains("pub id: Option<String>"));
    assert!(read("src/roles.rs").contains("Default, Eq, Hash)]"));
    assert!(
        read("Cargo.toml").contains("[dependencies.uuid]\nversion = \"1\"\nfeatures = [\"serde\"]")
    );
}

#[test]
fn the_overlay_for_an_optional_segment_does_what_the_setting_does() {
    let dir = tempfile::tempdir().unwrap();
    let (spec, overlay) = (dir.path().join("office.yaml"), dir.path().join("ids.yaml"));
    fs::write(&spec, OFFICE).unwrap();
    let target = "  - target: $.paths['/api/alerting/rule/{id}'].post.parameters[?@.name == 'id']";
    fs::write(&overlay, block(target)).unwrap();
    let setting = "[optional_segments]\n'post /api/alerting/rule/{id}' = ['id']\n";
    let config = || Config::new(&spec);
    for config in [
        config().overlay(overlay),
        config().settings(Settings::parse("x", setting).unwrap()),
    ] {
        let api = config.analyse().unwrap().api;
        let mut operations = api.operations.iter();
        let operation = operations
            .find(|operation| operation.method == "post" && operation.path.ends_with("{id}"));
        assert!(!operation.unwrap().parameters[0].required);
    }
}

#[test]
fn a_name_that_cargo_refuses_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("api");
    for name in ["", "9lives", "my api", "a\"\n[x]"] {
        let config = Config::new(workspace::data("medium.yaml")).crate_name(name);
        let error = config.generate(&out).unwrap_err().to_string();
        assert!(error.contains("is no name for the crate"), "{error}");
        assert!(config.check(&out).is_err());
    }
    assert!(!out.exists());
}

/// The names of generated types by their schemas, and the groups.
fn names(tags: &[String]) -> (BTreeMap<String, String>, Vec<String>) {
    let settings = Settings {
        tags: tags.to_vec(),
        ..Settings::default()
    };
    let config = Config::new(workspace::data("medium.yaml")).settings(settings);
    let api = config.analyse().unwrap().api;
    let plan = Plan::of_crate(&api);
    let written = api.types.iter().filter(|(_, ty)| ty.home != Home::Nowhere);
    let names = written.map(|(id, ty)| (ty.pointer.to_string(), plan.name(id).to_string()));
    (
        names.collect(),
        api.modules.iter().map(|m| m.key.clone()).collect(),
    )
}

#[test]
fn a_type_of_a_chosen_group_is_called_as_it_is_among_all() {
    let (all, groups) = names(&[]);
    assert!(groups.len() > 2);
    for group in groups {
        let (own, _) = names(&[group]);
        assert!(own.len() < all.len());
        for (pointer, name) in own {
            assert_eq!(all.get(&pointer), Some(&name), "{pointer}");
        }
    }
}
