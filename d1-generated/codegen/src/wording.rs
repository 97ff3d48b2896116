//! Which parts of an OpenAPI document are wording, read by people and without effect on the wire.

use serde_json::{Map, Value};

use crate::pointer::below;

/// Keywords whose values only explain; of ours, what a pattern means and what a log may show.
pub const WORDING: [&str; 6] = [
    "description",
    "title",
    "example",
    "examples",
    "x-pattern-words",
    "x-display",
];

/// Keywords whose values are maps from free names, so that a property called `title` is not taken for wording.
const NAMED: [&str; 13] = [
    "callbacks",
    "content",
    "encoding",
    "headers",
    "links",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
];

/// Keywords whose values are data, to be taken as they stand.
const DATA: [&str; 3] = ["const", "default", "enum"];

/// What the keys of an object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// OpenAPI or JSON Schema keywords.
    Keywords,
    /// Names chosen by the author: properties, schemas, paths, statuses.
    Names,
    /// Neither: an example, a default, an extension's value.
    Data,
}

impl Keys {
    /// What the keys are of the object found under `key` of an object whose own keys are `self`.
    #[must_use]
    pub fn under(self, key: &str) -> Self {
        match self {
            Self::Data => Self::Data,
            Self::Names => Self::Keywords,
            Self::Keywords if NAMED.contains(&key) => Self::Names,
            Self::Keywords if DATA.contains(&key) || WORDING.contains(&key) || key.starts_with("x-") => {
                Self::Data
            }
            Self::Keywords => Self::Keywords,
        }
    }
}

/// Whether two parts of a document say the same to a machine: all but descriptions, titles and examples is equal.
/// A reference wrapped in an `allOf` of its own, so that it can carry a description, equals the bare one.
#[must_use]
pub fn equal_but_for_wording(one: &Value, other: &Value) -> bool {
    one == other || without_wording(one, Keys::Keywords) == without_wording(other, Keys::Keywords)
}

/// Where two parts of a document first differ in more than wording: a JSON pointer relative to them.
#[must_use]
pub fn first_difference(one: &Value, other: &Value) -> Option<String> {
    differ(
        &without_wording(one, Keys::Keywords),
        &without_wording(other, Keys::Keywords),
    )
}

fn differ(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(ones), Value::Object(others)) => {
            let keys = ones
                .keys()
                .chain(others.keys().filter(|key| !ones.contains_key(*key)));
            keys.into_iter().find_map(|key| {
                let step = below("", key);
                match (ones.get(key), others.get(key)) {
                    (Some(one), Some(other)) => differ(one, other).map(|rest| step + &rest),
                    _ => Some(step),
                }
            })
        }
        _ => (one != other).then(String::new),
    }
}

fn without_wording(value: &Value, keys: Keys) -> Value {
    match value {
        Value::Object(members) => {
            let kept: Map<_, _> = members
                .iter()
                .filter(|(key, _)| keys != Keys::Keywords || !WORDING.contains(&key.as_str()))
                .map(|(key, member)| (key.clone(), without_wording(member, keys.under(key))))
                .collect();
            match kept.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([only]) if kept.len() == 1 && keys == Keys::Keywords => only.clone(),
                _ => Value::Object(kept),
            }
        }
        // `parameters` is a map in `components` and a list in an operation: a list's members have keywords.
        Value::Array(items) => {
            let keys = if keys == Keys::Names { Keys::Keywords } else { keys };
            items.iter().map(|item| without_wording(item, keys)).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_property_called_title_is_not_wording() {
        let with = json!({"type": "object", "properties": {"title": {"type": "string", "title": "Title"}}});
        let reworded =
            json!({"type": "object", "title": "Person", "properties": {"title": {"type": "string"}}});
        let without = json!({"type": "object", "properties": {}});
        assert!(equal_but_for_wording(&with, &reworded));
        assert!(!equal_but_for_wording(&with, &without));
    }

    #[test]
    fn a_wrapped_reference_equals_the_bare_one() {
        let bare = json!({"$ref": "#/components/schemas/City"});
        let wrapped = json!({"allOf": [{"$ref": "#/components/schemas/City"}], "description": "City."});
        let nullable = json!({"allOf": [{"$ref": "#/components/schemas/City"}], "nullable": true});
        assert!(equal_but_for_wording(&bare, &wrapped));
        assert!(!equal_but_for_wording(&bare, &nullable));
    }

    #[test]
    fn an_enum_value_or_a_default_is_not_wording() {
        assert!(!equal_but_for_wording(
            &json!({"default": {"title": "Mr."}}),
            &json!({"default": {"title": "Mrs."}})
        ));
    }
}
