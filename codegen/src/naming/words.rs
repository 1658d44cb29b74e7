//! Text of a document to words, and words to Rust identifiers. Knows nothing of the IR.

use std::borrow::Cow;
use std::collections::HashSet;

use heck::ToSnakeCase;

/// Longest identifier; longer ones are cut and told apart by a hash of the whole.
pub(crate) const MAX_LENGTH: usize = 100;

/// How words are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// `snake_case`: fields, methods, modules.
    Snake,
    /// `PascalCase`: types, variants, traits.
    Pascal,
}

impl Case {
    /// One identifier from words; never empty, never too long, never starting with a digit.
    pub(crate) fn join<S: AsRef<str>>(self, words: &[S]) -> String {
        match self {
            Self::Snake => limited(startable(
                words
                    .iter()
                    .map(AsRef::as_ref)
                    .collect::<Vec<_>>()
                    .join("_"),
                'n',
            )),
            Self::Pascal => pascal(words),
        }
    }
}

/// `PascalCase` from words. Digits that meet are kept apart: `2023`, `10` is `N2023_10`.
pub(crate) fn pascal<S: AsRef<str>>(words: &[S]) -> String {
    let mut text = String::new();
    for word in words {
        let mut chars = word.as_ref().chars();
        let Some(first) = chars.next() else { continue };
        if first.is_numeric() && text.ends_with(char::is_numeric) {
            text.push('_');
        }
        text.extend(first.to_uppercase());
        text.push_str(chars.as_str());
    }
    limited(startable(text, 'N'))
}

/// The words of a text, in lower case; never empty.
///
/// Symbols separate words and are dropped, unless nothing else is there or they tell a sign (`-1`).
pub(crate) fn words(text: &str) -> Vec<String> {
    if let Some(words) = operator(text) {
        return words.split(' ').map(String::from).collect();
    }
    let (sign, rest) = sign(text);
    let mut words: Vec<String> = sign.into_iter().map(String::from).collect();
    split(rest, &mut words);
    if words.is_empty() {
        spelled(text)
    } else {
        words
    }
}

/// The words of a text with every symbol as a word: `.jira` is `dot`, `jira`.
pub(crate) fn spelled(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut run = String::new();
    for (index, c) in text.char_indices() {
        if is_word(c) {
            run.push(c);
            continue;
        }
        split(&run, &mut words);
        run.clear();
        words.push(match c {
            '-' if index == 0 => "minus".to_string(),
            c => symbol(c),
        });
    }
    split(&run, &mut words);
    if words.is_empty() {
        words.push("empty".to_string());
    }
    words
}

/// One identifier per text, all different and none reserved, whatever the order of the texts.
///
/// Where several want the same one, the text that looks most like it gets it; the others spell their symbols out,
/// then name their style of capitals, and are numbered when even that says nothing.
/// `reserved` answers with the identifier to use instead.
pub(crate) fn distinct(
    texts: &[&str],
    case: Case,
    reserved: fn(&str) -> Option<&'static str>,
) -> Vec<String> {
    let usable = |identifier: String| match reserved(&identifier) {
        Some(instead) => instead.to_string(),
        None => identifier,
    };
    let first: Vec<String> = texts.iter().map(|text| usable(plain(text, case))).collect();
    let mut taken = HashSet::new();
    if first
        .iter()
        .all(|identifier| taken.insert(identifier.as_str()))
    {
        return first;
    }
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&i| (likeness(texts[i], &first[i]), texts[i], i));
    let mut taken: HashSet<String> = HashSet::new();
    let mut result = vec![String::new(); texts.len()];
    for i in order {
        let text = texts[i];
        let mut styled = spelled(text);
        styled.push(style(text).to_string());
        let candidates = [
            first[i].clone(),
            usable(case.join(&spelled(text))),
            usable(case.join(&styled)),
        ];
        let identifier = candidates
            .into_iter()
            .chain(numbered(&first[i]))
            .find(|candidate| !taken.contains(candidate))
            .unwrap_or_default();
        taken.insert(identifier.clone());
        result[i] = identifier;
    }
    result
}

/// `X2`, `X3` and so on: the last resort.
pub(crate) fn numbered(base: &str) -> impl Iterator<Item = String> {
    let separator = if base.ends_with(char::is_numeric) || base.contains('_') {
        "_"
    } else {
        ""
    };
    (2usize..).map(move |n| format!("{base}{separator}{n}"))
}

/// Cuts an identifier that is too long; what tells it apart is a hash of the whole.
pub(crate) fn limited(identifier: String) -> String {
    if identifier.len() <= MAX_LENGTH {
        return identifier;
    }
    let hash = fnv(&identifier);
    let mut end = MAX_LENGTH - "_H01234567".len();
    while !identifier.is_char_boundary(end) {
        end -= 1;
    }
    let start = identifier[..end].trim_end_matches('_');
    if identifier.contains(char::is_uppercase) {
        format!("{start}H{hash:08X}")
    } else {
        format!("{start}_h{hash:08x}")
    }
}

