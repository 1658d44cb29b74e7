//! Text that keeps the rules of a schema: formats, lengths, patterns. Knows patterns, nothing of types.

use std::collections::HashMap;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;
use super::variety::Variety;
use crate::ir::{Size, Text};
use crate::pattern::needs_lookaround;

/// What text is made of that has no rules.
const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper",
    "kestrel", "lagoon", "maple", "nectar", "opal", "prairie",
];

/// What readers of text trip over.
const UNUSUAL: &[&str] = &[
    "",
    " ",
    "null",
    "0",
    "true",
    "é",
    "日本",
    "😀",
    "a\"b\\c",
    "line\nbreak",
    "\u{0}",
    "a/b?c=d#e%20",
];

/// Attempts at a text that fits both its pattern and its length.
const ATTEMPTS: u64 = 60;

/// Makes text.
#[derive(Default)]
pub(super) struct Texts {
    patterns: HashMap<String, Option<Hir>>,
}

impl Texts {
    /// `None` where no text was found that keeps the rules.
    pub(super) fn make(
        &mut self,
        rules: &Text,
        variety: Variety,
        random: &mut Random,
    ) -> Option<String> {
        if let Some(pattern) = &rules.pattern {
            let made = self.matching(pattern, rules.length, random);
            // Any text is taken where nobody checks the pattern.
            let unchecked = made.is_none() && needs_lookaround(pattern).is_some();
            return match unchecked {
                true => plain(rules.length, variety, random),
                false => made,
            };
        }
        if variety == Variety::Varied && random.one_in(6) {
            let unusual = random.pick(UNUSUAL).filter(|text| fits(text, rules.length));
            if let Some(text) = unusual {
                return Some((*text).to_string());
            }
        }
        let known = rules
            .format
            .as_deref()
            .and_then(|format| formatted(format, random));
        if let Some(text) = known.filter(|text| fits(text, rules.length)) {
            return Some(text);
        }
        plain(rules.length, variety, random)
    }

    fn matching(&mut self, pattern: &str, length: Size, random: &mut Random) -> Option<String> {
        let parsed = self
            .patterns
            .entry(pattern.to_string())
            .or_insert_with(|| parsed(pattern));
        let hir = parsed.as_ref()?;
        (0..ATTEMPTS).find_map(|attempt| {
            let mut text = String::new();
            write(hir, attempt / 4, random, &mut text);
            // What is not anchored may be longer.
            let missing = length
                .min
                .unwrap_or(0)
                .saturating_sub(text.chars().count() as u64);
            if missing > 0 && !pattern.contains('^') {
                text.insert_str(0, &"a".repeat(missing as usize));
            }
            fits(&text, length).then_some(text)
        })
    }
}

fn fits(text: &str, length: Size) -> bool {
    let count = text.chars().count() as u64;
    length.min.is_none_or(|min| count >= min) && length.max.is_none_or(|max| count <= max)
}

fn plain(length: Size, variety: Variety, random: &mut Random) -> Option<String> {
    /// No schema means texts that are longer.
    const LONGEST: u64 = 1 << 20;
    let min = length.min.unwrap_or(0);
    if min > length.max.unwrap_or(u64::MAX) || min > LONGEST {
        return None;
    }
    let mut text = random.pick(WORDS).copied().unwrap_or_default().to_string();
    if variety == Variety::Varied && random.one_in(4) {
        // One of the bounds itself.
        let bound = if random.one_in(2) {
            length.min
        } else {
            length.max
        };
        let bound = bound.filter(|bound| *bound <= 1 << 12);
        text = "x".repeat(bound.unwrap_or(3) as usize);
    }
    while (text.chars().count() as u64) < min {
        text.push('-');
        text.push_str(random.pick(WORDS).copied().unwrap_or("a"));
    }
    if let Some(max) = length.max {
        text = text
            .chars()
            .take(max.try_into().unwrap_or(usize::MAX))
            .collect();
    }
    Some(text)
}

