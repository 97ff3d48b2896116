//! What is read of an X.509 certificate (RFC 5280): whose it is, who signed it, from when to when, for which key.

use std::{fmt::Write as _, time::SystemTime};

use rustls::pki_types::CertificateDer;

use crate::{
    calendar::{DAY, days_since_epoch, moment},
    der::{self, Reader},
};

/// A certificate, read. The names are kept as DER, which is how a chain compares them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    der: CertificateDer<'static>,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    /// The public key with its algorithm, as DER.
    key: Vec<u8>,
    not_before: i64,
    not_after: i64,
}

impl Certificate {
    /// `None` if it is no certificate.
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(der);
        let mut certificate = reader.open(der::SEQUENCE)?;
        if !reader.is_empty() {
            return None;
        }
        let mut signed = certificate.open(der::SEQUENCE)?;
        certificate.expect(der::SEQUENCE)?;
        certificate.expect(der::BIT_STRING)?;
        if signed.tag() == Some(der::CONTEXT_0) {
            signed.expect(der::CONTEXT_0)?;
        }
        let serial = signed.expect(der::INTEGER)?.to_vec();
        signed.expect(der::SEQUENCE)?;
        let issuer = signed.whole(der::SEQUENCE)?.to_vec();
        let mut validity = signed.open(der::SEQUENCE)?;
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        let subject = signed.whole(der::SEQUENCE)?.to_vec();
        let key = signed.whole(der::SEQUENCE)?.to_vec();
        Some(Self {
            der: CertificateDer::from(der.to_vec()),
            serial,
            issuer,
            subject,
            key,
            not_before,
            not_after,
        })
    }

    pub(crate) fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// Whether this is the certificate of the key with this public half (SubjectPublicKeyInfo, DER).
    pub(crate) fn is_of(&self, public_key: &[u8]) -> bool {
        self.key == public_key
    }

    /// Whether the other one, by its name, signed this one.
    pub(crate) fn names_as_issuer(&self, other: &Self) -> bool {
        self.issuer == other.subject
    }

    /// The object identifier of the key's algorithm.
    pub(crate) fn algorithm(&self) -> Option<&[u8]> {
        let mut key = Reader::new(&self.key).open(der::SEQUENCE)?;
        key.open(der::SEQUENCE)?.expect(der::OBJECT_IDENTIFIER)
    }

    /// Seconds since 1970, both included.
    pub(crate) fn validity(&self) -> (i64, i64) {
        (self.not_before, self.not_after)
    }

    pub(crate) fn info(&self) -> CertificateInfo {
        CertificateInfo {
            subject: name(&self.subject),
            issuer: name(&self.issuer),
            // A leading zero keeps a large number positive.
            serial: hex(match &*self.serial {
                [0, rest @ ..] if !rest.is_empty() => rest,
                all => all,
            }),
            not_before: moment(self.not_before),
            not_after: moment(self.not_after),
        }
    }
}

/// What a certificate says of itself. Nothing here is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateInfo {
    /// Whose it is, as `CN=…,O=…`: the text form of RFC 4514, the most specific part first; control and directional
    /// characters are escaped.
    pub subject: String,
    /// Who signed it, in the same form.
    pub issuer: String,
    /// The serial number that the issuer gave it, in hexadecimal digits.
    pub serial: String,
    /// Valid from then on.
    pub not_before: SystemTime,
    /// Valid until then.
    pub not_after: SystemTime,
}

