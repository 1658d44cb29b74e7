//! Regular expressions with ECMA-262 meaning, checked in bounded time. Knows text only.
//!
//! A pattern is translated to the syntax of the regex engines: character classes become explicit ranges of code
//! points, so that `\d`, `\w`, `\s` and `.` mean what they mean in JavaScript (with the flag `u`, without `i`, `m`
//! and `s`), and what only looks like syntax (`{` without a count, `\/`) becomes a literal.
//! `regex-lite` matches in linear time, and has no lookaround, back references or Unicode properties. Patterns that
//! need these are checked by `fancy-regex`, with a limit on backtracking, when the feature `lookaround` is on;
//! otherwise not at all.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::{Arc, PoisonError, RwLock};

/// Whether a pattern can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternSupport {
    /// In time linear in the text.
    Linear,
    /// Only with backtracking (lookaround, back references, Unicode properties): needs the feature `lookaround`.
    NeedsLookaround,
    /// It is no regular expression, or too large to be one.
    Invalid,
}

/// Tells how a pattern is checked, if at all. The answer does not depend on the features of this crate, except that
/// a pattern that needs backtracking can only be seen to be invalid when `lookaround` is on.
pub fn pattern_support(pattern: &str) -> PatternSupport {
    match compile(pattern) {
        Compiled::Linear(_) => PatternSupport::Linear,
        #[cfg(feature = "lookaround")]
        Compiled::Backtracking(_) => PatternSupport::NeedsLookaround,
        #[cfg(not(feature = "lookaround"))]
        Compiled::NeedsLookaround => PatternSupport::NeedsLookaround,
        Compiled::Invalid => PatternSupport::Invalid,
    }
}

/// What matching found.
pub(crate) enum Match {
    /// The pattern matches somewhere.
    Yes,
    /// It matches nowhere.
    No,
    /// Nobody can tell.
    NotChecked,
    /// It took too many steps to tell.
    #[cfg_attr(not(feature = "lookaround"), allow(dead_code))]
    TooCostly,
}

/// Matches anywhere in the text. Each pattern is compiled once per process.
pub(crate) fn is_match(pattern: &'static str, text: &str) -> Match {
    match &*compiled(pattern) {
        Compiled::Linear(regex) if regex.is_match(text) => Match::Yes,
        Compiled::Linear(_) => Match::No,
        #[cfg(feature = "lookaround")]
        Compiled::Backtracking(regex) => match regex.is_match(text) {
            Ok(true) => Match::Yes,
            Ok(false) => Match::No,
            Err(_) => Match::TooCostly,
        },
        #[cfg(not(feature = "lookaround"))]
        Compiled::NeedsLookaround => Match::NotChecked,
        Compiled::Invalid => Match::NotChecked,
    }
}

enum Compiled {
    Linear(regex_lite::Regex),
    #[cfg(feature = "lookaround")]
    Backtracking(Box<fancy_regex::Regex>),
    #[cfg(not(feature = "lookaround"))]
    NeedsLookaround,
    Invalid,
}

/// From the process-wide cache. It cannot grow without bound: its keys are constants of the program.
fn compiled(pattern: &'static str) -> Arc<Compiled> {
    static CACHE: RwLock<Option<HashMap<&str, Arc<Compiled>>>> = RwLock::new(None);

    let cache = CACHE.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = cache.as_ref().and_then(|cache| cache.get(pattern)) {
        return Arc::clone(found);
    }
    drop(cache);
    let new = Arc::new(compile(pattern));
    let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    let cache = cache.get_or_insert_default();
    Arc::clone(cache.entry(pattern).or_insert(new))
}

fn compile(pattern: &str) -> Compiled {
    let Some(translation) = Translator::new(pattern, ASCII_BOUNDARIES).translate() else {
        return Compiled::Invalid;
    };
    if !translation.backtracking {
        let regex = regex_lite::Regex::new(&translation.text);
        return regex.map_or(Compiled::Invalid, Compiled::Linear);
    }
    #[cfg(not(feature = "lookaround"))]
    return Compiled::NeedsLookaround;
    #[cfg(feature = "lookaround")]
    {
        const STEPS: usize = 100_000;
        let translation = Translator::new(pattern, LOOKAROUND_BOUNDARIES).translate();
        let text = translation.map_or_else(String::new, |translation| translation.text);
        fancy_regex::RegexBuilder::new(&text)
            .backtrack_limit(STEPS)
            .build()
            .map_or(Compiled::Invalid, |regex| {
                Compiled::Backtracking(Box::new(regex))
            })
    }
}

