//! Brings the members of unions into the shape that the decision is made for: flat, all different.
//!
//! A union inside a union is dissolved when it is anonymous. A component stays a member of its own, with
//! its name, unless one of its members stands beside it as well. A nested union whose discriminator maps
//! values (or that the outer discriminator maps values to) stays too: dissolving it would lose the mapping.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::ir::{
    Api, Array, Discriminator, Kind, Member, Place, Shape, Type, TypeId, Types, Union,
};

use super::form::{Form, Forms};
use super::same::same_type;

/// See [`Code::explanation`].
pub(in crate::passes) static MAPPING_CONFLICT: Code = Code {
    name: "discriminator-mapping-conflict",
    severity: Severity::Warning,
    explanation: "A discriminator maps a value to a member whose own constants exclude it; \
                  the constants count, because servers send them, and the entry is ignored.",
};

/// See [`Code::explanation`].
pub(in crate::passes) static MEMBERS_ALIKE: Code = Code {
    name: "members-alike",
    severity: Severity::Warning,
    explanation: "Two components in a union have the same structure, and no constant and no mapping tells them apart; the \
                  first stands for both.",
};

/// The normal form of a definition that is a union; `None` when it is not.
pub(super) fn normalise(api: &Api, id: TypeId) -> Option<Shape> {
    let Shape::Union(union) = &api.types[id].shape else {
        return None;
    };
    let mapping = known_mapping(union);
    let entries = flatten(&api.types, id, union);
    let (members, mapping) = deduplicate(&api.types, entries, mapping);
    if let Some(ty) = simpler(&api.types, union, &members) {
        return Some(Shape::Alias(ty));
    }
    Some(Shape::Union(Union {
        members,
        discriminator: union.discriminator.as_ref().map(|d| Discriminator {
            property: d.property.clone(),
            mapping,
        }),
        ..union.clone()
    }))
}

/// A member on its way, with its index in the union as the document has it.
struct Entry {
    origin: usize,
    member: Member,
}

/// The mapping without what points nowhere.
fn known_mapping(union: &Union) -> Vec<(String, usize)> {
    let mapping = union.discriminator.iter().flat_map(|d| &d.mapping);
    let known = mapping.filter(|(_, index)| *index < union.members.len());
    known.cloned().collect()
}

fn flatten(types: &Types, id: TypeId, union: &Union) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let itself = |member: &Member| nested_union(types, &member.ty).is_some_and(|(of, _)| of == id);
    for (origin, member) in union.members.iter().enumerate() {
        if itself(member) {
            continue; // It adds no value, whatever maps to it.
        }
        let mapped = union.discriminator.iter().flat_map(|d| &d.mapping);
        let keep = mapped.into_iter().any(|(_, index)| *index == origin);
        let member = member.clone();
        if keep {
            entries.push(Entry { origin, member });
        } else {
            dissolve(
                types,
                Entry { origin, member },
                &mut vec![id],
                &is_inline,
                &mut entries,
            );
        }
    }
    while let Some(at) = repeating(types, &entries) {
        let entry = entries.remove(at);
        let mut inner = Vec::new();
        dissolve(types, entry, &mut vec![id], &|_, _| true, &mut inner);
        entries.splice(at..at, inner);
    }
    entries
}

fn is_inline(types: &Types, id: TypeId) -> bool {
    !matches!(types[id].place, Place::Component(_))
}

/// Puts an entry, or the members of the union that it is, into the list.
fn dissolve(
    types: &Types,
    entry: Entry,
    visiting: &mut Vec<TypeId>,
    wanted: &dyn Fn(&Types, TypeId) -> bool,
    entries: &mut Vec<Entry>,
) {
    let Some((id, union)) = nested_union(types, &entry.member.ty) else {
        entries.push(entry);
        return;
    };
    if visiting.contains(&id) {
        return; // A union inside itself adds no value.
    }
    if !wanted(types, id) || !dissolvable(union) {
        entries.push(entry);
        return;
    }
    visiting.push(id);
    for member in &union.members {
        let entry = Entry {
            origin: entry.origin,
            member: member.clone(),
        };
        dissolve(types, entry, visiting, wanted, entries);
    }
    visiting.pop();
}

