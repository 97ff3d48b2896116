//! Schemas, keyword by keyword.

use std::collections::BTreeSet;

use serde_json::Value;

use super::comparison::Comparison;
use super::keyword::{self, limit, step, switch, text};
use super::location::{Fields, Located, Node, Pair, differing, is_text, shown};
use super::pattern::{self, Relation};
use super::usage::Role;
use super::{Impact, Rule};
use crate::accepted;
use crate::inputs::Direction;

/// The known values of an enum that may get more.
const OPEN_ENUM: &str = "x-extensible-enum";

/// A place that may have a schema.
pub(super) fn place<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    match pair {
        Pair::Changed(old, new) => c.linked(old, new, role, schema),
        _ => {
            let what = pair.changed("schema");
            c.note_as(Rule::SchemaChanged, role.breaking(), pair.at(), what);
        }
    }
}

/// A schema that both documents have.
pub(super) fn schema<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    let role = role | c.old_usage.exactly(&old.at.pointer) | c.new_usage.exactly(&new.at.pointer);
    let types = (kind(old), kind(new));
    if types.0 != types.1 {
        let at = new.fields.get("type").unwrap_or(&new.at);
        let what = format!("type changed from {} to {}", types.0, types.1);
        c.note_as(Rule::TypeChanged, role.breaking(), at, what);
        return;
    }
    properties(c, old, new, role);
    required(c, old, new, role);
    let rest = |node: &Node<'a>| {
        let mut fields = node.fields.clone();
        fields.retain(|key, _| !["properties", "required", OPEN_ENUM].contains(&key.as_str()));
        fields
    };
    let open_enum = |node: &Node<'a>| -> Fields<'a> {
        let listed = node.fields.get_key_value(OPEN_ENUM).into_iter();
        listed.map(|(key, at)| (key.clone(), at.clone())).collect()
    };
    for (_, pair) in differing(&open_enum(old), &open_enum(new)) {
        let start = c.notes();
        values(c, &pair, role);
        c.restated_since(start, pair.at(), format!("{OPEN_ENUM} written differently"));
    }
    c.each_key(&rest(old), &rest(new), |c, key, pair| match key {
        "format" => format(c, pair, [old, new], role),
        _ => keyword(c, key, pair, role),
    });
}

/// The stated type, or the one that the other keywords imply.
fn kind(node: &Node<'_>) -> String {
    let all_strings = |value: &Value| {
        value
            .as_array()
            .is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_string))
    };
    match node.value("type") {
        Some(Value::String(stated)) => stated.clone(),
        Some(other) => shown(other),
        None if node.value("enum").is_some_and(all_strings) => "string".to_owned(),
        None if node.fields.contains_key("properties") => "object".to_owned(),
        None if node.fields.contains_key("items") => "array".to_owned(),
        None => "any".to_owned(),
    }
}

fn keyword<'a>(c: &mut Comparison<'a>, key: &str, pair: &Pair<'a>, role: Role) {
    match key {
        "description" => {
            accepted_values(c, pair, role);
            text(c, key, pair);
        }
        _ if is_text(key) => text(c, key, pair),
        "type" => c.note(Rule::Restated, pair.at(), "type stated or not, means the same"),
        "enum" => values(c, pair, role),
        "pattern" => compare_pattern(c, pair, role),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minimum" | "maximum" => limit(c, key, pair, role),
        "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" => {
            switch(c, key, pair, role, keyword::TIGHTENS)
        }
        "nullable" => switch(c, key, pair, role, keyword::LOOSENS),
        "deprecated" => switch(c, key, pair, role, keyword::DEPRECATED),
        "multipleOf" => step(c, key, pair, role),
        "readOnly" | "writeOnly" => {
            // A request is what is sent, but of an API that D1 calls.
            let not_sent = (key == "readOnly") == (c.direction == Direction::Inbound);
            let gone = if not_sent {
                keyword::NOT_SENT
            } else {
                keyword::NOT_RECEIVED
            };
            switch(c, key, pair, role, gone);
        }
        // Of JSON nothing is in XML, and what tells alternatives apart is not read.
        "xml" => text(c, key, pair),
        "discriminator" => {
            let what = pair.changed(key);
            c.note_as(Rule::AlternativeAdded, Impact::Compatible, pair.at(), what);
        }
        "default" => {
            let sent = if role.parameter {
                Impact::Breaking
            } else {
                Impact::Compatible
            };
            let what = pair.changed("default");
            c.note_as(Rule::DefaultChanged, role.if_sent(sent), pair.at(), what);
        }
        "additionalProperties" => additional_properties(c, pair, role),
        "items" => place(c, pair, role),
        "allOf" | "oneOf" | "anyOf" => alternatives(c, key, pair, role),
        _ => {}
    }
}

