//! All cryptography of the client: what the TLS provider in the build offers, called by its name. Nothing process-wide is
//! read or set.

use std::sync::Arc;

use rustls::{crypto::CryptoProvider, pki_types::PrivateKeyDer, sign::SigningKey};
use zeroize::Zeroizing;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs as cryptography;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use ring as cryptography;

/// The provider that a feature chose, which notes when our certificate is refused; `None` without one.
pub(crate) fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    let mut provider = rustls::crypto::ring::default_provider();
    #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
    {
        crate::certificate_alert::watch(&mut provider);
        Some(Arc::new(provider))
    }
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    None
}

/// What the provider's `KeyProvider` makes of a private key; `None` if it cannot use it. Called by its function and not
/// through the provider, which takes the key away and drops it without wiping it.
pub(crate) fn private_key(der: &PrivateKeyDer<'_>) -> Option<Arc<dyn SigningKey>> {
    #[cfg(feature = "aws-lc-rs")]
    return rustls::crypto::aws_lc_rs::sign::any_supported_type(der).ok();
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    return rustls::crypto::ring::sign::any_supported_type(der).ok();
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    {
        let _ = der;
        None
    }
}

/// A new P-256 private key in PKCS#8 form.
#[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
pub(crate) fn new_p256_key() -> Option<Zeroizing<Vec<u8>>> {
    use cryptography::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
    };

    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
    Some(Zeroizing::new(key.ok()?.as_ref().to_vec()))
}

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
pub(crate) fn new_p256_key() -> Option<Zeroizing<Vec<u8>>> {
    None
}

/// A key of RFC 2104 with SHA-256, prepared for many messages.
#[derive(Clone)]
pub(crate) struct HmacKey(
    #[cfg(any(feature = "aws-lc-rs", feature = "ring"))] cryptography::hmac::Key,
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))] std::convert::Infallible,
);

impl HmacKey {
    /// `None` without a provider.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
        return Some(Self(cryptography::hmac::Key::new(
            cryptography::hmac::HMAC_SHA256,
            key,
        )));
        #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
        {
            let _ = key;
            None
        }
    }

    pub(crate) fn code(&self, message: &[u8]) -> Option<[u8; 32]> {
        #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
        return cryptography::hmac::sign(&self.0, message)
            .as_ref()
            .try_into()
            .ok();
        #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
        {
            let _ = message;
            match self.0 {}
        }
    }
}

/// RFC 2104 with SHA-256; `None` without a provider.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> Option<[u8; 32]> {
    HmacKey::new(key)?.code(message)
}
