//! Names of types: components keep theirs, the others are called after where they stand. Knows the IR only.

use std::collections::{BTreeMap, HashMap};

use super::claims::Claims;
use super::words::{limited, pascal, words};
use crate::ir::{Api, Kind, Operation, Part, Place, Shape, Status, Step, Type, TypeId, Types};
use crate::passes::graph;
use crate::passes::place::{self, Root};

/// Names components.
pub(super) fn name_components(api: &mut Api, claims: &mut Claims) {
    let mut components: Vec<(bool, String, String, TypeId)> = Vec::new();
    for (id, definition) in api.types.iter() {
        if let Place::Component(name) = &definition.place {
            let wanted = pascal(&words(name));
            components.push((wanted != *name, name.clone(), wanted, id));
        }
    }
    // One that is spelled like its Rust name keeps it.
    components.sort();
    for (_, _, wanted, id) in components {
        let definition = &api.types[id];
        let candidates = [
            wanted.clone(),
            format!("{wanted}Type"),
            format!("{wanted}{}", kind_word(&definition.shape)),
        ];
        let what = format!("the type at {}", definition.pointer);
        let name = claims.claim(candidates, &what, &definition.pointer);
        api.types[id].name = name;
    }
}

/// Names the unions of plain scalars, which are the same wherever they stand.
pub(super) fn name_scalar_unions(api: &mut Api, claims: &mut Claims) {
    let mut unions: Vec<(String, String, TypeId)> = Vec::new();
    let live = graph::live(api);
    for (id, definition) in api.types.iter() {
        if !live[id.0] || !place::is_inline(&api.types, id) || definition.same_as.is_some() {
            continue;
        }
        if let Some(name) = place::scalar_union_name(&definition.shape) {
            unions.push((name, definition.pointer.as_str().to_string(), id));
        }
    }
    unions.sort();
    for (wanted, _, id) in unions {
        let definition = &api.types[id];
        let what = format!("the type at {}", definition.pointer);
        let candidates = [wanted.clone(), format!("{wanted}Union")];
        let name = claims.claim(candidates, &what, &definition.pointer);
        api.types[id].name = name;
    }
}

/// The inline types of all components and operations, gathered before any of them is named.
pub(super) struct Inline {
    of_components: Vec<(String, TypeId, Group)>,
    of_operations: Vec<(String, String, Group)>,
}

/// A definition and all the positions in its root where it stands.
struct Group {
    id: TypeId,
    candidates: Vec<Candidate>,
}

/// A name without the stem of its root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// How many properties it is made of; few is better.
    length: usize,
    text: String,
    /// Whether nothing was left out.
    full: bool,
}

impl Inline {
    /// Gathers; needs the names of union members.
    pub(super) fn gather(api: &Api) -> Self {
        let mut words = Words::new(api);
        let live = graph::live(api);
        let mut roots: BTreeMap<Root<'_>, BTreeMap<TypeId, Group>> = BTreeMap::new();
        let mut stems: HashMap<Root<'_>, TypeId> = HashMap::new();
        for id in api.types.ids() {
            if !place::is_inline(&api.types, id) {
                continue;
            }
            let kept = place::merged_into(&api.types, id).unwrap_or(id);
            if !live[kept.0] {
                continue;
            }
            if place::scalar_union_name(&api.types[kept].shape).is_some() {
                continue;
            }
            let way = place::way(&api.types, id);
            stems.extend(way.component.map(|component| (way.root, component)));
            let group = roots.entry(way.root).or_default().entry(kept);
            let group = group.or_insert_with(|| Group {
                id: kept,
                candidates: Vec::new(),
            });
            group.candidates.extend(words.candidates(&way));
        }
        let mut inline = Self {
            of_components: Vec::new(),
            of_operations: Vec::new(),
        };
        for (root, groups) in roots {
            let groups = choose(groups.into_values().collect());
            match (root, stems.get(&root)) {
                (Root::Component(name), Some(id)) => inline
                    .of_components
                    .extend(groups.into_iter().map(|g| (name.to_string(), *id, g))),
                (Root::Component(key) | Root::Operation(key), _) => inline.of_operations.extend(
                    groups
                        .into_iter()
                        .map(|g| (key.to_string(), fallback_stem(key), g)),
                ),
            }
        }
        inline
    }

    /// Names the inline types of components.
    pub(super) fn name_of_components(&mut self, api: &mut Api, claims: &mut Claims) {
        let groups = std::mem::take(&mut self.of_components);
        let groups = groups.into_iter().map(|(key, id, group)| {
            let stem = api.types[id].name.clone();
            (key, stem, group)
        });
        let groups = groups.collect();
        name_groups(api, claims, groups);
    }

