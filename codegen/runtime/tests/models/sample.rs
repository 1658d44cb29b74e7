//! Models as the generator writes them: one of each shape. The style reference for generated code.

// In a generated crate all of this is public.
#![allow(unreachable_pub)]

use std::collections::BTreeMap;

use kibana_runtime::generated::{Constant, JsonKind, Node, ObjectWriter, Reader, Rules, Tag};
use kibana_runtime::serde::Serializer;
use kibana_runtime::serde_json::{Map, Value};
use kibana_runtime::{Base64, Model, Nullable, OneOrMany};

/// A closed struct, with every kind of presence.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Identifier; at least 1 character.
    pub id: String,
    /// Where the case stands.
    pub status: CaseStatus,
    /// When it was closed, or `null`.
    pub closed_at: Option<String>,
    /// At most 2, all different, each at most 10 characters.
    pub tags: Option<Vec<String>>,
    /// Absent, `null` and text are three different things.
    pub note: Nullable<String>,
    /// 1 to 100.
    pub severity: Option<i64>,
}

impl Case {
    /// A case with its required fields.
    pub fn new(id: impl Into<String>, status: CaseStatus, closed_at: Option<String>) -> Self {
        Self {
            id: id.into(),
            status,
            closed_at,
            tags: None,
            note: Nullable::Absent,
            severity: None,
        }
    }
}

impl Model for Case {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(node, &Rules::NONE)?;
        let id = object.required(
            "id",
            &Rules {
                min_length: Some(1),
                ..Rules::NONE
            },
        );
        let status = object.required("status", &Rules::NONE);
        let closed_at = object.nullable("closed_at", &Rules::NONE);
        let tags = object.optional(
            "tags",
            &Rules {
                max_items: Some(2),
                unique_items: true,
                items: Some(&Rules {
                    max_length: Some(10),
                    ..Rules::NONE
                }),
                ..Rules::NONE
            },
        );
        let note = object.optional_nullable("note", &Rules::NONE);
        let severity = object.optional(
            "severity",
            &Rules {
                minimum: Some(kibana_runtime::generated::Limit::Whole(1)),
                maximum: Some(kibana_runtime::generated::Limit::Whole(100)),
                ..Rules::NONE
            },
        );
        object.close();
        Some(Self {
            id: id?,
            status: status?,
            closed_at: closed_at?,
            tags: tags?,
            note: note?,
            severity: severity?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.required("id", &self.id)?;
        object.required("status", &self.status)?;
        object.required("closed_at", &self.closed_at)?;
        object.optional("tags", &self.tags)?;
        object.nullable("note", &self.note)?;
        object.optional("severity", &self.severity)?;
        object.end()
    }
}

/// A string enum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CaseStatus {
    /// `open`
    Open,
    /// `in-progress`
    InProgress,
    /// A value that this version of the crate does not know.
    Unknown(String),
}

kibana_runtime::string_enum!(CaseStatus { Open => "open", InProgress => "in-progress" });

/// An open struct: what the schema does not name is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// A duration such as `5m`.
    pub interval: String,
    /// 1 or 2.
    pub version: Option<i64>,
    /// A multiple of 0.01.
    pub share: Option<f64>,
    /// Properties that the schema does not name.
    pub additional_properties: Map<String, Value>,
}

impl Model for Schedule {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(
            node,
            &Rules {
                max_properties: Some(5),
                ..Rules::NONE
            },
        )?;
        let interval = object.required(
            "interval",
            &Rules {
                pattern: Some(r"^[1-9]\d*[smh]$"),
                ..Rules::NONE
            },
        );
        let version = object.optional(
            "version",
            &Rules {
                one_of: &[Constant::Integer(1), Constant::Integer(2)],
                ..Rules::NONE
            },
        );
        let share = object.optional(
            "share",
            &Rules {
                multiple_of: Some(kibana_runtime::generated::Limit::Float(0.01)),
                ..Rules::NONE
            },
        );
        let additional_properties = object.rest(&Rules::NONE);
        Some(Self {
            interval: interval?,
            version: version?,
            share: share?,
            additional_properties: additional_properties?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.required("interval", &self.interval)?;
        object.optional("version", &self.version)?;
        object.optional("share", &self.share)?;
        object.rest(&self.additional_properties)?;
        object.end()
    }
}

/// A struct whose other properties share a type, and whose properties depend on each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Receivers; one of `to` or both `cc` and `bcc` must be there.
    pub to: Option<OneOrMany<String>>,
    /// More receivers.
    pub cc: Option<Vec<String>>,
    /// Receivers that nobody sees.
    pub bcc: Option<Vec<String>>,
    /// A file.
    pub attachment: Option<Base64>,
    /// Counters.
    pub additional_properties: BTreeMap<String, i64>,
}

