//! What ends a command other than well: an exit code, one line, and what to do about it.

use std::{fmt::Display, io};

use d1_client::{
    BuildError, Error, ErrorKind, Operation, Outcome, RootsDefect,
    auth::{TokenError, TokenErrorKind},
};

/// Exit codes; part of what scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Wrong usage, configuration or file. Nothing was sent.
    Usage = 2,
    /// D1 refused.
    Refused = 3,
    /// Nothing reached D1.
    NotSent = 4,
    /// Whether it took effect is not known.
    Unknown = 5,
    /// Some of many were done.
    Partly = 6,
}

/// Neither line holds a value of a person, a token or a key.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            hint: None,
        }
    }

    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file or a folder cannot be read.
    pub(crate) fn unreadable(what: impl Display, error: &io::Error) -> Self {
        Self::usage(format_args!("cannot read {what}: {}", why(error.kind())))
    }

    /// A file or a folder cannot be written.
    pub(crate) fn unwritable(what: impl Display, error: &io::Error) -> Self {
        Self::usage(format_args!("cannot write {what}: {}", why(error.kind())))
    }

    /// A file that is not JSON from some place on; what it holds is not repeated.
    pub(crate) fn no_json(file: impl Display, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        Self::usage(format_args!("{file}: no JSON at line {line}, column {column}"))
    }

    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }
}

/// Why a file cannot be used: the standard library calls it an entity.
pub(crate) fn why(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::AlreadyExists => "it exists already".to_owned(),
        kind => kind.to_string(),
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::NoIdentity => Self::usage("no client certificate, and D1 demands mutual TLS")
                .hint("give --client-cert-file and --client-key-file; `d1 key csr` makes a request for one"),
            // The library's advice at the end is for those who write Rust.
            BuildError::Identity { text, .. } => {
                let text = text.split(" (`.").next().unwrap_or(&text);
                Self::usage(format_args!("the client certificate: {text}"))
            }
            BuildError::Roots {
                defect: RootsDefect::Contradiction,
                ..
            } => Self::usage("D1_CA_FILE and D1_TRUST_ONLY_FILE contradict each other")
                .hint("give all authorities by --trust-only-file, or further ones by --ca-file"),
            BuildError::Roots {
                defect: RootsDefect::ListsWithoutTrustOnly,
                ..
            } => Self::usage("revocation lists need the only authorities to trust")
                .hint("give --trust-only-file with --crl-file"),
            error => Self::usage(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.outcome() {
            Outcome::NotSent if error.invalid().is_some() => Exit::Usage,
            Outcome::NotSent => Exit::NotSent,
            Outcome::Rejected => Exit::Refused,
            _ => Exit::Unknown,
        };
        let failure = Self::new(exit, &error);
        match advice(&error) {
            Some(advice) => failure.hint(advice),
            None => failure,
        }
    }
}

/// Where nothing but the token was asked for.
impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        let exit = match error.kind() {
            TokenErrorKind::Refused => Exit::Refused,
            _ => Exit::NotSent,
        };
        let failure = Self::new(exit, &error);
        if error.is_retryable() && !error.is_connect() {
            failure.hint("try again later")
        } else {
            failure.hint("`d1 doctor` says what does not work")
        }
    }
}

/// What to do, in one line.
fn advice(error: &Error) -> Option<&'static str> {
    if error.outcome() == Outcome::Unknown && error.operation() == Operation::ListCards {
        return Some("nothing was changed, it only asked: try again later");
    }
    if error.outcome() == Outcome::Unknown {
        return Some("it may have taken effect: find out before you send it again");
    }
    if error.is_unknown_consumer() {
        return Some("no consumer has this id in this environment: `d1 consumer register` it first");
    }
    if error.is_invalid_state() {
        return Some("the consumer is not in a state for this, for instance because it was deleted");
    }
    if error.is_retryable() && !error.is_connect() {
        return Some("try again later");
    }
    Some(match error.kind() {
        ErrorKind::Token | ErrorKind::Connect | ErrorKind::Unauthorized | ErrorKind::Redirect => {
            "`d1 doctor` says what does not work"
        }
        ErrorKind::Forbidden if error.code().is_none() => {
            "without a code it may come from a firewall in front of D1: `d1 doctor` says more"
        }
        ErrorKind::NotFound => "without a code it may be the issuer id or the base URL: `d1 config show`",
        _ => return None,
    })
}
