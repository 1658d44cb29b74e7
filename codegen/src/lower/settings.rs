//! Which entries of the settings the document needs; the others are errors. Knows the settings and the IR.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{UNNEEDED_BODY_LIMIT, UNNEEDED_SKIP};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Api, Location, Operation};
use crate::pointer::Pointer;
use crate::settings::{Settings, UNKNOWN_TAG, UNMATCHED_SETTING};

/// How near a tag must be to be called the nearest: the share of letters that it has in common.
const NEAR: f32 = 0.5;

/// Entries of the settings that lowering has met.
#[derive(Default)]
pub(super) struct Met {
    types: RefCell<BTreeSet<String>>,
    formats: RefCell<BTreeSet<String>>,
    /// Operations and path parameters that may be left out, and need not be by the document.
    optional_segments: RefCell<BTreeSet<(String, String)>>,
    /// Every group of the document, chosen or not.
    pub(super) groups: BTreeSet<String>,
}

impl Met {
    /// The Rust type for a schema.
    pub(super) fn ty<'s>(&self, settings: &'s Settings, pointer: &Pointer) -> Option<&'s String> {
        find(&self.types, &settings.types, pointer.as_str())
    }

    /// Whether a path parameter may be left out, although the document says that it must be there.
    pub(super) fn optional_segment(
        &self,
        settings: &Settings,
        operation: &str,
        name: &str,
    ) -> bool {
        let names = settings.optional_segments.get(operation);
        let listed = names.is_some_and(|names| names.iter().any(|listed| listed == name));
        if listed {
            let entry = (operation.to_string(), name.to_string());
            self.optional_segments.borrow_mut().insert(entry);
        }
        listed
    }

    /// The Rust type for a format.
    pub(super) fn format<'s>(&self, settings: &'s Settings, format: &str) -> Option<&'s String> {
        find(&self.formats, &settings.formats, format)
    }
}

fn find<'s>(
    met: &RefCell<BTreeSet<String>>,
    entries: &'s BTreeMap<String, String>,
    key: &str,
) -> Option<&'s String> {
    let found = entries.get(key)?;
    met.borrow_mut().insert(key.to_string());
    Some(found)
}

/// Reports entries that nothing in the document needed.
pub(super) fn check(api: &Api, settings: &Settings, met: &Met, diagnostics: &mut Diagnostics) {
    for tag in &settings.tags {
        if !met.groups.contains(tag) {
            diagnostics.push(unknown_tag(settings, tag, &met.groups));
        }
    }
    for key in settings.skip.keys() {
        if !api.skipped.iter().any(|skipped| skipped.key == *key) {
            diagnostics.push(unneeded_skip(api, settings, key));
        }
    }
    check_segments(api, settings, met, diagnostics);
    let types = met.types.borrow();
    for pointer in settings.types.keys().filter(|key| !types.contains(*key)) {
        diagnostics.push(unmatched(
            settings,
            &["types", pointer],
            format!("`{pointer}` is not a schema that is generated"),
        ));
    }
    let formats = met.formats.borrow();
    for format in settings
        .formats
        .keys()
        .filter(|key| !formats.contains(*key))
    {
        diagnostics.push(unmatched(
            settings,
            &["formats", format],
            format!("no string that is generated has the format `{format}`"),
        ));
    }
}

/// Reports segments that are left out by no request: those that the document leaves out anyway, or does not have, and
/// those with something behind them.
fn check_segments(api: &Api, settings: &Settings, met: &Met, diagnostics: &mut Diagnostics) {
    let met = met.optional_segments.borrow();
    let listed = settings.optional_segments.iter();
    for (key, name) in listed.flat_map(|(key, names)| names.iter().map(move |name| (key, name))) {
        let operation = api
            .operations
            .iter()
            .find(|operation| operation.key() == *key);
        let why = match operation {
            None => "no such operation is generated",
            Some(_) if !met.contains(&(key.clone(), name.clone())) => {
                "its path has no parameter of this name that must be there"
            }
            Some(operation) if !ends_with_optional(operation, name) => {
                "what stands behind it in the path must be there"
            }
            Some(_) => continue,
        };
        let message = format!("`{{{name}}}` of `{key}` cannot be left out: {why}");
        diagnostics.push(unmatched(
            settings,
            &["optional_segments", key, name],
            message,
        ));
    }
}

/// Whether a parameter and all that is behind it in the path may be left out.
fn ends_with_optional(operation: &Operation, name: &str) -> bool {
    let parameter = |segment: &'_ str| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        let name = name.trim_end_matches('?');
        let mut parameters = operation.parameters.iter();
        let known = parameters.find(|p| p.location == Location::Path && p.wire == name)?;
        (!known.required).then_some(known.wire.as_str())
    };
    let mut optional = operation.path.rsplit('/').map_while(parameter);
    optional.any(|wire| wire == name)
}

/// Puts the limits of bodies to their operations, and reports those that fit none.
pub(super) fn limit_bodies(api: &mut Api, settings: &Settings, diagnostics: &mut Diagnostics) {
    for (key, limit) in &settings.body_limits {
        let mut operations = api.operations.iter_mut();
        let (pointer, why) = match operations.find(|operation| operation.key() == *key) {
            Some(operation) if operation.body.is_some() => {
                operation.body_limit = Some(*limit);
                continue;
            }
            Some(operation) => (operation.pointer.clone(), "it has no body"),
            None => (Pointer::root(), "no such operation is generated"),
        };
        let message = format!("the settings limit the body of `{key}`, but {why}");
        diagnostics.push(
            Diagnostic::new(&UNNEEDED_BODY_LIMIT, pointer, message)
                .with_position(settings.origin.position(&["body_limits", key]))
                .with_help("remove the entry from `[body_limits]`"),
        );
    }
}

fn unmatched(settings: &Settings, keys: &[&str], message: String) -> Diagnostic {
    let table = keys.first().unwrap_or(&"");
    settings
        .problem(&UNMATCHED_SETTING, keys, message)
        .with_help(format!("mend or remove the entry of `[{table}]`"))
}

fn unknown_tag(settings: &Settings, tag: &str, groups: &BTreeSet<String>) -> Diagnostic {
    let folded: BTreeMap<String, &String> = groups.iter().map(|g| (g.to_lowercase(), g)).collect();
    let names: Vec<&str> = folded.keys().map(String::as_str).collect();
    let near = similar::get_close_matches(tag.to_lowercase().as_str(), &names, 1, NEAR);
    let help = match near.first().and_then(|name| folded.get(*name)) {
        Some(near) => format!("the nearest is `{near}`"),
        None => {
            let all: Vec<String> = groups.iter().map(|group| format!("`{group}`")).collect();
            format!("the document has {}", all.join(", "))
        }
    };
    let message = format!("no operation has the tag `{tag}`");
    settings
        .problem(&UNKNOWN_TAG, &["tags", tag], message)
        .with_help(help)
}

fn unneeded_skip(api: &Api, settings: &Settings, key: &str) -> Diagnostic {
    let mut operations = api.operations.iter();
    let operation = operations.find(|operation| operation.key() == key);
    let why = match operation {
        Some(_) => "it could be generated",
        None if api.not_chosen.iter().any(|other| other == key) => "its tag is not chosen anyway",
        None => "there is no such operation",
    };
    let pointer = operation.map(|operation| operation.pointer.clone());
    let message = format!("`{key}` is skipped by the settings, but {why}");
    Diagnostic::new(&UNNEEDED_SKIP, pointer.unwrap_or_default(), message)
        .with_position(settings.origin.position(&["skip", key]))
        .with_help("remove the entry from `[skip]`")
}
