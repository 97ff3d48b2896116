//! What changed between two of the vendor's documents, seen from a caller of the client.
//!
//! Both documents are the vendor's own, merged and otherwise untouched. A change is classified by the direction in
//! which a value travels: what a caller *sends* may only become looser, what a caller *receives* may only grow.
//! A schema that travels both ways is classified by the stricter of the two, one that nothing uses is never breaking.
//!
//! `openapi/REPORT.md` lists the rules, the class of each, and where both differ from oasdiff on purpose. In short:
//!
//! - **Values.** What is sent must keep every bound that is stated; patterns, lengths and closedness of what is received are
//!   not checked. A type that is another in Rust is breaking either way. What is `readOnly` or `writeOnly` travels one way.
//! - **Operations.** A new path or method is a removed and a new operation. A new required parameter is breaking, unless it
//!   is one that the path's template has always had. A second or another success is breaking.
//! - **Errors.** The tables in response descriptions, as [`tables`](crate::tables) reads them, are compared row by row.
//! - **Security.** A way to authenticate that asks for no more than before lets everyone in who was let in.
//! - **Patterns** are compared as the sets of strings they accept, see [`compare`].
//! - **Components** are compared by name, once, at their own place. If one appears or disappears, the places that
//!   refer to it report it; only an unused or a missing one has a line of its own. A reference that leads elsewhere
//!   is one line at the place that refers; when both targets are equal, that is text.
//! - **Anything else**: extensions (`x-…`) but `x-sunset` and `x-extensible-enum` are text; a keyword that is not known here is breaking, `review it`.
//!
//! The order of keys never matters, nor that of `required`, `enum`, `tags`, `security` and `parameters`. Every
//! other difference has a line.

use std::fmt;

use serde_json::Value;

use crate::inputs::Direction;

pub use self::{format::Format, rule::Rule, rust_names::RustNames};

mod comparison;
mod components;
mod content;
mod description_diff;
mod document;
mod equality;
mod error_table;
mod format;
mod keyword;
mod location;
mod operation;
mod parameter;
mod pattern;
mod response;
mod rule;
mod rust;
mod rust_names;
mod schema;
mod security;
mod servers;
mod usage;

/// Compares two merged vendor documents.
///
/// Whether a pattern became looser or tighter is decided on the strings that it accepts (ECMA 262 with Unicode,
/// unanchored unless it says otherwise), regardless of lengths stated beside it. Patterns with look-around, back
/// references or word boundaries, and ones too large to compare, cannot be decided: they count as breaking where
/// they are sent.
#[must_use]
pub fn compare(old: &Value, new: &Value) -> Report {
    compare_called(old, new, Direction::Inbound)
}

/// The same, of an API that D1 calls, where what a request holds is received, and an answer sent; or of one that D1 has.
#[must_use]
pub fn compare_called(old: &Value, new: &Value, direction: Direction) -> Report {
    let mut changes = document::compare(old, new, direction);
    sort(&mut changes);
    Report { changes }
}

fn sort(changes: &mut [Change]) {
    let key = |change: &Change| {
        (
            change.impact,
            change.api.clone(),
            change.pointer.clone(),
            change.what.clone(),
        )
    };
    changes.sort_by_cached_key(key);
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
        let lost = description_diff::lost(old, new, &self.changes);
        self.changes.extend(lost);
        sort(&mut self.changes);
    }

    /// Says of each change what it means in Rust, by the names of the old and the new document, and reports a
    /// change that the vendor makes in several schemas of the same type once, with all its places.
    pub fn explain(&mut self, old: &RustNames, new: &RustNames) {
        rust::explain(&mut self.changes, old, new);
    }

    /// Adds the report of an API.
    pub fn add(&mut self, api: &str, report: Report) {
        self.changes
            .extend(report.changes.into_iter().map(|change| Change {
                api: Some(api.to_owned()),
                ..change
            }));
        sort(&mut self.changes);
    }

    /// No change need say which API it is of.
    pub fn of_one_api(&mut self) {
        for change in &mut self.changes {
            change.api = None;
        }
        sort(&mut self.changes);
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
    /// What it means in Rust, where that is known.
    pub rust: Option<String>,
    /// The API, where a report is of several.
    pub api: Option<String>,
    /// The field, value or error code that it is about, as the vendor spells it.
    of: Option<String>,
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
        if let Some(api) = &self.api {
            line.push_str(&format!("; of {api}"));
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
