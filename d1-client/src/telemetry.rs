//! What a call reports to `tracing`: a span with OpenTelemetry's names where they exist, an event for each repetition, and
//! one for a call that failed.
//!
//! Never a body, a header value, a consumer id, or a URL with one: the path appears as its template.

use std::{borrow::Borrow, time::Duration};

use d1_generated::Operation;
use tracing::{
    Span,
    field::{Empty, display},
};

use crate::{
    CorrelationId, Outcome, Response,
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

/// A call, or a request that we answer, under way. If it is dropped before it ended, because nobody waits any more, its
/// span says so.
pub(crate) struct UnderWay<S: Borrow<Span>>(Option<S>);

impl<S: Borrow<Span>> UnderWay<S> {
    pub(crate) fn in_span(span: S) -> Self {
        Self((!span.borrow().is_disabled()).then_some(span))
    }

    /// Notes in the span how it ended.
    pub(crate) fn end(mut self, record: impl FnOnce(&Span)) {
        if let Some(span) = self.0.take() {
            record(span.borrow());
        }
    }
}

impl<S: Borrow<Span>> Drop for UnderWay<S> {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            let span = span.borrow();
            span.record("otel.status_code", "ERROR");
            span.record("d1.outcome", "cancelled");
        }
    }
}

/// How a call ended.
pub(crate) fn record<T>(span: &Span, result: Result<&Response<T>, &Error>) {
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
            span.record("error.type", error.kind().as_str());
            span.record("otel.status_code", "ERROR");
            span.record("d1.attempts", error.attempts());
            span.record("d1.outcome", error.outcome().as_str());
        }
    }
}

/// The event of a call that failed, in its span: an error if it may have taken effect.
pub(crate) fn failed(span: &Span, error: &Error) {
    macro_rules! event {
        ($level:ident) => {
            tracing::event!(
                target: "d1.call",
                parent: span,
                tracing::Level::$level,
                {
                    d1.operation = error.operation().id(),
                    d1.correlation_id = error.correlation_id().as_str(),
                    d1.outcome = error.outcome().as_str(),
                    d1.attempts = error.attempts(),
                    d1.error_code = error.code().map(display),
                    http.response.status_code = error.status(),
                    error.type = error.kind().as_str(),
                },
                "{error}"
            )
        };
    }
    match error.outcome() {
        Outcome::Unknown => event!(ERROR),
        Outcome::NotSent | Outcome::Rejected => event!(WARN),
    }
}

/// Names the current span to the server (W3C Trace Context).
#[cfg(feature = "opentelemetry")]
pub(crate) fn propagate(headers: &mut http::HeaderMap) {
    use http::{HeaderName, HeaderValue};
    use opentelemetry::trace::TraceContextExt as _;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    let context = Span::current().context();
    let span = context.span();
    let context = span.span_context();
    if !context.is_valid() {
        return;
    }
    let parent = format!(
        "00-{}-{}-{:02x}",
        context.trace_id(),
        context.span_id(),
        context.trace_flags()
    );
    for (name, value) in [
        ("traceparent", parent),
        ("tracestate", context.trace_state().header()),
    ] {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::try_from(value)) {
            headers.insert(HeaderName::from_static(name), value);
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
            error.type = failure.kind.as_str(),
            d1.attempts = attempts,
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
        },
        "the call will be repeated"
    );
}