    /// Names the inline types of operations.
    pub(super) fn name_of_operations(&mut self, api: &mut Api, claims: &mut Claims) {
        let stems: HashMap<String, &String> = api
            .operations
            .iter()
            .map(|operation| (operation.key(), &operation.name))
            .collect();
        let mut groups = std::mem::take(&mut self.of_operations);
        for (key, stem, _) in &mut groups {
            if let Some(name) = stems.get(key) {
                stem.clone_from(name);
            }
        }
        name_groups(api, claims, groups);
    }
}

/// Definitions that were merged carry the name of the one that took their place.
pub(super) fn name_merged(api: &mut Api) {
    for id in api.types.ids() {
        if let Some(kept) = place::merged_into(&api.types, id) {
            api.types[id].name = api.types[kept].name.clone();
        }
    }
}

fn name_groups(api: &mut Api, claims: &mut Claims, mut groups: Vec<(String, String, Group)>) {
    // Short ways first, so that a name goes to the type that needs fewest words to be called so.
    groups.sort_by_cached_key(|(key, _, group)| {
        let first = group.candidates.first().cloned();
        (
            first.map(|c| (c.length, c.text)),
            key.clone(),
            api.types[group.id].pointer.clone(),
        )
    });
    for (_, stem, group) in groups {
        let definition = &api.types[group.id];
        let kind = kind_word(&definition.shape);
        let whole = |text: &str| limited(format!("{stem}{}{text}", gap(&stem, text)));
        let mut candidates: Vec<String> = group.candidates.iter().map(|c| whole(&c.text)).collect();
        let with_kind = candidates
            .iter()
            .map(|name| limited(format!("{name}{kind}")));
        let with_kind: Vec<String> = with_kind.collect();
        candidates.extend(with_kind);
        let what = format!("the type at {}", definition.pointer);
        let name = claims.claim(candidates, &what, &definition.pointer);
        api.types[group.id].name = name;
    }
}

/// For each group of a root: its names from the best to the longest.
///
/// A name that several groups could have goes to none of them, unless it is the whole way to just one:
/// `owner` has `Owner`, and `comment.owner` has `CommentOwner`.
fn choose(mut groups: Vec<Group>) -> Vec<Group> {
    let mut wanted: HashMap<String, (usize, usize)> = HashMap::new();
    for group in &mut groups {
        group
            .candidates
            .sort_by(|a, b| (a.length, &a.text, !a.full).cmp(&(b.length, &b.text, !b.full)));
        group.candidates.dedup_by(|b, a| a.text == b.text);
        for candidate in &group.candidates {
            let counts = wanted.entry(candidate.text.clone()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(candidate.full);
        }
    }
    for group in &mut groups {
        let own = group.candidates.iter().position(|candidate| {
            let (all, full) = wanted[&candidate.text];
            all == 1 || (candidate.full && full == 1)
        });
        match own {
            Some(first) => group.candidates = group.candidates.split_off(first),
            None => group.candidates.retain(|candidate| candidate.full),
        }
    }
    groups
}

/// Words of steps and parts; each property is split once.
struct Words<'a> {
    types: &'a Types,
    operations: HashMap<String, &'a Operation>,
    properties: HashMap<&'a str, String>,
    /// The variant of an inline type that a union holds, for those whose place does not lead to that union.
    members: HashMap<TypeId, &'a str>,
}

impl<'a> Words<'a> {
    fn new(api: &'a Api) -> Self {
        let operations = api.operations.iter().map(|o| (o.key(), o)).collect();
        let mut unions: Vec<_> = api.types.iter().collect();
        unions.sort_by_key(|(_, definition)| &definition.pointer);
        let mut members = HashMap::new();
        for (_, definition) in unions {
            let Shape::Union(union) = &definition.shape else {
                continue;
            };
            for member in &union.members {
                member.ty.each_named(&mut |id| {
                    members.entry(id).or_insert(member.ident.as_str());
                });
            }
        }
        Self {
            types: &api.types,
            operations,
            properties: HashMap::new(),
            members,
        }
    }

