//! The vendor's error catalogue: the Markdown tables in the descriptions of error responses become data.

use serde_json::{Map, Value, json};

use crate::Error;
use crate::place::{holder, operations, resolve};
use crate::references;

const FILE: &str = "d1-generated/openapi.json";

/// The columns of an error table, in lower case. `error` says what the body's `error` holds: wording, never parsed.
const COLUMNS: [&str; 4] = ["errorcode", "error", "retryable", "comments"];

/// One row: an error code under a status.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    code: Option<String>,
    retryable: bool,
    comment: Option<String>,
}

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
        let file = holder(sources, &operation.pointer()).unwrap_or(FILE);
        let mut catalogue: Vec<Value> = Vec::new();
        let mut responses: Vec<_> = operation
            .value
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .collect();
        responses.sort_by_key(|(status, _)| *status);
        for (status, response) in responses
            .into_iter()
            .filter(|(status, _)| status.starts_with(['4', '5']))
        {
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
    let description = response
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let tabled = read_tables(description)?;
    match (tabled.is_empty(), response.get("x-d1-errors")) {
        (false, None) => Ok(tabled),
        (false, Some(_)) => Err("has an error table now: retire the overlay's x-d1-errors".to_owned()),
        (true, Some(entries)) => read_entries(entries)
            .ok_or_else(|| "its x-d1-errors is not a list of {code, retryable, comment}".to_owned()),
        (true, None) => {
            Err("has no error table; what is known of it goes into an overlay, as x-d1-errors".to_owned())
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
            retryable: entry.get("retryable")?.as_bool()?,
            comment,
        })
    };
    entries.as_array()?.iter().map(entry).collect()
}

/// The rows of all tables in a text. Lines that hold no table are prose.
fn read_tables(text: &str) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if !line.contains('|') {
            continue;
        }
        if !line.starts_with('|') {
            return Err(format!("a line of its error table does not begin with |: {line}"));
        }
        let header: Vec<String> = cells(line).iter().map(|cell| cell.to_ascii_lowercase()).collect();
        let position = |column: &str| {
            let found = header.iter().position(|cell| cell == column);
            found.ok_or_else(|| {
                format!(
                    "its error table has no column {column} (it has: {})",
                    header.join(", ")
                )
            })
        };
        let [code, _, retryable, comments] = {
            let mut at = [0; COLUMNS.len()];
            for (slot, column) in at.iter_mut().zip(COLUMNS) {
                *slot = position(column)?;
            }
            at
        };
        let ruled = lines.next().map(cells).unwrap_or_default();
        let is_rule = |cell: &String| {
            cell.contains('-') && cell.chars().all(|character| matches!(character, '-' | ':'))
        };
        if ruled.len() != header.len() || !ruled.iter().all(is_rule) {
            return Err("the header of its error table is not followed by a ruling line".to_owned());
        }
        let before = rows.len();
        while let Some(line) = lines.next_if(|line| line.starts_with('|')) {
            let cells = cells(line);
            if cells.len() != header.len() {
                return Err(format!(
                    "a row of its error table has {} cells, not {}: {line}",
                    cells.len(),
                    header.len()
                ));
            }
            let retryable = match cells[retryable].to_ascii_lowercase().as_str() {
                "yes" => true,
                "no" => false,
                other => {
                    return Err(format!(
                        "its error table says \"{other}\" for retryable, neither yes nor no"
                    ));
                }
            };
            let code = match cells[code].as_str() {
                "" => {
                    return Err(format!(
                        "a row of its error table has no error code, not even a -: {line}"
                    ));
                }
                code => some(code),
            };
            rows.push(Row {
                code,
                retryable,
                comment: some(&cells[comments]),
            });
        }
        if rows.len() == before {
            return Err("its error table has no rows".to_owned());
        }
    }
    Ok(rows)
}

/// A cell's text, nothing for a dash.
fn some(cell: &str) -> Option<String> {
    (!cell.is_empty() && cell != "-").then(|| cell.to_owned())
}

