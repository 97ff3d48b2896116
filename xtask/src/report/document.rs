//! The document's own members: servers, paths, tags, and words about the whole.

use super::Impact;
use super::comparison::Comparison;
use super::keyword::text;
use super::location::{At, Fields, Pair, shown};
use super::{components, operation, security};

/// The keys of a path item that are operations (OpenAPI 3.0.3, Path Item Object).
pub(super) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

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
            let patch = |at: Option<&At<'_>>| at.is_some_and(|at| shown(at.value).starts_with("\"3.0."));
            if patch(pair.before()) && patch(pair.after()) {
                c.note(Impact::TextOnly, pair.at(), "another patch of OpenAPI 3.0");
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
    let url = |at: &At<'a>| at.str("url").map_or_else(|| shown(at.value), str::to_owned);
    let mut left: Vec<Option<At<'a>>> = old.into_iter().map(Some).collect();
    let mut unmatched = Vec::new();
    let start = c.notes();
    for (index, after) in new.iter().enumerate() {
        let known = left
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|before| url(before) == url(after)));
        match known.and_then(Option::take) {
            None => unmatched.push((index, after)),
            Some(before) => c.each_key(&before.fields(), &after.fields(), |c, key, pair| {
                if key == "description" {
                    text(c, key, pair);
                }
            }),
        }
    }
    for (index, after) in unmatched {
        let place = after.get("url").unwrap_or_else(|| after.clone());
        match left.get_mut(index).and_then(Option::take) {
            Some(before) => {
                let what = format!("server URL changed from {} to {}", url(&before), url(after));
                c.note(Impact::Breaking, &place, what);
            }
            None => c.note(Impact::Compatible, after, format!("new server {}", url(after))),
        }
    }
    for before in left.into_iter().flatten() {
        c.note(
            Impact::Breaking,
            &before,
            format!("server {} removed", url(&before)),
        );
    }
    if c.notes() == start {
        c.note(Impact::TextOnly, pair.at(), "servers listed differently");
    }
}

fn paths<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = members(pair);
    c.each_key(&old, &new, |c, path, pair| match pair {
        Pair::Changed(old, new) => operation::path_item(c, path, old, new),
        Pair::Added(item) | Pair::Removed(item) => {
            let mut empty = true;
            for at in METHODS.iter().filter_map(|method| item.get(method)) {
                empty = false;
                operation::whole(c, &at, pair);
            }
            if empty {
                c.note(
                    Impact::TextOnly,
                    item,
                    format!("path without operations {}", pair.verb("changed")),
                );
            }
        }
    });
    if old.is_empty() && new.is_empty() {
        c.note(Impact::TextOnly, pair.at(), "paths, still none");
    }
}

fn tags<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = items(pair);
    let name = |at: &At<'a>| at.str("name").map_or_else(|| shown(at.value), str::to_owned);
    let before = c.notes();
    for after in new
        .iter()
        .filter(|after| !old.iter().any(|before| before.value == after.value))
    {
        let known = old.iter().any(|before| name(before) == name(after));
        let verb = if known { "reworded" } else { "added" };
        c.note(Impact::TextOnly, after, format!("tag {} {verb}", name(after)));
    }
    for before in old
        .iter()
        .filter(|before| !new.iter().any(|after| name(before) == name(after)))
    {
        c.note(Impact::TextOnly, before, format!("tag {} removed", name(before)));
    }
    if c.notes() == before {
        c.note(Impact::TextOnly, pair.at(), "list of tags changed");
    }
}

/// The members on either side; none where there is no object.
pub(super) fn members<'a>(pair: &Pair<'a>) -> (Fields<'a>, Fields<'a>) {
    (
        pair.before().map(At::fields).unwrap_or_default(),
        pair.after().map(At::fields).unwrap_or_default(),
    )
}

/// The elements on either side; none where there is no array.
pub(super) fn items<'a>(pair: &Pair<'a>) -> (Vec<At<'a>>, Vec<At<'a>>) {
    (
        pair.before().map(At::items).unwrap_or_default(),
        pair.after().map(At::items).unwrap_or_default(),
    )
}
