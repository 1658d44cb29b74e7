//! What generated code calls, and programs do not: how types are read and written, how requests are sent and routes
//! made. Knows every room, and only names what is in them.
//!
//! It is held to the same promise as the rest, because crates that were generated earlier go on to call it.

pub use crate::json::{Arena, JsonKind, Node, Object, Tag};
pub use crate::pattern::{PatternSupport, pattern_support};
pub use crate::read::{Candidate, Mode, ObjectReader, Reader, Rest, Side, deserialize};
pub use crate::rules::{Constant, Limit, Rules};
pub use crate::write::ObjectWriter;
pub use crate::{parse, read};

/// How a generated client sends and reads.
#[cfg(feature = "client")]
pub mod client {
    pub use crate::client::answer::{Answer, FromAnswer};
    pub use crate::client::pages::{Count, Paged, Turn};
    pub use crate::client::sending::{IntoCall, Sending};
    pub use crate::client::*;
    pub use crate::wire::*;
}

/// How a generated server reads and answers.
#[cfg(feature = "server")]
pub mod server {
    pub use crate::server::builder::not_implemented;
    pub use crate::server::call::{Call, FromCall};
    pub use crate::server::reply::IntoReply;
    pub use crate::server::*;
    pub use crate::wire::*;
}
