//! Whether a word is a misspelling of another. Knows nothing of documents.

/// Whether `written` is `meant` but for case, separators, one slip of the hand, or singular and plural.
///
/// Words of fewer than four letters must agree but for case: too many of them are one slip apart.
pub(super) fn similar(written: &str, meant: &str) -> bool {
    let (written, meant) = (folded(written), folded(meant));
    if written == meant {
        return true;
    }
    if written.len() < 4 || meant.len() < 4 {
        return false;
    }
    one_slip(&written, &meant) || plural(&written, &meant) || plural(&meant, &written)
}

fn folded(word: &str) -> Vec<char> {
    word.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' ' | ':'))
        .flat_map(char::to_lowercase)
        .collect()
}

fn plural(singular: &[char], plural: &[char]) -> bool {
    let stem = singular.strip_suffix(&['y']);
    stem.is_some_and(|stem| plural.strip_prefix(stem) == Some(&['i', 'e', 's']))
}

/// One letter too many, too few or wrong, or two neighbours swapped.
fn one_slip(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[start..], &long[start..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    let swapped = matches!((short, long), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    short[1..] == long[1..] || (swapped && short[2..] == long[2..])
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn slips_cases_separators_and_plurals_are_seen_through() {
        for (written, meant) in [
            ("additionalproperties", "additionalProperties"),
            ("additional_properties", "additionalProperties"),
            ("property", "properties"),
            ("objects", "object"),
            ("itmes", "items"),
            ("reponses", "responses"),
            ("In", "in"),
        ] {
            assert!(similar(written, meant), "{written} {meant}");
        }
    }

    #[test]
    fn other_words_are_not() {
        for (written, meant) in [
            ("name", "type"),
            ("id", "in"),
            ("minimum", "maximum"),
            ("minItems", "maxItems"),
            ("format", "pattern"),
        ] {
            assert!(!similar(written, meant), "{written} {meant}");
        }
    }
}
