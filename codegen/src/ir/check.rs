//! What must hold of an API, whatever document it was made from. Knows the IR only.
//!
//! Debug builds hold it after `lower` and after every pass, so a stage that breaks a rule is found where it breaks it, and
//! not where the next one trips over it.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Display;

use super::{
    Api, Decision, Home, Location, Operation, Place, Shape, Standing, Struct, Type, TypeDef,
    TypeId, Union, reachable,
};

/// What does not hold, in words; empty when all is well. `lower` and every pass keep these rules.
pub fn broken(api: &Api) -> Vec<String> {
    let mut found = Found::default();
    found.ids(api);
    if found.all.is_empty() {
        found.definitions(api);
        found.replaced(api);
        found.operations(api);
    }
    found.all
}

/// What does not hold after the last pass, in words, beside what [`broken`] says: what the passes promise to decide.
pub fn undecided(api: &Api) -> Vec<String> {
    let mut found = Found::default();
    let roots = api.operations.iter().flat_map(uses);
    let used = reachable(&api.types, roots);
    let mut labels = HashSet::new();
    for id in used {
        let definition = &api.types[id];
        let at = definition.pointer.as_str();
        let label = definition.label.as_str();
        found.unless(!label.is_empty(), at, "has no label");
        found.unless(labels.insert(label), at, "shares its label");
        let usage = definition.usage;
        found.unless(usage.request || usage.response, at, "is used nowhere");
        found.unless(definition.home != Home::Nowhere, at, "has no home");
        if definition.standing == Standing::Own {
            found.names(definition);
        }
    }
    for (id, definition) in api.types.iter() {
        if let Shape::Union(union) = &definition.shape {
            found.decision(definition, union, &union.decision);
        }
        found.unless(
            has_end(api, id),
            definition.pointer.as_str(),
            "is only another name of itself",
        );
    }
    found.all
}

/// The types that an operation uses directly.
fn uses(operation: &Operation) -> Vec<Type> {
    let groups = [
        operation.path_type,
        operation.query_type,
        operation.header_type,
        operation.cookie_type,
    ];
    let groups = groups.into_iter().flatten();
    let mut all: Vec<Type> = groups.map(|id| Type::new(super::Kind::Named(id))).collect();
    let asked = operation.body.iter().flat_map(|body| &body.content);
    let answered = operation.responses.iter().flat_map(|r| &r.content);
    for content in asked.chain(answered) {
        all.extend(content.ty.clone());
        all.extend(content.part_headers().map(|header| header.ty.clone()));
    }
    let headers = operation.responses.iter().flat_map(|r| &r.headers);
    all.extend(headers.map(|header| header.ty.clone()));
    all
}

/// Whether the aliases from a definition on end in something else.
fn has_end(api: &Api, id: TypeId) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = api.types.body_id(id);
    while let Shape::Alias(Type {
        kind: super::Kind::Named(next),
        ..
    }) = &api.types[at].shape
    {
        if !seen.insert(at) {
            return false;
        }
        at = api.types.body_id(*next);
    }
    true
}

#[derive(Default)]
struct Found {
    all: Vec<String>,
}

impl Found {
    fn unless(&mut self, holds: bool, at: impl Display, what: &str) {
        if !holds {
            self.all.push(format!("{at} {what}"));
        }
    }

    /// Every index leads somewhere. All other rules rely on it.
    fn ids(&mut self, api: &Api) {
        let count = api.types.ids().count();
        let mut named: Vec<TypeId> = Vec::new();
        for (_, definition) in api.types.iter() {
            definition
                .shape
                .each_type(&mut |ty| ty.each_named(&mut |id| named.push(id)));
            named.extend(definition.standing.target());
            if let Place::Child { parent, .. } = &definition.place {
                named.push(*parent);
            }
            if let Home::Module(module) = definition.home {
                let known = module.0 < api.modules.len();
                self.unless(known, &definition.pointer, "is at home in no module");
            }
        }
        for operation in &api.operations {
            for ty in uses(operation) {
                ty.each_named(&mut |id| named.push(id));
            }
            let known = operation.module.0 < api.modules.len();
            self.unless(known, operation.key(), "belongs to no module");
        }
        let known = named.iter().all(|id| id.0 < count);
        self.unless(known, "the API", "names a type that is not there");
    }

    fn definitions(&mut self, api: &Api) {
        let count = api.types.ids().count();
        for (_, definition) in api.types.iter() {
            let at = definition.pointer.as_str();
            match &definition.shape {
                Shape::Alias(_) => {}
                Shape::Struct(object) => {
                    let wires = object.fields.iter().map(|field| field.wire.as_str());
                    self.unless(differ(wires), at, "has a property twice");
                }
                Shape::Enum(list) => {
                    self.unless(!list.variants.is_empty(), at, "has no value");
                    let values = list.variants.iter().map(|v| v.value.as_str());
                    self.unless(differ(values), at, "has a value twice");
                }
                Shape::Union(union) => self.union(at, union),
            }
            // Places and names of names end.
            let mut place = &definition.place;
            let mut steps = 0;
            while let Place::Child { parent, steps: way } = place
                && steps <= count
            {
                self.unless(!way.is_empty(), at, "stands in a definition without a way");
                place = &api.types[*parent].place;
                steps += 1;
            }
            self.unless(steps <= count, at, "stands in itself");
            let mut standing = definition.standing;
            let mut steps = 0;
            while let Some(target) = standing.target()
                && steps <= count
            {
                standing = api.types[target].standing;
                steps += 1;
            }
            self.unless(steps <= count, at, "stands for itself");
        }
    }