/// RFC 5280, section 4.1.2.5: `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` from then on.
fn time(reader: &mut Reader<'_>) -> Option<i64> {
    let value = reader.value()?;
    let digits = std::str::from_utf8(value.content.strip_suffix(b"Z")?).ok()?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = |at: usize, length: usize| digits.get(at..at + length)?.parse::<i64>().ok();
    let (year, rest) = match (value.tag, digits.len()) {
        (der::UTC_TIME, 12) => {
            let year = number(0, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, 2)
        }
        (der::GENERALIZED_TIME, 14) => (number(0, 4)?, 4),
        _ => return None,
    };
    let part = |at: usize| number(rest + at, 2);
    let (month, day, hour, minute, second) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    let in_range =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    in_range.then(|| days_since_epoch(year, month, day) * DAY + hour * 3_600 + minute * 60 + second)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// RFC 4514.
fn name(der: &[u8]) -> String {
    let mut parts = Vec::new();
    if let Some(mut sequence) = Reader::new(der).open(der::SEQUENCE) {
        while let Some(mut set) = sequence.open(der::SET) {
            let mut part = String::new();
            while let Some(mut attribute) = set.open(der::SEQUENCE) {
                if !part.is_empty() {
                    part.push('+');
                }
                attribute_text(&mut attribute, &mut part);
            }
            parts.push(part);
        }
    }
    parts.reverse();
    parts.join(",")
}

/// Attribute types with a name of their own: RFC 4514, section 3, and what OpenSSL adds.
const ATTRIBUTES: [(&[u8], &str); 11] = [
    (b"\x55\x04\x03", "CN"),
    (b"\x55\x04\x05", "serialNumber"),
    (b"\x55\x04\x06", "C"),
    (b"\x55\x04\x07", "L"),
    (b"\x55\x04\x08", "ST"),
    (b"\x55\x04\x09", "STREET"),
    (b"\x55\x04\x0a", "O"),
    (b"\x55\x04\x0b", "OU"),
    (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "emailAddress"),
    (b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"),
    (b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"),
];

fn attribute_text(attribute: &mut Reader<'_>, into: &mut String) {
    let Some(kind) = attribute.expect(der::OBJECT_IDENTIFIER) else {
        return into.push('?');
    };
    let known = ATTRIBUTES.iter().find(|(id, _)| *id == kind);
    match known {
        Some((_, name)) => into.push_str(name),
        None => into.push_str(&dotted(kind)),
    }
    into.push('=');
    match attribute.value() {
        Some(value) => match string(value.tag, value.content).filter(|_| known.is_some()) {
            Some(text) => escape(&text, into),
            None => {
                into.push('#');
                into.push_str(&hex(value.whole));
            }
        },
        None => into.push('?'),
    }
}

/// The character strings of names; `None` for anything else.
fn string(tag: u8, content: &[u8]) -> Option<String> {
    const UTF8: u8 = 0x0c;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const BMP: u8 = 0x1e;
    match tag {
        UTF8 | PRINTABLE | IA5 => String::from_utf8(content.to_vec()).ok(),
        TELETEX => Some(content.iter().map(|byte| char::from(*byte)).collect()),
        BMP if content.len().is_multiple_of(2) => {
            let units: Vec<u16> = content
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

fn escape(text: &str, into: &mut String) {
    let last = text.chars().count().saturating_sub(1);
    for (at, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => into.extend(['\\', character]),
            ' ' if at == 0 || at == last => into.push_str("\\ "),
            '#' if at == 0 => into.push_str("\\#"),
            _ if character.is_control() || is_directional(character) => {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    let _ = write!(into, "\\{byte:02X}");
                }
            }
            _ => into.push(character),
        }
    }
}

/// Characters that are not seen, or turn the text around them (Unicode TR 36).
fn is_directional(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn dotted(id: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number: u64 = 0;
    for byte in id {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.extend([first, number - first * 40]);
            } else {
                numbers.push(number);
            }
            number = 0;
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::rfc3339;

    fn read_time(tag: u8, text: &str) -> Option<i64> {
        let mut written = Vec::new();
        der::write(tag, &[text.as_bytes()], &mut written);
        time(&mut Reader::new(&written))
    }

    proptest! {
        #[test]
        fn a_moment_is_read_as_it_was_written(unix_seconds in -62_167_219_200_i64..253_402_300_800) {
            let text = rfc3339(unix_seconds).replace(['-', ':', 'T'], "");
            prop_assert_eq!(read_time(der::GENERALIZED_TIME, &text), Some(unix_seconds));
            let year: i64 = text[..4].parse().unwrap();
            if (1950..2050).contains(&year) {
                prop_assert_eq!(read_time(der::UTC_TIME, &text[2..]), Some(unix_seconds));
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (Certificate::read(&bytes), name(&bytes), dotted(&bytes));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "Z",
            "2601010000Z",
            "260101000000",
            "260101000000+0000",
            "261301000000Z",
            "260100000000Z",
            "260101240000Z",
            "2601010000a0Z",
        ] {
            assert_eq!(read_time(der::UTC_TIME, text), None, "{text}");
        }
    }

    #[test]
    fn what_would_mislead_in_a_name_is_escaped() {
        for (text, escaped) in [
            ("Ada", "Ada"),
            ("a,b+c\"d\\e<f>g;h=i", "a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\=i"),
            (" a ", "\\ a\\ "),
            ("#a#", "\\#a#"),
            ("a\nb\0", "a\\0Ab\\00"),
            ("a\u{202e}b\u{200b}", "a\\E2\\80\\AEb\\E2\\80\\8B"),
            ("Müller", "Müller"),
        ] {
            let mut written = String::new();
            escape(text, &mut written);
            assert_eq!(written, escaped);
        }
        assert_eq!(
            dotted(b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"),
            "1.2.840.113549.1.9.1"
        );
        assert_eq!(dotted(b"\x88\x37"), "2.999");
    }
}
