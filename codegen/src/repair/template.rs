//! Path templates, as Kibana writes them. Knows text only.

/// A parameter of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Whether the path may end before it: `{name?}`.
    pub(super) optional: bool,
}

impl<'a> Segment<'a> {
    /// Reads what stands between the braces. Kibana's router marks optional segments with `?` and the rest
    /// of the path with `*`.
    pub(super) fn of(written: &'a str) -> Self {
        Self {
            name: written.trim_end_matches(['?', '*']),
            optional: written.ends_with('?'),
        }
    }
}

/// The parameters of a path.
pub(super) fn template(path: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    for part in path.split('{').skip(1) {
        if let Some((written, _)) = part.split_once('}') {
            segments.push(Segment::of(written));
        }
    }
    segments
}
