//! Which paths are collections and items, and what an item is. Knows the IR only.
//!
//! An item path ends in a parameter and has a `GET` that answers with an object, bare or as the one property of an
//! envelope; the collection path is what comes before that parameter. Nothing is known of names: a resource is a
//! resource by its shape.

use std::collections::BTreeMap;

use super::place;
use crate::ir::{
    Api, BodyFormat, Content, Kind, Location, ModuleId, Operation, Shape, Status, Struct, Type,
    TypeId, Types,
};

/// Properties that hold a list of whatever a collection has.
const LISTS: &[&str] = &["items", "data", "results", "list", "values", "hits"];

/// A collection and its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The group of the operation that answers with an item.
    pub module: ModuleId,
    /// The path of the collection, such as `/api/cases`; operations may or may not have it.
    pub collection: String,
    /// The path of an item, such as `/api/cases/{caseId}`.
    pub item: String,
    /// The parameter that tells the items, such as `caseId`.
    pub parameter: String,
    /// The property of the answer that holds the item; `None` when the answer is the item.
    pub envelope: Option<String>,
    /// The definition of an item.
    pub definition: TypeId,
    /// The operation (index in [`Api::operations`]) that answers with an item.
    pub operation: usize,
}

/// Every resource, ordered by path.
pub fn find(api: &Api) -> Vec<Resource> {
    let found = api.operations.iter().enumerate();
    let found = found.filter_map(|(index, operation)| resource(api, index, operation));
    let by_path: BTreeMap<String, Resource> =
        found.map(|found| (found.item.clone(), found)).collect();
    by_path.into_values().collect()
}

fn resource(api: &Api, index: usize, operation: &Operation) -> Option<Resource> {
    if operation.method != "get" {
        return None;
    }
    let (collection, parameter) = split(&operation.path)?;
    let declared = operation
        .parameters
        .iter()
        .any(|p| p.location == Location::Path && p.wire == parameter);
    let (envelope, definition) = item(&api.types, success(operation)?.ty.as_ref()?)?;
    declared.then(|| Resource {
        module: operation.module,
        collection: collection.to_string(),
        item: operation.path.clone(),
        parameter: parameter.to_string(),
        envelope: envelope.map(String::from),
        definition,
        operation: index,
    })
}

/// An item path as its collection and the name of its last parameter.
fn split(path: &str) -> Option<(&str, &str)> {
    let (collection, last) = path.rsplit_once('/')?;
    let parameter = last.strip_prefix('{')?.strip_suffix('}')?;
    let parameter = parameter.strip_suffix('?').unwrap_or(parameter);
    (!parameter.contains(['{', '}']) && !collection.is_empty()).then_some((collection, parameter))
}

/// The JSON body of the first success that has one.
pub fn success(operation: &Operation) -> Option<&Content> {
    let successes = operation
        .responses
        .iter()
        .filter(|response| is_success(response.status));
    let mut bodies = successes.flat_map(|response| &response.content);
    bodies.find(|content| content.format == BodyFormat::Json && content.ty.is_some())
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(200..=299) | Status::Class(2))
}

/// The definition of an object, and the property of an envelope that holds it.
pub fn item<'t>(types: &'t Types, body: &'t Type) -> Option<(Option<&'t str>, TypeId)> {
    let id = definition(types, body)?;
    if let Some((property, inner)) = envelope(types, id) {
        return Some((Some(property), inner));
    }
    let has_properties = match &types.body(id).shape {
        Shape::Struct(object) => !object.fields.is_empty(),
        Shape::Union(_) => place::scalar_union_name(&types.body(id).shape).is_none(),
        Shape::Alias(_) | Shape::Enum(_) => false,
    };
    has_properties.then_some((None, id))
}

/// The only property of an inline object whose value is an object.
fn envelope(types: &Types, id: TypeId) -> Option<(&str, TypeId)> {
    let [field] = object(types, id)?.fields.as_slice() else {
        return None;
    };
    let inner = definition(types, &field.ty)?;
    let is_object = matches!(types.body(inner).shape, Shape::Struct(_) | Shape::Union(_));
    (is_object && place::is_inline(types, id)).then_some((&field.wire, inner))
}

/// The items of a list: the body itself, or a property of it that says so or is called like `collection` accepts.
pub fn list<'t>(
    types: &'t Types,
    body: &'t Type,
    collection: impl Fn(&str) -> bool,
) -> Option<&'t Type> {
    if let Kind::Array(array) = types.resolve(body).0 {
        return Some(&array.items);
    }
    let object = object(types, definition(types, body)?)?;
    let mut fields = object.fields.iter();
    fields.find_map(|field| match types.resolve(&field.ty).0 {
        Kind::Array(array) if LISTS.contains(&field.wire.as_str()) || collection(&field.wire) => {
            Some(&*array.items)
        }
        _ => None,
    })
}

fn definition(types: &Types, ty: &Type) -> Option<TypeId> {
    match types.resolve(ty).0 {
        Kind::Named(id) => Some(*id),
        _ => None,
    }
}

fn object(types: &Types, id: TypeId) -> Option<&Struct> {
    match &types.body(id).shape {
        Shape::Struct(object) => Some(object),
        _ => None,
    }
}
