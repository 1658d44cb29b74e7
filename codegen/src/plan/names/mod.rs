//! Every name of the generated crate: a pure function of the IR and the settings. Knows the IR and Rust's rules.
//!
//! Names are given in an order that depends neither on the file nor on who uses what: what components bring comes first,
//! then what operations bring, each within its own module. So removing an operation renames nothing else.

mod bodies;
mod claims;
pub mod figures;
mod members;
mod modules;
mod number;
mod operations;
mod path;
mod positions;
mod types;
mod verbs;
mod vocabulary;

use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::ir::{Api, ModuleId};
use crate::passes::merge;

/// Two items would have the same name.
pub static NAME_COLLISION: Code = Code {
    name: "name-collision",
    severity: Severity::Warning,
    explanation: "Two items would have the same Rust name in one module, and nothing that the document says tells them \
                  apart: one has a number. `[names]` in the settings gives it a better name.",
};

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
    /// In the module of an operation (index in [`Api::operations`]).
    Operation(usize),
    /// In a private file of what several groups use; users see the exports only.
    Shared,
}

/// Names everything.
pub fn names(api: &Api) -> (Names, Diagnostics) {
    let mut claims = claims::Claims::default();
    let language = path::Language {
        api,
        vocabulary: vocabulary::Vocabulary::of(api),
        numbers: number::Numbers::default(),
    };
    let modules = modules::name(&api.modules, &mut claims);
    let groups: Vec<Vec<String>> = api
        .modules
        .iter()
        .map(|m| modules::all_words(&language.vocabulary, &m.key))
        .collect();
    let tails = operations::Tails::of(&language);
    let wish =
        |operation| operations::wish(&language, &tails, operation, &groups[operation.module.0]);
    let wishes: Vec<operations::Wish> = api.operations.iter().map(wish).collect();
    let idents = operations::choose(api, &wishes, &mut claims);
    let named = api.operations.iter().zip(idents);
    let operations = named
        .map(|(operation, ident)| bodies::names(&language, operation, ident))
        .collect();
    let members = members::names(&api.types);
    let words: Vec<Vec<String>> = modules
        .iter()
        .map(|m| m.ident.split('_').map(String::from).collect())
        .collect();
    let mut types = types::names(&language, &words, &groups, &members, &mut claims);
    // What another definition has taken the place of is spoken of by the name of that.
    for (id, kept) in api.types.ids().zip(merge::kept(api)) {
        if id != kept {
            types[id.0].ident = types[kept.0].ident.clone();
        }
    }
    (
        Names {
            modules,
            operations,
            types,
        },
        claims.diagnostics,
    )
}
