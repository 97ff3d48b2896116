//! The bytes of an input: of a file or of standard input, decompressed, in UTF-8.

use std::{
    cell::RefCell,
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    rc::Rc,
};

use clap::ValueEnum;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::{
    compressed::{self, Bytes},
    progress::Progress,
    row::Problem,
};
use crate::failure::{Failure, why};

const BUFFER: usize = 64 * 1024;
const UTF_8: &[u8] = b"\xef\xbb\xbf";
const UNDEFINED_IN_WINDOWS_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A header row with the JSON names, dots for nesting: `personalInformation.residencyAddress.line1`.
    Csv,
    /// A JSON object on each line, with `consumerId` among its members.
    Ndjson,
}

impl Format {
    /// The given one, or the one that the name tells.
    ///
    /// # Errors
    /// If neither tells.
    pub(super) fn of(given: Option<Self>, path: &Path) -> Result<Self, Failure> {
        let named = || {
            let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
            let name = name
                .strip_suffix(".gz")
                .or(name.strip_suffix(".zst"))
                .unwrap_or(&name);
            match name.rsplit_once('.')?.1 {
                "csv" => Some(Self::Csv),
                "ndjson" | "jsonl" => Some(Self::Ndjson),
                _ => None,
            }
        };
        let unknown = || {
            Failure::usage(
                "the format of the input is not known: its name does not end in .csv, .ndjson or .jsonl",
            )
            .hint("say --format csv or --format ndjson")
        };
        given.or_else(named).ok_or_else(unknown)
    }
}

/// Refuses what is there and is not a regular file. It is not opened for that: a pipe would wait for its writer.
///
/// # Errors
/// If it is a folder, a pipe, a device or a descriptor.
pub(super) fn regular(path: &Path, what: impl fmt::Display) -> Result<(), Failure> {
    let (kind, hint) = match fs::metadata(path) {
        Ok(of) if of.is_dir() => ("a folder", "name a file in it"),
        // Whatever is behind it: nothing can be kept beside it, and elsewhere than on Linux it is not read from its beginning.
        Ok(_) if is_descriptor(path) => ("a descriptor", "name the file itself"),
        Ok(of) if !of.is_file() => ("a pipe or a device", "name a file: it is read more than once"),
        // What is not there is reported where it is opened.
        _ => return Ok(()),
    };
    Err(Failure::usage(format!("{what} is not a regular file, but {kind}")).hint(hint))
}

/// `/dev/stdin`, `/dev/fd/63`, `/proc/self/fd/0`.
fn is_descriptor(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    path == Path::new("/dev/stdin")
        || folder == Path::new("/dev/fd")
        || (folder.starts_with("/proc") && folder.ends_with("fd"))
}

/// Where records come from.
#[derive(Clone)]
pub(super) struct Input {
    /// `None` for standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) format: Format,
    /// Whether the digest of the file is needed.
    pub(super) is_digested: bool,
    /// What is told of the bytes that are read.
    pub(super) counter: Option<ProgressBar>,
}

impl Input {
    /// By a path, or `-`; the name tells the format unless it is given.
    pub(super) fn new(path: &Path, format: Option<Format>) -> Result<Self, Failure> {
        let is_stdin = path.as_os_str() == "-";
        if !is_stdin {
            regular(path, path.display()).map_err(|failure| match path.is_dir() {
                true => failure,
                false => failure.hint("a file is read twice: say - for standard input"),
            })?;
        }
        Ok(Self {
            path: (!is_stdin).then(|| path.to_owned()),
            format: Format::of(format, path)?,
            is_digested: false,
            counter: None,
        })
    }

    pub(super) fn open(&self) -> Result<Source, Failure> {
        let Some(path) = &self.path else {
            return Ok(Source::new(Box::new(io::stdin()), false, None));
        };
        let cannot = |error: io::Error| {
            Failure::usage(format!(
                "{} cannot be read: {}",
                path.display(),
                why(error.kind())
            ))
        };
        let file = File::open(path).map_err(cannot)?;
        Ok(Source::new(
            Box::new(file),
            self.is_digested,
            self.counter.clone(),
        ))
    }

    /// The same, read to be validated; at a terminal it is shown how far that is.
    pub(super) fn checked(&self) -> (Self, Progress) {
        let length = self.path.as_ref().and_then(|path| fs::metadata(path).ok());
        let progress = Progress::checking(length.map_or(0, |of| of.len()));
        let counter = Some(progress.counter());
        (
            Self {
                counter,
                ..self.clone()
            },
            progress,
        )
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
    fn new(from: Box<dyn Read>, is_digested: bool, counter: Option<ProgressBar>) -> Self {
        let digest = is_digested.then(Rc::default);
        let raw = Raw {
            from,
            counter,
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
    pub(super) fn text(self) -> Result<Text, Problem> {
        let (first, mut text) = compressed::decompressed(self.raw).map_err(|error| unreadable(1, &error))?;
        if first.is_empty() || first == UTF_8 {
            return Err(Problem::new(1, "empty", "the input is empty"));
        }
        if let Some(what) = compressed::other(&first) {
            let message = format!("the input is {what}, not CSV or NDJSON: only gzip and Zstandard are read");
            return Err(Problem::new(1, "encoding", message));
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

pub(super) type Text = Bytes;

/// The bytes as they are stored.
struct Raw {
    from: Box<dyn Read>,
    counter: Option<ProgressBar>,
    digest: Option<Rc<RefCell<Sha256>>>,
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(buffer)?;
        if let Some(counter) = &self.counter {
            counter.inc(length as u64);
        }
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

/// The input cannot be read on from this line.
pub(super) fn unreadable(line: u64, error: &io::Error) -> Problem {
    let message = match (error.raw_os_error(), error.kind()) {
        (Some(_), kind) => format!("cannot be read on: {}", why(kind)),
        (None, io::ErrorKind::Unsupported) => {
            "the Zstandard data need a dictionary, or a window of more than 128 MiB: compress the file without a dictionary, and with --long=27 at most".to_owned()
        }
        (None, _) => "the compressed data are damaged, or cut off: is the file complete?".to_owned(),
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