/// FNV-1a: stable between versions of Rust, unlike the hashers of the standard library.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn plain(text: &str, case: Case) -> String {
    // Most properties are identifiers already; splitting them is the costly part of naming.
    if case == Case::Snake && is_plain_snake(text) {
        return text.to_string();
    }
    case.join(&words(text))
}

fn is_plain_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('_')
        && !text.contains("__")
        && text.len() <= MAX_LENGTH
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn split(text: &str, words: &mut Vec<String>) {
    if text.is_empty() {
        return;
    }
    // What is in snake case already needs no rules, and most texts are.
    if text
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    {
        words.extend(text.split('_').filter(|w| !w.is_empty()).map(String::from));
        return;
    }
    let cleaned: String = text
        .chars()
        .map(|c| if is_word(c) { c } else { ' ' })
        .collect();
    let snake = with_plain_plurals(&cleaned).to_snake_case();
    words.extend(snake.split('_').filter(|w| !w.is_empty()).map(String::from));
}

/// `SLOs` as `Slos`: heck would split `sl`, `os`.
fn with_plain_plurals(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is = |index: usize, test: fn(&u8) -> bool| bytes.get(index).is_some_and(test);
    let mut plain = Vec::new();
    for end in 2..bytes.len() {
        let plural = bytes[end] == b's'
            && is(end - 1, u8::is_ascii_uppercase)
            && is(end - 2, u8::is_ascii_uppercase)
            && !is(end + 1, u8::is_ascii_lowercase);
        if !plural {
            continue;
        }
        if plain.is_empty() {
            plain = bytes.to_vec();
        }
        let upper = |byte: &&u8| byte.is_ascii_uppercase();
        let length = bytes[..end].iter().rev().take_while(upper).count();
        plain[end - length + 1..end].make_ascii_lowercase();
    }
    match String::from_utf8(plain) {
        Ok(plain) if !plain.is_empty() => Cow::Owned(plain),
        _ => Cow::Borrowed(text),
    }
}

/// Letters and digits that may stand in an identifier. Combining marks may, too, but are spelled out:
/// two spellings of the same letter would be one identifier to the compiler.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && unicode_ident::is_xid_continue(c)
}

fn startable(text: String, prefix: char) -> String {
    if text.starts_with(unicode_ident::is_xid_start) {
        text
    } else {
        format!("{prefix}{text}")
    }
}

fn sign(text: &str) -> (Option<&'static str>, &str) {
    let signs = [('-', "minus"), ('+', "plus")];
    for (sign, word) in signs {
        if let Some(rest) = text.strip_prefix(sign)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            return (Some(word), rest);
        }
    }
    (None, text)
}

fn operator(text: &str) -> Option<&'static str> {
    Some(match text {
        "<" => "less than",
        "<=" => "less than or equal",
        ">" => "greater than",
        ">=" => "greater than or equal",
        "=" | "==" => "equal",
        "!=" | "<>" => "not equal",
        _ => return None,
    })
}

fn symbol(c: char) -> String {
    let word = match c {
        '_' => "underscore",
        '-' => "dash",
        '.' => "dot",
        ' ' => "space",
        '/' => "slash",
        '\\' => "backslash",
        ':' => "colon",
        ';' => "semicolon",
        ',' => "comma",
        '@' => "at",
        '$' => "dollar",
        '#' => "hash",
        '*' => "star",
        '+' => "plus",
        '=' => "equals",
        '<' => "less",
        '>' => "greater",
        '%' => "percent",
        '&' => "and",
        '|' => "pipe",
        '!' => "not",
        '?' => "question",
        '~' => "tilde",
        '^' => "caret",
        '`' => "backtick",
        '\'' => "quote",
        '"' => "double_quote",
        '(' | ')' => "parenthesis",
        '[' | ']' => "bracket",
        '{' | '}' => "brace",
        other => return format!("u{:04x}", u32::from(other)),
    };
    word.replace('_', "")
}

/// How far a text is from the identifier made of it; the smallest keeps it.
fn likeness(text: &str, identifier: &str) -> (bool, usize, usize, usize) {
    (
        text != identifier,
        text.chars().filter(|c| !is_word(*c)).count(),
        text.chars().filter(|c| c.is_uppercase()).count(),
        text.len(),
    )
}

