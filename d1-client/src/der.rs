//! The little of DER (ITU-T X.690) that is read here: values one after the other, of definite length.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0] EXPLICIT`.
pub(crate) const CONTEXT_0: u8 = 0xa0;
/// `[1] EXPLICIT`.
pub(crate) const CONTEXT_1: u8 = 0xa1;

/// Reads the values of some bytes in order.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

/// One value.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    /// Tag and length included.
    pub(crate) whole: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next value.
    pub(crate) fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value; `None` if there is none, or if it is not DER.
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = digits
                    .iter()
                    .fold(0, |length, digit| length << 8 | usize::from(*digit));
                // DER has one encoding of a length, the shortest.
                let shortest = digits.first() != Some(&0) && length > 0x7f;
                (Some(length).filter(|_| shortest)?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let whole = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        Some(Value { tag, content, whole })
    }

    /// The content of the next value, if it has this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.value()
            .filter(|value| value.tag == tag)
            .map(|value| value.content)
    }

    /// The next value with its head, if it has this tag.
    pub(crate) fn whole(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.value()
            .filter(|value| value.tag == tag)
            .map(|value| value.whole)
    }

    /// The values of the next one, if it has this tag.
    pub(crate) fn open(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Self)
    }
}

/// A value with this tag.
pub(crate) fn write(tag: u8, content: &[&[u8]], into: &mut Vec<u8>) {
    let length: usize = content.iter().map(|part| part.len()).sum();
    into.push(tag);
    let digits = length.to_be_bytes();
    let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    match (length, u8::try_from(digits.len())) {
        (0..=0x7f, _) => into.extend(&length.to_be_bytes()[size_of::<usize>() - 1..]),
        (_, Ok(count)) => {
            into.push(0x80 | count);
            into.extend(digits);
        }
        (_, Err(_)) => unreachable!("a length has at most 8 bytes"),
    }
    for part in content {
        into.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_der_is_no_value() {
        for bytes in [
            &b""[..],
            b"\x30",
            b"\x30\x01",
            b"\x30\x80\x00\x00", // of indefinite length
            b"\x30\x81\x01\x00", // a length that is not the shortest
            b"\x30\x82\x00\x80", // the same
            b"\x30\x85\x00\x00\x00\x00\x01\x00",
            b"\x30\x84\xff\xff\xff\xff\x00",
        ] {
            assert!(Reader::new(bytes).value().is_none(), "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(tag: u8, content in proptest::collection::vec(any::<u8>(), 0..70_000), behind: u8) {
            let mut written = Vec::new();
            let (first, second) = content.split_at(content.len() / 2);
            write(tag, &[first, second], &mut written);
            written.push(behind);
            let mut reader = Reader::new(&written);
            let value = reader.value().unwrap();
            prop_assert_eq!((value.tag, value.content), (tag, &*content));
            prop_assert_eq!(value.whole.len() + 1, written.len());
            prop_assert_eq!(reader.tag(), Some(behind));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while reader.value().is_some() {}
        }
    }
}
