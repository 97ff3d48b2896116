//! A deserialization error names the place and the rule, and never the value.

#![allow(clippy::unwrap_used)]

use std::fmt::{Debug, Display};

use d1_generated::types::{
    Account, AccountNumber, AccountType, AddressLine, ApiError, AuxiliaryScheme, CallingCode, Card,
    CardExpiry, CardId, CardList, CardProductId, CardScheme, CardState, CardStateReason, City, ConsumerId,
    ConsumerInformation, CorrelationId, CountryCode, CurrencyCode, DateOfBirth, DeletionReason,
    DeletionRequest, EmailAddress, ErrorCode, Gender, IssuerId, Language, NationalNumber,
    NotificationChannel, OngoingOperation, OperationId, PanSuffix, PersonName, PersonalInformation,
    PhoneNumber, PostalAddress, PostalCode, Preferences, Receipt, RecipientName, Subdivision, Timestamp,
    Title, UserId,
};
use d1_tests::{cards, people};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, Unexpected, Visitor},
};
use serde_json::{Value, json};

/// Nobody may find these in an error.
const SECRETS: [&str; 5] = ["Zzyx", "4111", "612345987", "987.25", "true"];

/// What may stand where something else is expected.
fn hostile() -> [Value; 9] {
    [
        json!("Zzyx <Ada> 4111111111111111"),
        json!(4_111_111_111_111_111_u64),
        json!(-4_111_111_111_111_111_i64),
        json!(612_345_987.25),
        json!(true),
        json!(null),
        json!(["Zzyx", 4111, { "Zzyx": "4111" }]),
        json!({ "Zzyx-4111": "Zzyx", "612345987": 4111 }),
        json!({ "$serde_json::private::Number": "4111" }),
    ]
}

/// Every value that has one more hostile value, or one more member, in one of its places.
fn spoiled(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = hostile().to_vec();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                for spoiled in spoiled(member) {
                    let mut members = members.clone();
                    members.insert(name.clone(), spoiled);
                    all.push(Value::Object(members));
                }
                let mut without = members.clone();
                without.remove(name);
                all.push(Value::Object(without));
            }
            let mut more = members.clone();
            more.insert("Zzyx-4111".into(), json!("612345987"));
            all.push(Value::Object(more));
        }
        Value::Array(items) => {
            for index in 0..items.len() {
                for spoiled in spoiled(&items[index]) {
                    let mut items = items.clone();
                    items[index] = spoiled;
                    all.push(Value::Array(items));
                }
            }
        }
        _ => {}
    }
    all
}

#[track_caller]
fn assert_silent(error: &(impl Display + Debug), given: &Value) {
    let said = format!("{error} {error:?} {error:#?}");
    for secret in SECRETS {
        // The rule for a boolean names it.
        let said = said.replace("must be true or false", "");
        assert!(!said.contains(secret), "{secret} in {said} for {given}");
    }
    assert!(
        !said.contains("invalid type") && !said.contains("invalid value"),
        "{said}"
    );
}

/// As part of something of the caller's own, which serde reads ahead.
#[derive(Deserialize)]
struct Row<T> {
    #[allow(dead_code)]
    id: u32,
    #[serde(flatten)]
    #[allow(dead_code)]
    rest: T,
}

#[derive(Deserialize)]
struct Holder<T> {
    #[allow(dead_code)]
    held: T,
}

/// A binary format: if it finds something unexpected, it says what it found, and does not ask the visitor.
struct Binary(Value);

impl Binary {
    fn read<'de, V: Visitor<'de>>(
        self,
        is_expected: fn(&Value) -> bool,
        visitor: V,
    ) -> Result<V::Value, serde_json::Error> {
        if is_expected(&self.0) {
            return self.0.deserialize_any(visitor);
        }
        let found = self.0.to_string();
        Err(serde_json::Error::invalid_type(
            Unexpected::Str(&found),
            &"something else",
        ))
    }
}

