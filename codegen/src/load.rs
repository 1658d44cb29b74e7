//! YAML or JSON text to a [`Document`]. Knows documents, nothing of OpenAPI.
//!
//! Text comes from outside: whatever it is, the answer is a document or a [`LoadFailure`] that names the place.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::{Document, Location, Source, places};
use crate::pointer::Pointer;
use crate::render;

/// Larger files are refused unread. The largest Kibana document that is known has 10 MB.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

pub use crate::document::MAX_DEPTH;

/// What YAML aliases may add to a document: this many nodes and characters above twice the length of its text.
const MAX_EXPANSION: usize = 1 << 20;

const fn error(name: &'static str, explanation: &'static str) -> Code {
    Code {
        name,
        severity: Severity::Error,
        explanation,
    }
}

/// The file cannot be read at all.
pub static FILE_UNREADABLE: Code = error(
    "file-unreadable",
    "The file cannot be read; nothing is generated.",
);
/// The file is larger than [`MAX_BYTES`].
pub static FILE_TOO_LARGE: Code = error(
    "file-too-large",
    "Files above 32 MiB are refused unread, so that a wrong path cannot fill the memory.",
);
/// The bytes are not UTF-8.
pub static NOT_UTF8: Code = error("not-utf8", "YAML and JSON are read as UTF-8 only.");
/// There is no value in the text.
pub static DOCUMENT_EMPTY: Code = error(
    "document-empty",
    "A file without any value (nothing, or only comments) is refused.",
);
/// The text is not JSON.
pub static NOT_JSON: Code = error(
    "not-json",
    "Text that starts like JSON is read as JSON, and has to be whole.",
);
/// The text is not YAML.
pub static NOT_YAML: Code = error(
    "not-yaml",
    "Text that the YAML parser refuses is refused with its place.",
);
/// The text holds several YAML documents.
pub static SEVERAL_DOCUMENTS: Code = error(
    "several-documents",
    "A file holds one document; several (`---` between them) are refused, since any choice would drop the others.",
);
/// The document nests deeper than [`MAX_DEPTH`].
pub static NESTED_TOO_DEEP: Code = error(
    "nested-too-deep",
    "Documents that nest deeper than 120 levels are refused.",
);
/// The YAML aliases of the text make it too large.
pub static ALIASES_TOO_LARGE: Code = error(
    "aliases-too-large",
    "Aliases may repeat parts of a document, but not blow it up beyond all proportion.",
);
/// A mapping holds a key twice.
pub static DUPLICATE_KEY: Code = error(
    "duplicate-key",
    "A key that stands twice in a mapping is refused, since parsers differ in which one counts.",
);
/// A key is not text.
pub static KEY_NOT_TEXT: Code = error(
    "key-not-text",
    "Numbers and booleans as keys are read as text (`200:` is `\"200\"`); null, lists and mappings are refused.",
);
/// A mapping uses YAML's `<<`.
pub static MERGE_KEY: Code = error(
    "merge-key",
    "YAML merge keys (`<<`) are not part of YAML 1.2 and are refused.",
);
/// A number is infinite or not a number.
pub static NUMBER_NOT_FINITE: Code = error(
    "number-not-finite",
    "`.nan` and `.inf` have no counterpart in JSON and are refused.",
);
/// A value has a YAML tag that changes its meaning.
pub static FOREIGN_TAG: Code = error(
    "foreign-tag",
    "YAML tags other than those of JSON's types (`!!binary`, `!name`) are refused, since JSON cannot say them.",
);
/// The top level is not a mapping.
pub static NOT_A_MAPPING: Code = error(
    "not-a-mapping",
    "The top level of a document has to be a mapping.",
);

/// The codes of this stage.
pub static CODES: &[&Code] = &[
    &FILE_UNREADABLE,
    &FILE_TOO_LARGE,
    &NOT_UTF8,
    &DOCUMENT_EMPTY,
    &NOT_JSON,
    &NOT_YAML,
    &SEVERAL_DOCUMENTS,
    &NESTED_TOO_DEEP,
    &ALIASES_TOO_LARGE,
    &DUPLICATE_KEY,
    &KEY_NOT_TEXT,
    &MERGE_KEY,
    &NUMBER_NOT_FINITE,
    &FOREIGN_TAG,
    &NOT_A_MAPPING,
];

