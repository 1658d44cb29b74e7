//! Types of operations, modules, and names that need care.

use crate::generated::bodies::things::{MessageError, create_thing as bodies};
use crate::generated::docs::things::Docs;
use crate::generated::field_names::things::Odd;
use crate::generated::names::crate_api::ResultType;
use crate::generated::names::self_api::{ModelType, OptionType, SelfType, StringType};
use crate::generated::parameters::things::{Id, find_things as parameters};
use crate::generated::several_tags::{cats, dogs};
use crate::{kept, refused};

#[test]
fn each_media_type_has_its_body() {
    kept::<bodies::RequestJsonBody>(r#"{"name": "a"}"#);
    kept::<bodies::RequestFormDataBody>(r#"{"file": "aGk=", "note": "a"}"#);
    kept::<bodies::ResponseJsonBody>(r#"{"id": "a"}"#);
    kept::<bodies::ResponseNdjsonBody>(r#"{"line": 1}"#);
    kept::<MessageError>(r#"{"message": "a"}"#);
}

#[test]
fn parameters_are_fields_of_the_request() {
    let request = parameters::Request::new(Id::First, "a");
    assert_eq!(request.id_path.as_str(), "first");
    assert_eq!(request.x_tenant, "a");
    assert_eq!(request.fields, None);
    assert_eq!(parameters::Request::default_page(), 1);
    assert_eq!(parameters::Request::default_size(), 10);
    let sort = Some(vec![parameters::SortItem::Age]);
    let request = parameters::Request { sort, ..request };
    assert_ne!(request, parameters::Request::new(Id::First, "a"));
}

#[test]
fn what_several_groups_use_is_shown_by_each() {
    let owner = cats::Owner::new("x");
    let cat = cats::Cat {
        owner: Some(owner.clone()),
        ..cats::Cat::new()
    };
    let dog = dogs::Dog {
        keeper: Some(owner),
        ..dogs::Dog::new()
    };
    let same: &dogs::Owner = cat.owner.as_ref().unwrap();
    assert_eq!(Some(same), dog.keeper.as_ref());
}

#[test]
fn names_of_rust_are_no_obstacle() {
    let option = OptionType {
        r#box: Some(Box::new(OptionType::new(Vec::new()))),
        r#fn: Some(ModelType::from(SelfType::new())),
        ..OptionType::new(vec![StringType::None, StringType::from("else")])
    };
    let json = r#"{"Vec": ["None", "else"], "Box": {"Vec": []}, "fn": {}}"#;
    assert_eq!(
        kibana_runtime::from_str::<OptionType>(json).unwrap(),
        option
    );
    assert_eq!(StringType::ALL.len(), 6);
    kept::<ResultType>(r#"{"Ok": {"a": "b"}, "none": null}"#);
}

#[test]
fn properties_keep_their_names_in_json() {
    let json = r#"{"type": "a", "self": "b", "@timestamp": "c", "$state": "d", "service.name": "e", "get-file": "f",
        "_version": "g", "version": 1, "createdAt": "h", "created_at": 2, "95th": 0.5, "": "i", "<=": 3,
        "object": "j", "additional_properties": "k", "more": "l"}"#;
    let odd = kept::<Odd>(json);
    assert_eq!(odd.timestamp.as_deref(), Some("c"));
    assert_eq!(odd.additional_properties["more"], "l");
    assert_eq!(
        refused::<Odd>(r#"{"type": "a", "self": "b", "service.name": 1, "@timestamp": 2}"#),
        "$.@timestamp: expected text, found an integer; \
         $[\"service.name\"]: expected text, found an integer"
    );
}

#[test]
fn texts_of_the_document_stay_texts() {
    assert_eq!(Docs::default_old(), "a`b\n*/");
    kept::<Docs>(r#"{"quiet": ""}"#);
}
