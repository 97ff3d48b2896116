//! Which D1 to talk to.

use std::net::IpAddr;

use d1_generated::servers;
use reqwest::Url;

use crate::BuildError;

/// The vendor's token endpoints; its consumer document does not list them, its OAuth 2.0 page does.
const PRODUCTION_AUTH: &str = "https://api.d1.thalescloud.io/authz/v1";
const STAGING_AUTH: &str = "https://api.d1-stg.thalescloud.io/authz/v1";

/// Which D1 to talk to. There is no default: production must be asked for by name.
///
/// The vendor isolates the two environments from each other: issuer ids, keys and client certificates of one mean
/// nothing to the other. A token goes to the hosts of its own environment only.
///
/// ```
/// use d1_client::Environment;
///
/// assert_eq!(Environment::Staging.banking_url(), "https://api.d1-stg.thalescloud.io/banking/v2");
/// // A mock, a gateway of your own: both base URLs are given, paths included.
/// let mock = Environment::custom("http://127.0.0.1:8080/", "http://127.0.0.1:8080/authz/v1")?;
/// assert_eq!(mock.banking_url(), "http://127.0.0.1:8080");
/// assert!(Environment::custom("http://d1.example", "https://d1.example").is_err());
/// # Ok::<(), d1_client::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// Real people and real cards.
    Production,
    /// The vendor's environment for integration tests.
    Staging,
    /// Any other pair of base URLs: see [`Environment::custom`].
    Custom(CustomEnvironment),
}

/// The base URLs of [`Environment::Custom`], checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomEnvironment {
    banking: String,
    auth: String,
}

impl Environment {
    /// An environment by its two base URLs: that of the operations (the vendor's ends in `/banking/v2`) and that of the
    /// token endpoint (the vendor's ends in `/authz/v1`). A trailing slash is dropped, a path is kept.
    ///
    /// # Errors
    /// [`BuildError::Url`] for what is no absolute URL, has a user, a query or a fragment, or is `http://` to a host
    /// that is not this machine.
    pub fn custom(banking: impl AsRef<str>, auth: impl AsRef<str>) -> Result<Self, BuildError> {
        let banking = base_url("the banking base URL", banking.as_ref())?;
        let auth = base_url("the auth base URL", auth.as_ref())?;
        Ok(Self::Custom(CustomEnvironment { banking, auth }))
    }

    /// The base URL of the operations, without a trailing slash.
    pub fn banking_url(&self) -> &str {
        match self {
            Self::Production => servers::PRODUCTION,
            Self::Staging => servers::STAGING,
            Self::Custom(custom) => &custom.banking,
        }
    }

    /// Whether one of the two is reached without TLS, on this machine.
    pub(crate) fn is_in_clear(&self) -> bool {
        [self.banking_url(), self.auth_url()]
            .iter()
            .any(|url| url.starts_with("http://"))
    }

    /// The base URL of the token endpoint, without a trailing slash; the endpoint is `/oauth2/token` below it.
    pub fn auth_url(&self) -> &str {
        match self {
            Self::Production => PRODUCTION_AUTH,
            Self::Staging => STAGING_AUTH,
            Self::Custom(custom) => &custom.auth,
        }
    }
}

fn base_url(what: &'static str, text: &str) -> Result<String, BuildError> {
    let Ok(url) = Url::parse(text) else {
        return Err(BuildError::Url {
            what,
            why: "is no absolute URL",
        });
    };
    check(what, &url)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether tokens may go there.
pub(crate) fn check(what: &'static str, url: &Url) -> Result<(), BuildError> {
    let refuse = |why| Err(BuildError::Url { what, why });
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("holds a query or a fragment");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => refuse("is http:// to another machine: a token would travel in clear; use https://"),
        _ => refuse("is neither https:// nor http://"),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_keeps_its_path_and_loses_trailing_slashes() {
        for (given, kept) in [
            ("https://d1.example/banking/v2/", "https://d1.example/banking/v2"),
            ("https://d1.example//", "https://d1.example"),
            ("http://localhost:9", "http://localhost:9"),
            ("http://[::1]:9/x", "http://[::1]:9/x"),
            ("http://127.8.8.8:9/x", "http://127.8.8.8:9/x"),
        ] {
            assert_eq!(base_url("it", given).unwrap(), kept, "{given}");
        }
    }

    #[test]
    fn what_would_leak_a_token_is_refused() {
        for refused in [
            "http://d1.example",
            "http://localhost.example",
            "http://127.0.0.1.example/",
            "ftp://localhost",
            "https://me:secret@d1.example",
            "https://d1.example/?a=b",
            "d1.example",
        ] {
            let error = base_url("it", refused).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
