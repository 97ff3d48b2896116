//! Paths and operations.

use super::comparison::Comparison;
use super::keyword::{self, switch, text};
use super::location::{Located, Node, Pair, is_text};
use super::servers::servers;
use super::usage::Role;
use super::{Impact, Rule};
use super::{content, parameter, response, security};
use crate::pointer::METHODS;

/// A path that both documents have; its parameters may have other names.
pub(super) fn path_item<'a>(c: &mut Comparison<'a>, paths: [&str; 2], old: &Located<'a>, new: &Located<'a>) {
    c.each_key(&old.fields(), &new.fields(), |c, key, pair| match (key, pair) {
        ("parameters", _) => {
            let before = c.notes();
            let both = METHODS
                .iter()
                .filter_map(|method| old.get(method).zip(new.get(method)));
            for (old_operation, new_operation) in both {
                parameter::parameters(c, paths, [old, &old_operation], [new, &new_operation]);
            }
            c.restated_since(before, pair.at(), "parameters that no operation uses changed");
        }
        ("servers", _) => own_servers(c, pair),
        ("description" | "summary", _) => text(c, key, pair),
        (method, _) if !METHODS.contains(&method) => {}
        (_, Pair::Changed(old_operation, new_operation)) => {
            parameter::parameters(c, paths, [old, old_operation], [new, new_operation]);
            operation(c, old_operation, new_operation);
        }
        (_, Pair::Added(at) | Pair::Removed(at)) => whole(c, at, pair),
    });
}

/// An operation that only one document has.
pub(super) fn whole<'a>(c: &mut Comparison<'a>, at: &Located<'a>, pair: &Pair<'a>) {
    match pair {
        Pair::Removed(_) => c.note(Rule::OperationRemoved, at, "operation removed"),
        _ => c.note(Rule::OperationAdded, at, "new operation"),
    }
}

/// All of an operation but its parameters.
fn operation<'a>(c: &mut Comparison<'a>, old: &Located<'a>, new: &Located<'a>) {
    let (mut old, mut new) = (old.fields(), new.fields());
    old.remove("parameters");
    new.remove("parameters");
    c.each_key(&old, &new, |c, key, pair| match key {
        "operationId" => {
            let what = pair.difference("operationId");
            c.note(Rule::OperationRenamed, pair.at(), what);
        }
        "requestBody" => request_body(c, pair),
        "responses" => response::responses(c, pair),
        "security" => security::of_operation(c, pair),
        "servers" => own_servers(c, pair),
        "deprecated" => switch(c, key, pair, Role::request(c.direction), keyword::DEPRECATED),
        _ if is_text(key) => text(c, key, pair),
        _ => {}
    });
}

/// Servers of a path or operation take the place of the document's.
fn own_servers<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    match pair {
        Pair::Changed(..) => servers(c, pair),
        _ => c.note(Rule::OwnServers, pair.at(), pair.changed("servers of its own")),
    }
}

fn request_body<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>) {
    match pair {
        Pair::Changed(old, new) => c.linked(old, new, Role::request(c.direction), body),
        Pair::Removed(at) => c.note(Rule::RequestBodyRemoved, at, "request body removed"),
        Pair::Added(at) => {
            let (impact, what) = if at.target().value["required"] == true {
                let impact = Role::request(c.direction).if_sent(Impact::Breaking);
                (impact, "new required request body")
            } else {
                (Impact::Compatible, "new optional request body")
            };
            c.note_as(Rule::RequestBodyAdded, impact, at, what);
        }
    }
}

/// A request body that both documents have.
pub(super) fn body<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    c.each_key(&old.fields, &new.fields, |c, key, pair| match key {
        "required" => switch(c, key, pair, role, keyword::REQUIRED),
        "content" => content::content(c, pair, role),
        "description" => text(c, key, pair),
        _ => {}
    });
}
