//! Bodies: media types and their schemas.

use super::comparison::Comparison;
use super::keyword::text;
use super::location::{Pair, is_text};
use super::usage::Role;
use super::{Impact, Rule, schema};

/// The `content` of a body or parameter.
pub(super) fn content<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    if !matches!(pair, Pair::Changed(..)) {
        // Errors are read whatever they hold; what a successful call returns is a type.
        let received = if role.success {
            Impact::Breaking
        } else {
            Impact::Compatible
        };
        let impact = role.impact(Impact::Breaking, received);
        c.note(
            if matches!(pair, Pair::Added(_)) {
                Rule::BodyAdded
            } else {
                Rule::BodyRemoved
            },
            impact,
            pair.at(),
            format!("body {}", pair.verb("changed")),
        );
        return;
    }
    let (old, new) = pair.members();
    c.each_key(&old, &new, |c, name, pair| match pair {
        Pair::Changed(..) => media_type(c, pair, role),
        Pair::Added(at) => {
            c.note(
                Rule::MediaTypeAdded,
                role.impact(Impact::Compatible, Impact::Compatible),
                at,
                format!("new media type {name}"),
            );
        }
        Pair::Removed(at) => c.note(
            Rule::MediaTypeRemoved,
            role.breaking(),
            at,
            format!("media type {name} removed"),
        ),
    });
}

fn media_type<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let (old, new) = pair.members();
    c.each_key(&old, &new, |c, key, pair| match key {
        "schema" => schema::place(c, pair, role),
        _ if is_text(key) => text(c, key, pair),
        _ => {}
    });
}
