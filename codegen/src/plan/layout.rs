//! Which file each definition is written in, and which groups' features compile that file. Knows the IR only.
//!
//! A definition of one module stands in the file of that module. In a crate, a shared one must be compiled when any
//! module that reaches it is on, and only then: shared definitions that the same modules reach form a file of their
//! own, which `shared.rs` re-exports. In a text without features they stand together, in one inline module.
//! Paths between files are relative, so that they hold wherever the text is included.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, Home, Kind, ModuleId, Operation, Type, TypeId, reachable};

use super::Plan;

/// Index of a file of definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(super) usize);

/// A file of definitions, or an inline module of them.
#[derive(Clone, Debug)]
pub struct File {
    /// The Rust module.
    pub ident: String,
    /// What it holds.
    pub holds: Holds,
    /// Its definitions, by name.
    pub types: Vec<TypeId>,
    /// The names of `types`.
    pub own_names: BTreeSet<String>,
    /// The names of `types` and of the definitions that they refer to.
    pub names: BTreeSet<String>,
}

impl File {
    /// Path of the file of a crate below `src`, such as `cases.rs`.
    pub fn path(&self) -> String {
        match self.holds {
            Holds::Group(_) => format!("{}.rs", self.ident),
            Holds::Shared(_) => format!("shared/{}.rs", self.ident),
        }
    }
}

/// What a file of definitions holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// The definitions of one group.
    Group(ModuleId),
    /// Definitions that exactly these groups reach, or all shared ones.
    Shared(BTreeSet<ModuleId>),
}

impl Plan<'_> {
    /// The path of the definitions of a file from anywhere in the crate.
    pub fn path_from_root(&self, to: Option<FileId>) -> String {
        match to.map(|to| self.file(to)) {
            Some(File {
                ident,
                holds: Holds::Group(_),
                ..
            }) => format!("crate::{ident}"),
            _ => "crate::shared".to_string(),
        }
    }

    /// The path that one file imports the definitions of another one from.
    pub fn path_between(&self, from: FileId, to: Option<FileId>) -> String {
        let to = to.map(|to| self.file(to));
        match (&self.file(from).holds, to) {
            // What a shared definition refers to is shared.
            (Holds::Shared(_), _) => "super".to_string(),
            (Holds::Group(_), Some(to)) if matches!(to.holds, Holds::Group(_)) => {
                format!("super::{}", to.ident)
            }
            (Holds::Group(_), _) => "super::shared".to_string(),
        }
    }
}

/// The file of all shared definitions, when there are some.
pub(super) fn shared_text(api: &Api) -> Vec<File> {
    let modules = (0..api.modules.len()).map(ModuleId).collect();
    let types = api.types.iter().filter(|(_, d)| d.home == Home::Shared);
    let types = by_name(api, types.map(|(id, _)| id));
    let shared = file("shared".to_string(), Holds::Shared(modules), types);
    match shared.types.is_empty() {
        true => Vec::new(),
        false => vec![shared],
    }
}

/// The files of groups, and the shared ones after them, with the names that mean something in each.
pub(super) fn files(api: &Api, shared: Vec<File>) -> Vec<File> {
    let mut files: Vec<File> = (0..api.modules.len())
        .map(|i| module_file(api, ModuleId(i)))
        .collect();
    files.extend(shared);
    for file in &mut files {
        let name = |id: &TypeId| api.types[*id].name.clone();
        file.own_names = file.types.iter().map(name).collect();
        let mut referred = BTreeSet::new();
        for id in &file.types {
            let definition = &api.types[*id];
            if definition.same_as.is_some() {
                referred.extend(definition.same_as);
                continue;
            }
            let mut visit = |ty: &Type| ty.each_named(&mut |id| _ = referred.insert(id));
            definition.shape.each_type(&mut visit);
        }
        file.names = referred.iter().map(name).collect();
        file.names.extend(file.own_names.iter().cloned());
    }
    files
}

/// Where each definition stands.
pub(super) fn file_of(files: &[File]) -> BTreeMap<TypeId, FileId> {
    let files = files.iter().enumerate();
    files
        .flat_map(|(i, file)| file.types.iter().map(move |id| (*id, FileId(i))))
        .collect()
}

fn file(ident: String, holds: Holds, types: Vec<TypeId>) -> File {
    File {
        ident,
        holds,
        types,
        own_names: BTreeSet::new(),
        names: BTreeSet::new(),
    }
}

