//! What the method and the path of an operation call it. Knows the IR only, and nothing of other operations: a name
//! stays when they go.

use super::number::Numbers;
use super::verbs;
use super::vocabulary::Vocabulary;
use crate::ir::{Api, Kind, Operation, Shape, Status};
use crate::passes::resources;

/// Words that say too little without what they belong to.
const GENERIC: &[&str] = &[
    "config",
    "configuration",
    "count",
    "data",
    "details",
    "health",
    "info",
    "list",
    "setup",
    "state",
    "stats",
    "status",
    "summary",
];

/// Ends of a parameter's name that say how a thing is told, not what it is.
const HANDLES: &[&str] = &[
    "hash", "id", "ids", "key", "name", "path", "slug", "type", "uid", "uuid", "version",
];

/// What names are made with.
pub(super) struct Language<'a> {
    pub(super) api: &'a Api,
    pub(super) vocabulary: Vocabulary,
    pub(super) numbers: Numbers,
}

impl Language<'_> {
    /// Whether each word of `part` is one of `whole`, whatever its number.
    pub(super) fn within(&self, part: &[String], whole: &[String]) -> bool {
        part.iter()
            .all(|word| whole.iter().any(|other| self.numbers.same(word, other)))
    }

    /// Whether two texts are the same words, but for the number of the last.
    pub(super) fn alike(&self, a: &[String], b: &[String]) -> bool {
        self.numbers.one(a) == self.numbers.one(b)
    }
}

/// A segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    words: Vec<String>,
    parameter: bool,
    /// Whether it starts with `_`, as actions of Kibana and Elasticsearch do.
    marked: bool,
}

/// The name of an operation by its method and path; `group` are the words of its group.
pub(super) fn name(
    language: &Language<'_>,
    operation: &Operation,
    group: &[String],
) -> Vec<String> {
    let segments = segments(&language.vocabulary, &operation.path);
    let reader = Reader {
        language,
        operation,
        group,
        segments: &segments,
    };
    reader.name()
}

/// What an item of a collection is called.
pub(super) fn thing(language: &Language<'_>, collection: &str, group: &[String]) -> Vec<String> {
    let mut segments = segments(&language.vocabulary, collection);
    segments.push(Segment {
        words: Vec::new(),
        parameter: true,
        marked: false,
    });
    joined(language, &nouns(language, &segments, group, segments.len()))
}

/// The words of every literal segment, in order.
pub(super) fn literals(vocabulary: &Vocabulary, path: &str) -> Vec<Vec<String>> {
    let segments = segments(vocabulary, path).into_iter();
    segments
        .filter(|segment| !segment.parameter)
        .map(|segment| segment.words)
        .collect()
}

/// The segments that say something: not `/api`, not a version, not the space.
fn segments(vocabulary: &Vocabulary, path: &str) -> Vec<Segment> {
    let mut texts: Vec<&str> = path.split('/').filter(|text| !text.is_empty()).collect();
    let root = texts
        .iter()
        .take(4)
        .position(|text| matches!(*text, "api" | "internal"));
    if let Some(root) = root.filter(|root| root + 1 < texts.len()) {
        texts.drain(..=root);
    }
    let is_version = |text: &str| {
        text.strip_prefix('v')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    };
    if texts.len() > 1 && is_version(texts[0]) {
        texts.remove(0);
    }
    texts
        .into_iter()
        .flat_map(|text| segment(vocabulary, text))
        .collect()
}

fn segment(vocabulary: &Vocabulary, text: &str) -> Vec<Segment> {
    let literal = |text: &str| {
        let blank = !text.contains(char::is_alphanumeric);
        (!blank).then(|| Segment {
            words: vocabulary.words(text),
            parameter: false,
            marked: text.starts_with('_'),
        })
    };
    let Some((before, rest)) = text.split_once('{') else {
        return literal(text).into_iter().collect();
    };
    let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
    let parameter = Segment {
        words: vocabulary.words(name),
        parameter: true,
        marked: false,
    };
    literal(before)
        .into_iter()
        .chain([parameter])
        .chain(literal(after))
        .collect()
}

struct Reader<'a> {
    language: &'a Language<'a>,
    operation: &'a Operation,
    group: &'a [String],
    segments: &'a [Segment],
}

/// An action at the end of a path.
struct Action {
    index: usize,
    verb: Vec<String>,
    object: Vec<String>,
}

