//! The law that sets the window of a bulk, in real time on loopback: against the same bulk with its window held at the
//! ceiling, by turns in one run, on a D1 whose answers take 2 ms in the middle.

use std::error::Error;

use d1_benches::{
    ClientUnderTest, Cost, Measurement, Server, is_asked_for, median, ours, ours::Ours, people,
};
use d1_client::bulk::BulkOptions;
use futures::{StreamExt, stream};

const ITEMS: usize = 40_000;
const ROUNDS: usize = 5;
/// The answers of `d1-bench-server`, by their names there.
const SCENARIOS: [&str; 3] = ["wide", "refusals", "workers"];
const WINDOWS: [usize; 2] = [32, 64];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if !is_asked_for() {
        return Ok(());
    }
    for scenario in SCENARIOS {
        let server = Server::start_as(env!("CARGO_BIN_EXE_d1-bench-server"), scenario);
        let client = Ours::new(server.address());
        for window in WINDOWS {
            let fixed = BulkOptions::new().floor(window).start(window).ceiling(window);
            let found = BulkOptions::new().ceiling(window);
            let (mut rates, mut ratios) = (Vec::new(), Vec::new());
            // The first round opens the connections; it does not count.
            for round in 0..=ROUNDS {
                let (found, fixed) = if round % 2 == 0 {
                    let found = rate(&client, &found).await;
                    (found, rate(&client, &fixed).await)
                } else {
                    let fixed = rate(&client, &fixed).await;
                    (rate(&client, &found).await, fixed)
                };
                if round > 0 {
                    rates.push(found);
                    ratios.push(found / fixed);
                }
            }
            Measurement::print(
                format!("loopback_{scenario}_{window}"),
                median(rates),
                "items/s",
                Some(median(ratios)),
            );
        }
    }
    Ok(())
}

/// Items a second, from the first to the last.
async fn rate(client: &Ours, options: &BulkOptions) -> f64 {
    let input = people(Ours::spelled)
        .take(ITEMS)
        .map(|person| (ours::consumer_id(&person), ours::registration(&person)));
    let cost = Cost::begin();
    let mut results = client.0.register_many(stream::iter(input), options.clone());
    while results.next().await.is_some() {}
    let (wall, _) = cost.until_now();
    let summary = results.summary();
    // One in five is refused in one of the scenarios, and nothing else happens to any.
    assert_eq!(summary.done() + summary.refused(), ITEMS as u64);
    ITEMS as f64 / wall
}
