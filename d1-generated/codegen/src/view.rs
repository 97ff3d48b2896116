//! The generators' private view of the document: what progenitor and typify can digest, and no more than they should see.

use serde_json::{Map, Value, json};

use crate::{error::Error, prose};

/// What becomes a type: its shape, and nothing of what its values must keep. The passes check that.
const SHAPE: [&str; 8] = [
    "$ref",
    "type",
    "allOf",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "nullable",
];

/// Error responses left out: the raw answer reaches the caller undecoded, whatever its body.
///
/// # Errors
/// [`Error::Document`] when `document` has no paths.
pub(crate) fn of(document: &Value) -> Result<Value, Error> {
    let mut view = plain(document);
    let paths = view["paths"]
        .as_object_mut()
        .ok_or_else(|| Error::Document("/paths: not an object".into()))?;
    for operation in paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
    {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.retain(|status, _| status.starts_with('2'));
        }
    }
    Ok(view)
}

/// The document with plain schemas, so that both generators see the same types, and with descriptions that rustdoc may show.
pub(crate) fn plain(document: &Value) -> Value {
    let mut view = document.clone();
    if let Some(schemas) = view
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.values_mut().for_each(schema);
    }
    if let Some(components) = view["components"].as_object_mut() {
        for (kind, members) in components {
            if kind != "schemas" {
                members
                    .as_object_mut()
                    .into_iter()
                    .flat_map(Map::values_mut)
                    .for_each(holder);
            }
        }
    }
    let items = view["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut);
    for item in items.filter_map(Value::as_object_mut) {
        // Words of a path, and of an operation: the comments are ours.
        item.retain(|key, _| key != "summary" && key != "description");
        for (key, member) in item {
            match member {
                Value::Array(parameters) if key == "parameters" => parameters.iter_mut().for_each(holder),
                operation => holder(operation),
            }
        }
    }
    view["info"] =
        json!({"title": "D1", "version": document["info"]["version"].as_str().unwrap_or_default()});
    view
}

/// A parameter, a body, a response or an operation.
fn holder(holder: &mut Value) {
    let Some(members) = holder.as_object_mut() else {
        return;
    };
    let is_response = members.contains_key("description") && !members.contains_key("in");
    members
        .retain(|key, _| !["summary", "tags", "example", "examples", "externalDocs"].contains(&key.as_str()));
    if is_response {
        members.insert("description".into(), json!(""));
    } else {
        members.shift_remove("description");
    }
    for (key, member) in members {
        match (key.as_str(), member) {
            ("schema", member) => schema(member),
            ("parameters", Value::Array(parameters)) => parameters.iter_mut().for_each(self::holder),
            ("responses" | "content", Value::Object(named)) => named.values_mut().for_each(self::holder),
            ("requestBody", body) => self::holder(body),
            _ => {}
        }
    }
}

fn schema(value: &mut Value) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    let number = matches!(
        members.get("type").and_then(Value::as_str),
        Some("integer" | "number")
    );
    let sized = |format: &Value| {
        ["int32", "int64", "float", "double"]
            .iter()
            .any(|known| format == known)
    };
    let format = members
        .shift_remove("format")
        .filter(|format| number && sized(format));
    let description = described(members);
    members.retain(|key, _| SHAPE.contains(&key.as_str()));
    members.extend(format.map(|format| ("format".to_owned(), format)));
    if let Some(description) = description
        && !members.contains_key("$ref")
    {
        members.insert("description".into(), Value::String(description));
    }
    // What is required is there, and the client sends no null.
    let required = members.get("required").and_then(Value::as_array).cloned();
    for name in required.iter().flatten().filter_map(Value::as_str) {
        let property = members
            .get_mut("properties")
            .and_then(|properties| properties.get_mut(name));
        if let Some(property) = property.and_then(Value::as_object_mut) {
            property.shift_remove("nullable");
        }
    }
    for (key, member) in members {
        match (key.as_str(), member) {
            ("items" | "additionalProperties", member) => schema(member),
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(schema),
            ("allOf", Value::Array(parts)) => parts.iter_mut().for_each(schema),
            _ => {}
        }
    }
}

/// A schema's description, and what the vendor takes for a value that is not given: D1 does so, the client sends nothing.
fn described(members: &Map<String, Value>) -> Option<String> {
    let said = members
        .get("description")
        .and_then(Value::as_str)
        .map(prose::inert);
    let default = members.get("default").map(|default| {
        let default = default
            .as_str()
            .map_or_else(|| default.to_string(), str::to_owned);
        format!("By default: {}.", prose::name(&default))
    });
    let parts: Vec<_> = said
        .into_iter()
        .chain(default)
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}
