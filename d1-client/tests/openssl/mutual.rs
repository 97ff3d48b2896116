//! A sandbox behind mutual TLS that keeps which client certificates it was shown.

use std::sync::{Arc, Mutex};

use d1_client::sandbox::{Sandbox, SandboxBuilder};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject},
    server::{
        NoServerSessionStorage, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use super::TestPki;

/// The certificates that were shown, one for each handshake, in order.
#[derive(Clone, Debug)]
pub(crate) struct Shown(Arc<Mutex<Vec<Vec<u8>>>>);

impl Shown {
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Those from this number on.
    pub(crate) fn since(&self, number: usize) -> Vec<Vec<u8>> {
        self.0.lock().unwrap()[number..].to_vec()
    }
}

/// Serves as `localhost` with `server.pem`, for whom the intermediate has certified. Every connection shakes hands in full.
pub(crate) async fn start(pki: &TestPki, builder: SandboxBuilder) -> (Sandbox, Shown) {
    pki.p256("server-key.pem");
    pki.certify_server("server");
    let (config, shown) = config(pki);
    (builder.tls(config).start().await.unwrap(), shown)
}

/// The configuration of such a server, which shows `server.pem`.
pub(crate) fn config(pki: &TestPki) -> (Arc<ServerConfig>, Shown) {
    let certificate = |name: &str| CertificateDer::from_pem_slice(&pki.read(name)).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate("root.pem")).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build();
    let shown = Shown(Arc::default());
    let watching = Watching {
        verifier: verifier.unwrap(),
        shown: shown.clone(),
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(Arc::new(watching))
        .with_single_cert(
            vec![certificate("server.pem"), certificate("intermediate.pem")],
            PrivateKeyDer::from_pem_slice(&pki.read("server-key.pem")).unwrap(),
        )
        .unwrap();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    (Arc::new(config), shown)
}

#[derive(Debug)]
struct Watching {
    verifier: Arc<dyn ClientCertVerifier>,
    shown: Shown,
}

impl ClientCertVerifier for Watching {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.verifier.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.shown.0.lock().unwrap().push(certificate.to_vec());
        self.verifier.verify_client_cert(certificate, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
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
}
