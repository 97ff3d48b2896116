//! The crate's one reader of PEM text (RFC 7468). Nothing that looks like the beginning or the end of a block is passed
//! over in silence: it is a block, or a defect with its place.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::{Zeroize, Zeroizing};

const DASHES: &[u8] = b"-----";
const WIDE_DASHES: std::ops::RangeInclusive<u8> = 0x90..=0x95;

/// A PEM text as it is given to a constructor: a borrowed one stays its owner's, an owned one is wiped once it was read.
///
/// Implemented for references to whatever is bytes (`&str`, `&[u8]`, `&String`, `&Zeroizing<Vec<u8>>`, …) and for
/// `String`, `Vec<u8>`, `[u8; N]` and these in `Zeroizing`.
pub trait PemText: sealed::Sealed {
    #[doc(hidden)]
    fn read_and_wipe<T>(self, read: impl FnOnce(&[u8]) -> T) -> T;
}

mod sealed {
    pub trait Sealed {}
}

impl<B: AsRef<[u8]> + ?Sized> sealed::Sealed for &B {}

impl<B: AsRef<[u8]> + ?Sized> PemText for &B {
    fn read_and_wipe<T>(self, read: impl FnOnce(&[u8]) -> T) -> T {
        read(self.as_ref())
    }
}

macro_rules! owned_text {
    ($([$($generics:tt)*] $owned:ty),* $(,)?) => {$(
        impl<$($generics)*> sealed::Sealed for $owned {}

        impl<$($generics)*> PemText for $owned {
            fn read_and_wipe<T>(mut self, read: impl FnOnce(&[u8]) -> T) -> T {
                let result = read(self.as_ref());
                self.zeroize();
                result
            }
        }
    )*};
}

owned_text!(
    [] String,
    [] Vec<u8>,
    [const N: usize] [u8; N],
    [] Zeroizing<String>,
    [] Zeroizing<Vec<u8>>,
);

/// One `-----BEGIN …-----` to `-----END …-----`, its content wiped on drop.
pub(crate) struct Block {
    /// What stands after `BEGIN`; empty where that cannot be read.
    pub(crate) label: String,
    pub(crate) place: PemPlace,
    /// Under a passphrase by OpenSSL's traditional header `Proc-Type: 4,ENCRYPTED` (RFC 1421).
    pub(crate) encrypted: bool,
    pub(crate) der: Result<Zeroizing<Vec<u8>>, PemDefect>,
}

impl Block {
    fn new(label: Option<&[u8]>, place: PemPlace, der: Result<Zeroizing<Vec<u8>>, PemDefect>) -> Self {
        Self {
            label: text_of(label.unwrap_or_default()),
            place,
            encrypted: false,
            der,
        }
    }
}

/// Where a block is, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PemPlace {
    /// Which of the text's blocks.
    pub block: usize,
    /// The line on which it begins.
    pub line: usize,
}

/// What is wrong with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PemDefect {
    /// Something that looks like `-----BEGIN …-----` or `-----END …-----`, and is not written exactly so.
    #[error(
        "its first or last line is not exactly `-----BEGIN …-----` or `-----END …-----`: five dashes on each \
         side, capitals"
    )]
    Framing,
    /// A beginning without an end.
    #[error("it has no `-----END …-----` line: the text is cut off")]
    NoEnd,
    /// An end without a beginning.
    #[error("it has no `-----BEGIN …-----` line: the beginning of the text is missing")]
    NoBeginning,
    /// The end line does not match the beginning line.
    #[error("its `-----END …-----` line does not match its `-----BEGIN …-----` line")]
    OtherEnd,
    /// What stands between is not Base64, or nothing.
    #[error("the text between its first and its last line is not complete Base64")]
    NotBase64,
    /// The line breaks are the two characters `\` and `n`.
    #[error("its line breaks are written as \\n: write real ones (printf '%b' \"$TEXT\" > file.pem)")]
    EscapedLineBreaks,
    /// It is in another encoding than the beginning of the text: UTF-16 beside one byte a character.
    #[error(
        "it is in another encoding than the beginning of the text (UTF-16 beside one byte a character): save the \
         whole as UTF-8"
    )]
    OtherEncoding,
}

