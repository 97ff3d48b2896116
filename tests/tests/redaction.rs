//! `Debug` shows no value but those that an overlay declares safe: scanned for every value, and pinned as text.

#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use d1_generated::types::{
    Account, ApiError, Card, CardList, DeletionRequest, Gender, NotificationChannel, PersonalInformation,
    Receipt,
};
use d1_tests::{
    cards,
    loopback::{self, CONSUMER, ISSUER, TOKEN},
    people,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

#[test]
fn a_person_shows_its_fields_and_none_of_their_values() {
    let person = people::everything().unwrap();
    let shown = "PersonalInformation { date_of_birth: [redacted], email: [redacted], first_name: [redacted], \
                 gender: [redacted], language: [redacted], last_name: [redacted], middle_name: [redacted], \
                 mobile_phone_number: [redacted], nationality: [redacted], residency_address: [redacted], \
                 second_last_name: [redacted], title: [redacted] }";

    assert_eq!(format!("{person:?}"), shown);
    assert_hides(&person, &[]);
}

#[test]
fn what_is_absent_looks_like_what_is_there() {
    let little = people::named("Ada", "Quill").unwrap();

    assert_eq!(
        format!("{little:?}"),
        format!("{:?}", people::everything().unwrap())
    );
}

#[test]
fn the_parts_of_a_person_hide_their_values() {
    let person = people::everything().unwrap();
    assert_hides(&people::phone().build().unwrap(), &[]);
    assert_hides(&people::address().unwrap(), &[]);
    assert_hides(&people::preferences().unwrap(), &[]);
    assert_hides(&people::consumer().unwrap(), &[]);
    assert_hides(
        &DeletionRequest::builder().reason("Moved abroad").build().unwrap(),
        &[],
    );
    assert_hides(&person.title.unwrap(), &[]);
    assert_hides(&person.first_name, &[]);
    assert_hides(&person.date_of_birth.unwrap(), &[]);
    assert_hides(&person.nationality.unwrap(), &[]);
    assert_hides(&person.language.unwrap(), &[]);
    assert_hides(&person.email.unwrap(), &[]);
    assert_hides(&person.gender.unwrap(), &[]);
    assert_hides(&person.mobile_phone_number.as_ref().unwrap().country_code, &[]);
    assert_hides(&person.mobile_phone_number.as_ref().unwrap().phone_number, &[]);
    let address = person.residency_address.unwrap();
    assert_hides(&address.recipient_name.unwrap(), &[]);
    assert_hides(&address.line1, &[]);
    assert_hides(&address.city, &[]);
    assert_hides(&address.state, &[]);
    assert_hides(&address.zip_code, &[]);
    assert_hides(&NotificationChannel::Sms, &[]);
    assert_eq!(format!("{:?}", Gender::Female), "Gender([redacted])");
}

#[test]
fn a_card_shows_what_is_declared_safe() {
    let card: Card = read(cards::everything());
    let shown = "Card { account_list: [redacted], auxiliary_scheme: Some(AuxiliaryScheme(\"DANKORT\")), \
                 card_id: [redacted], card_product_id: [redacted], creation_time: [redacted], exp: [redacted], \
                 last_update_time: [redacted], new_card_id: [redacted], new_exp: [redacted], \
                 ongoing_operation: Some(OngoingOperation(\"RENEWAL\")), pan_suffix: [redacted], \
                 scheme: Some(CardScheme(\"VISA\")), state: Some(CardState(\"REPLACED\")), \
                 state_reason: Some(CardStateReason(\"CARD_LOST\")), three_ds_support: Some(true) }";

    assert_eq!(format!("{card:?}"), shown);
    assert_hides(&card, &["DANKORT", "RENEWAL", "VISA", "REPLACED", "CARD_LOST"]);
}

#[test]
fn a_value_that_nobody_knows_is_not_shown_even_where_known_ones_are() {
    let mut card = cards::bare();
    card["state"] = json!("FROZEN");
    let card = read::<Card>(card);

    assert_hides(&card, &[]);
    assert!(format!("{card:?}").contains("state: Some(CardState(unrecognised state))"));
    assert_eq!(card.state.unwrap().to_string(), "unrecognised state");
}

#[test]
fn what_else_d1_answers_hides_its_values() {
    let account = cards::everything()["accountList"][0].clone();
    assert_hides(&read::<Account>(account), &[]);
    assert_hides(&read::<CardList>(cards::list(&[cards::everything()])), &[]);
    let card: Card = read(cards::everything());
    assert_hides(&card.card_id, &[]);
    assert_hides(&card.card_product_id.unwrap(), &[]);
    assert_hides(&card.creation_time.unwrap(), &[]);
    assert_hides(&card.exp.unwrap(), &[]);
    assert_hides(&card.pan_suffix.unwrap(), &[]);
    let account = card.account_list.unwrap().remove(0);
    assert_hides(&account.number.unwrap(), &[]);
    assert_hides(&account.currency_code.unwrap(), &[]);
    assert_hides(&account.type_.unwrap(), &[]);
}

#[test]
fn a_receipt_shows_its_operation_and_an_error_its_code_but_not_its_text() {
    let receipt: Receipt = read(json!({ "operationId": "op-5Tk" }));
    let error: ApiError =
        read(json!({ "errorCode": "FIELD_INVALID_FORMAT", "error": "lastName of Vaucanson" }));

    assert_eq!(
        format!("{receipt:?}"),
        "Receipt { operation_id: Some(OperationId(\"op-5Tk\")) }"
    );
    assert_hides(&receipt, &["op-5Tk"]);
    assert_eq!(
        format!("{error:?}"),
        "ApiError { error: [redacted], error_code: Some(ErrorCode(\"FIELD_INVALID_FORMAT\")) }"
    );
    assert_hides(&error, &["FIELD_INVALID_FORMAT"]);
}

#[test]
fn builders_show_nothing_at_all() {
    use d1_generated::types::builder;

    macro_rules! builder_hides {
        ($name:ident, $value:expr) => {
            let value: d1_generated::types::$name = $value;
            let values = values_of(&value);
            assert_no_values(&builder::$name::from(value), &values, &[]);
        };
    }
    builder_hides!(PersonalInformation, people::everything().unwrap());
    builder_hides!(PhoneNumber, people::phone().build().unwrap());
    builder_hides!(PostalAddress, people::address().unwrap());
    builder_hides!(Preferences, people::preferences().unwrap());
    builder_hides!(ConsumerInformation, people::consumer().unwrap());
    builder_hides!(
        DeletionRequest,
        DeletionRequest::builder().reason("Moved abroad").build().unwrap()
    );
    builder_hides!(Card, read(cards::everything()));
    builder_hides!(CardList, read(cards::list(&[cards::everything()])));
    builder_hides!(Account, read(cards::everything()["accountList"][0].clone()));
    builder_hides!(Receipt, read(json!({ "operationId": "op-5Tk" })));
    builder_hides!(
        ApiError,
        read(json!({ "errorCode": "INTERNAL_ERROR", "error": "of Vaucanson" }))
    );
    assert_eq!(format!("{:?}", people::phone()), "PhoneNumber([redacted])");
}

#[test]
fn a_builder_that_was_given_a_wrong_value_does_not_show_it() {
    let wrong = PersonalInformation::builder().first_name("Zed<b>");
    let invalid = wrong.clone().build().unwrap_err();

    assert_no_values(&wrong, &["Zed".into()], &[]);
    assert_no_values(&invalid, &["Zed".into()], &[]);
}

#[test]
fn operations_show_nothing_of_a_call() {
    let client = loopback::client_at("https://secret-host.example");
    let mut values = values_of(&people::consumer().unwrap());
    values.extend(
        [
            ISSUER,
            CONSUMER,
            TOKEN,
            "corr-81",
            "clerk_7",
            "Moved abroad",
            "secret-host",
        ]
        .map(String::from),
    );

    macro_rules! operation_hides {
        ($operation:ident $(, $body:expr)?) => {
            let call = client.$operation().issuer_id(ISSUER).consumer_id(CONSUMER);
            let call = call.x_correlation_id("corr-81").x_user_id("clerk_7") $(.body($body))?;
            assert_no_values(&call, &values, &[]);
        };
    }
    operation_hides!(register_consumer, people::consumer().unwrap());
    operation_hides!(list_cards);
    operation_hides!(update_consumer, people::consumer().unwrap());
    operation_hides!(delete_consumer, DeletionRequest::builder().reason("Moved abroad"));
    assert_no_values(&client, &values, &[]);
    assert_eq!(format!("{client:?}"), "Client([redacted])");
}

#[test]
fn ids_hide_their_values() {
    use d1_generated::types::{ConsumerId, CorrelationId, IssuerId, UserId};

    assert_hides(&IssuerId::new(ISSUER).unwrap(), &[]);
    assert_hides(&ConsumerId::new(CONSUMER).unwrap(), &[]);
    assert_hides(&CorrelationId::new("corr-81").unwrap(), &[]);
    assert_hides(&UserId::new("clerk_7").unwrap(), &[]);
}

/// `Debug` of a value shows nothing of it but what is safe, and that it does show.
fn assert_hides(value: &(impl Debug + Serialize), safe: &[&str]) {
    assert_no_values(value, &values_of(value), safe);
}

/// Neither form of `Debug` contains one of the values as bytes, except the safe ones, which both contain.
fn assert_no_values(shown: &impl Debug, values: &[String], safe: &[&str]) {
    assert!(!values.is_empty(), "there is something to hide");
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        for value in values {
            assert_eq!(
                text.contains(value.as_str()),
                safe.contains(&value.as_str()),
                "{value} in {text}"
            );
        }
    }
}

/// Every text in a value, however deep.
fn values_of(value: &impl Serialize) -> Vec<String> {
    fn collect(value: &Value, values: &mut Vec<String>) {
        match value {
            Value::String(text) => values.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
            Value::Object(members) => members.values().for_each(|member| collect(member, values)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut values = Vec::new();
    collect(&serde_json::to_value(value).unwrap(), &mut values);
    values
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}
