//! Certificates and keys of PEM files.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::failure::Failure;

pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Failure::usage(format!(
            "{} must be a PEM file with a certificate",
            file.display()
        ))),
    }
}

pub(super) fn key(file: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    PrivateKeyDer::from_pem_file(file).map_err(|_| {
        Failure::usage(format!(
            "{} must be a PEM file with a private key",
            file.display()
        ))
    })
}

pub(super) fn roots(file: &Path) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(|_| Failure::usage(format!("{} holds no authority", file.display())))?;
    }
    Ok(roots)
}
