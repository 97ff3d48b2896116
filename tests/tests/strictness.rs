//! What breaks the vendor's rules is refused before anything is sent; real people are not.

#![allow(clippy::unwrap_used)]

use d1_generated::{
    Client, Error, Invalid,
    builder::{DeleteConsumer, ListCards, RegisterConsumer, UpdateConsumer},
    mock::MockServerExt,
    types::{
        ConsumerInformation, DeletionRequest, NotificationChannel, PersonalInformation, PhoneNumber,
        PostalAddress, Preferences,
    },
};
use d1_tests::{
    loopback::{CONSUMER, ISSUER, Recorder, client},
    people,
};
use httpmock::MockServer;
use serde_json::{Value, json};

const NAME_CHARACTERS: &str = r"must match `^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,40}$` (ECMA 262, Unicode)";
const LINE_CHARACTERS: &str = r"must match `^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,64}$` (ECMA 262, Unicode)";
const ID_CHARACTERS: &str = r"must match `^[A-Za-z0-9_-]{1,64}$` (ECMA 262, Unicode)";

/// Forty-one letters, one more than a name may have.
const TOO_LONG: &str = "Abcdefghijklmnopqrstuvwxyzabcdefghijklmno";

#[tokio::test]
async fn a_person_that_breaks_a_rule_is_refused_before_anything_is_sent() {
    let cases = [
        refused(
            "firstName",
            TOO_LONG,
            "must be 1 to 40 characters long",
            |p, v| p.first_name(v),
        ),
        refused("lastName", "", "must be 1 to 40 characters long", |p, v| {
            p.last_name(v)
        }),
        refused("middleName", "Zed<script>", NAME_CHARACTERS, |p, v| {
            p.middle_name(v)
        }),
        refused("secondLastName", "Zed\u{1F600}", NAME_CHARACTERS, |p, v| {
            p.second_last_name(v)
        }),
        refused("title", "Q", "must be 2 to 40 characters long", |p, v| p.title(v)),
        refused(
            "gender",
            "ROBOT-9",
            "must be one of the documented values",
            |p, v| p.gender(v),
        ),
        refused("language", "fr", "must be exactly 3 characters long", |p, v| {
            p.language(v)
        }),
        refused(
            "language",
            "QQQ",
            r"must match `^[a-z]{3}$` (ECMA 262, Unicode)",
            |p, v| p.language(v),
        ),
        refused(
            "nationality",
            "bq",
            r"must match `^[A-Z]{2}$` (ECMA 262, Unicode)",
            |p, v| p.nationality(v),
        ),
        refused(
            "dateOfBirth",
            "1979-13-01",
            r"must match `^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[0-1])$` (ECMA 262, Unicode)",
            |p, v| p.date_of_birth(v),
        ),
        refused("email", "q@q", "must be 5 to 256 characters long", |p, v| {
            p.email(v)
        }),
        refused(
            "mobilePhoneNumber.countryCode",
            "3378",
            r"must match `^\+[0-9]{1,9}$` (ECMA 262, Unicode)",
            |p, v| p.mobile_phone_number(PhoneNumber::builder().country_code(v).phone_number("612345678")),
        ),
        refused(
            "mobilePhoneNumber.phoneNumber",
            "6 12 34",
            r"must match `^[0-9]{1,14}$` (ECMA 262, Unicode)",
            |p, v| p.mobile_phone_number(people::phone().phone_number(v)),
        ),
        refused("residencyAddress.line2", "Zed <b>", LINE_CHARACTERS, |p, v| {
            p.residency_address(address().line2(v))
        }),
        refused("residencyAddress.line3", "Zed > b", LINE_CHARACTERS, |p, v| {
            p.residency_address(address().line3(v))
        }),
        refused(
            "residencyAddress.countryCode",
            "FRQ",
            "must be exactly 2 characters long",
            |p, v| p.residency_address(address().country_code(v)),
        ),
        refused(
            "residencyAddress.zipCode",
            "Q_38000",
            r"must match `^[0-9a-zA-Z -]{1,10}$` (ECMA 262, Unicode)",
            |p, v| p.residency_address(address().zip_code(v)),
        ),
        refused("residencyAddress.city", "", "is required", |p, _| {
            p.residency_address(
                PostalAddress::builder()
                    .line1("1")
                    .state("Q")
                    .zip_code("1")
                    .country_code("FR"),
            )
        }),
        refused("lastName", "", "is required", |_, _| {
            PersonalInformation::builder().first_name("Zed")
        }),
    ];
    let d1 = Untouched::start().await;

    for Refused {
        field,
        value,
        rule,
        set,
    } in cases
    {
        let person = PersonalInformation::builder()
            .first_name("Ada")
            .last_name("Quill");
        let person = set(person, value);

        assert_invalid(&person.clone().build().unwrap_err(), field, value, rule);
        let consumer = || ConsumerInformation::builder().personal_information(person.clone());
        let field = format!("personalInformation.{field}");
        d1.refuses(|d1| register(d1).body(consumer()).send(), &field, value, rule)
            .await;
        d1.refuses(
            |d1| {
                register(d1)
                    .body_map(|body| body.personal_information(person.clone()))
                    .send()
            },
            &field,
            value,
            rule,
        )
        .await;
        d1.refuses(|d1| update(d1).body(consumer()).send(), &field, value, rule)
            .await;
    }
    d1.heard_nothing().await;
}

