//! What is sent to the token endpoint, its signature verified by another implementation, and what is made of its answers.

#![allow(clippy::unwrap_used)]

mod token_endpoint;

use std::time::Duration;

use d1_client::auth::{
    AccessToken, BoxFuture, JwtBearer, Signer, SignerError, SigningKey, TokenError, TokenErrorKind,
    TokenSource, signature_from_der,
};
use p256::ecdsa::signature::Signer as _;
use serde_json::json;
use tokio::time::advance;

use token_endpoint::{Answer, HeldClock, TokenEndpoint, date, hold_clock, status, token, unix_now};

struct Pair {
    key: SigningKey,
    public_pem: String,
}

fn pair() -> Pair {
    let pair = rcgen::KeyPair::generate().unwrap();
    let key = SigningKey::from_pem("kid-1", pair.serialize_pem()).unwrap();
    Pair {
        key,
        public_pem: pair.public_key_pem(),
    }
}

async fn ask(
    answer: impl Fn() -> Answer + Send + Sync + 'static,
) -> (Result<AccessToken, TokenError>, usize) {
    let endpoint = TokenEndpoint::start(move |_, _| answer()).await;
    let outcome = JwtBearer::new(pair().key).fetch(&endpoint.request()).await;
    (outcome, endpoint.count())
}

#[tokio::test]
async fn the_request_is_the_documented_form() {
    let endpoint = TokenEndpoint::issuing(900).await;
    let request = endpoint.request().with_correlation_id("call-1".parse().unwrap());
    let source = JwtBearer::new(pair().key);
    assert_eq!(source.fetch(&request).await.unwrap().expose_secret(), "token-1");

    let received = &endpoint.received()[0];
    assert!(
        received
            .head
            .starts_with("POST /authz/v1/oauth2/token HTTP/1.1\r\n"),
        "{}",
        received.head
    );
    assert_eq!(
        received.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(received.header("accept-encoding"), Some("identity"));
    assert_eq!(received.header("x-correlation-id"), Some("call-1"));
    assert_eq!(received.header("authorization"), None);
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    assert_eq!(received.body, format!("{grant}{}", received.assertion()));
    let is_jwt = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    assert!(received.assertion().bytes().all(is_jwt));
}

#[tokio::test]
async fn the_assertion_verifies_and_says_exactly_what_is_documented() {
    let Pair { key, public_pem } = pair();
    let endpoint = TokenEndpoint::issuing(900).await;
    let source = JwtBearer::new(key);
    let before = unix_now();
    source.fetch(&endpoint.request()).await.unwrap();
    let after = unix_now();

    let (header, claims) = endpoint.received()[0].verified(&public_pem).unwrap();
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": "kid-1"}));
    let exp = claims["exp"].as_u64().unwrap();
    assert!(
        (before + 299..=after + 300).contains(&exp),
        "{before} {exp} {after}"
    );
    assert_eq!(
        claims,
        json!({"iss": "is_example", "sub": "is_example", "exp": exp})
    );
}

#[tokio::test]
async fn aggregator_audience_and_lifetime_are_claimed_when_asked_for() {
    let Pair { key, public_pem } = pair();
    let endpoint = TokenEndpoint::issuing(900).await;
    let source = JwtBearer::new(key)
        .aggregator_id("ag_example")
        .audience("https://api.d1.thalescloud.io")
        .lifetime(Duration::from_secs(900));
    let before = unix_now();
    source.fetch(&endpoint.request()).await.unwrap();
    let (_, claims) = endpoint.received()[0].verified(&public_pem).unwrap();
    let exp = claims["exp"].as_u64().unwrap();
    assert!((before + 899..=before + 905).contains(&exp));
    let aud = "https://api.d1.thalescloud.io";
    assert_eq!(
        claims,
        json!({"iss": "ag_example", "sub": "ag_example", "aud": aud, "exp": exp})
    );
}

#[test]
fn a_lifetime_out_of_range_is_refused() {
    for millis in [0, 999, 900_001, u64::MAX] {
        let source = JwtBearer::new(pair().key).lifetime(Duration::from_millis(millis));
        let why = source.validate().unwrap_err().to_string();
        assert!(why.contains("from 1 second to 15 minutes"), "{millis}: {why}");
    }
    for seconds in [1, 300, 900] {
        let source = JwtBearer::new(pair().key).lifetime(Duration::from_secs(seconds));
        assert!(source.validate().is_ok(), "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_fetch_signs_a_new_assertion() {
    let _clock = hold_clock();
    let endpoint = TokenEndpoint::issuing(900).await;
    let (source, request) = (JwtBearer::new(pair().key), endpoint.request());
    source.fetch(&request).await.unwrap();
    advance(Duration::from_secs(100)).await;
    source.fetch(&request).await.unwrap();
    let exps: Vec<_> = endpoint
        .received()
        .iter()
        .map(|r| r.claims()["exp"].as_i64().unwrap())
        .collect();
    assert!((100..=101).contains(&(exps[1] - exps[0])), "{exps:?}");
}

#[tokio::test]
async fn a_signer_elsewhere_signs_and_its_failure_is_told_apart() {
    /// As a key management service does it: DER signatures, over the network.
    struct Kms(p256::ecdsa::SigningKey);
    impl Signer for Kms {
        fn kid(&self) -> &str {
            "kms-1"
        }
        fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
            Box::pin(async move {
                tokio::task::yield_now().await;
                let signature: p256::ecdsa::DerSignature = self.0.sign(message);
                signature_from_der(signature.as_bytes())
            })
        }
    }
    struct Sealed;
    impl Signer for Sealed {
        fn kid(&self) -> &str {
            "hsm-1"
        }
        fn sign<'a>(&'a self, _: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
            Box::pin(std::future::ready(Err(
                SignerError::new("the HSM is sealed").retryable()
            )))
        }
    }
    let pair = rcgen::KeyPair::generate().unwrap();
    let key: p256::ecdsa::SigningKey = pair.serialize_pem().parse().unwrap();
    let endpoint = TokenEndpoint::issuing(900).await;
    JwtBearer::new(Kms(key)).fetch(&endpoint.request()).await.unwrap();
    let (header, _) = endpoint.received()[0].verified(&pair.public_key_pem()).unwrap();
    assert_eq!(header["kid"], "kms-1");

    let error = JwtBearer::new(Sealed)
        .fetch(&endpoint.request())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::Signer);
    assert!(error.is_retryable());
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "the HSM is sealed"
    );
    assert_eq!(endpoint.count(), 1);
    assert!(signature_from_der(b"not DER").is_err());
}

