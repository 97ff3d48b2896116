use std::{
    cmp::Reverse,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use zeroize::Zeroizing;

use super::{
    KeyError,
    loaded_key::{LoadedKey, key_id},
};

/// Where a signing key is read from, and read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyFiles {
    /// One key, in a file.
    One { kid: KeyId, pem: PathBuf },
    /// Any number of keys, each in a file `<kid>.pem`.
    Folder(PathBuf),
}

/// Where the key id of a key file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyId {
    Given(String),
    /// Read again together with the key.
    File(PathBuf),
}

/// A file that is no key, and why.
pub(super) struct Unfit {
    pub(super) name: String,
    pub(super) why: KeyError,
}

impl KeyFiles {
    /// The keys as they are now, the one to use first, at least one; and what else is there.
    pub(super) fn read(&self) -> Result<(Vec<LoadedKey>, Vec<Unfit>), KeyError> {
        match self {
            Self::One { kid, pem } => Ok((vec![one(kid, pem)?], Vec::new())),
            Self::Folder(path) => folder(path),
        }
    }
}

fn one(kid: &KeyId, pem: &Path) -> Result<LoadedKey, KeyError> {
    match kid {
        KeyId::Given(kid) => LoadedKey::read(kid.clone(), &content(pem)?),
        KeyId::File(path) => with_id(path, pem),
    }
}

fn with_id(path: &Path, pem: &Path) -> Result<LoadedKey, KeyError> {
    // Both belong together: if the id changes while the key is read, they are read again.
    const TRIES: u32 = 3;
    let mut before = content(path)?;
    for _ in 0..TRIES {
        let key = content(pem)?;
        let after = content(path)?;
        if before == after {
            let kid = std::str::from_utf8(&after).map_err(|_| KeyError::KeyId)?;
            return LoadedKey::read(key_id(kid.to_owned())?, &key);
        }
        before = after;
    }
    Err(KeyError::File {
        path: path.to_owned(),
        why: io::ErrorKind::ResourceBusy,
    })
}

/// The newest first, by the time of its last change in whole seconds; of those of one second (a mounted secret's files are
/// written at once) the last by name.
fn folder(path: &Path) -> Result<(Vec<LoadedKey>, Vec<Unfit>), KeyError> {
    let failed = |error: io::Error| KeyError::File {
        path: path.to_owned(),
        why: error.kind(),
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let Some(name) = file.file_stem().and_then(OsStr::to_str).map(str::to_owned) else {
            continue;
        };
        // Follows links: a mounted secret is a folder of them. Hidden names are its own business.
        if file.extension() == Some(OsStr::new("pem"))
            && !name.starts_with('.')
            && let Ok(about) = fs::metadata(&file)
            && about.is_file()
        {
            let changed = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            files.push((crate::calendar::unix_seconds(changed), name, file));
        }
    }
    files.sort_by(|one, other| Reverse((one.0, &one.1)).cmp(&Reverse((other.0, &other.1))));
    let (mut keys, mut unfit) = (Vec::new(), Vec::new());
    for (_, name, file) in files {
        match key_id(name.clone()).and_then(|kid| LoadedKey::read(kid, &content(&file)?)) {
            Ok(key) => keys.push(key),
            Err(why) => unfit.push(Unfit { name, why }),
        }
    }
    if keys.is_empty() {
        let first = unfit.into_iter().next().map(|unfit| unfit.why);
        return Err(first.unwrap_or(KeyError::EmptyFolder(path.to_owned())));
    }
    Ok((keys, unfit))
}

fn content(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| KeyError::File {
            path: path.to_owned(),
            why: error.kind(),
        })
}
