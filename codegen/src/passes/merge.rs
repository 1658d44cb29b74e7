//! Definitions that a reader would call the same, made one. Knows the IR only.
//!
//! Structure alone is not enough: two things that happen to look alike stay two. What is merged:
//!
//! | what | with what |
//! |---|---|
//! | a union of plain scalars | all such unions |
//! | an inline position of an operation | a component of the operation's group, or one that the operation uses; the resource of the group; an inline position of the same operation |
//! | an inline position of a component or a resource | another one of the same component or resource |
//! | the body of an error | the same body of the other operations of the group |
//! | a component | stays, as another name of a component of the same namespace |
//! | an inline position of an operation, or of a component | stays, as another name of what another operation of the group, or component of the namespace, has in a property of that name |
//!
//! What is decided for one operation depends on no other one, except that what a group has in common is found in all of
//! its operations; it does not depend on a single one of them wherever others show the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::namespaces::{self, Namespace};
use super::{graph, place, resources, structure};
use crate::ir::{
    Api, BodyFormat, Docs, Kind, ModuleId, Operation, Place, Shape, Standing, Status, Step, Type,
    TypeId, Types, reachable,
};

/// A definition that belongs to a group, not to an operation or a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OfGroup {
    /// An item of the collection with this path.
    Resource(String),
    /// The body of errors.
    Error,
}

/// Merges, and sets the standing of everything that another definition holds the shape of.
pub fn run(api: &mut Api) {
    let classes = structure::classes(&api.types);
    scalars(api, &classes);
    let namespaces = namespaces::of(api);
    components(api, &classes, &namespaces);
    groups(api, &classes);
    inside(api, &classes, &namespaces);
    aliases(api, &classes, &namespaces);
    siblings(api, &classes, &namespaces);
}

/// The definition that took the place of each one, by index; itself for what stays.
pub(crate) fn kept(api: &Api) -> Vec<TypeId> {
    let kept = |id: TypeId| {
        let mut at = id;
        while let Standing::ReplacedBy(target) = api.types[at].standing {
            at = target;
        }
        at
    };
    api.types.ids().map(kept).collect()
}

/// The inline definitions that belong to groups, in the order of their ids, once they are merged.
pub(crate) fn of_groups(api: &Api) -> BTreeMap<TypeId, (ModuleId, OfGroup)> {
    let mut found = BTreeMap::new();
    for operation in &api.operations {
        for id in error_bodies(&api.types, operation) {
            found.insert(id, (operation.module, OfGroup::Error));
        }
    }
    for collection in collections(api, &|id| id.0) {
        let item = collection
            .items
            .first()
            .filter(|id| stands_in_operation(&api.types, **id));
        found.extend(item.map(|id| {
            (
                *id,
                (
                    collection.module,
                    OfGroup::Resource(collection.path.to_string()),
                ),
            )
        }));
    }
    found
}

/// All collections; the shortest path comes last, so that it names what several show.
fn collections<'a>(
    api: &'a Api,
    class: &dyn Fn(TypeId) -> usize,
) -> Vec<resources::Collection<'a>> {
    let mut all = resources::collections(api, class);
    all.sort_by_key(|collection| {
        std::cmp::Reverse((collection.path.matches('/').count(), collection.path))
    });
    all
}

/// The inline bodies of an operation's errors that look like errors.
fn error_bodies(types: &Types, operation: &Operation) -> Vec<TypeId> {
    let errors = operation
        .responses
        .iter()
        .filter(|response| match response.status {
            Status::Code(code) => code >= 400,
            Status::Class(class) => class >= 4,
            Status::Default => true,
        });
    let bodies = errors
        .flat_map(|response| &response.content)
        .filter(|content| content.format == BodyFormat::Json);
    let bodies = bodies.filter_map(|content| match content.ty.as_ref()?.kind {
        Kind::Named(id) => Some(id),
        _ => None,
    });
    bodies
        .filter(|id| stands_in_operation(types, *id) && is_error(types, *id))
        .collect()
}

/// Whether a body says that something went wrong: a struct with a message or an error, or a union.
fn is_error(types: &Types, id: TypeId) -> bool {
    match &types[id].shape {
        Shape::Struct(object) => object.fields.iter().any(|field| {
            matches!(
                field.wire.as_str(),
                "message" | "error" | "errors" | "statusCode" | "status_code"
            )
        }),
        Shape::Union(_) => place::scalar_union_name(&types[id].shape).is_none(),
        Shape::Alias(_) | Shape::Enum(_) => false,
    }
}

fn stands_in_operation(types: &Types, id: TypeId) -> bool {
    matches!(place::way(types, id).root, place::Root::Operation(_))
}

