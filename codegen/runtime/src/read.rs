//! How a value becomes a model, with everything that is wrong with it.
//! Knows JSON, rules, and what may be absent or null; knows no model.

use std::fmt::{self, Write as _};

use serde::{Deserializer, Serializer};
use serde_json::Value;

use crate::json::{self, Arena, MAX_DEPTH, Node, Object};
use crate::nullable::Nullable;
use crate::rules::{Rules, listed, shown};
use crate::violation::{Report, Violation, ViolationKind, Violations, clip};

/// A type that is read from and written to JSON.
///
/// Generated types implement it; see `tests/models/sample.rs` of this crate for what that looks like.
pub trait Model: Sized {
    /// Reads a value. What is wrong with it is told to the reader.
    ///
    /// `None` when there is no value to return; then the reader was told of a
    /// [hard](ViolationKind::is_hard) violation.
    fn read(node: &Node<'_>, rules: &'static Rules, reader: &mut Reader<'_>) -> Option<Self>;

    /// Writes the value.
    ///
    /// # Errors
    ///
    /// When the serializer fails, or for a number that is not finite.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A map that holds what is left of an object: `Map<String, Value>` or `BTreeMap<String, T>`.
pub trait Rest: Default {
    /// What it maps to.
    type Value: Model;

    /// Adds an entry.
    fn put(&mut self, key: &str, value: Self::Value);

    /// Writes all entries.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the values.
    fn write_entries<S: Serializer>(&self, map: &mut S::SerializeMap) -> Result<(), S::Error>;
}

/// Reads a model leniently from any format that describes itself; for [`serde_impls!`](crate::serde_impls).
///
/// # Errors
///
/// Those of the format, or one with all hard violations.
pub fn deserialize<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let arena = Arena::new();
    let node = json::deserialize(deserializer, &arena)?;
    Reader::run(&node, &Rules::NONE, Mode::Lenient, "$").map_err(serde::de::Error::custom)
}

/// How much is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only what leaves no value to return is a violation. For what a server answered.
    Lenient,
    /// Every rule of the schema counts that does not depend on the direction. For `validate`.
    Strict,
    /// Every rule of the schema counts, for what is asked: what is `writeOnly` and required must be there.
    Request,
    /// Every rule of the schema counts, for what is answered: what is `readOnly` and required must be there, and what is
    /// `writeOnly` must not.
    Response,
}

impl Mode {
    fn is_strict(self) -> bool {
        self != Self::Lenient
    }
}

/// A direction of messages, for properties that are meant for one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is asked.
    Request,
    /// What is answered.
    Response,
}

/// A member of a union that a value may be: its name, and how to read it.
pub type Candidate<U> = (&'static str, fn(&Node<'_>, &mut Reader<'_>) -> Option<U>);

/// The members of a union that a value may be, in the order in which they are tried.
pub(crate) trait Candidates<U> {
    fn count(&self) -> usize;
    fn name(&self, index: usize) -> &str;
    fn read(&self, index: usize, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<U>;
}

impl<U> Candidates<U> for [Candidate<U>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn name(&self, index: usize) -> &str {
        self[index].0
    }

    fn read(&self, index: usize, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<U> {
        (self[index].1)(node, reader)
    }
}

/// Where reading stands, and what was found wrong so far.
pub struct Reader<'r> {
    path: Path<'r>,
    depth: u32,
    /// Unions on the way to here whose member the value is read as.
    members: u32,
    state: &'r mut State,
}

/// Unions inside each other in which a value is looked for, all levels of it together: those that are members of each
/// other have no end.
const MOST_MEMBERS: u32 = 512;

/// What all readers of one value share.
pub(crate) struct State {
    mode: Mode,
    /// While a member of a union is tried: problems are counted, not told.
    counting: Option<Score>,
    /// The member of a union that the next value is, told by a property beside it.
    told: Option<usize>,
    /// How much of the value may still be read again inside the outermost ambiguous union.
    budget: Option<usize>,
    positions: Positions,
    violations: Violations,
}

/// Where properties were among those of their objects, by where the text of their key is in memory: the next object of
/// one type mostly has the same properties in the same order. A guess only, since several keys share a place.
struct Positions([u8; 1024]);

impl Positions {
    fn of(&mut self, key: &str) -> &mut u8 {
        let place = (key.as_ptr() as usize as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        &mut self.0[place as usize]
    }
}

/// How badly a value fits: hard problems, then broken rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    hard: usize,
    soft: usize,
}

/// The way from the root to a value, as a list on the call stack. It becomes text only for a violation.
#[derive(Clone, Copy)]
struct Path<'r> {
    parent: Option<&'r Path<'r>>,
    step: Step<'r>,
}

#[derive(Clone, Copy)]
enum Step<'r> {
    Root(&'r str),
    Key(&'r str),
    Index(usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root(root) => f.write_str(root),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) if is_plain(key) => write!(f, ".{key}"),
            Step::Key(key) => write!(f, "[{:?}]", clip(key, 64)),
        }
    }
}

