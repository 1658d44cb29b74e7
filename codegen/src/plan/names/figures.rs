//! What the names of a crate are like, in numbers: what a reader of it would complain about. Knows the names and the IR.

use serde::Serialize;

use super::given::{Names, Scope};
use super::vocabulary::Vocabulary;
use crate::ir::{Api, ModuleId, TypeId};
use crate::naming::words::words;
use crate::passes::namespaces;

/// The numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Lengths of the public names of types.
    pub types: Lengths,
    /// Lengths of the names of operations.
    pub operations: Lengths,
    /// Names with a word that is several words elsewhere in the document.
    pub lost_boundaries: usize,
    /// Names that begin with all words of their module.
    pub repeated_prefix: usize,
}

/// Lengths in letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lengths {
    /// Half of them are no longer.
    pub median: usize,
    /// 99 of 100 are no longer.
    pub p99: usize,
    /// The longest.
    pub longest: usize,
}

impl Lengths {
    fn of(mut lengths: Vec<usize>) -> Self {
        lengths.sort_unstable();
        let at = |share: usize| {
            let index = (lengths.len() * share / 100).min(lengths.len().saturating_sub(1));
            lengths.get(index).copied().unwrap_or_default()
        };
        Self {
            median: at(50),
            p99: at(99),
            longest: at(100),
        }
    }
}

/// A name of the crate, and the module that shows it.
struct Shown<'n> {
    name: &'n str,
    module: Option<ModuleId>,
}

/// The numbers of a crate.
pub fn figures(api: &Api, names: &Names) -> Figures {
    let vocabulary = Vocabulary::of(api);
    let types = types(names);
    let operations = api.operations.iter().zip(&names.operations);
    let operations: Vec<Shown<'_>> = operations
        .map(|(operation, own)| Shown {
            name: &own.ident,
            module: Some(operation.module),
        })
        .collect();
    let all = || types.iter().chain(&operations);
    let is_lost = |shown: &&Shown<'_>| {
        words(shown.name)
            .iter()
            .any(|word| vocabulary.is_lost(word))
    };
    let repeats = |shown: &&Shown<'_>| {
        let module = shown
            .module
            .map(|module| words(&names.modules[module.0].ident));
        let own = words(shown.name);
        module.is_some_and(|module| {
            own.strip_prefix(module.as_slice())
                .is_some_and(|rest| !rest.is_empty())
        })
    };
    let lengths =
        |all: &[Shown<'_>]| Lengths::of(all.iter().map(|shown| shown.name.len()).collect());
    Figures {
        types: lengths(&types),
        operations: lengths(&operations),
        lost_boundaries: all().filter(is_lost).count(),
        repeated_prefix: all().filter(repeats).count(),
    }
}

/// The public names of all types. What belongs to an operation stands in a module that is no group.
fn types(names: &Names) -> Vec<Shown<'_>> {
    let mut all = Vec::new();
    for own in &names.types {
        match own.scope {
            Scope::Nowhere => {}
            Scope::Operation(_) => all.push(Shown {
                name: &own.ident,
                module: None,
            }),
            Scope::Group(module) => all.push(Shown {
                name: &own.ident,
                module: Some(module),
            }),
            Scope::Shared => {
                let exports = own.exports.iter();
                all.extend(exports.map(|(module, name)| Shown {
                    name,
                    module: Some(*module),
                }));
            }
        }
    }
    all
}

/// How many definitions are written as another name of something that belongs to another group.
pub fn aliases_across_groups(api: &Api, names: &Names) -> usize {
    let namespaces = namespaces::of(api);
    let home = |id: TypeId| match names.types[id.0].scope {
        Scope::Operation(operation) => Some(api.operations[operation].module),
        Scope::Group(_) | Scope::Shared | Scope::Nowhere => namespaces[id.0].group,
    };
    let foreign = api.types.iter().filter(|(id, definition)| {
        let written = names.types[id.0].scope != Scope::Nowhere;
        let target = definition.standing.target().filter(|_| written);
        target.is_some_and(|target| home(target).is_some_and(|group| home(*id) != Some(group)))
    });
    foreign.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_nothing_are_nothing() {
        assert_eq!(Lengths::of(Vec::new()), Lengths::default());
        let lengths = Lengths::of((1..=200).collect());
        assert_eq!(
            (lengths.median, lengths.p99, lengths.longest),
            (101, 199, 200)
        );
    }
}
