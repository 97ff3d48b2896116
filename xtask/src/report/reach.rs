//! Which parts of a document travel to D1, which travel back.

use std::collections::HashMap;
use std::ops::BitOr;

use serde_json::Value;

use super::Impact;
use super::location::pointer_of;

/// How a caller meets a schema, parameter or response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Role {
    pub(super) sent: bool,
    pub(super) received: bool,
    /// Part of the answer to a call that went well.
    pub(super) success: bool,
}

impl Role {
    pub(super) const SENT: Role = Role {
        sent: true,
        received: false,
        success: false,
    };

    /// The role of what comes back with this status.
    pub(super) fn answer(status: &str) -> Role {
        Role {
            sent: false,
            received: true,
            success: status.starts_with('2'),
        }
    }

    /// The worse of two judgements, as far as they apply. What nobody uses breaks nobody.
    pub(super) fn impact(self, sent: Impact, received: Impact) -> Impact {
        match (self.sent, self.received) {
            (true, true) => sent.min(received),
            (true, false) => sent,
            (false, true) => received,
            (false, false) => sent.min(received).max(Impact::Compatible),
        }
    }

    /// Breaking for whoever uses it.
    pub(super) fn breaking(self) -> Impact {
        self.impact(Impact::Breaking, Impact::Breaking)
    }
}

impl BitOr for Role {
    type Output = Role;

    fn bitor(self, other: Role) -> Role {
        Role {
            sent: self.sent | other.sent,
            received: self.received | other.received,
            success: self.success | other.success,
        }
    }
}

/// The role of every place that operations refer to, directly or through others.
#[derive(Debug, Default)]
pub(super) struct Reach(HashMap<String, Role>);

impl Reach {
    pub(super) fn of(document: &Value) -> Self {
        let mut reach = Reach::default();
        let mut todo = seeds(document);
        while let Some((value, role)) = todo.pop() {
            for pointer in references(value) {
                let known = reach.0.get(&pointer).copied();
                let wider = known.unwrap_or_default() | role;
                if known == Some(wider) {
                    continue;
                }
                todo.extend(document.pointer(&pointer).map(|target| (target, wider)));
                reach.0.insert(pointer, wider);
            }
        }
        reach
    }

    /// The role of the place at `pointer` and all that lies in it; `None` when nothing refers to it.
    pub(super) fn role(&self, pointer: &str) -> Option<Role> {
        let inside = |target: &str| {
            target
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0
            .iter()
            .filter(|(target, _)| inside(target))
            .map(|(_, role)| *role)
            .reduce(Role::bitor)
    }

    /// The role of exactly this place.
    pub(super) fn exactly(&self, pointer: &str) -> Role {
        self.0.get(pointer).copied().unwrap_or_default()
    }
}

/// The values outside of the components, each with the role its position gives.
fn seeds(document: &Value) -> Vec<(&Value, Role)> {
    const UNKNOWN: Role = Role {
        sent: true,
        received: true,
        success: true,
    };
    let mut seeds = Vec::new();
    for (key, value) in members(document) {
        match key {
            "components" => {}
            "paths" => {
                for (_, item) in members(value) {
                    seeds.extend(members(item).flat_map(|(key, value)| match key {
                        "parameters" => vec![(value, Role::SENT)],
                        _ => of_operation(value),
                    }));
                }
            }
            _ => seeds.push((value, UNKNOWN)),
        }
    }
    return seeds;

    fn of_operation(operation: &Value) -> Vec<(&Value, Role)> {
        let parts = members(operation).flat_map(|(key, value)| match key {
            "parameters" | "requestBody" => vec![(value, Role::SENT)],
            "responses" => members(value)
                .map(|(status, answer)| (answer, Role::answer(status)))
                .collect(),
            _ => vec![(value, UNKNOWN)],
        });
        parts.collect()
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

/// Every string that points into the document: `$ref`, and what discriminators map to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.starts_with("#/") => pointer_of(text).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => members.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
