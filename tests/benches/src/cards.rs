//! The card list that every client reads.

use serde_json::{Value, json};

/// How many cards it holds.
pub const COUNT: usize = 20;

/// The list, as D1 would send it: every documented field, each card another one.
pub fn list() -> String {
    json!({ "cards": (0..COUNT).map(card).collect::<Vec<_>>() }).to_string()
}

fn card(number: usize) -> Value {
    json!({
        "cardId": format!("5f8b7c9e-2d41-4a60-9d3c-{number:012}"),
        "cardProductId": "product-9Zx",
        "scheme": one_of(&["VISA", "MASTERCARD"], number),
        "auxiliaryScheme": "DANKORT",
        "panSuffix": format!("{:04}", 4971 + number),
        "exp": "0931",
        "newCardId": format!("6a1c7c9e-2d41-4a60-9d3c-{number:012}"),
        "newExp": "1034",
        "state": one_of(&["ACTIVE", "REPLACED", "SUSPENDED"], number),
        "stateReason": one_of(&["CARD_LOST", "USER_DECISION"], number),
        "ongoingOperation": "RENEWAL",
        "threeDSsupport": true,
        "creationTime": "2023-02-13T07:21:45.123Z",
        "lastUpdateTime": "2024-11-29T18:36:52.48+01:00",
        "accountList": [
            { "type": "SAVINGS", "number": "BE68539007547034", "currencyCode": "EUR", "default": true }
        ]
    })
}

fn one_of<'a>(values: &[&'a str], number: usize) -> &'a str {
    values[number % values.len()]
}
