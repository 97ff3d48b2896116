//! Tokens, seen through whole calls: how often one is fetched, what happens when D1 refuses one, and what a failing token
//! endpoint does to a call. The clock is held where time matters.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, time::Duration};

use d1_client::{
    Client, ClientBuilder, ErrorKind, Operation, Outcome, RetryPolicy,
    auth::{AccessToken, JwtBearer, SigningKey, TokenError, TokenErrorKind, from_fn},
};
use d1_tests::{
    certificates::signing_key_pem,
    clock,
    operations::call,
    wire::{ISSUER, Reply, Request, STATIC_TOKEN, Wire, client_of, closed_port},
};
use futures::{StreamExt, future::join_all, poll, stream};
use tokio::{sync::watch, time::Instant};

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(50);

/// A client of this server that fetches its tokens there.
fn fetching(d1: &Wire) -> ClientBuilder {
    with_a_key(d1.client())
}

fn with_a_key(client: ClientBuilder) -> ClientBuilder {
    client.token_source(JwtBearer::new(
        SigningKey::from_pem("kid-1", signing_key_pem()).unwrap(),
    ))
}

/// Success for this token, 401 for any other.
fn accepting(token: &'static str) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    move |call| match call.token() {
        Some(given) if given == token => Reply::success(call.operation()),
        _ => Reply::error(401, "AUTHORIZER_UNAUTHORIZED"),
    }
}

fn token_error(error: &d1_client::Error) -> TokenError {
    error
        .source()
        .unwrap()
        .downcast_ref::<TokenError>()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn five_hundred_calls_of_a_cold_client_fetch_one_token() {
    let (gate, _) = watch::channel(false);
    let open = gate.clone();
    let d1 = Wire::with_tokens(
        move |request| {
            Reply::default()
                .wait_for(&open)
                .and(Reply::token(request.number, 900))
        },
        |call| Reply::success(call.operation()),
    );
    let d1 = d1.await;
    let client = fetching(&d1).build().unwrap();
    let mut calls = Vec::new();
    for number in 0..500 {
        let client = client.clone();
        let mut call = Box::pin(async move { call(&client, Operation::ALL[number % 4]).await });
        assert!(poll!(call.as_mut()).is_pending());
        calls.push(call);
    }
    d1.saw_token_requests(1).await;
    gate.send_replace(true);
    // All of them wait for the token; so few go on at a time to get along with few sockets.
    let done: Vec<_> = stream::iter(calls).buffer_unordered(50).collect().await;
    assert!(
        done.iter()
            .all(|done| done.as_ref().is_ok_and(|done| done.attempts == 1))
    );
    assert_eq!((d1.token_count(), d1.call_count()), (1, 500));
    assert!(d1.calls().iter().all(|call| call.token() == Some("token-1")));
}

#[tokio::test]
async fn a_token_fetch_carries_the_correlation_id_of_its_call() {
    let d1 = Wire::start(|call| Reply::success(call.operation())).await;
    call(&fetching(&d1).build().unwrap(), Operation::ListCards)
        .await
        .unwrap();
    let id = |request: &Request| request.header("x-correlation-id").unwrap().to_owned();
    assert_eq!(id(&d1.token_requests()[0]), id(&d1.calls()[0]));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_between_two_attempts_is_replaced() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |request| Reply::token(request.number, 10),
        |call| match call.number {
            1 => Reply::with_headers(503, "retry-after: 12\r\n", ""),
            _ => Reply::success(call.operation()),
        },
    );
    let d1 = d1.await;
    let client = fetching(&d1).build().unwrap();
    let done = clock
        .run(STEP, call(&client, Operation::DeleteConsumer))
        .await
        .unwrap();
    assert_eq!((done.attempts, d1.token_count()), (2, 2));
    let tokens: Vec<_> = d1
        .calls()
        .iter()
        .map(|call| call.token().unwrap().to_owned())
        .collect();
    assert_eq!(tokens, ["token-1", "token-2"]);
}

