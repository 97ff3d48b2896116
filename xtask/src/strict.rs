//! JSON and YAML in which a key that is given twice is an error: the parsers would keep the last one silently.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Parses JSON.
///
/// # Errors
/// The line (from 1) and what is wrong there, without quoting the text.
pub fn json(text: &str) -> Result<Value, (usize, String)> {
    let mut parser = serde_json::Deserializer::from_str(text);
    let parsed = Strict
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    parsed.map_err(|error| {
        let what = error.to_string();
        let what = what.split(" at line ").next().unwrap_or_default().to_owned();
        (error.line(), format!("is not JSON: {what}"))
    })
}

/// Parses YAML, of which OpenAPI uses what JSON can say.
///
/// # Errors
/// As [`json`].
pub fn yaml(text: &str) -> Result<Value, (usize, String)> {
    if let Some(line) = too_deep(text) {
        return Err((line, format!("nests deeper than {DEEPEST} levels")));
    }
    Strict
        .deserialize(serde_yaml_ng::Deserializer::from_str(text))
        .map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default().to_owned();
            (line, format!("is not YAML as OpenAPI uses it: {what}"))
        })
}

/// How many brackets may be open at once. No document needs a tenth of it; the parser of YAML takes time by its square.
const DEEPEST: usize = 1024;

/// The line on which too many brackets or dashes are open at once, those within texts included.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (index, line) in text.lines().enumerate() {
        for mark in line.bytes() {
            match mark {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some(index + 1);
            }
        }
        let indentation = line.len() - line.trim_start_matches([' ', '-', '?']).len();
        if indentation > 2 * DEEPEST {
            return Some(index + 1);
        }
    }
    None
}

#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that JSON cannot express"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key \"{key}\" is given twice")));
            }
            let value = entries.next_value_seed(Strict)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_given_twice_is_an_error_with_its_line() {
        let (line, what) = json("{\"paths\": {\n\"/a\": 1,\n\"/a\": 2}}").unwrap_err();
        assert_eq!(
            (line, what.as_str()),
            (3, "is not JSON: the key \"/a\" is given twice")
        );
        assert!(yaml("a: 1\nb: 2\na: 3\n").unwrap_err().1.contains("given twice"));
    }

    #[test]
    fn yaml_that_nests_too_deep_is_refused_at_once() {
        for text in [
            "[".repeat(40_000),
            "- ".repeat(40_000),
            "[\n".repeat(40_000),
            "{a: ".repeat(40_000),
        ] {
            let (_, what) = yaml(&text).unwrap_err();
            assert_eq!(what, "nests deeper than 1024 levels");
        }
        assert!(yaml(&"[".repeat(1000)).is_err());
    }

    #[test]
    fn a_status_without_quotes_is_a_key_like_any_other() {
        assert_eq!(
            yaml("responses:\n  200: {description: ok}\n").unwrap(),
            json!({"responses": {"200": {"description": "ok"}}})
        );
    }
}
