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

/// What a command prints, run to its end.
///
/// # Errors
/// It cannot be started, or fails; then with what it said.
pub fn output(command: &mut Command, file: &str, place: &str) -> Result<Vec<u8>, Error> {
    let output = command.output();
    let output = output.map_err(|error| Error::new(file, place, format!("cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Error::new(file, place, String::from_utf8_lossy(&output.stderr)))
}

/// Runs a command to its end; what it says is seen as it comes.
///
/// # Errors
/// It cannot be started, or fails.
pub fn succeed(command: &mut Command, file: &str) -> Result<(), Error> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Error::new(file, "", "failed")),
        Err(error) => Err(Error::new(file, "", format!("cannot be started: {error}"))),
    }
}

/// What cargo says of the workspace, with these options.
///
/// # Errors
/// It does not say.
pub fn metadata(root: &Path, options: &[&str]) -> Result<Value, Error> {
    const NAME: &str = "cargo metadata";
    let printed = output(
        command(root)
            .args(["metadata", "--format-version=1"])
            .args(options),
        NAME,
        "",
    )?;
    serde_json::from_slice(&printed).map_err(|error| Error::new(NAME, "", error.to_string()))
}

/// Where the workspace's builds go.
///
/// # Errors
/// If cargo does not tell.
pub fn target_folder(root: &Path) -> Result<PathBuf, Error> {
    let metadata = metadata(root, &["--no-deps", "--offline"])?;
    let folder = metadata["target_directory"].as_str();
    Ok(PathBuf::from(folder.unwrap_or_default()))
}