impl Model for Message {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(node, &Rules::NONE)?;
        let to = object.optional(
            "to",
            &Rules {
                items: Some(&Rules {
                    min_length: Some(3),
                    ..Rules::NONE
                }),
                ..Rules::NONE
            },
        );
        let cc = object.optional("cc", &Rules::NONE);
        let bcc = object.optional("bcc", &Rules::NONE);
        let attachment = object.optional(
            "attachment",
            &Rules {
                format: Some("byte"),
                ..Rules::NONE
            },
        );
        object.forbidden(&["from"]);
        object.require_any(&[&["to"], &["cc", "bcc"]]);
        let additional_properties = object.rest(&Rules {
            minimum: Some(kibana_runtime::generated::Limit::Whole(0)),
            ..Rules::NONE
        });
        Some(Self {
            to: to?,
            cc: cc?,
            bcc: bcc?,
            attachment: attachment?,
            additional_properties: additional_properties?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.optional("to", &self.to)?;
        object.optional("cc", &self.cc)?;
        object.optional("bcc", &self.bcc)?;
        object.optional("attachment", &self.attachment)?;
        object.rest(&self.additional_properties)?;
        object.end()
    }
}

/// A recursive type: everything matches, nothing does, or the opposite of another condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The condition that must not hold.
    pub not: Option<Box<Condition>>,
    /// Conditions that must all hold.
    pub all: Option<Vec<Condition>>,
}

impl Model for Condition {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        let mut object = reader.object(node, &Rules::NONE)?;
        let not = object.optional("not", &Rules::NONE);
        let all = object.optional("all", &Rules::NONE);
        object.close();
        Some(Self {
            not: not?,
            all: all?,
        })
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = ObjectWriter::new(serializer)?;
        object.optional("not", &self.not)?;
        object.optional("all", &self.all)?;
        object.end()
    }
}

/// A union that is decided by every test there is: the JSON type, a tag, a tag inside a property, a key, the type of a
/// property, the first item of an array; and two members that only reading can tell apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Text.
    Text(String),
    /// `{"type": "schedule"}`
    Schedule(Box<Schedule>),
    /// `{"meta": {"kind": 1}}`
    Meta(Map<String, Value>),
    /// Has `id`.
    Case(Case),
    /// Has `not`, a condition.
    Condition(Condition),
    /// An array of cases.
    Cases(Vec<Case>),
    /// An array of text.
    Names(Vec<String>),
    /// Numbers by name.
    Numbers(BTreeMap<String, i64>),
    /// Lists of filters by name.
    Groups(BTreeMap<String, Vec<Filter>>),
}

impl Model for Filter {
    fn read(node: &Node<'_>, _: &'static Rules, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind() {
            JsonKind::String => reader.member(
                node,
                &Rules {
                    min_length: Some(1),
                    ..Rules::NONE
                },
                Self::Text,
            ),
            JsonKind::Array => match node.first_item().map(Node::kind) {
                Some(JsonKind::Object) => reader.member(node, &Rules::NONE, Self::Cases),
                _ => reader.member(node, &Rules::NONE, Self::Names),
            },
            JsonKind::Object => match node.tag(&["type"]) {
                Tag::String("schedule") => reader.member(node, &Rules::NONE, Self::Schedule),
                Tag::Absent => match node.tag(&["meta", "kind"]) {
                    Tag::Integer(1) => reader.member(node, &Rules::NONE, Self::Meta),
                    _ if node.has_key("id") => reader.member(node, &Rules::NONE, Self::Case),
                    _ => match node.property_kind(&["not"]) {
                        Some(JsonKind::Object) => {
                            reader.member(node, &Rules::NONE, Self::Condition)
                        }
                        _ => reader.first_of(
                            node,
                            &[
                                ("Numbers", |node, reader| {
                                    reader.member(
                                        node,
                                        &Rules {
                                            max_properties: Some(2),
                                            ..Rules::NONE
                                        },
                                        Self::Numbers,
                                    )
                                }),
                                ("Groups", |node, reader| {
                                    reader.member(node, &Rules::NONE, Self::Groups)
                                }),
                            ],
                        ),
                    },
                },
                _ => reader.no_member(
                    node,
                    &[
                        ("Schedule", "`type` is not \"schedule\""),
                        ("Case", "`type` is there"),
                    ],
                ),
            },
            _ => reader.no_member(
                node,
                &[
                    ("Text", "not text"),
                    ("Cases", "not an array"),
                    ("Case", "not an object"),
                ],
            ),
        }
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(value) => value.write(serializer),
            Self::Schedule(value) => value.write(serializer),
            Self::Meta(value) => value.write(serializer),
            Self::Case(value) => value.write(serializer),
            Self::Condition(value) => value.write(serializer),
            Self::Cases(value) => value.write(serializer),
            Self::Names(value) => value.write(serializer),
            Self::Numbers(value) => value.write(serializer),
            Self::Groups(value) => value.write(serializer),
        }
    }
}

kibana_runtime::serde_impls!(Case, CaseStatus, Condition, Filter, Message, Schedule);
