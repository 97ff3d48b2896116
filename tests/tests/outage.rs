//! An outage is not amplified, and its end is noticed. The clock is held.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use d1_client::{
    Operation, Outcome, RetryPolicy,
    auth::{JwtBearer, SigningKey},
};
use d1_tests::{
    certificates::signing_key_pem,
    clock,
    operations::call,
    wire::{Reply, Request, Wire},
};
use futures::future::join_all;
use tokio::time::{Instant, sleep};

const STEP: Duration = Duration::from_millis(50);

const CALLERS: usize = 200;
/// D1 answers 503 for so long.
const OUTAGE: Duration = Duration::from_secs(60);
/// When the burst that the budget allows is over.
const SPENT: Duration = Duration::from_secs(10);
/// What a caller does between two calls.
const THOUGHT: Duration = Duration::from_secs(2);
/// The longest pause of the standard policy's four attempts, 800 ms, and what the clock's steps add.
const BACKOFF: Duration = Duration::from_secs(1);
/// The budget's size: so many repetitions are allowed in a burst.
const BURST: usize = 100;

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_amplified_and_its_end_is_noticed_within_one_backoff() {
    let clock = clock::hold();
    let start = Instant::now();
    let d1 = Wire::start(move |call| {
        if start.elapsed() < OUTAGE {
            Reply::new(503, "")
        } else {
            Reply::success(call.operation())
        }
    });
    let d1 = d1.await;
    let client = d1.client().retry(RetryPolicy::standard()).build().unwrap();
    let (made, made_late) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));

    let callers = (0..CALLERS).map(|caller| {
        let (client, made, made_late) = (client.clone(), Arc::clone(&made), Arc::clone(&made_late));
        async move {
            // Not all at once.
            sleep(THOUGHT * u32::try_from(caller).unwrap() / u32::try_from(CALLERS).unwrap()).await;
            let operation = Operation::ALL[caller % Operation::ALL.len()];
            let mut last_failure = Duration::ZERO;
            let mut first_success = None;
            while start.elapsed() < OUTAGE + 2 * THOUGHT {
                made.fetch_add(1, Relaxed);
                if (SPENT..OUTAGE).contains(&start.elapsed()) {
                    made_late.fetch_add(1, Relaxed);
                }
                match call(&client, operation).await {
                    Ok(_) => {
                        first_success.get_or_insert(start.elapsed());
                    }
                    Err(error) => {
                        assert!(error.is_unavailable(), "{error}");
                        last_failure = start.elapsed();
                    }
                }
                sleep(THOUGHT).await;
            }
            (last_failure, first_success.expect("a success after the outage"))
        }
    });
    let callers = callers.map(tokio::spawn);
    let ended = clock.run(STEP, join_all(callers)).await;

    let (made, made_late) = (made.load(Relaxed), made_late.load(Relaxed));
    assert!(made > 20 * CALLERS, "{made} calls");
    assert!(
        d1.call_count() <= made + made / 5 + BURST,
        "{} requests for {made} calls",
        d1.call_count()
    );
    let calls = d1.calls();
    let sent_late = calls
        .iter()
        .filter(|call| (SPENT..OUTAGE).contains(&(call.at - start)))
        .count();
    // A caller that was in its pause at the beginning sends one request more.
    let under_way = calls
        .iter()
        .filter(|call| (SPENT - BACKOFF..SPENT).contains(&(call.at - start)))
        .count()
        / 5;
    assert!(
        sent_late * 5 <= made_late * 6 + under_way * 5,
        "{sent_late} requests for {made_late} calls"
    );
    for ended in ended {
        let (last_failure, first_success) = ended.unwrap();
        assert!(last_failure <= OUTAGE + BACKOFF, "{last_failure:?}");
        assert!(first_success <= OUTAGE + BACKOFF + THOUGHT, "{first_success:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_the_token_endpoint_is_not_amplified_and_its_end_is_noticed() {
    let clock = clock::hold();
    let start = Instant::now();
    let key = SigningKey::from_pem("kid-1", signing_key_pem()).unwrap();
    let tokens = move |request: &Request| {
        if start.elapsed() < OUTAGE {
            Reply::new(503, "")
        } else {
            Reply::token(request.number, 900)
        }
    };
    let d1 = Wire::with_tokens(tokens, |call| Reply::success(call.operation())).await;
    let client = d1.client().retry(RetryPolicy::standard());
    let client = client.token_source(JwtBearer::new(key)).build().unwrap();
    let callers = (0..CALLERS).map(|_| {
        let client = client.clone();
        async move {
            loop {
                match call(&client, Operation::UpdateConsumer).await {
                    Ok(_) => return start.elapsed(),
                    Err(error) => {
                        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
                        assert_eq!(error.attempts(), 0);
                    }
                }
                sleep(THOUGHT).await;
            }
        }
    });
    let callers = callers.map(tokio::spawn);
    for ended in clock.run(STEP, join_all(callers)).await {
        let succeeded = ended.unwrap();
        assert!(
            (OUTAGE..=OUTAGE + THOUGHT + 2 * BACKOFF).contains(&succeeded),
            "{succeeded:?}"
        );
    }
    // All callers together: hardly more than one request a second, whatever their number.
    let asked = d1.token_count();
    assert!(
        asked <= 2 * usize::try_from(OUTAGE.as_secs()).unwrap(),
        "{asked} token requests"
    );
    assert_eq!(d1.call_count(), CALLERS);
}
