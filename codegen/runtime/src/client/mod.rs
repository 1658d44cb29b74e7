//! Everything between a typed request and a typed answer, on the side that asks. Knows models and the wire.
//!
//! Generated code states what an operation is ([`OperationInfo`]), how its request is sent
//! ([`IntoCall`](crate::generated::client::IntoCall)) and how its response is read ([`FromAnswer`]). A [`Client`] knows the
//! rest, and every call goes the same way:
//!
//! 1. parameters and body against every rule of their schemas ([`ErrorKind::Invalid`] names all that they break);
//! 2. Kibana's conventions: base path, space, `kbn-xsrf`, `elastic-api-version`, credentials;
//! 3. the transport, any `tower` service of HTTP, again where that does no harm ([`Retries`]);
//! 4. redirects, on the same server only;
//! 5. the answer, within bounds of size and time: read as a whole, or handed on as a stream.
//!
//! A call that is dropped is given up where it stands: nothing is spawned.

pub(crate) mod answer;
mod base;
mod body;
mod call;
#[allow(clippy::module_inception)]
mod client;
mod deadline;
mod encode;
mod error;
mod events;
mod exchange;
mod multipart;
pub(crate) mod pages;
#[cfg(feature = "reqwest")]
mod reqwest;
pub(crate) mod sending;
mod settings;
mod trace;
mod transport;

pub use body::Body;
pub use call::{Call, Callable, Pending};
pub use client::{BuildError, Builder, Client};
pub use error::{BoxError, Error, ErrorKind, Redirected, Refused, TimedOut, Unreadable};
pub use pages::Listing;
#[cfg(feature = "reqwest")]
pub use reqwest::Reqwest;
pub use settings::Retries;

pub use crate::wire::{
    ByteStream, Bytes, Event, EventStream, Field, File, JsonLines, Multipart, Part, StatusCode,
    StreamError,
};

pub use http;

use answer::{Answer, FromAnswer};

use crate::wire::{
    Coercion, Operation, OperationInfo, Parameter, PartInfo, Parts, Reply, StatusRange, Style,
};
