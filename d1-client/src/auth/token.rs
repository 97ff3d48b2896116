use std::fmt;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{TokenError, TokenErrorKind};

const SCHEME: &str = "Bearer ";

/// An expiry further away than this is as good as none, and cannot overflow the clock.
const LONGEST_LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// An OAuth 2.0 bearer token, ready to be sent.
///
/// Cheap to clone: all clones share one buffer, which is wiped when the last one goes. `Debug` never shows
/// it, and the header value is marked sensitive, so that HTTP/2 does not index it.
///
/// ```
/// use std::time::Duration;
/// use d1_client::auth::AccessToken;
///
/// let token = AccessToken::new("eyJraWQiOi…".replace('…', ""))?.expires_in(Duration::from_secs(900));
/// assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
/// # Ok::<(), d1_client::auth::TokenError>(())
/// ```
#[derive(Clone)]
pub struct AccessToken {
    secret: Arc<Secret>,
    expires_at: Option<Instant>,
    scope: Option<Arc<str>>,
}

struct Secret {
    /// `Bearer …`, in a buffer that wipes itself when the last clone of the header value is gone.
    header: HeaderValue,
    made: Instant,
    /// When D1 last accepted it: microseconds after it was made, and one. Zero if never.
    accepted: AtomicU64,
    /// How many calls D1 has accepted it for.
    served: AtomicU64,
}

