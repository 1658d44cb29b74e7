//! What the words in the heads of files mean, and in which order the rooms stand. Data only.

/// A crate whose heads are read.
pub(crate) struct Rules {
    /// The folder of its `lib.rs`, from the root of the package of these tests.
    pub(crate) source: &'static str,
    /// Its rooms (files and folders of the root), each of which uses only those before it.
    pub(crate) order: &'static [&'static str],
    /// Rooms and modules that every file may use: what problems are, and where, and numbers.
    pub(crate) common: &'static [&'static str],
    /// What a head says that a file knows, and the rooms and modules that it means.
    pub(crate) words: &'static [(&'static str, &'static [&'static str])],
    /// Folders that are not in order yet, and why: nothing is said about what stands in them.
    pub(crate) put_off: &'static [(&'static str, &'static str)],
    /// Other crates, and the rooms and modules that may use them.
    pub(crate) crates: &'static [(&'static str, &'static [&'static str])],
}

pub(crate) const GENERATOR: Rules = Rules {
    source: "src",
    order: &[
        "pointer",
        "exact",
        "pattern",
        "document",
        "diagnostic",
        "render",
        "load",
        "version",
        "overlay",
        "repair",
        "settings",
        "naming",
        "ir",
        "parse",
        "lower",
        "passes",
        "instance",
        "plan",
        "output",
        "print",
        "failure",
        "fetch",
        "analysis",
        "drift",
        "export",
        "report",
        "config",
        "cli",
    ],
    put_off: &[(
        "plan::names",
        "its types still stand beside what fills them",
    )],
    common: &["diagnostic", "exact", "pointer", "render"],
    words: &[
        // The passes hold what is asked about the IR, too: who uses whom, where a definition stands. Its identifiers are
        // made as all names are.
        ("the IR", &["ir", "naming", "passes"]),
        ("the plan", &["plan", "naming"]),
        ("`instance`", &["instance"]),
        ("the settings", &["settings"]),
        ("the document", &["document"]),
        ("documents", &["document"]),
        ("the tree", &["document"]),
        ("what `parse` read", &["parse"]),
        ("analysis", &["analysis"]),
        ("OpenAPI", &["repair", "parse", "lower"]),
        ("files", &["output"]),
        ("patterns", &["pattern"]),
        ("how texts are read", &["load", "version"]),
        ("why a run ends", &["failure"]),
        (
            "the errors of the stages",
            &["load", "output", "print", "settings", "fetch", "document"],
        ),
        (
            "the stages",
            &["document", "ir", "lower", "passes", "repair", "settings"],
        ),
        (
            "all stages",
            &[
                "analysis", "config", "document", "drift", "export", "failure", "fetch", "ir",
                "load", "lower", "naming", "output", "overlay", "parse", "passes", "plan", "print",
                "render", "repair", "report", "settings", "version",
            ],
        ),
    ],
    crates: &[
        ("anstream", &["cli"]),
        ("clap", &["cli"]),
        ("openapiv3", &["parse", "lower"]),
        ("prettyplease", &["print::syntax"]),
        ("proc_macro2", &["print"]),
        ("pulldown_cmark", &["plan::docs"]),
        ("quote", &["print"]),
        ("saphyr_parser", &["document"]),
        ("serde_yaml", &["cli", "document", "load"]),
        ("syn", &["config", "print", "settings"]),
        ("toml", &["drift::allow", "fetch", "settings"]),
        ("ureq", &["fetch::http"]),
    ],
};

pub(crate) const RUNTIME: Rules = Rules {
    source: "runtime/src",
    order: &[
        "violation",
        "nullable",
        "pattern",
        "json",
        "rules",
        "read",
        "write",
        "values",
        "",
        "wire",
        "server",
        "client",
        "macros",
    ],
    put_off: &[],
    common: &["violation"],
    words: &[
        ("JSON", &["json"]),
        ("rules", &["rules"]),
        ("patterns", &["pattern"]),
        (
            "models",
            &["", "nullable", "read", "rules", "values", "write"],
        ),
        ("model", &["values"]),
        ("checked and written", &["json", "read", "rules", "write"]),
        ("[`Model`]", &["read"]),
        ("absent or null", &["nullable"]),
        ("the wire", &["wire"]),
        ("the server", &["server"]),
        ("either half", &["server"]),
        ("neither half", &["server"]),
        ("operations", &["wire::operation"]),
        ("sockets", &["server", "client"]),
    ],
    crates: &[
        ("axum", &["server"]),
        ("fancy_regex", &["pattern"]),
        ("flate2", &["wire::inflate"]),
        ("multer", &["server::multipart"]),
        ("regex_lite", &["pattern"]),
        ("reqwest", &["client::reqwest"]),
        ("tokio", &["client", "server", "wire::body", "wire::piece"]),
        ("tower_service", &["client"]),
    ],
};
