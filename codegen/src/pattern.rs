//! What of ECMA-262 the runtime's built-in engine of regular expressions does not have. Knows patterns only.

/// What a pattern needs that only the runtime's feature `lookaround` has, if it needs any; without it the pattern is not
/// checked.
pub(crate) fn needs_lookaround(pattern: &str) -> Option<&'static str> {
    let mut chars = pattern.char_indices();
    let mut in_class = false;
    while let Some((at, c)) = chars.next() {
        let rest = &pattern[at..];
        match c {
            '\\' => {
                let escaped = chars.next().map(|(_, escaped)| escaped);
                match escaped {
                    Some('p' | 'P') if rest[2..].starts_with('{') => {
                        return Some("asks for properties of Unicode");
                    }
                    Some('1'..='9') if !in_class => return Some("refers back to a group"),
                    Some('k') if !in_class => return Some("refers back to a group"),
                    _ => {}
                }
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let looks = ["(?=", "(?!", "(?<=", "(?<!"];
                if looks.iter().any(|open| rest.starts_with(open)) {
                    return Some("looks ahead or behind");
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_built_in_engine_does_not_have_is_what_the_runtime_says() {
        for pattern in [
            r"^(?!\.)a$",
            r"(?<=a)b",
            r"(a)\1",
            r"(?<x>a)\k<x>",
            r"^\p{L}+$",
            r"[\P{Lu}]",
            r"^[(?=]$",
            r"\\p{2}",
            r"\(?=a",
            r"[\1]",
            r"^[a-z]{2,}$",
            r"(?:a|b)+",
            r"(?<name>a)",
        ] {
            let support = kibana_runtime::generated::pattern_support(pattern);
            let needs = support == kibana_runtime::generated::PatternSupport::NeedsLookaround;
            assert_eq!(needs_lookaround(pattern).is_some(), needs, "{pattern}");
        }
    }
}
