//! What is wrong with an answer, told without personal data.

use std::fmt;

/// What D1 could not use, or would not like.
///
/// It names fields and rules, and never a value that the issuer sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The check that found it, as in `consumer.schema`.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was sent, in words.
    pub sent: String,
    /// What came.
    pub came: String,
    /// What a real D1 could not use of it, or the rule that it breaks.
    pub why: String,
}

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Against the documentation, or a habit of the field; D1 may get along with it.
    Warning,
    /// D1 could not use it, or nobody should.
    Error,
}

impl Finding {
    pub(super) fn new(
        check: &'static str,
        sent: &str,
        came: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self {
            check,
            severity: Severity::Error,
            sent: sent.to_owned(),
            came: came.into(),
            why: why.into(),
        }
    }

    pub(super) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    pub(super) fn named(mut self, check: &'static str) -> Self {
        self.check = check;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let Self {
            check,
            sent,
            came,
            why,
            ..
        } = self;
        write!(f, "{severity} {check}: sent {sent}; came {came}; {why}")
    }
}
