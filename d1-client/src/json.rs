//! Answers are JSON objects, and nothing that merely could be read as one.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer as _,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Decodes a JSON object. A derived struct takes an array too, its items for the fields in their order: `["x"]` would
/// pass for a receipt of the operation `x`.
pub(crate) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let value = json.deserialize_map(Object(PhantomData))?;
    json.end()?;
    Ok(value)
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
