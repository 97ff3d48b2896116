//! What D1 may send is wider than what it documents: its change policy obliges a client to accept new fields and new
//! enum values, and fields that go missing. Whatever only D1 sends loses its constraints; what we send keeps them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::inputs::Direction;
use crate::pointer::{Operation, below, members, of_reference, operations, resolve};
use crate::{Error, references};

const FILE: &str = "d1-generated/openapi.json";

/// Keywords that restrict a value beyond its type.
const CONSTRAINTS: [&str; 13] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
];

/// Loosens every schema that only D1 sends: constraints and `additionalProperties: false` go; only a property marked
/// `x-essential` stays required; every other one may be null; a named enum becomes `x-extensible-enum`. Of what we send the
/// properties that are `readOnly` go.
///
/// # Errors
/// A schema that is both sent and received, an enum without a name, a property marked essential that D1 does not
/// promise, a reference that dangles.
pub fn apply(document: &mut Value, direction: Direction) -> Result<(), Error> {
    let (mut sent, mut received) = (Schemas::new(), Schemas::new());
    for operation in operations(document) {
        let label = operation.label();
        for root in sent_roots(document, &operation)? {
            collect_schemas(document, root, &label, &mut sent)?;
        }
        for root in received_roots(document, &operation)? {
            collect_schemas(document, root, &label, &mut received)?;
        }
    }
    // What D1 sends is what is read tolerantly: its answers, or its requests where it calls us.
    if direction == Direction::Outbound {
        std::mem::swap(&mut sent, &mut received);
    }
    for (pointer, by) in &received {
        if let Some(to) = sent.get(pointer) {
            let what = format!("is sent by {to} and received from {by}: name the two in names.json");
            return Err(Error::new(FILE, pointer, what));
        }
    }
    for (schemas, marked) in [(&sent, "readOnly"), (&received, "writeOnly")] {
        for pointer in schemas.keys() {
            if let Some(mut schema) = document.pointer(pointer).cloned() {
                leave_out(document, &mut schema, marked);
                if let Some(place) = document.pointer_mut(pointer) {
                    *place = schema;
                }
            }
        }
    }
    for (pointer, by) in &received {
        if let Some(schema) = document.pointer_mut(pointer) {
            let named = pointer.starts_with("/components/schemas/");
            loosen(schema, named, pointer).map_err(|mut error| {
                error.what = format!("{} (received from {by})", error.what);
                error
            })?;
        }
    }
    Ok(())
}

/// Takes the properties that are marked `readOnly` out of what is sent, or `writeOnly` out of what is received: they travel
/// the other way (OpenAPI 3.0.3, Schema Object).
fn leave_out(document: &Value, schema: &mut Value, marked: &str) {
    let is_marked = |property: &Value| {
        let target = resolve(document, property.pointer("/allOf/0").unwrap_or(property));
        property[marked] == true || target.is_some_and(|target| target[marked] == true)
    };
    let mut gone = Vec::new();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, property| {
            let is_gone = is_marked(property);
            gone.extend(is_gone.then(|| name.clone()));
            !is_gone
        });
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !gone.iter().any(|gone| *name == **gone));
        if required.is_empty()
            && !gone.is_empty()
            && let Some(members) = schema.as_object_mut()
        {
            members.shift_remove("required");
        }
    }
    for steps in subschemas(schema) {
        if let Some(inner) = schema.pointer_mut(&steps) {
            leave_out(document, inner, marked);
        }
    }
}

/// The schemas at the top of what is exchanged and all named schemas they lead to, each with the first operation.
type Schemas = BTreeMap<String, String>;

fn sent_roots(document: &Value, operation: &Operation<'_>) -> Result<Vec<String>, Error> {
    let mut roots = Vec::new();
    let pointer = operation.pointer();
    if operation.value.get("requestBody").is_some() {
        contents(document, &below(&pointer, "requestBody"), &mut roots)?;
    }
    for parent in [below("/paths", operation.path), pointer] {
        let parameters = document.pointer(&below(&parent, "parameters"));
        let parameters = parameters.and_then(Value::as_array);
        for index in 0..parameters.map_or(0, Vec::len) {
            contents(document, &format!("{parent}/parameters/{index}"), &mut roots)?;
        }
    }
    Ok(roots)
}