/// Whether a structure says enough to be known again: a reader would not call two objects with one property the same.
fn is_telling(shape: &Shape) -> bool {
    match shape {
        Shape::Struct(object) => object.fields.len() > 1,
        Shape::Enum(list) => list.variants.len() > 1,
        Shape::Union(union) => union.members.len() > 1,
        Shape::Alias(_) => false,
    }
}

/// Replaces definitions by others.
fn replace(api: &mut Api, replacement: &BTreeMap<TypeId, TypeId>) {
    graph::rewrite(api, |id| replacement.get(&id).copied().unwrap_or(id));
    for (id, target) in replacement {
        api.types[*id].standing = Standing::ReplacedBy(*target);
    }
}

/// Of each set of equals, all but the best by the best.
fn best_of<K>(
    api: &Api,
    sets: impl IntoIterator<Item = (K, Vec<TypeId>)>,
) -> BTreeMap<TypeId, TypeId> {
    let mut replacement = BTreeMap::new();
    for (_, set) in sets {
        let Some(best) = set.iter().copied().min_by_key(|id| rank(&api.types, *id)) else {
            continue;
        };
        replacement.extend(
            set.into_iter()
                .filter(|id| *id != best)
                .map(|id| (id, best)),
        );
    }
    replacement
}

/// The short and shallow before the long and deep; never the order of the file.
fn rank(types: &Types, id: TypeId) -> (usize, String, &str) {
    let pointer = types[id].pointer.as_str();
    if let Place::Component(name) = &types[id].place {
        return (name.len(), name.clone(), pointer);
    }
    let way = place::way(types, id);
    let steps: Vec<&Step> = way.steps.iter().map(|(_, step)| *step).collect();
    (
        steps.len(),
        format!("{:?} {:?} {steps:?}", way.root, way.section),
        pointer,
    )
}

/// Inline definitions that are used and written; the parameters of an operation are not.
fn inline(api: &Api) -> Vec<TypeId> {
    let live = graph::live(api);
    let all = api
        .types
        .ids()
        .filter(|id| live[id.0] && place::is_inline(&api.types, *id));
    all.filter(|id| {
        api.types[*id].standing == Standing::Own && !place::is_parameters(&api.types[*id].place)
    })
    .collect()
}

fn scalars(api: &mut Api, classes: &[usize]) {
    let mut sets: BTreeMap<usize, Vec<TypeId>> = BTreeMap::new();
    let mut all = inline(api);
    all.retain(|id| place::scalar_union_name(&api.types[*id].shape).is_some());
    for id in all {
        forget_position(api, id);
        sets.entry(classes[id.0]).or_default().push(id);
    }
    let replacement = best_of(api, sets);
    replace(api, &replacement);
}

/// What one of the positions says of a union of scalars is not about the others.
fn forget_position(api: &mut Api, id: TypeId) {
    let definition = &mut api.types[id];
    definition.docs = Docs::default();
    if let Shape::Union(union) = &mut definition.shape {
        union
            .members
            .iter_mut()
            .for_each(|member| member.docs = Docs::default());
    }
}

/// Inline positions of operations that are a component of the group, or one that the operation uses.
fn components(api: &mut Api, classes: &[usize], namespaces: &[Namespace]) {
    let mut by_class: HashMap<usize, Vec<TypeId>> = HashMap::new();
    for id in api
        .types
        .ids()
        .filter(|id| namespaces::component(api, *id).is_some())
    {
        by_class.entry(classes[id.0]).or_default().push(id);
    }
    let operations: HashMap<String, usize> = api
        .operations
        .iter()
        .enumerate()
        .map(|(i, o)| (o.key(), i))
        .collect();
    let mut used: HashMap<usize, BTreeSet<TypeId>> = HashMap::new();
    let mut replacement = BTreeMap::new();
    for id in inline(api) {
        let Some(equals) = by_class
            .get(&classes[id.0])
            .filter(|_| is_telling(&api.types[id].shape))
        else {
            continue;
        };
        let place::Root::Operation(key) = place::way(&api.types, id).root else {
            continue;
        };
        let Some(index) = operations.get(key).copied() else {
            continue;
        };
        let group = Some(api.operations[index].module);
        let reached = used
            .entry(index)
            .or_insert_with(|| of_operation(api, index));
        let known = equals
            .iter()
            .copied()
            .filter(|other| namespaces[other.0].group == group || reached.contains(other));
        if let Some(best) = known.min_by_key(|other| rank(&api.types, *other)) {
            replacement.insert(id, best);
        }
    }
    replace(api, &replacement);
}

fn of_operation(api: &Api, index: usize) -> BTreeSet<TypeId> {
    let mut roots = Vec::new();
    graph::each_root(&api.operations[index], &mut |id, _| {
        roots.push(Type::new(Kind::Named(id)))
    });
    reachable(&api.types, roots)
}

