//! The bytes of an input: of a file or of standard input, decompressed, in UTF-8.

use std::{
    cell::RefCell,
    ffi::OsStr,
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    rc::Rc,
};

use clap::ValueEnum;
use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

use super::row::Problem;
use crate::failure::Failure;

const BUFFER: usize = 64 * 1024;
const GZIP: &[u8] = &[0x1f, 0x8b];
/// RFC 8878, section 3.1.1.
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const UTF_8: &[u8] = b"\xef\xbb\xbf";
const UNDEFINED_IN_WINDOWS_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A header row with the JSON names, dots for nesting: `personalInformation.residencyAddress.line1`.
    Csv,
    /// A JSON object on each line, with `consumerId` among its members.
    Ndjson,
}

/// Where records come from.
#[derive(Clone)]
pub(super) struct Input {
    /// `None` for standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) format: Format,
    /// Whether the digest of the file is needed.
    pub(super) is_digested: bool,
}

impl Input {
    /// By a path, or `-`; the name tells the format unless it is given.
    pub(super) fn new(path: &Path, format: Option<Format>) -> Result<Self, Failure> {
        let is_stdin = path.as_os_str() == "-";
        let named = || {
            let name = path.file_name().and_then(OsStr::to_str)?;
            let name = name.to_ascii_lowercase();
            let name = name
                .strip_suffix(".gz")
                .or(name.strip_suffix(".zst"))
                .unwrap_or(&name);
            match name.rsplit_once('.')?.1 {
                "csv" => Some(Format::Csv),
                "ndjson" | "jsonl" => Some(Format::Ndjson),
                _ => None,
            }
        };
        let unknown = || {
            Failure::usage(
                "the format of the input is not known: its name does not end in .csv, .ndjson or .jsonl",
            )
            .hint("say --format csv or --format ndjson")
        };
        Ok(Self {
            path: (!is_stdin).then(|| path.to_owned()),
            format: format.or_else(named).ok_or_else(unknown)?,
            is_digested: false,
        })
    }

    pub(super) fn open(&self) -> Result<Source, Failure> {
        let Some(path) = &self.path else {
            return Ok(Source::new(Box::new(io::stdin()), false));
        };
        let cannot =
            |error: io::Error| Failure::usage(format!("{} cannot be read: {}", path.display(), error.kind()));
        let file = File::open(path).map_err(cannot)?;
        if !file.metadata().map_err(cannot)?.is_file() {
            // A pipe could not be read twice.
            let message = format!("{} is not a regular file", path.display());
            return Err(Failure::usage(message).hint("say - for standard input"));
        }
        Ok(Source::new(Box::new(file), self.is_digested))
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => path.display().fmt(f),
            None => f.write_str("standard input"),
        }
    }
}

pub(super) struct Source {
    raw: BufReader<Raw>,
    digest: Option<Rc<RefCell<Sha256>>>,
}

impl Source {
    fn new(from: Box<dyn Read>, is_digested: bool) -> Self {
        let digest = is_digested.then(Rc::default);
        let raw = Raw {
            from,
            digest: digest.clone(),
        };
        Self {
            raw: BufReader::with_capacity(BUFFER, raw),
            digest,
        }
    }

    /// What the SHA-256 of the file's bytes will be known by, once they are read to the end.
    pub(super) fn digest(&self) -> FileDigest {
        FileDigest(self.digest.clone())
    }

    /// The text, decompressed by what its first bytes say, without a byte order mark.
    pub(super) fn text(mut self) -> Result<Text, Problem> {
        let first = self.raw.fill_buf().map_err(|error| unreadable(1, &error))?;
        let mut text: Text = if first.starts_with(GZIP) {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(self.raw)))
        } else if first.starts_with(ZSTD) {
            let frames = Frames(State::Between(self.raw));
            Box::new(BufReader::with_capacity(BUFFER, frames))
        } else {
            Box::new(self.raw)
        };
        let first = text.fill_buf().map_err(|error| unreadable(1, &error))?;
        if first.is_empty() {
            return Err(Problem::new(1, "empty", "the input is empty"));
        }
        let is_utf_16 = first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff");
        if is_utf_16 || first[..first.len().min(4)].contains(&0) {
            let message = "the input is UTF-16, not UTF-8: save it as UTF-8, or convert it with `iconv -f UTF-16 -t UTF-8`";
            return Err(Problem::new(1, "encoding", message));
        }
        if first.starts_with(UTF_8) {
            text.consume(UTF_8.len());
        }
        Ok(text)
    }
}

pub(super) type Text = Box<dyn BufRead>;

/// The bytes as they are stored.
struct Raw {
    from: Box<dyn Read>,
    digest: Option<Rc<RefCell<Sha256>>>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        if let Some(digest) = &self.digest {
            digest.borrow_mut().update(&buffer[..length]);
        }
        Ok(length)
    }
}

pub(super) struct FileDigest(Option<Rc<RefCell<Sha256>>>);

impl FileDigest {
    /// `sha256:` and 64 hexadecimal digits of the bytes read so far; `None` if it was not needed.
    pub(super) fn text(&self) -> Option<String> {
        let digest = self.0.as_ref()?.borrow().clone().finalize();
        let mut text = "sha256:".to_owned();
        for byte in digest {
            text.push_str(&format!("{byte:02x}"));
        }
        Some(text)
    }
}

/// Zstandard frames one after another (RFC 8878, section 3.1), as parallel compressors write them.
struct Frames<R: BufRead>(State<R>);

enum State<R: BufRead> {
    Between(R),
    Frame(Box<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
    Failed,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.0 = match std::mem::replace(&mut self.0, State::Failed) {
                State::Between(mut raw) => {
                    if raw.fill_buf()?.is_empty() {
                        self.0 = State::Between(raw);
                        return Ok(0);
                    }
                    let frame = StreamingDecoder::new(raw).map_err(|_| io::ErrorKind::InvalidData)?;
                    State::Frame(Box::new(frame))
                }
                State::Frame(mut frame) => match frame.read(buffer)? {
                    0 if !buffer.is_empty() => {
                        let told = frame.decoder.get_checksum_from_data();
                        if told.is_some() && told != frame.decoder.get_calculated_checksum() {
                            return Err(io::ErrorKind::InvalidData.into());
                        }
                        State::Between(frame.into_inner())
                    }
                    length => {
                        self.0 = State::Frame(frame);
                        return Ok(length);
                    }
                },
                State::Failed => return Err(io::ErrorKind::InvalidData.into()),
            };
        }
    }
}

/// The input cannot be read on from this line.
pub(super) fn unreadable(line: u64, error: &io::Error) -> Problem {
    let message = match error.raw_os_error() {
        Some(_) => format!("cannot be read on: {}", error.kind()),
        None => "the compressed data are damaged, or cut off: is the file complete?".to_owned(),
    };
    Problem::new(line, "unreadable", message)
}

/// What is wrong with text that is not UTF-8.
pub(super) fn not_utf_8(line: u64, text: &[u8]) -> Problem {
    // In Latin-1 a letter with an accent is one byte; UTF-8 that was damaged still has some letters that are whole.
    let is_latin_1 = text.utf8_chunks().all(|chunk| {
        let is_defined = |byte: &u8| !UNDEFINED_IN_WINDOWS_1252.contains(byte);
        chunk.valid().is_ascii() && chunk.invalid().iter().all(is_defined)
    });
    let message = if is_latin_1 {
        "is not UTF-8; it looks like Latin-1 (Windows-1252): convert it with `iconv -f WINDOWS-1252 -t UTF-8`"
    } else {
        "is not UTF-8"
    };
    Problem::new(line, "encoding", message)
}
