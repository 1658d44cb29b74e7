//! The lines at the head of a file that import names. Knows the names only.

use std::collections::BTreeSet;

use super::scope::Imports;
use super::syntax;

/// Lists of imports are broken where their lines would be longer.
const WIDTH: usize = 100;

/// The lines that import names: of other crates first, then of this one.
pub(super) fn imports(imports: &Imports) -> String {
    let own = |module: &str| {
        ["super", "self", "crate"].contains(&module.split("::").next().unwrap_or(module))
    };
    let mut modules: Vec<(&String, &BTreeSet<String>)> = imports.iter().collect();
    modules.sort_by_key(|(module, _)| (own(module), *module));
    let lines = modules.into_iter();
    lines.map(|(module, names)| import(module, names)).collect()
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
