//! D1's error body, read by a tolerant reader: a blemish in it must not hide what happened.

mod members;
mod text;

use d1_generated::types::ErrorCode;
use http::HeaderMap;

/// What an error body says. Whatever else came instead of one says nothing.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    /// `errorCode`, if there is one and nothing contradicts it.
    pub(crate) code: Option<ErrorCode>,
    /// `error`.
    pub(crate) error: Option<Box<str>>,
}

impl ErrorBody {
    /// Reads `body`, or what was received of it: `errorCode` and `error` are looked for among the members of the object
    /// that the body is, and nowhere else. Well-formed JSON is read as any parser reads it.
    ///
    /// Beyond that are read over: a byte order mark, UTF-16, bytes that are no UTF-8, control characters, wrong escapes,
    /// lone surrogates, missing and superfluous commas, single quotes, literals that JSON lacks, an end that is missing,
    /// anything after the end; and gzip or deflate, as the answer's `headers` or the body itself tell. The code is none if
    /// two differ, if it is cut off or unreadable, or if another may stand behind a place where the structure is lost.
    ///
    /// It takes time and memory in proportion to the body, and at most 64 KiB of what a packed one holds.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let unpacked = text::unpacked(headers, body);
        members::read(&text::utf8(&unpacked))
    }
}

#[cfg(test)]
mod tests;
