//! Invented cards, as D1 would send them.

use serde_json::{Value, json};

/// A card with every documented field filled, no two alike.
#[must_use]
pub fn everything() -> Value {
    json!({
        "cardId": "card-7Gq",
        "cardProductId": "product-9Zx",
        "scheme": "VISA",
        "auxiliaryScheme": "DANKORT",
        "panSuffix": "4971",
        "exp": "0931",
        "newCardId": "card-8Hr",
        "newExp": "1034",
        "state": "REPLACED",
        "stateReason": "CARD_LOST",
        "ongoingOperation": "RENEWAL",
        "threeDSsupport": true,
        "creationTime": "2023-02-13T07:21:45.123Z",
        "lastUpdateTime": "2024-11-29T18:36:52.48+01:00",
        "accountList": [
            { "type": "SAVINGS", "number": "BE68539007547034", "currencyCode": "EUR", "default": true }
        ]
    })
}

/// The one thing that every card has.
#[must_use]
pub fn bare() -> Value {
    json!({ "cardId": "card-7Gq" })
}

/// A card list that holds `cards`.
#[must_use]
pub fn list(cards: &[Value]) -> Value {
    json!({ "cards": cards })
}
