//! How callers prove who they are.

use serde_json::Value;

use super::Rule;
use super::comparison::Comparison;
use super::equality::semantically_equal;
use super::keyword::text;
use super::location::{Located, Node, Pair};
use super::usage::Role;

/// The document's `security`: a list of ways to authenticate, each good enough.
pub(super) fn requirements<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let (old, new) = pair.items();
    ways(c, pair, &old, &new);
}

/// An operation's `security`; without one the document's applies.
pub(super) fn of_operation<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    let own_or = |own: Option<&Located<'a>>, root: Located<'a>| {
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

fn ways<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, old: &[Located<'a>], new: &[Located<'a>]) {
    let start = c.notes();
    // No list at all asks for nothing, as an empty way does.
    let none = serde_json::json!({});
    let values = |list: &[Located<'a>]| -> Vec<Value> {
        match list {
            [] => vec![none.clone()],
            list => list.iter().map(|at| at.value.clone()).collect(),
        }
    };
    let (old, new) = (values(old), values(new));
    // A caller who satisfies one of the alternatives is admitted.
    let lost = |way: &Value| !new.iter().any(|other| asks_no_more(other, way));
    if let Some(anonymous) = old.iter().find(|way| asks_no_more(way, &none))
        && lost(anonymous)
    {
        c.note(Rule::SecurityRequired, pair.at(), "authentication now required");
    }
    let among = |way: &Value, list: &[Value]| list.iter().any(|other| semantically_equal(None, way, other));
    if old.iter().any(|way| !asks_no_more(way, &none) && lost(way)) {
        let what = "a way to authenticate removed or changed";
        c.note(Rule::SecurityRemoved, pair.at(), what);
    }
    let anonymous = |list: &[Value]| list.iter().any(|way| asks_no_more(way, &none));
    if !anonymous(&old) && anonymous(&new) {
        let what = "authentication no longer required";
        c.note(Rule::SecurityAdded, pair.at(), what);
    } else if !anonymous(&old) && new.iter().any(|way| !among(way, &old)) {
        c.note(Rule::SecurityAdded, pair.at(), "new way to authenticate");
    }
    c.restated_since(start, pair.at(), "security stated at another level, the same");
}

/// Whether one way to authenticate needs no scheme and no scope that the other does not need.
fn asks_no_more(one: &Value, other: &Value) -> bool {
    let schemes = one.as_object().into_iter().flatten();
    let mut needed = schemes.map(|(scheme, scopes)| {
        let given = other.get(scheme).and_then(Value::as_array);
        let mut scopes = scopes.as_array().into_iter().flatten();
        given.is_some_and(|given| scopes.all(|scope| given.contains(scope)))
    });
    one.is_object() && needed.all(|needed| needed)
}

/// A security scheme that both documents have.
pub(super) fn scheme<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, _role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        // bearerFormat is a hint for documentation (OpenAPI 3.0.3, Security Scheme Object).
        "description" | "bearerFormat" => text(c, key, pair),
        "type" | "scheme" | "name" | "in" | "openIdConnectUrl" => {
            c.note(Rule::SecuritySchemeChanged, pair.at(), pair.difference(key));
        }
        "flows" => c.note(Rule::SecuritySchemeChanged, pair.at(), "flows changed"),
        _ => {}
    });
}
