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

    /// Notes a change that means the same wherever it is met: what the rule's class says.
    pub(super) fn note(&mut self, rule: Rule, at: &Located<'_>, what: impl Into<String>) {
        self.note_of(rule, rule.impact(), at, what, None);
    }

    /// Notes that the two documents say the same in other words, unless something was noted since there were `start` notes.
    pub(super) fn restated_since(&mut self, start: usize, at: &Located<'_>, what: impl Into<String>) {
        if self.notes == start {
            self.note(Rule::Restated, at, what);
        }
    }

    /// Notes a change with what it means at its place.
    pub(super) fn note_as(&mut self, rule: Rule, impact: Impact, at: &Located<'_>, what: impl Into<String>) {
        self.note_of(rule, impact, at, what, None);
    }

    /// The same, of something with a name of its own: a field, a value, an error code. A change met twice, from two
    /// operations, is one, with the worse impact.
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
                let what = format!("{}, unrecognised: review it", pair.changed(&key));
                self.note(Rule::Unrecognised, pair.at(), what);
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
            let what = "changed, unrecognised: review it";
            self.note_as(Rule::Unrecognised, role.breaking(), new, what);
        } else if old_site.link == new_site.link {
            compare(self, &old_site.own, &new_site.own, role);
        } else {
            self.retarget(&old_site, &new_site, role, compare);
        }
        if self.notes == before && !semantically_equal(None, old.value, new.value) {
            self.note(Rule::Restated, new, "written differently, means the same");
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
            let what = format!("{words}, which leads nowhere");
            return self.note_as(Rule::ReferenceBroken, role.breaking(), &place, what);
        };
        let key = (old.at.pointer.clone(), new.at.pointer.clone(), role);
        let difference = match self.retargeted.get(&key) {
            Some(known) => known.clone().unwrap_or_default(),
            None => {
                self.retargeted.insert(key.clone(), None);
                let outer = std::mem::take(&mut self.found);
                compare(self, &old, &new, role);
                let found = std::mem::replace(&mut self.found, outer);
                let difference = worst(&old, &new, found.into_values().collect());
                self.retargeted.insert(key, Some(difference.clone()));
                difference
            }
        };
        let (impact, what) = match difference {
            Some((impact, list)) => (impact, format!("{words}: {list}")),
            None => (Impact::TextOnly, format!("{words}, which is the same")),
        };
        self.note_as(Rule::ReferenceChanged, impact, &place, what);
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
    match key {
        "x-sunset" => c.note(Rule::Sunset, pair.at(), pair.difference(key)),
        _ => c.note(Rule::ExtensionChanged, pair.at(), pair.changed(key)),
    }
}

/// The worst of what separates two schemas, in words; `None` when nothing does.
type Difference = Option<(Impact, String)>;

/// How many changes of a difference are listed before the rest is counted.
const LISTED: usize = 3;

fn worst(old: &Node<'_>, new: &Node<'_>, changes: Vec<Change>) -> Difference {
    let impact = changes.iter().map(|change| change.impact).min()?;
    let worst = changes.iter().filter(|change| change.impact == impact);
    let listed = worst.take(LISTED).map(|change| {
        let inside = [new, old]
            .iter()
            .find_map(|node| change.pointer.strip_prefix(&node.at.pointer));
        match inside {
            Some("") | None => change.what.clone(),
            Some(inside) => format!("{inside} {}", change.what),
        }
    });
    let listed: Vec<String> = listed.collect();
    let list = listed.join("; ");
    Some(match changes.len() - listed.len() {
        0 => (impact, list),
        more => (impact, format!("{list}; and {more} more")),
    })
}

/// The last part of a reference.
fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}
