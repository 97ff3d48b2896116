//! What is committed at another revision, through git.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::Error;
use crate::inputs::PROVENANCE;

/// A revision of the repository around a folder.
pub(crate) struct Base<'a> {
    root: &'a Path,
    commit: String,
}

impl<'a> Base<'a> {
    /// The commit that `revision` names.
    ///
    /// # Errors
    /// No git, no repository, or no such revision.
    pub(crate) fn find(root: &'a Path, revision: &str) -> Result<Self, Error> {
        let name = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
        let commit = git(root, &arguments)?.ok_or_else(|| {
            Error::new(
                revision,
                "",
                "is not a revision of this repository: give a branch, a tag or a commit",
            )
        })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        Ok(Self { root, commit })
    }

    /// The APIs that there were.
    ///
    /// # Errors
    /// A file that is not JSON.
    pub(crate) fn apis(&self) -> Result<Vec<String>, Error> {
        let files = self.documents("openapi")?;
        let names = files.iter().filter_map(|(file, _)| {
            let name = file.strip_prefix("openapi/")?.strip_suffix("/api.json")?;
            (!name.contains('/')).then(|| name.to_owned())
        });
        Ok(names.collect())
    }

    /// The documents of an API, the vendor's or our own.
    ///
    /// # Errors
    /// A file that is not JSON.
    pub(crate) fn documents_of(&self, api: &str) -> Result<Vec<(String, Value)>, Error> {
        // Before there was more than one API, its documents were below openapi/vendor/.
        for folder in [format!("openapi/{api}/vendor"), format!("openapi/vendor/{api}")] {
            let mut documents = self.documents(&folder)?;
            documents.retain(|(file, _)| !file.ends_with(PROVENANCE));
            if !documents.is_empty() {
                return Ok(documents);
            }
        }
        let file = format!("openapi/{api}/restated.json");
        let restated = self.json(&file)?;
        Ok(restated.map(|document| (file, document)).into_iter().collect())
    }

    /// The JSON files below `folder`, whose name is a path in the workspace, each with its path.
    ///
    /// # Errors
    /// A file that is not JSON.
    fn documents(&self, folder: &str) -> Result<Vec<(String, Value)>, Error> {
        let tree = format!("{}:./", self.commit);
        let listing = git(self.root, &["ls-tree", "-r", "-z", "--name-only", &tree])?.unwrap_or_default();
        let listing = String::from_utf8_lossy(&listing).into_owned();
        let mut found = Vec::new();
        for file in listing.split('\0').filter(|file| {
            file.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
                && file.ends_with(".json")
        }) {
            if let Some(value) = self.json(file)? {
                found.push((file.to_owned(), value));
            }
        }
        Ok(found)
    }

    /// A JSON file, if it was there.
    ///
    /// # Errors
    /// It is not JSON.
    pub(crate) fn json(&self, file: &str) -> Result<Option<Value>, Error> {
        let object = format!("{}:./{file}", self.commit);
        let Some(text) = git(self.root, &["show", "--end-of-options", &object])? else {
            return Ok(None);
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            let what = format!("is not JSON at {}: {error}", self.commit);
            Error::new(file, format!("line {}", error.line()), what)
        })
    }
}

/// What git prints; `None` if it fails.
fn git(root: &Path, arguments: &[&str]) -> Result<Option<Vec<u8>>, Error> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| Error::new("git", "", format!("cannot be started: {error}")))?;
    Ok(output.status.success().then_some(output.stdout))
}
