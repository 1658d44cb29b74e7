//! Regular expressions with ECMA-262 meaning. (Basics; translation follows.)

/// Whether a pattern can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternSupport {
    /// In time linear in the text.
    Linear,
    /// Only with backtracking: the feature `lookaround`.
    NeedsLookaround,
    /// It is no regular expression, or too large.
    Invalid,
}

pub(crate) enum Match {
    Yes,
    No,
    NotChecked,
    #[allow(dead_code)]
    TooCostly,
}

/// Tells how a pattern is checked, if at all.
pub fn pattern_support(pattern: &str) -> PatternSupport {
    match regex_lite::Regex::new(pattern) {
        Ok(_) => PatternSupport::Linear,
        Err(_) => PatternSupport::Invalid,
    }
}

pub(crate) fn is_match(pattern: &'static str, text: &str) -> Match {
    match regex_lite::Regex::new(pattern) {
        Ok(regex) if regex.is_match(text) => Match::Yes,
        Ok(_) => Match::No,
        Err(_) => Match::NotChecked,
    }
}
