//! Unions: one member is chosen, and a refusal says why.

use crate::sample::{Case, Filter, Schedule};
use crate::{kinds, refused};
use kibana_runtime::generated::{Node, Reader, Rules};
use kibana_runtime::serde::Serializer;
use kibana_runtime::serde_json::{Value, json};
use kibana_runtime::{Model, ViolationKind, check_str, from_str, from_value};

fn variant(json: &Value) -> String {
    let filter: Filter = from_value(json).expect("a filter");
    let written = kibana_runtime::to_value(&filter).expect("finite numbers");
    assert_eq!(written, *json);
    let debug = format!("{filter:?}");
    debug.split('(').next().unwrap_or_default().to_owned()
}

#[test]
fn every_decision_finds_its_member() {
    assert_eq!(variant(&json!("x")), "Text");
    assert_eq!(
        variant(&json!({"type": "schedule", "interval": "1m"})),
        "Schedule"
    );
    assert_eq!(variant(&json!({"meta": {"kind": 1}})), "Meta");
    assert_eq!(
        variant(&json!({"id": "1", "status": "open", "closed_at": null})),
        "Case"
    );
    assert_eq!(variant(&json!({"not": {"all": []}})), "Condition");
    assert_eq!(
        variant(&json!([{"id": "1", "status": "open", "closed_at": null}])),
        "Cases"
    );
    assert_eq!(variant(&json!([])), "Names");
    assert_eq!(variant(&json!({"a": 1})), "Numbers");
    assert_eq!(variant(&json!({"a": ["x", {"b": ["y"]}]})), "Groups");
}

#[test]
fn a_refusal_names_every_member_and_its_reason() {
    assert_eq!(
        refused::<Filter>("true"),
        ["$: found a boolean, which no member of the union can be; \
          `Text`: not text; `Cases`: not an array; `Case`: not an object"],
    );
    assert_eq!(
        refused::<Filter>(r#"{"a": "x"}"#),
        ["$: found an object, which no member of the union can be; \
          `Numbers`: $.a: expected an integer, found text; \
          `Groups`: $.a: expected an array, found text"],
    );
}

#[test]
fn a_chosen_member_reports_its_own_problems() {
    let json = r#"{"type": "schedule", "interval": 5}"#;
    assert_eq!(
        refused::<Filter>(json),
        ["$.interval: expected text, found an integer"]
    );
}

#[test]
fn when_no_member_fits_in_full_the_closest_is_taken() {
    let json = r#"{"a": 1, "b": 2, "c": 3}"#;
    assert!(matches!(from_str::<Filter>(json), Ok(Filter::Numbers(_))));
    assert_eq!(
        refused::<Filter>(json),
        ["$: expected at most 2 properties, found 3 (read as `Numbers`, the closest member)"],
    );
}

/// Open objects that only reading can tell apart.
#[derive(Debug)]
enum Overlap {
    Schedule(Schedule),
    Case(Case),
    Any(Value),
}

impl Model for Overlap {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.first_of(
            node,
            &[
                ("Schedule", |node, reader| {
                    reader.member(node, &Rules::NONE, Self::Schedule)
                }),
                ("Case", |node, reader| {
                    reader.member(node, &Rules::NONE, Self::Case)
                }),
                ("Any", |node, reader| match node.has_key("any") {
                    true => reader.member(node, &Rules::NONE, Self::Any),
                    false => reader.no_member(node, &[]),
                }),
            ],
        )
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Schedule(value) => value.write(serializer),
            Self::Case(value) => value.write(serializer),
            Self::Any(value) => value.write(serializer),
        }
    }
}

#[test]
fn a_member_that_fits_in_full_comes_before_an_earlier_one_that_breaks_rules() {
    let json = r#"{"interval": "never", "any": 1}"#;
    assert!(matches!(from_str::<Overlap>(json), Ok(Overlap::Any(_))));
}

#[test]
fn broken_rules_weigh_less_than_what_cannot_be_read() {
    // As a schedule: four broken rules. As a case: two properties that cannot be read.
    let json = r#"{"interval": "never", "version": 9, "share": 0.001, "id": "1", "a": 1, "b": 2}"#;
    assert!(matches!(
        from_str::<Overlap>(json),
        Ok(Overlap::Schedule(_))
    ));
    assert_eq!(kinds(check_str::<Overlap>(json)).len(), 4);
}

#[test]
fn what_is_tolerated_in_a_member_is_no_violation_of_the_union() {
    let found = check_str::<Overlap>(r#"{"id": "1", "status": "open"}"#);
    assert!(matches!(found, Ok(Overlap::Case(_))), "{found:?}");
}

/// A list of itself in two ways: reading every way would take 2^depth steps.
#[derive(Debug)]
enum Nest {
    A(Vec<Nest>),
    B(Vec<Nest>),
}

impl Model for Nest {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.first_of(
            node,
            &[
                ("A", |node, reader| {
                    reader.member(node, &Rules::NONE, Self::A)
                }),
                ("B", |node, reader| {
                    reader.member(node, &Rules::NONE, Self::B)
                }),
            ],
        )
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::A(value) | Self::B(value) => value.write(serializer),
        }
    }
}

#[test]
fn nested_ambiguity_takes_bounded_work() {
    let json = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(kinds(from_str::<Nest>(&json)), [ViolationKind::NoMember]);
    let error = check_str::<Nest>(&json).unwrap_err().to_string();
    assert!(error.len() < 2_000, "{}", error.len());
    let fits = format!("{}{}", "[".repeat(100), "]".repeat(100));
    check_str::<Nest>(&fits).unwrap();
}

/// A member of itself, as unions can be by way of others.
#[derive(Debug)]
enum Round {
    Again(Box<Round>),
}

impl Model for Round {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        reader.member(node, &Rules::NONE, Self::Again)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Again(value) => value.write(serializer),
        }
    }
}

#[test]
fn unions_without_end_are_refused() {
    assert_eq!(kinds(from_str::<Round>("1")), [ViolationKind::TooDeep]);
    assert_eq!(kinds(check_str::<Round>("{}")), [ViolationKind::TooDeep]);
}