/// The path of a property, as violations have it.
#[cfg(feature = "server")]
pub(crate) fn property_path(root: &str, key: &str) -> String {
    let parent = Path {
        parent: None,
        step: Step::Root(root),
    };
    let path = Path {
        parent: Some(&parent),
        step: Step::Key(key),
    };
    path.to_string()
}

/// Whether a key needs no quotes in a path.
fn is_plain(key: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '@');
    !key.is_empty()
        && key.len() <= 64
        && !key.starts_with(|c: char| c.is_ascii_digit())
        && key.chars().all(letters)
}

impl Report for Reader<'_> {
    fn report(&mut self, kind: ViolationKind, message: impl FnOnce() -> String) {
        Reader::report(self, kind, message);
    }
}

impl Reader<'_> {
    /// Reads a whole value; `root` is how paths begin, `$` for a document.
    pub(crate) fn run<T: Model>(
        node: &Node<'_>,
        rules: &'static Rules,
        mode: Mode,
        root: &str,
    ) -> Result<T, Violations> {
        let mut value = None;
        let violations = Reader::visit(mode, root, &mut |reader| {
            value = T::read(node, rules, reader);
        });
        match value {
            Some(value) if violations.is_empty() => Ok(value),
            _ => Err(violations),
        }
    }

    /// Everything that `read` tells the reader.
    pub(crate) fn visit(
        mode: Mode,
        root: &str,
        read: &mut dyn FnMut(&mut Reader<'_>),
    ) -> Violations {
        let mut state = State {
            mode,
            counting: None,
            told: None,
            budget: None,
            positions: Positions([0; 1024]),
            violations: Violations::default(),
        };
        let mut reader = Reader {
            path: Path {
                parent: None,
                step: Step::Root(root),
            },
            depth: 0,
            members: 0,
            state: &mut state,
        };
        read(&mut reader);
        state.violations
    }

    /// Whether rules count, so that it is worth checking them.
    pub fn checks_rules(&self) -> bool {
        self.state.counting.is_some() || self.state.mode.is_strict()
    }

    /// Tells of a violation at this place. The message is only made when somebody will read it.
    pub fn report(&mut self, kind: ViolationKind, message: impl FnOnce() -> String) {
        if let Some(score) = &mut self.state.counting {
            match kind.is_hard() {
                true => score.hard += 1,
                false => score.soft += 1,
            }
        } else if kind.is_hard() || (self.state.mode.is_strict() && !kind.is_tolerated()) {
            let path = self.path.to_string();
            let message = message();
            self.state.violations.push(Violation {
                path,
                kind,
                message,
            });
        }
    }

    /// Tells that the value has another type than `expected` (such as `text`), and returns `None`.
    pub fn wrong_type<T>(
        &mut self,
        expected: &str,
        rules: &'static Rules,
        node: &Node<'_>,
    ) -> Option<T> {
        self.report(ViolationKind::Type, || {
            let format = rules.format.map(|format| format!(" ({format})"));
            let format = format.unwrap_or_default();
            format!("expected {expected}{format}, found {}", node.kind())
        });
        None
    }

    /// Reads something inside: the value of a key.
    pub fn at_key<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        self.inside(Step::Key(key), read)
    }

    /// Reads something inside: an item of an array.
    pub fn at_index<T>(
        &mut self,
        index: usize,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        self.inside(Step::Index(index), read)
    }

    fn inside<T>(
        &mut self,
        step: Step<'_>,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.depth == MAX_DEPTH {
            self.report(ViolationKind::TooDeep, || {
                format!("expected at most {MAX_DEPTH} levels of arrays and objects")
            });
            return None;
        }
        read(&mut Reader {
            path: Path {
                parent: Some(&self.path),
                step,
            },
            depth: self.depth + 1,
            members: self.members,
            state: self.state,
        })
    }

    /// Begins an object with known properties. `rules` bound their number.
    pub fn object<'o>(
        &'o mut self,
        node: &'o Node<'_>,
        rules: &'static Rules,
    ) -> Option<ObjectReader<'o>> {
        let Node::Object(object) = node else {
            return self.wrong_type("an object", rules, node);
        };
        if self.checks_rules() {
            rules.check_properties(object, self);
        }
        Some(ObjectReader {
            object,
            taken: Taken::default(),
            next: 0,
            told: None,
            reader: Reader {
                path: self.path,
                depth: self.depth,
                members: self.members,
                state: self.state,
            },
        })
    }

    /// Reads a value of a string enum: one that `known` finds, or any other text, which breaks a rule.
    /// For [`string_enum!`](crate::string_enum).
    pub fn string_enum<T>(
        &mut self,
        node: &Node<'_>,
        known: fn(&str) -> Option<T>,
        unknown: fn(String) -> T,
        values: &[&str],
    ) -> Option<T> {
        let Node::String(text) = node else {
            return self.wrong_type("text", &Rules::NONE, node);
        };
        if let Some(value) = known(text) {
            return Some(value);
        }
        self.unknown_value(node, values);
        Some(unknown(text.to_string()))
    }

    /// Tells that a text is none of a list.
    pub(crate) fn unknown_value<S: AsRef<str>>(&mut self, node: &Node<'_>, values: &[S]) {
        self.report(ViolationKind::UnknownValue, || {
            let values = values.iter().map(|value| format!("{:?}", value.as_ref()));
            format!("expected {}, found {}", listed(values), shown(node))
        });
    }

    /// Reads a value as one member of a union. `rules` are those of the member.
    pub fn member<T: Model, U>(
        &mut self,
        node: &Node<'_>,
        rules: &'static Rules,
        variant: fn(T) -> U,
    ) -> Option<U> {
        self.as_member(|reader| T::read(node, rules, reader))
            .map(variant)
    }

    /// Reads the same value as something that it may be.
    pub(crate) fn as_member<T>(
        &mut self,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.members == MOST_MEMBERS {
            self.report(ViolationKind::TooDeep, || {
                format!("expected at most {MOST_MEMBERS} unions inside each other")
            });
            return None;
        }
        read(&mut Reader {
            path: self.path,
            depth: self.depth,
            members: self.members + 1,
            state: self.state,
        })
    }

    /// The member of the union at hand that a property beside it has told.
    pub fn told(&mut self) -> Option<usize> {
        self.state.told.take()
    }

    /// Tells that no member of a union can hold the value: the name of each, and why not.
    pub fn no_member<U>(&mut self, node: &Node<'_>, members: &[(&str, &str)]) -> Option<U> {
        self.report(ViolationKind::NoMember, || {
            let mut text = format!("found {}, which no member of the union can be", node.kind());
            for (name, reason) in members {
                let _ = write!(text, "; `{name}`: {reason}");
            }
            text
        });
        None
    }

    /// Reads an object whose tag no member of a union has: a newer server may send it, so it is kept as it is. It breaks
    /// a rule all the same.
    pub fn unknown_member<U>(
        &mut self,
        node: &Node<'_>,
        members: &[(&str, &str)],
        unknown: fn(Value) -> U,
    ) -> Option<U> {
        self.report(ViolationKind::UnknownMember, || {
            let mut text = "no member of the union has this tag".to_owned();
            for (name, reason) in members {
                let _ = write!(text, "; `{name}`: {reason}");
            }
            text
        });
        Value::read(node, &Rules::NONE, self).map(unknown)
    }

    /// Reads a value as the first member of a union that it fits in full; when it fits none, as the one that it
    /// breaks the fewest rules of. Work is bounded, however deep such unions nest.
    pub fn first_of<U>(&mut self, node: &Node<'_>, candidates: &[Candidate<U>]) -> Option<U> {
        self.first_fit(node, candidates)
    }

    /// What [`first_of`](Self::first_of) does, wherever the members come from.
    pub(crate) fn first_fit<U, C: Candidates<U> + ?Sized>(
        &mut self,
        node: &Node<'_>,
        candidates: &C,
    ) -> Option<U> {
        let outermost = self.state.budget.is_none();
        if outermost {
            // Reading again is paid for by the size of what is read again: in sum, a multiple of the whole.
            const READINGS: usize = 64;
            self.state.budget = Some(node.count().saturating_mul(READINGS));
        }
        let value = self.best_of(node, candidates, outermost);
        if outermost {
            self.state.budget = None;
        }
        value
    }

    fn best_of<U, C: Candidates<U> + ?Sized>(
        &mut self,
        node: &Node<'_>,
        candidates: &C,
        outermost: bool,
    ) -> Option<U> {
        let mut best: Option<(Score, usize, Option<U>)> = None;
        for index in 0..candidates.count() {
            if !outermost && !self.pay(node) {
                return self.unchecked(node, candidates);
            }
            let (score, value) = self.attempt(|reader| candidates.read(index, node, reader));
            if score == Score::default() && value.is_some() {
                return value;
            }
            if best.as_ref().is_none_or(|(least, ..)| score < *least) {
                best = Some((score, index, value));
            }
        }
        let Some((score, index, value)) = best else {
            return self.no_member(node, &[]);
        };
        match &mut self.state.counting {
            Some(total) => {
                total.hard += score.hard;
                total.soft += score.soft;
                value
            }
            None if value.is_none() => self.refuse(node, candidates, outermost),
            None if self.state.mode.is_strict() => self.closest(node, candidates, index),
            None => value,
        }
    }

    /// Reads without telling; returns how well it went.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> (Score, Option<T>) {
        let outer = self.state.counting.replace(Score::default());
        let value = read(self);
        let score = std::mem::replace(&mut self.state.counting, outer).unwrap_or_default();
        (score, value)
    }

    /// Reads again, to tell what is wrong, as the member that the value fits best.
    fn closest<U, C: Candidates<U> + ?Sized>(
        &mut self,
        node: &Node<'_>,
        candidates: &C,
        index: usize,
    ) -> Option<U> {
        let before = self.state.violations.list.len();
        let value = candidates.read(index, node, self);
        let name = candidates.name(index);
        for violation in &mut self.state.violations.list[before..] {
            let _ = write!(violation.message, " (read as `{name}`, the closest member)");
        }
        value
    }

    /// Reads again, to tell why each member was refused.
    fn refuse<U, C: Candidates<U> + ?Sized>(
        &mut self,
        node: &Node<'_>,
        candidates: &C,
        outermost: bool,
    ) -> Option<U> {
        const REASON: usize = 300;
        let told = std::mem::take(&mut self.state.violations);
        let mut reasons = Vec::with_capacity(candidates.count());
        for index in 0..candidates.count() {
            let reason = if outermost || self.pay(node) {
                candidates.read(index, node, self);
                let found = std::mem::take(&mut self.state.violations).list;
                let hard = found.iter().position(|v| v.kind.is_hard());
                found.get(hard.unwrap_or(0)).map(Violation::to_string)
            } else {
                None
            };
            let reason = reason.unwrap_or_else(|| "does not fit".to_owned());
            reasons.push((candidates.name(index), clip(&reason, REASON)));
        }
        self.state.violations = told;
        let members: Vec<_> = reasons.iter().map(|(n, r)| (*n, r.as_str())).collect();
        self.no_member(node, &members)
    }

    /// Takes the first member unseen, when too much was read again already.
    fn unchecked<U, C: Candidates<U> + ?Sized>(
        &mut self,
        node: &Node<'_>,
        candidates: &C,
    ) -> Option<U> {
        self.report(ViolationKind::Unchecked, || {
            "too many ways to read the value".to_owned()
        });
        match candidates.count() {
            0 => None,
            _ => candidates.read(0, node, self),
        }
    }

    /// Whether the value may be read once more; the outermost union always may.
    fn pay(&mut self, node: &Node<'_>) -> bool {
        let left = self.state.budget.filter(|&budget| budget > 0);
        let left = left.and_then(|budget| budget.checked_sub(node.count()));
        self.state.budget = Some(left.unwrap_or(0));
        left.is_some()
    }
}

