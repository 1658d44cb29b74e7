//! How long an input took.

use std::time::{Duration, Instant};

/// The longest that one input may take.
pub const MOST_TIME: Duration = Duration::from_secs(2);

/// Code that is not optimised may take longer.
const SLOWER: u32 = if cfg!(debug_assertions) { 8 } else { 1 };

/// The processor time of this thread where the system tells it, so that a busy machine fails nothing.
#[derive(Debug)]
pub struct Clock {
    processor: Option<Duration>,
    wall: Instant,
}

impl Clock {
    /// Starts now.
    pub fn start() -> Self {
        Self {
            processor: processor_time(),
            wall: Instant::now(),
        }
    }

    /// An error when it took too long since the start.
    pub fn check(&self) -> Result<(), String> {
        let processor = processor_time().zip(self.processor);
        let took = match processor {
            Some((now, then)) => now.saturating_sub(then),
            None => self.wall.elapsed(),
        };
        match took > MOST_TIME * SLOWER {
            true => Err(format!("took {} ms", took.as_millis())),
            false => Ok(()),
        }
    }
}

fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
