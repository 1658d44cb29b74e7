//! What travels between a client and a server, as both see it: operations as tables, bodies as streams, answers.
//! Knows JSON, models and HTTP; knows neither half.

mod body;
#[cfg(any(feature = "client", feature = "server"))]
mod counts;
mod error;
mod events;
#[cfg(any(feature = "client", feature = "server"))]
mod inflate;
mod lines;
mod media_type;
mod multipart;
mod operation;
#[cfg(any(feature = "client", feature = "server"))]
mod piece;
mod reply;

pub use body::ByteStream;
pub use error::StreamError;
pub use events::{Event, EventStream};
pub use lines::JsonLines;
pub use multipart::{Field, File, Multipart, Part};
pub use operation::{
    BodyFormat, Coercion, MediaType, Operation, OperationInfo, Parameter, PartCheck, PartInfo,
    Parts, ResponseInfo, StatusRange, Style,
};
pub use reply::Reply;

pub use bytes::Bytes;
pub use http::StatusCode;

#[cfg(feature = "server")]
pub(crate) use body::Gathered;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) use counts::Counts;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) use inflate::{Coding, Inflater};
pub(crate) use lines::Reading;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) use media_type::covers;
pub(crate) use media_type::essence;
#[cfg(feature = "server")]
pub(crate) use multipart::PartHeaders;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) use piece::Pieces;

use crate::{Model, Violations};

use crate::json::Node;

use crate::read::Mode;

use crate::rules::Rules;

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
