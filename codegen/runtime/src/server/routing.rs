//! Which operation a method and a path mean. Knows templates and segments; knows nothing of requests.
//!
//! A router of its own, because Kibana's paths ask for what axum's does not have: parameters with a suffix
//! (`{id}.json`), one place with differently named parameters, optional last segments, and a literal segment
//! that leaves the methods that it lacks to its parameter sibling.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::OperationInfo;
use super::manners::Manners;
use super::text::{Encoding, decode};

/// Templates of operations, by segment.
#[derive(Default)]
pub(super) struct RouteTable {
    root: Branch,
    manners: Manners,
}

/// What stands behind a segment.
#[derive(Default)]
struct Branch {
    literals: BTreeMap<&'static str, Branch>,
    /// Segments with a parameter and other text, the most text first.
    patterns: Vec<(Pattern, Branch)>,
    parameter: Option<Box<Branch>>,
    ends: Vec<End>,
}

/// An operation whose template ends here.
struct End {
    operation: &'static OperationInfo,
    /// Names of its parameters in the order of the path.
    names: Vec<&'static str>,
    route: usize,
    space: Space,
    /// How far it is from what the document writes; where two meet, the nearer one counts.
    derived: usize,
}

/// Whether the path names a space.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    /// It does not.
    None,
    /// The template itself has the prefix.
    Own,
    /// The template has it with a parameter of this name, and the request does not: the default space.
    Default(&'static str),
    /// The prefix that every other template may have.
    Prefix,
}

/// Parameters among other text: `literals[0] {0} literals[1] {1} … literals[n]`.
#[derive(Clone, PartialEq, Eq)]
struct Pattern {
    literals: Vec<&'static str>,
}

/// A part of a template between slashes.
enum Segment {
    Literal(&'static str),
    Parameter(&'static str),
    Pattern(Pattern, Vec<&'static str>),
}

/// The operation that a request means.
#[derive(Debug)]
pub(super) struct Found {
    /// The number that it was added with.
    pub(super) route: usize,
    pub(super) space: Option<String>,
    pub(super) values: Vec<Captured>,
}

/// The value of a path parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Captured {
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) encoding: Encoding,
}

/// Why there is no operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotFound {
    /// No template has this path, or (as in Kibana) none with this method.
    Path,
    /// To the letter: only with other methods, these.
    Method(Vec<&'static str>),
    /// The path is no text.
    Encoding,
}

/// Why a router cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// Two operations have the same method and the same shape of path. (Was a group mounted twice?)
    Conflict {
        /// Method and path of the one that was there.
        first: String,
        /// Method and path of the other.
        second: String,
    },
    /// A path template cannot be understood.
    Template {
        /// The template.
        path: &'static str,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { first, second } => {
                write!(f, "`{first}` and `{second}` answer the same requests")
            }
            Self::Template { path } => write!(f, "the path template `{path}` cannot be served"),
        }
    }
}

impl std::error::Error for BuildError {}

/// How Kibana calls the space that a path without a prefix is in.
const DEFAULT_SPACE: &str = "default";

impl RouteTable {
    pub(super) fn new(manners: Manners) -> Self {
        Self {
            manners,
            ..Self::default()
        }
    }

    /// Adds an operation, which is then known by the number `route`.
    pub(super) fn add(
        &mut self,
        operation: &'static OperationInfo,
        route: usize,
    ) -> Result<(), BuildError> {
        let segments = template(operation)?;
        let optional = optional_segments(operation, segments.len());
        let own_space = operation.path.starts_with("/s/{");
        for left_out in 0..=optional {
            let kept = &segments[..segments.len() - left_out];
            let mut add = |prefix: &[Segment], kept: &[Segment], space| {
                let mut names = Vec::new();
                let branch = self.root.enter_all(prefix, &mut names);
                branch.enter_all(kept, &mut names).end(End {
                    operation,
                    names,
                    route,
                    space,
                    // What is written as it is comes before what is derived from it.
                    derived: usize::from(left_out > 0)
                        + 2 * usize::from(matches!(space, Space::Prefix | Space::Default(_))),
                })
            };
            if !own_space {
                add(&[], kept, Space::None)?;
                let prefix = [Segment::Literal("s"), Segment::Parameter("")];
                add(&prefix, kept, Space::Prefix)?;
                continue;
            }
            add(&[], kept, Space::Own)?;
            if let [_, Segment::Parameter(name), rest @ ..] = kept
                && !rest.is_empty()
                && self.manners.are_lenient()
            {
                add(&[], rest, Space::Default(name))?;
            }
        }
        Ok(())
    }

