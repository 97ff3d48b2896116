//! Lists of accepted values that the vendor writes into a description ("List of languages accepted : abk, aar, …"): data
//! beside the pattern, which admits more.

use serde_json::{Value, json};

use crate::Error;
use crate::pointer::below;

/// The key of the list in an assembled document.
const KEY: &str = "x-accepted-values";

/// What such a list begins with, and what it is about to say.
const BEGIN: &str = "list of ";
const ACCEPTED: &str = " accepted";

/// The longest value that is one: a language tag (BCP 47).
const LONGEST: usize = 35;

/// Gives every named text whose description lists what is accepted `x-accepted-values`.
///
/// # Errors
/// A list that cannot be read, with the schema's place.
pub fn apply(document: &mut Value) -> Result<(), Error> {
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        let description = schema["description"].as_str().unwrap_or_default();
        let place = || below("/components/schemas", name);
        let values = read(description).map_err(|what| Error::new("", place(), what))?;
        if let (Some(values), Some("string")) = (values, schema["type"].as_str()) {
            schema[KEY] = json!(values);
        }
    }
    Ok(())
}

/// The values that a description lists; `None` if it lists none.
///
/// # Errors
/// A list that cannot be read.
pub fn read(description: &str) -> Result<Option<Vec<String>>, String> {
    let lines = description.split(['\n', '\r']).flat_map(|line| line.split("<br"));
    for line in lines {
        let lower = line.to_ascii_lowercase();
        let Some((_, behind)) = lower.split_once(BEGIN) else {
            continue;
        };
        // The same place in the text as it is written: lower case changes no length in ASCII.
        let behind = &line[line.len() - behind.len()..];
        let Some((title, list)) = behind.split_once(':') else {
            continue;
        };
        if !title.to_ascii_lowercase().contains(ACCEPTED) {
            continue;
        }
        let mut values: Vec<String> = Vec::new();
        for value in list.split(',').map(str::trim).filter(|value| !value.is_empty()) {
            let is_value = value.len() <= LONGEST
                && value
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            if !is_value {
                return Err(format!(
                    "its description lists what is accepted, and this is not a value of such a list: {value}"
                ));
            }
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        if !values.is_empty() {
            return Ok(Some(values));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(description: &str) -> Option<Vec<String>> {
        read(description).unwrap()
    }

    #[test]
    fn a_list_is_read_where_the_vendor_writes_one() {
        let vendors = "Language as defined by ISO 639-2.\n<br/>**Note**: mandatory.\n<br/>List of languages accepted : abk, aar,\n";
        let expected = Some(vec!["abk".to_owned(), "aar".to_owned()]);
        assert_eq!(list(vendors), expected);
        assert_eq!(list("The list of values accepted: abk,aar, abk"), expected);
        for none in [
            "",
            "A list of languages.",
            "Accepted: abk",
            "List of languages accepted",
            "List of things: a, b",
        ] {
            assert_eq!(list(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_value_is_not_passed_over() {
        for wrong in [
            "List of languages accepted: abk, and many more",
            "List of languages accepted: <b>abk</b>",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
