//! The cargo that runs us, and what it knows of the workspace.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Error;

/// A command of the same cargo, at work in `folder`.
#[must_use]
pub fn command(folder: &Path) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(folder, Path::new(&cargo))
}

/// A command of a program, at work in `folder`.
#[must_use]
pub fn program(folder: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Where the workspace's builds go.
///
/// # Errors
/// If cargo does not tell.
pub fn target_folder(root: &Path) -> Result<PathBuf, Error> {
    let failed = || Error::new("cargo metadata", "", "names no target folder");
    let output = command(root)
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .output()
        .map_err(|_| failed())?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| failed())?;
    metadata["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(failed)
}
