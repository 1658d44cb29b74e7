//! Resources by their paths, and roles by method, place and types.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, BodyFormat, Content, Kind, Location, Operation, Status, Type};

use super::path::{Segment, below, collections, same, segments, shown};
use super::shapes::{
    Outline, Properties, at, defaults, identified, identifies, is_number, list, members, number,
    one, outline, part_of, properties, related,
};
use super::words::{Verb, says, stated, verb, words};
use super::{
    Answer, Count, KeyPart, Page, Played, Query, Resource, Role, Roles, Says, Selector, Source,
    Stamp,
};

/// Finds the resources of an API.
pub fn find(api: &Api) -> Roles {
    Finder::new(api).run()
}

/// Looks at all operations, deepest paths first, so that what belongs to an inner resource is not taken for the outer one.
struct Finder<'a> {
    api: &'a Api,
    paths: Vec<Vec<Segment>>,
    played: BTreeMap<usize, Played>,
    resources: Vec<Resource>,
}

/// A resource while its operations are looked for.
struct Candidate<'a> {
    /// The path of an item; none where the query tells items apart.
    item: Option<Vec<Segment>>,
    /// The path that items stand below.
    collection: Vec<Segment>,
    /// The type of an item, and its properties.
    ty: Option<&'a Type>,
    properties: Properties<'a>,
    key: Vec<KeyPart>,
    /// Properties that the query may name instead of the key.
    other_keys: Vec<&'a str>,
}

impl Candidate<'_> {
    /// Whether a property is a part of the key, which stays as it is for as long as there is the item.
    fn identifies(&self, property: &str) -> bool {
        let mut own = self.key.iter().filter_map(|part| part.property.as_deref());
        own.any(|own| own == property)
    }
}

