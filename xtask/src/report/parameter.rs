//! Parameters, and response headers, which are described alike.

use std::collections::BTreeMap;

use serde_json::Value;

use super::comparison::Comparison;
use super::content;
use super::keyword::{self, switch, text};
use super::location::{Located, Node, Pair, is_text, shown};
use super::schema;
use super::usage::Role;
use super::{Impact, Rule};

/// The parameters that an operation has in the end: its own, and those of its path that it does not replace.
///
/// `old` and `new` are the path item and the operation; `paths` the templates of both, alike but for parameters' names.
pub(super) fn parameters<'a>(
    c: &mut Comparison<'a>,
    [old_path, path]: [&str; 2],
    old: [&Located<'a>; 2],
    new: [&Located<'a>; 2],
) {
    let (old, new) = (effective(old), effective(new));
    let mut old: BTreeMap<Key, Located<'a>> = old
        .into_iter()
        .map(|(key, at)| (key.renamed(old_path, path), at))
        .collect();
    for (key, after) in new {
        let Some(before) = old.remove(&key) else {
            added(c, path, &key, &after);
            continue;
        };
        let start = c.notes();
        if before.value != after.value {
            c.linked(&before, &after, Role::parameter(c.direction), parameter);
        }
        if c.notes() == start && list(&before) != list(&after) {
            c.note(Rule::Restated, &after, "declared at another level, the same");
        }
    }
    for (key, before) in old {
        let what = format!("{} parameter {} removed", key.place, key.name);
        c.note(Rule::ParameterRemoved, &before, what);
    }
}

/// What tells parameters apart (OpenAPI 3.0.3, Operation Object), and which of several equal ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    place: String,
    name: String,
    nth: usize,
}

impl Key {
    /// With the name that the other template has in its place.
    fn renamed(mut self, old_path: &str, path: &str) -> Self {
        let names = |path: &str| -> Vec<String> {
            path.split(['{', '}'])
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let mut both = names(old_path).into_iter().zip(names(path));
        if self.place == "path"
            && let Some((_, name)) = both.find(|(before, _)| *before == self.name)
        {
            self.name = name;
        }
        self
    }
}

fn effective<'a>(levels: [&Located<'a>; 2]) -> BTreeMap<Key, Located<'a>> {
    let mut all = BTreeMap::new();
    for level in levels {
        let mut own = BTreeMap::new();
        for at in level.get("parameters").map(|at| at.items()).unwrap_or_default() {
            let target = at.target();
            let part = |key: &str| target.str(key).map_or_else(|| shown(at.value), str::to_owned);
            let mut key = Key {
                place: part("in"),
                name: part("name"),
                nth: 0,
            };
            if key.place == "header" {
                // Equal whatever their case (RFC 9110, section 5.1).
                key.name.make_ascii_lowercase();
            }
            while own.contains_key(&key) {
                key.nth += 1;
            }
            own.insert(key, at);
        }
        all.extend(own);
    }
    all
}

/// The list that a parameter stands in.
fn list<'b>(at: &'b Located<'_>) -> Option<&'b str> {
    at.pointer.rsplit_once('/').map(|(list, _)| list)
}

fn added<'a>(c: &mut Comparison<'a>, path: &str, key: &Key, at: &Located<'a>) {
    let Key { place, name, .. } = key;
    let (impact, what) = if place == "path" && path.contains(&format!("{{{name}}}")) {
        // Every caller of this path has always given it.
        (Impact::Compatible, format!("path parameter {name} now declared"))
    } else if at.target().value["required"] == true {
        let impact = Role::parameter(c.direction).if_sent(Impact::Breaking);
        (impact, format!("new required {place} parameter {name}"))
    } else {
        (
            Impact::Compatible,
            format!("new optional {place} parameter {name}"),
        )
    };
    c.note_as(Rule::ParameterAdded, impact, at, what);
}

fn is_in(old: &Node<'_>, new: &Node<'_>, place: &str) -> bool {
    [old, new]
        .iter()
        .all(|node| node.value("in").is_some_and(|given| given == place))
}

/// How a value is written, whether it is stated or the default (OpenAPI 3.0.3, Parameter Object).
fn writing(node: &Node<'_>) -> (String, bool) {
    let place = node.value("in").and_then(Value::as_str);
    let default = match place {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = node.value("style").and_then(Value::as_str).unwrap_or(default);
    let explode = node.value("explode").and_then(Value::as_bool);
    (style.to_owned(), explode.unwrap_or(style == "form"))
}

fn compare_serialization<'a>(
    c: &mut Comparison<'a>,
    key: &str,
    pair: &Pair<'a>,
    nodes: [&Node<'a>; 2],
    role: Role,
) {
    let [old, new] = nodes.map(writing);
    if old == new {
        let what = format!("{}, means the same", pair.changed(key));
        c.note(Rule::Restated, pair.at(), what);
    } else {
        written(c, key, pair, role);
    }
}

fn written<'a>(c: &mut Comparison<'a>, key: &str, pair: &Pair<'a>, role: Role) {
    c.note_as(
        Rule::ParameterWritten,
        role.breaking(),
        pair.at(),
        pair.difference(key),
    );
}

/// A parameter or header that both documents have.
pub(super) fn parameter<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        // Its place in the path counts; another name is reported there.
        "name" if is_in(old, new, "path") || is_in(old, new, "header") => {
            c.note(Rule::Restated, pair.at(), pair.difference("name"))
        }
        "required" => switch(c, key, pair, role, keyword::REQUIRED),
        "style" | "explode" => compare_serialization(c, key, pair, [old, new], role),
        "allowReserved" => written(c, key, pair, role),
        "allowEmptyValue" => switch(c, key, pair, role, keyword::ALLOWS),
        "deprecated" => switch(c, key, pair, role, keyword::DEPRECATED),
        "schema" => schema::place(c, pair, role),
        "content" => content::content(c, pair, role),
        _ if is_text(key) => text(c, key, pair),
        _ => {}
    });
}
