//! Resources of an API, and what operations do to them: what a fake needs to remember. Knows the IR only.
//!
//! A *resource* is a set of items. It is found by its paths: `/shelves/{shelfId}` is an item of `/shelves`, and where items
//! have no path of their own, they are told by a parameter in the query that is a property of theirs. What an operation
//! does follows from its method, its place beside these paths, and the types of its body and its answer; where these do
//! not fit what the method promises, the operation has no role. Nothing here is named after a product.

mod find;
mod path;
mod shapes;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::ir::Type;

pub use find::find;

/// All resources of an API, with the operations that play with them.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// The resources, ordered by path.
    pub resources: Vec<Resource>,
    /// Operations by their index in [`operations`](crate::ir::Api::operations); those that are not here have nothing to remember.
    pub played: BTreeMap<usize, Played>,
}

/// A set of items that operations create, read, change and delete.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The path of an item, or of all when an item has none; without a prefix for spaces.
    pub path: String,
    /// The type of an item, when the document has one.
    pub item: Option<Type>,
    /// What tells items apart, all together: the parameters of the item's path, or the one property that the query names.
    pub key: Vec<KeyPart>,
    /// Whether an operation makes items. Of others there are only those that a state brings in.
    pub creatable: bool,
    /// The property that counts changes, when it also travels to the server.
    pub version: Option<String>,
    /// Properties that the server makes: times, and counts of changes.
    pub stamps: Vec<Stamp>,
}

/// A property that the server makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The property.
    pub property: String,
    /// What it says.
    pub says: Says,
    /// Whether it is a number: of milliseconds, where it is a time.
    pub number: bool,
}

/// What a property that the server makes says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// When the item was made.
    Created,
    /// When it was changed last.
    Updated,
    /// How often it was changed.
    Version,
}

/// A part of what identifies an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyPart {
    /// The parameter of the path.
    pub name: String,
    /// The property of the item that holds it. An item without one does not show it.
    pub property: Option<String>,
}

/// What an operation does to a resource.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    /// The resource.
    pub resource: usize,
    /// What it does.
    pub role: Role,
    /// Where the request says which items are meant.
    pub selectors: Vec<Selector>,
    /// The way to the item (or the list of items) in the body.
    pub sent: Vec<String>,
    /// What the document says that properties are which are not sent.
    pub defaults: Vec<(String, Value)>,
    /// The properties that are gone from an item that is replaced, unless they are sent.
    pub replaces: Vec<String>,
    /// How items stand in the answer.
    pub answer: Answer,
    /// What the query of a list means.
    pub query: Query,
    /// The property that an action sets, and the value that it gets.
    pub sets: Option<(String, bool)>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Makes an item.
    Create,
    /// Makes an item, or replaces the one that is there.
    Put,
    /// Answers an item.
    Read,
    /// Replaces an item with what is sent.
    Replace,
    /// Changes those properties of an item that are sent.
    Merge,
    /// Removes an item.
    Delete,
    /// Answers several items.
    List,
    /// Sets a property of an item.
    Act,
    /// Makes several items.
    BulkCreate,
    /// Answers the items that are named.
    BulkRead,
    /// Changes several items.
    BulkMerge,
    /// Removes several items.
    BulkDelete,
    /// Writes items down, one per line.
    Export,
    /// Takes items in as they were written down.
    Import,
}

impl Role {
    /// Whether items come to be.
    pub fn creates(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Put | Self::BulkCreate | Self::Import
        )
    }

    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Put => "put",
            Self::Read => "read",
            Self::Replace => "replace",
            Self::Merge => "merge",
            Self::Delete => "delete",
            Self::List => "list",
            Self::Act => "act",
            Self::BulkCreate => "bulk_create",
            Self::BulkRead => "bulk_read",
            Self::BulkMerge => "bulk_merge",
            Self::BulkDelete => "bulk_delete",
            Self::Export => "export",
            Self::Import => "import",
        }
    }
}

/// A value in the request that an item must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selector {
    /// The property of the item, or the name of a part of its key that it does not show.
    pub key: String,
    /// Whether the item does not show it.
    pub hidden: bool,
    /// Where the value stands.
    pub source: Source,
}

/// Where a request holds a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A parameter of the path.
    Path(String),
    /// A parameter of the query; a list stands for several items.
    Query(String),
    /// A value in the body; a list stands for several items.
    Body(Vec<String>),
    /// A property of each item that the body lists.
    Listed(String),
}

/// How items stand in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Not at all: the answer is what it is without memory.
    Other,
    /// One, at the end of this way.
    One(Vec<String>),
    /// A list of them.
    Many(Page),
    /// How many there were.
    Count(Count),
}

/// A list of items in an answer, with what is told about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The way to the list.
    pub items: Vec<String>,
    /// The way to the number of all items.
    pub total: Option<Vec<String>>,
    /// The way to the number of the page.
    pub page: Option<Vec<String>>,
    /// The way to the number of items on a page.
    pub per_page: Option<Vec<String>>,
}

/// What an answer tells of items that it does not hold, by the names of its properties.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many items were taken in.
    pub counts: Vec<String>,
    /// Whether all of them were.
    pub successes: Vec<String>,
}

/// What parameters of a query mean: which items, and how they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Query {
    /// The number of the page.
    pub page: Option<String>,
    /// How many items a page has.
    pub per_page: Option<String>,
    /// The property to sort by.
    pub sort: Option<String>,
    /// `asc` or `desc`.
    pub order: Option<String>,
    /// A text that items contain.
    pub search: Option<String>,
    /// Parameters that are named after a property, which must be equal, with that property.
    pub filters: Vec<(String, String)>,
    /// Whether items that are there already are replaced.
    pub overwrite: Option<String>,
}
