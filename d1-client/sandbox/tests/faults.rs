//! Everything that can be commanded to go wrong, seen from the other end of the socket.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod plain_client;

use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use d1_sandbox::{Endpoint, Fault, Sandbox, example_card};
use plain_client::{Plain, assertion, bytes, raw, sent};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

fn text(received: &[u8]) -> &str {
    std::str::from_utf8(received).unwrap()
}

#[tokio::test]
async fn a_queued_answer_replaces_the_true_one_and_nothing_happened() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    sandbox.next(Fault::error(500, "INTERNAL_ERROR").on(Endpoint::Register));
    sandbox.next(Fault::status(504).on(Endpoint::Register).after_applying());
    assert_eq!(plain.cards("c-1").await.0, 404);
    let (status, body) = plain.register("c-1", &json!({})).await;
    assert_eq!(
        (status.as_u16(), &body["errorCode"]),
        (500, &json!("INTERNAL_ERROR"))
    );
    assert!(sandbox.consumers().is_empty());
    assert_eq!(
        plain.register("c-1", &json!({})).await,
        (504.try_into().unwrap(), Value::Null)
    );
    assert_eq!(sandbox.consumers().len(), 1);
    assert_eq!(sandbox.pending(), 0);
}

#[tokio::test]
async fn a_waf_page_is_html_and_long() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    sandbox.next(Fault::waf_page());
    let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.bytes().await.unwrap().len() >= 20 * 1024);
}

#[tokio::test]
async fn unavailable_has_no_body_and_may_say_when_to_come_back() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    sandbox.next(Fault::unavailable().retry_after(7).times(2));
    for _ in 0..2 {
        let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"7".parse().unwrap())
        );
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    assert_eq!(plain.cards("c-1").await.0, 404);
}

#[tokio::test]
async fn a_reset_reaches_the_peer_as_a_reset_and_before_reading_nothing_happens() {
    let sandbox = Sandbox::start().await;
    sandbox.next(Fault::reset_before_reading());
    let (received, end) = raw(&sandbox, &bytes(&sandbox, "PUT", "c-1", "{}")).await;
    assert!(received.is_empty());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let request = &sandbox.requests()[0];
    assert!(request.body.is_empty() && request.status.is_none());
    assert!(sandbox.consumers().is_empty());
}

