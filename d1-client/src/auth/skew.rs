use super::clock::Now;

/// A difference between our clock and the server's that matters.
pub(super) const LARGE_SECONDS: u64 = 30;

/// The largest difference that a server is believed: a clock that is off by more is not corrected from afar, so that no
/// peer makes us sign an assertion that is valid in another year.
const LONGEST_SECONDS: u64 = 24 * 60 * 60;

/// What the server's clock is ahead of ours, learnt when a refused assertion was accepted with the server's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skew {
    pub(super) seconds: i64,
    /// As the clocks were when it was learnt.
    origin: i64,
}

impl Skew {
    /// The difference that this server's time shows, if it is within a day.
    pub(super) fn shown(now: Now, server: i64) -> Option<Self> {
        let seconds = server.saturating_sub(now.unix_seconds);
        (seconds.unsigned_abs() <= LONGEST_SECONDS).then_some(Self {
            seconds,
            origin: now.origin,
        })
    }

    /// Whether it still says something: not if our clock was set since, or the machine slept.
    pub(super) fn holds(self, now: Now) -> bool {
        now.origin.abs_diff(self.origin) <= LARGE_SECONDS
    }
}

/// Whether the server's time agrees with our own clock, which then needs no correction.
pub(super) fn is_right(now: Now, server: i64) -> bool {
    now.unix_seconds.abs_diff(server) <= LARGE_SECONDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;

    fn at(unix_seconds: i64) -> Now {
        Now {
            unix_seconds,
            origin: 0,
        }
    }

    #[test]
    fn a_server_is_believed_a_day_and_no_second_more() {
        for (server, shown) in [
            (DAY, Some(DAY)),
            (-DAY, Some(-DAY)),
            (DAY + 1, None),
            (-DAY - 1, None),
            (253_402_300_799, None),
            (i64::MAX, None),
            (i64::MIN, None),
        ] {
            assert_eq!(
                Skew::shown(at(0), server).map(|skew| skew.seconds),
                shown,
                "{server}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_moves_us_a_day_at_most(now: i64, server: i64) {
            if let Some(skew) = Skew::shown(at(now), server) {
                prop_assert!(now.abs_diff(now.saturating_add(skew.seconds)) <= 86_400);
            }
        }

        #[test]
        fn it_ends_when_our_clock_is_set(origin in -DAY..DAY, jump in -DAY..DAY) {
            let now = Now { unix_seconds: 0, origin };
            let later = Now { unix_seconds: jump, origin: origin + jump };
            let skew = Skew::shown(now, 3_600);
            prop_assert_eq!(skew.map(|skew| skew.holds(later)), Some(jump.unsigned_abs() <= LARGE_SECONDS));
        }
    }
}
