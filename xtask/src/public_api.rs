//! `cargo xtask public-api`: what a dependent can name, as a committed list, so that a change of it is seen in review.

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use similar::TextDiff;

use crate::{Error, cargo, files};

/// The crates whose list is kept, each with its folder. What `d1-generated` offers is its committed snapshot.
const CRATES: [(&str, &str); 2] = [("d1-client", "d1-client"), ("d1-sandbox", "d1-client/sandbox")];

/// The name of the list in the crate's folder.
const LIST: &str = "public-api.txt";

/// Set where this program stands in for `rustdoc`.
const AS_RUSTDOC: &str = "D1_XTASK_AS_RUSTDOC";

/// Writes the list of each crate, or names with `check` what is out of date, line by line: one line per stale file.
///
/// # Errors
/// A crate that does not build; a toolchain that describes crates in a format that is not known here.
pub fn run(root: &Path, check: bool) -> Result<Vec<String>, Error> {
    let mut stale = Vec::new();
    for (package, folder) in CRATES {
        let file = format!("{folder}/{LIST}");
        let list = list(root, package)?;
        if !files::update(root, &file, &list, check)? {
            let committed = files::read_if_there(root, &file)?.unwrap_or_default();
            let diff = TextDiff::from_lines(&committed, &list);
            stale.push(format!("{file}\n{}", diff.unified_diff().context_radius(0)));
        }
    }
    Ok(stale)
}

/// One line per item, with all features.
fn list(root: &Path, package: &str) -> Result<String, Error> {
    let failed = |what: String| Error::new("rustdoc", package, what);
    let this = env::current_exe().map_err(|error| failed(error.to_string()))?;
    let mut rustdoc = cargo::command(root);
    rustdoc
        .args(["rustdoc", "--quiet", "--lib", "--all-features", "--package"])
        .args([package, "--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTDOC", this)
        .env(AS_RUSTDOC, "1");
    cargo::output(&mut rustdoc, "rustdoc", package)?;
    let described = format!("doc/{}.json", package.replace('-', "_"));
    let api = public_api::Builder::from_rustdoc_json(cargo::target_folder(root)?.join(described))
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .sorted(true)
        .build()
        .map_err(|error| {
            failed(format!(
                "{error}: does `public-api` know this toolchain's format?"
            ))
        })?;
    Ok(api.items().map(|item| format!("{item}\n")).collect())
}

/// Where cargo calls this program in place of `rustdoc`: the same call of `rustdoc`, which describes a crate as JSON for
/// tools that ask for what is not stable yet. Nothing is compiled with that.
#[must_use]
pub fn stand_in_for_rustdoc() -> Option<ExitCode> {
    env::var_os(AS_RUSTDOC)?;
    let status = Command::new("rustdoc")
        .args(env::args_os().skip(1))
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove(AS_RUSTDOC)
        .status();
    Some(match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}
