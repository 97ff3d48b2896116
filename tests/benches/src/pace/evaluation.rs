//! A scenario, run and measured against every fixed window.

use super::{
    algorithm::{Algorithm, Fixed},
    scenario::{Row, Scenario},
    server::Time,
    simulation::{Kind, LENGTH, Outcome, run},
};

/// How many fixed windows are run again with each seed: the best of the first.
const BEST: usize = 10;

/// What a law achieved, in the worst of the seeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Achieved {
    /// Items done in a second.
    pub(crate) goodput: f64,
    /// Of the goodput of the best fixed window.
    pub(crate) ratio: f64,
    /// Of the best fixed window: the window from 10 to 15 s after the start and after each change (`Row::Free`), the
    /// goodput from 10 to 30 s after the end of the outage (`Row::Outage`).
    pub(crate) settled: f64,
    /// Of all attempts.
    pub(crate) overload: f64,
    /// Of an idle server's.
    pub(crate) latency: f64,
    /// The first client's of the goodput of both.
    pub(crate) share: f64,
    /// The largest window 2 s after the outage began.
    pub(crate) window: f64,
    /// Attempts during the outage.
    pub(crate) attempts: f64,
    /// Attempts for an item.
    pub(crate) per_item: f64,
}

impl Achieved {
    /// What is worse of each.
    fn worse(self, other: Self) -> Self {
        Self {
            goodput: self.goodput.min(other.goodput),
            ratio: self.ratio.min(other.ratio),
            settled: self.settled.min(other.settled),
            overload: self.overload.max(other.overload),
            latency: self.latency.max(other.latency),
            share: if (self.share - 0.5).abs() > (other.share - 0.5).abs() {
                self.share
            } else {
                other.share
            },
            window: self.window.max(other.window),
            attempts: self.attempts.max(other.attempts),
            per_item: self.per_item.max(other.per_item),
        }
    }
}

/// The fixed windows of a scenario, run with each seed.
pub(crate) struct FixedWindows {
    /// By seed: the best.
    best: Vec<Best>,
    /// Of an idle server.
    latency: Time,
}

#[derive(Clone, Debug)]
struct Best {
    window: usize,
    goodput: f64,
    after_outage: f64,
}

/// Whether a run of one kind says what one of the others would.
pub(crate) struct Runs {
    /// By seed.
    pub(crate) achieved: Achieved,
    /// Whether another kind would do something else.
    pub(crate) kind_matters: bool,
}

fn simulate<C: Algorithm>(scenario: &Scenario, kind: Kind, seed: u64, law: impl Fn() -> C) -> Vec<Outcome> {
    let mut clients = vec![(law(), 0.0)];
    if scenario.row == Row::Shared {
        clients.push((law(), scenario.second));
    }
    run(&scenario.phases, kind, seed, scenario.ceiling, clients)
}

/// From when on the goodput counts: with two clients, once both are there.
fn counted(scenario: &Scenario) -> usize {
    scenario.second as usize
}

fn goodput(scenario: &Scenario, outcomes: &[Outcome]) -> f64 {
    let from = counted(scenario);
    outcomes
        .iter()
        .map(|outcome| outcome.goodput(from, LENGTH as usize))
        .sum()
}

impl FixedWindows {
    /// The best window with the first seed.
    pub(crate) fn best_window(&self) -> usize {
        self.best.first().map_or(0, |best| best.window)
    }

    /// Runs every window from 1 to the ceiling with the first seed, and the best of these with the others.
    pub(crate) fn run(scenario: &Scenario, kind: Kind, seeds: u64) -> Self {
        let of = |window, seed| {
            let outcomes = simulate(scenario, kind, seed, || Fixed(window));
            Best {
                window,
                goodput: goodput(scenario, &outcomes),
                after_outage: outcomes[0].goodput(120, 140),
            }
        };
        let mut windows: Vec<_> = (1..=scenario.ceiling).map(|window| of(window, 0)).collect();
        windows.sort_by(|one, other| other.goodput.total_cmp(&one.goodput));
        windows.truncate(BEST);
        let mut best = vec![windows[0].clone()];
        for seed in 1..seeds {
            let runs = windows.iter().map(|known| of(known.window, seed));
            best.extend(runs.max_by(|one, other| one.goodput.total_cmp(&other.goodput)));
        }
        let latency = simulate(scenario, kind, 0, || Fixed(1))[0].mean_latency();
        Self { best, latency }
    }
}

/// Runs a law with each seed.
pub(crate) fn evaluate<C: Algorithm>(
    scenario: &Scenario,
    kind: Kind,
    fixed: &FixedWindows,
    law: impl Fn() -> C,
) -> Runs {
    let mut all: Option<Achieved> = None;
    let mut kind_matters = false;
    for (seed, best) in fixed.best.iter().enumerate() {
        let outcomes = simulate(scenario, kind, seed as u64, &law);
        kind_matters |= outcomes[0].kind_matters;
        let goodput = goodput(scenario, &outcomes);
        let first = &outcomes[0];
        let settled = match scenario.row {
            Row::Outage => first.goodput(120, 140) / best.after_outage,
            _ => scenario
                .changes()
                .iter()
                .map(|change| *change as usize + 10)
                .map(|from| first.window(from, from + 5) / best.window as f64)
                .fold(f64::INFINITY, f64::min),
        };
        let sum = |of: fn(&Outcome) -> u32| f64::from(outcomes.iter().map(of).sum::<u32>());
        let attempts = sum(|outcome| outcome.attempts.iter().sum());
        let achieved = Achieved {
            goodput,
            ratio: goodput / best.goodput,
            settled,
            overload: sum(|outcome| outcome.overloads.iter().sum()) / attempts,
            latency: outcomes.iter().map(Outcome::mean_latency).fold(0.0, f64::max) / fixed.latency,
            share: first.goodput(counted(scenario), LENGTH as usize) / goodput,
            window: f64::from(first.windows[1020..1100].iter().copied().max().unwrap_or(0)),
            attempts: f64::from(first.attempts[100..110].iter().sum::<u32>()),
            per_item: attempts / sum(|outcome| outcome.done.iter().sum()),
        };
        all = Some(all.map_or(achieved, |all| all.worse(achieved)));
    }
    Runs {
        achieved: all.unwrap_or(Achieved {
            goodput: 0.0,
            ratio: 0.0,
            settled: 0.0,
            overload: 1.0,
            latency: f64::INFINITY,
            share: 0.0,
            window: f64::INFINITY,
            attempts: f64::INFINITY,
            per_item: f64::INFINITY,
        }),
        kind_matters,
    }
}