/// Why a text is not a document. [`LoadFailure::show`] has it with the lines around it.
#[derive(Clone, Debug)]
pub struct LoadFailure {
    /// What is the matter.
    pub diagnostic: Box<Diagnostic>,
    /// The text, as far as it could be read.
    pub source: Arc<Source>,
    /// Where in the text, when it has a place.
    pub location: Option<Location>,
}

impl LoadFailure {
    /// As text for people, as [`render::diagnostic`] writes it.
    pub fn show(&self, colour: bool) -> String {
        render::placed(&self.diagnostic, &self.source, self.location, colour)
    }
}

impl fmt::Display for LoadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(false))
    }
}

impl std::error::Error for LoadFailure {}

/// Reads a file. Never reads more than [`MAX_BYTES`] of it.
///
/// # Errors
/// The file cannot be read, or what [`load`] refuses.
pub fn load_file(path: &Path) -> Result<Document, LoadFailure> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => load(&name, &bytes),
        Err(error) => Err(Problem::new(
            &FILE_UNREADABLE,
            format!("cannot read the file: {error}"),
            None,
        )
        .help("check the path")
        .of(Source::new(name, ""))),
    }
}

/// Reads a text. What starts with `{` or `[` as JSON does is JSON, all else is YAML.
///
/// # Errors
/// Whatever cannot be read as exactly one tree of JSON values with a mapping at its top; see [`CODES`].
pub fn load(name: &str, bytes: &[u8]) -> Result<Document, LoadFailure> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::new(
            &FILE_TOO_LARGE,
            format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            None,
        )
        .help("check that this is the OpenAPI document")
        .of(Source::new(name, "")));
    }
    let text = match utf8(bytes) {
        Ok(text) => text,
        Err(problem) => return Err(problem.of(Source::new(name, String::from_utf8_lossy(bytes)))),
    };
    let source = Source::new(name, text);
    match read(&source) {
        Ok(root) => Ok(Document::new(root, source)),
        Err(problem) => Err(problem.of(source)),
    }
}

/// A failure that does not own its text yet.
struct Problem {
    code: &'static Code,
    message: String,
    help: Option<&'static str>,
    location: Option<Location>,
    pointer: Pointer,
}

impl Problem {
    fn new(code: &'static Code, message: impl Into<String>, location: Option<Location>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            location,
            pointer: Pointer::root(),
        }
    }

    fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    fn at(mut self, pointer: Pointer) -> Self {
        self.pointer = pointer;
        self
    }

    fn of(self, source: Source) -> LoadFailure {
        let mut diagnostic = Diagnostic::new(self.code, self.pointer, self.message);
        diagnostic.help = self.help.map(str::to_string);
        LoadFailure {
            diagnostic: Box::new(diagnostic),
            source: Arc::new(source),
            location: self.location,
        }
    }
}

/// The text without its byte order mark.
fn utf8(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(
            Problem::new(&NOT_UTF8, "the file is UTF-16, not UTF-8", None).help("save it as UTF-8"),
        );
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let before = String::from_utf8_lossy(&bytes[..offset]);
        let message = format!(
            "the file is not UTF-8: byte {:#04x} at offset {offset}",
            bytes[offset]
        );
        Problem::new(&NOT_UTF8, message, Some(end_of(&before))).help("save it as UTF-8")
    })
}

fn read(source: &Source) -> Result<Value, Problem> {
    let text = source.text.as_str();
    if text
        .lines()
        .map(str::trim)
        .all(|line| matches!(line, "" | "---" | "...") || line.starts_with('#'))
    {
        return Err(Problem::new(
            &DOCUMENT_EMPTY,
            "the file holds no document",
            Some(end_of(text)),
        )
        .help("check that the download was complete"));
    }
    let state = State::new(text.len());
    let value = if is_json(text) {
        read_json(source, &state)?
    } else {
        read_yaml(source, &state)?
    };
    let found = match value {
        Value::Object(_) => return Ok(value),
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Number(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null => "null",
    };
    Err(Problem::new(
        &NOT_A_MAPPING,
        format!("the document is {found}, not a mapping"),
        source.places().root(),
    )
    .help("check that this is the OpenAPI document"))
}

/// Whether a text starts as JSON and not as YAML's flow style, which may leave quotes out.
fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let inside = |rest: &str| rest.trim_start().starts_with(['"', '}']) || rest.trim().is_empty();
    text.strip_prefix('{').is_some_and(inside)
        || text
            .strip_prefix('[')
            .is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[', ']']))
}

