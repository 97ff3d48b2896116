//! What is inside an error: an attempt that brought no success.

use std::time::Duration;

use d1_generated::{Invalid, Operation, types::ErrorCode};

use super::{
    Cause, ErrorKind, UnreadableAnswer,
    ending::{Ending, Repeated, is_idempotent},
};
use crate::{auth::TokenError, outcome::Outcome};

/// An attempt that brought no success.
pub(crate) struct Failure {
    pub(crate) ending: Ending,
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<ErrorCode>,
    pub(crate) detail: Option<Box<str>>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) cause: Option<Cause>,
}

impl Failure {
    pub(crate) fn of(ending: Ending, kind: ErrorKind) -> Self {
        Self {
            ending,
            kind,
            status: None,
            code: None,
            detail: None,
            retry_after: None,
            cause: None,
        }
    }

    /// What is known of this attempt.
    pub(crate) fn outcome(&self) -> Outcome {
        self.ending.rule().outcome
    }

    /// No request could be built of what was given.
    pub(crate) fn invalid(invalid: Invalid) -> Self {
        Self {
            cause: Some(Cause::Invalid(invalid)),
            ..Self::of(Ending::InvalidRequest, ErrorKind::InvalidRequest)
        }
    }

    /// No access token: D1 has seen nothing of the call.
    pub(crate) fn token(error: TokenError) -> Self {
        Self {
            status: error.status(),
            retry_after: error.retry_after(),
            cause: Some(Cause::Token(error)),
            ..Self::of(Ending::NoToken, ErrorKind::Token)
        }
    }

    /// Time ran out: before a connection took the request, if nothing was sent.
    pub(crate) fn timed_out(outcome: Outcome) -> Self {
        let ending = match outcome {
            Outcome::NotSent => Ending::NeverTaken,
            _ => Ending::TimedOut,
        };
        Self::of(ending, ErrorKind::Timeout)
    }

    /// A success whose body is not as documented: what it confirms is not known.
    pub(crate) fn unreadable(status: u16, why: UnreadableAnswer) -> Self {
        Self {
            status: Some(status),
            cause: Some(Cause::Unreadable(why)),
            ..Self::of(Ending::Unreadable, ErrorKind::Unreadable)
        }
    }

    /// Whether the same call may be made again after this failure, and could succeed: by the rule of its ending.
    pub(crate) fn is_safe_to_repeat(&self, operation: Operation) -> bool {
        match self.ending.rule().repeated {
            Repeated::Never | Repeated::WithAnotherToken => false,
            Repeated::IfItMayPass => {
                matches!(&self.cause, Some(Cause::Token(error)) if error.is_retryable())
            }
            Repeated::Always => true,
            Repeated::Idempotent => is_idempotent(operation),
            Repeated::ByCatalogue => {
                let code = self.code.as_ref().map(|code| code.as_str());
                let documented = self.status.and_then(|status| operation.documented(status, code));
                documented.is_some_and(|row| row.retryable)
            }
        }
    }

    /// Whether D1, or a server in front of it, is overloaded; or broken, which requires the same caution.
    pub(crate) fn is_overload(&self) -> bool {
        match self.kind {
            ErrorKind::TooManyRequests | ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Interrupted => {
                true
            }
            _ => self.status.is_some_and(|status| status >= 500),
        }
    }
}

#[cfg(test)]
impl Failure {
    /// An answer without a code; `blank`: without a body, too.
    pub(crate) fn of_status(status: u16, blank: bool) -> Self {
        Self {
            status: Some(status),
            ..Self::of(Ending::of_status(status, blank), ErrorKind::of_status(status))
        }
    }

    /// A failure of every ending.
    pub(crate) fn one_of_each() -> impl Iterator<Item = Self> {
        super::ending::RULES.iter().map(|rule| {
            let ending = rule.ending();
            match ending {
                Ending::NoToken => Self::token(TokenError::new("a test's")),
                Ending::ServerError => Self::of_status(500, true),
                Ending::OtherStatus => Self::of_status(307, true),
                Ending::ClientError => Self::of_status(403, true),
                Ending::Unauthorized => Self::of_status(401, true),
                _ => Self::of(ending, ErrorKind::Interrupted),
            }
        })
    }
}
