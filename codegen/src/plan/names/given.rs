//! The names that are given, as data. Knows the IR only.

use crate::ir::ModuleId;

/// Every name of the generated crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// By module.
    pub modules: Vec<ModuleNames>,
    /// By operation.
    pub operations: Vec<OperationNames>,
    /// By definition.
    pub types: Vec<TypeNames>,
}

/// The names of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleNames {
    /// Rust module, such as `fleet_agents`.
    pub ident: String,
    /// Cargo feature, such as `fleet-agents`.
    pub feature: String,
    /// Server trait, such as `FleetAgents`.
    pub service: String,
}

/// The names of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationNames {
    /// Method of trait and client, and module: `get_case`.
    pub ident: String,
    /// The field of the request for each parameter, in the order of the IR; different from each other and from `body`.
    pub parameters: Vec<String>,
    /// The field of the request for its body.
    pub body: String,
    /// The variant for each media type of the body of the request.
    pub bodies: Vec<String>,
    /// The names of each response.
    pub responses: Vec<ResponseNames>,
}

/// The names of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseNames {
    /// The variant for each media type, or the only one when there is no body.
    pub variants: Vec<String>,
    /// The field for each header.
    pub headers: Vec<String>,
}

/// The names of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeNames {
    /// Where the name lives.
    pub scope: Scope,
    /// The name there.
    pub ident: String,
    /// What each group that uses a shared definition calls it: `cases::Case`. Never depends on what other groups use, or
    /// on what else the group uses: a definition of one group alone has the same name there. Empty for those, and for
    /// what belongs to an operation.
    pub exports: Vec<(ModuleId, String)>,
    /// Fields, variants or members of a union, in order.
    pub members: Vec<String>,
}

/// Where the name of a definition lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// It is not written.
    Nowhere,
    /// In the module of a group.
    Group(ModuleId),
    /// In the module of an operation (index in [`Api::operations`](crate::ir::Api::operations)).
    Operation(usize),
    /// In a private file of what several groups use; users see the exports only.
    Shared,
}
