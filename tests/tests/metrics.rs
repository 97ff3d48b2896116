//! The recipe for OpenTelemetry: calls, latency, retries, tokens and the window of a bulk as metrics, and the spans, as an exporter
//! gets them. One test a process, because tracing remembers of a place whether anyone listens.

#![allow(clippy::unwrap_used)]

#[path = "../../d1-client/src/guide/cookbook/opentelemetry.rs"]
mod recipe;

use std::{collections::BTreeMap, env, process::Command, time::Duration};

use d1_client::{
    Client, ConsumerId, RetryPolicy,
    bulk::BulkOptions,
    sandbox::{Endpoint, Fault, Sandbox, SandboxExt},
    types::{ConsumerInformation, PersonalInformation},
};
use futures::StreamExt;
use opentelemetry::{KeyValue, metrics::MeterProvider as _, trace::TracerProvider as _};
use opentelemetry_sdk::{
    metrics::{
        InMemoryMetricExporter, PeriodicReader, SdkMeterProvider,
        data::{AggregatedMetrics, MetricData},
        exporter::PushMetricExporter,
    },
    trace::{InMemorySpanExporter, SdkTracerProvider, SpanExporter},
};
use recipe::D1Metrics;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

/// Counts by instrument and labels, as `d1.retries d1.operation=list_cards`. Of a gauge its value.
fn counts(exporter: &InMemoryMetricExporter) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for metric in exporter
        .get_finished_metrics()
        .unwrap()
        .iter()
        .flat_map(|resource| resource.scope_metrics())
        .flat_map(|scope| scope.metrics())
    {
        let points: Vec<(String, u64)> = match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(histogram)) => histogram
                .data_points()
                .inspect(|point| assert!(point.sum() > 0.0 && metric.unit() == "s"))
                .map(|point| (labels(point.attributes()), point.count()))
                .collect(),
            AggregatedMetrics::U64(MetricData::Sum(sum)) => sum
                .data_points()
                .map(|point| (labels(point.attributes()), point.value()))
                .collect(),
            AggregatedMetrics::U64(MetricData::Gauge(gauge)) => gauge
                .data_points()
                .map(|point| (labels(point.attributes()), point.value()))
                .collect(),
            other => panic!("{other:?}"),
        };
        counts.extend(
            points
                .into_iter()
                .map(|(labels, count)| (format!("{}{labels}", metric.name()), count)),
        );
    }
    counts
}

fn labels<'a>(labels: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut labels: Vec<String> = labels
        .map(|label| format!(" {}={}", label.key, label.value))
        .collect();
    labels.sort();
    labels.concat()
}

fn person() -> ConsumerInformation {
    let person = PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace")
        .build();
    ConsumerInformation::builder()
        .personal_information(person.unwrap())
        .build()
        .unwrap()
}

fn meters(exporter: impl PushMetricExporter) -> SdkMeterProvider {
    let reader = PeriodicReader::builder(exporter).build();
    SdkMeterProvider::builder().with_reader(reader).build()
}

fn tracers(exporter: impl SpanExporter + 'static) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_simple_exporter(exporter)
        .build()
}

/// In this thread.
fn observe(meters: &SdkMeterProvider, tracers: &SdkTracerProvider) -> (D1Metrics, DefaultGuard) {
    let metrics = D1Metrics::new(&meters.meter("d1"));
    let d1_only = Targets::new().with_target("d1", LevelFilter::DEBUG);
    let traces = tracing_opentelemetry::layer().with_tracer(tracers.tracer("d1"));
    let subscriber = tracing_subscriber::registry()
        .with(traces.with_filter(d1_only.clone()))
        .with(metrics.clone().with_filter(d1_only));
    (metrics, tracing::subscriber::set_default(subscriber))
}

fn client(sandbox: &Sandbox, metrics: D1Metrics) -> Client {
    let at_once = RetryPolicy::standard().initial_backoff(Duration::ZERO);
    let builder = sandbox.client_builder().retry(at_once);
    let builder = builder.on_attempt(move |attempt| metrics.attempt(attempt));
    builder.build().unwrap()
}

