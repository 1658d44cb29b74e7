//! Repairs of parameters against the path template, and of parameters declared twice. Knows no schemas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::parameters::not_required;
use super::site::{Object, Site, list};
use super::template::{Segment, template};
use crate::diagnostic::{Code, Severity};

/// See [`Code::explanation`].
static PARAMETER_REPEATED: Code = Code {
    name: "parameter-repeated",
    severity: Severity::Warning,
    explanation: "Of parameters with the same name and place in one list, the last one holds.",
};

/// See [`Code::explanation`].
static PATH_PARAMETER_UNDECLARED: Code = Code {
    name: "path-parameter-undeclared",
    severity: Severity::Repair,
    explanation: "A parameter of the path that an operation does not declare is text.",
};

/// See [`Code::explanation`].
static PATH_PARAMETER_RENAMED: Code = Code {
    name: "path-parameter-renamed",
    severity: Severity::Repair,
    explanation: "When one declared path parameter is not in the path and one parameter of the path is not declared, they are the same and have the name that the path says.",
};

/// See [`Code::explanation`].
static PATH_PARAMETER_UNUSED: Code = Code {
    name: "path-parameter-unused",
    severity: Severity::Warning,
    explanation: "A declared path parameter that is not in the path is left out.",
};

/// The codes of this file.
pub(super) const CODES: &[&Code] = &[
    &PARAMETER_REPEATED,
    &PATH_PARAMETER_UNDECLARED,
    &PATH_PARAMETER_RENAMED,
    &PATH_PARAMETER_UNUSED,
];

/// Place and name of a parameter.
type Identity = (String, String);

/// The shared parameters, by the text of the references to them.
#[derive(Default)]
pub(super) struct References {
    identities: BTreeMap<String, Identity>,
}

impl References {
    /// Reads the shared parameters of the components.
    pub(super) fn of(components: Option<&Value>) -> Self {
        let mut references = Self::default();
        let parameters = components.and_then(|components| components.get("parameters"));
        let Some(Value::Object(parameters)) = parameters else {
            return references;
        };
        for name in parameters.keys() {
            let reference = format!("#/components/parameters/{name}");
            let mut node = &parameters[name];
            // A reference to a reference is followed, but never in circles.
            for _ in 0..parameters.len() {
                let Some(target) = node.get("$ref").and_then(Value::as_str) else {
                    break;
                };
                let key = target.strip_prefix("#/components/parameters/");
                match key.and_then(|key| parameters.get(key)) {
                    Some(next) => node = next,
                    None => break,
                }
            }
            if let Some(identity) = identity(node) {
                references.identities.insert(reference, identity);
            }
        }
        references
    }

    fn identity(&self, parameter: &Value) -> Option<Identity> {
        match parameter.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.identities.get(reference).cloned(),
            None => identity(parameter),
        }
    }

    /// The name, when it is a path parameter.
    fn path_parameter(&self, parameter: &Value) -> Option<String> {
        let (place, name) = self.identity(parameter)?;
        (place == "path").then_some(name)
    }
}

fn identity(parameter: &Value) -> Option<Identity> {
    let place = parameter.get("in")?.as_str()?;
    let name = parameter.get("name")?.as_str()?;
    Some((place.to_string(), name.to_string()))
}

fn parameters(holder: &Object) -> &[Value] {
    match holder.get("parameters") {
        Some(Value::Array(parameters)) => parameters,
        _ => &[],
    }
}

/// Drops all but the last of parameters with the same name and place.
pub(super) fn unique(holder: &mut Object, references: &References, site: &mut Site<'_>) {
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    site.within("parameters", |site| {
        let mut seen = BTreeSet::new();
        for index in (0..parameters.len()).rev() {
            let Some((place, mut name)) = references.identity(&parameters[index]) else {
                continue;
            };
            if place == "header" {
                name.make_ascii_lowercase();
            }
            let message =
                format!("`{name}` in {place} is declared again below; this one is left out");
            if !seen.insert((place, name)) {
                site.within_index(index, |site| site.report(&PARAMETER_REPEATED, message));
                parameters.remove(index);
            }
        }
    });
}

