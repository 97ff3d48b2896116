//! Which parts of a document are sent to D1, and which are received.

use std::collections::HashMap;
use std::ops::BitOr;

use serde_json::Value;

use super::Impact;
use super::location::pointer_of;
use crate::inputs::Direction;
use crate::pointer::members;

/// How a caller uses a schema, parameter or response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Role {
    pub(super) sent: bool,
    pub(super) received: bool,
    /// Part of a call, or of the answer to one that went well: it is a type, not an error's body.
    pub(super) success: bool,
    /// A parameter, or in one.
    pub(super) parameter: bool,
}

impl Role {
    /// The role of the body of a call.
    pub(super) fn request(direction: Direction) -> Role {
        let sent = direction == Direction::Inbound;
        Role {
            sent,
            received: !sent,
            success: true,
            parameter: false,
        }
    }

    pub(super) fn parameter(direction: Direction) -> Role {
        Role {
            parameter: true,
            ..Role::request(direction)
        }
    }

    /// The role of what answers a call with this status.
    pub(super) fn answer(direction: Direction, status: &str) -> Role {
        let received = direction == Direction::Inbound;
        Role {
            sent: !received,
            received,
            success: status.starts_with('2'),
            parameter: false,
        }
    }

    /// The role of a field that is not in requests (`readOnly`) or not in answers (`writeOnly`).
    pub(super) fn without(self, direction: Direction, [read_only, write_only]: [bool; 2]) -> Role {
        let (not_sent, not_received) = match direction {
            Direction::Inbound => (read_only, write_only),
            Direction::Outbound => (write_only, read_only),
        };
        Role {
            sent: self.sent && !not_sent,
            received: self.received && !not_received,
            ..self
        }
    }

    /// The worse of two impacts, as far as they apply. A change to something unused breaks no caller.
    pub(super) fn impact(self, sent: Impact, received: Impact) -> Impact {
        match (self.sent, self.received) {
            (true, true) => sent.min(received),
            (true, false) => sent,
            (false, true) => received,
            (false, false) => sent.min(received).max(Impact::Compatible),
        }
    }

    /// This impact where it is sent; what is received is read all the same.
    pub(super) fn if_sent(self, sent: Impact) -> Impact {
        self.impact(sent, sent.max(Impact::Compatible))
    }

    /// Breaking for every caller that uses it.
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
            parameter: self.parameter | other.parameter,
        }
    }
}

/// The role of every place that operations refer to, directly or through others.
#[derive(Debug, Default)]
pub(super) struct Usage(HashMap<String, Role>);

impl Usage {
    pub(super) fn of(document: &Value, direction: Direction) -> Self {
        let mut usage = Usage::default();
        let mut todo = seeds(document, direction);
        while let Some((value, role)) = todo.pop() {
            for pointer in references(value) {
                let known = usage.0.get(&pointer).copied();
                let wider = known.unwrap_or_default() | role;
                if known == Some(wider) {
                    continue;
                }
                todo.extend(document.pointer(&pointer).map(|target| (target, wider)));
                usage.0.insert(pointer, wider);
            }
        }
        usage
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
fn seeds(document: &Value, direction: Direction) -> Vec<(&Value, Role)> {
    const UNKNOWN: Role = Role {
        sent: true,
        received: true,
        success: true,
        parameter: false,
    };
    let mut seeds = Vec::new();
    for (key, value) in members(document) {
        match key {
            "components" => {}
            "paths" => {
                for (_, item) in members(value) {
                    seeds.extend(members(item).flat_map(|(key, value)| match key {
                        "parameters" => vec![(value, Role::parameter(direction))],
                        _ => of_operation(value, direction),
                    }));
                }
            }
            _ => seeds.push((value, UNKNOWN)),
        }
    }
    return seeds;

    fn of_operation(operation: &Value, direction: Direction) -> Vec<(&Value, Role)> {
        let parts = members(operation).flat_map(|(key, value)| match key {
            "parameters" => vec![(value, Role::parameter(direction))],
            "requestBody" => vec![(value, Role::request(direction))],
            "responses" => members(value)
                .map(|(status, answer)| (answer, Role::answer(direction, status)))
                .collect(),
            _ => vec![(value, UNKNOWN)],
        });
        parts.collect()
    }
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
