//! A signed assertion (RFC 7523), verified the way the vendor's documentation describes it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use serde_json::Value;

/// The longest that an assertion may live, by the vendor's documentation.
const MAX_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Who may sign what.
#[derive(Clone, Default)]
pub(crate) struct Trust {
    /// Public keys by their `kid`. They may change while it runs.
    pub(crate) keys: Arc<RwLock<HashMap<String, VerifyingKey>>>,
    /// The issuers, and the aggregators that act for all of them.
    pub(crate) issuers: Vec<String>,
    pub(crate) aggregators: Vec<String>,
}

/// Whom a token was given to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    Issuer(String),
    Aggregator,
}

impl Principal {
    pub(crate) fn may_act_for(&self, issuer: &str, trust: &Trust) -> bool {
        match self {
            Self::Issuer(own) => own == issuer,
            Self::Aggregator => trust.issuers.iter().any(|known| known == issuer),
        }
    }
}

impl Trust {
    pub(crate) fn principal(&self, id: &str) -> Option<Principal> {
        if self.issuers.iter().any(|known| known == id) {
            return Some(Principal::Issuer(id.to_owned()));
        }
        let aggregator = self.aggregators.iter().any(|known| known == id);
        aggregator.then_some(Principal::Aggregator)
    }

    /// Who signed `assertion`, if all about it is right at `now` (since the Unix epoch).
    ///
    /// # Errors
    /// What is wrong with it, in words that repeat nothing of it.
    pub(crate) fn verify(&self, assertion: &str, now: Duration) -> Result<Principal, &'static str> {
        let mut parts = assertion.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("the assertion is not a JWT in compact form");
        };
        let key = self.key(&decoded(header)?)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| NOT_BASE64)?;
        let signature =
            Signature::from_slice(&bytes).map_err(|_| "the signature is not the 64 bytes of ES256")?;
        let signed = &assertion[..header.len() + 1 + claims.len()];
        key.verify(signed.as_bytes(), &signature)
            .map_err(|_| "the signature does not match")?;
        self.claimed(&decoded(claims)?, now)
    }

    /// Trusts this key from now on, in place of another with its id; or none of this id.
    ///
    /// # Errors
    /// A text that is not a P-256 public key as PEM.
    pub(crate) fn set_key(&self, kid: String, public_key_pem: Option<&str>) -> Result<(), &'static str> {
        let key = public_key_pem.map(VerifyingKey::from_public_key_pem).transpose();
        let key = key.map_err(|_| NO_PUBLIC_KEY)?;
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        match key {
            Some(key) => keys.insert(kid, key),
            None => keys.remove(&kid),
        };
        Ok(())
    }

    fn key(&self, header: &Value) -> Result<VerifyingKey, &'static str> {
        if header["alg"] != "ES256" {
            return Err("alg must be ES256");
        }
        let typ = header.get("typ").map(Value::as_str);
        if typ.is_some_and(|typ| !typ.is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"))) {
            return Err("typ must be JWT");
        }
        if header.get("crit").is_some() {
            return Err("crit names an extension that is not understood");
        }
        let kid = header["kid"].as_str().ok_or("kid is missing")?;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(kid).copied().ok_or("kid is unknown")
    }

    fn claimed(&self, claims: &Value, now: Duration) -> Result<Principal, &'static str> {
        let issuer = claims["iss"].as_str().ok_or("iss is missing")?;
        let subject = claims["sub"].as_str().ok_or("sub is missing")?;
        if issuer != subject {
            return Err("iss and sub differ");
        }
        let expires = claims["exp"].as_f64().ok_or("exp is missing")?;
        // Both clocks are cut to whole seconds by those who write them into claims: the next full second is still now.
        let latest = (now + MAX_LIFETIME).as_secs_f64().ceil();
        if expires <= now.as_secs_f64() {
            return Err("exp is past");
        }
        if expires > latest {
            return Err("exp is more than 15 minutes ahead");
        }
        let early = |claim: &str| {
            let time = claims.get(claim).map(Value::as_f64);
            time.is_some_and(|time| time.is_none_or(|time| time > now.as_secs_f64().ceil()))
        };
        if early("nbf") {
            return Err("nbf is ahead");
        }
        self.principal(issuer).ok_or("iss is unknown")
    }
}

const NO_PUBLIC_KEY: &str = "a trusted key must be a P-256 public key as PEM (BEGIN PUBLIC KEY)";
const NOT_BASE64: &str = "the assertion is not base64url";

