//! Drift: answers as a later D1 may send them, within what its API change policy asks a client to tolerate.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// How many of a hundred optional fields, enum values and codes drift.
const PERCENT: u32 = 25;

/// The most unknown fields that an object gets.
const MAX_UNKNOWN: usize = 3;

/// The fields that the vendor's schemas do not require.
const OPTIONAL: [&str; 12] = [
    "accountList",
    "auxiliaryScheme",
    "cards",
    "error",
    "errorCode",
    "lastUpdateTime",
    "newCardId",
    "newExp",
    "operationId",
    "stateReason",
    "threeDSsupport",
    "type",
];

/// The fields whose values the vendor's schemas enumerate, and the error's code.
const ENUMERATED: [&str; 7] = [
    "auxiliaryScheme",
    "errorCode",
    "ongoingOperation",
    "scheme",
    "state",
    "stateReason",
    "type",
];

/// Drifts bodies, the same ones the same way for one seed.
pub(crate) struct Drift {
    random: Rng,
}

impl Drift {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Rng::with_seed(seed),
        }
    }

    /// `body` with fields of objects in another order, unknown ones among them, optional ones missing, and enumerated
    /// values that no published document lists.
    pub(crate) fn text(&mut self, body: &Value) -> String {
        let mut text = String::new();
        self.write(body, &mut text);
        text
    }

    /// Writes by itself: whether `serde_json` keeps an order depends on a feature that another crate may turn on.
    fn write(&mut self, value: &Value, out: &mut String) {
        match value {
            Value::Object(members) => self.write_object(members, out),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.write(item, out);
                }
                out.push(']');
            }
            scalar => out.push_str(&scalar.to_string()),
        }
    }

    fn write_object(&mut self, members: &Map<String, Value>, out: &mut String) {
        let mut fields: Vec<(String, Value)> = Vec::with_capacity(members.len() + MAX_UNKNOWN);
        for (name, value) in members {
            if OPTIONAL.contains(&name.as_str()) && self.hits() {
                continue;
            }
            let value = if ENUMERATED.contains(&name.as_str()) && value.is_string() && self.hits() {
                json!(self.word("NEW_"))
            } else {
                value.clone()
            };
            fields.push((name.clone(), value));
        }
        for _ in 0..self.random.usize(0..=MAX_UNKNOWN) {
            let unknown = (self.word("x"), self.unknown_value());
            // A word may come up twice; a name must not.
            if fields.iter().all(|(name, _)| *name != unknown.0) {
                fields.push(unknown);
            }
        }
        self.random.shuffle(&mut fields);
        out.push('{');
        for (index, (name, value)) in fields.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&json!(name).to_string());
            out.push(':');
            if members.contains_key(name) {
                self.write(value, out);
            } else {
                out.push_str(&value.to_string());
            }
        }
        out.push('}');
    }

    fn unknown_value(&mut self) -> Value {
        match self.random.u8(0..6) {
            0 => Value::Null,
            1 => json!(self.random.bool()),
            2 => json!(self.random.i32(..)),
            3 => json!(self.word("é\u{1f4b3}")),
            4 => json!([1, "two", {"three": null}]),
            _ => json!({"id": self.word(""), "state": {"cardId": 7}}),
        }
    }

    fn word(&mut self, start: &str) -> String {
        let letters = std::iter::repeat_with(|| self.random.uppercase()).take(6);
        start.chars().chain(letters).collect()
    }

    fn hits(&mut self) -> bool {
        self.random.u32(0..100) < PERCENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::example_card;

    fn cards() -> Value {
        json!({"cards": [example_card("card-1"), example_card("card-2")]})
    }

    #[test]
    fn one_seed_drifts_the_same_way_each_time() {
        let texts = |seed| -> Vec<String> {
            let mut drift = Drift::new(seed);
            (0..50).map(|_| drift.text(&cards())).collect()
        };
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }

    #[test]
    fn what_drifts_is_still_json_and_keeps_what_must_be_there() {
        let mut drift = Drift::new(3);
        let (mut unknown, mut missing, mut renamed, mut moved) = (0, 0, 0, 0);
        for _ in 0..1000 {
            let text = drift.text(&example_card("card-1"));
            let card: Value = serde_json::from_str(&text).unwrap();
            let plain = example_card("card-1");
            let (card, plain) = (card.as_object().unwrap(), plain.as_object().unwrap());
            assert_eq!(card["cardId"], "card-1");
            assert_eq!(card["exp"], "1230");
            unknown += usize::from(card.keys().any(|name| !plain.contains_key(name)));
            missing += usize::from(!card.contains_key("accountList"));
            renamed += usize::from(card["scheme"] != "VISA");
            moved += usize::from(text.find("\"cardId\"") > text.find("\"scheme\""));
        }
        for count in [unknown, missing, renamed, moved] {
            assert!((150..=900).contains(&count), "{count} of 1,000");
        }
    }
}
