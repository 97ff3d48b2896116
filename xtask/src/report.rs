//! What changed between two of the vendor's documents, seen from a caller of the client.
//!
//! Both documents are the vendor's own, merged and otherwise untouched. A change is judged by the direction in
//! which a value travels: what a caller *sends* may only become looser, what a caller *receives* may only grow.
//! A schema that travels both ways is judged by the stricter of the two, one that nothing uses is never breaking.
//!
//! | | sent | received |
//! |---|---|---|
//! | new optional property, new enum value | compatible | compatible |
//! | new required property, optional → required | breaking | compatible |
//! | required → optional | compatible | compatible |
//! | property or enum value removed; enum added or removed | breaking | breaking |
//! | type or `default` changed, format changed or removed | breaking | breaking |
//! | format added | breaking | compatible |
//! | tighter pattern, length, bound; `additionalProperties: false`; not nullable | breaking | compatible |
//! | the same, looser | compatible | compatible |
//!
//! The client drops patterns, lengths and closedness from what it receives, hence the column of compatible ones.
//! A `default` changes the type of the generated field.
//!
//! - **Operations.** New: compatible. Removed, or `operationId` renamed: breaking. A new path or method is a removed
//!   and a new operation. A new required parameter is breaking, unless it is one that the path's template has
//!   always had. A changed success status and a success body that appears or disappears are breaking.
//! - **Errors.** The tables in response descriptions, as [`tables`](crate::tables) reads them, are compared row by row: a new code is compatible; a removed one
//!   and a changed *retryable* are breaking; the other two columns are text.
//! - **Servers and security.** Added servers are compatible; changed and removed ones are breaking.
//! - **Patterns** are compared as the sets of strings they accept, see [`compare`].
//! - **Components** are compared by name, once, at their own place. That one appears or disappears is told by the
//!   places that refer to it, so only an unused or a missing one has a line. A reference that leads elsewhere is one
//!   line at the place that refers; when both targets are equal, that is text.
//! - **Anything else**: extensions (`x-…`) are text; a keyword that is not known here is breaking, `review it`.
//!
//! The order of keys never matters, nor that of `required`, `enum`, `tags`, `security` and `parameters`. Every
//! other difference has a line.

use std::fmt;

use serde_json::Value;

pub use self::{format::Format, rule::Rule, rust_names::RustNames};

mod comparison;
mod components;
mod content;
mod document;
mod error_table;
mod format;
mod keyword;
mod location;
mod operation;
mod parameter;
mod pattern;
mod reach;
mod response;
mod rule;
mod rust;
mod rust_names;
mod sameness;
mod schema;
mod security;
mod wording;

/// Compares two merged vendor documents.
///
/// Whether a pattern became looser or tighter is decided on the strings that it accepts (ECMA 262 with Unicode,
/// unanchored unless it says otherwise), regardless of lengths stated beside it. Patterns with look-around, back
/// references or word boundaries, and ones too large to compare, cannot be decided: they count as breaking where
/// they are sent.
#[must_use]
pub fn compare(old: &Value, new: &Value) -> Report {
    let mut changes = comparison::Comparison::run(old, new);
    sort(&mut changes);
    Report { changes }
}

fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| (a.impact, &a.pointer, &a.what).cmp(&(b.impact, &b.pointer, &b.what)));
}

/// The changes between two documents, the breaking ones first, then by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every change, once.
    pub changes: Vec<Change>,
}

impl Report {
    /// Adds what was reworded in single documents and lost when they were merged: a component that four documents
    /// repeat has four descriptions, and the merged document one of them.
    ///
    /// `old` and `new` are the documents before merging; ones with the same operations belong together, and one
    /// without a counterpart adds nothing. The pointers are alike before and after merging, those of tags excepted.
    pub fn add_wording(&mut self, old: &[&Value], new: &[&Value]) {
        let lost = wording::lost(old, new, &self.changes);
        self.changes.extend(lost);
        sort(&mut self.changes);
    }

    /// Says of each change what it means in Rust, by the names of the old and the new document, and tells a change of one
    /// idea that the vendor states in several schemas once, with all its places.
    pub fn explain(&mut self, old: &RustNames, new: &RustNames) {
        rust::explain(&mut self.changes, old, new);
    }

    /// How many changes have this impact.
    #[must_use]
    pub fn count(&self, impact: Impact) -> usize {
        self.changes
            .iter()
            .filter(|change| change.impact == impact)
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        write!(
            f,
            "summary: {} breaking, {} compatible, {} text-only",
            self.count(Impact::Breaking),
            self.count(Impact::Compatible),
            self.count(Impact::TextOnly)
        )
    }
}

/// One change, at the place where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of change it is.
    pub rule: Rule,
    /// What it means for a caller.
    pub impact: Impact,
    /// The vendor's `operationId` (the old one, where it is renamed) or the component's name; for what belongs to
    /// neither, the path or the first part of the pointer.
    pub place: String,
    /// JSON pointer (RFC 6901) into the new document; into the old one for what was removed.
    pub pointer: String,
    /// What happened there, in a few words. Long texts are never repeated.
    pub what: String,
    /// Other places of the same idea that changed in the same way: `place` and `pointer` of each.
    pub also: Vec<(String, String)>,
    /// What it means in Rust, where that can be told.
    pub rust: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = format!(
            "{} {} {} {} [{}]",
            self.impact, self.place, self.pointer, self.what, self.rule
        );
        for (place, pointer) in &self.also {
            line.push_str(&format!("; also {place} {pointer}"));
        }
        if let Some(rust) = &self.rust {
            line.push_str(&format!("; in Rust {rust}"));
        }
        // One line per change, whatever the vendor's keys hold.
        f.write_str(&line.replace(char::is_control, " "))
    }
}

/// What a change means for a caller of the client, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// Code that compiles and works today may not tomorrow.
    Breaking,
    /// Nothing that works today stops working.
    Compatible,
    /// Words for people.
    TextOnly,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::TextOnly => "text-only",
        })
    }
}