impl<'a> Finder<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            paths: api.operations.iter().map(|o| segments(&o.path)).collect(),
            played: BTreeMap::new(),
            resources: Vec::new(),
        }
    }

    fn run(mut self) -> Roles {
        let mut candidates = self.items();
        candidates.extend(self.queried(&candidates));
        // Ordered, so that nothing depends on the order of the document.
        candidates.sort_by_key(|c| {
            let path = c.item.as_ref().unwrap_or(&c.collection);
            (std::cmp::Reverse(path.len()), shown(path))
        });
        for candidate in candidates {
            self.play(&candidate);
        }
        self.ordered()
    }

    /// Resources by path, with their operations.
    fn ordered(self) -> Roles {
        let mut order: Vec<usize> = (0..self.resources.len()).collect();
        order.sort_by(|a, b| self.resources[*a].path.cmp(&self.resources[*b].path));
        let mut places = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            places[*old] = new;
        }
        let mut resources: Vec<(usize, Resource)> = self
            .resources
            .into_iter()
            .enumerate()
            .map(|(old, resource)| (places[old], resource))
            .collect();
        resources.sort_by_key(|(new, _)| *new);
        let played = self.played.into_iter().map(|(operation, mut played)| {
            played.resource = places[played.resource];
            (operation, played)
        });
        Roles {
            resources: resources
                .into_iter()
                .map(|(_, resource)| resource)
                .collect(),
            played: played.collect(),
        }
    }

    /// The operations at a path.
    fn operations<'p>(
        &'p self,
        path: &'p [Segment],
    ) -> impl Iterator<Item = (usize, &'a Operation)> {
        let api = self.api;
        self.paths
            .iter()
            .enumerate()
            .filter(move |(_, own)| same(own, path))
            .map(move |(index, _)| (index, &api.operations[index]))
    }

    fn with_method<'p>(&'p self, path: &'p [Segment], method: &'p str) -> Option<&'a Operation> {
        let mut found = self
            .operations(path)
            .filter(move |(_, o)| o.method == method);
        found.next().map(|(_, operation)| operation)
    }

    /// Paths that end in a parameter, each shape once, by the names that come first in the alphabet.
    fn items(&self) -> Vec<Candidate<'a>> {
        let mut shapes: BTreeMap<Vec<Option<&str>>, &Vec<Segment>> = BTreeMap::new();
        for path in &self.paths {
            if !matches!(path.last(), Some(Segment::Parameter(_))) {
                continue;
            }
            let shape = path.iter().map(|segment| match segment {
                Segment::Literal(text) => Some(text.as_str()),
                Segment::Parameter(_) => None,
            });
            let known = shapes.entry(shape.collect()).or_insert(path);
            if shown(path) < shown(known) {
                *known = path;
            }
        }
        shapes
            .into_values()
            .filter_map(|path| self.item(path))
            .collect()
    }

    fn item(&self, path: &[Segment]) -> Option<Candidate<'a>> {
        let mut collection = path.to_vec();
        collection.pop();
        // `/packages/{name}/{version}`: both tell the item, unless `/packages/{name}` is something of its own.
        while matches!(collection.last(), Some(Segment::Parameter(_)))
            && self.operations(&collection).next().is_none()
        {
            collection.pop();
        }
        let parameters = &path[collection.len()..];
        let noun = noun(&collection);
        let ends = parameters.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        });
        let ends: Vec<&str> = ends.collect();
        let named = |properties: &Properties<'a>| {
            let mut ends = ends.iter();
            ends.all(|name| identified(self.api, properties, name, noun, true).is_some())
        };
        let ty = match self.with_method(path, "get") {
            Some(operation) => {
                // What a path answers is the item itself; a list or a file below a parameter is no item.
                let (_, answer) = answer(operation)?;
                match answer.and_then(|content| content.ty.as_ref()) {
                    Some(ty)
                        if !matches!(
                            outline(self.api, ty),
                            Some(Outline::Object | Outline::Any)
                        ) =>
                    {
                        return None;
                    }
                    Some(ty) => Some(self.unwrapped(ty, &named)),
                    None => None,
                }
            }
            None => self.listed_type(&collection, &named),
        };
        let ty = ty.or_else(|| {
            let methods = ["put", "patch", "post"].iter();
            let mut answers = methods.filter_map(|method| {
                let (_, content) = answer(self.with_method(path, method)?)?;
                content?.ty.as_ref()
            });
            let object = |ty: &&Type| matches!(outline(self.api, ty), Some(Outline::Object));
            answers.find(object).map(|ty| self.unwrapped(ty, &named))
        });
        let ty = ty.or_else(|| self.sent_type(path, &collection));
        let properties = ty.map(|ty| properties(self.api, ty)).unwrap_or_default();
        let free = ty.is_some() && properties.is_empty();
        let key = key(self.api, path, collection.len(), noun, &properties, free);
        Some(Candidate {
            item: Some(path.to_vec()),
            collection,
            ty,
            properties,
            key,
            other_keys: Vec::new(),
        })
    }

    /// The type of what makes an item, for documents that do not say what they answer.
    fn sent_type(&self, path: &[Segment], collection: &[Segment]) -> Option<&'a Type> {
        let object = |ty: &&Type| matches!(outline(self.api, ty), Some(Outline::Object));
        let posted = self.with_method(collection, "post").and_then(sent);
        let put = || self.with_method(path, "put").and_then(sent);
        posted.filter(object).or_else(|| put().filter(object))
    }

    /// The item in an answer: all of it, or the one property that has what names the item, or the only one.
    fn unwrapped(&self, ty: &'a Type, named: &dyn Fn(&Properties<'a>) -> bool) -> &'a Type {
        let own = properties(self.api, ty);
        let object = |ty: &&Type| matches!(outline(self.api, ty), Some(Outline::Object));
        if own.len() == 1
            && let Some(inner) = own.values().copied().find(object)
        {
            return inner;
        }
        let way = one(self.api, ty, named);
        way.and_then(|way| at(self.api, ty, &way)).unwrap_or(ty)
    }

    /// The type of the items that a collection lists.
    fn listed_type(
        &self,
        collection: &[Segment],
        named: &dyn Fn(&Properties<'a>) -> bool,
    ) -> Option<&'a Type> {
        collections(collection).iter().find_map(|path| {
            let (_, content) = answer(self.with_method(path, "get")?)?;
            let wanted = |ty: &'a Type| named(&properties(self.api, ty));
            list(self.api, content?.ty.as_ref()?, &wanted)?.items
        })
    }

    /// Resources whose items have no path: a `GET` of one object, by a parameter in the query that the object has, too.
    fn queried(&self, items: &[Candidate<'a>]) -> Vec<Candidate<'a>> {
        let mut found: Vec<Candidate<'a>> = Vec::new();
        for (index, operation) in self.api.operations.iter().enumerate() {
            let path = &self.paths[index];
            let taken = items
                .iter()
                .any(|c| c.item.as_deref().is_some_and(|item| same(item, path)));
            if operation.method != "get" || taken {
                continue;
            }
            let Some((_, Some(content))) = answer(operation) else {
                continue;
            };
            let Some(ty) = &content.ty else { continue };
            if !matches!(outline(self.api, ty), Some(Outline::Object)) {
                continue;
            }
            let parameters = self.query_names(operation);
            let named = |properties: &Properties<'a>| {
                parameters.iter().any(|name| {
                    let property = properties.get(name);
                    property.is_some_and(|ty| identifies(self.api, ty))
                })
            };
            let Some(ty) = one(self.api, ty, &named).and_then(|way| at(self.api, ty, &way)) else {
                continue;
            };
            let properties = properties(self.api, ty);
            let changed = self.changed_by(path);
            let keys = parameters.into_iter().filter(|name| {
                let property = properties.get(name);
                changed.contains(name) && property.is_some_and(|ty| identifies(self.api, ty))
            });
            let keys: Vec<&str> = keys.collect();
            let Some(first) = keys
                .iter()
                .find(|name| words(name) == ["id"])
                .or(keys.first())
            else {
                continue;
            };
            found.push(Candidate {
                item: None,
                collection: path.clone(),
                ty: Some(ty),
                key: vec![KeyPart {
                    name: (*first).to_string(),
                    property: Some((*first).to_string()),
                }],
                other_keys: keys,
                properties,
            });
        }
        found
    }

    /// The parameters of the query that are no switches.
    fn query_names(&self, operation: &'a Operation) -> Vec<&'a str> {
        let Some(id) = operation.query_type else {
            return Vec::new();
        };
        let group = members(self.api, id);
        let found = operation.parameters.iter().filter(|parameter| {
            let ty = group.get(parameter.wire.as_str());
            parameter.location == Location::Query && ty.is_some_and(|ty| identifies(self.api, ty))
        });
        found.map(|parameter| parameter.wire.as_str()).collect()
    }

    /// What says which item is meant where a path is changed or deleted.
    fn changed_by(&self, path: &[Segment]) -> BTreeSet<&'a str> {
        let changes = self
            .operations(path)
            .filter(|(_, o)| o.method != "get" && o.method != "post");
        changes
            .flat_map(|(_, operation)| {
                let body = sent(operation)
                    .map(|ty| properties(self.api, ty))
                    .unwrap_or_default();
                let body: Vec<&str> = body.into_keys().collect();
                self.query_names(operation).into_iter().chain(body)
            })
            .collect()
    }

    /// Gives roles to the operations around a candidate, when that makes it a resource.
    fn play(&mut self, candidate: &Candidate<'a>) {
        let mut found: BTreeMap<usize, Played> = BTreeMap::new();
        let resource = self.resources.len();
        let collections = collections(&candidate.collection);
        for (index, operation) in self.api.operations.iter().enumerate() {
            if self.played.contains_key(&index) {
                continue;
            }
            let place = Place {
                finder: self,
                candidate,
                collections: &collections,
                operation,
                path: &self.paths[index],
                resource,
            };
            if let Some(played) = place.role() {
                found.insert(index, played);
            }
        }
        let roles: BTreeSet<Role> = found.values().map(|played| played.role).collect();
        let creatable = roles.iter().any(|role| role.creates());
        let seen = roles
            .iter()
            .any(|role| matches!(role, Role::Read | Role::List | Role::BulkRead));
        // An item that can be made and never seen, or only be read, is nothing to remember.
        if !seen || roles.len() < 2 {
            return;
        }
        // What is listed without its name, or under another, was not what the path names.
        let named = candidate
            .key
            .last()
            .is_some_and(|part| part.property.is_some());
        if !named && roles.contains(&Role::List) {
            return;
        }
        // Nor is one that no operation makes, when it does not even say what its items are called.
        let told = candidate
            .key
            .last()
            .is_some_and(|part| part.property.is_some());
        if !creatable && !told {
            return;
        }
        let path = candidate.item.as_ref().unwrap_or(&candidate.collection);
        self.resources.push(Resource {
            path: shown(path),
            item: candidate.ty.cloned(),
            key: candidate.key.clone(),
            creatable,
            version: self.version(candidate, &found),
            stamps: self.stamps(candidate, &found),
        });
        self.played.extend(found);
    }

    /// Times and counts, by their names, unless they are sent when an item is made.
    fn stamps(&self, candidate: &Candidate<'a>, found: &BTreeMap<usize, Played>) -> Vec<Stamp> {
        let making = found.iter().filter(|(_, played)| played.role.creates());
        let sent_names: BTreeSet<&str> = making
            .filter_map(|(index, played)| {
                let ty = sent(&self.api.operations[*index])?;
                at(self.api, ty, &played.sent)
            })
            .flat_map(|ty| properties(self.api, ty).into_keys())
            .collect();
        let stamp = |(name, ty): (&&str, &&Type)| {
            let number = is_number(self.api, ty)?;
            let says = said(&words(name))?;
            (!sent_names.contains(name) && !candidate.identifies(name)).then(|| Stamp {
                property: (*name).to_string(),
                says,
                number,
            })
        };
        candidate.properties.iter().filter_map(stamp).collect()
    }

    /// A property called version that answers have and changes take.
    fn version(
        &self,
        candidate: &Candidate<'a>,
        found: &BTreeMap<usize, Played>,
    ) -> Option<String> {
        let mut names = candidate
            .properties
            .keys()
            .filter(|name| words(name) == ["version"] && !candidate.identifies(name));
        let name = names.next()?;
        let sends = |(index, played): &(&usize, &Played)| {
            let body = sent(&self.api.operations[**index]);
            let inner = body.and_then(|ty| at(self.api, ty, &played.sent));
            inner.is_some_and(|ty| {
                let ty = match outline(self.api, ty) {
                    Some(Outline::Array(items)) => items,
                    _ => ty,
                };
                properties(self.api, ty).contains_key(name)
            })
        };
        // What is told when an item is made is a property like any other.
        let (making, changing): (Vec<_>, Vec<_>) =
            found.iter().partition(|(_, played)| played.role.creates());
        let travels = changing.iter().any(sends) && !making.iter().any(sends);
        travels.then(|| (*name).to_string())
    }
}

