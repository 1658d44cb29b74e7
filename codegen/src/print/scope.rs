//! Which names a generated file may use for what, and types by these names. Knows the plan only.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use syn::Type;

use crate::plan::{FileId, Head, Plan, Reference, RustType, TypeId};

use super::syntax as rust;

/// The names that generated code uses besides those of definitions, and where they come from.
/// A name of the prelude is imported only in the sense that it needs no `use`.
const KNOWN: &[(&str, &str)] = &[
    ("BTreeMap", "std::collections"),
    ("Base64", "kibana_runtime"),
    ("Box", ""),
    ("Candidate", "kibana_runtime::generated"),
    ("Constant", "kibana_runtime::generated"),
    ("Default", ""),
    ("From", ""),
    ("Into", ""),
    ("JsonKind", "kibana_runtime::generated"),
    ("Map", "kibana_runtime::serde_json"),
    ("Model", "kibana_runtime"),
    ("Never", "kibana_runtime"),
    ("Node", "kibana_runtime::generated"),
    ("Nullable", "kibana_runtime"),
    ("ObjectWriter", "kibana_runtime::generated"),
    ("OneOrMany", "kibana_runtime"),
    ("Option", ""),
    ("Reader", "kibana_runtime::generated"),
    ("Replaced", "kibana_runtime"),
    ("Result", ""),
    ("Limit", "kibana_runtime::generated"),
    ("Rules", "kibana_runtime::generated"),
    ("Side", "kibana_runtime::generated"),
    ("Serializer", "kibana_runtime::serde"),
    ("String", ""),
    ("Tag", "kibana_runtime::generated"),
    ("Value", "kibana_runtime::serde_json"),
    ("Vec", ""),
];

/// Imports of a file: module path to names.
pub(super) type Imports = BTreeMap<String, BTreeSet<String>>;

/// The names of one file.
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan<'a>,
    place: Place,
    imports: RefCell<Imports>,
}

/// Where a file stands among the files of definitions.
enum Place {
    /// It is one of them.
    Among(FileId),
    /// It is none of them.
    Outside,
    /// It is none of them, and calls the module of a group [`MODELS`].
    Beside {
        /// The file of the group.
        group: FileId,
        /// Where it stands.
        module: Vec<String>,
    },
}

/// What a file of a half calls the module of its group.
pub(super) const MODELS: &str = "models";

impl<'a> Scope<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, file: FileId) -> Self {
        Self {
            plan,
            place: Place::Among(file),
            imports: RefCell::default(),
        }
    }

    /// The names of a file that holds no definitions.
    pub(super) fn outside(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            place: Place::Outside,
            imports: RefCell::default(),
        }
    }

    /// The names of a file that holds no definitions, but refers to those of a group.
    pub(super) fn beside(plan: &'a Plan<'a>, group: FileId, module: &[String]) -> Self {
        let module = module.to_vec();
        Self {
            plan,
            place: Place::Beside { group, module },
            imports: RefCell::default(),
        }
    }

    /// What was used so far.
    pub(super) fn into_imports(self) -> Imports {
        self.imports.into_inner()
    }

    /// A name of the runtime, of std or of the prelude. No definition has it.
    pub(super) fn known(&self, name: &'static str) -> &'static str {
        let found = KNOWN.iter().find(|(known, _)| *known == name);
        if let Some((_, module)) = found.filter(|(_, module)| !module.is_empty()) {
            self.import(module, name);
        }
        name
    }

    /// The name of a definition, imported where it is written in another file.
    pub(super) fn definition(&self, id: TypeId) -> String {
        let file = match &self.place {
            Place::Among(file) => *file,
            Place::Outside => return self.plan.name(id).to_string(),
            Place::Beside { group, module } => {
                return self.beside_definition(*group, module, id);
            }
        };
        let Reference { module, name } = self.plan.reference(file, id);
        match module {
            None => name,
            Some(module) if self.plan.file(file).own_names.contains(&name) => {
                format!("{module}::{name}")
            }
            Some(module) => {
                self.import(&module, &name);
                name
            }
        }
    }

    fn beside_definition(&self, group: FileId, here: &[String], id: TypeId) -> String {
        let Reference { module, name } = self.plan.reference(group, id);
        let name = rust::ident(&name);
        match module {
            None => format!("{MODELS}::{name}"),
            // In the module of an operation, which is imported.
            Some(module) if !module.starts_with("super") => {
                format!("{}::{name}", rust::ident(&module))
            }
            Some(_) => {
                let there = self.plan.file_of(id).map(|file| self.plan.file(file));
                let there = there.map_or(&[][..], |file| &file.module);
                format!("{}::{name}", self.plan.path_between(here, there))
            }
        }
    }

    /// A type.
    pub(super) fn ty(&self, ty: &RustType) -> Type {
        let (head, arguments) = ty.parts();
        let arguments = || arguments.iter().map(|ty| self.ty(ty)).collect();
        match head {
            Head::Word("()") => rust::unit(),
            Head::Word(word) => rust::named(word),
            Head::Known(name) => rust::generic(self.known(name), arguments()),
            Head::Wire(name) => {
                self.import("kibana_runtime", "wire");
                rust::generic(&format!("wire::{name}"), arguments())
            }
            Head::Named(id) => rust::named(&self.definition(id)),
            Head::Path(path) => syn::parse_str(path).unwrap_or_else(|_| rust::named(path)),
        }
    }

    pub(super) fn import(&self, module: &str, name: &str) {
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
