//! Walks two documents side by side and notes what differs.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::equality::semantically_equal;
use super::location::{Fields, Located, Node, Pair, Root, differing, is_text};
use super::usage::{Role, Usage};
use super::{Change, Impact, Rule};
use crate::inputs::Direction;
use crate::pointer::{METHODS, steps};

/// How long a chain of references may be before it counts as a circle.
const LONGEST_CHAIN: usize = 32;

/// What a comparison has seen so far.
pub(super) struct Comparison<'a> {
    pub(super) old: Root<'a>,
    pub(super) new: Root<'a>,
    pub(super) old_usage: Usage,
    pub(super) new_usage: Usage,
    pub(super) direction: Direction,
    found: BTreeMap<(String, String), Change>,
    /// How often something was noted, repetitions included: shows whether a part of the walk noted anything.
    notes: usize,
    /// What separates the targets of two references; `None` while that is being found out.
    retargeted: HashMap<(String, String, Role), Option<Difference>>,
}

/// Compares one kind of object, member by member.
pub(super) type CompareNodes<'a> = fn(&mut Comparison<'a>, &Node<'a>, &Node<'a>, Role);

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value, direction: Direction) -> Self {
        Comparison {
            old: Root(old),
            new: Root(new),
            old_usage: Usage::of(old, direction),
            new_usage: Usage::of(new, direction),
            direction,
            found: BTreeMap::new(),
            notes: 0,
            retargeted: HashMap::new(),
        }
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.found.into_values().collect()
    }

    /// Notes a change. The same change met twice, from two operations, is one, with the worse impact.
    pub(super) fn note(&mut self, rule: Rule, impact: Impact, at: &Located<'_>, what: impl Into<String>) {
        self.note_of(rule, impact, at, what, None);
    }

    /// The same, of something with a name of its own: a field, a value, an error code.
    pub(super) fn note_of(
        &mut self,
        rule: Rule,
        impact: Impact,
        at: &Located<'_>,
        what: impl Into<String>,
        of: Option<&str>,
    ) {
        self.notes += 1;
        let what = what.into();
        let place = self.place(at);
        let change = Change {
            rule,
            impact,
            place,
            pointer: at.pointer.clone(),
            what: what.clone(),
            also: Vec::new(),
            rust: None,
            api: None,
            of: of.map(str::to_owned),
        };
        let known = self.found.entry((at.pointer.clone(), what)).or_insert(change);
        known.impact = known.impact.min(impact);
    }

    /// How often something has been noted: unchanged after a step that found nothing.
    pub(super) fn notes(&self) -> usize {
        self.notes
    }

    /// Hands every differing key to `compare`; one that it has nothing to say about is reported as unrecognised.
    pub(super) fn each_key(
        &mut self,
        old: &Fields<'a>,
        new: &Fields<'a>,
        mut compare: impl FnMut(&mut Self, &str, &Pair<'a>),
    ) {
        for (key, pair) in differing(old, new) {
            if key.starts_with("x-") {
                extension(self, &key, &pair);
                continue;
            }
            let before = self.notes;
            compare(self, &key, &pair);
            if self.notes == before {
                let what = format!("{key} {}, unrecognised: review it", pair.verb("changed"));
                self.note(Rule::Unrecognised, Impact::Breaking, pair.at(), what);
            }
        }
    }

    /// Compares two places either of which may be a reference.
    ///
    /// Where both lead to the same component, that is compared at its own place and only what stands beside the
    /// references is compared here.
    pub(super) fn linked(
        &mut self,
        old: &Located<'a>,
        new: &Located<'a>,
        role: Role,
        compare: CompareNodes<'a>,
    ) {
        let before = self.notes;
        let (old_site, new_site) = (Site::of(old), Site::of(new));
        if !old.value.is_object() || !new.value.is_object() {
            self.note(
                Rule::Unrecognised,
                role.breaking(),
                new,
                "changed, unrecognised: review it",
            );
        } else if old_site.link == new_site.link {
            compare(self, &old_site.own, &new_site.own, role);
        } else {
            self.retarget(&old_site, &new_site, role, compare);
        }
        if self.notes == before && !semantically_equal(None, old.value, new.value) {
            self.note(
                Rule::Restated,
                Impact::TextOnly,
                new,
                "written differently, means the same",
            );
        }
    }

    /// One line for a reference that leads elsewhere, as bad as what separates the two targets.
    fn retarget(&mut self, old: &Site<'a>, new: &Site<'a>, role: Role, compare: CompareNodes<'a>) {
        let words = match (old.link, new.link) {
            (Some(old), Some(new)) => format!("refers to {} instead of {}", last(new), last(old)),
            (_, Some(new)) => format!("now refers to {}", last(new)),
            (Some(old), _) => format!("no longer refers to {}", last(old)),
            (None, None) => return,
        };
        let place = new.own.at.clone();
        let (Some(old), Some(new)) = (self.resolve(old), self.resolve(new)) else {
            self.note(
                Rule::ReferenceBroken,
                role.breaking(),
                &place,
                format!("{words}, which leads nowhere"),
            );
            return;
        };
        let key = (old.at.pointer.clone(), new.at.pointer.clone(), role);
        let difference = match self.retargeted.get(&key) {
            Some(known) => known.clone().unwrap_or_default(),
            None => {
                self.retargeted.insert(key.clone(), None);
                let outer = std::mem::take(&mut self.found);
                compare(self, &old, &new, role);
                let found = std::mem::replace(&mut self.found, outer);
                let difference = Difference::of(&old, &new, found.into_values().collect());
                self.retargeted.insert(key, Some(difference.clone()));
                difference
            }
        };
        match difference.0 {
            Some((impact, list)) => {
                self.note(Rule::ReferenceChanged, impact, &place, format!("{words}: {list}"))
            }
            None => self.note(
                Rule::ReferenceChanged,
                Impact::TextOnly,
                &place,
                format!("{words}, which is the same"),
            ),
        }
    }

    /// Follows the reference of a site to its end; the site's own members stand before the target's.
    fn resolve(&self, site: &Site<'a>) -> Option<Node<'a>> {
        let mut node = site.own.clone();
        let mut link = site.link;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = link else { return Some(node) };
            let target = Site::of(&node.at.root.follow(reference)?);
            if node.fields.is_empty() {
                node = target.own;
            } else {
                for (key, at) in target.own.fields {
                    node.fields.entry(key).or_insert(at);
                }
            }
            link = target.link;
        }
        None
    }

    /// Whether the schema at a place, which may refer elsewhere, is `readOnly`, and whether it is `writeOnly`.
    pub(super) fn one_way(&self, at: &Located<'a>) -> [bool; 2] {
        let node = self.resolve(&Site::of(at));
        ["readOnly", "writeOnly"].map(|key| {
            let stated = node.as_ref().and_then(|node| node.value(key));
            stated.and_then(Value::as_bool) == Some(true)
        })
    }

    /// The operation or component that a place belongs to.
    fn place(&self, at: &Located<'_>) -> String {
        let parts = steps(&at.pointer);
        match parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["components", _, name, ..] => name.to_owned(),
            ["paths", path, method, ..] if METHODS.contains(&method) => {
                let id = |root: Root<'a>| {
                    root.0
                        .get("paths")?
                        .get(path)?
                        .get(method)?
                        .get("operationId")?
                        .as_str()
                };
                let name = id(self.old).or_else(|| id(self.new));
                name.map_or_else(|| format!("{method}:{path}"), str::to_owned)
            }
            ["paths", path, ..] => path.to_owned(),
            [first, ..] => first.to_owned(),
            [] => "document".to_owned(),
        }
    }
}

