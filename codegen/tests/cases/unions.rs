//! Unions choose the right member, and say why none fits.

use crate::generated::all_of_union::things::Action;
use crate::generated::beside::things::{Connector, ConnectorConfig};
use crate::generated::closed_keys::things::Keyed;
use crate::generated::discriminator::things::Rule;
use crate::generated::excluded::things::{Pet, Place, Trigger};
use crate::generated::flattened::things::Filter;
use crate::generated::inherited_tag::things::{CommonCommand, Details};
use crate::generated::json_types::things::Setting;
use crate::generated::learned_mapping::things::{Create, CreateTarget, Target};
use crate::generated::literals::things::Size;
use crate::generated::mapping::things::{Aggregated, Counted, Metric};
use crate::generated::nested_tag::things::Nested;
use crate::generated::not_unions::things::Holder;
use crate::generated::optional_tag::things::Patch;
use crate::generated::overlapping::things::Config;
use crate::generated::titles::things::{Shape, ShapeRoundShape};
use crate::{kept, mended, refused};
use kibana_runtime::{check_str, from_str};

/// Reads and writes JSON, and names the variant.
#[track_caller]
fn variant<T: kibana_runtime::Model + std::fmt::Debug>(json: &str) -> String {
    let debug = format!("{:?}", kept::<T>(json));
    debug.split(['(', ' ']).next().unwrap().to_string()
}

