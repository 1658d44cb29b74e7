//! Which components belong together, and to which group: bundlers put the name of an API before the names of its
//! components. Knows the IR only.
//!
//! A prefix is found as a class, never by name: several components share it and it ends in `API`, or it is called like
//! a group.

use std::collections::HashMap;

use crate::ir::{Api, ModuleId, Place, TypeId};

/// A prefix of one component only is a part of its name.
const FEWEST: usize = 2;

/// What stands before the name of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Namespace {
    /// As the document writes it, without the separator: `Security_Detections_API`; empty for none.
    pub(crate) prefix: String,
    /// The group that is called so.
    pub(crate) group: Option<ModuleId>,
}

/// The namespace of every definition, by index; of none for what is no component.
pub(crate) fn of(api: &Api) -> Vec<Namespace> {
    let groups: Vec<String> = api
        .modules
        .iter()
        .map(|module| plain(&module.key))
        .collect();
    let mut shared: HashMap<&str, usize> = HashMap::new();
    for name in api.types.ids().filter_map(|id| component(api, id)) {
        for (prefix, _) in splits(name) {
            *shared.entry(prefix).or_default() += 1;
        }
    }
    let namespace = |id| {
        component(api, id).map_or_else(Namespace::default, |name| find(name, &groups, &shared))
    };
    api.types.ids().map(namespace).collect()
}

/// The name of a component.
pub(crate) fn component(api: &Api, id: TypeId) -> Option<&str> {
    match &api.types[id].place {
        Place::Component(name) => Some(name),
        _ => None,
    }
}

/// What is left of a component's name behind its namespace.
pub(crate) fn rest<'n>(namespace: &Namespace, name: &'n str) -> &'n str {
    let rest = name.strip_prefix(namespace.prefix.as_str()).unwrap_or(name);
    rest.trim_start_matches(is_separator)
}

fn find(name: &str, groups: &[String], shared: &HashMap<&str, usize>) -> Namespace {
    let mut found = Namespace::default();
    for (prefix, last) in splits(name) {
        let (exact, initials) = (plain(prefix), initials(prefix));
        let capital = prefix.starts_with(|c: char| c.is_ascii_uppercase());
        let group = groups.iter().position(|group| {
            let alike = capital && one(group) == one(&exact);
            *group == exact || alike || *group == initials
        });
        let is_api = matches!(last, "API" | "APIs" | "Api" | "Apis")
            && shared.get(prefix).is_some_and(|count| *count >= FEWEST);
        if group.is_some() || is_api {
            found = Namespace {
                prefix: prefix.to_string(),
                group: group.map(ModuleId),
            };
        }
    }
    found
}

/// Every part of a name before a separator, with its last token.
fn splits(name: &str) -> impl Iterator<Item = (&str, &str)> {
    name.char_indices()
        .filter(|(index, c)| *index > 0 && is_separator(*c))
        .filter_map(|(index, _)| {
            let prefix = &name[..index];
            let last = prefix.rsplit(is_separator).next()?;
            let rest = name[index..].trim_start_matches(is_separator);
            (!last.is_empty() && !rest.is_empty()).then_some((prefix, last))
        })
}

fn is_separator(c: char) -> bool {
    matches!(c, '_' | '-' | '.' | ' ' | '/')
}

/// The letters of a group's or a namespace's name, without `API` at its end.
fn plain(text: &str) -> String {
    let all: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let short = all.strip_suffix("apis").or_else(|| all.strip_suffix("api"));
    short
        .filter(|short| !short.is_empty())
        .map(String::from)
        .unwrap_or(all)
}

fn one(text: &str) -> &str {
    text.strip_suffix('s').unwrap_or(text)
}

/// `ml` of `Machine_learning_APIs`.
fn initials(prefix: &str) -> String {
    let tokens: Vec<&str> = prefix
        .split(is_separator)
        .filter(|token| !plain(token).is_empty())
        .collect();
    let tokens = tokens
        .iter()
        .filter(|token| !matches!(**token, "API" | "APIs"));
    let initials: String = tokens
        .filter_map(|token| token.chars().next())
        .flat_map(char::to_lowercase)
        .collect();
    if initials.len() > 1 {
        initials
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_called_like_a_group_or_shared_and_called_an_api() {
        let groups = [
            "securitydetections".to_string(),
            "slo".to_string(),
            "ml".to_string(),
            "cases".to_string(),
        ];
        let shared = HashMap::from([
            ("Security_Detections_API", 2),
            ("Kibana_HTTP_APIs", 2),
            ("One_API", 1),
        ]);
        let table = [
            (
                "Security_Detections_API_RuleResponse",
                "Security_Detections_API",
                Some(0),
            ),
            ("SLOs_find_slo_response", "SLOs", Some(1)),
            (
                "Machine_learning_APIs_sync",
                "Machine_learning_APIs",
                Some(2),
            ),
            ("Kibana_HTTP_APIs_status", "Kibana_HTTP_APIs", None),
            ("cases_webhook_config", "cases", Some(3)),
            // Neither a plural of a group in lower case, nor a prefix of one component only.
            ("case_status", "", None),
            ("One_API_key", "", None),
            ("CaseResponse", "", None),
        ];
        for (name, prefix, group) in table {
            let found = find(name, &groups, &shared);
            assert_eq!(
                (found.prefix.as_str(), found.group.map(|id| id.0)),
                (prefix, group),
                "{name}"
            );
        }
    }
}
