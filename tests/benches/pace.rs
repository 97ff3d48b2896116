//! The law that sets the window of a bulk, against every fixed window and against other laws, in simulated time: the worst
//! of 20 seeds counts. The ratio of a goodput is to the best fixed window's.

#[path = "src/pace/mod.rs"]
mod pace;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use d1_benches::{Figure, is_asked_for};
use pace::{
    contender::{Aimd, Gradient2, Vegas},
    judged::{Fixeds, Reached, reached},
    law::Law,
    scenario::{self, Row, Scenario},
    simulation::Kind,
};

const SEEDS: u64 = 20;

/// Name, value, unit and ratio of a figure.
type Told = (String, f64, &'static str, Option<f64>);

fn main() {
    if !is_asked_for() {
        return;
    }
    let scenarios = scenario::all();
    let next = AtomicUsize::new(0);
    let told = Mutex::new(vec![Vec::new(); scenarios.len()]);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, scenario)) = {
                    let number = next.fetch_add(1, Relaxed);
                    scenarios.get(number).map(|scenario| (number, scenario))
                } {
                    let figures = figures(scenario);
                    told.lock().unwrap_or_else(PoisonError::into_inner)[number] = figures;
                }
            });
        }
    });
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (name, value, unit, ratio) in told.into_iter().flatten() {
        Figure::tell(name, value, unit, ratio);
    }
}

/// What the law reaches in a scenario, and what the others do.
fn figures(scenario: &Scenario) -> Vec<Told> {
    let mut figures = Vec::new();
    // They differ only in what is repeated: where nothing of that happens, one run tells of all.
    for (kind, suffix) in [
        (Kind::Register, ""),
        (Kind::Update, "_update"),
        (Kind::Delete, "_delete"),
    ] {
        let fixed = Fixeds::run(scenario, kind, SEEDS);
        let (floor, start, ceiling) = (1, scenario.start, scenario.ceiling);
        let ours = reached(scenario, kind, &fixed, || Law::new(floor, start, ceiling));
        let others = [
            (
                "aimd_",
                reached(scenario, kind, &fixed, || Aimd::new(start, ceiling)),
            ),
            (
                "gradient2_",
                reached(scenario, kind, &fixed, || Gradient2::new(start, ceiling)),
            ),
            (
                "vegas_",
                reached(scenario, kind, &fixed, || Vegas::new(start, ceiling)),
            ),
        ];
        let name = format!("pace_{}{suffix}", scenario.name);
        figures.push((
            format!("{name}_best"),
            fixed.best_window() as f64,
            "requests",
            None,
        ));
        let aimd = others[0].1.reached;
        figures.extend(told(scenario.row, &name, &ours.reached, &aimd));
        for (contender, runs) in &others {
            let Reached { goodput, ratio, .. } = runs.reached;
            figures.push((format!("{contender}{name}"), goodput, "items/s", Some(ratio)));
        }
        if !ours.kind_matters {
            break;
        }
    }
    figures
}

fn told(row: Row, name: &str, ours: &Reached, aimd: &Reached) -> Vec<Told> {
    let figure = |what: &str, value, unit, ratio| (format!("{name}{what}"), value, unit, ratio);
    let settled = figure("_settled", ours.settled, "times", Some(ours.settled));
    let mut figures = vec![figure("", ours.goodput, "items/s", Some(ours.ratio))];
    match row {
        Row::Free => figures.push(settled),
        Row::Limited | Row::Shared => {
            figures.push(figure("_overload", ours.overload, "share", None));
            figures.push(figure("_latency", ours.latency, "times", None));
            if row == Row::Shared {
                figures.push(figure("_unfairness", (ours.share - 0.5).abs(), "share", None));
            }
        }
        Row::Outage => {
            let attempts = ours.attempts / aimd.attempts;
            figures.extend([
                settled,
                figure("_window", ours.window, "requests", None),
                figure("_attempts", ours.attempts, "attempts", Some(attempts)),
            ]);
        }
        Row::Faults => figures.push(figure("_attempts", ours.per_item, "per_item", None)),
    }
    figures
}
