//! The client against the sandbox: every operation meets every row of the vendor's error tables, and a consumer lives
//! its whole life.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use bytes::Bytes;
use d1_client::{
    Client, ConsumerId, Environment, Error, ErrorKind, IssuerId, Operation, Outcome, StaticToken,
    sandbox::{Endpoint, Fault, RecordedRequest, Sandbox, SandboxBuilder, SandboxExt, example_card},
    types::{PersonalInformation, PhoneNumber, PostalAddress},
};
use d1_tests::{
    calls::{at_once, predicates},
    operations::{CONSUMER, call, person},
    people,
};
use futures::future::join_all;
use serde_json::json;

/// How many requests a call makes of what is transient.
const ATTEMPTS: usize = 4;

#[tokio::test]
async fn every_row_of_the_tables_is_told_right_by_every_operation_and_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    call(&client, Operation::RegisterConsumer).await.unwrap();
    let before = sandbox.consumers();
    let mut rows = 0;
    for &operation in Operation::ALL {
        for row in operation.errors() {
            let requests = match row.status {
                // Once more, with a new token.
                401 => 2,
                _ if row.retryable => ATTEMPTS,
                _ => 1,
            };
            for answer in ways_to_say(row.status, row.code) {
                let name = format!("{operation:?} {} {:?} {answer:?}", row.status, row.code);
                sandbox.clear_requests();
                sandbox.next(answer.on(endpoint(operation)).times(requests));

                // A client of its own: in a run of 401s a client comes to doubt that they are the token's fault.
                let error = call(&client_of(&sandbox), operation).await.expect_err(&name);

                assert_eq!(sandbox.pending(), 0, "{name}");
                assert_eq!(error.operation(), operation, "{name}");
                assert_eq!(error.status(), Some(row.status), "{name}");
                assert_eq!(error.code().map(|code| code.as_str()), row.code, "{name}");
                assert_eq!(error.kind(), kind_of(row.status), "{name}");
                assert_eq!(error.outcome(), outcome_of(row.status), "{name}");
                assert_eq!(error.is_retryable(), row.retryable, "{name}");
                assert_eq!(predicates(&error), predicates_of(row.status, row.code), "{name}");
                assert_eq!(error.attempts() as usize, requests, "{name}");
                let asked = requests_of(&sandbox, operation);
                assert_eq!(asked.len(), requests, "{name}");
                let id = Some(error.correlation_id().as_str());
                assert!(
                    asked
                        .iter()
                        .all(|request| request.header("x-correlation-id") == id),
                    "{name}"
                );
                assert!(sandbox.consumers() == before, "{name} changed something");
            }
            rows += 1;
        }
    }
    assert!(rows >= 40, "only {rows} rows");
}

#[tokio::test]
async fn a_consumer_lives_from_its_registration_to_its_deletion_as_documented() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    let stored = || sandbox.consumer(CONSUMER).unwrap();

    let done = consumer
        .register()
        .personal_information(people::everything().unwrap())
        .preferences(people::preferences().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!((done.status(), done.attempts()), (204, 1));
    let sent = people::consumer_on_the_wire();
    assert_eq!(
        stored().personal_information,
        Some(sent["personalInformation"].clone())
    );
    assert_eq!(stored().preferences, Some(sent["preferences"].clone()));
    assert!(consumer.cards().send().await.unwrap().is_empty());

    sandbox.seed_card(CONSUMER, example_card("card-1"));
    sandbox.seed_card(CONSUMER, example_card("card-2"));
    let cards = consumer.cards().send().await.unwrap();
    assert_eq!(
        serde_json::to_value(&*cards).unwrap(),
        json!([example_card("card-1"), example_card("card-2")])
    );

    // An update keeps what is not sent; a registration replaces everything except the cards.
    let receipt = consumer
        .update()
        .personal_information(person())
        .send()
        .await
        .unwrap();
    assert_eq!(
        receipt.operation_id.as_ref().map(|id| id.as_str()),
        Some("op-000001")
    );
    assert_eq!(stored().personal_information.unwrap()["firstName"], "Theodora");
    assert_eq!(stored().preferences, Some(sent["preferences"].clone()));
    consumer.register().send().await.unwrap();
    assert_eq!(
        (stored().personal_information, stored().preferences),
        (None, None)
    );
    assert_eq!(consumer.cards().send().await.unwrap().len(), 2);

    let receipt = consumer.delete().reason("Account closed").send().await.unwrap();
    assert_eq!(
        receipt.operation_id.as_ref().map(|id| id.as_str()),
        Some("op-000002")
    );
    assert!(stored().deleted && stored().cards.is_empty());
    for operation in [
        Operation::RegisterConsumer,
        Operation::ListCards,
        Operation::UpdateConsumer,
    ] {
        let error = refusal(&client, operation).await;
        assert!(error.is_invalid_state() && error.is_forbidden(), "{error}");
        assert!(!error.is_retryable(), "{error}");
    }
    // The vendor's tables have no invalid state for a deletion.
    assert!(
        refusal(&client, Operation::DeleteConsumer)
            .await
            .is_unknown_consumer()
    );
    assert!(stored().deleted);
}

