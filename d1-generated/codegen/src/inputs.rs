//! What the assembled document is made from: the vendor's documents, the names and the overlays in `openapi/`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Where the vendor's documents are, below `openapi/`.
pub const VENDOR: &str = "vendor/consumer-v2";

/// The file next to the vendor's documents that says where they came from.
pub const PROVENANCE: &str = "provenance.json";

/// An input that cannot be used: which file, where in it, and why. One line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.line())]
pub struct Error {
    /// The file, relative to the workspace, or the URL.
    pub file: String,
    /// The place in it: a line, a JSON pointer, an entry; empty when the file as a whole is meant.
    pub place: String,
    /// What is wrong and, where that is known, what to do.
    pub what: String,
}

impl Error {
    /// An error about `place` in `file`.
    pub fn new(file: impl Into<String>, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            place: place.into(),
            what: what.into(),
        }
    }

    fn line(&self) -> String {
        let parts = [&self.file, &self.place, &self.what];
        let filled: Vec<&str> = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect();
        filled.join(": ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The content of `openapi/`; every list is sorted by file name, and names are relative to the workspace.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The vendor's documents.
    pub documents: Vec<(String, Value)>,
    /// `openapi/names.json`.
    pub names: Value,
    /// `openapi/overlays/*.overlay.json`.
    pub overlays: Vec<(String, Value)>,
}

/// Reads `openapi/`, given as its path. A folder that is not there yet counts as empty.
///
/// # Errors
/// A file that cannot be read or is not JSON, with the line.
pub fn read(openapi: &Path) -> Result<Inputs, Error> {
    let names = "names.json";
    Ok(Inputs {
        documents: read_folder(openapi, VENDOR, ".json")?,
        names: if openapi.join(names).exists() {
            read_json(openapi, names)?.1
        } else {
            json!([])
        },
        overlays: read_folder(openapi, "overlays", ".overlay.json")?,
    })
}

/// Identifies the inputs by content, not by layout: `fnv1a64:` and the hash of the merged document, the names and the
/// overlays with sorted keys. It guards against forgetting, not against malice; whoever builds the client builds this too,
/// and is spared a cryptographic one.
#[must_use]
pub fn hash(merged: &Value, names: &Value, overlays: &[(String, Value)]) -> String {
    let overlays: Vec<_> = overlays
        .iter()
        .map(|(name, overlay)| json!([name, overlay]))
        .collect();
    let inputs = sorted(&json!([merged, names, overlays])).to_string();
    format!("fnv1a64:{:016x}", fnv1a(inputs.as_bytes()))
}

/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo).
fn fnv1a(bytes: &[u8]) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    bytes.iter().fold(OFFSET_BASIS, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
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

fn read_folder(openapi: &Path, folder: &str, suffix: &str) -> Result<Vec<(String, Value)>, Error> {
    let Ok(entries) = fs::read_dir(openapi.join(folder)) else {
        return Ok(Vec::new());
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(suffix) && name != PROVENANCE)
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| read_json(openapi, &format!("{folder}/{name}")))
        .collect()
}

fn read_json(openapi: &Path, file: &str) -> Result<(String, Value), Error> {
    let name = format!("openapi/{file}");
    let text = fs::read_to_string(openapi.join(file))
        .map_err(|error| Error::new(&name, "", format!("cannot be read: {error}")))?;
    match serde_json::from_str(&text) {
        Ok(value) => Ok((name, value)),
        Err(error) => Err(Error::new(
            name,
            format!("line {}, column {}", error.line(), error.column()),
            "is not JSON",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_depends_on_content_not_on_layout() {
        let one: Value = serde_json::from_str(r#"{"a": 1, "b": {"c": 2, "d": 3}}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"b":{"d":3,"c":2},"a":1}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"a": 1, "b": {"c": 2, "d": 4}}"#).unwrap();
        assert_eq!(hash(&one, &json!([]), &[]), hash(&same, &json!([]), &[]));
        assert_ne!(hash(&one, &json!([]), &[]), hash(&other, &json!([]), &[]));
        assert!(hash(&one, &json!([]), &[]).starts_with("fnv1a64:"));
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // From its authors' test vectors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
