//! Writing: numbers as JavaScript writes them, enums as text.

use crate::sample::CaseStatus;
use kibana_runtime::serde_json::{Value, json};
use kibana_runtime::{ViolationKind, to_string, to_value, validate};

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    for (value, text) in [
        (42.0, "42"),
        (-0.0, "0"),
        (1_730_194_190_636.0, "1730194190636"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (0.1, "0.1"),
        (-4.25, "-4.25"),
    ] {
        assert_eq!(to_string(&value).unwrap(), text);
    }
    assert_eq!(
        to_string(&json!([1.0, {"a": 2.0}])).unwrap(),
        r#"[1,{"a":2}]"#
    );
}

#[test]
fn large_numbers_come_back_unchanged() {
    for value in [
        1e21,
        1.797_693_134_862_315_7e308,
        5e-324,
        9_007_199_254_740_994.0,
        -1e16,
    ] {
        let text = to_string(&value).unwrap();
        assert_eq!(kibana_runtime::from_str::<f64>(&text).unwrap(), value);
    }
}

#[test]
fn numbers_that_are_not_finite_cannot_be_written() {
    for value in [f64::NAN, f64::INFINITY] {
        assert!(to_string(&vec![value]).is_err());
        assert!(to_value(&value).is_err());
        assert_eq!(crate::kinds(validate(&value)), [ViolationKind::Refused]);
    }
}

#[test]
fn any_json_value_is_a_model() {
    let value = json!({"a": [1, null, true, "x", 18446744073709551615u64, 1.5], "b": {}});
    assert_eq!(to_value(&value).unwrap(), value);
    assert_eq!(kibana_runtime::from_value::<Value>(&value).unwrap(), value);
}

#[test]
fn string_enums_are_text() {
    assert_eq!(CaseStatus::ALL, [CaseStatus::Open, CaseStatus::InProgress]);
    assert_eq!(CaseStatus::InProgress.to_string(), "in-progress");
    assert_eq!("open".parse(), Ok(CaseStatus::Open));
    assert_eq!(
        CaseStatus::from("x".to_owned()),
        CaseStatus::Unknown("x".into())
    );
    assert_eq!(
        to_string(&CaseStatus::Unknown("a\"".into())).unwrap(),
        r#""a\"""#
    );
}
