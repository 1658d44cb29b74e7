//! Every word that a name of the crate cannot be, by what it is for. Knows Rust and the shape of the crate, nothing of
//! the IR.

use super::ident;

/// The prelude: what generated code writes without a path. A definition of that name would change what it means.
#[rustfmt::skip]
const PRELUDE: &[&str] = &[
    "AsMut", "AsRef", "Box", "Clone", "Copy", "Default", "DoubleEndedIterator", "Drop", "Eq", "Err",
    "ExactSizeIterator", "Extend", "Fn", "FnMut", "FnOnce", "From", "FromIterator", "Into", "IntoIterator",
    "Iterator", "None", "Ok", "Option", "Ord", "PartialEq", "PartialOrd", "Result", "Self", "Send", "Sized", "Some",
    "String", "Sync", "ToOwned", "ToString", "TryFrom", "TryInto", "Unpin", "Vec",
];

/// What files of definitions import from the runtime, from serde and from std.
#[rustfmt::skip]
const IMPORTED: &[&str] = &[
    "ApiError", "BTreeMap", "Base64", "Candidate", "Constant", "Cow", "Debug", "Deserialize", "Deserializer",
    "Display", "Field", "FromStr", "Future", "Hash", "Infallible", "JsonKind", "Map", "Model", "Never", "Node", "Nullable",
    "ObjectReader", "ObjectWriter", "OneOrMany", "Reader", "Replaced", "RequestContext", "Router", "Rules",
    "Serialize", "Serializer", "Tag", "Value", "Violation", "ViolationKind", "Violations",
];

/// What the module of an operation has itself.
const OPERATION: &[&str] = &[
    "Client",
    "Operation",
    "Request",
    "RequestBody",
    "RequestRequired",
    "Response",
    "Undocumented",
];

/// Modules and features that the crate has itself, names that Cargo or the compiler know, and what is no file name
/// everywhere.
#[rustfmt::skip]
const MODULES: &[&str] = &[
    "alloc", "aux", "build", "client", "con", "core", "default", "fake", "full", "json", "kibana_runtime", "lib",
    "macros", "main", "mock", "models", "nul", "operations", "prelude", "prn", "proc_macro", "reqwest", "runtime",
    "serde",
    "serde_json", "server", "shared", "std", "test", "tests", "tracing", "types",
];

/// What the traits of groups stand beside in `server`.
const SERVICES: &[&str] = &[
    "Builder", "Error", "Identity", "Request", "Response", "Server", "Service",
];

/// Methods that the builder of servers has besides one per group.
const BUILDER: &[&str] = &["build", "configure", "mount", "new", "strict"];

/// Whether a definition of a group cannot be called this.
pub(crate) fn is_type(name: &str) -> bool {
    PRELUDE.contains(&name) || IMPORTED.contains(&name)
}

/// Whether a definition of an operation cannot be called this.
pub(crate) fn is_operation_type(name: &str) -> bool {
    is_type(name) || OPERATION.contains(&name)
}

/// What the module of a group is called.
pub(crate) fn module(name: String) -> String {
    match MODULES.contains(&name.as_str()) || ident::is_keyword(&name) || ident::is_never_raw(&name)
    {
        true => format!("{name}_api"),
        false => name,
    }
}

/// What the trait of a group is called.
pub(crate) fn service(name: String) -> String {
    match is_type(&name) || SERVICES.contains(&name.as_str()) {
        true => format!("{name}Api"),
        false => name,
    }
}

/// What the builder's method for a group is called.
pub(crate) fn builder_method(module: &str) -> String {
    match BUILDER.contains(&module) {
        true => format!("{module}_group"),
        false => module.to_string(),
    }
}

/// What the method and the module of an operation are called when their name would be one of these.
pub(crate) fn operation(name: &str) -> Option<&'static str> {
    match name {
        // What the files of halves call the runtime, its types that travel, and the module of the group.
        "rt" => Some("rt_"),
        "wire" => Some("wire_"),
        "models" => Some("models_"),
        name => never_raw(name),
    }
}

/// What a field is called when its name would be one of these. Other keywords are written `r#type`.
pub(crate) fn field(name: &str) -> Option<&'static str> {
    match name {
        // The flattened map of a struct.
        "additional_properties" => Some("additional_properties_field"),
        name => never_raw(name),
    }
}

/// What the field of a header of a response is called when its name would be one of these.
pub(crate) fn header(name: &str) -> Option<&'static str> {
    match name {
        // The other fields of a response.
        "status" => Some("status_header"),
        "body" => Some("body_header"),
        name => field(name),
    }
}

/// What a variant is called when its name would be one of these.
pub(crate) fn variant(name: &str) -> Option<&'static str> {
    match name {
        "Self" => Some("SelfValue"),
        // The variant for what the crate does not know.
        "Unknown" => Some("UnknownValue"),
        _ => None,
    }
}

fn never_raw(name: &str) -> Option<&'static str> {
    match name {
        "self" => Some("self_"),
        "super" => Some("super_"),
        "crate" => Some("crate_"),
        _ => None,
    }
}

/// The methods of the client that are no groups.
const CLIENT_METHODS: &[&str] = &["builder", "space", "with"];

/// The method of the client that gives the calls of a group.
pub(crate) fn client_method(module: &str) -> String {
    match CLIENT_METHODS.contains(&module) {
        true => format!("{module}_group"),
        false => module.to_string(),
    }
}
