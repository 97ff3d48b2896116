//! One request and its answer, classified: what happened, as far as anyone can tell from here.

use std::{borrow::Cow, time::Duration};

use bytes::{Bytes, BytesMut};
use d1_generated::{Invalid, types::ErrorCode};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use crate::{
    ErrorKind, Outcome,
    auth::TokenError,
    error::{Cause, TransportError, UnreadableAnswer},
    handover::Handover,
    json, retry,
};

/// How much of an error's body is read. D1's own are a few hundred bytes; a firewall's page may be any size.
const MAX_ERROR_BODY: usize = 64 * 1024;
/// How much of a success's body is read: some ten thousand cards.
const MAX_SUCCESS_BODY: usize = 4 * 1024 * 1024;

/// An answer that says success, its body still to be decoded.
pub(crate) struct Success {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// An attempt that brought no success.
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<ErrorCode>,
    pub(crate) field: Option<Cow<'static, str>>,
    pub(crate) detail: Option<Box<str>>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) cause: Option<Cause>,
}

/// Sends the request, whose body is watched by `handover`, and reads the answer, until the deadline.
pub(crate) fn send(
    http: &reqwest::Client,
    request: reqwest::Request,
    handover: Handover,
    deadline: Instant,
) -> impl Future<Output = Result<Success, Failure>> + Send + use<> {
    // Not within the future: that would hold a place for the request, too.
    receive(http.execute(request), handover, deadline)
}

async fn receive(
    answer: impl Future<Output = Result<reqwest::Response, reqwest::Error>> + Send,
    handover: Handover,
    deadline: Instant,
) -> Result<Success, Failure> {
    let mut response = match timeout_at(deadline, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(Failure::transport(&error, &handover)),
        Err(_) => return Err(Failure::timed_out(handover.outcome())),
    };
    let status = response.status();
    if !status.is_success() {
        let headers = std::mem::take(response.headers_mut());
        // What cannot be read of an error's body, or not in time, changes nothing: the status is the answer.
        let (body, _) = match timeout_at(deadline, read(&mut response, MAX_ERROR_BODY)).await {
            Ok(read) => read.unwrap_or_default(),
            Err(_) => Default::default(),
        };
        return Err(Failure::answer(status, &headers, &body));
    }
    let status = status.as_u16();
    let failure = match timeout_at(deadline, read(&mut response, MAX_SUCCESS_BODY)).await {
        Ok(Ok((body, true))) => return Ok(Success { status, body }),
        Ok(Ok((_, false))) => Failure::unreadable(status, UnreadableAnswer::TooLong),
        Ok(Err(error)) => Failure::transport(&error, &handover),
        Err(_) => Failure::timed_out(Outcome::Unknown),
    };
    Err(Failure {
        status: Some(status),
        ..failure
    })
}

/// At most `limit` bytes of the body, and whether that is all of it.
async fn read(response: &mut reqwest::Response, limit: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let Some(first) = response.chunk().await? else {
        return Ok((Bytes::new(), true));
    };
    let Some(second) = response.chunk().await? else {
        let whole = first.len() <= limit;
        return Ok((first.slice(..first.len().min(limit)), whole));
    };
    let mut body = BytesMut::with_capacity(limit.min(2 * (first.len() + second.len())));
    let mut next = Some(second);
    body.extend_from_slice(&first[..first.len().min(limit)]);
    while let Some(chunk) = next {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((body.freeze(), false));
        }
        next = response.chunk().await?;
    }
    Ok((body.freeze(), true))
}

impl Failure {
    fn of(kind: ErrorKind, outcome: Outcome) -> Self {
        Self {
            kind,
            outcome,
            status: None,
            code: None,
            field: None,
            detail: None,
            retry_after: None,
            cause: None,
        }
    }

    /// No request could be built of what was given.
    pub(crate) fn invalid(invalid: Invalid) -> Self {
        Self {
            field: Some(invalid.field().to_owned())
                .filter(|field| !field.is_empty())
                .map(Cow::Owned),
            cause: Some(Cause::Invalid(invalid)),
            ..Self::of(ErrorKind::InvalidRequest, Outcome::NotSent)
        }
    }

