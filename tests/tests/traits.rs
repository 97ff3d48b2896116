//! Which of the usual traits each small public type has: what a service does with it needs them.

#![allow(clippy::unwrap_used)]

use std::{
    borrow::{Borrow, Cow},
    collections::HashMap,
    fmt::{Debug, Display},
    hash::Hash,
    ops::Deref,
    str::FromStr,
    sync::Arc,
};

use d1_client::{
    ConsumerApi, ConsumerId, CorrelationId, Environment, Error, ErrorCode, ErrorKind, FieldProblem, Invalid,
    IssuerId, Operation, Outcome, Problem, Receipt, Response, RetryPolicy, UserId,
    auth::{AccessToken, KeyError, TokenError, TokenErrorKind},
    types::{
        self, CardScheme, CardState, Gender, NotificationChannel, PersonName, PersonalInformation,
        PhoneNumber, PostalAddress, Preferences,
    },
};
use serde::{Serialize, de::DeserializeOwned};

fn value<T: Clone + Debug + PartialEq + Send + Sync + 'static>() {}
fn key<T: Clone + Debug + Eq + Hash + Send + Sync + 'static>() {}
fn name<T: Copy + Display + FromStr + Serialize + Hash + Eq + Debug>() {}
fn json<T: Serialize + DeserializeOwned>() {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

/// What a text of the API is made from.
fn text<T>()
where
    T: FromStr + AsRef<str> + Borrow<str> + Into<String> + PartialEq<str> + Ord + Hash,
    T: for<'a> TryFrom<&'a str> + TryFrom<String> + for<'a> TryFrom<&'a String>,
    T: for<'a> TryFrom<Cow<'a, str>> + TryFrom<Arc<str>> + TryFrom<Box<str>> + for<'a> From<&'a T>,
    T: Clone + Debug + PartialEq + Send + Sync + 'static + Serialize + DeserializeOwned,
{
    value::<T>();
    json::<T>();
}

#[test]
fn every_small_type_has_the_usual_traits() {
    name::<Outcome>();
    name::<ErrorKind>();
    name::<TokenErrorKind>();
    name::<Operation>();
    json::<Outcome>();
    json::<ErrorKind>();
    key::<Environment>();
    key::<Invalid>();
    key::<FieldProblem>();
    value::<Problem>();
    value::<Receipt>();
    value::<RetryPolicy>();
    text::<ConsumerId>();
    text::<IssuerId>();
    text::<CorrelationId>();
    text::<UserId>();
    text::<PersonName>();
    text::<types::EmailAddress>();
    text::<types::DateOfBirth>();
    for_references::<PersonalInformation>();
    for_references::<PhoneNumber>();
    for_references::<PostalAddress>();
    for_references::<Preferences>();
    for_references::<Gender>();
    for_references::<NotificationChannel>();
    error::<Error>();
    error::<Invalid>();
    error::<KeyError>();
    error::<TokenError>();
    error::<d1_client::BuildError>();
    fn is_sent<T: Send + Sync + Clone + Debug>() {}
    is_sent::<Response<Vec<types::Card>>>();
    is_sent::<AccessToken>();
    fn is_object_safe(_: &dyn ConsumerApi) {}
    let _ = is_object_safe;
}

fn for_references<T>()
where
    T: for<'a> From<&'a T> + Clone + Debug + PartialEq + Send + Sync + 'static + Serialize + DeserializeOwned,
{
    value::<T>();
    json::<T>();
}

/// Whether a type has a trait: the inherent constant is found first, if its bound holds.
macro_rules! has {
    ($type:ty: $($bound:tt)+) => {{
        #[allow(dead_code)]
        trait Otherwise {
            const HAS: bool = false;
        }
        impl<T: ?Sized> Otherwise for Probe<T> {}
        struct Probe<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + $($bound)+> Probe<T> {
            const HAS: bool = true;
        }
        <Probe<$type>>::HAS
    }};
}

/// `info!(%last_name)` must not compile; nor `last_name.to_string()`, which a `Deref` would make that of `str`.
#[test]
fn what_is_personal_has_no_display() {
    macro_rules! personal {
        ($($name:ident)*) => {
            $(assert!(!has!(types::$name: Display), stringify!($name));)*
            $(assert!(!has!(types::$name: Deref), stringify!($name));)*
        };
    }
    personal! {
        PersonName Title EmailAddress CallingCode NationalNumber DateOfBirth AddressLine City Subdivision PostalCode
        CountryCode Language Gender RecipientName PersonalInformation PhoneNumber PostalAddress PanSuffix CardExpiry
        AccountNumber CardId DeletionReason
    }
    assert!(has!(ErrorCode: Display) && has!(CardState: Display) && has!(CardScheme: Display));
    assert!(has!(CorrelationId: Display) && has!(IssuerId: Display) && has!(ConsumerId: Display));
    assert!(has!(Response<()>: Deref));
}

#[test]
fn names_are_lower_case_and_read_back() {
    fn check<T: Copy + Display + FromStr + Serialize + PartialEq + Debug>(all: &[T])
    where
        T::Err: Debug,
    {
        assert!(!all.is_empty());
        for value in all {
            let name = value.to_string();
            assert!(
                name.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{name}"
            );
            assert_eq!(name.parse::<T>().unwrap(), *value);
            assert_eq!(serde_json::to_value(value).unwrap(), serde_json::json!(name));
        }
        assert!("no such name".parse::<T>().is_err());
    }
    check(Outcome::ALL);
    check(ErrorKind::ALL);
    check(TokenErrorKind::ALL);
    check(Operation::ALL);
    assert_eq!(format!("{:>10}", Outcome::Unknown), "   unknown");
}

#[test]
fn an_environment_is_known_by_its_urls() {
    let (production, staging) = (Environment::Production, Environment::Staging);
    for known in [&production, &staging] {
        let by_urls = Environment::custom(known.banking_url(), known.auth_url()).unwrap();
        assert_eq!(&by_urls, known);
        assert_eq!(known.to_string().parse::<Environment>().unwrap(), *known);
        assert_eq!(serde_json::to_value(known).unwrap(), known.as_str());
    }
    assert!(production.is_production() && !staging.is_production());
    for (banking, auth, is_production) in [
        (
            "https://API.d1.thalescloud.io:443/banking/v2/",
            "https://api.d1.thalescloud.io/authz/v1",
            true,
        ),
        (
            "https://api.d1.thalescloud.io/banking/v2",
            "https://localhost/authz/v1",
            true,
        ),
        (
            "https://api.d1.thalescloud.io./banking/v2",
            "https://localhost/authz/v1",
            true,
        ),
        (
            "https://localhost/banking/v2",
            "https://api.d1.thalescloud.io/authz/v1",
            true,
        ),
        ("https://localhost", "https://localhost", false),
        (
            "https://api.d1-stg.thalescloud.io/banking/v2",
            "https://localhost",
            false,
        ),
    ] {
        let custom = Environment::custom(banking, auth).unwrap();
        assert_eq!(custom.is_production(), is_production, "{banking} {auth}");
    }
    assert!("custom".parse::<Environment>().is_err());
}

#[test]
fn a_consumer_id_is_checked_as_it_is_read() {
    #[derive(serde::Deserialize, Debug)]
    struct NewUser {
        id: ConsumerId,
    }
    let user: NewUser = serde_json::from_str(r#"{"id":"c-1f6e"}"#).unwrap();
    assert_eq!(user.id, "c-1f6e");
    assert_eq!(serde_json::to_string(&user.id).unwrap(), r#""c-1f6e""#);
    assert_eq!(
        format!("{} {:?}", user.id, user.id),
        "c-1f6e ConsumerId([redacted])"
    );
    for (json, rule) in [
        (r#"{"id":"ada@example.com"}"#, "consumerId must"),
        (
            r#"{"id":"4111111111111111"}"#,
            "consumerId must not be a card number",
        ),
        (r#"{"id":4111111111111111}"#, "consumerId must be a string"),
        (r#"{"id":true}"#, "consumerId must be a string"),
        (r#"{"id":-1.5}"#, "consumerId must be a string"),
    ] {
        let error = serde_json::from_str::<NewUser>(json).unwrap_err().to_string();
        assert!(error.starts_with(rule), "{error}");
        assert!(!error.contains("4111") && !error.contains("ada"), "{error}");
    }
}

#[test]
fn a_map_of_ids_is_searched_by_a_text() {
    let id = |id: &str| ConsumerId::new(id).unwrap();
    let registered = HashMap::from([(id("c-1"), 1), (id("c-2"), 2)]);
    assert_eq!(registered.get("c-2"), Some(&2));
    assert_eq!(registered.get("c-3"), None);
    let names = HashMap::from([(PersonName::new("Ada").unwrap(), 1)]);
    assert_eq!(names.get("Ada"), Some(&1));
}

#[test]
fn setters_take_references_and_the_common_kinds_of_strings() {
    let name = PersonName::new("Ada").unwrap();
    let (female, language) = (&Gender::Female, String::from("eng"));
    let person = PersonalInformation::builder()
        .first_name(&name)
        .middle_name(Cow::Borrowed("K"))
        .second_last_name('X')
        .last_name(Arc::<str>::from("Lovelace"))
        .title(None::<&str>)
        .email(Some(String::from("ada@example.com")))
        .gender(female)
        .language(&language)
        .date_of_birth(types::DateOfBirth::from_ymd(1815, 12, 10).unwrap())
        .build()
        .unwrap();
    assert_eq!(person.middle_name.as_ref().map(PersonName::as_str), Some("K"));
    let person = PersonalInformation::builder()
        .first_name(&name)
        .last_name(&name)
        .build()
        .unwrap();
    let information = types::ConsumerInformation::builder()
        .personal_information(&person)
        .build()
        .unwrap();
    assert_eq!(information.personal_information.as_ref(), Some(&person));
}

#[test]
fn a_date_of_birth_is_a_day_of_the_calendar() {
    use types::DateOfBirth;
    assert_eq!(DateOfBirth::from_ymd(2024, 2, 29).unwrap(), "2024-02-29");
    for (year, month, day) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2001, 2, 31),
        (2001, 4, 31),
        (2001, 13, 1),
        (2001, 1, 0),
        (-1, 1, 1),
        (10_000, 1, 1),
        (2001, 0, 1),
    ] {
        assert!(
            DateOfBirth::from_ymd(year, month, day).is_err(),
            "{year}-{month}-{day}"
        );
    }
    assert_eq!(
        DateOfBirth::try_from(jiff::civil::date(1815, 12, 10)).unwrap(),
        "1815-12-10"
    );
    assert_eq!(
        DateOfBirth::try_from(chrono::NaiveDate::from_ymd_opt(1815, 12, 10).unwrap()).unwrap(),
        "1815-12-10"
    );
    assert_eq!(
        DateOfBirth::try_from(time::Date::from_calendar_date(1815, time::Month::December, 10).unwrap())
            .unwrap(),
        "1815-12-10"
    );
}

#[test]
fn an_error_of_the_start_reads_well_as_main_prints_it() {
    let error = d1_client::Client::builder(IssuerId::new("is_example").unwrap())
        .environment(Environment::Staging)
        .token_source(d1_client::StaticToken::new("t"))
        .build()
        .unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(error.to_string().starts_with("no client certificate"), "{error}");
    let error = ConsumerId::new("a b").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    let error = d1_client::SigningKey::from_pem("kid", "nothing").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}
