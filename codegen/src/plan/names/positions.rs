//! Where inline definitions stand, in words: the ends of their property chains that could name them. Knows the IR only.

use std::collections::{BTreeMap, HashMap};

use super::bodies;
use super::path::Language;
use crate::ir::{Kind, Operation, Place, Section, Shape, Status, Step, Type, TypeId};
use crate::naming::words::pascal;
use crate::passes::locals::bodies::{media_words, status_word};
use crate::passes::merge::{self, OfGroup, Owner};
use crate::passes::{graph, place};

/// A definition and everything that it could be called inside its owner.
pub(super) struct Position {
    pub(super) id: TypeId,
    /// From the best to the longest; without the stem of the owner.
    pub(super) candidates: Vec<String>,
}

/// A name without the stem of its owner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// How many properties it is made of; few is better.
    length: usize,
    text: String,
    /// Whether nothing was left out.
    full: bool,
}

/// The inline definitions of a component, an operation or a definition of a group, each with what it could be called,
/// those that need fewest words first.
pub(super) fn gather<'a>(
    language: &'a Language<'a>,
    own: &BTreeMap<TypeId, (crate::ir::ModuleId, OfGroup)>,
    members: &'a [Vec<String>],
) -> BTreeMap<Owner<'a>, Vec<Position>> {
    let types = &language.api.types;
    let live = graph::live(language.api);
    let kept_by = merge::kept(language.api);
    let mut steps = Steps::new(language, members, &kept_by);
    let mut owners: BTreeMap<Owner<'a>, BTreeMap<TypeId, Vec<Candidate>>> = BTreeMap::new();
    for id in types.ids().filter(|id| place::is_inline(types, *id)) {
        let kept = kept_by[id.0];
        let owner = merge::owner(types, id, own);
        let merged_elsewhere = kept != id
            && (!place::is_inline(types, kept) || merge::owner(types, kept, own) != owner);
        let scalars = place::scalar_union_name(&types[kept].shape).is_some();
        if !live[kept.0]
            || place::is_parameters(&types[id].place)
            || merged_elsewhere
            || scalars
            || own.contains_key(&kept)
        {
            continue;
        }
        let found = owners.entry(owner).or_default().entry(kept).or_default();
        found.extend(steps.candidates(id, own));
    }
    owners
        .into_iter()
        .map(|(owner, found)| (owner, choose(found)))
        .collect()
}

/// A name that several definitions could have goes to none of them, unless it is the whole way to just one: `owner` has
/// `Owner`, and `comment.owner` has `CommentOwner`.
fn choose(mut all: BTreeMap<TypeId, Vec<Candidate>>) -> Vec<Position> {
    let mut wanted: HashMap<String, (usize, usize)> = HashMap::new();
    for candidates in all.values_mut() {
        candidates.sort_by(|a, b| (a.length, &a.text, !a.full).cmp(&(b.length, &b.text, !b.full)));
        candidates.dedup_by(|b, a| a.text == b.text);
        for candidate in candidates.iter() {
            let counts = wanted.entry(candidate.text.clone()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(candidate.full);
        }
    }
    let mut positions: Vec<(Option<Candidate>, Position)> = Vec::new();
    for (id, candidates) in all {
        let own = candidates.iter().position(|candidate| {
            let (all, full) = wanted[&candidate.text];
            all == 1 || (candidate.full && full == 1)
        });
        let left = match own {
            Some(first) => candidates[first..].to_vec(),
            None => candidates
                .into_iter()
                .filter(|candidate| candidate.full)
                .collect(),
        };
        let first = left.first().cloned();
        let candidates = left.into_iter().map(|candidate| candidate.text).collect();
        positions.push((first, Position { id, candidates }));
    }
    positions.sort_by_key(|(first, position)| (first.clone(), position.id));
    positions
        .into_iter()
        .map(|(_, position)| position)
        .collect()
}

/// Words of steps; each property is split once.
struct Steps<'a> {
    language: &'a Language<'a>,
    operations: HashMap<String, &'a Operation>,
    properties: HashMap<&'a str, Vec<String>>,
    members: &'a [Vec<String>],
    kept: &'a [TypeId],
    /// The variant of a definition that a union holds, for those whose place does not lead to that union.
    elsewhere: HashMap<TypeId, &'a str>,
}

