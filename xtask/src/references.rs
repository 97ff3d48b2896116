//! References to named schemas. OpenAPI 3.0 ignores what stands beside a `$ref`, so a reference that has something to
//! say of its own is wrapped: `{"allOf": [{"$ref": …}], "description": …}`.

use d1_codegen::wording::Keys;
use serde_json::{Value, json};

use crate::pointer;

const SCHEMAS: &str = "#/components/schemas/";

/// A reference to the schema `name`, with a description where there is one to keep.
#[must_use]
pub fn to_schema(name: &str, description: Option<&str>) -> Value {
    let reference = json!({"$ref": format!("{SCHEMAS}{name}")});
    match description {
        Some(description) => json!({"allOf": [reference], "description": description}),
        None => reference,
    }
}

/// The name of the schema that `value` refers to, bare or wrapped.
#[must_use]
pub fn schema_name(value: &Value) -> Option<&str> {
    let bare = match value.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only,
        _ => value,
    };
    bare.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Wraps `value` when it is a bare reference to a schema; more can be said beside it then.
pub fn wrap(value: &mut Value) {
    if value
        .get("$ref")
        .and_then(Value::as_str)
        .is_some_and(|target| target.starts_with(SCHEMAS))
        && let Some(members) = value.as_object_mut()
        && let Some(target) = members.shift_remove("$ref")
    {
        members.insert("allOf".to_owned(), json!([{"$ref": target}]));
    }
}

/// Wraps every reference to a schema that has something beside it.
pub fn wrap_those_with_siblings(document: &mut Value) {
    visit(document, Keys::Keywords, &mut |value| {
        if value.as_object().is_some_and(|members| members.len() > 1) {
            wrap(value);
        }
    });
}

/// Turns every reference to the schema `from` into one to `to`. A bare one gets `description`, if any: it would be
/// lost with the schema.
pub fn retarget(document: &mut Value, from: &str, to: &str, description: Option<&str>) {
    let target = Value::String(format!("{SCHEMAS}{to}"));
    visit(document, Keys::Keywords, &mut |value| {
        if schema_name(value) != Some(from) {
            return;
        }
        if value.get("$ref").is_some() {
            *value = to_schema(to, description);
        } else if let Some(reference) = value.pointer_mut("/allOf/0/$ref") {
            *reference = target.clone();
        }
    });
}

/// Writes every reference without escapes of URLs: `#/components/schemas/a%20b` names the schema `a b` (RFC 6901, section 6).
/// One that cannot be unescaped stays as it is, and leads nowhere.
pub fn decode(document: &mut Value) {
    visit(document, Keys::Keywords, &mut |value| {
        if let Some(Value::String(reference)) = value.get_mut("$ref")
            && let Some(pointer) = pointer::pointer_of(reference)
        {
            *reference = format!("#{pointer}");
        }
    });
}

/// States the type of whatever is nullable: without one, OpenAPI 3.0.3 gives `nullable` no meaning (Schema Object).
pub fn state_types(document: &mut Value) {
    let whole = document.clone();
    visit(document, Keys::Keywords, &mut |value| {
        if value.get("nullable") != Some(&Value::Bool(true)) || value.get("type").is_some() {
            return;
        }
        let target = value
            .pointer("/allOf/0")
            .and_then(|target| pointer::resolve(&whole, target));
        let stated = target.and_then(|target| target.get("type")).cloned();
        if let (Some(members), Some(stated)) = (value.as_object_mut(), stated) {
            members.insert("type".to_owned(), stated);
        }
    });
}

/// Calls `change` with every object whose keys are keywords, an outer one before those in it.
fn visit(value: &mut Value, keys: Keys, change: &mut impl FnMut(&mut Value)) {
    if keys == Keys::Data {
        return;
    }
    if value.is_object() && keys == Keys::Keywords {
        change(value);
    }
    match value {
        Value::Object(members) => members
            .iter_mut()
            .for_each(|(key, member)| visit(member, keys.under(key), change)),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| visit(item, Keys::Keywords, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retargeting_keeps_the_description_of_the_place() {
        let mut document = json!({"properties": {
            "bare": {"$ref": "#/components/schemas/old"},
            "wrapped": {"allOf": [{"$ref": "#/components/schemas/old"}], "description": "Mine."},
            "other": {"$ref": "#/components/schemas/older"},
        }});
        retarget(&mut document, "old", "New", Some("The old one's."));
        assert_eq!(
            document,
            json!({"properties": {
                "bare": {"allOf": [{"$ref": "#/components/schemas/New"}], "description": "The old one's."},
                "wrapped": {"allOf": [{"$ref": "#/components/schemas/New"}], "description": "Mine."},
                "other": {"$ref": "#/components/schemas/older"},
            }})
        );
    }

    #[test]
    fn a_reference_with_siblings_is_wrapped() {
        let mut document = json!({"schema": {"$ref": "#/components/schemas/A", "x-essential": true}});
        wrap_those_with_siblings(&mut document);
        assert_eq!(
            document,
            json!({"schema": {"x-essential": true, "allOf": [{"$ref": "#/components/schemas/A"}]}})
        );
    }
}
