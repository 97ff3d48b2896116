//! Tokens and assertions go to their own hosts, whatever a server says.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use d1_client::{
    Environment, ErrorKind, Operation, Outcome,
    auth::{JwtBearer, SigningKey, TokenError},
};
use d1_tests::{
    certificates::signing_key_pem,
    operations::call,
    wire::{Reply, Request, Wire},
};
use std::error::Error as _;

fn bearer() -> JwtBearer {
    JwtBearer::new(SigningKey::from_pem("kid-1", signing_key_pem()).unwrap())
}

/// Sends the client to `target` with this status.
fn redirect(status: u16, target: &Arc<str>) -> impl Fn(&Request) -> Reply + Send + Sync + 'static {
    let target = Arc::clone(target);
    move |_| Reply::with_headers(status, &format!("location: {target}\r\n"), "")
}

const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

#[tokio::test]
async fn a_redirect_of_a_call_is_unknown_and_not_followed() {
    let stranger = Wire::start(|call| Reply::success(call.operation())).await;
    let elsewhere = Arc::from(format!(
        "{}/banking/v2/issuers/is_example/consumers/c",
        stranger.origin()
    ));
    for status in REDIRECTS {
        for &operation in Operation::ALL {
            // To another host, and to itself.
            for target in [&elsewhere, &Arc::from("/banking/v2/elsewhere")] {
                let d1 = Wire::start(redirect(status, target)).await;
                let error = call(&d1.client().build().unwrap(), operation).await.unwrap_err();
                assert_eq!(
                    (error.kind(), error.outcome()),
                    (ErrorKind::Redirect, Outcome::Unknown),
                    "{error}"
                );
                assert_eq!(
                    (error.status(), error.is_retryable()),
                    (Some(status), false),
                    "{error}"
                );
                assert_eq!(d1.call_count(), 1);
            }
        }
    }
    assert_eq!((stranger.connection_count(), stranger.call_count()), (0, 0));
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let stranger = Wire::start(|call| Reply::success(call.operation())).await;
    let elsewhere = Arc::from(format!("{}/authz/v1/oauth2/token", stranger.origin()));
    for status in REDIRECTS {
        let d1 = Wire::with_tokens(redirect(status, &elsewhere), |call| {
            Reply::success(call.operation())
        })
        .await;
        let client = d1.client().token_source(bearer()).build().unwrap();
        let error = call(&client, Operation::UpdateConsumer).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Token, Outcome::NotSent),
            "{error}"
        );
        let token: &TokenError = error.source().unwrap().downcast_ref().unwrap();
        assert_eq!(token.status(), Some(status));
        assert_eq!((d1.call_count(), d1.token_count()), (0, 1));
    }
    assert_eq!(stranger.connection_count(), 0);
}

#[tokio::test]
async fn the_banking_host_gets_the_token_and_the_auth_host_the_assertion_and_neither_the_other() {
    let banking = Wire::start(|call| Reply::success(call.operation())).await;
    let auth = Wire::start(|_| Reply::new(404, "")).await;
    let environment = Environment::custom(
        format!("{}/banking/v2", banking.origin()),
        format!("{}/authz/v1", auth.origin()),
    )
    .and_then(|environment| environment.with_consumer_v1(format!("{}/banking/v1", banking.origin())));
    let client = banking
        .client()
        .environment(environment.unwrap())
        .token_source(bearer());
    let client = client.build().unwrap();
    for &operation in Operation::ALL {
        call(&client, operation).await.unwrap();
    }
    assert_eq!(
        (banking.call_count(), banking.token_count()),
        (Operation::ALL.len(), 0)
    );
    assert_eq!((auth.call_count(), auth.token_count()), (0, 1));
    let asked = &auth.token_requests()[0];
    assert_eq!(asked.header("authorization"), None);
    let body = String::from_utf8(asked.body.clone()).unwrap();
    let (_, assertion) = body.split_once("&assertion=").unwrap();
    for call in banking.calls() {
        assert_eq!(call.token(), Some("token-1"));
        assert!(!format!("{call:?}").contains(assertion));
    }
}

#[tokio::test]
async fn a_cookie_is_not_kept() {
    let d1 = Wire::start(|_| Reply::with_headers(204, "set-cookie: session=1; Path=/\r\n", "")).await;
    let client = d1.client().build().unwrap();
    for _ in 0..2 {
        call(&client, Operation::RegisterConsumer).await.unwrap();
    }
    assert!(
        d1.calls()
            .iter()
            .all(|call| call.header("cookie").is_none() && call.header("referer").is_none())
    );
}
