//! How many requests may be in the air: more while all goes well, fewer when D1 is overloaded. Without a clock, a
//! lock or a socket.

use std::time::Duration;

/// The part of the window that a round of nothing but overload leaves: TCP's half (RFC 5681, section 3.1).
const LEFT_BY_OVERLOAD: f64 = 0.5;
/// An answer is slow if it took this many times what is usual…
const SLOW_FACTOR: f64 = 4.0;
/// …and this much longer: below that it is noise of machines and networks, not of load.
const SLOW_MARGIN: Duration = Duration::from_millis(100);
/// What is usual falls fast and rises slowly, so that it stays near the fastest twentieth of the answers: queues do
/// not count, and a D1 that has become slower for good is usual after about a thousand answers.
const USUAL_FALLS: f64 = 0.02;
const USUAL_RISES: f64 = 0.001;

/// A window of additive increase and multiplicative decrease.
///
/// One round is as many attempts as the window holds. It grows by one in a round without overload. It shrinks once a
/// round, by half of the share of attempts that met overload (as DCTCP does, RFC 8257): a total outage halves it, one
/// 503 in twenty costs a fortieth, and so the odd failure that has nothing to do with load does not bring it down.
#[derive(Clone, Debug)]
pub(crate) struct Aimd {
    floor: f64,
    ceiling: f64,
    window: f64,
    /// How often it has shrunk.
    generation: u64,
    /// Of this round: attempts that ended, and those of them that met overload.
    ended: usize,
    overloaded: usize,
    /// The most that were in the air at a time in this round.
    most_in_air: usize,
    /// How long an answer usually takes, in seconds.
    usual: Option<f64>,
}

/// The generation that an attempt began in.
pub(crate) type Ticket = u64;

/// What an attempt tells about D1's load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// It was answered, after this time; a refusal is an answer too.
    Answered(Duration),
    /// 429, any 5xx, a time-out, no connection or a broken one.
    Overload,
}

impl Aimd {
    /// `1 <= floor <= start <= ceiling`.
    pub(crate) fn new(floor: usize, start: usize, ceiling: usize) -> Self {
        let float = |attempts: usize| u32::try_from(attempts).map_or(f64::from(u32::MAX), f64::from);
        Self {
            floor: float(floor),
            ceiling: float(ceiling),
            window: float(start),
            generation: 0,
            ended: 0,
            overloaded: 0,
            most_in_air: 0,
            usual: None,
        }
    }

    /// How many attempts may be in the air.
    pub(crate) fn limit(&self) -> usize {
        // Between 1 and `u32::MAX`: neither sign nor size is lost, and the fraction is meant to be.
        self.window as usize
    }

    /// To be kept by an attempt that begins, and given back when it ends.
    pub(crate) fn began(&mut self, _now: Duration) -> Ticket {
        self.generation
    }

    /// An attempt that began in `generation` has ended, while `in_air` were in the air, itself included.
    ///
    /// If it met overload, and began before the window last shrank, it tells about a load that is no more: it changes
    /// nothing. So the failures of one round trip shrink the window once.
    pub(crate) fn ended(&mut self, signal: Signal, generation: u64, in_air: usize) {
        let overloaded = match signal {
            Signal::Overload => true,
            Signal::Answered(latency) => self.is_slow(latency),
        };
        if overloaded && generation != self.generation {
            return;
        }
        self.ended += 1;
        self.most_in_air = self.most_in_air.max(in_air);
        if overloaded {
            self.overloaded += 1;
        } else if self.most_in_air.saturating_mul(2) >= self.limit() {
            // A window that is not used proves nothing about a larger one.
            self.window = (self.window + 1.0 / self.window).min(self.ceiling);
        }
        let limit = self.limit();
        if self.ended >= limit || self.overloaded.saturating_mul(2) >= limit {
            self.close_round();
        }
    }

    fn close_round(&mut self) {
        if self.overloaded > 0 {
            let share = self.overloaded as f64 / self.ended as f64;
            self.window = (self.window * (1.0 - share * (1.0 - LEFT_BY_OVERLOAD))).max(self.floor);
            self.generation += 1;
        }
        (self.ended, self.overloaded, self.most_in_air) = (0, 0, 0);
    }

