//! Answers as a later D1 may send them: all are read, and what has not drifted arrives unchanged.

#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use bytes::Bytes;
use d1_client::{
    ConsumerId, Operation,
    sandbox::{Sandbox, SandboxExt, example_card},
    types::{ApiError, CardList, Receipt},
};
use d1_tests::{
    calls::at_once,
    cards,
    operations::{CONSUMER, call},
};
use http::{Method, Request};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// How many answers of each kind and operation are drifted.
const ANSWERS: u32 = 1_000;

/// How many stories go through the whole client, with a socket in between.
const STORIES: u32 = 100;

/// What the vendor's schemas of the answers do not require.
const OPTIONAL: [&str; 12] = [
    "accountList",
    "auxiliaryScheme",
    "cards",
    "error",
    "errorCode",
    "lastUpdateTime",
    "newCardId",
    "newExp",
    "operationId",
    "stateReason",
    "threeDSsupport",
    "type",
];

/// Whose values the vendor enumerates.
const ENUMERATED: [&str; 7] = [
    "auxiliaryScheme",
    "errorCode",
    "ongoingOperation",
    "scheme",
    "state",
    "stateReason",
    "type",
];

#[test]
fn drifted_card_lists_are_read_and_known_values_are_unchanged() {
    let test = DriftTest::start();
    let strategy = (any::<u64>(), vec(card(), 0..4));
    let number = Cell::new(0);
    run(ANSWERS, &strategy, |(seed, cards)| {
        number.set(number.get() + 1);
        let consumer = format!("c-{}", number.get());
        test.sandbox.seed_card(&consumer, example_card("card-1"));
        for card in &cards {
            test.sandbox.seed_card(&consumer, card);
        }
        let list = || test.ask(Operation::ListCards, &consumer, "");
        let plain = list().1;
        assert_eq!(plain["cards"].as_array().unwrap().len(), cards.len() + 1);
        test.sandbox.drift(seed);
        let (status, drifted) = list();
        test.sandbox.clear_faults();
        assert_eq!(status, 200);
        test.check::<CardList>(&drifted, &plain);
    });
    test.saw_much_drift();
}

#[test]
fn drifted_receipts_are_read_and_known_values_are_unchanged() {
    for operation in [Operation::UpdateConsumer, Operation::DeleteConsumer] {
        let test = DriftTest::start();
        let number = Cell::new(0);
        run(ANSWERS, &any::<u64>(), |seed| {
            number.set(number.get() + 1);
            let consumer = format!("c-{}", number.get());
            test.sandbox.seed_card(&consumer, example_card("card-1"));
            test.sandbox.drift(seed);
            let (status, drifted) = test.ask(operation, &consumer, "{}");
            assert_eq!(status, 200);
            let plain = json!({ "operationId": format!("op-{:06}", number.get()) });
            test.check::<Receipt>(&drifted, &plain);
        });
        test.saw_unknown_and_missing_fields();
    }
}

