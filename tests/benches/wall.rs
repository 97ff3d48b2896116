//! Wall time of one call after the other, and of a token from the cache, by criterion. The clients take turns, and each
//! round gives a ratio; the median of the ratios is printed.

use std::{
    error::Error,
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use criterion::Criterion;
use d1_benches::{
    ClientKind, ClientUnderTest, Measurement, Person, Server, is_asked_for, median, ours, with_client,
};
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
        for place in 0..ClientKind::ALL.len() {
            let kind = ClientKind::ALL[(round + place) % ClientKind::ALL.len()];
            with_client!(kind, C => take_turn::<C>(&mut criterion, &runtime, kind, round, server.address()));
        }
    }

    for case in ["put_wall", "get_wall"] {
        let times = |kind: ClientKind| {
            let times = (0..ROUNDS).map(|round| median_of(folder.path(), &turn(kind, case, round)));
            times.collect::<Result<Vec<f64>, _>>()
        };
        let references = times(ClientKind::ByHand)?;
        for kind in ClientKind::ALL {
            let own = times(kind)?;
            let ratios = own
                .iter()
                .zip(&references)
                .map(|(own, reference)| own / reference)
                .collect();
            let name = format!("{}{case}", kind.prefix());
            Measurement::print(name, median(own) / 1_000.0, "us", Some(median(ratios)));
        }
    }
    Measurement::print("first_check_us", first_check, "us", None);
    let value = median_of(folder.path(), TOKEN_HIT)?;
    Measurement::print(format!("{TOKEN_HIT}_ns"), value, "ns", None);
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
fn turn(kind: ClientKind, case: &str, round: usize) -> String {
    format!("{}{case}_{round}", kind.prefix())
}

fn take_turn<C: ClientUnderTest>(
    criterion: &mut Criterion,
    runtime: &Runtime,
    kind: ClientKind,
    round: usize,
    address: &str,
) {
    let client = C::new(address);
    let person = C::spelled(Person::example(0));
    criterion.bench_function(&turn(kind, "put_wall", round), |bencher| {
        bencher.iter(|| runtime.block_on(client.register(&person)));
    });
    criterion.bench_function(&turn(kind, "get_wall", round), |bencher| {
        bencher.iter(|| runtime.block_on(client.cards(&person.consumer_id)));
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
