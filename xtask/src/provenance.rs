//! `provenance.json`: where each vendor document came from, when its text last changed, and what it must still say.

use std::collections::BTreeMap;

use d1_codegen::inputs::digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::source::Document;

/// The origin of every document in the folder, by file name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// By file name.
    pub documents: BTreeMap<String, Origin>,
}

/// Where one document came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The page's URL, else the name of the file that was read.
    pub source: String,
    /// The SHA-256 of the text as it stood on the page.
    pub sha256: String,
    /// The SHA-256 of the document in the folder, whatever its layout: a hand edit shows.
    pub document_sha256: String,
    /// The day (UTC, `YYYY-MM-DD`) on which this text was first read.
    pub date: String,
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
            Origin {
                source: document.source.clone(),
                sha256: document.sha256.clone(),
                document_sha256: digest(&document.value),
                date: date.to_owned(),
            }
        };
        Self {
            documents: documents
                .iter()
                .map(|document| (document.file_name.clone(), origin(document)))
                .collect(),
        }
    }

    /// What is wrong with the folder's documents, given by file name: (file name, what) for each that was edited,
    /// added or removed by hand.
    #[must_use]
    pub fn differences(&self, documents: &BTreeMap<String, Value>) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, document) in documents {
            match self.documents.get(name) {
                None => found.push((name.clone(), "is not listed in provenance.json".to_owned())),
                Some(origin) if origin.document_sha256 != digest(document) => {
                    found.push((
                        name.clone(),
                        "was edited: its content is not what provenance.json records".to_owned(),
                    ));
                }
                Some(_) => {}
            }
        }
        for name in self
            .documents
            .keys()
            .filter(|name| !documents.contains_key(*name))
        {
            found.push((
                name.clone(),
                "is listed in provenance.json and missing".to_owned(),
            ));
        }
        found
    }
}
