//! What a service of a bank's own needs around the calls: metrics, headers, traces, problem bodies, readiness.

#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use d1_client::{
    Attempt, BuildError, ConsumerApi, ConsumerId, Error, ErrorCode, ErrorKind, Operation, Outcome, Problem,
    SigningKey,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt, example_card},
    test_util,
    types::{ConsumerInformation, DeletionRequest, PersonalInformation},
};
use futures::FutureExt;
use serde_json::{Value, json};

fn id(id: &str) -> ConsumerId {
    ConsumerId::new(id).unwrap()
}

#[tokio::test]
async fn headers_of_the_callers_own_are_sent_and_never_shown() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox
        .client_builder()
        .header("X-Gateway-Key", "s3cret")
        .header("x-zone", "client")
        .build()
        .unwrap();
    let call = d1
        .consumer(id("c-1"))
        .register()
        .header("X-Zone", "call")
        .header("x-trace", "t-1");
    assert!(!format!("{call:?} {d1:?}").contains("s3cret"));
    call.send().await.unwrap();
    for request in sandbox.requests() {
        assert_eq!(
            request.header("x-gateway-key"),
            Some("s3cret"),
            "{:?}",
            request.endpoint
        );
        if request.endpoint == Some(Endpoint::Register) {
            assert_eq!(
                (request.header("x-zone"), request.header("x-trace")),
                (Some("call"), Some("t-1"))
            );
        }
    }

    for (name, value) in [
        ("Authorization", "Bearer x"),
        ("x-correlation-id", "x"),
        ("a b", "x"),
        ("x-a", "\r\nx: y"),
    ] {
        let error = d1
            .consumer(id("c-1"))
            .cards()
            .header(name, value)
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::InvalidRequest, Some("header")),
            "{name}"
        );
        let refused = sandbox.client_builder().header(name, value).build().unwrap_err();
        assert!(matches!(refused, BuildError::Header(_)), "{name}");
    }
}

#[tokio::test]
async fn a_hook_is_told_of_every_attempt() {
    let sandbox = Sandbox::start().await;
    let seen: Arc<Mutex<Vec<Attempt>>> = Arc::default();
    let kept = seen.clone();
    let d1 = sandbox
        .client_builder()
        .on_attempt(move |attempt| kept.lock().unwrap().push(*attempt))
        .retry(d1_client::RetryPolicy::standard().initial_backoff(std::time::Duration::ZERO))
        .build()
        .unwrap();
    sandbox.next(Fault::unavailable());
    d1.consumer(id("c-1")).register().send().await.unwrap();
    d1.consumer(id("c-2")).cards().send().await.unwrap_err();
    let seen = seen.lock().unwrap();
    let told: Vec<_> = seen
        .iter()
        .map(|attempt| {
            (
                attempt.operation,
                attempt.number,
                attempt.status,
                attempt.outcome,
                attempt.kind,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                Operation::RegisterConsumer,
                1,
                Some(503),
                Some(Outcome::Rejected),
                Some(ErrorKind::Unavailable)
            ),
            (Operation::RegisterConsumer, 2, Some(204), None, None),
            (
                Operation::ListCards,
                1,
                Some(404),
                Some(Outcome::Rejected),
                Some(ErrorKind::NotFound)
            ),
        ]
    );
}

