//! The second model: D1 holds no personal information, and asks the issuer. `cargo run --example issuer`
//!
//! An axum service with mutual TLS on loopback serves one consumer; the sandbox plays D1 and asks it.

use std::{error::Error, net::SocketAddr, sync::Arc};

use axum::{Extension, Router};
use d1_client::{
    ConsumerId, IssuerId,
    issuer::{
        ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError, IssuedTokens,
        Lookup,
    },
    sandbox::{ConformancePlan, Sandbox, SandboxExt, issuer_conformance},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
    },
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The bank's own directory: two consumers, by heart.
struct Crm;

impl ConsumerDirectory for Crm {
    async fn consumer(
        &self,
        lookup: Lookup,
    ) -> std::result::Result<Option<ConsumerInformation>, DirectoryError> {
        let person = ConsumerInformation::builder().language("en-GB");
        Ok(match lookup.consumer_id.as_str() {
            "c-ada" => Some(person.first_name("Ada").last_name("Lovelace").build()?),
            "c-alan" => Some(person.first_name("Alan").last_name("Turing").build()?),
            _ => None,
        })
    }
}

/// Serves on a free loopback port to clients that present this certificate of D1's.
async fn serve(
    tls: Arc<ServerConfig>,
    d1: CertificateDer<'static>,
    secret: &str,
    key: [u8; 32],
) -> Result<SocketAddr> {
    let service = ConsumerInformationService::new(IssuerId::new("is_sandbox")?, Crm)
        .tokens(IssuedTokens::new("d1", secret, key))
        .authorize(move |head| {
            head.extensions.get::<Option<CertificateDer<'static>>>() == Some(&Some(d1.clone()))
        });
    service.validate()?;
    let app = Router::new().fallback_service(service);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let (address, acceptor) = (listener.local_addr()?, TlsAcceptor::from(tls));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, app) = (acceptor.clone(), app.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let peer = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let app = app.layer(Extension(peer.map(|peer| peer.clone().into_owned())));
                let http = hyper::server::conn::http1::Builder::new();
                let _ = http
                    .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app))
                    .await;
            });
        }
    });
    Ok(address)
}

#[tokio::main]
async fn main() -> Result<()> {
    let authority = Authority::new()?;
    let (d1_certificate, d1_key) = authority.issue("d1")?;
    let secret = uuid::Uuid::new_v4().to_string();
    let (first, second) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let mut key = [0; 32];
    key[..16].copy_from_slice(first.as_bytes());
    key[16..].copy_from_slice(second.as_bytes());
    let address = serve(authority.server()?, d1_certificate.clone(), &secret, key).await?;

    let sandbox = Sandbox::start().await;
    let issuer = sandbox
        .asks(format!("https://localhost:{}", address.port()))
        .credentials("d1", &*secret)
        .tls(authority.client(d1_certificate, d1_key)?);
    sandbox.set_issuer_service(issuer.clone());

    let d1 = sandbox.client_builder().build()?;
    d1.consumer(ConsumerId::new("c-ada")?).register().send().await?;
    println!("register  c-ada, without any data");
    println!("tokenize  {}", sandbox.tokenize("c-ada", "card-1").await);
    println!("tokenize  {}", sandbox.tokenize("c-nobody", "card-2").await);

    let ada = serde_json::json!({"firstName": "Ada", "lastName": "Lovelace", "language": "en-GB"});
    let alan = serde_json::json!({"firstName": "Alan", "lastName": "Turing"});
    let plan = ConformancePlan::new("c-nobody")
        .known("c-ada", ada)
        .known("c-alan", alan);
    let conformance = issuer_conformance(issuer, plan).await;
    print!("{conformance}");
    if conformance.passed() {
        Ok(())
    } else {
        Err("the service does not conform".into())
    }
}

/// An authority that both sides trust: in life, the vendor's.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?))
    }

    fn issue(&self, name: &str) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec![name.to_owned()])?.signed_by(&key, &self.0)?;
        Ok((
            certificate.der().clone(),
            PrivateKeyDer::try_from(key.serialize_der())?,
        ))
    }

    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone())?;
        Ok(roots)
    }

    fn server(&self) -> Result<Arc<ServerConfig>> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let roots = Arc::new(self.roots()?);
        let clients = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider)).build()?;
        let (certificate, key) = self.issue("localhost")?;
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![certificate], key)?;
        Ok(Arc::new(config))
    }

    fn client(
        &self,
        certificate: CertificateDer<'static>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Arc<ClientConfig>> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config
            .with_root_certificates(self.roots()?)
            .with_client_auth_cert(vec![certificate], key)?;
        Ok(Arc::new(config))
    }
}
