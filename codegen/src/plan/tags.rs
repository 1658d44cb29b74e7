//! Which properties are tags: what tells the member of a union that an object is. Knows the IR only.

use std::collections::BTreeMap;

use crate::ir::{Api, Decision, Kind, Presence, Shape, TagValue, TypeId, Union};

/// The tags of objects that are members of a union, with the value of each.
///
/// A tag is a property that must be there and has one value, which leads to this member and which nothing else does. It
/// is no field then: a field could contradict what the object is.
pub(super) fn tags(api: &Api) -> BTreeMap<(TypeId, String), String> {
    let mut tags = BTreeMap::new();
    for (_, definition) in api.types.iter() {
        if let Shape::Union(union) = &definition.shape {
            each_tag(&union.decision, &mut |property, arms| {
                tags.extend(constants(api, union, property, arms));
            });
        }
    }
    tags
}

/// Visits the decisions by a property of the object itself.
fn each_tag<'d>(
    decision: &'d Decision,
    visit: &mut impl FnMut(&'d str, &'d [(TagValue, Decision)]),
) {
    match decision {
        Decision::Undecided | Decision::Leaf(_) => {}
        Decision::Kind(arms) => arms.iter().for_each(|(_, arm)| each_tag(arm, visit)),
        Decision::Tag {
            path,
            arms,
            absent,
            other,
        } => {
            if let [property] = path.as_slice() {
                visit(property, arms);
            }
            arms.iter().for_each(|(_, arm)| each_tag(arm, visit));
            each_tag(absent, visit);
            each_tag(other, visit);
        }
        Decision::Key {
            present, absent, ..
        } => {
            each_tag(present, visit);
            each_tag(absent, visit);
        }
        Decision::PropertyKind { arms, absent, .. } => {
            arms.iter().for_each(|(_, arm)| each_tag(arm, visit));
            each_tag(absent, visit);
        }
        // The items of an array are no objects of this union.
        Decision::FirstItem { .. } => {}
    }
}

fn constants<'a>(
    api: &'a Api,
    union: &'a Union,
    property: &'a str,
    arms: &'a [(TagValue, Decision)],
) -> impl Iterator<Item = ((TypeId, String), String)> + 'a {
    arms.iter().filter_map(move |(value, decision)| {
        let (TagValue::String(value), Decision::Leaf(members)) = (value, decision) else {
            return None;
        };
        let [member] = members.as_slice() else {
            return None;
        };
        let member = union.members.get(*member)?;
        let (Kind::Named(id), false) = api.types.resolve(&member.ty) else {
            return None;
        };
        let id = api.types.body_id(*id);
        let Shape::Struct(object) = &api.types[id].shape else {
            return None;
        };
        let field = object.fields.iter().find(|field| field.wire == property)?;
        let constant = field.presence == Presence::Required && only(api, &field.ty) == Some(value);
        constant.then(|| ((id, property.to_string()), value.clone()))
    })
}

/// The only text that a type has.
fn only<'a>(api: &'a Api, ty: &'a crate::ir::Type) -> Option<&'a str> {
    let (Kind::Named(id), false) = api.types.resolve(ty) else {
        return None;
    };
    match &api.types.body(*id).shape {
        Shape::Enum(values) => match values.variants.as_slice() {
            [only] => Some(&only.value),
            _ => None,
        },
        _ => None,
    }
}

/// Whether some text as a tag leads to no member.
pub(super) fn refuses_tags(decision: &Decision) -> bool {
    match decision {
        Decision::Undecided | Decision::Leaf(_) | Decision::FirstItem { .. } => false,
        Decision::Kind(arms) => arms.iter().any(|(_, arm)| refuses_tags(arm)),
        Decision::Tag {
            arms,
            absent,
            other,
            ..
        } => {
            refuses_text(arms, other)
                || arms.iter().any(|(_, arm)| refuses_tags(arm))
                || refuses_tags(absent)
                || refuses_tags(other)
        }
        Decision::Key {
            present, absent, ..
        } => refuses_tags(present) || refuses_tags(absent),
        Decision::PropertyKind { arms, absent, .. } => {
            arms.iter().any(|(_, arm)| refuses_tags(arm)) || refuses_tags(absent)
        }
    }
}

/// Whether a decision by text refuses every other text.
pub(crate) fn refuses_text(arms: &[(TagValue, Decision)], other: &Decision) -> bool {
    let by_text = arms
        .iter()
        .any(|(value, _)| matches!(value, TagValue::String(_)));
    by_text && matches!(other, Decision::Leaf(members) if members.is_empty())
}
