//! Calls a second with many in flight, and the processor time that each costs: the clients take turns, and each round
//! gives a ratio; the median of the ratios is printed.

use std::{sync::Arc, time::Duration};

use d1_benches::{
    ClientKind, ClientUnderTest, Cost, Measurement, Person, Server, by_hand::ByHand, cards, is_asked_for,
    median, ours::Ours, strict::Strict,
};
use tokio::{task::JoinSet, time::Instant};

const TURN: Duration = Duration::from_millis(700);
const ROUNDS: usize = 9;

/// What is measured: how many in flight, and which call.
const CASES: [(&str, usize, Call); 3] = [
    ("put", 64, Call::Register),
    ("put", 256, Call::Register),
    ("get", 64, Call::Cards),
];

#[derive(Clone, Copy)]
enum Call {
    Register,
    Cards,
}

#[tokio::main]
async fn main() {
    if !is_asked_for() {
        return;
    }
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    let address = server.address();
    let clients = (ByHand::new(address), Strict::new(address), Ours::new(address));
    for (name, in_flight, call) in CASES {
        let mut turns: [Vec<Turn>; ClientKind::ALL.len()] = Default::default();
        // The first round opens the connections; it does not count.
        for round in 0..=ROUNDS {
            for place in 0..ClientKind::ALL.len() {
                // Nobody is always first, or always after the same one.
                let index = (round + place) % ClientKind::ALL.len();
                let turn = match ClientKind::ALL[index] {
                    ClientKind::ByHand => take_turn(&clients.0, in_flight, call).await,
                    ClientKind::Strict => take_turn(&clients.1, in_flight, call).await,
                    ClientKind::Ours => take_turn(&clients.2, in_flight, call).await,
                };
                if round > 0 {
                    turns[index].push(turn);
                }
            }
        }
        print_median(
            &format!("{name}_throughput_{in_flight}"),
            "calls/s",
            &turns,
            |turn| turn.throughput,
        );
        print_median(&format!("{name}_cpu_{in_flight}"), "us", &turns, |turn| {
            turn.processor
        });
    }
}

struct Turn {
    /// Calls a second.
    throughput: f64,
    /// Microseconds of processor time in this process for each call.
    processor: f64,
}

async fn take_turn<C: ClientUnderTest>(client: &C, in_flight: usize, call: Call) -> Turn {
    let cost = Cost::begin();
    let until = Instant::now() + TURN;
    let person = Arc::new(C::spelled(Person::example(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..in_flight {
        let (client, person) = (client.clone(), person.clone());
        tasks.spawn(async move {
            let mut calls = 0_u32;
            while Instant::now() < until {
                match call {
                    Call::Register => client.register(&person).await,
                    Call::Cards => assert_eq!(client.cards(&person.consumer_id).await, cards::COUNT),
                }
                calls += 1;
            }
            calls
        });
    }
    let calls = f64::from(tasks.join_all().await.into_iter().sum::<u32>());
    let (wall, processor) = cost.until_now();
    Turn {
        throughput: calls / wall,
        processor: processor * 1e6 / calls,
    }
}

fn print_median(name: &str, unit: &'static str, turns: &[Vec<Turn>], of: fn(&Turn) -> f64) {
    for (kind, own) in ClientKind::ALL.iter().zip(turns) {
        let ratios = own
            .iter()
            .zip(&turns[0])
            .map(|(own, reference)| of(own) / of(reference));
        let name = format!("{}{name}", kind.prefix());
        let value = median(own.iter().map(of).collect());
        Measurement::print(name, value, unit, Some(median(ratios.collect())));
    }
}
