//! Answers: statuses, bodies, headers, and the error tables in their descriptions.

use super::comparison::Comparison;
use super::error_table;
use super::location::{Fields, Node, Pair, is_text};
use super::usage::Role;
use super::{Rule, content, parameter};

/// The `responses` of an operation.
pub(super) fn responses<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (mut old, mut new) = pair.members();
    let success = |fields: &Fields<'a>, other: &Fields<'a>| {
        let mut only = fields
            .iter()
            .filter(|(status, _)| is_success(status) && !other.contains_key(*status));
        only.next()
            .filter(|_| only.next().is_none())
            .map(|(status, at)| (status.clone(), at.clone()))
    };
    if let (Some((before, old_at)), Some((after, new_at))) = (success(&old, &new), success(&new, &old)) {
        old.remove(&before);
        new.remove(&after);
        let what = format!("success status changed from {before} to {after}");
        c.note(Rule::SuccessStatusChanged, &new_at, what);
        c.linked(&old_at, &new_at, Role::answer(c.direction, &after), response);
    }
    c.each_key(&old, &new, |c, status, pair| match pair {
        Pair::Changed(old, new) => c.linked(old, new, Role::answer(c.direction, status), response),
        // A second success, where there was one: who took it for granted that there is one answer is wrong now.
        Pair::Added(at) if is_success(status) => {
            c.note(
                Rule::SuccessStatusAdded,
                at,
                format!("new success status {status}"),
            );
        }
        Pair::Added(at) => c.note(Rule::StatusAdded, at, format!("new status {status}")),
        Pair::Removed(at) => c.note(Rule::StatusRemoved, at, format!("status {status} removed")),
    });
}

/// By names that are equal where headers' names are (RFC 9110, section 5.1).
fn without_case(headers: Fields<'_>) -> Fields<'_> {
    headers
        .into_iter()
        .map(|(name, at)| (name.to_ascii_lowercase(), at))
        .collect()
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// A response that both documents have.
pub(super) fn response<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        "description" => error_table::compare(c, pair, role),
        "content" => content::content(c, pair, role),
        "headers" => headers(c, pair, role),
        _ if is_text(key) => super::keyword::text(c, key, pair),
        _ => {}
    });
}

fn headers<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let start = c.notes();
    let (old, new) = pair.members();
    let (old, new) = (without_case(old), without_case(new));
    for (name, pair) in super::location::differing(&old, &new) {
        match &pair {
            Pair::Changed(old, new) => c.linked(old, new, role, parameter::parameter),
            Pair::Added(at) => c.note(Rule::HeaderAdded, at, format!("new header {name}")),
            Pair::Removed(at) => {
                let what = format!("header {name} removed");
                c.note_as(Rule::HeaderRemoved, role.breaking(), at, what);
            }
        }
    }
    c.restated_since(start, pair.at(), "headers written differently");
}
