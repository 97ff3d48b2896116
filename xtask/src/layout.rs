//! How documents are written: a fixed order of keys and two spaces of indentation, so that equal content is equal bytes.

use d1_codegen::wording::Keys;
use serde_json::{Map, Value};

/// Keywords in the order in which people expect them; what is not listed follows, sorted.
const ORDER: [&str; 26] = [
    "openapi",
    "info",
    "name",
    "in",
    "url",
    "title",
    "version",
    "type",
    "allOf",
    "summary",
    "description",
    "operationId",
    "required",
    "nullable",
    "schema",
    "servers",
    "security",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "headers",
    "content",
    "properties",
    "paths",
    "components",
];

/// The document with keywords in their conventional order and names sorted.
#[must_use]
pub fn conventional(document: &Value) -> Value {
    arranged(document, Keys::Keywords)
}

/// A document's text: pretty-printed, with a line feed at the end.
#[must_use]
pub fn text(document: &Value) -> String {
    format!("{document:#}\n")
}

fn arranged(value: &Value, keys: Keys) -> Value {
    match value {
        Value::Object(members) => {
            let mut entries: Vec<_> = members.iter().collect();
            let rank = |key: &str| match keys {
                Keys::Keywords => ORDER
                    .iter()
                    .position(|known| *known == key)
                    .unwrap_or(ORDER.len()),
                Keys::Names | Keys::Data => 0,
            };
            entries.sort_by_key(|(key, _)| (rank(key), *key));
            let entries = entries
                .into_iter()
                .map(|(key, member)| (key.clone(), arranged(member, keys.under(key))));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let keys = if keys == Keys::Names { Keys::Keywords } else { keys };
            items.iter().map(|item| arranged(item, keys)).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keywords_come_in_their_order_and_names_sorted() {
        let document = json!({"paths": {"/b": {}, "/a": {}}, "x-own": 1, "openapi": "3.0.3", "components": {"schemas": {
            "B": {"properties": {"type": {"description": "d", "type": "string"}, "in": {}}, "type": "object"}, "A": {}}}});
        assert_eq!(
            conventional(&document).to_string(),
            r#"{"openapi":"3.0.3","paths":{"/a":{},"/b":{}},"components":{"schemas":{"A":{},"B":{"type":"object","properties":{"in":{},"type":{"type":"string","description":"d"}}}}},"x-own":1}"#
        );
    }
}
