//! The issuer's own id of an end user, and what it must not be.

use std::{
    borrow::{Borrow, Cow},
    fmt,
    str::FromStr,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use d1_generated::{Invalid, types};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, IgnoredAny},
};

use crate::provider;

/// Shortest and longest primary account number, in digits (ISO/IEC 7812-1).
const PAN_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Of a pseudonym's key, in bytes: as long as the hash's output (RFC 2104, section 3).
const SHORTEST_KEY: usize = 32;

/// The issuer's own id of an end user: 1 to 64 characters of `A-Z a-z 0-9 _ -`.
///
/// It appears in URLs, and the vendor demands that it holds no personal information: no name, e-mail address, phone
/// number or card number. A random id is best; [`pseudonym`](Self::pseudonym) derives one where only a customer number
/// is at hand. `Debug` does not show it.
///
/// ```
/// use d1_client::ConsumerId;
///
/// assert!(ConsumerId::new("c-1f6e").is_ok());
/// assert!(ConsumerId::new("ada@example.com").is_err());
/// assert!(ConsumerId::new("4111111111111111").is_err()); // a card number
/// assert_eq!(format!("{:?}", ConsumerId::new("c-1f6e")?), "ConsumerId([redacted])");
/// # Ok::<(), d1_client::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ConsumerId(types::ConsumerId);

impl ConsumerId {
    /// Refuses what breaks the vendor's pattern, and what looks like a card number: 13 to 19 digits (a `-` or `_`
    /// between them does not count) with the prefix of a card scheme and a correct check digit (ISO/IEC 7812-1).
    ///
    /// About one in ten random numbers of such a length passes the check digit: issuers whose ids are such numbers use
    /// [`new_allowing_pan_like`](Self::new_allowing_pan_like), or better a [`pseudonym`](Self::pseudonym).
    ///
    /// # Errors
    /// The rule that is broken; never the value.
    pub fn new(value: impl AsRef<str>) -> Result<Self, Invalid> {
        let id = Self::new_allowing_pan_like(value)?;
        if is_pan_like(id.as_str()) {
            return Err(Invalid::new("must not be a card number").at("consumerId"));
        }
        Ok(id)
    }

    /// As [`new`](Self::new), for an issuer whose own ids happen to look like card numbers.
    ///
    /// # Errors
    /// The rule of the vendor's pattern; never the value.
    pub fn new_allowing_pan_like(value: impl AsRef<str>) -> Result<Self, Invalid> {
        types::ConsumerId::new(value)
            .map(Self)
            .map_err(|refused| refused.at("consumerId"))
    }

    /// An id that reveals nothing about the reference from which it is made: HMAC-SHA-256 (RFC 2104) of `reference`
    /// under `key`, in base64url without padding (RFC 4648, section 5): 43 characters.
    ///
    /// The same key and reference give the same id, in any language. The key has 32 random bytes or more (`openssl
    /// rand 32`). Keep it secret: anyone who has it can try references. Keep it as long as the consumers: without
    /// it you can no longer find their ids.
    ///
    /// ```
    /// use d1_client::ConsumerId;
    ///
    /// // RFC 4231, test case 6.
    /// let id = ConsumerId::pseudonym([0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First")?;
    /// assert_eq!(id.as_str(), "YOQxWR7gtn8Niiaqy_W3f44LxiE3KMUUBUYEDw7jf1Q");
    /// assert!(ConsumerId::pseudonym("a password", "customer 4711").is_err());
    /// # Ok::<(), d1_client::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// A key under 32 bytes, which could be found by trial. A build without a TLS provider, which computes the
    /// pseudonym.
    pub fn pseudonym(key: impl AsRef<[u8]>, reference: impl AsRef<[u8]>) -> Result<Self, Invalid> {
        let key = key.as_ref();
        if key.len() < SHORTEST_KEY {
            return Err(Invalid::new("must be made with a key of at least 32 bytes").at("consumerId"));
        }
        Self::keyed(key, reference.as_ref())
    }

    fn keyed(key: &[u8], reference: &[u8]) -> Result<Self, Invalid> {
        let code = provider::hmac_sha256(key, reference).ok_or_else(|| {
            Invalid::new("cannot be made without the feature `aws-lc-rs` or `ring`").at("consumerId")
        })?;
        types::ConsumerId::new(URL_SAFE_NO_PAD.encode(code)).map(Self)
    }

    /// The id as it stands in URLs. Keep it out of logs.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn into_generated(self) -> types::ConsumerId {
        self.0
    }
}

impl fmt::Debug for ConsumerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The id itself: it is not secret, and holds nothing personal. Still keep it out of logs.
impl fmt::Display for ConsumerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl AsRef<str> for ConsumerId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// A map with such keys is searched by a `&str`.
impl Borrow<str> for ConsumerId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

