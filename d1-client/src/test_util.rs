//! Responses and errors for tests of code that calls D1, as the client would make them. No socket is opened.
//!
//! ```
//! use d1_client::{ErrorCode, Operation, Outcome, test_util};
//!
//! let error = test_util::refused(Operation::DeleteConsumer, 404, Some(ErrorCode::UnknownConsumer));
//! assert!(error.is_unknown_consumer());
//! assert_eq!(test_util::lost(Operation::DeleteConsumer).outcome(), Outcome::Unknown);
//! assert_eq!(test_util::response(3).into_inner(), 3);
//! ```

use crate::{
    Error, ErrorCode, ErrorKind, Invalid, Operation, Outcome, Response,
    consumer::random_correlation_id,
    error::{Ending, Failure},
};

/// A success, as of one attempt with status 200.
pub fn response<T>(value: T) -> Response<T> {
    Response {
        value,
        status: 200,
        attempts: 1,
        correlation_id: random_correlation_id(),
    }
}

/// D1 answered with this status and code; kind, outcome and what may be repeated are as of such an answer. A 503 without a
/// code is one without a body.
pub fn refused(operation: Operation, status: u16, code: Option<ErrorCode>) -> Error {
    let failure = Failure {
        status: Some(status),
        code,
        ..Failure::of(Ending::of_status(status, true), ErrorKind::of_status(status))
    };
    error(operation, failure)
}

/// The connection broke after the request was sent: the outcome is unknown.
pub fn lost(operation: Operation) -> Error {
    error(
        operation,
        Failure::of(Ending::Interrupted, ErrorKind::Interrupted),
    )
}

/// There was no connection: nothing was sent.
pub fn unreachable(operation: Operation) -> Error {
    error(operation, Failure::of(Ending::NoConnection, ErrorKind::Connect))
}

/// A value was refused before anything was sent.
pub fn invalid(operation: Operation, invalid: Invalid) -> Error {
    Error::refused_here(operation, random_correlation_id(), invalid)
}

fn error(operation: Operation, failure: Failure) -> Error {
    Error::new(operation, random_correlation_id(), failure, 1, Outcome::NotSent)
}
