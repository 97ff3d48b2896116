//! Where the API is served.

use super::Rule;
use super::comparison::Comparison;
use super::keyword::text;
use super::location::{Located, Pair, shown};

/// Servers are known by their URL; one that changes at its place is one change.
pub(super) fn servers<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = pair.items();
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
                c.note(Rule::ServerChanged, &place, what);
            }
            None => c.note(Rule::ServerAdded, after, format!("new server {}", url(after))),
        }
    }
    for before in left.into_iter().flatten() {
        let what = format!("server {} removed", url(&before));
        c.note(Rule::ServerRemoved, &before, what);
    }
    c.restated_since(start, pair.at(), "servers listed differently");
}
