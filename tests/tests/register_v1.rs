//! Registering by version 1 of the API: its own base URL, and every promise of the other calls.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use d1_client::{Client, ConsumerId, Environment, Outcome, StaticToken};
use d1_generated::consumer_v1::mock::MockServerExt;
use d1_tests::{
    calls::at_once,
    loopback::{CONSUMER, TOKEN, consumer_id, issuer},
};
use httpmock::{Method, MockServer};

fn client(d1: &MockServer, v1: Option<&str>) -> Client {
    let banking = d1.url("/banking/v2");
    let mut environment = Environment::custom(banking, d1.base_url()).unwrap();
    if let Some(path) = v1 {
        environment = environment.with_consumer_v1(d1.url(path)).unwrap();
    }
    Client::builder(issuer())
        .environment(environment)
        .token_source(StaticToken::new(TOKEN))
        .retry(at_once())
        .attempt_timeout(Duration::from_millis(300))
        .no_proxy()
        .build()
        .unwrap()
}

#[tokio::test]
async fn it_goes_to_its_own_base_url_with_an_empty_object() {
    let d1 = MockServer::start();
    let registered = d1.mock(|when, then| {
        when.method(Method::PUT)
            .path(format!(
                "/banking/v1/issuers/{}/consumers/{CONSUMER}",
                issuer().as_str()
            ))
            .header("authorization", format!("Bearer {TOKEN}"))
            .header("content-type", "application/json")
            .header("x-correlation-id", "abc")
            .body("{}");
        then.status(204);
    });
    let consumer = client(&d1, Some("/banking/v1/")).consumer(ConsumerId::new(CONSUMER).unwrap());
    let done = consumer.register_v1().correlation_id("abc").send().await.unwrap();
    assert_eq!((done.status(), done.attempts()), (204, 1));
    registered.assert();
}

#[tokio::test]
async fn without_a_base_url_of_its_own_nothing_is_sent() {
    let d1 = MockServer::start();
    let any = d1.mock(|_, then| {
        then.status(204);
    });
    let error = client(&d1, None)
        .consumer(ConsumerId::new(CONSUMER).unwrap())
        .register_v1()
        .send()
        .await
        .unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
    assert!(error.to_string().contains("with_consumer_v1"), "{error}");
    any.assert_calls(0);
}

#[tokio::test]
async fn a_put_is_repeated_after_what_may_pass_and_not_after_what_nobody_says_may() {
    for (status, calls, outcome) in [
        (503, 4, Outcome::Rejected),
        (504, 4, Outcome::Unknown),
        (500, 1, Outcome::Unknown),
        (400, 1, Outcome::Rejected),
    ] {
        let d1 = MockServer::start();
        let refused = d1.register_consumer_v1(|when, then| {
            let when = when.issuer_id(&issuer()).consumer_id(&consumer_id());
            drop(when);
            then.into_inner().status(status);
        });
        let error = client(&d1, Some(""))
            .consumer(ConsumerId::new(CONSUMER).unwrap())
            .register_v1()
            .send()
            .await
            .unwrap_err();
        assert_eq!((error.status(), error.outcome()), (Some(status), outcome));
        assert_eq!(refused.calls(), calls, "{status}");
    }
}

#[tokio::test]
async fn no_error_says_who_was_meant_or_what_was_answered() {
    let d1 = MockServer::start();
    d1.mock(|_, then| {
        then.status(400)
            .body(r#"{"error":"Ada Lovelace","errorCode":"ADA"}"#);
    });
    let error = client(&d1, Some(""))
        .consumer(ConsumerId::new(CONSUMER).unwrap())
        .register_v1()
        .send()
        .await
        .unwrap_err();
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(
            text.contains("register_consumer_v1") || text.contains("RegisterConsumerV1"),
            "{text}"
        );
        assert!(
            !text.contains(CONSUMER) && !text.to_lowercase().contains("ada"),
            "{text}"
        );
    }
}
