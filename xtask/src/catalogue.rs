//! The vendor's error catalogue: the tables in the descriptions of error responses, as [`tables`] reads them, become data.

use serde_json::{Value, json};

use crate::Error;
use crate::pointer::{Operation, below, defining_document, members, operations, resolve};
use crate::references;
use crate::tables::{self, Row};

const FILE: &str = "d1-generated/openapi.json";

/// Gives every operation `x-d1-errors`, one entry per status and code, read from the tables; a response without a table
/// must carry `x-d1-errors` itself (an overlay adds it). The codes become the schema `ErrorCode`. Messages name that of
/// the `sources` which declares the operation.
///
/// # Errors
/// An error response with neither table nor `x-d1-errors`, and any table that cannot be read: no row is ever skipped.
pub fn apply(document: &mut Value, sources: &[(String, Value)]) -> Result<(), Error> {
    let mut catalogues = Vec::new();
    let mut codes: Vec<Value> = Vec::new();
    for operation in operations(document) {
        let file = defining_document(sources, &operation.pointer()).unwrap_or(FILE);
        let mut catalogue: Vec<Value> = Vec::new();
        let errors = members(&operation.value["responses"]);
        let mut errors: Vec<_> = errors
            .filter(|(status, _)| status.starts_with(['4', '5']))
            .collect();
        errors.sort_by_key(|(status, _)| *status);
        for (status, response) in errors {
            let place = format!("{} {status}", operation.label());
            let fail = |what: String| Error::new(file, &place, what);
            let number: u16 = status.parse().map_err(|_| fail("is not one status".to_owned()))?;
            let response = resolve(document, response)
                .ok_or_else(|| fail("refers to what does not exist".to_owned()))?;
            for row in rows(response).map_err(fail)? {
                let code = row.code.as_deref().map_or(Value::Null, Value::from);
                if catalogue
                    .iter()
                    .any(|other| other["status"] == number && other["code"] == code)
                {
                    let code = row.code.unwrap_or_else(|| "-".to_owned());
                    return Err(fail(format!("the error code {code} has two rows")));
                }
                if !code.is_null() && !codes.contains(&code) {
                    codes.push(code.clone());
                }
                let mut entry = json!({"status": number, "code": code, "retryable": row.retryable});
                if let Some(comment) = row.comment {
                    entry["comment"] = Value::String(comment);
                }
                catalogue.push(entry);
            }
        }
        catalogues.push((operation.pointer(), catalogue));
    }
    for (pointer, catalogue) in catalogues {
        if let Some(operation) = document.pointer_mut(&pointer) {
            operation["x-d1-errors"] = Value::Array(catalogue);
        }
    }
    forget_the_responses_own(document);
    define_error_code(document, codes)
}

fn rows(response: &Value) -> Result<Vec<Row>, String> {
    let description = response["description"].as_str().unwrap_or_default();
    let tabled = tables::read(description)?.rows;
    match (tabled.is_empty(), response.get("x-d1-errors")) {
        (false, None) => Ok(tabled),
        (false, Some(_)) => Err("has an error table now: retire the overlay's x-d1-errors".to_owned()),
        (true, Some(entries)) => read_entries(entries)
            .ok_or_else(|| "its x-d1-errors is not a list of {code, retryable, comment}".to_owned()),
        (true, None) => {
            Err("has no error table: put its known errors into an overlay, as x-d1-errors".to_owned())
        }
    }
}

fn read_entries(entries: &Value) -> Option<Vec<Row>> {
    let entry = |entry: &Value| {
        let code = match entry.get("code")? {
            Value::Null => None,
            code => Some(code.as_str()?.to_owned()),
        };
        let comment = entry.get("comment").and_then(Value::as_str).map(str::to_owned);
        Some(Row {
            code,
            error: String::new(),
            retryable: entry.get("retryable")?.as_bool()?,
            comment,
            others: Vec::new(),
        })
    };
    entries.as_array()?.iter().map(entry).collect()
}

/// Takes `x-d1-errors` off the responses: the operations say it now.
fn forget_the_responses_own(document: &mut Value) {
    let operations = operations(document);
    let mut places: Vec<String> = operations.iter().map(Operation::pointer).collect();
    places.push("/components".to_owned());
    for place in places {
        let responses = document.pointer_mut(&below(&place, "responses"));
        let responses = responses.and_then(Value::as_object_mut).into_iter().flatten();
        for (_, response) in responses {
            if let Some(members) = response.as_object_mut() {
                members.shift_remove("x-d1-errors");
            }
        }
    }
}

fn define_error_code(document: &mut Value, codes: Vec<Value>) -> Result<(), Error> {
    if codes.is_empty() {
        return Ok(());
    }
    if document.pointer("/components/schemas/ErrorCode").is_some() {
        let what = "the name is for the codes of the error tables";
        return Err(Error::new(FILE, "/components/schemas/ErrorCode", what));
    }
    let at = "/components/schemas/ApiError/properties/errorCode";
    let Some(property) = document.pointer_mut(at).and_then(Value::as_object_mut) else {
        let what = "does not exist: names.json must name the body of error responses";
        return Err(Error::new(FILE, at, what));
    };
    property.shift_remove("type");
    let codes_of_all = references::to_schema("ErrorCode", None);
    property.insert("allOf".to_owned(), json!([codes_of_all]));
    document["components"]["schemas"]["ErrorCode"] = json!({
        "type": "string",
        "description": "Why D1 refused: the codes of the error tables of all operations.",
        "x-extensible-enum": codes,
    });
    Ok(())
}
