//! The lines at the head of a file that import names. Knows the names only.

use std::collections::BTreeSet;

use super::scope::Imports;
use super::syntax;

/// Lists of imports are broken where their lines would be longer.
const WIDTH: usize = 100;

/// The lines that import names: of other crates first, then after an empty line of this one, in the order of rustfmt.
/// `renamed` are items that have another name here, as pairs of path and name: `use path as name`.
pub(super) fn imports(imports: &Imports, renamed: &[(&str, &str)]) -> String {
    let lines = imports.iter().map(|(module, names)| {
        let last = match names.first() {
            Some(only) if names.len() == 1 => only,
            // After every name.
            _ => "{",
        };
        (format!("{module}::{last}"), import(module, names))
    });
    let renamed = renamed
        .iter()
        .map(|(path, name)| (path.to_string(), format!("use {path} as {name};\n")));
    let mut lines: Vec<(String, String)> = lines.chain(renamed).collect();
    lines.sort_by(|(a, _), (b, _)| a.split("::").cmp(b.split("::")));
    let own = |path: &str| {
        path.split("::")
            .next()
            .is_some_and(|first| ["super", "self", "crate"].contains(&first))
    };
    let (here, others): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(path, _)| own(path));
    let block = |lines: Vec<(String, String)>| -> String {
        lines.into_iter().map(|(_, line)| line).collect()
    };
    let (others, here) = (block(others), block(here));
    let gap = match others.is_empty() || here.is_empty() {
        true => "",
        false => "\n",
    };
    format!("{others}{gap}{here}")
}

/// A line that imports names.
fn import(module: &str, names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| syntax::ident(name).to_string())
        .collect();
    if let [only] = names.as_slice() {
        return format!("use {module}::{only};\n");
    }
    let line = format!("use {module}::{{{}}};\n", names.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let mut text = format!("use {module}::{{\n   ");
    let mut width = 3;
    for name in names {
        let item = format!(" {name},");
        if width + item.len() > WIDTH {
            text.push_str("\n   ");
            width = 3;
        }
        width += item.len();
        text.push_str(&item);
    }
    text + "\n};\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[(&str, &[&str])]) -> Imports {
        let entry = |(module, names): &(&str, &[&str])| {
            let names = names.iter().map(|name| name.to_string()).collect();
            (module.to_string(), names)
        };
        names.iter().map(entry).collect()
    }

    #[test]
    fn imports_stand_in_the_order_of_rustfmt() {
        let names = of(&[
            ("super::super", &["Case"]),
            ("runtime", &["Rules", "wire"]),
            ("runtime::serde_json", &["Map", "Value"]),
            ("runtime::serde", &["Serializer"]),
        ]);
        let renamed = [("runtime::client", "rt"), ("super::super::cases", "models")];
        let expected = "use runtime::client as rt;\nuse runtime::serde::Serializer;\n\
                        use runtime::serde_json::{Map, Value};\nuse runtime::{Rules, wire};\n\n\
                        use super::super::Case;\nuse super::super::cases as models;\n";
        assert_eq!(imports(&names, &renamed), expected);
        assert_eq!(imports(&of(&[("super", &["A"])]), &[]), "use super::A;\n");
        assert_eq!(imports(&Imports::new(), &[]), "");
    }
}
