//! The client certificate: its chain put in order, and the private key that belongs to it.

mod rotation;

use std::{
    fmt, fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

pub(crate) use rotation::{InUse, Rotation};

use rustls::sign::{CertifiedKey, SigningKey};
use zeroize::Zeroizing;

use crate::{
    BuildError, IdentityDefect,
    calendar::rfc3339,
    certificate::{Certificate, CertificateInfo},
    pem::{self, Block, PemDefect},
    private_key::{self, PrivateKey, Unfit},
};

/// The client certificate with its chain, and its private key, loaded.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) certified: Arc<CertifiedKey>,
    leaf: Arc<Certificate>,
    /// When those that signed it are valid.
    intermediates: Arc<[(i64, i64)]>,
}

/// One of the texts that make an identity, by how it is called in an error.
pub(crate) struct Text<'a> {
    /// `None` where there is only one.
    pub(crate) name: Option<&'static str>,
    pub(crate) content: &'a [u8],
}

/// Where an identity is read from.
#[derive(Clone)]
pub(crate) struct IdentityFiles {
    pub(crate) certificates: PathBuf,
    /// The same one where a file holds both.
    pub(crate) key: PathBuf,
    /// What the two are called in an error.
    pub(crate) names: (&'static str, &'static str),
}

const NEW_REQUEST: &str = "make an RSA-4096 or a P-256 key and have a new certificate signed: openssl req -new -newkey \
     rsa:4096 -nodes -keyout client-key.pem -out client.csr";

impl Identity {
    pub(crate) fn info(&self) -> CertificateInfo {
        self.leaf.info()
    }

    /// Seconds since 1970 until which the certificate is valid, and those that signed it.
    pub(crate) fn not_after(&self) -> i64 {
        self.validity().1
    }

    /// Within which all of the chain is valid.
    fn validity(&self) -> (i64, i64) {
        let leaf = self.leaf.validity();
        self.intermediates.iter().fold(leaf, |(from, until), other| {
            (from.max(other.0), until.min(other.1))
        })
    }

    pub(crate) fn chain_length(&self) -> usize {
        self.certified.cert.len()
    }

    /// Whether both show the same certificates. Then they have the same key, too.
    pub(crate) fn shows_the_same(&self, other: &Self) -> bool {
        self.certified.cert == other.certified.cert
    }

    /// Refuses a certificate that is not valid at this moment, in seconds since 1970.
    pub(crate) fn check_dates(&self, now: i64) -> Result<(), BuildError> {
        let (not_before, not_after) = self.validity();
        let own = self.leaf.validity();
        let (defect, why) = if now > not_after && now <= own.1 {
            let why = format!(
                "one that signed it has expired on {}: ask the vendor for the current intermediate certificates",
                rfc3339(not_after)
            );
            (IdentityDefect::IntermediateExpired, why)
        } else if now > not_after {
            let why = format!(
                "it has expired on {}: have a new one signed for the same key: openssl req -new -key client-key.pem -out \
                 client.csr",
                rfc3339(not_after)
            );
            (IdentityDefect::Expired, why)
        } else if now < not_before {
            let why = format!(
                "it is not valid before {}: look at this machine's clock (date -u), and at the certificate: openssl x509 \
                 -in client-cert.pem -noout -dates",
                rfc3339(not_before)
            );
            (IdentityDefect::NotYetValid, why)
        } else {
            return Ok(());
        };
        let text = format!("{why} (`.allow_expired_certificate()` builds a client anyway)");
        Err(BuildError::identity(defect, text))
    }
}

impl IdentityFiles {
    /// How long ago either was changed, by the clock of this machine; `None` where it is not known.
    fn age(&self) -> Option<Duration> {
        let changed = |path| std::fs::metadata(path).and_then(|file| file.modified());
        let last = changed(&self.certificates).ok()?.max(changed(&self.key).ok()?);
        SystemTime::now().duration_since(last).ok()
    }