fn dissolvable(union: &Union) -> bool {
    union
        .discriminator
        .as_ref()
        .is_none_or(|d| d.mapping.is_empty())
}

/// The union that a type is, through aliases.
fn nested_union<'a>(types: &'a Types, ty: &Type) -> Option<(TypeId, &'a Union)> {
    let mut ty = ty;
    // An alias of itself ends somewhere too.
    for _ in 0..32 {
        let Kind::Named(id) = ty.kind else {
            return None;
        };
        if ty.nullable {
            return None;
        }
        match &types[id].shape {
            Shape::Alias(alias) => ty = alias,
            Shape::Union(union) => return Some((id, union)),
            _ => return None,
        }
    }
    None
}

/// A nested union that holds, at any depth, something that another entry is or holds.
fn repeating(types: &Types, entries: &[Entry]) -> Option<usize> {
    let nested =
        |entry: &Entry| nested_union(types, &entry.member.ty).is_some_and(|(_, u)| dissolvable(u));
    if !entries.iter().any(nested) {
        return None;
    }
    let parts: Vec<Vec<Entry>> = entries
        .iter()
        .map(|entry| {
            let mut parts = Vec::new();
            let entry = Entry {
                origin: entry.origin,
                member: entry.member.clone(),
            };
            dissolve(types, entry, &mut Vec::new(), &|_, _| true, &mut parts);
            parts
        })
        .collect();
    (0..entries.len()).find(|at| {
        nested(&entries[*at])
            && parts.iter().enumerate().any(|(other, other_parts)| {
                other != *at
                    && parts[*at].iter().any(|a| {
                        other_parts
                            .iter()
                            .any(|b| same_type(types, &a.member.ty, &b.member.ty))
                    })
            })
    })
}

/// Drops impossible and repeated members, and gives the mapping the new indices.
fn deduplicate(
    types: &Types,
    entries: Vec<Entry>,
    mapping: Vec<(String, usize)>,
) -> (Vec<Member>, Vec<(String, usize)>) {
    let mut members: Vec<Member> = Vec::new();
    let mut moved: Vec<(usize, usize)> = Vec::new();
    for Entry { origin, member } in entries {
        if member.ty.kind == Kind::Never && !member.ty.nullable {
            continue;
        }
        let twin = members.iter().enumerate().position(|(at, kept)| {
            same_type(types, &kept.ty, &member.ty) && !told(&mapping, &moved, at, origin)
        });
        let at = twin.unwrap_or(members.len());
        moved.push((origin, at));
        match members.get_mut(at) {
            None => members.push(member),
            // Of two alike, the one that has a name of its own.
            Some(kept) if !is_component(types, kept) && is_component(types, &member) => {
                *kept = member
            }
            Some(_) => {}
        }
    }
    let mut mapped = Vec::new();
    for (value, origin) in mapping {
        for (_, at) in moved.iter().filter(|(from, _)| *from == origin) {
            if !mapped.contains(&(value.clone(), *at)) {
                mapped.push((value.clone(), *at));
            }
        }
    }
    (members, mapped)
}

/// Whether a mapping gives values to a new member (by its origin) and others to one that is kept: they are two, however
/// alike they look.
fn told(mapping: &[(String, usize)], moved: &[(usize, usize)], kept: usize, origin: usize) -> bool {
    let of = |origins: &[usize]| -> Vec<&str> {
        let own = mapping.iter().filter(|(_, at)| origins.contains(at));
        own.map(|(value, _)| value.as_str()).collect()
    };
    let kept: Vec<usize> = moved
        .iter()
        .filter(|(_, at)| *at == kept)
        .map(|(from, _)| *from)
        .collect();
    let (ours, theirs) = (of(&[origin]), of(&kept));
    !ours.is_empty() && !theirs.is_empty() && ours.iter().all(|value| !theirs.contains(value))
}

