//! What the clients are made from: of each API in `openapi/`, its documents, the names and the overlays.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Error;

/// The file next to the vendor's documents that says where they came from.
pub const PROVENANCE: &str = "provenance.json";

/// The folder of the APIs, relative to the workspace.
const OPENAPI: &str = "openapi";

/// Who calls whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// We call D1.
    Inbound,
    /// D1 calls the issuer.
    Outbound,
}

/// Who wrote the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The vendor: `vendor/`, one document or more.
    Vendor,
    /// We, from public facts: `restated.json`, until the vendor's are at hand.
    Restated,
}

/// `api.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    title: String,
    direction: Direction,
    source: Origin,
    /// Where the facts are from.
    origin: String,
}

/// One API: a folder below `openapi/`. Every list is sorted by file name, and names are relative to the workspace.
#[derive(Clone, Debug)]
pub struct Api {
    /// The name of its folder, as in `consumer-v2`.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Who calls whom.
    pub direction: Direction,
    /// Who wrote its documents.
    pub source: Origin,
    /// Its documents.
    pub documents: Vec<(String, Value)>,
    /// `names.json`.
    pub names: Value,
    /// `overlays/*.overlay.json`.
    pub overlays: Vec<(String, Value)>,
}

impl Api {
    /// Where the file of this name is, relative to the workspace.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        format!("{OPENAPI}/{}/{name}", self.name)
    }

    /// Where the vendor's document of this name is, relative to the workspace.
    #[must_use]
    pub fn vendor_file(&self, name: &str) -> String {
        self.file(&format!("vendor/{name}"))
    }

    /// The name of its module in Rust.
    #[must_use]
    pub fn module(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// Reads every API below `openapi/`, in the order of their names.
///
/// # Errors
/// A file that cannot be read or is not what it should be, with the line; no API.
pub fn read(root: &Path) -> Result<Vec<Api>, Error> {
    let folder = root.join(OPENAPI);
    let entries =
        fs::read_dir(&folder).map_err(|error| Error::new(OPENAPI, "", format!("cannot be read: {error}")))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| folder.join(name).is_dir())
        .collect();
    names.sort();
    if names.is_empty() {
        return Err(Error::new(OPENAPI, "", "holds no folder of an API"));
    }
    names.into_iter().map(|name| read_api(root, name)).collect()
}

fn read_api(root: &Path, name: String) -> Result<Api, Error> {
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if !name.split('-').all(is_name) {
        let what = "is not an API's name: words of lower-case letters and digits, joined by hyphens";
        return Err(Error::new(format!("{OPENAPI}/{name}"), "", what));
    }
    let path = format!("{OPENAPI}/{name}");
    let file = format!("{path}/api.json");
    let (_, about) = read_json(root, &file)?;
    let about: About =
        serde_json::from_value(about).map_err(|error| Error::new(&file, "", error.to_string()))?;
    for (key, text) in [("title", &about.title), ("origin", &about.origin)] {
        if text.trim().is_empty() {
            return Err(Error::new(&file, format!("/{key}"), "is empty"));
        }
    }
    let documents = match about.source {
        Origin::Vendor => read_folder(root, &format!("{path}/vendor"), ".json")?,
        Origin::Restated => vec![read_json(root, &format!("{path}/restated.json"))?],
    };
    let names = format!("{path}/names.json");
    Ok(Api {
        title: about.title,
        direction: about.direction,
        source: about.source,
        documents,
        names: if root.join(&names).exists() {
            read_json(root, &names)?.1
        } else {
            json!([])
        },
        overlays: read_folder(root, &format!("{path}/overlays"), ".overlay.json")?,
        name,
    })
}

/// The same value with the keys of all its objects sorted.
#[must_use]
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut entries: Vec<_> = members.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries = entries
                .into_iter()
                .map(|(key, member)| (key.clone(), sorted(member)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// A folder that is not there counts as empty.
fn read_folder(root: &Path, folder: &str, suffix: &str) -> Result<Vec<(String, Value)>, Error> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        return Ok(Vec::new());
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(suffix) && name != PROVENANCE)
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| read_json(root, &format!("{folder}/{name}")))
        .collect()
}

fn read_json(root: &Path, file: &str) -> Result<(String, Value), Error> {
    let text = fs::read_to_string(root.join(file))
        .map_err(|error| Error::new(file, "", format!("cannot be read: {error}")))?;
    match serde_json::from_str(&text) {
        Ok(value) => Ok((file.to_owned(), value)),
        Err(error) => Err(Error::new(
            file,
            format!("line {}, column {}", error.line(), error.column()),
            "is not JSON",
        )),
    }
}