/// A place that may refer elsewhere: `{$ref}`, or `{allOf: [{$ref}]}`, which keeps a description of its own.
struct Site<'a> {
    own: Node<'a>,
    link: Option<&'a str>,
}

impl<'a> Site<'a> {
    fn of(at: &Located<'a>) -> Self {
        let mut own = Node::of(at);
        let mut link = None;
        if let Some(reference) = at.str("$ref") {
            own.fields.remove("$ref");
            link = Some(reference);
        } else if let Some([only]) = at.value.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            // What stands beside a reference means nothing (OpenAPI 3.0.3, Reference Object).
            if let Some(reference) = only.get("$ref").and_then(Value::as_str) {
                own.fields.remove("allOf");
                link = Some(reference);
            } else if let Some(only) = at.get("allOf").and_then(|all| all.items().pop()) {
                // What one schema says, and what stands beside it, are one schema, unless both speak of one thing.
                let inner = Site::of(&only);
                let apart = |key: &String| {
                    key == "allOf"
                        || !own.fields.contains_key(key)
                        || is_text(key)
                        || own.value(key) == inner.own.value(key)
                };
                if inner.own.fields.keys().all(apart) {
                    own.fields.remove("allOf");
                    link = inner.link;
                    for (key, at) in inner.own.fields {
                        own.fields.entry(key).or_insert(at);
                    }
                }
            }
        }
        Site { own, link }
    }
}

/// An extension says nothing here, but the day on which something ends.
fn extension(c: &mut Comparison<'_>, key: &str, pair: &Pair<'_>) {
    if key == "x-sunset" {
        let what = format!("{key} {}", pair.difference());
        c.note(Rule::Sunset, Impact::Compatible, pair.at(), what);
    } else {
        let what = format!("{key} {}", pair.verb("changed"));
        c.note(Rule::ExtensionChanged, Impact::TextOnly, pair.at(), what);
    }
}

/// The worst of what separates two schemas, in words; `None` when nothing does.
#[derive(Clone, Default)]
struct Difference(Option<(Impact, String)>);

impl Difference {
    /// How many changes are listed before the rest is counted.
    const LISTED: usize = 3;

    fn of(old: &Node<'_>, new: &Node<'_>, changes: Vec<Change>) -> Self {
        let Some(impact) = changes.iter().map(|change| change.impact).min() else {
            return Self(None);
        };
        let worst: Vec<&Change> = changes.iter().filter(|change| change.impact == impact).collect();
        let listed = worst.iter().take(Self::LISTED).map(|change| {
            let inside = [new, old]
                .iter()
                .find_map(|node| change.pointer.strip_prefix(&node.at.pointer));
            match inside {
                Some("") | None => change.what.clone(),
                Some(inside) => format!("{inside} {}", change.what),
            }
        });
        let mut list = listed.collect::<Vec<_>>().join("; ");
        if changes.len() > worst.len().min(Self::LISTED) {
            list = format!(
                "{list}; and {} more",
                changes.len() - worst.len().min(Self::LISTED)
            );
        }
        Self(Some((impact, list)))
    }
}

/// The last part of a reference.
fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}
