//! Instructions for each call, as callgrind counts them.
//!
//! A process makes some calls, another one more of them; the difference, divided, is what one call costs: everything that
//! runs for it in the process (the connection's task too), and nothing of what only the start needs.

use std::{env, error::Error, hint::black_box, process::Command};

use d1_benches::{
    ClientKind, ClientUnderTest, Measurement, Person, Server, is_asked_for, ours,
    strict::{self, Strict},
    with_client,
};
use tokio::runtime;

const FEW: u32 = 100;
const MANY: u32 = 300;

/// The first argument of the process that is counted.
const CALL: &str = "call";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first, prefix, case, calls, address] = &arguments[..]
        && first == CALL
    {
        let kind = ClientKind::of_prefix(prefix).ok_or("no such client")?;
        make_calls(kind, case, calls.parse()?, address);
        return Ok(());
    }
    if !is_asked_for() {
        return Ok(());
    }
    let server = Server::start(env!("CARGO_BIN_EXE_d1-bench-server"));
    for case in ["put", "get"] {
        let mut reference = None;
        for kind in ClientKind::ALL {
            let value = instructions(kind, case, server.address())?;
            let reference = *reference.get_or_insert(value);
            print(
                format!("{}{case}_instructions", kind.prefix()),
                value,
                Some(value / reference),
            );
        }
    }
    for (kind, case) in [
        (ClientKind::Strict, "check_person"),
        (ClientKind::Ours, "check_person"),
        (ClientKind::Ours, "build_person"),
        (ClientKind::Ours, "prepare_report"),
        (ClientKind::Ours, "token_hit"),
    ] {
        let value = instructions(kind, case, server.address())?;
        print(format!("{}{case}_instructions", kind.prefix()), value, None);
    }
    Ok(())
}

fn print(name: String, value: f64, ratio: Option<f64>) {
    Measurement::print(name, value, "instructions", ratio);
}

/// Of one call.
fn instructions(kind: ClientKind, case: &str, address: &str) -> Result<f64> {
    let few = counted(kind, case, FEW, address)?;
    let many = counted(kind, case, MANY, address)?;
    Ok((many - few) / f64::from(MANY - FEW))
}

/// Of a whole process.
fn counted(kind: ClientKind, case: &str, calls: u32, address: &str) -> Result<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([CALL, kind.prefix(), case, &calls.to_string(), address])
        .output()
        .map_err(|error| format!("valgrind, which counts instructions, cannot be started: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected : "));
    match collected {
        Some((_, instructions)) if output.status.success() => Ok(instructions.trim().parse()?),
        _ => Err(format!("{case} of {kind:?}: {told}").into()),
    }
}

fn make_calls(kind: ClientKind, case: &str, calls: u32, address: &str) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        match case {
            "put" => with_client!(kind, C => register(C::new(address), calls).await),
            "get" => with_client!(kind, C => list_cards(C::new(address), calls).await),
            "check_person" if kind == ClientKind::Strict => {
                let person = Strict::spelled(Person::example(0));
                (0..calls).for_each(|_| strict::check(&person));
            }
            "check_person" => {
                let person = Person::example(0);
                (0..calls).for_each(|_| ours::check(&person));
            }
            "build_person" => {
                let person = Person::example(0);
                (0..calls).for_each(|_| drop(black_box(ours::consumer_information(black_box(&person)))));
            }
            "prepare_report" => ours::report(calls),
            "token_hit" => hit(calls).await,
            _ => panic!("no such case"),
        }
    });
}

async fn register<C: ClientUnderTest>(client: C, calls: u32) {
    let person = C::spelled(Person::example(0));
    for _ in 0..calls {
        client.register(black_box(&person)).await;
    }
}

async fn list_cards<C: ClientUnderTest>(client: C, calls: u32) {
    for _ in 0..calls {
        assert_eq!(
            client.cards(black_box("c-00000000")).await,
            d1_benches::cards::COUNT
        );
    }
}

/// A token from a cache that has one.
async fn hit(calls: u32) {
    let cache = ours::token_cache();
    for _ in 0..calls {
        black_box(cache.token(None).await.expect("a token"));
    }
}
