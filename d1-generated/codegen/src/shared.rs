//! Types that two APIs have in common: one name, one schema, one Rust type.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{named::SCHEMAS, wording::equal_but_for_wording};

/// The names of `document` that an earlier module has, with that module: their schemas are equal, and so is all that they
/// refer to.
pub(crate) fn of(document: &Value, earlier: &[(&str, Value)]) -> BTreeMap<String, String> {
    let mut shared = BTreeMap::new();
    for (module, other) in earlier {
        let mut alike: Vec<&String> = schemas(document)
            .filter(|(name, schema)| {
                !shared.contains_key(*name)
                    && other["components"]["schemas"]
                        .get(name)
                        .is_some_and(|other| equal_but_for_wording(schema, other))
            })
            .map(|(name, _)| name)
            .collect();
        loop {
            let before = alike.len();
            let kept = alike.clone();
            alike.retain(|name| {
                let mut names = Vec::new();
                references(&document["components"]["schemas"][*name], &mut names);
                names.iter().all(|name| kept.iter().any(|kept| kept == name))
            });
            if alike.len() == before {
                break;
            }
        }
        shared.extend(alike.into_iter().map(|name| (name.clone(), (*module).to_owned())));
    }
    shared
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
}

fn references<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member.as_str() {
                    Some(reference) if key == "$ref" => {
                        names.extend(reference.strip_prefix(SCHEMAS));
                    }
                    _ => references(member, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_refers_to_something_else_is_not_the_same() {
        let of_v = |id: u32| {
            json!({"components": {"schemas": {
                "Id": {"type": "string", "maxLength": id},
                "Name": {"type": "string", "description": format!("{id}")},
                "Card": {"properties": {"id": {"$ref": "#/components/schemas/Id"}}},
                "Person": {"properties": {"name": {"$ref": "#/components/schemas/Name"}}},
            }}})
        };
        let shared = of(&of_v(2), &[("one", of_v(1))]);
        let names: Vec<_> = shared.keys().map(String::as_str).collect();
        assert_eq!(names, ["Name", "Person"]);
        assert_eq!(of(&of_v(2), &[("one", of_v(1)), ("two", of_v(2))])["Card"], "two");
    }
}
