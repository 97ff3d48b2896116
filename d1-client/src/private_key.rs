//! Private keys as files hold them: which form it is, which algorithm, and how people call what cannot be used.

use std::sync::Arc;

use rustls::{
    pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer},
    sign::SigningKey,
};
use zeroize::Zeroizing;

use crate::{
    der::{self, Reader},
    pem::{Block, PemDefect, PemPlace},
    provider,
};

/// A private key, read and not yet handed to the TLS provider.
pub(crate) struct PrivateKey<'a> {
    der: &'a [u8],
    form: Form,
    algorithm: Algorithm,
    /// The bits of an EC key's public half.
    public: Option<&'a [u8]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pkcs8,
    Sec1,
    Pkcs1,
}

/// Which algorithm, and which curve.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    P256,
    /// Another one, as people call it.
    Other(&'static str),
    /// One without a name here.
    Unnamed,
}

/// Why a block, or a text without one, is not a usable private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Under a passphrase.
    Encrypted,
    /// Something else, as people call it.
    Is(&'static str),
    /// The block cannot be read.
    Pem(PemPlace, PemDefect),
    /// The block can be read, but its content is not a key.
    Der,
}

pub(crate) const RSA_PSS: &str = "an RSA-PSS private key";
pub(crate) const EXPLICIT: &str = "an EC key with explicit curve parameters";
pub(crate) const OPENSSH: &str = "an OpenSSH private key";
pub(crate) const PUBLIC: &str = "a public key";
pub(crate) const CERTIFICATE: &str = "a certificate";
pub(crate) const PKCS12: &str = "a PKCS#12 file";
pub(crate) const DER_KEY: &str = "a private key in DER form";
pub(crate) const ENCRYPTED_DER_KEY: &str = "an encrypted private key in DER form";
pub(crate) const PUBLIC_DER: &str = "a public key in DER form";
pub(crate) const DER_CERTIFICATE: &str = "a certificate in DER form";
pub(crate) const DER_CRL: &str = "a revocation list in DER form";
pub(crate) const PKCS7: &str = "a PKCS#7 bundle";
pub(crate) const REQUEST: &str = "a certificate request";
pub(crate) const UNKNOWN_BLOCK: &str = "an unknown kind of PEM block";
pub(crate) const RSA: &str = "an RSA private key";

const EC_PUBLIC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
pub(crate) const RSA_PSS_ID: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
/// prime256v1, RFC 5480.
const P256: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";