#[test]
fn constants_of_the_discriminator_tell_the_member() {
    assert_eq!(variant::<Rule>(r#"{"type": "saved_query"}"#), "Query");
    assert_eq!(
        variant::<Rule>(r#"{"type": "threshold", "other": 1}"#),
        "Threshold"
    );
    assert_eq!(
        refused::<Rule>(r#"{"type": "eql"}"#),
        "$: no member of the union has this tag; `Query`: an object with `type` \"query\" or \"saved_query\"; \
         `Threshold`: an object with `type` \"threshold\""
    );
}

#[test]
fn an_object_with_a_tag_of_a_newer_server_is_kept_as_it_is() {
    let json = r#"{"type": "eql", "query": [1]}"#;
    let rule: Rule = kibana_runtime::from_str(json).unwrap();
    assert!(matches!(rule, Rule::Unknown(_)));
    assert_eq!(kibana_runtime::to_value(&rule).unwrap(), json_value(json));
    assert!(kibana_runtime::validate(&rule).is_err());
    // Only a tag that is there and text can be newer.
    for json in ["{}", r#"{"type": 1}"#, "[]"] {
        kibana_runtime::from_str::<Rule>(json).unwrap_err();
    }
}

fn json_value(text: &str) -> kibana_runtime::serde_json::Value {
    kibana_runtime::serde_json::from_str(text).unwrap()
}

#[test]
fn a_mapping_tells_the_member_where_tags_are_free() {
    let max = Metric::from(Aggregated::new("max", "size"));
    assert_eq!(kept::<Metric>(r#"{"by": "max", "field": "size"}"#), max);
    let count = Counted {
        field: Some("size".to_string()),
        ..Counted::new("count")
    };
    assert_eq!(
        kept::<Metric>(r#"{"by": "count", "field": "size"}"#),
        Metric::from(count)
    );
    assert_eq!(
        refused::<Metric>(r#"{"by": "sum"}"#),
        "$: expected the property `field`"
    );
}

#[test]
fn a_mapping_is_learned_from_a_union_of_the_same_members() {
    assert_eq!(variant::<Target>(r#"{"type": "site", "name": ""}"#), "Site");
    let create = kept::<Create>(r#"{"target": {"type": "host", "url": ""}}"#);
    assert!(matches!(create.target, CreateTarget::Host(_)));
}

#[test]
fn a_mapping_decides_among_members_that_inherit_all_tags() {
    assert_eq!(
        variant::<Details>(r#"{"command": "unisolate", "path": "x"}"#),
        "Isolate"
    );
    let Details::Scan(scan) = kept(r#"{"command": "scan"}"#) else {
        panic!("not a scan");
    };
    assert_eq!(scan.command, CommonCommand::Scan);
    assert_eq!(
        variant::<Details>(r#"{"command": "wait", "path": "x"}"#),
        "Scan"
    );
}

#[test]
fn the_json_type_tells_the_member() {
    for (json, expected) in [
        ("true", "Boolean"),
        ("2", "Integer"),
        (r#""a""#, "String"),
        ("[]", "Array"),
        (r#"{"w": 1, "h": 2}"#, "Object"),
    ] {
        assert_eq!(variant::<Setting>(json), expected);
    }
    assert_eq!(
        refused::<Setting>("[1]"),
        "$[0]: expected text, found an integer"
    );
    assert!(refused::<Setting>("1.5").contains("; `Boolean`: a boolean; `Integer`: an integer"));
}

#[test]
fn a_literal_comes_before_a_text() {
    assert_eq!(variant::<Size>(r#""auto""#), "Auto");
    assert_eq!(variant::<Size>(r#""10""#), "String");
    assert_eq!(mended::<Size>(r#""neither""#), r#""neither""#);
}

#[test]
fn a_constant_inside_a_property_tells_the_member() {
    assert_eq!(variant::<Nested>(r#"{"status": {"level": true}}"#), "Fine");
    assert_eq!(
        variant::<Nested>(r#"{"status": {"level": false}}"#),
        "Broken"
    );
}

#[test]
fn a_tag_may_be_missing() {
    assert_eq!(variant::<Patch>(r#"{"text": "a"}"#), "WithText");
    assert_eq!(variant::<Patch>(r#"{"match": "a"}"#), "WithMatch");
    assert_eq!(
        variant::<Patch>(r#"{"type": "query", "match": 1}"#),
        "WithText"
    );
}

#[test]
fn a_key_tells_closed_members() {
    assert_eq!(variant::<Keyed>(r#"{"id": "1"}"#), "WithId");
    assert_eq!(variant::<Keyed>(r#"{"name": "1"}"#), "WithName");
    assert_eq!(variant::<Keyed>("{}"), "Object");
    assert_eq!(
        refused::<Keyed>(r#"{"id": "1", "x": 1}"#),
        "$: the property \"x\" is not known here"
    );
}

#[test]
fn overlapping_members_lose_nothing() {
    assert_eq!(
        variant::<Config>(r#"{"url": "a", "retries": 1}"#),
        "WithRetries"
    );
    assert_eq!(
        variant::<Config>(r#"{"url": "a", "retries": "many", "user": "ab"}"#),
        "WithUser"
    );
    assert_eq!(variant::<Config>(r#"{"a": 1}"#), "MapOfInteger");
    assert_eq!(variant::<Config>(r#"{"a": "1"}"#), "MapOfString");
    assert_eq!(
        variant::<Config>(r#"{"url": "a", "retries": "many", "user": "b"}"#),
        "MapOfString"
    );
}

#[test]
fn members_inside_all_of_have_the_properties_around_them() {
    assert_eq!(
        variant::<Action>(r#"{"id": "1", "kind": "mail", "to": "x"}"#),
        "Mail"
    );
    assert_eq!(variant::<Action>(r#"{"id": "1", "kind": "log"}"#), "Log");
    assert_eq!(
        refused::<Action>(r#"{"kind": "log"}"#),
        "$: expected the property `id`"
    );
}

#[test]
fn members_are_called_after_their_titles() {
    assert_eq!(
        kept::<Shape>(r#"{"radius": 2}"#),
        Shape::RoundShape(ShapeRoundShape::new(2.0))
    );
}

#[test]
fn what_only_looks_like_a_union_is_none() {
    let holder = kept::<Holder>(r#"{"lone": "a", "all": [null], "absent": 1, "style": "wide"}"#);
    assert_eq!(
        (holder.lone.as_deref(), holder.absent),
        (Some("a"), Some(1))
    );
    assert_eq!(
        refused::<Holder>(r#"{"twice": "a"}"#),
        "$: expected one of `lone`, `twice` with `all`"
    );
}

#[test]
fn unions_in_unions_are_one() {
    assert_eq!(variant::<Filter>(r#"{"field": "a"}"#), "Field");
    assert_eq!(variant::<Filter>(r#"{"any": []}"#), "Object");
    assert_eq!(variant::<Filter>(r#""a""#), "String");
}

#[test]
fn a_member_that_a_tag_excludes_is_not_taken() {
    assert_eq!(
        variant::<Trigger>(r#"{"kind": "clock", "by": {"unit": "day"}}"#),
        "Daily"
    );
    // The hand could have such a `by`, but not this `kind`.
    assert_eq!(
        variant::<Trigger>(r#"{"kind": "hand", "by": {"unit": "day"}}"#),
        "Manual"
    );
    let newer = r#"{"kind": "clock", "by": {"unit": "week"}}"#;
    assert!(matches!(
        from_str::<Trigger>(newer),
        Ok(Trigger::Unknown(_))
    ));
    check_str::<Trigger>(newer).unwrap_err();
}

#[test]
fn a_value_that_a_whole_mapping_does_not_have_is_that_of_no_member() {
    assert_eq!(variant::<Pet>(r#"{"pet": "dog", "lives": 9}"#), "Dog");
    let newer = r#"{"pet": "bird"}"#;
    assert!(matches!(from_str::<Pet>(newer), Ok(Pet::Unknown(_))));
    check_str::<Pet>(newer).unwrap_err();
}

#[test]
fn members_that_look_alike_are_told_by_the_mapping() {
    assert_eq!(variant::<Place>(r#"{"end": "from", "at": 1}"#), "From");
    assert_eq!(variant::<Place>(r#"{"end": "to", "at": 1}"#), "To");
}

#[test]
fn a_property_beside_a_union_tells_its_member() {
    let config = |json: &str| {
        let connector: Connector = kept(json);
        let config = connector.config.map(|config| format!("{config:?}"));
        config.map(|config| config.split('(').next().unwrap().to_string())
    };
    for (kind, member) in [(".mail", "Mail"), (".hook", "Hook"), (".index", "Index")] {
        // Every member could be this object; and where the property stands does not matter.
        let json = format!(r#"{{"config": {{"x": 1}}, "type": "{kind}"}}"#);
        assert_eq!(config(&json).as_deref(), Some(member));
        let json = format!(r#"{{"type": "{kind}", "config": {{"x": 1}}}}"#);
        assert_eq!(config(&json).as_deref(), Some(member));
    }
    // The first that fits, where nothing is told.
    let json = r#"{"type": ".other", "config": {"port": "a"}}"#;
    assert_eq!(config(json).as_deref(), Some("Hook"));
    assert_eq!(config(r#"{"type": ".hook", "config": null}"#), None);
    let problem = r#"$.config.port: expected text, found an integer"#;
    let json = r#"{"type": ".hook", "config": {"port": 1}}"#;
    assert_eq!(refused::<Connector>(json), problem);
    assert_eq!(
        from_str::<Connector>(json).unwrap_err().to_string(),
        problem
    );
    // What is told of one property, is not told of the next.
    let json = r#"{"type": ".hook", "config": null, "spare": {"x": 1}}"#;
    let connector: Connector = kept(json);
    assert!(format!("{:?}", connector.spare).starts_with("Some(Mail("));
    let told = ConnectorConfig::from(crate::generated::beside::things::Index::new());
    let connector = Connector::new(Some(told), ".mail").with(|c| {
        if let Some(ConnectorConfig::Index(index)) = &mut c.config {
            index.index = Some("logs".to_string());
        }
    });
    kibana_runtime::validate(&connector).unwrap();
}
