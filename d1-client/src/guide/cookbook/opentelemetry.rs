use std::time::Instant;

use d1_client::Attempt;
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram, Meter},
};
use tracing::{
    Event, Id, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

/// The instruments of a client, in seconds and counts. A clone records into the same ones.
#[derive(Clone)]
pub(crate) struct D1Metrics {
    calls: Histogram<f64>,
    attempts: Histogram<f64>,
    retries: Counter<u64>,
    tokens: Counter<u64>,
    window: Gauge<u64>,
}

impl D1Metrics {
    pub(crate) fn new(meter: &Meter) -> Self {
        let seconds = |name| meter.f64_histogram(name).with_unit("s").build();
        Self {
            calls: seconds("d1.call.duration"),
            attempts: seconds("d1.attempt.duration"),
            retries: meter.u64_counter("d1.retries").build(),
            tokens: meter.u64_counter("d1.tokens").build(),
            window: meter.u64_gauge("d1.bulk.window").build(),
        }
    }

    /// For `ClientBuilder::on_attempt`.
    pub(crate) fn attempt(&self, attempt: &Attempt) {
        let kind = attempt.kind.map_or("ok", |kind| kind.as_str());
        let operation = KeyValue::new("d1.operation", attempt.operation.id());
        let labels = [operation.clone(), KeyValue::new("error.type", kind)];
        self.attempts.record(attempt.elapsed.as_secs_f64(), &labels);
        if attempt.number > 1 {
            self.retries.add(1, &[operation]);
        }
    }

    /// For `BulkStream::concurrency`, after each result.
    pub(crate) fn window(&self, requests: usize) {
        self.window.record(requests as u64, &[]);
    }
}

/// Calls are the spans `d1.call`, also of those that nobody waited for; tokens are the events `d1.token`.
impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for D1Metrics {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let ("d1.call", Some(span)) = (attributes.metadata().target(), context.span(id)) {
            let mut call = Call(Instant::now(), Labels::default());
            attributes.record(&mut call.1);
            span.extensions_mut().insert(call);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(call) = span.extensions_mut().get_mut::<Call>()
        {
            values.record(&mut call.1);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut labels = Labels::default();
        if event.metadata().target() == "d1.token" {
            event.record(&mut labels);
        }
        // The other event of this target tells of a wrong clock.
        if !labels.0.is_empty() {
            self.tokens.add(1, &labels.0);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id)
            && let Some(Call(begun, Labels(labels))) = span.extensions_mut().remove()
        {
            self.calls.record(begun.elapsed().as_secs_f64(), &labels);
        }
    }
}

struct Call(Instant, Labels);

/// The fields with few values. A correlation id is another one in each call: it belongs to traces, not to metrics.
#[derive(Default)]
struct Labels(Vec<KeyValue>);

impl Visit for Labels {
    fn record_str(&mut self, field: &Field, value: &str) {
        if ["d1.operation", "d1.outcome", "error.type", "outcome"].contains(&field.name()) {
            self.0.push(KeyValue::new(field.name(), value.to_owned()));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