#[tokio::test]
async fn preferences_name_each_channel_once_and_at_most_three() {
    use NotificationChannel::{Email, InAppNotification, Sms};
    const RULE: &str = "must hold at most 3 different values";
    let d1 = Untouched::start().await;

    for channels in [vec![Sms, Email, InAppNotification, Sms], vec![Email, Email]] {
        let preferences = Preferences::builder().notification_channel(channels);

        assert_invalid(
            &preferences.clone().build().unwrap_err(),
            "notificationChannel",
            "EMAIL",
            RULE,
        );
        let field = "preferences.notificationChannel";
        let call = |d1| {
            register(d1)
                .body_map(|body| body.preferences(preferences.clone()))
                .send()
        };
        d1.refuses(call, field, "EMAIL", RULE).await;
    }
    d1.heard_nothing().await;
    assert!(
        Preferences::builder()
            .notification_channel([Sms, Email, InAppNotification])
            .build()
            .is_ok()
    );
    assert!(
        Preferences::builder()
            .notification_channel(Vec::new())
            .build()
            .is_ok()
    );
}

#[tokio::test]
async fn a_deletion_reason_is_letters_digits_and_spaces() {
    const RULE: &str = r"must match `^[a-zA-Z0-9 ]{1,64}$` (ECMA 262, Unicode)";
    let d1 = Untouched::start().await;

    let too_long = "x".repeat(65);
    for reason in ["", "Q-closed", "Qué", "Q\n", too_long.as_str()] {
        let request = DeletionRequest::builder().reason(reason);
        d1.refuses(
            |d1| delete(d1).body(request.clone()).send(),
            "reason",
            reason,
            RULE,
        )
        .await;
    }
    d1.heard_nothing().await;
}

#[tokio::test]
async fn an_id_that_breaks_its_rule_is_refused_by_every_operation() {
    const TEN: &str = "must be exactly 10 characters long";
    let d1 = Untouched::start().await;

    macro_rules! every_operation_refuses {
        ($setter:ident($value:expr), $field:literal, $rule:expr) => {
            d1.refuses(
                |d1| register(d1).$setter($value).send(),
                $field,
                $value,
                $rule,
            )
            .await;
            d1.refuses(|d1| list(d1).$setter($value).send(), $field, $value, $rule)
                .await;
            d1.refuses(
                |d1| update(d1).$setter($value).send(),
                $field,
                $value,
                $rule,
            )
            .await;
            d1.refuses(
                |d1| delete(d1).$setter($value).send(),
                $field,
                $value,
                $rule,
            )
            .await;
        };
    }
    every_operation_refuses!(issuer_id("is_nineQQ"), "issuerId", TEN);
    every_operation_refuses!(issuer_id("is_elevenQQ"), "issuerId", TEN);
    every_operation_refuses!(consumer_id("c/1f6e"), "consumerId", ID_CHARACTERS);
    every_operation_refuses!(consumer_id("c-1f6e\n"), "consumerId", ID_CHARACTERS);
    every_operation_refuses!(consumer_id(""), "consumerId", "must be 1 to 64 characters long");
    every_operation_refuses!(x_correlation_id("zoe@x"), "x-correlation-id", ID_CHARACTERS);
    every_operation_refuses!(
        x_user_id("sixteen-letters-"),
        "x-user-id",
        "must be 1 to 15 characters long"
    );
    d1.heard_nothing().await;
}