#[tokio::test]
async fn a_dead_token_is_dropped_and_the_call_replayed_once_with_a_new_one() {
    for policy in [RetryPolicy::standard(), RetryPolicy::none()] {
        for &operation in Operation::ALL {
            let d1 = Wire::start(accepting("token-2")).await;
            let client = fetching(&d1).retry(policy.clone()).build().unwrap();
            let done = call(&client, operation).await.unwrap();
            assert_eq!((done.attempts, d1.token_count(), d1.call_count()), (2, 2, 2));
            let calls = d1.calls();
            assert_eq!(calls[0].body, calls[1].body);
            assert_eq!(
                calls[0].header("x-correlation-id"),
                calls[1].header("x-correlation-id")
            );
            // The new one is kept.
            call(&client, operation).await.unwrap();
            assert_eq!((d1.token_count(), d1.call_count()), (2, 3));
        }
    }
}

#[tokio::test]
async fn a_second_401_is_reported() {
    let d1 = Wire::start(accepting("none")).await;
    let client = fetching(&d1).build().unwrap();
    for &operation in Operation::ALL {
        let (calls, tokens) = (d1.call_count(), d1.token_count());
        let error = call(&client, operation).await.unwrap_err();
        assert!(error.is_unauthorized() && !error.is_retryable(), "{error}");
        assert_eq!(
            (error.status(), error.outcome(), error.attempts()),
            (Some(401), Outcome::Rejected, 2)
        );
        assert_eq!(d1.call_count() - calls, 2);
        // One for the call; the very first call needs one to begin with.
        assert_eq!(d1.token_count() - tokens, if tokens == 0 { 2 } else { 1 });
    }
}

#[tokio::test]
async fn ten_calls_in_flight_with_the_same_dead_token_cause_one_refresh() {
    let (gate, _) = watch::channel(false);
    let open = gate.clone();
    let accept = accepting("token-2");
    let d1 = Wire::start(move |call| match call.token() {
        Some("token-1") if call.number > 1 => Reply::default().wait_for(&open).and(accept(call)),
        Some("token-1") => Reply::success(call.operation()),
        _ => accept(call),
    });
    let d1 = d1.await;
    let client = fetching(&d1).build().unwrap();
    call(&client, Operation::ListCards).await.unwrap();
    let calls = join_all((0..10).map(|number| call(&client, Operation::ALL[number % 4])));
    let (calls, ()) = tokio::join!(calls, async {
        d1.saw_calls(11).await;
        gate.send_replace(true);
    });
    assert!(
        calls
            .iter()
            .all(|done| done.as_ref().is_ok_and(|done| done.attempts == 2))
    );
    assert_eq!((d1.token_count(), d1.call_count()), (2, 21));
}

#[tokio::test]
async fn a_static_token_that_is_refused_costs_one_request() {
    for &operation in Operation::ALL {
        let d1 = Wire::start(accepting("another")).await;
        let error = call(&d1.client().build().unwrap(), operation).await.unwrap_err();
        assert!(error.is_unauthorized(), "{error}");
        assert_eq!(
            (error.outcome(), error.attempts(), d1.call_count()),
            (Outcome::Rejected, 1, 1)
        );
        assert_eq!(error.code().unwrap().as_str(), "AUTHORIZER_UNAUTHORIZED");
        assert_eq!(d1.calls()[0].token(), Some(STATIC_TOKEN));
    }
}

#[tokio::test]
async fn a_401_whose_new_token_cannot_be_had_stays_rejected() {
    let d1 = Wire::with_tokens(
        |request| match request.number {
            1 => Reply::token(1, 900),
            _ => Reply::json(400, r#"{"error":"invalid_grant"}"#),
        },
        accepting("none"),
    );
    let d1 = d1.await;
    let error = call(&fetching(&d1).build().unwrap(), Operation::UpdateConsumer)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::Token, Outcome::Rejected, 1)
    );
    assert_eq!(token_error(&error).code(), Some("invalid_grant"));
}

