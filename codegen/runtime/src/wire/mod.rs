//! What travels between a client and a server, as both see it: operations as tables, bodies as streams, answers.
//! Knows models and HTTP; knows neither half.

mod body;
mod error;
mod events;
mod lines;
mod media_type;
mod multipart;
mod operation;
mod reply;

pub use body::{Body, ByteStream};
pub use error::StreamError;
pub use events::{Event, EventStream};
pub use lines::JsonLines;
pub use multipart::{Field, File, Multipart, Part};
pub use operation::{
    BodyFormat, Coercion, MediaType, Operation, OperationInfo, Parameter, PartInfo, Parts,
    ResponseInfo, StatusRange, Style,
};
pub use reply::Reply;

pub use bytes::Bytes;
pub use http::StatusCode;

pub(crate) use body::Gathered;
pub(crate) use lines::Reading;
pub(crate) use media_type::{covers, essence};

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
    crate::read::<T>(node, rules, Mode::Request, root).map(drop)
}