#[tokio::test]
async fn an_operation_without_its_ids_is_refused() {
    let d1 = Untouched::start().await;

    d1.refuses(|d1| d1.list_cards().send(), "issuerId", "", "is required")
        .await;
    d1.refuses(
        |d1| d1.list_cards().issuer_id(ISSUER).send(),
        "consumerId",
        "",
        "is required",
    )
    .await;
    d1.refuses(
        |d1| d1.delete_consumer().consumer_id(CONSUMER).send(),
        "issuerId",
        "",
        "is required",
    )
    .await;
    d1.heard_nothing().await;
}

#[tokio::test]
async fn real_people_pass_and_arrive_as_they_were_written() {
    for name in people::REAL_NAMES {
        let person = people::named(name, name).unwrap();

        let body = registered(ConsumerInformation::builder().personal_information(person)).await;

        let expected = format!(r#"{{"personalInformation":{{"firstName":"{name}","lastName":"{name}"}}}}"#);
        assert_eq!(body, expected.as_bytes());
    }
}

#[tokio::test]
async fn the_two_spellings_of_a_name_stay_two() {
    let spelt =
        |name| ConsumerInformation::builder().personal_information(people::named(name, "Quill").unwrap());

    let composed = registered(spelt(people::NGUYEN_COMPOSED)).await;
    let decomposed = registered(spelt(people::NGUYEN_DECOMPOSED)).await;

    assert!(contains(&composed, b"Nguy\xE1\xBB\x85n"));
    assert!(contains(&decomposed, b"Nguye\xCC\x82\xCC\x83n"));
}

#[tokio::test]
async fn a_whole_person_arrives_with_every_field() {
    let body = registered(people::consumer().unwrap()).await;

    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        people::consumer_on_the_wire()
    );
    assert!(contains(&body, "12 rue de la République".as_bytes()));
}

#[test]
fn the_rules_at_their_edges() {
    let forty = &TOO_LONG[..40];
    assert!(people::named(forty, &"é".repeat(40)).is_ok());
    assert!(people::named("-", "'").is_ok());
    assert!(people::phone().country_code("+123456789").build().is_ok());
    assert!(people::phone().phone_number("12345678901234").build().is_ok());
    assert!(people::phone().phone_number("123456789012345").build().is_err());
}

#[test]
fn setters_take_text_values_builders_and_the_types_themselves() {
    let owned = String::from("Ada");
    let person = PersonalInformation::builder()
        .first_name(&owned)
        .middle_name("Ada")
        .last_name(owned.clone())
        .mobile_phone_number(
            PhoneNumber::builder()
                .country_code("+33")
                .phone_number("612345678"),
        )
        .residency_address(people::address().unwrap())
        .build()
        .unwrap();

    assert_eq!(person.middle_name.unwrap(), "Ada");
    assert_eq!(person.mobile_phone_number.unwrap().country_code, "+33");
    assert_eq!(person.residency_address, people::address().ok());
}

#[test]
fn a_stored_person_is_read_by_the_same_rules_and_refused_without_the_value() {
    let stored = |last_name: &str| json!({ "firstName": "Ada", "lastName": last_name });

    assert!(serde_json::from_value::<PersonalInformation>(stored("Quill")).is_ok());
    let refused = serde_json::from_value::<PersonalInformation>(stored("Zed<b>"))
        .unwrap_err()
        .to_string();
    assert!(refused.contains(NAME_CHARACTERS));
    assert!(!refused.contains("Zed"));
}

/// A value that a field refuses, and the rule that says so.
struct Refused {
    field: &'static str,
    value: &'static str,
    rule: &'static str,
    set: Setter,
}

