//! Which operations answer page by page, by the shape of their parameters and answers.

use std::path::Path;

use kibana_codegen::load::load;
use kibana_codegen::passes::paging::{Paging, Turn, paging};
use kibana_codegen::settings::Settings;
use kibana_codegen::{Analysis, analyse};

fn analysis(parameters: &str, properties: &str) -> Analysis {
    let text = format!(
        "
openapi: 3.0.3
info: {{title: Pages, version: '1'}}
paths:
  /things:
    get:
      parameters: [{parameters}]
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {{type: object, required: [things], properties: {{{properties}}}}}
"
    );
    let document = load("pages.yaml", text.as_bytes());
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    analyse(document, &Settings::default())
}

/// How `GET /things` answers, as text; `parameters` are names with a type.
fn found(parameters: &[&str], properties: &str) -> Option<Paging> {
    let parameters = parameters.iter().map(|parameter| {
        let (name, schema) = parameter.split_once(": ").unwrap_or((parameter, ""));
        format!("{{name: {name}, in: query, schema: {{{schema}}}}}")
    });
    let analysis = analysis(&parameters.collect::<Vec<_>>().join(", "), properties);
    paging(&analysis.api, &analysis.api.operations[0])
}

const THINGS: &str = "things: {type: array, items: {type: object}}";

fn number(first: Option<i32>, number: Option<&str>, total: Option<&str>) -> Turn {
    Turn::Number {
        first,
        number: number.map(str::to_owned),
        total: total.map(str::to_owned),
    }
}

#[test]
fn a_number_says_which_page_and_the_answer_how_many_or_which() {
    let page = |properties: &str, parameter: &str| {
        let found = found(
            &["perPage: type: integer", parameter],
            &format!("{THINGS}, {properties}"),
        );
        found.map(|paging| (paging.parameter, paging.items, paging.turn))
    };
    let things = || (1, "things".to_owned());
    let both = "page: {type: integer}, total: {type: integer}";
    let (parameter, items) = things();
    assert_eq!(
        page(both, "page: type: integer"),
        Some((parameter, items, number(None, Some("page"), Some("total"))))
    );
    let (parameter, items) = things();
    assert_eq!(
        page(
            "totalThings: {type: number}",
            "pageIndex: type: number, default: 0"
        ),
        Some((parameter, items, number(Some(0), None, Some("totalThings"))))
    );
    // A total of something else, a page that is no number, and an answer that says nothing.
    assert_eq!(
        page("totalAlerts: {type: number}", "page: type: number"),
        None
    );
    assert_eq!(page(both, "page: type: string"), None);
    assert_eq!(page("size: {type: integer}", "page: type: integer"), None);
}

#[test]
fn a_text_says_where_to_go_on() {
    let next = |parameter: &str, property: &str| {
        let found = found(
            &[&format!("{parameter}: type: string")],
            &format!("{THINGS}, {property}: {{type: string, nullable: true}}"),
        );
        found.map(|paging| paging.turn)
    };
    let cursor = |next: &str| {
        Some(Turn::Cursor {
            next: next.to_owned(),
        })
    };
    assert_eq!(next("cursor", "cursor"), cursor("cursor"));
    assert_eq!(
        next("searchAfter", "next_search_after"),
        cursor("next_search_after")
    );
    // A filter that the answer repeats.
    assert_eq!(next("filter", "filter"), None);
}

#[test]
fn an_answer_with_one_list_of_things_is_a_page() {
    let list = |properties: &str| {
        let properties = format!("{properties}, total: {{type: integer}}");
        found(&["page: type: integer"], &properties).map(|paging| paging.items)
    };
    assert_eq!(list("names: {type: array, items: {type: string}}"), None);
    let more = "more: {type: array, items: {type: object}}";
    // What must be there comes before what may be.
    assert_eq!(
        list(&format!("{more}, {THINGS}")).as_deref(),
        Some("things")
    );
    assert_eq!(list(&format!("{more}, old{more}")), None);
}

/// A change of these numbers is to be looked at, operation by operation.
#[test]
fn lists_of_the_real_documents_are_followed() {
    for (name, expected) in [("kibana-8.18.yaml", 17), ("kibana-9.3.yaml", 23)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../shared/spec")
            .join(name);
        let Ok(bytes) = std::fs::read(path) else {
            // Written past the capture of the test harness, so that a run without the documents says so.
            let line = format!("skipped: ../shared/spec not found ({name})\n");
            std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).ok();
            return;
        };
        let document = load(name, &bytes).unwrap_or_else(|error| panic!("{error}"));
        let api = analyse(document, &Settings::default()).api;
        let paged = api.operations.iter().filter(|o| paging(&api, o).is_some());
        assert_eq!(paged.count(), expected, "{name}");
    }
}
