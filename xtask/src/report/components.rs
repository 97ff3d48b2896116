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
            c.note(Rule::ExtensionChanged, pair.at(), pair.changed(&kind));
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
                c.note(Rule::Restated, at, "empty list of components added or removed");
            }
            Some(_) => {}
            None => c.note(Rule::Unrecognised, at, "not an object, unrecognised: review it"),
        }
    }
}

fn component<'a>(c: &mut Comparison<'a>, kind: &str, pair: &Pair<'a>) {
    let (name, compare): (&str, CompareNodes<'a>) = match kind {
        "schemas" => ("schema", schema::schema),
        "responses" => ("response", response::response),
        "parameters" => ("parameter", parameter::parameter),
        "headers" => ("header", parameter::parameter),
        "requestBodies" => ("request body", operation::body),
        "securitySchemes" => ("security scheme", security::scheme),
        // Of a kind that is not known here every member is reported.
        other => (other, |c, old, new, _| {
            c.each_key(&old.fields, &new.fields, |_, _, _| {});
        }),
    };
    let pointer = &pair.at().pointer;
    let (old_role, new_role) = (c.old_usage.role(pointer), c.new_usage.role(pointer));
    let is_added = match pair {
        Pair::Changed(old, new) => {
            let role = old_role.unwrap_or_default() | new_role.unwrap_or_default();
            return c.linked(old, new, role, compare);
        }
        Pair::Added(_) => true,
        Pair::Removed(_) => false,
    };
    use Impact::{Breaking, Compatible};
    let (rule, impact, what) = match (is_added, old_role, new_role) {
        (true, ..) if kind == "securitySchemes" => (Rule::ComponentAdded, Compatible, format!("new {name}")),
        (false, ..) if kind == "securitySchemes" => {
            (Rule::ComponentRemoved, Breaking, format!("{name} removed"))
        }
        // The place that now refers to it, or no longer does, tells.
        (true, None, Some(_)) | (false, Some(_), None) => return,
        (true, None, None) => {
            let what = format!("new {name}, not used yet");
            (Rule::ComponentAdded, Compatible, what)
        }
        (true, ..) => {
            let what = format!("{name} added, was missing");
            (Rule::ComponentAdded, Compatible, what)
        }
        (false, None, None) => {
            let what = format!("{name} removed, was not used");
            (Rule::ComponentRemoved, Compatible, what)
        }
        (false, ..) => {
            let what = format!("{name} removed, though still referred to");
            (Rule::ReferenceBroken, Breaking, what)
        }
    };
    c.note_as(rule, impact, pair.at(), what);
}