/// A typed mock takes it for the generated one.
#[cfg(feature = "httpmock")]
impl d1_generated::hooks::Same<types::ConsumerId> for ConsumerId {
    fn same(&self) -> &types::ConsumerId {
        &self.0
    }
}

impl From<ConsumerId> for String {
    fn from(id: ConsumerId) -> Self {
        id.0.into()
    }
}

impl From<&ConsumerId> for ConsumerId {
    fn from(id: &ConsumerId) -> Self {
        id.clone()
    }
}

impl PartialEq<str> for ConsumerId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ConsumerId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// Each as [`ConsumerId::new`].
macro_rules! try_from {
    ($($text:ty),*) => {
        $(impl TryFrom<$text> for ConsumerId {
            type Error = Invalid;
            fn try_from(value: $text) -> Result<Self, Invalid> {
                Self::new(value)
            }
        })*
    };
}

try_from!(&str, String, &String, Cow<'_, str>, Box<str>, Arc<str>);

impl FromStr for ConsumerId {
    type Err = Invalid;
    fn from_str(value: &str) -> Result<Self, Invalid> {
        Self::new(value)
    }
}

impl<'de> Deserialize<'de> for ConsumerId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Not as a string alone: serde_json would repeat a number that is none.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given<'a> {
            Text(#[serde(borrow)] Cow<'a, str>),
            Other(IgnoredAny),
        }
        match Given::deserialize(from)? {
            Given::Text(text) => Self::new(text).map_err(D::Error::custom),
            Given::Other(_) => Err(D::Error::custom("consumerId must be a string")),
        }
    }
}

fn is_pan_like(id: &str) -> bool {
    let bare: Vec<u8> = id.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).collect();
    PAN_DIGITS.contains(&bare.len())
        && bare.iter().all(u8::is_ascii_digit)
        && has_scheme_prefix(&bare)
        && passes_luhn(&bare)
}

/// The issuer identification ranges of the schemes that issue payment cards.
fn has_scheme_prefix(digits: &[u8]) -> bool {
    let prefix = digits
        .iter()
        .take(4)
        .fold(0_u32, |prefix, digit| prefix * 10 + u32::from(digit - b'0'));
    matches!(prefix,
        4000..=4999 // Visa
        | 5100..=5599 | 2221..=2720 // Mastercard
        | 3400..=3499 | 3700..=3799 // American Express
        | 3528..=3589 // JCB
        | 3000..=3059 | 3600..=3699 | 3800..=3999 // Diners Club
        | 6011 | 6440..=6599 // Discover, RuPay
        | 6200..=6299 // UnionPay
        | 5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799 // Maestro, Dankort
        | 2200..=2204 // Mir
        | 8100..=8171 // UnionPay
    )
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_card_numbers_of_every_scheme_are_refused_however_they_are_written() {
        for pan in [
            "4111111111111111",
            "4111-1111-1111-1111",
            "4222222222222",
            "5555555555554444",
            "2223003122003222",
            "378282246310005",
            "3530111333300000",
            "30569309025904",
            "6011111111111117",
            "6304000000000000",
            "5019717010103742",
        ] {
            let refused = ConsumerId::new(pan).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "consumerId must not be a card number",
                "{pan}"
            );
            assert!(ConsumerId::new_allowing_pan_like(pan).is_ok());
        }
    }

    #[test]
    fn numbers_that_are_no_card_numbers_pass() {
        for id in [
            "4111111111111112",
            "411111111111",
            "9999999999999995",
            "1234567890128",
            "c4111111111111111",
        ] {
            assert!(ConsumerId::new(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn the_pattern_is_the_vendors() {
        let longest = "x".repeat(64);
        assert!(ConsumerId::new(longest.as_str()).is_ok());
        for refused in ["", "a b", "a.b", "é", &format!("{longest}x")] {
            let error = ConsumerId::new(refused).unwrap_err();
            assert_eq!(error.field(), "consumerId");
        }
    }

    #[test]
    fn a_pseudonyms_key_has_32_bytes_or_more() {
        for (length, taken) in [
            (0, false),
            (1, false),
            (16, false),
            (31, false),
            (32, true),
            (64, true),
        ] {
            assert_eq!(
                ConsumerId::pseudonym(vec![7; length], "4711").is_ok(),
                taken,
                "{length}"
            );
        }
    }

    /// RFC 4231, test cases 1, 2 and 6 (a key longer than the hash's block).
    #[test]
    fn pseudonyms_follow_the_published_test_vectors() {
        let hex = |id: Result<ConsumerId, Invalid>| {
            let bytes = URL_SAFE_NO_PAD.decode(id.unwrap().as_str()).unwrap();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(
            hex(ConsumerId::keyed(&[0x0b; 20], b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hex(ConsumerId::keyed(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(ConsumerId::keyed(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
