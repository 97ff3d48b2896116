//! What is wrong with a setting: what a [`BuildError`](super::BuildError) holds, to be matched.

use std::fmt;

const PROXIES: &str = "only http:// and https:// proxies can be used: set one, list D1's hosts in NO_PROXY, or give \
                       `.proxy(url)` or `.no_proxy()`";

/// A base URL of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BaseUrl {
    /// Of the operations.
    Banking,
    /// Of the token endpoint.
    Auth,
    /// Of version 1 of the consumer API.
    ConsumerV1,
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Banking => "the banking base URL",
            Self::Auth => "the auth base URL",
            Self::ConsumerV1 => "the base URL of consumer-v1",
        })
    }
}

/// Why a base URL cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UrlDefect {
    /// It is not an absolute URL.
    #[error("is not an absolute URL")]
    NotAbsolute,
    /// It holds a user name or a password.
    #[error("holds a user name or a password")]
    UserInfo,
    /// It holds a query or a fragment.
    #[error("holds a query or a fragment")]
    QueryOrFragment,
    /// It is `http://` to another machine.
    #[error("is http:// to another machine: a token would travel in clear; use https://")]
    InClear,
    /// It is neither `https://` nor `http://`.
    #[error("is neither https:// nor http://")]
    Scheme,
    /// It is for an environment of the vendor's, which has its own.
    #[error("is the vendor's in an environment of the vendor's: only a custom one takes another")]
    NotCustom,
}

/// What is wrong with the client certificate, its chain or its private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentityDefect {
    /// A PEM block, a certificate or a key is damaged.
    Unreadable,
    /// There is something else than a certificate or its key, or a key that the TLS provider does not accept.
    Unsupported,
    /// The private key needs a passphrase.
    Encrypted,
    /// There is no certificate.
    NoCertificate,
    /// There is no private key.
    NoKey,
    /// There is more than one private key.
    SeveralKeys,
    /// The private key does not belong to the certificate.
    OtherKey,
    /// The private key belongs to more than one certificate.
    SeveralCertificates,
    /// Not all certificates belong to one chain.
    BrokenChain,
    /// The certificate has expired.
    Expired,
    /// A certificate that signed it has expired.
    IntermediateExpired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The chain is shorter than the one in use: its file may be cut off. It is used if the next reading finds the same.
    ShorterChain,
}

/// What is wrong with the certificate authorities or the revocation lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RootsDefect {
    /// A PEM block, a certificate or a list is damaged, or the certificate is not an authority's.
    Unreadable,
    /// There is something else than what the setting takes.
    Unsupported,
    /// There is no certificate, or no revocation list.
    Empty,
    /// The operating system's authorities cannot be read.
    OperatingSystem,
    /// Both [`add_root_pem`](crate::ClientBuilder::add_root_pem) and
    /// [`trust_only_pem`](crate::ClientBuilder::trust_only_pem) were called.
    Contradiction,
    /// [`add_crl_pem`](crate::ClientBuilder::add_crl_pem) was called without
    /// [`trust_only_pem`](crate::ClientBuilder::trust_only_pem).
    ListsWithoutTrustOnly,
}

/// Why the URL given to [`proxy`](crate::ClientBuilder::proxy) cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyDefect {
    /// It is not a URL.
    #[error("cannot be used")]
    NotAUrl,
    /// It is neither `http://` nor `https://`.
    #[error("is neither http:// nor https://")]
    Scheme,
}

/// A time-out of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutSetting {
    /// [`timeout`](crate::ClientBuilder::timeout).
    Call,
    /// [`attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    Attempt,
    /// [`connect_timeout`](crate::ClientBuilder::connect_timeout).
    Connect,
}

impl fmt::Display for TimeoutSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call => "the time-out",
            Self::Attempt => "the attempt time-out",
            Self::Connect => "the connect time-out",
        })
    }
}

/// Why an environment variable cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum VariableDefect {
    /// Its value is not Unicode.
    #[error("is not Unicode")]
    NotUnicode,
    /// Its value is not a whole number.
    #[error("is not a whole number")]
    NotANumber,
    /// Its value is neither `staging` nor `production`.
    #[error("is neither staging nor production")]
    NoEnvironment,
    /// Another variable is set that contradicts it.
    #[error("is set, and so is {with}: keep one")]
    Contradiction {
        /// The other variable.
        with: &'static str,
    },
    /// `D1_SIGNING_KEY_DIR` is set, too, whose files name the key ids and hold the keys.
    #[error("is set, and D1_SIGNING_KEY_DIR tells key ids by the names of its files: keep one")]
    KeyFolder,
    /// Its value breaks the vendor's rule for an id.
    #[error("{rule}")]
    Invalid {
        /// The rule.
        rule: &'static str,
    },
    /// It names a SOCKS proxy.
    #[error("names a SOCKS proxy, and {}", PROXIES)]
    SocksProxy,
    /// It names something that is not a proxy.
    #[error("is not the URL of a proxy, and {}", PROXIES)]
    NotAProxy,
}