fn received_roots(document: &Value, operation: &Operation<'_>) -> Result<Vec<String>, Error> {
    let mut roots = Vec::new();
    let responses = below(&operation.pointer(), "responses");
    for (status, _) in members(&operation.value["responses"]) {
        let at = target(document, &below(&responses, status))?;
        let headers = below(&at, "headers");
        for (header, _) in document.pointer(&headers).into_iter().flat_map(members) {
            contents(document, &below(&headers, header), &mut roots)?;
        }
        contents(document, &at, &mut roots)?;
    }
    Ok(roots)
}

/// The schemas of what has content: a body, a parameter, a header.
fn contents(document: &Value, pointer: &str, roots: &mut Vec<String>) -> Result<(), Error> {
    let at = target(document, pointer)?;
    let Some(parent) = document.pointer(&at) else {
        return Ok(());
    };
    if parent.get("schema").is_some() {
        roots.push(below(&at, "schema"));
    }
    for (kind, media) in members(&parent["content"]) {
        if media.get("schema").is_some() {
            roots.push(below(&below(&below(&at, "content"), kind), "schema"));
        }
    }
    Ok(())
}

/// The pointer itself, or, when a reference stands there, where it leads.
fn target(document: &Value, pointer: &str) -> Result<String, Error> {
    let dangling = || Error::new(FILE, pointer, "refers to what does not exist");
    let value = document.pointer(pointer).ok_or_else(dangling)?;
    match of_reference(value) {
        Some(target) if resolve(document, value).is_some() => self::target(document, target),
        None if value.get("$ref").is_none() => Ok(pointer.to_owned()),
        _ => Err(dangling()),
    }
}

fn collect_schemas(document: &Value, root: String, label: &str, reached: &mut Schemas) -> Result<(), Error> {
    let mut open = vec![target(document, &root)?];
    while let Some(pointer) = open.pop() {
        if reached.contains_key(&pointer) {
            continue;
        }
        if let Some(schema) = document.pointer(&pointer) {
            for reference in references_within(schema, &pointer) {
                open.push(target(document, &reference)?);
            }
        }
        reached.insert(pointer, label.to_owned());
    }
    Ok(())
}

/// The pointers to the references inside a schema.
fn references_within(schema: &Value, pointer: &str) -> Vec<String> {
    let mut found = Vec::new();
    if schema.get("$ref").is_some() {
        found.push(pointer.to_owned());
    }
    for steps in subschemas(schema) {
        let inner = schema.pointer(&steps).into_iter();
        found.extend(inner.flat_map(|inner| references_within(inner, &format!("{pointer}{steps}"))));
    }
    found
}

/// The pointers from a schema to those directly inside it.
fn subschemas(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (key, member) in members(schema) {
        match (key, member) {
            ("items" | "additionalProperties" | "not", Value::Object(_)) => found.push(below("", key)),
            ("properties", Value::Object(named)) => {
                found.extend(named.keys().map(|name| below(&below("", key), name)));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                found.extend((0..list.len()).map(|index| format!("/{key}/{index}")));
            }
            _ => {}
        }
    }
    found
}

