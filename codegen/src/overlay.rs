//! OpenAPI Overlay 1.0 documents, applied to a document tree. Knows documents and the overlay format, nothing of
//! OpenAPI itself.
//!
//! Targets are JSONPath (RFC 9535) without the functions `match` and `search`. `extends` is not followed: which
//! overlays belong to a document is the caller's to say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::document::{Document, MAX_DEPTH};
use crate::pointer::Pointer;

/// The document is not an Overlay 1.0 document.
pub static OVERLAY_MALFORMED: Code = Code {
    name: "overlay-malformed",
    severity: Severity::Error,
    explanation: "An overlay that is not an OpenAPI Overlay 1.0 document is an error, at the node that is wrong.",
};
/// The target of an action is no JSONPath.
pub static OVERLAY_TARGET_INVALID: Code = Code {
    name: "overlay-target-invalid",
    severity: Severity::Error,
    explanation: "The target of an overlay action has to be a JSONPath of RFC 9535.",
};
/// The target of an action selects nothing.
pub static OVERLAY_TARGET_UNMATCHED: Code = Code {
    name: "overlay-target-unmatched",
    severity: Severity::Error,
    explanation: "An overlay action that selects nothing is an error: the document has changed, or the fix is not needed any more.",
};
/// The target of an action cannot be changed in this way.
pub static OVERLAY_TARGET_UNSUITABLE: Code = Code {
    name: "overlay-target-unsuitable",
    severity: Severity::Error,
    explanation: "Objects are updated with objects, arrays get one more item; other values are updated through the object that holds them.",
};

/// The codes of this stage.
pub static CODES: &[&Code] = &[
    &OVERLAY_MALFORMED,
    &OVERLAY_TARGET_INVALID,
    &OVERLAY_TARGET_UNMATCHED,
    &OVERLAY_TARGET_UNSUITABLE,
];

/// Applies the actions of an overlay in their order, each to the result of those before it.
///
/// The pointers of the diagnostics are places in the *overlay*. An action with an error changes nothing; the others
/// are applied all the same, so that all errors are found in one run.
///
/// `update` merges as Overlay 1.0 says: objects member by member, arrays in them one after the other, and other
/// values are replaced. When the target itself is an array, the update is one more item of it.
pub fn apply(document: &mut Document, overlay: &Document) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let actions = check_header(&overlay.root, &mut diagnostics);
    let pointer = Pointer::root().child("actions");
    for (index, action) in actions.iter().enumerate() {
        let result = Action::read(action, &pointer.index(index))
            .and_then(|action| action.apply(&mut document.root));
        if let Err(diagnostic) = result {
            diagnostics.push(diagnostic);
        }
    }
    diagnostics
}

/// Checks everything but the actions, and returns these.
fn check_header<'v>(root: &'v Value, diagnostics: &mut Diagnostics) -> &'v [Value] {
    let top = Pointer::root();
    let mut wrong = |pointer: Pointer, message: &str| diagnostics.push(malformed(pointer, message));
    match root.get("overlay").map(|version| version.as_str()) {
        Some(Some(version)) if version.starts_with("1.0.") => {}
        Some(_) => wrong(top.child("overlay"), "`overlay` is not a version `1.0.x`"),
        None => wrong(top.clone(), "the key `overlay` is missing"),
    }
    for key in ["title", "version"] {
        if !root
            .pointer(&format!("/info/{key}"))
            .is_some_and(Value::is_string)
        {
            wrong(
                top.child("info").child(key),
                &format!("`info` has no text `{key}`"),
            );
        }
    }
    for key in unknown_keys(root, &["overlay", "info", "extends", "actions"]) {
        wrong(top.child(key), &format!("an overlay has no key `{key}`"));
    }
    match root.get("actions").and_then(Value::as_array) {
        Some(actions) if !actions.is_empty() => actions,
        _ => {
            wrong(
                top.child("actions"),
                "`actions` is not a list with at least one action",
            );
            &[]
        }
    }
}

fn malformed(pointer: Pointer, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&OVERLAY_MALFORMED, pointer, message)
        .with_help("see https://spec.openapis.org/overlay/v1.0.0.html")
}

/// Keys that are neither known nor extensions.
fn unknown_keys<'v>(object: &'v Value, known: &[&str]) -> impl Iterator<Item = &'v str> {
    let keys = object
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str);
    keys.filter(|key| !known.contains(key) && !key.starts_with("x-"))
}

/// What an action does to each node that it selects.
enum Change<'v> {
    Remove,
    Update(&'v Value),
}

struct Action<'v> {
    path: JsonPath,
    target: &'v str,
    change: Change<'v>,
    /// The place of the target in the overlay.
    pointer: Pointer,
}