impl fmt::Display for PemPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PEM block {} (line {})", self.block, self.line)
    }
}

/// All blocks of the text, in order.
///
/// What stands around them (OpenSSL's `Bag Attributes`, a byte order mark, NUL) is skipped; any width of line and any
/// line ending will do, none at all too. UTF-16 with its byte order mark, as PowerShell writes it, is read as well.
pub(crate) fn blocks(text: &[u8]) -> Vec<Block> {
    let (mut blocks, others) = match narrowed(text) {
        Some(narrow) => (scan(&narrow), in_other_encoding(text, &[Width::One])),
        None => (scan(text), in_other_encoding(text, &[Width::Low, Width::High])),
    };
    for at in others {
        let (block, line) = (blocks.len() + 1, 1 + line_breaks(&text[..at]));
        let place = PemPlace { block, line };
        blocks.push(Block::new(None, place, Err(PemDefect::OtherEncoding)));
    }
    blocks
}

/// How wide a character is, and which of two bytes comes first.
#[derive(Clone, Copy)]
enum Width {
    One,
    Low,
    High,
}

/// Where the text begins or ends a block in an encoding that is not its own: files of two encodings were joined.
fn in_other_encoding(text: &[u8], widths: &[Width]) -> Vec<usize> {
    let mut found = Vec::new();
    for width in widths {
        for word in ["-----BEGIN", "-----END"] {
            let spelled: Vec<u8> = word
                .bytes()
                .flat_map(|byte| match width {
                    Width::One => vec![byte],
                    Width::Low => vec![byte, 0],
                    Width::High => vec![0, byte],
                })
                .collect();
            let windows = text.windows(spelled.len()).enumerate();
            found.extend(windows.filter(|(_, window)| *window == spelled).map(|(at, _)| at));
        }
    }
    found.sort_unstable();
    // One place fits both orders of bytes where a zero stands on either side.
    found.dedup_by(|later, earlier| *later - *earlier <= 1);
    found
}

/// UTF-16 to bytes, what is not ASCII as `?`; `None` without a UTF-16 byte order mark.
fn narrowed(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (low, high, units) = match text {
        [0xff, 0xfe, units @ ..] => (0, 1, units),
        [0xfe, 0xff, units @ ..] => (1, 0, units),
        _ => return None,
    };
    let mut narrow = Zeroizing::new(Vec::with_capacity(units.len() / 2));
    narrow.extend(units.chunks_exact(2).map(|unit| match (unit[low], unit[high]) {
        (byte, 0) if byte.is_ascii() => byte,
        _ => b'?',
    }));
    Some(narrow)
}

/// `BEGIN` or `END` with two dashes before it, at least.
struct Marker<'a> {
    begins: bool,
    /// Of the first dash, and behind the last.
    span: (usize, usize),
    /// `None` if it is not framed exactly.
    label: Option<&'a [u8]>,
}

fn scan(text: &[u8]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    let mut next = next_marker(text, 0);
    while let Some(marker) = next {
        let (start, end) = marker.span;
        line += line_breaks(&text[counted..start]);
        counted = start;
        let block = blocks.len() + 1;
        let place = PemPlace { block, line };
        next = next_marker(text, end);
        if !marker.begins {
            blocks.push(Block::new(marker.label, place, Err(PemDefect::NoBeginning)));
            continue;
        }
        // Whatever comes next, it ends the block, or shows that it has no end.
        let body = &text[end..next.as_ref().map_or(text.len(), |next| next.span.0)];
        let closing = next.as_ref().filter(|next| !next.begins);
        blocks.push(read(&marker, closing, body, place));
        if let Some(behind) = closing.map(|closing| closing.span.1) {
            next = next_marker(text, behind);
        }
    }
    blocks
}

