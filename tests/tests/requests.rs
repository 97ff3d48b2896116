//! What a call through d1-client sends besides its body, and what it refuses to send.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use d1_client::{
    Client, ConsumerId, Environment, ErrorKind, Invalid, Operation, Outcome, RetryPolicy,
    auth::{self, AccessToken},
    types::{NotificationChannel, PersonalInformation, PostalAddress, Preferences},
};
use d1_tests::{
    calls,
    loopback::{CONSUMER, ISSUER, Recorder, TOKEN, issuer},
};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

fn success(operation: Operation, then: httpmock::Then) -> httpmock::Then {
    match operation {
        Operation::RegisterConsumer | Operation::RegisterConsumerV1 => then.status(204),
        _ => then.status(200).body("{}"),
    }
}

#[tokio::test]
async fn every_call_has_a_random_uuid_for_correlation_and_hands_it_back() {
    let d1 = MockServer::start_async().await;
    let client = calls::client(&d1);
    let mut seen = HashSet::new();
    for &operation in Operation::ALL {
        let recorder = Recorder::default();
        calls::answer(&d1, operation, &recorder, |then| success(operation, then));
        for _ in 0..2 {
            let done = calls::call(&client, operation).await.unwrap();
            let id = done.correlation_id.as_str().to_owned();
            assert!(is_uuid_v4(&id), "{id}");
            assert_eq!(recorder.all().last().unwrap().headers()["x-correlation-id"], id);
            assert!(seen.insert(id), "a correlation id came twice");
        }
    }
}

/// RFC 9562, section 5.4, in lower case.
fn is_uuid_v4(id: &str) -> bool {
    let groups: Vec<_> = id.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .concat()
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && groups[2].starts_with('4')
        && groups[3].starts_with(['8', '9', 'a', 'b'])
}

