//! The one error type of calls: did it happen, why, and shall I try again?

mod cause;
mod ending;
mod failure;
mod field;
mod kind;
mod unreadable;

use std::{fmt, time::Duration};

pub(crate) use cause::Cause;
use d1_generated::{
    Invalid, Operation,
    types::{CorrelationId, ErrorCode},
};
pub(crate) use ending::Ending;
#[cfg(test)]
pub(crate) use ending::Repeated;
pub(crate) use failure::Failure;
pub use kind::ErrorKind;
pub use unreadable::UnreadableAnswer;

use crate::{auth::TokenError, outcome::Outcome};

/// Why a call failed.
///
/// It answers three questions:
/// 1. *Did it happen?* [`outcome`](Self::outcome).
/// 2. *Why?* [`kind`](Self::kind), [`status`](Self::status), [`code`](Self::code), [`field`](Self::field), and the
///    `is_…` predicates.
/// 3. *Shall I try again?* [`is_retryable`](Self::is_retryable), [`retry_after`](Self::retry_after).
///
/// `Display` is one line for a log: status, code, operation, outcome, correlation id. Neither it nor `Debug` nor
/// `source()` holds a body, a header, a URL, a token or personal data. Of a code only the documented ones are printed; any
/// other is `unrecognised code`.
///
/// ```
/// # fn handle(error: d1_client::Error) {
/// use d1_client::Outcome;
///
/// if error.is_unknown_consumer() {
///     // Register first.
/// } else if error.outcome() == Outcome::Unknown {
///     // It may have happened: note error.correlation_id() and reconcile.
/// } else if error.is_retryable() {
///     // Nothing happened; later it may work.
/// }
/// # }
/// ```
pub struct Error(Box<Details>);

struct Details {
    /// The last one.
    failure: Failure,
    /// Of all attempts together.
    outcome: Outcome,
    operation: Operation,
    retryable: bool,
    attempts: u32,
    correlation_id: CorrelationId,
}

impl Error {
    /// A call that ended with this failure; `before` is the outcome of the attempts before it.
    pub(crate) fn new(
        operation: Operation,
        correlation_id: CorrelationId,
        failure: Failure,
        attempts: u32,
        before: Outcome,
    ) -> Self {
        Self(Box::new(Details {
            outcome: before.least_certain(failure.outcome()),
            operation,
            retryable: failure.is_safe_to_repeat(operation),
            attempts,
            correlation_id,
            failure,
        }))
    }

    /// A value that breaks the vendor's rule: nothing was sent.
    pub(crate) fn refused_here(
        operation: Operation,
        correlation_id: CorrelationId,
        invalid: Invalid,
    ) -> Self {
        let failure = Failure::invalid(invalid);
        Self::new(operation, correlation_id, failure, 0, Outcome::NotSent)
    }

    /// It is not known how far the call came.
    pub(crate) fn abandoned(operation: Operation, correlation_id: CorrelationId) -> Self {
        let failure = Failure::of(Ending::Abandoned, ErrorKind::Abandoned);
        Self::new(operation, correlation_id, failure, 0, Outcome::NotSent)
    }

    /// Whether the call took effect. `Unknown` if any attempt's outcome was, whatever came after it.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// What kind of failure it was; each kind's documentation says what to do.
    pub fn kind(&self) -> ErrorKind {
        self.0.failure.kind
    }

    /// The operation that failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// The HTTP status of the last answer, if there was one. For [`ErrorKind::Token`] that of the token endpoint.
    pub fn status(&self) -> Option<u16> {
        self.0.failure.status
    }

