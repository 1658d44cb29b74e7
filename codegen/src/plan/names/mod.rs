//! Every name of the generated crate: a pure function of the IR and the settings. Knows the IR and Rust's rules.
//!
//! Names are given in an order that depends neither on the file nor on who uses what: what components bring comes first,
//! then what operations bring, each within its own module. So removing an operation renames nothing else.

mod bodies;
mod claims;
pub mod figures;
mod given;
mod members;
mod modules;
mod number;
mod operations;
mod path;
mod positions;
mod types;
mod verbs;
mod vocabulary;

pub use claims::NAME_COLLISION;
pub use given::{ModuleNames, Names, OperationNames, ResponseNames, Scope, TypeNames};

use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use crate::passes::merge;

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
