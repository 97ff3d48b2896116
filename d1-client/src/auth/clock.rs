use std::{
    sync::Arc,
    time::{Instant as StdInstant, SystemTime},
};

use tokio::time::Instant;

use crate::calendar::{millis, unix_millis};

/// The time of day, read from the system each time, so that a clock that is set later, or a machine that slept, is noticed.
///
/// Where tokio's clock is paused and moved, as in tests, this moves with it.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    started: Instant,
    really_started: StdInstant,
}

/// One look at the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    /// Since 1970.
    pub(crate) unix_seconds: i64,
    /// The time of day at which the monotonic clock was at zero. It stays as it is, unless the time of day is set, or the
    /// machine sleeps.
    pub(crate) origin: i64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self::of(Arc::new(SystemTime::now))
    }

    pub(crate) fn of(wall: Arc<dyn Fn() -> SystemTime + Send + Sync>) -> Self {
        Self {
            wall,
            started: Instant::now(),
            really_started: StdInstant::now(),
        }
    }

    pub(crate) fn now(&self) -> Now {
        let wall = unix_millis((self.wall)());
        let (elapsed, really) = (
            millis(self.started.elapsed()),
            millis(self.really_started.elapsed()),
        );
        // Zero, unless tokio's clock does not follow the real one.
        let ahead = elapsed.saturating_sub(really);
        let now = wall.saturating_add(ahead);
        Now {
            unix_seconds: now.div_euclid(1_000),
            origin: now.saturating_sub(elapsed).div_euclid(1_000),
        }
    }
}
