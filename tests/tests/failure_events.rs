//! A call that failed is one line of a log.

#![allow(clippy::unwrap_used)]

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use d1_client::{
    ConsumerId,
    bulk::BulkOptions,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt},
    types::{DeletionRequest, PersonalInformation},
};
use futures::StreamExt;
use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// tracing remembers of an event's place whether anyone listens: a test beside this one, to which nobody does, would
/// decide for both.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn id(id: &str) -> ConsumerId {
    ConsumerId::new(id).unwrap()
}

/// Lines of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines: MutexGuard<'_, Vec<u8>> = self.0.lock().unwrap();
        lines.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The guide's filter, and the usual formatter for machines.
#[tokio::test]
async fn a_failed_call_is_one_line_of_the_guides_log() {
    let _alone = ALONE.lock().await;
    let log = Log::default();
    let filter = EnvFilter::new("warn,d1=debug");
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(log.clone())
        .with_env_filter(filter)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();

    d1.consumer(id("c-1")).cards().send().await.unwrap_err();
    sandbox.next(Fault::reset_after_reading().on(Endpoint::Delete));
    d1.consumer(id("c-1")).delete().send().await.unwrap_err();
    let person = PersonalInformation::builder()
        .first_name("\u{0}secret")
        .last_name("Lovelace");
    d1.consumer(id("c-1"))
        .register()
        .personal_information(person)
        .send()
        .await
        .unwrap_err();
    // What succeeds, and what `check` expects, is no failure.
    d1.consumer(id("c-1")).register().send().await.unwrap();
    d1.check().await.unwrap();

    let failures: Vec<Value> = log
        .lines()
        .into_iter()
        .filter(|line| line["target"] == "d1.call")
        .collect();
    let told: Vec<_> = failures
        .iter()
        .map(|line| {
            let fields = &line["fields"];
            let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
            (
                line["level"].as_str().unwrap().to_owned(),
                text("d1.operation"),
                text("error.type"),
                text("d1.outcome"),
            )
        })
        .collect();
    let expected = [
        ("WARN", "list_cards", "not_found", "rejected"),
        ("ERROR", "delete_consumer", "interrupted", "unknown"),
        ("WARN", "register_consumer", "invalid_request", "not_sent"),
    ];
    let expected = expected.map(|(level, operation, kind, outcome)| {
        (
            level.to_owned(),
            operation.to_owned(),
            kind.to_owned(),
            outcome.to_owned(),
        )
    });
    assert_eq!(told, expected);
    let first = &failures[0]["fields"];
    assert_eq!(
        (&first["http.response.status_code"], &first["d1.error_code"]),
        (&json!(404), &json!("UNKNOWN_CONSUMER"))
    );
    assert_eq!(first["d1.attempts"], 1);
    assert!(first["d1.correlation_id"].is_string());
    let all = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        !all.contains("secret") && !all.contains("Lovelace") && !all.contains("c-1\""),
        "{all}"
    );
}

#[tokio::test]
async fn an_item_of_a_bulk_that_failed_is_one_line_too() {
    let _alone = ALONE.lock().await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sandbox = Sandbox::start().await;
    let d1 = sandbox.client_builder().build().unwrap();
    let refused = DeletionRequest::builder().reason("!");
    let items = futures::stream::iter([(id("c-1"), DeletionRequest::builder()), (id("c-2"), refused)]);
    let results: Vec<_> = d1.delete_many(items, BulkOptions::new()).collect().await;
    assert!(
        results
            .iter()
            .any(|(_, result)| result.as_ref().unwrap_err().is_unknown_consumer())
    );
    assert!(
        results
            .iter()
            .any(|(_, result)| result.as_ref().unwrap_err().is_invalid_field())
    );
    let failures = log
        .lines()
        .into_iter()
        .filter(|line| line["target"] == "d1.call")
        .count();
    assert_eq!(failures, 2);
}
