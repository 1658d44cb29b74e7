//! The operations of two APIs: which stand for each other, and what differs in them. Knows the IR only.

mod forms;

use std::collections::{BTreeMap, BTreeSet};

use super::items::Touched;
use super::rules::{Facet, Subject};
use super::types::{Delta, PairId, Spot, Types, added};
use super::view::View;
use crate::ir::{
    Api, Content, Field, Header, Location, Operation, Parameter, Response, Shape, Side, Status,
    Type, TypeId,
};
use crate::pointer::Pointer;

/// A message of an operation, or a part of one, and where its types start.
#[derive(Clone, Debug)]
pub(super) struct Root<'a> {
    pub(super) subject: Subject,
    /// What reports call it, such as ``query parameter `page` ``.
    pub(super) part: String,
    pub(super) pair: PairId,
    /// The nodes that hold the schemas.
    pub(super) bases: Option<(&'a Pointer, &'a Pointer)>,
}

/// Two operations that stand for each other, and what differs in them.
pub(super) struct Common<'a> {
    pub(super) old: &'a Operation,
    pub(super) new: &'a Operation,
    /// What differs outside of types, with the part of the operation that it is about.
    pub(super) deltas: Vec<(Subject, String, Delta<'a>)>,
    pub(super) roots: Vec<Root<'a>>,
}

/// The operations of two APIs.
pub(super) struct Matched<'a> {
    pub(super) common: Vec<(&'a Operation, &'a Operation)>,
    pub(super) removed: Vec<&'a Operation>,
    pub(super) added: Vec<&'a Operation>,
}

/// The way of an operation without what does not matter for a match: names of parameters and the prefix of a space.
pub(super) fn shape(method: &str, path: &str) -> String {
    let path = without_space(path).0;
    let mut shape = format!("{method} ");
    let mut name = false;
    for c in path.chars() {
        match c {
            '{' => {
                name = true;
                shape.push('{');
            }
            '}' => {
                name = false;
                shape.push('}');
            }
            _ if name => {}
            c => shape.push(c),
        }
    }
    shape
}

/// A path without the prefix of a space (`/s/{spaceId}`), and the name of the prefix's parameter.
fn without_space(path: &str) -> (&str, Option<&str>) {
    let Some(rest) = path.strip_prefix("/s/{") else {
        return (path, None);
    };
    match rest.split_once('}') {
        Some((name, path)) if path.starts_with('/') => (path, Some(name)),
        _ => (path, None),
    }
}

/// The names of the parameters of a path, in order, without that of a space prefix.
fn path_names(path: &str) -> Vec<&str> {
    let parts = without_space(path).0.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .map(|name| name.trim_end_matches('?'))
        .collect()
}

/// The way of an operation without its last segment, when that is a parameter that need not be there: it answers there,
/// too.
fn short_shape(operation: &Operation) -> Option<String> {
    let (rest, last) = operation.path.rsplit_once('/')?;
    let name = last.strip_prefix('{')?.strip_suffix('}')?;
    let name = name.trim_end_matches('?');
    let optional = |p: &Parameter| p.location == Location::Path && p.wire == name && !p.required;
    operation
        .parameters
        .iter()
        .any(optional)
        .then(|| shape(&operation.method, rest))
}

/// Every way on which an API answers, and the operation that does; its own before those of optional segments.
fn served(api: &Api) -> BTreeMap<String, &Operation> {
    let short = api.operations.iter();
    let short = short.filter_map(|operation| Some((short_shape(operation)?, operation)));
    let own = api.operations.iter();
    let own = own.map(|operation| (shape(&operation.method, &operation.path), operation));
    short.chain(own).collect()
}

