//! Values of the two documents, and where they lie.

use std::collections::BTreeMap;

use serde_json::Value;

use super::equality::semantically_equal;
use crate::pointer::below;
pub(super) use crate::pointer::pointer_of;

/// One of the two documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Root<'a>(pub(super) &'a Value);

impl<'a> Root<'a> {
    pub(super) fn at(self) -> Located<'a> {
        Located {
            root: self,
            pointer: String::new(),
            value: self.0,
        }
    }

    /// The place a `$ref` names; `None` when it lies outside the document or leads nowhere.
    pub(super) fn follow(self, reference: &str) -> Option<Located<'a>> {
        let pointer = pointer_of(reference)?;
        let value = self.0.pointer(&pointer)?;
        Some(Located {
            root: self,
            pointer,
            value,
        })
    }
}

/// A value and its JSON pointer.
#[derive(Clone, Debug)]
pub(super) struct Located<'a> {
    pub(super) root: Root<'a>,
    pub(super) pointer: String,
    pub(super) value: &'a Value,
}

impl<'a> Located<'a> {
    fn child(&self, key: &str, value: &'a Value) -> Located<'a> {
        Located {
            root: self.root,
            pointer: below(&self.pointer, key),
            value,
        }
    }

    /// What a reference here leads to; the place itself where there is none that leads anywhere.
    pub(super) fn target(&self) -> Located<'a> {
        let target = self.str("$ref").and_then(|reference| self.root.follow(reference));
        target.unwrap_or_else(|| self.clone())
    }

    pub(super) fn get(&self, key: &str) -> Option<Located<'a>> {
        self.value.get(key).map(|value| self.child(key, value))
    }

    /// The members of an object; none for anything else.
    pub(super) fn fields(&self) -> Fields<'a> {
        let members = self.value.as_object().into_iter().flatten();
        members
            .map(|(key, value)| (key.clone(), self.child(key, value)))
            .collect()
    }

    /// The elements of an array; none for anything else.
    pub(super) fn items(&self) -> Vec<Located<'a>> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items
            .map(|(index, value)| self.child(&index.to_string(), value))
            .collect()
    }

    pub(super) fn str(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }
}

/// Members by key.
pub(super) type Fields<'a> = BTreeMap<String, Located<'a>>;

/// An object whose members may come from several places: its own, and those of what it refers to.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) at: Located<'a>,
    pub(super) fields: Fields<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn of(at: &Located<'a>) -> Self {
        Node {
            at: at.clone(),
            fields: at.fields(),
        }
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Value> {
        self.fields.get(key).map(|at| at.value)
    }

    /// The members of the object under `key`.
    pub(super) fn members(&self, key: &str) -> Fields<'a> {
        self.fields.get(key).map(Located::fields).unwrap_or_default()
    }
}

/// One key whose value differs between the documents.
#[derive(Clone, Debug)]
pub(super) enum Pair<'a> {
    Added(Located<'a>),
    Removed(Located<'a>),
    Changed(Located<'a>, Located<'a>),
}

impl<'a> Pair<'a> {
    /// Where a report points: into the new document if there is anything.
    pub(super) fn at(&self) -> &Located<'a> {
        match self {
            Pair::Added(at) | Pair::Removed(at) | Pair::Changed(_, at) => at,
        }
    }

    pub(super) fn before(&self) -> Option<&Located<'a>> {
        match self {
            Pair::Removed(at) | Pair::Changed(at, _) => Some(at),
            Pair::Added(_) => None,
        }
    }

    pub(super) fn after(&self) -> Option<&Located<'a>> {
        match self {
            Pair::Added(at) | Pair::Changed(_, at) => Some(at),
            Pair::Removed(_) => None,
        }
    }

    /// `added`, `removed`, or the given word for a changed value.
    pub(super) fn verb(&self, changed: &'static str) -> &'static str {
        match self {
            Pair::Added(_) => "added",
            Pair::Removed(_) => "removed",
            Pair::Changed(..) => changed,
        }
    }

    /// The members on either side; none where there is no object.
    pub(super) fn members(&self) -> (Fields<'a>, Fields<'a>) {
        (
            self.before().map(Located::fields).unwrap_or_default(),
            self.after().map(Located::fields).unwrap_or_default(),
        )
    }

    /// The elements on either side; none where there is no array.
    pub(super) fn items(&self) -> (Vec<Located<'a>>, Vec<Located<'a>>) {
        (
            self.before().map(Located::items).unwrap_or_default(),
            self.after().map(Located::items).unwrap_or_default(),
        )
    }

    /// `pattern added`, `pattern removed`, `pattern changed`.
    pub(super) fn changed(&self, what: &str) -> String {
        format!("{what} {}", self.verb("changed"))
    }

    /// `maxLength 40 -> 30`, `maxLength 30 added`, `maxLength 40 removed`.
    pub(super) fn difference(&self, what: &str) -> String {
        let words = |value: &Value| value.as_str().map_or_else(|| shown(value), str::to_owned);
        match self {
            Pair::Changed(old, new) => format!("{what} {} -> {}", words(old.value), words(new.value)),
            _ => format!("{what} {} {}", words(self.at().value), self.verb("")),
        }
    }
}

/// The keys whose values differ, in order.
pub(super) fn differing<'a>(old: &Fields<'a>, new: &Fields<'a>) -> Vec<(String, Pair<'a>)> {
    let removed = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let mut pairs: BTreeMap<String, Pair<'a>> = removed
        .map(|(key, at)| (key.clone(), Pair::Removed(at.clone())))
        .collect();
    for (key, at) in new {
        match old.get(key) {
            None => drop(pairs.insert(key.clone(), Pair::Added(at.clone()))),
            Some(before) if semantically_equal(Some(key), before.value, at.value) => {}
            Some(before) => drop(pairs.insert(key.clone(), Pair::Changed(before.clone(), at.clone()))),
        }
    }
    pairs.into_iter().collect()
}

/// A value in a few words: strings in quotes, long ones cut.
pub(super) fn shown(value: &Value) -> String {
    const LONG: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONG {
        text
    } else {
        text.chars().take(LONG).chain(['…']).collect()
    }
}

/// Whether a keyword only speaks to people.
pub(super) fn is_text(key: &str) -> bool {
    [
        "description",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "tags",
        "title",
    ]
    .contains(&key)
}
