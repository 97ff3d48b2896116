//! From one OpenAPI document per operation to one document.

use std::collections::BTreeMap;

use d1_codegen::wording::equal_but_for_wording;
use serde_json::{Map, Value};

use crate::Error;
use crate::inputs::sorted;
use crate::pointer::{METHODS, below};

/// What every document must say alike: it holds for all operations of the one that says it.
const SHARED: [&str; 4] = ["openapi", "info", "servers", "security"];

/// Merges documents, each given with the name it has in messages, into one that holds all their operations, components
/// and tags. Parts that differ only in wording collapse, the first document's wording stays. The keys of the result
/// are sorted and so are its tags: it does not depend on how its content was spread over documents.
///
/// # Errors
/// Names both documents when they declare the same operation, or when they contradict each other.
pub fn merge(documents: &[(String, Value)]) -> Result<Value, Error> {
    let Some((first_name, first)) = documents.first() else {
        return Err(Error::new("openapi", "", "there are no documents to merge"));
    };
    let mut parts = Parts::default();
    for (name, document) in documents {
        for key in SHARED {
            let (one, other) = (
                first.get(key).unwrap_or(&Value::Null),
                document.get(key).unwrap_or(&Value::Null),
            );
            if !equal_but_for_wording(one, other) {
                return Err(contradiction(first_name, name, &format!("/{key}")));
            }
        }
        for (key, value) in members(name, "", document)? {
            match key.as_str() {
                "paths" => merge_paths(&mut parts, name, value)?,
                "components" => {
                    for (kind, components) in members(name, "/components", value)? {
                        let parent = below("/components", kind);
                        for (component, content) in members(name, &parent, components)? {
                            parts.add(name, &["components", kind, component], content)?;
                        }
                    }
                }
                "tags" => {
                    for tag in value.as_array().into_iter().flatten() {
                        let tag_name = tag.get("name").and_then(Value::as_str).unwrap_or_default();
                        parts.add(name, &["tags", tag_name], tag)?;
                    }
                }
                _ => parts.add(name, &[key], value)?,
            }
        }
    }
    Ok(sorted(&parts.into_document()))
}

fn merge_paths(parts: &mut Parts, document: &str, paths: &Value) -> Result<(), Error> {
    for (path, item) in members(document, "/paths", paths)? {
        for (key, content) in members(document, &below("/paths", path), item)? {
            let place = ["paths", path, key];
            if METHODS.contains(&key.as_str())
                && let Some(other) = parts.declared_by(&place)
            {
                let operation = format!("{} {path}", key.to_uppercase());
                return Err(Error::new(
                    document,
                    pointer(&place),
                    format!("{operation} is also declared by {other}"),
                ));
            }
            parts.add(document, &place, content)?;
        }
    }
    Ok(())
}

/// The parts seen so far by their place in the merged document, each with the document that it came from first.
#[derive(Default)]
struct Parts(BTreeMap<Vec<String>, (String, Value)>);

impl Parts {
    fn declared_by(&self, place: &[&str]) -> Option<&str> {
        let place: Vec<String> = place.iter().map(|&step| step.to_owned()).collect();
        self.0.get(&place).map(|(document, _)| document.as_str())
    }

    fn add(&mut self, document: &str, place: &[&str], content: &Value) -> Result<(), Error> {
        let key = place.iter().map(|&step| step.to_owned()).collect();
        let (first, known) = self
            .0
            .entry(key)
            .or_insert_with(|| (document.to_owned(), content.clone()));
        if equal_but_for_wording(known, content) {
            Ok(())
        } else {
            Err(contradiction(first, document, &pointer(place)))
        }
    }

    fn into_document(self) -> Value {
        let mut merged = Map::new();
        let mut tags = Vec::new();
        merged.insert("paths".to_owned(), Value::Object(Map::new()));
        for (place, (_, content)) in self.0 {
            if place.len() == 2 {
                tags.push(content);
                continue;
            }
            let (last, parents) = place.split_last().expect("a place has at least one step");
            let mut at = &mut merged;
            for step in parents {
                let child = at
                    .entry(step.clone())
                    .or_insert_with(|| Value::Object(Map::new()));
                at = child
                    .as_object_mut()
                    .expect("only maps are inserted above a part");
            }
            at.insert(last.clone(), content);
        }
        if !tags.is_empty() {
            merged.insert("tags".to_owned(), Value::Array(tags));
        }
        Value::Object(merged)
    }
}

fn members<'a>(document: &str, place: &str, value: &'a Value) -> Result<&'a Map<String, Value>, Error> {
    value
        .as_object()
        .ok_or_else(|| Error::new(document, place, "is not an object"))
}

fn contradiction(one: &str, other: &str, place: &str) -> Error {
    Error::new(
        other,
        place,
        format!("differs from the same place of {one} in more than descriptions"),
    )
}

/// A JSON pointer to the place with these steps.
fn pointer(steps: &[&str]) -> String {
    steps
        .iter()
        .fold(String::new(), |pointer, step| below(&pointer, step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(path: &str, schema: Value, tag: &str) -> Value {
        json!({
            "openapi": "3.0.0",
            "info": {"title": "T", "version": "1"},
            "tags": [{"name": tag}],
            "paths": {path: {"get": {"responses": {}}}},
            "components": {"schemas": {"shared": schema}},
        })
    }

    #[test]
    fn operations_components_and_tags_are_united_whatever_the_order() {
        let a = (
            "a".to_owned(),
            document("/a", json!({"type": "string", "description": "one"}), "Z"),
        );
        let b = (
            "b".to_owned(),
            document("/b", json!({"description": "one", "type": "string"}), "A"),
        );
        let merged = merge(&[a.clone(), b.clone()]).unwrap();
        assert_eq!(merged["tags"], json!([{"name": "A"}, {"name": "Z"}]));
        assert_eq!(merged["paths"].as_object().unwrap().len(), 2);
        assert_eq!(merged.to_string(), merge(&[b, a]).unwrap().to_string());
        assert_eq!(
            merge(&[("whole".to_owned(), merged.clone())])
                .unwrap()
                .to_string(),
            merged.to_string()
        );
    }

    #[test]
    fn a_conflict_names_both_documents_and_the_place() {
        let a = (
            "a.json".to_owned(),
            document("/a", json!({"type": "string"}), "A"),
        );
        let b = (
            "b.json".to_owned(),
            document("/b", json!({"type": "integer"}), "A"),
        );
        let error = merge(&[a, b]).unwrap_err().to_string();
        assert_eq!(
            error,
            "b.json: /components/schemas/shared: differs from the same place of a.json in more than descriptions"
        );
    }

    #[test]
    fn an_operation_declared_twice_names_both_documents() {
        let a = ("a.json".to_owned(), document("/a", json!({}), "A"));
        let b = ("b.json".to_owned(), a.1.clone());
        let error = merge(&[a, b]).unwrap_err().to_string();
        assert_eq!(error, "b.json: /paths/~1a/get: GET /a is also declared by a.json");
    }

    #[test]
    fn security_that_only_one_document_asks_for_is_a_contradiction() {
        let a = ("a.json".to_owned(), document("/a", json!({}), "A"));
        let mut b = ("b.json".to_owned(), document("/b", json!({}), "A"));
        b.1["security"] = json!([{"bearerAuth": []}]);
        assert!(merge(&[a, b]).unwrap_err().to_string().contains("/security"));
    }
}