impl<'v> Action<'v> {
    fn read(action: &'v Value, pointer: &Pointer) -> Result<Self, Diagnostic> {
        if !action.is_object() {
            return Err(malformed(pointer.clone(), "an action is an object"));
        }
        if let Some(key) =
            unknown_keys(action, &["target", "description", "update", "remove"]).next()
        {
            return Err(malformed(
                pointer.child(key),
                format!("an action has no key `{key}`"),
            ));
        }
        let target_pointer = pointer.child("target");
        let Some(target) = action.get("target").and_then(Value::as_str) else {
            return Err(malformed(target_pointer, "an action needs a text `target`"));
        };
        let path = JsonPath::parse(target).map_err(|error| {
            let message = format!("`{target}` is no JSONPath: {}, at character {}", error.message(), error.position() + 1);
            Diagnostic::new(&OVERLAY_TARGET_INVALID, target_pointer.clone(), message)
                .with_help("see RFC 9535; names with other characters than letters, digits and `_` are written `['name']`")
        })?;
        let change = match (
            action.get("remove").unwrap_or(&Value::Bool(false)),
            action.get("update"),
        ) {
            // Overlay 1.0: `update` has no effect when `remove` is true.
            (Value::Bool(true), _) => Change::Remove,
            (Value::Bool(false), Some(update)) => Change::Update(update),
            (Value::Bool(false), None) => {
                return Err(malformed(
                    pointer.clone(),
                    "the action neither updates nor removes anything",
                ));
            }
            _ => {
                return Err(malformed(
                    pointer.child("remove"),
                    "`remove` is not a boolean",
                ));
            }
        };
        Ok(Self {
            path,
            target,
            change,
            pointer: target_pointer,
        })
    }

    fn apply(&self, root: &mut Value) -> Result<(), Diagnostic> {
        let mut places: Vec<String> = self
            .path
            .query_located(root)
            .locations()
            .map(|l| l.to_json_pointer())
            .collect();
        if places.is_empty() {
            let message = format!(
                "the target `{}` selects nothing in the document",
                self.target
            );
            return Err(
                Diagnostic::new(&OVERLAY_TARGET_UNMATCHED, self.pointer.clone(), message)
                    .with_help("remove the action if the document does not need it any more"),
            );
        }
        // A query may select a node twice.
        let mut seen = BTreeSet::new();
        places.retain(|place| seen.insert(place.clone()));
        match self.change {
            Change::Remove => self.remove(root, &places),
            Change::Update(update) => self.update(root, &places, update),
        }
    }

    fn remove(&self, root: &mut Value, places: &[String]) -> Result<(), Diagnostic> {
        if places.iter().any(String::is_empty) {
            return Err(self.unsuitable("the whole document cannot be removed"));
        }
        // First all are marked, then swept: no removal shifts the place of another.
        let mut holders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for place in places {
            if let Some((holder, last)) = place.rsplit_once('/') {
                holders.entry(holder).or_default().insert(last);
            }
        }
        // Deepest holders first: what is removed from a node that goes away itself does no harm.
        let mut holders: Vec<_> = holders.into_iter().collect();
        holders.sort_by_key(|(holder, _)| std::cmp::Reverse(holder.matches('/').count()));
        for (holder, lasts) in holders {
            match root.pointer_mut(holder) {
                Some(Value::Object(members)) => {
                    for last in lasts {
                        members.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
                    }
                }
                Some(Value::Array(items)) => {
                    let mut index = 0;
                    items.retain(|_| {
                        index += 1;
                        !lasts.contains((index - 1).to_string().as_str())
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn update(
        &self,
        root: &mut Value,
        places: &[String],
        update: &Value,
    ) -> Result<(), Diagnostic> {
        let added = depth(update);
        for place in places {
            if place.matches('/').count() + added > MAX_DEPTH {
                let why = format!("the document would nest deeper than {MAX_DEPTH} levels");
                return Err(self.unsuitable(&why));
            }
            match root.pointer(place) {
                Some(Value::Array(_)) => {}
                Some(Value::Object(_)) if update.is_object() => {}
                Some(Value::Object(_)) => {
                    return Err(self.unsuitable("an object is updated with something else"));
                }
                _ => {
                    return Err(
                        self.unsuitable("a value that is neither object nor array is updated")
                    );
                }
            }
        }
        // Deepest first, so that an update of a node cannot take its place from a node below it.
        let mut places: Vec<&String> = places.iter().collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.matches('/').count()));
        for place in places {
            match root.pointer_mut(place) {
                Some(Value::Array(items)) => items.push(update.clone()),
                Some(target) => merge(target, update),
                None => {}
            }
        }
        Ok(())
    }

    fn unsuitable(&self, why: &str) -> Diagnostic {
        let message = format!(
            "the target `{}` does not suit the action: {why}",
            self.target
        );
        Diagnostic::new(&OVERLAY_TARGET_UNSUITABLE, self.pointer.clone(), message)
            .with_help("let the target select the object or array that holds the value")
    }
}

/// Levels of arrays and objects.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (key, value) in update {
                match target.get_mut(key) {
                    Some(member) => merge(member, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => target.extend(update.iter().cloned()),
        (target, update) => *target = update.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Source;

    /// The document after one action, or `code at pointer`.
    fn act(document: Value, action: Value) -> Result<Value, String> {
        apply_all(
            document,
            json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]}),
        )
    }

    fn apply_all(document: Value, overlay: Value) -> Result<Value, String> {
        let mut document = Document::new(document, Source::new("document", ""));
        let diagnostics = apply(
            &mut document,
            &Document::new(overlay, Source::new("overlay", "")),
        );
        let problems: Vec<_> = diagnostics
            .iter()
            .map(|d| format!("{} {}", d.code.name, d.pointer))
            .collect();
        if problems.is_empty() {
            Ok(document.root)
        } else {
            Err(problems.join(", "))
        }
    }

    #[test]
    fn objects_merge_arrays_in_them_grow_and_values_are_replaced() {
        let document =
            json!({"a": {"keep": 1, "list": [1], "deep": {"x": 1}, "value": 1, "kind": [1]}});
        let update = json!({"list": [2], "deep": {"y": 2}, "value": null, "new": {}, "kind": "x"});
        assert_eq!(
            act(document, json!({"target": "$.a", "update": update})).unwrap(),
            json!({"a": {"keep": 1, "list": [1, 2], "deep": {"x": 1, "y": 2}, "value": null, "new": {}, "kind": "x"}})
        );
    }

    #[test]
    fn an_array_that_is_the_target_gets_one_more_item() {
        let document = json!({"tags": [{"name": "a"}]});
        assert_eq!(
            act(
                document,
                json!({"target": "$.tags", "update": {"name": "b"}})
            )
            .unwrap(),
            json!({"tags": [{"name": "a"}, {"name": "b"}]})
        );
    }

    #[test]
    fn every_selected_node_is_removed_and_no_other() {
        let document =
            json!({"a": [{"x": 1}, {"y": 1}, {"x": 1, "in": [{"x": 2}]}, 3, 4], "/~": {"x": 1}});
        assert_eq!(
            act(
                document.clone(),
                json!({"target": "$..[?@.x]", "remove": true})
            )
            .unwrap(),
            json!({"a": [{"y": 1}, 3, 4]})
        );
        assert_eq!(
            act(
                document,
                json!({"target": "$.a[0, 3, 0]", "remove": true, "update": {}})
            )
            .unwrap(),
            json!({"a": [{"y": 1}, {"x": 1, "in": [{"x": 2}]}, 4], "/~": {"x": 1}})
        );
    }

    #[test]
    fn actions_see_the_result_of_those_before_them() {
        let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "x-note": 1, "actions": [
            {"target": "$", "update": {"b": {"c": 1}}},
            {"target": "$.b", "update": {"d": 2}, "description": "why"},
            {"target": "$['a', 'b'].c", "remove": true},
        ]});
        assert_eq!(
            apply_all(json!({"a": {}}), overlay).unwrap(),
            json!({"a": {}, "b": {"d": 2}})
        );
    }