#[tokio::test]
async fn calls_latency_retries_tokens_and_the_window_are_exported_and_nothing_of_a_person() {
    let (measured, traced) = (InMemoryMetricExporter::default(), InMemorySpanExporter::default());
    let (meters, tracers) = (meters(measured.clone()), tracers(traced.clone()));
    let (metrics, _guard) = observe(&meters, &tracers);

    let sandbox = Sandbox::start().await;
    let d1 = client(&sandbox, metrics.clone());
    let consumer = d1.consumer(ConsumerId::new("c-metrics").unwrap());
    consumer.cards().send().await.unwrap_err();
    sandbox.next(Fault::unavailable().on(Endpoint::Register));
    consumer.register().send().await.unwrap();
    sandbox.next(Fault::truncated().on(Endpoint::Update));
    consumer.update().send().await.unwrap_err();
    // Refused here: no call was made.
    let nobody = PersonalInformation::builder().first_name("");
    consumer
        .register()
        .personal_information(nobody)
        .send()
        .await
        .unwrap_err();
    // One that nobody waits for.
    let mut call = Box::pin(consumer.cards().send());
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);

    let people = (0..20).map(|n| (ConsumerId::new(format!("c-metrics-{n}")).unwrap(), person()));
    let mut results = d1.register_many(futures::stream::iter(people), BulkOptions::new());
    let mut window = 0;
    while let Some((_, result)) = results.next().await {
        result.unwrap();
        window = results.concurrency();
        metrics.window(window);
    }

    meters.force_flush().unwrap();
    let expected = [
        (
            "d1.attempt.duration d1.operation=list_cards error.type=not_found",
            1,
        ),
        (
            "d1.attempt.duration d1.operation=register_consumer error.type=ok",
            21,
        ),
        (
            "d1.attempt.duration d1.operation=register_consumer error.type=unavailable",
            1,
        ),
        (
            "d1.attempt.duration d1.operation=update_consumer error.type=interrupted",
            1,
        ),
        ("d1.bulk.window", window as u64),
        ("d1.call.duration d1.operation=list_cards d1.outcome=cancelled", 1),
        (
            "d1.call.duration d1.operation=list_cards d1.outcome=rejected error.type=not_found",
            1,
        ),
        (
            "d1.call.duration d1.operation=register_consumer d1.outcome=done",
            21,
        ),
        (
            "d1.call.duration d1.operation=update_consumer d1.outcome=unknown error.type=interrupted",
            1,
        ),
        ("d1.retries d1.operation=register_consumer", 1),
        ("d1.tokens outcome=fetched", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts(&measured), BTreeMap::from(expected));

    let spans = traced.get_finished_spans().unwrap();
    assert_eq!(
        spans
            .iter()
            .filter(|span| span.name == "register_consumer")
            .count(),
        21
    );
    let told = format!("{:?} {spans:?}", measured.get_finished_metrics().unwrap());
    for secret in ["c-metrics", "Ada", "Lovelace", "Bearer"] {
        assert!(!told.contains(secret), "{secret}");
    }
    // The trace goes on at D1.
    let requests = sandbox.requests();
    let parent = requests.last().unwrap().header("traceparent").unwrap();
    let trace = spans
        .iter()
        .any(|span| parent.contains(&span.span_context.trace_id().to_string()));
    assert!(trace, "{parent}");
}

/// A process with the exporters that write on standard output.
#[tokio::test]
#[ignore = "run by the test below"]
async fn a_service() {
    let meters = meters(opentelemetry_stdout::MetricExporter::default());
    let tracers = tracers(opentelemetry_stdout::SpanExporter::default());
    let (metrics, _guard) = observe(&meters, &tracers);
    let sandbox = Sandbox::start().await;
    let d1 = client(&sandbox, metrics.clone());
    sandbox.next(Fault::unavailable().on(Endpoint::Register));
    let people = [(ConsumerId::new("c-metrics").unwrap(), person())];
    let mut results = d1.register_many(futures::stream::iter(people), BulkOptions::new());
    while let Some((_, result)) = results.next().await {
        result.unwrap();
        metrics.window(results.concurrency());
    }
    d1.consumer(ConsumerId::new("c-nobody").unwrap())
        .cards()
        .send()
        .await
        .unwrap_err();
    meters.shutdown().unwrap();
    tracers.shutdown().unwrap();
}

#[test]
fn the_exporters_of_opentelemetry_write_all_of_it_on_standard_output() {
    let mut service = Command::new(env::current_exe().unwrap());
    let ran = service
        .args(["--exact", "a_service", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let written = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{written}");
    for told in [
        "register_consumer",
        "list_cards",
        "d1.call.duration",
        "d1.attempt.duration",
        "d1.retries",
        "d1.tokens",
        "d1.bulk.window",
        "not_found",
        "unavailable",
    ] {
        assert!(written.contains(told), "{told}: {written}");
    }
    for secret in ["c-metrics", "c-nobody", "Ada", "Lovelace", "Bearer"] {
        assert!(!written.contains(secret), "{secret}");
    }
}