/// Finds the operations that stand for each other: those with the same path first.
pub(super) fn matched<'a>(old: &'a Api, new: &'a Api) -> Matched<'a> {
    let mut waiting: BTreeMap<String, Vec<&'a Operation>> = BTreeMap::new();
    for operation in &new.operations {
        let shape = shape(&operation.method, &operation.path);
        waiting.entry(shape).or_default().push(operation);
    }
    let mut found: Vec<Option<&'a Operation>> = vec![None; old.operations.len()];
    let tests: [fn(&Operation, &Operation) -> bool; 3] = [
        |a, b| a.path == b.path,
        |a, b| without_space(&a.path).1.is_some() == without_space(&b.path).1.is_some(),
        |_, _| true,
    ];
    for test in tests {
        for (operation, found) in old.operations.iter().zip(&mut found) {
            let shape = shape(&operation.method, &operation.path);
            let Some(candidates) = waiting.get_mut(&shape).filter(|_| found.is_none()) else {
                continue;
            };
            if let Some(at) = candidates
                .iter()
                .position(|candidate| test(operation, candidate))
            {
                *found = Some(candidates.remove(at));
            }
        }
    }
    let mut matched = Matched {
        common: Vec::new(),
        removed: Vec::new(),
        added: waiting.into_values().flatten().collect(),
    };
    let (served_before, served_now) = (served(old), served(new));
    for (operation, found) in old.operations.iter().zip(found) {
        // What is left may be served by an operation whose last segment need not be there.
        let way = || shape(&operation.method, &operation.path);
        match found.or_else(|| served_now.get(&way()).copied()) {
            Some(found) => matched.common.push((operation, found)),
            None => matched.removed.push(operation),
        }
    }
    let common = &mut matched.common;
    matched.added.retain(|operation| {
        let before = served_before.get(&shape(&operation.method, &operation.path));
        common.extend(before.map(|before| (*before, *operation)));
        before.is_none()
    });
    matched
        .added
        .sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    matched
}

/// Compares two operations that stand for each other.
pub(super) fn compare<'a>(
    types: &mut Types<'a>,
    old: &'a Operation,
    new: &'a Operation,
) -> Common<'a> {
    let mut comparison = Comparison {
        types,
        common: Common {
            old,
            new,
            deltas: Vec::new(),
            roots: Vec::new(),
        },
    };
    comparison.operation();
    comparison.guard();
    comparison.parameters();
    comparison.body();
    comparison.responses();
    comparison.common
}

/// The Rust items of both sides.
type Both<'a> = (Touched<'a>, Touched<'a>);

/// What stands for a body in one media type, and whose body it is.
type Items<'a> = (fn(&'a Operation, &'a Content) -> Touched<'a>, Subject);

struct Comparison<'a, 't> {
    types: &'t mut Types<'a>,
    common: Common<'a>,
}

