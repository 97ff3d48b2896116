//! `d1-generated/openapi.json` as other tools read it: unchanged, by another OpenAPI model and by a JSON Schema validator.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use d1_tests::people;
use jsonschema::{Draft, PatternOptions};
use openapiv3::{OpenAPI, ReferenceOr};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(include_str!("../../d1-generated/openapi.json")).unwrap()
}

/// A validator of one named schema, every reference resolved within the document.
fn validator(name: &str) -> jsonschema::Validator {
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": document()["components"],
    });
    // OpenAPI 3.0 is near to draft 4; its patterns are ECMA 262 with Unicode.
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn another_model_of_openapi_reads_every_operation() {
    let read: OpenAPI = serde_json::from_value(document()).unwrap();
    assert_eq!(read.openapi, "3.0.3");
    let ids: HashSet<_> = read
        .operations()
        .filter_map(|(.., operation)| operation.operation_id.clone())
        .collect();
    let expected = [
        "register_consumer",
        "list_cards",
        "update_consumer",
        "delete_consumer",
    ];
    assert_eq!(ids, expected.map(str::to_owned).into());
    for (path, _, operation) in read.operations() {
        let declared: HashSet<_> = operation
            .parameters
            .iter()
            .map(|parameter| match parameter {
                ReferenceOr::Reference { reference } => reference.rsplit('/').next().unwrap().to_owned(),
                ReferenceOr::Item(parameter) => parameter.parameter_data_ref().name.clone(),
            })
            .collect();
        assert_eq!(declared.len(), 4, "{path}");
    }
}

#[test]
fn a_json_schema_validator_takes_every_schema() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert!(schemas.len() > 30);
    for name in schemas.keys() {
        validator(name);
    }
}

#[test]
fn it_validates_a_person_as_the_client_does() {
    let person = validator("PersonalInformation");
    let filled = people::consumer_on_the_wire()["personalInformation"].clone();
    assert!(
        person.is_valid(&filled),
        "{:?}",
        person
            .iter_errors(&filled)
            .map(|e| e.to_string())
            .collect::<Vec<_>>()
    );
    for (field, refused) in [
        ("firstName", json!("a<")),
        ("language", json!("fr")),
        ("unknown", json!(1)),
    ] {
        let mut person_json = filled.clone();
        person_json[field] = refused;
        assert!(!person.is_valid(&person_json), "{field}");
    }
}