fn style(text: &str) -> &'static str {
    let upper = text.contains(char::is_uppercase);
    let lower = text.contains(char::is_lowercase);
    match (upper, lower) {
        (true, false) => "upper",
        (false, _) => "lower",
        (true, true) if text.starts_with(char::is_uppercase) => "pascal",
        (true, true) => "camel",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming::reserved;

    fn fields(texts: &[&str]) -> Vec<String> {
        distinct(texts, Case::Snake, reserved::field)
    }

    fn variants(texts: &[&str]) -> Vec<String> {
        distinct(texts, Case::Pascal, reserved::variant)
    }

    #[test]
    fn odd_properties_are_readable_fields() {
        let table = [
            ("id", "id"),
            ("createdAt", "created_at"),
            ("@timestamp", "timestamp"),
            ("$state", "state"),
            ("kibana.alert.uuid", "kibana_alert_uuid"),
            ("get-file", "get_file"),
            ("_version", "version"),
            ("type", "type"),
            ("Type", "type"),
            ("self", "self_"),
            ("Self", "self_"),
            ("crate", "crate_"),
            ("super", "super_"),
            ("_", "underscore"),
            ("", "empty"),
            ("*", "star"),
            ("95th", "n95th"),
            ("1", "n1"),
            ("naïve", "naïve"),
            ("名前", "名前"),
            ("😀", "u1f600"),
            ("a😀", "a"),
            ("additional_properties", "additional_properties_field"),
            ("additionalProperties", "additional_properties_field"),
            ("a__b", "a_b"),
            ("²", "u00b2"),
            ("SLOs", "slos"),
            ("caseIDs", "case_ids"),
            ("IDsOnly", "ids_only"),
            ("OSsetup", "o_ssetup"),
        ];
        for (text, expected) in table {
            assert_eq!(fields(&[text]), [expected], "{text}");
        }
    }

    #[test]
    fn odd_values_are_readable_variants() {
        let table = [
            ("<", "LessThan"),
            ("<=", "LessThanOrEqual"),
            (">", "GreaterThan"),
            (">=", "GreaterThanOrEqual"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("*", "Star"),
            ("", "Empty"),
            (" ", "Space"),
            ("95th", "N95th"),
            ("2023-10-31", "N2023_10_31"),
            ("1.5", "N1_5"),
            ("true", "True"),
            (".jira", "Jira"),
            ("\\@timestamp", "Timestamp"),
            ("Unknown", "UnknownValue"),
            ("unknown", "UnknownValue"),
            ("self", "SelfValue"),
            ("in-progress", "InProgress"),
            ("HTTPServer", "HttpServer"),
        ];
        for (text, expected) in table {
            assert_eq!(variants(&[text]), [expected], "{text:?}");
        }
    }

    #[test]
    fn texts_that_would_be_one_identifier_are_told_apart() {
        assert_eq!(
            fields(&["_version", "version"]),
            ["underscore_version", "version"]
        );
        assert_eq!(
            fields(&["createdAt", "created_at"]),
            ["created_at_camel", "created_at"]
        );
        assert_eq!(fields(&["Type", "type"]), ["type_pascal", "type"]);
        assert_eq!(fields(&["@a", "$a", "a"]), ["at_a", "dollar_a", "a"]);
        assert_eq!(variants(&[".jira", "jira"]), ["DotJira", "Jira"]);
        assert_eq!(
            variants(&["GET", "get", "Get"]),
            ["GetUpper", "GetLower", "Get"]
        );
        assert_eq!(
            variants(&["-created", "created"]),
            ["MinusCreated", "Created"]
        );
        assert_eq!(
            variants(&["unknown", "unknown_value"]),
            ["UnknownValue", "UnknownUnderscoreValue"]
        );
        assert_eq!(
            fields(&["additional_properties", "additional_properties_field"]),
            [
                "additional_underscore_properties",
                "additional_properties_field"
            ]
        );
    }

    #[test]
    fn the_order_of_texts_does_not_matter() {
        let texts = ["a.b", "a_b", "aB", "AB", "a-b", "a b", "A_B", "ab"];
        let forward = fields(&texts);
        let mut reversed = texts;
        reversed.reverse();
        let mut backward = fields(&reversed);
        backward.reverse();
        assert_eq!(forward, backward);
        let unique: HashSet<&String> = forward.iter().collect();
        assert_eq!(unique.len(), texts.len());
    }

    #[test]
    fn long_identifiers_are_cut_and_stay_different() {
        let long = "word_".repeat(50);
        let names = variants(&[&format!("{long}a"), &format!("{long}b")]);
        assert!(names.iter().all(|name| name.len() <= MAX_LENGTH));
        assert_ne!(names[0], names[1]);
        assert_eq!(names, variants(&[&format!("{long}a"), &format!("{long}b")]));
    }

    #[test]
    fn every_identifier_is_one_for_the_compiler() {
        for text in [
            "\u{301}a",
            "ﬁ",
            "İ",
            "ŉ",
            "a\u{200d}b",
            "\0",
            "١٢",
            "ⅷ",
            "{{{x}}}",
            "'\"`",
        ] {
            for name in [fields(&[text]), variants(&[text])].concat() {
                assert!(
                    syn::parse_str::<syn::Ident>(&name).is_ok(),
                    "{text:?} {name:?}"
                );
            }
        }
    }
}