fn decoded(part: &str) -> Result<Value, &'static str> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| NOT_BASE64)?;
    serde_json::from_slice(&bytes).map_err(|_| "the assertion holds no JSON")
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;
    use p256::elliptic_curve::Generate;
    use serde_json::json;

    use super::*;

    const NOW: Duration = Duration::from_millis(1_700_000_000_500);

    fn now() -> u64 {
        NOW.as_secs()
    }

    fn signed(key: &SigningKey, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature: Signature = key.sign(text.as_bytes());
        format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn trust(key: &SigningKey) -> Trust {
        Trust {
            keys: Arc::new(RwLock::new(HashMap::from([(
                "k1".to_owned(),
                *key.verifying_key(),
            )]))),
            issuers: vec!["is_example".to_owned()],
            aggregators: vec!["agg".to_owned()],
        }
    }

    fn refusal(header: Value, claims: Value) -> Option<&'static str> {
        let key = SigningKey::generate();
        let assertion = signed(&key, &header, &claims);
        trust(&key).verify(&assertion, NOW).err()
    }

    fn header() -> Value {
        json!({"alg": "ES256", "typ": "JWT", "kid": "k1"})
    }

    fn claims(exp: u64) -> Value {
        json!({"iss": "is_example", "sub": "is_example", "exp": exp})
    }

    #[test]
    fn a_right_assertion_names_its_signer() {
        let key = SigningKey::generate();
        let verified = trust(&key).verify(&signed(&key, &header(), &claims(now() + 300)), NOW);
        assert!(verified == Ok(Principal::Issuer("is_example".to_owned())));
        let aggregator =
            json!({"iss": "agg", "sub": "agg", "exp": now() + 1, "aud": "https://api.d1.thalescloud.io"});
        let verified = trust(&key).verify(&signed(&key, &header(), &aggregator), NOW);
        assert!(verified == Ok(Principal::Aggregator));
    }

    #[test]
    fn an_assertion_lives_at_most_a_quarter_of_an_hour() {
        for (exp, wrong) in [
            (now() - 1, Some("exp is past")),
            (now(), Some("exp is past")),
            (now() + 1, None),
            (now() + 900, None),
            (now() + 902, Some("exp is more than 15 minutes ahead")),
        ] {
            assert_eq!(refusal(header(), claims(exp)), wrong);
        }
    }

    #[test]
    fn header_and_claims_are_checked_one_by_one() {
        let good = || claims(now() + 60);
        for (header, claims, wrong) in [
            (json!({"alg": "none", "kid": "k1"}), good(), "alg must be ES256"),
            (json!({"alg": "RS256", "kid": "k1"}), good(), "alg must be ES256"),
            (json!({"alg": "ES256"}), good(), "kid is missing"),
            (json!({"alg": "ES256", "kid": "k2"}), good(), "kid is unknown"),
            (
                json!({"alg": "ES256", "kid": "k1", "typ": "at+jwt"}),
                good(),
                "typ must be JWT",
            ),
            (
                header(),
                json!({"iss": "is_example", "exp": now() + 60}),
                "sub is missing",
            ),
            (
                header(),
                json!({"iss": "is_example", "sub": "x", "exp": now() + 60}),
                "iss and sub differ",
            ),
            (
                header(),
                json!({"iss": "x", "sub": "x", "exp": now() + 60}),
                "iss is unknown",
            ),
            (
                header(),
                json!({"iss": "is_example", "sub": "is_example"}),
                "exp is missing",
            ),
        ] {
            assert_eq!(refusal(header, claims), Some(wrong));
        }
    }

    #[test]
    fn another_key_and_a_changed_claim_are_refused() {
        let key = SigningKey::generate();
        let other = SigningKey::generate();
        let forged = signed(&other, &header(), &claims(now() + 60));
        assert!(trust(&key).verify(&forged, NOW).is_err());
        let genuine = signed(&key, &header(), &claims(now() + 60));
        let mut parts: Vec<_> = genuine.split('.').map(str::to_owned).collect();
        parts[1] = BASE64_URL_SAFE_NO_PAD.encode(claims(now() + 61).to_string());
        assert_eq!(
            trust(&key).verify(&parts.join("."), NOW).err(),
            Some("the signature does not match")
        );
        for garbage in ["", "a.b", "a.b.c", "a.b.c.d", "é.é.é"] {
            assert!(trust(&key).verify(garbage, NOW).is_err());
        }
    }
}
