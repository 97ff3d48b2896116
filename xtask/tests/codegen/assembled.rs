//! The document that the pipeline makes of the vendor's: its names, its errors, what it keeps and what it loosens.

use serde_json::{Value, json};
use xtask::pointer::operations;

use crate::workspace::{OPENAPI, Workspace};

fn document() -> Value {
    Workspace::new().json(OPENAPI)
}

#[test]
fn every_idea_has_one_name() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names: Vec<_> = schemas.keys().map(String::as_str).collect();
    let expected = "Account AccountNumber AccountType AddressLine ApiError AuxiliaryScheme CallingCode Card CardExpiry CardId \
         CardList CardProductId CardScheme CardState CardStateReason City ConsumerId ConsumerInformation CorrelationId \
         CountryCode CurrencyCode DateOfBirth DeletionReason DeletionRequest EmailAddress ErrorCode Gender IssuerId \
         Language NationalNumber NotificationChannel OngoingOperation OperationId PanSuffix PersonName \
         PersonalInformation PhoneNumber PostalAddress PostalCode Preferences Receipt RecipientName Subdivision \
         ThreeDsSupport Timestamp Title UserId";
    assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn operations_have_our_ids_and_all_four_parameters() {
    let document = document();
    let ids: Vec<_> = operations(&document)
        .iter()
        .map(|one| one.value["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "register_consumer",
            "list_cards",
            "delete_consumer",
            "update_consumer"
        ]
    );
    for operation in operations(&document) {
        let references = operation.value["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["$ref"].as_str().unwrap());
        let expected = ["IssuerId", "ConsumerId", "CorrelationId", "UserId"];
        assert_eq!(
            references
                .map(|name| name.rsplit('/').next().unwrap())
                .collect::<Vec<_>>(),
            expected
        );
    }
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        (
            &schemas["IssuerId"]["minLength"],
            &schemas["IssuerId"]["maxLength"]
        ),
        (&json!(10), &json!(10))
    );
    let ours = schemas["IssuerId"]["pattern"].as_str().unwrap();
    assert_eq!(ours, r#"^[!"$&-.0->@-\[\]-~]{10}$"#, "real ones hold _ and -");
    assert_eq!(schemas["ConsumerId"]["pattern"], "^[A-Za-z0-9_-]{1,64}$");
    assert_eq!(schemas["UserId"]["pattern"], "^[A-Za-z0-9_-]{1,15}$");
}

#[test]
fn places_are_references_that_keep_their_descriptions() {
    let document = document();
    let person = &document["components"]["schemas"]["PersonalInformation"]["properties"];
    let reference = json!([{"$ref": "#/components/schemas/PersonName"}]);
    for (name, description) in [
        ("firstName", "First name "),
        ("middleName", "Middle name "),
        ("lastName", "Last name "),
    ] {
        assert_eq!(person[name]["allOf"], reference);
        assert!(
            person[name]["description"]
                .as_str()
                .unwrap()
                .starts_with(description)
        );
    }
    assert_eq!(person["gender"], json!({"$ref": "#/components/schemas/Gender"}));
}

#[test]
fn what_we_send_stays_strict_and_the_vendors_mistakes_are_corrected() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["PersonalInformation"]["additionalProperties"], false);
    assert_eq!(
        schemas["PersonalInformation"]["required"],
        json!(["firstName", "lastName"])
    );
    assert_eq!(schemas["Gender"]["enum"], json!(["MALE", "FEMALE", "OTHER"]));
    assert_eq!(
        schemas["AddressLine"]["pattern"],
        r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,64}$"
    );
    assert_eq!(schemas["CallingCode"]["pattern"], r"^\+[0-9]{1,9}$");
    assert_eq!(schemas["CallingCode"]["maxLength"], 10);
    for operation in operations(&document) {
        let text = operation.value["requestBody"].to_string();
        assert!(!text.contains("nullable"), "{text}");
    }
}

#[test]
fn what_d1_sends_is_loose() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let received = "Account AccountNumber AccountType ApiError AuxiliaryScheme Card CardExpiry CardId CardList CardProductId \
         CardScheme CardState CardStateReason CurrencyCode ErrorCode OngoingOperation OperationId PanSuffix Receipt \
         ThreeDsSupport Timestamp";
    for name in received.split_whitespace() {
        let schema = &schemas[name];
        for key in [
            "additionalProperties",
            "enum",
            "pattern",
            "minLength",
            "maxLength",
            "format",
        ] {
            assert!(schema.get(key).is_none(), "{name} has {key}");
        }
        for (property, value) in schema["properties"].as_object().into_iter().flatten() {
            let essential = (name, property.as_str()) == ("Card", "cardId");
            assert_eq!(value.get("nullable").is_some(), !essential, "{name}.{property}");
            assert_eq!(value.get("x-essential").is_some(), essential, "{name}.{property}");
        }
        assert_eq!(
            schema.get("required"),
            (name == "Card").then(|| json!(["cardId"])).as_ref(),
            "{name}"
        );
    }
    assert_eq!(schemas["AuxiliaryScheme"]["type"], "string");
}

#[test]
fn only_these_properties_are_safe_to_print() {
    let document = document();
    let mut safe = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, value) in schema["properties"].as_object().into_iter().flatten() {
            if value.get("x-safe").is_some() {
                safe.push(format!("{name}.{property}"));
            }
        }
    }
    let expected = "ApiError.errorCode Card.auxiliaryScheme Card.ongoingOperation Card.scheme Card.state Card.stateReason \
         Card.threeDSsupport Receipt.operationId";
    assert_eq!(safe.join(" "), expected);
}

