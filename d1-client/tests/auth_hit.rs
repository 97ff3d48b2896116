//! What a token costs when there is one. A test binary of its own, since it replaces the allocator to count.

#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::time::Duration;

use d1_client::auth::{AccessToken, StaticToken, TokenCache, TokenRequest, TokenSource, from_fn};
use futures::FutureExt as _;

fn cache(source: impl TokenSource) -> TokenCache {
    let base = "http://127.0.0.1:9".parse().unwrap();
    TokenCache::new(
        source,
        TokenRequest::new(reqwest::Client::new(), &base, "is_example").unwrap(),
    )
}

#[tokio::test]
async fn a_hit_allocates_nothing() {
    let expiring = from_fn(|| async { Ok(AccessToken::new("t")?.expires_in(Duration::from_secs(900))) });
    let id = "call-1".parse().unwrap();
    for cache in [cache(StaticToken::new("t")), cache(expiring)] {
        cache.token(None).await.unwrap();
        let measured = allocation_counter::measure(|| {
            for _ in 0..1_000 {
                let token = cache.token(Some(&id)).now_or_never().unwrap().unwrap();
                black_box(token.header_value().clone());
            }
        });
        assert_eq!(measured.count_total, 0);
    }
}

#[tokio::test]
async fn the_future_of_a_token_is_small_and_can_be_sent() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let cache = cache(StaticToken::new("t"));
    let future = assert_send(cache.token(None));
    assert!(size_of_val(&future) <= 256, "{}", size_of_val(&future));
}
