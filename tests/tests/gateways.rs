//! What stands in front of D1 answers in its place: what is known then, and whether the call is made again.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use d1_client::{
    Client, ConsumerId, ErrorKind, Operation, Outcome,
    auth::{JwtBearer, SigningKey},
};
use d1_tests::{
    certificates::signing_key_pem,
    clock,
    operations::{call, is_idempotent},
    wire::{Reply, Request, Wire},
};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

const ENVOY: &str =
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination";

/// Answers of 503 that are not the vendor's, or whose origin is not known.
fn other_503s() -> Vec<Reply> {
    vec![
        Reply::new(503, ENVOY),
        Reply::new(503, "<html><body><h1>503 Service Unavailable</h1></body></html>"),
        Reply::json(503, "{}"),
        Reply::error(503, "INTERNAL_ERROR"),
        Reply::with_headers(503, "retry-after: 0\r\n", "{\"message\":\"Service Unavailable\"}"),
        // Blank as far as it came, and it did not come whole.
        Reply::default()
            .send("HTTP/1.1 503 Busy\r\ncontent-length: 10\r\n\r\n  ")
            .close(),
        Reply::default()
            .send("HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n2\r\n\r\n\r\n")
            .reset(),
        // Blank for longer than is read.
        Reply::new(503, " ".repeat(100 * 1024)),
    ]
}

#[tokio::test]
async fn a_gateways_503_is_unknown_and_only_what_is_idempotent_is_repeated() {
    for reply in other_503s() {
        for &operation in Operation::ALL {
            let reply = reply.clone();
            let d1 = Wire::start(move |_: &Request| reply.clone()).await;
            let error = call(&d1.client().build().unwrap(), operation).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.status(), error.outcome()),
                (ErrorKind::Unavailable, Some(503), Outcome::Unknown),
                "{error}"
            );
            assert_eq!(error.is_retryable(), is_idempotent(operation), "{error}");
            let attempts = if is_idempotent(operation) { 4 } else { 1 };
            assert_eq!(d1.call_count(), attempts, "{error}");
        }
    }
}

#[tokio::test]
async fn a_deletion_that_took_effect_behind_a_gateways_503_is_not_reported_as_rejected() {
    // It is applied; a second one finds nobody.
    let d1 = Wire::start(|request: &Request| match request.number {
        1 => Reply::new(503, ENVOY),
        _ => Reply::error(404, "UNKNOWN_CONSUMER"),
    })
    .await;
    let error = call(&d1.client().build().unwrap(), Operation::DeleteConsumer)
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), d1.call_count()),
        (Outcome::Unknown, 1),
        "{error}"
    );
}

