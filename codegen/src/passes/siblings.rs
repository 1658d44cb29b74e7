//! Unions whose member a property beside them tells, as the settings say. Knows the IR and the settings.
//!
//! What the member is when the property is not there, or has a value that the settings do not map, the union itself
//! decides.

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Field, Kind, Member, Shape, Struct, Told, ToldBy, Type, TypeId, Types};
use crate::settings::{Settings, UNMATCHED_SETTING};

/// Sets `told` of the properties that the settings speak of.
pub fn run(api: &mut Api) {
    let mut found: Vec<(TypeId, usize, Told)> = Vec::new();
    for (id, definition) in api.types.iter() {
        let Shape::Struct(object) = &definition.shape else {
            continue;
        };
        for (index, field) in object.fields.iter().enumerate() {
            let by = api.siblings.get(field.pointer.as_str());
            let told = by.and_then(|by| told(&api.types, object, field, by).ok());
            found.extend(told.map(|told| (id, index, told)));
        }
    }
    for (id, index, told) in found {
        if let Shape::Struct(object) = &mut api.types[id].shape {
            object.fields[index].told = Some(told);
        }
    }
}

/// Entries that tell nothing, with what is wrong with them.
pub fn unmatched(api: &Api, settings: &Settings) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for (pointer, by) in &api.siblings {
        if let Err(message) = entry(api, pointer, by) {
            let problem = settings.problem(
                &UNMATCHED_SETTING,
                &["discriminators", pointer],
                format!("`{pointer}` {message}"),
            );
            diagnostics.push(problem.with_help("mend or remove the entry of `[discriminators]`"));
        }
    }
    diagnostics
}

fn entry(api: &Api, pointer: &str, by: &ToldBy) -> Result<(), String> {
    let objects = api.types.iter().filter_map(|(_, d)| match &d.shape {
        Shape::Struct(object) => Some(object),
        Shape::Alias(_) | Shape::Enum(_) | Shape::Union(_) => None,
    });
    let mut fields = objects.flat_map(|object| object.fields.iter().map(move |f| (object, f)));
    let (object, field) = fields
        .find(|(_, field)| field.pointer.as_str() == pointer)
        .ok_or("is not the schema of a property of an object")?;
    told(&api.types, object, field, by).map(drop)
}

/// What the property beside a union says of it.
fn told(types: &Types, object: &Struct, field: &Field, by: &ToldBy) -> Result<Told, String> {
    let tag = object.fields.iter().find(|f| f.wire == by.property);
    let tag = tag.ok_or_else(|| format!("has no property `{}` beside it", by.property))?;
    if !is_text(types, &tag.ty) {
        return Err(format!("is told by `{}`, which is no text", by.property));
    }
    let union = types.union_of(&field.ty).ok_or("is no union")?;
    let members = by.mapping.iter().map(|(value, target)| {
        let mut members = union.members.iter();
        let index = members.position(|member| is_called(types, member, target));
        let index = index.ok_or_else(|| {
            let own = union.members.iter().filter_map(|m| names(types, m).pop());
            let own: Vec<String> = own.map(|name| format!("`{name}`")).collect();
            let known = own.join(", ");
            format!("maps `{value}` to `{target}`, which is none of its members: {known}")
        })?;
        Ok((value.clone(), index))
    });
    let members = members.collect::<Result<Vec<_>, String>>()?;
    if members.is_empty() {
        return Err("maps no value to a member".to_string());
    }
    Ok(Told {
        property: by.property.clone(),
        members,
    })
}

fn is_text(types: &Types, ty: &Type) -> bool {
    match types.resolve(ty).0 {
        Kind::String(_) => true,
        Kind::Named(id) => matches!(types.body(*id).shape, Shape::Enum(_)),
        _ => false,
    }
}

fn is_called(types: &Types, member: &Member, target: &str) -> bool {
    names(types, member).iter().any(|name| name == target)
}

/// The pointers that a member can be spoken of by: where it stands, and what it refers to.
fn names(types: &Types, member: &Member) -> Vec<String> {
    let mut names = vec![member.pointer.to_string()];
    let mut ty = &member.ty;
    // Bounded, since aliases may go in a circle.
    for _ in types.ids() {
        let Kind::Named(id) = &ty.kind else {
            break;
        };
        names.push(types[*id].pointer.to_string());
        let Shape::Alias(inner) = &types[*id].shape else {
            break;
        };
        ty = inner;
    }
    names
}
