//! Names of definitions: whom they belong to, and what they are called there. Knows the IR only.
//!
//! | definition | belongs to | name |
//! |---|---|---|
//! | component | its namespace's group, else to all | its own, without the namespace and the words of the group |
//! | type in a component | the component | the component, then the shortest end of the property chain that is unique there |
//! | resource | its group | what the path calls it, in the singular |
//! | body of errors | its group | `Error`, with what tells it apart where a group has several |
//! | type in a resource | the resource | as in a component |
//! | union of plain scalars | all | its members: `BooleanOrString` |
//! | type in an operation | the operation | the shortest end of the property chain that is unique there |

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::claims::Claims;
use super::given::{Scope, TypeNames};
use super::path::{self, Language};
use super::positions::{self, Position};
use crate::ir::{Api, ModuleId, Shape, Standing, TypeId, Types};
use crate::naming::reserved;
use crate::naming::words::{limited, pascal, words};
use crate::passes::merge::{self, OfGroup, Owner};
use crate::passes::namespaces::{self, Namespace};
use crate::passes::{graph, place};

/// A definition's names everywhere.
pub(super) struct Namer<'a> {
    language: &'a Language<'a>,
    /// The words of each module's name.
    modules: &'a [Vec<String>],
    namespaces: Vec<Namespace>,
    own: BTreeMap<TypeId, (ModuleId, OfGroup)>,
    /// What a definition is called in the group of its namespace, or of itself.
    at_home: HashMap<TypeId, (ModuleId, String)>,
    /// What a definition is called everywhere else.
    abroad: HashMap<TypeId, String>,
    /// What a definition is called in its operation.
    in_operation: HashMap<TypeId, (usize, String)>,
    taken: Taken,
    /// What the settings call a definition.
    given: HashMap<TypeId, String>,
    /// The names that the settings give: no other definition has them.
    promised: HashSet<String>,
}

/// The names that are taken.
#[derive(Default)]
struct Taken {
    at_home: HashSet<(ModuleId, String)>,
    abroad: HashSet<String>,
}

/// The names of all definitions, by id.
pub(super) fn names(
    language: &Language<'_>,
    modules: &[Vec<String>],
    groups: &[Vec<String>],
    members: &[Vec<String>],
    claims: &mut Claims,
) -> Vec<TypeNames> {
    let api = language.api;
    let own = merge::of_groups(api);
    let positions = positions::gather(language, &own, members);
    let mut namer = Namer {
        language,
        modules,
        namespaces: namespaces::of(api),
        own,
        at_home: HashMap::new(),
        abroad: HashMap::new(),
        in_operation: HashMap::new(),
        taken: Taken::default(),
        promised: api
            .renames
            .iter()
            .filter(|(key, _)| key.starts_with('/'))
            .map(|(_, name)| name.clone())
            .collect(),
        given: given(api),
    };
    namer.components(claims);
    namer.scalar_unions(claims);
    namer.inside_components(&positions, claims);
    namer.of_groups(groups, claims);
    namer.inside_groups(&positions, claims);
    namer.inside_operations(&positions, claims);
    namer.finish(members, claims)
}

