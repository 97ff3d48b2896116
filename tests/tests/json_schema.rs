//! Feature `schemars`: the types describe themselves with the vendor's rules.

#![allow(clippy::unwrap_used)]

use d1_generated::types::{Card, CardState, ConsumerInformation, PersonName, PersonalInformation};
use schemars::schema_for;
use serde_json::{Value, json};

#[test]
fn a_person_carries_patterns_and_lengths() {
    let schema = schema_for!(PersonalInformation).to_value();

    assert_eq!(schema["type"], "object");
    assert_eq!(schema["required"], json!(["firstName", "lastName"]));
    assert_eq!(schema["additionalProperties"], false);
    let first_name = property(&schema, "/properties/firstName");
    assert_eq!(first_name["minLength"], 1);
    assert_eq!(first_name["maxLength"], 40);
    assert_eq!(first_name["pattern"], r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,40}$");
    let number = property(&schema, "/$defs/PhoneNumber/properties/countryCode");
    assert_eq!(number["maxLength"], 10);
    assert_eq!(number["pattern"], r"^\+[0-9]{1,9}$");
}

#[test]
fn every_checked_type_carries_the_rule_of_the_document() {
    let document: Value = serde_json::from_str(include_str!("../../d1-generated/openapi.json")).unwrap();
    let schema = schema_for!(ConsumerInformation).to_value();
    let types = schema["$defs"].as_object().unwrap();
    let mut compared = 0;

    for (name, schema) in types {
        let documented = &document["components"]["schemas"][name];
        for rule in ["pattern", "minLength", "maxLength", "enum"] {
            assert_eq!(schema[rule], documented[rule], "{name}: {rule}");
            compared += usize::from(!documented[rule].is_null());
        }
    }
    assert!(compared > 30, "{compared} rules were compared");
}

#[test]
fn what_d1_sends_carries_no_rule_that_could_fail() {
    let card = schema_for!(Card).to_value();

    assert_eq!(card["required"], json!(["cardId"]));
    assert_ne!(card.get("additionalProperties"), Some(&json!(false)));
    assert!(!card.to_string().contains("pattern"));
    assert_eq!(schema_for!(CardState).get("enum"), None);
}

#[test]
fn a_schema_is_named_after_its_type() {
    assert_eq!(schema_for!(PersonName).to_value()["title"], "PersonName");
}

/// A place in the schema, followed to its definition.
fn property<'a>(schema: &'a Value, pointer: &str) -> &'a Value {
    let place = schema.pointer(pointer).unwrap();
    let target = place.get("$ref").or_else(|| place.pointer("/anyOf/0/$ref"));
    match target.and_then(Value::as_str) {
        Some(target) => schema.pointer(target.trim_start_matches('#')).unwrap(),
        None => place,
    }
}