impl<'a> Comparison<'a, '_> {
    fn spot(&self) -> Spot<'a> {
        let (old, new) = (self.common.old, self.common.new);
        self.at(&old.pointer, &new.pointer)
    }

    fn at(&self, old: &'a Pointer, new: &'a Pointer) -> Spot<'a> {
        let methods = (
            Touched::Method(self.common.old),
            Touched::Method(self.common.new),
        );
        Spot {
            path: Vec::new(),
            old,
            new,
            touched: methods,
        }
    }

    fn item(&self, old: &'a Pointer, new: &'a Pointer, touched: Both<'a>) -> Spot<'a> {
        Spot {
            touched,
            ..self.at(old, new)
        }
    }

    fn push(&mut self, subject: Subject, part: &str, delta: Delta<'a>) {
        self.common.deltas.push((subject, part.to_string(), delta));
    }

    fn say(&mut self, facet: Facet, message: impl Into<String>) {
        let delta = self.spot().delta(facet, message);
        self.push(Subject::Api, "", delta);
    }

    fn operation(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        match (old.docs.deprecated, new.docs.deprecated) {
            (false, true) => self.say(Facet::EndpointDeprecated, "operation deprecated"),
            (true, false) => self.say(
                Facet::EndpointReactivated,
                "operation not deprecated any more",
            ),
            _ => {}
        }
        match (&old.id, &new.id) {
            (None, Some(id)) => {
                self.say(Facet::OperationIdAdded, format!("operationId `{id}` added"))
            }
            (Some(id), None) => self.say(
                Facet::OperationIdRemoved,
                format!("operationId `{id}` removed"),
            ),
            (Some(a), Some(b)) if a != b => {
                self.say(
                    Facet::OperationIdChanged,
                    format!("operationId `{a}` → `{b}`"),
                );
            }
            _ => {}
        }
        let (old_space, new_space) = (without_space(&old.path).1, without_space(&new.path).1);
        if old_space.is_some() != new_space.is_some() {
            let message = format!("path `{}` → `{}`", old.path, new.path);
            self.say(Facet::PathPrefixChanged, message);
        }
        self.security();
        self.groups();
        if (&old.docs.summary, &old.docs.description) != (&new.docs.summary, &new.docs.description)
        {
            self.say(
                Facet::OperationDescriptionChanged,
                "summary or description changed",
            );
        }
    }

    fn security(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        let node = |operation: &'a Operation| {
            let said = operation.security.pointer.as_ref();
            said.unwrap_or(&operation.pointer)
        };
        let (a, b) = (&old.security.alternatives, &new.security.alternatives);
        let spot = self.at(node(old), node(new));
        let gone = a.difference(b).map(|set| (Facet::SecurityRemoved, set));
        for (facet, set) in gone.chain(b.difference(a).map(|set| (Facet::SecurityAdded, set))) {
            let words: Vec<&str> = set.iter().map(String::as_str).collect();
            let credentials = match words.as_slice() {
                [] => "no credentials".to_string(),
                words => words.join(" and "),
            };
            let verb = match facet {
                Facet::SecurityAdded => "added",
                _ => "removed",
            };
            let delta = spot.delta(facet, format!("{credentials} {verb}"));
            self.push(Subject::Api, "security", delta);
        }
    }

    fn groups(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        let key = |api: &'a Api, operation: &Operation| {
            api.modules
                .get(operation.module.0)
                .map_or("", |module| module.key.as_str())
        };
        let (old_key, new_key) = (
            key(self.types.sides.old.api, old),
            key(self.types.sides.new.api, new),
        );
        if old_key != new_key {
            let message = format!("group `{old_key}` → `{new_key}`");
            self.say(Facet::GroupChanged, message);
        }
        let moved = [old_key, new_key];
        let moved = |tag: &str| old_key != new_key && moved.contains(&tag);
        for tag in old
            .tags
            .iter()
            .filter(|tag| !new.tags.contains(tag) && !moved(tag))
        {
            self.say(Facet::TagRemoved, format!("tag `{tag}` removed"));
        }
        for tag in new
            .tags
            .iter()
            .filter(|tag| !old.tags.contains(tag) && !moved(tag))
        {
            self.say(Facet::TagAdded, format!("tag `{tag}` added"));
        }
    }

    fn guard(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        let sides = [
            (old, new, Facet::GuardHeaderRemoved, "not declared any more"),
            (new, old, Facet::GuardHeaderAdded, "declared"),
        ];
        for (own, other, facet, verb) in sides {
            for header in &own.guard {
                if other.guard.iter().any(|known| known.wire == header.wire) {
                    continue;
                }
                let spot = match facet {
                    Facet::GuardHeaderRemoved => self.at(&header.pointer, &new.pointer),
                    _ => self.at(&old.pointer, &header.pointer),
                };
                let delta = spot.delta(facet, format!("`{}` {verb}", header.wire));
                self.push(Subject::Api, "guard", delta);
            }
        }
    }

    fn parameters(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        let (olds, news) = (parameters(old), parameters(new));
        for (key, a) in &olds {
            let part = part_of(a);
            let old_field = group_field(self.types.sides.old.api, old, a);
            let Some(b) = news.get(key) else {
                let left_out = matches!(key, ParameterKey::Path(_)) && !a.required;
                if *key == ParameterKey::Space || left_out {
                    continue;
                }
                let mut spot = self.at(&a.pointer, &new.pointer);
                spot.touched = (
                    old_field.map_or(spot.touched.0, |(id, field)| Touched::Field(id, field)),
                    Touched::Nothing,
                );
                let (facet, message) = match a.required {
                    true => (Facet::RequiredRemoved, "required parameter removed"),
                    false => (Facet::OptionalRemoved, "optional parameter removed"),
                };
                self.push(Subject::Parameter, &part, spot.delta(facet, message));
                continue;
            };
            let new_field = group_field(self.types.sides.new.api, new, b);
            if let (Some(old_field), Some(new_field)) = (old_field, new_field) {
                self.parameter((a, old_field), (b, new_field), part);
            }
        }
        let more = news.iter().filter(|(key, _)| !olds.contains_key(*key));
        for (key, b) in more.filter(|(key, _)| **key != ParameterKey::Space) {
            if matches!(key, ParameterKey::Path(_)) && !b.required {
                continue;
            }
            let Some((id, field)) = group_field(self.types.sides.new.api, new, b) else {
                continue;
            };
            let mut spot = self.at(&old.pointer, &b.pointer);
            spot.touched = (Touched::Nothing, Touched::Field(id, field));
            let (facet, message) = added(field, "parameter");
            self.push(Subject::Parameter, &part_of(b), spot.delta(facet, message));
        }
    }

    fn parameter(
        &mut self,
        (a, (old_id, old_field)): (&'a Parameter, (TypeId, &'a Field)),
        (b, (new_id, new_field)): (&'a Parameter, (TypeId, &'a Field)),
        part: String,
    ) {
        let mut spot = self.at(&a.pointer, &b.pointer);
        spot.touched = (
            Touched::Field(old_id, old_field),
            Touched::Field(new_id, new_field),
        );
        if !a.wire.eq_ignore_ascii_case(&b.wire) {
            let message = format!("path parameter `{}` → `{}`", a.wire, b.wire);
            self.push(
                Subject::Parameter,
                &part,
                spot.delta(Facet::ParameterRenamed, message),
            );
        }
        if a.json != b.json {
            let word = |json| if json { "JSON text" } else { "text" };
            let message = format!("written as {} → {}", word(a.json), word(b.json));
            self.push(
                Subject::Parameter,
                &part,
                spot.delta(Facet::EncodingChanged, message),
            );
        } else if a.style.style != b.style.style {
            let message = format!("style {:?} → {:?}", a.style.style, b.style.style);
            self.push(
                Subject::Parameter,
                &part,
                spot.delta(Facet::StyleChanged, message),
            );
        } else if a.style.explode != b.style.explode
            && self.is_compound(&old_field.ty, &new_field.ty)
        {
            let message = format!("explode {} → {}", a.style.explode, b.style.explode);
            self.push(
                Subject::Parameter,
                &part,
                spot.delta(Facet::ExplodeChanged, message),
            );
        }
        if a.style.reserved != b.style.reserved {
            let (facet, word) = match b.style.reserved {
                true => (Facet::ReservedAllowed, "may stand as they are"),
                false => (Facet::ReservedForbidden, "must be encoded"),
            };
            let message = format!("reserved characters {word}");
            self.push(Subject::Parameter, &part, spot.delta(facet, message));
        }
        let pair = match self.needed_as_before(a, b) {
            true => {
                let (old, new) = (&old_field.ty, &new_field.ty);
                self.types.root(Side::Request, &spot, old, new)
            }
            false => self.types.root_field(&spot, old_field, new_field),
        };
        self.common.roots.push(Root {
            subject: Subject::Parameter,
            part,
            pair,
            bases: Some((&a.pointer, &b.pointer)),
        });
    }

    /// Whether a last segment that need not be there in one document only makes no difference: the other one serves the
    /// way without it by another operation.
    fn needed_as_before(&self, a: &Parameter, b: &Parameter) -> bool {
        let other = match (a.required, b.required) {
            (false, true) => (self.common.old, self.types.sides.new.api),
            (true, false) => (self.common.new, self.types.sides.old.api),
            _ => return false,
        };
        let (operation, api) = other;
        a.location == Location::Path
            && short_shape(operation).is_some_and(|way| served(api).contains_key(&way))
    }

    /// Whether some value has parts, so that it matters how they are put together.
    fn is_compound(&mut self, old: &'a Type, new: &'a Type) -> bool {
        let compound = |view: &View<'_>| {
            matches!(
                view,
                View::Any | View::Array(..) | View::Object(_) | View::Union(_)
            )
        };
        compound(&self.types.sides.old.see(old).0.view)
            || compound(&self.types.sides.new.see(new).0.view)
    }

    fn body(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        const PART: &str = "request body";
        let (a, b) = match (&old.body, &new.body) {
            (None, None) => return,
            (Some(a), None) => {
                let touched = (Touched::Body(old, a.content.first()), Touched::Nothing);
                let spot = self.item(&a.pointer, &new.pointer, touched);
                let delta = spot.delta(Facet::BodyRemoved, "body removed");
                return self.push(Subject::RequestBody, PART, delta);
            }
            (None, Some(b)) => {
                let touched = (Touched::Nothing, Touched::Body(new, b.content.first()));
                let spot = self.item(&old.pointer, &b.pointer, touched);
                let (facet, message) = match b.required {
                    true => (Facet::BodyAddedRequired, "required body added"),
                    false => (Facet::BodyAddedOptional, "optional body added"),
                };
                return self.push(Subject::RequestBody, PART, spot.delta(facet, message));
            }
            (Some(a), Some(b)) => (a, b),
        };
        let touched = (Touched::Body(old, None), Touched::Body(new, None));
        let spot = self.item(&a.pointer, &b.pointer, touched);
        match (a.required, b.required) {
            (false, true) => self.push(
                Subject::RequestBody,
                PART,
                spot.delta(Facet::BodyBecameRequired, "body became required"),
            ),
            (true, false) => self.push(
                Subject::RequestBody,
                PART,
                spot.delta(Facet::BodyBecameOptional, "body became optional"),
            ),
            _ => {}
        }
        if a.description != b.description {
            let delta = spot.delta(
                Facet::OperationDescriptionChanged,
                "description of the body changed",
            );
            self.push(Subject::Api, PART, delta);
        }
        let items: Items<'a> = (
            |operation, content| Touched::Body(operation, Some(content)),
            Subject::RequestBody,
        );
        self.contents(items, PART, &spot, &a.content, &b.content);
    }

    fn responses(&mut self) {
        let (old, new) = (self.common.old, self.common.new);
        for a in &old.responses {
            let part = format!("response {}", status_word(a.status));
            match new.responses.iter().find(|b| b.status == a.status) {
                Some(b) => self.response(&part, a, b),
                None => {
                    let touched = (Touched::Response(old, a), Touched::Nothing);
                    let spot = self.item(&a.pointer, &new.pointer, touched);
                    let facet = match is_success(a.status) {
                        true => Facet::SuccessRemoved,
                        false => Facet::NonSuccessRemoved,
                    };
                    self.push(Subject::Api, &part, spot.delta(facet, "response removed"));
                }
            }
        }
        for b in &new.responses {
            if old.responses.iter().any(|a| a.status == b.status) {
                continue;
            }
            let touched = (Touched::Nothing, Touched::Response(new, b));
            let spot = self.item(&old.pointer, &b.pointer, touched);
            let facet = match is_success(b.status) {
                true => Facet::SuccessAdded,
                false => Facet::NonSuccessAdded,
            };
            let part = format!("response {}", status_word(b.status));
            self.push(Subject::Api, &part, spot.delta(facet, "response added"));
        }
    }

    fn response(&mut self, part: &str, a: &'a Response, b: &'a Response) {
        let (old, new) = (self.common.old, self.common.new);
        let touched = (Touched::Response(old, a), Touched::Response(new, b));
        let spot = self.item(&a.pointer, &b.pointer, touched);
        if a.description != b.description {
            let delta = spot.delta(
                Facet::OperationDescriptionChanged,
                "description of the response changed",
            );
            self.push(Subject::Api, part, delta);
        }
        let items: Items<'a> = (Touched::Content, Subject::ResponseBody);
        self.contents(items, part, &spot, &a.content, &b.content);
        let named = |headers: &'a [Header], header: &Header| {
            headers
                .iter()
                .find(|other| other.wire.eq_ignore_ascii_case(&header.wire))
        };
        for x in &a.headers {
            let part = format!("{part} header `{}`", x.wire);
            match named(&b.headers, x) {
                Some(y) => self.header(part, (a, x), (b, y)),
                None => {
                    let touched = (Touched::Header(old, a, x), Touched::Nothing);
                    let spot = self.item(&x.pointer, &b.pointer, touched);
                    let (facet, message) = match x.required {
                        true => (Facet::RequiredRemoved, "required header removed"),
                        false => (Facet::OptionalRemoved, "optional header removed"),
                    };
                    self.push(Subject::ResponseHeader, &part, spot.delta(facet, message));
                }
            }
        }
        for y in b.headers.iter().filter(|y| named(&a.headers, y).is_none()) {
            let touched = (Touched::Nothing, Touched::Header(new, b, y));
            let spot = self.item(&a.pointer, &y.pointer, touched);
            let (facet, message) = match y.required {
                true => (Facet::RequiredAdded, "required header added"),
                false => (Facet::OptionalAdded, "optional header added"),
            };
            let part = format!("{part} header `{}`", y.wire);
            self.push(Subject::ResponseHeader, &part, spot.delta(facet, message));
        }
    }

    fn header(
        &mut self,
        part: String,
        (old, a): (&'a Response, &'a Header),
        (new, b): (&'a Response, &'a Header),
    ) {
        let touched = (
            Touched::Header(self.common.old, old, a),
            Touched::Header(self.common.new, new, b),
        );
        let spot = self.item(&a.pointer, &b.pointer, touched);
        match (a.required, b.required) {
            (true, false) => self.push(
                Subject::ResponseHeader,
                &part,
                spot.delta(Facet::BecameOptional, "header became optional"),
            ),
            (false, true) => self.push(
                Subject::ResponseHeader,
                &part,
                spot.delta(Facet::BecameRequired, "header became required"),
            ),
            _ => {}
        }
        if a.description != b.description {
            let delta = spot.delta(Facet::DescriptionChanged, "description changed");
            self.push(Subject::ResponseHeader, &part, delta);
        }
        let pair = self.types.root(Side::Response, &spot, &a.ty, &b.ty);
        self.common.roots.push(Root {
            subject: Subject::ResponseHeader,
            part,
            pair,
            bases: Some((&a.pointer, &b.pointer)),
        });
    }

    fn contents(
        &mut self,
        items: Items<'a>,
        part: &str,
        spot: &Spot<'a>,
        old: &'a [Content],
        new: &'a [Content],
    ) {
        let mut taken = BTreeSet::new();
        for a in old {
            // The media type as it is written first: an essence can be there twice, with other parameters.
            let tests: [fn(&Content, &Content) -> bool; 2] = [
                |a, b| a.media_type == b.media_type,
                |a, b| a.essence == b.essence,
            ];
            let found = tests.iter().find_map(|test| {
                (0..new.len()).find(|at| !taken.contains(at) && test(a, &new[*at]))
            });
            match found {
                Some(at) => {
                    taken.insert(at);
                    let several = old.len() > 1 || new.len() > 1;
                    let part = match several {
                        true => format!("{part} as `{}`", new[at].essence),
                        false => part.to_string(),
                    };
                    self.content(items, &part, a, &new[at]);
                }
                None => {
                    let mut spot = spot.clone();
                    spot.old = &a.pointer;
                    spot.touched = (items.0(self.common.old, a), Touched::Nothing);
                    let message = format!("media type `{}` removed", a.media_type);
                    self.push(items.1, part, spot.delta(Facet::MediaTypeRemoved, message));
                }
            }
        }
        for b in (0..new.len())
            .filter(|at| !taken.contains(at))
            .map(|at| &new[at])
        {
            let mut spot = spot.clone();
            spot.new = &b.pointer;
            spot.touched = (Touched::Nothing, items.0(self.common.new, b));
            let message = format!("media type `{}` added", b.media_type);
            self.push(items.1, part, spot.delta(Facet::MediaTypeAdded, message));
        }
    }

    fn content(&mut self, (item, subject): Items<'a>, part: &str, a: &'a Content, b: &'a Content) {
        let touched = (item(self.common.old, a), item(self.common.new, b));
        let spot = self.item(&a.pointer, &b.pointer, touched);
        if a.media_type != b.media_type {
            let message = format!("media type `{}` → `{}`", a.media_type, b.media_type);
            self.push(subject, part, spot.delta(Facet::MediaTypeSpelled, message));
        }
        if a.examples != b.examples {
            self.push(
                subject,
                part,
                spot.delta(Facet::ExamplesChanged, "examples changed"),
            );
        }
        if a.format != b.format {
            let message = format!("read as {:?} → {:?}", a.format, b.format);
            return self.push(subject, part, spot.delta(Facet::EncodingChanged, message));
        }
        if subject.is_request() {
            self.encodings((part, &spot), a, b);
        }
        match (&a.ty, &b.ty) {
            (None, None) => {}
            (None, Some(_)) => self.push(
                subject,
                part,
                spot.delta(Facet::SchemaAdded, "schema added"),
            ),
            (Some(_), None) => self.push(
                subject,
                part,
                spot.delta(Facet::SchemaRemoved, "schema removed"),
            ),
            (Some(old), Some(new)) => {
                let going = match subject.is_request() {
                    true => Side::Request,
                    false => Side::Response,
                };
                let pair = self.types.root(going, &spot, old, new);
                self.common.roots.push(Root {
                    subject,
                    part: part.to_string(),
                    pair,
                    bases: Some((&a.pointer, &b.pointer)),
                });
            }
        }
    }
}