/// The word of the path that says what items are.
fn noun(collection: &[Segment]) -> &str {
    let mut literals = collection.iter().rev().filter_map(|segment| match segment {
        Segment::Literal(text) => Some(text.as_str()),
        Segment::Parameter(_) => None,
    });
    literals.next().unwrap_or_default()
}

/// The parts of an item's key: the parameters of its path, the last ones with the property that holds them.
fn key(
    api: &Api,
    path: &[Segment],
    collection: usize,
    noun: &str,
    properties: &Properties<'_>,
    free: bool,
) -> Vec<KeyPart> {
    let mut key: Vec<KeyPart> = Vec::new();
    for (at, segment) in path.iter().enumerate().rev() {
        let Segment::Parameter(name) = segment else {
            continue;
        };
        let property = match free {
            true => Some(free_name(name, noun)),
            false => identified(api, properties, name, noun, at >= collection).map(str::to_string),
        };
        let property =
            property.filter(|p| key.iter().all(|part| part.property.as_ref() != Some(p)));
        key.insert(
            0,
            KeyPart {
                name: name.clone(),
                property,
            },
        );
    }
    key
}

/// What an object without known properties calls what a parameter stands for.
fn free_name(parameter: &str, noun: &str) -> String {
    let spoken = words(parameter);
    let noun = super::path::singular_words(noun);
    match spoken.strip_prefix(noun.as_slice()) {
        Some([rest]) => rest.clone(),
        _ => parameter.to_string(),
    }
}

