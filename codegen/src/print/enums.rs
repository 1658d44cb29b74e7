//! Lists of strings, as enums with a variant for everything else. Knows the plan and the runtime's macro.

use std::fmt::Write as _;

use proc_macro2::Literal;
use syn::Item;

use crate::plan::{Definition, Enum, RustType};

use super::scope::Scope;
use super::syntax as rust;

/// The enum.
pub(super) fn item(scope: &Scope<'_>, definition: &Definition, values: &Enum) -> Item {
    let mut attrs = rust::docs(&definition.docs);
    attrs.push(rust::derive(&values.derives));
    attrs.push(rust::non_exhaustive());
    let known = values
        .variants
        .iter()
        .map(|variant| rust::variant(rust::docs(&variant.docs), &variant.ident, None));
    let docs = rust::docs(&["Any other value: one that is newer than this crate.".to_string()]);
    let text = scope.ty(&RustType::String);
    let unknown = rust::variant(docs, "Unknown", Some(text));
    rust::item_enum(attrs, &definition.ident, known.chain([unknown]).collect())
}

/// The call of the runtime's macro that implements what all such enums have.
/// Written as text: to the printer the arguments of a macro are a heap of tokens.
pub(super) fn implementation(definition: &Definition, values: &Enum) -> String {
    let name = rust::ident(&definition.ident);
    let mut text = format!("kibana_runtime::string_enum!({name} {{\n");
    for variant in &values.variants {
        let (ident, value) = (rust::ident(&variant.ident), Literal::string(&variant.value));
        // Writing to a string does not fail.
        let _ = writeln!(text, "    {ident} => {value},");
    }
    text.push_str("});\n");
    text
}
