//! Why a client could not be built.

mod defect;

use std::{fmt, path::PathBuf};

use d1_generated::Invalid;
pub use defect::{
    BaseUrl, IdentityDefect, ProxyDefect, RootsDefect, TimeoutSetting, UrlDefect, VariableDefect,
};

use crate::auth::{KeyError, TokenError};

/// Why a client could not be built: what is missing or wrong, and how to give it. Its text contains no key, token
/// or file content.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No environment was chosen; there is no default.
    #[error(
        "no environment: give `.environment(Environment::Staging)`, `Environment::Production` or \
         `Environment::custom(banking, auth)?`"
    )]
    NoEnvironment,
    /// No token source was given.
    #[error(
        "no token source: give `.token_source(JwtBearer::new(SigningKey::from_file(key_id, path)?))`, \
         `StaticToken::new(token)` or a `TokenSource` of your own"
    )]
    NoTokenSource,
    /// D1 demands mutual TLS on every call, and no client certificate was given.
    #[error(
        "no client certificate, and D1 demands mutual TLS: give `.identity_files(cert, key)`, or \
         `.without_client_certificate()` where something in between adds it"
    )]
    NoIdentity,
    /// A base URL cannot be used.
    #[error("{url} {defect}")]
    Url {
        /// Which URL.
        url: BaseUrl,
        /// What is wrong with it.
        defect: UrlDefect,
    },
    /// The client certificate or its key cannot be used.
    #[error("the client certificate: {text}")]
    Identity {
        /// What is wrong, to be matched.
        defect: IdentityDefect,
        /// What is wrong, where, and the command that repairs it. It holds nothing of the files but places and dates.
        text: String,
    },
    /// A header of the caller's own cannot be sent.
    #[error("{0}")]
    Header(Invalid),
    /// The certificate authorities or the revocation lists cannot be used.
    #[error("the certificate authorities: {text}")]
    Roots {
        /// What is wrong, to be matched.
        defect: RootsDefect,
        /// What is wrong, where, and the command that repairs it.
        text: String,
    },
    /// The proxy's URL cannot be used. Its text is not shown: it may hold a password.
    #[error("the proxy's URL {0}")]
    Proxy(ProxyDefect),
    /// The user agent's suffix cannot be sent in a header.
    #[error("the user agent's suffix holds more than visible ASCII and spaces")]
    UserAgent,
    /// The HTTP client could not be made of these settings, or with a new client certificate.
    #[error("the HTTP client cannot be built")]
    HttpClient,
    /// The client certificate was not read again: the tokio runtime is shutting down.
    #[error("the runtime is shutting down")]
    RuntimeShutDown,
    /// The crate was compiled without a TLS provider.
    #[error("no TLS provider: enable the feature `aws-lc-rs` (the default) or `ring` of d1-client")]
    NoTlsProvider,
    /// A time-out of zero.
    #[error("{0} must be longer than zero")]
    Timeout(TimeoutSetting),
    /// An environment variable is missing.
    #[error("{name} is not set: {what}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// An environment variable is set to something that cannot be used.
    #[error("{name}: {defect}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        defect: VariableDefect,
    },
    /// A file cannot be read.
    #[error("{name}: cannot read {}: {why}", path.display())]
    File {
        /// The environment variable that names it, or what it should hold.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: std::io::ErrorKind,
    },
    /// The signing key cannot be used.
    #[error("the signing key: {0}")]
    SigningKey(#[from] KeyError),
    /// The token source cannot work as it is set up.
    #[error("the token source: {0}")]
    TokenSource(#[source] TokenError),
    /// An id breaks the vendor's rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl BuildError {
    pub(crate) fn identity(defect: IdentityDefect, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Identity { defect, text }
    }

    pub(crate) fn roots(defect: RootsDefect, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::Roots { defect, text }
    }
}

/// The same text: `main` prints the `Debug` of an error that it returns.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
