//! Lenient reading: what a server answered.

use crate::kinds;
use crate::sample::{Case, CaseStatus, Condition, Filter, Message, Schedule};
use kibana_runtime::generated::{Mode, Node, Rules, read};
use kibana_runtime::serde_json::{self, Value, json};
use kibana_runtime::{
    Base64, Model, Nullable, OneOrMany, Replaced, ViolationKind, from_str, from_value,
};

#[test]
fn properties_come_in_any_order() {
    let case: Case = from_str(
        r#"{"severity": 4.0, "closed_at": "now", "status": "in-progress", "tags": ["x"], "id": "1"}"#,
    )
    .unwrap();
    let mut expected = Case::new("1", CaseStatus::InProgress, Some("now".into()));
    expected.severity = Some(4);
    expected.tags = Some(vec!["x".into()]);
    assert_eq!(case, expected);
}

/// Where a property was in one object is where it is looked for first in the next one.
#[test]
fn objects_of_one_list_need_not_be_alike() {
    let more = |count: usize| (0..count).map(|i| format!(r#""x{i}":{i},"#));
    let cases: Vec<String> = [
        r#""id":"0","status":"open","closed_at":null,"note":"a""#.to_owned(),
        r#""note":"b","closed_at":null,"status":"open","id":"1""#.to_owned(),
        r#""closed_at":null,"id":"2","status":"open""#.to_owned(),
        // Farther back than what is kept of a position.
        more(300).collect::<String>() + r#""status":"open","id":"3","note":null,"closed_at":null"#,
        r#""id":"4","closed_at":null,"status":"open""#.to_owned(),
    ]
    .map(|properties| format!("{{{properties}}}"))
    .into();
    let apart = cases.iter().map(|case| from_str::<Case>(case).unwrap());
    let together: Vec<Case> = from_str(&format!("[{}]", cases.join(","))).unwrap();
    assert_eq!(together, apart.collect::<Vec<_>>());
    let notes = together.iter().map(|case| case.note.clone());
    let expected = [
        Nullable::Value("a".to_owned()),
        Nullable::Value("b".to_owned()),
        Nullable::Absent,
        Nullable::Null,
        Nullable::Absent,
    ];
    assert_eq!(notes.collect::<Vec<_>>(), expected);
}

#[test]
fn rules_do_not_count_and_unknown_keys_of_closed_objects_are_dropped() {
    let json =
        json!({"id": "", "status": "closed", "tags": ["a", "a", "a"], "severity": -7, "more": [1]});
    let case: Case = from_value(&json).unwrap();
    assert_eq!(case.status, CaseStatus::Unknown("closed".into()));
    assert_eq!(case.closed_at, None, "a missing nullable property is null");
    let written = kibana_runtime::to_value(&case).unwrap();
    let expected = json!({"id": "", "status": "closed", "closed_at": null, "tags": ["a", "a", "a"], "severity": -7});
    assert_eq!(written, expected);
}

#[test]
fn absent_null_and_value_stay_three_things() {
    for (note, expected) in [
        ("", Nullable::Absent),
        (r#", "note": null"#, Nullable::Null),
        (r#", "note": "n""#, Nullable::Value("n".to_owned())),
    ] {
        let json = format!(r#"{{"id":"1","status":"open","closed_at":null{note}}}"#);
        let case: Case = from_str(&json).unwrap();
        assert_eq!(case.note, expected);
        assert_eq!(
            kibana_runtime::to_string(&case).unwrap(),
            json.replace(": ", ":").replace(", ", ",")
        );
    }
}

#[test]
fn unknown_keys_of_open_objects_are_kept() {
    let json = json!({"interval": "5m", "extra": {"deep": [1, 2.5, null]}, "other": 12345678901234567890u64});
    let schedule: Schedule = from_value(&json).unwrap();
    assert_eq!(schedule.additional_properties["extra"]["deep"][1], 2.5);
    assert_eq!(kibana_runtime::to_value(&schedule).unwrap(), json);
}

#[test]
fn one_or_many_keeps_which() {
    for to in [json!("me"), json!(["me"]), json!([])] {
        let json = json!({"to": to, "hits": 3});
        let message: Message = from_value(&json).unwrap();
        assert_eq!(kibana_runtime::to_value(&message).unwrap(), json);
    }
    let one: OneOrMany<i64> = serde_json::from_str("3").unwrap();
    assert_eq!(one.as_slice(), [3]);
    assert_eq!(one.into_vec(), [3]);
}

#[test]
fn all_hard_problems_are_told_with_their_paths() {
    let json = r#"[{"id": 1, "status": null, "tags": ["x", 2, {}]}, 7]"#;
    let error = from_str::<Vec<Case>>(json).unwrap_err();
    assert_eq!(
        error.to_string(),
        "$[0].id: expected text, found an integer; \
         $[0].status: expected text, found null; \
         $[0].tags[1]: expected text, found an integer; \
         $[0].tags[2]: expected text, found an object; \
         $[1]: expected an object, found an integer",
    );
}

#[test]
fn serde_reads_models_from_every_source() {
    let json = r#"{"id": "a\"b", "status": "open", "closed_at": null}"#;
    let expected = Case::new("a\"b", CaseStatus::Open, None);
    assert_eq!(serde_json::from_str::<Case>(json).unwrap(), expected);
    assert_eq!(
        serde_json::from_slice::<Case>(json.as_bytes()).unwrap(),
        expected
    );
    assert_eq!(
        serde_json::from_reader::<_, Case>(json.as_bytes()).unwrap(),
        expected
    );
    let value: Value = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::from_value::<Case>(value).unwrap(), expected);
    assert_eq!(serde_yaml::from_str::<Case>(json).unwrap(), expected);
    let yaml = "id: \"7\"\nstatus: open\nclosed_at: ~\nseverity: 3\n";
    assert_eq!(
        serde_yaml::from_str::<Case>(yaml).unwrap().severity,
        Some(3)
    );
    assert_eq!(
        serde_yaml::from_str::<Case>(&serde_yaml::to_string(&expected).unwrap()).unwrap(),
        expected
    );
}

#[test]
fn serde_reports_what_is_missing() {
    let error = serde_json::from_str::<Case>(r#"{"status": 1}"#)
        .unwrap_err()
        .to_string();
    assert!(error.contains("$: expected the property `id`"), "{error}");
    assert!(
        error.contains("$.status: expected text, found an integer"),
        "{error}"
    );
}

#[test]
fn null_for_an_optional_property_is_a_type_error() {
    let found = from_str::<Case>(r#"{"id":"1","status":"open","closed_at":null,"tags":null}"#);
    assert_eq!(kinds(found), [ViolationKind::Type]);
}

#[test]
fn odd_keys_are_quoted_in_paths() {
    let error = from_str::<Message>(r#"{"a b": "x", "": true, "ok": null}"#).unwrap_err();
    let paths: Vec<_> = error
        .iter()
        .map(|violation| violation.path.as_str())
        .collect();
    assert_eq!(paths, [r#"$["a b"]"#, r#"$[""]"#, "$.ok"]);
}

#[test]
fn integers_beyond_their_type_are_refused() {
    assert_eq!(
        kinds(from_str::<i64>("9223372036854775808")),
        [ViolationKind::OutOfRange]
    );
    assert_eq!(kinds(from_str::<i64>("1e300")), [ViolationKind::OutOfRange]);
    assert_eq!(
        kinds(from_str::<i32>("2147483648")),
        [ViolationKind::OutOfRange]
    );
    assert_eq!(kinds(from_str::<i64>("4.5")), [ViolationKind::Type]);
    assert_eq!(from_str::<i64>("-9223372036854775808").unwrap(), i64::MIN);
    // One less is another number, though the nearest float is the same.
    assert!(from_str::<i64>("-9223372036854775809").is_err());
    assert_eq!(from_str::<i32>("42.0").unwrap(), 42);
}

#[test]
fn base64_is_read_only_in_its_canonical_form() {
    for (text, bytes) in [
        ("", ""),
        ("Zg==", "f"),
        ("Zm8=", "fo"),
        ("Zm9v", "foo"),
        ("Zm9vYg==", "foob"),
    ] {
        let json = format!("\"{text}\"");
        let read: Base64 = from_str(&json).unwrap();
        assert_eq!(read.0, bytes.as_bytes());
        assert_eq!(kibana_runtime::to_string(&read).unwrap(), json);
    }
    for text in [
        "Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", "Zm-v", "Zg==Zg==",
    ] {
        let json = serde_json::to_string(text).unwrap();
        assert_eq!(
            kinds(from_str::<Base64>(&json)),
            [ViolationKind::Base64],
            "{text}"
        );
    }
    assert_eq!(format!("{:?}", Base64(vec![1, 2])), "Base64(2 bytes)");
}

#[test]
fn types_of_other_crates_read_by_serde() {
    type Ip = Replaced<std::net::Ipv4Addr>;
    assert_eq!(from_str::<Ip>("\"127.0.0.1\"").unwrap().octets()[0], 127);
    assert_eq!(
        kinds(from_str::<Ip>("\"localhost\"")),
        [ViolationKind::Refused]
    );
}

#[test]
fn recursive_types_read_as_deep_as_json_may_nest() {
    let json = format!("{}{}{}", "{\"not\":".repeat(126), "{}", "}".repeat(126));
    let condition: Condition = from_str(&json).unwrap();
    assert_eq!(kibana_runtime::to_string(&condition).unwrap(), json);
    kibana_runtime::validate(&condition).unwrap();
}

#[test]
fn values_made_by_hand_that_nest_too_deep_are_refused() {
    let mut value = json!({});
    for _ in 0..1000 {
        value = json!({"not": value});
    }
    assert_eq!(
        kinds(from_value::<Condition>(&value)),
        [ViolationKind::TooDeep]
    );
    let deserialized = serde_json::from_value::<Filter>(value);
    assert!(
        deserialized
            .unwrap_err()
            .to_string()
            .contains("recursion limit")
    );
}

#[test]
fn the_root_of_paths_can_be_a_parameter() {
    let error =
        read::<i64>(&Node::from("x"), &Rules::NONE, Mode::Lenient, "query.page").unwrap_err();
    assert_eq!(
        error.to_string(),
        "query.page: expected an integer, found text"
    );
}

#[test]
fn a_model_can_be_written_by_hand() {
    struct Even(i64);
    impl Model for Even {
        fn read(
            node: &Node<'_>,
            rules: &'static Rules,
            reader: &mut kibana_runtime::generated::Reader<'_>,
        ) -> Option<Self> {
            let value = i64::read(node, rules, reader)?;
            if value % 2 != 0 {
                reader.report(ViolationKind::Refused, || {
                    "expected an even number".to_owned()
                });
                return None;
            }
            Some(Self(value))
        }
        fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.write(serializer)
        }
    }
    assert_eq!(from_str::<Even>("4").ok().unwrap().0, 4);
    assert_eq!(kinds(from_str::<Even>("5")), [ViolationKind::Refused]);
}