    #[test]
    fn actions_that_cannot_be_applied_are_errors_at_their_place() {
        let fails = |action| act(json!({"a": {"b": 1}}), action).unwrap_err();
        assert_eq!(
            fails(json!({"target": "$.x", "remove": true})),
            "overlay-target-unmatched /actions/0/target"
        );
        assert_eq!(
            fails(json!({"target": "$.a[", "remove": true})),
            "overlay-target-invalid /actions/0/target"
        );
        assert_eq!(
            fails(json!({"target": "$.a.b", "update": 2})),
            "overlay-target-unsuitable /actions/0/target"
        );
        assert_eq!(
            fails(json!({"target": "$.a", "update": 2})),
            "overlay-target-unsuitable /actions/0/target"
        );
        assert_eq!(
            fails(json!({"target": "$", "remove": true})),
            "overlay-target-unsuitable /actions/0/target"
        );
        assert_eq!(
            fails(json!({"target": "$.a", "remove": "yes"})),
            "overlay-malformed /actions/0/remove"
        );
        assert_eq!(
            fails(json!({"target": "$.a", "updates": {}})),
            "overlay-malformed /actions/0/updates"
        );
        assert_eq!(
            fails(json!({"target": "$.a"})),
            "overlay-malformed /actions/0"
        );
        assert_eq!(
            fails(json!({"remove": true})),
            "overlay-malformed /actions/0/target"
        );
        assert_eq!(fails(json!(1)), "overlay-malformed /actions/0");
    }

    #[test]
    fn a_document_that_is_no_overlay_is_refused() {
        let fails = |overlay| apply_all(json!({}), overlay).unwrap_err();
        assert_eq!(
            fails(json!({"overlay": "2.0.0", "other": 1, "actions": {}})),
            "overlay-malformed /overlay, overlay-malformed /info/title, overlay-malformed /info/version, \
             overlay-malformed /other, overlay-malformed /actions"
        );
    }

    #[test]
    fn no_update_nests_deeper_than_a_document_may() {
        let nested = |levels| (0..levels).fold(json!({}), |inner, _| json!({ "in": inner }));
        let update = |levels| {
            act(
                json!({"a": {}}),
                json!({"target": "$.a", "update": nested(levels)}),
            )
        };
        assert!(update(MAX_DEPTH - 2).is_ok());
        assert_eq!(
            update(MAX_DEPTH - 1),
            Err("overlay-target-unsuitable /actions/0/target".to_string())
        );
    }
}
