//! The client certificate's chain and the authorities, read for a handshake of our own.

use std::{path::Path, sync::Arc};

use rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    sign::CertifiedKey,
};
use rustls_platform_verifier::Verifier;
use x509_parser::parse_x509_certificate;

use crate::{config::Config, pem};

/// How many certificates stand in the file in the order in which a handshake sends them, or why they do not. `None` where the
/// file cannot be read like this.
pub(super) fn order(file: &Path) -> Option<Result<usize, String>> {
    let certificates = pem::certificates(file)?;
    let mut before: Option<Vec<u8>> = None;
    for (at, der) in certificates.iter().enumerate() {
        let (_, certificate) = parse_x509_certificate(der).ok()?;
        if before.is_some_and(|issuer| issuer != certificate.subject().as_raw()) {
            return Some(Err(format!(
                "certificate {} of the file did not sign the one before it",
                at + 1
            )));
        }
        before = Some(certificate.issuer().as_raw().to_vec());
    }
    Some(Ok(certificates.len()))
}

/// Certificate, chain and key as a handshake sends them. `None` without one, or where it cannot be read like this.
pub(super) fn certified(config: &Config, provider: &CryptoProvider) -> Option<Arc<CertifiedKey>> {
    let file = config.variable("D1_CLIENT_CERT_FILE")?;
    let mut rest = pem::certificates(file.as_ref())?;
    let key = pem::key(config.variable("D1_CLIENT_KEY_FILE").unwrap_or(file).as_ref())?;
    let leaf = (0..rest.len())
        .find(|&at| CertifiedKey::from_der(vec![rest[at].clone()], key.clone_key(), provider).is_ok())?;
    let mut chain = vec![rest.remove(leaf)];
    while let Some(next) = chain.last().and_then(|last| {
        let (_, last) = parse_x509_certificate(last).ok()?;
        rest.iter().position(|other| {
            parse_x509_certificate(other).is_ok_and(|(_, other)| other.subject() == last.issuer())
        })
    }) {
        chain.push(rest.remove(next));
    }
    CertifiedKey::from_der(chain, key, provider).ok().map(Arc::new)
}

/// What trusts a server as the client does. `None` where the authorities cannot be used.
pub(super) fn verifier(
    config: &Config,
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<dyn ServerCertVerifier>> {
    let read = |name| match config.variable(name) {
        Some(file) => pem::certificates(file.as_ref()),
        None => Some(Vec::new()),
    };
    let (added, only) = (read("D1_CA_FILE")?, read("D1_TRUST_ONLY_FILE")?);
    if only.is_empty() {
        let verifier = Verifier::new_with_extra_roots(added, provider.clone()).ok()?;
        return Some(Arc::new(verifier));
    }
    let mut store = RootCertStore::empty();
    for authority in only {
        store.add(authority).ok()?;
    }
    let revoked = match config.variable("D1_CRL_FILE") {
        Some(file) => pem::revocation_lists(file.as_ref())?,
        None => Vec::new(),
    };
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
    let verifier = verifier.with_crls(revoked).build().ok()?;
    Some(verifier)
}
