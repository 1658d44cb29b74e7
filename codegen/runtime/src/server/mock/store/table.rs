//! Which resources there are, and what operations do to them: the generator's table.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::super::answer::range;
use crate::data::{Place, Table, list, text};
use crate::server::StatusRange;

/// The whole table.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) resources: Vec<Resource>,
    /// By the name of the operation.
    pub(super) played: HashMap<&'static str, Played>,
}

/// A set of items.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) path: &'static str,
    pub(super) item: Option<Place>,
    pub(super) key: Vec<KeyPart>,
    pub(super) creatable: bool,
    pub(super) version: Option<&'static str>,
    pub(super) stamps: Vec<Stamp>,
}

/// A part of what identifies an item.
#[derive(Debug)]
pub(super) struct KeyPart {
    pub(super) name: &'static str,
    /// The property that shows it.
    pub(super) property: Option<&'static str>,
    /// Whether new items get a number there; known once there was one.
    pub(super) is_number: OnceLock<bool>,
}

impl KeyPart {
    /// The name under which an item has it.
    pub(super) fn told_by(&self) -> &'static str {
        self.property.unwrap_or(self.name)
    }
}

/// A property that the server makes.
#[derive(Debug)]
pub(super) struct Stamp {
    pub(super) property: &'static str,
    pub(super) says: Says,
    pub(super) number: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Created,
    Updated,
    Version,
}

/// What an operation does.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) resource: usize,
    pub(super) role: Role,
    pub(super) selectors: Vec<Selector>,
    pub(super) sent: Vec<&'static str>,
    pub(super) defaults: Vec<(&'static str, Value)>,
    pub(super) replaces: Vec<&'static str>,
    pub(super) answer: Answer,
    pub(super) query: Query,
    pub(super) sets: Option<(&'static str, bool)>,
    /// The types of the bodies of its answers.
    pub(super) answers: Vec<(StatusRange, Place)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Create,
    Put,
    Read,
    Replace,
    Merge,
    Delete,
    List,
    Act,
    BulkCreate,
    BulkRead,
    BulkMerge,
    BulkDelete,
    Export,
    Import,
}

/// A value in the request that an item must have.
#[derive(Debug)]
pub(super) struct Selector {
    pub(super) key: &'static str,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Path(&'static str),
    Query(&'static str),
    Body(Vec<&'static str>),
    /// A property of each item that the body lists.
    Listed(&'static str),
}

/// How items stand in an answer.
#[derive(Debug)]
pub(super) enum Answer {
    Other,
    One(Vec<&'static str>),
    Many {
        items: Vec<&'static str>,
        total: Option<Vec<&'static str>>,
        page: Option<Vec<&'static str>>,
        per_page: Option<Vec<&'static str>>,
    },
    Count {
        counts: Vec<&'static str>,
        successes: Vec<&'static str>,
    },
}

/// What parameters of a query mean: which items, and how they are told.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) page: Option<&'static str>,
    pub(super) per_page: Option<&'static str>,
    pub(super) sort: Option<&'static str>,
    pub(super) order: Option<&'static str>,
    pub(super) search: Option<&'static str>,
    /// Parameter and property.
    pub(super) filters: Vec<(&'static str, &'static str)>,
    /// Whether items that are there already are replaced.
    pub(super) overwrite: Option<&'static str>,
}

impl Tables {
    pub(super) fn new(table: &Value) -> Result<Self, String> {
        let types = Table::new(&table["definitions"])?;
        let resources = list(&table["resources"])?.iter();
        let resources = resources.map(|value| resource(&types, value));
        let played = table["played"].as_object().into_iter().flatten();
        let played = played.map(|(id, value)| {
            let id = text(&Value::from(id.as_str()))?;
            let played = played_by(&types, value).map_err(|problem| format!("{id}: {problem}"))?;
            Ok((id, played))
        });
        Ok(Self {
            resources: resources.collect::<Result<_, _>>()?,
            played: played.collect::<Result<_, String>>()?,
        })
    }

    /// The number of the resource with this path.
    pub(super) fn number(&self, path: &str) -> Result<usize, String> {
        let number = self.resources.iter().position(|r| r.path == path);
        number.ok_or_else(|| {
            let known: Vec<&str> = self.resources.iter().map(|r| r.path).collect();
            format!(
                "there is no resource `{path}`; there are {}",
                known.join(", ")
            )
        })
    }
}

fn resource(types: &Table, value: &Value) -> Result<Resource, String> {
    let key = list(&value["key"])?.iter().map(|part| {
        Ok(KeyPart {
            name: text(&part["name"])?,
            property: optional(&part["property"])?,
            is_number: OnceLock::new(),
        })
    });
    let stamps = list(&value["stamps"])?.iter().map(|stamp| {
        let says = match stamp["says"].as_str() {
            Some("created") => Says::Created,
            Some("updated") => Says::Updated,
            Some("version") => Says::Version,
            _ => return Err(format!("nothing says {}", stamp["says"])),
        };
        Ok(Stamp {
            property: text(&stamp["property"])?,
            says,
            number: stamp["number"] == true,
        })
    });
    Ok(Resource {
        path: text(&value["path"])?,
        item: match &value["item"] {
            Value::Null => None,
            place => Some(types.place(place)?),
        },
        key: key.collect::<Result<_, String>>()?,
        creatable: value["creatable"] == true,
        version: optional(&value["version"])?,
        stamps: stamps.collect::<Result<_, String>>()?,
    })
}

fn played_by(types: &Table, value: &Value) -> Result<Played, String> {
    let resource = value["resource"].as_u64();
    let resource = resource.and_then(|number| usize::try_from(number).ok());
    let selectors = list(&value["selectors"])?.iter().map(selector);
    let defaults = list(&value["defaults"])?.iter();
    let defaults = defaults.map(|pair| Ok((text(&pair[0])?, pair[1].clone())));
    let answers = value["answers"].as_object().into_iter().flatten();
    let answers = answers.map(|(status, place)| Ok((range(status), types.place(place)?)));
    let query = &value["query"];
    let filters = list(&query["filters"])?.iter();
    let filters = filters.map(|pair| Ok((text(&pair[0])?, text(&pair[1])?)));
    Ok(Played {
        resource: resource.ok_or("expected the number of a resource")?,
        role: role(&value["role"])?,
        selectors: selectors.collect::<Result<_, _>>()?,
        sent: way(&value["sent"])?,
        defaults: defaults.collect::<Result<_, String>>()?,
        replaces: way(&value["replaces"])?,
        answer: answer(&value["answer"])?,
        query: Query {
            page: optional(&query["page"])?,
            per_page: optional(&query["per_page"])?,
            sort: optional(&query["sort"])?,
            order: optional(&query["order"])?,
            search: optional(&query["search"])?,
            filters: filters.collect::<Result<_, String>>()?,
            overwrite: optional(&query["overwrite"])?,
        },
        sets: match &value["sets"] {
            Value::Null => None,
            pair => Some((text(&pair[0])?, pair[1] == true)),
        },
        answers: answers.collect::<Result<_, String>>()?,
    })
}

fn optional(value: &Value) -> Result<Option<&'static str>, String> {
    match value {
        Value::Null => Ok(None),
        value => text(value).map(Some),
    }
}

fn way(value: &Value) -> Result<Vec<&'static str>, String> {
    list(value)?.iter().map(text).collect()
}

fn optional_way(value: &Value) -> Result<Option<Vec<&'static str>>, String> {
    match value {
        Value::Null => Ok(None),
        value => way(value).map(Some),
    }
}

