use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::assertion::{self, Claims};
use super::grant::{self, Granted, Refusal};
use super::skew::{self, LARGE_SECONDS, Skew};
use super::{AccessToken, Signer, TokenError, TokenErrorKind, TokenRequest, TokenSource};
use futures_core::future::BoxFuture;

/// Long enough for any honest clock and queue, short enough to be of little use to a thief.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What the vendor's documentation allows: `exp` at most 15 minutes ahead.
const LONGEST_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// RFC 6749, section 5.2: of an assertion that is not believed, whatever is wrong with it.
const INVALID_GRANT: &str = "invalid_grant";

const SHORTEST_LIFETIME: Duration = Duration::from_secs(1);

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
/// let key = SigningKey::from_file("kid-1", "signing-key.pem")?;
/// let source = JwtBearer::new(key)
///     .audience("https://api.d1.thalescloud.io")
///     .lifetime(Duration::from_secs(60));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JwtBearer {
    signer: Arc<dyn Signer>,
    /// Of the last assertion that was taken, where it is not the signer's own.
    key_id: Mutex<Option<String>>,
    aggregator_id: Option<String>,
    audience: Option<String>,
    lifetime: Duration,
    /// What to add to our clock to get the server's. Only once that made the server accept.
    skew: Mutex<Option<Skew>>,
}

impl JwtBearer {
    /// With this key: a [`SigningKey`](super::SigningKey) or a [`Signer`] of your own.
    pub fn new(signer: impl Signer) -> Self {
        Self {
            signer: Arc::new(signer),
            key_id: Mutex::default(),
            aggregator_id: None,
            audience: None,
            lifetime: DEFAULT_LIFETIME,
            skew: Mutex::default(),
        }
    }

    /// Whom the assertion speaks for in the aggregator model, instead of the issuer. Paths keep the issuer
    /// id.
    ///
    /// White space at its end is dropped, as a secret's last line break. An empty one, or one of more than visible ASCII, is
    /// refused when the client is built; that rule is ours.
    #[must_use]
    pub fn aggregator_id(mut self, id: impl Into<String>) -> Self {
        self.aggregator_id = Some(without_end(id.into()));
        self
    }

