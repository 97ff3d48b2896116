//! `cargo xtask packages`: each published crate is built from its `.crate` alone, outside the workspace, with every set of features
//! that a dependent may choose.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cargo::output;
use crate::files::say;
use crate::workspace::{Published, metadata, published};
use crate::{Error, cargo};

/// What every package holds beside its sources.
const HOLDS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// What no package holds.
const LEAVES_OUT: [&str; 4] = ["tests", "vendor", "openapi", "public-api.txt"];

/// Makes the packages, looks at what they hold, and unless `only_list` is set builds each with the default features, with none, with
/// each and with all (by `cargo hack`), and installs the programs among them.
///
/// # Errors
/// A package without one of its files, or that does not build.
pub fn run(root: &Path, only_list: bool, out: &mut impl Write) -> Result<(), Error> {
    let crates = published(&metadata(root)?)?;
    let unpacked = unpack(root, &crates)?;
    let folder = |package: &Published| {
        unpacked
            .path()
            .join(format!("{}-{}", package.name, package.version))
    };
    for package in &crates {
        let files = files(&folder(package), &folder(package))?;
        let holds = |file: &str| files.iter().any(|held| held.starts_with(file));
        if let Some(missing) = HOLDS.iter().find(|file| !holds(file)) {
            return Err(Error::new(&package.name, *missing, "is missing in the package"));
        }
        if let Some(extra) = LEAVES_OUT.iter().find(|file| holds(file)) {
            let what = "is in the package and should not be";
            return Err(Error::new(&package.name, *extra, what));
        }
        say(out, &format!("{}: {} files", package.name, files.len()))?;
    }
    if only_list {
        return Ok(());
    }
    use_each_other(unpacked.path(), &crates, &folder)?;
    let target = cargo::target_folder(root)?.join("packages");
    for package in &crates {
        // The versions of the workspace, whatever else has been published meanwhile.
        fs::copy(root.join("Cargo.lock"), folder(package).join("Cargo.lock")).map_err(failed)?;
        let mut check = cargo::command(&folder(package));
        check
            .args(["hack", "check", "--quiet", "--each-feature"])
            .env("CARGO_TARGET_DIR", &target);
        output(&mut check, &package.name, "")?;
        let built = "builds with its default features, with none, with each, with all";
        say(out, &format!("{}: {built}", package.name))?;
        if package.has_binary {
            let mut install = cargo::command(&folder(package));
            install
                .args("install --quiet --locked --debug --no-track --path . --root".split(' '))
                .arg(unpacked.path().join("installed"))
                .env("CARGO_TARGET_DIR", &target);
            output(&mut install, &package.name, "install")?;
            say(out, &format!("{}: installs", package.name))?;
        }
    }
    Ok(())
}

/// The packages as cargo makes them, unpacked outside the workspace.
fn unpack(root: &Path, crates: &[Published]) -> Result<TempDir, Error> {
    let mut package = cargo::command(root);
    package.args(["package", "--quiet", "--no-verify", "--allow-dirty"]);
    for published in crates {
        package.args(["--package", &published.name]);
    }
    output(&mut package, "cargo package", "")?;
    let folder = tempfile::tempdir().map_err(failed)?;
    for Published { name, version, .. } in crates {
        let file = cargo::target_folder(root)?.join(format!("package/{name}-{version}.crate"));
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(file).arg("-C").arg(folder.path());
        output(&mut tar, "tar", name)?;
    }
    Ok(folder)
}

/// Until they are on a registry, the packages find each other beside themselves.
fn use_each_other(
    folder: &Path,
    crates: &[Published],
    of: &impl Fn(&Published) -> PathBuf,
) -> Result<(), Error> {
    let patches = crates.iter().map(|package| {
        let path = of(package).display().to_string();
        format!("{} = {{ path = {path:?} }}\n", package.name)
    });
    let config = format!("[patch.crates-io]\n{}", patches.collect::<String>());
    fs::create_dir(folder.join(".cargo"))
        .and_then(|()| fs::write(folder.join(".cargo/config.toml"), config))
        .map_err(failed)
}

/// The files below `folder`, seen from `base`.
fn files(base: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            found.extend(files(base, &path)?);
        } else if let Ok(path) = path.strip_prefix(base) {
            found.push(path.to_owned());
        }
    }
    Ok(found)
}

fn failed(error: std::io::Error) -> Error {
    Error::new("packages", "", error.to_string())
}