#[tokio::test]
async fn a_blank_503_however_it_is_framed_is_d1s_own() {
    for reply in [
        Reply::new(503, ""),
        Reply::new(503, " \r\n\t"),
        Reply::default().send("HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        Reply::default()
            .send("HTTP/1.1 503 Busy\r\nconnection: close\r\n\r\n")
            .close(),
    ] {
        for &operation in Operation::ALL {
            let reply = reply.clone();
            let d1 = Wire::start(move |request: &Request| match request.number {
                1 => reply.clone(),
                _ => Reply::success(request.operation()),
            })
            .await;
            let done = call(&d1.client().build().unwrap(), operation).await.unwrap();
            assert_eq!(done.attempts, 2, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn a_429_is_rejected_whatever_its_body() {
    for body in ["", ENVOY, "{\"errorCode\":\"SLOW_DOWN\"}"] {
        for &operation in Operation::ALL {
            let d1 = Wire::start(move |_: &Request| Reply::new(429, body)).await;
            let error = call(&d1.client().build().unwrap(), operation).await.unwrap_err();
            assert_eq!(
                (error.outcome(), d1.call_count()),
                (Outcome::Rejected, 4),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_408_is_repeated_where_that_is_safe_on_a_new_connection_and_on_a_used_one() {
    for used in [false, true] {
        for &operation in Operation::ALL {
            let first = if used { 2 } else { 1 };
            let d1 = Wire::start(move |request: &Request| {
                if request.number == first {
                    Reply::with_headers(408, "connection: close\r\n", "").close()
                } else {
                    Reply::success(request.operation())
                }
            })
            .await;
            let client = d1.client().build().unwrap();
            if used {
                call(&client, Operation::ListCards).await.unwrap();
            }
            let result = call(&client, operation).await;
            if is_idempotent(operation) {
                assert_eq!(result.unwrap().attempts, 2);
            } else {
                let error = result.unwrap_err();
                assert_eq!(
                    (error.outcome(), error.attempts()),
                    (Outcome::Unknown, 1),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_repetition_that_could_not_end_in_time_does_not_begin() {
    const STEP: Duration = Duration::from_millis(1);
    let clock = clock::hold();
    for &operation in Operation::ALL {
        for late in [5, 12, 40, 90] {
            let d1 = Wire::start(|request: &Request| match request.number {
                1 => Reply::with_headers(503, "retry-after: 1\r\n", ""),
                _ => Reply::default().hang(),
            })
            .await;
            let timeout = SECOND + Duration::from_millis(late);
            let client = d1.client().timeout(timeout).build().unwrap();
            let began = Instant::now();
            let error = clock.run(STEP, call(&client, operation)).await.unwrap_err();
            assert_eq!(
                (error.outcome(), error.status(), error.attempts()),
                (Outcome::Rejected, Some(503), 1),
                "{error}"
            );
            assert_eq!(error.retry_after(), Some(SECOND));
            assert!(began.elapsed() < SECOND, "it does not wait for nothing");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_granted_the_time_that_attempts_took_lately() {
    const STEP: Duration = Duration::from_millis(10);
    let clock = clock::hold();
    // D1 takes 400 ms, whatever it answers.
    let d1 = Wire::start(|request: &Request| {
        let reply = match request.number {
            1..=20 => Reply::success(request.operation()),
            _ => Reply::new(503, ""),
        };
        Reply::default().pause(2 * SECOND / 5).and(reply)
    })
    .await;
    let client = d1.client().build().unwrap();
    for _ in 0..20 {
        clock
            .run(STEP, call(&client, Operation::ListCards))
            .await
            .unwrap();
    }
    // After the first answer 300 ms are left: less than the next one would take.
    let consumer = client.consumer(ConsumerId::new("c-1").unwrap());
    let cards = consumer.cards().timeout(7 * SECOND / 10).send();
    let error = clock.run(STEP, cards).await.unwrap_err();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::Rejected, 1),
        "{error}"
    );
}

/// Success but for consumers with this word in their id, whatever the token.
async fn refusing_some_consumers() -> (Wire, Client) {
    let d1 = Wire::start(move |request: &Request| {
        if request.line().contains("refused") {
            Reply::error(401, "AUTHORIZER_UNAUTHORIZED")
        } else {
            Reply::success(request.operation())
        }
    })
    .await;
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let client = d1.client().token_source(JwtBearer::new(key)).build().unwrap();
    (d1, client)
}

/// Registers the `n`th consumer, which is refused or not as it should be.
async fn register_the(n: usize, is_refused: bool, client: &Client) {
    let id = format!("{}-{n}", if is_refused { "refused" } else { "served" });
    let consumer = client.consumer(ConsumerId::new(&id).unwrap());
    match consumer.register().send().await {
        Ok(_) => assert!(!is_refused),
        Err(error) => {
            assert!(is_refused && error.is_unauthorized(), "{error}");
            assert_eq!(error.outcome(), Outcome::Rejected);
        }
    }
}

/// Which consumers are refused with 401, whatever the token. The first is served.
const REFUSED: [fn(usize) -> bool; 6] = [
    |n| n % 2 == 1,
    |n| n % 3 > 0,
    |n| n % 10 > 0,
    |n| n > 0,
    |n| n >= 100,
    |n| (n / 20) % 2 == 1,
];

#[tokio::test]
async fn consumers_that_get_401_whatever_the_token_cost_three_tokens_in_all() {
    for (case, is_refused) in REFUSED.into_iter().enumerate() {
        let (d1, client) = refusing_some_consumers().await;
        for n in 0..200 {
            register_the(n, is_refused(n), &client).await;
        }
        assert!(d1.token_count() <= 3, "case {case}: {}", d1.token_count());
    }
}

#[tokio::test]
async fn so_they_do_if_one_of_them_is_the_first() {
    let (d1, client) = refusing_some_consumers().await;
    for n in 0..200 {
        register_the(n, n % 2 == 0, &client).await;
    }
    assert!(d1.token_count() <= 3, "{}", d1.token_count());

    // Ten are tried where no token was ever accepted.
    let (d1, client) = refusing_some_consumers().await;
    for n in 0..200 {
        register_the(n, n < 100, &client).await;
    }
    assert_eq!(d1.token_count(), 11);
}

#[tokio::test]
async fn many_at_a_time_cost_no_more() {
    use futures::{StreamExt, stream};
    for (case, is_refused) in REFUSED.into_iter().enumerate() {
        let (d1, client) = refusing_some_consumers().await;
        register_the(0, is_refused(0), &client).await;
        stream::iter(1..200)
            .for_each_concurrent(16, async |n| register_the(n, is_refused(n), &client).await)
            .await;
        assert!(d1.token_count() <= 3, "case {case}: {}", d1.token_count());
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_really_is_dead_is_replaced_once_after_that_too() {
    let clock = clock::hold();
    let valid_from = Arc::new(AtomicUsize::new(1));
    let valid = Arc::clone(&valid_from);
    let d1 = Wire::start(move |request: &Request| {
        let number: usize = request
            .token()
            .unwrap()
            .trim_start_matches("token-")
            .parse()
            .unwrap();
        if number < valid.load(Relaxed) || request.line().contains("refused") {
            Reply::error(401, "AUTHORIZER_UNAUTHORIZED")
        } else {
            Reply::success(request.operation())
        }
    })
    .await;
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let client = d1.client().token_source(JwtBearer::new(key)).build().unwrap();
    let register = async |id: &str| {
        client
            .consumer(ConsumerId::new(id).unwrap())
            .register()
            .send()
            .await
    };
    register("served-1").await.unwrap();
    register("refused-1").await.unwrap_err();
    register("served-2").await.unwrap();
    assert_eq!(d1.token_count(), 2);
    valid_from.store(3, Relaxed);
    let done = register("served-3").await.unwrap();
    assert_eq!((done.attempts(), d1.token_count()), (2, 3));

    // After two that did not help it takes some refusals in a row and some seconds, and no more than that.
    for n in 0..20 {
        register(&format!("refused-{n}")).await.unwrap_err();
        register(&format!("served-{n}")).await.unwrap();
    }
    let tokens = d1.token_count();
    valid_from.store(tokens + 1, Relaxed);
    clock.advance(SECOND / 1_000).await;
    for _ in 0..20 {
        register("served-x").await.unwrap_err();
    }
    assert_eq!(d1.token_count(), tokens);
    clock.advance(5 * SECOND).await;
    register("served-x").await.unwrap();
    assert_eq!(d1.token_count(), tokens + 1);
}
