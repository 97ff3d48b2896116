//! Whether two JSON values mean the same.

use serde_json::Value;

/// Arrays under these keys are sets: their order says nothing.
const SETS: [&str; 5] = ["enum", "parameters", "required", "security", "tags"];

/// Whether two values, found under `key`, differ in nothing but the order of keys and of sets.
pub(super) fn semantically_equal(key: Option<&str>, old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.len() == new.len()
                && old.iter().all(|(key, value)| {
                    new.get(key)
                        .is_some_and(|other| semantically_equal(Some(key), value, other))
                })
        }
        (Value::Array(old), Value::Array(new)) if key.is_some_and(|key| SETS.contains(&key)) => {
            same_set(old, new)
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| semantically_equal(None, old, new))
        }
        _ => old == new,
    }
}

fn same_set(old: &[Value], new: &[Value]) -> bool {
    let within = |one: &[Value], other: &[Value]| {
        one.iter().all(|value| {
            other
                .iter()
                .any(|candidate| semantically_equal(None, value, candidate))
        })
    };
    within(old, new) && within(new, old)
}
