use std::sync::Arc;

use p256::ecdsa::Signature;

use super::BoxFuture;

/// Signs assertions with ES256, wherever the private key lives.
///
/// [`SigningKey`](super::SigningKey) is the one for a key in a PEM file. For a key in an HSM or a cloud's key
/// management service, implement this: the private key then never enters the process.
///
/// ```
/// use d1_client::auth::{BoxFuture, Signer, SignerError, signature_from_der};
///
/// struct Kms { key_arn: String /* , client: … */ }
///
/// impl Signer for Kms {
///     fn kid(&self) -> &str {
///         "kid-1" // as registered with the vendor
///     }
///
///     fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
///         Box::pin(async move {
///             // ECDSA_SHA_256 over the raw message; most services answer in DER
///             let der = self.ecdsa_sha_256(message).await.map_err(|_| SignerError::new("KMS").retryable())?;
///             signature_from_der(&der)
///         })
///     }
/// }
/// # impl Kms { async fn ecdsa_sha_256(&self, _: &[u8]) -> Result<Vec<u8>, ()> { Err(()) } }
/// ```
pub trait Signer: Send + Sync + 'static {
    /// The id under which the vendor knows the public key: the `kid` of the assertion's header. Not a secret.
    fn kid(&self) -> &str;

    /// The ECDSA signature with P-256 and SHA-256 over the message: `r` and `s`, 32 bytes each, big endian
    /// (RFC 7518, section 3.4). The message is not hashed yet.
    ///
    /// # Errors
    /// Say with [`SignerError::retryable`] whether another try may help.
    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>>;
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn kid(&self) -> &str {
        (**self).kid()
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        (**self).sign(message)
    }
}

/// A [`Signer`] did not sign.
///
/// The reason is a constant, so that it cannot hold a secret by accident. Log details where you have them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SignerError {
    reason: &'static str,
    retryable: bool,
}

impl SignerError {
    /// Not retryable, unless [`retryable`](Self::retryable) says so.
    pub fn new(reason: &'static str) -> Self {
        Self {
            reason,
            retryable: false,
        }
    }

    /// Marks the error as worth another try.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Whether another try may help.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}

/// Turns a DER signature, which most key management services return, into the `r` and `s` of
/// [`Signer::sign`].
///
/// # Errors
/// If it is not the DER encoding of an ECDSA signature on P-256.
pub fn signature_from_der(der: &[u8]) -> Result<[u8; 64], SignerError> {
    let signature = Signature::from_der(der).map_err(|_| SignerError::new("not a DER signature on P-256"))?;
    Ok(signature.to_bytes().into())
}
