use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_core::future::BoxFuture;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::{
    KeyError, Signer, SignerError,
    key_files::{KeyFiles, KeyId},
    loaded_key::{LoadedKey, key_id},
};
use crate::{
    pem::{self, PemText},
    provider,
};

/// A P-256 private key from a PEM file, and the id under which the vendor knows its public key.
///
/// The TLS provider signs with it. It is never printed, and wiped from memory when this is dropped as far as the provider
/// does that: see [`auth`](super#what-is-wiped).
///
/// ```no_run
/// use d1_client::auth::SigningKey;
///
/// let key = SigningKey::from_file("kid-1", "signing-key.pem")?;
/// assert_eq!(format!("{key:?}"), r#"SigningKey { kid: "kid-1", key: [redacted] }"#);
/// # Ok::<(), d1_client::auth::KeyError>(())
/// ```
pub struct SigningKey {
    /// As it was at first: what a `&str` can show.
    kid: String,
    files: Option<KeyFiles>,
    state: Arc<Mutex<State>>,
}

/// A key that D1 refused is the last choice for so long.
const REFUSED_FOR: Duration = Duration::from_secs(60 * 60);

struct State {
    current: Arc<LoadedKey>,
    /// The key before it, if the files no longer hold that one: until D1 knows the new one, it may still take the old.
    before: Option<Arc<LoadedKey>>,
    /// The public halves of keys that D1 refused, and when.
    refused: Vec<(Vec<u8>, Instant)>,
}

impl SigningKey {
    /// Reads the key from a file, as [`from_pem`](Self::from_pem) does, and reads it again before each assertion (every 12
    /// to 14 minutes): the file may be replaced while the process runs. A file that cannot be read by then, or holds no
    /// key, leaves the last good key in place, and an event `d1.identity` that says why.
    ///
    /// # Errors
    /// [`KeyError::File`] with the path and what the operating system says, and those of `from_pem`.
    pub fn from_file(kid: impl Into<String>, pem: impl AsRef<Path>) -> Result<Self, KeyError> {
        Self::from(KeyFiles::One {
            kid: KeyId::Given(key_id(kid.into())?),
            pem: pem.as_ref().to_owned(),
        })
    }

    /// As [`from_file`](Self::from_file), with the key id in a file of its own: both are read again, and change together.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn from_files(kid: impl AsRef<Path>, pem: impl AsRef<Path>) -> Result<Self, KeyError> {
        Self::from(KeyFiles::One {
            kid: KeyId::File(kid.as_ref().to_owned()),
            pem: pem.as_ref().to_owned(),
        })
    }

    /// From a folder of files `<kid>.pem`, read again before each assertion. The newest valid one is used: the one that was
    /// changed last, in whole seconds; of those of one second, as in a mounted Kubernetes secret, the last by name.
    ///
    /// A key that D1 refuses (`invalid_grant`) is followed by the next one in that order, once for each token, and is the
    /// last choice for an hour. So a new key can be put beside the old one before the vendor has registered it.
    ///
    /// # Errors
    /// A folder that cannot be read or has no `<kid>.pem` in it; if none of them is valid, what is wrong with the newest.
    pub fn from_folder(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        Self::from(KeyFiles::Folder(path.as_ref().to_owned()))
    }

    /// Reads a P-256 private key in PKCS#8 (`BEGIN PRIVATE KEY`) or SEC1 form (`BEGIN EC PRIVATE KEY`). A text that is
    /// handed over (`String`, `Vec<u8>`) is wiped; one that is lent stays the caller's to wipe.
    ///
    /// `EC PARAMETERS`, which OpenSSL likes to write before a SEC1 key, a certificate and a public key beside it are
    /// ignored, if they are whole. A byte order mark, any line ending, NUL and text around the blocks do no harm.
    ///
    /// White space at the end of the key id is dropped: a file's last line break is no part of it. Otherwise it must be
    /// visible ASCII; that rule is ours.
    ///
    /// # Errors
    /// Anything else is refused by its name: an RSA private key, a P-384 key, an encrypted private key, a
    /// certificate, a public key, an OpenSSH private key, more than one private key, no PEM at all.
    pub fn from_pem(kid: impl Into<String>, pem: impl PemText) -> Result<Self, KeyError> {
        let kid = key_id(kid.into())?;
        let loaded = pem.read_and_wipe(|text| LoadedKey::read(kid, text))?;
        Ok(Self::of(loaded, None))
    }

    /// Makes a new key: it, and its PEM text (PKCS#8), to be kept in a file that nobody else can read. The text is wiped
    /// when it is dropped.
    ///
    /// The vendor registers [its public key](Self::public_key_pem) and gives a key id in return; until then any will do.
    ///
    /// ```
    /// use d1_client::auth::SigningKey;
    ///
    /// let (key, pem) = SigningKey::generate("not-registered-yet")?;
    /// assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    /// assert!(key.public_key_pem().starts_with("-----BEGIN PUBLIC KEY-----"));
    /// # Ok::<(), d1_client::auth::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// A key id that cannot be one, as for [`from_pem`](Self::from_pem); a build without a TLS provider, or one that has
    /// no randomness.
    pub fn generate(kid: impl Into<String>) -> Result<(Self, Zeroizing<String>), KeyError> {
        let kid = key_id(kid.into())?;
        let pkcs8 = provider::new_p256_key().ok_or(KeyError::NoProvider)?;
        let pem = pem::written("PRIVATE KEY", &pkcs8);
        let loaded = LoadedKey::read(kid, pem.as_bytes())?;
        Ok((Self::of(loaded, None), pem))
    }

    /// The public key as PEM (`BEGIN PUBLIC KEY`): what the vendor registers under the key id.
    pub fn public_key_pem(&self) -> String {
        pem::written("PUBLIC KEY", &self.current().public_key()).to_string()
    }

    fn from(files: KeyFiles) -> Result<Self, KeyError> {
        let (keys, _) = files.read()?;
        let first = keys.into_iter().next().ok_or(KeyError::NoPem)?;
        Ok(Self::of(first, Some(files)))
    }

    fn of(loaded: LoadedKey, files: Option<KeyFiles>) -> Self {
        Self {
            kid: loaded.kid.clone(),
            files,
            state: Arc::new(Mutex::new(State {
                current: Arc::new(loaded),
                before: None,
                refused: Vec::new(),
            })),
        }
    }

    fn current(&self) -> Arc<LoadedKey> {
        lock(&self.state).current.clone()
    }
}

