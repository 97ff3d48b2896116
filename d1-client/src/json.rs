//! Answers are JSON objects, and nothing that merely could be read as one.

use std::{borrow::Cow, collections::HashSet, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer as _,
    de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

/// The text of a body: a byte order mark before it says nothing (RFC 8259, section 8.1, lets a reader pass it over).
pub(crate) fn text(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(body: &[u8]) -> bool {
    text(body).trim_ascii().is_empty()
}

/// Decodes a JSON object. A derived struct takes an array too, its items for the fields in their order: `["x"]` would
/// pass for a receipt of the operation `x`.
pub(crate) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(text(json));
    let value = json.deserialize_map(Object(PhantomData))?;
    json.end()?;
    Ok(value)
}

/// The same, of an answer: where a member comes twice, the last one counts, whatever the first was.
pub(crate) fn answer<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    object(json).or_else(|error| {
        // Into a map, a later member replaces the first.
        let last: Option<Map<String, Value>> = serde_json::from_slice(text(json)).ok();
        last.and_then(|last| T::deserialize(Value::Object(last)).ok())
            .ok_or(error)
    })
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
    }
}

/// Whether the object has a member twice. What is no object has none.
pub(crate) fn repeats_a_member(json: &[u8]) -> bool {
    struct Distinct;

    impl<'de> Visitor<'de> for Distinct {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
            let mut names = HashSet::new();
            let mut is_repeated = false;
            while let Some((Name(name), IgnoredAny)) = members.next_entry()? {
                is_repeated |= !names.insert(name);
            }
            Ok(is_repeated)
        }
    }

    #[derive(Deserialize)]
    struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

    let mut json = serde_json::Deserializer::from_slice(text(json));
    json.deserialize_map(Distinct).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_comes_twice_is_found_however_it_is_written() {
        for (json, repeats) in [
            (r#"{"a":1,"b":2}"#, false),
            (r#"{"a":1,"A":{"a":2}}"#, false),
            (r#"{"a":1,"b":2,"a":1}"#, true),
            (r#"{"a":1,"\u0061":2}"#, true),
            ("\u{feff}{\"a\":1,\"a\":2}", true),
            ("{}", false),
            (r#"["a","a"]"#, false),
            ("", false),
        ] {
            assert_eq!(repeats_a_member(json.as_bytes()), repeats, "{json}");
        }
    }
}