/// What belongs to a group, wherever its operations have it.
fn groups(api: &mut Api, classes: &[usize]) {
    let operations: HashMap<String, usize> = api
        .operations
        .iter()
        .enumerate()
        .map(|(i, o)| (o.key(), i))
        .collect();
    let all = collections(api, &|id| classes[id.0]);
    let mut sets: BTreeMap<(ModuleId, usize, &str), BTreeSet<TypeId>> = BTreeMap::new();
    for operation in &api.operations {
        for id in error_bodies(&api.types, operation) {
            sets.entry((operation.module, classes[id.0], ""))
                .or_default()
                .insert(id);
        }
    }
    // By group and structure: the collections that have it, the shortest path first.
    let mut known: HashMap<(ModuleId, usize), Vec<&str>> = HashMap::new();
    for collection in all.iter().rev() {
        if let Some(first) = collection.items.first() {
            let class = classes[first.0];
            let paths = known.entry((collection.module, class)).or_default();
            paths.push(collection.path);
            let set = sets
                .entry((collection.module, class, collection.path))
                .or_default();
            set.extend(&collection.items);
        }
    }
    let own: BTreeSet<TypeId> = sets.values().flatten().copied().collect();
    for id in inline(api) {
        let place::Root::Operation(key) = place::way(&api.types, id).root else {
            continue;
        };
        let Some(operation) = operations.get(key).map(|index| &api.operations[*index]) else {
            continue;
        };
        let (module, class) = (operation.module, classes[id.0]);
        let paths = known.get(&(module, class)).map_or(&[][..], Vec::as_slice);
        let below = paths
            .iter()
            .filter(|path| operation.path.starts_with(**path))
            .max_by_key(|path| path.len());
        let path = below.or(paths.first()).copied().unwrap_or_default();
        let set = sets
            .get_mut(&(module, class, path))
            .filter(|_| !own.contains(&id) && is_telling(&api.types[id].shape));
        if let Some(set) = set {
            set.insert(id);
        }
    }
    let mut replacement = BTreeMap::new();
    for set in sets.into_values() {
        // A component that an operation shows is what the others show, too.
        let by_rank = |all: &[TypeId]| all.iter().copied().min_by_key(|id| rank(&api.types, *id));
        let of_component = |id: &TypeId| !stands_in_operation(&api.types, *id);
        let (components, inline): (Vec<TypeId>, Vec<TypeId>) =
            set.into_iter().partition(of_component);
        if let Some(best) = by_rank(&components).or_else(|| by_rank(&inline)) {
            let others = inline.into_iter().filter(|id| *id != best);
            replacement.extend(others.map(|id| (id, best)));
        }
    }
    replace(api, &replacement);
}

/// What an inline definition stands in, seen by a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner<'a> {
    /// A component.
    Component(&'a str),
    /// An operation, by its key.
    Operation(&'a str),
    /// A definition of a group; possibly the definition itself.
    Group(TypeId),
}

/// What an inline definition stands in; `own` are the definitions of groups.
pub(crate) fn owner<'a, T>(types: &'a Types, id: TypeId, own: &BTreeMap<TypeId, T>) -> Owner<'a> {
    let mut at = id;
    // Bounded, so that a definition that claims to stand in itself cannot hang the generator.
    for _ in types.ids() {
        if own.contains_key(&at) {
            return Owner::Group(at);
        }
        match &types[at].place {
            Place::Child { parent, .. } => at = *parent,
            Place::Component(name) => return Owner::Component(name),
            Place::Operation { operation, .. } => return Owner::Operation(operation),
        }
    }
    Owner::Operation("")
}

