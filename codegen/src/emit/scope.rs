//! Which names a generated file may use for what. Knows where definitions are written, not what they are.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, TypeId};

use super::layout::{FileId, Layout};

/// The names that generated code uses besides those of definitions, and where they come from.
/// A name of the prelude is imported only in the sense that it needs no `use`.
const KNOWN: &[(&str, &str)] = &[
    ("BTreeMap", "std::collections"),
    ("Base64", "kibana_runtime"),
    ("Box", ""),
    ("Constant", "kibana_runtime"),
    ("Default", ""),
    ("From", ""),
    ("Into", ""),
    ("JsonKind", "kibana_runtime"),
    ("Map", "kibana_runtime::serde_json"),
    ("Model", "kibana_runtime"),
    ("Never", "kibana_runtime"),
    ("Node", "kibana_runtime"),
    ("ObjectWriter", "kibana_runtime"),
    ("OneOrMany", "kibana_runtime"),
    ("Option", ""),
    ("Reader", "kibana_runtime"),
    ("Replaced", "kibana_runtime"),
    ("Result", ""),
    ("Rules", "kibana_runtime"),
    ("Serializer", "kibana_runtime::serde"),
    ("String", ""),
    ("Tag", "kibana_runtime"),
    ("Value", "kibana_runtime::serde_json"),
    ("Vec", ""),
];

/// Imports of a file: module path to names.
pub(super) type Imports = BTreeMap<String, BTreeSet<String>>;

/// The names of one file.
pub(super) struct Scope<'a> {
    pub(super) api: &'a Api,
    layout: &'a Layout,
    file: FileId,
    imports: RefCell<Imports>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(api: &'a Api, layout: &'a Layout, file: FileId) -> Self {
        Self {
            api,
            layout,
            file,
            imports: RefCell::default(),
        }
    }

    /// What was used so far.
    pub(super) fn into_imports(self) -> Imports {
        self.imports.into_inner()
    }

    /// A name of the runtime, of std or of the prelude; its full path where a definition has that name.
    pub(super) fn known(&self, name: &'static str) -> String {
        let found = KNOWN.iter().find(|(known, _)| *known == name);
        let (name, module) = *found.unwrap_or(&(name, ""));
        let taken = self.layout.names(self.file).contains(name);
        match (taken, module) {
            (true, "") => format!("::std::{}::{name}", prelude_module(name)),
            (true, module) => format!("::{module}::{name}"),
            (false, "") => name.to_string(),
            (false, module) => {
                self.import(module, name);
                name.to_string()
            }
        }
    }

    /// The name of a definition, imported where it is written in another file.
    pub(super) fn definition(&self, id: TypeId) -> String {
        let name = &self.api.types[id].name;
        let file = self.layout.file_of(id);
        if file == Some(self.file) {
            return name.clone();
        }
        let module = self.layout.module_path(file);
        if self.layout.own_names(self.file).contains(name) {
            return format!("{module}::{name}");
        }
        self.import(module, name);
        name.clone()
    }

    fn import(&self, module: &str, name: &str) {
        let mut imports = self.imports.borrow_mut();
        if let Some(names) = imports.get_mut(module) {
            if !names.contains(name) {
                names.insert(name.to_string());
            }
        } else {
            imports.insert(module.to_string(), BTreeSet::from([name.to_string()]));
        }
    }
}

fn prelude_module(name: &str) -> &'static str {
    match name {
        "Box" => "boxed",
        "Default" => "default",
        "From" | "Into" => "convert",
        "Option" => "option",
        "Result" => "result",
        "String" => "string",
        _ => "vec",
    }
}
