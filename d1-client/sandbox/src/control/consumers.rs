//! Consumers and their cards, as JSON: looked at, put there, forgotten.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{Answer, Refused};
use crate::backend::example_card;
use crate::consumers::SandboxConsumer;
use crate::endpoint::Endpoint;
use crate::parameters;
use crate::rejection::{json_answer, no_content};
use crate::shared::Shared;
use crate::validation;

/// An issuer and its consumer.
type Whose<'a> = (&'a str, &'a str);

pub(super) fn list(shared: &Shared) -> Response<Bytes> {
    let consumers = shared.backend.consumers();
    let consumers: Vec<_> = consumers.iter().map(in_json).collect();
    json_answer(StatusCode::OK, &json!({"consumers": consumers}))
}

pub(super) fn get(shared: &Shared, whose: Whose<'_>) -> Answer {
    known(shared, whose).map(|consumer| json_answer(StatusCode::OK, &in_json(&consumer)))
}

/// Puts a consumer there as it is, in place of what was known of it.
pub(super) fn put(shared: &Shared, whose: Whose<'_>, body: &Map<String, Value>) -> Answer {
    let consumer = read(whose, body).map_err(Refused::bad)?;
    let answer = json_answer(StatusCode::OK, &in_json(&consumer));
    shared.backend.consumers().put(consumer);
    Ok(answer)
}

/// As if it had never been registered.
pub(super) fn forget(shared: &Shared, (issuer, consumer): Whose<'_>) -> Answer {
    if shared.backend.consumers().forget(issuer, consumer) {
        Ok(no_content())
    } else {
        Err(unknown())
    }
}

pub(super) fn cards(shared: &Shared, whose: Whose<'_>) -> Answer {
    let consumer = known(shared, whose)?;
    Ok(json_answer(StatusCode::OK, &json!({"cards": consumer.cards})))
}

/// Gives a card: the example card with the members of the body; `null` leaves one out. An unknown consumer is thereby
/// registered, without data.
pub(super) fn add_card(shared: &Shared, whose: Whose<'_>, body: &Map<String, Value>) -> Answer {
    check_ids(whose).map_err(Refused::bad)?;
    let mut consumers = shared.backend.consumers();
    let number = consumers
        .get(whose.0, whose.1)
        .map_or(0, |known| known.cards.len());
    let mut card = example_card(&format!("card-{}", number + 1));
    if let Value::Object(members) = &mut card {
        members.extend(body.clone());
        members.retain(|_, value| !value.is_null());
    }
    if consumers.seed_card(whose.0, whose.1, card.clone()) {
        Ok(json_answer(StatusCode::CREATED, &card))
    } else {
        let why = "a deleted consumer gets no card";
        Err(Refused(StatusCode::CONFLICT, why.to_owned()))
    }
}

/// The consumers of `{"consumers": […]}`; none of `null`.
///
/// # Errors
/// The place and the rule that it breaks; no value.
pub(crate) fn seed(seed: &Value, issuer_id: &str) -> Result<Vec<SandboxConsumer>, String> {
    if seed.is_null() {
        return Ok(Vec::new());
    }
    let consumers = seed.get("consumers").and_then(Value::as_array);
    let consumers = consumers.ok_or("the seed must be an object with a list `consumers`")?;
    let read = |(index, consumer): (usize, &Value)| {
        let at = |why: String| format!("consumers[{index}]: {why}");
        let members = consumer
            .as_object()
            .ok_or_else(|| at("must be an object".to_owned()))?;
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let id = text("consumerId").ok_or_else(|| at("consumerId: is required".to_owned()))?;
        self::read((text("issuerId").unwrap_or(issuer_id), id), members).map_err(at)
    };
    consumers.iter().enumerate().map(read).collect()
}

/// Personal information and preferences follow the vendor's schema; cards are taken as they are, so that a test can have one
/// that no document describes yet.
fn read(whose: Whose<'_>, members: &Map<String, Value>) -> Result<SandboxConsumer, String> {
    const KNOWN: [&str; 6] = [
        "issuerId",
        "consumerId",
        "personalInformation",
        "preferences",
        "cards",
        "deleted",
    ];
    check_ids(whose)?;
    if members.keys().any(|name| !KNOWN.contains(&&**name)) {
        return Err(format!("a member is not known; known are {}", KNOWN.join(", ")));
    }
    let member = |name: &str| members.get(name).filter(|value| !value.is_null()).cloned();
    let body: Map<_, _> = ["personalInformation", "preferences"]
        .into_iter()
        .filter_map(|name| member(name).map(|value| (name.to_owned(), value)))
        .collect();
    check(&body)?;
    let cards = match member("cards") {
        None => Vec::new(),
        Some(Value::Array(cards)) => cards,
        Some(_) => return Err("cards: must be a list".to_owned()),
    };
    Ok(SandboxConsumer {
        issuer_id: whose.0.to_owned(),
        consumer_id: whose.1.to_owned(),
        personal_information: member("personalInformation"),
        preferences: member("preferences"),
        cards,
        deleted: members.get("deleted") == Some(&Value::Bool(true)),
    })
}

fn check_ids((issuer, consumer): Whose<'_>) -> Result<(), String> {
    match parameters::first_wrong(issuer, consumer, &HeaderMap::new()) {
        Some(wrong) => Err(format!("{wrong}: {}", parameters::rule(wrong))),
        None => Ok(()),
    }
}

fn check(body: &Map<String, Value>) -> Result<(), String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = json!(body).to_string();
    match validation::validate(Endpoint::Register, &headers, body.as_bytes()) {
        Ok(_) => Ok(()),
        Err(reasons) => {
            let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
            Err(reasons.join("; "))
        }
    }
}

fn in_json(consumer: &SandboxConsumer) -> Value {
    json!({
        "issuerId": consumer.issuer_id,
        "consumerId": consumer.consumer_id,
        "personalInformation": consumer.personal_information,
        "preferences": consumer.preferences,
        "cards": consumer.cards,
        "deleted": consumer.deleted,
    })
}

fn known(shared: &Shared, (issuer, consumer): Whose<'_>) -> Result<SandboxConsumer, Refused> {
    let consumers = shared.backend.consumers();
    consumers.get(issuer, consumer).cloned().ok_or_else(unknown)
}

fn unknown() -> Refused {
    Refused(StatusCode::NOT_FOUND, "no consumer has this id".to_owned())
}
