//! What a bulk was about to send and what became of it, in a file that only grows.
//!
//! Lines of JSON. The first says what the journal is of. Before a consumer is sent, `{"sent":"ID"}` is on the disk; a result
//! counts once its line is written: `{"done":"ID"}`, or `refused`, `unknown`, `not_sent` with what is known of it. Results are
//! synced to the disk with the next lines of what is about to be sent, each second, and at the end. A line holds the consumer
//! id, the line of the input, the status, D1's documented code and the correlation id, and nothing of a person.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use d1_client::{Client, Environment};
use serde::{Deserialize, Serialize};

use super::{
    Operation,
    source::regular,
    state::{self, Contents, Entry},
};
use crate::failure::{Failure, why};

/// What a journal is of: another input, operation, shard, environment or issuer has another journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// The version of the format.
    pub(super) d1_journal: u32,
    pub(super) operation: Operation,
    pub(super) environment: String,
    pub(super) issuer: String,
    /// `sha256:…` of the file, or `stdin`.
    pub(super) input: String,
    pub(super) shard: String,
}

impl Header {
    pub(super) const VERSION: u32 = 1;

    /// What is different in the other one.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let members = [
            (self.operation == other.operation, "operation"),
            (self.environment == other.environment, "environment"),
            (self.issuer == other.issuer, "issuer"),
            (self.shard == other.shard, "shard"),
            (self.input == other.input, "input"),
        ];
        members
            .into_iter()
            .find_map(|(same, name)| (!same).then_some(name))
    }
}

/// A journal that this process alone may write.
pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    header: Option<Header>,
}

/// Where the calls of a journal go: a name, or the URL of an environment that has none.
pub(super) fn environment(client: &Client) -> String {
    match client.environment() {
        environment @ Environment::Custom(_) => environment.banking_url().to_owned(),
        environment => environment.as_str().to_owned(),
    }
}

/// Whether a file without a whole line may be a journal whose first line was cut off.
fn begins_like_a_header(path: &Path) -> io::Result<bool> {
    const BEGINNING: &[u8] = b"{\"d1_journal\":";
    let mut first = Vec::new();
    File::open(path)?
        .take(BEGINNING.len() as u64)
        .read_to_end(&mut first)?;
    Ok(BEGINNING.starts_with(&first))
}

fn no_journal(path: &Path) -> Failure {
    Failure::usage(format!(
        "{} exists, and is not a journal of d1 bulk",
        path.display()
    ))
    .hint("give --journal another path")
}

/// Everything that a journal holds; `each` gets the lines.
///
/// # Errors
/// If it cannot be read, is no journal, or is one of another version.
pub(super) fn contents(
    path: &Path,
    file: &mut File,
    each: impl FnMut(Entry<'_>),
) -> Result<Contents, Failure> {
    let contents = state::read(file, each).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => no_journal(path),
        _ => Failure::unreadable(path.display(), &error),
    })?;
    match &contents.header {
        Some(header) if header.d1_journal != Header::VERSION => Err(of_another(path, "version")),
        _ => Ok(contents),
    }
}

/// The journal is of something else than what is asked for.
pub(super) fn of_another(path: &Path, difference: &str) -> Failure {
    Failure::usage(format!(
        "the journal {} is of another {difference}",
        path.display()
    ))
    .hint("give --journal another path, or remove the journal if nobody needs it any more")
}

impl JournalFile {
    /// Opens and locks a journal; with `create`, makes an empty one if there is none.
    ///
    /// # Errors
    /// If it cannot be written, is in use, or is no journal. `each` gets the lines that it has.
    pub(super) fn open(path: &Path, create: bool, each: impl FnMut(Entry<'_>)) -> Result<Self, Failure> {
        let cannot = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound if !create => {
                Failure::usage(format!("there is no journal {}", path.display()))
                    .hint("it is beside the input, unless --journal named another path")
            }
            kind => failure(path, kind),
        };
        regular(path, format_args!("the journal {}", path.display()))?;
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(create)
            .open(path)
            .map_err(cannot)?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(fs4::TryLockError::WouldBlock) => {
                let message = format!("the journal {} is in use by another process", path.display());
                return Err(
                    Failure::usage(message).hint("wait for it to end; each shard has a journal of its own")
                );
            }
            Err(fs4::TryLockError::Error(error)) => {
                let message = format!(
                    "the journal {} cannot be locked: {}",
                    path.display(),
                    error.kind()
                );
                return Err(Failure::usage(message).hint("give --journal a path on a disk of this machine"));
            }
        }
        let contents = contents(path, &mut file, each)?;
        let length = file.metadata().map_err(cannot)?.len();
        if contents.header.is_none() && length > 0 && !begins_like_a_header(path).map_err(cannot)? {
            return Err(no_journal(path));
        }
        // A line that was cut off when its process was killed.
        if file.metadata().map_err(cannot)?.len() > contents.length {
            file.set_len(contents.length).map_err(cannot)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            header: contents.header,
        })
    }

    pub(super) fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Continues the journal of an earlier run, if it is of the same.
    ///
    /// # Errors
    /// If it is of something else.
    pub(super) fn expect(&self, header: &Header) -> Result<(), Failure> {
        let difference = self.header.as_ref().and_then(|known| known.difference(header));
        difference.map_or(Ok(()), |difference| Err(of_another(&self.path, difference)))
    }

    /// Writes the first line, if there is none.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn begin(&mut self, header: &Header) -> Result<(), Failure> {
        if self.header.is_some() {
            return Ok(());
        }
        let mut line = serde_json::to_vec(header).map_err(Failure::usage)?;
        line.push(b'\n');
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let written = self.append(&line).and_then(|()| self.sync()).and_then(|()| {
            // The file's name is on the disk when its folder is; elsewhere a folder cannot be opened.
            if cfg!(unix) {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        });
        written.map_err(|error| failure(&self.path, error.kind()))?;
        self.header = Some(header.clone());
        Ok(())
    }

    /// Appends whole lines; from then on they outlive this process.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)
    }

    /// When this returns, the lines are on the disk: they outlive the machine.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// The journal cannot be written.
pub(super) fn failure(path: &Path, kind: io::ErrorKind) -> Failure {
    let message = format!("the journal {} cannot be written: {}", path.display(), why(kind));
    Failure::usage(message).hint(
        "nothing is sent that cannot be recorded: make room, or give --journal a path that can be written",
    )
}

/// Where the journal of an input is: beside the file, unless a path or a folder is given.
pub(super) fn path(
    given: Option<&Path>,
    input: Option<&Path>,
    shard: Option<d1_client::bulk::Shard>,
) -> Result<PathBuf, Failure> {
    let beside = input.map(|input| {
        let mut name = input.file_name().unwrap_or_default().to_owned();
        if let Some(shard) = shard {
            name.push(format!(".{}-of-{}", shard.index(), shard.count()));
        }
        name.push(".d1-journal");
        name
    });
    match (given, beside) {
        (Some(folder), Some(name)) if folder.is_dir() => Ok(folder.join(name)),
        (Some(folder), None) if folder.is_dir() => Err(Failure::usage(
            "--journal is a folder: name a file, as standard input has no name",
        )),
        (Some(path), _) => Ok(path.to_owned()),
        (None, Some(name)) => Ok(input.unwrap_or(Path::new("")).with_file_name(name)),
        (None, None) => Err(Failure::usage("standard input needs --journal FILE")
            .hint("without a journal nothing could tell what was sent if the run were interrupted")),
    }
}
