//! How files name each other's definitions. Knows the plan only.

use super::layout::{FileId, Holds};
use super::{Group, Plan, TypeId};

/// How code in one place names a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The module that it is imported from; `None` where the name is there already.
    pub module: Option<String>,
    /// Its name in that module.
    pub name: String,
}

impl Plan<'_> {
    /// The file of what a group is about.
    pub fn group_file(&self, group: &Group) -> FileId {
        // The files of groups come first, in the order of the groups.
        let mut groups = self.groups.iter();
        FileId(
            groups
                .position(|other| other.ident == group.ident)
                .unwrap_or_default(),
        )
    }

    /// How a file names a definition.
    pub fn reference(&self, from: FileId, id: TypeId) -> Reference {
        let own = &self.names.types[id.0];
        let here = self.file(from);
        let Some(there) = self.file_of(id) else {
            return reference(None, &own.ident);
        };
        if there == from {
            return reference(None, &own.ident);
        }
        let group = match &here.holds {
            Holds::Group(group) => Some(*group),
            Holds::Operation(index) => Some(self.api.operations[*index].module),
            Holds::Shared(_) => None,
        };
        let exported = own.exports.iter().find(|(g, _)| Some(*g) == group);
        match (&here.holds, exported) {
            (Holds::Group(_), Some((_, name))) => reference(None, name),
            (Holds::Operation(_), Some((_, name))) => reference(Some("super".to_string()), name),
            _ => reference(
                Some(relative(&here.module, &self.file(there).module)),
                &own.ident,
            ),
        }
    }

    /// The path from one module of the crate to another.
    pub fn path_between(&self, from: &[String], to: &[String]) -> String {
        relative(from, to)
    }
}

fn reference(module: Option<String>, name: &str) -> Reference {
    let name = name.to_string();
    Reference { module, name }
}

/// The path from one module to another, such as `super::find_cases`.
fn relative(from: &[String], to: &[String]) -> String {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    // A module is left towards the one that declares it.
    let up = from[common..].iter().map(|_| "super".to_string());
    let path: Vec<String> = up.chain(to[common..].iter().cloned()).collect();
    match path.as_slice() {
        [] => "self".to_string(),
        path => path.join("::"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_find_each_other_wherever_they_are_included() {
        let module = |text: &str| text.split("::").map(String::from).collect::<Vec<_>>();
        let path = |from: &str, to: &str| relative(&module(from), &module(to));
        assert_eq!(path("cases::get_case", "cases"), "super");
        assert_eq!(
            path("cases::get_case", "cases::find_cases"),
            "super::find_cases"
        );
        assert_eq!(path("cases", "shared::all"), "super::shared::all");
        assert_eq!(path("server::cases", "cases"), "super::super::cases");
    }
}
