//! What `Debug` and `Display` show of a client, its calls and their results: where and how, never who or with what.

#![allow(clippy::unwrap_used)]

use d1_client::{Client, ConsumerId, Environment, Operation, StaticToken};
use d1_tests::{
    calls, cards,
    loopback::{CONSUMER, Recorder, TOKEN, issuer},
    people,
};
use httpmock::MockServer;

fn client() -> Client {
    Client::builder(issuer())
        .environment(Environment::Staging)
        .token_source(StaticToken::new(TOKEN))
        .without_client_certificate()
        .build()
        .unwrap()
}

/// Values of the person that these tests send, of the token and of the consumer id.
const SECRETS: [&str; 8] = [
    TOKEN,
    CONSUMER,
    "Vaucanson",
    "vaucanson",
    "612345678",
    "1979",
    "Grenoble",
    "Jacquard",
];

#[track_caller]
fn assert_silent(said: &str) {
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn a_client_shows_where_it_calls_and_how_often() {
    assert_eq!(
        format!("{:?}", client()),
        "Client { environment: Staging, policy: RetryPolicy { max_attempts: 4, initial_backoff: 200ms, \
         max_backoff: 5s, max_retry_after: 30s }, .. }"
    );
}

#[test]
fn a_builder_shows_no_key_and_no_token() {
    let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let builder = Client::builder(issuer())
        .environment(Environment::Staging)
        .token_source(StaticToken::new(TOKEN))
        .identity_pem(&key)
        .add_root_pem(&key)
        .proxy("http://me:s3cret@proxy.example:3128");
    let said = format!("{builder:?} {builder:#?}");
    assert_silent(&said);
    assert!(!said.contains("s3cret"), "{said}");
    assert!(key.lines().all(|line| !said.contains(line)), "{said}");
}

#[test]
fn a_consumer_and_its_calls_show_no_person() {
    let consumer = client().consumer(ConsumerId::new(CONSUMER).unwrap());
    assert_eq!(
        format!("{consumer:?}"),
        "Consumer { id: ConsumerId([redacted]), .. }"
    );
    let register = consumer
        .register()
        .personal_information(people::everything().unwrap())
        .preferences(people::preferences().unwrap());
    let update = consumer
        .update()
        .personal_information(people::everything().unwrap());
    let delete = consumer.delete().reason("Vaucanson moved");
    let cards = consumer.cards().user_id(CONSUMER).correlation_id(CONSUMER);
    assert_silent(&format!("{register:#?} {update:#?} {delete:#?} {cards:#?}"));
}

#[tokio::test]
async fn a_response_shows_of_its_cards_only_what_is_safe() {
    let d1 = MockServer::start_async().await;
    calls::answer(&d1, Operation::ListCards, &Recorder::default(), |then| {
        then.status(200)
            .body(cards::list(&[cards::everything()]).to_string())
    });
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    let response = consumer.cards().send().await.unwrap();
    let said = format!("{response:?}");
    assert!(said.contains("CardLost") || said.contains("CARD_LOST"), "{said}");
    for hidden in [
        "card-7Gq",
        "product-9Zx",
        "4971",
        "0931",
        "BE68539007547034",
        "2023-02-13",
    ] {
        assert!(!said.contains(hidden), "{hidden} in {said}");
    }
}

#[tokio::test]
async fn an_error_shows_nothing_of_what_d1_said_but_its_code() {
    let d1 = MockServer::start_async().await;
    calls::answer(&d1, Operation::UpdateConsumer, &Recorder::default(), |then| {
        then.status(400)
            .header("x-echo", "Jacquard")
            .body(r#"{"errorCode":"FIELD_INVALID_FORMAT","error":"Vaucanson"}"#)
    });
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    let error = consumer
        .update()
        .personal_information(people::everything().unwrap())
        .correlation_id("call-1")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.detail(), Some("Vaucanson"));
    assert_eq!(
        error.to_string(),
        "update_consumer: bad request, status 400, code FIELD_INVALID_FORMAT (outcome rejected, attempts 1, \
         correlation id call-1)"
    );
    assert_silent(&format!("{error} {error:?} {error:#?}"));
}
