//! Bodies as they come off a connection, within bounds of time. Knows no formats.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;

use super::StreamError;

/// The next bytes of a body. They are mostly there already, so a timer is set only when they are not.
pub(crate) async fn piece<B>(body: &mut B, patience: Duration) -> Result<Option<Bytes>, StreamError>
where
    B: http_body::Body<Data = Bytes> + Unpin,
{
    loop {
        let mut frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx));
        let frame = match (&mut frame).now_or_never() {
            Some(frame) => frame,
            None => match Box::pin(tokio::time::timeout(patience, frame)).await {
                Ok(frame) => frame,
                Err(_) => return Err(StreamError::Stalled(patience)),
            },
        };
        match frame {
            None => return Ok(None),
            Some(Err(_)) => return Err(StreamError::CutOff),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(_trailers) => {}
            },
        }
    }
}
