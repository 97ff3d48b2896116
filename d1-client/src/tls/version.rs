use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

/// A verifier that notes whether any handshake was one of TLS 1.2: nothing else tells which version a connection has.
///
/// A connection that resumes a session verifies no signature; but it has the version of the session, which began with a
/// full handshake under the same configuration.
#[derive(Debug)]
pub(super) struct NotesVersion {
    verifier: Arc<dyn ServerCertVerifier>,
    tls12: Arc<AtomicBool>,
}

impl NotesVersion {
    /// The flag is set with the first handshake of TLS 1.2.
    pub(super) fn new(verifier: Arc<dyn ServerCertVerifier>, tls12: Arc<AtomicBool>) -> Self {
        Self { verifier, tls12 }
    }
}

impl ServerCertVerifier for NotesVersion {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier
            .verify_server_cert(certificate, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.tls12.store(true, Relaxed);
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.verifier.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.verifier.root_hint_subjects()
    }
}
