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

/// Properties that hold the item of an envelope which says more than that.
const ITEMS: &[&str] = &["data", "item", "result"];

/// More properties are no envelope.
const LARGEST_ENVELOPE: usize = 3;

/// The property of an inline object whose value is the item: the only one, or one that says so beside a few others.
fn envelope(types: &Types, id: TypeId) -> Option<(&str, TypeId)> {
    let fields = object(types, id)?.fields.as_slice();
    let field = match fields {
        [only] => only,
        few if few.len() <= LARGEST_ENVELOPE => few
            .iter()
            .find(|field| ITEMS.contains(&field.wire.as_str()))?,
        _ => return None,
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

/// A collection whose operations show its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Collection<'a> {
    /// The group.
    pub(crate) module: ModuleId,
    /// The path.
    pub(crate) path: &'a str,
    /// Where operations show an item of the structure that an item has.
    pub(crate) items: Vec<TypeId>,
}

/// How an operation shows an item; what says most comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    /// `GET` of an item.
    Fetched,
    /// `PUT` of an item.
    Replaced,
    /// `PATCH` of an item.
    Changed,
    /// `POST` to a collection or an item.
    Made,
    /// An element of the list that `GET` of a collection answers with.
    Listed,
}

/// A place where an operation shows an item.
struct Shown<'a> {
    module: ModuleId,
    collection: &'a str,
    how: Shows,
    item: TypeId,
}

/// Every collection with the structure of its items: that which `GET` answers with. Where there is no such operation,
/// the one that the others agree on, so that the answer stays the same when an operation goes.
pub(crate) fn collections<'a>(
    api: &'a Api,
    class: &dyn Fn(TypeId) -> usize,
) -> Vec<Collection<'a>> {
    let mut all: BTreeMap<(ModuleId, &str), Vec<Shown<'a>>> = BTreeMap::new();
    for operation in &api.operations {
        if let Some(shown) = shown(api, operation) {
            all.entry((shown.module, shown.collection))
                .or_default()
                .push(shown);
        }
    }
    all.into_values()
        .filter_map(|shown| collection(&api.types, shown, class))
        .collect()
}

fn collection<'a>(
    types: &Types,
    mut shown: Vec<Shown<'a>>,
    class: &dyn Fn(TypeId) -> usize,
) -> Option<Collection<'a>> {
    shown.retain(|shown| shown.how == Shows::Fetched || is_rich(types, shown.item));
    shown.sort_by_key(|shown| shown.how);
    let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
    for shown in &shown {
        *votes.entry(class(shown.item)).or_default() += 1;
    }
    let told = |shown: &&Shown<'_>| {
        votes[&class(shown.item)] > 1 || matches!(shown.how, Shows::Replaced | Shows::Changed)
    };
    let fetched = shown.iter().find(|shown| shown.how == Shows::Fetched);
    let most = shown
        .iter()
        .filter(told)
        .max_by_key(|shown| (votes[&class(shown.item)], std::cmp::Reverse(shown.how)));
    let best = fetched.or(most)?;
    let (module, path, wanted) = (best.module, best.collection, class(best.item));
    let items = shown
        .iter()
        .map(|shown| shown.item)
        .filter(|id| class(*id) == wanted)
        .collect();
    Some(Collection {
        module,
        path,
        items,
    })
}

/// Whether an object is more than an acknowledgement.
fn is_rich(types: &Types, id: TypeId) -> bool {
    match &types.body(id).shape {
        Shape::Struct(object) => object.fields.len() > LARGEST_ENVELOPE,
        Shape::Union(_) => true,
        Shape::Alias(_) | Shape::Enum(_) => false,
    }
}

fn shown<'a>(api: &'a Api, operation: &'a Operation) -> Option<Shown<'a>> {
    let item_of = split(&operation.path).map(|(collection, _)| collection);
    let (collection, how) = match (operation.method.as_str(), item_of) {
        ("get", Some(collection)) => (collection, Shows::Fetched),
        ("put", Some(collection)) => (collection, Shows::Replaced),
        ("patch", Some(collection)) => (collection, Shows::Changed),
        ("post", Some(collection)) => (collection, Shows::Made),
        ("post", None) => (operation.path.as_str(), Shows::Made),
        ("get", None) => (operation.path.as_str(), Shows::Listed),
        _ => return None,
    };
    let body = success(operation)?.ty.as_ref()?;
    let body = match how {
        Shows::Listed => list(&api.types, body, |property| collection.ends_with(property))?,
        _ => body,
    };
    let (_, item) = item(&api.types, body)?;
    Some(Shown {
        module: operation.module,
        collection,
        how,
        item,
    })
}