/// The next text that begins or ends a block, or tries to: two dashes of any kind, or more, before the word, in any case.
fn next_marker(text: &[u8], from: usize) -> Option<Marker<'_>> {
    (from..text.len()).find_map(|at| {
        let rest = &text[at..];
        let before = &text[from..at];
        let framed = before.ends_with(DASHES);
        // Directly behind five dashes the word counts whatever follows.
        let word = word_at(rest, framed)?;
        let after = &rest[word.len()..];
        let (begin_of_dashes, count) = dashes(without_blanks(before))?;
        // Words of a sentence between dashes begin and end nothing.
        if !rest.starts_with(word) && count < DASHES.len() {
            return None;
        }
        let begin_of_dashes = from + begin_of_dashes;
        let line = &after[..after.iter().position(breaks_line).unwrap_or(after.len())];
        let framed = framed && rest.starts_with(word) && line.starts_with(b" ");
        let label = line
            .windows(DASHES.len())
            .position(|window| window == DASHES)
            .filter(|_| framed)
            .and_then(|length| {
                Some((
                    line[..length].trim_ascii(),
                    length + closing_dashes(&line[length..])?,
                ))
            })
            .filter(|(label, _)| !label.is_empty());
        let end_of_word = at + word.len();
        Some(Marker {
            begins: word.len() == b"BEGIN".len(),
            span: match label {
                Some((_, length)) => (at - DASHES.len(), end_of_word + length),
                None => (begin_of_dashes, end_of_word),
            },
            label: label.map(|(label, _)| label),
        })
    })
}

/// Without the blanks at its end; the line is the same.
fn without_blanks(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
    &text[..end.map_or(0, |last| last + 1)]
}

/// The word at the beginning of the text, in any case; as a part of a longer word, if that may be.
fn word_at(text: &[u8], part: bool) -> Option<&'static [u8]> {
    let starts = |word: &&[u8]| text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word);
    let word = [&b"BEGIN"[..], b"END"].into_iter().find(starts)?;
    let ends = !text.get(word.len()).is_some_and(u8::is_ascii_alphanumeric);
    (ends || part).then_some(word)
}

/// How many of the dashes at the beginning close a label: five, if enough are left for a marker that follows at once.
fn closing_dashes(text: &[u8]) -> Option<usize> {
    let run = text.iter().take_while(|byte| **byte == b'-').count();
    match word_at(&text[run..], run >= DASHES.len()) {
        None => Some(DASHES.len()),
        Some(_) => run
            .checked_sub(DASHES.len())
            .filter(|closing| *closing >= DASHES.len()),
    }
}

/// Where the dashes begin with which the text ends, and how many they are, if there are two or more: ASCII's, or what word
/// processors make of them.
fn dashes(text: &[u8]) -> Option<(usize, usize)> {
    let (mut rest, mut count) = (text, 0);
    loop {
        rest = match rest {
            [before @ .., b'-'] => before,
            [before @ .., 0xe2, 0x80, last] if WIDE_DASHES.contains(last) => before,
            _ => break,
        };
        count += 1;
    }
    (count > 1).then_some((rest.len(), count))
}

fn breaks_line(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn read(opening: &Marker<'_>, closing: Option<&Marker<'_>>, body: &[u8], place: PemPlace) -> Block {
    let mut read = Block::new(opening.label, place, Err(PemDefect::Framing));
    let escaped = |body: &[u8]| body.windows(2).any(|pair| matches!(pair, b"\\n" | b"\\r"));
    read.der = match (opening.label, closing.map(|closing| closing.label)) {
        _ if escaped(body) => Err(PemDefect::EscapedLineBreaks),
        (None, _) | (_, Some(None)) => Err(PemDefect::Framing),
        (Some(_), None) => Err(PemDefect::NoEnd),
        (Some(begun), Some(Some(ended))) if begun != ended => Err(PemDefect::OtherEnd),
        _ => {
            let (encrypted, base64) = without_headers(body);
            read.encrypted = encrypted;
            decoded(base64)
        }
    };
    read
}

/// The Base64 behind RFC 1421's headers, and whether they tell of a passphrase.
fn without_headers(body: &[u8]) -> (bool, &[u8]) {
    let (mut rest, mut in_headers) = (body, false);
    while let Some(end) = rest
        .iter()
        .position(breaks_line)
        .or(Some(rest.len()))
        .filter(|_| !rest.is_empty())
    {
        let line = &rest[..end];
        let continued =
            in_headers && line.first().is_some_and(u8::is_ascii_whitespace) && !line.trim_ascii().is_empty();
        if line.contains(&b':') || continued {
            in_headers = true;
        } else if in_headers || !line.trim_ascii().is_empty() {
            break;
        }
        let broken = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = &rest[(end + broken).min(rest.len())..];
    }
    let headers = &body[..body.len() - rest.len()];
    let encrypted = headers
        .windows(b"ENCRYPTED".len())
        .any(|window| window == b"ENCRYPTED");
    (encrypted, rest)
}

fn decoded(base64: &[u8]) -> Result<Zeroizing<Vec<u8>>, PemDefect> {
    // Reserved once: a buffer that grows leaves copies of the key behind.
    let mut bare = Zeroizing::new(Vec::with_capacity(base64.len()));
    bare.extend(base64.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; bare.len()]);
    match STANDARD.decode_slice(&*bare, &mut der) {
        Ok(length) if length > 0 => {
            der.truncate(length);
            Ok(der)
        }
        _ => Err(PemDefect::NotBase64),
    }
}