    fn union(&mut self, at: &str, union: &Union) {
        self.unless(!union.members.is_empty(), at, "has no member");
        let nullable = union.members.iter().any(|member| member.ty.nullable);
        self.unless(!nullable, at, "has a member that can be null");
        let mapped = union.discriminator.iter().flat_map(|told| &told.mapping);
        let known = mapped
            .into_iter()
            .all(|(_, member)| *member < union.members.len());
        self.unless(known, at, "maps a value to a member that is not there");
    }

    /// Nothing refers to what something else took the place of.
    fn replaced(&mut self, api: &Api) {
        let gone = |id: TypeId| matches!(api.types[id].standing, Standing::ReplacedBy(_));
        for (id, definition) in api.types.iter().filter(|(id, _)| !gone(*id)) {
            let mut refers = false;
            let mut visit = |id| refers |= gone(id);
            if definition.standing == Standing::Own && !gone(id) {
                definition
                    .shape
                    .each_type(&mut |ty| ty.each_named(&mut visit));
            }
            let at = definition.pointer.as_str();
            self.unless(!refers, at, "refers to something that was replaced");
        }
        for operation in &api.operations {
            let mut refers = false;
            for ty in uses(operation) {
                ty.each_named(&mut |id| refers |= gone(id));
            }
            let what = "refers to something that was replaced";
            self.unless(!refers, operation.key(), what);
        }
    }

    fn operations(&mut self, api: &Api) {
        let keys: Vec<String> = api.operations.iter().map(Operation::key).collect();
        let order = api.operations.iter().map(|o| (&o.path, &o.method));
        self.unless(order.is_sorted(), "the list of operations", "has no order");
        self.unless(differ(&keys), "the list of operations", "has one twice");
        for operation in &api.operations {
            for place in [
                Location::Path,
                Location::Query,
                Location::Header,
                Location::Cookie,
            ] {
                self.parameters(api, operation, place);
            }
            let empty = operation
                .body
                .as_ref()
                .is_some_and(|body| body.content.is_empty());
            self.unless(!empty, operation.key(), "has a body of no media type");
            let statuses = operation.responses.iter().map(|r| r.status);
            self.unless(differ(statuses), operation.key(), "has a status twice");
        }
    }

    /// The parameters of one place are the fields of its struct.
    fn parameters(&mut self, api: &Api, operation: &Operation, place: Location) {
        let parameters = operation.parameters.iter();
        let wires: BTreeSet<&str> = parameters
            .filter(|parameter| parameter.location == place)
            .map(|parameter| parameter.wire.as_str())
            .collect();
        let object = operation
            .group(place)
            .map(|id| &api.types.body(id).shape)
            .and_then(|shape| match shape {
                Shape::Struct(object) => Some(object),
                _ => None,
            });
        let fields = object
            .into_iter()
            .flat_map(|object: &Struct| &object.fields);
        let fields: BTreeSet<&str> = fields.map(|field| field.wire.as_str()).collect();
        let what = "has parameters that are no fields, or fields that are no parameters";
        self.unless(wires == fields, operation.key(), what);
    }

    /// What the parts of a definition are called in Rust.
    fn names(&mut self, definition: &TypeDef) {
        let idents: Vec<&str> = match &definition.shape {
            Shape::Alias(_) => return,
            Shape::Struct(object) => object.fields.iter().map(|f| f.ident.as_str()).collect(),
            Shape::Enum(list) => list.variants.iter().map(|v| v.ident.as_str()).collect(),
            Shape::Union(union) => union.members.iter().map(|m| m.ident.as_str()).collect(),
        };
        let at = definition.pointer.as_str();
        let given = idents.iter().all(|ident| !ident.is_empty());
        self.unless(given, at, "has a part without a name");
        self.unless(differ(idents), at, "has two parts of one name");
    }

    fn decision(&mut self, definition: &TypeDef, union: &Union, decision: &Decision) {
        let at = definition.pointer.as_str();
        match decision {
            Decision::Undecided => self.unless(false, at, "is not decided"),
            Decision::Leaf(members) => {
                let known = members.iter().all(|member| *member < union.members.len());
                self.unless(known, at, "decides for a member that is not there");
            }
            Decision::Kind(arms) => {
                self.unless(!arms.is_empty(), at, "decides by no type");
                for (_, arm) in arms {
                    self.decision(definition, union, arm);
                }
            }
            Decision::Tag {
                path,
                arms,
                absent,
                other,
            } => {
                self.unless(!path.is_empty(), at, "decides by no property");
                self.unless(
                    differ(arms.iter().map(|(value, _)| value)),
                    at,
                    "decides twice",
                );
                let arms = arms.iter().map(|(_, arm)| arm);
                for arm in arms.chain([&**absent, &**other]) {
                    self.decision(definition, union, arm);
                }
            }
            Decision::Key {
                key: _,
                present,
                absent,
            } => {
                self.decision(definition, union, present);
                self.decision(definition, union, absent);
            }
            Decision::PropertyKind { path, arms, absent } => {
                self.unless(!path.is_empty(), at, "decides by no property");
                for arm in arms.iter().map(|(_, arm)| arm).chain([&**absent]) {
                    self.decision(definition, union, arm);
                }
            }
            Decision::FirstItem { item, empty } => {
                self.decision(definition, union, item);
                self.decision(definition, union, empty);
            }
        }
    }
}

/// Whether no two are equal.
fn differ<T: Eq + std::hash::Hash>(all: impl IntoIterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    all.into_iter().all(|one| seen.insert(one))
}
