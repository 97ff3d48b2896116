//! The text of a body, as it is meant to be read: unpacked, as UTF-8, without a byte order mark.

use std::borrow::Cow;

use http::{HeaderMap, header};
use miniz_oxide::inflate::{
    DecompressError, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};

/// What is unpacked at most: a few bytes can hold gigabytes.
const MAX_UNPACKED: usize = 64 * 1024;

/// The body without a coding that was not requested: gzip (RFC 1952), deflate with or without its zlib frame (RFC
/// 1950, 1951). One that is cut off or broken gives what comes before the break.
pub(super) fn unpacked<'a>(headers: &HeaderMap, body: &'a [u8]) -> Cow<'a, [u8]> {
    let is_deflate = || {
        let coding = headers.get(header::CONTENT_ENCODING);
        coding.is_some_and(|coding| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"deflate"))
    };
    let unpacked = if let Some(packed) = gzip_members(body) {
        decompress_to_vec_with_limit(packed, MAX_UNPACKED)
    } else if has_zlib_frame(body) {
        decompress_to_vec_zlib_with_limit(body, MAX_UNPACKED)
    } else if is_deflate() && !body.starts_with(b"{") {
        decompress_to_vec_with_limit(body, MAX_UNPACKED)
    } else {
        return Cow::Borrowed(body);
    };
    Cow::Owned(unpacked.unwrap_or_else(|DecompressError { output, .. }| output))
}

/// Whether it begins as RFC 1950, section 2.2 says: deflate, a window of at most 32 KiB, a check. No JSON does.
fn has_zlib_frame(body: &[u8]) -> bool {
    let Some(head) = body.first_chunk::<2>() else {
        return false;
    };
    head[0] & 0x8f == 0x08 && u16::from_be_bytes(*head).is_multiple_of(31)
}

/// What follows the header of the first member (RFC 1952, section 2.3): an error is not packed into two.
fn gzip_members(body: &[u8]) -> Option<&[u8]> {
    const EXTRA: u8 = 1 << 2;
    const NAME: u8 = 1 << 3;
    const COMMENT: u8 = 1 << 4;
    const CHECK: u8 = 1 << 1;

    let rest = body.strip_prefix(&[0x1f, 0x8b, 8])?;
    let (flags, rest) = rest.split_first()?;
    // Time, extra flags, operating system.
    let mut rest = rest.get(6..)?;
    if flags & EXTRA != 0 {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        rest = behind.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & CHECK != 0 {
        rest.get(2..)
    } else {
        Some(rest)
    }
}

/// UTF-16 as UTF-8; anything else as it is. Without the byte order mark, or two.
pub(super) fn utf8(body: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match body {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        // Without a mark: JSON begins with two ASCII characters (RFC 4627, section 3), and text has no zero.
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => u16::from_le_bytes,
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => u16::from_be_bytes,
        _ => {
            let mut body = body;
            while let Some(rest) = body.strip_prefix(b"\xef\xbb\xbf") {
                body = rest;
            }
            return Cow::Borrowed(body);
        }
    };
    let units = body.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .skip_while(|c| *c == '\u{feff}')
        .collect();
    Cow::Owned(text.into_bytes())
}
