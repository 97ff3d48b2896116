//! `provenance.json`: where each vendor document came from, when its text last changed, and what it must still say.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inputs::sorted;
use crate::pointer::below;
use crate::source::{Document, sha256};

/// How much of a part's SHA-256 is recorded: enough to notice an edit made by mistake, which is its purpose.
const PART_DIGITS: usize = 16;

/// The origin of every document in the folder, by file name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// By file name.
    pub documents: BTreeMap<String, Origin>,
}

/// Where one document came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The page's URL, else the name of the file that was read.
    pub source: String,
    /// The SHA-256 of the text as it stood on the page.
    pub sha256: String,
    /// The day (UTC, `YYYY-MM-DD`) on which this text was first read.
    pub date: String,
    /// By JSON pointer, the start of the SHA-256 of each part of the document in the folder, whatever its layout: a hand
    /// edit shows, and where it was made.
    pub parts: BTreeMap<String, String>,
}

impl Provenance {
    /// The provenance of `documents`. A document whose text `before` knows from the same source keeps its date.
    #[must_use]
    pub fn of(documents: &[Document], before: &Self, today: &str) -> Self {
        let origin = |document: &Document| {
            let known = before.documents.get(&document.file_name);
            let date = known
                .filter(|known| known.sha256 == document.sha256)
                .map_or(today, |known| &known.date);
            let origin = Origin {
                source: document.source.clone(),
                sha256: document.sha256.clone(),
                date: date.to_owned(),
                parts: parts(&document.value),
            };
            (document.file_name.clone(), origin)
        };
        let documents = documents.iter().map(origin).collect();
        Self { documents }
    }

    /// What is wrong with the folder's documents, given by file name: (file name, what) for each that was edited,
    /// added or removed by hand.
    #[must_use]
    pub fn differences(&self, documents: &BTreeMap<String, Value>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, document) in documents {
            let Some(origin) = self.documents.get(name) else {
                found.push((name.clone(), "is not listed in provenance.json".to_owned()));
                continue;
            };
            let parts = parts(document);
            let places: BTreeSet<_> = parts.keys().chain(origin.parts.keys()).collect();
            let edited: Vec<_> = places
                .into_iter()
                .filter(|place| parts.get(*place) != origin.parts.get(*place))
                .map(String::as_str)
                .collect();
            if !edited.is_empty() {
                let what = format!("was edited by hand at {}", edited.join(", "));
                found.push((name.clone(), what));
            }
        }
        let missing = self
            .documents
            .keys()
            .filter(|name| !documents.contains_key(*name));
        let what = "is listed in provenance.json and missing";
        found.extend(missing.map(|name| (name.clone(), what.to_owned())));
        found
    }
}

/// The digests of a document's operations, of its components, and of whatever else it holds.
fn parts(document: &Value) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        let at = below("", key);
        if !matches!(key.as_str(), "paths" | "components") {
            parts.insert(at, value);
            continue;
        }
        for (name, members) in value.as_object().into_iter().flatten() {
            for (member, content) in members.as_object().into_iter().flatten() {
                parts.insert(below(&below(&at, name), member), content);
            }
        }
    }
    // Whatever the order of keys and the white space.
    let digest = |content| sha256(&sorted(content).to_string())[..PART_DIGITS].to_owned();
    parts
        .into_iter()
        .map(|(at, content)| (at, digest(content)))
        .collect()
}
