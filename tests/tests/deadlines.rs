//! Time: no call outlives its time-out, and what D1 asks to wait is waited, as far as that allows. The clock is held.

#![allow(clippy::unwrap_used)]

use std::{future::pending, time::Duration};

use d1_client::{ConsumerId, Error, ErrorKind, Operation, Outcome, RetryPolicy};
use d1_tests::{
    clock,
    operations::{CONSUMER, call, is_idempotent},
    wire::{Reply, Wire, client_of, listen},
};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
/// How far the held clock moves at a time: how exact a measured time is.
const STEP: Duration = Duration::from_millis(20);

/// Of the n-th request after the one before it.
fn gaps(d1: &Wire) -> Vec<Duration> {
    d1.calls()
        .windows(2)
        .map(|pair| pair[1].at - pair[0].at)
        .collect()
}

/// As long, or a few steps longer.
#[track_caller]
fn about(measured: Duration, expected: Duration) {
    assert!(
        measured >= expected && measured <= expected + 25 * STEP,
        "{measured:?} is not {expected:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_an_answer_is_timed_out_and_unknown() {
    let clock = clock::hold();
    for &operation in Operation::ALL {
        let d1 = Wire::start(|_| Reply::default().hang()).await;
        let client = d1
            .client()
            .timeout(30 * SECOND)
            .attempt_timeout(10 * SECOND)
            .build()
            .unwrap();
        let start = Instant::now();
        let error = clock.run(STEP, call(&client, operation)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Timeout, Outcome::Unknown),
            "{error}"
        );
        assert!(error.is_timeout() && !error.is_connect(), "{error}");
        assert_eq!(error.is_retryable(), is_idempotent(operation), "{error}");
        let attempts = if is_idempotent(operation) { 3 } else { 1 };
        assert_eq!(
            (d1.call_count(), error.attempts() as usize),
            (attempts, attempts),
            "{error}"
        );
        about(start.elapsed(), 10 * SECOND * u32::try_from(attempts).unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_never_outlives_its_time_out() {
    let clock = clock::hold();
    for timeout in [SECOND / 10, SECOND, 7 * SECOND, 13 * SECOND] {
        for reply in [
            Reply::default().hang(),
            Reply::new(503, ""),
            Reply::default().reset(),
        ] {
            let d1 = Wire::start(move |_| Reply::default().pause(2 * SECOND).and(reply.clone())).await;
            let policy = RetryPolicy::standard()
                .max_attempts(100)
                .initial_backoff(SECOND / 2);
            let client = d1.client().retry(policy).timeout(timeout).build().unwrap();
            let start = Instant::now();
            clock
                .run(STEP, call(&client, Operation::ListCards))
                .await
                .unwrap_err();
            assert!(
                start.elapsed() <= timeout + 2 * STEP,
                "{:?} of {timeout:?}",
                start.elapsed()
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_may_have_a_time_out_of_its_own() {
    let clock = clock::hold();
    let d1 = Wire::start(|_| Reply::default().hang()).await;
    let client = d1
        .client()
        .attempt_timeout(60 * SECOND)
        .timeout(2 * SECOND)
        .build()
        .unwrap();
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    for timeout in [SECOND, 5 * SECOND] {
        let start = Instant::now();
        let error = clock
            .run(STEP, consumer.delete().timeout(timeout).send())
            .await
            .unwrap_err();
        about(start.elapsed(), timeout);
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Timeout, Outcome::Unknown)
        );
    }
    // Too long for the clock is as good as none.
    let unlimited = consumer.delete().timeout(Duration::MAX).send();
    let error = clock.run(SECOND, unlimited).await.unwrap_err();
    assert!(error.is_timeout());
}

/// A server with which no connection is ever ready: it accepts, and says nothing in the handshake.
async fn silent() -> String {
    format!(
        "https://{}",
        listen(|stream| async move {
            pending::<()>().await;
            drop(stream)
        })
        .await
    )
}

#[tokio::test(start_paused = true)]
async fn what_times_out_while_the_connection_is_made_is_not_sent() {
    let clock = clock::hold();
    let silent = silent().await;
    for &operation in Operation::ALL {
        let client = client_of(&silent)
            .connect_timeout(60 * SECOND)
            .attempt_timeout(60 * SECOND);
        let client = client.timeout(3 * SECOND).build().unwrap();
        let error = clock.run(STEP, call(&client, operation)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Timeout, Outcome::NotSent),
            "{error}"
        );
        assert!(error.is_retryable() && error.is_timeout(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_never_ready_is_tried_again_by_every_operation() {
    let clock = clock::hold();
    for &operation in Operation::ALL {
        // The attempt's time-out ends the connect time-out, which is longer.
        let client = client_of(&silent().await)
            .connect_timeout(60 * SECOND)
            .attempt_timeout(3 * SECOND);
        let client = client.timeout(60 * SECOND).build().unwrap();
        let start = Instant::now();
        let error = clock.run(STEP, call(&client, operation)).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
        assert_eq!(error.attempts(), 4, "{error}");
        about(start.elapsed(), 12 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn the_connect_time_out_is_not_sent() {
    let clock = clock::hold();
    let client = client_of(&silent().await)
        .connect_timeout(2 * SECOND)
        .retry(RetryPolicy::none());
    let client = client.build().unwrap();
    let start = Instant::now();
    let error = clock
        .run(STEP, call(&client, Operation::DeleteConsumer))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Connect, Outcome::NotSent)
    );
    assert!(
        error.to_string().contains("within the connect time-out"),
        "{error}"
    );
    about(start.elapsed(), 2 * SECOND);
}

async fn after(
    clock: &clock::HeldClock,
    policy: RetryPolicy,
    headers: &'static str,
) -> (Wire, Result<u32, Error>) {
    let d1 = Wire::start(move |call| match call.number {
        1 => Reply::with_headers(503, headers, ""),
        _ => Reply::success(call.operation()),
    });
    let d1 = d1.await;
    let client = d1.client().retry(policy).timeout(60 * SECOND).build().unwrap();
    let answer = clock.run(STEP, call(&client, Operation::UpdateConsumer)).await;
    (d1, answer.map(|response| response.attempts))
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_in_seconds_and_as_a_date() {
    let clock = clock::hold();
    let date = "date: Sun, 22 Nov 2026 00:00:00 GMT\r\nretry-after: Sun, 22 Nov 2026 00:00:07 GMT\r\n";
    for headers in ["retry-after: 7\r\n", date] {
        let (d1, answer) = after(&clock, RetryPolicy::standard(), headers).await;
        assert_eq!(answer.unwrap(), 2);
        about(gaps(&d1)[0], 7 * SECOND);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_is_too_long_is_cut() {
    let clock = clock::hold();
    for (headers, policy, pause) in [
        ("retry-after: 3600\r\n", RetryPolicy::standard(), 30 * SECOND),
        (
            "retry-after: 3600\r\n",
            RetryPolicy::standard().max_retry_after(5 * SECOND),
            5 * SECOND,
        ),
        (
            "retry-after: 18446744073709551615\r\n",
            RetryPolicy::standard(),
            30 * SECOND,
        ),
    ] {
        let (d1, answer) = after(&clock, policy, headers).await;
        assert_eq!(answer.unwrap(), 2);
        about(gaps(&d1)[0], pause);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_does_not_fit_ends_the_call_at_once() {
    let clock = clock::hold();
    let d1 = Wire::start(|_| Reply::with_headers(429, "retry-after: 90\r\n", "")).await;
    let client = d1.client().timeout(20 * SECOND).build().unwrap();
    let start = Instant::now();
    let error = clock
        .run(STEP, call(&client, Operation::ListCards))
        .await
        .unwrap_err();
    assert!(start.elapsed() < SECOND);
    assert_eq!(d1.call_count(), 1);
    assert_eq!(error.retry_after(), Some(90 * SECOND));
    assert!(error.is_unavailable() && error.is_retryable(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_up_to_their_limit_and_no_further() {
    let clock = clock::hold();
    let d1 = Wire::start(|_| Reply::new(503, "")).await;
    let policy = RetryPolicy::standard().max_attempts(9).max_backoff(SECOND);
    let client = d1.client().retry(policy).build().unwrap();
    clock
        .run(STEP, call(&client, Operation::ListCards))
        .await
        .unwrap_err();
    let ceilings = [200, 400, 800, 1000, 1000, 1000, 1000, 1000].map(Duration::from_millis);
    let gaps = gaps(&d1);
    assert_eq!(gaps.len(), ceilings.len());
    for (gap, ceiling) in gaps.iter().zip(ceilings) {
        assert!(*gap <= ceiling + 5 * STEP, "{gaps:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_its_pause_sends_no_more() {
    let clock = clock::hold();
    let d1 = Wire::start(|_| Reply::with_headers(503, "retry-after: 5\r\n", "")).await;
    let client = d1.client().build().unwrap();
    let call = call(&client, Operation::ListCards);
    let given_up = tokio::time::timeout(3 * SECOND, call);
    assert!(clock.run(STEP, given_up).await.is_err());
    clock.run(SECOND, tokio::time::sleep(60 * SECOND)).await;
    assert_eq!(d1.call_count(), 1);
}