fn read_json(source: &Source, state: &State) -> Result<Value, Problem> {
    let mut deserializer = serde_json::Deserializer::from_str(&source.text);
    let value = Builder { state, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| {
        let location = json_location(&source.text, error.line(), error.column());
        // JSON has no other keys than text: what is wrong with one is that it is cut off or escaped badly.
        let problem = state.problem.take();
        if let Some(problem) = problem.filter(|problem| !matches!(problem, Found::KeyNotText)) {
            return problem.place(source, Some(location));
        }
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        if error.is_eof() {
            return Problem::new(
                &NOT_JSON,
                format!("the JSON text ends too early: {message}"),
                Some(end_of(&source.text)),
            )
            .help("check that the download was complete");
        }
        Problem::new(&NOT_JSON, format!("not JSON: {message}"), Some(location))
    })
}

fn read_yaml(source: &Source, state: &State) -> Result<Value, Problem> {
    let text = source.text.as_str();
    check_brackets(text)?;
    let value = Builder { state, depth: 0 }.deserialize(serde_yaml::Deserializer::from_str(text));
    let value = value.map_err(|error| {
        let location = error.location().map(|l| Location {
            line: l.line(),
            column: l.column(),
        });
        if let Some(problem) = state.problem.take() {
            return problem.place(source, location);
        }
        let message = error.to_string();
        if let (None, Some(second)) = (location, places::second_document(text)) {
            return Problem::new(
                &SEVERAL_DOCUMENTS,
                "the file holds several YAML documents",
                Some(second),
            )
            .help("keep one document per file");
        }
        if message.contains("repetition limit") {
            return Found::Expansion.place(source, None);
        }
        let message = message.split(" at line ").next().unwrap_or_default();
        // The parser names no place for characters that YAML does not allow at all.
        let location = match message.contains("control characters") {
            true => control_character(text).or(location),
            false => location,
        };
        Problem::new(&NOT_YAML, format!("not YAML: {message}"), location)
    })?;
    // serde_yaml reads the value of a tag that it does not know as if there was none.
    if text.contains("!!")
        && let Some((tag, location)) = places::foreign_tag(text)
    {
        return Err(Found::Tag(tag).place(source, Some(location)));
    }
    Ok(value)
}

/// Refuses text whose brackets nest too deep, before the parser sees it.
fn check_brackets(text: &str) -> Result<(), Problem> {
    match places::too_deep(text, MAX_DEPTH) {
        Some(offset) => Err(Found::Depth.problem(Some(end_of(&text[..offset])))),
        None => Ok(()),
    }
}

/// The first character that YAML does not allow.
fn control_character(text: &str) -> Option<Location> {
    let at = text.find(|c: char| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}') || c == '\u{FFFE}'
    })?;
    Some(end_of(&text[..at]))
}

/// The place behind a text.
fn end_of(text: &str) -> Location {
    let last = text.rsplit('\n').next().unwrap_or_default();
    Location {
        line: text.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: last.chars().count() + 1,
    }
}

/// `serde_json` counts columns in bytes, from the byte before the problem on.
fn json_location(text: &str, line: usize, column: usize) -> Location {
    let content = text
        .split('\n')
        .nth(line.saturating_sub(1))
        .unwrap_or_default();
    let before = &content.as_bytes()[..column.saturating_sub(1).min(content.len())];
    Location {
        line: line.max(1),
        column: String::from_utf8_lossy(before).chars().count() + 1,
    }
}

/// What the parsers share while they build one tree.
struct State {
    /// How many more nodes and characters the tree may hold.
    budget: Cell<usize>,
    /// Why building stopped, in better words than the parser's error.
    problem: RefCell<Option<Found>>,
}

impl State {
    fn new(bytes: usize) -> Self {
        Self {
            budget: Cell::new(bytes.saturating_mul(2).saturating_add(MAX_EXPANSION)),
            problem: RefCell::new(None),
        }
    }

    fn spend<E: serde::de::Error>(&self, amount: usize) -> Result<(), E> {
        match self.budget.get().checked_sub(amount) {
            Some(rest) => {
                self.budget.set(rest);
                Ok(())
            }
            None => Err(self.stop(Found::Expansion)),
        }
    }

    fn stop<E: serde::de::Error>(&self, found: Found) -> E {
        self.problem.replace(Some(found));
        E::custom("stopped")
    }
}

/// What the tree builder refuses.
enum Found {
    Duplicate(String),
    NullKey,
    KeyNotText,
    MergeKey,
    NotFinite,
    Tag(String),
    Depth,
    Expansion,
}

