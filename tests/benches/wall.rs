//! Wall time of one call after the other, and of a token from the cache, by criterion. The contenders take turns, and each
//! round gives a ratio; the median of the ratios is told.

use std::{
    error::Error,
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use criterion::Criterion;
use d1_benches::{Contender, Figure, Person, Server, Way, is_asked_for, median, ours, with_contender};
use tokio::runtime::{self, Runtime};

const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    if !is_asked_for() {
        return Ok(());
    }
    let first_check = first_check();
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let mut criterion = Criterion::default()
        .output_directory(folder.path())
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(700))
        .without_plots();
    token_hit(&mut criterion, &runtime);
    for round in 0..ROUNDS {
        for place in 0..Way::ALL.len() {
            let way = Way::ALL[(round + place) % Way::ALL.len()];
            with_contender!(way, C => take_turn::<C>(&mut criterion, &runtime, way, round, server.address()));
        }
    }

    for case in ["put_wall", "get_wall"] {
        let times = |way: Way| {
            let times = (0..ROUNDS).map(|round| median_of(folder.path(), &turn(way, case, round)));
            times.collect::<Result<Vec<f64>, _>>()
        };
        let references = times(Way::ByHand)?;
        for way in Way::ALL {
            let own = times(way)?;
            let ratios = own
                .iter()
                .zip(&references)
                .map(|(own, reference)| own / reference)
                .collect();
            let name = format!("{}{case}", way.prefix());
            Figure::tell(name, median(own) / 1_000.0, "us", Some(median(ratios)));
        }
    }
    Figure::tell("first_check_us", first_check, "us", None);
    let value = median_of(folder.path(), TOKEN_HIT)?;
    Figure::tell(format!("{TOKEN_HIT}_ns"), value, "ns", None);
    Ok(())
}

/// What it takes to check a person when nothing was checked before in this process.
fn first_check() -> f64 {
    let person = Person::example(0);
    let begun = Instant::now();
    ours::check(&person);
    begun.elapsed().as_secs_f64() * 1e6
}

const TOKEN_HIT: &str = "token_hit";

/// What criterion calls a turn.
fn turn(way: Way, case: &str, round: usize) -> String {
    format!("{}{case}_{round}", way.prefix())
}

fn take_turn<C: Contender>(
    criterion: &mut Criterion,
    runtime: &Runtime,
    way: Way,
    round: usize,
    address: &str,
) {
    let contender = C::new(address);
    let person = C::spelled(Person::example(0));
    criterion.bench_function(&turn(way, "put_wall", round), |bencher| {
        bencher.iter(|| runtime.block_on(contender.register(&person)));
    });
    criterion.bench_function(&turn(way, "get_wall", round), |bencher| {
        bencher.iter(|| runtime.block_on(contender.cards(&person.consumer_id)));
    });
}

fn token_hit(criterion: &mut Criterion, runtime: &Runtime) {
    let cache = ours::token_cache();
    criterion.bench_function(TOKEN_HIT, |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let begun = Instant::now();
                for _ in 0..times {
                    black_box(cache.token(None).await.expect("a token"));
                }
                begun.elapsed()
            })
        });
    });
}

/// What criterion found, in nanoseconds.
fn median_of(folder: &Path, name: &str) -> Result<f64, Box<dyn Error>> {
    let estimates = fs::read_to_string(folder.join(name).join("new/estimates.json"))?;
    let estimates: serde_json::Value = serde_json::from_str(&estimates)?;
    estimates["median"]["point_estimate"]
        .as_f64()
        .ok_or_else(|| format!("no median of {name}").into())
}