impl Reader<'_> {
    fn name(&self) -> Vec<String> {
        let action = self.action();
        let end = action
            .as_ref()
            .map_or(self.segments.len(), |action| action.index);
        let nouns = nouns(self.language, self.segments, self.group, end);
        match &action {
            Some(action) => self.acting(action, &nouns),
            None => self.plain(&nouns),
        }
    }

    fn is_item(&self) -> bool {
        self.segments
            .last()
            .is_some_and(|segment| segment.parameter)
    }

    /// The action: the last literal, when the method allows it to be one.
    fn action(&self) -> Option<Action> {
        let index = self
            .segments
            .iter()
            .rposition(|segment| !segment.parameter)?;
        let segment = &self.segments[index];
        let words = &segment.words;
        let first = words.first()?.as_str();
        let alone = words.len() == 1;
        let bulk = matches!(first, "bulk" | "batch");
        let verb = if bulk {
            words.get(1).map_or("", String::as_str)
        } else {
            first
        };
        let is_verb = match segment.marked || alone || (bulk && words.len() == 2) {
            true => verbs::is_verb_alone(verb),
            false => verbs::is_verb(verb),
        };
        let last = index + 1 == self.segments.len();
        let acts = match self.operation.method.as_str() {
            "post" if !last => {
                alone
                    && !segment.marked
                    && (verbs::is_verb(first)
                        || self.follows_noun(index) && verbs::is_verb_alone(first))
            }
            "post" if segment.marked => !GENERIC.contains(&first),
            "post" => is_verb,
            _ if !last => false,
            "get" | "head" => {
                verbs::reads(first) && (segment.marked || alone || verbs::asks(first))
            }
            "delete" => verbs::removes(verb) && (segment.marked || alone || bulk),
            _ => is_verb && (segment.marked || alone || bulk) && verbs::is_verb(verb),
        };
        let length = if bulk && words.len() > 1 { 2 } else { 1 };
        acts.then(|| Action {
            index,
            verb: words[..length].to_vec(),
            object: words[length..].to_vec(),
        })
    }

    /// Whether the segment before is a literal, and not the area.
    fn follows_noun(&self, index: usize) -> bool {
        index > 1 && !self.segments[index - 1].parameter
    }

    /// A name whose verb is an action.
    fn acting(&self, action: &Action, nouns: &[Vec<String>]) -> Vec<String> {
        let of_items = self.segments[..action.index]
            .iter()
            .any(|segment| segment.parameter)
            || self.is_item();
        let mut name = action.verb.clone();
        if action.object.is_empty() {
            let all = joined(self.language, nouns);
            let of_many =
                action.verb.len() > 1 || action.verb.iter().any(|verb| verbs::takes_many(verb));
            name.extend(if of_many && !of_items {
                self.language.numbers.many(&all)
            } else {
                all
            });
            return name;
        }
        let all = joined(self.language, nouns);
        let said = all.last().is_some_and(|last| {
            self.language
                .within(std::slice::from_ref(last), &action.object)
        });
        if of_items || !(said || self.language.within(&all, self.group)) {
            name.extend(self.language.numbers.one(&all));
        }
        name.extend(action.object.iter().cloned());
        name
    }

    /// A name whose verb is the method.
    fn plain(&self, nouns: &[Vec<String>]) -> Vec<String> {
        let mut nouns = nouns.to_vec();
        // `packages/installed` are installed packages.
        if let [.., things, how] = nouns.as_mut_slice()
            && !self.is_item()
            && how.iter().all(|word| is_participle(word))
        {
            std::mem::swap(things, how);
        }
        let (verb, last) = match self.operation.method.as_str() {
            "get" => ("get", self.gets(nouns.last())),
            "post" => self.posts(&nouns),
            "put" if self.operation.body.is_some() => ("update", None),
            other => (other, None),
        };
        if let (Some(noun), Some(last)) = (nouns.last_mut(), last) {
            *noun = last;
        }
        let mut name = vec![verb.to_string()];
        name.extend(joined(self.language, &nouns));
        name
    }

    /// What `GET` gets, where that is many of what the path calls one.
    fn gets(&self, noun: Option<&Vec<String>>) -> Option<Vec<String>> {
        let noun = noun?;
        if self.is_item() {
            return None;
        }
        let many = self.language.numbers.many(noun);
        let types = &self.language.api.types;
        let body = resources::success(self.operation).and_then(|content| content.ty.as_ref());
        let called = |property: &str| {
            self.language
                .alike(&self.language.vocabulary.words(property), noun)
        };
        let lists = body.is_some_and(|body| resources::list(types, body, called).is_some());
        (lists || self.is_called_many(noun)).then_some(many)
    }

    /// Whether the area or the group is called like many of a thing: `/spaces/space`.
    fn is_called_many(&self, noun: &[String]) -> bool {
        let many = self.language.numbers.many(noun);
        let area = self.segments.first().filter(|_| self.segments.len() > 1);
        many != noun && (many == self.group || area.is_some_and(|area| area.words == many))
    }

    /// The verb and the last noun of a `POST`: one that makes a thing says so.
    fn posts(&self, nouns: &[Vec<String>]) -> (&'static str, Option<Vec<String>>) {
        let Some(noun) = nouns.last().filter(|_| !self.is_item()) else {
            return ("post", None);
        };
        // What stands below a whole collection is not made there, and what is called after a bulk is none.
        let before = self.segments.iter().enumerate().rev().nth(1);
        let below_many = before.is_some_and(|(index, segment)| {
            let last = segment.words.last();
            index > 0
                && !segment.parameter
                && last.is_some_and(|word| self.language.numbers.is_plural(word))
        });
        let bulk = noun
            .first()
            .is_some_and(|word| matches!(word.as_str(), "bulk" | "batch"));
        let many = noun
            .last()
            .is_some_and(|word| self.language.numbers.is_plural(word));
        let made =
            !bulk && !below_many && (many || self.is_called_many(noun) || self.says_created());
        match made {
            true if self.takes_many(noun) => ("create", Some(self.language.numbers.many(noun))),
            true => ("create", Some(self.language.numbers.one(noun))),
            false => ("post", None),
        }
    }

    /// Whether the answer says that something was made: 201, or something with an id that the path did not have.
    fn says_created(&self) -> bool {
        let types = &self.language.api.types;
        let created = self
            .operation
            .responses
            .iter()
            .any(|response| response.status == Status::Code(201));
        let body = resources::success(self.operation).and_then(|content| content.ty.as_ref());
        let item = body.and_then(|body| resources::item(types, body));
        created
            || item.is_some_and(|(_, id)| match &types.body(id).shape {
                Shape::Struct(object) => object.fields.iter().any(|field| field.wire == "id"),
                _ => false,
            })
    }

    /// Whether the body of the request is many things: a list, or a property with the name of the collection.
    fn takes_many(&self, noun: &[String]) -> bool {
        let types = &self.language.api.types;
        let many = self.language.numbers.many(noun);
        let bodies = self.operation.body.iter().flat_map(|body| &body.content);
        bodies
            .filter_map(|content| content.ty.as_ref())
            .any(|ty| match types.resolve(ty).0 {
                Kind::Array(_) => true,
                Kind::Named(id) => match &types.body(*id).shape {
                    Shape::Struct(object) => object
                        .fields
                        .iter()
                        .any(|field| self.language.vocabulary.words(&field.wire) == many),
                    _ => false,
                },
                _ => false,
            })
    }
}