async fn without_a_token(client: &Client, kind: TokenErrorKind) -> d1_client::Error {
    let error = call(client, Operation::UpdateConsumer).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Token, Outcome::NotSent),
        "{error}"
    );
    assert_eq!(error.attempts(), 0, "{error}");
    assert_eq!(token_error(&error).kind(), kind, "{error}");
    assert!(
        error.code().is_none() && error.detail().is_none() && !error.is_unauthorized(),
        "{error}"
    );
    error
}

#[tokio::test]
async fn a_token_endpoint_that_fails_means_that_nothing_was_sent() {
    // Status, worth another try.
    for (status, retryable) in [
        (400, false),
        (401, false),
        (403, false),
        (429, true),
        (500, true),
        (503, true),
    ] {
        let d1 = Wire::with_tokens(
            move |_| Reply::json(status, r#"{"error":"invalid_grant"}"#),
            |call| Reply::success(call.operation()),
        );
        let d1 = d1.await;
        let error = without_a_token(&fetching(&d1).build().unwrap(), TokenErrorKind::Refused).await;
        assert_eq!(
            (error.status(), error.is_retryable()),
            (Some(status), retryable),
            "{error}"
        );
        assert!(
            !error.is_unavailable() && !error.is_timeout() && !error.is_connect() && !error.is_forbidden()
        );
        assert_eq!(d1.call_count(), 0);
        assert_eq!(d1.token_count() > 1, retryable, "{error}");
    }
    let malformed = Wire::with_tokens(
        |_| Reply::new(200, "<html>"),
        |call| Reply::success(call.operation()),
    );
    let malformed = malformed.await;
    without_a_token(&fetching(&malformed).build().unwrap(), TokenErrorKind::Malformed).await;
    assert_eq!(malformed.token_count(), 1);

    let broken = Wire::with_tokens(
        |_| Reply::default().reset(),
        |call| Reply::success(call.operation()),
    )
    .await;
    let error = without_a_token(&fetching(&broken).build().unwrap(), TokenErrorKind::Interrupted).await;
    assert!(error.is_retryable());

    let nobody = with_a_key(client_of(&format!("http://{}", closed_port().await)))
        .build()
        .unwrap();
    let error = without_a_token(&nobody, TokenErrorKind::Connect).await;
    assert!(error.is_connect() && error.is_retryable());
}

#[tokio::test]
async fn a_token_endpoint_that_recovers_between_two_tries_costs_no_call() {
    let d1 = Wire::with_tokens(
        |request| match request.number {
            1 => Reply::new(503, ""),
            2 => Reply::default().reset(),
            number => Reply::token(number, 900),
        },
        |call| Reply::success(call.operation()),
    );
    let d1 = d1.await;
    let policy = RetryPolicy::standard()
        .initial_backoff(Duration::from_millis(1))
        .max_attempts(1_000);
    let done = call(
        &fetching(&d1).retry(policy).build().unwrap(),
        Operation::DeleteConsumer,
    )
    .await
    .unwrap();
    assert_eq!((done.attempts, d1.token_count(), d1.call_count()), (1, 3, 1));
}

#[tokio::test]
async fn a_source_of_ones_own_is_asked_again_for_a_token_that_was_refused() {
    let d1 = Wire::start(accepting("second")).await;
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let source = from_fn(move || {
        let first = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        std::future::ready(AccessToken::new(if first { "first" } else { "second" }))
    });
    let client = d1.client().token_source(source).build().unwrap();
    assert_eq!(call(&client, Operation::ListCards).await.unwrap().attempts, 2);

    let failing = from_fn(|| async { Err(TokenError::new("the vault is sealed")) });
    let client = d1.client().token_source(failing).build().unwrap();
    let error = without_a_token(&client, TokenErrorKind::Source).await;
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_token_endpoint_ends_with_the_call_and_means_that_nothing_was_sent() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |request| {
            Reply::default()
                .pause(8 * SECOND)
                .and(Reply::token(request.number, 900))
        },
        |call| Reply::success(call.operation()),
    );
    let d1 = d1.await;
    let client = fetching(&d1).timeout(3 * SECOND).build().unwrap();
    let start = Instant::now();
    let error = clock
        .run(STEP, call(&client, Operation::DeleteConsumer))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::NotSent),
        "{error}"
    );
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(start.elapsed() <= 3 * SECOND + STEP, "{:?}", start.elapsed());
    assert_eq!((d1.token_count(), d1.call_count()), (1, 0));
    // The fetch goes on for those who come later.
    clock.run(STEP, tokio::time::sleep(3 * SECOND)).await;
    clock
        .run(STEP, call(&client, Operation::DeleteConsumer))
        .await
        .unwrap();
    assert_eq!((d1.token_count(), d1.call_count()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_never_answers_is_a_time_out_of_the_token() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |_| Reply::default().hang(),
        |call| Reply::success(call.operation()),
    )
    .await;
    let client = fetching(&d1)
        .attempt_timeout(2 * SECOND)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let start = Instant::now();
    let error = clock
        .run(STEP, without_a_token(&client, TokenErrorKind::Timeout))
        .await;
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert!(start.elapsed() <= 3 * SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_failing_early_refresh_disturbs_no_call_until_the_token_really_expires() {
    let clock = clock::hold();
    let d1 = Wire::with_tokens(
        |request| match request.number {
            1 => Reply::token(1, 900),
            _ => Reply::new(503, ""),
        },
        |call| Reply::success(call.operation()),
    );
    let d1 = d1.await;
    let client = fetching(&d1).build().unwrap();
    let start = Instant::now();
    clock
        .run(STEP, call(&client, Operation::ListCards))
        .await
        .unwrap();
    while start.elapsed() < 895 * SECOND {
        clock.advance(5 * SECOND).await;
        clock
            .run(STEP, call(&client, Operation::ListCards))
            .await
            .unwrap();
    }
    assert!(d1.token_count() > 2);
    clock.advance(10 * SECOND).await;
    let error = clock
        .run(STEP, without_a_token(&client, TokenErrorKind::Refused))
        .await;
    assert_eq!(error.status(), Some(503));
}

#[tokio::test]
async fn the_raw_client_drops_a_token_that_was_refused_and_no_newer_one() {
    let d1 = Wire::start(accepting("token-2")).await;
    let client = fetching(&d1).build().unwrap();
    let raw = client.raw();
    let list = || raw.list_cards().issuer_id(ISSUER).consumer_id("c-1f6e").send();
    assert_eq!(list().await.unwrap_err().status().unwrap(), 401);
    assert_eq!(list().await.unwrap().status(), 200);
    assert_eq!(list().await.unwrap().status(), 200);
    // The other client has it, too.
    call(&client, Operation::ListCards).await.unwrap();
    assert_eq!((d1.token_count(), d1.call_count()), (2, 4));
}

#[tokio::test]
async fn calls_to_another_api_share_the_token_of_the_client() {
    let d1 = Wire::start(|call| Reply::success(call.operation())).await;
    let client = fetching(&d1).build().unwrap();
    let first = client.token().await.unwrap();
    call(&client, Operation::ListCards).await.unwrap();
    assert_eq!(first.expose_secret(), "token-1");
    assert_eq!((d1.token_count(), d1.calls()[0].token()), (1, Some("token-1")));
    // The other API has refused it, to two calls of two clones.
    client.invalidate_token(&first);
    client.clone().invalidate_token(&first);
    let second = client.token().await.unwrap();
    client.invalidate_token(&first);
    assert_eq!(
        client.token().await.unwrap().expose_secret(),
        second.expose_secret()
    );
    call(&client, Operation::ListCards).await.unwrap();
    assert_eq!((d1.token_count(), d1.calls()[1].token()), (2, Some("token-2")));
}

#[tokio::test]
async fn where_no_token_can_be_had_the_error_of_the_source_is_returned() {
    let d1 = Wire::with_tokens(
        |_| Reply::json(400, r#"{"error":"invalid_grant"}"#),
        |call| Reply::success(call.operation()),
    );
    let d1 = d1.await;
    let error = fetching(&d1).build().unwrap().token().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (TokenErrorKind::Refused, Some("invalid_grant"))
    );
    assert_eq!(d1.call_count(), 0);
}