/// A part of a way.
struct Segment {
    words: Vec<String>,
    kind: SegmentKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SegmentKind {
    /// A property: a name can start here.
    Property,
    /// An item, a value, or a member of a union.
    Inner,
    /// A member of a union that is only called after its JSON type: said only where nothing else tells it apart.
    Vague,
}

/// Whether a variant only says the JSON type of a member.
fn is_vague(variant: &str) -> bool {
    ["Array", "Map", "Object", "OneOrMany", "Union", "Enum"]
        .iter()
        .any(|kind| {
            let rest = variant.strip_prefix(kind);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with("Of") || rest.starts_with(char::is_numeric)
            })
        })
}

impl<'a> Steps<'a> {
    fn new(language: &'a Language<'a>, members: &'a [Vec<String>], kept: &'a [TypeId]) -> Self {
        let api = language.api;
        let mut unions: Vec<_> = api.types.iter().collect();
        unions.sort_by_key(|(_, definition)| &definition.pointer);
        let mut elsewhere = HashMap::new();
        for (id, definition) in unions {
            if let Shape::Union(union) = &definition.shape {
                for (member, name) in union.members.iter().zip(&members[id.0]) {
                    member
                        .ty
                        .each_named(&mut |id| _ = elsewhere.entry(id).or_insert(name.as_str()));
                }
            }
        }
        Self {
            language,
            operations: api
                .operations
                .iter()
                .map(|operation| (operation.key(), operation))
                .collect(),
            properties: HashMap::new(),
            members,
            kept,
            elsewhere,
        }
    }

    /// All ends of the way that could name a definition, and the whole.
    fn candidates<T>(&mut self, id: TypeId, own: &BTreeMap<TypeId, T>) -> Vec<Candidate> {
        let (role, steps) = self.way(id, own);
        let mut segments: Vec<Segment> = Vec::new();
        for (at, step) in steps {
            self.push(&mut segments, at, step);
        }
        let ends =
            (0..segments.len()).filter(|index| segments[*index].kind == SegmentKind::Property);
        let ends: Vec<usize> = ends.collect();
        let last = segments.len().saturating_sub(1);
        let text = |start: usize, vague: bool| -> Vec<String> {
            let said = segments.iter().enumerate().skip(start);
            let said = said.filter(|(index, segment)| {
                vague || segment.kind != SegmentKind::Vague || *index == last
            });
            said.flat_map(|(_, segment)| &segment.words)
                .cloned()
                .collect()
        };
        let is_vague = segments
            .iter()
            .take(last)
            .any(|segment| segment.kind == SegmentKind::Vague);
        let count = ends.len();
        let mut found: Vec<Candidate> = Vec::new();
        for (index, start) in ends.into_iter().enumerate() {
            let whole = start == 0 && role.is_empty() && !is_vague;
            found.push(Candidate {
                length: count - index,
                text: pascal(&text(start, false)),
                full: whole,
            });
        }
        if found.iter().all(|candidate| !candidate.full) {
            let mut words = role;
            words.extend(if segments.is_empty() {
                vec!["body".to_string()]
            } else {
                text(0, true)
            });
            found.push(Candidate {
                length: count + 1,
                text: pascal(&words),
                full: true,
            });
        }
        found
    }