#[test]
fn drifted_refusals_of_every_operation_are_read_and_known_values_are_unchanged() {
    const REQUESTS: [(&str, &str); 4] = [
        ("c-deleted", "{}"),
        ("c-unknown", "{}"),
        ("c-unknown", r#"{"nickname":"x"}"#),
        ("not%20an%20id", "{}"),
    ];
    for &operation in Operation::ALL {
        let test = DriftTest::start();
        test.sandbox.seed_card("c-deleted", example_card("card-1"));
        assert_eq!(test.ask(Operation::DeleteConsumer, "c-deleted", "").0, 200);
        let refused: Vec<_> = REQUESTS
            .into_iter()
            .filter(|(consumer, body)| test.ask(operation, consumer, body).0 >= 400)
            .collect();
        run(
            ANSWERS,
            &(any::<u64>(), select(refused)),
            |(seed, (consumer, body))| {
                test.sandbox.clear_faults();
                let (status, plain) = test.ask(operation, consumer, body);
                test.sandbox.drift(seed);
                let (drifted_status, drifted) = test.ask(operation, consumer, body);
                assert_eq!(drifted_status, status);
                test.check::<ApiError>(&drifted, &plain);
            },
        );
        test.saw_much_drift();
    }
}

#[test]
fn the_whole_client_bears_drift_from_the_token_to_the_last_refusal() {
    let runtime = runtime();
    let strategy = (any::<u64>(), vec(card(), 1..4));
    run(STORIES, &strategy, |(seed, cards)| {
        runtime.block_on(async {
            let sandbox = Sandbox::start().await;
            for card in &cards {
                sandbox.seed_card(CONSUMER, card);
            }
            sandbox.drift(seed);
            let client = sandbox.client_builder().retry(at_once()).build().unwrap();

            let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
            let list = consumer.cards().send().await.unwrap();
            let received = serde_json::to_value(&*list).unwrap();
            // The list itself is optional.
            assert!(
                list.is_empty() || is_drift_of("", &received, &json!(cards)),
                "{received}"
            );
            for operation in [
                Operation::RegisterConsumer,
                Operation::UpdateConsumer,
                Operation::DeleteConsumer,
            ] {
                assert_eq!(
                    call(&client, operation).await.unwrap().attempts,
                    1,
                    "{operation:?}"
                );
            }
            for (operation, status, code) in [
                (Operation::RegisterConsumer, 403, "CONSUMER_INVALID_STATE"),
                (Operation::ListCards, 403, "CONSUMER_INVALID_STATE"),
                (Operation::UpdateConsumer, 403, "CONSUMER_INVALID_STATE"),
                (Operation::DeleteConsumer, 404, "UNKNOWN_CONSUMER"),
            ] {
                let error = call(&client, operation).await.unwrap_err();
                assert_eq!(error.status(), Some(status), "{error}");
                assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{error}");
                let fits = |received: &str| received == code || received.starts_with("NEW_");
                assert!(error.code().is_none_or(|code| fits(code.as_str())), "{error}");
            }
        });
    });
}

/// A sandbox that is called without a socket, and the drift seen so far.
struct DriftTest {
    sandbox: Sandbox,
    token: String,
    seen: Cell<Seen>,
    _runtime: Runtime,
}

/// In how many answers.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    answers: u32,
    unknown: u32,
    missing: u32,
    new_values: u32,
}

impl DriftTest {
    fn start() -> Self {
        let runtime = runtime();
        let sandbox = runtime.block_on(Sandbox::start());
        Self {
            token: sandbox.issue_token(),
            sandbox,
            seen: Cell::default(),
            _runtime: runtime,
        }
    }

    fn ask(&self, operation: Operation, consumer: &str, body: &'static str) -> (u16, Value) {
        let (version, method, rest) = match operation {
            Operation::RegisterConsumer => ("v2", Method::PUT, ""),
            Operation::ListCards => ("v2", Method::GET, "/cards"),
            Operation::UpdateConsumer => ("v2", Method::POST, "/operations:update"),
            Operation::DeleteConsumer => ("v2", Method::POST, "/operations:delete"),
            Operation::RegisterConsumerV1 => ("v1", Method::PUT, ""),
            other => panic!("{other:?} is new"),
        };
        let path = format!("/banking/{version}/issuers/is_sandbox/consumers/{consumer}{rest}");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Bytes::from_static(body.as_bytes()));
        let answer = self.sandbox.answer(request.unwrap());
        let body = serde_json::from_slice(answer.body()).unwrap_or_default();
        (answer.status().as_u16(), body)
    }

    /// Reads a drifted answer and compares it with the one that had not drifted: nothing that was sent under a known
    /// name is lost or changed, and it differs from the plain answer only as drift may.
    fn check<T: DeserializeOwned + Serialize>(&self, drifted: &Value, plain: &Value) {
        let read: T =
            serde_json::from_value(drifted.clone()).unwrap_or_else(|error| panic!("{error}: {drifted}"));
        let read = serde_json::to_value(read).unwrap();
        assert_eq!(read, known_part(drifted, plain));
        assert!(is_drift_of("", &read, plain), "{read} is not a drift of {plain}");

        let (drifted_names, read_names, plain_names) = (names(drifted), names(&read), names(plain));
        let mut seen = self.seen.get();
        seen.answers += 1;
        seen.unknown += u32::from(drifted_names > read_names);
        seen.missing += u32::from(read_names < plain_names);
        seen.new_values += u32::from(read.to_string().contains("\"NEW_"));
        self.seen.set(seen);
    }

    fn saw_unknown_and_missing_fields(&self) {
        let seen = self.seen.get();
        assert!(seen.answers >= ANSWERS, "{seen:?}");
        assert!(
            seen.unknown > seen.answers / 10 && seen.missing > seen.answers / 10,
            "{seen:?}"
        );
    }

    fn saw_much_drift(&self) {
        self.saw_unknown_and_missing_fields();
        let seen = self.seen.get();
        assert!(seen.new_values > seen.answers / 20, "{seen:?}");
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    TestRunner::new(config)
        .run(strategy, |value| {
            test(value);
            Ok(())
        })
        .unwrap();
}