/// Never held while files are read.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Takes in what the files hold now, and chooses the key to go on with; another one than that of the id `refused`.
    fn choose(
        &mut self,
        keys: Vec<LoadedKey>,
        refused: Option<&str>,
        now: Instant,
    ) -> Option<Arc<LoadedKey>> {
        self.refused
            .retain(|(_, since)| now.duration_since(*since) < REFUSED_FOR);
        let last = self.current.identity();
        // Meanwhile another call may have gone on to another key: that one was not refused.
        let is_refused = refused.is_some_and(|kid| kid == self.current.kid);
        if is_refused {
            self.refused.retain(|(key, _)| *key != last);
            self.refused.push((last.clone(), now));
        }
        let rests = |key: &LoadedKey| self.refused.iter().any(|(refused, _)| *refused == key.identity());
        let mut keys: Vec<Arc<LoadedKey>> = keys.into_iter().map(Arc::new).collect();
        keys.sort_by_key(|key| rests(key));
        if let Some(before) = &self.before
            && is_refused
            && !keys.iter().any(|key| key.identity() == before.identity())
        {
            keys.push(before.clone());
        }
        let chosen = keys
            .into_iter()
            .find(|key| !is_refused || key.identity() != last)?;
        if chosen.identity() != last {
            tracing::info!(
                target: "d1.identity",
                credential = "signing key",
                outcome = "loaded",
                key_id = chosen.kid,
                "another signing key is in use"
            );
            self.before = Some(std::mem::replace(&mut self.current, chosen));
        }
        Some(self.current.clone())
    }
}

impl Signer for SigningKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<[u8; 64], SignerError>> {
        Box::pin(std::future::ready(self.current().signature(message)))
    }

    fn next_signer<'a>(&'a self, refused: Option<&'a str>) -> BoxFuture<'a, Option<Arc<dyn Signer>>> {
        let Some(files) = self.files.clone() else {
            return Box::pin(std::future::ready(None));
        };
        Box::pin(async move {
            let read = tokio::task::spawn_blocking(move || files.read()).await;
            let failed = match read {
                Ok(Ok((keys, unfit))) => {
                    for unfit in unfit {
                        report_unfit(Some(&unfit.name), &unfit.why);
                    }
                    let chosen = lock(&self.state).choose(keys, refused, Instant::now());
                    return chosen.map(|key| key as Arc<dyn Signer>);
                }
                Ok(Err(error)) => error,
                // The runtime is shutting down.
                Err(_) => KeyError::Damaged,
            };
            report_unfit(None, &failed);
            let last: Arc<dyn Signer> = self.current();
            refused.is_none().then_some(last)
        })
    }
}

fn report_unfit(key_id: Option<&str>, error: &KeyError) {
    tracing::warn!(
        target: "d1.identity",
        credential = "signing key",
        outcome = "refused",
        key_id,
        %error,
        "a signing key cannot be used"
    );
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.current().kid)
            .field("key", &format_args!("[redacted]"))
            .finish()
    }
}
