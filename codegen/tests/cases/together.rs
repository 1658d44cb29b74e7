//! What stands together holds together.

use crate::generated::together::things::{Container, Place, Thing};
use crate::{kept, refused};

/// Values of a property of `Thing` that are valid, and some that are not.
#[track_caller]
fn judged(property: &str, valid: &[&str], invalid: &[&str]) {
    for value in valid {
        kept::<Thing>(&format!(r#"{{"{property}": {value}}}"#));
    }
    for value in invalid {
        refused::<Thing>(&format!(r#"{{"{property}": {value}}}"#));
    }
}

#[test]
fn a_constant_beside_a_list_of_constants_tells_the_member() {
    let shop = kept::<Place>(r#"{"kind": "shop", "name": "a"}"#);
    assert!(matches!(shop, Place::Shop(_)), "{shop:?}");
    let house = kept::<Place>(r#"{"kind": "house", "name": "a", "number": 1}"#);
    assert!(matches!(house, Place::House(_)), "{house:?}");
    refused::<Place>(r#"{"kind": "park", "name": "a"}"#);
}

#[test]
fn lists_of_constants_intersect_however_they_are_spelled() {
    judged("colour", &[r#""red""#], &[r#""green""#, "null"]);
    judged("number", &["1"], &["2", r#""1""#]);
}

#[test]
fn rules_beside_constants_hold() {
    judged("short", &[r#""red""#], &[r#""green""#, r#""blue""#]);
    judged(
        "short_or_listed",
        &[r#""red""#, r#""abc""#],
        &[r#""green""#, r#""blue""#, "1"],
    );
    judged("long", &[r#""abc""#, "1"], &[r#""ab""#]);
}

#[test]
fn a_type_beside_a_union_holds_for_its_members() {
    judged("scalar", &[r#""a""#], &[r#"["a"]"#]);
    judged("no_array", &[r#""2020-01-01""#], &["1"]);
    judged("behind_ref", &[r#""a""#], &["1", "true"]);
}

#[test]
fn null_has_to_please_everyone() {
    judged("no_null", &[r#"{"x": ""}"#], &["null"]);
    judged("null_too", &["null"], &["1"]);
    judged("null_twice", &["null", "9"], &["10"]);
    judged("null_once", &["9"], &["null", "10"]);
    judged("null_in_one_union", &["1"], &["null", r#""a""#, "true"]);
    judged("null_in_wrapper", &[r#"{"y": ""}"#], &["null"]);
}

#[test]
fn lists_and_objects_can_be_constants() {
    judged("empty_object", &["{}"], &[r#"{"a": 1}"#, "[]", "1"]);
    judged("empty_list", &["[]"], &["[1]", "{}"]);
    let valid = [r#"{"a": 1, "b": ["x", "y"]}"#, "[1, null]", r#""off""#];
    let invalid = [
        r#"{"a": 2, "b": ["x", "y"]}"#,
        r#"{"a": 1}"#,
        "[1]",
        "[2, null]",
        r#""on""#,
    ];
    judged("structured", &valid, &invalid);
}

#[test]
fn two_multiples_are_one_of_both() {
    judged(
        "multiple",
        &["1.2", "2.4", "0"],
        &["0.4", "0.6", "0.8", "1.8"],
    );
}

#[test]
fn bytes_in_json_are_text() {
    judged("file", &[r#""not base64!""#], &["1"]);
}

#[test]
fn a_mark_behind_a_reference_holds() {
    kept::<Container>(r#"{"must": {"x": ""}}"#);
    assert_eq!(
        refused::<Container>("{}"),
        "$: expected the property `must`"
    );
    assert_eq!(
        refused::<Container>(r#"{"must": {"x": ""}, "by_two_refs": {}}"#),
        "$.by_two_refs: expected the property `from`"
    );
}
