//! Which of all values that fit are made. Knows no types.

/// Which of all values that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variety {
    /// What a server typically sends: properties are there, and few things are `null` or empty.
    Typical,
    /// Anything that is valid, the bounds and the unusual above all.
    Varied,
}