#[tokio::test]
async fn refusals_keep_the_status_and_an_oauth_code() {
    for (number, body, code, retryable) in [
        (
            400,
            r#"{"error":"invalid_grant","error_description":"secret"}"#,
            Some("invalid_grant"),
            false,
        ),
        (400, "", None, false),
        (401, "<html>", None, false),
        (403, "[1", None, false),
        (404, r#"{"error":"no such page, secret"}"#, None, false),
        (307, "", None, false),
        (408, "", None, true),
        (429, "", None, true),
        (500, r#"{"error":"server_error"}"#, Some("server_error"), true),
        (503, "", None, true),
        (599, "", None, true),
    ] {
        let (outcome, requests) = ask(move || status(number, "location: http://127.0.0.1:9/", body)).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), TokenErrorKind::Refused);
        assert_eq!(
            (error.status(), error.code(), error.is_retryable()),
            (Some(number), code, retryable)
        );
        assert!(!format!("{error} {error:?}").contains("secret"));
        assert_eq!(requests, 1);
    }
    let (outcome, _) = ask(|| status(400, "", r#"{"error":"invalid_grant"}"#)).await;
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "the token endpoint refused: 400 invalid_grant"
    );
}

#[tokio::test]
async fn a_huge_or_broken_error_body_leaves_the_status() {
    let huge = format!(r#"{{"error":"invalid_grant","pad":"{}"}}"#, "x".repeat(2_000_000));
    let (outcome, _) = ask(move || status(400, "", huge.clone())).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), None));
    let half = b"HTTP/1.1 503 Busy\r\ncontent-length: 100\r\n\r\n{\"error\":";
    let (outcome, _) = ask(|| Answer::Break(half.to_vec())).await;
    assert_eq!(outcome.unwrap_err().status(), Some(503));
}