/// What tells a parameter from the others of its operation; those of the path by their position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ParameterKey {
    /// The prefix of a space. Generated routes have it whether the document says it or not.
    Space,
    Path(usize),
    Named(Location, String),
}

fn parameters(operation: &Operation) -> BTreeMap<ParameterKey, &Parameter> {
    let (names, space) = (
        path_names(&operation.path),
        without_space(&operation.path).1,
    );
    let mut parameters = BTreeMap::new();
    for parameter in &operation.parameters {
        let key = match parameter.location {
            Location::Path => match names.iter().position(|name| *name == parameter.wire) {
                Some(position) => ParameterKey::Path(position),
                None if space == Some(parameter.wire.as_str()) => ParameterKey::Space,
                None => ParameterKey::Named(Location::Path, parameter.wire.clone()),
            },
            Location::Header => {
                ParameterKey::Named(Location::Header, parameter.wire.to_ascii_lowercase())
            }
            location => ParameterKey::Named(location, parameter.wire.clone()),
        };
        parameters.insert(key, parameter);
    }
    parameters
}

/// The field that a parameter is, and the struct that it is in.
fn group_field<'a>(
    api: &'a Api,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<(TypeId, &'a Field)> {
    let id = match parameter.location {
        Location::Path => operation.path_type,
        Location::Query => operation.query_type,
        Location::Header => operation.header_type,
        Location::Cookie => operation.cookie_type,
    }?;
    let Shape::Struct(object) = &api.types[id].shape else {
        return None;
    };
    let field = object
        .fields
        .iter()
        .find(|field| field.wire == parameter.wire)?;
    Some((id, field))
}

fn part_of(parameter: &Parameter) -> String {
    let location = match parameter.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    };
    format!("{location} parameter `{}`", parameter.wire)
}

fn status_word(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_string(),
    }
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(100..=399) | Status::Class(1..=3))
}
