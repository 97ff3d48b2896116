//! Whether the assembled document is sound OpenAPI 3.0.3, so that any tool accepts it unchanged.

use std::collections::{BTreeMap, BTreeSet};

use d1_codegen::wording::Keys;
use serde_json::Value;

use crate::Error;
use crate::pointer::{Operation, below, members, of_reference, operations, resolve};

const FILE: &str = "d1-generated/openapi.json";

/// Checks the document.
///
/// # Errors
/// The first thing that is wrong: a reference that dangles or has siblings, an operation without an id or with another's,
/// a path parameter that is not declared or not in the path, a parameter declared twice, an unknown security scheme.
pub fn check(document: &Value) -> Result<(), Error> {
    if let Some((place, what)) = first_bad_reference(document, "", document, Keys::Keywords, true) {
        return Err(Error::new(FILE, place, what));
    }
    let (mut ids, mut templates) = (BTreeMap::new(), BTreeMap::new());
    for operation in operations(document) {
        let fail = |what: String| Error::new(FILE, operation.label(), what);
        let id = operation.value["operationId"].as_str().unwrap_or_default();
        if id.is_empty() {
            return Err(fail("has no operationId: name it in names.json".to_owned()));
        }
        if let Some(other) = ids.insert(id, operation.label()) {
            return Err(fail(format!("has the operationId {id}, like {other}")));
        }
        let template = (anonymous(operation.path), operation.method);
        if let Some(other) = templates.insert(template, operation.path) {
            return Err(fail(format!("cannot be distinguished from {other}")));
        }
        check_responses(document, operation.value.get("responses")).map_err(fail)?;
        check_parameters(document, &operation).map_err(fail)?;
        check_security(document, operation.value.get("security")).map_err(fail)?;
    }
    check_security(document, document.get("security")).map_err(|what| Error::new(FILE, "/security", what))
}

/// The first reference in `document` that leads nowhere: its pointer and what is wrong. Siblings are none of its
/// business: a vendor document may have them.
#[must_use]
pub fn dangling_reference(document: &Value) -> Option<(String, String)> {
    first_bad_reference(document, "", document, Keys::Keywords, false)
}

fn first_bad_reference(
    document: &Value,
    pointer: &str,
    value: &Value,
    keys: Keys,
    lonely: bool,
) -> Option<(String, String)> {
    match value {
        Value::Object(members) => {
            if let (Keys::Keywords, Some(reference)) = (keys, members.get("$ref").and_then(Value::as_str)) {
                if of_reference(value).is_none() || resolve(document, value).is_none() {
                    let what = format!("refers to {reference}, which does not exist");
                    return Some((pointer.to_owned(), what));
                }
                if lonely && members.len() > 1 {
                    let what = "has a sibling beside its $ref, which tools ignore";
                    return Some((pointer.to_owned(), what.to_owned()));
                }
            }
            members
                .iter()
                .filter(|_| keys != Keys::Data)
                .find_map(|(key, member)| {
                    first_bad_reference(document, &below(pointer, key), member, keys.under(key), lonely)
                })
        }
        Value::Array(items) if keys != Keys::Data => items.iter().enumerate().find_map(|(index, item)| {
            let pointer = format!("{pointer}/{index}");
            first_bad_reference(document, &pointer, item, Keys::Keywords, lonely)
        }),
        _ => None,
    }
}

fn check_responses(document: &Value, responses: Option<&Value>) -> Result<(), String> {
    let responses = responses
        .and_then(Value::as_object)
        .filter(|responses| !responses.is_empty());
    for (status, response) in responses.ok_or("has no responses")? {
        let response = resolve(document, response).unwrap_or(response);
        if !response.get("description").is_some_and(Value::is_string) {
            return Err(format!("its response {status} has no description"));
        }
    }
    Ok(())
}

