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

use d1_benches::{Measurement, is_asked_for};
use pace::{
    algorithm::{Aimd, Gradient2, Vegas},
    evaluation::{Achieved, FixedWindows, evaluate},
    law::Law,
    scenario::{self, Row, Scenario},
    simulation::Kind,
};

const SEEDS: u64 = 20;

/// Name, value, unit and ratio of a measurement.
type Measured = (String, f64, &'static str, Option<f64>);

fn main() {
    if !is_asked_for() {
        return;
    }
    let scenarios = scenario::all();
    let next = AtomicUsize::new(0);
    let measured = Mutex::new(vec![Vec::new(); scenarios.len()]);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, scenario)) = {
                    let number = next.fetch_add(1, Relaxed);
                    scenarios.get(number).map(|scenario| (number, scenario))
                } {
                    let measurements = measurements(scenario);
                    measured.lock().unwrap_or_else(PoisonError::into_inner)[number] = measurements;
                }
            });
        }
    });
    let measured = measured.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (name, value, unit, ratio) in measured.into_iter().flatten() {
        Measurement::print(name, value, unit, ratio);
    }
}

/// What the law reaches in a scenario, and what the others do.
fn measurements(scenario: &Scenario) -> Vec<Measured> {
    let mut measurements = Vec::new();
    // They differ only in what is repeated: where nothing is repeated, one run stands for all.
    for (kind, suffix) in [
        (Kind::Register, ""),
        (Kind::Update, "_update"),
        (Kind::Delete, "_delete"),
    ] {
        let fixed = FixedWindows::run(scenario, kind, SEEDS);
        let (floor, start, ceiling) = (1, scenario.start, scenario.ceiling);
        let ours = evaluate(scenario, kind, &fixed, || Law::new(floor, start, ceiling));
        let others = [
            (
                "aimd_",
                evaluate(scenario, kind, &fixed, || Aimd::new(start, ceiling)),
            ),
            (
                "gradient2_",
                evaluate(scenario, kind, &fixed, || Gradient2::new(start, ceiling)),
            ),
            (
                "vegas_",
                evaluate(scenario, kind, &fixed, || Vegas::new(start, ceiling)),
            ),
        ];
        let name = format!("pace_{}{suffix}", scenario.name);
        measurements.push((
            format!("{name}_best"),
            fixed.best_window() as f64,
            "requests",
            None,
        ));
        let aimd = others[0].1.achieved;
        measurements.extend(measured(scenario.row, &name, &ours.achieved, &aimd));
        for (prefix, runs) in &others {
            let Achieved { goodput, ratio, .. } = runs.achieved;
            measurements.push((format!("{prefix}{name}"), goodput, "items/s", Some(ratio)));
        }
        if !ours.kind_matters {
            break;
        }
    }
    measurements
}

fn measured(row: Row, name: &str, ours: &Achieved, aimd: &Achieved) -> Vec<Measured> {
    let measurement = |what: &str, value, unit, ratio| (format!("{name}{what}"), value, unit, ratio);
    let settled = measurement("_settled", ours.settled, "times", Some(ours.settled));
    let mut measurements = vec![measurement("", ours.goodput, "items/s", Some(ours.ratio))];
    match row {
        Row::Free => measurements.push(settled),
        Row::Limited | Row::Shared => {
            measurements.push(measurement("_overload", ours.overload, "share", None));
            measurements.push(measurement("_latency", ours.latency, "times", None));
            if row == Row::Shared {
                measurements.push(measurement(
                    "_unfairness",
                    (ours.share - 0.5).abs(),
                    "share",
                    None,
                ));
            }
        }
        Row::Outage => {
            let attempts = ours.attempts / aimd.attempts;
            measurements.extend([
                settled,
                measurement("_window", ours.window, "requests", None),
                measurement("_attempts", ours.attempts, "attempts", Some(attempts)),
            ]);
        }
        Row::Faults => measurements.push(measurement("_attempts", ours.per_item, "per_item", None)),
    }
    measurements
}