/// The first documented success, with its JSON body when it has a body. `None` when the body is not JSON.
fn answer(operation: &Operation) -> Option<(Status, Option<&Content>)> {
    let success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Class(2));
    let response = operation.responses.iter().find(|r| success(r.status))?;
    if response.content.is_empty() {
        return Some((response.status, None));
    }
    let json = response
        .content
        .iter()
        .find(|c| c.format == BodyFormat::Json)?;
    Some((response.status, Some(json)))
}

/// The first documented success, when it is a file with a value on each line.
fn answered_lines(operation: &Operation) -> Option<&Content> {
    let success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Class(2));
    let response = operation.responses.iter().find(|r| success(r.status))?;
    response.content.iter().find(|content| content.is_lines())
}

/// The type of a JSON body.
fn sent(operation: &Operation) -> Option<&Type> {
    let content = &operation.body.as_ref()?.content;
    content
        .iter()
        .find(|c| c.format == BodyFormat::Json)?
        .ty
        .as_ref()
}

/// An operation beside a candidate.
struct Place<'p, 'a> {
    finder: &'p Finder<'a>,
    candidate: &'p Candidate<'a>,
    /// The paths that may list the items.
    collections: &'p [Vec<Segment>],
    operation: &'a Operation,
    path: &'p [Segment],
    resource: usize,
}

