//! The client against a sandbox with faults: what the caller gets, and that nothing is done twice.

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, time::Duration};

use d1_client::{
    Client, ConsumerId, Error, ErrorKind, Operation, Outcome,
    sandbox::{Endpoint, Fault, RecordedRequest, Sandbox, SandboxExt, example_card},
};
use d1_tests::{
    calls::at_once,
    operations::{CONSUMER, call, is_idempotent},
};

/// A sandbox with the one consumer, one card, and a client that holds a token already.
async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await;
    sandbox.seed_card(CONSUMER, example_card("card-1"));
    let client = sandbox.client_builder().retry(at_once()).build().unwrap();
    call(&client, Operation::ListCards).await.unwrap();
    sandbox.clear_requests();
    (sandbox, client)
}

#[tokio::test]
async fn a_reset_before_the_request_was_read_is_repeated_where_that_is_safe_and_did_nothing() {
    for &operation in Operation::ALL {
        let (sandbox, client) = start().await;
        let before = sandbox.consumers();
        sandbox.next(Fault::reset_before_reading().on(endpoint(operation)));
        let result = call(&client, operation).await;
        if is_idempotent(operation) {
            assert_eq!(result.unwrap().attempts, 2, "{operation:?}");
        } else {
            lost(&result.unwrap_err());
            assert_eq!(sandbox.requests().len(), 1, "{operation:?}");
            assert!(sandbox.consumers() == before, "{operation:?}");
        }
    }
}

#[tokio::test]
async fn an_update_whose_answer_is_lost_took_effect_once_and_the_caller_knows_that_it_may_have() {
    for fault in answers_that_are_lost() {
        let (sandbox, client) = start().await;
        sandbox.next(fault.clone().on(Endpoint::Update));

        lost(&call(&client, Operation::UpdateConsumer).await.unwrap_err());

        assert_eq!(sandbox.requests().len(), 1, "{fault:?}");
        let stored = sandbox.consumer(CONSUMER).unwrap();
        assert_eq!(stored.personal_information.unwrap()["firstName"], "Theodora");
        // The sandbox counts what it does: this is the second.
        assert_eq!(next_operation(&client).await, "op-000002", "{fault:?}");
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_not_repeated() {
    for fault in answers_that_are_lost() {
        let (sandbox, client) = start().await;
        sandbox.next(fault.clone().on(Endpoint::Delete));

        lost(&call(&client, Operation::DeleteConsumer).await.unwrap_err());

        // A repetition would have met an unknown consumer, and called a deletion that happened a failure.
        assert_eq!(sandbox.requests().len(), 1, "{fault:?}");
        assert!(sandbox.consumer(CONSUMER).unwrap().deleted);
    }
}

#[tokio::test]
async fn what_is_idempotent_outlives_a_lost_answer() {
    for fault in answers_that_are_lost() {
        for operation in [Operation::RegisterConsumer, Operation::ListCards] {
            let (sandbox, client) = start().await;
            sandbox.next(fault.clone().on(endpoint(operation)).times(2));
            let done = call(&client, operation).await.unwrap();
            assert_eq!(done.attempts, 3, "{operation:?} {fault:?}");
            let asked = sandbox.requests();
            assert!(asked.iter().all(|request| request.body == asked[0].body));
            assert_eq!(sandbox.consumers().len(), 1);
            assert_eq!(sandbox.consumer(CONSUMER).unwrap().cards.len(), 1);
        }
    }
}

#[tokio::test]
async fn an_empty_503_is_waited_out_and_what_was_asked_is_done_once() {
    for &operation in Operation::ALL {
        let (sandbox, client) = start().await;
        let busy = Fault::unavailable().retry_after(7).on(endpoint(operation));
        sandbox.next(busy.clone().times(3));
        let done = call(&client, operation).await.unwrap();
        assert_eq!(done.attempts, 4, "{operation:?}");
        let succeeded = sandbox
            .requests()
            .iter()
            .filter(|request| succeeded(request))
            .count();
        assert_eq!(succeeded, 1, "{operation:?}");
    }
}

#[tokio::test]
async fn a_503_that_stays_says_when_to_come_back() {
    for &operation in Operation::ALL {
        let (sandbox, client) = start().await;
        let before = sandbox.consumers();
        sandbox.next(
            Fault::unavailable()
                .retry_after(7)
                .on(endpoint(operation))
                .times(4),
        );
        let error = call(&client, operation).await.unwrap_err();
        assert!(error.is_unavailable() && error.is_retryable(), "{error}");
        assert_eq!(error.outcome(), Outcome::Rejected);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(sandbox.consumers() == before);
    }
}

#[tokio::test]
async fn the_page_of_a_firewall_is_forbidden_and_asked_for_once() {
    for &operation in Operation::ALL {
        let (sandbox, client) = start().await;
        let before = sandbox.consumers();
        sandbox.next(Fault::waf_page().on(endpoint(operation)));
        let error = call(&client, operation).await.unwrap_err();
        assert!(error.is_forbidden() && error.code().is_none(), "{error}");
        assert_eq!((error.status(), error.outcome()), (Some(403), Outcome::Rejected));
        assert!(error.detail().is_none() && !format!("{error:?}").contains("rejected</title>"));
        assert_eq!(sandbox.requests().len(), 1);
        assert!(sandbox.consumers() == before);
    }
}

#[tokio::test]
async fn a_token_endpoint_that_fails_means_that_nothing_was_sent() {
    for fault in [Fault::waf_page(), Fault::status(400), Fault::truncated()] {
        let sandbox = Sandbox::start().await;
        let client = sandbox.client_builder().retry(at_once()).build().unwrap();
        sandbox.rate(1000, 0, fault.clone().on(Endpoint::Token));
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Token, Outcome::NotSent),
            "{fault:?} {error}"
        );
        let beyond = |request: &RecordedRequest| request.endpoint != Some(Endpoint::Token);
        assert!(!sandbox.requests().iter().any(beyond));
    }
}