    /// No access token: D1 has seen nothing of the call.
    pub(crate) fn token(error: TokenError) -> Self {
        Self {
            status: error.status(),
            retry_after: error.retry_after(),
            cause: Some(Cause::Token(error)),
            ..Self::of(ErrorKind::Token, Outcome::NotSent)
        }
    }

    /// Time ran out.
    pub(crate) fn timed_out(outcome: Outcome) -> Self {
        Self::of(ErrorKind::Timeout, outcome)
    }

    /// A success whose body is not what it should be: nobody knows what it is a success of.
    pub(crate) fn unreadable(status: u16, why: UnreadableAnswer) -> Self {
        Self {
            status: Some(status),
            cause: Some(Cause::Unreadable(why)),
            ..Self::of(ErrorKind::Unreadable, Outcome::Unknown)
        }
    }

    /// No answer, or half of one.
    fn transport(error: &reqwest::Error, handover: &Handover) -> Self {
        let cause = TransportError::of(error);
        let (kind, outcome) = if error.is_connect() || cause.ended_the_handshake() {
            (ErrorKind::Connect, Outcome::NotSent)
        } else {
            (ErrorKind::Interrupted, handover.outcome())
        };
        Self {
            cause: Some(Cause::Transport(cause)),
            ..Self::of(kind, outcome)
        }
    }

    /// An answer other than success.
    fn answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let outcome = match status.as_u16() {
            400..=499 | 503 => Outcome::Rejected,
            _ => Outcome::Unknown,
        };
        let body = ErrorBody::read(body);
        let field = (status == StatusCode::BAD_REQUEST && body.code == Some(ErrorCode::FieldInvalidFormat))
            .then(|| body.field().map(Cow::Owned))
            .flatten();
        Self {
            status: Some(status.as_u16()),
            field,
            code: body.code,
            detail: body.error,
            retry_after: retry::retry_after(headers),
            ..Self::of(ErrorKind::of_status(status.as_u16()), outcome)
        }
    }

    /// Whether D1, or the way to it, has more to do than it bears; or is out of order, which calls for the same caution.
    pub(crate) fn is_overload(&self) -> bool {
        match self.kind {
            ErrorKind::TooManyRequests | ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Interrupted => {
                true
            }
            _ => self.status.is_some_and(|status| status >= 500),
        }
    }

    /// Whether there was no connection at all, as against one on which our certificate was refused.
    pub(crate) fn is_before_a_connection(&self) -> bool {
        !matches!(&self.cause, Some(Cause::Transport(cause)) if cause.ended_the_handshake())
    }

    pub(crate) fn token_is_retryable(&self) -> bool {
        matches!(&self.cause, Some(Cause::Token(error)) if error.is_retryable())
    }
}

/// D1's error body; whatever else came instead is an empty one.
#[derive(Default)]
struct ErrorBody {
    code: Option<ErrorCode>,
    error: Option<Box<str>>,
}

impl ErrorBody {
    fn read(body: &[u8]) -> Self {
        /// Members of another type than documented are as good as none.
        #[derive(Deserialize)]
        struct Lenient {
            #[serde(rename = "errorCode", default)]
            code: serde_json::Value,
            #[serde(default)]
            error: serde_json::Value,
        }
        let Ok(Lenient { code, error }) = json::object(body) else {
            return Self::default();
        };
        Self {
            code: code.as_str().filter(|code| !code.is_empty()).map(ErrorCode::from),
            error: error.as_str().filter(|error| !error.is_empty()).map(Box::from),
        }
    }

    /// `error` of a 400 `FIELD_INVALID_FORMAT` "contains the field in error"; it is taken for a field only where it is
    /// a plain path, since its text may change at any time.
    fn field(&self) -> Option<String> {
        const LONGEST: usize = 128;
        let text = self.error.as_deref()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']' | '/');
        (text.len() <= LONGEST && text.chars().all(plain)).then(|| text.to_owned())
    }
}
