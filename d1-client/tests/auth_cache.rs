//! The token cache under load, cancellation, failure and the passing of time.

#![allow(clippy::unwrap_used)]

mod token_endpoint;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use d1_client::auth::{
    AccessToken, BoxFuture, JwtBearer, SigningKey, StaticToken, TokenCache, TokenError, TokenErrorKind,
    TokenRequest, TokenSource, from_fn,
};
use futures::FutureExt as _;
use futures::future::join_all;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, advance};

use token_endpoint::{Answer, TokenEndpoint, hold_clock, status, token};

const SECOND: Duration = Duration::from_secs(1);

fn jwt_bearer() -> JwtBearer {
    let pem = rcgen::KeyPair::generate().unwrap().serialize_pem();
    JwtBearer::new(SigningKey::from_pem("kid-1", pem).unwrap())
}

fn cache(endpoint: &TokenEndpoint) -> Arc<TokenCache> {
    Arc::new(TokenCache::new(jwt_bearer(), endpoint.request()))
}

fn no_endpoint() -> TokenRequest {
    TokenRequest::new(
        reqwest::Client::new(),
        &"http://127.0.0.1:9".parse().unwrap(),
        "is_example",
    )
    .unwrap()
}

/// A source without a socket: the closure gets the number of the fetch, from 1.
fn scripted(
    script: impl Fn(usize) -> Result<AccessToken, TokenError> + Send + Sync + 'static,
) -> (TokenCache, Arc<AtomicUsize>) {
    let fetches = Arc::new(AtomicUsize::new(0));
    let counted = fetches.clone();
    let source = from_fn(move || std::future::ready(script(counted.fetch_add(1, Ordering::SeqCst) + 1)));
    (TokenCache::new(source, no_endpoint()), fetches)
}

fn numbered(number: usize, lifetime: Duration) -> Result<AccessToken, TokenError> {
    Ok(AccessToken::new(format!("token-{number}"))?.expires_in(lifetime))
}

async fn text(cache: &TokenCache) -> String {
    cache.token(None).await.unwrap().expose_secret().to_owned()
}

