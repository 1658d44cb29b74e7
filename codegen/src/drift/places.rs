//! The node that a way into a message leads to. Knows how schemas lie in each other in a document, and nothing more.
//!
//! Inline schemas of one operation that say the same are one definition in the IR, which knows one of their places.
//! When that is another one than the message at hand, the right one is looked for here.

use serde_json::Value;

use super::types::Step;
use crate::document::Document;
use crate::pointer::Pointer;

/// References of references end here, should they go in circles.
const MAX_REFERENCES: usize = 32;

/// The node at the end of a way, when the known one is inline in another message.
pub(super) fn corrected(
    document: &Document,
    base: &Pointer,
    path: &[Step<'_>],
    known: &Pointer,
) -> Option<Pointer> {
    let inside = |outer: &Pointer| known.as_str().starts_with(outer.as_str());
    if !known.as_str().starts_with("/paths/") || inside(base) {
        return None;
    }
    find(document, base.child("schema"), path)
}

fn find(document: &Document, mut at: Pointer, path: &[Step<'_>]) -> Option<Pointer> {
    let mut node = document.get(&at)?;
    let Some((step, rest)) = path.split_first() else {
        return Some(at);
    };
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
            break;
        };
        at = Pointer::from_reference(reference)?;
        node = document.get(&at)?;
    }
    let next = match step {
        Step::Property(name) => at.child("properties").child(name),
        Step::Item => at.child("items"),
        Step::Value => at.child("additionalProperties"),
        Step::Member(_) => return None,
    };
    if document.get(&next).is_some() {
        return find(document, next, rest);
    }
    let parts = node
        .get("allOf")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    (0..parts).find_map(|part| find(document, at.child("allOf").index(part), path))
}
