//! Everything between a socket and a typed request, and back.
//!
//! Generated code states what an operation is ([`OperationInfo`]), how its request is read ([`FromCall`]) and how its
//! response is sent ([`IntoReply`]). [`ServerBuilder`] puts routes together, and every request goes the same way:
//!
//! 1. the operation of its method and path (404, 405), also under `/s/{space}`;
//! 2. who asks ([`Authenticator`]: 401, 403);
//! 3. `kbn-xsrf` on writes, `elastic-api-version`, `Accept` (400, 406);
//! 4. the media type and size of the body (415, 413);
//! 5. parameters and body against every rule of their schemas (one 400 that names all problems);
//! 6. the handler; a panic in it is a 500;
//! 7. in debug builds, the response against its schema.
//!
//! Bodies are read as a whole within a limit, or handed on as streams. A request whose client leaves is dropped where
//! it stands: nothing is spawned.

mod accept;
mod auth;
mod body;
mod builder;
mod call;
mod context;
mod error;
mod events;
mod lines;
#[cfg(feature = "mock")]
pub mod mock;
mod multipart;
mod operation;
mod parameters;
mod reply;
mod routing;
mod text;

pub use auth::{AllowAnyone, Attempt, Authenticator, Credentials, Identity, RefuseAll, Secret};
pub use body::ByteStream;
pub use builder::{Answered, Route, ServerBuilder, not_implemented};
pub use call::{Call, FromCall};
pub use context::RequestContext;
pub use error::ApiError;
pub use events::{Event, EventStream};
pub use lines::JsonLines;
pub use multipart::{Field, File, Multipart, Part};
pub use operation::{
    BodyFormat, Coercion, MediaType, Operation, OperationInfo, Parameter, PartInfo, Parts,
    ResponseInfo, StatusRange, Style,
};
pub use reply::{IntoReply, Reply};
pub use routing::BuildError;

pub use axum;
pub use axum::body::Bytes;
pub use axum::http::StatusCode;

use crate::{Mode, Model, Node, Rules, Violations};

/// Checks the value of a part of a multipart body; for [`PartInfo::check`].
///
/// # Errors
///
/// Every rule that it breaks.
pub fn check_part<T: Model>(
    node: &Node<'_>,
    rules: &'static Rules,
    root: &str,
) -> Result<(), Violations> {
    crate::read::<T>(node, rules, Mode::Strict, root).map(drop)
}