/// A card with all documented fields, or some of the optional ones, and values of every enumeration.
fn card() -> impl Strategy<Value = Value> {
    let values = (
        select(&["VISA", "MASTERCARD", "PURE"][..]),
        select(&["ACTIVE", "SUSPENDED", "REPLACED"][..]),
        select(&["CHECKING", "SAVINGS", "CREDIT"][..]),
        "[0-9]{4}",
        any::<[bool; 8]>(),
    );
    values.prop_map(|(scheme, state, account, digits, keeps)| {
        let mut card = cards::everything();
        card["scheme"] = json!(scheme);
        card["state"] = json!(state);
        card["panSuffix"] = json!(digits);
        card["accountList"][0]["type"] = json!(account);
        let optional = OPTIONAL.iter().filter(|name| card.get(**name).is_some());
        let absent: Vec<_> = optional.zip(keeps).filter(|(_, keep)| !keep).collect();
        for (name, _) in absent {
            card.as_object_mut().unwrap().remove(*name);
        }
        card
    })
}

/// What of `drifted` has a name that `plain` has at that place.
fn known_part(drifted: &Value, plain: &Value) -> Value {
    match (drifted, plain) {
        (Value::Object(drifted), Value::Object(plain)) => {
            let known = drifted
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), known_part(value, plain.get(name)?))));
            Value::Object(known.collect())
        }
        (Value::Array(drifted), Value::Array(plain)) => drifted
            .iter()
            .zip(plain)
            .map(|(drifted, plain)| known_part(drifted, plain))
            .collect(),
        _ => drifted.clone(),
    }
}

/// Whether `read` is `plain` but for optional fields that are missing, and enumerated values that are new.
fn is_drift_of(name: &str, read: &Value, plain: &Value) -> bool {
    match (read, plain) {
        (Value::Object(read), Value::Object(plain)) => {
            read.keys().all(|name| plain.contains_key(name))
                && plain.iter().all(|(name, plain)| match read.get(name) {
                    Some(read) => is_drift_of(name, read, plain),
                    None => OPTIONAL.contains(&name.as_str()),
                })
        }
        (Value::Array(read), Value::Array(plain)) => {
            read.len() == plain.len()
                && read
                    .iter()
                    .zip(plain)
                    .all(|(read, plain)| is_drift_of("", read, plain))
        }
        (Value::String(read), Value::String(plain)) => {
            read == plain || (ENUMERATED.contains(&name) && read.starts_with("NEW_"))
        }
        _ => read == plain,
    }
}

/// How many fields there are, at any depth.
fn names(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.len() + members.values().map(names).sum::<usize>(),
        Value::Array(items) => items.iter().map(names).sum(),
        _ => 0,
    }
}
