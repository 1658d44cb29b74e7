//! Patterns mean what they mean in JavaScript.

use kibana_runtime::generated::{Mode, Node, PatternSupport, Rules, pattern_support, read};
use kibana_runtime::{ViolationKind, Violations};

fn check(rules: &'static Rules, text: &str) -> Result<String, Violations> {
    read(&Node::from(text), rules, Mode::Strict, "$")
}

macro_rules! fits {
    ($pattern:literal, $text:expr) => {
        check(
            &Rules {
                pattern: Some($pattern),
                ..Rules::NONE
            },
            $text,
        )
        .is_ok()
    };
}

#[test]
fn a_pattern_matches_anywhere_unless_it_is_anchored() {
    assert!(fits!("[smdh]$", "5m"));
    assert!(!fits!("[smdh]$", "5m\n"));
    assert!(fits!("b", "abc"));
    assert!(!fits!("^b", "a\nb"));
}

#[test]
fn digits_and_words_are_ascii() {
    assert!(fits!(r"^[1-9]\d*[smh]$", "10m"));
    assert!(!fits!(r"^\d$", "٣"));
    assert!(!fits!(r"^\w$", "é"));
    assert!(fits!(r"^\W$", "é"));
    assert!(fits!(r"^[^\W\d]$", "a"));
    assert!(!fits!(r"^[^\W\d]$", "1"));
}

#[test]
fn white_space_is_that_of_ecma_262() {
    for space in ["\u{FEFF}", "\u{A0}", "\u{2028}", "\u{B}", "\u{3000}"] {
        assert!(fits!(r"^\s$", space), "{space:?}");
        assert!(!fits!(r"^[\S]$", space), "{space:?}");
    }
    assert!(!fits!(r"^\s$", "\u{85}"));
}

#[test]
fn a_dot_matches_no_line_end_and_one_code_point() {
    for end in ["\n", "\r", "\u{2028}", "\u{2029}"] {
        assert!(!fits!("^.$", end), "{end:?}");
    }
    assert!(fits!("^.$", "😀"));
    assert!(fits!("^[^]$", "\n"));
    assert!(!fits!("[]", "a"));
}

#[test]
fn escapes_of_javascript_are_understood() {
    assert!(fits!(r"^\/api\/\u0041\x42\u{43}\cI\-$", "/api/ABC\t-"));
    assert!(fits!(r"^\uD83D\uDE00$", "😀"));
    assert!(fits!(r"^[\uD83D\uDE00]$", "😀"));
    assert!(fits!(r"^[a-z\d.\-_&&~[]+$", "a-1.&~[_"));
    assert!(!fits!(r"\uD83D", "😀"));
    assert!(fits!(r"^[\b]$", "\u{8}"));
}

#[test]
fn braces_without_a_count_are_text() {
    assert!(fits!("^{{{value}}}$", "{{{value}}}"));
    assert!(fits!("^a{,2}$", "a{,2}"));
    assert!(fits!("^a{2}$", "aa"));
    assert!(!fits!("^a{2,3}$", "a"));
}

#[test]
fn named_groups_are_groups() {
    assert!(fits!("^(?<year>[0-9]{4})-(?:01|02)$", "2024-02"));
}

#[test]
fn a_boundary_is_one_of_ascii_words() {
    assert!(fits!(r"\bcase\b", "écaseé"));
    assert!(!fits!(r"\bcase\b", "cases"));
}

#[test]
fn support_says_which_engine_a_pattern_needs() {
    assert_eq!(pattern_support(r"^[A-Z]\d+$"), PatternSupport::Linear);
    for pattern in ["^(?!x)", "(?<=a)b", r"(a)\1", r"^\p{L}+$", r"(?<a>x)\k<a>"] {
        assert_eq!(
            pattern_support(pattern),
            PatternSupport::NeedsLookaround,
            "{pattern}"
        );
    }
    for pattern in [
        "(",
        ")",
        "[",
        "*",
        "a**",
        "[b-a]",
        "a\\",
        "(?i:a)",
        "(a{1000}){1000}{1000}",
    ] {
        assert_eq!(
            pattern_support(pattern),
            PatternSupport::Invalid,
            "{pattern}"
        );
    }
}

#[test]
fn a_pattern_that_explodes_elsewhere_is_matched_in_linear_time() {
    assert!(!fits!("^(a+)+$", &format!("{}!", "a".repeat(5_000))));
}

#[cfg(not(feature = "lookaround"))]
#[test]
fn a_pattern_that_needs_backtracking_is_not_checked() {
    assert!(fits!("^(?!x)", "x"));
}

#[cfg(feature = "lookaround")]
#[test]
fn with_the_feature_lookaround_it_is_checked() {
    assert!(fits!(r"^(?!x)\w+$", "y"));
    assert!(!fits!(r"^(?!x)\w+$", "x"));
    assert!(fits!(r"^(?<q>['x]).*\k<q>$", "'a'"));
    assert!(fits!(r"^[\p{Lu}\d]+$", "É1"));
    assert!(fits!(r"(?=c)\bcase\b", "écaseé"));
}

#[cfg(feature = "lookaround")]
#[test]
fn backtracking_is_bounded() {
    let rules = &Rules {
        pattern: Some(r"^(?:(a|aa)\1)*b$"),
        ..Rules::NONE
    };
    let found = check(rules, &"a".repeat(5_000));
    assert_eq!(crate::kinds(found), [ViolationKind::Unchecked]);
}

#[test]
fn the_message_tells_the_pattern_and_not_the_text() {
    let rules = &Rules {
        pattern: Some("^[A-Z]$"),
        ..Rules::NONE
    };
    let error = check(rules, "hunter2").unwrap_err();
    assert_eq!(error.list[0].kind, ViolationKind::Pattern);
    assert_eq!(error.to_string(), "$: expected text that matches `^[A-Z]$`");
}