/// The things on the way, from the outside in; `end` is where an action starts.
fn nouns(
    language: &Language<'_>,
    segments: &[Segment],
    group: &[String],
    end: usize,
) -> Vec<Vec<String>> {
    let is_item = segments.last().is_some_and(|segment| segment.parameter);
    let mut nouns: Vec<Vec<String>> = Vec::new();
    for (index, segment) in segments[..end].iter().enumerate() {
        if segment.parameter {
            nouns.extend(further(language, segments, index, nouns.last()));
            continue;
        }
        match segments.get(index + 1) {
            // An action on one of the things, `/monitor/test/{id}`, is about one of them, too.
            Some(next) if next.parameter || (index + 1 == end && is_item) => {
                nouns.push(language.numbers.one(&segment.words));
            }
            Some(next) if index + 1 != end => {
                let last = index + 2 == segments.len();
                let vague = |word: &String| GENERIC.contains(&word.as_str()) || is_participle(word);
                let next_is_vague = last && next.words.iter().all(vague);
                // Only where the next one stands: the area at the start, or the group.
                let says_nothing =
                    index == 0 || (!next_is_vague && language.within(&segment.words, group));
                nouns.extend((!says_nothing).then(|| segment.words.clone()));
            }
            // The last thing, or what an action is done to.
            _ => nouns.push(segment.words.clone()),
        }
    }
    nouns
}

/// What a parameter after another one adds: `{pkgName}/{pkgVersion}` nothing, `{filePath}` a file.
fn further(
    language: &Language<'_>,
    segments: &[Segment],
    index: usize,
    noun: Option<&Vec<String>>,
) -> Option<Vec<String>> {
    let previous = index.checked_sub(1).and_then(|index| segments.get(index))?;
    let stem = |segment: &Segment| -> Vec<String> {
        let words = segment.words.iter();
        words
            .filter(|word| !HANDLES.contains(&word.as_str()))
            .cloned()
            .collect()
    };
    let (own, before) = (stem(&segments[index]), stem(previous));
    let known = noun.is_some_and(|noun| language.within(&own, noun));
    (previous.parameter && !own.is_empty() && own != before && !known).then_some(own)
}

fn is_participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed")
}

/// Nouns as words; one that repeats the noun before it says it once.
fn joined(language: &Language<'_>, nouns: &[Vec<String>]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for noun in nouns {
        let start = words.len().saturating_sub(noun.len());
        let repeats =
            !words.is_empty() && noun.len() <= words.len() && language.alike(&words[start..], noun);
        let begins = noun.len() > words.len()
            && !words.is_empty()
            && language.alike(&noun[..words.len()], &words);
        if repeats {
            words.truncate(start);
        } else if begins {
            words.clear();
        }
        words.extend(noun.iter().cloned());
    }
    words
}