impl<'a> Place<'_, 'a> {
    fn api(&self) -> &'a Api {
        self.finder.api
    }

    fn role(&self) -> Option<Played> {
        if let Some(item) = &self.candidate.item {
            match below(self.path, item) {
                Some([]) => return self.on_item(),
                Some([Segment::Literal(action)]) => return self.action(action),
                _ => {}
            }
        }
        for collection in self.collections {
            match below(self.path, collection) {
                Some([]) => return self.on_collection(collection),
                Some([Segment::Literal(word)]) => return self.beside(word),
                Some([Segment::Literal(_), Segment::Parameter(name)]) => {
                    return self.by_another_name(name);
                }
                _ => {}
            }
        }
        // Many at once, above what the first parameter tells apart: `/objects/_bulk_get` beside `/objects/{type}/{id}`.
        match (
            self.candidate.collection.split_last(),
            self.path.split_last(),
        ) {
            (Some((Segment::Parameter(_), outer)), Some((Segment::Literal(word), own)))
                if same(outer, own) =>
            {
                self.beside(word)
            }
            _ => None,
        }
    }

    fn played(&self, role: Role, selectors: Vec<Selector>) -> Played {
        Played {
            resource: self.resource,
            role,
            selectors,
            sent: Vec::new(),
            defaults: self.defaults(),
            replaces: Vec::new(),
            answer: Answer::Other,
            query: Query::default(),
            sets: None,
        }
    }

    fn on_item(&self) -> Option<Played> {
        let selectors = self.path_selectors();
        match self.operation.method.as_str() {
            "get" => {
                let mut played = self.played(Role::Read, selectors);
                played.answer = self.one()?;
                Some(played)
            }
            "delete" => {
                let mut played = self.played(Role::Delete, selectors);
                played.answer = self.one().unwrap_or(Answer::Other);
                Some(played)
            }
            "put" => {
                let made_elsewhere = self.made_elsewhere();
                let role = if made_elsewhere {
                    Role::Replace
                } else {
                    Role::Put
                };
                self.change(role, selectors)
            }
            "patch" => self.change(Role::Merge, selectors),
            "post" => {
                sent(self.operation)?;
                let item = self.candidate.item.as_deref()?;
                let replaced = self.finder.with_method(item, "put").is_some();
                let role = match (replaced, self.made_elsewhere()) {
                    (true, _) => Role::Create,
                    (false, true) => Role::Merge,
                    (false, false) => Role::Put,
                };
                self.change(role, selectors)
            }
            _ => None,
        }
    }

    /// Whether a `POST` to the collection, or to the item, may make items.
    fn made_elsewhere(&self) -> bool {
        let takes = |operation: &Operation| sent(operation).is_some();
        let at_item = self
            .candidate
            .item
            .as_deref()
            .filter(|_| self.operation.method == "put");
        let posted = |path: &[Segment]| self.finder.with_method(path, "post").is_some_and(takes);
        at_item.is_some_and(posted) || posted(&self.candidate.collection)
    }

    /// An operation that takes an item, or a part of one.
    fn change(&self, role: Role, selectors: Vec<Selector>) -> Option<Played> {
        let mut played = self.played(role, selectors);
        played.replaces = self.replaced();
        let whole = matches!(role, Role::Put | Role::Replace);
        if whole && self.operation.body.is_some() && !self.covers(&played.replaces) {
            played.role = Role::Merge;
        }
        played.sent = match sent(self.operation) {
            Some(_) => self.body()?,
            // `PUT` without a body links what the path names.
            None if role == Role::Put && self.operation.body.is_none() => Vec::new(),
            None => return None,
        };
        played.answer = self.one().unwrap_or(Answer::Other);
        Some(played)
    }

    /// The defaults of the properties of the body.
    fn defaults(&self) -> Vec<(String, serde_json::Value)> {
        let Some(ty) = sent(self.operation) else {
            return Vec::new();
        };
        let way = self.body().unwrap_or_default();
        let inner = at(self.api(), ty, &way);
        let found = inner.map(|ty| defaults(self.api(), ty)).unwrap_or_default();
        let own = |(name, _): &(String, _)| self.candidate.properties.contains_key(name.as_str());
        found.into_iter().filter(own).collect()
    }

    /// The properties of the item that the body can have.
    fn replaced(&self) -> Vec<String> {
        let way = self.body().unwrap_or_default();
        let inner = sent(self.operation).and_then(|ty| at(self.api(), ty, &way));
        let own = inner
            .map(|ty| properties(self.api(), ty))
            .unwrap_or_default();
        own.into_keys().map(str::to_string).collect()
    }

    /// Whether what is sent is enough to make an item, and not only a change of some of it.
    fn covers(&self, sent: &[String]) -> bool {
        sent.is_empty() || sent.len() * 3 >= self.candidate.properties.len()
    }

    /// The way to the item in the body.
    fn body(&self) -> Option<Vec<String>> {
        let ty = sent(self.operation)?;
        let item = &self.candidate.properties;
        match outline(self.api(), ty)? {
            Outline::Any => return Some(Vec::new()),
            Outline::Object => {}
            Outline::Array(_) | Outline::Scalar => return None,
        }
        let own = properties(self.api(), ty);
        if item.is_empty() && self.candidate.ty.is_some() {
            return Some(Vec::new());
        }
        if own.is_empty() || part_of(&own, item) {
            return Some(Vec::new());
        }
        // `{shelf: {…}}`: with a word beside it that is no property of the item.
        one(self.api(), ty, &|properties| part_of(properties, item)).filter(|way| !way.is_empty())
    }

    /// Where the answer has the item. `None` when the answer is something else.
    fn one(&self) -> Option<Answer> {
        let (_, content) = answer(self.operation)?;
        let Some(content) = content else {
            return Some(Answer::Other);
        };
        // JSON without a schema can be anything, so it can be the item.
        let Some(ty) = content.ty.as_ref() else {
            return Some(Answer::One(Vec::new()));
        };
        if matches!(outline(self.api(), ty), Some(Outline::Any)) {
            return Some(Answer::One(Vec::new()));
        }
        if !matches!(outline(self.api(), ty), Some(Outline::Object)) {
            return None;
        }
        let item = &self.candidate.properties;
        one(self.api(), ty, &|properties| related(properties, item)).map(Answer::One)
    }

    fn many(&self) -> Option<Page> {
        let (_, content) = answer(self.operation)?;
        let ty = content?.ty.as_ref()?;
        let item = &self.candidate.properties;
        // A list of anything may be a list of something else.
        let ty_of_item = self.candidate.ty?;
        if !matches!(outline(self.api(), ty_of_item), Some(Outline::Object)) {
            return None;
        }
        let wanted = |ty: &'a Type| {
            let object = matches!(
                outline(self.api(), ty),
                Some(Outline::Object | Outline::Any)
            );
            object && related(&properties(self.api(), ty), item)
        };
        // The lists of an item are parts of it.
        if !item.is_empty() && related(&properties(self.api(), ty), item) {
            return None;
        }
        let found = list(self.api(), ty, &wanted)?;
        let told = |wanted: &dyn Fn(&[String]) -> bool| number(self.api(), ty, wanted);
        Some(Page {
            items: found.way,
            total: told(&is_total),
            page: told(&is_page),
            per_page: told(&is_per_page),
        })
    }

    fn path_selectors(&self) -> Vec<Selector> {
        let Some(item) = &self.candidate.item else {
            return Vec::new();
        };
        let mut parts = self.candidate.key.iter();
        let mut selectors = Vec::new();
        for (own, segment) in self.path.iter().zip(item) {
            let Segment::Parameter(_) = segment else {
                continue;
            };
            let part = parts.next();
            if let (Some(part), Segment::Parameter(name)) = (part, own) {
                selectors.push(selector(part, Source::Path(name.clone())));
            }
        }
        selectors
    }

    fn on_collection(&self, collection: &[Segment]) -> Option<Played> {
        let own = same(collection, &self.candidate.collection);
        match self.operation.method.as_str() {
            "get" => match self.candidate.item {
                None if own => self.queried(Role::Read),
                _ => self.listed(),
            },
            "post" => self.created(),
            "put" | "patch" => match self.several(Role::BulkMerge) {
                Some(played) => Some(played),
                None if self.candidate.item.is_none() && own => {
                    let role = match self.operation.method.as_str() {
                        "put" if self.made_elsewhere() => Role::Replace,
                        "put" => Role::Put,
                        _ => Role::Merge,
                    };
                    self.queried(role)
                }
                None => self
                    .created()
                    .filter(|_| self.operation.method == "put")
                    .map(|played| Played {
                        role: Role::Put,
                        ..played
                    }),
            },
            "delete" => match self.candidate.item {
                None if own => self
                    .queried(Role::Delete)
                    .or_else(|| self.named(Role::BulkDelete)),
                _ => self.named(Role::BulkDelete),
            },
            _ => None,
        }
    }

    fn created(&self) -> Option<Played> {
        // A list in what is an item itself is a part of that item.
        let itself = || {
            let own = sent(self.operation).map(|ty| properties(self.api(), ty));
            own.is_some_and(|own| part_of(&own, &self.candidate.properties))
        };
        let several = self.several(Role::BulkCreate);
        if let Some(several) = several.filter(|several| several.sent.is_empty() || !itself()) {
            return Some(several);
        }
        let mut played = self.played(Role::Create, self.path_selectors());
        played.answer = self.one()?;
        // What answers an item in full has made one, though it may have been told something else.
        let told = || played.answer != Answer::Other && sent(self.operation).is_some();
        played.sent = self.body().or_else(|| told().then(Vec::new))?;
        // Nobody would find an item again that does not show what it is called.
        let known = |part: &KeyPart| {
            let given = played.selectors.iter().any(|s| s.key == told_by(part));
            given || part.property.is_some()
        };
        let shown = played.answer != Answer::Other || self.sends_key(&played.sent);
        (self.candidate.key.iter().all(known) && shown).then_some(played)
    }

    /// Whether the body says what a new item is called.
    fn sends_key(&self, way: &[String]) -> bool {
        let ty = sent(self.operation).and_then(|ty| at(self.api(), ty, way));
        ty.is_some_and(|ty| self.tells(&properties(self.api(), ty)))
    }

    /// An operation beside the items, such as `_find` or `_bulk_delete`.
    fn beside(&self, word: &str) -> Option<Played> {
        let noun = super::path::singular_words(noun(&self.candidate.collection));
        match (self.operation.method.as_str(), verb(word, &noun)) {
            // `installed` or `mine` are some of the items, and nobody knows which.
            ("get", _) if is_search(word) => self.listed(),
            ("post", Some(Verb::Create)) => self.several(Role::BulkCreate),
            ("post", Some(Verb::Read)) => {
                let mut played = self.named(Role::BulkRead)?;
                played.answer = Answer::Many(self.many()?);
                Some(played)
            }
            ("post" | "put" | "patch", Some(Verb::Change)) => self.several(Role::BulkMerge),
            ("post" | "delete", Some(Verb::Delete)) => self.named(Role::BulkDelete),
            ("get" | "post", Some(Verb::Export)) => self.exported(),
            ("post", Some(Verb::Import)) => self.imported(),
            _ => None,
        }
    }

    /// An operation that writes items down: those that the query or the body names, and all when they name none.
    fn exported(&self) -> Option<Played> {
        let lines = answered_lines(self.operation)?;
        let line = lines
            .ty
            .as_ref()
            .filter(|_| lines.format == BodyFormat::JsonLines);
        let line = line
            .map(|ty| properties(self.api(), ty))
            .unwrap_or_default();
        if !line.is_empty() && !related(&line, &self.candidate.properties) {
            return None;
        }
        let mut played = self.played(Role::Export, self.path_selectors());
        let query = self.finder.query_names(self.operation).into_iter();
        played.selectors.extend(
            query
                .filter(|name| self.names().contains(name))
                .map(|name| shown_by(name, Source::Query(name.to_string()))),
        );
        if let Some(ty) = sent(self.operation) {
            let own = properties(self.api(), ty);
            let names = self
                .names()
                .into_iter()
                .filter(|name| own.contains_key(name));
            played
                .selectors
                .extend(names.map(|name| shown_by(name, Source::Body(vec![name.to_string()]))));
            // Objects that say nothing of themselves can say what an item is called.
            let wanted = |ty: &'a Type| {
                let own = properties(self.api(), ty);
                let object = matches!(outline(self.api(), ty), Some(Outline::Object));
                object && (own.is_empty() || self.names().iter().any(|name| own.contains_key(name)))
            };
            if let Some(found) = list(self.api(), ty, &wanted) {
                let own = properties(self.api(), found.items?);
                let names = self.names().into_iter();
                let names = names.filter(|name| own.is_empty() || own.contains_key(name));
                played
                    .selectors
                    .extend(names.map(|name| shown_by(name, Source::Listed(name.to_string()))));
                played.sent = found.way;
            }
        }
        Some(played)
    }

    /// An operation that takes a file of items, and answers how many there were.
    fn imported(&self) -> Option<Played> {
        let content = &self.operation.body.as_ref()?.content;
        // Anything that says nothing of what it holds can be a file.
        let file = |ty: &&'a Type| match outline(self.api(), ty) {
            Some(Outline::Any) => true,
            Some(Outline::Object) => properties(self.api(), ty).is_empty(),
            Some(Outline::Array(_) | Outline::Scalar) => false,
            None => matches!(self.api().types.resolve(ty).0, Kind::Binary(_)),
        };
        let takes_file = |content: &'a Content| match (content.format, &content.ty) {
            (BodyFormat::Multipart, Some(ty)) => {
                let parts = properties(self.api(), ty);
                parts.into_values().filter(file).count() == 1
            }
            (_, _) => content.is_lines(),
        };
        if !content.iter().any(takes_file) {
            return None;
        }
        let names = self.names().into_iter();
        let listed = names.map(|name| shown_by(name, Source::Listed(name.to_string())));
        let mut played = self.played(Role::Import, self.path_selectors());
        played.selectors.extend(listed);
        let (_, answer) = answer(self.operation)?;
        played.answer = match answer.and_then(|content| content.ty.as_ref()) {
            Some(ty) => Answer::Count(self.count(ty)?),
            None => Answer::Other,
        };
        played.query = self.query();
        Some(played)
    }

    /// What an answer says of items that were taken in. `None` when it says not how many, so that it may be anything.
    fn count(&self, ty: &'a Type) -> Option<Count> {
        let noun = super::path::singular_words(noun(&self.candidate.collection));
        let own = properties(self.api(), ty);
        let mut count = Count::default();
        for (name, ty) in own {
            let said = words(name);
            let flag = matches!(ty.kind, Kind::Boolean { .. });
            if flag && said.last().is_some_and(|word| word == "success") {
                count.successes.push(name.to_string());
            }
            let number = is_number(self.api(), ty) == Some(true);
            if let Some((last, rest)) = said.split_last()
                && number
                && last == "count"
            {
                let own = super::path::singular_words(&rest.join("_"));
                if rest == ["success"] || own == noun {
                    count.counts.push(name.to_string());
                }
            }
        }
        (!count.counts.is_empty()).then_some(count)
    }

    /// The properties that say what an item is called.
    fn names(&self) -> Vec<&str> {
        let key = self.candidate.key.iter();
        let key = key.filter_map(|part| part.property.as_deref());
        let others = self.candidate.other_keys.iter().copied();
        let mut names: Vec<&str> = key.chain(others).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// `GET /items/_slug/{slug}`: an item by another property. What is also changed or deleted there is an item of its own:
    /// `/connectors/{id}` beside `/actions/{id}`.
    fn by_another_name(&self, parameter: &str) -> Option<Played> {
        let item = &self.candidate.properties;
        let mut there = self.finder.operations(self.path);
        if there.any(|(_, operation)| operation.method != "get") {
            return None;
        }
        let property = identified(self.api(), item, parameter, "", false)?;
        let mut selectors = self.path_selectors();
        selectors.push(Selector {
            key: property.to_string(),
            hidden: false,
            source: Source::Path(parameter.to_string()),
        });
        let mut played = self.played(Role::Read, selectors);
        played.answer = self.one().filter(|answer| *answer != Answer::Other)?;
        Some(played)
    }

    fn listed(&self) -> Option<Played> {
        let page = self.many()?;
        let mut played = self.played(Role::List, self.path_selectors());
        played.answer = Answer::Many(page);
        played.query = self.query();
        Some(played)
    }

    /// An operation on one item that the query or the body names.
    fn queried(&self, role: Role) -> Option<Played> {
        let mut played = self.played(role, self.queried_selectors()?);
        match role {
            Role::Read => played.answer = self.one()?,
            Role::Delete => played.answer = self.one().unwrap_or(Answer::Other),
            _ => {
                played.sent = self.body()?;
                played.replaces = self.replaced();
                played.answer = self.one().unwrap_or(Answer::Other);
            }
        }
        Some(played)
    }

    fn queried_selectors(&self) -> Option<Vec<Selector>> {
        let holds = |name: &str| self.candidate.other_keys.contains(&name);
        let query = self.finder.query_names(self.operation);
        let query = query.into_iter().filter(|name| holds(name));
        let mut selectors: Vec<Selector> = query
            .map(|name| shown_by(name, Source::Query(name.to_string())))
            .collect();
        if selectors.is_empty()
            && let Some(ty) = sent(self.operation)
        {
            let way = self.body().unwrap_or_default();
            let inner = at(self.api(), ty, &way)?;
            let body = properties(self.api(), inner);
            let names = body.keys().filter(|name| holds(name));
            selectors.extend(names.map(|name| {
                let mut way = way.clone();
                way.push((*name).to_string());
                shown_by(name, Source::Body(way))
            }));
        }
        (!selectors.is_empty()).then_some(selectors)
    }

    /// An operation on several items, which the body has as a list.
    fn several(&self, role: Role) -> Option<Played> {
        let ty = sent(self.operation)?;
        let item = &self.candidate.properties;
        let wanted = |ty: &'a Type| {
            let own = properties(self.api(), ty);
            part_of(&own, item) && (role == Role::BulkCreate || self.tells(&own))
        };
        let found = list(self.api(), ty, &wanted)?;
        // A list that an item has, too, is a part of one item.
        if found
            .way
            .iter()
            .any(|step| item.contains_key(step.as_str()))
        {
            return None;
        }
        let mut played = self.played(role, self.path_selectors());
        let own = properties(self.api(), found.items?);
        played.selectors.extend(self.listed_selectors(&own));
        played.sent = found.way;
        played.answer = self.many().map_or(Answer::Other, Answer::Many);
        Some(played)
    }

    /// Whether an object in a list says which item it is.
    fn tells(&self, own: &Properties<'_>) -> bool {
        let last = self.candidate.key.last();
        last.is_some_and(|part| own.contains_key(told_by(part)))
    }

    fn listed_selectors(&self, own: &Properties<'_>) -> Vec<Selector> {
        let parts = self.candidate.key.iter();
        let parts = parts.filter(|part| own.contains_key(told_by(part)));
        parts
            .map(|part| selector(part, Source::Listed(told_by(part).to_string())))
            .collect()
    }

    /// An operation on the items that a list names.
    fn named(&self, role: Role) -> Option<Played> {
        let part = self.candidate.key.last()?;
        let mut played = self.played(role, self.path_selectors());
        if let Some(ty) = sent(self.operation) {
            let texts = |ty: &'a Type| identifies(self.api(), ty);
            let objects = |ty: &'a Type| self.tells(&properties(self.api(), ty));
            if let Some(found) = list(self.api(), ty, &objects) {
                let own = properties(self.api(), found.items?);
                played.selectors.extend(self.listed_selectors(&own));
                played.sent = found.way;
                return Some(played);
            }
            let found =
                list(self.api(), ty, &texts).filter(|found| self.plural(found.way.last()))?;
            played
                .selectors
                .push(selector(part, Source::Body(found.way)));
            return Some(played);
        }
        let group = members(self.api(), self.operation.query_type?);
        let mut lists = self.operation.parameters.iter().filter(|parameter| {
            parameter.location == Location::Query
                && self.plural(Some(&parameter.wire))
                && group
                    .get(parameter.wire.as_str())
                    .is_some_and(|ty| self.takes_list(ty))
        });
        let name = lists.next()?.wire.clone();
        played.selectors.push(selector(part, Source::Query(name)));
        Some(played)
    }

    fn takes_list(&self, ty: &'a Type) -> bool {
        matches!(outline(self.api(), ty), Some(Outline::Array(_)))
    }

    /// Whether a name is the plural of what identifies an item: `ids`, `caseIds`, `names`. A body that is nothing but a
    /// list has no name.
    fn plural(&self, name: Option<&String>) -> bool {
        let Some(name) = name else { return true };
        let Some(part) = self.candidate.key.last() else {
            return false;
        };
        let said = super::path::singular_words(name);
        let noun = super::path::singular_words(noun(&self.candidate.collection));
        let wanted = words(told_by(part));
        let own = said.strip_prefix(noun.as_slice()).unwrap_or(&said);
        // `excludedIds` and the like mean others.
        own == wanted || said == words(&part.name) || said == wanted
    }

    /// `POST /items/{id}/_enable`: sets a property of the item.
    fn action(&self, action: &str) -> Option<Played> {
        if !matches!(self.operation.method.as_str(), "post" | "put") {
            return None;
        }
        let (stem, holds) = stated(action);
        let flag = |ty: &Type| matches!(ty.kind, Kind::Boolean { .. });
        let mut flags = self.candidate.properties.iter().filter(|(_, ty)| flag(ty));
        let (name, _) = flags.find(|(name, _)| says(name, &stem))?;
        let mut played = self.played(Role::Act, self.path_selectors());
        played.sets = Some(((*name).to_string(), holds));
        played.answer = self.one().unwrap_or(Answer::Other);
        Some(played)
    }

    fn query(&self) -> Query {
        let mut query = Query::default();
        let parameters = self.operation.parameters.iter();
        for parameter in parameters.filter(|p| p.location == Location::Query) {
            let name = parameter.wire.clone();
            let said = words(&name);
            if is_page(&said) {
                query.page = Some(name);
            } else if is_per_page(&said) {
                query.per_page = Some(name);
            } else if is_order(&said) {
                query.order = Some(name);
            } else if said.first().is_some_and(|word| word == "sort") {
                query.sort = Some(name);
            } else if said == ["search"] || said == ["query"] {
                query.search = Some(name);
            } else if said == ["overwrite"] {
                query.overwrite = Some(name);
            } else if self.candidate.properties.contains_key(name.as_str()) {
                query.filters.push((name.clone(), name));
            }
        }
        query
    }
}

