//! The document's own members: servers, paths, tags, and words about the whole.

use super::comparison::Comparison;
use super::keyword::text;
use super::location::{Fields, Located, Pair, shown};
use super::{Impact, Rule};
use super::{components, operation, security};

pub(super) use crate::pointer::METHODS;

pub(super) fn document(c: &mut Comparison<'_>) {
    let (mut old, mut new) = (c.old.at().fields(), c.new.at().fields());
    components::components(
        c,
        old.remove("components").as_ref(),
        new.remove("components").as_ref(),
    );
    c.each_key(&old, &new, |c, key, pair| match key {
        "info" => {
            let (old, new) = members(pair);
            c.each_key(&old, &new, |c, key, pair| text(c, key, pair));
        }
        "openapi" => {
            let patch = |at: Option<&Located<'_>>| at.is_some_and(|at| shown(at.value).starts_with("\"3.0."));
            if patch(pair.before()) && patch(pair.after()) {
                c.note(
                    Rule::Restated,
                    Impact::TextOnly,
                    pair.at(),
                    "another patch of OpenAPI 3.0",
                );
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

/// Servers are known by their URL; one that changes at its place is one change.
pub(super) fn servers<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = items(pair);
    let url = |at: &Located<'a>| at.str("url").map_or_else(|| shown(at.value), str::to_owned);
    let same_url = |one: &Located<'a>, other: &Located<'a>| {
        url(one).trim_end_matches('/') == url(other).trim_end_matches('/')
    };
    let mut left: Vec<Option<Located<'a>>> = old.into_iter().map(Some).collect();
    let mut unmatched = Vec::new();
    let start = c.notes();
    for (index, after) in new.iter().enumerate() {
        let known = left
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|before| same_url(before, after)));
        match known.and_then(Option::take) {
            None => unmatched.push((index, after)),
            Some(before) => c.each_key(&before.fields(), &after.fields(), |c, key, pair| {
                match key {
                    "description" => text(c, key, pair),
                    // Paths begin with a slash, whether the server's URL ends in one or not.
                    "url" => c.note(
                        Rule::Restated,
                        Impact::TextOnly,
                        pair.at(),
                        "url with or without a slash at its end",
                    ),
                    _ => {}
                }
            }),
        }
    }
    for (index, after) in unmatched {
        let place = after.get("url").unwrap_or_else(|| after.clone());
        match left.get_mut(index).and_then(Option::take) {
            Some(before) => {
                let what = format!("server URL changed from {} to {}", url(&before), url(after));
                c.note(Rule::ServerChanged, Impact::Breaking, &place, what);
            }
            None => c.note(
                Rule::ServerAdded,
                Impact::Compatible,
                after,
                format!("new server {}", url(after)),
            ),
        }
    }
    for before in left.into_iter().flatten() {
        c.note(
            Rule::ServerRemoved,
            Impact::Breaking,
            &before,
            format!("server {} removed", url(&before)),
        );
    }
    if c.notes() == start {
        c.note(
            Rule::Restated,
            Impact::TextOnly,
            pair.at(),
            "servers listed differently",
        );
    }
}

fn paths<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (mut old, mut new) = members(pair);
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
            c.note(Rule::PathParameterRenamed, Impact::Compatible, &new_item, what);
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
                c.note(
                    Rule::Restated,
                    Impact::TextOnly,
                    item,
                    format!("path without operations {}", pair.verb("changed")),
                );
            }
        }
    });
    if members(pair).0.is_empty() && members(pair).1.is_empty() {
        c.note(Rule::Restated, Impact::TextOnly, pair.at(), "paths, still none");
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
    let (old, new) = items(pair);
    let name = |at: &Located<'a>| at.str("name").map_or_else(|| shown(at.value), str::to_owned);
    let before = c.notes();
    for after in new
        .iter()
        .filter(|after| !old.iter().any(|before| before.value == after.value))
    {
        let known = old.iter().any(|before| name(before) == name(after));
        let verb = if known { "reworded" } else { "added" };
        c.note(
            Rule::TextChanged,
            Impact::TextOnly,
            after,
            format!("tag {} {verb}", name(after)),
        );
    }
    for before in old
        .iter()
        .filter(|before| !new.iter().any(|after| name(before) == name(after)))
    {
        c.note(
            Rule::TextChanged,
            Impact::TextOnly,
            before,
            format!("tag {} removed", name(before)),
        );
    }
    if c.notes() == before {
        c.note(
            Rule::TextChanged,
            Impact::TextOnly,
            pair.at(),
            "list of tags changed",
        );
    }
}

/// The members on either side; none where there is no object.
pub(super) fn members<'a>(pair: &Pair<'a>) -> (Fields<'a>, Fields<'a>) {
    (
        pair.before().map(Located::fields).unwrap_or_default(),
        pair.after().map(Located::fields).unwrap_or_default(),
    )
}

/// The elements on either side; none where there is no array.
pub(super) fn items<'a>(pair: &Pair<'a>) -> (Vec<Located<'a>>, Vec<Located<'a>>) {
    (
        pair.before().map(Located::items).unwrap_or_default(),
        pair.after().map(Located::items).unwrap_or_default(),
    )
}
