//! reqwest and serde, as one would write it by hand for these two calls: no checks, no retries, no error type, and the
//! same request on the wire.

use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderValue};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ClientUnderTest, Person};

/// Hand-written reqwest.
#[derive(Clone)]
pub struct ByHand {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl ClientUnderTest for ByHand {
    fn new(address: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(5))
            .user_agent("by-hand/1.0")
            .default_headers(
                [(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]
                    .into_iter()
                    .collect(),
            );
        Self {
            http: http.build().expect("a client can be built"),
            base: format!("http://{address}/banking/v2"),
            token: crate::server::TOKEN.into(),
        }
    }

    async fn register(&self, person: &Person) {
        let Self { http, base, token } = self;
        let consumer = &person.consumer_id;
        http.put(format!("{base}/issuers/is_example/consumers/{consumer}"))
            .bearer_auth(token)
            .header("x-correlation-id", Uuid::new_v4().to_string())
            .json(&ConsumerInformation::of(person))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("the consumer is registered");
    }

    async fn cards(&self, consumer: &str) -> usize {
        let Self { http, base, token } = self;
        let answer = http
            .get(format!("{base}/issuers/is_example/consumers/{consumer}/cards"))
            .bearer_auth(token)
            .header("x-correlation-id", Uuid::new_v4().to_string())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .expect("the cards are listed");
        let list: CardList = answer.json().await.expect("a card list");
        list.cards.unwrap_or_default().len()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsumerInformation {
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_information: Option<PersonalInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferences: Option<Preferences>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonalInformation {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<String>,
    last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nationality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_phone_number: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    residency_address: Option<PostalAddress>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhoneNumber {
    country_code: String,
    phone_number: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostalAddress {
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_name: Option<String>,
    line1: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line3: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line4: Option<String>,
    city: String,
    state: String,
    zip_code: String,
    country_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Preferences {
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_channel: Option<Vec<NotificationChannel>>,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Gender {
    Male,
    Female,
    Unknown,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum NotificationChannel {
    Sms,
    Email,
    InAppNotification,
}

impl ConsumerInformation {
    fn of(person: &Person) -> Self {
        Self {
            personal_information: Some(PersonalInformation {
                title: Some(person.title.clone()),
                first_name: person.first_name.clone(),
                middle_name: Some(person.middle_name.clone()),
                last_name: person.last_name.clone(),
                second_last_name: Some(person.second_last_name.clone()),
                gender: Some(Gender::of(&person.gender)),
                date_of_birth: Some(person.date_of_birth.clone()),
                nationality: Some(person.nationality.clone()),
                language: Some(person.language.clone()),
                email: Some(person.email.clone()),
                mobile_phone_number: Some(PhoneNumber {
                    country_code: person.calling_code.clone(),
                    phone_number: person.phone_number.clone(),
                }),
                residency_address: Some(PostalAddress {
                    recipient_name: Some(person.recipient_name.clone()),
                    line1: person.line1.clone(),
                    line2: Some(person.line2.clone()),
                    line3: Some(person.line3.clone()),
                    line4: Some(person.line4.clone()),
                    city: person.city.clone(),
                    state: person.state.clone(),
                    zip_code: person.zip_code.clone(),
                    country_code: person.country_code.clone(),
                }),
            }),
            preferences: Some(Preferences {
                notification_channel: Some(
                    person
                        .channels
                        .iter()
                        .map(|channel| NotificationChannel::of(channel))
                        .collect(),
                ),
            }),
        }
    }
}

impl Gender {
    fn of(text: &str) -> Self {
        match text {
            "MALE" => Self::Male,
            "FEMALE" => Self::Female,
            _ => Self::Unknown,
        }
    }
}

impl NotificationChannel {
    fn of(text: &str) -> Self {
        match text {
            "SMS" => Self::Sms,
            "EMAIL" => Self::Email,
            _ => Self::InAppNotification,
        }
    }
}

#[derive(Deserialize)]
struct CardList {
    cards: Option<Vec<Card>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoded for a caller to read")]
struct Card {
    account_list: Option<Vec<Account>>,
    auxiliary_scheme: Option<AuxiliaryScheme>,
    card_id: String,
    card_product_id: Option<String>,
    creation_time: Option<String>,
    exp: Option<String>,
    last_update_time: Option<String>,
    new_card_id: Option<String>,
    new_exp: Option<String>,
    ongoing_operation: Option<OngoingOperation>,
    pan_suffix: Option<String>,
    scheme: Option<Scheme>,
    state: Option<State>,
    state_reason: Option<StateReason>,
    #[serde(rename = "threeDSsupport")]
    three_ds_support: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "decoded for a caller to read")]
struct Account {
    currency_code: Option<String>,
    default: Option<bool>,
    number: Option<String>,
    #[serde(rename = "type")]
    type_: Option<AccountType>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AuxiliaryScheme {
    Dankort,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OngoingOperation {
    None,
    Renewal,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Scheme {
    Mastercard,
    Visa,
    Amex,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum State {
    Inactive,
    Active,
    Suspended,
    Deleted,
    Replaced,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum StateReason {
    ClosedAccount,
    ClosedCard,
    CardLost,
    CardFound,
    CardStolen,
    CardBroken,
    CardNotReceived,
    Fraud,
    UserDecision,
    IssuerDecision,
    Cvv2Locked,
    ExpiryDateLocked,
    PinLocked,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AccountType {
    Checking,
    Savings,
}