/// A `format` checks nothing of a text, but D1 may; of a number it chooses the type.
fn format<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, [old, new]: [&Node<'a>; 2], role: Role) {
    let number = |node: &Node<'a>| {
        let format = node.value("format").and_then(Value::as_str);
        match (kind(node).as_str(), format) {
            ("integer", Some("int32")) | ("number", Some("float")) => Some("small"),
            ("integer" | "number", _) => Some("large"),
            _ => None,
        }
    };
    let (sent, received) = match (number(old), number(new)) {
        (Some(before), Some(after)) if before != after => (Impact::Breaking, Impact::Breaking),
        (Some(_), Some(_)) => (Impact::Compatible, Impact::Compatible),
        _ if pair.after().is_none() => (Impact::Compatible, Impact::Compatible),
        _ => (Impact::Breaking, Impact::Compatible),
    };
    let what = pair.difference("format");
    c.note_as(Rule::FormatChanged, role.impact(sent, received), pair.at(), what);
}

fn properties<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    let (old_members, new_members) = (old.members("properties"), new.members("properties"));
    let [old_required, new_required] = [old, new].map(|node| names(node.value("required")));
    for (name, pair) in differing(&old_members, &new_members) {
        let of = Some(name.as_str());
        let [before, after] = [pair.before(), pair.after()].map(|at| at.map(|at| c.one_way(at)));
        // What is in one direction alone before and after means nothing to the other.
        let role = match (before, after) {
            (Some(before), Some(after)) => {
                role.without(c.direction, [before[0] && after[0], before[1] && after[1]])
            }
            (Some(way), None) | (None, Some(way)) => role.without(c.direction, way),
            (None, None) => role,
        };
        match &pair {
            Pair::Changed(old, new) => {
                let is_demanded = |way: Option<[bool; 2]>| match (way, c.direction) {
                    (Some([read_only, _]), Direction::Inbound) => !read_only,
                    (Some([_, write_only]), Direction::Outbound) => !write_only,
                    (None, _) => false,
                };
                if role.sent
                    && !is_demanded(before)
                    && is_demanded(after)
                    && new_required.contains(&name)
                    && old_required.contains(&name)
                {
                    let what = format!("field {name} now required, as it is sent now");
                    c.note_of(Rule::FieldRequired, Impact::Breaking, new, what, of);
                }
                c.linked(old, new, role, schema);
            }
            Pair::Removed(at) => {
                let what = format!("field {name} removed");
                c.note_of(Rule::FieldRemoved, role.breaking(), at, what, of);
            }
            Pair::Added(at) if new_required.contains(&name) => {
                let impact = role.if_sent(Impact::Breaking);
                let what = format!("new required field {name}");
                c.note_of(Rule::FieldAdded, impact, at, what, of);
            }
            Pair::Added(at) => {
                let what = format!("new optional field {name}");
                c.note_of(Rule::FieldAdded, Impact::Compatible, at, what, of);
            }
        }
    }
    if old_members.is_empty() && new_members.is_empty() && old.value("properties") != new.value("properties")
    {
        let at = new.fields.get("properties").unwrap_or(&new.at);
        c.note(Rule::Restated, at, "properties, still none");
    }
}

/// Fields that both schemas have and that become required or optional; new and removed ones are reported elsewhere.
fn required<'a>(c: &mut Comparison<'a>, old: &Node<'a>, new: &Node<'a>, role: Role) {
    let (before, after) = (names(old.value("required")), names(new.value("required")));
    let (old_members, new_members) = (old.members("properties"), new.members("properties"));
    let told = |name: &str| old_members.contains_key(name) != new_members.contains_key(name);
    let start = c.notes();
    let [old_at, new_at] = [old, new].map(|node| node.fields.get("required"));
    let Some(at) = new_at.or(old_at) else { return };
    for name in after.difference(&before).filter(|name| !told(name)) {
        let way = new_members.get(name).map(|at| c.one_way(at)).unwrap_or_default();
        let role = role.without(c.direction, way);
        let impact = role.if_sent(Impact::Breaking);
        let what = format!("field {name} now required");
        c.note_of(Rule::FieldRequired, impact, at, what, Some(name));
    }
    for name in before.difference(&after).filter(|name| !told(name)) {
        let what = format!("field {name} now optional");
        c.note_of(Rule::FieldOptional, Impact::Compatible, at, what, Some(name));
    }
    if before == after && old_at.is_some() != new_at.is_some() {
        c.restated_since(start, at, "required, still none");
    }
}

fn names(value: Option<&Value>) -> BTreeSet<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items
        .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
        .collect()
}

/// One line per value. A list that appears or disappears changes the generated type.
fn values<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let Pair::Changed(old, new) = pair else {
        let since = if matches!(pair, Pair::Added(_)) {
            "now"
        } else {
            "no longer"
        };
        let what = format!("{since} limited to listed values");
        c.note_as(Rule::ValuesListed, role.breaking(), pair.at(), what);
        return;
    };
    let list = |at: &Located<'a>| at.value.as_array().cloned().unwrap_or_default();
    let (before, after) = (list(old), list(new));
    for value in after.iter().filter(|value| !before.contains(value)) {
        let what = format!("new value {}", shown(value));
        c.note_of(Rule::ValueAdded, Impact::Compatible, new, what, value.as_str());
    }
    for value in before.iter().filter(|value| !after.contains(value)) {
        let what = format!("value {} removed", shown(value));
        c.note_of(Rule::ValueRemoved, role.breaking(), old, what, value.as_str());
    }
}

