//! Where the nodes of a text stand. Knows YAML (and JSON as a part of it), nothing of what the text says.
//!
//! `serde_yaml` reads the tree, because it is several times faster; it does not say where nodes stand. Only when a
//! message needs a place is the text read a second time, by a parser that marks its events.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use crate::pointer::Pointer;

/// A place in a text. Lines and columns count from 1; columns count code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// All nodes of the first document of a text, as far as the text can be read, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Places {
    nodes: Vec<Mark>,
    null_key: Option<Location>,
}

/// Where one node stands.
#[derive(Debug)]
struct Mark {
    parent: usize,
    key: Key,
    location: Location,
    children: Vec<usize>,
    /// The node whose children are this node's: itself, or the anchored one when this is an alias.
    body: usize,
    /// What stands there, when it is a scalar without quotes that a number or a boolean could be.
    plain: Option<Box<str>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Member(Box<str>),
    Element(usize),
}

/// A mapping or sequence that is being read.
struct Open {
    node: usize,
    mapping: bool,
    /// The key that waits for its value.
    key: Option<(Box<str>, Location)>,
}

impl Places {
    /// Reads a text, up to its end or the first thing that is not YAML.
    pub(crate) fn of(text: &str) -> Self {
        let text = without_json_oddities(text);
        let mut places = Self::default();
        let mut open: Vec<Open> = Vec::new();
        let mut anchors: BTreeMap<usize, usize> = BTreeMap::new();
        for (event, span) in events(&text) {
            let location = location(span.start);
            match event {
                Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => {
                    let mapping = matches!(event, Event::MappingStart(..));
                    let Some(node) = places.add(&mut open, location) else {
                        break;
                    };
                    anchors.insert(anchor, node);
                    open.push(Open {
                        node,
                        mapping,
                        key: None,
                    });
                }
                Event::MappingEnd | Event::SequenceEnd => {
                    open.pop();
                }
                Event::Scalar(text, style, anchor, _) => match open.last_mut() {
                    Some(inner) if inner.mapping && inner.key.is_none() => {
                        if style == ScalarStyle::Plain && is_null(&text) {
                            places.null_key.get_or_insert(location);
                        }
                        inner.key = Some((text.into(), location));
                    }
                    _ => {
                        let Some(node) = places.add(&mut open, location) else {
                            break;
                        };
                        anchors.insert(anchor, node);
                        if style == ScalarStyle::Plain && may_be_no_text(&text) {
                            places.nodes[node].plain = Some(text.into());
                        }
                    }
                },
                Event::Alias(anchor) => {
                    let Some(node) = places.add(&mut open, location) else {
                        break;
                    };
                    if let Some(body) = anchors.get(&anchor) {
                        places.nodes[node].body = *body;
                    }
                }
                Event::DocumentEnd => break,
                Event::Nothing
                | Event::StreamStart
                | Event::StreamEnd
                | Event::DocumentStart(_) => {}
            }
        }
        places
    }

    /// Adds the node that starts here. `None` when it would be the key of a mapping, which the loader refuses.
    fn add(&mut self, open: &mut [Open], start: Location) -> Option<usize> {
        let id = self.nodes.len();
        let (parent, key, location) = match open.last_mut() {
            None => (0, Key::Element(0), start),
            Some(outer) if outer.mapping => {
                let (key, location) = outer.key.take()?;
                (outer.node, Key::Member(key), location)
            }
            Some(outer) => {
                let index = self.nodes[outer.node].children.len();
                (outer.node, Key::Element(index), start)
            }
        };
        self.nodes.push(Mark {
            parent,
            key,
            location,
            children: Vec::new(),
            body: id,
            plain: None,
        });
        if !open.is_empty() {
            self.nodes[parent].children.push(id);
        }
        Some(id)
    }

    /// Where the node at a pointer stands, or its nearest ancestor that the text holds.
    pub(crate) fn locate(&self, pointer: &Pointer) -> Option<Location> {
        let mut node = 0;
        for segment in pointer.segments() {
            match self.child(node, &segment) {
                Some(child) => node = child,
                None => break,
            }
        }
        self.nodes.get(node).map(|node| node.location)
    }

    /// Where the node at a pointer stands, if the text holds it.
    #[cfg(test)]
    pub(crate) fn exact(&self, pointer: &Pointer) -> Option<Location> {
        let mut node = 0;
        for segment in pointer.segments() {
            node = self.child(node, &segment)?;
        }
        self.nodes.get(node).map(|node| node.location)
    }

    /// The letters of the scalar at a pointer, when it has no quotes and could be a number or a boolean.
    pub(crate) fn plain(&self, pointer: &Pointer) -> Option<&str> {
        let node = pointer
            .segments()
            .try_fold(0, |node, segment| self.child(node, &segment))?;
        let body = self.nodes.get(node)?.body;
        self.nodes[body].plain.as_deref()
    }

    fn child(&self, node: usize, segment: &str) -> Option<usize> {
        let children = &self.nodes.get(self.nodes.get(node)?.body)?.children;
        let is_segment = |id: &&usize| match &self.nodes[**id].key {
            Key::Member(key) => &**key == segment,
            Key::Element(_) => false,
        };
        children.iter().find(is_segment).copied().or_else(|| {
            let id = *children.get(segment.parse::<usize>().ok()?)?;
            matches!(self.nodes[id].key, Key::Element(_)).then_some(id)
        })
    }

