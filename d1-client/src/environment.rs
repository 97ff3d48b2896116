//! Which D1 to talk to.

use std::str::FromStr;

use d1_generated::{Invalid, consumer_v1, servers};

use crate::{
    base_url,
    build_error::{BaseUrl, BuildError, UrlDefect},
    names::shown,
};

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomEnvironment {
    banking: String,
    auth: String,
    consumer_v1: Option<String>,
}

impl Environment {
    /// An environment by its two base URLs: that of the operations (the vendor's ends in `/banking/v2`) and that of the
    /// token endpoint (the vendor's ends in `/authz/v1`). A trailing slash is dropped, a path is kept.
    ///
    /// The vendor's own URLs give the vendor's environment: both of production are [`Environment::Production`].
    ///
    /// # Errors
    /// [`BuildError::Url`] for what is not an absolute URL, has a user, a query or a fragment, or is `http://` to a host
    /// that is not this machine.
    pub fn custom(banking: impl AsRef<str>, auth: impl AsRef<str>) -> Result<Self, BuildError> {
        let banking = parse(BaseUrl::Banking, banking.as_ref())?;
        let auth = parse(BaseUrl::Auth, auth.as_ref())?;
        for known in [Self::Production, Self::Staging] {
            if known.banking_url() == banking && known.auth_url() == auth {
                return Ok(known);
            }
        }
        Ok(Self::Custom(CustomEnvironment {
            banking,
            auth,
            consumer_v1: None,
        }))
    }

    /// The same custom environment with the base URL of version 1 of the consumer API, for
    /// [`register_v1`](crate::Consumer::register_v1); the vendor's ends in `/banking/v1`.
    ///
    /// # Errors
    /// [`BuildError::Url`] as of [`custom`](Self::custom), and where the environment is one of the vendor's: it has its own.
    pub fn with_consumer_v1(self, url: impl AsRef<str>) -> Result<Self, BuildError> {
        let Self::Custom(mut custom) = self else {
            return Err(BuildError::Url {
                url: BaseUrl::ConsumerV1,
                defect: UrlDefect::NotCustom,
            });
        };
        custom.consumer_v1 = Some(parse(BaseUrl::ConsumerV1, url.as_ref())?);
        Ok(Self::Custom(custom))
    }

    /// The base URL of the operations, without a trailing slash.
    pub fn banking_url(&self) -> &str {
        match self {
            Self::Production => servers::PRODUCTION,
            Self::Staging => servers::STAGING,
            Self::Custom(custom) => &custom.banking,
        }
    }

    /// Whether calls reach the vendor's production: real people and real cards. Also a custom environment does, if one of its
    /// URLs is on production's host.
    pub fn is_production(&self) -> bool {
        let host = |url: &str| {
            let url = reqwest::Url::parse(url).ok()?;
            url.host_str().map(|host| host.trim_end_matches('.').to_owned())
        };
        let production = host(servers::PRODUCTION);
        self.urls().any(|url| host(url) == production)
    }

    /// Its name: `production`, `staging` or `custom`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Custom(_) => "custom",
        }
    }

    /// Whether one of them is reached without TLS, on this machine.
    pub(crate) fn is_in_clear(&self) -> bool {
        self.urls().any(|url| url.starts_with("http://"))
    }

    /// All its base URLs.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        [self.banking_url(), self.auth_url()]
            .into_iter()
            .chain(self.consumer_v1_url())
    }

    /// The base URL of version 1 of the consumer API, without a trailing slash, if there is one.
    pub fn consumer_v1_url(&self) -> Option<&str> {
        match self {
            Self::Production => Some(consumer_v1::servers::PRODUCTION),
            Self::Staging => Some(consumer_v1::servers::STAGING),
            Self::Custom(custom) => custom.consumer_v1.as_deref(),
        }
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

fn parse(url: BaseUrl, text: &str) -> Result<String, BuildError> {
    base_url::parse(text).map_err(|defect| BuildError::Url { url, defect })
}

// The URLs of a custom one are not part of it.
shown!(Environment, as_str);

/// `production` or `staging`. Any other needs its URLs: [`Environment::custom`].
impl FromStr for Environment {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "production" => Ok(Self::Production),
            "staging" => Ok(Self::Staging),
            _ => Err(Invalid::new("must be production or staging").at("environment")),
        }
    }
}