impl<'de> Deserializer<'de> for Binary {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.read(|_| true, visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.read(Value::is_string, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.read(Value::is_object, visitor)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Reads every spoiled form of `good` in every way, and finds nothing of it in an error.
#[track_caller]
fn keeps_silent<T: DeserializeOwned>(good: Value) -> usize {
    serde_json::from_value::<T>(good.clone()).ok().unwrap();
    let mut refused = 0;
    let mut check = |error: Option<serde_json::Error>, given: &Value| {
        if let Some(error) = error {
            assert_silent(&error, given);
            refused += 1;
        }
    };
    for value in spoiled(&good) {
        let text = value.to_string();
        check(serde_json::from_str::<T>(&text).err(), &value);
        check(serde_json::from_slice::<T>(text.as_bytes()).err(), &value);
        check(serde_json::from_reader::<_, T>(text.as_bytes()).err(), &value);
        check(serde_json::from_value::<T>(value.clone()).err(), &value);
        check(T::deserialize(&value).err(), &value);
        check(serde_json::from_str::<Vec<T>>(&format!("[{text}]")).err(), &value);
        check(
            serde_json::from_str::<Holder<T>>(&format!(r#"{{"held":{text}}}"#)).err(),
            &value,
        );
        check(T::deserialize(Binary(value.clone())).err(), &value);
        if let Value::Object(mut members) = value.clone() {
            members.insert("id".into(), json!(1));
            check(
                serde_json::from_value::<Row<T>>(Value::Object(members)).err(),
                &value,
            );
        }
        for cut in (0..text.len())
            .filter(|cut| text.is_char_boundary(*cut))
            .step_by(7)
        {
            check(serde_json::from_str::<T>(&text[..cut]).err(), &value);
        }
    }
    refused
}

#[test]
fn no_error_repeats_what_stood_in_an_object() {
    let person = serde_json::to_value(people::everything().unwrap()).unwrap();
    let consumer = serde_json::to_value(people::consumer().unwrap()).unwrap();
    let refused = [
        keeps_silent::<PersonalInformation>(person.clone()),
        keeps_silent::<PhoneNumber>(person["mobilePhoneNumber"].clone()),
        keeps_silent::<PostalAddress>(person["residencyAddress"].clone()),
        keeps_silent::<Preferences>(json!({ "notificationChannel": ["SMS", "EMAIL"] })),
        keeps_silent::<ConsumerInformation>(consumer),
        keeps_silent::<DeletionRequest>(json!({ "reason": "Moved" })),
        keeps_silent::<Card>(cards::everything()),
        keeps_silent::<Account>(cards::everything()["accountList"][0].clone()),
        keeps_silent::<CardList>(cards::list(&[cards::everything(), cards::bare()])),
        keeps_silent::<Receipt>(json!({ "operationId": "op-1" })),
        keeps_silent::<ApiError>(json!({ "errorCode": "INTERNAL_ERROR", "error": "a text" })),
    ];
    assert!(refused.iter().all(|refused| *refused > 50), "{refused:?}");
}

#[test]
fn no_error_repeats_what_stood_in_place_of_a_text() {
    macro_rules! keep_silent {
        ($($name:ident: $good:literal),*) => {
            $(assert!(keeps_silent::<$name>(json!($good)) > 30, stringify!($name));)*
        };
    }
    keep_silent!(
        AccountNumber: "n", AccountType: "SAVINGS", AddressLine: "1 Mews", AuxiliaryScheme: "DANKORT",
        CallingCode: "+44", CardExpiry: "0931", CardId: "c", CardProductId: "p", CardScheme: "VISA",
        CardState: "ACTIVE", CardStateReason: "CARD_LOST", City: "Rome", ConsumerId: "c-1", CorrelationId: "c-1",
        CountryCode: "GB", CurrencyCode: "EUR", DateOfBirth: "1979-01-01", DeletionReason: "Moved",
        EmailAddress: "a@example.org", ErrorCode: "INTERNAL_ERROR", Gender: "FEMALE", IssuerId: "is_example",
        Language: "eng", NationalNumber: "2079460000", NotificationChannel: "SMS", OngoingOperation: "RENEWAL",
        OperationId: "op", PanSuffix: "4242", PersonName: "Ada", PostalCode: "WB9", RecipientName: "Ada",
        Subdivision: "WLS", Timestamp: "t", Title: "Ms", UserId: "u-1"
    );
}

fn refusal<T: DeserializeOwned + Debug>(json: &str) -> String {
    let error = serde_json::from_str::<T>(json).unwrap_err();
    assert_eq!(error.classify(), serde_json::error::Category::Data, "{json}");
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.clone(), |(rule, _)| rule.to_owned())
}

#[test]
fn an_error_says_where_and_by_which_rule() {
    for (json, said) in [
        ("7", "the value must be an object"),
        (r#"["Zzyx"]"#, "the value must be an object"),
        (
            r#"{"personalInformation":"Zzyx"}"#,
            "personalInformation must be an object",
        ),
        (
            r#"{"personalInformation":{"lastName":"Q"}}"#,
            "personalInformation.firstName is required",
        ),
        (
            r#"{"personalInformation":{"firstName":7,"lastName":"Q"}}"#,
            "personalInformation.firstName must be a string",
        ),
        (
            r#"{"personalInformation":{"firstName":null,"lastName":"Q"}}"#,
            "personalInformation.firstName must be a string",
        ),
        (
            r#"{"personalInformation":{"firstName":"","lastName":"Q"}}"#,
            "personalInformation.firstName must be 1 to 40 characters long",
        ),
        (
            r#"{"personalInformation":{"firstName":"A","lastName":"Q","gender":"Zzyx"}}"#,
            "personalInformation.gender must be one of the documented values",
        ),
        (
            r#"{"personalInformation":{"firstName":"A","lastName":"Q","Zzyx":7}}"#,
            "personalInformation must have documented members only",
        ),
        (
            r#"{"preferences":{"notificationChannel":"SMS"}}"#,
            "preferences.notificationChannel must be an array",
        ),
        (
            r#"{"preferences":{"notificationChannel":["SMS",7]}}"#,
            "preferences.notificationChannel[1] must be a string",
        ),
        (
            r#"{"preferences":{"notificationChannel":["SMS","SMS"]}}"#,
            "preferences.notificationChannel must hold at most 3 different values",
        ),
    ] {
        assert_eq!(refusal::<ConsumerInformation>(json), said, "{json}");
    }
    assert_eq!(
        refusal::<CardList>(
            r#"{"cards":[{"cardId":"c"},{"cardId":"c","accountList":[{"default":"Zzyx"}]}]}"#
        ),
        "cards[1].accountList[0].default must be true or false"
    );
    assert_eq!(refusal::<CardId>("7"), "the value must be a string");
}

#[test]
fn what_is_wrong_with_the_json_itself_is_said_by_the_parser() {
    for (json, category) in [
        (r#"{"cards":[{"cardId":"c"#, serde_json::error::Category::Eof),
        (r#"{"cards":[{"cardId":c"#, serde_json::error::Category::Syntax),
        (r#"{"cards":[{"cardId":"c"}]"#, serde_json::error::Category::Eof),
        (
            r#"{"cards":[{"cardId":"c",}]}"#,
            serde_json::error::Category::Syntax,
        ),
    ] {
        let error = serde_json::from_str::<CardList>(json).unwrap_err();
        assert_eq!(error.classify(), category, "{json}: {error}");
        assert!(error.line() == 1 && error.column() > 10, "{error}");
    }
}

#[test]
fn of_a_member_that_comes_twice_the_last_one_counts_at_every_depth() {
    let list: CardList = serde_json::from_str(
        r#"{"cards":[],"cards":[{"cardId":"a","cardId":"b","state":"ACTIVE","state":null,
            "accountList":[{"number":"1","number":"2","type":"SAVINGS","type":"CHECKING"}],"new":1,"new":2}]}"#,
    )
    .unwrap();
    let card = &list.cards.unwrap()[0];
    assert_eq!((card.card_id.as_str(), &card.state), ("b", &None));
    let account = &card.account_list.as_ref().unwrap()[0];
    assert_eq!(account.number.as_ref().map(|text| text.as_str()), Some("2"));
    assert_eq!(account.type_, Some(AccountType::Checking));
    let person: PersonalInformation =
        serde_json::from_str(r#"{"firstName":"A","lastName":"Q","firstName":"B"}"#).unwrap();
    assert_eq!(person.first_name.as_str(), "B");
}

/// Two of ours in one object of the caller's: each takes its members and leaves the others.
#[test]
fn types_may_be_flattened_into_one_object() {
    #[derive(Deserialize)]
    struct Both {
        #[serde(flatten)]
        phone: PhoneNumber,
        #[serde(flatten)]
        receipt: Receipt,
        note: String,
    }
    let both: Both = serde_json::from_value(json!({
        "countryCode": "+44", "phoneNumber": "2079460000", "operationId": "op-1", "note": "x",
    }))
    .unwrap();
    assert_eq!(both.phone.country_code.as_str(), "+44");
    assert_eq!(
        both.receipt.operation_id.as_ref().map(|text| text.as_str()),
        Some("op-1")
    );
    assert_eq!(both.note, "x");
}
