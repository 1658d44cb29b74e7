//! Names that generated code gives another meaning. Knows nothing of the IR.

/// Names of types that generated modules use unqualified: the prelude, the derives and the runtime.
const TYPES: &[&str] = &[
    "ApiError",
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Base64",
    "Box",
    "Candidate",
    "Clone",
    "Constant",
    "Copy",
    "Cow",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "FromStr",
    "Future",
    "Hash",
    "Infallible",
    "Into",
    "IntoIterator",
    "Iterator",
    "JsonKind",
    "Map",
    "Model",
    "Node",
    "None",
    "Nullable",
    "ObjectReader",
    "ObjectWriter",
    "Ok",
    "OneOrMany",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Reader",
    "RequestContext",
    "Result",
    "Router",
    "Rules",
    "Self",
    "Send",
    "Serialize",
    "Serializer",
    "Sized",
    "Some",
    "String",
    "Sync",
    "Tag",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Value",
    "Vec",
    "Violation",
    "ViolationKind",
    "Violations",
];

/// Names of modules and features that the crate itself has, that are keywords, or that are no file names everywhere.
const MODULES: &[&str] = &[
    "alloc",
    "aux",
    "build",
    "client",
    "con",
    "core",
    "default",
    "full",
    "json",
    "kibana_runtime",
    "lib",
    "macros",
    "main",
    "mock",
    "models",
    "nul",
    "operations",
    "prelude",
    "prn",
    "proc_macro",
    "reqwest",
    "runtime",
    "serde",
    "serde_json",
    "server",
    "shared",
    "std",
    "test",
    "tests",
    "tracing",
    "types",
    // Keywords, since 1.0, later, or reserved for later.
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// Whether a type or trait cannot be called this.
pub(crate) fn is_type(name: &str) -> bool {
    TYPES.binary_search(&name).is_ok()
}

/// Whether a module cannot be called this.
pub(crate) fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}

/// What a field, method or header is called when its name would be one of these. Other keywords are written `r#type`.
pub(crate) fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "self" => "self_",
        "super" => "super_",
        "crate" => "crate_",
        // The flattened map of a struct.
        "additional_properties" => "additional_properties_field",
        _ => return None,
    })
}

/// What the field of a header is called when its name would be one of these.
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
    Some(match name {
        "Self" => "SelfValue",
        // The variant for values that the crate does not know.
        "Unknown" => "UnknownValue",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_types_are_sorted_for_the_search() {
        assert!(TYPES.is_sorted());
        assert!(is_type("Option") && is_type("Vec") && !is_type("Case"));
    }
}
