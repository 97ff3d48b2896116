//! What the clients are made from: of each API in `openapi/`, its documents, the names and the overlays.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::pointer::below;
use crate::{Error, files};

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
    let entries = fs::read_dir(&folder).map_err(|error| files::unreadable(OPENAPI, &error))?;
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
    let path = format!("{OPENAPI}/{name}");
    if !is_module(&name) {
        let what = "is not a name for a module: lower-case words and digits, two or more, joined by hyphens";
        return Err(Error::new(path, "", what));
    }
    let (file, about) = read_json(root, &format!("{path}/api.json"))?;
    let fail = |(place, what): (String, String)| Error::new(&file, place, what);
    let [title, direction, source] = texts(&about, &["title", "direction", "source"]).map_err(fail)?;
    let direction = one_of("direction", direction, "inbound or outbound").map_err(fail)?;
    let source = one_of("source", source, "vendor or restated").map_err(fail)?;
    let (vendor, restated) = (format!("{path}/vendor"), format!("{path}/restated.json"));
    let (unused, documents) = match source {
        Origin::Vendor => (&restated, read_folder(root, &vendor, ".json")?),
        Origin::Restated => (&vendor, vec![read_json(root, &restated)?]),
    };
    if root.join(unused).exists() {
        let what = format!("is not used: {file} says that the documents are elsewhere");
        return Err(Error::new(unused, "", what));
    }
    if source == Origin::Restated {
        check_restated(&documents)?;
    }
    let names = format!("{path}/names.json");
    Ok(Api {
        title: title.to_owned(),
        direction,
        source,
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

fn is_module(name: &str) -> bool {
    let is_word = |word: &str| {
        let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(alphanumeric)
    };
    // A keyword, and a module of the crate's own, is one word.
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('-').all(is_word)
        && name.contains('-')
}

/// The texts of these keys, of which none may be missing or blank, and no other may be there.
fn texts<'a, const N: usize>(about: &'a Value, keys: &[&str; N]) -> Result<[&'a str; N], (String, String)> {
    let Some(members) = about.as_object() else {
        return Err((String::new(), "is not an object".to_owned()));
    };
    if let Some(unknown) = members.keys().find(|key| !keys.contains(&key.as_str())) {
        let what = format!("is not a known key; the keys are {}", keys.join(", "));
        return Err((below("", unknown), what));
    }
    let mut texts = [""; N];
    for (text, key) in texts.iter_mut().zip(keys) {
        let member = members.get(*key);
        let member = member.ok_or_else(|| (below("", key), "is missing".to_owned()))?;
        *text = member
            .as_str()
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| (below("", key), "is not a string".to_owned()))?;
    }
    Ok(texts)
}

/// The variant of this name.
fn one_of<T: DeserializeOwned>(key: &str, found: &str, allowed: &str) -> Result<T, (String, String)> {
    serde_json::from_value(json!(found))
        .map_err(|_| (below("", key), format!("is {found}: it must be {allowed}")))
}

/// A restated document says what it is: `x-restated` in its `info`, with what is inferred.
fn check_restated(documents: &[(String, Value)]) -> Result<(), Error> {
    for (file, document) in documents {
        let inferred = document.pointer("/info/x-restated/inferred");
        let is_text = |item: &Value| item.as_str().is_some_and(|text| !text.trim().is_empty());
        let is_stated = inferred
            .and_then(Value::as_array)
            .is_some_and(|inferred| !inferred.is_empty() && inferred.iter().all(is_text));
        if !is_stated {
            let what = "does not list what is inferred, a text for each: a restated document must";
            return Err(Error::new(file, "/info/x-restated/inferred", what));
        }
    }
    Ok(())
}

/// The same value with the keys of all its objects sorted.
#[must_use]
pub fn sorted(value: &Value) -> Value {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted
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
    let text = files::read(root, file)?;
    match serde_json::from_str(&text) {
        Ok(value) => Ok((file.to_owned(), value)),
        Err(error) => Err(Error::new(
            file,
            format!("line {}, column {}", error.line(), error.column()),
            "is not JSON",
        )),
    }
}
