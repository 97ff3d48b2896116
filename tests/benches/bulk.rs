//! A bulk of 100,000 registrations, against the same by `buffer_unordered(64)`; and the memory that a bulk takes, by
//! processes that do nothing else.

use std::{env, error::Error, process::Command};

use d1_benches::{
    ClientKind, ClientUnderTest, Cost, Measurement, Server, by_hand::ByHand, is_asked_for, median, ours,
    ours::Ours, peak_memory, people, strict::Strict,
};
use d1_client::bulk::BulkOptions;
use futures::{StreamExt, stream};

const ITEMS: usize = 100_000;
const ROUNDS: usize = 4;
const IN_FLIGHT: usize = 64;

/// Whose memory is compared.
const SMALL: usize = 10_000;
const LARGE: usize = 1_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // A process whose memory is measured.
    if let [prefix, items, address] = &arguments[..] {
        let items = items.parse()?;
        match ClientKind::of_prefix(prefix).ok_or("no such client")? {
            ClientKind::ByHand => buffered(&ByHand::new(address), items).await,
            ClientKind::Strict => buffered(&Strict::new(address), items).await,
            ClientKind::Ours => register_many(&Ours::new(address), items).await,
        }
        println!("{}", peak_memory());
        return Ok(());
    }
    if !is_asked_for() {
        return Ok(());
    }
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    throughput(server.address()).await;
    let mut reference = None;
    for kind in ClientKind::ALL {
        let prefix = kind.prefix();
        let large = memory(kind, LARGE, server.address())?;
        let reference = *reference.get_or_insert(large);
        Measurement::print(
            format!("{prefix}bulk_memory"),
            large,
            "KiB",
            Some(large / reference),
        );
        let growth = large / memory(kind, SMALL, server.address())?;
        Measurement::print(format!("{prefix}bulk_memory_growth"), growth, "times", None);
    }
    Ok(())
}

async fn throughput(address: &str) {
    let clients = (ByHand::new(address), Strict::new(address), Ours::new(address));
    let names = ["reqwest_bulk", "progenitor_bulk", "buffered_bulk", "bulk"];
    let mut turns: [Vec<f64>; 4] = Default::default();
    for round in 0..=ROUNDS {
        // The first round opens the connections, with fewer items; it does not count.
        let items = if round == 0 { ITEMS / 20 } else { ITEMS };
        for place in 0..names.len() {
            let index = (round + place) % names.len();
            let cost = Cost::begin();
            match index {
                0 => buffered(&clients.0, items).await,
                1 => buffered(&clients.1, items).await,
                2 => buffered(&clients.2, items).await,
                _ => register_many(&clients.2, items).await,
            }
            let (wall, _) = cost.until_now();
            if round > 0 {
                turns[index].push(items as f64 / wall);
            }
        }
    }
    for (name, own) in names.iter().zip(&turns) {
        let ratios = own.iter().zip(&turns[0]).map(|(own, reference)| own / reference);
        let name = format!("{name}_throughput");
        Measurement::print(
            name,
            median(own.clone()),
            "items/s",
            Some(median(ratios.collect())),
        );
    }
}

/// As one would write it by hand.
async fn buffered<C: ClientUnderTest>(client: &C, items: usize) {
    let calls = stream::iter(people(C::spelled).take(items)).map(|person| async move {
        client.register(&person).await;
    });
    calls.buffer_unordered(IN_FLIGHT).collect::<()>().await;
}

async fn register_many(ours: &Ours, items: usize) {
    let input = people(Ours::spelled)
        .take(items)
        .map(|person| (ours::consumer_id(&person), ours::registration(&person)));
    let options = BulkOptions::new().ceiling(IN_FLIGHT);
    let mut results = ours.0.register_many(stream::iter(input), options);
    while let Some((_, result)) = results.next().await {
        result.expect("the consumer is registered");
    }
    assert_eq!(results.summary().done(), items as u64);
}

/// The most that a process takes that registers so many, in KiB.
fn memory(kind: ClientKind, items: usize, address: &str) -> Result<f64, Box<dyn Error>> {
    let output = Command::new(env::current_exe()?)
        .args([kind.prefix(), &items.to_string(), address])
        .output()?;
    if !output.status.success() {
        return Err(format!("a bulk of {items}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