#[tokio::test]
async fn an_end_user_whom_nobody_registered_is_an_unknown_consumer() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    for operation in [
        Operation::ListCards,
        Operation::UpdateConsumer,
        Operation::DeleteConsumer,
    ] {
        let error = refusal(&client, operation).await;
        assert!(error.is_unknown_consumer(), "{error}");
        assert_eq!(error.status(), Some(404));
    }
    assert!(sandbox.consumers().is_empty());
    call(&client, Operation::RegisterConsumer).await.unwrap();
    for operation in [
        Operation::ListCards,
        Operation::UpdateConsumer,
        Operation::DeleteConsumer,
    ] {
        call(&client, operation).await.unwrap();
    }
}

#[tokio::test]
async fn click_to_pay_asks_for_more_and_says_that_it_does() {
    let sandbox = started(Sandbox::builder().click_to_pay(true)).await;
    let client = client_of(&sandbox);
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    let complete = people::everything().unwrap();
    let named = || people::named("Ada", "Lovelace").unwrap();
    let lost = |error: Error| {
        assert!(
            error.is_missing_click_to_pay_data() && error.is_forbidden(),
            "{error}"
        );
        assert_eq!(error.outcome(), Outcome::Rejected);
    };

    lost(consumer.register().send().await.unwrap_err());
    lost(
        consumer
            .register()
            .personal_information(named())
            .send()
            .await
            .unwrap_err(),
    );
    assert!(sandbox.consumers().is_empty());
    consumer
        .register()
        .personal_information(complete.clone())
        .send()
        .await
        .unwrap();
    lost(
        consumer
            .update()
            .personal_information(named())
            .send()
            .await
            .unwrap_err(),
    );
    let mut far = complete;
    far.residency_address.as_mut().unwrap().state = "Auvergne".try_into().unwrap();
    lost(
        consumer
            .update()
            .personal_information(far)
            .send()
            .await
            .unwrap_err(),
    );
    let stored = sandbox.consumer(CONSUMER).unwrap().personal_information;
    assert_eq!(
        stored,
        Some(people::consumer_on_the_wire()["personalInformation"].clone())
    );
}

#[tokio::test]
async fn a_token_that_nobody_gave_is_unauthorized_and_one_of_another_issuer_forbidden() {
    let sandbox = started(Sandbox::builder().issuer("is_sandbox").issuer("is_another")).await;
    let stranger = sandbox
        .client_builder()
        .token_source(StaticToken::new("nobody-gave-this"))
        .build()
        .unwrap();
    let environment = Environment::custom(sandbox.banking_url(), sandbox.auth_url())
        .and_then(|here| here.with_consumer_v1(sandbox.banking_v1_url()))
        .unwrap();
    let neighbour = Client::builder(IssuerId::new("is_another").unwrap())
        .environment(environment)
        .token_source(StaticToken::new(sandbox.issue_token()))
        .no_proxy()
        .build()
        .unwrap();
    for &operation in Operation::ALL {
        let error = refusal(&stranger, operation).await;
        assert!(error.is_unauthorized() && error.code().is_none(), "{error}");
        let error = refusal(&neighbour, operation).await;
        assert!(error.is_forbidden(), "{error}");
        assert_eq!(error.code().unwrap().as_str(), "AUTHORIZER_FORBIDDEN");
    }
    assert!(sandbox.consumers().is_empty());
}

