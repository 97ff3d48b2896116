//! Names for ideas: the places that hold one idea become references to one schema, operations get our ids.

use d1_codegen::wording::first_difference;
use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::pointer::{METHODS, operations, steps};
use crate::{Error, references};

/// One entry of `names.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    at: Vec<String>,
    /// What the idea is, where the vendor describes only its places.
    description: Option<String>,
    reason: String,
}

/// Applies the entries in order, each to what the ones before have made. A place is a schema below `components`, an
/// inline schema or an operation. The places of one name must be equal in all but wording; they keep their descriptions.
///
/// # Errors
/// A path that matches nothing, places that differ, a name that is taken, an entry without a reason.
pub fn apply(document: &mut Value, file: &str, names: &Value) -> Result<(), Error> {
    let fail = |error: serde_json::Error| Error::new(file, "", format!("is not a list of names: {error}"));
    let entries: Vec<Entry> = serde_json::from_value(names.clone()).map_err(fail)?;
    for entry in &entries {
        apply_entry(document, entry)
            .map_err(|what| Error::new(file, format!("entry {}", entry.name), what))?;
    }
    Ok(())
}

fn apply_entry(document: &mut Value, entry: &Entry) -> Result<(), String> {
    if entry.reason.trim().is_empty() {
        return Err("has no reason".to_owned());
    }
    let places = locate(document, &entry.at)?;
    match places.iter().filter(|place| is_operation(place)).count() {
        0 => name_schema(document, entry, &places),
        1 if places.len() == 1 => name_operation(document, entry, &places[0]),
        _ => Err("a name belongs to one operation: give it one place".to_owned()),
    }
}

fn locate(document: &Value, paths: &[String]) -> Result<Vec<String>, String> {
    let mut places: Vec<String> = Vec::new();
    for path in paths {
        let query = JsonPath::parse(path).map_err(|error| format!("{path} is not a JSONPath: {error}"))?;
        let found = query.query_located(document);
        if found.is_empty() {
            return Err(format!("{path} matches nothing"));
        }
        for node in found {
            let pointer = node.location().to_json_pointer();
            if !places.contains(&pointer) {
                places.push(pointer);
            }
        }
    }
    if places.is_empty() {
        Err("has no places".to_owned())
    } else {
        Ok(places)
    }
}

fn is_operation(pointer: &str) -> bool {
    matches!(steps(pointer).as_slice(), [paths, _, method] if paths == "paths" && METHODS.contains(&method.as_str()))
}

/// The name of the component schema at `pointer`.
fn component(pointer: &str) -> Option<String> {
    match steps(pointer).as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => {
            Some(name.clone())
        }
        _ => None,
    }
}

fn name_operation(document: &mut Value, entry: &Entry, place: &str) -> Result<(), String> {
    for operation in operations(document) {
        let id = operation.value.get("operationId").and_then(Value::as_str);
        if id == Some(&entry.name) && operation.pointer() != place {
            return Err(format!("is already the operationId of {}", operation.label()));
        }
    }
    match document.pointer_mut(place).and_then(Value::as_object_mut) {
        Some(operation) => operation.insert("operationId".to_owned(), Value::String(entry.name.clone())),
        None => return Err(format!("{place} is not an operation")),
    };
    Ok(())
}

fn name_schema(document: &mut Value, entry: &Entry, places: &[String]) -> Result<(), String> {
    let schemas: Vec<Value> = places
        .iter()
        .filter_map(|place| document.pointer(place))
        .cloned()
        .collect();
    for (place, schema) in places.iter().zip(&schemas) {
        if references::schema_name(schema).is_some() {
            return Err(format!("{place} is a reference already: name what it refers to"));
        }
        if let Some(at) = first_difference(&schemas[0], schema) {
            return Err(format!("{} and {place} differ at {at}", places[0]));
        }
    }
    let components: Vec<Option<String>> = places.iter().map(|place| component(place)).collect();
    let taken = document
        .pointer("/components/schemas")
        .is_some_and(|schemas| schemas.get(&entry.name).is_some());
    if taken && !components.contains(&Some(entry.name.clone())) {
        return Err("is already the name of another schema".to_owned());
    }

    let named = named_schema(entry, &schemas);
    let description = named.get("description").cloned();
    for ((place, schema), component) in places.iter().zip(&schemas).zip(&components) {
        let own = schema
            .get("description")
            .filter(|own| component.is_none() || Some(*own) != description.as_ref());
        let own = own.and_then(Value::as_str);
        match component {
            Some(component) => {
                if let Some(schemas) = document
                    .pointer_mut("/components/schemas")
                    .and_then(Value::as_object_mut)
                {
                    schemas.shift_remove(component);
                }
                references::retarget(document, component, &entry.name, own);
            }
            None => {
                if let Some(inline) = document.pointer_mut(place) {
                    *inline = references::to_schema(&entry.name, own);
                }
            }
        }
    }
    document["components"]["schemas"][&entry.name] = named;
    Ok(())
}

/// The schema of the idea: as at its places, with the wording that all of them share. Its title is its name.
fn named_schema(entry: &Entry, places: &[Value]) -> Value {
    let mut named = places[0].clone();
    if let Some(members) = named.as_object_mut() {
        members.shift_remove("title");
        for key in ["description", "example", "examples"] {
            if places.iter().any(|place| place.get(key) != places[0].get(key)) {
                members.shift_remove(key);
            }
        }
        if let Some(description) = &entry.description {
            members.insert("description".to_owned(), Value::String(description.clone()));
        }
    }
    named
}