impl Found {
    fn problem(self, location: Option<Location>) -> Problem {
        match self {
            Self::Duplicate(key) => Problem::new(
                &DUPLICATE_KEY,
                format!("the key `{key}` stands twice in this mapping"),
                location,
            )
            .help("remove one of the two"),
            Self::NullKey => Problem::new(&KEY_NOT_TEXT, "a key is null, not text", location)
                .help("put the key in quotes if it is meant as text"),
            Self::KeyNotText => Problem::new(
                &KEY_NOT_TEXT,
                "a key is a list or a mapping, not text",
                location,
            )
            .help("a `{` or `[` at the start of a key needs quotes around the key"),
            Self::MergeKey => Problem::new(
                &MERGE_KEY,
                "YAML merge keys (`<<`) are not supported",
                location,
            )
            .help("write the merged members out"),
            Self::NotFinite => Problem::new(
                &NUMBER_NOT_FINITE,
                "the number is infinite or not a number",
                location,
            )
            .help("put it in quotes if it is meant as text"),
            Self::Tag(tag) => Problem::new(
                &FOREIGN_TAG,
                format!("the YAML tag `{tag}` is not supported"),
                location,
            )
            .help("remove the tag, or put the value in quotes if the `!` is part of the text"),
            Self::Depth => Problem::new(
                &NESTED_TOO_DEEP,
                format!("the document nests deeper than {MAX_DEPTH} levels"),
                location,
            ),
            Self::Expansion => Problem::new(
                &ALIASES_TOO_LARGE,
                "the YAML aliases of the document repeat too much of it",
                location,
            )
            .help("write the repeated parts as components"),
        }
    }

    /// The problem at the place that the parser names, or at a better one from a second reading.
    fn place(self, source: &Source, location: Option<Location>) -> Problem {
        match self {
            Self::Depth => self.problem(location),
            Self::Expansion => self.problem(places::first_alias(&source.text).or(location)),
            Self::Duplicate(ref key) => match source.places().duplicate() {
                Some((pointer, second, first)) => {
                    let message = format!(
                        "the key `{key}` stands twice in this mapping, first in line {}",
                        first.line
                    );
                    let mut problem = self.problem(Some(second)).at(pointer);
                    problem.message = message;
                    problem
                }
                None => self.problem(location),
            },
            Self::NullKey => {
                let location = source.places().null_key().or(location);
                self.problem(location)
            }
            _ => {
                let pointer =
                    location.map_or_else(Pointer::root, |l| source.places().pointer_at(l));
                self.problem(location).at(pointer)
            }
        }
    }
}

/// Builds the value that stands at some depth.
#[derive(Clone, Copy)]
struct Builder<'s> {
    state: &'s State,
    depth: usize,
}

impl Builder<'_> {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.state.stop(Found::Depth));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Builder<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.state.spend(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Builder<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        match Number::from_f64(value) {
            Some(number) => Ok(Value::Number(number)),
            None => Err(self.state.stop(Found::NotFinite)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.state.spend(value.len())?;
        Ok(Value::String(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let seed = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(seed)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let seed = self.below()?;
        let mut members = Map::new();
        while let Some(key) = access.next_key_seed(KeyNode(self.state))? {
            match members.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(access.next_value_seed(seed)?);
                }
                Entry::Occupied(entry) => {
                    return Err(self.state.stop(Found::Duplicate(entry.key().clone())));
                }
            }
        }
        Ok(Value::Object(members))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (tag, _) = access.variant::<String>()?;
        Err(self
            .state
            .stop(Found::Tag(format!("!{}", tag.trim_start_matches('!')))))
    }
}

/// Builds a key: the text of the scalar as it stands there, so that `200` and `1.10` keep their digits.
struct KeyNode<'s>(&'s State);

impl<'de> DeserializeSeed<'de> for KeyNode<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        // `deserialize_option` tells null from text, `deserialize_str` gives numbers as text.
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for KeyNode<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text")
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<String, E> {
        Err(self.0.stop(Found::NullKey))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<String, E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let state = self.0;
        deserializer.deserialize_str(self).inspect_err(|_| {
            // Not overwritten: what `visit_str` has found already.
            state.problem.borrow_mut().get_or_insert(Found::KeyNotText);
        })
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<String, E> {
        self.0.spend(value.len())?;
        if value == "<<" {
            return Err(self.0.stop(Found::MergeKey));
        }
        Ok(value.to_string())
    }
}