#[tokio::test]
async fn an_error_is_a_problem_body() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    let person = PersonalInformation::builder()
        .first_name("")
        .language("english")
        .email("x\u{1}");
    let error = d1
        .consumer(id("c-1"))
        .register()
        .personal_information(person)
        .send()
        .await
        .unwrap_err();
    let problem = error.to_problem();
    let body = serde_json::to_value(&problem).unwrap();
    assert_eq!(
        (body["type"].as_str(), body["status"].as_u64()),
        (Some("about:blank"), Some(422))
    );
    let pointers: Vec<_> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        ["firstName", "language", "email", "lastName"].map(|field| format!("#/personalInformation/{field}"))
    );
    assert_eq!(
        (&body["outcome"], &body["kind"], &body["retryable"]),
        (&json!("not_sent"), &json!("invalid_request"), &json!(false))
    );
    for field in ["firstName", "language", "email", "lastName"] {
        assert!(
            error
                .to_string()
                .contains(&format!("personalInformation.{field}")),
            "{error}"
        );
    }
    assert!(!body.to_string().contains("english"));
    assert_eq!(Problem::CONTENT_TYPE, "application/problem+json");

    use Operation::{DeleteConsumer, ListCards, RegisterConsumer, UpdateConsumer};
    for (error, status) in [
        (
            test_util::refused(ListCards, 404, Some(ErrorCode::UnknownConsumer)),
            404,
        ),
        (
            test_util::refused(RegisterConsumer, 403, Some(ErrorCode::ConsumerInvalidState)),
            409,
        ),
        (
            test_util::refused(UpdateConsumer, 400, Some(ErrorCode::FieldInvalidValue)),
            422,
        ),
        (test_util::refused(ListCards, 503, None), 503),
        (test_util::unreachable(UpdateConsumer), 503),
        (test_util::lost(DeleteConsumer), 502),
        (test_util::refused(ListCards, 401, None), 502),
        (test_util::refused(ListCards, 404, None), 502),
    ] {
        let problem = error.to_problem();
        assert_eq!(
            (problem.status, problem.outcome),
            (status, error.outcome()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_pause_that_is_none_is_not_in_a_problem_body() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox
        .client_builder()
        .retry(d1_client::RetryPolicy::none())
        .build()
        .unwrap();
    for (asked, told) in [
        (7, Some(7)),
        (86_400, Some(86_400)),
        (86_401, None),
        (4_111_111_111_111_111, None),
    ] {
        sandbox.next(Fault::unavailable().retry_after(asked));
        let error = d1.consumer(id("c-1")).cards().send().await.unwrap_err();
        assert_eq!(error.to_problem().retry_after, told);
    }
}

#[tokio::test]
async fn readiness_is_a_token_and_a_call_that_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    d1.check().await.unwrap();
    assert_eq!(sandbox.consumers().len(), 0);
    let endpoints: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.endpoint)
        .collect();
    assert_eq!(endpoints, [Some(Endpoint::Token), Some(Endpoint::Cards)]);
    sandbox.next(Fault::unavailable());
    assert_eq!(d1.check().await.unwrap_err().kind(), ErrorKind::Unavailable);
    sandbox.next(Fault::status(404));
    assert_eq!(
        d1.check().await.unwrap_err().kind(),
        ErrorKind::NotFound,
        "not D1's own answer"
    );
    sandbox.revoke_tokens();
    sandbox.next(Fault::unavailable().on(Endpoint::Token).times(9));
    assert_eq!(d1.check().await.unwrap_err().kind(), ErrorKind::Token);
}

#[test]
fn a_call_outside_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start());
    let d1 = sandbox.client_builder().build().unwrap();
    let error = d1
        .consumer(id("c-1"))
        .cards()
        .send()
        .now_or_never()
        .unwrap()
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::NoRuntime, Outcome::NotSent, 0)
    );
    assert!(error.to_string().contains("outside a Tokio runtime"), "{error}");
    assert_eq!(error.to_problem().status, 500);
}

/// Code of a service, which does not know what stands behind.
async fn cards_of(d1: &dyn ConsumerApi, consumer: &str) -> Result<usize, Error> {
    d1.register(id(consumer), ConsumerInformation::builder().build().unwrap())
        .await?;
    Ok(d1.cards(id(consumer)).await?.len())
}

#[tokio::test]
async fn the_four_calls_stand_behind_a_trait() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    sandbox.seed_card("c-1", example_card("card-1"));
    assert_eq!(cards_of(&d1, "c-1").await.unwrap(), 1);
    let receipt = ConsumerApi::delete(&d1, id("c-1"), DeletionRequest::builder().build().unwrap())
        .await
        .unwrap();
    assert!(receipt.operation_id.is_some());
}

/// A signature that another implementation verifies, with the claims that D1 documents.
#[tokio::test]
async fn an_assertion_verifies_elsewhere() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    d1.check().await.unwrap();
    let requests = sandbox.requests();
    let token = requests
        .iter()
        .find(|request| request.endpoint == Some(Endpoint::Token))
        .unwrap();
    let form = String::from_utf8(token.body.to_vec()).unwrap();
    let assertion = form.split_once("assertion=").unwrap().1;
    let public = SigningKey::from_pem("kid-1", sandbox.signing_key_pem())
        .unwrap()
        .public_key_pem();
    let key = jsonwebtoken::DecodingKey::from_ec_pem(public.as_bytes()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    rules.validate_aud = false;
    let jwt = jsonwebtoken::decode::<Value>(assertion, &key, &rules).unwrap();
    assert_eq!(jwt.header.kid.as_deref(), Some(sandbox.key_id()));
    assert_eq!(jwt.claims["iss"], sandbox.issuer_id());
}
