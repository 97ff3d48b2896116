//! Certificates for servers of tests: made when they are needed, trusted only where a test says so.

use std::sync::Arc;

use rcgen::{CertifiedKey, KeyPair};
use rustls::{
    RootCertStore, ServerConfig, SupportedProtocolVersion,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};

/// A certificate for 127.0.0.1 that signs itself, and its key.
pub struct SelfSigned(CertifiedKey<KeyPair>);

impl SelfSigned {
    /// A new one.
    ///
    /// # Panics
    /// When there is no randomness.
    #[must_use]
    pub fn for_loopback() -> Self {
        Self(rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate"))
    }

    /// The certificate, for those who shall trust it.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.cert.pem()
    }

    /// A server that shows it, and demands no client certificate.
    ///
    /// # Panics
    /// When the provider refuses the key.
    #[must_use]
    pub fn server(&self, protocol: &[u8]) -> ServerConfig {
        let config = builder(rustls::DEFAULT_VERSIONS).with_no_client_auth();
        self.show(config, protocol)
    }

    /// A server that shows it, and demands a client certificate that nobody has.
    ///
    /// # Panics
    /// When the provider refuses the key.
    #[must_use]
    pub fn server_for_clients_with_a_certificate(
        &self,
        version: &'static SupportedProtocolVersion,
    ) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.cert.der().clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let config = builder(&[version]).with_client_cert_verifier(clients.build().expect("a verifier"));
        self.show(config, b"http/1.1")
    }

    /// A server that shows it, and asks for a client certificate as `clients` says.
    ///
    /// # Panics
    /// When the provider refuses the key.
    #[must_use]
    pub fn server_that_asks(&self, clients: Arc<dyn ClientCertVerifier>) -> ServerConfig {
        let config = builder(rustls::DEFAULT_VERSIONS).with_client_cert_verifier(clients);
        self.show(config, b"http/1.1")
    }

    pub(crate) fn show(
        &self,
        config: rustls::ConfigBuilder<ServerConfig, rustls::server::WantsServerCert>,
        protocol: &[u8],
    ) -> ServerConfig {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.0.signing_key.serialize_der()));
        let mut config = config
            .with_single_cert(vec![self.0.cert.der().clone()], key)
            .expect("a certificate with its key");
        config.alpn_protocols = vec![protocol.to_vec()];
        config
    }
}

/// A new signing key for assertions: P-256, PKCS#8, PEM.
///
/// # Panics
/// When there is no randomness.
#[must_use]
pub fn signing_key_pem() -> String {
    KeyPair::generate().expect("a key").serialize_pem()
}

fn builder(
    versions: &[&'static SupportedProtocolVersion],
) -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("a provider that knows TLS")
}
