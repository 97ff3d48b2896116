use std::sync::Arc;

use futures_core::future::BoxFuture;

use crate::der::{self, Reader};

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

    /// The key to sign the next assertion with, where more than one stands behind this signer, or the key changes while the
    /// process runs. Asked before each assertion; and once more, with its key id, after D1 has refused that one
    /// (`invalid_grant`): another key is then tried once.
    ///
    /// `None`, the default, means this signer itself; after a refusal, that there is no other.
    fn next_signer<'a>(&'a self, refused: Option<&'a str>) -> BoxFuture<'a, Option<Arc<dyn Signer>>> {
        let _ = refused;
        Box::pin(std::future::ready(None))
    }
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn kid(&self) -> &str {
        (**self).kid()
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        (**self).sign(message)
    }

    fn next_signer<'a>(&'a self, refused: Option<&'a str>) -> BoxFuture<'a, Option<Arc<dyn Signer>>> {
        (**self).next_signer(refused)
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
    r_and_s(der).ok_or_else(|| SignerError::new("not a DER signature on P-256"))
}

/// RFC 3279, section 2.2.3: a sequence of two positive integers below the order of the curve.
fn r_and_s(der: &[u8]) -> Option<[u8; 64]> {
    let mut reader = Reader::new(der);
    let mut sequence = reader.open(der::SEQUENCE)?;
    let mut signature = [0; 64];
    for half in signature.chunks_exact_mut(32) {
        let digits = match sequence.expect(der::INTEGER)? {
            // A leading zero keeps a large number positive, and stands nowhere else.
            [0, digits @ ..] if digits.first().is_some_and(|digit| digit & 0x80 != 0) => digits,
            digits @ [1..=0x7f, ..] => digits,
            _ => return None,
        };
        let start = half.len().checked_sub(digits.len())?;
        half[start..].copy_from_slice(digits);
        if *half >= ORDER[..] {
            return None;
        }
    }
    (reader.is_empty() && sequence.is_empty()).then_some(signature)
}

/// The order n of P-256 (NIST SP 800-186, section 3.2.1.3).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

#[cfg(test)]
mod tests {
    use p256::ecdsa::Signature;
    use proptest::prelude::*;

    use super::*;

    /// Validated by another implementation.
    fn expected(der: &[u8]) -> Option<[u8; 64]> {
        Signature::from_der(der)
            .ok()
            .map(|signature| signature.to_bytes().into())
    }

    fn integer(digits: &[u8]) -> Vec<u8> {
        let mut written = Vec::new();
        der::write(der::INTEGER, &[digits], &mut written);
        written
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn two_integers_are_taken_or_refused_as_elsewhere(
            r in proptest::collection::vec(any::<u8>(), 0..35),
            s in proptest::collection::vec(any::<u8>(), 0..35),
            zeros in 0_usize..3,
            behind in proptest::collection::vec(any::<u8>(), 0..2),
        ) {
            let r = [vec![0; zeros], r].concat();
            let mut written = Vec::new();
            der::write(der::SEQUENCE, &[&integer(&r), &integer(&s)], &mut written);
            written.extend(behind);
            prop_assert_eq!(r_and_s(&written), expected(&written));
        }

        #[test]
        fn a_true_signature_keeps_its_halves(halves: [u8; 64], short in 0_usize..32) {
            let mut halves = halves;
            halves[..short].fill(0);
            if let Ok(signature) = Signature::from_slice(&halves) {
                prop_assert_eq!(r_and_s(signature.to_der().as_bytes()), Some(halves));
            }
        }

        #[test]
        fn a_changed_byte_is_refused_as_elsewhere(at in 0_usize..70, to: u8) {
            let halves = [0x5a; 64];
            let mut der = Signature::from_slice(&halves).unwrap().to_der().as_bytes().to_vec();
            let at = at % der.len();
            der[at] = to;
            prop_assert_eq!(r_and_s(&der), expected(&der));
        }
    }

    #[test]
    fn numbers_at_the_edge_of_the_curve() {
        let mut below = ORDER;
        below[31] -= 1;
        for (digits, taken) in [(&below[..], true), (&ORDER, false), (&[0], false), (&[1], true)] {
            let padded = if digits[0] & 0x80 == 0 {
                digits.to_vec()
            } else {
                [&[0], digits].concat()
            };
            let mut written = Vec::new();
            der::write(der::SEQUENCE, &[&integer(&padded), &integer(&[1])], &mut written);
            assert_eq!(r_and_s(&written).is_some(), taken, "{digits:x?}");
            assert_eq!(r_and_s(&written), expected(&written));
        }
    }
}
