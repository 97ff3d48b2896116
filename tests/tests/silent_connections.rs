//! A connection that goes silent: its process hangs, its kernel still acknowledges, and new connections work.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use d1_client::{Client, ClientBuilder, Operation, Outcome, auth::JwtBearer, auth::SigningKey};
use d1_tests::{
    certificates::{SelfSigned, signing_key_pem},
    clock,
    multiplexed::{Multiplexed, Received, StreamReply, connection_of},
    operations::{call, is_idempotent},
    wire::{Reply, Request, Wire, client_of},
};
use futures::future::join_all;

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(50);

fn success(request: &Received) -> StreamReply {
    match *request.method() {
        http::Method::PUT => StreamReply::Answer(204, Bytes::new()),
        _ => StreamReply::Answer(200, Bytes::from_static(b"{}")),
    }
}

/// A D1 over HTTP/2 whose connections below `silent` freeze at the first request after the flag was raised.
async fn http2(silent: usize, raised: &Arc<AtomicBool>) -> (Multiplexed, ClientBuilder) {
    let certificate = SelfSigned::for_loopback();
    let raised = Arc::clone(raised);
    let d1 = Multiplexed::start(&certificate, move |_, request| {
        if connection_of(request) < silent && raised.load(Relaxed) {
            StreamReply::Freeze
        } else {
            success(request)
        }
    })
    .await;
    let client = client_of(&d1.origin()).add_root_pem(certificate.pem());
    (d1, client)
}

/// The same over HTTP/1.1.
async fn http1(silent: usize, raised: &Arc<AtomicBool>) -> Wire {
    let raised = Arc::clone(raised);
    Wire::start(move |request: &Request| {
        if request.connection <= silent && raised.load(Relaxed) {
            Reply::default().hang()
        } else {
            Reply::success(request.operation())
        }
    })
    .await
}