/// Object identifiers of algorithms and curves, and how people call their keys.
const NAMES: [(&[u8], &str); 15] = [
    // RFC 8017
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", RSA),
    (RSA_PSS_ID, RSA_PSS),
    // id-dsa and dhpublicnumber, RFC 3279; dhKeyAgreement, PKCS #3
    (b"\x2a\x86\x48\xce\x38\x04\x01", "a DSA private key"),
    (b"\x2a\x86\x48\xce\x3e\x02\x01", "a Diffie-Hellman private key"),
    (
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01",
        "a Diffie-Hellman private key",
    ),
    // RFC 5480
    (b"\x2b\x81\x04\x00\x22", "a P-384 key"),
    (b"\x2b\x81\x04\x00\x23", "a P-521 key"),
    (b"\x2b\x81\x04\x00\x21", "a P-224 key"),
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x01", "a P-192 key"),
    // SEC 2
    (b"\x2b\x81\x04\x00\x0a", "a secp256k1 key"),
    // RFC 8410
    (b"\x2b\x65\x70", "an Ed25519 key"),
    (b"\x2b\x65\x71", "an Ed448 key"),
    (b"\x2b\x65\x6e", "an X25519 key"),
    (b"\x2b\x65\x6f", "an X448 key"),
    // GM/T 0006
    (b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d", "an SM2 key"),
];
/// RFC 5639, all of its curves.
const BRAINPOOL: &[u8] = b"\x2b\x24\x03\x03\x02\x08\x01\x01";

impl<'a> PrivateKey<'a> {
    /// The private key of this block.
    pub(crate) fn read(block: &'a Block) -> Result<Self, Unfit> {
        if block.encrypted || block.label == "ENCRYPTED PRIVATE KEY" {
            return Err(Unfit::Encrypted);
        }
        let form = match block.label.as_str() {
            "PRIVATE KEY" => Ok(Form::Pkcs8),
            "EC PRIVATE KEY" => Ok(Form::Sec1),
            "RSA PRIVATE KEY" => Ok(Form::Pkcs1),
            label => Err(Unfit::Is(name_of(label))),
        };
        let der = match &block.der {
            Ok(der) => der,
            Err(defect) => return Err(Unfit::Pem(block.place, *defect)),
        };
        let form = form?;
        let read = match form {
            Form::Pkcs1 => Some((Algorithm::Other(RSA), None)),
            Form::Pkcs8 => pkcs8(der),
            Form::Sec1 => sec1(der),
        };
        let (algorithm, public) = read.ok_or(Unfit::Der)?;
        Ok(Self {
            der,
            form,
            algorithm,
            public,
        })
    }

    pub(crate) fn is_p256(&self) -> bool {
        self.algorithm == Algorithm::P256
    }

    /// How people call it, if it is not P-256 and has a name.
    pub(crate) fn other_name(&self) -> Option<&'static str> {
        match self.algorithm {
            Algorithm::Other(name) => Some(name),
            _ => None,
        }
    }

    /// Whether an EC key comes without its public half, or with a compressed one: the ring provider takes neither.
    pub(crate) fn lacks_its_public_half(&self) -> bool {
        self.public.is_some_and(|point| !point.starts_with(&[0, 4]))
    }

    /// For the TLS provider; `None` if it cannot use it.
    pub(crate) fn load(&self) -> Option<Arc<dyn SigningKey>> {
        match self.form {
            Form::Pkcs1 => provider::private_key(&PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(self.der))),
            Form::Pkcs8 => provider::private_key(&PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.der))),
            // The ring provider would do the same, and not wipe it.
            Form::Sec1 if self.is_p256() => {
                let pkcs8 = p256_pkcs8(self.der);
                provider::private_key(&PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(&**pkcs8)))
            }
            Form::Sec1 => provider::private_key(&PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(self.der))),
        }
    }
}

/// Whether a block with this label holds a private key, of whatever kind.
pub(crate) fn is_private(label: &str) -> bool {
    label.ends_with("PRIVATE KEY")
}

/// What a PEM block with this label is called.
pub(crate) fn name_of(label: &str) -> &'static str {
    match label {
        "RSA PRIVATE KEY" => RSA,
        "RSA-PSS PRIVATE KEY" => RSA_PSS,
        "DSA PRIVATE KEY" => "a DSA private key",
        "OPENSSH PRIVATE KEY" => OPENSSH,
        "EC PARAMETERS" => "an EC parameters block without its key",
        "PKCS7" | "CMS" => PKCS7,
        _ if is_private(label) => "an unknown kind of private key",
        _ if label.ends_with("CERTIFICATE REQUEST") => REQUEST,
        _ if label.ends_with("CERTIFICATE") => CERTIFICATE,
        _ if label.ends_with("PUBLIC KEY") => PUBLIC,
        _ => UNKNOWN_BLOCK,
    }
}

/// What a text without a PEM block is, where it can be recognised.
pub(crate) fn name_without_pem(text: &[u8]) -> Option<&'static str> {
    if text.starts_with(b"PuTTY-User-Key-File") {
        return Some("a PuTTY private key");
    }
    if text.starts_with(b"\xfe\xed\xfe\xed") {
        return Some("a Java key store");
    }
    if [&b"ssh-"[..], b"ecdsa-sha2-"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return Some(PUBLIC);
    }
    if text.trim_ascii_start().starts_with(b"{") && text.windows(5).any(|window| window == b"\"kty\"") {
        return Some("a JSON Web Key");
    }
    // PFX as BER, of indefinite length, as NSS writes it.
    if text.starts_with(b"\x30\x80\x02\x01\x03") {
        return Some(PKCS12);
    }
    let mut content = Reader::new(text).open(der::SEQUENCE)?;
    let first = content.value()?;
    match (first.tag, first.content, content.tag()) {
        // PFX: version 3, RFC 7292
        (der::INTEGER, [3], Some(der::SEQUENCE)) => Some(PKCS12),
        (der::INTEGER, [0 | 1], Some(der::SEQUENCE | der::INTEGER | der::OCTET_STRING)) => Some(DER_KEY),
        (der::SEQUENCE, _, Some(der::OCTET_STRING)) => Some(ENCRYPTED_DER_KEY),
        (der::SEQUENCE, _, Some(der::BIT_STRING)) => Some(PUBLIC_DER),
        (der::SEQUENCE, signed, Some(der::SEQUENCE)) => Some(name_of_signed(signed)),
        // signedData, RFC 2315
        (der::OBJECT_IDENTIFIER, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", Some(der::CONTEXT_0)) => {
            Some(PKCS7)
        }
        _ => None,
    }
}

