//! How calls are made: time, size, retries. Knows nothing of what is called.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, SystemTime};

use http::header::{HeaderMap, RETRY_AFTER};
use http::{Method, Response};

use super::Error;
use super::error::ErrorKind;

/// What a client does where nothing else is said.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// For a whole call, with all attempts and the answer (unless that is a stream).
    pub(super) timeout: Option<Duration>,
    /// Between two pieces of an answer.
    pub(super) idle_timeout: Duration,
    pub(super) connect_timeout: Duration,
    /// The most bytes of an answer that is held in memory.
    pub(super) answer_limit: usize,
    pub(super) retries: Retries,
    /// Whether requests are checked before they are sent.
    pub(super) checked: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Some(Duration::from_secs(60)),
            idle_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            answer_limit: 64 << 20,
            retries: Retries::default(),
            checked: true,
        }
    }
}

/// Whether and when a call is tried again: after 429, 502, 503 and 504, and when no answer came.
///
/// A request is tried again only where a second time does no harm (`GET`, `HEAD`, `PUT`, `DELETE`, `OPTIONS`), and
/// never when its body is a stream that is gone. Waits double from one to the next and are spread at random;
/// `Retry-After` comes first, up to the longest wait. All attempts share the time-out of the call.
#[derive(Clone, Debug)]
pub struct Retries {
    tries: u32,
    first: Duration,
    longest: Duration,
    every_method: bool,
}

impl Default for Retries {
    /// Three tries, with waits from 200 ms to 10 s.
    fn default() -> Self {
        Self {
            tries: 3,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(10),
            every_method: false,
        }
    }
}

impl Retries {
    /// One try and no more.
    pub fn never() -> Self {
        Self::default().tries_at_most(1)
    }

    /// At most this many tries, the first among them.
    #[must_use]
    pub fn tries_at_most(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// The first wait, and the longest.
    #[must_use]
    pub fn waits(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first;
        self.longest = longest;
        self
    }

    /// Tries every method again, though the server may then do something twice.
    #[must_use]
    pub fn every_method(mut self) -> Self {
        self.every_method = true;
        self
    }

    pub(super) fn tries(&self) -> u32 {
        self.tries
    }

    pub(super) fn covers(&self, method: &Method) -> bool {
        self.every_method || method.is_idempotent()
    }

    /// How long to wait after an answer; `None` when it is one to keep.
    pub(super) fn wait<B>(
        &self,
        response: &Response<B>,
        tries: u32,
        now: fn() -> SystemTime,
    ) -> Option<Duration> {
        if !matches!(response.status().as_u16(), 429 | 502 | 503 | 504) {
            return None;
        }
        match retry_after(response.headers(), now()) {
            // Who says so does not want to be asked before.
            Some(wait) => (wait <= self.longest).then_some(wait),
            None => Some(self.pause(tries)),
        }
    }

    /// How long to wait after an error; `None` when it would come again.
    pub(super) fn wait_after(&self, error: &Error, tries: u32) -> Option<Duration> {
        matches!(error.kind(), ErrorKind::Transport(_)).then(|| self.pause(tries))
    }

    fn pause(&self, tries: u32) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1 << tries.saturating_sub(1).min(16));
        let longest = doubled.min(self.longest);
        // Keys of hash maps are random: enough to keep callers from coming all at once.
        let share = RandomState::new().hash_one(tries) % 1000;
        longest / 2 + (longest / 2).mul_f64(share as f64 / 1000.0)
    }
}

/// `Retry-After`: seconds, or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let after = |text: &'static str| {
            let value = HeaderValue::from_static(text);
            retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]), now)
        };
        assert_eq!(after("3"), Some(Duration::from_secs(3)));
        assert_eq!(
            after("Sun, 09 Sep 2001 01:46:45 GMT"),
            Some(Duration::from_secs(5))
        );
        assert_eq!(after("Sat, 09 Sep 2000 01:46:45 GMT"), Some(Duration::ZERO));
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let waits = Retries::default().waits(Duration::from_millis(100), Duration::from_secs(1));
        for (tries, longest) in [(1, 100), (2, 200), (3, 400), (5, 1000), (99, 1000)] {
            let pause = waits.pause(tries);
            let longest = Duration::from_millis(longest);
            assert!(
                longest / 2 <= pause && pause <= longest,
                "{tries}: {pause:?}"
            );
        }
    }
}