    /// All ends of the way that could name its definition, and the whole.
    fn candidates(&mut self, way: &place::Way<'a>) -> Vec<Candidate> {
        let role = match (way.root, way.part) {
            (Root::Operation(key), Some(part)) => part_words(part, self.operations.get(key)),
            _ => String::new(),
        };
        let segments: Vec<(String, bool)> = way
            .steps
            .iter()
            .filter_map(|(id, step)| self.step(*id, step))
            .collect();
        // An end starts with a property: `CommentsItem`, not `Item`.
        let mut starts: Vec<usize> = (1..segments.len()).filter(|i| segments[*i].1).collect();
        starts.push(0);
        starts.sort_unstable();
        let count = starts.len();
        starts
            .iter()
            .enumerate()
            .map(|(index, &start)| {
                let mut text = role.clone();
                for (segment, _) in &segments[start..] {
                    text.push_str(gap(&text, segment));
                    text.push_str(segment);
                }
                Candidate {
                    length: count - index,
                    text,
                    full: start == 0,
                }
            })
            .collect()
    }

    fn step(&mut self, id: TypeId, step: &'a Step) -> Option<(String, bool)> {
        let word = match step {
            Step::Item => return Some(("Item".to_string(), false)),
            Step::Value => return Some(("Value".to_string(), false)),
            Step::Member => return self.member(id).map(|word| (word, false)),
            Step::Property(name) => self
                .properties
                .entry(name)
                .or_insert_with(|| property_word(name)),
        };
        Some((word.clone(), true))
    }

    fn member(&self, id: TypeId) -> Option<String> {
        let kept = place::merged_into(self.types, id).unwrap_or(id);
        let parent = match &self.types[id].place {
            Place::Child { parent, .. } => Some(*parent),
            _ => None,
        };
        let in_parent = parent.and_then(|parent| match &self.types[parent].shape {
            Shape::Union(union) => union
                .members
                .iter()
                .find(|member| holds(&member.ty, kept))
                .map(|member| member.ident.as_str()),
            _ => None,
        });
        let word = in_parent.or_else(|| self.members.get(&kept).copied())?;
        Some(word.to_string())
    }
}

fn holds(ty: &Type, id: TypeId) -> bool {
    match &ty.kind {
        Kind::Named(named) => *named == id,
        Kind::Map(inner, _) | Kind::OneOrMany(inner, _) => holds(inner, id),
        Kind::Array(array) => holds(&array.items, id),
        _ => false,
    }
}

fn property_word(name: &str) -> String {
    pascal(&words(name))
}

/// What keeps the digits of two words apart.
fn gap(before: &str, after: &str) -> &'static str {
    let digits = before.ends_with(char::is_numeric) && after.starts_with(char::is_numeric);
    if digits { "_" } else { "" }
}

fn part_words(part: &Part, operation: Option<&&Operation>) -> String {
    let media = |media: &Option<String>| media.as_deref().map(media_words).unwrap_or_default();
    match part {
        Part::Path => "Path".to_string(),
        Part::Query => "Query".to_string(),
        Part::Header => "Headers".to_string(),
        Part::Cookie => "Cookies".to_string(),
        Part::RequestBody(essence) => format!("RequestBody{}", media(essence)),
        Part::Response(status, essence) => {
            format!(
                "ResponseBody{}{}",
                status_word(status, operation),
                media(essence)
            )
        }
        Part::ResponseHeader(status, name) => format!(
            "ResponseHeader{}{}",
            status_word(status, operation),
            property_word(name)
        ),
        Part::Inside(outer, _) => part_words(outer, operation),
    }
}

/// Nothing for the only success of an operation, else the status.
fn status_word(status: &str, operation: Option<&&Operation>) -> String {
    let success =
        |status: &Status| matches!(status, Status::Code(200..=299)) || *status == Status::Class(2);
    let successes = operation.map_or(0, |operation| {
        let with_body = operation.responses.iter().filter(|r| !r.content.is_empty());
        with_body
            .filter(|response| success(&response.status))
            .count()
    });
    if status.starts_with('2') && successes <= 1 {
        return String::new();
    }
    let mut chars = status.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).filter(|c| c.is_alphanumeric()).collect()
}

/// The subtype says enough: `Json`, `Ndjson`, `FormData`.
fn media_words(essence: &str) -> String {
    let subtype = essence.rsplit(['/', ':']).next().unwrap_or(essence);
    pascal(&words(subtype.trim_start_matches("x-")))
}

fn kind_word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Alias(_) => "Alias",
        Shape::Struct(_) => "Object",
        Shape::Enum(_) => "Enum",
        Shape::Union(_) => "Union",
    }
}

/// For operations that are not in the API any more.
fn fallback_stem(key: &str) -> String {
    pascal(&words(key))
}
