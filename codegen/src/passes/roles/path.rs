//! Paths as segments, so that two of them can be laid side by side. Knows text only.

use super::words::words;

/// A piece of a path between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Text.
    Literal(String),
    /// A parameter that is the whole piece, by name.
    Parameter(String),
}

/// The segments of a path, without a prefix for spaces: each path answers in every space.
pub(super) fn segments(path: &str) -> Vec<Segment> {
    let mut segments: Vec<Segment> = path
        .split('/')
        .filter(|piece| !piece.is_empty())
        .map(segment)
        .collect();
    let in_space = matches!(
        segments.as_slice(),
        [Segment::Literal(s), Segment::Parameter(_), ..] if s == "s"
    );
    if in_space {
        segments.drain(..2);
    }
    segments
}

fn segment(piece: &str) -> Segment {
    let name = piece
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| !name.contains(['{', '}']));
    match name {
        Some(name) => Segment::Parameter(name.trim_end_matches('?').to_string()),
        None => Segment::Literal(piece.to_string()),
    }
}

/// Whether two paths answer the same requests: names of parameters do not count.
pub(super) fn same(a: &[Segment], b: &[Segment]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
}

fn alike(a: &Segment, b: &Segment) -> bool {
    match (a, b) {
        (Segment::Literal(a), Segment::Literal(b)) => a == b,
        (Segment::Parameter(_), Segment::Parameter(_)) => true,
        _ => false,
    }
}

/// What follows a prefix.
pub(super) fn below<'p>(path: &'p [Segment], prefix: &[Segment]) -> Option<&'p [Segment]> {
    let (start, rest) = path.split_at_checked(prefix.len())?;
    same(start, prefix).then_some(rest)
}

/// A path as it is shown.
pub(super) fn shown(path: &[Segment]) -> String {
    let pieces = path.iter().map(|segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Parameter(name) => format!("/{{{name}}}"),
    });
    pieces.collect()
}

/// The paths that may list what stands below `collection`: itself, its last word in the plural (`…/rule/{id}` and
/// `…/rules`), and the path before it when that says the same in the plural (`…/roles/role/{id}` and `…/roles`).
pub(super) fn collections(collection: &[Segment]) -> Vec<Vec<Segment>> {
    let mut found = vec![collection.to_vec()];
    let Some((Segment::Literal(last), before)) = collection.split_last() else {
        return found;
    };
    let mut plural = before.to_vec();
    plural.push(Segment::Literal(pluralised(last)));
    if plural != *collection {
        found.push(plural);
    }
    if let Some(Segment::Literal(outer)) = before.last()
        && singular_words(outer) == singular_words(last)
    {
        found.push(before.to_vec());
    }
    found
}

/// The words of a name, the last of them in the singular.
pub(super) fn singular_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    words
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_string();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with(['s', 'u', 'i']) => stem.to_string(),
        _ => word.to_string(),
    }
}

fn pluralised(word: &str) -> String {
    if singular(word) != word {
        return word.to_string();
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(path: &str) -> Vec<String> {
        let found = collections(&segments(path));
        found.iter().map(|path| shown(path)).collect()
    }

    #[test]
    fn a_prefix_for_spaces_is_no_part_of_the_path() {
        assert_eq!(shown(&segments("/s/{space}/api/shelves")), "/api/shelves");
        assert_eq!(shown(&segments("/s/api/shelves")), "/s/api/shelves");
    }

    #[test]
    fn a_collection_may_stand_in_the_plural_beside_its_items_or_before_them() {
        assert_eq!(lists("/api/shelf"), ["/api/shelf", "/api/shelfs"]);
        assert_eq!(lists("/api/entry"), ["/api/entry", "/api/entries"]);
        assert_eq!(
            lists("/api/books/book"),
            ["/api/books/book", "/api/books/books", "/api/books"]
        );
        assert_eq!(lists("/api/boxes"), ["/api/boxes"]);
        assert_eq!(lists("/api/books/{kind}"), ["/api/books/{kind}"]);
    }

    #[test]
    fn paths_are_laid_side_by_side_without_the_names_of_parameters() {
        let (path, prefix) = (segments("/a/{x}/_lend"), segments("/a/{y}"));
        assert_eq!(below(&path, &prefix), Some(&path[2..]));
        assert!(below(&prefix, &path).is_none());
        assert!(!same(&segments("/a/b"), &prefix));
    }
}
