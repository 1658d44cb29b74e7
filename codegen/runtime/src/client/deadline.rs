//! How long a call may take. Knows nothing of what is asked.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::body::Progress;
use super::error::{ErrorKind, TimedOut};
use super::{Error, StreamError};

/// Until when there must be an answer.
pub(super) struct Deadline {
    time: Option<Duration>,
    end: Option<Instant>,
    /// A request that is streamed may take as long as it gets on.
    progress: Option<Arc<Progress>>,
}

impl Deadline {
    /// From now on.
    pub(super) fn new(time: Option<Duration>, progress: Option<Arc<Progress>>) -> Self {
        let end = time.map(|time| Instant::now() + time);
        Self {
            time,
            end,
            progress,
        }
    }

    /// Why the body of the request broke off.
    pub(super) fn broken(&self) -> Option<StreamError> {
        self.progress.as_ref()?.problem()
    }

    /// What a future gives, if it gives it in time.
    pub(super) async fn within<F: Future + ?Sized>(
        &self,
        mut future: Pin<&mut F>,
    ) -> Result<F::Output, Error> {
        let (Some(mut end), Some(time)) = (self.end, self.time) else {
            return Ok(future.await);
        };
        let mut pieces = 0;
        // What was uploaded may have taken all of the time.
        if self.progress.is_some() {
            end = Instant::now() + time;
        }
        loop {
            match timeout_at(end, future.as_mut()).await {
                Ok(value) => return Ok(value),
                Err(_) => match self.progress.as_ref().map(|progress| progress.pieces()) {
                    Some(now) if now != pieces => {
                        pieces = now;
                        end = Instant::now() + time;
                    }
                    _ => return Err(Error::new(ErrorKind::TimedOut(TimedOut::Call(time)))),
                },
            }
        }
    }

    /// Whether there is time left after a wait.
    pub(super) fn allows(&self, wait: Duration) -> bool {
        self.end.is_none_or(|end| Instant::now() + wait < end)
    }
}