    fn is_slow(&mut self, latency: Duration) -> bool {
        let seconds = latency.as_secs_f64();
        let Some(usual) = &mut self.usual else {
            self.usual = Some(seconds);
            return false;
        };
        let slow = seconds > *usual * SLOW_FACTOR && seconds > *usual + SLOW_MARGIN.as_secs_f64();
        *usual *= if seconds < *usual {
            1.0 - USUAL_FALLS
        } else {
            1.0 + USUAL_RISES
        };
        slow
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUICK: Signal = Signal::Answered(Duration::from_millis(20));

    impl Aimd {
        fn generation(&self) -> u64 {
            self.generation
        }

        /// An attempt begins and ends at once, in a window that is used to the full.
        fn attempt(&mut self, signal: Signal) {
            self.ended(signal, self.generation, self.limit());
        }
    }

    #[test]
    fn a_round_without_overload_adds_one() {
        let mut aimd = Aimd::new(1, 10, 64);
        (0..10).for_each(|_| aimd.attempt(QUICK));
        assert!((10.9..=11.0).contains(&aimd.window), "{}", aimd.window);
    }

    #[test]
    fn a_total_outage_halves_it_round_by_round_down_to_the_floor() {
        let mut aimd = Aimd::new(2, 64, 64);
        let mut limits = vec![64];
        for _ in 0..200 {
            aimd.attempt(Signal::Overload);
            if aimd.limit() != limits[limits.len() - 1] {
                limits.push(aimd.limit());
            }
        }
        assert_eq!(limits, [64, 32, 16, 8, 4, 2]);
    }

    #[test]
    fn it_recovers_from_the_floor() {
        let mut aimd = Aimd::new(1, 1, 64);
        (0..64 * 64).for_each(|_| aimd.attempt(QUICK));
        assert_eq!(aimd.limit(), 64);
    }

    #[test]
    fn the_failures_of_one_round_trip_shrink_it_once() {
        let mut aimd = Aimd::new(1, 64, 64);
        // 64 attempts began together and all of them fail.
        let began = aimd.generation();
        (0..64)
            .rev()
            .for_each(|others| aimd.ended(Signal::Overload, began, others + 1));
        assert_eq!((aimd.limit(), aimd.generation()), (32, 1));
    }

    #[test]
    fn one_failure_in_twenty_leaves_most_of_it() {
        let mut aimd = Aimd::new(1, 64, 64);
        let mut lowest = 64;
        for n in 0..10_000 {
            aimd.attempt(if n % 20 == 0 { Signal::Overload } else { QUICK });
            lowest = lowest.min(aimd.limit());
        }
        assert!(lowest >= 32, "{lowest}");
    }

    #[test]
    fn a_rise_in_latency_shrinks_it_until_it_is_usual() {
        let slow = Signal::Answered(Duration::from_millis(200));
        let mut aimd = Aimd::new(1, 64, 64);
        (0..1_000).for_each(|_| aimd.attempt(QUICK));
        (0..300).for_each(|_| aimd.attempt(slow));
        assert_eq!(aimd.limit(), 1);
        (0..10_000).for_each(|_| aimd.attempt(slow));
        assert_eq!(aimd.limit(), 64);
    }

    #[test]
    fn a_few_slow_answers_cost_little() {
        let mut aimd = Aimd::new(1, 64, 64);
        for n in 0..10_000 {
            let millis = if n % 100 == 99 { 2_000 } else { 20 };
            aimd.attempt(Signal::Answered(Duration::from_millis(millis)));
        }
        assert!(aimd.limit() >= 60, "{}", aimd.limit());
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let mut aimd = Aimd::new(1, 10, 64);
        (0..1_000).for_each(|_| aimd.ended(QUICK, 0, 4));
        assert_eq!(aimd.limit(), 10);
    }

    fn signals() -> impl Strategy<Value = Signal> {
        prop_oneof![
            Just(Signal::Overload),
            (0_u64..5_000).prop_map(|millis| Signal::Answered(Duration::from_millis(millis))),
        ]
    }

    proptest! {
        /// Whatever comes, in whatever order: the window stays within its bounds, shrinks to no less than half at a
        /// time, and not for an attempt that began before it last shrank.
        #[test]
        fn it_keeps_its_bounds_and_shrinks_once_for_what_began_together(
            (floor, start, ceiling) in (1_usize..50, 0_usize..50, 0_usize..50)
                .prop_map(|(floor, more, most)| (floor, floor + more, floor + more + most)),
            events in prop::collection::vec((signals(), 0_u64..3, 0_usize..100), 0..500),
        ) {
            let mut aimd = Aimd::new(floor, start, ceiling);
            for (signal, age, in_air) in events {
                let (window, generation) = (aimd.window, aimd.generation());
                aimd.ended(signal, generation.saturating_sub(age), in_air);
                prop_assert!((floor..=ceiling).contains(&aimd.limit()));
                prop_assert!(aimd.generation() - generation <= 1);
                prop_assert!(aimd.window >= (window * LEFT_BY_OVERLOAD).max(aimd.floor));
                if signal == Signal::Overload && age.min(generation) > 0 {
                    prop_assert_eq!((window, generation), (aimd.window, aimd.generation()));
                }
            }
        }

        /// From any state, an outage brings it to its floor within two windows per halving.
        #[test]
        fn an_outage_brings_it_to_its_floor(
            ceiling in 1_usize..200,
            before in prop::collection::vec(signals(), 0..300),
        ) {
            let mut aimd = Aimd::new(1, ceiling, ceiling);
            before.into_iter().for_each(|signal| aimd.attempt(signal));
            (0..2 * ceiling + 16).for_each(|_| aimd.attempt(Signal::Overload));
            prop_assert_eq!(aimd.limit(), 1);
        }
    }
}