impl Namer<'_> {
    fn types(&self) -> &Types {
        &self.language.api.types
    }

    /// The name that the settings give, or the first candidate that is free.
    fn pick(
        &self,
        id: TypeId,
        candidates: Vec<String>,
        free: impl Fn(&str) -> bool,
        claims: &mut Claims,
    ) -> String {
        let definition = &self.language.api.types[id];
        let what = format!("the type at {}", definition.pointer);
        match self.given.get(&id) {
            Some(name) => claims.choose([name.clone()], free, &what, &definition.pointer),
            None => {
                let free = |name: &str| free(name) && !self.promised.contains(name);
                claims.choose(candidates, free, &what, &definition.pointer)
            }
        }
    }

    fn components(&mut self, claims: &mut Claims) {
        let api = self.language.api;
        let mut all: Vec<(bool, &str, Vec<String>, TypeId)> = Vec::new();
        for id in api.types.ids() {
            if let Some(name) = namespaces::component(api, id) {
                let rest = namespaces::rest(&self.namespaces[id.0], name);
                let words = startable(self.language.vocabulary.words(rest));
                all.push((pascal(&words) != rest, name, words, id));
            }
        }
        // One that is spelled like its Rust name keeps it.
        all.sort();
        for (_, _, words, id) in all {
            let namespace = &self.namespaces[id.0];
            let mut far = match namespace.prefix.as_str() {
                "" => Vec::new(),
                prefix => without_api(self.language.vocabulary.words(prefix)),
            };
            far.extend(words.iter().cloned());
            let home = namespace
                .group
                .map(|group| (group, self.without_module(group, &words)));
            self.claim(id, home, &pascal(&far), claims);
        }
    }

    /// A name in the group that a definition belongs to, and one for everywhere else.
    fn claim(
        &mut self,
        id: TypeId,
        home: Option<(ModuleId, String)>,
        far: &str,
        claims: &mut Claims,
    ) {
        let definition = &self.language.api.types[id];
        let kind = kind_word(&definition.shape);
        if let Some((group, near)) = home {
            let free = |name: &str| {
                !self.taken.at_home.contains(&(group, name.to_string())) && !reserved::is_type(name)
            };
            let candidates = [near.clone(), format!("{near}Type"), format!("{near}{kind}")];
            let name = self.pick(id, candidates.to_vec(), free, claims);
            self.taken.at_home.insert((group, name.clone()));
            self.at_home.insert(id, (group, name));
        }
        let free = |name: &str| !self.taken.abroad.contains(name) && !reserved::is_type(name);
        let candidates = [
            far.to_string(),
            format!("{far}Type"),
            format!("{far}{kind}"),
        ];
        let name = self.pick(id, candidates.to_vec(), free, claims);
        self.taken.abroad.insert(name.clone());
        self.abroad.insert(id, name);
    }

    fn scalar_unions(&mut self, claims: &mut Claims) {
        let live = graph::live(self.language.api);
        let mut unions: Vec<(String, String, TypeId)> = Vec::new();
        for (id, definition) in self.language.api.types.iter() {
            if live[id.0]
                && place::is_inline(self.types(), id)
                && definition.standing == Standing::Own
            {
                let name = place::scalar_union_name(&definition.shape);
                unions.extend(name.map(|name| (name, definition.pointer.as_str().to_string(), id)));
            }
        }
        unions.sort();
        for (name, _, id) in unions {
            self.claim(id, None, &name, claims);
        }
    }

    fn inside_components(
        &mut self,
        positions: &BTreeMap<Owner<'_>, Vec<Position>>,
        claims: &mut Claims,
    ) {
        let mut owners: HashMap<&str, TypeId> = HashMap::new();
        for id in self.language.api.types.ids() {
            owners.extend(namespaces::component(self.language.api, id).map(|name| (name, id)));
        }
        let mut all: Vec<(String, TypeId, &Position)> = Vec::new();
        for (owner, positions) in positions {
            if let Owner::Component(name) = owner
                && let Some(id) = owners.get(name)
            {
                all.extend(
                    positions
                        .iter()
                        .map(|position| ((*name).to_string(), *id, position)),
                );
            }
        }
        for (_, owner, position) in sorted(all) {
            self.claim_inside(position, owner, claims);
        }
    }

    /// The name of a type in a component or in a definition of a group: that one's name, then the end of the way.
    fn claim_inside(&mut self, position: &Position, owner: TypeId, claims: &mut Claims) {
        let definition = &self.language.api.types[position.id];
        let kind = kind_word(&definition.shape);
        let names = |stem: &str, module: Option<&[String]>| -> Vec<String> {
            let fits = |name: String| match module {
                Some(module) => without_prefix(module, &name),
                None => name,
            };
            let long = position.candidates.iter();
            let long = long.map(|text| fits(format!("{stem}{}{text}", gap(stem, text))));
            shortened(long.collect(), kind)
        };
        if let Some((group, stem)) = self.at_home.get(&owner).cloned() {
            let candidates = names(&stem, Some(&self.modules[group.0]));
            let free =
                |name: &str| self.is_free_at_home(group, name, self.own.contains_key(&owner));
            let name = self.pick(position.id, candidates, free, claims);
            self.taken.at_home.insert((group, name.clone()));
            self.at_home.insert(position.id, (group, name));
        }
        if let Some(stem) = self.abroad.get(&owner).cloned() {
            let free = |name: &str| !self.taken.abroad.contains(name) && !reserved::is_type(name);
            let name = self.pick(position.id, names(&stem, None), free, claims);
            self.taken.abroad.insert(name.clone());
            self.abroad.insert(position.id, name);
        }
    }

    /// What operations bring gives way to every component, so that it does not matter which components a group uses.
    fn is_free_at_home(&self, group: ModuleId, name: &str, gives_way: bool) -> bool {
        let taken = self.taken.at_home.contains(&(group, name.to_string()));
        let abroad = gives_way && self.taken.abroad.contains(name);
        !taken && !abroad && !reserved::is_type(name)
    }

    fn of_groups(&mut self, groups: &[Vec<String>], claims: &mut Claims) {
        let api = self.language.api;
        /// Whether it is an error, its names from the best on, its schema, its group.
        type Wished = (bool, Vec<Vec<String>>, String, ModuleId, TypeId);
        let mut all: Vec<Wished> = Vec::new();
        for (id, (module, why)) in &self.own {
            let wishes = match why {
                OfGroup::Resource(path) => {
                    resource_names(&path::thing(self.language, path, &groups[module.0]))
                }
                OfGroup::Error => error_names(self.language, *id),
            };
            let pointer = api.types[*id].pointer.to_string();
            all.push((*why == OfGroup::Error, wishes, pointer, *module, *id));
        }
        all.sort();
        for (_, wishes, _, group, id) in all {
            let candidates = wishes.iter().map(|words| self.without_module(group, words));
            let candidates: Vec<String> = candidates.collect();
            let free = |name: &str| self.is_free_at_home(group, name, true);
            let name = self.pick(id, candidates, free, claims);
            self.taken.at_home.insert((group, name.clone()));
            self.at_home.insert(id, (group, name));
        }
    }

    fn inside_groups(
        &mut self,
        positions: &BTreeMap<Owner<'_>, Vec<Position>>,
        claims: &mut Claims,
    ) {
        let mut all: Vec<(String, TypeId, &Position)> = Vec::new();
        for (owner, positions) in positions {
            if let Owner::Group(id) = owner {
                let name = self
                    .at_home
                    .get(id)
                    .map(|(_, name)| name.clone())
                    .unwrap_or_default();
                all.extend(
                    positions
                        .iter()
                        .map(|position| (name.clone(), *id, position)),
                );
            }
        }
        for (_, owner, position) in sorted(all) {
            self.claim_inside(position, owner, claims);
        }
    }

    fn inside_operations(
        &mut self,
        positions: &BTreeMap<Owner<'_>, Vec<Position>>,
        claims: &mut Claims,
    ) {
        let api = self.language.api;
        let operations: HashMap<String, usize> = api
            .operations
            .iter()
            .enumerate()
            .map(|(i, o)| (o.key(), i))
            .collect();
        for (owner, positions) in positions {
            let Owner::Operation(key) = owner else {
                continue;
            };
            let Some(operation) = operations.get(*key).copied() else {
                continue;
            };
            let mut taken: HashSet<String> = HashSet::new();
            for position in positions {
                let definition = &api.types[position.id];
                let kind = kind_word(&definition.shape);
                let candidates = shortened(position.candidates.clone(), kind);
                let free = |name: &str| !taken.contains(name) && !reserved::is_operation_type(name);
                let name = self.pick(position.id, candidates, free, claims);
                taken.insert(name.clone());
                self.in_operation.insert(position.id, (operation, name));
            }
        }
    }

    /// A name in a module, without the words of the module.
    fn without_module(&self, module: ModuleId, words: &[String]) -> String {
        let module = &self.modules[module.0];
        match words.strip_prefix(module.as_slice()) {
            Some(rest) if can_start(rest) => pascal(rest),
            _ => pascal(words),
        }
    }

    fn finish(mut self, members: &[Vec<String>], claims: &mut Claims) -> Vec<TypeNames> {
        let api = self.language.api;
        let users = users(api);
        let kept = merge::kept(api);
        let nowhere = || TypeNames {
            scope: Scope::Nowhere,
            ident: String::new(),
            exports: Vec::new(),
            members: Vec::new(),
        };
        let mut all: Vec<TypeNames> = api.types.ids().map(|_| nowhere()).collect();
        // By name, so that the order of the file does not matter.
        let mut order: Vec<TypeId> = api.types.ids().collect();
        order.sort_by_key(|id| (self.abroad.get(id), &api.types[*id].pointer));
        for id in order {
            all[id.0].members.clone_from(&members[id.0]);
            // What was merged has the names of what took its place, and is not written itself.
            let written = kept[id.0] == id && !place::is_parameters(&api.types[id].place);
            if !written || users[id.0].is_empty() {
                continue;
            }
            let own = &mut all[id.0];
            if let Some((operation, name)) = self.in_operation.get(&id) {
                own.scope = Scope::Operation(*operation);
                own.ident.clone_from(name);
                continue;
            }
            let shown = users[id.0]
                .iter()
                .filter_map(|module| Some((*module, self.shown(id, *module, claims)?)));
            let shown: Vec<(ModuleId, String)> = shown.collect();
            match shown.as_slice() {
                [(module, name)] => {
                    own.scope = Scope::Group(*module);
                    own.ident.clone_from(name);
                }
                _ => {
                    own.scope = Scope::Shared;
                    own.ident = self.abroad.get(&id).cloned().unwrap_or_default();
                    own.exports = shown;
                }
            }
        }
        all
    }

    /// What a group calls a definition. It does not matter what else the group uses.
    fn shown(&mut self, id: TypeId, module: ModuleId, claims: &mut Claims) -> Option<String> {
        if let Some((group, name)) = self.at_home.get(&id)
            && *group == module
        {
            return Some(name.clone());
        }
        let far = self.abroad.get(&id)?.clone();
        let definition = &self.language.api.types[id];
        let free_here = |name: &str| {
            !self.taken.at_home.contains(&(module, name.to_string())) && !reserved::is_type(name)
        };
        let short = without_prefix(&self.modules[module.0], &far);
        if short != far && free_here(&short) && !self.taken.abroad.contains(&short) {
            self.taken.at_home.insert((module, short.clone()));
            return Some(short);
        }
        if free_here(&far) {
            return Some(far);
        }
        let candidates = [
            format!("{far}Type"),
            format!("{far}{}", kind_word(&definition.shape)),
        ];
        let free = |name: &str| free_here(name) && !self.taken.abroad.contains(name);
        let name = self.pick(id, candidates.to_vec(), free, claims);
        self.taken.at_home.insert((module, name.clone()));
        Some(name)
    }
}

