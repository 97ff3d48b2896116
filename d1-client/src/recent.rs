use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::connections::ConnectTime;

/// What an attempt takes at least, across the internet and with mutual TLS, until it is known better.
const LEAST: Duration = Duration::from_millis(100);

/// A new answer's share in the average: about the last eight of them count.
const SHARE: u64 = 8;

/// How long attempts took lately.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// A moving average of the time to an answer, in microseconds. Zero before there was one.
    answer: AtomicU64,
    connect: ConnectTime,
}

impl Recent {
    pub(crate) fn new(connect: ConnectTime) -> Self {
        Self {
            answer: AtomicU64::new(0),
            connect,
        }
    }

    /// An attempt was answered after this time.
    pub(super) fn answered(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let average = match self.answer.load(Relaxed) {
            0 => took,
            average => average - average / SHARE + took / SHARE,
        };
        // Of two answers at a time one may be lost: the average does not need each.
        self.answer.store(average, Relaxed);
    }

    /// What an attempt takes at least: as long as attempts took lately, no less than the last connection took to be made,
    /// and 100 ms; but never more than half of what the whole call may take.
    pub(super) fn shortest_attempt(&self, call_timeout: Duration) -> Duration {
        let answer = Duration::from_micros(self.answer.load(Relaxed));
        LEAST.max(answer).max(self.connect.last()).min(call_timeout / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn it_is_a_hundred_milliseconds_until_attempts_take_longer() {
        let recent = Recent::default();
        assert_eq!(recent.shortest_attempt(LONG), LEAST);
        (0..100).for_each(|_| recent.answered(Duration::from_millis(5)));
        assert_eq!(recent.shortest_attempt(LONG), LEAST);
        (0..100).for_each(|_| recent.answered(Duration::from_millis(400)));
        let shortest = recent.shortest_attempt(LONG).as_millis();
        assert!((380..=400).contains(&shortest), "{shortest}");
        (0..100).for_each(|_| recent.answered(Duration::from_millis(5)));
        assert_eq!(recent.shortest_attempt(LONG), LEAST);
    }

    #[test]
    fn it_is_at_most_half_of_the_call() {
        let recent = Recent::default();
        recent.answered(Duration::from_secs(20));
        let call = Duration::from_millis(50);
        assert_eq!(recent.shortest_attempt(call), call / 2);
        assert_eq!(recent.shortest_attempt(LONG), LONG / 2);
    }
}