fn by_name(api: &Api, types: impl Iterator<Item = TypeId>) -> Vec<TypeId> {
    let mut types: Vec<TypeId> = types.collect();
    types.sort_by(|a, b| api.types[*a].name.cmp(&api.types[*b].name));
    types
}

fn module_file(api: &Api, id: ModuleId) -> File {
    let ident = api.modules[id.0].ident.clone();
    let types = api.types.iter().filter(|(_, d)| d.home == Home::Module(id));
    let types = by_name(api, types.map(|(id, _)| id));
    file(ident, Holds::Group(id), types)
}

/// The files of shared definitions, one per set of groups that reaches them.
pub(super) fn shared_files(api: &Api) -> Vec<File> {
    let mut users: BTreeMap<TypeId, BTreeSet<ModuleId>> = BTreeMap::new();
    for (module, types) in reach(api).into_iter().enumerate() {
        for id in types {
            users.entry(id).or_default().insert(ModuleId(module));
        }
    }
    let mut groups: BTreeMap<BTreeSet<ModuleId>, Vec<TypeId>> = BTreeMap::new();
    for (id, definition) in api.types.iter() {
        if definition.home == Home::Shared {
            let modules = users.remove(&id).unwrap_or_default();
            groups.entry(modules).or_default().push(id);
        }
    }
    let mut taken = BTreeSet::new();
    let files = groups.into_iter().map(|(modules, types)| {
        let ident = group_ident(api, &modules, &mut taken);
        file(
            ident,
            Holds::Shared(modules),
            by_name(api, types.into_iter()),
        )
    });
    files.collect()
}

/// The definitions that the operations of each module lead to.
fn reach(api: &Api) -> Vec<BTreeSet<TypeId>> {
    let mut roots: Vec<Vec<Type>> = vec![Vec::new(); api.modules.len()];
    for operation in &api.operations {
        roots[operation.module.0].extend(types_of(operation));
    }
    let mut reach: Vec<_> = roots
        .into_iter()
        .map(|roots| reachable(&api.types, roots))
        .collect();
    for types in &mut reach {
        follow_aliases(api, types);
    }
    reach
}

fn types_of(operation: &Operation) -> impl Iterator<Item = Type> + '_ {
    let groups = [
        operation.path_type,
        operation.query_type,
        operation.header_type,
        operation.cookie_type,
    ];
    let parameters = groups
        .into_iter()
        .flatten()
        .map(|id| Type::new(Kind::Named(id)));
    let headers = operation
        .responses
        .iter()
        .flat_map(|r| &r.headers)
        .map(|h| h.ty.clone());
    let responses = operation.responses.iter().flat_map(|r| &r.content);
    let bodies = operation
        .body
        .iter()
        .flat_map(|b| &b.content)
        .chain(responses);
    let bodies = bodies.filter_map(|content| content.ty.clone());
    parameters.chain(headers).chain(bodies)
}

/// An alias of an identical definition needs that definition, and what it leads to.
fn follow_aliases(api: &Api, types: &mut BTreeSet<TypeId>) {
    let mut open: Vec<TypeId> = types.iter().copied().collect();
    while let Some(id) = open.pop() {
        let Some(same) = api.types[id].same_as else {
            continue;
        };
        for id in reachable(&api.types, [Type::new(Kind::Named(same))]) {
            if types.insert(id) {
                open.push(id);
            }
        }
    }
}

/// A name that says whose definitions a group holds. It is private: users see `shared::…` only.
fn group_ident(api: &Api, modules: &BTreeSet<ModuleId>, taken: &mut BTreeSet<String>) -> String {
    let idents: BTreeSet<&str> = modules
        .iter()
        .map(|m| api.modules[m.0].ident.as_str())
        .collect();
    let idents: Vec<&str> = idents.into_iter().collect();
    let base = match idents.as_slice() {
        all if all.len() == api.modules.len() => "all".to_string(),
        [] => "unused".to_string(),
        [_] | [_, _] | [_, _, _] => idents.join("_and_"),
        [first, second, rest @ ..] => format!("{first}_and_{second}_and_{}_more", rest.len()),
    };
    let mut ident = base.clone();
    let mut count = 1;
    while !taken.insert(ident.clone()) {
        count += 1;
        ident = format!("{base}_{count}");
    }
    ident
}
