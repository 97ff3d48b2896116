//! What a call tells `tracing`: its span, field by field, and an event for each repetition and each token.
//! Every test here listens: tracing remembers of a place whether anyone does.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use d1_client::{
    Client, ConsumerId, RetryPolicy,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt},
};
use tracing::{
    Event, Id, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record},
    subscriber::DefaultGuard,
};

type Fields = BTreeMap<String, String>;

/// Spans and events of the client's own targets, as they were reported.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Lists>>);

#[derive(Default)]
struct Lists {
    /// Of every target, so that an id is a place in the list.
    spans: Vec<(String, Fields)>,
    events: Vec<(String, Fields)>,
}

impl Told {
    fn listen() -> (Self, DefaultGuard) {
        let told = Self::default();
        let guard = tracing::subscriber::set_default(told.clone());
        (told, guard)
    }

    fn calls(&self) -> Vec<Fields> {
        Self::of(&self.0.lock().unwrap().spans, "d1.call")
    }

    fn events(&self, target: &str) -> Vec<Fields> {
        Self::of(&self.0.lock().unwrap().events, target)
    }

    fn of(list: &[(String, Fields)], target: &str) -> Vec<Fields> {
        list.iter()
            .filter(|(of, _)| of == target)
            .map(|(_, fields)| fields.clone())
            .collect()
    }
}

impl Subscriber for Told {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Reader::default();
        span.record(&mut fields);
        let mut lists = self.0.lock().unwrap();
        lists.spans.push((span.metadata().target().to_owned(), fields.0));
        Id::from_u64(lists.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Reader::default();
        values.record(&mut fields);
        let place = usize::try_from(span.into_u64()).unwrap() - 1;
        self.0.lock().unwrap().spans[place].1.extend(fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Reader::default();
        event.record(&mut fields);
        self.0
            .lock()
            .unwrap()
            .events
            .push((event.metadata().target().to_owned(), fields.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Reader(Fields);

impl Visit for Reader {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

fn client(sandbox: &Sandbox) -> Client {
    let impatient = RetryPolicy::standard().initial_backoff(std::time::Duration::ZERO);
    sandbox.client_builder().retry(impatient).build().unwrap()
}

fn consumer() -> ConsumerId {
    ConsumerId::new("c-1f6e").unwrap()
}

fn assert_fields(told: &Fields, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(
            told.get(*name).map(String::as_str),
            Some(*value),
            "{name} of {told:?}"
        );
    }
}

#[tokio::test]
async fn a_repeated_call_has_one_span_and_an_event_for_the_repetition_and_the_token() {
    let sandbox = Sandbox::start().await;
    sandbox.next(Fault::unavailable().on(Endpoint::Register));
    let d1 = client(&sandbox);
    let (told, _guard) = Told::listen();
    d1.consumer(consumer())
        .register()
        .correlation_id("corr-1")
        .send()
        .await
        .unwrap();

    let [call] = &told.calls()[..] else {
        panic!("one span")
    };
    assert_fields(
        call,
        &[
            ("otel.kind", "client"),
            ("otel.name", "register_consumer"),
            ("http.request.method", "PUT"),
            ("url.template", "/issuers/{issuerId}/consumers/{consumerId}"),
            ("http.response.status_code", "204"),
            ("d1.operation", "register_consumer"),
            ("d1.correlation_id", "corr-1"),
            ("d1.attempts", "2"),
            ("d1.outcome", "done"),
        ],
    );
    let [repetition] = &told.events("d1.retry")[..] else {
        panic!("one repetition")
    };
    assert_fields(
        repetition,
        &[
            ("d1.operation", "register_consumer"),
            ("d1.correlation_id", "corr-1"),
            ("http.response.status_code", "503"),
            ("error.type", "unavailable"),
            ("d1.attempts", "1"),
        ],
    );
    assert!(repetition.contains_key("pause_ms"), "{repetition:?}");
    let [token] = &told.events("d1.token")[..] else {
        panic!("one token")
    };
    assert_fields(token, &[("outcome", "fetched"), ("correlation_id", "corr-1")]);
}

#[tokio::test]
async fn a_refused_call_says_why_in_its_span() {
    let sandbox = Sandbox::start().await;
    let d1 = client(&sandbox);
    let (told, _guard) = Told::listen();
    d1.consumer(consumer()).update().send().await.unwrap_err();

    let [call] = &told.calls()[..] else {
        panic!("one span")
    };
    assert_fields(
        call,
        &[
            ("otel.status_code", "ERROR"),
            ("http.request.method", "POST"),
            ("http.response.status_code", "404"),
            ("error.type", "not_found"),
            ("d1.error_code", "UNKNOWN_CONSUMER"),
            ("d1.attempts", "1"),
            ("d1.outcome", "rejected"),
        ],
    );
    assert!(told.events("d1.retry").is_empty());
}

#[tokio::test]
async fn a_call_that_its_caller_drops_says_so() {
    let sandbox = Sandbox::start().await;
    let d1 = client(&sandbox);
    let (told, _guard) = Told::listen();
    let mut call = Box::pin(d1.consumer(consumer()).delete().send());
    // Polled once: it waits for a token.
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);

    let [call] = &told.calls()[..] else {
        panic!("one span")
    };
    assert_fields(
        call,
        &[("otel.status_code", "ERROR"), ("d1.outcome", "cancelled")],
    );
}

#[tokio::test]
async fn an_attempt_carries_the_trace_of_its_span() {
    use opentelemetry::trace::TracerProvider as _;
    use tracing_subscriber::layer::SubscriberExt;
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let sandbox = Sandbox::start().await;
    client(&sandbox)
        .consumer(consumer())
        .register()
        .send()
        .await
        .unwrap();
    let requests = sandbox.requests();
    let register = requests
        .iter()
        .find(|request| request.endpoint == Some(Endpoint::Register))
        .unwrap();
    let parent: Vec<&str> = register.header("traceparent").unwrap().split('-').collect();
    let lengths: Vec<usize> = parent.iter().map(|part| part.len()).collect();
    assert_eq!((parent[0], lengths), ("00", vec![2, 32, 16, 2]));
    assert!(
        parent
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
}