    /// Finds an operation, under `/s/{space}` too.
    pub(super) fn find(&self, method: &str, path: &str) -> Result<Found, NotFound> {
        let mut segments = Vec::with_capacity(8);
        let mut rest = Some(path.strip_prefix('/').ok_or(NotFound::Path)?);
        while let Some(text) = rest {
            let slash = text.bytes().position(|byte| byte == b'/');
            let raw = &text[..slash.unwrap_or(text.len())];
            rest = slash.map(|at| &text[at + 1..]);
            let text = decode(raw, Encoding::Percent).ok_or(NotFound::Encoding)?;
            // Nobody but somebody who looks for a hole sends these: clients resolve them.
            if text == "." || text == ".." {
                return Err(NotFound::Path);
            }
            segments.push((raw, text));
        }
        let mut search = Search {
            method,
            captured: Vec::new(),
            allowed: BTreeSet::new(),
        };
        if let Some(end) = self.root.find(&segments, &mut search) {
            return end.found(search.captured).ok_or(NotFound::Path);
        }
        if search.allowed.is_empty() || self.manners.are_lenient() {
            return Err(NotFound::Path);
        }
        if search.allowed.contains("GET") {
            search.allowed.insert("HEAD");
        }
        Err(NotFound::Method(search.allowed.into_iter().collect()))
    }
}

/// Ids of spaces, as Kibana takes them.
fn is_space(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    !text.is_empty() && text.bytes().all(letter)
}

impl End {
    /// `None` when the prefix names no space.
    fn found(&self, captured: Vec<(String, Encoding)>) -> Option<Found> {
        let values = self.names.iter().zip(captured);
        let values = values.map(|(&name, (text, encoding))| Captured {
            name,
            text,
            encoding,
        });
        let mut values: Vec<_> = values.collect();
        let first = values.first();
        let text = first
            .and_then(|value| decode(&value.text, value.encoding))
            .map(Cow::into_owned);
        let space = match self.space {
            Space::None => None,
            Space::Default(name) => {
                let value = Captured {
                    name,
                    text: DEFAULT_SPACE.to_owned(),
                    encoding: Encoding::Plain,
                };
                values.insert(0, value);
                None
            }
            Space::Own => text,
            Space::Prefix => {
                let space = text.filter(|text| is_space(text))?;
                values.remove(0);
                Some(space)
            }
        };
        Some(Found {
            route: self.route,
            space,
            values,
        })
    }

    fn label(&self) -> String {
        format!("{} {}", self.operation.method, self.operation.path)
    }
}

/// Where a search stands.
struct Search<'m> {
    method: &'m str,
    captured: Vec<(String, Encoding)>,
    /// Methods of the templates that fit the path.
    allowed: BTreeSet<&'static str>,
}

impl Branch {
    /// The branch behind a segment; made when it is not there.
    fn enter(&mut self, segment: &Segment, names: &mut Vec<&'static str>) -> &mut Branch {
        match segment {
            Segment::Literal(text) => self.literals.entry(text).or_default(),
            Segment::Parameter(name) => {
                names.push(name);
                self.parameter.get_or_insert_default()
            }
            Segment::Pattern(pattern, all) => {
                names.extend(all);
                let at = match self.patterns.iter().position(|(p, _)| p == pattern) {
                    Some(at) => at,
                    None => {
                        let longer = |(p, _): &(Pattern, _)| p.rank() >= pattern.rank();
                        let at = self.patterns.partition_point(longer);
                        self.patterns
                            .insert(at, (pattern.clone(), Branch::default()));
                        at
                    }
                };
                &mut self.patterns[at].1
            }
        }
    }

    fn enter_all(&mut self, segments: &[Segment], names: &mut Vec<&'static str>) -> &mut Branch {
        let mut branch = self;
        for segment in segments {
            branch = branch.enter(segment, names);
        }
        branch
    }