#[tokio::test]
async fn a_reset_after_reading_may_come_after_it_took_effect() {
    let sandbox = Sandbox::start().await;
    for applied in [false, true] {
        let mut reset = Fault::reset_after_reading();
        if applied {
            reset = reset.after_applying();
        }
        sandbox.next(reset);
        let (received, end) = raw(&sandbox, &bytes(&sandbox, "PUT", "c-1", "{}")).await;
        assert!(received.is_empty());
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(sandbox.requests().last().unwrap().body, "{}");
        assert_eq!(sandbox.consumers().len(), usize::from(applied));
    }
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_arrives() {
    let sandbox = Sandbox::start().await;
    sandbox.seed_card("c-1", example_card("card-1"));
    sandbox.next(Fault::truncated().times(2));
    let (received, _) = raw(&sandbox, &bytes(&sandbox, "GET", "c-1/cards", "")).await;
    let (head, body) = text(&received).split_once("\r\n\r\n").unwrap();
    let whole = json!({"cards": [example_card("card-1")]}).to_string();
    assert!(head.starts_with("HTTP/1.1 200"));
    assert!(head.contains(&format!("content-length: {}", whole.len())));
    assert!(whole.starts_with(body) && body.len() == whole.len() / 2);

    // A 204 has no body to cut: the answer is lost, its effect is not.
    let (received, _) = raw(&sandbox, &bytes(&sandbox, "PUT", "c-2", "{}")).await;
    assert!(received.is_empty());
    assert!(sandbox.consumer("c-2").is_some());
}

#[tokio::test]
async fn a_truncated_answer_is_an_error_to_a_client_that_reads_it() {
    let sandbox = Sandbox::start().await;
    sandbox.seed_card("c-1", example_card("card-1"));
    sandbox.next(Fault::truncated());
    let plain = Plain::of(&sandbox);
    let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn latency_passes_by_tokios_clock() {
    let slow = Duration::from_secs(3600);
    let sandbox = Sandbox::builder().latency(slow).start().await.unwrap();
    let (asked, asked_really) = (Instant::now(), std::time::Instant::now());
    sandbox.next(Fault::latency(slow));
    let (received, _) = raw(&sandbox, &bytes(&sandbox, "PUT", "c-1", "{}")).await;
    assert!(text(&received).starts_with("HTTP/1.1 204"));
    assert!(asked.elapsed() >= 2 * slow);
    assert!(asked_really.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_late_answer_took_effect_before_it_came() {
    let sandbox = Sandbox::start().await;
    sandbox.next(Fault::latency(Duration::from_secs(3600)));
    let plain = Plain::of(&sandbox);
    let request = plain.request(Method::PUT, "c-1").json(&json!({}));
    let given_up = request.timeout(Duration::from_millis(500)).send().await;
    assert!(given_up.unwrap_err().is_timeout());
    assert_eq!(sandbox.consumers().len(), 1);
}

#[tokio::test]
async fn a_token_may_die_before_its_time() {
    let sandbox = Sandbox::start().await;
    let mut plain = Plain::of(&sandbox);
    sandbox.next(Fault::token_that_dies_after(Duration::from_secs(10)));
    assert_eq!(plain.cards("c-1").await.0, 404, "it waits for the token endpoint");
    let (_, token) = plain.token(&assertion(&sandbox, sandbox.issuer_id(), 300)).await;
    assert_eq!(token["expires_in"], 900);
    plain.use_token(token["access_token"].as_str().unwrap());
    assert_eq!(plain.cards("c-1").await.0, 404);
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(plain.cards("c-1").await.0, 401);
}

#[tokio::test]
async fn a_skewed_clock_shows_in_the_date_and_in_what_is_validated_by_it() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let ahead = |answer: &reqwest::Response| {
        let date = httpdate::parse_http_date(answer.headers()["date"].to_str().unwrap()).unwrap();
        date.duration_since(SystemTime::now())
            .map_or(0, |ahead| ahead.as_secs())
    };
    let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), ahead(&answer)), (404, 0));
    sandbox.next(Fault::clock_skew(3600));
    let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
    assert_eq!(answer.status(), 401, "by that clock the token is dead");
    assert!((3500..=3600).contains(&ahead(&answer)));
    sandbox.next(Fault::clock_skew(-3600));
    let assertion = assertion(&sandbox, sandbox.issuer_id(), 300);
    assert_eq!(
        plain.token(&assertion).await.0,
        400,
        "by that clock it lives for too long"
    );
    sandbox.advance(Duration::from_secs(600));
    let answer = plain.request(Method::GET, "c-1/cards").send().await.unwrap();
    assert!((500..=600).contains(&ahead(&answer)));
}

#[tokio::test]
async fn a_rate_hits_the_same_requests_for_the_same_seed() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sandbox = Sandbox::start().await;
        let plain = Plain::of(&sandbox);
        sandbox.rate(300, 42, Fault::unavailable().on(Endpoint::Register));
        let mut statuses = Vec::new();
        for _ in 0..60 {
            statuses.push(plain.register("c-1", &json!({})).await.0.as_u16());
        }
        assert!(plain.cards("c-1").await.0 != 503);
        sandbox.clear_faults();
        assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&503) && runs[0].contains(&204));
}

#[tokio::test]
async fn drift_is_the_same_for_the_same_seed_and_ends_on_command() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = Sandbox::start().await;
        sandbox.seed_card("c-1", example_card("card-1"));
        sandbox.drift(seed);
        let plain = Plain::of(&sandbox);
        let mut bodies = Vec::new();
        for _ in 0..20 {
            for request in [
                plain.request(Method::GET, "c-1/cards"),
                plain
                    .request(Method::POST, "c-1/operations:update")
                    .json(&json!({})),
                plain.request(Method::GET, "c-2/cards"),
            ] {
                bodies.push(request.send().await.unwrap().text().await.unwrap());
            }
        }
        assert!(
            bodies
                .iter()
                .all(|body| serde_json::from_str::<Value>(body).is_ok())
        );
        sandbox.clear_faults();
        assert_eq!(
            plain.cards("c-1").await.1,
            json!({"cards": [example_card("card-1")]})
        );
        runs.push(bodies);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!(runs[0].iter().any(|body| body.contains("NEW_")));
}

#[tokio::test]
async fn any_answer_at_all_can_be_given() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let redirect = http::Response::builder()
        .status(308)
        .header("location", "https://elsewhere.example/")
        .body("{\"errorCode\":".into())
        .unwrap();
    sandbox.next(Fault::answer(redirect));
    let (received, _) = raw(&sandbox, &bytes(&sandbox, "GET", "c-1/cards", "")).await;
    assert!(text(&received).starts_with("HTTP/1.1 308"));
    assert!(text(&received).ends_with("{\"errorCode\":"));
    assert_eq!(sent(plain.request(Method::GET, "c-1/cards")).await.0, 404);
}
