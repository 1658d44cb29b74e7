//! The paths of generated types, for code that uses the crate from outside. Knows the IR, no layout of files.

use crate::ir::{Api, Home, Integer, Kind, Type, TypeId};

use super::{syntax, types};

/// The Rust type of values of a type, such as `Vec<kibana_api::cases::Case>`, for a generated crate that is called
/// `crate_name` where the text goes.
pub fn type_path(api: &Api, crate_name: &str, ty: &Type) -> String {
    let runtime = format!("{crate_name}::runtime");
    let inner = |ty: &Type| type_path(api, crate_name, ty);
    let path = match &ty.kind {
        Kind::Any { .. } => format!("{runtime}::serde_json::Value"),
        Kind::Null => "()".to_string(),
        Kind::Never => format!("{runtime}::Never"),
        Kind::Boolean { .. } => "bool".to_string(),
        Kind::Integer(Integer { narrow: true, .. }) => "i32".to_string(),
        Kind::Integer(_) => "i64".to_string(),
        Kind::Number(_) => "f64".to_string(),
        Kind::String(_) => "String".to_string(),
        Kind::Base64 | Kind::Binary => format!("{runtime}::Base64"),
        Kind::Object(_) => {
            format!("{runtime}::serde_json::Map<String, {runtime}::serde_json::Value>")
        }
        Kind::Map(values, _) => format!("std::collections::BTreeMap<String, {}>", inner(values)),
        Kind::Array(array) => format!("Vec<{}>", inner(&array.items)),
        Kind::OneOrMany(one, _) => format!("{runtime}::OneOrMany<{}>", inner(one)),
        Kind::Named(id) => definition(api, crate_name, *id),
        Kind::Replaced(path) => format!("{runtime}::Replaced<{path}>"),
    };
    if types::is_nullable(api, ty) {
        format!("Option<{path}>")
    } else {
        path
    }
}

fn definition(api: &Api, crate_name: &str, id: TypeId) -> String {
    let definition = &api.types[id];
    let name = syntax::ident(&definition.name);
    match definition.home {
        Home::Module(module) => {
            let module = syntax::ident(&api.modules[module.0].ident);
            format!("{crate_name}::{module}::{name}")
        }
        Home::Shared | Home::Nowhere => format!("{crate_name}::shared::{name}"),
    }
}
