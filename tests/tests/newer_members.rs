//! A member of a union that only a newer Kibana knows: read leniently, written unchanged, refused by strict reading with
//! its place. On the crate of this project, and on that of a real document.
#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in their helpers.

use kibana_api::cases::{Case, CaseConnector};
use kibana_api::runtime::{check_slice, from_str, to_string, validate};
use kibana_codegen::instance::{Instances, Variety};
use kibana_codegen::ir::{Content, Side as Way, Status};
use kibana_codegen::plan::Plan;
use kibana_codegen::{Analysis, Config, Runtime};
use kibana_tests::harness::{CRATE, Harness};
use kibana_tests::judge::Side;
use kibana_tests::workspace;
use serde_json::{Value, json};

#[test]
fn a_case_with_a_newer_connector_is_kept_as_it_is() {
    let case = json!({
        "id": "1", "version": "1", "owner": "cases", "title": "t", "description": "d", "tags": [],
        "status": "open", "severity": "low", "settings": {"syncAlerts": false},
        "connector": {"id": "c", "name": "n", "type": ".newer", "fields": {"room": [1, null]}},
        "external_service": null, "comments": [{"type": "newer", "body": {"a": 1}}],
        "totalComment": 0, "totalAlerts": 0, "duration": null, "created_at": "2026-01-01T08:00:00.000Z",
        "created_by": {"username": "ada", "full_name": null, "email": null},
        "updated_at": null, "updated_by": null, "closed_at": null, "closed_by": null
    });
    let text = case.to_string();
    let read: Case = from_str(&text).unwrap();
    assert!(matches!(&read.connector, CaseConnector::Unknown(json) if *json == case["connector"]));
    let written: Value = serde_json::from_str(&to_string(&read).unwrap()).unwrap();
    assert_eq!(written, case);
    for refused in [
        validate(&read),
        check_slice::<Case>(text.as_bytes()).map(drop),
    ] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("$.connector:"), "{refused}");
        assert!(refused.contains("$.comments[0]:"), "{refused}");
    }
}

/// Answers of 9.3 that hold such a union: the operation, where its tag is, and where it is itself in words of an error.
const UNIONS: &[(&str, &str, &str)] = &[
    ("get /api/cases/{caseId}", "/connector/type", "$.connector:"),
    (
        "get /s/{spaceId}/api/detection_engine/rules",
        "/response_actions/0/action_type_id",
        "$.response_actions[0]:",
    ),
    ("get /api/fleet/outputs/{outputId}", "/item/type", "$.item:"),
];

#[test]
fn newer_connectors_actions_and_outputs_of_9_3_are_kept_as_they_are() {
    let Some(spec) = workspace::real("kibana-9.3.yaml") else {
        return;
    };
    let generated = workspace::kept("newer-9.3");
    let runtime = workspace::root().join("codegen/runtime");
    let (analysis, _) = Config::new(spec)
        .runtime(Runtime::Path(runtime))
        .generate(&generated)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let plan = Plan::of_crate(&analysis.api);
    let (mut types, mut questions) = (Vec::new(), Vec::new());
    for (index, (operation, tag, _)) in UNIONS.iter().enumerate() {
        let content = answer_of(&analysis, operation);
        types.push((
            plan.path(CRATE, content.ty.as_ref().unwrap()),
            Side::Response,
        ));
        questions.push((index, newer(&analysis, content, tag)));
    }
    let answers = Harness::build("newer-9-3", &types, &generated).ask(&questions);
    for (((operation, _, place), (_, value)), answer) in UNIONS.iter().zip(&questions).zip(answers)
    {
        let written: Value = serde_json::from_str(answer.written.as_ref().unwrap()).unwrap();
        assert_eq!(written, *value, "{operation}");
        let violations = answer.violations.join("\n");
        assert!(violations.contains(place), "{operation}: {violations}");
    }
}

/// What an operation answers when all is well.
fn answer_of<'a>(analysis: &'a Analysis, operation: &str) -> &'a Content {
    let mut operations = analysis.api.operations.iter();
    let operation = operations.find(|o| o.key() == operation).unwrap();
    let mut responses = operation.responses.iter();
    let response = responses.find(|r| r.status == Status::Code(200)).unwrap();
    &response.content[0]
}

/// A value with a tag that the document does not know, and what belongs to it.
fn newer(analysis: &Analysis, content: &Content, tag: &str) -> Value {
    let instances = Instances::new(&analysis.api);
    let ty = content.ty.as_ref().unwrap();
    let made =
        (0..500).filter_map(|seed| instances.make(ty, Way::Response, seed, Variety::Typical));
    let mut value = made
        .into_iter()
        .find(|value| value.pointer(tag).is_some_and(Value::is_string))
        .unwrap();
    *value.pointer_mut(tag).unwrap() = json!(".newer");
    let (owner, _) = tag.rsplit_once('/').unwrap();
    value.pointer_mut(owner).unwrap()["newer"] = json!({"a": [1, null]});
    value
}
