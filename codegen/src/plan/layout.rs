//! Which file each definition is written in, which features compile that file. Knows the IR
//! and the names.
//!
//! | scope of the name | file | compiled when |
//! |---|---|---|
//! | a group | `cases.rs` | the group is on |
//! | an operation | `cases/get_case.rs` | its group is on |
//! | shared | `shared/….rs`, one per set of groups that reach its definitions | any of them is on |
//!
//! What is shared is shown by each group that uses it (`pub use`), so that paths of users do not depend on what other
//! groups use. In a text without features all shared definitions stand together. Paths between files are relative, so
//! that they hold wherever the text is included.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, ModuleId, TypeId};
use crate::passes::graph;

use super::names::{Names, Scope};

/// The names of what every module of an operation has of its own.
pub(super) const ITEMS: &[&str] = &["Operation", "Request", "RequestBody", "Response"];

/// Index of a file of definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(super) usize);

/// A file of definitions, or an inline module of them.
#[derive(Clone, Debug)]
pub struct File {
    /// The Rust module, from the root of the crate.
    pub module: Vec<String>,
    /// What it holds.
    pub holds: Holds,
    /// Its definitions, by name.
    pub types: Vec<TypeId>,
    /// Definitions of shared files that it shows, and under which names.
    pub exports: Vec<(TypeId, String)>,
    /// The names of its own items.
    pub own_names: BTreeSet<String>,
}

impl File {
    /// Path of the file of a crate below `src`, such as `cases/get_case.rs`.
    pub fn path(&self) -> String {
        format!("{}.rs", self.module.join("/"))
    }

    /// The last word of its module.
    pub fn ident(&self) -> &str {
        self.module.last().map_or("", String::as_str)
    }
}

/// What a file of definitions holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// What one group is about.
    Group(ModuleId),
    /// What one operation takes and answers, by its index.
    Operation(usize),
    /// Definitions that exactly these groups reach, or all shared ones.
    Shared(BTreeSet<ModuleId>),
}

/// All files, and where each definition stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) files: Vec<File>,
    pub(super) file_of: BTreeMap<TypeId, FileId>,
}

/// All files. `together` puts all shared definitions in one.
pub(super) fn layout(
    api: &Api,
    names: &Names,
    users: &BTreeMap<TypeId, BTreeSet<ModuleId>>,
    together: bool,
) -> Layout {
    let mut by_scope: BTreeMap<Scope, Vec<TypeId>> = BTreeMap::new();
    for id in api.types.ids() {
        by_scope
            .entry(names.types[id.0].scope)
            .or_default()
            .push(id);
    }
    let mut take = |scope| by_scope.remove(&scope).unwrap_or_default();
    let mut files = Vec::new();
    for group in (0..api.modules.len()).map(ModuleId) {
        let module = vec![names.modules[group.0].ident.clone()];
        files.push(file(module, Holds::Group(group), take(Scope::Group(group))));
    }
    for (index, operation) in api.operations.iter().enumerate() {
        let group = &names.modules[operation.module.0].ident;
        let module = vec![group.clone(), names.operations[index].ident.clone()];
        let types = take(Scope::Operation(index));
        files.push(file(module, Holds::Operation(index), types));
    }
    let shared = take(Scope::Shared);
    files.extend(match together {
        true => shared_text(api, shared),
        false => shared_files(names, users, shared),
    });
    let mut layout = Layout::default();
    for (index, file) in files.iter_mut().enumerate() {
        let ident = |id: &TypeId| names.types[id.0].ident.clone();
        file.types.sort_by_cached_key(ident);
        let here = file.types.iter().map(|id| (*id, FileId(index)));
        layout.file_of.extend(here);
        file.own_names = file.types.iter().map(ident).collect();
        if let Holds::Operation(_) = file.holds {
            let items = ITEMS.iter();
            file.own_names.extend(items.map(ToString::to_string));
        }
    }
    for (id, own) in names.types.iter().enumerate() {
        for (group, name) in &own.exports {
            files[group.0].exports.push((TypeId(id), name.clone()));
        }
    }
    for file in &mut files {
        file.exports.sort_by(|a, b| a.1.cmp(&b.1));
        let exports = file.exports.iter().map(|(_, name)| name.clone());
        file.own_names.extend(exports);
    }
    layout.files = files;
    layout
}

fn file(module: Vec<String>, holds: Holds, types: Vec<TypeId>) -> File {
    File {
        module,
        holds,
        types,
        exports: Vec::new(),
        own_names: BTreeSet::new(),
    }
}

/// The groups that reach each definition.
pub(super) fn users(api: &Api) -> BTreeMap<TypeId, BTreeSet<ModuleId>> {
    let edges = graph::edges(api);
    let mut users: BTreeMap<TypeId, BTreeSet<ModuleId>> = BTreeMap::new();
    let mut open: Vec<(TypeId, ModuleId)> = Vec::new();
    for operation in &api.operations {
        graph::each_type(api, operation, &mut |ty| {
            ty.each_named(&mut |id| open.push((id, operation.module)));
        });
    }
    while let Some((id, group)) = open.pop() {
        if users.entry(id).or_default().insert(group) {
            open.extend(edges[id.0].iter().map(|next| (*next, group)));
        }
    }
    users
}

fn shared_text(api: &Api, types: Vec<TypeId>) -> Vec<File> {
    if types.is_empty() {
        return Vec::new();
    }
    let modules = (0..api.modules.len()).map(ModuleId).collect();
    let module = vec!["shared".to_string()];
    vec![file(module, Holds::Shared(modules), types)]
}

/// One file per set of groups.
fn shared_files(
    names: &Names,
    users: &BTreeMap<TypeId, BTreeSet<ModuleId>>,
    types: Vec<TypeId>,
) -> Vec<File> {
    let mut sets: BTreeMap<BTreeSet<ModuleId>, Vec<TypeId>> = BTreeMap::new();
    for id in types {
        let set = users.get(&id).cloned().unwrap_or_default();
        sets.entry(set).or_default().push(id);
    }
    let mut taken = BTreeSet::new();
    let files = sets.into_iter().map(|(modules, types)| {
        let ident = set_ident(names, &modules, &mut taken);
        let module = vec!["shared".to_string(), ident];
        file(module, Holds::Shared(modules), types)
    });
    files.collect()
}

/// A name that says whose definitions a file holds. It is private.
fn set_ident(names: &Names, modules: &BTreeSet<ModuleId>, taken: &mut BTreeSet<String>) -> String {
    let idents: BTreeSet<&str> = modules
        .iter()
        .map(|m| names.modules[m.0].ident.as_str())
        .collect();
    let idents: Vec<&str> = idents.into_iter().collect();
    let base = match idents.as_slice() {
        all if all.len() == names.modules.len() => "all".to_string(),
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
