use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use http::HeaderValue;
use reqwest::Url;

use super::clock::Clock;
use super::{AccessToken, TokenError};
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
    pub fn new(http: reqwest::Client, auth_base: &Url, issuer_id: impl Into<String>) -> Self {
        Self::over(Connections::fixed(http), auth_base, issuer_id)
    }

    pub(crate) fn over(connections: Connections, auth_base: &Url, issuer_id: impl Into<String>) -> Self {
        let mut token_url = auth_base.clone();
        token_url.set_path(&format!(
            "{}/oauth2/token",
            auth_base.path().trim_end_matches('/')
        ));
        token_url.set_query(None);
        token_url.set_fragment(None);
        let issuer_id = issuer_id.into();
        let clock = Clock::start();
        let http = connections.http();
        let shared = Shared {
            connections,
            token_url,
            issuer_id,
            timeout: DEFAULT_TIMEOUT,
            clock,
        };
        Self {
            shared: Arc::new(shared),
            http,
            http_used: Arc::default(),
            correlation_id: None,
            rejected: None,
        }
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
            _ if !self.http_used.load(Relaxed) => lease.failed(),
            Ok(_) => lease.answered(),
            Err(error) if error.status().is_some() => lease.answered(),
            Err(error) if error.is_timeout() => lease.gave_up(true),
            Err(_) => lease.failed(),
        }
    }

    pub(super) fn with_rejected(mut self, token: Option<AccessToken>) -> Self {
        self.rejected = token;
        self
    }

    pub(super) fn unix_seconds(&self) -> i64 {
        self.shared.clock.unix_seconds()
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

    #[test]
    fn the_token_url_is_below_the_base_whatever_its_slashes_and_query() {
        for (base, url) in [
            ("https://h/authz/v1", "https://h/authz/v1/oauth2/token"),
            ("https://h/authz/v1//", "https://h/authz/v1/oauth2/token"),
            ("https://h", "https://h/oauth2/token"),
            ("http://127.0.0.1:9?x=1#f", "http://127.0.0.1:9/oauth2/token"),
        ] {
            let request = TokenRequest::new(reqwest::Client::new(), &base.parse().unwrap(), "is_example");
            assert_eq!(request.token_url().as_str(), url);
        }
    }
}
