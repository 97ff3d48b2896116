//! The files of the workspace, and what is printed: read and written with errors that name them.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::Error;

/// The text of `file`, whose name is relative to `root`.
///
/// # Errors
/// It cannot be read.
pub(crate) fn read(root: &Path, file: &str) -> Result<String, Error> {
    fs::read_to_string(root.join(file)).map_err(|error| unreadable(file, &error))
}

/// The same, of a file that need not be there.
///
/// # Errors
/// It is there and cannot be read.
pub(crate) fn read_if_there(root: &Path, file: &str) -> Result<Option<String>, Error> {
    match fs::read_to_string(root.join(file)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(file, &error)),
    }
}

/// Gives `file` this text.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write(root: &Path, file: &str, text: &str) -> Result<(), Error> {
    let failed = |error| Error::new(file, "", format!("cannot be written: {error}"));
    fs::write(root.join(file), text).map_err(failed)
}

/// Writes `file` if that is not its text already. With `check`, `false` where it would be written, and nothing else.
///
/// # Errors
/// It cannot be written.
pub(crate) fn update(root: &Path, file: &str, text: &str, check: bool) -> Result<bool, Error> {
    let is_current = fs::read_to_string(root.join(file)).is_ok_and(|committed| committed == text);
    if !is_current && !check {
        write(root, file, text)?;
    }
    Ok(is_current || !check)
}

pub(crate) fn unreadable(file: &str, error: &std::io::Error) -> Error {
    Error::new(file, "", format!("cannot be read: {error}"))
}

/// Writes a line to `out`, at once.
///
/// # Errors
/// Nobody reads it.
pub(crate) fn say(out: &mut (impl Write + ?Sized), line: &str) -> Result<(), Error> {
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::new("standard output", "", error.to_string()))
}
