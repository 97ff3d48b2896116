//! Why a client could not be built.

use std::path::PathBuf;

use d1_generated::Invalid;

use crate::auth::{KeyError, TokenError};

/// Why a client could not be built: what is missing or wrong, and how to give it. Its text contains no key, token
/// or file content.
#[derive(Debug, thiserror::Error)]
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
    /// A base URL that cannot be used.
    #[error("{what} {why}")]
    Url {
        /// Which URL.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The client certificate and its key cannot be used.
    #[error("the client certificate: {0}")]
    Identity(String),
    /// The extra roots cannot be used.
    #[error("the certificate authorities: {0}")]
    Roots(String),
    /// The user agent's suffix, or the proxy, cannot be used.
    #[error("{0}")]
    Http(&'static str),
    /// The crate was compiled without a TLS provider.
    #[error("no TLS provider: enable the feature `aws-lc-rs` (the default) or `ring` of d1-client")]
    NoTlsProvider,
    /// A time-out of zero.
    #[error("{0} must be longer than zero")]
    Timeout(&'static str),
    /// An environment variable is missing.
    #[error("{name} is not set: {what}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What it should be.
        what: &'static str,
    },
    /// An environment variable is set to something that cannot be used.
    #[error("{name}: {why}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        why: String,
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
