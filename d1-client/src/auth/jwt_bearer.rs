use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::assertion::{self, Claims};
use super::grant::{self, Refusal};
use super::{AccessToken, BoxFuture, Signer, TokenError, TokenRequest, TokenSource};

/// Long enough for any honest clock and queue, short enough to be of little use to a thief.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What the vendor's documentation allows: `exp` at most 15 minutes ahead.
const LONGEST_LIFETIME: Duration = Duration::from_secs(15 * 60);

const SHORTEST_LIFETIME: Duration = Duration::from_secs(1);

/// A difference between our clock and the server's that is worth a second try after a refusal.
const LARGE_SKEW_SECONDS: u64 = 30;

/// Gets tokens with a signed assertion: the JWT bearer grant of RFC 7523, which D1 asks for.
///
/// Every fetch signs a new assertion with ES256. Its header holds `alg`, `typ` and `kid`; its claims are
/// `iss` and `sub` (the issuer id, or the [aggregator](Self::aggregator_id)'s), `exp`, and `aud` if [asked
/// for](Self::audience).
///
/// ```no_run
/// use std::time::Duration;
/// use d1_client::auth::{JwtBearer, SigningKey};
///
/// let key = SigningKey::from_pem("kid-1", std::fs::read("signing-key.pem")?)?;
/// let source = JwtBearer::new(key)
///     .audience("https://api.d1.thalescloud.io")
///     .lifetime(Duration::from_secs(60))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JwtBearer {
    signer: Arc<dyn Signer>,
    aggregator_id: Option<String>,
    audience: Option<String>,
    lifetime: Duration,
    /// What to add to our clock to get the server's, in seconds. Not zero only once that made the server
    /// accept.
    skew: AtomicI64,
}

/// An assertion's lifetime was out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an assertion lives from 1 second to 15 minutes")]
#[non_exhaustive]
pub struct LifetimeError;

impl JwtBearer {
    /// With this key: a [`SigningKey`](super::SigningKey) or a [`Signer`] of your own.
    pub fn new(signer: impl Signer) -> Self {
        Self {
            signer: Arc::new(signer),
            aggregator_id: None,
            audience: None,
            lifetime: DEFAULT_LIFETIME,
            skew: AtomicI64::new(0),
        }
    }

    /// Whom the assertion speaks for in the aggregator model, instead of the issuer. Paths keep the issuer
    /// id.
    #[must_use]
    pub fn aggregator_id(mut self, id: impl Into<String>) -> Self {
        self.aggregator_id = Some(id.into());
        self
    }

    /// Adds the `aud` claim. Optional by the vendor's documentation; the origin of the API where it is used.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// How long an assertion is valid, in whole seconds. 5 minutes unless set. The closer to 15 minutes, the
    /// less may our clock run ahead of D1's.
    ///
    /// # Errors
    /// Less than 1 second, or more than the 15 minutes that D1 accepts.
    pub fn lifetime(mut self, lifetime: Duration) -> Result<Self, LifetimeError> {
        if !(SHORTEST_LIFETIME..=LONGEST_LIFETIME).contains(&lifetime) {
            return Err(LifetimeError);
        }
        self.lifetime = lifetime;
        Ok(self)
    }

    async fn grant(&self, request: &TokenRequest) -> Result<AccessToken, TokenError> {
        let skew = self.skew.load(Ordering::Relaxed);
        let refusal = match self.grant_at(request, skew).await {
            Ok(token) => return Ok(token),
            Err(refusal) => refusal,
        };
        let Some(corrected) = self.corrected_skew(request, skew, &refusal) else {
            return Err(refusal.error);
        };
        let token = self
            .grant_at(request, corrected)
            .await
            .map_err(|refusal| refusal.error)?;
        self.skew.store(corrected, Ordering::Relaxed);
        tracing::info!(target: "d1.token", skew_seconds = corrected, "the local clock is off");
        Ok(token)
    }

    async fn grant_at(&self, request: &TokenRequest, skew: i64) -> Result<AccessToken, Refusal> {
        let subject = self.aggregator_id.as_deref().unwrap_or(request.issuer_id());
        let exp = self.expiry(request.unix_seconds().saturating_add(skew));
        let claims = Claims {
            iss: subject,
            sub: subject,
            aud: self.audience.as_deref(),
            exp,
        };
        let assertion = assertion::sign(&*self.signer, &claims)
            .await
            .map_err(TokenError::from)?;
        grant::exchange(request, &assertion).await
    }

    /// The skew to sign with once more, if the refusal may be the clock's fault: the server says what time it
    /// is, and that is far from what we thought, or puts our `exp` outside of what it accepts.
    fn corrected_skew(&self, request: &TokenRequest, skew: i64, refusal: &Refusal) -> Option<i64> {
        const BAD_REQUEST: u16 = 400;
        const UNAUTHORIZED: u16 = 401;
        if !matches!(refusal.error.status(), Some(BAD_REQUEST | UNAUTHORIZED)) {
            return None;
        }
        let (local, server) = (request.unix_seconds(), refusal.date?);
        let believed = local.saturating_add(skew);
        let exp = self.expiry(believed);
        let acceptable = server.saturating_add(1)..=server.saturating_add(whole_seconds(LONGEST_LIFETIME));
        let explains = believed.abs_diff(server) > LARGE_SKEW_SECONDS || !acceptable.contains(&exp);
        explains.then(|| server.saturating_sub(local))
    }

    fn expiry(&self, now: i64) -> i64 {
        now.saturating_add(whole_seconds(self.lifetime))
    }
}

impl TokenSource for JwtBearer {
    fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
        Box::pin(self.grant(request))
    }
}

impl fmt::Debug for JwtBearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtBearer")
            .field("kid", &self.signer.kid())
            .field("aggregator_id", &self.aggregator_id)
            .field("audience", &self.audience)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
