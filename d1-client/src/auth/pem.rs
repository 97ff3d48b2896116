use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One `-----BEGIN …-----` to `-----END …-----` of a PEM text (RFC 7468), its content wiped on drop.
pub(super) struct Block {
    pub(super) label: String,
    /// Under a passphrase by OpenSSL's traditional header `Proc-Type: 4,ENCRYPTED` (RFC 1421).
    pub(super) encrypted: bool,
    /// `None` if it is not Base64, or if the block does not end.
    pub(super) der: Option<Zeroizing<Vec<u8>>>,
}

/// All blocks of the text. What stands around them (OpenSSL's `Bag Attributes`, say) is skipped; any width of
/// line and any line ending will do.
pub(super) fn blocks(text: &[u8]) -> Vec<Block> {
    let mut lines = text
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii);
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(label) = label(line, BEGIN) {
            blocks.push(block(label, &mut lines, text.len()));
        }
    }
    blocks
}

fn block<'a>(opening: &[u8], lines: &mut impl Iterator<Item = &'a [u8]>, capacity: usize) -> Block {
    // reserved once: a buffer that grows leaves copies of the key behind
    let mut base64 = Zeroizing::new(Vec::with_capacity(capacity));
    let mut encrypted = false;
    let mut ended = false;
    for line in lines {
        if let Some(closing) = label(line, END) {
            ended = closing == opening;
            break;
        } else if line.contains(&b':') {
            encrypted |= line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED");
        } else {
            base64.extend_from_slice(line);
        }
    }
    let mut der = Zeroizing::new(vec![0; base64.len()]);
    let decoded = STANDARD.decode_slice(&*base64, &mut der).ok().filter(|_| ended);
    let der = decoded.map(|length| {
        der.truncate(length);
        der
    });
    Block {
        label: String::from_utf8_lossy(opening).into_owned(),
        encrypted,
        der,
    }
}

fn label<'a>(line: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(prefix)?.strip_suffix(DASHES)
}

/// Object identifiers in DER that give a private key away, and how people call it. They start with tag and
/// length, so that none is found inside another.
const ALGORITHMS: [(&[u8], &str); 13] = [
    // rsaEncryption and id-RSASSA-PSS, RFC 8017
    (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", RSA),
    (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", RSA),
    // id-dsa, RFC 3279
    (b"\x06\x07\x2a\x86\x48\xce\x38\x04\x01", "a DSA private key"),
    // RFC 5480
    (b"\x06\x05\x2b\x81\x04\x00\x22", "a P-384 key"),
    (b"\x06\x05\x2b\x81\x04\x00\x23", "a P-521 key"),
    (b"\x06\x05\x2b\x81\x04\x00\x21", "a P-224 key"),
    (b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x01", "a P-192 key"),
    // SEC 2
    (b"\x06\x05\x2b\x81\x04\x00\x0a", "a secp256k1 key"),
    // RFC 5639, any of its curves
    (b"\x06\x09\x2b\x24\x03\x03\x02\x08\x01\x01", "a Brainpool key"),
    // RFC 8410
    (b"\x06\x03\x2b\x65\x70", "an Ed25519 key"),
    (b"\x06\x03\x2b\x65\x71", "an Ed448 key"),
    (b"\x06\x03\x2b\x65\x6e", "an X25519 key"),
    // prime-field, RFC 3279: the curve is spelled out instead of named
    (b"\x06\x07\x2a\x86\x48\xce\x3d\x01\x01", EXPLICIT),
];
const RSA: &str = "an RSA private key";
const EXPLICIT: &str = "an EC key with explicit curve parameters";

/// The object identifier of P-256 (prime256v1) in DER, RFC 5480.
const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

/// The name of the algorithm or curve of this private key, if it is known and not P-256.
///
/// Looks for object identifiers instead of parsing what the parser for P-256 would refuse without a name. Key
/// bytes that happen to hold one cannot spoil a good key: a key that names P-256 is left alone.
pub(super) fn other_algorithm(der: &[u8]) -> Option<&'static str> {
    let holds = |id: &[u8]| der.windows(id.len()).any(|window| window == id);
    if holds(P256) {
        return None;
    }
    ALGORITHMS.iter().find(|(id, _)| holds(id)).map(|(_, name)| *name)
}