/// The components of a union that have the same structure as an earlier one, though the document gives both a name.
pub(super) fn alike(api: &Api, id: TypeId) -> Vec<Diagnostic> {
    let Shape::Union(union) = &api.types[id].shape else {
        return Vec::new();
    };
    let mapping = known_mapping(union);
    let mut found = Vec::new();
    for (at, member) in union.members.iter().enumerate() {
        let twin = union.members[..at].iter().enumerate().find(|(kept, twin)| {
            is_component(&api.types, twin)
                && is_component(&api.types, member)
                && twin.ty != member.ty
                && same_type(&api.types, &twin.ty, &member.ty)
                && !told(&mapping, &[(*kept, *kept)], *kept, at)
        });
        if let Some((_, twin)) = twin {
            let (first, second) = (named(api, twin), named(api, member));
            let message = format!(
                "{first} and {second} have the same structure, and nothing tells them apart: values are read as the former"
            );
            found.push(
                Diagnostic::new(&MEMBERS_ALIKE, member.pointer.clone(), message).with_help(
                    "a discriminator with a mapping, or a property with one value each, tells them apart",
                ),
            );
        }
    }
    found
}

/// What the document calls the definition of a member.
fn named(api: &Api, member: &Member) -> String {
    match member.ty.kind {
        Kind::Named(id) => match &api.types[id].place {
            Place::Component(name) => format!("`{name}`"),
            _ => "a member".to_string(),
        },
        _ => "a member".to_string(),
    }
}

fn is_component(types: &Types, member: &Member) -> bool {
    matches!(member.ty.kind, Kind::Named(id) if !is_inline(types, id))
}

/// What a union with these members is, when it needs no union.
fn simpler(types: &Types, union: &Union, members: &[Member]) -> Option<Type> {
    match members {
        [] => Some(Type::new(Kind::Never)),
        [only] => Some(only.ty.clone()),
        [a, b] if union.discriminator.is_none() => {
            one_or_many(types, &a.ty, &b.ty).or_else(|| one_or_many(types, &b.ty, &a.ty))
        }
        _ => None,
    }
}

fn one_or_many(types: &Types, one: &Type, many: &Type) -> Option<Type> {
    let Kind::Array(Array {
        items,
        size,
        unique: false,
    }) = &many.kind
    else {
        return None;
    };
    let forms = Forms::new(types).of(one);
    let is_array = forms
        .iter()
        .any(|f| matches!(f, Form::Array(..) | Form::Any));
    if one.nullable || many.nullable || is_array || !same_type(types, one, items) {
        return None;
    }
    Some(Type::new(Kind::OneOrMany(items.clone(), *size)))
}

/// Takes out of mappings what the mapped member cannot hold: its own constants are the better witness.
pub(super) fn check_mappings(api: &mut Api) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut checked = Vec::new();
    let forms = Forms::new(&api.types);
    for (id, definition) in api.types.iter() {
        let Shape::Union(union) = &definition.shape else {
            continue;
        };
        let Some(discriminator) = union
            .discriminator
            .as_ref()
            .filter(|d| !d.mapping.is_empty())
        else {
            continue;
        };
        let holds = |value: &str, index: usize| {
            let forms = &forms;
            let key = discriminator.property.as_str();
            let slots = forms.of(&union.members[index].ty);
            slots.into_iter().any(|form| forms.can_be(form, key, value))
        };
        let (kept, refused): (Vec<_>, Vec<_>) = discriminator
            .mapping
            .iter()
            .cloned()
            .partition(|(value, index)| holds(value, *index));
        for (value, index) in &refused {
            let message = format!(
                "the discriminator maps \"{value}\" to {}, whose `{}` cannot be \"{value}\"",
                union.members[*index].pointer, discriminator.property
            );
            diagnostics.push(Diagnostic::new(
                &MAPPING_CONFLICT,
                definition.pointer.clone(),
                message,
            ));
        }
        if !refused.is_empty() {
            checked.push((id, kept));
        }
    }
    for (id, kept) in checked {
        if let Shape::Union(Union {
            discriminator: Some(d),
            ..
        }) = &mut api.types[id].shape
        {
            d.mapping = kept;
        }
    }
    diagnostics
}
