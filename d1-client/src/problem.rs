//! An error as the answer of a service of the issuer's own.

use std::fmt;

use serde::Serialize;

use crate::{CorrelationId, Error, ErrorKind, Operation, Outcome, types::ErrorCode};

/// A longer `Retry-After`, in seconds, is not a real pause; its digits may be a personal number.
const LONGEST_PAUSE: u64 = 24 * 60 * 60;

/// A problem body (RFC 9457) for the service that made the call: see [`Error::to_problem`].
///
/// It holds nothing of the person, no token, no URL and no text of D1's. As JSON:
///
/// ```json
/// {
///   "type": "about:blank", "title": "Unprocessable Content", "status": 422,
///   "detail": "invalid request; nothing has changed",
///   "operation": "register_consumer", "kind": "invalid_request", "outcome": "not_sent", "retryable": false,
///   "correlationId": "8a5e0b1c-…",
///   "errors": [{ "pointer": "#/personalInformation/firstName", "detail": "must be 1 to 40 characters long" }]
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Problem {
    /// The kind of problem as a URI: `about:blank`, so the status says what it is.
    #[serde(rename = "type")]
    pub type_uri: &'static str,
    /// The phrase of the status (RFC 9110).
    pub title: &'static str,
    /// The status with which a service may answer: see [`Error::to_problem`].
    pub status: u16,
    /// What happened, and whether it took effect, in one sentence.
    pub detail: String,
    /// What was asked of D1.
    pub operation: Operation,
    /// Why it failed.
    pub kind: ErrorKind,
    /// Whether it took effect.
    pub outcome: Outcome,
    /// D1's code, if it is a documented one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// Whether the same call may be made again and could succeed.
    pub retryable: bool,
    /// For the header `Retry-After`, in seconds; none of more than a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What the vendor's support asks for.
    pub correlation_id: CorrelationId,
    /// The fields that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// A field that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where it stands in what was sent: a JSON pointer as the fragment of a URI (RFC 6901, section 6).
    pub pointer: String,
    /// The rule that it breaks.
    pub detail: String,
}

impl Problem {
    /// Of the body (RFC 9457, section 3).
    pub const CONTENT_TYPE: &'static str = "application/problem+json";
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.title, self.detail)
    }
}

impl Error {
    /// The body with which a service of the issuer's own may answer its own callers (RFC 9457).
    ///
    /// | status | when |
    /// |---|---|
    /// | 404 | nobody is registered under the consumer id |
    /// | 409 | the consumer was deleted |
    /// | 422 | a value was refused, here or by D1 |
    /// | 503 | D1 takes no calls now, or cannot be reached, and nothing has changed |
    /// | 504 | it took too long |
    /// | 500 | the call was made outside a Tokio runtime |
    /// | 502 | anything else: D1 refused this service, or what came back is no answer |
    pub fn to_problem(&self) -> Problem {
        let status = self.problem_status();
        let mut errors: Vec<FieldProblem> = Vec::new();
        match self.invalid() {
            Some(invalid) => errors.extend(invalid.fields().map(|field| FieldProblem {
                pointer: pointer(field.path()),
                detail: field.rule().to_owned(),
            })),
            None => errors.extend(self.field().map(|field| FieldProblem {
                pointer: pointer(field),
                detail: "was refused by D1".to_owned(),
            })),
        }
        let code = self
            .code()
            .filter(|code| ErrorCode::KNOWN.contains(&code.as_str()));
        Problem {
            type_uri: "about:blank",
            title: title(status),
            status,
            detail: format!("{}; {}", self.kind().in_words(), effect(self.outcome())),
            operation: self.operation(),
            kind: self.kind(),
            outcome: self.outcome(),
            code: code.cloned(),
            retryable: self.is_retryable(),
            retry_after: self
                .retry_after()
                .map(|pause| pause.as_secs())
                .filter(|pause| *pause <= LONGEST_PAUSE),
            correlation_id: self.correlation_id().clone(),
            errors,
        }
    }

    fn problem_status(&self) -> u16 {
        if self.is_unknown_consumer() {
            404
        } else if self.is_invalid_state() {
            409
        } else if self.is_invalid_field() || self.is_missing_click_to_pay_data() {
            422
        } else if self.is_timeout() {
            504
        } else if self.kind() == ErrorKind::NoRuntime {
            500
        } else if self.outcome() != Outcome::Unknown && (self.is_unavailable() || self.is_connect()) {
            503
        } else {
            502
        }
    }
}

/// `residencyAddress.line2` as a JSON pointer.
fn pointer(path: &str) -> String {
    let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
    let mut pointer = String::from("#");
    for step in steps {
        pointer.push('/');
        pointer.push_str(step.trim_end_matches(']'));
    }
    pointer
}

/// RFC 9110, section 15.
fn title(status: u16) -> &'static str {
    match status {
        404 => "Not Found",
        409 => "Conflict",
        422 => "Unprocessable Content",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Bad Gateway",
    }
}

fn effect(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotSent | Outcome::Rejected => "nothing has changed",
        Outcome::Unknown => "it may have taken effect",
    }
}