    /// Lets an operation end here.
    fn end(&mut self, end: End) -> Result<(), BuildError> {
        let same = |other: &&mut End| other.operation.method == end.operation.method;
        let Some(other) = self.ends.iter_mut().find(same) else {
            self.ends.push(end);
            return Ok(());
        };
        match other.derived.cmp(&end.derived) {
            Ordering::Less => {}
            Ordering::Greater => *other = end,
            Ordering::Equal => {
                return Err(BuildError::Conflict {
                    first: other.label(),
                    second: end.label(),
                });
            }
        }
        Ok(())
    }

    fn find(&self, segments: &[(&str, Cow<'_, str>)], search: &mut Search<'_>) -> Option<&End> {
        let Some(((raw, text), rest)) = segments.split_first() else {
            return self.ends_for(search);
        };
        if let Some(branch) = self.literals.get(&**text)
            && let Some(end) = branch.find(rest, search)
        {
            return Some(end);
        }
        let before = search.captured.len();
        for (pattern, branch) in &self.patterns {
            if let Some(values) = pattern.values(text) {
                let values = values.into_iter().map(|v| (v, Encoding::Plain));
                search.captured.extend(values);
                if let Some(end) = branch.find(rest, search) {
                    return Some(end);
                }
                search.captured.truncate(before);
            }
        }
        // An empty segment is no value.
        let branch = self.parameter.as_ref().filter(|_| !text.is_empty())?;
        search.captured.push(((*raw).to_owned(), Encoding::Percent));
        let end = branch.find(rest, search);
        if end.is_none() {
            search.captured.truncate(before);
        }
        end
    }

    fn ends_for(&self, search: &mut Search<'_>) -> Option<&End> {
        let with = |method: &str| self.ends.iter().find(|end| end.operation.method == method);
        let get = || with("GET").filter(|_| search.method == "HEAD");
        let found = with(search.method).or_else(get);
        if found.is_none() {
            search
                .allowed
                .extend(self.ends.iter().map(|end| end.operation.method));
        }
        found
    }
}

impl Pattern {
    /// How much text there is beside parameters.
    fn rank(&self) -> usize {
        self.literals.iter().map(|literal| literal.len()).sum()
    }

    /// The values of the parameters; none of them is empty.
    fn values(&self, text: &str) -> Option<Vec<String>> {
        let (first, others) = self.literals.split_first()?;
        let (last, between) = others.split_last()?;
        let mut rest = text.strip_prefix(first)?.strip_suffix(last)?;
        let mut values = Vec::new();
        for literal in between {
            // From the second character on: the value before it is not empty.
            let from = rest.chars().next()?.len_utf8();
            let at = rest[from..].find(literal)? + from;
            values.push(rest[..at].to_owned());
            rest = &rest[at + literal.len()..];
        }
        values.push(rest.to_owned());
        (!rest.is_empty()).then_some(values)
    }
}

/// The segments of a template.
fn template(operation: &OperationInfo) -> Result<Vec<Segment>, BuildError> {
    let path = operation.path;
    let error = || BuildError::Template { path };
    let rest = path.strip_prefix('/').ok_or_else(error)?;
    let segments = rest.split('/').map(|text| segment(text).ok_or_else(error));
    segments.collect()
}

fn segment(text: &'static str) -> Option<Segment> {
    let mut literals = Vec::new();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        // Nothing tells where one of two adjacent parameters ends.
        if name.is_empty() || (literal.is_empty() && !names.is_empty()) {
            return None;
        }
        literals.push(literal);
        names.push(name.strip_suffix('?').unwrap_or(name));
        rest = after;
    }
    literals.push(rest);
    Some(match (names.as_slice(), literals.as_slice()) {
        ([], _) => Segment::Literal(text),
        ([name], ["", ""]) => Segment::Parameter(name),
        _ => Segment::Pattern(Pattern { literals }, names),
    })
}

/// How many segments at the end may be left out: `{name?}`, or a parameter that is not required.
fn optional_segments(operation: &OperationInfo, segments: usize) -> usize {
    let optional = |segment: &&str| {
        let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        name.is_some_and(|name| {
            let parameters = operation.path_parameters;
            let stated = parameters
                .iter()
                .find(|p| p.name == name.trim_end_matches('?'));
            name.ends_with('?') || stated.is_some_and(|parameter| !parameter.required)
        })
    };
    let count = operation.path.rsplit('/').take_while(optional).count();
    count.min(segments.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Parameter;

    fn table(operations: &[(&'static str, &'static str)]) -> Result<RouteTable, BuildError> {
        table_as(Manners::Kibana, operations)
    }

    fn table_as(
        manners: Manners,
        operations: &[(&'static str, &'static str)],
    ) -> Result<RouteTable, BuildError> {
        let mut table = RouteTable::new(manners);
        for (route, &(method, path)) in operations.iter().enumerate() {
            let operation = OperationInfo {
                method,
                path,
                ..OperationInfo::NONE
            };
            table.add(Box::leak(Box::new(operation)), route)?;
        }
        Ok(table)
    }

    fn find(table: &RouteTable, method: &str, path: &str) -> Result<String, NotFound> {
        let found = table.find(method, path)?;
        let mut text = found.route.to_string();
        for value in found.values {
            text += &format!(" {}={}", value.name, value.text);
        }
        if let Some(space) = found.space {
            text += &format!(" in {space}");
        }
        Ok(text)
    }

    #[test]
    fn a_literal_comes_before_a_parameter_and_leaves_it_the_methods_that_it_lacks() {
        let operations = [
            ("GET", "/api/objects/_find"),
            ("GET", "/api/objects/{type}"),
            ("POST", "/api/objects/{type}"),
        ];
        let table = table(&operations).unwrap();
        assert_eq!(find(&table, "GET", "/api/objects/_find").unwrap(), "0");
        assert_eq!(
            find(&table, "POST", "/api/objects/_find").unwrap(),
            "2 type=_find"
        );
        assert_eq!(find(&table, "GET", "/api/objects/x").unwrap(), "1 type=x");
        assert_eq!(
            find(&table, "DELETE", "/api/objects/_find"),
            Err(NotFound::Path)
        );
        let to_the_letter = table_as(Manners::Document, &operations).unwrap();
        assert_eq!(
            find(&to_the_letter, "DELETE", "/api/objects/_find"),
            Err(NotFound::Method(vec!["GET", "HEAD", "POST"]))
        );
        assert_eq!(find(&table, "GET", "/api/objects/"), Err(NotFound::Path));
        assert_eq!(find(&table, "GET", "/api/objects/x/y"), Err(NotFound::Path));
    }

    #[test]
    fn a_dead_end_behind_a_literal_leads_back_to_the_parameter() {
        let table = table(&[("GET", "/a/b/c"), ("GET", "/a/{x}/d")]).unwrap();
        assert_eq!(find(&table, "GET", "/a/b/d").unwrap(), "1 x=b");
    }

    #[test]
    fn parameters_at_one_place_may_have_different_names() {
        let table = table(&[("GET", "/tools/{id}"), ("DELETE", "/tools/{toolId}")]).unwrap();
        assert_eq!(find(&table, "GET", "/tools/1").unwrap(), "0 id=1");
        assert_eq!(find(&table, "DELETE", "/tools/1").unwrap(), "1 toolId=1");
    }

    #[test]
    fn segments_may_hold_text_around_parameters() {
        let table = table(&[
            ("GET", "/a/{id}.json"),
            ("GET", "/a/{id}"),
            ("GET", "/a/{x}-{y}.json"),
        ])
        .unwrap();
        assert_eq!(find(&table, "GET", "/a/b.json").unwrap(), "0 id=b");
        assert_eq!(find(&table, "GET", "/a/b-c-d.json").unwrap(), "2 x=b y=c-d");
        assert_eq!(find(&table, "GET", "/a/.json").unwrap(), "1 id=.json");
        assert_eq!(find(&table, "GET", "/a/b.txt").unwrap(), "1 id=b.txt");
    }

    #[test]
    fn the_last_segments_may_be_optional() {
        let table = table(&[
            ("GET", "/p/{name}/{version?}"),
            ("DELETE", "/p/{name}/{version?}"),
            ("GET", "/p/{name}"),
        ])
        .unwrap();
        assert_eq!(find(&table, "GET", "/p/a/1").unwrap(), "0 name=a version=1");
        assert_eq!(find(&table, "GET", "/p/a").unwrap(), "2 name=a");
        assert_eq!(find(&table, "DELETE", "/p/a").unwrap(), "1 name=a");
        assert_eq!(find(&table, "DELETE", "/p"), Err(NotFound::Path));

        let operation = OperationInfo {
            method: "GET",
            path: "/q/{id}",
            path_parameters: &[Parameter {
                name: "id",
                ..Parameter::TEXT
            }],
            ..OperationInfo::NONE
        };
        let mut table = RouteTable::default();
        table.add(Box::leak(Box::new(operation)), 0).unwrap();
        assert_eq!(find(&table, "GET", "/q").unwrap(), "0");
    }

    #[test]
    fn every_template_answers_in_a_space_unless_it_names_the_space_itself() {
        let table = table(&[
            ("GET", "/api/status"),
            ("GET", "/s/{spaceId}/api/tools"),
            ("GET", "/s/{spaceId}/api/tools/{id}"),
            ("GET", "/api/tools/_find"),
        ])
        .unwrap();
        // A literal comes before a parameter here too.
        assert_eq!(
            find(&table, "GET", "/s/x/api/tools/_find").unwrap(),
            "3 in x"
        );
        assert_eq!(
            find(&table, "GET", "/s/team-a/api/status").unwrap(),
            "0 in team-a"
        );
        assert_eq!(
            find(&table, "GET", "/s/x/api/tools").unwrap(),
            "1 spaceId=x in x"
        );
        assert_eq!(
            find(&table, "GET", "/s/x/api/tools/7").unwrap(),
            "2 spaceId=x id=7 in x"
        );
        for path in [
            "/s/y/s/x/api/tools",
            "/s/Bad%20One/api/status",
            "/s//api/status",
            "/s/x",
        ] {
            assert_eq!(find(&table, "GET", path), Err(NotFound::Path), "{path}");
        }
    }

    #[test]
    fn a_template_in_a_space_means_the_default_one_without_its_prefix() {
        let operations = [
            ("GET", "/s/{spaceId}/api/tools/{id}"),
            ("GET", "/s/{spaceId}/api/views"),
            ("GET", "/api/views"),
            ("GET", "/s/{spaceId}"),
        ];
        let table = table(&operations).unwrap();
        assert_eq!(
            find(&table, "GET", "/api/tools/7").unwrap(),
            "0 spaceId=default id=7"
        );
        // What is written comes first, on both sides.
        assert_eq!(find(&table, "GET", "/api/views").unwrap(), "2");
        assert_eq!(
            find(&table, "GET", "/s/x/api/views").unwrap(),
            "1 spaceId=x in x"
        );
        assert_eq!(find(&table, "GET", "/"), Err(NotFound::Path));
        let to_the_letter = table_as(Manners::Document, &operations).unwrap();
        assert_eq!(
            find(&to_the_letter, "GET", "/api/tools/7"),
            Err(NotFound::Path)
        );
    }

    #[test]
    fn encoded_text_is_the_same_text_and_a_slash_in_it_is_no_separator() {
        let table = table(&[("GET", "/api/cases/{id}")]).unwrap();
        assert_eq!(
            find(&table, "GET", "/api/%63ases/a%2Fb").unwrap(),
            "0 id=a%2Fb"
        );
        for path in ["/api/cases/%zz", "/api/cases/%ff"] {
            assert_eq!(find(&table, "GET", path), Err(NotFound::Encoding));
        }
        for path in [
            "/api/cases/..",
            "/api/cases/%2e%2E",
            "/api/./cases",
            "*",
            "",
        ] {
            assert_eq!(find(&table, "GET", path), Err(NotFound::Path));
        }
    }

    #[test]
    fn two_operations_with_one_meaning_are_an_error_and_no_panic() {
        let conflict = table(&[("GET", "/a/{x}"), ("GET", "/a/{y}")])
            .err()
            .unwrap();
        assert_eq!(
            conflict.to_string(),
            "`GET /a/{x}` and `GET /a/{y}` answer the same requests"
        );
        for path in ["a", "/{a}{b}", "/{a", "/{}"] {
            assert!(table(&[("GET", path)]).is_err(), "{path}");
        }
    }
}
