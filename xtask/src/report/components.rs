//! Components, each compared by its name at its own place.

use super::comparison::{CompareNodes, Comparison};
use super::location::{Located, Pair, differing};
use super::{Impact, Rule};
use super::{operation, parameter, response, schema, security};

/// Compares the `components` of both documents.
pub(super) fn components<'a>(c: &mut Comparison<'a>, old: Option<&Located<'a>>, new: Option<&Located<'a>>) {
    nothing_in(c, old, new);
    let fields = |at: Option<&Located<'a>>| at.map(Located::fields).unwrap_or_default();
    for (kind, pair) in differing(&fields(old), &fields(new)) {
        if kind.starts_with("x-") || kind == "examples" {
            c.note(
                Rule::ExtensionChanged,
                Impact::TextOnly,
                pair.at(),
                format!("{kind} {}", pair.verb("changed")),
            );
            continue;
        }
        nothing_in(c, pair.before(), pair.after());
        for (_, pair) in differing(&fields(pair.before()), &fields(pair.after())) {
            component(c, &kind, &pair);
        }
    }
}

/// Nothing in it says so itself when an empty object appears or disappears, or becomes something else.
fn nothing_in<'a>(c: &mut Comparison<'a>, old: Option<&Located<'a>>, new: Option<&Located<'a>>) {
    for (here, there) in [(old, new), (new, old)] {
        let Some(at) = here else { continue };
        match at.value.as_object() {
            Some(members) if members.is_empty() && there.is_none() => {
                c.note(
                    Rule::Restated,
                    Impact::TextOnly,
                    at,
                    "empty list of components added or removed",
                );
            }
            Some(_) => {}
            None => c.note(
                Rule::Unrecognised,
                Impact::Breaking,
                at,
                "not an object, unrecognised: review it",
            ),
        }
    }
}

fn component<'a>(c: &mut Comparison<'a>, kind: &str, pair: &Pair<'a>) {
    let pointer = &pair.at().pointer;
    let (old_role, new_role) = (c.old_usage.role(pointer), c.new_usage.role(pointer));
    let kind = match kind {
        "schemas" => "schema",
        "responses" => "response",
        "parameters" => "parameter",
        "headers" => "header",
        "requestBodies" => "request body",
        "securitySchemes" => "security scheme",
        other => other,
    };
    let (rule, impact, what) = match (pair, old_role, new_role) {
        (Pair::Changed(old, new), ..) => {
            return c.linked(
                old,
                new,
                old_role.unwrap_or_default() | new_role.unwrap_or_default(),
                comparison_of(kind),
            );
        }
        (Pair::Added(_), ..) if kind == "security scheme" => (
            Rule::ComponentAdded,
            Impact::Compatible,
            "new security scheme".to_owned(),
        ),
        (Pair::Removed(_), ..) if kind == "security scheme" => (
            Rule::ComponentRemoved,
            Impact::Breaking,
            "security scheme removed".to_owned(),
        ),
        // The place that now refers to it, or no longer does, tells.
        (Pair::Added(_), None, Some(_)) | (Pair::Removed(_), Some(_), None) => return,
        (Pair::Added(_), None, None) => (
            Rule::ComponentAdded,
            Impact::Compatible,
            format!("new {kind}, not used yet"),
        ),
        (Pair::Added(_), ..) => (
            Rule::ComponentAdded,
            Impact::Compatible,
            format!("{kind} added, was missing"),
        ),
        (Pair::Removed(_), None, None) => (
            Rule::ComponentRemoved,
            Impact::Compatible,
            format!("{kind} removed, was not used"),
        ),
        (Pair::Removed(_), ..) => (
            Rule::ReferenceBroken,
            Impact::Breaking,
            format!("{kind} removed, though still referred to"),
        ),
    };
    c.note(rule, impact, pair.at(), what);
}

fn comparison_of<'a>(kind: &str) -> CompareNodes<'a> {
    let comparisons: [(&str, CompareNodes<'a>); 6] = [
        ("schema", schema::schema),
        ("response", response::response),
        ("parameter", parameter::parameter),
        ("header", parameter::parameter),
        ("request body", operation::body),
        ("security scheme", security::scheme),
    ];
    // Of a kind that is not known here every member is reported.
    let unknown: CompareNodes<'a> = |c, old, new, _| c.each_key(&old.fields, &new.fields, |_, _, _| {});
    comparisons
        .into_iter()
        .find(|(known, _)| *known == kind)
        .map_or(unknown, |(_, compare)| compare)
}