/// The first call after the connection went silent costs one attempt, and nothing after it does.
async fn one_attempt_is_lost(client: &Client, operation: Operation, clock: &clock::HeldClock) {
    let first = clock.run(STEP, call(client, operation)).await;
    if is_idempotent(operation) {
        assert_eq!(first.unwrap().attempts, 2, "{operation:?}");
    } else {
        let error = first.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{error}"
        );
    }
    for &operation in Operation::ALL {
        let next = clock.run(STEP, call(client, operation)).await.unwrap();
        assert_eq!(next.attempts, 1, "{operation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_http2_connection_costs_one_attempt_and_is_not_used_again() {
    let clock = clock::hold();
    for &operation in Operation::ALL {
        let raised = Arc::new(AtomicBool::new(false));
        let (d1, client) = http2(1, &raised).await;
        let client = client.build().unwrap();
        clock
            .run(STEP, call(&client, Operation::ListCards))
            .await
            .unwrap();
        raised.store(true, Relaxed);
        one_attempt_is_lost(&client, operation, &clock).await;
        assert_eq!(d1.connection_count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn so_it_is_if_the_connection_was_silent_from_the_start() {
    let clock = clock::hold();
    for &operation in Operation::ALL {
        let (_d1, client) = http2(1, &Arc::new(AtomicBool::new(true))).await;
        one_attempt_is_lost(&client.build().unwrap(), operation, &clock).await;
    }
}

#[tokio::test(start_paused = true)]
async fn each_of_several_silent_connections_in_a_row_costs_one_attempt() {
    let clock = clock::hold();
    let (d1, client) = http2(3, &Arc::new(AtomicBool::new(true))).await;
    let client = client.timeout(60 * SECOND).build().unwrap();
    let done = clock.run(STEP, call(&client, Operation::RegisterConsumer)).await;
    assert_eq!(done.unwrap().attempts, 4);
    assert_eq!(d1.connection_count(), 4);
}

#[tokio::test(start_paused = true)]
async fn many_calls_on_a_silent_http2_connection_move_to_one_new_connection() {
    let clock = clock::hold();
    let raised = Arc::new(AtomicBool::new(false));
    let (d1, client) = http2(1, &raised).await;
    let client = client.build().unwrap();
    clock
        .run(STEP, call(&client, Operation::ListCards))
        .await
        .unwrap();
    raised.store(true, Relaxed);
    let calls = join_all((0..20).map(|_| call(&client, Operation::RegisterConsumer)));
    for done in clock.run(STEP, calls).await {
        assert_eq!(done.unwrap().attempts, 2);
    }
    let next = clock.run(STEP, call(&client, Operation::DeleteConsumer)).await;
    assert_eq!(next.unwrap().attempts, 1);
    assert!(d1.connection_count() >= 2);
}

#[tokio::test(start_paused = true)]
async fn all_idle_http1_connections_of_a_process_that_hangs_cost_one_attempt_together() {
    const IDLE: usize = 8;
    let clock = clock::hold();
    for &operation in Operation::ALL {
        let raised = Arc::new(AtomicBool::new(false));
        let d1 = http1(IDLE, &raised).await;
        let client = d1.client().build().unwrap();
        let calls = join_all((0..IDLE).map(|_| call(&client, Operation::ListCards)));
        assert!(clock.run(STEP, calls).await.iter().all(Result::is_ok));
        assert!(d1.connection_count() > 1);
        raised.store(true, Relaxed);
        one_attempt_is_lost(&client, operation, &clock).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_stops_waiting_before_the_attempt_does_leaves_no_silent_connection_behind() {
    let clock = clock::hold();
    let raised = Arc::new(AtomicBool::new(false));
    let (d1, client) = http2(1, &raised).await;
    let client = client.build().unwrap();
    clock
        .run(STEP, call(&client, Operation::ListCards))
        .await
        .unwrap();
    raised.store(true, Relaxed);
    let impatient = tokio::time::timeout(3 * SECOND, call(&client, Operation::ListCards));
    assert!(clock.run(STEP, impatient).await.is_err());
    let next = clock.run(STEP, call(&client, Operation::DeleteConsumer)).await;
    assert_eq!(next.unwrap().attempts, 1);
    assert_eq!(d1.connection_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_go_on_when_their_connections_are_given_up() {
    let clock = clock::hold();
    // On one connection: a deletion that hangs, and a card list that takes its time, beyond the deletion's.
    let d1 = Wire::start(|request: &Request| match request.operation() {
        Operation::DeleteConsumer => Reply::default().hang(),
        Operation::ListCards => Reply::default()
            .pause(8 * SECOND)
            .and(Reply::success(Operation::ListCards)),
        operation => Reply::success(operation),
    })
    .await;
    let client = d1.client().build().unwrap();
    let hangs = call(&client, Operation::DeleteConsumer);
    let slow = async {
        tokio::time::sleep(5 * SECOND).await;
        call(&client, Operation::ListCards).await
    };
    let (hung, slow) = clock.run(STEP, async { tokio::join!(hangs, slow) }).await;
    assert_eq!(hung.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(slow.unwrap().attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_silent_token_endpoint_costs_one_fetch() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |request: &Request| match request.connection {
            1 => Reply::default().hang(),
            _ => Reply::token(request.number, 900),
        },
        |request: &Request| Reply::success(request.operation()),
    )
    .await;
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let client = d1.client().token_source(JwtBearer::new(key)).build().unwrap();
    clock
        .run(STEP, call(&client, Operation::DeleteConsumer))
        .await
        .unwrap();
    assert_eq!((d1.token_count(), d1.call_count()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_silent_token_endpoint_holds_up_no_call_but_the_first_whatever_its_time_out() {
    for patience in [SECOND / 5, SECOND / 2, SECOND, 2 * SECOND] {
        for is_dropped in [false, true] {
            let clock = clock::hold();
            let certificate = SelfSigned::for_loopback();
            let d1 = Multiplexed::start(&certificate, |number, request| {
                if !request.uri().path().ends_with("/token") {
                    success(request)
                } else if connection_of(request) == 0 {
                    StreamReply::Freeze
                } else {
                    let token = format!(r#"{{"access_token":"token-{number}","expires_in":900}}"#);
                    StreamReply::Answer(200, token.into())
                }
            })
            .await;
            let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
            let client = client_of(&d1.origin())
                .add_root_pem(certificate.pem())
                .token_source(JwtBearer::new(key));
            let client = if is_dropped {
                client
            } else {
                client.timeout(patience)
            };
            let client = client.build().unwrap();
            let began = tokio::time::Instant::now();
            let mut lost = 0;
            loop {
                let call = tokio::time::timeout(patience, call(&client, Operation::DeleteConsumer));
                if let Ok(Ok(_)) = clock.run(STEP, call).await {
                    break;
                }
                lost += 1;
                assert!(lost < 20);
            }
            // One, if the client knows how long its callers wait. Otherwise two of them, unless they all stop within a second.
            let most = if is_dropped || patience < SECOND { 2 } else { 1 };
            assert!(
                lost <= most || began.elapsed() < SECOND + 3 * patience,
                "{patience:?}: {lost}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_patient_call_has_the_token_that_a_later_fetch_brings() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |request: &Request| match request.connection {
            1 => Reply::default().hang(),
            _ => Reply::token(request.number, 900),
        },
        |request: &Request| Reply::success(request.operation()),
    )
    .await;
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let client = d1.client().token_source(JwtBearer::new(key)).build().unwrap();
    let began = tokio::time::Instant::now();
    let impatient = || tokio::time::timeout(2 * SECOND, call(&client, Operation::ListCards));
    let others = async { while !matches!(impatient().await, Ok(Ok(_))) {} };
    let patient = call(&client, Operation::DeleteConsumer);
    let (patient, ()) = clock.run(STEP, async { tokio::join!(patient, others) }).await;
    assert_eq!(patient.unwrap().attempts, 1);
    // The fetch that it waited for would have ended after ten seconds.
    assert!(began.elapsed() < 7 * SECOND, "{:?}", began.elapsed());
    assert_eq!(d1.token_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn callers_that_stop_waiting_within_a_second_leave_no_silent_connection_behind_for_longer() {
    let clock = clock::hold();
    let raised = Arc::new(AtomicBool::new(false));
    let (d1, client) = http2(1, &raised).await;
    let client = client.build().unwrap();
    let list = || clock.run(STEP, call(&client, Operation::ListCards));
    list().await.unwrap();
    raised.store(true, Relaxed);
    for _ in 0..3 {
        let impatient = tokio::time::timeout(2 * SECOND / 5, call(&client, Operation::ListCards));
        assert!(clock.run(STEP, impatient).await.is_err());
    }
    assert_eq!(list().await.unwrap().attempts, 1);
    assert_eq!(d1.connection_count(), 2);
}

#[tokio::test(start_paused = true)]
async fn callers_that_stop_waiting_while_others_are_answered_end_no_connection() {
    let clock = clock::hold();
    let certificate = SelfSigned::for_loopback();
    let d1 = Multiplexed::start(&certificate, |_, request| match *request.method() {
        http::Method::PUT => StreamReply::Hang,
        _ => success(request),
    })
    .await;
    let client = client_of(&d1.origin()).add_root_pem(certificate.pem());
    let client = client.build().unwrap();
    for _ in 0..10 {
        let impatient = tokio::time::timeout(SECOND / 2, call(&client, Operation::RegisterConsumer));
        assert!(clock.run(STEP, impatient).await.is_err());
        clock
            .run(STEP, call(&client, Operation::ListCards))
            .await
            .unwrap();
    }
    assert_eq!(d1.connection_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_idle_for_45_seconds_is_not_used_again() {
    let clock = clock::hold();
    let raised = Arc::new(AtomicBool::new(false));
    let (d1, client) = http2(0, &raised).await;
    let client = client.build().unwrap();
    for (idle, connections) in [(0, 1), (44, 1), (46, 2), (44, 2)] {
        clock.advance(idle * SECOND).await;
        let done = clock.run(STEP, call(&client, Operation::DeleteConsumer)).await;
        assert_eq!(done.unwrap().attempts, 1);
        assert_eq!(d1.connection_count(), connections, "{idle} s");
    }

    let d1 = http1(0, &raised).await;
    let client = d1.client().build().unwrap();
    for (idle, connections) in [(0, 1), (44, 1), (46, 2), (44, 2)] {
        clock.advance(idle * SECOND).await;
        let done = clock.run(STEP, call(&client, Operation::DeleteConsumer)).await;
        assert_eq!(done.unwrap().attempts, 1);
        assert_eq!(d1.connection_count(), connections, "{idle} s");
    }
}
