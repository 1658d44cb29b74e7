//! What objects have in common, and where in a message they stand. Knows the IR only.

use std::collections::{BTreeMap, BTreeSet};

use super::words::words;
use crate::ir::{Api, Field, Kind, Shape, Type, TypeId};

use super::path::singular_words;

/// The properties of an object, or of all members of a union of objects.
pub(super) type Properties<'a> = BTreeMap<&'a str, &'a Type>;

/// What a type is, seen through its names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outline<'a> {
    /// An object (or a union of objects); the properties may be none that are known.
    Object,
    /// An array of these.
    Array(&'a Type),
    /// A text, a number or a boolean.
    Scalar,
    /// Any JSON value.
    Any,
}

/// Follows names to what a type is; `None` for bytes, for a type of the user's own, and for unions of different things.
pub(super) fn outline<'a>(api: &'a Api, ty: &'a Type) -> Option<Outline<'a>> {
    let mut seen = BTreeSet::new();
    outline_once(api, ty, &mut seen)
}

fn outline_once<'a>(
    api: &'a Api,
    ty: &'a Type,
    seen: &mut BTreeSet<TypeId>,
) -> Option<Outline<'a>> {
    match &ty.kind {
        Kind::Any { .. } => Some(Outline::Any),
        Kind::Object(_) | Kind::Map(..) => Some(Outline::Object),
        Kind::Array(array) => Some(Outline::Array(&array.items)),
        Kind::Boolean { .. } | Kind::Integer(_) | Kind::Number(_) | Kind::String(_) => {
            Some(Outline::Scalar)
        }
        Kind::OneOrMany(inner, _) => Some(Outline::Array(inner)),
        Kind::Named(id) => {
            if !seen.insert(*id) {
                return None;
            }
            match shape(api, *id) {
                Shape::Alias(ty) => outline_once(api, ty, seen),
                Shape::Enum(_) => Some(Outline::Scalar),
                Shape::Struct(_) => Some(Outline::Object),
                Shape::Union(union) => {
                    let outlines = union.members.iter().map(|m| outline_once(api, &m.ty, seen));
                    let outlines: Option<Vec<Outline<'a>>> = outlines.collect();
                    let outlines = outlines?;
                    let first = *outlines.first()?;
                    let alike = |outline: &Outline<'_>| {
                        matches!(
                            (outline, first),
                            (Outline::Object, Outline::Object)
                                | (Outline::Scalar, Outline::Scalar)
                                | (Outline::Array(_), Outline::Array(_))
                        )
                    };
                    outlines.iter().all(alike).then_some(first)
                }
            }
        }
        Kind::Null | Kind::Never | Kind::Base64 | Kind::Binary(_) | Kind::Replaced(_) => None,
    }
}

fn shape(api: &Api, id: TypeId) -> &Shape {
    &api.types.body(id).shape
}

/// The properties of a type; none when it is no object.
pub(super) fn properties<'a>(api: &'a Api, ty: &'a Type) -> Properties<'a> {
    let mut found = BTreeMap::new();
    gather(api, ty, &mut found, &mut BTreeSet::new());
    found
}

fn gather<'a>(api: &'a Api, ty: &'a Type, found: &mut Properties<'a>, seen: &mut BTreeSet<TypeId>) {
    let Kind::Named(id) = &ty.kind else { return };
    if !seen.insert(*id) {
        return;
    }
    match shape(api, *id) {
        Shape::Alias(ty) => gather(api, ty, found, seen),
        Shape::Struct(object) => {
            for Field { wire, ty, .. } in &object.fields {
                found.entry(wire).or_insert(ty);
            }
        }
        Shape::Union(union) => {
            for member in &union.members {
                gather(api, &member.ty, found, seen);
            }
        }
        Shape::Enum(_) => {}
    }
}

/// The defaults that the properties of an object have in the document.
pub(super) fn defaults(api: &Api, ty: &Type) -> Vec<(String, serde_json::Value)> {
    let Kind::Named(id) = &ty.kind else {
        return Vec::new();
    };
    match shape(api, *id) {
        Shape::Struct(object) => {
            let fields = object.fields.iter();
            let default = |field: &Field| Some((field.wire.clone(), field.docs.default.clone()?));
            fields.filter_map(default).collect()
        }
        // Which member it is, is not known before it is sent.
        _ => Vec::new(),
    }
}

/// The properties of a definition, such as a group of parameters.
pub(super) fn members(api: &Api, id: TypeId) -> Properties<'_> {
    match shape(api, id) {
        Shape::Struct(object) => {
            let fields = object.fields.iter();
            fields
                .map(|field| (field.wire.as_str(), &field.ty))
                .collect()
        }
        _ => BTreeMap::new(),
    }
}

/// Whether values of a type are numbers (`true`) or text (`false`); `None` when they are neither.
pub(super) fn is_number(api: &Api, ty: &Type) -> Option<bool> {
    let mut ty = ty;
    for _ in api.types.ids() {
        match &ty.kind {
            Kind::Integer(_) | Kind::Number(_) => return Some(true),
            Kind::String(_) => return Some(false),
            Kind::Named(id) => match shape(api, *id) {
                Shape::Alias(inner) => ty = inner,
                _ => return None,
            },
            _ => return None,
        }
    }
    None
}

