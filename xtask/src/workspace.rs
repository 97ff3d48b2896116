//! What `cargo metadata` says of the workspace: its published crates in the order in which they depend on each other, and the Rust
//! versions that its dependencies need.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Error, cargo};

/// A crate that goes to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether it holds a program.
    pub has_binary: bool,
    /// Where its repository is; empty until that is filled in.
    pub repository: String,
}

/// `cargo metadata` of the locked dependencies.
///
/// # Errors
/// If cargo does not tell, or the lock file is out of date.
pub fn metadata(root: &Path) -> Result<Value, Error> {
    cargo::metadata(root, &["--locked"])
}

/// The packages of this workspace.
pub fn members(metadata: &Value) -> impl Iterator<Item = &Value> {
    // A package of a registry has a source, one of this workspace has none.
    list(&metadata["packages"]).filter(|package| package["source"].is_null())
}

/// The published crates, each after those that it depends on.
///
/// # Errors
/// Crates that depend on each other.
pub fn published(metadata: &Value) -> Result<Vec<Published>, Error> {
    let mut waiting: Vec<&Value> = members(metadata)
        .filter(|package| package["publish"].is_null())
        .collect();
    let mut ordered: Vec<Published> = Vec::new();
    while !waiting.is_empty() {
        let depends_on = |package: &Value, name: &Value| {
            let mut needed = list(&package["dependencies"]).filter(|dependency| dependency["kind"] != "dev");
            package["name"] != *name && needed.any(|dependency| dependency["name"] == *name)
        };
        let is_next = |package: &&Value| !waiting.iter().any(|other| depends_on(package, &other["name"]));
        let Some(next) = waiting.iter().position(is_next) else {
            return Err(Error::new(
                "Cargo.toml",
                "",
                "published crates depend on each other in a circle",
            ));
        };
        ordered.push(of(waiting.remove(next)));
    }
    Ok(ordered)
}

fn of(package: &Value) -> Published {
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    let is_binary = |target: &Value| list(&target["kind"]).any(|kind| kind == "bin");
    Published {
        name: text(&package["name"]),
        version: text(&package["version"]),
        folder: manifest.parent().map(Path::to_path_buf).unwrap_or_default(),
        has_binary: list(&package["targets"]).any(is_binary),
        repository: text(&package["repository"]),
    }
}

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_published_crate_comes_after_what_it_depends_on() {
        let package = |name: &str, needs: &[&str], publish: Value| {
            let needs: Vec<Value> = needs
                .iter()
                .map(|name| json!({"name": name, "kind": null}))
                .collect();
            json!({"name": name, "version": "1.0.0", "source": null, "publish": publish, "dependencies": needs,
                "manifest_path": format!("/w/{name}/Cargo.toml"),
                "targets": [{"kind": ["lib"]}], "repository": null})
        };
        let metadata = json!({"packages": [
            package("client", &["generated", "serde"], Value::Null),
            package("tests", &["client"], json!([])),
            package("generated", &[], Value::Null),
            {"name": "serde", "source": "registry", "publish": null},
        ]});

        let ordered = published(&metadata).unwrap();

        let names: Vec<&str> = ordered.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["generated", "client"]);
    }
}
