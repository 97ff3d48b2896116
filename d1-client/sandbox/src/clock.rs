//! The sandbox's own time of day, which can be moved.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Runs with tokio's clock, so that a paused clock holds it, plus what it was moved by.
pub(crate) struct Clock {
    started: Instant,
    started_at: Duration,
    moved_millis: AtomicI64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: Instant::now(),
            started_at: now.unwrap_or_default(),
            moved_millis: AtomicI64::new(0),
        }
    }

    /// The time since the Unix epoch, for a request that sees the clock `skew_seconds` wrong.
    pub(crate) fn now(&self, skew_seconds: i64) -> Duration {
        let moved = self.moved_millis.load(Ordering::Relaxed);
        let moved = moved.saturating_add(skew_seconds.saturating_mul(1000));
        let by = Duration::from_millis(moved.unsigned_abs());
        let now = self.started_at + self.started.elapsed();
        if moved < 0 {
            now.saturating_sub(by)
        } else {
            now.saturating_add(by)
        }
    }

    /// By how much it was moved: ahead if positive.
    #[cfg(feature = "control")]
    pub(crate) fn moved_millis(&self) -> i64 {
        self.moved_millis.load(Ordering::Relaxed)
    }

    #[cfg(feature = "control")]
    pub(crate) fn reset(&self) {
        self.moved_millis.store(0, Ordering::Relaxed);
    }

    pub(crate) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_millis.fetch_add(millis, Ordering::Relaxed);
    }

    pub(crate) fn set_back(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.moved_millis.fetch_sub(millis, Ordering::Relaxed);
    }
}
