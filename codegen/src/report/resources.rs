//! Resources and what is played of them. Reads what the pass over roles found.

use std::fmt;

use serde::Serialize;

use crate::ir::Api;
use crate::passes::roles::{self, Role};
use crate::render::visible;

/// A set of items that operations create, read, change and delete.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceFound {
    /// The path of an item, or of all where the query tells items apart.
    pub path: String,
    /// The properties that hold what an item is called; `null` where an item does not show it.
    pub key: Vec<Option<String>>,
    /// Whether an operation makes items. Of others there are only those that a state brings in.
    pub creatable: bool,
    /// The property that counts changes.
    pub version: Option<String>,
}

/// An operation that a fake answers from what it remembers.
#[derive(Clone, Debug, Serialize)]
pub struct PlayedOperation {
    /// Method and path.
    pub operation: String,
    /// The path of the resource.
    pub resource: String,
    /// What it does.
    pub role: Role,
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) resources: Vec<ResourceFound>,
    pub(super) played: Vec<PlayedOperation>,
    pub(super) stateless: Vec<String>,
}

pub(super) fn find(api: &Api) -> Found {
    let roles = roles::find(api);
    let mut found = Found::default();
    for (index, operation) in api.operations.iter().enumerate() {
        match roles.played.get(&index) {
            Some(played) => found.played.push(PlayedOperation {
                operation: operation.key(),
                resource: roles.resources[played.resource].path.clone(),
                role: played.role,
            }),
            None => found.stateless.push(operation.key()),
        }
    }
    let resources = roles.resources.into_iter();
    found.resources = resources
        .map(|resource| ResourceFound {
            path: resource.path,
            key: resource.key.into_iter().map(|part| part.property).collect(),
            creatable: resource.creatable,
            version: resource.version,
        })
        .collect();
    found
}

pub(super) fn write(
    (resources, played): (&[ResourceFound], &[PlayedOperation]),
    stateless: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    writeln!(
        f,
        "resources   {}, {} operations played, {} stateless",
        resources.len(),
        played.len(),
        stateless
    )?;
    for resource in resources {
        writeln!(f, "  {}", visible(&resource.path))?;
        let own = played
            .iter()
            .filter(|played| played.resource == resource.path);
        for played in own {
            writeln!(
                f,
                "    {:<11} {}",
                played.role.name(),
                visible(&played.operation)
            )?;
        }
    }
    Ok(())
}
