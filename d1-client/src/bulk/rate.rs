//! A cap in calls a second. Without a clock, a lock or a socket.

use std::time::Duration;

use tokio::time::Instant;

/// Of what the rate allows in this time, as many calls may be made at once, if fewer were made before; one at least.
/// It makes up for timers, which are coarser than the pauses of a high rate.
const ALLOWANCE: Duration = Duration::from_millis(50);
/// The lowest rate: a pause of a day between two calls is as good as none at all.
const LOWEST: f64 = 1.0 / 86_400.0;

/// Spaces calls: in any time, no more than the rate times that time, and the allowance.
#[derive(Clone, Debug)]
pub(crate) struct Rate {
    pause: Duration,
    /// How far the schedule may be behind the time.
    credit: Duration,
    /// When the next call is due; `None` before the first.
    next: Option<Instant>,
}

impl Rate {
    pub(crate) fn new(calls_a_second: f64) -> Self {
        // Not a number is the lowest, too.
        let calls_a_second = calls_a_second.max(LOWEST);
        let pause = Duration::from_secs_f64(1.0 / calls_a_second);
        Self {
            pause,
            credit: ALLOWANCE.saturating_sub(pause),
            next: None,
        }
    }

    /// When the next call may be made, if not now.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        self.next.filter(|next| *next > now)
    }

    /// When a call that is wanted now may be made: it is taken into account.
    pub(crate) fn reserve(&mut self, now: Instant) -> Instant {
        let earliest = now.checked_sub(self.credit).unwrap_or(now);
        let at = self.next.map_or(now, |next| next.max(earliest));
        self.next = Some(at + self.pause);
        at.max(now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However calls are wanted: in no span of time are there more than its rate and the allowance.
        #[test]
        fn no_span_of_time_has_more_than_the_rate_and_the_allowance(
            calls_a_second in 0.1_f64..5_000.0,
            pauses in prop::collection::vec(0_u64..200, 2..200),
        ) {
            let mut rate = Rate::new(calls_a_second);
            let start = Instant::now();
            let mut now = start;
            let mut calls = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                let at = rate.reserve(now);
                prop_assert!(at >= now);
                // The next request waits for it.
                now = at;
                calls.push(at);
            }
            let allowance = (calls_a_second * ALLOWANCE.as_secs_f64()).max(1.0);
            for (first, from) in calls.iter().enumerate() {
                for (last, to) in calls.iter().enumerate().skip(first) {
                    let most = calls_a_second * (*to - *from).as_secs_f64() + allowance;
                    prop_assert!(((last - first + 1) as f64) <= most + 1e-3 * (last - first) as f64 + 0.01);
                }
            }
        }
    }

    #[test]
    fn a_rate_that_is_none_is_the_lowest() {
        for none in [0.0, -1.0, f64::NAN] {
            assert_eq!(Rate::new(none).pause, Duration::from_secs(86_400));
        }
        assert_eq!(Rate::new(f64::INFINITY).pause, Duration::ZERO);
    }
}