/// LF, CR and CRLF each break a line once.
fn line_breaks(text: &[u8]) -> usize {
    let characters = text.iter().filter(|byte| breaks_line(byte)).count();
    let pairs = text.windows(2).filter(|pair| pair == b"\r\n").count();
    characters - pairs
}

fn text_of(label: &[u8]) -> String {
    let printable = |byte: &u8| {
        if (b' '..=b'~').contains(byte) {
            char::from(*byte)
        } else {
            '?'
        }
    };
    label.iter().map(printable).collect()
}

/// As PEM, in lines of 64 characters.
pub(crate) fn written(label: &str, der: &[u8]) -> Zeroizing<String> {
    const WIDTH: usize = 64;
    let mut base64 = Zeroizing::new(String::with_capacity(der.len().div_ceil(3) * 4));
    STANDARD.encode_string(der, &mut base64);
    let frame = 2 * (label.len() + "-----BEGIN -----\n".len());
    let mut pem = Zeroizing::new(String::with_capacity(
        base64.len() + base64.len() / WIDTH + 1 + frame,
    ));
    pem.push_str("-----BEGIN ");
    pem.push_str(label);
    pem.push_str("-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.len().min(WIDTH));
        pem.push_str(line);
        pem.push('\n');
        rest = behind;
    }
    pem.push_str("-----END ");
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<(String, usize, Result<Vec<u8>, PemDefect>)> {
        blocks(text.as_bytes())
            .into_iter()
            .map(|block| (block.label, block.place.line, block.der.map(|der| der.to_vec())))
            .collect()
    }

    #[test]
    fn blocks_are_found_with_label_and_line_whatever_breaks_the_lines() {
        let text = "before\n-----BEGIN A-----\nYQ==\n-----END A-----\nbetween\n\n-----BEGIN B C-----\nYg==\n-----END B C-----\n";
        let expected = vec![
            ("A".to_owned(), 2, Ok(b"a".to_vec())),
            ("B C".to_owned(), 7, Ok(b"b".to_vec())),
        ];
        for line_break in ["\n", "\r\n", "\r"] {
            assert_eq!(found(&text.replace('\n', line_break)), expected, "{line_break:?}");
        }
    }

    #[test]
    fn headers_are_no_content_and_may_tell_of_a_passphrase() {
        let block =
            |body: &str| blocks(format!("-----BEGIN A-----\n{body}\n-----END A-----").as_bytes()).remove(0);
        for (body, encrypted) in [
            ("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nYQ==", true),
            ("Proc-Type: 4,ENCRYPTED\r\n\r\nYQ==", true),
            (
                "DEK-Info: AES-128-CBC,00\r\nProc-Type: 4,ENCRYPTED\r\n\r\nYQ==",
                true,
            ),
            ("Comment: one\r\nComment: two\r\n\r\nYQ==", false),
            (
                "Proc-Type: 4,MIC-ONLY\nComment: long\n  and longer\n\nYQ==",
                false,
            ),
            ("\nYQ==", false),
        ] {
            let block = block(body);
            assert_eq!(
                (block.encrypted, block.der.unwrap().to_vec()),
                (encrypted, b"a".to_vec()),
                "{body}"
            );
        }
        assert_eq!(
            block("YQ==\nComment: behind").der.unwrap_err(),
            PemDefect::NotBase64
        );
    }

    #[test]
    fn a_word_without_its_blank_is_a_defect() {
        let text = "-----BEGINCERTIFICATE-----\nYQ==\n-----ENDCERTIFICATE-----";
        assert_eq!(found(text), [(String::new(), 1, Err(PemDefect::Framing))]);
    }

    #[test]
    fn what_is_in_another_encoding_than_the_beginning_is_a_defect() {
        let block = "-----BEGIN A-----\nYQ==\n-----END A-----\n";
        let wide = |high: bool| -> Vec<u8> {
            let units = block
                .bytes()
                .flat_map(|byte| if high { [0, byte] } else { [byte, 0] });
            units.collect()
        };
        for (text, found) in [
            ([block.as_bytes(), &wide(false)].concat(), 3),
            ([block.as_bytes(), &wide(true)].concat(), 3),
            ([b"\xff\xfe", &wide(false)[..], block.as_bytes()].concat(), 3),
            ([b"\xfe\xff", &wide(true)[..], block.as_bytes()].concat(), 3),
            ([b"x\n", &wide(false)[..]].concat(), 2),
        ] {
            let blocks = blocks(&text);
            assert_eq!(blocks.len(), found, "{text:?}");
            let last = blocks.last().unwrap();
            assert_eq!(last.der.as_ref().unwrap_err(), &PemDefect::OtherEncoding);
        }
    }

    #[test]
    fn a_beginning_within_a_block_ends_it() {
        let text = "-----BEGIN A-----\nYQ==\n-----BEGIN B-----\nYg==\n-----END B-----";
        assert_eq!(
            found(text),
            [
                ("A".to_owned(), 1, Err(PemDefect::NoEnd)),
                ("B".to_owned(), 3, Ok(b"b".to_vec()))
            ]
        );
    }

    #[test]
    fn dashes_belong_to_one_marker() {
        for (text, labels) in [
            ("-----BEGIN A----------BEGIN B-----", &["A", "B"][..]),
            ("-----BEGIN A-----BEGIN B-----", &["", "B"]),
            ("-----BEGIN A------BEGIN B-----", &["", "B"]),
            ("------BEGIN A------YQ==------END A------", &["A"]),
        ] {
            let found: Vec<_> = found(text).into_iter().map(|(label, ..)| label).collect();
            assert_eq!(found, labels, "{text}");
        }
    }

    #[test]
    fn words_that_begin_or_end_nothing_are_text() {
        for text in [
            "-BEGIN",
            "front-end",
            "--endless",
            "# --- end of chain ---",
            "friendlyName: x--end",
            "---\nEnd-entity: leaf",
            "BEGIN A",
            "the END",
            "-----",
            "- - -",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    /// Pieces of which damaged files are made.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("-----BEGIN CERTIFICATE-----".to_owned()),
            Just("-----END CERTIFICATE-----".to_owned()),
            Just("-----BEGIN ".to_owned()),
            Just("-----BEGIN".to_owned()),
            Just("-----".to_owned()),
            Just("\n".to_owned()),
            Just("\r".to_owned()),
            Just("YWJj".to_owned()),
            Just("\\n".to_owned()),
            Just("Proc-Type: 4,ENCRYPTED\n".to_owned()),
            "[ -~]{0,9}",
            any::<String>(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_beginning_is_accounted_for(pieces in proptest::collection::vec(piece(), 0..24)) {
            let text = pieces.concat();
            let begins = text.match_indices("-----BEGIN");
            prop_assert!(blocks(text.as_bytes()).len() >= begins.count(), "{:?}", text);
        }

        #[test]
        fn what_is_written_is_read(
            written in proptest::collection::vec(("[A-Z][A-Z0-9 ]{0,8}[A-Z]", proptest::collection::vec(any::<u8>(), 1..200)), 0..5),
            between in "[a-zA-Z0-9=: \n\r\0]{0,20}",
        ) {
            let text: Vec<u8> = written
                .iter()
                .flat_map(|(label, der)| [between.as_bytes().to_vec(), super::written(label, der).as_bytes().to_vec()].concat())
                .collect();
            let read: Vec<_> = blocks(&text).into_iter().map(|block| (block.label, block.der.unwrap().to_vec())).collect();
            prop_assert_eq!(read, written);
        }
    }
}
