//! `cargo xtask msrv`: the declared Rust version is at least what the locked dependencies need by their own manifests.

use std::path::Path;

use serde_json::Value;

use crate::workspace::{list, members, metadata, text};
use crate::{Error, files};

/// Where the version is told to people.
const README: &str = "README.md";

/// The declared version, and what asks for how much. Nothing is built with that version: only its toolchain could tell.
///
/// # Errors
/// A dependency that needs more than a crate of this workspace declares; a README that names another version.
pub fn run(root: &Path) -> Result<String, Error> {
    let metadata = metadata(root)?;
    let declared = declared(&metadata)?;
    if let Some((needed, package)) = highest(&metadata)
        && needed > version(&declared)
    {
        let what = format!(
            "declares Rust {declared}, but {package} needs {}: raise `rust-version`",
            needed.map(|part| part.to_string()).join(".")
        );
        return Err(Error::new("Cargo.toml", "rust-version", what));
    }
    let readme = files::read(root, README)?;
    let sentence = format!("Rust {declared} or newer");
    if !readme.contains(&sentence) {
        return Err(Error::new(README, "", format!("expected the words `{sentence}`")));
    }
    Ok(format!(
        "Rust {declared}: at least what the locked dependencies declare; not built with that version"
    ))
}

/// The one version that all crates of the workspace declare.
fn declared(metadata: &Value) -> Result<String, Error> {
    let mut versions: Vec<String> = members(metadata)
        .map(|package| text(&package["rust_version"]))
        .collect();
    versions.dedup();
    match versions.as_slice() {
        [version] if !version.is_empty() => Ok(version.clone()),
        _ => Err(Error::new(
            "Cargo.toml",
            "rust-version",
            "expected the same version in every crate of the workspace",
        )),
    }
}

/// The most that a dependency needs, and which one.
fn highest(metadata: &Value) -> Option<([u64; 3], String)> {
    list(&metadata["packages"])
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let named = format!("{} {}", text(&package["name"]), text(&package["version"]));
            (version(&text(&package["rust_version"])), named)
        })
        .max()
}

/// `1.89` and `1.89.0` are the same; what is not said is zero.
fn version(text: &str) -> [u64; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or_default());
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(version("1.100") > version("1.89.1"));
        assert_eq!(version("1.89"), version("1.89.0"));
        assert!(version("") < version("1.0"));
    }

    #[test]
    fn the_highest_version_of_a_dependency_counts_and_not_our_own() {
        let package = |name: &str, rust: &str, source: Value| json!({"name": name, "version": "1.0.0", "rust_version": rust, "source": source});
        let metadata = json!({"packages": [
            package("ours", "1.99", Value::Null),
            package("low", "1.56", json!("registry")),
            package("high", "1.89.0", json!("registry")),
        ]});
        assert_eq!(highest(&metadata), Some(([1, 89, 0], "high 1.0.0".to_owned())));
        assert_eq!(declared(&metadata), Ok("1.99".to_owned()));
    }
}
