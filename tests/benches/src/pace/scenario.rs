//! What a bulk may meet, and what it must reach.

use super::server::{Answer, Capacity, Latency, Phase, Time};

/// What is asked of a scenario's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// Latency does not depend on load.
    Free,
    /// A capacity that one client has to itself.
    Limited,
    /// A capacity that two clients share.
    Shared,
    /// An outage.
    Outage,
    /// Failures that have nothing to do with load.
    Faults,
}

/// A server, and what is asked of a bulk that meets it.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// In words of letters, digits and `_`.
    pub(crate) name: String,
    /// What is asked.
    pub(crate) row: Row,
    /// What the server does.
    pub(crate) phases: Vec<Phase>,
    /// The window to begin with.
    pub(crate) start: usize,
    /// The largest window.
    pub(crate) ceiling: usize,
    /// When a second client begins.
    pub(crate) second: Time,
}

/// How long a request takes on an idle server, by the median.
fn log_normal(median: Time, sigma: f64) -> Latency {
    Latency::LogNormal { median, sigma }
}

fn phase(from: Time, latency: Latency, capacity: Capacity) -> Phase {
    Phase {
        from,
        latency,
        capacity,
        mixed: Vec::new(),
        pause: 0.0,
        is_out: false,
    }
}

/// A client's default.
const START: usize = 16;
const CEILING: usize = 64;

impl Scenario {
    /// With the default options.
    pub(crate) fn new(name: impl Into<String>, row: Row, phases: Vec<Phase>) -> Self {
        Self {
            name: name.into(),
            row,
            phases,
            start: START,
            ceiling: CEILING,
            second: 0.0,
        }
    }

    fn of(name: impl Into<String>, row: Row, latency: Latency, capacity: Capacity) -> Self {
        Self::new(name, row, vec![phase(0.0, latency, capacity)])
    }

    fn mixed(mut self, from: Time, to: Time, mixed: &[(f64, Answer, Time)]) -> Self {
        let first = self.phases[0].clone();
        self.phases.clear();
        if from > 0.0 {
            self.phases.push(first.clone());
        }
        self.phases.push(Phase {
            from,
            mixed: mixed.to_vec(),
            ..first.clone()
        });
        if to > 0.0 {
            self.phases.push(Phase { from: to, ..first });
        }
        self
    }

    /// The times from which full speed must be achieved within ten seconds.
    pub(crate) fn changes(&self) -> Vec<Time> {
        let mut changes = vec![0.0];
        if self.phases.iter().all(|phase| phase.pause == 0.0) {
            changes.extend(self.phases[1..].iter().map(|phase| phase.from));
        }
        changes
    }
}

/// The scenarios of the table.
pub(crate) fn all() -> Vec<Scenario> {
    let mut all = free(0.1, 0.15);
    all.extend(limited(0.1, 20, 32, 200.0));
    all.push(outage(0.15));
    all.push(faults(0.1));
    all
}

/// Latency does not depend on load.
pub(crate) fn free(median: Time, constant: Time) -> Vec<Scenario> {
    let mut all = vec![Scenario::of(
        "constant",
        Row::Free,
        Latency::Constant(constant),
        Capacity::Any,
    )];
    for tenths in [2, 4, 6, 8, 10, 12] {
        let latency = log_normal(median, f64::from(tenths) / 10.0);
        all.push(Scenario::of(
            format!("log_normal_{tenths:02}"),
            Row::Free,
            latency,
            Capacity::Any,
        ));
    }
    for (name, alpha) in [("pareto_15", 1.5), ("pareto_25", 2.5)] {
        let latency = Latency::Pareto {
            least: median * 0.7,
            alpha,
        };
        all.push(Scenario::of(name, Row::Free, latency, Capacity::Any));
    }
    for percent in [1, 5, 20, 50] {
        let refused = [(f64::from(percent) / 100.0, Answer::Refused, 0.005)];
        for (word, from, to) in [
            ("from_the_start", 0.0, 0.0),
            ("later", 100.0, 0.0),
            ("at_first", 0.0, 20.0),
        ] {
            let of = |latency| {
                Scenario::of(
                    format!("refusals_{percent}_{word}"),
                    Row::Free,
                    latency,
                    Capacity::Any,
                )
            };
            all.push(of(log_normal(constant, 0.3)).mixed(from, to, &refused));
        }
    }
    let step = |times: f64| log_normal(median * times, 0.2);
    all.push(Scenario::new(
        "steps",
        Row::Free,
        vec![
            phase(0.0, step(1.0), Capacity::Any),
            phase(100.0, step(4.0), Capacity::Any),
            phase(200.0, step(1.0), Capacity::Any),
        ],
    ));
    let pauses = (0..10).map(|number| Phase {
        pause: if number == 0 { 0.0 } else { 2.0 },
        ..phase(f64::from(number) * 30.0, log_normal(median, 0.3), Capacity::Any)
    });
    all.push(Scenario::new("pauses", Row::Free, pauses.collect()));
    all
}

