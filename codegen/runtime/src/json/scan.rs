//! JSON text into nodes, quickly. What is not plain is left to `serde_json`: it reads the text again, and says what is
//! wrong with it and where. So there is nothing to say here, and never more is taken than it takes.

use serde::de::DeserializeSeed;

use super::source::{Open, TextSeed};
use super::{Arena, MAX_DEPTH, Node, settle};

/// The value that a text is; `None` when it is not JSON, or nests too deep.
pub(super) fn scan<'a>(text: &'a str, arena: &'a Arena) -> Option<Node<'a>> {
    let mut scanner = Scanner {
        text,
        at: 0,
        arena,
        open: Open::of_text(text.len()),
    };
    let node = scanner.value(0)?;
    scanner.skip_blanks();
    (scanner.at == text.len()).then_some(node)
}

struct Scanner<'a> {
    text: &'a str,
    /// How many bytes are read.
    at: usize,
    arena: &'a Arena,
    open: Open<'a>,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        // Programs write none.
        if self.peek()? <= b' ' {
            self.skip_blanks();
        }
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn value(&mut self, depth: u32) -> Option<Node<'a>> {
        match self.next()? {
            b'"' => self.string().map(Node::String),
            b'{' if depth + 1 < MAX_DEPTH => self.object(depth + 1),
            b'[' if depth + 1 < MAX_DEPTH => self.array(depth + 1),
            b'n' => self.word("ull", Node::Null),
            b't' => self.word("rue", Node::Boolean(true)),
            b'f' => self.word("alse", Node::Boolean(false)),
            b'-' | b'0'..=b'9' => {
                self.at -= 1;
                self.number()
            }
            _ => None,
        }
    }

    fn word(&mut self, rest: &str, node: Node<'a>) -> Option<Node<'a>> {
        let found = self.text.as_bytes().get(self.at..)?;
        self.at += rest.len();
        found.starts_with(rest.as_bytes()).then_some(node)
    }

    fn object(&mut self, depth: u32) -> Option<Node<'a>> {
        let start = self.open.entries.len();
        let mut next = self.next()?;
        while next != b'}' {
            if next != b'"' {
                return None;
            }
            let key = self.string()?;
            if self.next()? != b':' {
                return None;
            }
            let node = self.value(depth)?;
            self.open.entries.push((key, node));
            next = self.next()?;
            if next == b',' {
                next = self.next()?;
                if next == b'}' {
                    return None;
                }
            } else if next != b'}' {
                return None;
            }
        }
        let keys = settle(&mut self.open.entries, start);
        let object = self.arena.settled(keys, &self.open.entries[start..]);
        self.open.entries.truncate(start);
        Some(object)
    }

    fn array(&mut self, depth: u32) -> Option<Node<'a>> {
        let start = self.open.items.len();
        self.skip_blanks();
        if self.peek()? == b']' {
            self.at += 1;
            return Some(Node::Array(&[]));
        }
        loop {
            let item = self.value(depth)?;
            self.open.items.push(item);
            match self.next()? {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
        let array = self.arena.array(&self.open.items[start..]);
        self.open.items.truncate(start);
        Some(array)
    }

    /// The text behind a quote.
    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.at += plain(self.text.as_bytes().get(start..)?);
        match self.peek()? {
            b'"' => {
                let text = self.text.get(start..self.at);
                self.at += 1;
                text
            }
            b'\\' => self.escaped(start),
            _ => None,
        }
    }

    fn escaped(&mut self, start: usize) -> Option<&'a str> {
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => return None,
            }
            self.at += plain(self.text.as_bytes().get(self.at..)?);
        }
        self.at += 1;
        let quoted = self.text.get(start - 1..self.at)?;
        let mut json = serde_json::Deserializer::from_str(quoted);
        TextSeed(self.arena).deserialize(&mut json).ok()
    }

    fn number(&mut self) -> Option<Node<'a>> {
        /// A number of so many digits fits 64 bits, whatever its sign.
        const FEW: usize = 18;
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let (first, mut value) = (self.at, 0i64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            // What wraps is too long, and read otherwise.
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - first;
        if digits == 0 || (digits > 1 && self.text.as_bytes()[first] == b'0') {
            return None;
        }
        let whole = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if whole && digits <= FEW && !(negative && value == 0) {
            return Some(Node::Integer(if negative { -value } else { value }));
        }
        self.fraction()?;
        let text = self.text.get(start..self.at)?;
        let integer = || text.parse().map(Node::Integer).ok();
        let unsigned = || text.parse().map(Node::Unsigned).ok();
        // Zero has a sign in JSON, and only a float keeps it.
        let integer = (whole && digits > FEW).then(|| integer().or_else(unsigned));
        let float = || text.parse().ok().filter(|value: &f64| value.is_finite());
        integer.flatten().or_else(|| float().map(Node::Float))
    }

    /// What a number has after its digits, if anything.
    fn fraction(&mut self) -> Option<()> {
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// How many bytes stand before the first quote, backslash or control character.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight at a time: a byte that is below a limit has its high bit set after subtraction, and so has what is above it
    // at times, which does not matter to the first one.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = (below(word, b' ') | is(b'"') | is(b'\\')) & HIGH;
        if found != 0 {
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let ends = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    let found = rest.iter().position(ends);
    words.len() * 8 + found.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serde_json` makes of it.
    fn slowly<'a>(text: &'a str, arena: &'a Arena) -> Option<Node<'a>> {
        super::super::deserialize(&mut serde_json::Deserializer::from_str(text), arena)
            .ok()
            .filter(|_| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
    }

    fn agree(text: &str) {
        let arena = Arena::new();
        // The form counts too: `1` and `1.0` are equal as values.
        let shown = |node: Option<Node<'_>>| node.map(|node| format!("{node:?}"));
        assert_eq!(
            shown(scan(text, &arena)),
            shown(slowly(text, &arena)),
            "{text}"
        );
    }

    #[test]
    fn numbers_are_those_of_serde_json() {
        for text in [
            "0",
            "-0",
            "-0.0",
            "0.0",
            "00",
            "01",
            "-",
            "-1",
            "1.",
            ".5",
            "1.5",
            "1e5",
            "1E+5",
            "1e-5",
            "1e",
            "1e+",
            "1.5e300",
            "1e400",
            "-1e400",
            "+1",
            "1_0",
            "0x1",
            "104.20854155945055",
            "999999999999999999",
            "-999999999999999999",
            "1000000000000000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "100000000000000000000000000000",
            "5e-324",
            "1e-400",
            "0e999",
            "123456789012345678901234567890.123456789",
            "0.1",
            "1.7976931348623157e308",
        ] {
            agree(text);
            agree(&format!("[{text}]"));
            agree(&format!(" {text} "));
        }
    }

    #[test]
    fn texts_are_those_of_serde_json() {
        for text in [
            r#""""#,
            r#""a""#,
            r#""exactly8""#,
            r#""seven_7\"""#,
            r#""é😀""#,
            r#""\u00e9\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\x""#,
            r#""\"#,
            r#"""#,
            r#""a\\""#,
            r#""a\\\""#,
            r#""a\u12""#,
            r#""a\n\t\/\b\f\r""#,
            "\"a\u{1}b\"",
            "\"a\u{7f}b\"",
            "\"long enough for words\u{1f} and more\"",
            "\"a\nb\"",
            "\"0123456789abcdef\\\"0123456789abcdef\"",
            "\"\u{80}\u{7ff}\u{ffff}\u{10ffff}\"",
        ] {
            agree(text);
            agree(&format!("{{{text}: {text}}}"));
        }
    }

    #[test]
    fn structures_are_those_of_serde_json() {
        for text in [
            "",
            " ",
            "{}",
            "[]",
            "[ ]",
            "{ }",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\" : 1 , \"b\":[ ]}",
            "{\"a\":1 \"b\":2}",
            "{a:1}",
            "{\"a\":1,\"a\":2,\"b\":3,\"a\":{}}",
            "]",
            "[}",
            "[[[]]]",
            "nul",
            "null",
            "nulll",
            "tru",
            "truex",
            "false",
            "False",
            "[1]x",
            "[1] ",
            "{\"a\":1}}",
            "\u{feff}1",
            "[1,\u{a0}2]",
        ] {
            agree(text);
        }
        for depth in [1, 126, 127, 128, 129, 200] {
            agree(&("[".repeat(depth) + &"]".repeat(depth)));
            agree(&("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)));
        }
    }

    #[test]
    fn mutated_text_is_taken_as_serde_json_takes_it() {
        let text = r#"{"id": "a\"b", "n": [-1.5e3, 0, 12345678901234567890, true, null], "o": {"x": "é", "y": {}}, "s": ""}"#;
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % limit as u64) as usize
        };
        const BYTES: &[u8] = b"{}[]:,\"\\ 0123456789.eE+-ntfu\n\tx\x01\x7f";
        for _ in 0..50_000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..=below(3) {
                if bytes.is_empty() {
                    break;
                }
                let at = below(bytes.len());
                match below(4) {
                    0 => _ = bytes.remove(at),
                    1 => bytes.insert(at, BYTES[below(BYTES.len())]),
                    2 => bytes[at] = BYTES[below(BYTES.len())],
                    _ => bytes.truncate(at + 1),
                }
            }
            if let Ok(text) = str::from_utf8(&bytes) {
                agree(text);
            }
        }
    }
}