/// Reads an object property by property. Properties may come in any order.
///
/// Each method tells the reader what is wrong and goes on, so that every property reports. The outer `None` means
/// that there is no value.
pub struct ObjectReader<'o> {
    object: &'o Object<'o>,
    taken: Taken,
    /// Where to look first: after the property that was found last.
    next: usize,
    /// A property that is a union, and the member that it is.
    told: Option<(&'static str, usize)>,
    reader: Reader<'o>,
}

impl<'o> ObjectReader<'o> {
    pub(crate) fn take(&mut self, key: &str) -> Option<&'o Node<'o>> {
        let entries = self.object.entries();
        let likely = self.reader.state.positions.of(key);
        let index = match entries.get(usize::from(*likely)) {
            Some((there, _)) if *there == key => usize::from(*likely),
            _ => {
                let index = self.object.position(key, self.next)?;
                // Beyond what fits it stays a guess, and a wrong one.
                *likely = u8::try_from(index).unwrap_or_default();
                index
            }
        };
        self.taken.insert(index);
        self.next = index + 1;
        Some(&entries[index].1)
    }

    fn read<T: Model>(&mut self, key: &str, rules: &'static Rules, node: &Node<'_>) -> Option<T> {
        self.read_by(key, |reader| T::read(node, rules, reader))
    }