/// Latency or refusals come of load.
pub(crate) fn limited(median: Time, workers: usize, at_once: usize, rate: f64) -> Vec<Scenario> {
    let latency = log_normal(median, 0.3);
    let halves = |name: &str, row, whole, half| {
        let phases = [(0.0, whole), (100.0, half), (200.0, whole)];
        let phases = phases.map(|(from, capacity)| phase(from, latency, capacity));
        Scenario::new(name, row, phases.into())
    };
    let queue = Capacity::Workers(workers, usize::MAX);
    let short = Capacity::Workers(workers, workers);
    let most = Capacity::AtOnce(at_once);
    let bucket = Capacity::Rate(rate, 0.1);
    let mut all = vec![
        Scenario::of("workers", Row::Limited, latency, queue),
        Scenario::of("workers_constant", Row::Limited, Latency::Constant(median), queue),
        Scenario::of("workers_wide", Row::Limited, log_normal(median, 1.0), queue),
        Scenario::of("workers_short_queue", Row::Limited, latency, short),
        Scenario::of("at_once", Row::Limited, latency, most),
        Scenario::of("rate_bucket", Row::Limited, latency, bucket),
        Scenario::of(
            "rate_large_bucket",
            Row::Limited,
            latency,
            Capacity::Rate(rate, 1.0),
        ),
        Scenario::of(
            "rate_each_second",
            Row::Limited,
            latency,
            Capacity::EachSecond(rate as u32),
        ),
        halves(
            "workers_halve",
            Row::Limited,
            queue,
            Capacity::Workers(workers / 2, usize::MAX),
        ),
        halves(
            "at_once_halves",
            Row::Limited,
            most,
            Capacity::AtOnce(at_once / 2),
        ),
        halves(
            "rate_halves",
            Row::Limited,
            bucket,
            Capacity::Rate(rate / 2.0, 0.1),
        ),
        Scenario::of("shared_workers", Row::Shared, latency, queue),
        Scenario::of("shared_at_once", Row::Shared, latency, most),
        Scenario::of("shared_rate", Row::Shared, latency, bucket),
    ];
    all.push(Scenario {
        name: "shared_workers_late".into(),
        second: 20.0,
        ..Scenario::of("", Row::Shared, latency, queue)
    });
    all.push(Scenario {
        name: "shared_at_once_late".into(),
        second: 20.0,
        ..Scenario::of("", Row::Shared, latency, most)
    });
    all
}

/// Nobody listens for ten seconds.
pub(crate) fn outage(median: Time) -> Scenario {
    let latency = log_normal(median, 0.3);
    let out = Phase {
        is_out: true,
        ..phase(100.0, latency, Capacity::Any)
    };
    let phases = vec![
        phase(0.0, latency, Capacity::Any),
        out,
        phase(110.0, latency, Capacity::Any),
    ];
    Scenario::new("outage", Row::Outage, phases)
}

/// 5 % 503 bare, 1 % 503 with a gateway's body, 1 % resets, 2 % fast refusals.
pub(crate) fn faults(median: Time) -> Scenario {
    let mixed = [
        (0.05, Answer::Unavailable, 0.01),
        (0.01, Answer::Gateway, 0.01),
        (0.01, Answer::Reset, 0.02),
        (0.02, Answer::Refused, 0.005),
    ];
    Scenario::of(
        "mixed_faults",
        Row::Faults,
        log_normal(median, 0.6),
        Capacity::Any,
    )
    .mixed(0.0, 0.0, &mixed)
}
