//! When a server refuses our certificate: before it has said anything else, or later.
//!
//! In TLS 1.3 our side of the handshake is done, and the request on its way, before the server has looked at our
//! certificate; its refusal is then the first thing that arrives (RFC 8446, section 6.2), and the server has not
//! read the request. After application data, and in TLS 1.2 after the handshake, the same alert proves nothing.
//! Only the code that decrypts the records of a connection sees their order, so the refusal is recorded there.

use std::sync::{
    Arc, LazyLock, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use rustls::{
    AlertDescription, ConnectionTrafficSecrets, ContentType, Error, OtherError, SupportedCipherSuite,
    Tls13CipherSuite,
    crypto::{
        CryptoProvider,
        cipher::{
            AeadKey, InboundOpaqueMessage, InboundPlainMessage, Iv, MessageDecrypter, MessageEncrypter,
            Tls13AeadAlgorithm, UnsupportedOperationError,
        },
    },
};

/// The server has refused our certificate, with this alert, before it sent any application data.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the client certificate was refused in the handshake")]
pub(crate) struct RefusedInHandshake(pub(crate) AlertDescription);

/// Whether an alert says that the server does not accept our certificate, or requires one.
pub(crate) fn is_about_our_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as Alert;
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
    )
}

/// Makes the provider's TLS 1.3 record such a refusal: the connection then fails with [`RefusedInHandshake`].
pub(crate) fn watch(provider: &mut CryptoProvider) {
    for suite in &mut provider.cipher_suites {
        if let SupportedCipherSuite::Tls13(tls13) = *suite {
            *suite = SupportedCipherSuite::Tls13(watched(tls13));
        }
    }
}

/// The same suite with that record. rustls requires `'static` suites: there are three, and each is made once.
fn watched(suite: &'static Tls13CipherSuite) -> &'static Tls13CipherSuite {
    static WATCHED: LazyLock<Mutex<Vec<&'static Tls13CipherSuite>>> = LazyLock::new(Mutex::default);
    let mut all = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    let made = all.iter().find(|made| made.common.suite == suite.common.suite);
    made.copied().unwrap_or_else(|| {
        let aead_alg = Box::leak(Box::new(WatchedAead(suite.aead_alg)));
        let made = Box::leak(Box::new(Tls13CipherSuite {
            common: rustls::crypto::CipherSuiteCommon {
                suite: suite.common.suite,
                hash_provider: suite.common.hash_provider,
                confidentiality_limit: suite.common.confidentiality_limit,
            },
            hkdf_provider: suite.hkdf_provider,
            aead_alg,
            quic: suite.quic,
        }));
        all.push(made);
        made
    })
}

struct WatchedAead(&'static dyn Tls13AeadAlgorithm);

impl Tls13AeadAlgorithm for WatchedAead {
    fn encrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageEncrypter> {
        self.0.encrypter(key, iv)
    }

    fn decrypter(&self, key: AeadKey, iv: Iv) -> Box<dyn MessageDecrypter> {
        Box::new(Decrypter {
            decrypter: self.0.decrypter(key, iv),
            had_data: false,
        })
    }

    fn key_len(&self) -> usize {
        self.0.key_len()
    }

    fn extract_keys(
        &self,
        key: AeadKey,
        iv: Iv,
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        self.0.extract_keys(key, iv)
    }
}

/// Of one connection and one key: that of the handshake, then that of everything after it.
struct Decrypter {
    decrypter: Box<dyn MessageDecrypter>,
    had_data: bool,
}

/// Set once any server changed its key in the middle of a connection: a new key then no longer means a new connection.
static KEY_WAS_UPDATED: AtomicBool = AtomicBool::new(false);

impl MessageDecrypter for Decrypter {
    fn decrypt<'a>(
        &mut self,
        record: InboundOpaqueMessage<'a>,
        sequence: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        /// RFC 8446, section 4.
        const KEY_UPDATE: u8 = 24;
        let message = self.decrypter.decrypt(record, sequence)?;
        match (message.typ, message.payload) {
            (ContentType::ApplicationData, _) => self.had_data = true,
            (ContentType::Handshake, [KEY_UPDATE, ..]) => KEY_WAS_UPDATED.store(true, Relaxed),
            (ContentType::Alert, [_, alert]) if !self.had_data && !KEY_WAS_UPDATED.load(Relaxed) => {
                let alert = AlertDescription::from(*alert);
                if is_about_our_certificate(alert) {
                    let refused = Arc::new(RefusedInHandshake(alert));
                    return Err(Error::Other(OtherError(refused)));
                }
            }
            _ => {}
        }
        Ok(message)
    }
}