/// What a description lists as accepted, as the pipeline reads it. A list that cannot be read is the pipeline's to refuse.
fn accepted_values<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let list = |at: Option<&Located<'a>>| {
        let description = at.and_then(|at| at.value.as_str()).unwrap_or_default();
        accepted::read(description).ok().flatten().unwrap_or_default()
    };
    let (before, after) = (list(pair.before()), list(pair.after()));
    for value in after.iter().filter(|value| !before.contains(value)) {
        let what = format!("now accepts {value}");
        c.note_as(Rule::AcceptedValues, Impact::Compatible, pair.at(), what);
    }
    for value in before.iter().filter(|value| !after.contains(value)) {
        let impact = role.if_sent(Impact::Breaking);
        let what = format!("no longer accepts {value}");
        c.note_as(Rule::AcceptedValues, impact, pair.at(), what);
    }
}

fn compare_pattern<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    let text = |at: Option<&Located<'a>>| at.map_or(Some(""), |at| at.value.as_str());
    let (Some(old), Some(new)) = (text(pair.before()), text(pair.after())) else {
        return;
    };
    let (rule, sent, words) = match pattern::relation(old, new) {
        Relation::Same => (Rule::Restated, Impact::TextOnly, "accepts the same"),
        Relation::Looser => (Rule::RuleLooser, Impact::Compatible, "looser"),
        Relation::Tighter => (Rule::RuleTighter, Impact::Breaking, "tighter"),
        Relation::Different => (Rule::RuleOther, Impact::Breaking, "accepts other values"),
        Relation::Undecided => (Rule::RuleOther, Impact::Breaking, "cannot be compared: review it"),
    };
    let what = format!("{}, {words}", pair.changed("pattern"));
    c.note_as(rule, role.if_sent(sent), pair.at(), what);
}

/// Absent, `true` and `{}` all mean open (OpenAPI 3.0.3, Schema Object).
fn additional_properties<'a>(c: &mut Comparison<'a>, pair: &Pair<'a>, role: Role) {
    #[derive(PartialEq)]
    enum Rest {
        Open,
        Closed,
        Typed,
    }
    let rest = |at: Option<&Located<'a>>| match at.map(|at| at.value) {
        None | Some(Value::Bool(true)) => Rest::Open,
        Some(Value::Bool(false)) => Rest::Closed,
        Some(Value::Object(members)) if members.is_empty() => Rest::Open,
        Some(_) => Rest::Typed,
    };
    let (rule, impact, what) = match (rest(pair.before()), rest(pair.after())) {
        (Rest::Typed, Rest::Typed) => return place(c, pair, role),
        (Rest::Open, Rest::Closed) => (
            Rule::UnknownFieldsChanged,
            role.if_sent(Impact::Breaking),
            "unknown fields no longer allowed",
        ),
        (Rest::Closed, Rest::Open) => (
            Rule::UnknownFieldsChanged,
            Impact::Compatible,
            "unknown fields now allowed",
        ),
        (Rest::Open, Rest::Open) | (Rest::Closed, Rest::Closed) => (
            Rule::Restated,
            Impact::TextOnly,
            "additionalProperties stated differently",
        ),
        (Rest::Typed, _) | (_, Rest::Typed) => (
            Rule::UnknownFieldsChanged,
            role.breaking(),
            "type of unknown fields changed",
        ),
    };
    c.note_as(rule, impact, pair.at(), what);
}

/// The schemas of `allOf`, `oneOf` and `anyOf`: equal ones first, the rest by their order.
fn alternatives<'a>(c: &mut Comparison<'a>, key: &str, pair: &Pair<'a>, role: Role) {
    let (mut old, mut new) = pair.items();
    let equal = |one: &Located<'a>, list: &[Located<'a>]| {
        list.iter()
            .position(|other| super::equality::semantically_equal(None, one.value, other.value))
    };
    let start = c.notes();
    old.retain(|before| match equal(before, &new) {
        Some(index) => {
            new.remove(index);
            false
        }
        None => true,
    });
    for (before, after) in old.iter().zip(&new) {
        c.linked(before, after, role, schema);
    }
    let both = old.len().min(new.len());
    for after in &new[both..] {
        // One more choice, if there was a choice; else what had none must be one of these now.
        let sent = if key == "allOf" || pair.before().is_none() {
            Impact::Breaking
        } else {
            Impact::Compatible
        };
        let impact = role.impact(sent, Impact::Breaking);
        let what = format!("schema added to {key}");
        c.note_as(Rule::AlternativeAdded, impact, after, what);
    }
    for before in &old[both..] {
        let what = format!("schema removed from {key}");
        c.note_as(Rule::AlternativeRemoved, role.breaking(), before, what);
    }
    c.restated_since(start, pair.at(), format!("{key} in another order"));
}
