//! A client that outlives the runtime in which it was first used.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use d1_client::{Client, Operation, auth::JwtBearer, auth::SigningKey};
use d1_tests::{
    certificates::{SelfSigned, signing_key_pem},
    clock,
    multiplexed::{Multiplexed, StreamReply},
    operations::call,
    wire::{Reply, Request, Wire, client_of},
};
use futures::future::join_all;
use tokio::runtime::{Builder, Runtime};

const STEP: Duration = Duration::from_millis(50);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Makes calls in a runtime of its own whose clock is held, and says how many attempts each took.
fn calls_in_another_runtime(client: &Client) -> Vec<u32> {
    let client = client.clone();
    let calls = thread::spawn(move || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let clock = clock::hold();
            let mut attempts = Vec::new();
            for &operation in Operation::ALL {
                let done = clock.run(STEP, call(&client, operation)).await;
                attempts.push(done.unwrap().attempts);
            }
            attempts
        })
    });
    calls.join().unwrap()
}

#[test]
fn connections_of_a_runtime_that_stands_still_cost_one_attempt_http1() {
    let server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let d1 = server.block_on(Wire::start(|request: &Request| {
        Reply::success(request.operation())
    }));
    let client = d1.client().build().unwrap();
    let first = runtime();
    first.block_on(async {
        let calls = join_all((0..4).map(|_| call(&client, Operation::ListCards))).await;
        assert!(calls.iter().all(Result::is_ok));
    });
    // It stays alive, but does not run.
    let attempts = calls_in_another_runtime(&client);
    assert!(attempts[0] <= 2, "{attempts:?}");
    assert!(
        attempts[1..].iter().all(|attempts| *attempts == 1),
        "{attempts:?}"
    );
    drop(first);
}

#[test]
fn connections_of_a_runtime_that_stands_still_cost_one_attempt_http2() {
    let server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let certificate = SelfSigned::for_loopback();
    let d1 = server.block_on(Multiplexed::start(&certificate, |_, request| {
        match *request.method() {
            http::Method::PUT => StreamReply::Answer(204, Bytes::new()),
            _ => StreamReply::Answer(200, Bytes::from_static(b"{}")),
        }
    }));
    let client = client_of(&d1.origin())
        .add_root_pem(certificate.pem())
        .build()
        .unwrap();
    let first = runtime();
    first.block_on(call(&client, Operation::ListCards)).unwrap();
    let attempts = calls_in_another_runtime(&client);
    assert!(attempts[0] <= 2, "{attempts:?}");
    assert!(
        attempts[1..].iter().all(|attempts| *attempts == 1),
        "{attempts:?}"
    );
    drop(first);
}

#[test]
fn a_token_that_a_runtime_which_stands_still_should_fetch_is_fetched_by_another() {
    let server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let stuck = Arc::new(AtomicBool::new(true));
    let hangs = Arc::clone(&stuck);
    let d1 = server.block_on(Wire::with_tokens(
        move |request: &Request| {
            if hangs.load(Relaxed) {
                Reply::default().hang()
            } else {
                Reply::token(request.number, 900)
            }
        },
        |request: &Request| Reply::success(request.operation()),
    ));
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let client = d1.client().token_source(JwtBearer::new(key)).build().unwrap();
    let first = runtime();
    let waiting = first.spawn({
        let client = client.clone();
        async move { call(&client, Operation::ListCards).await }
    });
    first.block_on(d1.saw_token_requests(1));
    stuck.store(false, Relaxed);
    let attempts = calls_in_another_runtime(&client);
    assert!(attempts.iter().all(|attempts| *attempts == 1), "{attempts:?}");
    drop((waiting, first));
}
