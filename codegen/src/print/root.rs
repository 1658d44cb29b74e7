//! `lib.rs`, the file that lists the shared modules, and the heads of modules. Knows which modules there are, not what
//! is in them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::plan::{FileId, Group, Holds, ModuleId, Plan};

use super::{Child, Half, Module, Printer};

/// Lints that generated code cannot follow: the document decides names, sizes and counts.
const ALLOWED: &[&str] = &[
    "clippy::enum_variant_names",
    "clippy::large_enum_variant",
    "clippy::module_inception",
    "clippy::module_name_repetitions",
    "clippy::too_many_arguments",
    "clippy::type_complexity",
];

/// Lints on what nobody uses, for a text that is included in a crate that uses some of it.
const ALLOWED_IN_TEXT: &str = "#![allow(dead_code, missing_docs, unreachable_pub)]";

/// The docs of a file of definitions, and the attributes of one that is included.
pub(super) fn head(printer: &Printer<'_>, id: FileId) -> String {
    let plan = printer.plan;
    let file = plan.file(id);
    let docs = inner(&plan.file_page(file));
    if plan.has_features() || matches!(file.holds, Holds::Operation(_)) {
        return docs;
    }
    let allowed = ALLOWED.join(",\n    ");
    format!("{docs}\n{ALLOWED_IN_TEXT}\n#![allow(\n    {allowed},\n)]\n")
}

/// Makes the compiler say so when the runtime is another one. The number changes whenever code that was written before would
/// not compile or not do the same.
pub(super) const WRITTEN_FOR: &str = "kibana_runtime::written_for!(1);\n";

/// `lib.rs`.
pub(super) fn lib(printer: &Printer<'_>, halves: &[&dyn Half]) -> Module {
    let plan = printer.plan;
    let page = inner(&plan.crate_page());
    let mut head = format!("{page}\n#![forbid(unsafe_code)]\n");
    for lint in ALLOWED {
        // Writing to a string does not fail.
        let _ = writeln!(head, "#![allow({lint})]");
    }
    head.push_str("\npub use kibana_runtime as runtime;\n\n");
    head.push_str(WRITTEN_FOR);
    let group = |group: &Group| Child {
        features: vec![group.feature.clone()],
        ..Child::public(&group.ident)
    };
    let mut children: Vec<Child> = plan.groups_by_ident().into_iter().map(group).collect();
    children.push(Child {
        visibility: "",
        ..Child::public("shared")
    });
    let features = halves.iter().filter_map(|half| half.feature());
    children.extend(features.map(|feature| Child {
        features: vec![feature.name.to_string()],
        ..Child::public(feature.name)
    }));
    Module {
        path: Vec::new(),
        head,
        children,
        text: String::new(),
    }
}

/// `shared.rs`: one module per set of features. A text without features has all of it in one file.
pub(super) fn shared(plan: &Plan<'_>) -> Option<Module> {
    if !plan.has_features() {
        return None;
    }
    let children = plan.files().filter_map(|(_, file)| match &file.holds {
        Holds::Shared(groups) => Some(Child {
            features: features(plan, groups),
            visibility: "pub(crate)",
            ident: file.ident().to_string(),
        }),
        Holds::Group(_) | Holds::Operation(_) => None,
    });
    let mut children: Vec<Child> = children.collect();
    children.sort_by(|a, b| a.ident.cmp(&b.ident));
    Some(Module {
        path: vec!["shared".to_string()],
        head:
            "//! Types that several groups of the API use; each group shows those that it uses.\n"
                .to_string(),
        children,
        text: String::new(),
    })
}

fn features(plan: &Plan<'_>, groups: &BTreeSet<ModuleId>) -> Vec<String> {
    let features: BTreeSet<String> = groups
        .iter()
        .map(|group| plan.group(*group).feature.clone())
        .collect();
    features.into_iter().collect()
}

/// Lines as inner doc comments.
pub(super) fn inner(lines: &[String]) -> String {
    let lines = lines
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_string() + "\n");
    lines.collect()
}
