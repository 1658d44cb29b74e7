//! What Rust says of identifiers. Knows nothing of APIs.

/// Whether a word needs `r#` to be an identifier.
#[rustfmt::skip]
pub(crate) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "abstract" | "as" | "async" | "await" | "become" | "box" | "break" | "const" | "continue"
            | "do" | "dyn" | "else" | "enum" | "extern" | "false" | "final" | "fn" | "for" | "gen"
            | "if" | "impl" | "in" | "let" | "loop" | "macro" | "match" | "mod" | "move" | "mut"
            | "override" | "priv" | "pub" | "ref" | "return" | "static" | "struct" | "trait"
            | "true" | "try" | "type" | "typeof" | "unsafe" | "unsized" | "use" | "virtual"
            | "where" | "while" | "yield"
    )
}

/// Whether a word is no identifier, not even with `r#`.
pub(crate) fn is_never_raw(text: &str) -> bool {
    matches!(text, "self" | "Self" | "super" | "crate" | "_")
}

/// A name as code writes it.
pub(crate) fn written(name: &str) -> String {
    match name {
        name if is_never_raw(name) => format!("{name}_"),
        name if is_keyword(name) => format!("r#{name}"),
        name => name.to_string(),
    }
}