/// Whether values of this type can tell one item from another: text and numbers without a list of values.
pub(super) fn identifies(api: &Api, ty: &Type) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![ty]);
    while let Some(ty) = open.pop() {
        let fits = match &ty.kind {
            Kind::String(_) | Kind::Any { .. } => true,
            Kind::Integer(rules) => rules.allowed.is_empty(),
            Kind::Number(rules) => rules.allowed.is_empty(),
            // A union inside itself adds no value.
            Kind::Named(id) if !seen.insert(*id) => true,
            Kind::Named(id) => match shape(api, *id) {
                Shape::Alias(ty) => {
                    open.push(ty);
                    true
                }
                Shape::Union(union) => {
                    open.extend(union.members.iter().map(|member| &member.ty));
                    true
                }
                Shape::Struct(_) | Shape::Enum(_) => false,
            },
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    true
}

/// The property that a parameter of the path names. Only the parameters that stand last may be the item's own `id`.
pub(super) fn identified<'a>(
    api: &Api,
    properties: &Properties<'a>,
    parameter: &str,
    collection: &str,
    own: bool,
) -> Option<&'a str> {
    let usable = |name: &&'a str| {
        let ty = properties.get(*name);
        ty.is_some_and(|ty| matches!(outline(api, ty), Some(Outline::Scalar | Outline::Any)))
    };
    let with_words = |wanted: &[String]| {
        let mut names = properties.keys().copied().filter(usable);
        names.find(|name| words(name) == wanted)
    };
    let spoken = words(parameter);
    if let Some(name) = with_words(&spoken) {
        return Some(name);
    }
    if !own {
        return None;
    }
    let collection = singular_words(collection);
    let rest = spoken.strip_prefix(collection.as_slice());
    rest.and_then(with_words)
        .or_else(|| with_words(&spoken[spoken.len().saturating_sub(1)..]))
}

/// Whether two objects are the same thing to a reader: three quarters of the smaller one's properties are in the other, too.
pub(super) fn related(a: &Properties<'_>, b: &Properties<'_>) -> bool {
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    let common = a.keys().filter(|key| b.contains_key(*key)).count();
    common * 4 >= a.len().min(b.len()) * 3
}

/// Whether an object can be a part of another: at least half of its properties are properties of the other.
pub(super) fn part_of(part: &Properties<'_>, whole: &Properties<'_>) -> bool {
    let common = part.keys().filter(|key| whole.contains_key(*key)).count();
    !part.is_empty() && common * 2 >= part.len()
}

/// Where a list of items stands in a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed<'a> {
    /// The way to the list.
    pub(super) way: Vec<String>,
    /// Its items.
    pub(super) items: Option<&'a Type>,
}

/// The list in a message whose items are wanted: the message itself, or a property of it, or of an object in it.
pub(super) fn list<'a>(
    api: &'a Api,
    ty: &'a Type,
    wanted: &dyn Fn(&'a Type) -> bool,
) -> Option<Listed<'a>> {
    list_below(api, ty, wanted, 2)
}

fn list_below<'a>(
    api: &'a Api,
    ty: &'a Type,
    wanted: &dyn Fn(&'a Type) -> bool,
    depth: u32,
) -> Option<Listed<'a>> {
    if let Some(Outline::Array(items)) = outline(api, ty) {
        let found = Listed {
            way: Vec::new(),
            items: Some(items),
        };
        return wanted(items).then_some(found);
    }
    let depth = depth.checked_sub(1)?;
    let properties = properties(api, ty);
    // The lists of the object itself before those of objects inside it.
    let is_list = |ty: &&Type| matches!(outline(api, ty), Some(Outline::Array(_)));
    let (lists, others): (Vec<_>, Vec<_>) = properties.into_iter().partition(|(_, ty)| is_list(ty));
    lists.into_iter().chain(others).find_map(|(name, ty)| {
        let mut found = list_below(api, ty, wanted, depth)?;
        found.way.insert(0, name.to_string());
        Some(found)
    })
}

/// The way to the object in a message that is wanted: the message itself, or the one property of it that fits.
pub(super) fn one<'a>(
    api: &'a Api,
    ty: &'a Type,
    wanted: &dyn Fn(&Properties<'a>) -> bool,
) -> Option<Vec<String>> {
    let own = properties(api, ty);
    if wanted(&own) {
        return Some(Vec::new());
    }
    let mut inside = own.iter().filter(|(_, ty)| {
        matches!(outline(api, ty), Some(Outline::Object)) && wanted(&properties(api, ty))
    });
    match (inside.next(), inside.next()) {
        (Some((name, _)), None) => Some(vec![(*name).to_string()]),
        _ => None,
    }
}

/// The way to a number in a message whose name says these words (the last of them at least), for totals and pages.
pub(super) fn number<'a>(
    api: &'a Api,
    ty: &'a Type,
    wanted: &dyn Fn(&[String]) -> bool,
) -> Option<Vec<String>> {
    let own = properties(api, ty);
    let is_number = |ty: &Type| is_number(api, ty) == Some(true);
    let mut names = own.iter().filter(|(_, ty)| is_number(ty));
    if let Some((name, _)) = names.find(|(name, _)| wanted(&words(name))) {
        return Some(vec![(*name).to_string()]);
    }
    own.iter().find_map(|(name, ty)| {
        let inner = properties(api, ty);
        let mut names = inner.iter().filter(|(_, ty)| is_number(ty));
        let (last, _) = names.find(|(name, _)| wanted(&words(name)))?;
        Some(vec![(*name).to_string(), (*last).to_string()])
    })
}

/// The type at the end of a way.
pub(super) fn at<'a>(api: &'a Api, ty: &'a Type, way: &[String]) -> Option<&'a Type> {
    way.iter().try_fold(ty, |ty, step| {
        properties(api, ty).get(step.as_str()).copied()
    })
}
