//! The document's own members: servers, paths, tags, and words about the whole.

use serde_json::Value;

use super::Rule;
use super::comparison::Comparison;
use super::equality::semantically_equal;
use super::keyword::text;
use super::location::{Located, Pair, shown};
use super::servers::servers;
use super::{Change, components, operation, security};
use crate::inputs::Direction;
use crate::pointer::METHODS;

/// What separates two documents.
pub(super) fn compare(old: &Value, new: &Value, direction: Direction) -> Vec<Change> {
    let mut comparison = Comparison::new(old, new, direction);
    document(&mut comparison);
    if comparison.notes() == 0 && !semantically_equal(None, old, new) {
        let what = "changed, unrecognised: review it";
        comparison.note(Rule::Unrecognised, &comparison.new.at(), what);
    }
    comparison.into_changes()
}

fn document(c: &mut Comparison<'_>) {
    let (mut old, mut new) = (c.old.at().fields(), c.new.at().fields());
    components::components(
        c,
        old.remove("components").as_ref(),
        new.remove("components").as_ref(),
    );
    c.each_key(&old, &new, |c, key, pair| match key {
        "info" => {
            let (old, new) = pair.members();
            c.each_key(&old, &new, |c, key, pair| text(c, key, pair));
        }
        "openapi" => {
            let patch = |at: Option<&Located<'_>>| at.is_some_and(|at| shown(at.value).starts_with("\"3.0."));
            if patch(pair.before()) && patch(pair.after()) {
                c.note(Rule::Restated, pair.at(), "another patch of OpenAPI 3.0");
            }
        }
        "servers" => servers(c, pair),
        "security" => security::requirements(c, pair),
        "paths" => paths(c, pair),
        "tags" => tags(c, pair),
        "externalDocs" => text(c, key, pair),
        _ => {}
    });
}

fn paths<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (mut old, mut new) = pair.members();
    let lost: Vec<String> = old
        .keys()
        .filter(|path| !new.contains_key(*path))
        .cloned()
        .collect();
    for before in lost {
        let same_requests = |path: &&String| !old.contains_key(*path) && shape(path) == shape(&before);
        let Some(after) = new.keys().find(same_requests).cloned() else {
            continue;
        };
        if let (Some(old_item), Some(new_item)) = (old.remove(&before), new.remove(&after)) {
            let what = format!("path {before} now written {after}");
            c.note(Rule::PathParameterRenamed, &new_item, what);
            operation::path_item(c, [&before, &after], &old_item, &new_item);
        }
    }
    c.each_key(&old, &new, |c, path, pair| match pair {
        Pair::Changed(old, new) => operation::path_item(c, [path, path], old, new),
        Pair::Added(item) | Pair::Removed(item) => {
            let mut empty = true;
            for at in METHODS.iter().filter_map(|method| item.get(method)) {
                empty = false;
                operation::whole(c, &at, pair);
            }
            if empty {
                c.note(Rule::Restated, item, pair.changed("path without operations"));
            }
        }
    });
    if pair.members().0.is_empty() && pair.members().1.is_empty() {
        c.note(Rule::Restated, pair.at(), "paths, still none");
    }
}

/// A path with its parameters' names left out: what its requests look like.
fn shape(path: &str) -> Vec<&str> {
    path.split(['{', '}'])
        .enumerate()
        .map(|(number, part)| if number % 2 == 0 { part } else { "{}" })
        .collect()
}

fn tags<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = pair.items();
    let name = |at: &Located<'a>| at.str("name").map_or_else(|| shown(at.value), str::to_owned);
    let before = c.notes();
    for after in new
        .iter()
        .filter(|after| !old.iter().any(|before| before.value == after.value))
    {
        let known = old.iter().any(|before| name(before) == name(after));
        let verb = if known { "reworded" } else { "added" };
        c.note(Rule::TextChanged, after, format!("tag {} {verb}", name(after)));
    }
    for before in old
        .iter()
        .filter(|before| !new.iter().any(|after| name(before) == name(after)))
    {
        c.note(Rule::TextChanged, before, format!("tag {} removed", name(before)));
    }
    if c.notes() == before {
        c.note(Rule::TextChanged, pair.at(), "list of tags changed");
    }
}
