use std::sync::Arc;

use futures_core::future::BoxFuture;
use rustls::{SignatureScheme, sign};

use super::{KeyError, Signer, SignerError, signature_from_der};
use crate::{
    pem::{self, Block},
    private_key::{self, PrivateKey, Unfit},
    provider,
};

/// A key with its id.
pub(super) struct LoadedKey {
    pub(super) kid: String,
    pub(super) key: Arc<dyn sign::SigningKey>,
    signer: Box<dyn sign::Signer>,
}

impl LoadedKey {
    pub(super) fn public_key(&self) -> Vec<u8> {
        // Both providers tell the public half of every key that they have taken.
        self.key.public_key().map(|der| der.to_vec()).unwrap_or_default()
    }

    /// Equal for the same key under the same id.
    pub(super) fn identity(&self) -> Vec<u8> {
        [self.kid.as_bytes(), b"\0", &self.public_key()].concat()
    }

    pub(super) fn read(kid: String, text: &[u8]) -> Result<Self, KeyError> {
        let blocks = pem::blocks(text);
        if blocks.is_empty() {
            return Err(private_key::name_without_pem(text).map_or(KeyError::NoPem, KeyError::Unsupported));
        }
        let is_private = |block: &&Block| private_key::is_private(&block.label);
        let (private, others): (Vec<&Block>, Vec<&Block>) = blocks.iter().partition(is_private);
        let key = match *private {
            [block] => PrivateKey::read(block)?,
            [] => return Err(no_private_key(&blocks)),
            _ => return Err(KeyError::Ambiguous),
        };
        for block in others {
            if let Err(defect) = &block.der {
                return Err(KeyError::Pem(block.place, *defect));
            }
            if !is_companion(&block.label) {
                return Err(KeyError::Beside(block.place, private_key::name_of(&block.label)));
            }
        }
        if let Some(name) = key.other_name() {
            return Err(KeyError::Unsupported(name));
        }
        if provider::provider().is_none() {
            return Err(KeyError::NoProvider);
        }
        let key = key.load().ok_or(if key.lacks_its_public_half() {
            KeyError::NoPublicHalf
        } else {
            KeyError::Damaged
        })?;
        let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]);
        let signer = signer.ok_or(KeyError::Unsupported("a private key of another kind"))?;
        Ok(Self { kid, key, signer })
    }
}

impl Signer for LoadedKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        Box::pin(std::future::ready(self.signature(message)))
    }
}

impl LoadedKey {
    pub(super) fn signature(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        let signed = self.signer.sign(message);
        signature_from_der(&signed.map_err(|_| SignerError::new("P-256 signing failed"))?)
    }
}

/// The key id without the white space at its end, if it is one.
pub(super) fn key_id(mut kid: String) -> Result<String, KeyError> {
    kid.truncate(kid.trim_end().len());
    if kid.is_empty() {
        return Err(KeyError::NoKeyId);
    }
    if !kid.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(KeyError::KeyId);
    }
    Ok(kid)
}

/// What may stand beside a signing key: OpenSSL and people put it there, and it says nothing else than the key.
fn is_companion(label: &str) -> bool {
    label == "EC PARAMETERS" || label.ends_with("CERTIFICATE") || label == "PUBLIC KEY"
}

fn no_private_key(blocks: &[Block]) -> KeyError {
    if let Some((place, defect)) = blocks
        .iter()
        .find_map(|block| Some((block.place, *block.der.as_ref().err()?)))
    {
        return Unfit::Pem(place, defect).into();
    }
    let telling = blocks
        .iter()
        .find(|block| block.label != "EC PARAMETERS")
        .or(blocks.first());
    telling.map_or(KeyError::NoPem, |block| {
        KeyError::Unsupported(private_key::name_of(&block.label))
    })
}