    /// D1's `errorCode`, if its answer had one.
    ///
    /// One that is not documented is `ErrorCode::Unknown`, with the text as it was sent. **Do not log that text:**
    /// it may repeat what was sent. `Display` and `Debug` of an error and of an [`ErrorCode`] print documented
    /// codes only.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.failure.code.as_ref()
    }

    /// The field in question, by its JSON path: of a value refused here
    /// (`personalInformation.residencyAddress.line2`), or the first one that D1 names in a 400
    /// `FIELD_INVALID_FORMAT`. A field that D1 names is returned only if it is one of
    /// [`Operation::request_fields`], or the end of exactly one of them.
    pub fn field(&self) -> Option<&str> {
        match &self.0.failure.cause {
            Some(Cause::Invalid(invalid)) => Some(invalid.field()).filter(|field| !field.is_empty()),
            _ if self.is(400, &ErrorCode::FieldInvalidFormat) => {
                field::named(self.0.operation, self.detail()?)
            }
            _ => None,
        }
    }

    /// D1's own `error` text. For troubleshooting only: it may change at any time, must not be parsed or shown to
    /// end users (the vendor's words). **Do not log it:** it may repeat parts of the request. It is not part of
    /// `Display` or `Debug`.
    pub fn detail(&self) -> Option<&str> {
        self.0.failure.detail.as_deref()
    }

    /// Whether the same call may be made again and could succeed: by the vendor's catalogue for this operation, and
    /// where nothing was sent. Never for an update or a delete that may have happened.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The server's `Retry-After`, unclamped: how long to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.failure.retry_after
    }

    /// How many times the client sent, or tried to send, a request of the operation. 0 if it did not try, or if the
    /// number is not known ([`ErrorKind::Abandoned`]).
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The `x-correlation-id` of every attempt: what the vendor's support asks for.
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.0.correlation_id
    }

    /// 404 `UNKNOWN_CONSUMER`: nobody is registered under that id.
    ///
    /// After a deletion, an unknown consumer is not a proof of deletion: the id may never have been registered.
    /// [`guide::errors`](crate::guide::errors) says what to do.
    pub fn is_unknown_consumer(&self) -> bool {
        self.is(404, &ErrorCode::UnknownConsumer)
    }

    /// 403 `CONSUMER_INVALID_STATE`: the consumer was deleted; that is final, a new consumer id is needed.
    pub fn is_invalid_state(&self) -> bool {
        self.is(403, &ErrorCode::ConsumerInvalidState)
    }

    /// 403, from D1 or from a firewall in front of it. There are several causes: see [`code`](Self::code).
    pub fn is_forbidden(&self) -> bool {
        self.0.failure.kind == ErrorKind::Forbidden
    }

    /// 401: D1 refused the token and also the one fetched in its place; or it refuses the token for this consumer,
    /// and accepts it for others.
    pub fn is_unauthorized(&self) -> bool {
        self.0.failure.kind == ErrorKind::Unauthorized
    }

    /// A value was refused: by the client before it was sent, or by D1's 400 `FIELD_INVALID_FORMAT` or
    /// `FIELD_INVALID_VALUE`.
    pub fn is_invalid_field(&self) -> bool {
        self.0.failure.kind == ErrorKind::InvalidRequest
            || self.is(400, &ErrorCode::FieldInvalidFormat)
            || self.is(400, &ErrorCode::FieldInvalidValue)
    }

    /// 403 `MISSING_C2P_MANDATORY_INFORMATION`: see [`click_to_pay::check`](crate::click_to_pay::check).
    pub fn is_missing_click_to_pay_data(&self) -> bool {
        self.is(403, &ErrorCode::MissingC2pMandatoryInformation)
    }

    /// 503 or 429: D1, or a gateway in front of it, is not taking calls now. Look at the outcome first: a 503 with a body
    /// may come from a gateway that lost the answer.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.0.failure.kind,
            ErrorKind::Unavailable | ErrorKind::TooManyRequests
        )
    }

    /// It took too long: an attempt, the whole call, or the token.
    pub fn is_timeout(&self) -> bool {
        self.0.failure.kind == ErrorKind::Timeout || self.token_error().is_some_and(TokenError::is_timeout)
    }

    /// There was no connection to D1 or to its token endpoint: name lookup, TCP, TLS or proxy failed.
    pub fn is_connect(&self) -> bool {
        self.0.failure.kind == ErrorKind::Connect || self.token_error().is_some_and(TokenError::is_connect)
    }

    fn is(&self, status: u16, code: &ErrorCode) -> bool {
        self.0.failure.status == Some(status) && self.0.failure.code.as_ref() == Some(code)
    }

    /// The values that were refused before anything was sent, for [`ErrorKind::InvalidRequest`]: each field with its JSON
    /// path and the rule that it breaks.
    pub fn invalid(&self) -> Option<&Invalid> {
        match &self.0.failure.cause {
            Some(Cause::Invalid(invalid)) => Some(invalid),
            _ => None,
        }
    }

    /// Why there was no access token, for [`ErrorKind::Token`]: with status, code and
    /// [kind](crate::auth::TokenErrorKind).
    pub fn token_error(&self) -> Option<&TokenError> {
        match &self.0.failure.cause {
            Some(Cause::Token(error)) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details {
            failure,
            operation,
            outcome,
            attempts,
            correlation_id,
            ..
        } = &*self.0;
        let Failure {
            kind,
            status,
            code,
            cause,
            ..
        } = failure;
        write!(f, "{}: ", operation.id())?;
        match cause {
            Some(Cause::Invalid(invalid)) => write!(f, "{invalid}")?,
            Some(cause) => write!(f, "{}: {cause}", kind.in_words())?,
            None => f.write_str(kind.in_words())?,
        }
        if let (Some(status), false) = (status, matches!(cause, Some(Cause::Token(_)))) {
            write!(f, ", status {status}")?;
        }
        if let Some(code) = code {
            let name = if ErrorCode::KNOWN.contains(&code.as_str()) {
                "code "
            } else {
                ""
            };
            write!(f, ", {name}{code}")?;
        }
        write!(
            f,
            " (outcome {outcome}, attempts {attempts}, correlation id {correlation_id})"
        )
    }
}

/// The same line: `main` prints the `Debug` of an error that it returns, and a test that of one that it unwraps.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.failure.cause.as_ref().map(Cause::as_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert!(size_of::<Error>() <= 16);
    }
}
