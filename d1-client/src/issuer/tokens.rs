//! The issuer's own access tokens, which D1 fetches by client credentials (RFC 6749, section 4.4) and presents with each
//! request. They are stateless: any replica with the same settings knows any other's tokens.

use std::{
    borrow::Cow,
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};
use http::{HeaderMap, header};
use percent_encoding::percent_decode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{answer::Refusal, request::only, setup_error::SetupError};
use crate::provider::{self, HmacKey};

/// As long as the hash's output (RFC 2104, section 3).
const SHORTEST_KEY: usize = 32;

/// A token lives no longer, and as long by default: as at D1 itself.
const LONGEST_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Where D1 fetches a token (the vendor's documentation).
const TOKEN_PATH: &str = "/authz/d1/v1/oauth2/token";

/// What the key of the codes is made of, first of all: no other use of the signing key gives the same.
const PURPOSE: &[u8] = b"d1-client issuer token 1";

const EXPIRY_LENGTH: usize = 8;
const NONCE_LENGTH: usize = 8;
const CODE_LENGTH: usize = 32;

/// D1's credentials are in base64url; those of other clients in base64. Either is read, with and without padding.
const EITHER_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The tokens that the service gives to D1, and accepts.
///
/// A token is an expiry, a random number and their HMAC-SHA-256 code, whose key is bound to the issuer, the client id and the
/// audience. It names no algorithm. Secrets are compared in constant time. `Debug` shows no secret and no key.
#[derive(Clone)]
pub struct IssuedTokens {
    client_id: String,
    /// The current credentials, and the previous ones during a rotation.
    accepted: Vec<Accepted>,
    audience: String,
    path: String,
    lifetime: Duration,
}

#[derive(Clone)]
struct Accepted {
    secret: Sha256Digest,
    has_secret: bool,
    key: Zeroizing<Vec<u8>>,
    /// Made of the key, for the tokens of one issuer, client and audience; none before that is known, or of a key that is
    /// too short.
    bound: Option<HmacKey>,
}

type Sha256Digest = [u8; 32];

impl Accepted {
    fn new(secret: &[u8], key: &[u8]) -> Self {
        Self {
            secret: Sha256::digest(secret).into(),
            has_secret: !secret.is_empty(),
            key: Zeroizing::new(key.to_vec()),
            bound: None,
        }
    }
}

impl IssuedTokens {
    /// What D1 presents at the token endpoint, and the key that tokens are made with: 32 random bytes or more (`openssl
    /// rand 32`), the same on all replicas. [`validate`](super::ConsumerInformationService::validate) tells what is wrong
    /// with them.
    pub fn new(
        client_id: impl Into<String>,
        secret: impl AsRef<[u8]>,
        signing_key: impl AsRef<[u8]>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            accepted: vec![Accepted::new(secret.as_ref(), signing_key.as_ref())],
            audience: "d1".to_owned(),
            path: TOKEN_PATH.to_owned(),
            lifetime: LONGEST_LIFETIME,
        }
    }

    /// Also accepts the secret and the tokens from before a rotation.
    #[must_use]
    pub fn previous(mut self, secret: impl AsRef<[u8]>, signing_key: impl AsRef<[u8]>) -> Self {
        self.accepted.truncate(1);
        self.accepted
            .push(Accepted::new(secret.as_ref(), signing_key.as_ref()));
        self
    }

    /// What the tokens are for; `d1` by default. Services with other audiences do not accept them, not even with the same
    /// key.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// The path of the token endpoint; `/authz/d1/v1/oauth2/token` by default.
    #[must_use]
    pub fn token_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// How long a token lives: 1 second to 15 minutes, which is the default.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn validate(&self) -> Result<(), SetupError> {
        // RFC 7617, section 2: the first colon ends the id.
        if self.client_id.is_empty() || self.client_id.contains(':') {
            return Err(SetupError::ClientId);
        }
        if self.accepted.iter().any(|accepted| !accepted.has_secret) {
            return Err(SetupError::Secret);
        }
        if self
            .accepted
            .iter()
            .any(|accepted| accepted.key.len() < SHORTEST_KEY)
        {
            return Err(SetupError::ShortKey);
        }
        if self.lifetime.as_secs() < 1 || self.lifetime > LONGEST_LIFETIME {
            return Err(SetupError::Lifetime);
        }
        if !self.path.starts_with('/') {
            return Err(SetupError::Path);
        }
        match provider::hmac_sha256(&[0; SHORTEST_KEY], &[]) {
            Some(_) => Ok(()),
            None => Err(SetupError::NoProvider),
        }
    }

    /// A token for a client that knows the client's secret, which stands in the `Authorization` header (HTTP Basic).
    pub(super) fn issue(&self, headers: &HeaderMap) -> Result<Issued, Refusal> {
        if self.is_client(headers) {
            self.issue_at(now()).ok_or(Refusal::Misconfigured)
        } else {
            Err(Refusal::InvalidClient)
        }
    }

    /// Whether the `Authorization` header holds a live token of ours.
    pub(super) fn accept(&self, headers: &HeaderMap) -> bool {
        let token = authorization(headers, b"Bearer");
        token.is_some_and(|token| self.accept_at(token, now()))
    }

    fn issue_at(&self, now: Duration) -> Option<Issued> {
        let expiry = now.saturating_add(self.lifetime).as_secs();
        let mut token = Vec::with_capacity(EXPIRY_LENGTH + NONCE_LENGTH + CODE_LENGTH);
        token.extend_from_slice(&expiry.to_be_bytes());
        token.extend_from_slice(&fastrand::u64(..).to_be_bytes());
        let code = self.accepted.first()?.bound.as_ref()?.code(&token)?;
        token.extend_from_slice(&code);
        Some(Issued {
            access_token: URL_SAFE_NO_PAD.encode(&token),
            token_type: "Bearer",
            expires_in: self.lifetime.as_secs().to_string(),
        })
    }

    fn accept_at(&self, token: &[u8], now: Duration) -> bool {
        let Ok(token) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        if token.len() != EXPIRY_LENGTH + NONCE_LENGTH + CODE_LENGTH {
            return false;
        }
        let (signed, code) = token.split_at(EXPIRY_LENGTH + NONCE_LENGTH);
        let mut is_ours = Choice::from(0);
        for accepted in &self.accepted {
            if let Some(expected) = accepted.bound.as_ref().and_then(|key| key.code(signed)) {
                is_ours |= expected.ct_eq(code);
            }
        }
        let expiry = signed.first_chunk().map(|expiry| u64::from_be_bytes(*expiry));
        bool::from(is_ours) && expiry.is_some_and(|expiry| now.as_secs() < expiry)
    }

    /// Binds the tokens to this issuer. The key of their codes is itself the code of what they are bound to: so a token
    /// costs one short message.
    pub(super) fn bind(&mut self, issuer: &str) {
        let mut message = PURPOSE.to_vec();
        for text in [issuer, &self.client_id, &self.audience] {
            message.extend_from_slice(&(text.len() as u64).to_be_bytes());
            message.extend_from_slice(text.as_bytes());
        }
        for accepted in &mut self.accepted {
            let long_enough = accepted.key.len() >= SHORTEST_KEY;
            let bound = provider::hmac_sha256(&accepted.key, &message).filter(|_| long_enough);
            accepted.bound = bound.map(Zeroizing::new).and_then(|bound| HmacKey::new(&*bound));
        }
    }

    fn is_client(&self, headers: &HeaderMap) -> bool {
        let basic = authorization(headers, b"Basic");
        let decoded = basic.and_then(|basic| {
            let mut basic = Zeroizing::new(basic.to_vec());
            for byte in basic.iter_mut() {
                match byte {
                    b'-' => *byte = b'+',
                    b'_' => *byte = b'/',
                    _ => {}
                }
            }
            EITHER_BASE64.decode(&*basic).map(Zeroizing::new).ok()
        });
        let Some(decoded) = decoded else { return false };
        let Some(colon) = decoded.iter().position(|byte| *byte == b':') else {
            return false;
        };
        let (id, secret) = (&decoded[..colon], &decoded[colon + 1..]);
        // The standard has both encoded as in a form (RFC 6749, section 2.3.1); most clients leave that out.
        self.knows(id, secret) | self.knows(&form_decoded(id), &form_decoded(secret))
    }

    /// Compares digests, all of them, in constant time: nothing depends on where the first wrong byte is.
    fn knows(&self, id: &[u8], secret: &[u8]) -> bool {
        let digest = |text: &[u8]| Sha256Digest::from(Sha256::digest(text));
        let (id, secret) = (digest(id), digest(secret));
        let mut is_secret = Choice::from(0);
        for accepted in &self.accepted {
            is_secret |= accepted.secret.ct_eq(&secret) & Choice::from(u8::from(accepted.has_secret));
        }
        (digest(self.client_id.as_bytes()).ct_eq(&id) & is_secret).into()
    }
}

