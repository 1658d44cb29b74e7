//! `lib.rs`, the file that lists the shared modules, and the heads of modules. Knows which modules there are, not what
//! is in them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::plan::{File, Holds, ModuleId, Plan};

use super::syntax::ident;
use super::{Half, Printer};

/// Lints that generated code cannot follow: the document decides names, sizes and counts.
const ALLOWED: &[&str] = &[
    "clippy::enum_variant_names",
    "clippy::large_enum_variant",
    "clippy::module_name_repetitions",
    "clippy::too_many_arguments",
    "clippy::type_complexity",
];

/// Lints on what nobody uses, for a text that is included in a crate that uses some of it.
const ALLOWED_IN_TEXT: &str = "#![allow(dead_code, missing_docs, unreachable_pub)]";

/// The attributes and docs at the top of an inline module.
pub(super) fn inline_head(plan: &Plan<'_>, file: &File) -> String {
    let docs = inner(&plan.file_page(None, file));
    let allowed = ALLOWED.join(",\n    ");
    format!("{docs}\n{ALLOWED_IN_TEXT}\n#![allow(\n    {allowed},\n)]\n")
}

/// `lib.rs`.
pub(super) fn lib(printer: &Printer<'_>, halves: &[&dyn Half]) -> String {
    let (plan, header) = (printer.plan, &printer.header);
    let page = inner(&plan.crate_page(&printer.crate_name));
    let mut text = format!("{header}\n\n{page}\n#![forbid(unsafe_code)]\n");
    for lint in ALLOWED {
        // Writing to a string does not fail.
        let _ = writeln!(text, "#![allow({lint})]");
    }
    text.push_str("\npub use kibana_runtime as runtime;\n");
    for group in plan.groups_by_ident() {
        declare(&mut text, Some(&group.feature), &group.ident);
    }
    declare(&mut text, None, "shared");
    for feature in halves.iter().filter_map(|half| half.feature()) {
        declare(&mut text, Some(feature.name), feature.name);
    }
    text
}

/// A public module, compiled with its feature.
fn declare(text: &mut String, feature: Option<&str>, name: &str) {
    text.push('\n');
    if let Some(feature) = feature {
        // Writing to a string does not fail.
        let _ = writeln!(text, "#[cfg(feature = {})]", Literal::string(feature));
    }
    let _ = write!(text, "#[rustfmt::skip]\npub mod {};\n", ident(name));
}

/// `shared.rs`: one private module per set of features.
pub(super) fn shared(plan: &Plan<'_>, header: &str) -> String {
    let mut text = format!("{header}\n\n//! Types that several groups of the API use.\n");
    let mut parts: Vec<(&String, &BTreeSet<ModuleId>)> = plan
        .files()
        .filter_map(|(_, file)| match &file.holds {
            Holds::Shared(modules) => Some((&file.ident, modules)),
            Holds::Group(_) => None,
        })
        .collect();
    parts.sort();
    for (name, modules) in parts {
        let name = ident(name);
        let condition = condition(plan, modules);
        let _ = write!(
            text,
            "\n{condition}mod {name};\n{condition}pub use {name}::*;\n"
        );
    }
    text
}

/// The attribute that compiles an item when any of these modules is on.
fn condition(plan: &Plan<'_>, modules: &BTreeSet<ModuleId>) -> String {
    let features: BTreeSet<&str> = modules
        .iter()
        .map(|module| plan.group(*module).feature.as_str())
        .collect();
    let features: Vec<String> = features
        .into_iter()
        .map(|feature| format!("feature = {}", Literal::string(feature)))
        .collect();
    match features.as_slice() {
        [] => String::new(),
        [only] => format!("#[cfg({only})]\n"),
        several => format!("#[cfg(any({}))]\n", several.join(", ")),
    }
}

/// Lines as inner doc comments.
pub(super) fn inner(lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_string() + "\n");
    lines.collect()
}
