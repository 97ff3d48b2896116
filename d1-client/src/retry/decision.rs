use d1_generated::Operation;

use crate::{ErrorKind, attempt::Failure, outcome::Outcome};

/// Whether the same call may be made again after this failure, and could succeed.
///
/// - Nothing was sent, or D1 said that it is not taking calls (429, 503): any operation.
/// - The vendor's catalogue says *retryable* for this operation, status and code: any operation.
/// - The answer was lost (time-out of an attempt, reset, half a body, an unreadable success, 502, 504): only GET and
///   PUT, which are idempotent (RFC 9110, section 9.2.2).
pub(crate) fn is_safe_to_repeat(operation: Operation, failure: &Failure) -> bool {
    let idempotent = matches!(operation.method(), "GET" | "PUT");
    match failure.kind {
        // A refusal of our certificate may come after the handshake: whoever misuses it must not make us act twice.
        ErrorKind::Connect => idempotent || failure.is_before_a_connection(),
        ErrorKind::Token => failure.token_is_retryable(),
        ErrorKind::TooManyRequests | ErrorKind::Unavailable => true,
        ErrorKind::Timeout | ErrorKind::Interrupted => idempotent || failure.outcome == Outcome::NotSent,
        ErrorKind::Unreadable => idempotent,
        _ => {
            let Some(status) = failure.status else {
                return false;
            };
            let code = failure.code.as_ref().map(|code| code.as_str());
            let documented = operation
                .documented(status, code)
                .is_some_and(|row| row.retryable);
            documented || (idempotent && matches!(status, 502 | 504))
        }
    }
}
