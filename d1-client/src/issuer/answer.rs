//! Answers: JSON, never stored, without anything of the request.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use serde::Serialize;

use super::types::CorrelationId;

/// Where a request's correlation id is, and an answer's.
pub(super) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// After how many seconds D1 may ask again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The body of an answer: one piece. `Debug` does not show it.
#[derive(Clone, Default)]
pub struct AnswerBody(Option<Bytes>);

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerBody([redacted])")
    }
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    IssuerId,
    ConsumerId,
    CardId,
    /// No token, or one that is not valid.
    Unauthorized,
    UnknownConsumer,
    UnknownPath,
    /// The method that the path takes.
    Method(&'static str),
    TooLarge,
    Failed,
    Panicked,
    Misconfigured,
    Unavailable,
    TooSlow,
    Busy,
    /// The token request: RFC 6749, section 5.2.
    InvalidRequest,
    InvalidClient,
    UnsupportedGrant,
}

impl Refusal {
    /// The status, the text, and what a metric counts by.
    const fn row(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::IssuerId => (400, "issuerId is not valid", "invalid_parameter"),
            Self::ConsumerId => (400, "consumerId is not valid", "invalid_parameter"),
            Self::CardId => (400, "cardId is not valid", "invalid_parameter"),
            Self::Unauthorized => (401, "unauthorized", "unauthorized"),
            Self::UnknownConsumer => (404, "unknown consumer", "unknown_consumer"),
            Self::UnknownPath => (404, "not found", "unknown_path"),
            Self::Method(_) => (405, "method not allowed", "method_not_allowed"),
            Self::TooLarge => (413, "the request is too large", "too_large"),
            Self::Failed => (500, "internal error", "directory_failed"),
            Self::Panicked => (500, "internal error", "directory_panicked"),
            Self::Misconfigured => (500, "internal error", "misconfigured"),
            Self::Unavailable => (503, "temporarily unavailable", "directory_unavailable"),
            Self::TooSlow => (503, "temporarily unavailable", "directory_too_slow"),
            Self::Busy => (503, "too many requests at once", "busy"),
            Self::InvalidRequest => (400, "invalid_request", "invalid_request"),
            Self::InvalidClient => (401, "invalid_client", "invalid_client"),
            Self::UnsupportedGrant => (400, "unsupported_grant_type", "unsupported_grant_type"),
        }
    }

    pub(super) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) const fn code(self) -> &'static str {
        self.row().2
    }

    fn answer(self) -> Response<AnswerBody> {
        #[derive(Serialize)]
        struct Body {
            error: &'static str,
        }
        let mut answer = Response::new(AnswerBody(Some(json(&Body { error: self.row().1 }))));
        *answer.status_mut() = self.status();
        let of_it = match self {
            Self::Unauthorized => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::InvalidClient => {
                let basic = HeaderValue::from_static("Basic realm=\"d1\"");
                Some((header::WWW_AUTHENTICATE, basic))
            }
            Self::Method(allowed) => Some((header::ALLOW, HeaderValue::from_static(allowed))),
            Self::Unavailable | Self::TooSlow | Self::Busy => Some((header::RETRY_AFTER, RETRY_AFTER)),
            _ => None,
        };
        answer.headers_mut().extend(of_it);
        answer
    }
}

/// The answer to a request of this correlation id: a success with this JSON, or a refusal.
pub(super) fn of(result: Result<Bytes, Refusal>, correlation_id: &CorrelationId) -> Response<AnswerBody> {
    let mut answer = match result {
        Ok(json) => Response::new(AnswerBody(Some(json))),
        Err(refusal) => refusal.answer(),
    };
    let headers = answer.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(correlation_id.as_str()) {
        headers.insert(CORRELATION_ID, id);
    }
    answer
}

/// A body. Structs of strings always serialize.
pub(super) fn json(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).unwrap_or_default().into()
}
