//! What an operation may say: one success, JSON alone, the document's servers and security.

use serde_json::Value;

use super::refuse;
use crate::{error::Error, operations::operations, pointer::below};

const JSON: &str = "application/json";

/// Header parameters of these names are to be ignored (OpenAPI 3.0.3, Parameter Object).
const NO_PARAMETERS: [&str; 3] = ["accept", "authorization", "content-type"];

pub(super) fn parameter(parameter: &Value, pointer: &str) -> Result<(), Error> {
    if parameter.get("$ref").is_some() {
        return Ok(());
    }
    let text = |key: &str| parameter[key].as_str().unwrap_or_default();
    let name = text("name");
    let usual = match text("in") {
        "path" | "header" => ("simple", false),
        "query" => ("form", true),
        _ => return Err(refuse(&below(pointer, "in"), "is none of path, query and header")),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(plain) {
        return Err(refuse(
            &below(pointer, "name"),
            "is not a letter and letters, digits, - _ and . after it",
        ));
    }
    if text("in") == "header" && NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(refuse(
            &below(pointer, "name"),
            "is a header that no parameter may set",
        ));
    }
    if parameter.get("style").is_some_and(|style| style != usual.0) {
        return Err(refuse(&below(pointer, "style"), format!("is not {}", usual.0)));
    }
    if parameter.get("explode").is_some_and(|explode| explode != usual.1) {
        return Err(refuse(&below(pointer, "explode"), format!("is not {}", usual.1)));
    }
    let schema = &parameter["schema"];
    let bounded = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "nullable",
    ];
    if let Some(keyword) = bounded.into_iter().find(|keyword| schema.get(*keyword).is_some()) {
        return Err(refuse(
            &below(&below(pointer, "schema"), keyword),
            "is not checked of a parameter",
        ));
    }
    Ok(())
}

pub(super) fn check(document: &Value) -> Result<(), Error> {
    for operation in operations(document) {
        let path = below("/paths", operation.path);
        let pointer = below(&path, operation.method);
        if !operation.path.starts_with('/') || !operation.path.chars().all(of_path) {
            return Err(refuse(&path, "is not a path that a URL can have"));
        }
        if !operation.id().starts_with(|c: char| c.is_ascii_alphabetic()) || !operation.id().is_ascii() {
            return Err(refuse(
                &below(&pointer, "operationId"),
                "does not begin with a letter of ASCII, or holds others",
            ));
        }
        if let Some(security) = operation.value.get("security")
            && *security != document["security"]
        {
            let what = "differs from the document's: every request carries the token";
            return Err(refuse(&below(&pointer, "security"), what));
        }
        for parameter in operation.parameters(document) {
            let schema = target(document, &parameter["schema"]);
            let name = parameter["name"].as_str().unwrap_or_default();
            if !["string", "integer", "number", "boolean"]
                .contains(&schema["type"].as_str().unwrap_or_default())
            {
                let what = format!("takes the parameter {name}, which is no text, number or boolean");
                return Err(refuse(&pointer, what));
            }
        }
        let body = target(document, &operation.value["requestBody"]);
        content(body, &below(&pointer, "requestBody"))?;
        let responses = below(&pointer, "responses");
        let mut successes = 0;
        for (status, response) in operation.value["responses"].as_object().into_iter().flatten() {
            let place = below(&responses, status);
            let known = status.len() == 3 && status.bytes().all(|digit| digit.is_ascii_digit());
            if !known || !status.starts_with(['2', '4', '5']) {
                return Err(refuse(
                    &place,
                    "is not a status from 200 to 299 or from 400 to 599",
                ));
            }
            successes += usize::from(status.starts_with('2'));
            if successes > 1 {
                return Err(refuse(&place, "is a second success: the client returns one type"));
            }
            content(target(document, response), &place)?;
        }
        if successes == 0 {
            return Err(refuse(&responses, "holds no success"));
        }
    }
    Ok(())
}

fn content(holder: &Value, pointer: &str) -> Result<(), Error> {
    let pointer = below(pointer, "content");
    let Some(content) = holder.get("content").and_then(Value::as_object) else {
        return Ok(());
    };
    match content.keys().find(|media| *media != JSON) {
        Some(other) => Err(refuse(
            &below(&pointer, other),
            "is another media type than application/json",
        )),
        None if content.is_empty() => Err(refuse(&pointer, "names no media type")),
        None if !content[JSON].get("schema").is_some_and(Value::is_object) => {
            Err(refuse(&below(&pointer, JSON), "has no schema"))
        }
        None => Ok(()),
    }
}

/// What a reference leads to, bare or wrapped.
fn target<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut at = value;
    // A reference that leads back to itself is refused elsewhere.
    for _ in 0..32 {
        let reference = at
            .get("$ref")
            .or_else(|| at.pointer("/allOf/0/$ref"))
            .and_then(Value::as_str);
        match reference.and_then(|reference| document.pointer(reference.strip_prefix('#')?)) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/@!$&'()*+,;={}".contains(c)
}
