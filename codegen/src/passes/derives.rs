//! Traits that the settings derive besides the usual ones. Knows the IR and the settings.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Home, Shape, TypeId};
use crate::settings::{Settings, UNMATCHED_SETTING};

/// The entry for every type.
const EVERY: &str = "*";

/// Sets `derives` of every definition; runs after the other passes. An entry without a type is an error.
pub fn run(api: &mut Api, settings: &Settings) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for (key, traits) in &settings.derives {
        let bodies = bodies(api, key);
        if bodies.is_empty() {
            let message =
                format!("`{key}` is not the schema of a struct or enum that is generated");
            diagnostics.push(
                settings
                    .problem(&UNMATCHED_SETTING, &["derives", key], message)
                    .with_help("mend or remove the entry of `[derives]`"),
            );
        }
        for id in bodies {
            let derives = &mut api.types[id].derives;
            for name in traits {
                if !derives.contains(name) {
                    derives.push(name.clone());
                }
            }
        }
    }
    diagnostics
}

/// The structs and enums of an entry. A definition that is the same as another is written as an alias of that.
fn bodies(api: &Api, key: &str) -> BTreeSet<TypeId> {
    let chosen = api.types.iter().filter(|(_, definition)| {
        let meant = key == EVERY || definition.pointer.as_str() == key;
        meant && definition.home != Home::Nowhere
    });
    let bodies = chosen.map(|(id, definition)| definition.standing.target().unwrap_or(id));
    bodies
        .filter(|id| !matches!(api.types[*id].shape, Shape::Alias(_)))
        .collect()
}
