//! Objects: presence, defaults, extra keys, `allOf`, recursion.

use kibana_runtime::{Nullable, from_str};

use crate::generated::all_of::things::{Rule, RuleLevel, Sealed};
use crate::generated::objects::things::{BoxType, BoxTypeClosed, BoxTypeCounts};
use crate::generated::presence::things::Note;
use crate::generated::recursion::things::{All, Condition, Equals, Not};
use crate::generated::recursion_all_of::things::NodeType;
use crate::{kept, mended, refused};

#[test]
fn absent_null_and_a_value_are_three_things() {
    let owner = |json: &str| kept::<Note>(json).owner;
    assert!(owner(r#"{"id": "", "closed_at": null}"#).is_absent());
    assert_eq!(
        owner(r#"{"id": "", "closed_at": null, "owner": null}"#),
        Nullable::Null
    );
    let named = owner(r#"{"id": "", "closed_at": null, "owner": "x"}"#);
    assert_eq!(named, Nullable::Value("x".to_string()));
}

#[test]
fn a_required_nullable_property_may_be_missing_and_is_always_written() {
    assert_eq!(
        mended::<Note>(r#"{"id": "1"}"#),
        r#"{"id":"1","closed_at":null}"#
    );
    assert_eq!(refused::<Note>("{}"), "$: expected the property `id`");
    assert_eq!(
        refused::<Note>(r#"{"id": "1", "closed_at": null, "text": null}"#),
        "$.text: expected text, found null"
    );
}

#[test]
fn defaults_are_known_and_never_written() {
    assert_eq!(Note::default_text(), "none");
    assert_eq!(Note::default_kind(), "plain");
    kept::<Note>(r#"{"id": "1", "closed_at": null}"#);
}

#[test]
fn what_servers_leave_out_is_optional() {
    let note = kept::<Note>(r#"{"id": "1", "closed_at": null}"#);
    assert_eq!((note.kind, note.revision, note.guess), (None, None, None));
}

#[test]
fn undeclared_keys_are_kept_by_open_objects_and_refused_by_closed_ones() {
    let open = kept::<BoxType>(r#"{"x": [1, null], "closed": {"a": ""}}"#);
    assert_eq!(open.additional_properties.len(), 1);
    assert_eq!(
        refused::<BoxType>(r#"{"closed": {"a": "", "b": 1}}"#),
        "$.closed: the property \"b\" is not known here"
    );
    assert_eq!(
        mended::<BoxTypeClosed>(r#"{"a": "", "b": 1}"#),
        r#"{"a":""}"#
    );
}

#[test]
fn additional_properties_have_their_type() {
    let counts = kept::<BoxTypeCounts>(r#"{"total": 3, "a": 1, "b": 2}"#);
    assert_eq!(counts.additional_properties["b"], 2);
    assert_eq!(
        refused::<BoxTypeCounts>(r#"{"total": 3, "a": "x"}"#),
        "$.a: expected an integer, found text"
    );
}

#[test]
fn maps_and_bare_objects_keep_everything() {
    let all = kept::<BoxType>(r#"{"labels": {"a": "x"}, "bare": {"b": {}}, "anything": null}"#);
    assert_eq!(all.labels.unwrap()["a"], "x");
    assert_eq!(
        refused::<BoxType>(r#"{"labels": {}}"#),
        "$.labels: expected at least 1 property, found 0"
    );
    assert_eq!(
        refused::<BoxType>(r#"{"labels": {"a b": "long"}}"#),
        "$.labels[\"a b\"]: expected at most 3 characters, found 4"
    );
}

#[test]
fn counts_of_properties_and_forbidden_ones_are_checked() {
    assert_eq!(
        refused::<BoxType>("{}"),
        "$: expected at least 1 property, found 0"
    );
    assert_eq!(
        refused::<BoxType>(r#"{"never": 1}"#),
        "$: the property `never` must not be there"
    );
}

#[test]
fn members_of_all_of_are_one_struct() {
    let rule = Rule::new("1", RuleLevel::High, "name");
    assert_eq!(
        kept::<Rule>(r#"{"id": "1", "level": "high", "name": "name"}"#),
        rule
    );
    assert_eq!(
        refused::<Rule>(r#"{"id": "1", "level": "low", "name": "", "score": 101}"#),
        "$.level: expected one of \"middle\", \"high\", found \"low\"; $.score: expected at most 100, found 101"
    );
}

#[test]
fn a_closed_member_closes_over_all_declared_keys() {
    kept::<Sealed>(r#"{"a": "", "b": ""}"#);
    assert_eq!(
        refused::<Sealed>(r#"{"c": ""}"#),
        "$: the property \"c\" is not known here"
    );
}

#[test]
fn a_condition_contains_itself() {
    let equals = Condition::from(Equals::new("a"));
    let not = Condition::from(Not::new(equals.clone()));
    let all = Condition::from(All::new(vec![not, equals]));
    let json = r#"{"all": [{"not": {"field": "a"}}, {"field": "a"}]}"#;
    assert_eq!(kept::<Condition>(json), all);
    assert_eq!(
        refused::<Condition>(r#"{"all": [{"not": {"not": {"field": 1}}}]}"#),
        "$.all[0].not.not.field: expected text, found an integer"
    );
}

#[test]
fn types_contain_themselves_through_all_of_maps_and_others() {
    let json = r#"{"id": "1", "next": {"id": "2"}, "parent": null, "children": {"a": {"id": "3"}},
        "pair": {"left": {"id": "4"}, "other": {"other": {}}}}"#;
    let node = kept::<NodeType>(json);
    assert_eq!(node.next.unwrap().id, "2");
    assert!(node.parent.is_null());
}

#[test]
fn nesting_has_a_bound() {
    let deep = r#"{"not":"#.repeat(5000);
    assert!(from_str::<Condition>(&deep).is_err());
}

#[test]
fn what_is_meant_for_one_side_must_be_in_its_messages_only() {
    use crate::generated::sides::things::{Account, Answered, Asked};
    use kibana_runtime::generated::{Arena, Mode, Rules, parse, read};
    let check = |json: &str, mode| {
        let arena = Arena::new();
        let node = parse(json.as_bytes(), &arena).unwrap();
        let found = read::<Account>(&node, &Rules::NONE, mode, "$");
        found.err().map(|found| found.to_string())
    };
    let asked = r#"{"name": "a", "password": "b"}"#;
    let answered = r#"{"id": "1", "name": "a", "key": {"hash": "c"}, "until": null}"#;
    assert_eq!(check(asked, Mode::Request), None);
    assert_eq!(check(answered, Mode::Response), None);
    // Who does not say which way a value goes is content with either.
    assert_eq!(check(asked, Mode::Strict), None);
    assert_eq!(check(answered, Mode::Strict), None);
    assert_eq!(
        check(answered, Mode::Request).unwrap(),
        "$: expected the property `password`"
    );
    assert_eq!(
        check(asked, Mode::Response).unwrap(),
        "$: expected the property `id`; $: expected the property `key`; $: the property `password` must not be there"
    );
    // In a type of one direction it is simply there, or not meant to be.
    let asked = Asked::new("secret");
    assert_eq!((asked.id, asked.password), (None, "secret".to_string()));
    let answered = Answered::new("1");
    assert_eq!((answered.id, answered.password), ("1".to_string(), None));
}
