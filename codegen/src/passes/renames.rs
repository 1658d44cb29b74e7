//! Names that the settings give. Knows the IR and the settings.

use super::{graph, merge, place};
use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use crate::settings::{Settings, UNMATCHED_SETTING};

/// Gives the entries to the API; runs after the other passes. One that names nothing that is generated is an error.
pub fn run(api: &mut Api, settings: &Settings) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for key in settings.names.keys() {
        let problem = match key.starts_with('/') {
            true => (!is_type(api, key)).then_some("the schema of a type that is written"),
            false => {
                let known = api
                    .operations
                    .iter()
                    .any(|operation| operation.key() == *key);
                (!known).then_some("an operation that is generated")
            }
        };
        if let Some(problem) = problem {
            let message = format!("`{key}` is not {problem}");
            let help = "mend or remove the entry of `[names]`";
            diagnostics.push(
                settings
                    .problem(&UNMATCHED_SETTING, &["names", key], message)
                    .with_help(help),
            );
        }
    }
    api.renames.clone_from(&settings.names);
    diagnostics
}

fn is_type(api: &Api, pointer: &str) -> bool {
    let live = graph::used(api);
    let kept = merge::kept(api);
    api.types.iter().any(|(id, definition)| {
        let written = live[kept[id.0].0] && !place::is_parameters(&definition.place);
        written
            && definition.pointer.as_str() == pointer
            && place::scalar_union_name(&definition.shape).is_none()
    })
}
