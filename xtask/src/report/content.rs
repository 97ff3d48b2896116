//! Bodies: media types and their schemas.

use super::comparison::Comparison;
use super::keyword::text;
use super::location::{Pair, is_text};
use super::usage::Role;
use super::{Impact, Rule, schema};

/// The `content` of a body or parameter.
pub(super) fn content<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    // Errors are read whatever they hold; what a successful call returns is a type.
    let impact = if role.success {
        role.breaking()
    } else {
        role.if_sent(Impact::Breaking)
    };
    match pair {
        Pair::Added(at) => return c.note_as(Rule::BodyAdded, impact, at, "body added"),
        Pair::Removed(at) => return c.note_as(Rule::BodyRemoved, impact, at, "body removed"),
        Pair::Changed(..) => {}
    }
    let (old, new) = pair.members();
    c.each_key(&old, &new, |c, name, pair| match pair {
        Pair::Changed(..) => media_type(c, pair, role),
        Pair::Added(at) => c.note(Rule::MediaTypeAdded, at, format!("new media type {name}")),
        Pair::Removed(at) => {
            let what = format!("media type {name} removed");
            c.note_as(Rule::MediaTypeRemoved, role.breaking(), at, what);
        }
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