fn check_parameters(document: &Value, operation: &Operation<'_>) -> Result<(), String> {
    let wanted: BTreeSet<&str> = braced(operation.path).collect();
    let mut declared = BTreeSet::new();
    for level in [
        operation.item.get("parameters"),
        operation.value.get("parameters"),
    ] {
        let mut here = BTreeSet::new();
        for parameter in level.and_then(Value::as_array).into_iter().flatten() {
            let parameter = resolve(document, parameter).unwrap_or(parameter);
            let text = |key: &str| parameter[key].as_str().unwrap_or_default();
            let (name, at) = (text("name"), text("in"));
            if name.is_empty() || !matches!(at, "path" | "query" | "header" | "cookie") {
                return Err("has a parameter without a name or without `in`".to_owned());
            }
            if !here.insert((name, at)) {
                return Err(format!("declares the parameter {name} (in {at}) twice"));
            }
            if at == "path" {
                if !wanted.contains(name) {
                    return Err(format!(
                        "declares the path parameter {name}, which its path does not have"
                    ));
                }
                if parameter["required"] != true {
                    return Err(format!("its path parameter {name} is not required"));
                }
                declared.insert(name);
            }
            if parameter.get("schema").is_none() && parameter.get("content").is_none() {
                return Err(format!("its parameter {name} has no schema"));
            }
        }
    }
    match wanted.difference(&declared).next() {
        Some(missing) => Err(format!("does not declare its path parameter {missing}")),
        None => Ok(()),
    }
}

fn check_security(document: &Value, security: Option<&Value>) -> Result<(), String> {
    let schemes = document.pointer("/components/securitySchemes");
    for requirement in security.and_then(Value::as_array).into_iter().flatten() {
        for (name, _) in members(requirement) {
            if schemes.and_then(|schemes| schemes.get(name)).is_none() {
                return Err(format!(
                    "asks for the security scheme {name}, which does not exist"
                ));
            }
        }
    }
    Ok(())
}

/// The names in the braces of a path template.
fn braced(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
}

/// A template without its parameters' names: those that differ in names alone match the same paths.
fn anonymous(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |template, part| {
        template + "{}" + part.split_once('}').map_or(part, |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sound() -> Value {
        json!({"openapi": "3.0.3", "paths": {"/a/{id}": {"get": {
            "operationId": "a",
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}},
        }}}})
    }

    fn with(pointer: &str, value: Value) -> String {
        let mut document = sound();
        *document.pointer_mut(pointer).unwrap() = value;
        check(&document).unwrap_err().to_string()
    }

    #[test]
    fn a_sound_document_passes() {
        assert_eq!(check(&sound()), Ok(()));
    }

    #[test]
    fn what_is_not_sound_is_named_with_its_place() {
        let schema = "/paths/~1a~1{id}/get/responses/200/content/application~1json/schema";
        assert!(with(schema, json!({"$ref": "#/components/schemas/None"})).contains("which does not exist"));
        assert!(with(schema, json!({"$ref": "other.json#/a"})).contains("which does not exist"));
        assert!(with(schema, json!({"$ref": "#/paths", "title": "t"})).contains("sibling"));
        assert!(with("/paths/~1a~1{id}/get/operationId", json!("")).contains("has no operationId"));
        assert!(
            with("/paths/~1a~1{id}/get/parameters", json!([]))
                .contains("does not declare its path parameter id")
        );
        assert!(
            with("/paths/~1a~1{id}/get/parameters/0/name", json!("other")).contains("its path does not have")
        );
        assert!(with("/paths/~1a~1{id}/get/parameters/0/required", json!(false)).contains("not required"));
    }

    #[test]
    fn an_operation_id_is_given_once_and_paths_differ_in_more_than_names() {
        let mut document = sound();
        document["paths"]["/b/{id}"] = document["paths"]["/a/{id}"].clone();
        assert!(check(&document).unwrap_err().what.contains("like GET /a/{id}"));
        let mut document = sound();
        let mut same = document["paths"]["/a/{id}"].clone();
        same["get"]["operationId"] = json!("b");
        same["get"]["parameters"][0]["name"] = json!("key");
        document["paths"]["/a/{key}"] = same;
        assert!(
            check(&document)
                .unwrap_err()
                .what
                .contains("cannot be distinguished")
        );
    }
}
