//! What carries requests: any `tower` service of HTTP. Knows nothing of Kibana.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{Request, Response};
use tower_service::Service;

use super::{Body, BoxError, ByteStream};
use crate::wire::{Coding, Pieces};

/// A request on its way, which becomes an answer.
pub(super) type Carried =
    Pin<Box<dyn Future<Output = Result<Response<ByteStream>, BoxError>> + Send>>;

/// A service as an object.
pub(super) trait Transport: Send + Sync {
    /// Sends a request. `patience` is how long the next piece of an answer may take.
    fn send(&self, request: Request<Body>, patience: Duration) -> Carried;
}

/// Any service of HTTP.
pub(super) struct Over<S>(pub(super) S);

impl<S, B> Transport for Over<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
{
    fn send(&self, request: Request<Body>, patience: Duration) -> Carried {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(received(response.map(Box::pin), patience))
        })
    }
}

/// The answer with its body as a stream within bounds.
pub(super) fn received<B>(response: Response<B>, patience: Duration) -> Response<ByteStream>
where
    B: http_body::Body<Data = Bytes> + Unpin + Send + 'static,
{
    let (mut parts, body) = response.into_parts();
    let encoding = parts.headers.get(CONTENT_ENCODING);
    let coding = encoding.and_then(|value| Coding::of(value.to_str().ok()?));
    if coding.is_some() {
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
    }
    // Whoever reads it has a limit: here, none is known.
    let pieces = Pieces::new(body, patience, coding, usize::MAX);
    Response::from_parts(parts, ByteStream::new(pieces))
}