/// Lets background tasks run that need no socket and no time.
async fn settle() {
    for _ in 0..16 {
        yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tasks_on_a_cold_cache_make_one_token_request() {
    let (gate, open) = watch::channel(false);
    let endpoint = TokenEndpoint::start(move |number, _| {
        Answer::SendWhen(open.clone(), Box::new(token(&format!("token-{number}"), 900)))
    })
    .await;
    let cache = cache(&endpoint);
    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { text(&cache).await })
        })
        .collect();
    endpoint.saw(1).await;
    gate.send_replace(true);
    for task in tasks {
        assert_eq!(task.await.unwrap(), "token-1");
    }
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test]
async fn a_cancelled_leader_strands_nobody() {
    let (gate, open) = watch::channel(false);
    let endpoint =
        TokenEndpoint::start(move |_, _| Answer::SendWhen(open.clone(), Box::new(token("token-1", 900))))
            .await;
    let cache = cache(&endpoint);
    let mut leader = Box::pin(cache.token(None));
    assert!((&mut leader).now_or_never().is_none());
    let waiting = join_all((0..100).map(|_| text(&cache)));
    let mut waiting = Box::pin(waiting);
    assert!((&mut waiting).now_or_never().is_none());
    endpoint.saw(1).await;
    drop(leader);
    gate.send_replace(true);
    assert!(waiting.await.iter().all(|token| token == "token-1"));
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test]
async fn a_fetch_that_everyone_gave_up_on_still_serves_the_next_call() {
    let (gate, open) = watch::channel(false);
    let endpoint =
        TokenEndpoint::start(move |_, _| Answer::SendWhen(open.clone(), Box::new(token("token-1", 900))))
            .await;
    let cache = cache(&endpoint);
    assert!(cache.token(None).now_or_never().is_none());
    endpoint.saw(1).await;
    gate.send_replace(true);
    assert_eq!(text(&cache).await, "token-1");
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_a_failure_and_the_next_call_starts_afresh() {
    let _clock = hold_clock();
    let (gate, open) = watch::channel(false);
    let endpoint = TokenEndpoint::start(move |number, _| match number {
        1 => Answer::SendWhen(open.clone(), Box::new(status(503, "", ""))),
        _ => token("token-2", 900),
    })
    .await;
    let cache = cache(&endpoint);
    let waiting = join_all((0..10_000).map(|_| cache.token(None)));
    let mut waiting = Box::pin(waiting);
    assert!((&mut waiting).now_or_never().is_none());
    gate.send_replace(true);
    for outcome in waiting.await {
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (TokenErrorKind::Refused, Some(503))
        );
        assert!(error.is_retryable());
    }
    assert_eq!(endpoint.count(), 1);
    assert_eq!(text(&cache).await, "token-2");
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_the_token_endpoint_is_not_met_with_a_storm() {
    let _clock = hold_clock();
    let endpoint = TokenEndpoint::start(|_, _| status(503, "", "")).await;
    let cache = cache(&endpoint);
    for _ in 0..10_000 {
        assert_eq!(cache.token(None).await.unwrap_err().status(), Some(503));
    }
    assert_eq!(endpoint.count(), 2, "the second failure in a row is remembered");
    // 10 s of 200 callers that ask every 10 ms
    for _ in 0..1_000 {
        advance(Duration::from_millis(10)).await;
        for outcome in join_all((0..200).map(|_| cache.token(None))).await {
            assert_eq!(outcome.unwrap_err().status(), Some(503));
        }
    }
    assert!((10..=18).contains(&endpoint.count()), "{}", endpoint.count());
}

#[tokio::test(start_paused = true)]
async fn the_pause_after_failures_ends_with_the_first_success() {
    let (cache, fetches) = scripted(|number| match number {
        1..=3 | 5 => Err(TokenError::new("down")),
        _ => numbered(number, 900 * SECOND),
    });
    for expected in [1, 2, 2] {
        assert!(cache.token(None).await.is_err());
        assert_eq!(fetches.load(Ordering::SeqCst), expected);
    }
    advance(Duration::from_millis(51)).await;
    assert!(cache.token(None).await.is_err());
    assert!(cache.token(None).await.is_err());
    assert_eq!(fetches.load(Ordering::SeqCst), 3);
    advance(SECOND).await;
    let token = cache.token(None).await.unwrap();
    assert_eq!(token.expose_secret(), "token-4");
    cache.invalidate(&token);
    assert!(cache.token(None).await.is_err());
    assert_eq!(text(&cache).await, "token-6", "a first failure is not remembered");
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_the_token_endpoint_is_waited_for() {
    let _clock = hold_clock();
    let endpoint = TokenEndpoint::start(|number, _| match number {
        1 => status(429, "retry-after: 3", ""),
        _ => token("token-2", 900),
    })
    .await;
    let cache = cache(&endpoint);
    let error = cache.token(None).await.unwrap_err();
    assert_eq!(
        (error.status(), error.retry_after()),
        (Some(429), Some(3 * SECOND))
    );
    advance(2 * SECOND).await;
    assert_eq!(cache.token(None).await.unwrap_err().status(), Some(429));
    assert_eq!(endpoint.count(), 1);
    advance(2 * SECOND).await;
    assert_eq!(text(&cache).await, "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_slow_endpoint_costs_the_impatient_their_call_and_nobody_a_second_request() {
    let _clock = hold_clock();
    let (gate, open) = watch::channel(false);
    let endpoint =
        TokenEndpoint::start(move |_, _| Answer::SendWhen(open.clone(), Box::new(token("token-1", 900))))
            .await;
    let cache = cache(&endpoint);
    let impatient = tokio::time::timeout(SECOND, cache.token(None));
    let mut patient = Box::pin(text(&cache));
    let (mut impatient, _) = (
        Box::pin(impatient),
        assert!((&mut patient).now_or_never().is_none()),
    );
    assert!((&mut impatient).now_or_never().is_none());
    endpoint.saw(1).await;
    advance(2 * SECOND).await;
    assert!(impatient.await.is_err());
    gate.send_replace(true);
    assert_eq!(patient.await, "token-1");
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_is_a_timeout_for_everyone() {
    let _clock = hold_clock();
    let endpoint = TokenEndpoint::start(|_, _| Answer::Hang).await;
    let cache = TokenCache::new(jwt_bearer(), endpoint.request().with_timeout(7 * SECOND));
    let mut waiting = Box::pin(join_all((0..10).map(|_| cache.token(None))));
    assert!((&mut waiting).now_or_never().is_none());
    endpoint.saw(1).await;
    advance(6 * SECOND).await;
    assert!((&mut waiting).now_or_never().is_none());
    advance(2 * SECOND).await;
    for outcome in waiting.await {
        let error = outcome.unwrap_err();
        assert!(error.is_timeout() && error.is_retryable());
    }
    assert_eq!(endpoint.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_ends_is_a_timeout_too() {
    let started = Instant::now();
    let cache = TokenCache::new(from_fn(std::future::pending), no_endpoint());
    assert!(cache.token(None).await.unwrap_err().is_timeout());
    assert_eq!(started.elapsed(), 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_its_expiry_while_calls_use_the_live_one() {
    let _clock = hold_clock();
    let (gate, open) = watch::channel(false);
    let endpoint = TokenEndpoint::start(move |number, _| match number {
        1 => token("token-1", 900),
        _ => Answer::SendWhen(open.clone(), Box::new(token("token-2", 900))),
    })
    .await;
    let cache = cache(&endpoint);
    assert_eq!(text(&cache).await, "token-1");
    advance(719 * SECOND).await;
    assert_eq!(text(&cache).await, "token-1");
    settle().await;
    assert_eq!(endpoint.count(), 1, "nothing is due before the last fifth");
    advance(92 * SECOND).await;
    for _ in 0..100 {
        assert_eq!(
            cache.token(None).now_or_never().unwrap().unwrap().expose_secret(),
            "token-1"
        );
    }
    endpoint.saw(2).await;
    assert_eq!(text(&cache).await, "token-1", "the renewal is still under way");
    gate.send_replace(true);
    while text(&cache).await == "token-1" {
        yield_now().await;
    }
    assert_eq!(text(&cache).await, "token-2");
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failing_early_refresh_keeps_the_live_token_until_its_real_expiry() {
    let (cache, fetches) = scripted(|number| match number {
        1 => numbered(1, 900 * SECOND),
        2..=20 => Err(TokenError::new("down")),
        _ => numbered(number, 900 * SECOND),
    });
    assert_eq!(text(&cache).await, "token-1");
    let mut failures = Vec::new();
    advance(700 * SECOND).await;
    for second in 700..900 {
        for _ in 0..50 {
            assert_eq!(text(&cache).await, "token-1", "at {second} s");
            settle().await;
        }
        if fetches.load(Ordering::SeqCst) > failures.len() + 1 {
            failures.push(second);
        }
        advance(SECOND).await;
    }
    assert!((3..=9).contains(&failures.len()), "no storm: {failures:?}");
    assert!(failures[0] >= 720);
    let gaps: Vec<_> = failures.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| (3..=61).contains(gap)), "{gaps:?}");
    // now it has really expired: no dead token is handed out
    assert!(cache.token(None).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_early_refresh_that_recovers_is_picked_up() {
    let (cache, _) = scripted(|number| match number {
        2 | 3 => Err(TokenError::new("down")),
        _ => numbered(number, 900 * SECOND),
    });
    assert_eq!(text(&cache).await, "token-1");
    advance(811 * SECOND).await;
    for _ in 0..30 {
        let _ = text(&cache).await;
        settle().await;
        advance(SECOND).await;
    }
    assert_eq!(text(&cache).await, "token-4");
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_replaced_by_one_request_whoever_asks() {
    let _clock = hold_clock();
    let endpoint = TokenEndpoint::issuing(900).await;
    let cache = cache(&endpoint);
    assert_eq!(text(&cache).await, "token-1");
    advance(900 * SECOND).await;
    let all = join_all((0..1_000).map(|_| text(&cache))).await;
    assert!(all.iter().all(|token| token == "token-2"));
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_of_no_life_serves_those_who_wait_and_no_one_else() {
    let (cache, fetches) = scripted(|number| numbered(number, Duration::ZERO));
    assert!(
        join_all((0..10).map(|_| text(&cache)))
            .await
            .iter()
            .all(|token| token == "token-1")
    );
    assert_eq!(text(&cache).await, "token-2");
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn ten_callers_with_the_same_dead_token_cause_one_refresh() {
    let endpoint = TokenEndpoint::issuing(900).await;
    let cache = cache(&endpoint);
    let dead = cache.token(None).await.unwrap();
    let replays = join_all((0..10).map(|_| async {
        cache.invalidate(&dead);
        yield_now().await;
        text(&cache).await
    }));
    assert!(replays.await.iter().all(|token| token == "token-2"));
    // one more, much later than the others
    cache.invalidate(&dead);
    assert_eq!(text(&cache).await, "token-2");
    assert_eq!(endpoint.count(), 2);
}

#[tokio::test]
async fn a_source_learns_which_token_was_refused() {
    struct Source(Arc<Mutex<Vec<Option<String>>>>);
    impl TokenSource for Source {
        fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
            let mut seen = self.0.lock().unwrap();
            seen.push(request.rejected().map(|token| token.expose_secret().to_owned()));
            let token = AccessToken::new(format!("token-{}", seen.len()));
            Box::pin(std::future::ready(token))
        }
    }
    let seen = Arc::new(Mutex::default());
    let cache = TokenCache::new(Source(seen.clone()), no_endpoint());
    for _ in 0..2 {
        let token = cache.token(None).await.unwrap();
        cache.invalidate(&token);
    }
    cache.token(None).await.unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [None, Some("token-1".to_owned()), Some("token-2".to_owned())]
    );
}

#[tokio::test]
async fn a_refused_static_token_is_recognized_as_the_same() {
    let cache = TokenCache::new(StaticToken::new("token-1"), no_endpoint());
    let refused = cache.token(None).await.unwrap();
    cache.invalidate(&refused);
    assert!(cache.token(None).await.unwrap().same_secret(&refused));
}

#[tokio::test]
async fn a_source_that_panics_fails_its_callers_once_and_may_recover() {
    let (cache, _) = scripted(|number| {
        if number == 1 {
            panic!("a bug")
        } else {
            numbered(number, SECOND)
        }
    });
    for outcome in join_all((0..100).map(|_| cache.token(None))).await {
        assert_eq!(outcome.unwrap_err().kind(), TokenErrorKind::Source);
    }
    assert_eq!(text(&cache).await, "token-2");
}

#[test]
fn a_fetch_whose_runtime_went_away_is_taken_over() {
    let endpoint_runtime = tokio::runtime::Runtime::new().unwrap();
    let (gate, open) = watch::channel(false);
    let endpoint = endpoint_runtime.block_on(TokenEndpoint::start(move |number, _| match number {
        1 => Answer::SendWhen(open.clone(), Box::new(token("token-1", 900))),
        _ => token("token-2", 900),
    }));
    let cache = cache(&endpoint);
    let first = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    first.block_on(async {
        assert!(cache.token(None).now_or_never().is_none());
        endpoint.saw(1).await;
    });
    let second = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut waiting = Box::pin(text(&cache));
    assert!(second.block_on(async { (&mut waiting).now_or_never() }).is_none());
    drop(first);
    assert_eq!(second.block_on(waiting), "token-2");
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_on_a_runtime_that_nobody_drives_is_given_up_for_lost() {
    let (cache, fetches) = scripted(|number| numbered(number, 900 * SECOND));
    let idle = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    {
        // spawned there, never polled
        let _there = idle.enter();
        assert!(cache.token(None).now_or_never().is_none());
    }
    assert!(cache.token(None).now_or_never().is_none());
    assert_eq!(fetches.load(Ordering::SeqCst), 0);
    advance(40 * SECOND).await;
    assert_eq!(text(&cache).await, "token-1");
    idle.shutdown_background();
}

#[test]
fn without_a_runtime_the_error_says_so() {
    let cache = TokenCache::new(StaticToken::new("token-1"), no_endpoint());
    let error = cache.token(None).now_or_never().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "there is no tokio runtime");
}

#[tokio::test]
async fn a_fetch_carries_the_correlation_id_of_the_call_that_caused_it() {
    let endpoint = TokenEndpoint::issuing(900).await;
    let cache = cache(&endpoint);
    let id = "call-1".parse().unwrap();
    let token = cache.token(Some(&id)).await.unwrap();
    cache.invalidate(&token);
    cache.token(None).await.unwrap();
    let ids: Vec<_> = endpoint
        .received()
        .iter()
        .map(|r| r.header("x-correlation-id").map(str::to_owned))
        .collect();
    assert_eq!(ids, [Some("call-1".to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn a_token_lives_from_the_moment_it_was_asked_for() {
    let _clock = hold_clock();
    let (gate, open) = watch::channel(false);
    let endpoint =
        TokenEndpoint::start(move |_, _| Answer::SendWhen(open.clone(), Box::new(token("token-1", 900))))
            .await;
    let cache = cache(&endpoint);
    let started = Instant::now();
    let mut waiting = Box::pin(cache.token(None));
    assert!((&mut waiting).now_or_never().is_none());
    endpoint.saw(1).await;
    advance(10 * SECOND).await;
    gate.send_replace(true);
    let token = waiting.await.unwrap();
    assert_eq!(token.remaining(), Some(900 * SECOND - started.elapsed()));
}