#[tokio::test]
async fn a_success_that_is_no_bearer_token_is_malformed() {
    let huge = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(70_000));
    let bodies = [
        "",
        "<html>",
        "{}",
        r#"{"access_token":"t","token_type":"mac"}"#,
        "\u{0}",
        &huge,
    ];
    for body in bodies.map(str::to_owned) {
        let (outcome, requests) = ask(move || status(200, "", body.clone())).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), TokenErrorKind::Malformed);
        assert!(!error.is_retryable());
        assert_eq!(requests, 1);
    }
    let (outcome, _) = ask(|| status(200, "", "{\"access_token\":\"a\\nb\"}")).await;
    assert_eq!(outcome.unwrap_err().kind(), TokenErrorKind::InvalidToken);
}

#[tokio::test]
async fn broken_connections_are_told_apart() {
    let (outcome, _) = ask(|| Answer::Break(Vec::new())).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (TokenErrorKind::Interrupted, true)
    );
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"access_token\":\"t\"";
    let (outcome, _) = ask(|| Answer::Break(half.to_vec())).await;
    assert_eq!(outcome.unwrap_err().kind(), TokenErrorKind::Interrupted);

    let refusing = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let request = d1_client::auth::TokenRequest::new(
        reqwest::Client::builder().no_proxy().build().unwrap(),
        &format!("http://{refusing}").parse().unwrap(),
        "is_example",
    )
    .unwrap();
    let error = JwtBearer::new(pair().key).fetch(&request).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("127.0.0.1"));
}

/// Validates `exp` by a clock that is off by so many seconds, as D1 would.
async fn endpoint_with_clock(offset: i64) -> (TokenEndpoint, HeldClock) {
    let clock = hold_clock();
    let endpoint = TokenEndpoint::start(move |number, received| {
        let now = i64::try_from(unix_now()).unwrap() + offset;
        let left = received.claims()["exp"].as_i64().unwrap() - now;
        match left {
            1..=900 => token(&format!("token-{number}"), 900),
            _ => status(400, &date(offset), r#"{"error":"invalid_grant"}"#),
        }
    });
    (endpoint.await, clock)
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_corrected_by_the_servers_date_once_and_for_all() {
    for offset in [3_600, -3_600, 80_000] {
        let (endpoint, _clock) = endpoint_with_clock(offset).await;
        let (source, request) = (JwtBearer::new(pair().key), endpoint.request());
        assert_eq!(
            source.fetch(&request).await.unwrap().expose_secret(),
            "token-2",
            "{offset}"
        );
        assert_eq!(
            source.fetch(&request).await.unwrap().expose_secret(),
            "token-3",
            "{offset}"
        );
        assert_eq!(endpoint.count(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_lifetime_with_a_clock_slightly_ahead_is_corrected_too() {
    let (endpoint, _clock) = endpoint_with_clock(-10).await;
    let source = JwtBearer::new(pair().key).lifetime(Duration::from_secs(900));
    assert_eq!(
        source.fetch(&endpoint.request()).await.unwrap().expose_secret(),
        "token-2"
    );
}

#[tokio::test]
async fn a_refusal_that_the_clock_does_not_explain_is_not_tried_again() {
    let refusals = [
        (400, date(0)),
        (400, date(20)),
        (400, String::new()),
        (400, "date: soon".into()),
        (503, date(3_600)),
    ];
    for (number, date) in refusals {
        let (outcome, requests) = ask(move || status(number, &date, "")).await;
        assert_eq!(outcome.unwrap_err().status(), Some(number));
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn a_correction_that_does_not_help_is_tried_once_and_forgotten() {
    let endpoint = TokenEndpoint::start(|_, _| status(400, &date(3_600), "")).await;
    let (source, request) = (JwtBearer::new(pair().key), endpoint.request());
    for requests in [2, 4] {
        assert_eq!(source.fetch(&request).await.unwrap_err().status(), Some(400));
        assert_eq!(endpoint.count(), requests);
    }
    let exps: Vec<_> = endpoint
        .received()
        .iter()
        .map(|r| r.claims()["exp"].as_i64().unwrap())
        .collect();
    assert!(
        (exps[1] - exps[0] - 3_600).abs() < 10 && (exps[2] - exps[0]).abs() < 10,
        "{exps:?}"
    );
}