/// The cells between the unescaped bars of a row, without Markdown's escapes and line breaks.
fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line
        .trim()
        .strip_prefix('|')
        .unwrap_or_default()
        .chars()
        .peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next_if(char::is_ascii_punctuation) {
                Some(escaped) => cell.push(escaped),
                None => cell.push(character),
            },
            '|' => cells.push(tidy(&std::mem::take(&mut cell))),
            _ => cell.push(character),
        }
    }
    if !cell.trim().is_empty() {
        cells.push(tidy(&cell));
    }
    cells
}

fn tidy(cell: &str) -> String {
    let text = cell
        .replace("<br/>", " ")
        .replace("<br />", " ")
        .replace("<br>", " ")
        .replace("</br>", " ");
    // A no-break space is white space too.
    text.replace("&nbsp;", " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Takes `x-d1-errors` off the responses: the operations say it now.
fn forget_the_responses_own(document: &mut Value) {
    fn each_response(holder: Option<&mut Value>) {
        for response in holder
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(Map::values_mut)
        {
            if let Some(members) = response.as_object_mut() {
                members.shift_remove("x-d1-errors");
            }
        }
    }
    each_response(document.pointer_mut("/components/responses"));
    let items = document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut);
    for operation in items.filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        each_response(operation.get_mut("responses"));
    }
}

fn define_error_code(document: &mut Value, codes: Vec<Value>) -> Result<(), Error> {
    if codes.is_empty() {
        return Ok(());
    }
    if document.pointer("/components/schemas/ErrorCode").is_some() {
        return Err(Error::new(
            FILE,
            "/components/schemas/ErrorCode",
            "the name is for the codes of the error tables",
        ));
    }
    let at = "/components/schemas/ApiError/properties/errorCode";
    let Some(property) = document.pointer_mut(at).and_then(Value::as_object_mut) else {
        return Err(Error::new(
            FILE,
            at,
            "does not exist: openapi/names.json must name the body of error responses",
        ));
    };
    property.shift_remove("type");
    property.insert(
        "allOf".to_owned(),
        json!([references::to_schema("ErrorCode", None)]),
    );
    document["components"]["schemas"]["ErrorCode"] = json!({
        "type": "string",
        "description": "Why D1 refused: the codes of the error tables of all operations.",
        "x-extensible-enum": codes,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Bad. The table:\n| errorCode | error | Retryable | Comments |\n|---|---|---|---|\n";

    fn read(rows: &str) -> Result<Vec<Row>, String> {
        read_tables(&format!("{HEAD}{rows}"))
    }

    #[test]
    fn a_table_is_read_without_its_markdown() {
        let rows =
            read("| - | - | no | No details |\n| NOT\\_OK | x \\| y | Yes | one<br>two\u{a0}three |  \n")
                .unwrap();
        assert_eq!(
            rows[0],
            Row {
                code: None,
                retryable: false,
                comment: Some("No details".to_owned())
            }
        );
        assert_eq!(
            rows[1],
            Row {
                code: Some("NOT_OK".to_owned()),
                retryable: true,
                comment: Some("one two three".to_owned())
            }
        );
    }

    #[test]
    fn a_table_that_cannot_be_read_is_an_error_never_skipped() {
        let missing =
            read_tables("| errorCode | error | Comments |\n|---|---|---|\n| - | - | x |\n").unwrap_err();
        assert!(missing.contains("no column retryable"), "{missing}");
        assert!(read("| A | x | no |\n").unwrap_err().contains("3 cells, not 4"));
        assert!(read("| A | x | maybe | y |\n").unwrap_err().contains("\"maybe\""));
        assert!(read("A | x | no | y |\n").unwrap_err().contains("no rows"));
        assert!(
            read("| B | x | no | y |\nA | x | no | y |\n")
                .unwrap_err()
                .contains("does not begin with |")
        );
        assert!(read("|  | x | no | y |\n").unwrap_err().contains("no error code"));
        assert!(read("").unwrap_err().contains("no rows"));
        assert!(read_tables("| errorCode | error | Retryable | Comments |\n| A | x | no | y |\n").is_err());
    }
}
