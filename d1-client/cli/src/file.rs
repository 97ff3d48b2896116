//! Files that are read whole. None is read without an end: it may be a device, or by mistake an input of millions.

use std::{fs::File, io::Read as _, path::Path};

use crate::failure::Failure;

const MIB: u64 = 1024 * 1024;
/// Of a setting or a key.
pub(crate) const SMALL: u64 = MIB;
/// Of consumers, which are kept in memory.
pub(crate) const LARGE: u64 = 256 * MIB;

/// All bytes of a file that has at most `largest`.
///
/// # Errors
/// If it cannot be read, or has more.
pub(crate) fn read(file: &Path, largest: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(largest + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::unreadable(file.display(), &error))?;
    if bytes.len() as u64 > largest {
        let message = format!(
            "cannot read {}: it has more than {} MiB",
            file.display(),
            largest / MIB
        );
        return Err(Failure::usage(message).hint("is it the right file?"));
    }
    Ok(bytes)
}

/// The text of a small file.
///
/// # Errors
/// As of [`read`], and if it is not UTF-8.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    String::from_utf8(read(file, SMALL)?).map_err(|_| {
        let message = format!("cannot read {}: it is not UTF-8", file.display());
        Failure::usage(message).hint("save it as UTF-8")
    })
}
