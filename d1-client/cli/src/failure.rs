//! What ends a command other than well: an exit code, one line, and what to do about it.

use std::fmt::Display;

use d1_client::{BuildError, Error, Outcome};

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
#[derive(Debug)]
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

    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::usage(error)
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
        Self::new(exit, error)
    }
}
