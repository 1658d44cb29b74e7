//! `lib.rs`, the file that lists the shared modules, and the heads of modules. Knows which modules there are, not what
//! is in them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::Literal;

use crate::ir::{Api, Module, ModuleId, Operation};

use super::docs::{Comment, code};
use super::example;
use super::layout::{File, Layout, Part};
use super::syntax::ident;

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
pub(super) fn inline_head(api: &Api, file: &File) -> String {
    let docs = file_docs(api, None, file);
    let allowed = ALLOWED.join(",\n    ");
    format!("{docs}\n{ALLOWED_IN_TEXT}\n#![allow(\n    {allowed},\n)]\n")
}

/// `lib.rs`.
pub(super) fn lib(api: &Api, crate_name: &str, header: &str) -> String {
    let mut comment = Comment::default();
    let title = if api.title.trim().is_empty() {
        "An API"
    } else {
        &api.title
    };
    comment.markdown(title);
    comment.sentence(format!(
        "Models of version {} of the document.",
        code(&api.version)
    ));
    if let Some(description) = &api.description {
        comment.markdown(description);
    }
    comment.markdown(
        "Each module is one group of the API and one Cargo feature, which is off unless it is asked for; \
         `full` turns all of them on, `server` adds traits and routers, and `mock` a server that answers by itself. Types that several groups use are in `shared`.",
    );
    let mut lines = comment.into_lines();
    lines.push(String::new());
    lines.push("| module | feature | |".to_string());
    lines.push("| --- | --- | --- |".to_string());
    for module in &api.modules {
        let about = module
            .description
            .as_deref()
            .map(first_line)
            .unwrap_or_default();
        let (name, feature) = (code(&module.ident), code(&module.feature));
        lines.push(format!("| {name} | {feature} | {} |", cell(&about)));
    }
    lines.extend(example::of_crate(api, crate_name));

    let mut text = format!("{header}\n\n{}\n#![forbid(unsafe_code)]\n", inner(&lines));
    for lint in ALLOWED {
        // Writing to a string does not fail.
        let _ = writeln!(text, "#![allow({lint})]");
    }
    text.push_str("\npub use kibana_runtime as runtime;\n");
    let mut modules: Vec<&Module> = api.modules.iter().collect();
    modules.sort_by(|a, b| a.ident.cmp(&b.ident));
    for module in modules {
        let feature = Literal::string(&module.feature);
        let name = ident(&module.ident);
        let _ = write!(
            text,
            "\n#[cfg(feature = {feature})]\n#[rustfmt::skip]\npub mod {name};\n"
        );
    }
    text.push_str("\n#[rustfmt::skip]\npub mod shared;\n");
    let _ = write!(
        text,
        "\n#[cfg(feature = {})]\n#[rustfmt::skip]\npub mod server;\n",
        Literal::string(super::server::FEATURE)
    );
    let _ = write!(
        text,
        "\n#[cfg(feature = {})]\n#[rustfmt::skip]\npub mod mock;\n",
        Literal::string(super::mock::FEATURE)
    );
    text
}

/// `shared.rs`: one private module per set of features.
pub(super) fn shared(api: &Api, layout: &Layout, header: &str) -> String {
    let mut text = format!("{header}\n\n//! Types that several groups of the API use.\n");
    let mut parts: Vec<(&String, &BTreeSet<ModuleId>)> = layout
        .files()
        .filter_map(|(_, file)| match &file.part {
            Part::Shared(modules) => Some((&file.ident, modules)),
            Part::Module(_) => None,
        })
        .collect();
    parts.sort();
    for (name, modules) in parts {
        let name = ident(name);
        let condition = condition(api, modules);
        let _ = write!(
            text,
            "\n{condition}mod {name};\n{condition}pub use {name}::*;\n"
        );
    }
    text
}

/// The attribute that compiles an item when any of these modules is on.
fn condition(api: &Api, modules: &BTreeSet<ModuleId>) -> String {
    let features: BTreeSet<&str> = modules
        .iter()
        .map(|module| api.modules[module.0].feature.as_str())
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

/// The docs at the top of a file of definitions; with an example when it is known what the crate is called.
pub(super) fn file_docs(api: &Api, crate_name: Option<&str>, file: &File) -> String {
    let mut comment = Comment::default();
    match &file.part {
        Part::Module(id) => {
            let module = &api.modules[id.0];
            comment.markdown(&module.key);
            if let Some(description) = &module.description {
                comment.markdown(description);
            }
            let operations: Vec<&Operation> = api
                .operations
                .iter()
                .filter(|operation| operation.module == *id)
                .collect();
            let mut lines = comment.into_lines();
            if !operations.is_empty() {
                lines.push(String::new());
                lines.extend(operations.into_iter().map(operation_line));
            }
            if let Some(crate_name) = crate_name {
                lines.extend(example::of_module(api, crate_name, *id));
            }
            return inner(&lines);
        }
        Part::Shared(modules) => {
            let keys = modules.iter().map(|m| code(&api.modules[m.0].key));
            let keys: Vec<String> = keys.collect();
            comment.sentence(format!(
                "Types that exactly these groups use: {}.",
                keys.join(", ")
            ));
        }
    }
    inner(&comment.into_lines())
}

fn operation_line(operation: &Operation) -> String {
    let method = operation.method.to_ascii_uppercase();
    let route = code(&format!("{method} {}", operation.path));
    match operation.docs.summary.as_deref().map(first_line) {
        Some(summary) if !summary.is_empty() => format!("- {route}: {summary}"),
        _ => format!("- {route}"),
    }
}

/// The first paragraph of Markdown, as one line.
fn first_line(text: &str) -> String {
    let lines = super::docs::markdown(text);
    let paragraph: Vec<&str> = lines
        .iter()
        .map(String::as_str)
        .take_while(|l| !l.is_empty())
        .collect();
    // What is no paragraph cannot stand in a line with something else.
    let plain = |line: &&str| !line.starts_with(['#', '-', '>', '|', '`']);
    if paragraph.iter().all(plain) {
        paragraph.join(" ").replace("\\ ", " ")
    } else {
        String::new()
    }
}

/// Text as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Lines as inner doc comments.
fn inner(lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_string() + "\n");
    lines.collect()
}
