//! How callers prove who they are.

use super::comparison::Comparison;
use super::document::items;
use super::keyword::{from_to, text};
use super::location::{At, Node, Pair};
use super::reach::Role;
use super::sameness::same;
use super::{Impact, Rule};

/// The document's `security`: a list of ways to authenticate, each good enough.
pub(super) fn requirements<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = items(pair);
    ways(c, pair, &old, &new);
}

/// An operation's `security`; without one the document's applies.
pub(super) fn of_operation<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let own_or = |own: Option<&At<'a>>, root: At<'a>| {
        own.cloned()
            .or_else(|| root.get("security"))
            .map(|at| at.items())
            .unwrap_or_default()
    };
    let (old, new) = (
        own_or(pair.before(), c.old.at()),
        own_or(pair.after(), c.new.at()),
    );
    ways(c, pair, &old, &new);
}

fn ways<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, old: &[At<'a>], new: &[At<'a>]) {
    let start = c.notes();
    let among = |at: &At<'a>, list: &[At<'a>]| list.iter().any(|other| same(None, at.value, other.value));
    if old.iter().any(|way| !among(way, new)) {
        c.note(
            Rule::SecurityRemoved,
            Impact::Breaking,
            pair.at(),
            "a way to authenticate removed or changed",
        );
    }
    if new.iter().any(|way| !among(way, old)) {
        match old {
            [] => c.note(
                Rule::SecurityRequired,
                Impact::Breaking,
                pair.at(),
                "authentication now required",
            ),
            _ => c.note(
                Rule::SecurityAdded,
                Impact::Compatible,
                pair.at(),
                "new way to authenticate",
            ),
        }
    }
    if c.notes() == start {
        c.note(
            Rule::Restated,
            Impact::TextOnly,
            pair.at(),
            "security stated at another level, the same",
        );
    }
}

/// A security scheme that both documents have.
pub(super) fn scheme<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, _role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        // bearerFormat is a hint for documentation (OpenAPI 3.0.3, Security Scheme Object).
        "description" | "bearerFormat" => text(c, key, pair),
        "type" | "scheme" | "name" | "in" | "openIdConnectUrl" => {
            c.note(
                Rule::SecuritySchemeChanged,
                Impact::Breaking,
                pair.at(),
                format!("{key} {}", from_to(pair)),
            );
        }
        "flows" => c.note(
            Rule::SecuritySchemeChanged,
            Impact::Breaking,
            pair.at(),
            "flows changed",
        ),
        _ => {}
    });
}
