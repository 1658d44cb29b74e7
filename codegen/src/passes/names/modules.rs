//! Names of modules, features and server traits. Knows the IR only.

use std::collections::HashMap;

use super::claims::Claims;
use super::words::{Case, numbered, pascal, spelled, words};
use super::{NAME_COLLISION, reserved};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Api, Module};
use crate::pointer::Pointer;

/// Sets `ident` and `feature` of every module.
pub(super) fn name_modules(modules: &mut [Module]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut taken: HashMap<String, String> = HashMap::new();
    for index in in_order(modules) {
        let module = &mut modules[index];
        let wanted = allowed(Case::Snake.join(&words(&module.key)));
        let spelled = allowed(Case::Snake.join(&spelled(&module.key)));
        let ident = [wanted.clone(), spelled]
            .into_iter()
            .chain(numbered(&wanted))
            .find(|name| !taken.contains_key(name))
            .unwrap_or_default();
        if let Some(other) = taken.get(&wanted) {
            let message = format!(
                "the module of `{}` would be `{wanted}` like that of `{other}`; it is called `{ident}`",
                module.key
            );
            diagnostics.push(Diagnostic::new(&NAME_COLLISION, Pointer::root(), message));
        }
        taken.insert(ident.clone(), module.key.clone());
        module.feature = ident.replace('_', "-");
        module.ident = ident;
    }
    diagnostics
}

/// Sets `trait_name` of every module.
pub(super) fn name_traits(api: &mut Api, claims: &mut Claims) {
    for index in in_order(&api.modules) {
        let module = &mut api.modules[index];
        let parts: Vec<&str> = module.ident.split('_').collect();
        // The module is called after its tag and the trait after the module, so that they read alike.
        let name = pascal(&parts);
        let candidates = [name.clone(), format!("{name}Api")];
        let what = format!("the server trait of `{}`", module.key);
        module.trait_name = claims.claim(candidates, &what, &Pointer::root());
    }
}

/// By key, but those that look like identifiers already come first: they keep their names.
fn in_order(modules: &[Module]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..modules.len()).collect();
    let rank = |key: &str| (key != Case::Snake.join(&words(key)), key.to_string());
    order.sort_by_cached_key(|&index| rank(&modules[index].key));
    order
}

fn allowed(ident: String) -> String {
    if reserved::is_module(&ident) {
        format!("{ident}_api")
    } else {
        ident
    }
}