#[tokio::test]
async fn in_any_weather_no_update_is_done_twice_and_what_is_reported_is_what_happened() {
    const UPDATES: usize = 300;
    for seed in 0..3 {
        let (sandbox, client) = start().await;
        sandbox.rate(120, seed, Fault::unavailable().on(Endpoint::Update));
        sandbox.rate(80, seed + 10, Fault::truncated().on(Endpoint::Update));
        sandbox.rate(
            80,
            seed + 20,
            Fault::reset_after_reading().after_applying().on(Endpoint::Update),
        );
        sandbox.rate(40, seed + 30, Fault::reset_before_reading().on(Endpoint::Update));
        sandbox.rate(40, seed + 40, Fault::waf_page().on(Endpoint::Update));

        let (mut done, mut unknown, mut rejected) = (0, 0, 0);
        for _ in 0..UPDATES {
            match call(&client, Operation::UpdateConsumer).await {
                Ok(_) => done += 1,
                Err(error) if error.outcome() == Outcome::Unknown => unknown += 1,
                Err(error) => {
                    assert_eq!(error.outcome(), Outcome::Rejected, "{error}");
                    rejected += 1;
                }
            }
        }

        assert_eq!(done + unknown + rejected, UPDATES);
        assert!(
            done > 0 && unknown > 0 && rejected > 0,
            "the weather was too fine"
        );
        // Of the requests of a call, only the last may have taken effect.
        let mut calls: BTreeMap<String, Vec<RecordedRequest>> = BTreeMap::new();
        for request in sandbox.requests() {
            let id = request.header("x-correlation-id").unwrap().to_owned();
            calls.entry(id).or_default().push(request);
        }
        assert_eq!(calls.len(), UPDATES);
        for requests in calls.values() {
            let (_, earlier) = requests.split_last().unwrap();
            assert!(
                earlier
                    .iter()
                    .all(|request| request.status.is_some_and(|status| status == 503)),
                "an attempt that may have taken effect was followed by another"
            );
        }
        sandbox.clear_faults();
        let next = next_operation(&client).await;
        let happened: usize = next.strip_prefix("op-").unwrap().parse().unwrap();
        // All that are reported done were, and no more than those that may have been.
        assert!((done + 1..=done + unknown + 1).contains(&happened), "seed {seed}");
    }
}

/// The request takes effect, and the caller never reads so.
fn answers_that_are_lost() -> [Fault; 2] {
    [Fault::reset_after_reading().after_applying(), Fault::truncated()]
}

fn lost(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert!(!error.is_retryable(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
}

/// The id of one more operation; the sandbox counts them.
async fn next_operation(client: &Client) -> String {
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    let receipt = consumer.update().send().await.unwrap();
    receipt.operation_id.as_ref().unwrap().as_str().to_owned()
}

fn succeeded(request: &RecordedRequest) -> bool {
    request.status.is_some_and(|status| status.is_success())
}

fn endpoint(operation: Operation) -> Endpoint {
    match operation {
        Operation::RegisterConsumer => Endpoint::Register,
        Operation::ListCards => Endpoint::Cards,
        Operation::UpdateConsumer => Endpoint::Update,
        Operation::DeleteConsumer => Endpoint::Delete,
        Operation::RegisterConsumerV1 => Endpoint::RegisterV1,
        other => panic!("{other:?} is new"),
    }
}
