//! Texts, numbers, arrays, enums, null.

use kibana_runtime::{OneOrMany, ViolationKind, check_str, validate};

use crate::generated::arrays::things::Grid;
use crate::generated::enums::things::{Choice, ChoiceMixed, Order};
use crate::generated::nullable::things::Holder;
use crate::generated::openapi_31::things::{IntegerOrString, Part, Thing, ThingKind};
use crate::generated::scalars::things::Values;
use crate::{kept, mended, refused};

#[test]
fn integral_numbers_stay_as_they_are() {
    assert_eq!(
        mended::<Values>(r#"{"at": 1730194190636}"#),
        r#"{"at":1730194190636}"#
    );
    assert_eq!(mended::<Values>(r#"{"at": 42}"#), r#"{"at":42}"#);
    assert_eq!(mended::<Values>(r#"{"count": 42.0}"#), r#"{"count":42}"#);
    assert_eq!(
        refused::<Values>(r#"{"count": 9223372036854775808, "small": 2147483648}"#),
        "$.count: expected an integer of 64 bits, found one beyond; $.small: expected an integer of 32 bits, found one beyond"
    );
}

#[test]
fn rules_of_numbers_are_checked() {
    kept::<Values>(
        r#"{"count": 0, "small": 8, "share": 0.75, "level": 2, "ratio": 1, "yes": true}"#,
    );
    assert_eq!(
        refused::<Values>(
            r#"{"count": -1, "small": 9, "share": 0.3, "level": 3, "ratio": 2, "yes": false}"#
        ),
        "$.count: expected at least 0, found -1; \
         $.small: expected at most 8, found 9; \
         $.share: expected a multiple of 0.25, found 0.3; \
         $.level: expected one of 1, 2, 4, found 3; \
         $.ratio: expected one of 1, 0.5, found 2; \
         $.yes: expected true, found false"
    );
}

#[test]
fn lengths_count_code_points_and_patterns_mean_what_ecma_script_means() {
    kept::<Values>(r#"{"name": "🙂🙂🙂", "every": "15m", "part": "?a-b?"}"#);
    let json = r#"{"name": "", "every": "٣m", "part": "é-é"}"#;
    let kinds: Vec<_> = check_str::<Values>(json)
        .unwrap_err()
        .list
        .into_iter()
        .map(|v| v.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            ViolationKind::Length,
            ViolationKind::Pattern,
            ViolationKind::Pattern
        ]
    );
}

#[test]
fn base64_is_checked_and_decoded() {
    let values = kept::<Values>(r#"{"data": "aGk="}"#);
    assert_eq!(values.data.unwrap().0, b"hi");
    assert_eq!(
        refused::<Values>(r#"{"data": "a"}"#),
        "$.data: expected base64 with padding, found other text"
    );
}

#[test]
fn dates_stay_text() {
    kept::<Values>(r#"{"created": "2023-10-31T00:00:00.000Z"}"#);
}

#[test]
fn arrays_hold_arrays_and_null() {
    let grid = kept::<Grid>(r#"{"cells": [["a", null], ["b"]], "by_name": {"x": [1]}}"#);
    let expected = vec![
        vec![Some("a".to_string()), None],
        vec![Some("b".to_string())],
    ];
    assert_eq!(grid.cells, Some(expected));
    assert_eq!(
        refused::<Grid>(r#"{"cells": [["a"], [], ["abc", 1]], "tags": ["a", "b", "a"]}"#),
        "$.cells[1]: expected at least 1 item, found 0; \
         $.cells[2][0]: expected at most 2 characters, found 3; \
         $.cells[2][1]: expected text, found an integer; \
         $.tags: expected items that all differ, but items 0 and 2 are equal"
    );
}

#[test]
fn one_and_many_stay_apart() {
    let names = |json: &str| kept::<Grid>(json).names.unwrap();
    assert_eq!(names(r#"{"names": "a"}"#), OneOrMany::One("a".to_string()));
    assert_eq!(
        names(r#"{"names": ["a"]}"#),
        OneOrMany::Many(vec!["a".to_string()])
    );
    assert_eq!(
        refused::<Grid>(r#"{"names": ["a", ""]}"#),
        "$.names[1]: expected at least 1 character, found 0"
    );
}

#[test]
fn unknown_values_are_kept_and_reported() {
    let choice = mended::<Choice>(r#"{"kind": "choice", "order": "newest"}"#);
    assert_eq!(choice, r#"{"kind":"choice","order":"newest"}"#);
    let choice = Choice {
        order: Some(Order::from("newest")),
        ..Choice::new()
    };
    assert_eq!(choice.order, Some(Order::Unknown("newest".to_string())));
    let found = validate(&choice).unwrap_err();
    assert_eq!(
        (found.list[0].path.as_str(), found.list[0].kind),
        ("$.order", ViolationKind::UnknownValue)
    );
}

#[test]
fn every_value_of_an_enum_has_a_name_and_its_text() {
    let texts: Vec<_> = Order::ALL.iter().map(Order::as_str).collect();
    let listed = [
        "created_at",
        "createdAt",
        "<",
        "<=",
        "",
        "*",
        "95th",
        "2023-10-31",
        "true",
        ".jira",
        "Self",
        "unknown",
    ];
    assert_eq!(texts, listed);
    assert!(
        listed
            .iter()
            .all(|text| !matches!(Order::from(*text), Order::Unknown(_)))
    );
    assert_eq!("<".parse(), Ok(Order::LessThan));
    assert_eq!(Choice::default_order().to_string(), "created_at");
}

#[test]
fn values_of_mixed_types_are_a_union() {
    let mixed = |json: &str| kept::<Choice>(json).mixed.unwrap();
    assert_eq!(
        mixed(r#"{"kind": "choice", "mixed": 1}"#),
        ChoiceMixed::Integer(1)
    );
    assert_eq!(
        mixed(r#"{"kind": "choice", "mixed": true}"#),
        ChoiceMixed::True(true)
    );
    assert_eq!(
        refused::<Choice>(r#"{"kind": "choice", "mixed": null}"#),
        "$.mixed: found null, which no member of the union can be; `True`: true; `Integer`: 1; `Auto`: \"auto\""
    );
}

#[test]
fn null_comes_in_many_disguises() {
    let json = r#"{"by_sibling": null, "by_all_of": null, "by_member": null, "by_empty_enum": null,
        "by_word": null, "by_object": null, "listed": null, "only_null": null}"#;
    let holder = kept::<Holder>(json);
    assert!(holder.by_word.is_null());
    assert_eq!(holder.only_null, Some(()));
    assert_eq!(
        refused::<Holder>(r#"{"by_sibling": "long", "by_all_of": 1}"#),
        "$.by_sibling: expected at most 3 characters, found 4; $.by_all_of: expected text, found an integer"
    );
}

#[test]
fn the_spellings_of_3_1_are_understood() {
    let mut thing = Thing::new(None);
    assert_eq!(thing.kind, ThingKind::Thing);
    thing.size = Some(IntegerOrString::Integer(1));
    thing.maybe = None.into();
    thing.part = Some(Part::default());
    assert_eq!(
        kept::<Thing>(r#"{"kind": "thing", "owner": null, "size": 1, "maybe": null, "part": {}}"#),
        thing
    );
    assert_eq!(
        refused::<Thing>(r#"{"kind": "thing", "owner": null, "share": 0}"#),
        "$.share: expected more than 0, found 0"
    );
}

#[test]
fn whole_numbers_are_exact_within_64_bits() {
    use crate::generated::numbers::things::Numbers;
    for valid in [
        r#"{"above": 9007199254740993}"#,
        r#"{"below": -9007199254740994}"#,
        r#"{"step": 9007199254740993}"#,
        r#"{"step": -18014398509481986}"#,
        r#"{"unsigned": 18446744073709551615, "bytes": 9223372036854775808}"#,
        r#"{"wide": -9223372036854775808}"#,
        r#"{"wide": 18446744073709551615}"#,
        r#"{"large": 9223372036854775808, "listed": 18446744073709551615}"#,
        r#"{"listed": 9007199254740993, "positive": 1, "either": 0.5}"#,
    ] {
        kept::<Numbers>(valid);
    }
    for (json, problem) in [
        (
            r#"{"above": 9007199254740992}"#,
            "$.above: expected at least 9007199254740993, found 9007199254740992",
        ),
        (
            r#"{"below": -9007199254740993}"#,
            "$.below: expected at most -9007199254740994, found -9007199254740993",
        ),
        (
            r#"{"step": 9007199254740992}"#,
            "$.step: expected a multiple of 9007199254740993, found 9007199254740992",
        ),
        (
            r#"{"bytes": -1}"#,
            "$.bytes: expected an integer of 64 bits without sign, found one beyond",
        ),
        (
            r#"{"wide": 18446744073709551616}"#,
            "$.wide: expected an integer of 64 bits, found one beyond",
        ),
        (
            r#"{"listed": 9007199254740992}"#,
            "$.listed: expected one of 9007199254740993, 18446744073709551615, found 9007199254740992",
        ),
        (
            r#"{"positive": 0}"#,
            "$.positive: expected at least 1, found 0",
        ),
        (
            r#"{"number": 9007199254740992}"#,
            "$.number: expected at least 9007199254740993, found 9007199254740992",
        ),
        (
            r#"{"either": 9007199254740992}"#,
            "$.either: expected one of 9007199254740993, 0.5, found 9007199254740992",
        ),
    ] {
        assert_eq!(refused::<Numbers>(json), problem);
    }
    assert_eq!(Numbers::default_bytes(), u64::MAX);
}