fn selector(value: &Value) -> Result<Selector, String> {
    let entry = value["source"]
        .as_object()
        .and_then(|source| source.iter().next());
    let Some((word, inner)) = entry else {
        return Err(format!("expected a source, found {}", value["source"]));
    };
    Ok(Selector {
        key: text(&value["key"])?,
        source: match word.as_str() {
            "path" => Source::Path(text(inner)?),
            "query" => Source::Query(text(inner)?),
            "body" => Source::Body(way(inner)?),
            "listed" => Source::Listed(text(inner)?),
            other => return Err(format!("there is no source `{other}`")),
        },
    })
}

fn role(value: &Value) -> Result<Role, String> {
    Ok(match value.as_str().unwrap_or_default() {
        "create" => Role::Create,
        "put" => Role::Put,
        "read" => Role::Read,
        "replace" => Role::Replace,
        "merge" => Role::Merge,
        "delete" => Role::Delete,
        "list" => Role::List,
        "act" => Role::Act,
        "bulk_create" => Role::BulkCreate,
        "bulk_read" => Role::BulkRead,
        "bulk_merge" => Role::BulkMerge,
        "bulk_delete" => Role::BulkDelete,
        "export" => Role::Export,
        "import" => Role::Import,
        other => return Err(format!("there is no role `{other}`")),
    })
}

fn answer(value: &Value) -> Result<Answer, String> {
    if let Some(one) = value.get("one") {
        return Ok(Answer::One(way(one)?));
    }
    if let Some(count) = value.get("count") {
        return Ok(Answer::Count {
            counts: way(&count["counts"])?,
            successes: way(&count["successes"])?,
        });
    }
    let Some(many) = value.get("many") else {
        return Ok(Answer::Other);
    };
    Ok(Answer::Many {
        items: way(&many["items"])?,
        total: optional_way(&many["total"])?,
        page: optional_way(&many["page"])?,
        per_page: optional_way(&many["per_page"])?,
    })
}
