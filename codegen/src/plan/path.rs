//! The paths of generated types, for code that uses the crate from outside. Knows the plan only.

use crate::ir::{Operation, Type, TypeId};

use super::{Head, Holds, Plan, RustType, ident};

impl Plan<'_> {
    /// The Rust type of values of a type, such as `Vec<kibana_api::cases::Case>`, for a generated crate that is called
    /// `crate_name` where the text goes.
    pub fn path(&self, crate_name: &str, ty: &Type) -> String {
        self.path_of(crate_name, &self.ty(ty))
    }

    /// The same for a type of the plan.
    pub fn path_of(&self, crate_name: &str, ty: &RustType) -> String {
        ty.text(&|head| match head {
            Head::Word(word) => word.to_string(),
            Head::Path(path) => path.to_string(),
            Head::Server(name) => format!("{crate_name}::server::{name}"),
            Head::Named(id) => self.definition_path(crate_name, id),
            Head::Known(name) => match name {
                "Value" | "Map" => format!("{crate_name}::runtime::serde_json::{name}"),
                "BTreeMap" => format!("std::collections::{name}"),
                "Base64" | "Never" | "OneOrMany" | "Replaced" => {
                    format!("{crate_name}::runtime::{name}")
                }
                name => name.to_string(),
            },
        })
    }

    /// The path of a definition.
    fn definition_path(&self, crate_name: &str, id: TypeId) -> String {
        let name = ident::written(self.name(id));
        match self.file_of(id).map(|file| &self.file(file).holds) {
            Some(Holds::Group(group)) => {
                let module = ident::written(&self.group(*group).ident);
                format!("{crate_name}::{module}::{name}")
            }
            _ => format!("{crate_name}::shared::{name}"),
        }
    }

    // Items as the users of the crate speak of them: without the name of the crate.

    /// A definition, such as `cases::Case`; `None` for one that is not written.
    pub(crate) fn definition_item(&self, id: TypeId) -> Option<String> {
        self.file_of(id)?;
        let path = self.definition_path("", id);
        Some(path.trim_start_matches("::").to_string())
    }

    /// The method of the server trait, such as `server::cases::Cases::get_case`.
    pub(crate) fn method_item(&self, operation: &Operation) -> String {
        let service = &self.group(operation.module).service;
        let method = ident::written(&operation.ident);
        format!("{}::{service}::{method}", self.server_module(operation))
    }

    /// The request type of an operation.
    pub(crate) fn request_item(&self, operation: &Operation) -> String {
        format!(
            "{}::{}Request",
            self.server_module(operation),
            operation.name
        )
    }

    /// The response type of an operation.
    pub(crate) fn response_item(&self, operation: &Operation) -> String {
        format!(
            "{}::{}Response",
            self.server_module(operation),
            operation.name
        )
    }

    fn server_module(&self, operation: &Operation) -> String {
        format!(
            "server::{}",
            ident::written(&self.group(operation.module).ident)
        )
    }
}

impl RustType {
    /// The type by the last words of its paths.
    pub(crate) fn short(&self, plan: &Plan<'_>) -> String {
        self.text(&|head| match head {
            Head::Word(word) => word.to_string(),
            Head::Known(name) | Head::Server(name) => name.to_string(),
            Head::Named(id) => ident::written(plan.name(id)),
            Head::Path(path) => path.to_string(),
        })
    }
}