#[tokio::test]
async fn a_value_that_the_vendor_refuses_never_leaves() {
    let sandbox = Sandbox::start().await;
    let consumer = client_of(&sandbox).consumer(ConsumerId::new(CONSUMER).unwrap());
    let address = PostalAddress::builder()
        .line1("1 Rue")
        .line2("<b>")
        .city("Paris")
        .state("IDF")
        .zip_code("75001")
        .country_code("FR");
    let phone = PhoneNumber::builder()
        .country_code("33")
        .phone_number("612345678");
    let wrong = [
        (person().residency_address(address), "residencyAddress.line2"),
        (
            person().mobile_phone_number(phone),
            "mobilePhoneNumber.countryCode",
        ),
        (PersonalInformation::builder().first_name("Ada"), "lastName"),
    ];
    for (person, field) in wrong {
        let register = consumer.register().personal_information(person.clone());
        let update = consumer.update().personal_information(person);
        for error in [
            register.send().await.unwrap_err(),
            update.send().await.unwrap_err(),
        ] {
            assert!(error.is_invalid_field(), "{error}");
            assert_eq!(error.outcome(), Outcome::NotSent);
            assert_eq!(
                error.field(),
                Some(format!("personalInformation.{field}").as_str())
            );
        }
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_token_that_expires_midway_is_replaced_once_and_the_call_succeeds() {
    // Shorter than an assertion lives, which the sandbox checks against its clock, too.
    const LIFETIME: Duration = Duration::from_secs(60);
    for &operation in Operation::ALL {
        let sandbox = started(Sandbox::builder().token_lifetime(LIFETIME)).await;
        let client = client_of(&sandbox);
        call(&client, Operation::RegisterConsumer).await.unwrap();
        assert_eq!(tokens_asked(&sandbox), 1);
        sandbox.advance(LIFETIME);

        let done = call(&client, operation).await.unwrap();

        assert_eq!(done.attempts, 2, "{operation:?}");
        assert_eq!(tokens_asked(&sandbox), 2, "{operation:?}");
        let asked = requests_of(&sandbox, operation);
        let [.., refused, accepted] = &asked[..] else {
            panic!("two requests of {operation:?}")
        };
        assert_eq!(refused.status.unwrap(), 401);
        assert!(accepted.status.unwrap().is_success());
        assert_ne!(refused.header("authorization"), accepted.header("authorization"));
        assert_eq!(refused.body, accepted.body);
    }
}

#[tokio::test]
async fn many_calls_that_lose_their_token_at_once_ask_for_one_new_one() {
    let sandbox = Sandbox::start().await;
    let client = client_of(&sandbox);
    call(&client, Operation::RegisterConsumer).await.unwrap();
    sandbox.revoke_tokens();

    let calls = (0..40).map(|_| call(&client, Operation::UpdateConsumer));
    let done = join_all(calls).await;

    assert!(done.iter().all(Result::is_ok));
    assert_eq!(tokens_asked(&sandbox), 2);
    let updates = requests_of(&sandbox, Operation::UpdateConsumer);
    let applied = updates
        .iter()
        .filter(|request| request.status.unwrap() == 200)
        .count();
    assert_eq!(applied, 40);
}

fn client_of(sandbox: &Sandbox) -> Client {
    sandbox.client_builder().retry(at_once()).build().unwrap()
}

async fn started(builder: SandboxBuilder) -> Sandbox {
    builder.start().await.unwrap()
}

/// The error of a call that D1 refused, having done nothing.
async fn refusal(client: &Client, operation: Operation) -> Error {
    let error = call(client, operation).await.expect_err("a refusal");
    assert_eq!(error.outcome(), Outcome::Rejected, "{error}");
    error
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

fn requests_of(sandbox: &Sandbox, operation: Operation) -> Vec<RecordedRequest> {
    let mut requests = sandbox.requests();
    requests.retain(|request| request.endpoint == Some(endpoint(operation)));
    requests
}

fn tokens_asked(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    let tokens = requests
        .iter()
        .filter(|request| request.endpoint == Some(Endpoint::Token));
    tokens.count()
}

/// A row without a code may come without a body, or with one that says nothing.
fn ways_to_say(status: u16, code: Option<&str>) -> Vec<Fault> {
    let Some(code) = code else {
        let empty = http::Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .body(Bytes::from_static(b"{}"));
        let mut ways = vec![Fault::status(status)];
        // The vendor's 503 never has a body.
        if status != 503 {
            ways.push(Fault::answer(empty.unwrap()));
        }
        return ways;
    };
    vec![Fault::error(status, code)]
}

fn kind_of(status: u16) -> ErrorKind {
    match status {
        400 => ErrorKind::BadRequest,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        500 => ErrorKind::Internal,
        503 => ErrorKind::Unavailable,
        other => panic!("{other} is new in the tables"),
    }
}

/// D1 says that it refused, except for a 500.
fn outcome_of(status: u16) -> Outcome {
    match status {
        500 => Outcome::Unknown,
        _ => Outcome::Rejected,
    }
}

fn predicates_of(status: u16, code: Option<&str>) -> &'static [&'static str] {
    match (status, code) {
        (400, Some("FIELD_INVALID_FORMAT" | "FIELD_INVALID_VALUE")) => &["is_invalid_field"],
        (401, _) => &["is_unauthorized"],
        (403, Some("CONSUMER_INVALID_STATE")) => &["is_forbidden", "is_invalid_state"],
        (403, Some("MISSING_C2P_MANDATORY_INFORMATION")) => &["is_forbidden", "is_missing_click_to_pay_data"],
        (403, _) => &["is_forbidden"],
        (404, Some("UNKNOWN_CONSUMER")) => &["is_unknown_consumer"],
        (503, _) => &["is_unavailable"],
        _ => &[],
    }
}