/// Ranges of code points, both ends inclusive.
type Ranges = Vec<(u32, u32)>;

const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];
/// `WhiteSpace` and `LineTerminator` of ECMA-262.
const SPACE: &[(u32, u32)] = &[
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];
/// `LineTerminator` of ECMA-262, which `.` does not match.
const LINE_END: &[(u32, u32)] = &[(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)];
const LAST: u32 = 0x10_FFFF;

/// How an engine writes `\b` and `\B` with words of ASCII.
type Boundaries = [&'static str; 2];
/// `regex-lite` knows no other words.
const ASCII_BOUNDARIES: Boundaries = [r"\b", r"\B"];
/// `fancy-regex` takes words to be Unicode.
#[cfg(feature = "lookaround")]
const LOOKAROUND_BOUNDARIES: Boundaries = [
    r"(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))",
    r"(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))",
];

struct Translation {
    text: String,
    /// Whether only a backtracking engine can match it.
    backtracking: bool,
}

struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    boundaries: Boundaries,
    text: String,
    backtracking: bool,
    open_groups: usize,
    /// Whether a quantifier may stand here.
    repeatable: bool,
}

/// One character or class after a backslash or inside brackets.
enum Atom {
    One(u32),
    Set(Ranges),
    /// `\p{…}` as it stands: the engine knows the properties.
    Property(String),
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str, boundaries: Boundaries) -> Self {
        Self {
            rest: pattern.chars().peekable(),
            boundaries,
            text: String::new(),
            backtracking: false,
            open_groups: 0,
            repeatable: false,
        }
    }

    /// `None` when it is no regular expression.
    fn translate(mut self) -> Option<Translation> {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.open_group()?,
                ')' => {
                    self.open_groups = self.open_groups.checked_sub(1)?;
                    self.push(")");
                }
                '*' | '+' | '?' => self.quantifier(&c.to_string())?,
                '{' => self.braces()?,
                '.' => self.ranges(&complement(LINE_END)),
                '|' | '^' => self.assertion(&c.to_string()),
                // Not `$`, so that no engine sees a line end there.
                '$' => self.assertion(r"\z"),
                _ => self.literal(c.into()),
            }
        }
        (self.open_groups == 0).then_some(Translation {
            text: self.text,
            backtracking: self.backtracking,
        })
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.repeatable = true;
    }

    fn assertion(&mut self, text: &str) {
        self.text.push_str(text);
        self.repeatable = false;
    }

    fn literal(&mut self, code_point: u32) {
        self.ranges(&normal(vec![(code_point, code_point)]));
    }

    /// Writes a class of explicit ranges; nothing in it can be mistaken for syntax.
    fn ranges(&mut self, ranges: &[(u32, u32)]) {
        self.repeatable = true;
        let text = &mut self.text;
        match ranges {
            // Nothing matches: a word boundary that is none.
            [] => text.push_str(r"(?:\b\B)"),
            [(first, last)] if first == last => match char::from_u32(*first) {
                Some(c) if c.is_ascii_alphanumeric() => text.push(c),
                _ => {
                    let _ = write!(text, r"\x{{{first:X}}}");
                }
            },
            _ => {
                text.push('[');
                for (first, last) in ranges {
                    let _ = write!(text, r"\x{{{first:X}}}-\x{{{last:X}}}");
                }
                text.push(']');
            }
        }
    }

    fn quantifier(&mut self, text: &str) -> Option<()> {
        if !self.repeatable {
            return None;
        }
        self.text.push_str(text);
        if self.rest.next_if_eq(&'?').is_some() {
            self.text.push('?');
        }
        self.repeatable = false;
        Some(())
    }

    /// A count such as `{2}`, `{2,}`, `{2,3}`; a literal when it is none.
    fn braces(&mut self) -> Option<()> {
        let mut ahead = self.rest.clone();
        let inside: String = ahead.by_ref().take_while(|&c| c != '}').collect();
        let (min, max) = inside.split_once(',').unwrap_or((&inside, &inside));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let closed = self.rest.clone().any(|c| c == '}');
        if !closed || !number(min) || !(max.is_empty() || number(max)) {
            self.literal('{'.into());
            return Some(());
        }
        self.rest = ahead;
        self.quantifier(&format!("{{{inside}}}"))
    }

    fn open_group(&mut self) -> Option<()> {
        self.open_groups += 1;
        self.repeatable = false;
        if self.rest.next_if_eq(&'?').is_none() {
            self.text.push('(');
            return Some(());
        }
        match self.rest.next()? {
            ':' => self.text.push_str("(?:"),
            '=' => self.look("(?="),
            '!' => self.look("(?!"),
            '<' if self.rest.next_if_eq(&'=').is_some() => self.look("(?<="),
            '<' if self.rest.next_if_eq(&'!').is_some() => self.look("(?<!"),
            '<' => {
                let name = self.group_name()?;
                let _ = write!(self.text, "(?P<{name}>");
            }
            _ => return None,
        }
        Some(())
    }

    fn look(&mut self, text: &str) {
        self.backtracking = true;
        self.text.push_str(text);
    }

    fn group_name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            match self.rest.next()? {
                '>' => break,
                c if c.is_ascii_alphanumeric() || c == '_' => name.push(c),
                _ => return None,
            }
        }
        let starts_well = name.starts_with(|c: char| !c.is_ascii_digit());
        starts_well.then_some(name)
    }

    /// After a backslash outside of brackets.
    fn escape(&mut self) -> Option<()> {
        match *self.rest.peek()? {
            'b' | 'B' => {
                let [boundary, inside] = self.boundaries;
                let text = if self.rest.next() == Some('b') {
                    boundary
                } else {
                    inside
                };
                self.assertion(text);
            }
            '1'..='9' => {
                self.backtracking = true;
                let mut number = String::new();
                while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
                    number.push(digit);
                }
                self.push(&format!(r"(?:\{number})"));
            }
            'k' => {
                self.rest.next();
                self.rest.next_if_eq(&'<')?;
                self.backtracking = true;
                let name = self.group_name()?;
                self.push(&format!("(?P={name})"));
            }
            _ => match self.atom()? {
                Atom::One(code_point) => self.literal(code_point),
                Atom::Set(ranges) => self.ranges(&ranges),
                Atom::Property(text) => {
                    self.backtracking = true;
                    self.push(&text);
                }
            },
        }
        Some(())
    }

    /// After a backslash: what means the same inside and outside of brackets.
    fn atom(&mut self) -> Option<Atom> {
        let one = |c: char| Some(Atom::One(c.into()));
        match self.rest.next()? {
            'd' => Some(Atom::Set(DIGIT.to_vec())),
            'D' => Some(Atom::Set(complement(DIGIT))),
            'w' => Some(Atom::Set(WORD.to_vec())),
            'W' => Some(Atom::Set(complement(WORD))),
            's' => Some(Atom::Set(SPACE.to_vec())),
            'S' => Some(Atom::Set(complement(SPACE))),
            't' => one('\t'),
            'n' => one('\n'),
            'v' => one('\u{B}'),
            'f' => one('\u{C}'),
            'r' => one('\r'),
            '0' => one('\0'),
            'c' => {
                let letter = self.rest.next_if(char::is_ascii_alphabetic)?;
                Some(Atom::One(u32::from(letter) % 32))
            }
            'x' => Some(Atom::One(self.hex(2).unwrap_or('x'.into()))),
            'u' => Some(self.unicode()),
            p @ ('p' | 'P') if self.rest.next_if_eq(&'{').is_some() => {
                let mut name = String::new();
                while let Some(c) = self.rest.next_if(|c| *c != '}') {
                    name.push(c);
                }
                self.rest.next()?;
                Some(Atom::Property(format!(r"\{p}{{{name}}}")))
            }
            c => one(c),
        }
    }

    /// Exactly so many hexadecimal digits, or nothing taken.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.rest.clone().take(digits).collect();
        let all_hex = text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !all_hex {
            return None;
        }
        self.rest.nth(digits - 1);
        u32::from_str_radix(&text, 16).ok()
    }

    /// After `\u`: four digits, a pair of surrogates, or `{…}`; else the letter itself.
    fn unicode(&mut self) -> Atom {
        let after = self.rest.clone();
        if self.rest.next_if_eq(&'{').is_some() {
            let digits: String = self.rest.by_ref().take_while(|&c| c != '}').collect();
            match u32::from_str_radix(&digits, 16) {
                Ok(code_point) if code_point <= LAST => return Atom::One(code_point),
                _ => self.rest = after,
            }
            return Atom::One('u'.into());
        }
        let Some(first) = self.hex(4) else {
            return Atom::One('u'.into());
        };
        if (0xD800..0xDC00).contains(&first) {
            let after = self.rest.clone();
            if self.rest.next() == Some('\\')
                && self.rest.next() == Some('u')
                && let Some(second) = self.hex(4)
                && (0xDC00..0xE000).contains(&second)
            {
                return Atom::One(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
            self.rest = after;
        }
        Atom::One(first)
    }

    /// After `[`.
    fn class(&mut self) -> Option<()> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Ranges::new();
        let mut properties = String::new();
        loop {
            let first = match self.class_atom()? {
                None => break,
                Some(atom) => atom,
            };
            match first {
                Atom::Set(set) => ranges.extend(set),
                Atom::Property(text) => properties += &text,
                Atom::One(first) => ranges.push((first, self.range_end(first)?)),
            }
        }
        let ranges = normal(ranges);
        if properties.is_empty() {
            self.ranges(&if negated { complement(&ranges) } else { ranges });
            return Some(());
        }
        self.backtracking = true;
        let start = if negated { "[^" } else { "[" };
        self.push(start);
        for (first, last) in ranges {
            let _ = write!(self.text, r"\x{{{first:X}}}-\x{{{last:X}}}");
        }
        self.push(&properties);
        self.push("]");
        Some(())
    }

    /// The next character or set in brackets; the inner `None` at the closing bracket.
    fn class_atom(&mut self) -> Option<Option<Atom>> {
        match self.rest.next()? {
            ']' => Some(None),
            '\\' if self.rest.next_if_eq(&'b').is_some() => Some(Some(Atom::One(8))),
            '\\' if self.rest.next_if_eq(&'-').is_some() => Some(Some(Atom::One('-'.into()))),
            '\\' => self.atom().map(Some),
            c => Some(Some(Atom::One(c.into()))),
        }
    }

    /// The end of a range that begins with `first`, which may be `first` itself.
    fn range_end(&mut self, first: u32) -> Option<u32> {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || matches!(ahead.peek(), Some(']') | None) {
            return Some(first);
        }
        let before = std::mem::replace(&mut self.rest, ahead);
        match self.class_atom()? {
            Some(Atom::One(last)) => (first <= last).then_some(last),
            // `[a-\d]`: the three by themselves.
            _ => {
                self.rest = before;
                Some(first)
            }
        }
    }
}

/// Sorted, without overlaps, and without surrogates, which no Rust text contains.
fn normal(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut merged = Ranges::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    let below = merged
        .iter()
        .map(|&(first, last)| (first, last.min(0xD7FF)));
    let above = merged
        .iter()
        .map(|&(first, last)| (first.max(0xE000), last));
    below
        .chain(above)
        .filter(|(first, last)| first <= last)
        .collect()
}

fn complement(ranges: &[(u32, u32)]) -> Ranges {
    let mut outside = Ranges::new();
    let mut next = 0;
    for &(first, last) in ranges {
        if next < first {
            outside.push((next, first - 1));
        }
        next = last + 1;
    }
    if next <= LAST {
        outside.push((next, LAST));
    }
    normal(outside)
}