/// Brings the declared path parameters of a path item and its operations in line with the path.
pub(super) fn match_template(
    path: &str,
    item: &mut Object,
    methods: &[&str],
    references: &References,
    site: &mut Site<'_>,
) {
    let template = template(path);
    unused(&template, &[], item, references, site);
    optional_segments(path, &template, item, site);
    let shared: Vec<String> = declared(item, references);
    let shared_unknown = has_unknown(item, references);
    for method in methods {
        let Some(Value::Object(operation)) = item.get_mut(*method) else {
            continue;
        };
        site.within(method, |site| {
            unused(&template, &shared, operation, references, site);
            optional_segments(path, &template, operation, site);
            // A reference that leads nowhere known may be the parameter that seems to be missing.
            if !shared_unknown && !has_unknown(operation, references) {
                undeclared(path, &template, &shared, operation, references, site);
            }
        });
    }
}

fn declared(holder: &Object, references: &References) -> Vec<String> {
    parameters(holder)
        .iter()
        .filter_map(|parameter| references.path_parameter(parameter))
        .collect()
}

fn has_unknown(holder: &Object, references: &References) -> bool {
    parameters(holder)
        .iter()
        .any(|parameter| references.identity(parameter).is_none())
}

fn optional_segments(
    path: &str,
    template: &[Segment<'_>],
    holder: &mut Object,
    site: &mut Site<'_>,
) {
    if !template.iter().any(|segment| segment.optional) {
        return;
    }
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    site.within("parameters", |site| {
        for (index, node) in parameters.iter_mut().enumerate() {
            let Some((place, name)) = identity(node) else {
                continue;
            };
            let optional = template
                .iter()
                .any(|segment| segment.optional && segment.name == name);
            if let (Value::Object(parameter), true) = (node, optional && place == "path") {
                site.within_index(index, |site| not_required(parameter, path, site));
            }
        }
    });
}

/// Renames or drops declared path parameters that are not in the path.
fn unused(
    template: &[Segment<'_>],
    shared: &[String],
    holder: &mut Object,
    references: &References,
    site: &mut Site<'_>,
) {
    let declared = declared(holder, references);
    let missing: Vec<&str> = template
        .iter()
        .map(|segment| segment.name)
        .filter(|name| {
            !declared
                .iter()
                .chain(shared)
                .any(|declared| declared == name)
        })
        .collect();
    let is_extra = |name: &String| !template.iter().any(|segment| segment.name == name);
    let extras = declared.iter().filter(|name| is_extra(name)).count();
    if extras == 0 {
        return;
    }
    let Some(Value::Array(parameters)) = holder.get_mut("parameters") else {
        return;
    };
    site.within("parameters", |site| {
        for index in (0..parameters.len()).rev() {
            let name = references.path_parameter(&parameters[index]);
            let Some(name) = name.filter(is_extra) else {
                continue;
            };
            let is_inline = parameters[index].get("$ref").is_none();
            if let ([only], 1, true) = (missing.as_slice(), extras, is_inline) {
                let message = format!("`{name}` is called `{only}` in the path");
                site.within_index(index, |site| site.report(&PATH_PARAMETER_RENAMED, message));
                parameters[index]["name"] = json!(only);
            } else {
                let message = format!(
                    "{} is not in the path and is left out",
                    list([name.as_str()])
                );
                site.within_index(index, |site| site.report(&PATH_PARAMETER_UNUSED, message));
                parameters.remove(index);
            }
        }
    });
}

fn undeclared(
    path: &str,
    template: &[Segment<'_>],
    shared: &[String],
    operation: &mut Object,
    references: &References,
    site: &mut Site<'_>,
) {
    let mut declared: Vec<String> = declared(operation, references);
    declared.extend_from_slice(shared);
    for segment in template {
        if declared.iter().any(|name| name == segment.name) {
            continue;
        }
        let added = operation.entry("parameters").or_insert_with(|| json!([]));
        let Value::Array(parameters) = added else {
            return;
        };
        let message = format!("`{}` of `{path}` is not declared; it is text", segment.name);
        site.report(&PATH_PARAMETER_UNDECLARED, message);
        declared.push(segment.name.to_string());
        parameters.push(json!({
            "name": segment.name,
            "in": "path",
            "required": !segment.optional,
            "schema": {"type": "string"},
        }));
    }
}