/// A value of a property that items show.
fn shown_by(key: &str, source: Source) -> Selector {
    Selector {
        key: key.to_string(),
        hidden: false,
        source,
    }
}

fn selector(part: &KeyPart, source: Source) -> Selector {
    Selector {
        key: told_by(part).to_string(),
        hidden: part.property.is_none(),
        source,
    }
}

/// The name under which an object has a part of the key.
fn told_by(part: &KeyPart) -> &str {
    part.property.as_deref().unwrap_or(&part.name)
}

fn is_total(words: &[String]) -> bool {
    let of_all = ["count", "items", "hits", "results"];
    match words {
        [word] => word == "total" || word == "count",
        [first, second] => {
            let (first, second) = (first.as_str(), second.as_str());
            (first == "total" && of_all.contains(&second))
                || (second == "total" && of_all.contains(&first))
        }
        _ => false,
    }
}

/// What a property says by its name, when the server makes it.
fn said(words: &[String]) -> Option<Says> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["created" | "creation"] | ["created" | "creation", "at" | "on" | "date" | "time"] => {
            Some(Says::Created)
        }
        ["updated" | "modified"]
        | ["updated" | "modified", "at" | "on" | "date" | "time"]
        | ["last", "updated" | "modified"] => Some(Says::Updated),
        ["version" | "revision"] => Some(Says::Version),
        _ => None,
    }
}

fn is_search(segment: &str) -> bool {
    let words = words(segment);
    matches!(words.as_slice(), [word] if ["find", "list", "search", "all", "query"].contains(&word.as_str()))
}

fn is_page(words: &[String]) -> bool {
    matches!(words, [word] if word == "page") || words == ["page", "number"]
}

fn is_per_page(words: &[String]) -> bool {
    words == ["per", "page"] || words == ["page", "size"] || words == ["size"] || words == ["limit"]
}

fn is_order(words: &[String]) -> bool {
    words == ["order"] || words == ["sort", "order"] || words == ["sort", "direction"]
}
