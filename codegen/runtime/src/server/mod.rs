//! Everything between a socket and a typed request, and back. Knows JSON, models and the wire.
//!
//! Generated code states what an operation is ([`OperationInfo`]), how its request is read ([`FromCall`]) and how its
//! response is sent ([`IntoReply`]). [`ServerBuilder`] puts routes together, and every request goes the same way:
//!
//! 1. the operation of its method and path (404), also under `/s/{space}`;
//! 2. who asks ([`Authenticator`]: 401, 403);
//! 3. `kbn-xsrf` on writes, `elastic-api-version` (400);
//! 4. the media type, encoding and size of the body (415, 413);
//! 5. parameters and body against every rule of their schemas (one 400 that names all problems);
//! 6. the handler; a panic in it is a 500;
//! 7. in debug builds, the response against its schema.
//!
//! Requests are taken as Kibana takes them, which is more than its document says: [`ServerBuilder::strict`] lists it,
//! and leaves it.
//!
//! Bodies are read as a whole within a limit, or handed on as streams. A request whose client leaves is dropped where
//! it stands: nothing is spawned.

mod accept;
mod auth;
mod body;
pub(crate) mod builder;
pub(crate) mod call;
mod context;
mod error;
mod events;
mod manners;
#[cfg(feature = "mock")]
pub mod mock;
mod multipart;
pub(crate) mod parameters;
pub(crate) mod reply;
mod routing;
#[cfg(feature = "mock")]
mod sent;
pub(crate) mod text;

pub use auth::{AllowAnyone, Attempt, Authenticator, Credentials, Identity, RefuseAll, Secret};
pub use builder::{Answered, Route, ServerBuilder};
pub use context::RequestContext;
pub use error::ApiError;
pub use routing::BuildError;

pub use crate::wire::{
    ByteStream, Bytes, Event, EventStream, Field, File, JsonLines, Multipart, Operation,
    OperationInfo, Part, Reply, StatusCode, StreamError,
};
pub use axum;

use call::{Call, FromCall};
use reply::IntoReply;

use crate::wire::{Coercion, Parameter, PartInfo, Parts, StatusRange, Style};