    /// A property that is a union is told by another one: the value of that, with the member that it stands for (the
    /// how-manieth). Of a value that is not listed, the union itself decides.
    pub fn told_by(&mut self, by: &str, key: &'static str, members: &[(&'static str, usize)]) {
        let Some(Node::String(text)) = self.object.get(by) else {
            return;
        };
        let member = members.iter().find(|(value, _)| value == text);
        self.told = member.map(|(_, member)| (key, *member));
    }

    /// A property that must be there.
    pub fn required<T: Model>(&mut self, key: &str, rules: &'static Rules) -> Option<T> {
        match self.take(key) {
            Some(node) => self.read(key, rules, node),
            None => self.missing(key),
        }
    }

    pub(crate) fn missing<T>(&mut self, key: &str) -> Option<T> {
        self.reader.report(ViolationKind::Missing, || {
            format!("expected the property `{key}`")
        });
        None
    }

    /// A property that must be there and may be `null`. When it is missing, it is read as `null`, which no mode
    /// reports; but a member of a union that has it fits better.
    pub fn nullable<T: Model>(&mut self, key: &str, rules: &'static Rules) -> Option<Option<T>> {
        match self.take(key) {
            Some(Node::Null) => Some(None),
            Some(node) => self.read(key, rules, node).map(Some),
            None => {
                self.missing_nullable(key);
                Some(None)
            }
        }
    }

    pub(crate) fn missing_nullable(&mut self, key: &str) {
        self.reader.report(ViolationKind::MissingNullable, || {
            format!("expected the property `{key}`, which may be null")
        });
    }

    /// A property that need not be there.
    pub fn optional<T: Model>(&mut self, key: &str, rules: &'static Rules) -> Option<Option<T>> {
        match self.take(key) {
            Some(node) => self.read(key, rules, node).map(Some),
            None => Some(None),
        }
    }

    /// A property that need not be there and may be `null`: absent, `null` and a value stay three things.
    pub fn optional_nullable<T: Model>(
        &mut self,
        key: &str,
        rules: &'static Rules,
    ) -> Option<Nullable<T>> {
        match self.take(key) {
            Some(Node::Null) => Some(Nullable::Null),
            Some(node) => self.read(key, rules, node).map(Nullable::Value),
            None => Some(Nullable::Absent),
        }
    }

    /// A property that tells what the object is: it must be there with this value.
    pub fn constant(&mut self, key: &str, value: &'static str) -> Option<()> {
        let Some(node) = self.take(key) else {
            return self.missing(key);
        };
        if matches!(node, Node::String(text) if *text == value) {
            return Some(());
        }
        self.reader.at_key(key, |reader| {
            reader.report(ViolationKind::Constant, || {
                format!("expected {value:?}, found {}", shown(node))
            });
            None
        })
    }

    /// Properties that must not be there.
    pub fn forbidden(&mut self, keys: &[&str]) {
        if !self.reader.checks_rules() {
            return;
        }
        for key in keys {
            if self.object.get(key).is_some() {
                self.reader.report(ViolationKind::ForbiddenKey, || {
                    format!("the property `{key}` must not be there")
                });
            }
        }
    }

    /// Properties that must be there in the messages of one side.
    pub fn required_in(&mut self, side: Side, keys: &[&str]) {
        let mode = match side {
            Side::Request => Mode::Request,
            Side::Response => Mode::Response,
        };
        if self.reader.state.mode != mode {
            return;
        }
        for key in keys.iter().filter(|key| self.object.get(key).is_none()) {
            self.reader.report(ViolationKind::MissingOnSide, || {
                format!("expected the property `{key}`")
            });
        }
    }

    /// Properties that must not be in an answer.
    pub fn only_in_requests(&mut self, keys: &[&str]) {
        if self.reader.state.mode == Mode::Response {
            self.forbidden(keys);
        }
    }

    /// Sets of properties of which at least one must be there whole.
    pub fn require_any(&mut self, sets: &[&[&str]]) {
        if !self.reader.checks_rules() {
            return;
        }
        let has = |key: &&str| self.object.get(key).is_some();
        if sets.iter().any(|set| set.iter().all(has)) {
            return;
        }
        self.reader.report(ViolationKind::MissingAlternative, || {
            let sets = sets.iter().map(|set| {
                let keys: Vec<_> = set.iter().map(|key| format!("`{key}`")).collect();
                keys.join(" with ")
            });
            format!("expected {}", listed(sets))
        });
    }

    /// Ends an object that may hold other properties: all that are left. `rules` are those of each value.
    pub fn rest<M: Rest>(mut self, rules: &'static Rules) -> Option<M> {
        let mut rest = Some(M::default());
        for index in self.left() {
            let (key, node) = &self.object.entries()[index];
            let read = |reader: &mut Reader<'_>| M::Value::read(node, rules, reader);
            match (self.reader.at_key(key, read), &mut rest) {
                (Some(value), Some(map)) => map.put(key, value),
                _ => rest = None,
            }
        }
        rest
    }

    /// A property by a function.
    pub(crate) fn read_by<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if self.told.is_none() && self.reader.state.told.is_none() {
            return self.reader.at_key(key, read);
        }
        let told = self.told.take().filter(|(of, _)| *of == key);
        self.reader.state.told = told.map(|(_, member)| member);
        let value = self.reader.at_key(key, read);
        self.reader.state.told = None;
        value
    }

    /// Ends an object that may hold other properties: reads all that are left by a function.
    #[cfg(feature = "mock")]
    pub(crate) fn rest_by(
        mut self,
        read: impl Fn(&Node<'_>, &mut Reader<'_>) -> Option<()>,
    ) -> Option<()> {
        let mut all = Some(());
        for index in self.left() {
            let (key, node) = &self.object.entries()[index];
            all = self
                .reader
                .at_key(key, |reader| read(node, reader))
                .and(all);
        }
        all
    }

    /// Ends an object that may not hold other properties. Lenient reading drops them.
    pub fn close(mut self) {
        if !self.reader.checks_rules() {
            return;
        }
        for index in self.left() {
            let key = &self.object.entries()[index].0;
            self.reader.report(ViolationKind::UnknownKey, || {
                format!("the property {:?} is not known here", clip(key, 64))
            });
        }
    }

    /// The positions of the properties that nobody took.
    fn left(&self) -> impl Iterator<Item = usize> + use<'o> {
        let taken = self.taken.clone();
        let len = self.object.len();
        let all_taken = taken.count == len;
        let range = if all_taken { 0..0 } else { 0..len };
        range.filter(move |&index| !taken.contains(index))
    }
}

/// A set of positions; no allocation up to 64 of them.
#[derive(Clone, Default)]
struct Taken {
    count: usize,
    first: u64,
    others: Vec<u64>,
}

impl Taken {
    fn insert(&mut self, index: usize) {
        if self.contains(index) {
            return;
        }
        self.count += 1;
        let bit = 1 << (index % 64);
        match (index / 64).checked_sub(1) {
            None => self.first |= bit,
            Some(word) => {
                if self.others.len() <= word {
                    self.others.resize(word + 1, 0);
                }
                self.others[word] |= bit;
            }
        }
    }

    fn contains(&self, index: usize) -> bool {
        let word = match (index / 64).checked_sub(1) {
            None => self.first,
            Some(word) => self.others.get(word).copied().unwrap_or(0),
        };
        word & (1 << (index % 64)) != 0
    }
}
