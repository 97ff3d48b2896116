//! The issuer's service behind mutual TLS on a loopback port, and certificates for both sides.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use axum::Router;
use d1_client::{
    IssuerId,
    issuer::{
        ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError, IssuedTokens,
        Lookup, types::PostalAddress,
    },
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer,
        server::WebPkiClientVerifier,
    },
};

/// Serves `c-ada` and `c-alan`.
pub(crate) struct Crm;

impl ConsumerDirectory for Crm {
    async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        let person = ConsumerInformation::builder().language("en-GB");
        let address = PostalAddress::builder()
            .line1("12 St James's Square")
            .zip_code("SW1Y 4JH")
            .country_code("GB");
        Ok(match lookup.consumer_id.as_str() {
            "c-ada" => {
                let ada = person.first_name("Ada").last_name("Lovelace");
                Some(ada.residency_address(address).build()?)
            }
            "c-alan" => Some(person.first_name("Alan").last_name("Turing").build()?),
            _ => None,
        })
    }
}

pub(crate) async fn serve(tls: Arc<ServerConfig>) -> SocketAddr {
    let service = ConsumerInformationService::new(IssuerId::new("is_sandbox").unwrap(), Crm)
        .tokens(IssuedTokens::new("d1", "a secret", [7; 32]));
    service.validate().unwrap();
    let app = Router::new().fallback_service(service);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (address, acceptor) = (listener.local_addr().unwrap(), TlsAcceptor::from(tls));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, app) = (acceptor.clone(), TowerToHyperService::new(app.clone()));
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = http.serve_connection(TokioIo::new(stream), app).await;
                }
            });
        }
    });
    address
}

/// An authority that both sides trust.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // A name of its own: OpenSSL takes a certificate of its issuer's name for one that signed itself.
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        (params.signed_by(&key, &self.0).unwrap(), key)
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        roots
    }

    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let roots = Arc::new(self.roots());
        let clients = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider));
        let (certificate, key) = self.issue("localhost");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients.build().unwrap())
            .with_single_cert(vec![certificate.der().clone()], private(&key));
        Arc::new(config.unwrap())
    }

    pub(crate) fn client(&self) -> Arc<ClientConfig> {
        let (certificate, key) = self.issue("d1");
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.roots())
            .with_client_auth_cert(vec![certificate.der().clone()], private(&key));
        Arc::new(config.unwrap())
    }

    /// For other programs: `ca.pem`, `server.pem`, `server.key`, and `client.pem` with its key.
    pub(crate) fn write(&self, folder: &Path) {
        let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
        write("ca.pem", self.0.pem());
        let (certificate, key) = self.issue("localhost");
        write("server.pem", certificate.pem());
        write("server.key", key.serialize_pem());
        let (certificate, key) = self.issue("d1");
        write("client.pem", certificate.pem() + &key.serialize_pem());
    }
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}
