//! What a request reports to `tracing`: a span with OpenTelemetry's names where they exist.

use http::{Method, StatusCode};
use tracing::{Span, field::Empty};

use super::{answer::Refusal, types::CorrelationId};

/// The span `d1.issuer`. The method is D1's own or `_OTHER`: a method can be any text.
pub(super) fn of(method: &Method, correlation_id: &CorrelationId) -> Span {
    let method = match method.as_str() {
        known @ ("GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "OPTIONS" | "PATCH") => known,
        _ => "_OTHER",
    };
    tracing::info_span!(
        target: "d1.issuer",
        "d1.issuer",
        otel.kind = "server",
        otel.name = Empty,
        otel.status_code = Empty,
        http.request.method = method,
        url.template = Empty,
        http.response.status_code = Empty,
        error.type = Empty,
        d1.operation = Empty,
        d1.correlation_id = correlation_id.as_str(),
        d1.outcome = Empty,
    )
}

/// Which operation it is.
pub(super) fn operation(span: &Span, operation: &'static str, template: &'static str) {
    span.record("otel.name", operation);
    span.record("d1.operation", operation);
    span.record("url.template", template);
}

/// How it ended.
pub(super) fn record(span: &Span, refused: Option<Refusal>) {
    let status = refused.map_or(StatusCode::OK, Refusal::status);
    span.record("http.response.status_code", status.as_u16());
    span.record("d1.outcome", "answered");
    if let Some(refused) = refused {
        span.record("error.type", refused.code());
    }
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}
