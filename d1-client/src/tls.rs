//! Mutual TLS: who we are, whom we trust, and with which provider.

use std::sync::Arc;

use rustls::{
    ClientConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::{BuildError, refusal};

/// The client certificate with its chain, and its private key.
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads the certificate with its intermediates from one PEM, and its key from another, or the same.
    pub(crate) fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, BuildError> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| BuildError::Identity("the PEM is broken"))?;
        if chain.is_empty() {
            return Err(BuildError::Identity("there is no CERTIFICATE in the PEM"));
        }
        let key = PrivateKeyDer::from_pem_slice(key);
        let key = key.map_err(|_| BuildError::Identity("there is no unencrypted private key in the PEM"))?;
        Ok(Self { chain, key })
    }
}

/// Certificates of further authorities to trust, one or more in a PEM.
pub(crate) fn roots_from_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    match roots {
        Ok(roots) if !roots.is_empty() => Ok(roots),
        Ok(_) => Err(BuildError::Roots("there is no CERTIFICATE in the PEM")),
        Err(_) => Err(BuildError::Roots("the PEM is broken")),
    }
}

/// TLS 1.2 and 1.3; the operating system's roots and the given ones; our certificate, if there is one.
pub(crate) fn config(
    identity: Option<&Identity>,
    roots: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, BuildError> {
    let provider = provider().ok_or(BuildError::NoTlsProvider)?;
    let verifier = Verifier::new_with_extra_roots(roots, provider.clone());
    let verifier =
        verifier.map_err(|_| BuildError::Roots("they cannot be used, or the system's cannot be read"))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| BuildError::NoTlsProvider)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(Identity { chain, key }) => builder
            .with_client_auth_cert(chain.clone(), key.clone_key())
            .map_err(|_| {
                BuildError::Identity(
                    "the private key does not belong to the certificate, or is of no known kind",
                )
            })?,
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The provider that a feature chose; nothing process-wide is read or set.
fn provider() -> Option<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    let mut provider = rustls::crypto::ring::default_provider();
    #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
    {
        refusal::watch(&mut provider);
        Some(Arc::new(provider))
    }
    #[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
    None
}
