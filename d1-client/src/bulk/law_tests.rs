//! What the law does, beside it: its own folder is compiled by the bench, too, which has no property tests. How it compares
//! with fixed windows and other laws is the bench's business: `cargo xtask bench pace`.

use std::{collections::VecDeque, time::Duration};

use proptest::prelude::*;

use super::law::{Law, Signal};

const LATENCY: Duration = Duration::from_millis(100);
const ANSWERED: Signal = Signal::Answered(LATENCY);

/// A bulk whose attempts take 100 ms each, by a clock of its own.
struct Bulk {
    law: Law,
    now: Duration,
    in_flight: VecDeque<(Duration, u64)>,
    ended: u64,
}

impl Bulk {
    fn new(law: Law) -> Self {
        Self {
            law,
            now: Duration::ZERO,
            in_flight: VecDeque::new(),
            ended: 0,
        }
    }

    /// Runs for so long; the n-th attempt ends like this.
    fn run(&mut self, long: Duration, mut signal: impl FnMut(u64) -> Signal) {
        let until = self.now + long;
        while self.now < until {
            while self.in_flight.len() < self.law.limit() {
                let ticket = self.law.began(self.now);
                self.in_flight.push_back((self.now + LATENCY, ticket));
            }
            let in_flight = self.in_flight.len();
            let Some((at, ticket)) = self.in_flight.pop_front() else {
                return;
            };
            self.now = at;
            self.ended += 1;
            self.law.ended(at, ticket, signal(self.ended), in_flight);
        }
    }
}

#[test]
fn without_a_sign_of_load_it_is_at_its_ceiling_within_ten_seconds() {
    for (start, ceiling) in [(1, 64), (16, 64), (4, 128), (1, 1)] {
        let mut bulk = Bulk::new(Law::new(1, start, ceiling));
        bulk.run(Duration::from_secs(10), |_| ANSWERED);
        assert_eq!(bulk.law.window(), ceiling, "from {start}");
    }
}

#[test]
fn refusals_and_the_odd_failure_do_not_hold_it_down() {
    for signal in [
        (|n: u64| {
            if n.is_multiple_of(5) {
                Signal::Refused(LATENCY / 20)
            } else {
                ANSWERED
            }
        }) as fn(u64) -> Signal,
        |n| {
            if n.is_multiple_of(20) {
                Signal::Overload
            } else {
                ANSWERED
            }
        },
        |n| {
            if n < 20 {
                Signal::Refused(LATENCY / 20)
            } else {
                ANSWERED
            }
        },
    ] {
        let mut bulk = Bulk::new(Law::new(1, 16, 64));
        bulk.run(Duration::from_secs(60), signal);
        assert!(bulk.law.window() >= 60, "{}", bulk.law.window());
    }
}

#[test]
fn an_outage_brings_it_to_its_floor_and_it_comes_back() {
    let mut bulk = Bulk::new(Law::new(1, 16, 64));
    bulk.run(Duration::from_secs(20), |_| ANSWERED);
    bulk.run(Duration::from_secs(2), |_| Signal::Overload);
    assert_eq!(bulk.law.limit(), 1);
    bulk.run(Duration::from_secs(8), |_| Signal::Overload);
    bulk.run(Duration::from_secs(10), |_| ANSWERED);
    assert!(bulk.law.window() >= 60, "{}", bulk.law.window());
}

#[test]
fn a_window_that_is_not_used_does_not_go_on_growing() {
    let mut law = Law::new(1, 10, 64);
    for n in 0..1_000 {
        let now = Duration::from_millis(100 * n);
        let ticket = law.began(now);
        law.ended(now + LATENCY, ticket, ANSWERED, 1);
    }
    // It doubles once, before it is clear that it is not used.
    assert!(law.window() <= 20, "{}", law.window());
}

fn signals() -> impl Strategy<Value = Signal> {
    prop_oneof![
        Just(Signal::Overload),
        (0_u64..5_000).prop_map(|millis| Signal::Answered(Duration::from_millis(millis))),
        (0_u64..500).prop_map(|millis| Signal::Refused(Duration::from_millis(millis))),
    ]
}

proptest! {
    /// Whatever comes, in whatever order, and given up or not: the window stays within its bounds.
    #[test]
    fn it_keeps_its_bounds(
        (floor, start, ceiling) in (1_usize..50, 0_usize..50, 0_usize..50)
            .prop_map(|(floor, more, most)| (floor, floor + more, floor + more + most)),
        events in prop::collection::vec((signals(), 0_u64..200, 0_usize..100, any::<bool>()), 0..2_000),
    ) {
        let mut law = Law::new(floor, start, ceiling);
        let mut now = Duration::ZERO;
        let mut begun = VecDeque::new();
        for (signal, after, in_flight, is_given_up) in events {
            now += Duration::from_millis(after);
            begun.push_back(law.began(now));
            if begun.len() > 8 && let Some(ticket) = begun.pop_front() {
                if is_given_up {
                    law.gave_up(ticket);
                } else {
                    law.ended(now, ticket, signal, in_flight);
                }
            }
            prop_assert!((floor..=ceiling).contains(&law.limit()), "{}", law.limit());
            prop_assert!((floor..=ceiling).contains(&law.window()), "{}", law.window());
        }
    }
}
