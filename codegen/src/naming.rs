//! How words of a document become identifiers: where words end, what is taken, what Rust reserves. Knows nothing of APIs.

pub(crate) mod ident;
pub(crate) mod reserved;
pub(crate) mod words;
