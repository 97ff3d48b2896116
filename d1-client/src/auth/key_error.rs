use std::{fmt, io, path::PathBuf};

use crate::{
    pem::{PemDefect, PemPlace},
    private_key::{self, Unfit},
};

/// Why a text or a file is no signing key, and the command that repairs it. Never holds any of its content.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Without a key id the vendor cannot find the public key.
    #[error("the key id (kid) is empty: give the id under which the vendor registered the public key")]
    NoKeyId,
    /// A key id that cannot be one.
    #[error(
        "the key id (kid) holds a blank, a control character or something else that is not visible ASCII: give the \
         id under which the vendor registered the public key, and nothing else"
    )]
    KeyId,
    /// There is no `-----BEGIN …-----`.
    #[error("no PEM block found: give the content of the key file (not its path), in PEM form")]
    NoPem,
    /// Something else than a P-256 private key; the text names it.
    #[error("this is {0}: the signing key must be a P-256 private key in PKCS#8 or SEC1 form ({remedy})", remedy = remedy(.0))]
    Unsupported(&'static str),
    /// The private key is under a passphrase.
    #[error(
        "this is an encrypted private key (decrypt first: openssl pkey -in signing-key.pem -out decrypted.pem)"
    )]
    Encrypted,
    /// More than one private key: which is meant is anybody's guess.
    #[error("there is more than one private key in this PEM text: leave only the signing key")]
    Ambiguous,
    /// A PEM block, the key's or one beside it, cannot be read.
    #[error("{0} cannot be read: {1}")]
    Pem(PemPlace, PemDefect),
    /// A PEM block that has no place beside a signing key.
    #[error("{0} is {1}: leave only the signing key")]
    Beside(PemPlace, &'static str),
    /// A key by its label, but it cannot be read.
    #[error(
        "the private key is damaged: its DER encoding cannot be read, or its halves do not belong together (openssl pkey \
         -in signing-key.pem -check -noout says more; where that is content, openssl pkey -in signing-key.pem -out \
         repaired.pem writes it anew)"
    )]
    Damaged,
    /// The TLS provider needs the public half beside the private one, not compressed; `aws-lc-rs` does not.
    #[error(
        "the private key comes without its public half, or with a compressed one, which this TLS provider does not take: \
         openssl ec -in signing-key.pem -conv_form uncompressed -out whole.pem"
    )]
    NoPublicHalf,
    /// A file cannot be read.
    #[error("cannot read {}: {why}", path.display())]
    File {
        /// The file, or folder.
        path: PathBuf,
        /// What the operating system says.
        why: io::ErrorKind,
    },
    /// A folder without a single `<kid>.pem`.
    #[error("there is no <kid>.pem in {}", .0.display())]
    EmptyFolder(PathBuf),
    /// The crate was compiled without a TLS provider, which signs.
    #[error(
        "no TLS provider to sign with: enable the feature `aws-lc-rs` (the default) or `ring` of d1-client"
    )]
    NoProvider,
}

impl From<Unfit> for KeyError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Encrypted => Self::Encrypted,
            Unfit::Is(name) => Self::Unsupported(name),
            Unfit::Pem(place, defect) => Self::Pem(place, defect),
            Unfit::Der => Self::Damaged,
        }
    }
}

/// The command that turns what was given into a signing key, or makes a new one.
fn remedy(name: &str) -> &'static str {
    match name {
        private_key::EXPLICIT => {
            "if the curve is P-256, name it: openssl pkey -in signing-key.pem -ec_param_enc named_curve -out named.pem"
        }
        private_key::OPENSSH => {
            "if the curve is P-256, convert a copy of it in place: ssh-keygen -p -m PKCS8 -N \"\" -f signing-key.pem; else \
             make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signing-key.pem"
        }
        private_key::PKCS12 => {
            "take it out: openssl pkcs12 -in signing-key.p12 -nocerts -nodes -out signing-key.pem"
        }
        private_key::DER_KEY => "convert: openssl pkey -inform DER -in signing-key.der -out signing-key.pem",
        private_key::ENCRYPTED_DER_KEY => {
            "convert and decrypt: openssl pkey -inform DER -in signing-key.der -out signing-key.pem"
        }
        private_key::PUBLIC | private_key::PUBLIC_DER => {
            "give the file that this was printed from, as by: openssl pkey -in signing-key.pem -pubout"
        }
        _ => {
            "make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signing-key.pem; and have its \
             public half registered: openssl pkey -in signing-key.pem -pubout"
        }
    }
}

/// The same text: `main` prints the `Debug` of an error that it returns.
impl fmt::Debug for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