    /// The node that a place belongs to.
    pub(crate) fn pointer_at(&self, location: Location) -> Pointer {
        let after = self.nodes.partition_point(|node| node.location <= location);
        after
            .checked_sub(1)
            .map_or_else(Pointer::root, |node| self.pointer(node))
    }

    fn pointer(&self, mut node: usize) -> Pointer {
        let mut keys = Vec::new();
        while node != 0 {
            keys.push(&self.nodes[node].key);
            node = self.nodes[node].parent;
        }
        keys.iter()
            .rev()
            .fold(Pointer::root(), |pointer, key| match key {
                Key::Member(key) => pointer.child(key),
                Key::Element(index) => pointer.index(*index),
            })
    }

    /// Where the whole document stands.
    pub(crate) fn root(&self) -> Option<Location> {
        self.nodes.first().map(|node| node.location)
    }

    /// The first key that repeats an earlier one of its mapping: its pointer, its place and that of the earlier one.
    pub(crate) fn duplicate(&self) -> Option<(Pointer, Location, Location)> {
        let mut seen = BTreeMap::new();
        for (id, node) in self.nodes.iter().enumerate().skip(1) {
            if let Some(first) = seen.insert((node.parent, &node.key), node.location) {
                return Some((self.pointer(id), node.location, first));
            }
        }
        None
    }

    /// The first key that is `null`.
    pub(crate) fn null_key(&self) -> Option<Location> {
        self.null_key
    }
}

/// The scanners of YAML parsers look at every open bracket for every token. That is nothing for the few levels of
/// honest documents, and hours for a million of them. Hence this look at the brackets alone: the offset of the one
/// that is deeper than `limit`, in a text whose brackets nest hopelessly deeper than that.
///
/// It need not be exact: a bracket in prose counts as well, which is why the text may nest much deeper than `limit`
/// before it is given up here. The parsers themselves count the levels below that.
pub(crate) fn too_deep(text: &str, limit: usize) -> Option<usize> {
    const HOPELESS: usize = 1000;
    let bytes = text.as_bytes();
    let (mut depth, mut crossing) = (0_usize, 0);
    let (mut previous, mut token) = (b'\n', b',');
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' if depth > 0 && b"[{,:?-".contains(&token) => at += quoted(&bytes[at..]),
            b'[' | b'{' if previous.is_ascii_whitespace() || b"[{,:".contains(&previous) => {
                depth += 1;
                if depth == limit + 1 {
                    crossing = at;
                }
                if depth > limit + HOPELESS {
                    return Some(crossing);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        previous = byte;
        if !byte.is_ascii_whitespace() {
            token = byte;
        }
        at += 1;
    }
    None
}

/// How many bytes stand before the closing quote of a text that starts with the opening one.
fn quoted(bytes: &[u8]) -> usize {
    let quote = bytes[0];
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            _ if byte != quote => at += 1,
            _ if quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            _ => return at,
        }
    }
    bytes.len() - 1
}

/// Where the second document of a text starts.
pub(crate) fn second_document(text: &str) -> Option<Location> {
    events(text)
        .filter(|(event, _)| matches!(event, Event::DocumentStart(_)))
        .nth(1)
        .map(|(_, span)| location(span.start))
}

/// Where the first alias of a text stands.
pub(crate) fn first_alias(text: &str) -> Option<Location> {
    events(text)
        .find(|(event, _)| matches!(event, Event::Alias(_)))
        .map(|(_, span)| location(span.start))
}

/// The first tag of a text that is not one of those that only say what the value is anyway (`!!str`, `!!int`, …).
pub(crate) fn foreign_tag(text: &str) -> Option<(String, Location)> {
    let plain = BTreeSet::from(["str", "int", "float", "bool", "null", "map", "seq"]);
    events(text).find_map(|(event, span)| {
        let (Event::Scalar(_, _, _, tag)
        | Event::SequenceStart(_, tag)
        | Event::MappingStart(_, tag)) = event
        else {
            return None;
        };
        let tag = tag?;
        if tag.is_yaml_core_schema() {
            let known = plain.contains(tag.suffix.as_str());
            return (!known).then(|| (format!("!!{}", tag.suffix), location(span.start)));
        }
        Some((tag.to_string(), location(span.start)))
    })
}

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Span)> {
    let readable = too_deep(text, 0).map_or(text, |offset| &text[..offset]);
    Parser::new_from_str(readable).map_while(Result::ok)
}

fn location(marker: Marker) -> Location {
    Location {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// Whether YAML could take an unquoted text for a number or a boolean. Prose is not kept.
fn may_be_no_text(text: &str) -> bool {
    const LONGEST: usize = 400;
    let start = |c: char| c.is_ascii_digit() || "+-.tTfF".contains(c);
    text.len() <= LONGEST && text.starts_with(start)
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// JSON as the YAML parser reads it, every place unchanged: no tab between values, and no character in two halves
/// (`\ud83d\ude00`), for which another escape of the same length stands in.
fn without_json_oddities(text: &str) -> Cow<'_, str> {
    if !text.trim_start().starts_with('{') {
        return Cow::Borrowed(text);
    }
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(at) = rest.find(['\t', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (stand_in, taken) = match rest.as_bytes() {
            [b'\t', ..] => (" ", 1),
            [
                b'\\',
                b'u',
                b'd' | b'D',
                b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F',
                ..,
            ] => ("\\ue", 3),
            [b'\\', b'\\' | b'"' | b'u', ..] => (&rest[..2], 2),
            _ => (&rest[..1], 1),
        };
        out.push_str(stand_in);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