impl fmt::Debug for IssuedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedTokens")
            .field("audience", &self.audience)
            .field("path", &self.path)
            .field("lifetime", &self.lifetime)
            .field("previous", &(self.accepted.len() > 1))
            .finish_non_exhaustive()
    }
}

/// The answer of the token endpoint.
#[derive(Serialize)]
pub(super) struct Issued {
    access_token: String,
    token_type: &'static str,
    /// Seconds; a string, as documented.
    expires_in: String,
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// What follows the scheme (RFC 9110, section 11.4).
fn authorization<'a>(headers: &'a HeaderMap, scheme: &[u8]) -> Option<&'a [u8]> {
    let value = only(headers, &header::AUTHORIZATION)?.as_bytes();
    let (given, rest) = value.split_at_checked(scheme.len())?;
    let rest = rest.strip_prefix(b" ")?.trim_ascii();
    given.eq_ignore_ascii_case(scheme).then_some(rest)
}

fn form_decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut spaced = Zeroizing::new(text.to_vec());
    spaced
        .iter_mut()
        .filter(|byte| **byte == b'+')
        .for_each(|byte| *byte = b' ');
    Zeroizing::new(Cow::from(percent_decode(&spaced)).into_owned())
}

#[cfg(test)]
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn bound(mut tokens: IssuedTokens, issuer: &str) -> IssuedTokens {
        tokens.bind(issuer);
        tokens
    }

    fn bare() -> IssuedTokens {
        IssuedTokens::new("d1", "secret", [1; 32])
    }

    fn token() -> String {
        let issued = bound(bare(), "is_example").issue_at(NOW);
        issued.unwrap().access_token
    }

    #[test]
    fn a_token_lives_until_its_expiry_and_no_second_longer() {
        let (tokens, second) = (bound(bare(), "is_example"), Duration::from_secs(1));
        let token = token();
        let accepted = |now| tokens.accept_at(token.as_bytes(), now);
        assert!(accepted(NOW) && accepted(NOW + LONGEST_LIFETIME - second));
        assert!(!accepted(NOW + LONGEST_LIFETIME));
    }

    #[test]
    fn a_token_is_bound_to_issuer_client_audience_and_key() {
        let token = token();
        let accepted = |tokens, issuer| bound(tokens, issuer).accept_at(token.as_bytes(), NOW);
        assert!(accepted(bare(), "is_example"));
        assert!(!accepted(bare(), "is_another"));
        assert!(!accepted(bare().audience("other"), "is_example"));
        assert!(!accepted(
            IssuedTokens::new("d2", "secret", [1; 32]),
            "is_example"
        ));
        let rotated = IssuedTokens::new("d1", "new", [2; 32]);
        assert!(!accepted(rotated.clone(), "is_example"));
        assert!(accepted(rotated.previous("secret", [1; 32]), "is_example"));
    }

    #[test]
    fn a_key_that_is_too_short_makes_no_token_and_accepts_none() {
        let short = bound(IssuedTokens::new("d1", "secret", [1; 31]), "is_example");
        assert_eq!(short.validate(), Err(SetupError::ShortKey));
        assert!(short.issue_at(NOW).is_none());
        assert!(!short.accept_at(token().as_bytes(), NOW));
    }

    #[test]
    fn any_change_of_a_token_is_refused() {
        let tokens = bound(bare(), "is_example");
        let token = token().into_bytes();
        for place in 0..token.len() {
            let mut changed = token.clone();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(!tokens.accept_at(&changed, NOW));
            assert!(!tokens.accept_at(&token[..place], NOW));
        }
    }
}
