//! What an operation may say: one success, JSON alone, the document's servers and security.

use serde_json::Value;

use crate::error::{Error, refuse};
use crate::generate::is_outbound;
use crate::operations::operations;
use crate::pointer::{below, target};

const JSON: &str = "application/json";

/// What D1 sends to an issuer's token endpoint (RFC 6749, section 4.4.2).
const FORM: &str = "application/x-www-form-urlencoded";

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
    let outbound = is_outbound(document);
    let of_requests = if outbound { &[JSON, FORM][..] } else { &[JSON] };
    for operation in operations(document) {
        let (path, pointer) = (below("/paths", operation.path), operation.pointer());
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
            && !outbound
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
        content(body, of_requests, &below(&pointer, "requestBody"))?;
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
            content(target(document, response), &[JSON], &place)?;
        }
        if successes == 0 {
            return Err(refuse(&responses, "holds no success"));
        }
    }
    Ok(())
}

fn content(holder: &Value, allowed: &[&str], pointer: &str) -> Result<(), Error> {
    let pointer = below(pointer, "content");
    let Some(content) = holder.get("content").and_then(Value::as_object) else {
        return Ok(());
    };
    if content.is_empty() {
        return Err(refuse(&pointer, "names no media type"));
    }
    for (media, held) in content {
        let pointer = below(&pointer, media);
        if !allowed.contains(&media.as_str()) {
            let what = format!("is another media type than {}", allowed.join(" or "));
            return Err(refuse(&pointer, what));
        }
        if !held.get("schema").is_some_and(Value::is_object) {
            return Err(refuse(&pointer, "has no schema"));
        }
    }
    Ok(())
}

fn of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/@!$&'()*+,;={}".contains(c)
}