    /// Adds the `aud` claim. Optional by the vendor's documentation; the origin of the API where it is used. It is checked
    /// as an [aggregator id](Self::aggregator_id) is.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(without_end(audience.into()));
        self
    }

    /// How long an assertion is valid, in whole seconds. 5 minutes unless set. The closer to 15 minutes, the
    /// less may our clock run ahead of D1's. Less than 1 second, or more than the 15 minutes that D1 accepts, is
    /// refused when the client is built.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    async fn grant(&self, request: &TokenRequest) -> Result<AccessToken, TokenError> {
        let learnt = self.learnt(request);
        let signer = self
            .signer
            .next_signer(None)
            .await
            .unwrap_or_else(|| self.signer.clone());
        let mut refusal = match self.grant_at(request, &*signer, learnt).await {
            Ok(token) => return Ok(token),
            Err(refusal) => refusal,
        };
        let corrected = self.corrected_skew(request, learnt, &refusal);
        if corrected.is_some() {
            refusal = match self.grant_at(request, &*signer, corrected).await {
                Ok(token) => return Ok(token),
                Err(refusal) => refusal,
            };
        }
        if refusal.error.code() == Some(INVALID_GRANT)
            && let Some(other) = self.signer.next_signer(Some(signer.kid())).await
        {
            let skew = corrected.or(learnt);
            let granted = self.grant_at(request, &*other, skew).await;
            return granted.map_err(|refusal| refusal.error);
        }
        Err(refusal.error)
    }

    /// The token; the skew with which it was given is kept, unless the server's time says another: then that is learnt.
    fn accepted(&self, request: &TokenRequest, granted: Granted, skew: Option<Skew>) -> AccessToken {
        let now = request.now();
        let learnt = match granted.date {
            Some(date) if skew::is_right(now, date) => None,
            // No success teaches a correction where none was needed.
            Some(date)
                if skew.is_some() && believed(now.unix_seconds, skew).abs_diff(date) > LARGE_SECONDS =>
            {
                Skew::shown(now, date)
            }
            _ => skew,
        };
        self.learn(learnt);
        granted.token
    }

    /// The correction that still holds.
    fn learnt(&self, request: &TokenRequest) -> Option<Skew> {
        let mut skew = self.skew.lock().unwrap_or_else(PoisonError::into_inner);
        *skew = skew.filter(|skew| skew.holds(request.now()));
        *skew
    }

    fn learn(&self, learnt: Option<Skew>) {
        let mut skew = self.skew.lock().unwrap_or_else(PoisonError::into_inner);
        if *skew != learnt {
            let skew_seconds = learnt.map_or(0, |skew| skew.seconds);
            tracing::info!(target: "d1.token", skew_seconds, "how far the local clock is off");
        }
        *skew = learnt;
    }

    async fn grant_at(
        &self,
        request: &TokenRequest,
        signer: &dyn Signer,
        skew: Option<Skew>,
    ) -> Result<AccessToken, Refusal> {
        self.validate()?;
        let subject = self.aggregator_id.as_deref().unwrap_or(request.issuer_id());
        let now = request.now().unix_seconds;
        let claims = Claims {
            iss: subject,
            sub: subject,
            aud: self.audience.as_deref(),
            exp: self.expiry(believed(now, skew)),
        };
        let assertion = assertion::sign(signer, &claims).await.map_err(TokenError::from)?;
        let granted = grant::exchange(request, &assertion).await?;
        *self.key_id.lock().unwrap_or_else(PoisonError::into_inner) = Some(signer.kid().to_owned());
        Ok(self.accepted(request, granted, skew))
    }

    /// The skew to sign with once more, if the refusal may be the clock's fault: the server says what time it
    /// is, and that is far from what we thought, or puts our `exp` outside of what it accepts.
    fn corrected_skew(&self, request: &TokenRequest, skew: Option<Skew>, refusal: &Refusal) -> Option<Skew> {
        const BAD_REQUEST: u16 = 400;
        const UNAUTHORIZED: u16 = 401;
        if !matches!(refusal.error.status(), Some(BAD_REQUEST | UNAUTHORIZED)) {
            return None;
        }
        let (now, server) = (request.now(), refusal.date?);
        let believed = believed(now.unix_seconds, skew);
        let exp = self.expiry(believed);
        let acceptable = server.saturating_add(1)..=server.saturating_add(whole_seconds(LONGEST_LIFETIME));
        let explains = believed.abs_diff(server) > LARGE_SECONDS || !acceptable.contains(&exp);
        Skew::shown(now, server).filter(|_| explains)
    }

    fn expiry(&self, now: i64) -> i64 {
        now.saturating_add(whole_seconds(self.lifetime))
    }
}

impl TokenSource for JwtBearer {
    fn fetch<'a>(&'a self, request: &'a TokenRequest) -> BoxFuture<'a, Result<AccessToken, TokenError>> {
        Box::pin(self.grant(request))
    }

    fn validate(&self) -> Result<(), TokenError> {
        if !(SHORTEST_LIFETIME..=LONGEST_LIFETIME).contains(&self.lifetime) {
            let why = "an assertion lives from 1 second to 15 minutes";
            return Err(TokenError::of(TokenErrorKind::Source, why));
        }
        let claims = [
            (
                self.aggregator_id.as_deref(),
                "the aggregator id is empty, or holds more than visible ASCII",
            ),
            (
                self.audience.as_deref(),
                "the audience is empty, or holds more than visible ASCII",
            ),
            (
                Some(self.signer.kid()),
                "the key id (kid) is empty, or holds more than visible ASCII",
            ),
        ];
        let unfit = |text: &str| text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic());
        match claims.into_iter().find(|(text, _)| text.is_some_and(unfit)) {
            Some((_, why)) => Err(TokenError::of(TokenErrorKind::Source, why)),
            None => Ok(()),
        }
    }

    fn key_id(&self) -> Option<String> {
        let last = self.key_id.lock().unwrap_or_else(PoisonError::into_inner).clone();
        last.or_else(|| Some(self.signer.kid().to_owned()))
    }
}

/// What time it is, as far as is known.
fn believed(now: i64, skew: Option<Skew>) -> i64 {
    now.saturating_add(skew.map_or(0, |skew| skew.seconds))
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

/// Without the white space at its end.
fn without_end(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
