//! Changed descriptions that merging loses: if several documents state a part, only one description is kept.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Change, Impact, compare};
use crate::pointer;

/// The changes of descriptions between documents with the same operations, without those in `known`.
pub(super) fn lost<'a>(old: &[&'a Value], new: &[&'a Value], known: &[Change]) -> Vec<Change> {
    let mut seen: BTreeSet<(String, String)> = known.iter().map(key).collect();
    let mut lost = Vec::new();
    for after in new {
        let Some(before) = old.iter().find(|before| operations(before) == operations(after)) else {
            continue;
        };
        for change in compare(before, after).changes {
            if change.impact == Impact::TextOnly && seen.insert(key(&change)) {
                lost.push(change);
            }
        }
    }
    lost
}

/// What makes two changes the same one. Tags stand at other places once their lists are merged.
fn key(change: &Change) -> (String, String) {
    let pointer = if change.pointer.starts_with("/tags/") {
        "/tags"
    } else {
        &change.pointer
    };
    (pointer.to_owned(), change.what.clone())
}

fn operations(document: &Value) -> BTreeSet<(&str, &str)> {
    let operations = pointer::operations(document).into_iter();
    operations
        .map(|operation| (operation.path, operation.method))
        .collect()
}
