//! What a call reports to `tracing`: a span with OpenTelemetry's names where they exist, and an event for each
//! repetition.
//!
//! Never a body, a header value, a consumer id, or a URL with one: the path appears as its template.

use std::{future::Future, time::Duration};

use d1_generated::Operation;
use tracing::{
    Instrument, Span,
    field::{Empty, display},
    instrument::Instrumented,
};

use crate::{
    CorrelationId, Response,
    error::{Error, Failure},
};

/// The span `d1.call`.
pub(crate) fn span(operation: Operation, correlation_id: &CorrelationId) -> Span {
    tracing::info_span!(
        target: "d1.call",
        "d1.call",
        otel.kind = "client",
        otel.name = operation.id(),
        otel.status_code = Empty,
        http.request.method = operation.method(),
        url.template = operation.path_template(),
        http.response.status_code = Empty,
        error.type = Empty,
        d1.operation = operation.id(),
        d1.correlation_id = correlation_id.as_str(),
        d1.error_code = Empty,
        d1.attempts = Empty,
        d1.outcome = Empty,
    )
}

/// Runs the future in the span. Not an `async fn`: that would keep room for the future twice.
pub(crate) fn within<F: Future>(span: &Span, future: F) -> Instrumented<F> {
    future.instrument(span.clone())
}

/// A call in flight. If it is dropped before it ended, because its caller stopped waiting, its span says so.
pub(crate) struct UnderWay<'a>(Option<&'a Span>);

impl<'a> UnderWay<'a> {
    pub(crate) fn in_span(span: &'a Span) -> Self {
        Self((!span.is_disabled()).then_some(span))
    }

    /// Notes in the span how the call ended.
    pub(crate) fn end<T>(mut self, result: Result<&Response<T>, &Error>) {
        if let Some(span) = self.0.take() {
            record(span, result);
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(span) = self.0 {
            span.record("otel.status_code", "ERROR");
            span.record("d1.outcome", "cancelled");
        }
    }
}

fn record<T>(span: &Span, result: Result<&Response<T>, &Error>) {
    match result {
        Ok(response) => {
            span.record("http.response.status_code", response.status());
            span.record("d1.attempts", response.attempts());
            span.record("d1.outcome", "done");
        }
        Err(error) => {
            if let Some(status) = error.status() {
                span.record("http.response.status_code", status);
            }
            if let Some(code) = error.code() {
                span.record("d1.error_code", display(code));
            }
            span.record("error.type", display(error.kind()));
            span.record("otel.status_code", "ERROR");
            span.record("d1.attempts", error.attempts());
            span.record("d1.outcome", error.outcome().as_str());
        }
    }
}

/// The event of a repetition.
pub(crate) fn repeat(
    operation: Operation,
    correlation_id: &CorrelationId,
    failure: &Failure,
    attempts: u32,
    pause: Duration,
) {
    tracing::info!(
        target: "d1.retry",
        {
            d1.operation = operation.id(),
            d1.correlation_id = correlation_id.as_str(),
            http.response.status_code = failure.status,
            error.type = %failure.kind,
            d1.attempts = attempts,
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        },
        "the call will be repeated"
    );
}
