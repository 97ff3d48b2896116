//! Parameters, and response headers, which are described alike.

use std::collections::BTreeMap;

use super::Impact;
use super::comparison::Comparison;
use super::content;
use super::keyword::{Switch, is_text, text};
use super::location::{At, Node, shown};
use super::reach::Role;
use super::schema;

/// The parameters that an operation has in the end: its own, and those of its path that it does not replace.
///
/// `old` and `new` are the path item and the operation.
pub(super) fn parameters<'a>(c: &mut Comparison<'a>, path: &str, old: [&At<'a>; 2], new: [&At<'a>; 2]) {
    let (mut old, new) = (effective(old), effective(new));
    for (key, after) in new {
        let Some(before) = old.remove(&key) else {
            added(c, path, &key, &after);
            continue;
        };
        let start = c.notes();
        if before.value != after.value {
            c.linked(&before, &after, Role::SENT, parameter);
        }
        if c.notes() == start && list(&before) != list(&after) {
            c.note(Impact::TextOnly, &after, "declared at another level, the same");
        }
    }
    for (key, before) in old {
        c.note(
            Impact::Breaking,
            &before,
            format!("{} parameter {} removed", key.place, key.name),
        );
    }
}

/// What tells parameters apart (OpenAPI 3.0.3, Operation Object), and which of several equal ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    place: String,
    name: String,
    nth: usize,
}

fn effective<'a>(levels: [&At<'a>; 2]) -> BTreeMap<Key, At<'a>> {
    let mut all = BTreeMap::new();
    for level in levels {
        let mut own = BTreeMap::new();
        for at in level.get("parameters").map(|at| at.items()).unwrap_or_default() {
            let target = target(&at);
            let part = |key: &str| target.str(key).map_or_else(|| shown(at.value), str::to_owned);
            let mut key = Key {
                place: part("in"),
                name: part("name"),
                nth: 0,
            };
            while own.contains_key(&key) {
                key.nth += 1;
            }
            own.insert(key, at);
        }
        all.extend(own);
    }
    all
}

fn target<'a>(at: &At<'a>) -> At<'a> {
    at.str("$ref")
        .and_then(|reference| at.root.follow(reference))
        .unwrap_or_else(|| at.clone())
}

/// The list that a parameter stands in.
fn list<'b>(at: &'b At<'_>) -> Option<&'b str> {
    at.pointer.rsplit_once('/').map(|(list, _)| list)
}

fn added<'a>(c: &mut Comparison<'a>, path: &str, key: &Key, at: &At<'a>) {
    let Key { place, name, .. } = key;
    let required = target(at).value.get("required").and_then(|value| value.as_bool()) == Some(true);
    if place == "path" && path.contains(&format!("{{{name}}}")) {
        // Whoever called this path has always given it.
        c.note(
            Impact::Compatible,
            at,
            format!("path parameter {name} now declared"),
        );
    } else if required {
        c.note(
            Impact::Breaking,
            at,
            format!("new required {place} parameter {name}"),
        );
    } else {
        c.note(
            Impact::Compatible,
            at,
            format!("new optional {place} parameter {name}"),
        );
    }
}

/// A parameter or header that both documents have.
pub(super) fn parameter<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        "required" => Switch::TIGHTENS.judge(c, key, pair, role),
        "deprecated" => Switch::HARMLESS.judge(c, key, pair, role),
        "schema" => schema::place(c, pair, role),
        "content" => content::content(c, pair, role),
        _ if is_text(key) => text(c, key, pair),
        _ => {}
    });
}