fn loosen(schema: &mut Value, named: bool, pointer: &str) -> Result<(), Error> {
    if schema.get("$ref").is_some() {
        return Ok(());
    }
    for steps in subschemas(schema) {
        if let Some(inner) = schema.pointer_mut(&steps) {
            loosen(inner, false, &format!("{pointer}{steps}"))?;
        }
    }
    let Some(members) = schema.as_object_mut() else {
        return Ok(());
    };
    for key in CONSTRAINTS.into_iter().chain(["uniqueItems"]) {
        members.shift_remove(key);
    }
    members.retain(|key, value| key != "additionalProperties" || *value != false);
    if let Some(values) = members.shift_remove("enum") {
        if !named {
            let what =
                "is an enum without a name: give it one in names.json, so that new values can be recognised";
            return Err(Error::new(FILE, pointer, what));
        }
        members.insert("x-extensible-enum".to_owned(), values);
    }
    let promised = members.shift_remove("required").unwrap_or_default();
    let is_promised = |name: &str| {
        let mut promised = promised.as_array().into_iter().flatten();
        promised.any(|promised| promised == name)
    };
    let mut essential = Vec::new();
    let properties = members.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if property["x-essential"] == true {
            if !is_promised(name) {
                let place = below(&below(pointer, "properties"), name);
                let what = "is marked x-essential, but the vendor does not require it";
                return Err(Error::new(FILE, place, what));
            }
            essential.push(Value::String(name.clone()));
        } else {
            references::wrap(property);
            if let Some(property) = property.as_object_mut() {
                property.insert("nullable".to_owned(), Value::Bool(true));
            }
        }
    }
    if !essential.is_empty() {
        members.insert("required".to_owned(), Value::Array(essential));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(sent: Value, received: Value, schemas: Value) -> Value {
        json!({
            "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {"schema": sent}}},
                "responses": {"200": {"description": "", "content": {"application/json": {"schema": received}}}},
            }}},
            "components": {"schemas": schemas},
        })
    }

    #[test]
    fn what_only_d1_sends_loses_its_constraints_and_what_we_send_keeps_them() {
        let strict = json!({"type": "object", "additionalProperties": false, "required": ["id", "state"], "properties": {
            "id": {"type": "string", "minLength": 1, "pattern": "^a$", "x-essential": true},
            "state": {"$ref": "#/components/schemas/State"},
            "list": {"type": "array", "maxItems": 2, "uniqueItems": true, "items": {"type": "string", "format": "date"}},
        }});
        let mut sent = strict.clone();
        sent["properties"]["state"] = json!({"type": "string", "enum": ["A"]});
        let schemas =
            json!({"State": {"type": "string", "enum": ["A", "B"]}, "Sent": sent, "Received": strict});
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut document = document(reference("Sent"), reference("Received"), schemas);
        apply(&mut document, Direction::Inbound).unwrap();
        assert_eq!(document["components"]["schemas"]["Sent"], sent);
        assert_eq!(
            document["components"]["schemas"]["Received"],
            json!({"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "x-essential": true},
                "state": {"allOf": [{"$ref": "#/components/schemas/State"}], "nullable": true},
                "list": {"type": "array", "items": {"type": "string"}, "nullable": true},
            }})
        );
        assert_eq!(
            document["components"]["schemas"]["State"],
            json!({"type": "string", "x-extensible-enum": ["A", "B"]})
        );
    }

    #[test]
    fn what_d1_asks_is_read_tolerantly_where_it_calls_the_issuer() {
        let strict = json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "minLength": 1},
        }});
        let mut document = document(
            json!({"$ref": "#/components/schemas/Asked"}),
            json!({"$ref": "#/components/schemas/Answered"}),
            json!({"Asked": strict, "Answered": strict}),
        );
        apply(&mut document, Direction::Outbound).unwrap();
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Answered"], strict);
        assert_eq!(schemas["Asked"].get("required"), None);
    }

    #[test]
    fn a_schema_that_is_sent_and_received_must_be_named_twice() {
        let reference = json!({"$ref": "#/components/schemas/Both"});
        let mut document = document(
            reference.clone(),
            json!({"items": reference}),
            json!({"Both": {"type": "string"}}),
        );
        let error = apply(&mut document, Direction::Inbound).unwrap_err();
        assert_eq!(error.place, "/components/schemas/Both");
        assert!(
            error
                .what
                .starts_with("is sent by POST /a and received from POST /a"),
            "{error}"
        );
    }

    #[test]
    fn a_received_enum_needs_a_name() {
        let inline = json!({"properties": {"state": {"type": "string", "enum": ["A"]}}});
        let error = apply(&mut document(json!({}), inline, json!({})), Direction::Inbound).unwrap_err();
        assert!(error.place.ends_with("/schema/properties/state"), "{error}");
        assert!(error.what.contains("names.json"), "{error}");
    }

    #[test]
    fn only_what_the_vendor_promises_can_be_essential() {
        let optional = json!({"properties": {"id": {"type": "string", "x-essential": true}}});
        assert!(apply(&mut document(json!({}), optional, json!({})), Direction::Inbound).is_err());
    }
}
