//! The client certificate's chain and the authorities, read for a handshake of our own.

use std::{fs, path::Path, sync::Arc};

use rustls::{
    RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, pem::PemObject as _},
    sign::CertifiedKey,
};
use rustls_platform_verifier::Verifier;
use x509_parser::parse_x509_certificate;
use zeroize::Zeroizing;

use crate::config::Config;

/// How many certificates stand in the file in the order in which a handshake sends them, or why they do not. `None` where the
/// file cannot be read like this.
pub(super) fn order(file: &Path) -> Option<Result<usize, String>> {
    let certificates = certificates(file)?;
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

/// A file's text with each line of PEM on a line of its own, as strict readers want it. The library takes any line ending,
/// blanks around the lines, a byte order mark and UTF-16.
fn pem(file: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = Zeroizing::new(fs::read(file).ok()?);
    let utf16 = |of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|read| read.unwrap_or_default())
            .collect()
    };
    let text: Zeroizing<String> = Zeroizing::new(match *bytes.as_slice() {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    });
    let mut lines = Zeroizing::new(Vec::with_capacity(2 * text.len()));
    for part in text.split("-----") {
        if part.starts_with("BEGIN ") || part.starts_with("END ") {
            let label = part.replace("X509 CERTIFICATE", "CERTIFICATE");
            lines.extend_from_slice(format!("\n-----{label}-----\n").as_bytes());
        } else {
            for line in part.split(|character: char| character.is_whitespace() || character == '\0') {
                lines.extend_from_slice(line.as_bytes());
                lines.push(b'\n');
            }
        }
    }
    Some(lines)
}

fn certificates(file: &Path) -> Option<Vec<CertificateDer<'static>>> {
    let pem = pem(file)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    all.ok().filter(|all| !all.is_empty())
}

/// Certificate, chain and key as a handshake sends them. `None` without one, or where it cannot be read like this.
pub(super) fn certified(config: &Config, provider: &CryptoProvider) -> Option<Arc<CertifiedKey>> {
    let file = config.variable("D1_CLIENT_CERT_FILE")?;
    let mut rest = certificates(file.as_ref())?;
    let key = config.variable("D1_CLIENT_KEY_FILE").unwrap_or(file);
    let pem = pem(key.as_ref())?;
    let key = PrivateKeyDer::from_pem_slice(&pem).ok()?;
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
        Some(file) => certificates(file.as_ref()),
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
        Some(file) => {
            let pem = pem(file.as_ref())?;
            let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&pem).collect();
            lists.ok()?
        }
        None => Vec::new(),
    };
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
    let verifier = verifier.with_crls(revoked).build().ok()?;
    Some(verifier)
}
