//! Whatever D1 may add to its answers, or leave out of them, still reaches the caller.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use d1_generated::{
    Error,
    types::{ApiError, Card, CardList, CardScheme, CardState, ErrorCode, OngoingOperation, Receipt},
};
use d1_tests::{
    cards,
    loopback::{CONSUMER, ISSUER, client},
};
use httpmock::MockServer;
use serde_json::{Value, json};

/// The assembled document: which fields a card may have is read from it, so that a new one is tested too.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../d1-generated/openapi.json")).unwrap());

#[tokio::test]
async fn fields_that_nobody_knows_are_ignored() {
    let mut card = cards::everything();
    card["hologram"] = json!({ "deep": [1, null, { "er": true }] });
    card["accountList"][0]["iban"] = json!("of another kind");
    let mut list = cards::list(&[card]);
    list["nextPage"] = json!("token");

    assert_eq!(received(&list).await, read(&cards::list(&[cards::everything()])));
}

#[tokio::test]
async fn unknown_values_of_enums_are_kept_and_come_back_out_unchanged() {
    let mut card = cards::everything();
    card["state"] = json!("FROZEN");
    card["scheme"] = json!("CB");
    card["auxiliaryScheme"] = json!("BANCONTACT");
    card["stateReason"] = json!("TRAVEL_NOTICE é \"quoted\"");
    card["ongoingOperation"] = json!("REPLACEMENT");
    card["accountList"][0]["type"] = json!("");
    let sent = cards::list(&[card]);

    let cards = received(&sent).await;

    assert_eq!(serde_json::to_value(&cards).unwrap(), sent);
    let card = &cards.cards.unwrap()[0];
    assert_eq!(card.state.as_ref().unwrap().as_str(), "FROZEN");
    assert!(matches!(card.scheme, Some(CardScheme::Unknown { .. })));
}

#[tokio::test]
async fn known_values_of_enums_are_told_apart_and_are_case_sensitive() {
    let mut other = cards::bare();
    other["state"] = json!("Active");
    other["ongoingOperation"] = json!("none");
    let mut card = cards::bare();
    card["state"] = json!("ACTIVE");
    card["ongoingOperation"] = json!("NONE");

    let cards = received(&cards::list(&[card, other])).await.cards.unwrap();

    assert_eq!(cards[0].state, Some(CardState::Active));
    assert_eq!(cards[0].ongoing_operation, Some(OngoingOperation::None));
    assert!(matches!(cards[1].state, Some(CardState::Unknown { .. })));
    assert!(matches!(
        cards[1].ongoing_operation,
        Some(OngoingOperation::Unknown { .. })
    ));
}

#[tokio::test]
async fn a_card_may_lack_anything_but_its_id() {
    for absent in optional_fields_of_a_card() {
        let mut sent = cards::everything();
        sent.as_object_mut().unwrap().remove(absent).expect(absent);

        let card = received_card(&sent).await;

        assert_eq!(card.card_id, "card-7Gq");
        assert_eq!(serde_json::to_value(&card).unwrap(), sent, "without {absent}");
    }
}

#[tokio::test]
async fn a_card_may_be_nothing_but_its_id() {
    let card = received_card(&cards::bare()).await;

    assert_eq!(card.ongoing_operation, None);
    assert_eq!(serde_json::to_value(&card).unwrap(), cards::bare());
}

#[tokio::test]
async fn null_means_the_same_as_absent() {
    for null in optional_fields_of_a_card() {
        let mut sent = cards::everything();
        sent[null] = Value::Null;
        let mut absent = cards::everything();
        absent.as_object_mut().unwrap().remove(null);

        assert_eq!(
            serde_json::to_value(received_card(&sent).await).unwrap(),
            absent,
            "{null}: null"
        );
    }
}

#[tokio::test]
async fn an_account_may_hold_nothing_but_nulls() {
    let mut sent = cards::bare();
    sent["accountList"] =
        json!([{ "type": null, "number": null, "currencyCode": null, "default": null }, {}]);

    let accounts = received_card(&sent).await.account_list.unwrap();

    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[0], accounts[1]);
}

#[tokio::test]
async fn a_list_may_be_null_or_absent() {
    assert_eq!(received(&json!({ "cards": null })).await.cards, None);
    assert_eq!(received(&json!({})).await.cards, None);
}

#[tokio::test]
async fn a_time_that_the_vendors_own_pattern_refuses_is_kept() {
    // The pattern wants `.SSSZ` or `.SS±HH:00`; these are RFC 3339 all the same.
    for time in [
        "2024-05-06T07:08:09Z",
        "2024-05-06T07:08:09.123456+05:30",
        "2024-05-06t07:08:09-00:00",
        "",
    ] {
        let mut sent = cards::bare();
        sent["creationTime"] = json!(time);
        sent["lastUpdateTime"] = json!(time);

        let card = received_card(&sent).await;

        assert_eq!(card.creation_time.unwrap(), time);
        assert_eq!(card.last_update_time.unwrap(), time);
    }
}

