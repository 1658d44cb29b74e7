//! The names that the pass `names` gave, in the form of the plan. Knows the IR only.

use std::collections::{BTreeMap, BTreeSet};

use super::{ModuleNames, Names, OperationNames, Scope, TypeNames};
use crate::ir::{Api, Home, Location, ModuleId, Shape, TypeId};
use crate::passes::place::{self, Root};

/// Names everything.
pub(crate) fn names(api: &Api, users: &BTreeMap<TypeId, BTreeSet<ModuleId>>) -> Names {
    let operations: BTreeMap<String, usize> = api
        .operations
        .iter()
        .enumerate()
        .map(|(index, operation)| (operation.key(), index))
        .collect();
    let types = api.types.ids().map(|id| {
        let definition = &api.types[id];
        let scope = match definition.home {
            _ if place::is_parameters(&definition.place) => Scope::Nowhere,
            Home::Nowhere => Scope::Nowhere,
            Home::Shared => Scope::Shared,
            Home::Module(module) => match place::way(&api.types, id).root {
                Root::Operation(key) if operations.contains_key(key) => {
                    Scope::Operation(operations[key])
                }
                _ => Scope::Group(module),
            },
        };
        let exports = match scope {
            Scope::Shared => users.get(&id).into_iter().flatten(),
            _ => None.into_iter().flatten(),
        };
        TypeNames {
            scope,
            ident: definition.name.clone(),
            exports: exports.map(|g| (*g, definition.name.clone())).collect(),
            members: Vec::new(),
        }
    });
    Names {
        modules: api
            .modules
            .iter()
            .map(|module| ModuleNames {
                ident: module.ident.clone(),
                feature: module.feature.clone(),
                service: module.trait_name.clone(),
            })
            .collect(),
        types: types.collect(),
        operations: api.operations.iter().map(|o| operation(api, o)).collect(),
    }
}

fn operation(api: &Api, operation: &crate::ir::Operation) -> OperationNames {
    let field = |location, wire: &str| {
        let group = match location {
            Location::Path => operation.path_type,
            Location::Query => operation.query_type,
            Location::Header => operation.header_type,
            Location::Cookie => operation.cookie_type,
        }?;
        let Shape::Struct(object) = &api.types.body(group).shape else {
            return None;
        };
        let field = object.fields.iter().find(|field| field.wire == wire)?;
        Some(field.ident.clone())
    };
    let mut taken = BTreeSet::new();
    let mut parameters = Vec::new();
    for parameter in &operation.parameters {
        let mut name = field(parameter.location, &parameter.wire).unwrap_or_default();
        if !taken.insert(name.clone()) {
            let place = match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
                Location::Cookie => "cookie",
            };
            name = format!("{name}_{place}");
            taken.insert(name.clone());
        }
        parameters.push(name);
    }
    let mut body = "body".to_string();
    while taken.contains(&body) {
        body.push('_');
    }
    OperationNames {
        ident: operation.ident.clone(),
        parameters,
        body,
        bodies: Vec::new(),
        responses: Vec::new(),
    }
}