    /// Reads the files as they are now.
    pub(crate) fn read(&self) -> Result<Identity, BuildError> {
        let certificates = file(&self.certificates, self.names.0)?;
        if self.certificates == self.key {
            return read(&[Text {
                name: None,
                content: &certificates,
            }]);
        }
        let key = file(&self.key, self.names.1)?;
        read(&[
            Text {
                name: Some("the certificate file"),
                content: &certificates,
            },
            Text {
                name: Some("the key file"),
                content: &key,
            },
        ])
    }
}

/// A file's content, or its path and why it cannot be read.
pub(crate) fn file(path: &std::path::Path, name: &'static str) -> Result<Zeroizing<Vec<u8>>, BuildError> {
    fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| BuildError::File {
            name,
            path: path.to_owned(),
            why: error.kind(),
        })
}

/// Reads the certificate, its intermediates and its key, in any order and spread over these texts in any way. Every
/// block is used, or named in the error.
pub(crate) fn read(texts: &[Text<'_>]) -> Result<Identity, BuildError> {
    let texts: Vec<(&Text<'_>, Vec<Block>)> = texts
        .iter()
        .map(|text| (text, pem::blocks(text.content)))
        .collect();
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut keys: Vec<(String, &Block)> = Vec::new();
    let mut public_key = None;
    for (text, blocks) in &texts {
        let within = text.name.map(|name| format!("in {name}, ")).unwrap_or_default();
        if blocks.is_empty()
            && let Some(name) = private_key::name_without_pem(text.content)
        {
            let what = text.name.unwrap_or("this");
            return Err(other(what, name));
        }
        for block in blocks {
            let place = format!("{within}{}", block.place);
            match (block.label.as_str(), &block.der) {
                // Named by its passphrase first: what is under it may be Base64 or not.
                (label, _) if private_key::is_private(label) => {
                    if !keys.iter().any(|(_, known)| same_secret(known, block)) {
                        keys.push((place, block));
                    }
                }
                (_, Err(defect)) => return Err(unreadable(&place, *defect)),
                ("CERTIFICATE" | "X509 CERTIFICATE", Ok(der)) => {
                    let certificate = Certificate::read(der).ok_or_else(|| {
                        let text = format!(
                            "{place} is a CERTIFICATE that cannot be read: openssl x509 -in client-cert.pem -noout -text says \
                             more"
                        );
                        BuildError::identity(IdentityDefect::Unreadable, text)
                    })?;
                    // The same one twice is one.
                    if !certificates.contains(&certificate) {
                        certificates.push(certificate);
                    }
                }
                ("TRUSTED CERTIFICATE", _) => {
                    let text = format!(
                        "{place} is a TRUSTED CERTIFICATE, OpenSSL's own form: openssl x509 -in client-cert.pem -out plain.pem \
                         writes a plain one"
                    );
                    return Err(BuildError::identity(IdentityDefect::Unsupported, text));
                }
                ("EC PARAMETERS", _) => {}
                ("PUBLIC KEY", _) => public_key = Some(place),
                (label, _) => {
                    return Err(other(place, private_key::name_of(label)));
                }
            }
        }
    }
    if certificates.is_empty() {
        let text = "the PEM contains no CERTIFICATE: give the content of what the vendor signed, in PEM form";
        return Err(BuildError::identity(IdentityDefect::NoCertificate, text));
    }
    let key = match &*keys {
        [(place, block)] => load(place, block)?,
        [] => {
            let text = match public_key {
                Some(place) => format!("{place} is a public key: {}", remedy(private_key::PUBLIC)),
                None => "the PEM contains no private key: give the one that the certificate was requested with, as a second \
                         file or behind the certificate"
                    .to_owned(),
            };
            return Err(BuildError::identity(IdentityDefect::NoKey, text));
        }
        [(first, _), (second, _), ..] => {
            let text = format!("{first} and {second} are two private keys: leave the one of the certificate");
            return Err(BuildError::identity(IdentityDefect::SeveralKeys, text));
        }
    };
    let chain = chain(&certificates, &*key)?;
    let leaf = Arc::new(chain[0].clone());
    // A verifier uses its own copy of a root.
    let intermediates = chain[1..]
        .iter()
        .filter(|certificate| !certificate.names_as_issuer(certificate));
    let intermediates = intermediates.map(|certificate| certificate.validity()).collect();
    let chain = chain
        .iter()
        .map(|certificate| certificate.der().clone())
        .collect();
    Ok(Identity {
        certified: Arc::new(CertifiedKey::new(chain, key)),
        leaf,
        intermediates,
    })
}

/// Of something else than what is expected.
fn other(what: impl fmt::Display, name: &str) -> BuildError {
    let defect = match name {
        private_key::ENCRYPTED_DER_KEY => IdentityDefect::Encrypted,
        _ => IdentityDefect::Unsupported,
    };
    BuildError::identity(defect, format!("{what} is {name}: {}", remedy(name)))
}

fn unreadable(place: &str, pem: PemDefect) -> BuildError {
    BuildError::identity(
        IdentityDefect::Unreadable,
        format!("{place} cannot be read: {pem}"),
    )
}

fn same_secret(one: &Block, other: &Block) -> bool {
    one.label == other.label && matches!((&one.der, &other.der), (Ok(one), Ok(other)) if one == other)
}

fn load(place: &str, block: &Block) -> Result<Arc<dyn SigningKey>, BuildError> {
    let key = match PrivateKey::read(block) {
        Ok(key) => key,
        Err(Unfit::Encrypted) => {
            let text = format!(
                "{place} is an encrypted private key: decrypt first: openssl pkey -in client-key.pem -out decrypted.pem"
            );
            return Err(BuildError::identity(IdentityDefect::Encrypted, text));
        }
        Err(Unfit::Is(name)) => return Err(other(place, name)),
        Err(Unfit::Pem(_, defect)) => return Err(unreadable(place, defect)),
        Err(Unfit::Der) => return Err(damaged(place)),
    };
    key.load().ok_or_else(|| match key.other_name() {
        Some(private_key::RSA) => BuildError::identity(
            IdentityDefect::Unsupported,
            format!(
                "{place} is an RSA private key that is damaged, or too short or too long for the TLS provider, which takes \
                 2,048 bits or more: openssl pkey -in client-key.pem -check -noout says more; {NEW_REQUEST}"
            ),
        ),
        Some(name) if !key.lacks_its_public_half() => other(place, name),
        _ if key.lacks_its_public_half() => BuildError::identity(
            IdentityDefect::Unsupported,
            format!(
                "{place} is a private key without its public half, or with a compressed one, which this TLS provider does not \
                 take: openssl ec -in client-key.pem -conv_form uncompressed -out whole.pem"
            ),
        ),
        _ => damaged(place),
    })
}

fn damaged(place: &str) -> BuildError {
    let text = format!(
        "{place} is a private key that is damaged or of no known kind: openssl pkey -in client-key.pem -check -noout says \
         more; where that is content, openssl pkey -in client-key.pem -out repaired.pem writes it anew"
    );
    BuildError::identity(IdentityDefect::Unreadable, text)
}

/// The command that converts the given file into the expected form.
fn remedy(name: &str) -> String {
    let remedy = match name {
        private_key::OPENSSH => {
            "convert a copy of it in place: ssh-keygen -p -m PKCS8 -N \"\" -f client-key.pem"
        }
        private_key::PUBLIC | private_key::PUBLIC_DER => {
            "give the private key that it was printed from, as by: openssl pkey -in client-key.pem -pubout"
        }
        private_key::EXPLICIT => {
            "name the curve: openssl pkey -in client-key.pem -ec_param_enc named_curve -out named.pem"
        }
        private_key::PKCS12 => {
            "take both out: openssl pkcs12 -in client.p12 -nodes -out client-cert-and-key.pem"
        }
        private_key::PKCS7 => {
            "take the certificates out: openssl pkcs7 -in client.p7b -print_certs -out client-cert.pem"
        }
        private_key::DER_CERTIFICATE => {
            "convert: openssl x509 -inform DER -in client-cert.der -out client-cert.pem"
        }
        private_key::DER_KEY => "convert: openssl pkey -inform DER -in client-key.der -out client-key.pem",
        private_key::ENCRYPTED_DER_KEY => {
            "convert and decrypt: openssl pkey -inform DER -in client-key.der -out client-key.pem"
        }
        private_key::REQUEST => "the vendor signs it, and sends the certificate back; give that one",
        private_key::RSA_PSS => {
            return format!("the TLS providers do not support such keys; {NEW_REQUEST}");
        }
        private_key::UNKNOWN_BLOCK => "leave only the certificate, its intermediates and its key",
        _ => {
            return format!(
                "a client certificate's key must be RSA of 2,048 bits or more, or ECDSA on P-256 or P-384; {NEW_REQUEST}"
            );
        }
    };
    remedy.to_owned()
}

/// The key's certificate first, and behind it those that signed one before.
fn chain<'a>(
    certificates: &'a [Certificate],
    key: &dyn SigningKey,
) -> Result<Vec<&'a Certificate>, BuildError> {
    let public = key.public_key();
    let is_its_own =
        |certificate: &Certificate| public.as_ref().is_some_and(|public| certificate.is_of(public));
    let leaves: Vec<usize> = (0..certificates.len())
        .filter(|at| is_its_own(&certificates[*at]))
        .collect();
    let leaf = match *leaves {
        [leaf] => leaf,
        [] => {
            let pss = certificates
                .iter()
                .any(|certificate| certificate.algorithm() == Some(private_key::RSA_PSS_ID));
            let which = Positions(&(0..certificates.len()).collect::<Vec<_>>()).to_string();
            return Err(if pss && certificates.len() == 1 {
                let text = format!(
                    "it is a certificate of an RSA-PSS key, which the TLS providers do not support; {NEW_REQUEST}"
                );
                BuildError::identity(IdentityDefect::Unsupported, text)
            } else {
                let text = format!(
                    "the private key does not belong to the certificate (found: {which}): these two must print the same: \
                     openssl x509 -in client-cert.pem -noout -pubkey; openssl pkey -in client-key.pem -pubout"
                );
                BuildError::identity(IdentityDefect::OtherKey, text)
            });
        }
        _ => {
            let text = format!(
                "the private key belongs to more than one of the certificates ({}): leave the newest",
                Positions(&leaves)
            );
            return Err(BuildError::identity(IdentityDefect::SeveralCertificates, text));
        }
    };
    let mut order = vec![leaf];
    let mut at = 0;
    while let Some(&signed) = order.get(at) {
        for candidate in 0..certificates.len() {
            if !order.contains(&candidate) && certificates[signed].names_as_issuer(&certificates[candidate]) {
                order.push(candidate);
            }
        }
        at += 1;
    }
    let strangers: Vec<usize> = (0..certificates.len()).filter(|at| !order.contains(at)).collect();
    if strangers.is_empty() {
        return Ok(order.into_iter().map(|at| &certificates[at]).collect());
    }
    let text = format!(
        "not all certificates belong to one chain: the private key's is {}, its chain as found is {}, and {} signed none of \
         these: leave them out, or add the intermediate that is missing between (openssl x509 -in client-cert.pem -noout \
         -subject -issuer shows who signed whom)",
        Positions(&[leaf]),
        Positions(&order),
        Positions(&strangers),
    );
    Err(BuildError::identity(IdentityDefect::BrokenChain, text))
}

/// `certificate 2`, `certificates 1, 3`: counted from 1.
struct Positions<'a>(&'a [usize]);

impl fmt::Display for Positions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 {
            "certificate"
        } else {
            "certificates"
        })?;
        for (count, at) in self.0.iter().enumerate() {
            write!(f, "{} {}", if count == 0 { "" } else { "," }, at + 1)?;
        }
        Ok(())
    }
}