type Person = d1_generated::types::builder::PersonalInformation;
type Setter = fn(Person, &'static str) -> Person;

const fn refused(field: &'static str, value: &'static str, rule: &'static str, set: Setter) -> Refused {
    Refused {
        field,
        value,
        rule,
        set,
    }
}

/// The error has the rule and the field, and not the value.
fn assert_invalid(invalid: &Invalid, field: &str, value: &str, rule: &str) {
    assert_eq!(invalid.field(), field);
    // What a pattern means to people comes behind it.
    assert!(invalid.rule().starts_with(rule), "{invalid}");
    for told in [invalid.to_string(), format!("{invalid:?}")] {
        assert!(value.is_empty() || !told.contains(value), "{field}: {told}");
    }
}

/// A D1 that would say yes to everything, and is to hear nothing.
struct Untouched {
    client: Client,
    heard: Recorder,
    _d1: MockServer,
}

impl Untouched {
    async fn start() -> Self {
        let (d1, heard) = (MockServer::start_async().await, Recorder::default());
        d1.mock_async(|when, then| {
            heard.watch(when.any_request());
            then.status(200)
                .header("content-type", "application/json")
                .body("{}");
        })
        .await;
        Self {
            client: client(&d1),
            heard,
            _d1: d1,
        }
    }

    /// The call fails with the field and its rule, and without the value.
    async fn refuses<'a, T, C>(
        &'a self,
        call: impl FnOnce(&'a Client) -> C,
        field: &str,
        value: &str,
        rule: &str,
    ) where
        C: Future<Output = Result<T, Error<()>>>,
    {
        match call(&self.client).await {
            Err(Error::InvalidRequest(told)) => {
                assert!(told.starts_with(&format!("{field} {rule}")), "{told}");
                assert!(value.is_empty() || !told.contains(value), "{told}");
            }
            Err(_) => panic!("{field} is to be refused as invalid"),
            Ok(_) => panic!("{field} is to be refused"),
        }
    }

    /// Nothing was heard, though a call would have been.
    async fn heard_nothing(&self) {
        assert_eq!(self.heard.count(), 0);
        list(&self.client).send().await.unwrap();
        assert_eq!(self.heard.count(), 1);
    }
}

fn register(d1: &Client) -> RegisterConsumer<'_> {
    d1.register_consumer().issuer_id(ISSUER).consumer_id(CONSUMER)
}

fn list(d1: &Client) -> ListCards<'_> {
    d1.list_cards().issuer_id(ISSUER).consumer_id(CONSUMER)
}

fn update(d1: &Client) -> UpdateConsumer<'_> {
    d1.update_consumer().issuer_id(ISSUER).consumer_id(CONSUMER)
}

fn delete(d1: &Client) -> DeleteConsumer<'_> {
    d1.delete_consumer().issuer_id(ISSUER).consumer_id(CONSUMER)
}

/// The bytes that a registration sends.
async fn registered<C>(consumer: C) -> Vec<u8>
where
    C: TryInto<ConsumerInformation>,
    C::Error: Into<Invalid>,
{
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    d1.register_consumer(|when, then| {
        recorder.watch(when.into_inner());
        then.no_content();
    });
    register(&client(&d1)).body(consumer).send().await.unwrap();
    recorder.only().body_vec()
}

fn address() -> d1_generated::types::builder::PostalAddress {
    people::address().unwrap().into()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn channels_read_from_json_keep_the_same_rules() {
    for (json, accepted) in [
        (r#"{"notificationChannel":["SMS","EMAIL"]}"#, true),
        (r#"{"notificationChannel":null}"#, true),
        ("{}", true),
        (r#"{"notificationChannel":["SMS","SMS"]}"#, false),
        (
            r#"{"notificationChannel":["SMS","EMAIL","IN_APP_NOTIFICATION","SMS"]}"#,
            false,
        ),
    ] {
        let read = serde_json::from_str::<d1_generated::types::Preferences>(json);
        assert_eq!(read.is_ok(), accepted, "{json}");
    }
}

#[test]
fn every_language_that_the_vendor_lists_keeps_the_rule() {
    let accepted = d1_generated::types::Language::ACCEPTED;
    assert!(accepted.contains(&"eng") && accepted.contains(&"ger") && !accepted.contains(&"fra"));
    for language in accepted {
        assert!(d1_generated::types::Language::new(language).is_ok(), "{language}");
    }
}
