use std::fmt;

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{self, Signature};
use p256::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};

use super::pem::{self, Block};
use super::{BoxFuture, Signer, SignerError};

/// A P-256 private key from a PEM file, and the id under which the vendor knows its public key.
///
/// The key is wiped from memory when this is dropped, and never printed.
///
/// ```no_run
/// use d1_client::auth::SigningKey;
///
/// let key = SigningKey::from_pem("kid-1", std::fs::read("signing-key.pem")?)?;
/// assert_eq!(format!("{key:?}"), r#"SigningKey { kid: "kid-1", key: [redacted] }"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SigningKey {
    kid: String,
    key: ecdsa::SigningKey,
}

/// Why a PEM text is no signing key. Never holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Without a key id the vendor cannot find the public key.
    #[error("the key id (kid) is empty: give the id under which the vendor registered the public key")]
    NoKeyId,
    /// There is no `-----BEGIN …-----`.
    #[error("no PEM block found: give the content of the key file (not its path), in PEM form")]
    NoPem,
    /// Something else than a P-256 private key; the text names it.
    #[error("this is {0}: the signing key must be a P-256 private key in PKCS#8 or SEC1 form")]
    Unsupported(&'static str),
    /// The private key is under a passphrase.
    #[error("this is an encrypted private key (decrypt first: openssl pkcs8 -in key.pem -out decrypted.pem)")]
    Encrypted,
    /// More than one private key: which is meant is anybody's guess.
    #[error("there is more than one private key in this PEM text: leave only the signing key")]
    Ambiguous,
    /// A key by its label, but it cannot be read.
    #[error("the private key is damaged: its PEM or DER encoding cannot be read")]
    Damaged,
}

impl SigningKey {
    /// Reads a P-256 private key in PKCS#8 (`BEGIN PRIVATE KEY`) or SEC1 form (`BEGIN EC PRIVATE KEY`).
    ///
    /// `EC PARAMETERS`, which OpenSSL likes to write before a SEC1 key, and a certificate beside the key are
    /// ignored.
    ///
    /// # Errors
    /// Anything else is refused by its name: an RSA private key, a P-384 key, an encrypted private key, a
    /// certificate, a public key, an OpenSSH private key, more than one private key, no PEM at all.
    pub fn from_pem(kid: impl Into<String>, pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let kid = kid.into();
        if kid.is_empty() {
            return Err(KeyError::NoKeyId);
        }
        let blocks = pem::blocks(pem.as_ref());
        let mut private = blocks.iter().filter(|block| block.label.ends_with("PRIVATE KEY"));
        let key = match (private.next(), private.next()) {
            (Some(block), None) => decode(block)?,
            (Some(_), Some(_)) => return Err(KeyError::Ambiguous),
            (None, _) => return Err(no_private_key(&blocks)),
        };
        Ok(Self { kid, key: key.into() })
    }

    /// The public key as PEM (`BEGIN PUBLIC KEY`): what the vendor registers under the key id.
    pub fn public_key_pem(&self) -> String {
        // encoding a valid P-256 point cannot fail
        self.key
            .verifying_key()
            .to_public_key_pem(LineEnding::LF)
            .unwrap_or_default()
    }
}

impl Signer for SigningKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        let signed: Result<Signature, _> = self.key.try_sign(message);
        let signed = signed.map_err(|_| SignerError::new("P-256 signing failed"));
        Box::pin(std::future::ready(
            signed.map(|signature| signature.to_bytes().into()),
        ))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("key", &format_args!("[redacted]"))
            .finish()
    }
}

fn decode(block: &Block) -> Result<SecretKey, KeyError> {
    if block.encrypted {
        return Err(KeyError::Encrypted);
    }
    let der = block.der.as_deref();
    match block.label.as_str() {
        "PRIVATE KEY" | "EC PRIVATE KEY" => {}
        "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
        "RSA PRIVATE KEY" => return Err(KeyError::Unsupported("an RSA private key")),
        "DSA PRIVATE KEY" => return Err(KeyError::Unsupported("a DSA private key")),
        "OPENSSH PRIVATE KEY" => return Err(KeyError::Unsupported("an OpenSSH private key")),
        _ => return Err(KeyError::Unsupported("an unknown kind of private key")),
    }
    let der = der.ok_or(KeyError::Damaged)?;
    if let Some(name) = pem::other_algorithm(der) {
        return Err(KeyError::Unsupported(name));
    }
    let key = match block.label.as_str() {
        "PRIVATE KEY" => SecretKey::from_pkcs8_der(der).ok(),
        _ => SecretKey::from_sec1_der(der).ok(),
    };
    key.ok_or(KeyError::Damaged)
}

fn no_private_key(blocks: &[Block]) -> KeyError {
    let Some(block) = blocks
        .iter()
        .find(|block| block.label != "EC PARAMETERS")
        .or(blocks.first())
    else {
        return KeyError::NoPem;
    };
    KeyError::Unsupported(match block.label.as_str() {
        "EC PARAMETERS" => "an EC parameters block without its key",
        label if label.ends_with("CERTIFICATE REQUEST") => "a certificate request",
        label if label.ends_with("CERTIFICATE") => "a certificate",
        label if label.ends_with("PUBLIC KEY") => "a public key",
        _ => "an unknown kind of PEM block",
    })
}
