//! How requests are taken: as Kibana takes them, or to the letter of the document. Knows nothing of requests.

/// How requests are taken. What differs is listed at [`ServerBuilder::strict`](super::ServerBuilder::strict).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Manners {
    /// As Kibana does, so that its clients work unchanged.
    #[default]
    Kibana,
    /// As the document says, and nothing else.
    Document,
}

impl Manners {
    /// Whether more is taken than the document says.
    pub(super) fn are_lenient(self) -> bool {
        self == Self::Kibana
    }
}
