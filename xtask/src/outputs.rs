//! The files that the pipeline makes: compared with those on disk, shown, or written all at once at the end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::Error;

/// A committed file that is not what the pipeline makes of the committed inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The file, relative to the workspace.
    pub file: String,
    /// What differs.
    pub what: String,
}

/// The files by their path relative to the workspace: their new content, or nothing when they are to go.
#[derive(Debug, Default)]
pub struct Outputs {
    files: BTreeMap<String, Option<String>>,
    edited: Vec<Stale>,
}

impl Outputs {
    /// `file` is to hold `content`.
    pub fn file(&mut self, file: &str, content: String) {
        self.files.insert(file.to_owned(), Some(content));
    }

    /// `file` is to go, unless it gets content later.
    pub fn removed(&mut self, file: &str) {
        self.files.insert(file.to_owned(), None);
    }

    /// Adds what was found to be edited by hand.
    pub fn edited(&mut self, edited: Vec<Stale>) {
        self.edited.extend(edited);
    }

    /// The error of a later step, which a hand edit found before may explain.
    #[must_use]
    pub fn explained(&self, error: Error) -> Error {
        match self.edited.first() {
            Some(edit) => Error::new(&edit.file, "", format!("{}, and then: {error}", edit.what)),
            None => error,
        }
    }

    /// What on disk is not as it should be: the file and its first line that differs.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn stale(&self, root: &Path) -> Result<Vec<Stale>, Error> {
        let mut stale = self.edited.clone();
        for Change { file, before, after } in self.changes(root)? {
            if !stale.iter().any(|known| known.file == file) {
                stale.push(Stale {
                    file: file.to_owned(),
                    what: difference(before.as_deref(), after),
                });
            }
        }
        Ok(stale)
    }

    /// What would change, as a unified diff.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn diff(&self, root: &Path) -> Result<String, Error> {
        let mut text = String::new();
        for Change { file, before, after } in self.changes(root)? {
            let diff = TextDiff::from_lines(before.as_deref().unwrap_or_default(), after.unwrap_or_default());
            let (old, new) = (format!("committed/{file}"), format!("generated/{file}"));
            text.push_str(&diff.unified_diff().header(&old, &new).to_string());
        }
        Ok(text.trim_end().to_owned())
    }

    /// Writes what differs and returns the names of those files. Each is replaced as a whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, root: &Path) -> Result<Vec<String>, Error> {
        let changes = self.changes(root)?;
        for Change { file, after, .. } in &changes {
            let path = root.join(file);
            let written = match after {
                Some(content) => replace(&path, content),
                None => fs::remove_file(&path),
            };
            written.map_err(|error| Error::new(*file, "", format!("cannot be written: {error}")))?;
        }
        Ok(changes.into_iter().map(|change| change.file.to_owned()).collect())
    }

    /// The files that differ from those on disk.
    fn changes(&self, root: &Path) -> Result<Vec<Change<'_>>, Error> {
        let mut changes = Vec::new();
        for (file, after) in &self.files {
            let before = match fs::read(root.join(file)) {
                Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(Error::new(file, "", format!("cannot be read: {error}"))),
            };
            if before != *after {
                changes.push(Change {
                    file,
                    before,
                    after: after.as_deref(),
                });
            }
        }
        Ok(changes)
    }
}

/// A file that differs: its content on disk, and the content to be.
struct Change<'a> {
    file: &'a str,
    before: Option<String>,
    after: Option<&'a str>,
}

fn difference(before: Option<&str>, after: Option<&str>) -> String {
    let (before, after) = match (before, after) {
        (None, _) => return "is missing".to_owned(),
        (_, None) => return "is to be removed".to_owned(),
        (Some(before), Some(after)) => (before, after),
    };
    let (mut old, mut new) = (before.split('\n'), after.split('\n'));
    let mut line = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(one), Some(other)) if one == other => line += 1,
            (one, other) => {
                let quote = |text: Option<&str>| {
                    text.map_or("nothing".to_owned(), |text| format!("`{}`", text.trim()))
                };
                return format!(
                    "line {line}: committed {}, generated {}",
                    quote(one),
                    quote(other)
                );
            }
        }
    }
}

fn replace(path: &Path, content: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content.as_bytes())?;
    // A temporary file is private to its owner; a committed one keeps its permissions, a new one gets the usual ones.
    let permissions = match fs::metadata(path) {
        Ok(metadata) => Some(metadata.permissions()),
        Err(_) => usual_permissions(),
    };
    if let Some(permissions) = permissions {
        fs::set_permissions(file.path(), permissions)?;
    }
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

#[cfg(unix)]
fn usual_permissions() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<fs::Permissions> {
    None
}
