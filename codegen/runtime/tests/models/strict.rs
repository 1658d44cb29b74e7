//! Strict reading: what a server is asked, and `validate`.

use crate::sample::{Case, CaseStatus, Message, Schedule};
use crate::{kinds, refused};
use kibana_runtime::generated::{Arena, Mode, Node, Rules, read};
use kibana_runtime::serde_json::json;
use kibana_runtime::{MAX_VIOLATIONS, ViolationKind, check_slice, check_str, validate};

#[test]
fn every_broken_rule_is_told() {
    let json = r#"{"id": "", "status": "closed", "tags": ["a", "a", "much too long"], "severity": 101, "more": 1}"#;
    assert_eq!(
        refused::<Case>(json),
        [
            "$.id: expected at least 1 character, found 0",
            "$.status: expected one of \"open\", \"in-progress\", found \"closed\"",
            "$.tags: expected at most 2 items, found 3",
            "$.tags: expected items that all differ, but items 0 and 1 are equal",
            "$.tags[2]: expected at most 10 characters, found 13",
            "$.severity: expected at most 100, found 101",
            "$: the property \"more\" is not known here",
        ],
    );
}

#[test]
fn a_valid_value_passes() {
    let json = r#"{"id":"1","status":"open","closed_at":null,"tags":["äöüäöüäöüä"],"note":null,"severity":1}"#;
    assert_eq!(refused::<Case>(json), [""; 0]);
}

#[test]
fn a_missing_property_that_may_be_null_is_tolerated() {
    let case: Case = check_str(r#"{"id":"1","status":"open"}"#).unwrap();
    assert_eq!(case.closed_at, None);
}

#[test]
fn validate_checks_what_a_program_made() {
    let mut case = Case::new("", CaseStatus::Unknown("odd".into()), None);
    case.severity = Some(0);
    let found = kinds(validate(&case));
    assert_eq!(
        found,
        [
            ViolationKind::Length,
            ViolationKind::UnknownValue,
            ViolationKind::Range
        ]
    );
    validate(&Case::new("1", CaseStatus::Open, None)).unwrap();
}

#[test]
fn properties_that_depend_on_each_other_are_checked() {
    assert_eq!(
        refused::<Message>(r#"{"cc": [], "from": 1, "hits": -1, "to ": 1.0}"#),
        [
            "$: the property `from` must not be there",
            "$: expected one of `to`, `cc` with `bcc`",
            "$.hits: expected at least 0, found -1",
        ],
    );
    assert_eq!(refused::<Message>(r#"{"cc": [], "bcc": []}"#), [""; 0]);
    assert_eq!(
        refused::<Message>(r#"{"to": "ab"}"#),
        ["$.to: expected at least 3 characters, found 2"]
    );
    assert_eq!(
        refused::<Message>(r#"{"to": ["abc", "x"]}"#),
        ["$.to[1]: expected at least 3 characters, found 1"]
    );
}

#[test]
fn numbers_are_multiples_despite_binary_floats() {
    for share in [0.07, 0.29, 1.1, 123456.78, -0.01, 0.0, 1e15] {
        check_str::<Schedule>(&json!({"interval": "1m", "share": share}).to_string()).unwrap();
    }
    for share in [0.075, 0.001, 1.005] {
        let json = json!({"interval": "1m", "share": share}).to_string();
        assert_eq!(
            kinds(check_str::<Schedule>(&json)),
            [ViolationKind::MultipleOf],
            "{share}"
        );
    }
}

#[test]
fn constants_and_patterns_and_counts_are_checked() {
    let json = r#"{"interval": "0m", "version": 3, "a": 1, "b": 2, "c": 3, "d": 4}"#;
    let found = kinds(check_slice::<Schedule>(json.as_bytes()));
    assert_eq!(
        found,
        [
            ViolationKind::PropertyCount,
            ViolationKind::Pattern,
            ViolationKind::UnknownValue
        ]
    );
    assert_eq!(
        refused::<Schedule>(r#"{"interval": "1m", "version": 2.0}"#),
        [""; 0]
    );
}

#[test]
fn bounds_can_be_exclusive() {
    let rules = &Rules {
        minimum: Some(kibana_runtime::generated::Limit::Whole(0)),
        exclusive_minimum: true,
        maximum: Some(kibana_runtime::generated::Limit::Whole(1)),
        ..Rules::NONE
    };
    let check = |value: f64| read::<f64>(&Node::Float(value), rules, Mode::Strict, "$");
    assert!(check(0.5).is_ok() && check(1.0).is_ok());
    assert_eq!(
        check(0.0).unwrap_err().to_string(),
        "$: expected more than 0, found 0"
    );
    assert_eq!(
        check(1.5).unwrap_err().to_string(),
        "$: expected at most 1, found 1.5"
    );
}

#[test]
fn unique_items_compare_json_values() {
    let rules = &Rules {
        unique_items: true,
        ..Rules::NONE
    };
    let unique = |json: &str| {
        let value: kibana_runtime::serde_json::Value = json.parse().unwrap();
        read::<Vec<kibana_runtime::serde_json::Value>>(
            &Arena::new().value(&value),
            rules,
            Mode::Strict,
            "$",
        )
        .is_ok()
    };
    assert!(!unique("[1, 2, 1.0]"));
    assert!(!unique(r#"[{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]"#));
    assert!(!unique("[[null], [null]]"));
    assert!(unique(
        r#"[1, "1", true, null, [], {}, [1], {"1": 1}, [[]]]"#
    ));
    assert!(unique(r#"[["a", "b"], ["b", "a"]]"#));
}

#[test]
fn many_unique_items_are_checked_in_reasonable_work() {
    let rules = &Rules {
        unique_items: true,
        ..Rules::NONE
    };
    let items: Vec<Node<'_>> = (0..200_000).map(Node::Integer).collect();
    read::<Vec<i64>>(&Node::Array(&items), rules, Mode::Strict, "$").unwrap();
}

#[test]
fn the_number_of_violations_kept_is_bounded() {
    let json = format!("[{}]", ["\"x\""; 250].join(","));
    let error = check_str::<Vec<i64>>(&json).unwrap_err();
    assert_eq!((error.list.len(), error.more), (MAX_VIOLATIONS, 150));
    assert!(error.to_string().ends_with("; and 150 more"));
}

#[test]
fn messages_do_not_repeat_long_text() {
    let secret = "s3cr3t".repeat(20);
    let json =
        json!({"id": "1", "status": secret, "closed_at": null, (secret.as_str()): 1}).to_string();
    let found = refused::<Case>(&json).join("\n");
    assert!(found.contains("found text of 120 characters"), "{found}");
    assert!(!found.contains(&secret), "{found}");
}