#[tokio::test]
async fn a_given_correlation_id_is_on_every_attempt_the_token_request_and_the_answer() {
    for &operation in Operation::ALL {
        let d1 = MockServer::start_async().await;
        let (tokens, attempts) = (Recorder::default(), Recorder::default());
        calls::token_endpoint(&d1, &tokens);
        let count = attempts.clone();
        calls::answer(&d1, operation, &attempts, |then| {
            then.respond_with(move |_: &HttpMockRequest| {
                let status = match (count.count(), operation) {
                    (1, _) => 503,
                    (2, _) => 401,
                    (_, Operation::RegisterConsumer | Operation::RegisterConsumerV1) => 204,
                    _ => 200,
                };
                let body = if status == 200 { "{}" } else { "" };
                HttpMockResponse::builder().status(status).body(body).build()
            })
        });
        let client = calls::builder(&d1)
            .token_source(calls::jwt_bearer())
            .build()
            .unwrap();

        let done = calls::call_as(&client, operation, Some("onboarding-42"))
            .await
            .unwrap();

        assert_eq!(done.correlation_id.as_str(), "onboarding-42");
        assert_eq!(done.attempts, 3);
        let sent = [tokens.all(), attempts.all()].concat();
        assert_eq!(sent.len(), 2 + 3);
        for request in sent {
            assert_eq!(request.headers()["x-correlation-id"], "onboarding-42");
        }
        let bearers: Vec<_> = attempts.all().iter().map(authorization).collect();
        assert_eq!(bearers, ["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
    }
}

fn authorization(request: &HttpMockRequest) -> String {
    request.headers()["authorization"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_headers_are_ours_and_no_others() {
    let d1 = MockServer::start_async().await;
    let client = calls::builder(&d1)
        .user_agent_suffix("acme-onboarding/2.1")
        .build()
        .unwrap();
    let agent = concat!("d1-client/", env!("CARGO_PKG_VERSION"), " acme-onboarding/2.1");
    for &operation in Operation::ALL {
        let recorder = Recorder::default();
        calls::answer(&d1, operation, &recorder, |then| success(operation, then));
        calls::call(&client, operation).await.unwrap();
        let headers = recorder.only().headers();
        assert_eq!(headers["user-agent"], agent);
        assert_eq!(headers["accept-encoding"], "identity");
        assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
        let mut names: Vec<_> = headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        let mut expected = vec![
            "accept",
            "accept-encoding",
            "authorization",
            "host",
            "user-agent",
            "x-correlation-id",
        ];
        if operation != Operation::ListCards {
            expected.extend(["content-length", "content-type"]);
        }
        expected.sort_unstable();
        assert_eq!(names, expected, "{operation:?}");
    }
}

#[tokio::test]
async fn without_a_suffix_the_user_agent_is_the_clients() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    calls::answer(&d1, Operation::ListCards, &recorder, |then| {
        success(Operation::ListCards, then)
    });
    calls::call(&calls::client(&d1), Operation::ListCards)
        .await
        .unwrap();
    let agent = recorder.only().headers()["user-agent"].clone();
    assert_eq!(agent, concat!("d1-client/", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn a_user_id_is_sent_where_one_is_given() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    for &operation in Operation::ALL {
        calls::answer(&d1, operation, &recorder, |then| success(operation, then));
    }
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    consumer.register().user_id("clerk_7").send().await.unwrap();
    consumer.cards().user_id("clerk_7").send().await.unwrap();
    consumer.update().user_id("clerk_7").send().await.unwrap();
    consumer.delete().user_id("clerk_7").send().await.unwrap();
    consumer.delete().send().await.unwrap();
    let sent = recorder.all();
    assert!(
        sent[..4]
            .iter()
            .all(|request| request.headers()["x-user-id"] == "clerk_7")
    );
    assert!(!sent[4].headers().contains_key("x-user-id"));
}

#[tokio::test]
async fn base_urls_keep_their_paths_and_lose_their_trailing_slashes() {
    let d1 = MockServer::start_async().await;
    let banking = d1.mock(|when, then| {
        when.path(format!(
            "/gateway/banking/v2/issuers/{ISSUER}/consumers/{CONSUMER}/cards"
        ));
        then.status(200).body("{}");
    });
    let token = d1.mock(|when, then| {
        when.path("/gateway/authz/v1/oauth2/token");
        then.status(200).body(r#"{"access_token":"t"}"#);
    });
    let environment = Environment::custom(d1.url("/gateway/banking/v2/"), d1.url("/gateway/authz/v1/"));
    let client = Client::builder(issuer())
        .environment(environment.unwrap())
        .token_source(calls::jwt_bearer())
        .no_proxy()
        .build()
        .unwrap();
    calls::call(&client, Operation::ListCards).await.unwrap();
    assert_eq!((banking.calls(), token.calls()), (1, 1));
}

#[tokio::test]
async fn a_value_that_breaks_a_rule_is_refused_before_anything_is_sent() {
    let d1 = MockServer::start_async().await;
    let everything = Recorder::default();
    d1.mock(|when, then| {
        everything.watch(when.any_request());
        then.status(204);
    });
    let client = calls::builder(&d1)
        .token_source(calls::jwt_bearer())
        .build()
        .unwrap();
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    let ada = || {
        PersonalInformation::builder()
            .first_name("Ada")
            .last_name("Quill")
    };
    let lives_at = |line2: &str| {
        ada().residency_address(
            PostalAddress::builder()
                .line1("1 Mill Lane")
                .line2(line2)
                .city("Ely")
                .state("ENG")
                .zip_code("CB7")
                .country_code("GB"),
        )
    };
    let twice =
        || Preferences::builder().notification_channel([NotificationChannel::Sms, NotificationChannel::Sms]);

    let line2 = "personalInformation.residencyAddress.line2";
    let refusals = [
        (
            consumer
                .register()
                .personal_information(lives_at("<Quill>"))
                .send()
                .await
                .err(),
            line2,
        ),
        (
            consumer
                .update()
                .personal_information(lives_at("<Quill>"))
                .send()
                .await
                .err(),
            line2,
        ),
        (
            consumer
                .register()
                .personal_information(PersonalInformation::builder().first_name("Quill"))
                .send()
                .await
                .err(),
            "personalInformation.lastName",
        ),
        (
            consumer.register().preferences(twice()).send().await.err(),
            "preferences.notificationChannel",
        ),
        (consumer.delete().reason("<Quill>").send().await.err(), "reason"),
        (
            consumer.cards().correlation_id("Ada Quill").send().await.err(),
            "x-correlation-id",
        ),
        (
            consumer.cards().user_id("Ada Quill").send().await.err(),
            "x-user-id",
        ),
    ];
    for (refused, field) in refusals {
        let error = refused.expect("a refusal");
        assert_eq!(error.field(), Some(field));
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(calls::predicates(&error), ["is_invalid_field"]);
        assert_eq!((error.attempts(), error.status()), (0, None));
        assert!(!error.is_retryable());
        assert!(is_uuid_v4(error.correlation_id().as_str()));
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.downcast_ref::<Invalid>().unwrap().field(), field);
        let said = format!("{error} {error:?} {cause} {cause:?}");
        assert!(said.contains(field), "{said}");
        assert!(!said.contains("Quill"), "{said}");
    }
    assert_eq!(everything.count(), 0);
}

#[tokio::test]
async fn a_refused_value_keeps_the_correlation_id_that_was_given() {
    let d1 = MockServer::start_async().await;
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    let error = consumer.delete().correlation_id("call-1").reason("").send().await;
    assert_eq!(error.unwrap_err().correlation_id().as_str(), "call-1");
}

#[tokio::test]
async fn the_raw_client_carries_the_same_token() {
    let d1 = MockServer::start_async().await;
    let (tokens, recorder) = (Recorder::default(), Recorder::default());
    calls::token_endpoint(&d1, &tokens);
    calls::answer(&d1, Operation::ListCards, &recorder, |then| {
        success(Operation::ListCards, then)
    });
    let client = calls::builder(&d1)
        .token_source(calls::jwt_bearer())
        .build()
        .unwrap();

    let raw = client.raw();
    let call = raw.list_cards().issuer_id(ISSUER).consumer_id(CONSUMER);
    let answer = call.send().await.unwrap();
    calls::call(&client, Operation::ListCards).await.unwrap();

    assert_eq!(answer.status(), 200);
    assert_eq!(tokens.count(), 1);
    for request in recorder.all() {
        assert_eq!(authorization(&request), "Bearer token-1");
        assert!(!request.headers().contains_key("api-version"));
    }
}

#[tokio::test]
async fn the_raw_client_sends_nothing_without_a_token() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    calls::answer(&d1, Operation::ListCards, &recorder, |then| {
        success(Operation::ListCards, then)
    });
    let client = calls::builder(&d1)
        .token_source(auth::from_fn(|| async { AccessToken::new("no token\n") }))
        .build()
        .unwrap();
    let raw = client.raw();
    let call = raw.list_cards().issuer_id(ISSUER).consumer_id(CONSUMER);
    let error = call.send().await.unwrap_err().to_string();
    assert!(error.contains("access token"), "{error}");
    assert!(!error.contains("no token\n"), "{error}");
    assert_eq!(recorder.count(), 0);
}

#[tokio::test]
async fn a_call_may_have_a_retry_policy_of_its_own() {
    for (of_client, of_call, attempts) in [
        (calls::at_once(), None, 4),
        (calls::at_once(), Some(RetryPolicy::none()), 1),
        (RetryPolicy::none(), Some(calls::at_once()), 4),
        (calls::at_once(), Some(calls::at_once().max_attempts(6)), 6),
    ] {
        let d1 = MockServer::start_async().await;
        let refused = d1
            .mock_async(|_, then| {
                then.status(503);
            })
            .await;
        let client = calls::builder(&d1).retry(of_client).build().unwrap();
        let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
        macro_rules! attempts_of {
            ($operation:ident) => {{
                let request = consumer.$operation();
                let request = match &of_call {
                    Some(policy) => request.retry(policy.clone()),
                    None => request,
                };
                request.send().await.unwrap_err().attempts()
            }};
        }
        let made = [
            attempts_of!(register),
            attempts_of!(cards),
            attempts_of!(update),
            attempts_of!(delete),
            attempts_of!(register_v1),
        ];
        assert_eq!(made, [attempts; 5], "{of_call:?}");
        assert_eq!(refused.calls(), 5 * attempts as usize);
    }
}