/// Certificate (RFC 5280, section 4.1), revocation list (section 5.1) or request (RFC 2986): what is signed tells by what
/// stands in fourth place.
fn name_of_signed(signed: &[u8]) -> &'static str {
    let mut reader = Reader::new(signed);
    if reader.tag() == Some(der::INTEGER) {
        reader.value();
    }
    let third = (|| {
        reader.expect(der::SEQUENCE)?;
        reader.expect(der::SEQUENCE)?;
        reader.tag()
    })();
    match third {
        Some(der::UTC_TIME | der::GENERALIZED_TIME) => DER_CRL,
        Some(der::CONTEXT_0) => REQUEST,
        _ => DER_CERTIFICATE,
    }
}

/// RFC 5208 and RFC 5958: the algorithm, and the public half where it is an EC key.
fn pkcs8(der: &[u8]) -> Option<(Algorithm, Option<&[u8]>)> {
    let mut reader = Reader::new(der);
    let mut key = reader.open(der::SEQUENCE).filter(|_| reader.is_empty())?;
    key.expect(der::INTEGER)?;
    let mut algorithm = key.open(der::SEQUENCE)?;
    let id = algorithm.expect(der::OBJECT_IDENTIFIER)?;
    let content = key.expect(der::OCTET_STRING)?;
    if id == EC_PUBLIC_KEY {
        let public = sec1(content).and_then(|(_, public)| public);
        return Some((curve(algorithm.value()?), public));
    }
    Some((named(id), None))
}

/// RFC 5915: the curve, and the bits of the public half, empty where there is none. The curve is optional there; without
/// one, P-256 is what is asked for here.
fn sec1(der: &[u8]) -> Option<(Algorithm, Option<&[u8]>)> {
    let mut reader = Reader::new(der);
    let mut key = reader.open(der::SEQUENCE).filter(|_| reader.is_empty())?;
    key.expect(der::INTEGER)?;
    key.expect(der::OCTET_STRING)?;
    let algorithm = match key.tag() {
        Some(der::CONTEXT_0) => curve(key.open(der::CONTEXT_0)?.value()?),
        _ => Algorithm::P256,
    };
    let public = match key.open(der::CONTEXT_1) {
        Some(mut public) => public.expect(der::BIT_STRING),
        None => Some(&[][..]),
    };
    Some((algorithm, public))
}

fn curve(parameters: der::Value<'_>) -> Algorithm {
    match parameters.tag {
        der::OBJECT_IDENTIFIER if parameters.content == P256 => Algorithm::P256,
        der::OBJECT_IDENTIFIER => named(parameters.content),
        _ => Algorithm::Other(EXPLICIT),
    }
}

fn named(id: &[u8]) -> Algorithm {
    if id.starts_with(BRAINPOOL) {
        return Algorithm::Other("a Brainpool key");
    }
    let known = NAMES.iter().find(|(known, _)| *known == id);
    known.map_or(Algorithm::Unnamed, |(_, name)| Algorithm::Other(name))
}

/// A SEC1 key on P-256 in PKCS#8 form.
fn p256_pkcs8(sec1: &[u8]) -> Zeroizing<Vec<u8>> {
    /// More than the frame around it takes.
    const FRAME: usize = 64;
    const VERSION_AND_ALGORITHM: &[u8] =
        b"\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
    // Reserved once: a buffer that grows leaves copies of the key behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(sec1.len() + FRAME));
    der::write(der::OCTET_STRING, &[sec1], &mut octets);
    let mut pkcs8 = Zeroizing::new(Vec::with_capacity(octets.len() + FRAME));
    der::write(der::SEQUENCE, &[VERSION_AND_ALGORITHM, &octets], &mut pkcs8);
    pkcs8
}