/// Identical positions inside one owner, and of operations inside what belongs to their group.
fn inside(api: &mut Api, classes: &[usize], namespaces: &[Namespace]) {
    let own = of_groups(api);
    let mut sets: BTreeMap<(Owner<'_>, usize), Vec<TypeId>> = BTreeMap::new();
    let mut all = inline(api);
    all.retain(|id| place::scalar_union_name(&api.types[*id].shape).is_none());
    for id in &all {
        // What belongs to the group stands for itself.
        if !own.contains_key(id) {
            sets.entry((owner(&api.types, *id, &own), classes[id.0]))
                .or_default()
                .push(*id);
        }
    }
    let mut replacement = best_of(api, sets);
    all.retain(|id| !replacement.contains_key(id));
    let more = known_to_operations(api, classes, namespaces, &own, &all);
    for target in replacement.values_mut() {
        *target = more.get(target).copied().unwrap_or(*target);
    }
    replacement.extend(more);
    replace(api, &replacement);
}

/// Where operations have the same property of the same structure as a component that they know, or as what belongs to
/// their group.
fn known_to_operations(
    api: &Api,
    classes: &[usize],
    namespaces: &[Namespace],
    own: &BTreeMap<TypeId, (ModuleId, OfGroup)>,
    all: &[TypeId],
) -> BTreeMap<TypeId, TypeId> {
    let mut groups: HashMap<&str, ModuleId> = HashMap::new();
    for id in api.types.ids() {
        let name = namespaces::component(api, id);
        groups.extend(name.zip(namespaces[id.0].group));
    }
    /// What stands in which group.
    type InGroups = Vec<(TypeId, Option<ModuleId>)>;
    let mut known: HashMap<(usize, &str), InGroups> = HashMap::new();
    for id in all.iter().copied() {
        let group = match owner(&api.types, id, own) {
            Owner::Operation(_) => continue,
            Owner::Component(name) => groups.get(name).copied(),
            Owner::Group(root) => own.get(&root).map(|(module, _)| *module),
        };
        if let Some(property) = property(&api.types, id) {
            known
                .entry((classes[id.0], property))
                .or_default()
                .push((id, group));
        }
    }
    let operations: HashMap<String, usize> = api
        .operations
        .iter()
        .enumerate()
        .map(|(i, o)| (o.key(), i))
        .collect();
    let mut used: HashMap<usize, BTreeSet<TypeId>> = HashMap::new();
    let mut found = BTreeMap::new();
    for id in all
        .iter()
        .copied()
        .filter(|id| is_telling(&api.types[*id].shape))
    {
        let Owner::Operation(key) = owner(&api.types, id, own) else {
            continue;
        };
        let equals =
            property(&api.types, id).and_then(|property| known.get(&(classes[id.0], property)));
        let (Some(index), Some(equals)) = (operations.get(key).copied(), equals) else {
            continue;
        };
        let group = Some(api.operations[index].module);
        let reached = used
            .entry(index)
            .or_insert_with(|| of_operation(api, index));
        let equals = equals
            .iter()
            .filter(|(other, of)| *of == group || (of.is_none() && reached.contains(other)));
        if let Some((best, _)) = equals.min_by_key(|(other, _)| rank(&api.types, *other)) {
            found.insert(id, *best);
        }
    }
    found
}

/// Operations of one group, or components of one namespace, with the same property of the same structure: each keeps its
/// name, and one holds the body.
fn siblings(api: &mut Api, classes: &[usize], namespaces: &[Namespace]) {
    let own = of_groups(api);
    let modules: HashMap<String, ModuleId> =
        api.operations.iter().map(|o| (o.key(), o.module)).collect();
    let mut prefixes: HashMap<&str, &Namespace> = HashMap::new();
    for id in api.types.ids() {
        let name = namespaces::component(api, id);
        prefixes.extend(
            name.map(|name| (name, &namespaces[id.0]))
                .filter(|(_, namespace)| !namespace.prefix.is_empty()),
        );
    }
    /// Where it stands, what it looks like, and what it is called.
    type Alike<'a> = (Option<ModuleId>, Option<&'a Namespace>, usize, &'a str);
    let mut sets: BTreeMap<Alike<'_>, Vec<TypeId>> = BTreeMap::new();
    for id in inline(api) {
        let (module, namespace) = match owner(&api.types, id, &own) {
            Owner::Operation(key) => (modules.get(key).copied(), None),
            Owner::Component(name) => (None, prefixes.get(name).copied()),
            Owner::Group(_) => continue,
        };
        let scalars = place::scalar_union_name(&api.types[id].shape).is_some();
        if let Some(property) = property(&api.types, id)
            && (module.is_some() || namespace.is_some())
            && !scalars
            && is_telling(&api.types[id].shape)
        {
            sets.entry((module, namespace, classes[id.0], property))
                .or_default()
                .push(id);
        }
    }
    for (id, target) in best_of(api, sets) {
        api.types[id].standing = Standing::NameOf(target);
    }
}

/// The last property on the way to a definition.
fn property(types: &Types, id: TypeId) -> Option<&str> {
    let way = place::way(types, id);
    way.steps.iter().rev().find_map(|(_, step)| match step {
        Step::Property(name) => Some(name.as_str()),
        Step::Item | Step::Value | Step::Member => None,
    })
}

/// Components of one namespace: each keeps its name, and one holds the body.
fn aliases(api: &mut Api, classes: &[usize], namespaces: &[Namespace]) {
    let mut sets: BTreeMap<(&Namespace, usize), Vec<TypeId>> = BTreeMap::new();
    for (id, definition) in api.types.iter() {
        if !place::is_inline(&api.types, id) && !matches!(definition.shape, Shape::Alias(_)) {
            sets.entry((&namespaces[id.0], classes[id.0]))
                .or_default()
                .push(id);
        }
    }
    for (id, target) in best_of(api, sets) {
        api.types[id].standing = Standing::NameOf(target);
    }
}
