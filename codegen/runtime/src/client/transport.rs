//! What carries requests: any `tower` service of HTTP. Knows nothing of Kibana.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tower_service::Service;

use super::{Body, BoxError};

/// A request on its way, which becomes an answer.
pub(super) type Carried =
    Pin<Box<dyn Future<Output = Result<Response<Incoming>, BoxError>> + Send>>;

/// A service as an object.
pub(super) trait Transport: Send + Sync {
    fn send(&self, request: Request<Body>) -> Carried;
}

/// Any service of HTTP.
pub(super) struct Over<S>(pub(super) S);

impl<S, B> Transport for Over<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request<Body>) -> Carried {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(response.map(|body| Incoming(Box::pin(body))))
        })
    }
}

/// The body of an answer, whatever the transport calls it.
pub(super) struct Incoming(Pin<Box<dyn Erased + Send>>);

type Piece = Poll<Option<Result<Frame<Bytes>, BoxError>>>;

/// A body as an object.
trait Erased {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Piece;
    fn hint(&self) -> SizeHint;
    fn ended(&self) -> bool;
}

impl<B> Erased for B
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Piece {
        self.poll_frame(cx).map_err(Into::into)
    }

    fn hint(&self) -> SizeHint {
        self.size_hint()
    }

    fn ended(&self) -> bool {
        self.is_end_stream()
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Piece {
        self.0.as_mut().poll(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.ended()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.hint()
    }
}