/// Short ways first, so that a name goes to the type that needs fewest words to be called so; those whose name has to be
/// shortened come last.
fn sorted<'p>(mut all: Vec<(String, TypeId, &'p Position)>) -> Vec<(String, TypeId, &'p Position)> {
    all.sort_by(|a, b| {
        let key = |entry: &(String, TypeId, &'p Position)| {
            let first = entry.2.candidates.first();
            (
                first.is_some_and(|text| entry.0.len() + text.len() > LONG),
                first.map(|text| (text.len(), text.clone())),
                entry.0.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    all
}

/// What a resource could be called.
fn resource_names(noun: &[String]) -> Vec<Vec<String>> {
    let with = |word: &str| noun.iter().cloned().chain([word.to_string()]).collect();
    vec![noun.to_vec(), with("item"), with("resource")]
}

/// What the body of an error could be called: by its structure alone, so that it does not matter which others there are.
fn error_names(language: &Language<'_>, id: TypeId) -> Vec<Vec<String>> {
    let error = || vec!["error".to_string()];
    let Shape::Struct(object) = &language.api.types[id].shape else {
        return vec![error(), vec!["error".to_string(), "union".to_string()]];
    };
    let has = |names: &[&str]| {
        object
            .fields
            .iter()
            .any(|field| names.contains(&field.wire.as_str()))
    };
    let usual = has(&["message"]) && has(&["statusCode", "status_code", "status", "error"]);
    let fields = object
        .fields
        .iter()
        .map(|field| language.vocabulary.words(&field.wire));
    let fields: Vec<Vec<String>> = fields.collect();
    let told = |count: usize| -> Vec<String> {
        let words = fields.iter().take(count).flatten().cloned();
        words.chain(error()).collect()
    };
    let first = if usual { vec![error()] } else { Vec::new() };
    first
        .into_iter()
        .chain((1..=fields.len()).map(told))
        .collect()
}

/// The names that the settings give, by the definition that is written.
fn given(api: &Api) -> HashMap<TypeId, String> {
    if api.renames.is_empty() {
        return HashMap::new();
    }
    let kept = merge::kept(api);
    let given = api.types.iter().filter_map(|(id, definition)| {
        let name = api.renames.get(definition.pointer.as_str())?;
        Some((kept[id.0], name.clone()))
    });
    given.collect()
}

/// The groups whose operations lead to each definition, by index.
fn users(api: &Api) -> Vec<BTreeSet<ModuleId>> {
    let edges = graph::edges(api);
    let mut users = vec![BTreeSet::new(); edges.len()];
    let mut work: Vec<(TypeId, ModuleId)> = Vec::new();
    for operation in &api.operations {
        graph::each_root(operation, &mut |id, _| work.push((id, operation.module)));
    }
    while let Some((id, module)) = work.pop() {
        if users[id.0].insert(module) {
            work.extend(edges[id.0].iter().map(|target| (*target, module)));
        }
    }
    users
}

/// Digits go to the end: `404_response` is `Response404`.
fn startable(mut words: Vec<String>) -> Vec<String> {
    let digits = words
        .iter()
        .take_while(|word| word.starts_with(char::is_numeric))
        .count();
    if digits < words.len() {
        words.rotate_left(digits);
    }
    words
}

fn without_api(mut words: Vec<String>) -> Vec<String> {
    if words.len() > 1
        && words
            .last()
            .is_some_and(|word| matches!(word.as_str(), "api" | "apis"))
    {
        words.pop();
    }
    words
}

fn can_start(words: &[String]) -> bool {
    words
        .first()
        .is_some_and(|word| word.starts_with(char::is_alphabetic))
}

/// A name in Pascal case without the words of a module at its front.
fn without_prefix(module: &[String], name: &str) -> String {
    // To find the words costs more than to see that they are others.
    let mut letters = name
        .chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase);
    let mut wanted = module.iter().flat_map(|word| word.chars());
    if !wanted.all(|letter| letters.next() == Some(letter)) {
        return name.to_string();
    }
    let all = words(name);
    match all.strip_prefix(module) {
        Some(rest) if can_start(rest) => pascal(rest),
        _ => name.to_string(),
    }
}

/// A longer name is shortened where it stays unique.
const LONG: usize = 40;

/// Words that say the least.
const FILLERS: &[&str] = &[
    "Array",
    "Item",
    "Object",
    "Params",
    "Properties",
    "Property",
    "Value",
];

/// Names with shorter ones before those that are long, and their kind at the end for when all are taken.
fn shortened(names: Vec<String>, kind: &str) -> Vec<String> {
    let mut all: Vec<String> = names.iter().flat_map(|name| shorter(name)).collect();
    all.extend(names.iter().cloned());
    all.extend(names.iter().map(|name| format!("{name}{kind}")));
    all.into_iter().map(limited).collect()
}

/// A long name without what says least: fillers, then words after the first two, as long as it needs.
fn shorter(name: &str) -> Vec<String> {
    let mut found = Vec::new();
    if name.len() <= LONG {
        return found;
    }
    let mut parts: Vec<String> = words(name)
        .iter()
        .map(|word| pascal(std::slice::from_ref(word)))
        .collect();
    let last = parts.len().saturating_sub(1);
    let mut index = 0;
    parts.retain(|part| {
        index += 1;
        index > last || !FILLERS.contains(&part.as_str())
    });
    parts.dedup();
    while parts.len() > 3 && parts.concat().len() > LONG {
        parts.remove(2);
    }
    found.push(pascal(&parts));
    found.retain(|short| short.len() <= LONG);
    found
}

/// What keeps the digits of two words apart.
fn gap(before: &str, after: &str) -> &'static str {
    let digits = before.ends_with(char::is_numeric) && after.starts_with(char::is_numeric);
    if digits { "_" } else { "" }
}

fn kind_word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Alias(_) => "Alias",
        Shape::Struct(_) => "Object",
        Shape::Enum(_) => "Enum",
        Shape::Union(_) => "Union",
    }
}
