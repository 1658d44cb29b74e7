//! What is written in Rust, as data and without text: names, types, fields, defaults, variants, files. Knows the IR
//! and Rust's rules; nothing of `openapiv3`, no tokens.
//!
//! [`Plan`] holds what is decided for the whole crate, and answers for one definition or operation at a time: these are
//! independent, so what prints them can do so on all processors, and what only asks for names (drift, export) does not
//! pay for the rest.
//!
//! | question | answer |
//! |---|---|
//! | which Rust type | [`RustType`], the only mapping from types of the IR |
//! | what is checked | [`Rules`] |
//! | what is written for a definition | [`Plan::definition`] |
//! | what is written for an operation | [`Plan::operation`] |
//! | in which file, compiled for which features | [`Plan::files`] |
//! | what users call it from outside | [`Plan::path`] |

mod answers;
mod coercion;
mod definitions;
pub(crate) mod docs;
mod example;
pub(crate) mod ident;
mod layout;
mod literal;
mod operations;
mod pages;
mod path;
mod rules;
mod rust;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::ir::Api;

pub use crate::ir::{
    BodyFormat, Decision, JsonKind, Location, ModuleId, Size, Status, Style, TagValue, TypeId,
};
pub use answers::Answers;
pub use coercion::Coercion;
pub use definitions::{
    Definition, Enum, EnumVariant, Field, FieldDefault, Item, Member, Rest, Struct, Union,
};
pub use layout::{File, FileId, Holds};
pub use literal::Literal;
pub use operations::{
    Answer, Body, BodyVariant, Choice, Header, MediaType, Operation, Parameter, ParameterGroup,
    Part, Parts, Request, Variant, VariantBody, is_value,
};
pub use rules::{Constant, Rules};
pub use rust::{Access, Head, RustType};

/// A group of operations: a module, a feature, a trait.
#[derive(Clone, Debug)]
pub struct Group {
    /// The tag.
    pub key: String,
    /// Its Rust module.
    pub ident: String,
    /// Its Cargo feature.
    pub feature: String,
    /// Its server trait.
    pub service: String,
    /// The method of the builder that takes an implementation of the trait.
    pub builder: String,
    /// The docs of the trait.
    pub service_docs: Vec<String>,
    /// Its operations, as indices for [`Plan::operation`].
    pub operations: Vec<usize>,
}

/// The plan of a crate, or of a text without features.
pub struct Plan<'a> {
    api: &'a Api,
    groups: Vec<Group>,
    files: Vec<File>,
    file_of: BTreeMap<TypeId, FileId>,
    /// The names of all items, for those that must differ from them.
    taken: OnceLock<BTreeSet<String>>,
}

impl<'a> Plan<'a> {
    /// The plan of a crate: shared definitions stand in files by the groups that use them.
    pub fn of_crate(api: &'a Api) -> Self {
        Self::new(api, layout::shared_files(api))
    }

    /// The plan of one text without features: all shared definitions stand together.
    pub fn of_text(api: &'a Api) -> Self {
        Self::new(api, layout::shared_text(api))
    }

    fn new(api: &'a Api, shared: Vec<File>) -> Self {
        let files = layout::files(api, shared);
        Self {
            api,
            groups: groups(api),
            file_of: layout::file_of(&files),
            files,
            taken: OnceLock::new(),
        }
    }

    /// The groups, in the order of their keys.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The groups, in the order of their modules.
    pub fn groups_by_ident(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by(|a, b| a.ident.cmp(&b.ident));
        groups
    }

    /// The group of a module.
    pub fn group(&self, id: ModuleId) -> &Group {
        &self.groups[id.0]
    }

    /// All files of definitions.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i), f))
    }

    /// A file of definitions.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0]
    }

    /// The file of a definition; `None` for one that is not written.
    pub fn file_of(&self, id: TypeId) -> Option<FileId> {
        self.file_of.get(&id).copied()
    }

    /// The name of a definition.
    pub fn name(&self, id: TypeId) -> &str {
        &self.api.types[id].name
    }
}

fn groups(api: &Api) -> Vec<Group> {
    let mut groups: Vec<Group> = api
        .modules
        .iter()
        .map(|module| Group {
            key: module.key.clone(),
            ident: module.ident.clone(),
            feature: module.feature.clone(),
            service: module.trait_name.clone(),
            builder: builder_method(&module.ident),
            service_docs: pages::service(module),
            operations: Vec::new(),
        })
        .collect();
    for (index, operation) in api.operations.iter().enumerate() {
        groups[operation.module.0].operations.push(index);
    }
    groups
}

/// The builder's method for a group. Some names are its own.
fn builder_method(module: &str) -> String {
    match module {
        "new" | "configure" | "strict" | "mount" | "build" => format!("{module}_group"),
        _ => module.to_string(),
    }
}
