//! Certificates of a test: an authority, an intermediate one, and what they sign.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};

/// An authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(crate) struct Issued {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

impl Issued {
    /// Both in one text.
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem() + &self.key.serialize_pem()
    }
}

fn named(name: &str, host: Option<&str>) -> CertificateParams {
    let mut parameters =
        CertificateParams::new(host.map(str::to_owned).into_iter().collect::<Vec<_>>()).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}

fn of_authority(name: &str) -> CertificateParams {
    let mut parameters = named(name, None);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self(CertifiedIssuer::self_signed(of_authority(name), KeyPair::generate().unwrap()).unwrap())
    }

    /// Another one, signed by this one.
    pub(crate) fn intermediate(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::signed_by(of_authority(name), key, &self.0).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a host, or for a client by its name.
    pub(crate) fn issue(&self, name: &str) -> Issued {
        self.issue_until(name, 2090)
    }

    /// One that ends with the year.
    pub(crate) fn issue_until(&self, name: &str, year: i32) -> Issued {
        let mut parameters = named(name, Some(name));
        parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        Issued { certificate, key }
    }

    /// A server with a certificate of this authority for `host`, for clients with one of `clients`, if that is given.
    pub(crate) fn server(&self, host: &str, clients: Option<&Self>) -> Arc<ServerConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = match clients {
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from(clients.0.der().to_vec())).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                config.with_client_cert_verifier(verifier.build().unwrap())
            }
            None => config.with_no_client_auth(),
        };
        let Issued { certificate, key } = self.issue(host);
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Arc::new(
            config
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap(),
        )
    }
}
