//! Whom we trust, and what a TLS connection is made with.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, CertificateRevocationListDer},
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_platform_verifier::Verifier;

use crate::{
    build_error::{BuildError, RootsDefect},
    pem::{self, Block},
    private_key, provider,
};

/// Whose certificates a server may show.
#[derive(Default)]
pub(crate) struct Trust {
    /// Beside those of the operating system.
    pub(crate) added: Vec<CertificateDer<'static>>,
    /// Instead of those of the operating system; then at least one.
    pub(crate) only: Vec<CertificateDer<'static>>,
    pub(crate) revoked: Vec<CertificateRevocationListDer<'static>>,
}

/// What all connections share; the client certificate may change.
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
}

impl Tls {
    pub(crate) fn new(trust: Trust) -> Result<Self, BuildError> {
        let provider = provider::provider().ok_or(BuildError::NoTlsProvider)?;
        let verifier: Arc<dyn ServerCertVerifier> = if trust.only.is_empty() {
            if !trust.revoked.is_empty() {
                return Err(BuildError::roots(
                    RootsDefect::ListsWithoutTrustOnly,
                    "`.add_crl_pem` needs `.trust_only_pem`: the operating system's verifier takes no revocation lists",
                ));
            }
            let verifier = Verifier::new_with_extra_roots(trust.added, provider.clone());
            Arc::new(verifier.map_err(|_| {
                BuildError::roots(
                    RootsDefect::OperatingSystem,
                    "the operating system's cannot be read: install its package ca-certificates, or name them by SSL_CERT_FILE, \
                     or give your own by `.trust_only_pem`",
                )
            })?)
        } else {
            if !trust.added.is_empty() {
                return Err(BuildError::roots(
                    RootsDefect::Contradiction,
                    "`.trust_only_pem` and `.add_root_pem` contradict each other: give all of them to `.trust_only_pem`",
                ));
            }
            only(trust.only, trust.revoked, provider.clone())?
        };
        Ok(Self { provider, verifier })
    }

    /// TLS 1.2 and 1.3, with our certificate, if there is one.
    pub(crate) fn config(&self, certified: Option<Arc<CertifiedKey>>) -> Result<ClientConfig, BuildError> {
        let builder = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|_| BuildError::NoTlsProvider)?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier.clone());
        let mut config = match certified {
            None => builder.with_no_client_auth(),
            Some(certified) => {
                let resolver = SingleCertAndKey::from(certified);
                builder.with_client_cert_resolver(Arc::new(resolver))
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn only(
    authorities: Vec<CertificateDer<'static>>,
    revoked: Vec<CertificateRevocationListDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, BuildError> {
    let mut store = RootCertStore::empty();
    for authority in authorities {
        store
            .add(authority)
            .map_err(|_| BuildError::roots(RootsDefect::Unreadable, "one of them cannot be used"))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
        .with_crls(revoked)
        .build();
    Ok(verifier.map_err(|_| {
        BuildError::roots(
            RootsDefect::Unreadable,
            "a revocation list cannot be used: openssl crl -in list.pem -noout -text says more",
        )
    })?)
}

/// Certificates of authorities, one or more in a PEM.
pub(crate) fn roots_from_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let mut found = Vec::new();
    for block in &blocks(pem, "CERTIFICATE")? {
        match (block.label.as_str(), &block.der) {
            ("CERTIFICATE" | "X509 CERTIFICATE", Ok(der)) => {
                let authority = CertificateDer::from(der.to_vec());
                // A certificate that is no authority, or is damaged, is named here by its place.
                RootCertStore::empty().add(authority.clone()).map_err(|_| {
                    let place = block.place;
                    let text = format!(
                        "{place} is a CERTIFICATE that cannot be used: openssl x509 -in roots.pem -noout -text says more"
                    );
                    BuildError::roots(RootsDefect::Unreadable, text)
                })?;
                found.push(authority);
            }
            ("TRUSTED CERTIFICATE", _) => {
                let place = block.place;
                let text = format!(
                    "{place} is a TRUSTED CERTIFICATE, OpenSSL's own form: openssl x509 -in roots.pem -out plain.pem writes a \
                     plain one"
                );
                return Err(BuildError::roots(RootsDefect::Unsupported, text));
            }
            _ => return Err(stranger(block, "certificates")),
        }
    }
    Ok(found)
}

/// Revocation lists, one or more in a PEM.
pub(crate) fn crls_from_pem(pem: &[u8]) -> Result<Vec<CertificateRevocationListDer<'static>>, BuildError> {
    let mut found = Vec::new();
    for block in &blocks(pem, "X509 CRL")? {
        match (block.label.as_str(), &block.der) {
            ("X509 CRL", Ok(der)) => found.push(CertificateRevocationListDer::from(der.to_vec())),
            _ => return Err(stranger(block, "revocation lists (X509 CRL)")),
        }
    }
    Ok(found)
}

/// All blocks, every one whole, at least one; `wanted` is what they should be.
fn blocks(pem: &[u8], wanted: &str) -> Result<Vec<Block>, BuildError> {
    let blocks = pem::blocks(pem);
    if let Some((block, defect)) = blocks
        .iter()
        .find_map(|block| Some((block, block.der.as_ref().err()?)))
    {
        let text = format!("{} cannot be read: {defect}", block.place);
        return Err(BuildError::roots(RootsDefect::Unreadable, text));
    }
    if blocks.is_empty() {
        let name = private_key::name_without_pem(pem);
        let defect = name.map_or(RootsDefect::Empty, |_| RootsDefect::Unsupported);
        let text = match name {
            Some(private_key::DER_CERTIFICATE) => {
                "this is a certificate in DER form: convert: openssl x509 -inform DER -in root.der -out root.pem".to_owned()
            }
            Some(private_key::DER_CRL) => {
                "this is a revocation list in DER form: convert: openssl crl -inform DER -in list.crl -out list.pem".to_owned()
            }
            Some(private_key::PKCS7) => {
                "this is a PKCS#7 bundle in DER form: take the certificates out: openssl pkcs7 -inform DER -in bundle.p7b \
                 -print_certs -out certificates.pem"
                    .to_owned()
            }
            Some(name) => format!("this is {name}: give a {wanted} in PEM form"),
            None => format!("the PEM contains no {wanted}: give the content of the file (not its path), in PEM form"),
        };
        return Err(BuildError::roots(defect, text));
    }
    Ok(blocks)
}

fn stranger(block: &Block, wanted: &str) -> BuildError {
    let name = match block.label.as_str() {
        "X509 CRL" => "a revocation list",
        label if private_key::is_private(label) => "a private key",
        label => private_key::name_of(label),
    };
    let text = format!("{} is {name}: leave only {wanted}", block.place);
    BuildError::roots(RootsDefect::Unsupported, text)
}
