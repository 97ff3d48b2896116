use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::AuthPin,
};
use d1_client::auth::{BoxFuture, Signer, SignerError};
use sha2::{Digest, Sha256};

/// A P-256 key that a PKCS#11 token holds. One session, one signature at a time: a client signs every 12 minutes.
pub(crate) struct HsmSigner {
    kid: String,
    key: ObjectHandle,
    session: Arc<Mutex<Session>>,
}

impl HsmSigner {
    /// The private key labelled `kid` on the token labelled `token`. `module` is the library of the HSM's vendor.
    ///
    /// # Errors
    /// What the module says, or that there is no such token or key.
    pub(crate) fn open(
        module: &Path,
        token: &str,
        pin: AuthPin,
        kid: &str,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let hsm = Pkcs11::new(module)?;
        // Once in a process.
        hsm.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))?;
        let mut slots = hsm.get_slots_with_initialized_token()?.into_iter();
        let slot = slots
            .find(|slot| hsm.get_token_info(*slot).is_ok_and(|info| info.label() == token))
            .ok_or("the HSM has no token of this label")?;
        let session = hsm.open_ro_session(slot)?;
        session.login(UserType::User, Some(&pin))?;
        let wanted = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Label(kid.into()),
            Attribute::Sign(true),
        ];
        let [key] = session.find_objects(&wanted)?[..] else {
            return Err("not exactly one key of this label can sign".into());
        };
        Ok(Self {
            kid: kid.to_owned(),
            key,
            session: Arc::new(Mutex::new(session)),
        })
    }
}

impl Signer for HsmSigner {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        Box::pin(async move {
            // CKM_ECDSA takes the hash; not every HSM has CKM_ECDSA_SHA256.
            let (hash, key, session) = (Sha256::digest(message), self.key, Arc::clone(&self.session));
            // A call to the HSM blocks its thread.
            let signing = tokio::task::spawn_blocking(move || {
                let session = session
                    .lock()
                    .map_err(|_| SignerError::new("the session is lost"))?;
                session
                    .sign(&Mechanism::Ecdsa, key, &hash)
                    .map_err(|_| SignerError::new("the HSM did not sign").retryable())
            });
            let signature = signing
                .await
                .map_err(|_| SignerError::new("the HSM's module panicked"))??;
            // PKCS#11 gives r and s as they are needed, not in DER.
            signature
                .try_into()
                .map_err(|_| SignerError::new("not a signature on P-256"))
        })
    }
}