impl AccessToken {
    /// A token that never expires by itself; [`expires_in`](Self::expires_in) says otherwise.
    ///
    /// # Errors
    /// [`TokenErrorKind::InvalidToken`] if it is empty or holds anything but visible ASCII (RFC 6750, section
    /// 2.1, allows even less): a space, a line break at the end, a letter with an accent. The error does not
    /// repeat it.
    pub fn new(token: impl AsRef<str>) -> Result<Self, TokenError> {
        let token = token.as_ref();
        if token.is_empty() {
            return Err(TokenError::of(
                TokenErrorKind::InvalidToken,
                "the access token is empty",
            ));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unfit_for_a_header());
        }
        let mut value = Zeroizing::new(Vec::with_capacity(SCHEME.len() + token.len()));
        value.extend_from_slice(SCHEME.as_bytes());
        value.extend_from_slice(token.as_bytes());
        let mut header =
            HeaderValue::from_maybe_shared(Bytes::from_owner(value)).map_err(|_| unfit_for_a_header())?;
        header.set_sensitive(true);
        Ok(Self {
            secret: Arc::new(Secret {
                header,
                made: Instant::now(),
                accepted: AtomicU64::new(0),
                served: AtomicU64::new(0),
            }),
            expires_at: None,
            scope: None,
        })
    }

    /// The token expires this long from now.
    ///
    /// A token with `Duration::ZERO` serves the calls that are waiting for it, and no later one.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        self.expires_in_from(Instant::now(), lifetime)
    }

    /// How long the token is still good for; `None` if it does not expire, zero if it has.
    pub fn remaining(&self) -> Option<Duration> {
        self.expires_at
            .map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// What it is for (RFC 6749, section 3.3), as the token endpoint told it: scopes with a space between. `None` if it did
    /// not, or in a form that is not the standard's.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The value of the `Authorization` header, marked sensitive. Cloning it allocates nothing.
    pub fn header_value(&self) -> &HeaderValue {
        &self.secret.header
    }

    /// The token itself. Mind where it goes.
    pub fn expose_secret(&self) -> &str {
        self.header_value()
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix(SCHEME))
            .unwrap_or_default()
    }

    /// Whether both are the same token text: then there is no point in trying the other one after D1 refused
    /// this.
    pub fn same_secret(&self, other: &Self) -> bool {
        self.ptr_eq(other) || self.secret.header == other.secret.header
    }

    /// Whether both come from the same fetch.
    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.secret, &other.secret)
    }

    /// D1 has carried out a call with it.
    pub(super) fn note_accepted(&self) {
        let micros = self.secret.made.elapsed().as_micros();
        let micros = u64::try_from(micros).unwrap_or(u64::MAX).saturating_add(1);
        self.secret.accepted.store(micros, Relaxed);
        self.secret.served.fetch_add(1, Relaxed);
    }

    /// How many calls D1 has accepted it for.
    pub(super) fn served(&self) -> u64 {
        self.secret.served.load(Relaxed)
    }

    /// Whether D1 has ever accepted it.
    pub(super) fn was_accepted(&self) -> bool {
        self.secret.accepted.load(Relaxed) > 0
    }

    /// Whether D1 has accepted it since then.
    pub(super) fn was_accepted_since(&self, then: Instant) -> bool {
        let accepted = self.secret.accepted.load(Relaxed);
        accepted > 0 && self.secret.made + Duration::from_micros(accepted - 1) >= then
    }

    pub(super) fn expires_in_from(mut self, start: Instant, lifetime: Duration) -> Self {
        self.expires_at = Some(start + lifetime.min(LONGEST_LIFETIME));
        self
    }

    /// With the scopes that the token endpoint told, if they are some.
    pub(super) fn with_scope(mut self, scope: Option<&str>) -> Self {
        /// Longer than any list of scopes, shorter than an assertion that is sent back.
        const LONGEST: usize = 256;
        let is_scope = |scope: &&str| {
            let is_allowed =
                |byte: u8| byte == b' ' || (byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
            !scope.is_empty() && scope.len() <= LONGEST && scope.bytes().all(is_allowed)
        };
        self.scope = scope.filter(is_scope).map(Arc::from);
        self
    }

    pub(super) fn expires_at(&self) -> Option<Instant> {
        self.expires_at
    }

    pub(super) fn is_expired(&self, now: Instant) -> bool {
        self.expires_at.is_some_and(|at| now >= at)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

fn unfit_for_a_header() -> TokenError {
    TokenError::of(
        TokenErrorKind::InvalidToken,
        "the access token holds a character that no header may carry (a line break at its end?)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_printed() {
        let token = AccessToken::new("s3cret").unwrap();
        assert_eq!(format!("{token:?}"), "AccessToken([redacted])");
        assert_eq!(format!("{token:#?}"), "AccessToken([redacted])");
        assert_eq!(format!("{:?}", token.header_value()), "Sensitive");
        assert_eq!(token.expose_secret(), "s3cret");
        assert_eq!(token.header_value(), "Bearer s3cret");
    }

    #[test]
    fn a_token_that_no_header_can_carry_is_refused_without_repeating_it() {
        for bad in ["", "s3cret\n", "s3 cret", "s3crét", "s3cret\0"] {
            let error = AccessToken::new(bad).unwrap_err();
            assert_eq!(error.kind(), TokenErrorKind::InvalidToken);
            assert!(!error.is_retryable());
            assert!(!format!("{error} {error:?}").contains("s3"), "{error}");
        }
    }

    #[test]
    fn only_what_the_standard_allows_is_a_scope() {
        let of = |scope: &str| {
            let token = AccessToken::new("t").unwrap().with_scope(Some(scope));
            token.scope().map(str::to_owned)
        };
        assert_eq!(of("d1 cards:read").as_deref(), Some("d1 cards:read"));
        for scope in ["", "a\n", "a\"b", "a\\b", "é", &"a".repeat(257)] {
            assert_eq!(of(scope), None, "{scope:?}");
        }
    }

    #[test]
    fn an_absurd_lifetime_does_not_overflow() {
        let token = AccessToken::new("t").unwrap().expires_in(Duration::MAX);
        assert!(token.remaining().unwrap() > Duration::from_secs(3_600));
        assert_eq!(AccessToken::new("t").unwrap().remaining(), None);
        let gone = AccessToken::new("t").unwrap().expires_in(Duration::ZERO);
        assert_eq!(gone.remaining(), Some(Duration::ZERO));
    }

    #[test]
    fn the_same_text_fetched_twice_is_the_same_token_but_not_the_very_same() {
        let (first, second) = (AccessToken::new("t").unwrap(), AccessToken::new("t").unwrap());
        assert!(first.same_secret(&second) && !first.ptr_eq(&second));
        assert!(first.ptr_eq(&first.clone()));
        assert!(!first.same_secret(&AccessToken::new("u").unwrap()));
    }
}
