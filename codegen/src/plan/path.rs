//! The paths of generated types, for code that uses the crate from outside. Knows the IR and the plan.

use crate::ir::{Field, ModuleId, Operation, Place, Type, TypeId};

use crate::naming::ident;

use super::{Head, Plan, RustType};

impl Plan<'_> {
    /// The Rust type of values of a type, such as `Vec<kibana_api::cases::Case>`, for a generated crate that is called
    /// `crate_name` where the text goes.
    pub fn path(&self, crate_name: &str, ty: &Type) -> String {
        self.path_of(crate_name, &self.ty(ty))
    }

    /// The same for a type of the plan.
    pub fn path_of(&self, crate_name: &str, ty: &RustType) -> String {
        self.path_for(crate_name, ty, None)
    }

    /// The same for code that has the feature of one group.
    pub(super) fn path_in(&self, crate_name: &str, ty: &RustType, group: ModuleId) -> String {
        self.path_for(crate_name, ty, Some(group))
    }

    fn path_for(&self, crate_name: &str, ty: &RustType, group: Option<ModuleId>) -> String {
        ty.text(&|head| match head {
            Head::Word(word) => word.to_string(),
            Head::Path(path) => path.to_string(),
            Head::Wire(name) => format!("{crate_name}::runtime::wire::{name}"),
            Head::Named(id) => self.definition_path(crate_name, id, group),
            Head::Known(name) => match name {
                "Value" | "Map" => format!("{crate_name}::runtime::serde_json::{name}"),
                "BTreeMap" => format!("std::collections::{name}"),
                "Base64" | "Never" | "Nullable" | "OneOrMany" | "Replaced" => {
                    format!("{crate_name}::runtime::{name}")
                }
                name => name.to_string(),
            },
        })
    }

    /// The path of a definition: in its operation, or in a group that shows it, which is the first where none is asked for.
    fn definition_path(&self, crate_name: &str, id: TypeId, group: Option<ModuleId>) -> String {
        let own = &self.names.types[id.0];
        let asked = own.exports.iter().find(|(shown, _)| Some(*shown) == group);
        let (module, name) = match (asked.or(own.exports.first()), self.file_of(id)) {
            (Some((group, name)), _) => (vec![self.group(*group).ident.clone()], name),
            (None, Some(file)) => (self.file(file).module.clone(), &own.ident),
            (None, None) => (Vec::new(), &own.ident),
        };
        let words = module.iter().chain([name]);
        let words: Vec<String> = words.map(|word| ident::written(word)).collect();
        format!("{crate_name}::{}", words.join("::"))
    }

    // Items as the users of the crate speak of them: without the name of the crate.

    /// A definition, such as `cases::Case`; `None` for one that is not written.
    pub(crate) fn definition_item(&self, id: TypeId) -> Option<String> {
        self.file_of(id)?;
        let path = self.definition_path("", id, None);
        Some(path.trim_start_matches("::").to_string())
    }

    /// A parameter, such as `cases::get_case::Request.case_id: String`; `None` where the field is no parameter.
    pub(crate) fn parameter_item(&self, group: TypeId, field: &Field) -> Option<String> {
        let Place::Operation { operation, .. } = &self.api.types[group].place else {
            return None;
        };
        let mut operations = self.api.operations.iter();
        let index = operations.position(|other| other.key() == *operation)?;
        let operation = &self.api.operations[index];
        let mut parameters = operation.parameters.iter();
        let at = parameters.position(|parameter| {
            parameter.wire == field.wire && operation.group(parameter.location) == Some(group)
        })?;
        let name = ident::written(&self.names.operations[index].parameters[at]);
        let ty = self.field_type(field).0.short(self);
        Some(format!(
            "{}::Request.{name}: {ty}",
            self.operation_item(operation)
        ))
    }

    /// An operation, such as `cases::get_case`.
    pub(crate) fn operation_item(&self, operation: &Operation) -> String {
        let group = ident::written(&self.group(operation.module).ident);
        let names = &self.names.operations[self.index_of(operation)];
        format!("{group}::{}", ident::written(&names.ident))
    }
}

impl RustType {
    /// The type by the last words of its paths.
    pub(crate) fn short(&self, plan: &Plan<'_>) -> String {
        self.text(&|head| match head {
            Head::Word(word) => word.to_string(),
            Head::Known(name) | Head::Wire(name) => name.to_string(),
            Head::Named(id) => ident::written(plan.name(id)),
            Head::Path(path) => path.to_string(),
        })
    }
}