#[test]
fn the_error_tables_are_data() {
    let document = document();
    let mut rows = String::new();
    for operation in operations(&document) {
        for row in operation.value["x-d1-errors"].as_array().unwrap() {
            let id = operation.value["operationId"].as_str().unwrap();
            let code = row["code"].as_str().unwrap_or("-");
            let retryable = if row["retryable"].as_bool().unwrap() {
                "yes"
            } else {
                "no"
            };
            rows.push_str(&format!("{id} {} {code} {retryable}\n", row["status"]));
        }
    }
    let expected = "\
register_consumer 400 - no
register_consumer 400 FIELD_INVALID_FORMAT no
register_consumer 400 FIELD_INVALID_VALUE no
register_consumer 401 AUTHORIZER_UNAUTHORIZED no
register_consumer 403 - no
register_consumer 403 AUTHORIZER_FORBIDDEN no
register_consumer 403 CONSUMER_INVALID_STATE no
register_consumer 403 MISSING_C2P_MANDATORY_INFORMATION no
register_consumer 404 - no
register_consumer 500 - yes
register_consumer 500 INTERNAL_ERROR no
register_consumer 503 - yes
list_cards 400 - no
list_cards 400 FIELD_INVALID_FORMAT no
list_cards 401 AUTHORIZER_UNAUTHORIZED no
list_cards 403 - no
list_cards 403 AUTHORIZER_FORBIDDEN no
list_cards 403 CONSUMER_INVALID_STATE no
list_cards 404 - no
list_cards 404 UNKNOWN_CONSUMER no
list_cards 500 - no
list_cards 500 INTERNAL_ERROR no
list_cards 503 - yes
delete_consumer 400 - no
delete_consumer 400 FIELD_INVALID_FORMAT no
delete_consumer 401 AUTHORIZER_UNAUTHORIZED no
delete_consumer 403 - no
delete_consumer 403 AUTHORIZER_FORBIDDEN no
delete_consumer 404 - no
delete_consumer 404 UNKNOWN_CONSUMER no
delete_consumer 500 - no
delete_consumer 500 INTERNAL_ERROR no
delete_consumer 503 - yes
update_consumer 400 - no
update_consumer 400 FIELD_INVALID_FORMAT no
update_consumer 400 FIELD_INVALID_VALUE no
update_consumer 401 AUTHORIZER_UNAUTHORIZED no
update_consumer 403 - no
update_consumer 403 AUTHORIZER_FORBIDDEN no
update_consumer 403 CONSUMER_INVALID_STATE no
update_consumer 403 MISSING_C2P_MANDATORY_INFORMATION no
update_consumer 404 - no
update_consumer 404 UNKNOWN_CONSUMER no
update_consumer 500 - no
update_consumer 500 INTERNAL_ERROR no
update_consumer 503 - yes
";
    assert_eq!(rows, expected);
    let comment = &operations(&document)[0].value["x-d1-errors"][5]["comment"];
    assert_eq!(comment, "User_is_not_authorized_to_access_this_resource");
}

#[test]
fn every_error_but_503_declares_its_body() {
    let document = document();
    let body = json!({"application/json": {"schema": {"$ref": "#/components/schemas/ApiError"}}});
    for operation in operations(&document) {
        for status in ["400", "401", "403", "404", "500"] {
            assert_eq!(
                operation.value["responses"][status]["content"],
                body,
                "{} {status}",
                operation.label()
            );
        }
    }
    let unavailable = &document["components"]["responses"]["ServiceUnavailableError"];
    assert!(unavailable.get("content").is_none() && unavailable.get("x-d1-errors").is_none());
    let codes = document["components"]["schemas"]["ErrorCode"]["x-extensible-enum"]
        .as_array()
        .unwrap();
    assert_eq!(codes.len(), 8);
    assert_eq!(codes[0], "FIELD_INVALID_FORMAT");
}

#[test]
fn the_document_is_sound_openapi_3_0_3_and_names_its_api() {
    let document = document();
    assert_eq!(document["openapi"], "3.0.3");
    xtask::lint::check(&document).unwrap();
    assert_eq!(document["info"]["x-d1-api"], "consumer-v2");
}

#[test]
fn the_list_of_accepted_languages_is_data() {
    let document = document();
    let language = &document["components"]["schemas"]["Language"];
    let accepted = language["x-accepted-values"].as_array().unwrap();
    assert_eq!((accepted.len(), &accepted[0]), (92, &Value::from("abk")));
    assert_eq!(accepted.last(), Some(&Value::from("vie")));
}

#[test]
fn a_list_of_accepted_values_that_cannot_be_read_is_refused_with_its_place() {
    let workspace = Workspace::new();
    let page = workspace.page_with(|document| {
        for schema in ["consumerInfo", "consumerInfoForUpdate"] {
            let pointer = format!("/components/schemas/{schema}/properties/language/description");
            if let Some(description) = document.pointer_mut(&pointer) {
                *description = Value::from("List of languages accepted: abk, and what else there is");
            }
        }
    });
    let error = workspace.refresh(&page).error();
    assert!(
        error.contains("/components/schemas/Language: its description lists what is accepted"),
        "{error}"
    );
}
