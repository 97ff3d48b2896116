use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{SignerError, oauth_error};
use crate::{names::named, transport::TransportError};

/// Why there is no access token.
///
/// Cheap to clone: everyone who waited for the same fetch gets the same error. Neither `Display` nor `Debug`
/// nor `source()` ever holds a token, an assertion, a key, a URL or text that a server sent, with one
/// exception: an `error` code that RFC 6749 registers. Any other is printed as `unrecognised code` (see
/// [`code`](Self::code)).
#[derive(Clone)]
pub struct TokenError(Arc<Details>);

named! {
    /// The kind of a [`TokenError`].
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum TokenErrorKind {
        /// No connection to the token endpoint: name lookup, TCP or TLS failed. What to do: try again, and look
        /// at the network, the client certificate and the trusted roots if it stays.
        Connect = "connect",
        /// The token endpoint, or the source, took too long. What to do: try again.
        Timeout = "timeout",
        /// The connection broke before the answer was complete. What to do: try again; a second token harms
        /// nobody.
        Interrupted = "interrupted",
        /// The token endpoint answered with an error status. What to do: on 400 look at the key id, the key, the
        /// issuer id and the clock; on 429 and 5xx try again later.
        Refused = "refused",
        /// The token endpoint answered with success, and with something that is no bearer token. What to do:
        /// check the URL of the token endpoint; something else may be answering there.
        Malformed = "malformed",
        /// The [`Signer`](super::Signer) did not sign. `source()` is its [`SignerError`].
        Signer = "signer",
        /// A token that no HTTP header can carry, or an empty one. What to do: look for a line break or a
        /// quotation mark at either end.
        InvalidToken = "invalid_token",
        /// A source of the caller's own failed, panicked or was abandoned.
        Source = "source",
    }
}

#[derive(Clone)]
struct Details {
    kind: TokenErrorKind,
    reason: &'static str,
    status: Option<u16>,
    code: Option<String>,
    retryable: bool,
    retry_after: Option<Duration>,
    signer: Option<SignerError>,
    transport: Option<TransportError>,
}

impl TokenError {
    /// The error of a token source of your own.
    ///
    /// The reason is a constant, so that it cannot hold a secret by accident. Log details where you have
    /// them. Not retryable, unless [`retryable`](Self::retryable) says so.
    pub fn new(reason: &'static str) -> Self {
        Self::of(TokenErrorKind::Source, reason)
    }

    /// Marks the error as worth another try.
    #[must_use]
    pub fn retryable(self) -> Self {
        self.with(|details| details.retryable = true)
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> TokenErrorKind {
        self.0.kind
    }

    /// The HTTP status with which the token endpoint refused.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The `error` code of RFC 6749, section 5.2, such as `invalid_grant`.
    ///
    /// **Do not log one that you do not know:** a server may put there what it was sent, a piece of the assertion for
    /// instance. Only present when it is at most 64 letters, digits, `_`, `-` or `.`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether no connection could be made.
    pub fn is_connect(&self) -> bool {
        self.kind() == TokenErrorKind::Connect
    }

    /// Whether it took too long.
    pub fn is_timeout(&self) -> bool {
        self.kind() == TokenErrorKind::Timeout
    }

    /// Whether trying again later may help. True for connection failures, time-outs, broken connections, 408,
    /// 429 and 5xx, and where a [`Signer`](super::Signer) or a source said so.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the token endpoint asked to be left alone (`Retry-After`), unclamped.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(super) fn of(kind: TokenErrorKind, reason: &'static str) -> Self {
        use TokenErrorKind::{Connect, Interrupted, Timeout};
        Self(Arc::new(Details {
            kind,
            reason,
            status: None,
            code: None,
            retryable: matches!(kind, Connect | Interrupted | Timeout),
            retry_after: None,
            signer: None,
            transport: None,
        }))
    }

    /// Keeps what kind of failure reqwest had, and none of its text: that holds the URL.
    pub(super) fn transport(error: &reqwest::Error) -> Self {
        let cause = TransportError::of(error);
        let failed = if error.is_connect() || cause.refuses_the_certificate() {
            Self::of(TokenErrorKind::Connect, "no connection to the token endpoint")
        } else if error.is_timeout() {
            return Self::timed_out();
        } else {
            Self::of(
                TokenErrorKind::Interrupted,
                "the connection to the token endpoint broke",
            )
        };
        failed.with(|details| details.transport = Some(cause))
    }

    pub(super) fn timed_out() -> Self {
        Self::of(TokenErrorKind::Timeout, "no access token in time")
    }

    pub(super) fn refused(status: u16, code: Option<String>, retry_after: Option<Duration>) -> Self {
        const REQUEST_TIMEOUT: u16 = 408;
        const TOO_MANY_REQUESTS: u16 = 429;
        Self::of(TokenErrorKind::Refused, "the token endpoint refused").with(|details| {
            details.status = Some(status);
            details.code = code;
            details.retry_after = retry_after;
            details.retryable = matches!(status, REQUEST_TIMEOUT | TOO_MANY_REQUESTS | 500..=599);
        })
    }

    fn with(self, change: impl FnOnce(&mut Details)) -> Self {
        let mut details = Arc::unwrap_or_clone(self.0);
        change(&mut details);
        Self(Arc::new(details))
    }
}

impl From<SignerError> for TokenError {
    fn from(error: SignerError) -> Self {
        Self::of(TokenErrorKind::Signer, "the assertion was not signed").with(|details| {
            details.retryable = error.is_retryable();
            details.signer = Some(error);
        })
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.reason)?;
        if let Some(status) = self.0.status {
            write!(f, ": {status}")?;
        }
        if let Some(code) = &self.0.code {
            write!(f, " {}", oauth_error::printable(code))?;
        }
        if let Some(transport) = &self.0.transport {
            write!(f, ": {transport}")?;
        }
        Ok(())
    }
}

/// The same line: `main` prints the `Debug` of an error that it returns.
impl fmt::Debug for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let transport = self.0.transport.as_ref().map(|transport| transport as _);
        self.0.signer.as_ref().map(|signer| signer as _).or(transport)
    }
}
