//! The generator's private view of the document: what progenitor can digest, and no more than it should see.

use serde_json::{Map, Value};

use crate::{Error, prose, wording::Keys};

/// Error responses left out (the raw answer reaches the caller undecoded, whatever its body), open enums closed again
/// (a pass reopens them), and named booleans and numbers inlined (`bool` needs no newtype).
///
/// # Errors
/// [`Error::Document`] when `document` has no paths.
pub fn of(document: &Value) -> Result<Value, Error> {
    let mut view = closed_enums(document);
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

/// `x-extensible-enum` back as `enum`, and named scalars inlined, so that both generators see the same types.
pub(crate) fn closed_enums(document: &Value) -> Value {
    let mut view = document.clone();
    inert(&mut view, Keys::Keywords);
    if let Some(schemas) = view
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
            if let Some(known) = schema.remove("x-extensible-enum") {
                schema.insert("enum".into(), known);
            }
        }
        let scalars = take_scalars(schemas);
        inline(&mut view, &scalars);
    }
    view
}

/// Descriptions as rustdoc may show them; a schema's title goes, of which typify would make a name.
fn inert(value: &mut Value, keys: Keys) {
    match value {
        Value::Object(members) if keys != Keys::Data => {
            if keys == Keys::Keywords && !members.contains_key("version") {
                members.shift_remove("title");
            }
            for (key, member) in members {
                match member {
                    Value::String(text) if keys == Keys::Keywords && key == "description" => {
                        *text = prose::inert(text);
                    }
                    member => inert(member, keys.under(key)),
                }
            }
        }
        Value::Array(items) if keys != Keys::Data => {
            items.iter_mut().for_each(|item| inert(item, Keys::Keywords));
        }
        _ => {}
    }
}

/// Components that are a bare boolean or number, by the reference that names them.
fn take_scalars(schemas: &mut Map<String, Value>) -> Map<String, Value> {
    let mut scalars = Map::new();
    schemas.retain(|name, schema| {
        let scalar = matches!(schema["type"].as_str(), Some("boolean" | "integer" | "number"));
        if scalar {
            scalars.insert(format!("#/components/schemas/{name}"), schema.clone());
        }
        !scalar
    });
    scalars
}

fn inline(value: &mut Value, scalars: &Map<String, Value>) {
    let target = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|target| scalars.get(target));
    if let Some(scalar) = target {
        *value = scalar.clone();
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| inline(member, scalars)),
        Value::Array(items) => items.iter_mut().for_each(|item| inline(item, scalars)),
        _ => {}
    }
}