    /// The section of an operation that a definition stands in, and the steps from there, or from its owner.
    fn way<T>(
        &self,
        id: TypeId,
        own: &BTreeMap<TypeId, T>,
    ) -> (Vec<String>, Vec<(TypeId, &'a Step)>) {
        let types = &self.language.api.types;
        let mut steps = Vec::new();
        let mut role = Vec::new();
        let mut at = id;
        for _ in types.ids() {
            if own.contains_key(&at) {
                break;
            }
            match &types[at].place {
                Place::Component(_) => break,
                Place::Operation { operation, section } => {
                    let mut section = section;
                    while let Section::Inside(outer, more) = section {
                        steps.extend(more.iter().rev().map(|step| (at, step)));
                        section = outer;
                    }
                    role = self.role(operation, section);
                    break;
                }
                Place::Child {
                    parent,
                    steps: more,
                } => {
                    steps.extend(more.iter().rev().map(|step| (at, step)));
                    at = *parent;
                }
            }
        }
        steps.reverse();
        (role, steps)
    }

    fn push(&mut self, segments: &mut Vec<Segment>, at: TypeId, step: &'a Step) {
        let numbers = &self.language.numbers;
        let inner = match step {
            Step::Property(name) => {
                let vocabulary = &self.language.vocabulary;
                let words = self
                    .properties
                    .entry(name)
                    .or_insert_with(|| vocabulary.words(name));
                segments.push(Segment {
                    words: words.clone(),
                    kind: SegmentKind::Property,
                });
                return;
            }
            Step::Member => {
                let kind = |word: &str| {
                    if is_vague(word) {
                        SegmentKind::Vague
                    } else {
                        SegmentKind::Inner
                    }
                };
                segments.extend(self.member(at).map(|word| Segment {
                    kind: kind(&word),
                    words: vec![word],
                }));
                return;
            }
            Step::Item => "item",
            Step::Value => "value",
        };
        // An item of `columns` is a column.
        let last = segments
            .iter_mut()
            .rev()
            .find(|segment| segment.kind != SegmentKind::Vague);
        match last {
            Some(Segment {
                words,
                kind: SegmentKind::Property,
            }) if words.last().is_some_and(|word| numbers.is_plural(word)) => {
                *words = numbers.one(words);
            }
            _ => segments.push(Segment {
                words: vec![inner.to_string()],
                kind: SegmentKind::Inner,
            }),
        }
    }

    fn member(&self, id: TypeId) -> Option<String> {
        let types = &self.language.api.types;
        let kept = self.kept[id.0];
        let parent = match &types[id].place {
            Place::Child { parent, .. } => Some(self.kept[parent.0]),
            _ => None,
        };
        let in_parent = parent.and_then(|parent| match &types[parent].shape {
            Shape::Union(union) => {
                let members = union.members.iter().zip(&self.members[parent.0]);
                members
                    .into_iter()
                    .find(|(member, _)| holds(&member.ty, kept))
                    .map(|(_, name)| name.as_str())
            }
            _ => None,
        });
        in_parent
            .or_else(|| self.elsewhere.get(&kept).copied())
            .map(String::from)
    }

    /// What a section of an operation is called where its types need it.
    fn role(&self, operation: &str, section: &Section) -> Vec<String> {
        let media = |essence: &Option<String>| essence.as_deref().map(media_words);
        let text = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_string()).collect()
        };
        match section {
            Section::Path => text(&["Path"]),
            Section::Query => text(&["Query"]),
            Section::Header => text(&["Header"]),
            Section::Cookie => text(&["Cookie"]),
            Section::RequestBody(essence) => text(&["Request"])
                .into_iter()
                .chain(media(essence))
                .collect(),
            Section::Response(status, essence) => std::iter::once(self.status(operation, status))
                .chain(media(essence))
                .collect(),
            Section::ResponseHeader(status, name) => {
                let words = self.language.vocabulary.words(name);
                std::iter::once(self.status(operation, status))
                    .chain(words)
                    .collect()
            }
            Section::Inside(outer, _) => self.role(operation, outer),
        }
    }

    /// `Response` for the only success of an operation, else the status.
    fn status(&self, operation: &str, text: &str) -> String {
        let operation = self.operations.get(operation);
        let responses = operation
            .into_iter()
            .flat_map(|operation| &operation.responses);
        let success = |status: Status| matches!(status, Status::Code(200..=299) | Status::Class(2));
        let successes = responses
            .clone()
            .filter(|r| !r.content.is_empty() && success(r.status))
            .count();
        let found = responses
            .map(|response| response.status)
            .find(|status| bodies::status_text(*status) == text);
        match found {
            Some(status) if success(status) && successes <= 1 => "Response".to_string(),
            Some(status) => status_word(status),
            None => "Response".to_string(),
        }
    }
}

fn holds(ty: &Type, id: TypeId) -> bool {
    match ty.kind {
        Kind::Named(named) => named == id,
        _ => ty.inner().is_some_and(|inner| holds(inner, id)),
    }
}
