use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use http::HeaderValue;
use reqwest::Url;

use super::clock::{Clock, Now};
use super::{AccessToken, TokenError, TokenErrorKind};
use crate::base_url;
use crate::connections::{Connections, Lease, Service};

/// Longer than any healthy token endpoint takes, shorter than a caller's patience with many attempts.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// What the clock can bear, and more than anyone waits.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a [`TokenSource`](super::TokenSource) may need to get a token: whose, where, and through which
/// connection.
///
/// The client makes it. By hand you need one to use a source or a [`TokenCache`](super::TokenCache) without
/// the client, for example for another D1 API.
#[derive(Clone)]
pub struct TokenRequest {
    shared: Arc<Shared>,
    http: reqwest::Client,
    /// Whether the source has asked for the HTTP client.
    http_used: Arc<AtomicBool>,
    correlation_id: Option<HeaderValue>,
    rejected: Option<AccessToken>,
}

#[derive(Clone)]
struct Shared {
    connections: Connections,
    token_url: Url,
    issuer_id: String,
    timeout: Duration,
    clock: Clock,
}

impl TokenRequest {
    /// For this issuer, at `{auth_base}/oauth2/token`.
    ///
    /// The HTTP client must present the issuer's client certificate (D1 demands mutual TLS here too) and must
    /// not follow redirects, or an assertion may end up with a stranger.
    ///
    /// White space at the end of the issuer id is dropped.
    ///
    /// # Errors
    /// Of kind [`Source`](super::TokenErrorKind::Source), for what [`Environment::custom`](crate::Environment::custom) refuses
    /// as well: `http://` to a host that is not this machine, another scheme, a user, a query or a fragment; and for an issuer
    /// id that is empty or holds more than visible ASCII.
    pub fn new(
        http: reqwest::Client,
        auth_base: &Url,
        issuer_id: impl Into<String>,
    ) -> Result<Self, TokenError> {
        Self::over(Connections::fixed(http), auth_base, issuer_id)
    }

    pub(crate) fn over(
        connections: Connections,
        auth_base: &Url,
        issuer_id: impl Into<String>,
    ) -> Result<Self, TokenError> {
        base_url::check(auth_base).map_err(|_| {
            let why = "the auth base URL is neither https:// nor http:// to this machine, or holds a user, a query or a \
                       fragment";
            TokenError::of(TokenErrorKind::Source, why)
        })?;
        let mut issuer_id = issuer_id.into();
        issuer_id.truncate(issuer_id.trim_end().len());
        if issuer_id.is_empty() || !issuer_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let why = "the issuer id is empty, or holds more than visible ASCII";
            return Err(TokenError::of(TokenErrorKind::Source, why));
        }
        let mut token_url = auth_base.clone();
        token_url.set_path(&format!(
            "{}/oauth2/token",
            auth_base.path().trim_end_matches('/')
        ));
        let http = connections.unconnected();
        let shared = Shared {
            connections,
            token_url,
            issuer_id,
            timeout: DEFAULT_TIMEOUT,
            clock: Clock::start(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            http,
            http_used: Arc::default(),
            correlation_id: None,
            rejected: None,
        })
    }

    /// With a time of day of a test's own.
    #[cfg(test)]
    pub(super) fn with_clock(mut self, clock: Clock) -> Self {
        Arc::make_mut(&mut self.shared).clock = clock;
        self
    }

    /// How long one fetch may take in all, signing included. 30 s unless set; a day at most.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.shared).timeout = timeout.min(LONGEST_TIMEOUT);
        self
    }

    /// The correlation id to send along, normally that of the call for which the token is fetched.
    #[must_use]
    pub fn with_correlation_id(mut self, id: HeaderValue) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// The client's own HTTP client, with its client certificate, proxies and pool.
    pub fn http(&self) -> &reqwest::Client {
        self.http_used.store(true, Relaxed);
        &self.http
    }

    /// The token endpoint.
    pub fn token_url(&self) -> &Url {
        &self.shared.token_url
    }

    /// The issuer that the client acts for.
    pub fn issuer_id(&self) -> &str {
        &self.shared.issuer_id
    }

    /// How long one fetch may take in all.
    pub fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    /// The value for `x-correlation-id`.
    pub fn correlation_id(&self) -> Option<&HeaderValue> {
        self.correlation_id.as_ref()
    }

    /// The token that D1 has just refused, if that is why a new one is wanted.
    pub fn rejected(&self) -> Option<&AccessToken> {
        self.rejected.as_ref()
    }

    /// For one fetch: on the connections that are current, and the place on them.
    pub(super) fn leased(&self) -> (Self, Lease) {
        let lease = self.shared.connections.lease(Service::Auth);
        let request = Self {
            http: lease.http().clone(),
            http_used: Arc::default(),
            ..self.clone()
        };
        (request, lease)
    }

    /// Tells the connections how the fetch went, if the source used them.
    pub(super) fn note<T>(&self, outcome: &Result<T, TokenError>, lease: &mut Lease) {
        match outcome {
            _ if !self.uses_connections() => lease.failed(),
            Ok(_) => lease.answered(),
            Err(error) if error.status().is_some() => lease.answered(),
            Err(error) if error.is_timeout() => lease.gave_up(true),
            Err(_) => lease.failed(),
        }
    }

    /// Whether the source has asked for the HTTP client.
    pub(super) fn uses_connections(&self) -> bool {
        self.http_used.load(Relaxed)
    }

    pub(super) fn with_rejected(mut self, token: Option<AccessToken>) -> Self {
        self.rejected = token;
        self
    }

    pub(super) fn now(&self) -> Now {
        self.shared.clock.now()
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("issuer_id", &self.shared.issuer_id)
            .field("timeout", &self.shared.timeout)
            .field("rejected", &self.rejected)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: &str) -> Result<TokenRequest, TokenError> {
        TokenRequest::new(reqwest::Client::new(), &base.parse().unwrap(), "is_example")
    }

    #[test]
    fn the_token_url_is_below_the_base_whatever_its_slashes() {
        for (base, url) in [
            ("https://h/authz/v1", "https://h/authz/v1/oauth2/token"),
            ("https://h/authz/v1//", "https://h/authz/v1/oauth2/token"),
            ("https://h", "https://h/oauth2/token"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2/token"),
            ("http://[::1]/x", "http://[::1]/x/oauth2/token"),
        ] {
            assert_eq!(at(base).unwrap().token_url().as_str(), url);
        }
    }

    #[test]
    fn an_assertion_never_travels_in_clear() {
        for refused in [
            "http://d1.example",
            "http://10.0.0.1",
            "http://localhost.example/authz/v1",
            "ftp://localhost",
            "https://me:secret@d1.example",
            "https://d1.example/?x=1",
            "https://d1.example/#f",
        ] {
            let kind = at(refused).unwrap_err().kind();
            assert_eq!(kind, TokenErrorKind::Source, "{refused}");
        }
    }

    #[test]
    fn an_issuer_id_is_visible_ascii() {
        let of = |id: &str| TokenRequest::new(reqwest::Client::new(), &"https://h".parse().unwrap(), id);
        for refused in [
            "",
            "\n",
            "is example",
            "is_example\0",
            "\u{202e}is_example",
            "is\r\nexample",
        ] {
            assert!(of(refused).is_err(), "{refused:?}");
        }
        assert_eq!(of("is_example\r\n").unwrap().issuer_id(), "is_example");
    }
}
