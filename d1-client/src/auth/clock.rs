use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The time of day, derived from the clock that everything else runs on.
///
/// Read from the system once; from then on it moves with tokio's clock, so that a paused clock holds it too.
/// If the system's own notion jumps later, the token endpoint's `Date` corrects us (see `JwtBearer`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    started: Instant,
    unix_seconds_at_start: i64,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            started: Instant::now(),
            unix_seconds_at_start: unix_seconds(SystemTime::now()),
        }
    }

    pub(super) fn unix_seconds(&self) -> i64 {
        let elapsed = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.unix_seconds_at_start.saturating_add(elapsed)
    }
}

pub(super) fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}