/// A text of a format that is widely known.
fn formatted(format: &str, random: &mut Random) -> Option<String> {
    let word = random.pick(WORDS).copied().unwrap_or_default();
    let mut two = |low, high| format!("{:02}", random.between(low, high));
    Some(match format {
        "date-time" | "strict_date_optional_time" => {
            format!(
                "2026-{}-{}T{}:{}:{}.000Z",
                two(1, 12),
                two(1, 28),
                two(0, 23),
                two(0, 59),
                two(0, 59)
            )
        }
        "date" => format!("2026-{}-{}", two(1, 12), two(1, 28)),
        "time" => format!("{}:{}:{}Z", two(0, 23), two(0, 59), two(0, 59)),
        "date-math" => format!("now-{}d", two(1, 28).trim_start_matches('0')),
        "uuid" => {
            let mut hex = |digits: u32| {
                format!(
                    "{:0width$x}",
                    random.below(1 << (4 * digits)),
                    width = digits as usize
                )
            };
            format!("{}-{}-4{}-8{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
        }
        "uri" | "url" => format!("https://{word}.example.com/{}", random.below(100)),
        "uri-reference" => format!("/{word}/{}", random.below(100)),
        "email" => format!("{word}@example.com"),
        "hostname" => format!("{word}.example.com"),
        "ipv4" | "ip" => format!("192.0.2.{}", random.below(255)),
        "ipv6" => format!("2001:db8::{:x}", random.below(0xffff)),
        _ => return None,
    })
}

/// A pattern as a tree; `None` for what cannot be followed.
///
/// Assertions about what comes next are left out: most of them forbid a few words, which is not what comes out by
/// chance. Who uses a text checks it.
fn parsed(pattern: &str) -> Option<Hir> {
    let mut parser = ParserBuilder::new().unicode(true).utf8(true).build();
    parser.parse(&translated(&without_lookaround(pattern))).ok()
}

/// Cuts out groups that only look ahead or behind.
fn without_lookaround(pattern: &str) -> String {
    let mut text = pattern.to_string();
    while let Some(start) = ["(?=", "(?!", "(?<=", "(?<!"]
        .iter()
        .filter_map(|open| text.find(open))
        .min()
    {
        let Some(length) = group_length(&text[start..]) else {
            break;
        };
        text.replace_range(start..start + length, "");
    }
    text
}

/// How long the group is that a text starts with.
fn group_length(text: &str) -> Option<usize> {
    let (mut depth, mut escaped, mut class) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b']' => class = false,
            _ if class => {}
            b'[' => class = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Classes by the ASCII characters in them: what they mean in ECMA-262, or part of it.
fn translated(pattern: &str) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('d') => text.push_str("[0-9]"),
                Some('D') => text.push_str("[^0-9]"),
                Some('w') => text.push_str("[0-9A-Za-z_]"),
                Some('W') => text.push_str("[^0-9A-Za-z_]"),
                Some('s') => text.push_str("[\\t ]"),
                Some('S') => text.push_str("[!-~]"),
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    text
}

/// Writes a text that the tree matches. `extra` is how often more than needed what may repeat without end does.
fn write(hir: &Hir, extra: u64, random: &mut Random, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges: Vec<_> = class
                .ranges()
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect();
            text.extend(character(&ranges, random));
        }
        HirKind::Class(Class::Bytes(class)) => {
            let ranges = class.ranges().iter();
            let ranges: Vec<_> = ranges
                .map(|range| (char::from(range.start()), char::from(range.end())))
                .collect();
            text.extend(character(&ranges, random));
        }
        HirKind::Repetition(repetition) => {
            let min = u64::from(repetition.min);
            let max = repetition
                .max
                .map_or(min + 3 + extra, u64::from)
                .min(min + 3 + extra);
            let count = min + random.below(max - min + 1);
            for _ in 0..count {
                write(&repetition.sub, extra, random, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, extra, random, text),
        HirKind::Concat(parts) => parts
            .iter()
            .for_each(|part| write(part, extra, random, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = random.pick(parts) {
                write(part, extra, random, text);
            }
        }
    }
}

/// A character of a class, one that can be seen where there is one.
fn character(ranges: &[(char, char)], random: &mut Random) -> Option<char> {
    let visible = ranges
        .iter()
        .map(|&(start, end)| (start.max('!'), end.min('~')));
    let visible: Vec<_> = visible.filter(|(start, end)| start <= end).collect();
    let ranges = if visible.is_empty() { ranges } else { &visible };
    let &(start, end) = random.pick(ranges)?;
    let offset = random.below(u64::from(u32::from(end) - u32::from(start)) + 1);
    char::from_u32(u32::from(start) + u32::try_from(offset).ok()?).or(Some(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(pattern: &str, min: Option<u64>, max: Option<u64>) -> Vec<String> {
        let rules = Text {
            pattern: Some(pattern.to_string()),
            length: Size { min, max },
            ..Text::default()
        };
        let mut texts = Texts::default();
        let mut random = Random::new(7);
        (0..50)
            .filter_map(|_| texts.make(&rules, Variety::Varied, &mut random))
            .collect()
    }

    #[test]
    fn text_matches_its_pattern() {
        for pattern in [
            r"^[1-9]\d*[smh]$",
            r"[smdh]$",
            r"^\w+(\.\w+)*$",
            r"^(?!\.)[a-z][\w-]*$",
            r"^\S{3,5}$",
            "^a|b{2}$",
        ] {
            let matcher = jsonschema_like(pattern);
            let made = make(pattern, None, None);
            assert_eq!(made.len(), 50, "{pattern}");
            for text in made {
                assert!(matcher.is_match(&text), "{pattern}: {text}");
            }
        }
    }

    #[test]
    fn text_with_a_pattern_keeps_its_length_too() {
        for text in make("^[a-z]+$", Some(6), Some(7)) {
            assert!((6..=7).contains(&text.len()), "{text}");
        }
        assert_eq!(make("^[a-z]{2}$", Some(3), None), Vec::<String>::new());
    }

    fn jsonschema_like(pattern: &str) -> regex_lite::Regex {
        let pattern = pattern.replace(r"(?!\.)", "");
        regex_lite::Regex::new(&pattern).unwrap()
    }
}
