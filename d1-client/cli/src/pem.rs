//! Certificates, keys and revocation lists of PEM files, read as the library reads them.

use std::path::Path;

use rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer,
    pem::{self, PemObject},
};
use zeroize::Zeroizing;

use crate::file;

/// A bundle of all public authorities has a quarter of a mebibyte.
const LARGEST: u64 = 16 * file::SMALL;

/// All certificates, in their order; `None` if there is none, or they cannot be read.
pub(crate) fn certificates(file: &Path) -> Option<Vec<CertificateDer<'static>>> {
    all(file).filter(|all: &Vec<_>| !all.is_empty())
}

/// The first private key; `None` if there is none, or it cannot be read.
pub(crate) fn key(file: &Path) -> Option<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(&text(file)?).ok()
}

/// All revocation lists; `None` if they cannot be read.
pub(crate) fn revocation_lists(file: &Path) -> Option<Vec<CertificateRevocationListDer<'static>>> {
    all(file)
}

fn all<T: PemObject>(file: &Path) -> Option<Vec<T>> {
    let all: Result<Vec<T>, pem::Error> = T::pem_slice_iter(&text(file)?).collect();
    all.ok()
}

/// A file's text with each line of PEM on a line of its own, as strict readers want it. The library takes any line ending,
/// blanks around the lines, a byte order mark and UTF-16.
fn text(file: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = Zeroizing::new(file::read(file, LARGEST).ok()?);
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
