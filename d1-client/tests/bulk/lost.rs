//! Items whose task comes to no end of its own: each is reported once, as unknown, and its consumer may come again.

use std::{future, thread, time::Duration};

use d1_client::{
    Client, Environment, ErrorKind, IssuerId, Outcome,
    auth::{self, AccessToken, TokenError},
    bulk::BulkOptions,
};
use futures::{FutureExt, StreamExt, stream};
use tokio::runtime;

use crate::scripted_d1::{people, person};

fn runtime() -> runtime::Runtime {
    runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A client whose every call hangs for good while a token is fetched.
fn hanging_client() -> Client {
    let source = auth::from_fn(future::pending::<Result<AccessToken, TokenError>>);
    Client::builder(IssuerId::new("is_example").unwrap())
        .environment(Environment::custom("http://127.0.0.1:9", "http://127.0.0.1:9").unwrap())
        .token_source(source)
        .no_proxy()
        .build()
        .unwrap()
}

#[test]
fn the_items_of_a_runtime_that_was_shut_down_are_unknown_and_their_consumers_free_again() {
    let client = hanging_client();
    // Each consumer comes twice: once its first item is lost, its second has its turn.
    let input = people(10).chain(people(10));
    let options = BulkOptions::new().ceiling(20).start(20);
    let mut results = client.register_many(input, options);
    runtime().block_on(async { assert!(results.next().now_or_never().is_none()) });
    let mut lost = Vec::new();
    for times in 1..=2 {
        // The runtime before this one is gone. What begins here is lost with this one.
        runtime().block_on(async {
            for _ in 0..10 {
                let (id, result) = results.next().await.unwrap();
                let error = result.unwrap_err();
                assert_eq!(
                    (error.kind(), error.outcome(), error.is_retryable()),
                    (ErrorKind::Abandoned, Outcome::Unknown, true),
                    "{error}"
                );
                lost.push(id);
            }
            assert!(results.next().now_or_never().is_none_or(|end| end.is_none()));
        });
        lost.sort();
        let everyone = (0..10).flat_map(|number| vec![person(number).0; times]);
        assert_eq!(lost, everyone.collect::<Vec<_>>());
    }
    assert!(runtime().block_on(results.next()).is_none());
    let summary = results.summary();
    assert_eq!((summary.unknown(), summary.in_flight()), (20, 0));
}

#[test]
fn items_in_a_runtime_that_nobody_drives_any_more_are_unknown_once_their_time_is_over() {
    const PATIENCE: Duration = Duration::from_millis(200);
    let client = hanging_client();
    let options = BulkOptions::new().item_timeout(PATIENCE).ceiling(4);
    let input = people(4).chain(stream::iter([person(0)]));
    let mut results = client.register_many(input, options);
    // It stays alive, and idle.
    let idle = runtime();
    idle.block_on(async { assert!(results.next().now_or_never().is_none()) });
    assert_eq!(results.summary().in_flight(), 4);
    let reported = thread::spawn(move || {
        runtime().block_on(async {
            let mut outcomes = Vec::new();
            while let Some((id, result)) = results.next().await {
                outcomes.push((id, result.unwrap_err().kind()));
            }
            (outcomes, results.summary().in_flight())
        })
    });
    let (outcomes, in_flight) = reported.join().unwrap();
    let abandoned = outcomes
        .iter()
        .filter(|(_, kind)| *kind == ErrorKind::Abandoned)
        .count();
    assert_eq!((outcomes.len(), abandoned, in_flight), (5, 4, 0));
    assert_eq!(outcomes[4], (person(0).0, ErrorKind::Timeout));
    drop(idle);
}
