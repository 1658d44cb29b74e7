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
mod calls;
mod coercion;
mod definitions;
pub(crate) mod docs;
mod example;
mod guide;
mod layout;
mod literal;
pub mod names;
mod operations;
mod pages;
mod path;
mod program;
mod references;
mod rules;
mod rust;
mod said;
pub(crate) mod tags;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::ir::{Kind, Shape};

use crate::diagnostic::Code;
use crate::naming::reserved;
use crate::passes::roles::{self, Roles};

pub use crate::ir::{
    Api, BodyFormat, Decision, JsonKind, Location, ModuleId, Side, Size, Status, Style, TagValue,
    Told, TypeId,
};
pub use answers::Answers;
pub use calls::{Argument, Call, PageField, Pages, Setter, Success, Taken, Turn};
pub use coercion::Coercion;
pub use definitions::{
    Definition, Enum, EnumVariant, Field, FieldDefault, Item, Member, Rest, Struct, Tag, Union,
};
pub use layout::{File, FileId, Holds};
pub use literal::Literal;
pub use names::Names;
pub use operations::{
    Answer, Body, BodyVariant, Header, MediaType, Operation, Parameter, Part, Parts, Request,
    RequestField, Variant, VariantBody, is_value,
};
pub use references::Reference;
pub use rules::{Constant, Rules};
pub use rust::{Access, Head, RustType};

/// What the plan may report.
pub static CODES: &[&Code] = &[&names::NAME_COLLISION];

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
    /// The method of the client that gives its calls.
    pub client: String,
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
    names: Names,
    layout: layout::Layout,
    features: bool,
    /// What the crate is called where its examples are compiled.
    crate_name: Option<String>,
    /// Properties that tell which member of a union an object is, with their only values.
    tags: BTreeMap<(TypeId, String), String>,
    /// Unions whose member a property beside them tells somewhere.
    told: BTreeSet<TypeId>,
    /// What is written for the operations of the API, those that were asked for.
    operations: Vec<OnceLock<Operation>>,
}

/// The unions that properties beside them tell.
fn told(api: &Api) -> BTreeSet<TypeId> {
    let objects = api.types.iter().filter_map(|(_, d)| match &d.shape {
        Shape::Struct(object) => Some(object),
        Shape::Alias(_) | Shape::Enum(_) | Shape::Union(_) => None,
    });
    let fields = objects.flat_map(|object| &object.fields);
    let told = fields.filter(|field| field.told.is_some());
    let unions = told.filter_map(|field| match api.types.resolve(&field.ty).0 {
        Kind::Named(id) => Some(api.types.body_id(*id)),
        _ => None,
    });
    unions.collect()
}

impl<'a> Plan<'a> {
    /// The plan of a crate: shared definitions stand in files by the groups that use them.
    pub fn of_crate(api: &'a Api) -> Self {
        Self::new(api, false)
    }

    /// The plan of one text without features: all shared definitions stand together.
    pub fn of_text(api: &'a Api) -> Self {
        Self::new(api, true)
    }

    fn new(api: &'a Api, together: bool) -> Self {
        let users = layout::users(api);
        let (names, _) = names::names(api);
        Self {
            api,
            groups: groups(api, &names),
            layout: layout::layout(api, &names, &users, together),
            features: !together,
            crate_name: None,
            tags: tags::tags(api),
            told: told(api),
            operations: api.operations.iter().map(|_| OnceLock::new()).collect(),
            names,
        }
    }

    /// The same, for a crate of this name: its docs have examples.
    #[must_use]
    pub fn called(mut self, crate_name: &str) -> Self {
        self.crate_name = Some(crate_name.to_string());
        self
    }

    /// All names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Whether it is of a crate, whose groups are features.
    pub fn has_features(&self) -> bool {
        self.features
    }

    /// The resources of the API, and what operations do to them.
    pub fn roles(&self) -> Roles {
        roles::find(self.api)
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
        let files = self.layout.files.iter().enumerate();
        files.map(|(i, file)| (FileId(i), file))
    }

    /// A file of definitions.
    pub fn file(&self, id: FileId) -> &File {
        &self.layout.files[id.0]
    }

    /// The file of a definition; `None` for one that is not written.
    pub fn file_of(&self, id: TypeId) -> Option<FileId> {
        self.layout.file_of.get(&id).copied()
    }

    /// The file of a group.
    pub fn file_of_group(&self, group: ModuleId) -> FileId {
        FileId(group.0)
    }

    /// The file of an operation.
    pub fn file_of_operation(&self, index: usize) -> FileId {
        FileId(self.groups.len() + index)
    }

    /// The name of a definition where it is written.
    pub fn name(&self, id: TypeId) -> &str {
        &self.names.types[id.0].ident
    }
}

fn groups(api: &Api, names: &Names) -> Vec<Group> {
    let mut groups: Vec<Group> = api
        .modules
        .iter()
        .zip(&names.modules)
        .map(|(module, names)| Group {
            key: module.key.clone(),
            ident: names.ident.clone(),
            feature: names.feature.clone(),
            service: names.service.clone(),
            client: reserved::client_method(&names.ident),
            builder: reserved::builder_method(&names.ident),
            service_docs: words::service(module),
            operations: Vec::new(),
        })
        .collect();
    for (index, operation) in api.operations.iter().enumerate() {
        groups[operation.module.0].operations.push(index);
    }
    groups
}
