//! What a schema may say together.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Error, refuse};
use crate::pointer::below;

/// Keywords that say something of values of some types only.
const OF_TYPES: &[(&str, &[&str])] = &[
    ("enum", &["string"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("exclusiveMinimum", &["integer", "number"]),
    ("exclusiveMaximum", &["integer", "number"]),
];

/// A list or a text of more is no use to anyone, and a `usize` of 32 bits cannot count it.
const MOST: u64 = u32::MAX as u64;

pub(super) fn check(schema: &Value, pointer: &str) -> Result<(), Error> {
    if schema.get("$ref").is_some() {
        return Ok(());
    }
    if let Some(parts) = schema.get("allOf") {
        let only = parts.as_array().filter(|parts| parts.len() == 1);
        if only.is_none_or(|parts| parts[0].get("$ref").is_none()) {
            let what = "holds more than one reference: only that can be carried, to say something beside it";
            return Err(refuse(&below(pointer, "allOf"), what));
        }
        let beside = OF_TYPES.iter().map(|(keyword, _)| *keyword);
        return match beside.into_iter().find(|keyword| schema.get(*keyword).is_some()) {
            Some(keyword) => Err(refuse(
                &below(pointer, keyword),
                "stands beside a reference, and changes what it means",
            )),
            None => Ok(()),
        };
    }
    let ty = match schema.get("type") {
        None => return Err(refuse(pointer, "has no type: an overlay can state it")),
        Some(Value::String(ty)) => ty.as_str(),
        Some(_) => return Err(refuse(&below(pointer, "type"), "is not the name of a type")),
    };
    if !["array", "boolean", "integer", "number", "object", "string"].contains(&ty) {
        return Err(refuse(&below(pointer, "type"), "is not a type of OpenAPI 3.0"));
    }
    for (keyword, types) in OF_TYPES {
        if schema.get(*keyword).is_some() && !types.contains(&ty) {
            let what = format!("says nothing of a value whose type is {ty}");
            return Err(refuse(&below(pointer, keyword), what));
        }
    }
    for keyword in [
        "nullable",
        "deprecated",
        "readOnly",
        "writeOnly",
        "uniqueItems",
        "exclusiveMinimum",
        "exclusiveMaximum",
    ] {
        if schema.get(keyword).is_some_and(|value| !value.is_boolean()) {
            return Err(refuse(&below(pointer, keyword), "is neither true nor false"));
        }
    }
    counts(schema, pointer, "minLength", "maxLength")?;
    counts(schema, pointer, "minItems", "maxItems")?;
    numbers(schema, pointer)?;
    if schema.get("pattern").is_some_and(|pattern| !pattern.is_string()) {
        return Err(refuse(&below(pointer, "pattern"), "is not a text"));
    }
    for keyword in ["enum", "x-extensible-enum"] {
        if let Some(values) = schema.get(keyword) {
            let values = texts(values).map_err(|what| refuse(&below(pointer, keyword), what))?;
            if values.is_empty() {
                return Err(refuse(&below(pointer, keyword), "lists no value"));
            }
        }
    }
    match ty {
        "object" => object(schema, pointer),
        "array" if !schema.get("items").is_some_and(Value::is_object) => {
            Err(refuse(pointer, "is a list that does not say of what"))
        }
        _ => Ok(()),
    }
}

fn object(schema: &Value, pointer: &str) -> Result<(), Error> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let rest = schema.get("additionalProperties");
    if properties.is_some_and(|properties| !properties.is_empty()) && rest.is_some_and(Value::is_object) {
        let what = "gives a type to properties that are not named, beside those that are";
        return Err(refuse(&below(pointer, "additionalProperties"), what));
    }
    let Some(required) = schema.get("required") else {
        return Ok(());
    };
    let required = texts(required).map_err(|what| refuse(&below(pointer, "required"), what))?;
    match required
        .iter()
        .find(|name| !properties.is_some_and(|known| known.contains_key(**name)))
    {
        Some(name) => Err(refuse(
            &below(pointer, "required"),
            format!("names {}, which is no property", name.escape_debug()),
        )),
        None => Ok(()),
    }
}

/// A list of different texts.
fn texts(value: &Value) -> Result<BTreeSet<&str>, String> {
    let mut texts = BTreeSet::new();
    for item in value.as_array().ok_or("is not a list")? {
        let text = item.as_str().ok_or("holds a value that is not a text")?;
        if !texts.insert(text) {
            return Err(format!("holds {:?} twice", text));
        }
    }
    Ok(texts)
}

fn counts(schema: &Value, pointer: &str, least: &str, most: &str) -> Result<(), Error> {
    let count = |keyword: &str| match schema.get(keyword) {
        None => Ok(None),
        Some(value) => match value.as_u64().filter(|count| *count <= MOST) {
            Some(count) => Ok(Some(count)),
            None => Err(refuse(
                &below(pointer, keyword),
                format!("is not a whole number from 0 to {MOST}"),
            )),
        },
    };
    match (count(least)?, count(most)?) {
        (Some(min), Some(max)) if min > max => Err(refuse(
            &below(pointer, least),
            format!("is more than {most}: no value keeps both"),
        )),
        _ => Ok(()),
    }
}

fn numbers(schema: &Value, pointer: &str) -> Result<(), Error> {
    let whole = schema["type"] == "integer";
    for keyword in ["minimum", "maximum"] {
        let small = schema["format"] == "int32";
        let in_range = |whole: i64| !small || i32::try_from(whole).is_ok();
        let fits = |value: &Value| match whole {
            true => value.as_i64().is_some_and(in_range),
            false => value.is_number(),
        };
        if schema.get(keyword).is_some_and(|value| !fits(value)) {
            let what = if whole {
                "is not a whole number of the type"
            } else {
                "is not a number"
            };
            return Err(refuse(&below(pointer, keyword), what));
        }
    }
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    match (bound("minimum"), bound("maximum")) {
        (Some(min), Some(max)) if min > max => Err(refuse(
            &below(pointer, "minimum"),
            "is more than maximum: no value keeps both",
        )),
        _ => Ok(()),
    }
}
