//! Our own client against the sandbox: the same calls as another client makes in the tests of `d1-sandbox`.
#![cfg(feature = "sandbox")]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::time::{Duration, SystemTime};

use d1_client::sandbox::{Endpoint, Fault, Sandbox, SandboxExt, example_card};
use d1_client::types::{CardState, PersonalInformation};
use d1_client::{ConsumerId, Outcome, RetryPolicy};

#[tokio::test]
async fn a_consumer_lives_from_registration_to_deletion() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    let consumer = d1.consumer(ConsumerId::new("c-1").unwrap());
    let person = PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace");
    consumer
        .register()
        .personal_information(person.clone())
        .send()
        .await
        .unwrap();
    sandbox.seed_card("c-1", example_card("card-1"));
    let cards = consumer.cards().send().await.unwrap();
    assert_eq!(cards[0].state, Some(CardState::Active));
    // A card of the client's own types can be seeded as well.
    sandbox.seed_card("c-1", cards[0].clone());
    assert_eq!(consumer.cards().send().await.unwrap().len(), 2);
    let receipt = consumer
        .update()
        .personal_information(person)
        .send()
        .await
        .unwrap();
    assert!(receipt.operation_id.is_some());
    consumer.delete().reason("Account closed").send().await.unwrap();
    let refused = consumer.register().send().await.unwrap_err();
    assert!(refused.is_invalid_state());
    let tokens = sandbox
        .requests()
        .iter()
        .filter(|request| request.endpoint == Some(Endpoint::Token))
        .count();
    assert_eq!(tokens, 1);
}

/// A deletion of a deleted consumer and one of an id that was never registered are answered alike, and the guides say so.
#[tokio::test]
async fn an_unknown_consumer_is_not_a_proof_of_deletion() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    let deleted = d1.consumer(ConsumerId::new("c-1").unwrap());
    deleted.register().send().await.unwrap();
    deleted.delete().send().await.unwrap();
    let never_registered = d1.consumer(ConsumerId::new("c-l").unwrap());
    for consumer in [deleted, never_registered] {
        let error = consumer.delete().send().await.unwrap_err();
        assert!(error.is_unknown_consumer());
        assert_eq!(error.outcome(), Outcome::Rejected);
    }

    let answer = "not a proof of deletion: the id may never have been registered.";
    for text in [
        include_str!("../src/guide/errors.md"),
        include_str!("../src/guide/bulk.md"),
        include_str!("../src/bulk.rs"),
        include_str!("../src/error.rs"),
    ] {
        let words: Vec<_> = text.split_whitespace().filter(|word| *word != "///").collect();
        assert!(words.join(" ").contains(answer));
    }
}

#[tokio::test]
async fn a_dead_token_is_replaced_once() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    sandbox.next(Fault::token_that_dies_after(Duration::from_secs(60)));
    let consumer = d1.consumer(ConsumerId::new("c-1").unwrap());
    consumer.register().send().await.unwrap();
    sandbox.advance(Duration::from_secs(60));
    consumer.cards().send().await.unwrap();
    let statuses: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.status.unwrap().as_u16())
        .collect();
    assert_eq!(statuses, [200, 204, 401, 200, 200]);
}

#[tokio::test]
async fn an_answer_lost_after_it_took_effect_leaves_the_outcome_unknown() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox
        .client_builder()
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let consumer = d1.consumer(ConsumerId::new("c-1").unwrap());
    for lost in [
        Fault::reset_after_reading().after_applying(),
        Fault::truncated(),
        Fault::status(504).after_applying(),
    ] {
        sandbox.seed_card("c-1", example_card("card-1"));
        sandbox.next(lost.on(Endpoint::Update));
        let error = consumer.update().send().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
    let updates = sandbox
        .requests()
        .iter()
        .filter(|request| request.endpoint == Some(Endpoint::Update))
        .count();
    assert_eq!(updates, 3);
}

#[tokio::test]
async fn whatever_drifts_still_decodes() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    sandbox.seed_card("c-1", example_card("card-1"));
    let consumer = d1.consumer(ConsumerId::new("c-1").unwrap());
    let unknown = d1.consumer(ConsumerId::new("c-2").unwrap());
    for seed in 0..200 {
        sandbox.drift(seed);
        for card in consumer.cards().send().await.unwrap().iter() {
            assert_eq!(card.card_id.as_str(), "card-1");
        }
        consumer.update().send().await.unwrap();
        assert_eq!(unknown.cards().send().await.unwrap_err().status(), Some(404));
    }
}

#[tokio::test]
async fn credentials_tell_how_fresh_the_token_is_and_why_the_last_refresh_failed() {
    let sandbox = Sandbox::start().await;
    let d1 = sandbox
        .client_builder()
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let call = || d1.consumer(ConsumerId::new("c-1").unwrap()).register().send();
    let before = d1.credentials();
    assert_eq!(before.key_id.as_deref(), Some(sandbox.key_id()));
    assert!(
        before.token_expires_at.is_none()
            && before.last_refresh.is_none()
            && before.last_refresh_error.is_none()
    );

    call().await.unwrap();
    let fresh = d1.credentials();
    let left = fresh
        .token_expires_at
        .unwrap()
        .duration_since(SystemTime::now())
        .unwrap();
    assert!(
        (Duration::from_secs(800)..=Duration::from_secs(900)).contains(&left),
        "{left:?}"
    );
    assert!(
        fresh.last_refresh.is_some_and(|at| at <= SystemTime::now()) && fresh.last_refresh_error.is_none()
    );

    sandbox.revoke_tokens();
    sandbox.next(Fault::unavailable().on(Endpoint::Token));
    call().await.unwrap_err();
    let failed = d1.credentials();
    assert_eq!(failed.last_refresh_error.as_ref().unwrap().status(), Some(503));
    assert!(failed.token_expires_at.is_none() && failed.last_refresh >= fresh.last_refresh);
    assert!(!format!("{failed:?}").contains(sandbox.signing_key_pem()));

    call().await.unwrap();
    assert!(d1.credentials().last_refresh_error.is_none());
}
