//! Schemas that hold together and contain themselves.

use crate::generated::conjunctions::things::{Left, Lists, Tree, TreeEither};
use crate::{kept, refused};

#[test]
fn a_conjunction_inside_itself_is_the_same_type() {
    let tree =
        kept::<Tree>(r#"{"next": {"depth": 1, "next": {"depth": 2, "next": {"depth": 3}}}}"#);
    let next = tree.next.unwrap();
    assert_eq!(next.next.unwrap().next.unwrap().depth, 3);
    assert_eq!(
        refused::<Tree>(r#"{"next": {"depth": 1, "next": {"next": {}}}}"#),
        "$.next.next.next: expected the property `depth`; $.next.next: expected the property `depth`"
    );
}

#[test]
fn so_it_is_in_lists_maps_and_unions() {
    kept::<Tree>(
        r#"{"children": [{"depth": 1, "children": [{"depth": 2, "keyed": {"a": {"depth": 3}}}]}]}"#,
    );
    let tree = kept::<Tree>(r#"{"either": {"depth": 1, "either": "text"}}"#);
    assert!(matches!(tree.either, Some(TreeEither::Object(_))));
    assert_eq!(
        refused::<Tree>(r#"{"keyed": {"a": {"depth": 1, "children": [{}]}}}"#),
        "$.keyed.a.children[0]: expected the property `depth`"
    );
}

#[test]
fn all_of_in_all_of_in_all_of_holds_together() {
    kept::<Tree>(r#"{"deeper": {"id": "a", "depth": 1, "deeper": {"id": "b", "depth": 2}}}"#);
    assert_eq!(
        refused::<Tree>(r#"{"deeper": {"id": "a", "depth": 1, "deeper": {"depth": 2}}}"#),
        "$.deeper.deeper: expected the property `id`"
    );
}

#[test]
fn two_schemas_can_hold_each_other() {
    kept::<Left>(r#"{"right": {"depth": 1, "left": {"depth": 2, "right": {"depth": 3}}}}"#);
    assert_eq!(
        refused::<Left>(r#"{"right": {"depth": 1, "left": {"right": {"depth": 3}}}}"#),
        "$.right.left: expected the property `depth`"
    );
}

#[test]
fn a_list_and_a_map_can_hold_themselves() {
    kept::<Lists>(r#"{"list": [[[], []], [[[]]], []], "map": {"a": {"b": {}}, "c": {}}}"#);
    assert_eq!(
        refused::<Lists>(r#"{"list": [[[[], [], []]]], "map": {"a": {"b": {}, "c": {}}}}"#),
        "$.list[0][0]: expected at most 2 items, found 3; \
         $.map.a: expected at most 1 property, found 2"
    );
}
