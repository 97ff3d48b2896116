//! The sandbox behind mutual TLS, with a private authority.
#![cfg(feature = "tls")]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::sync::Arc;

use d1_sandbox::Sandbox;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Certificate and key for a host.
    fn issue(&self, host: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    fn server(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let (certificate, key) = self.issue("localhost");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients.build().unwrap())
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            );
        Arc::new(config.unwrap())
    }

    fn client(&self, identity: Option<&(rcgen::Certificate, KeyPair)>) -> reqwest::Client {
        let root = reqwest::Certificate::from_der(self.0.der()).unwrap();
        let mut builder = reqwest::Client::builder().tls_certs_only([root]);
        if let Some((certificate, key)) = identity {
            let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
            builder = builder.identity(reqwest::Identity::from_pem(pem.as_bytes()).unwrap());
        }
        builder.build().unwrap()
    }
}

#[tokio::test]
async fn behind_tls_it_answers_those_with_a_certificate_and_no_one_else() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let sandbox = Sandbox::builder().tls(authority.server()).start().await.unwrap();
    assert!(sandbox.banking_url().starts_with("https://localhost:"));
    let ask = |client: reqwest::Client| {
        let url = format!("{}/issuers/is_sandbox/consumers/c-1/cards", sandbox.banking_url());
        client.get(url).bearer_auth(sandbox.issue_token()).send()
    };
    let known = authority.issue("client");
    assert_eq!(ask(authority.client(Some(&known))).await.unwrap().status(), 404);
    assert!(ask(authority.client(None)).await.is_err());
    let unknown = stranger.issue("client");
    assert!(ask(authority.client(Some(&unknown))).await.is_err());
    assert_eq!(sandbox.requests().len(), 1);
}