#[tokio::test]
async fn values_that_break_the_vendors_patterns_and_lengths_are_kept() {
    let mut sent = cards::bare();
    sent["cardId"] =
        json!("id with spaces / and slashes, longer than the forty-eight characters that were promised");
    sent["panSuffix"] = json!("49712");
    sent["exp"] = json!("2031-09");
    sent["accountList"] = json!([{ "number": "", "currencyCode": "EURO" }]);

    let card = received_card(&sent).await;

    assert_eq!(serde_json::to_value(&card).unwrap(), sent);
}

#[tokio::test]
async fn fields_come_in_any_order() {
    let card = cards::everything();
    let fields: Vec<_> = card.as_object().unwrap().iter().collect();
    for start in 0..fields.len() {
        let rotated = fields.iter().cycle().skip(start).take(fields.len());
        let rotated: Vec<_> = rotated.map(|(name, value)| format!("{name:?}:{value}")).collect();
        let text = format!("{{\"cards\":[{{{}}}]}}", rotated.join(","));

        assert_eq!(
            received_text(&text).await,
            read(&cards::list(std::slice::from_ref(&card)))
        );
    }
}

#[tokio::test]
async fn a_receipt_tolerates_what_a_card_does() {
    for (sent, expected) in [
        (json!({ "operationId": "op/é 1", "queue": 7 }), Some("op/é 1")),
        (json!({ "operationId": null }), None),
        (json!({ "operationId": "" }), Some("")),
    ] {
        let d1 = answering(200, "application/json", &sent.to_string()).await;

        let client = client(&d1);
        let call = client.update_consumer().issuer_id(ISSUER).consumer_id(CONSUMER);
        let receipt: Receipt = call.send().await.unwrap().into_inner();

        assert_eq!(receipt.operation_id.as_ref().map(|id| id.as_str()), expected);
    }
}

#[tokio::test]
async fn an_unknown_error_code_is_kept() {
    let body = json!({ "errorCode": "TEAPOT", "error": null, "trace": "t-1" });

    let answer = refused(400, "application/json", &body.to_string()).await;
    let error: ApiError = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();

    assert!(matches!(error.error_code, Some(ErrorCode::Unknown { .. })));
    assert_eq!(
        serde_json::to_value(&error).unwrap(),
        json!({ "errorCode": "TEAPOT" })
    );
}

#[tokio::test]
async fn an_error_may_say_nothing() {
    for body in ["{}", r#"{"errorCode":null,"error":null}"#] {
        let answer = refused(500, "application/json", body).await;

        assert_eq!(
            answer.json::<ApiError>().await.unwrap(),
            serde_json::from_value(json!({})).unwrap()
        );
    }
}

#[tokio::test]
async fn an_error_that_is_no_json_is_an_answer_with_a_status_not_a_decode_error() {
    const PAGE: &str = "<html><title>Request rejected</title></html>";
    for status in [400, 401, 403, 404, 418, 429, 500, 502, 503, 504] {
        let answer = refused(status, "text/html", PAGE).await;

        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "text/html");
        assert_eq!(answer.text().await.unwrap(), PAGE);
    }
}

#[tokio::test]
async fn an_error_without_a_body_is_an_answer_with_a_status() {
    let answer = refused(503, "application/json", "").await;

    assert_eq!(answer.status(), 503);
}

/// What all operations make of an answer that is no success; they agree.
async fn refused(status: u16, content_type: &str, body: &str) -> reqwest::Response {
    let d1 = answering(status, content_type, body).await;
    let client = client(&d1);
    let list = client
        .list_cards()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .err();
    let register = client
        .register_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .err();
    let update = client
        .update_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .err();
    let delete = client
        .delete_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .err();
    let answers = [list, register, update, delete].map(|error| match error {
        Some(Error::UnexpectedResponse(answer)) => answer,
        _ => panic!("{status} is to reach the caller as an answer"),
    });
    assert!(answers.iter().all(|answer| answer.status() == status));
    let [first, ..] = answers;
    first
}

async fn received_card(card: &Value) -> Card {
    received(&cards::list(std::slice::from_ref(card)))
        .await
        .cards
        .unwrap()
        .remove(0)
}

async fn received(list: &Value) -> CardList {
    received_text(&list.to_string()).await
}

/// What a caller gets when D1 answers with this body.
async fn received_text(body: &str) -> CardList {
    let d1 = answering(200, "application/json", body).await;
    client(&d1)
        .list_cards()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap()
        .into_inner()
}

/// A D1 that answers everything alike.
async fn answering(status: u16, content_type: &str, body: &str) -> MockServer {
    let d1 = MockServer::start_async().await;
    d1.mock_async(|when, then| {
        when.any_request();
        then.status(status)
            .header("content-type", content_type)
            .body(body);
    })
    .await;
    d1
}

fn read(list: &Value) -> CardList {
    serde_json::from_value(list.clone()).unwrap()
}

/// Every field of a card in the document but its id.
fn optional_fields_of_a_card() -> impl Iterator<Item = &'static str> {
    let properties = DOCUMENT["components"]["schemas"]["Card"]["properties"]
        .as_object()
        .unwrap();
    properties
        .keys()
        .map(String::as_str)
        .filter(|name| *name != "cardId")
}
