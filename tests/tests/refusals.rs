//! A builder tells all that is wrong with what it was given, and so does who reads JSON: as data and in words, and never a
//! value. What is optional may be given as an `Option`.

#![allow(clippy::unwrap_used)]

use d1_generated::{
    Invalid, Rule,
    types::{
        ConsumerInformation, NotificationChannel, PersonalInformation, PhoneNumber, PostalAddress,
        Preferences,
    },
};
use serde_json::json;

/// What stands in every value here.
const SECRET: &str = "Zq9<";

#[test]
fn every_field_is_told_with_its_path_and_its_rule() {
    let refused = PersonalInformation::builder()
        .middle_name(SECRET)
        .language("fr")
        .gender(SECRET)
        .residency_address(PostalAddress::builder().line2(SECRET).city("Paris"))
        .first_name("Ada")
        .build()
        .unwrap_err();

    let fields: Vec<_> = refused
        .fields()
        .map(|refusal| (refusal.path(), refusal.kind()))
        .collect();
    let pattern = Rule::Pattern(r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,40}$");
    assert_eq!(
        fields,
        [
            ("middleName", pattern),
            ("language", Rule::Length { min: 3, max: 3 }),
            ("gender", Rule::Values(&["MALE", "FEMALE", "OTHER"])),
            (
                "residencyAddress.line2",
                Rule::Pattern(r"^[\p{L}\p{N}\p{M} ,.'_#;:\/-]{1,64}$")
            ),
            ("residencyAddress.countryCode", Rule::Required),
            ("residencyAddress.line1", Rule::Required),
            ("residencyAddress.state", Rule::Required),
            ("residencyAddress.zipCode", Rule::Required),
            ("lastName", Rule::Required),
        ]
    );
    assert_eq!(
        (refused.field(), refused.rule()),
        ("middleName", refused.fields().next().unwrap().rule())
    );
    let sentences: Vec<_> = refused.fields().map(ToString::to_string).collect();
    assert_eq!(sentences[1], "language must be exactly 3 characters long");
    assert_eq!(sentences[8], "lastName is required");
    for told in [format!("{refused:?}"), refused.to_string(), sentences.join(" ")] {
        assert!(!told.contains("Zq9"), "{told}");
    }
}

/// The paths and kinds of what is refused.
fn told(refused: &Invalid) -> Vec<(&str, Rule)> {
    refused
        .fields()
        .map(|refusal| (refusal.path(), refusal.kind()))
        .collect()
}

#[test]
fn json_is_refused_as_a_builder_refuses() {
    let json = json!({
        "middleName": SECRET,
        "language": "fr",
        "gender": SECRET,
        "residencyAddress": {"line2": SECRET, "city": "Paris"},
        "firstName": "Ada",
    });
    let built = PersonalInformation::builder()
        .middle_name(SECRET)
        .language("fr")
        .gender(SECRET)
        .residency_address(PostalAddress::builder().line2(SECRET).city("Paris"))
        .first_name("Ada")
        .build()
        .unwrap_err();
    let read = PersonalInformation::from_json(json.to_string()).unwrap_err();
    let by_path = |invalid| {
        let mut told = told(invalid);
        told.sort_by_key(|(path, _)| *path);
        format!("{told:?}")
    };
    assert_eq!(by_path(&read), by_path(&built));

    // serde's own error is one line with all of them.
    let sentences: Vec<_> = read.fields().map(ToString::to_string).collect();
    for error in [
        serde_json::from_str::<PersonalInformation>(&json.to_string())
            .unwrap_err()
            .to_string(),
        serde_json::from_value::<PersonalInformation>(json)
            .unwrap_err()
            .to_string(),
    ] {
        for sentence in &sentences {
            assert!(error.contains(sentence), "{error}");
        }
        assert!(!error.contains("Zq9"), "{error}");
    }
}

#[test]
fn values_of_another_type_and_undocumented_members_are_told_with_all_else() {
    let read = ConsumerInformation::from_json(
        json!({
            "personalInformation": {
                "firstName": 7,
                "lastName": ["Zq9"],
                "middleName": {"Zq9": 1},
                "title": true,
                "email": null,
                "residencyAddress": [1, 2],
                "mobilePhoneNumber": "Zq9",
                "Zq9": "Zq9",
            },
            "preferences": {"notificationChannel": ["SMS", 7, "FAX"]},
        })
        .to_string(),
    )
    .unwrap_err();
    let told: Vec<_> = read.fields().map(ToString::to_string).collect();
    let mut expected = [
        "personalInformation.firstName must be a string",
        "personalInformation.lastName must be a string",
        "personalInformation.middleName must be a string",
        "personalInformation.title must be a string",
        "personalInformation.residencyAddress must be an object",
        "personalInformation.mobilePhoneNumber must be an object",
        "personalInformation must have documented members only",
        "preferences.notificationChannel[1] must be a string",
        "preferences.notificationChannel[2] must be one of the documented values",
    ];
    let mut sorted = told.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    for (json, rule) in [
        ("[]", "the value must be an object"),
        ("7", "the value must be an object"),
        ("{", "the value must be JSON"),
    ] {
        assert_eq!(
            ConsumerInformation::from_json(json).unwrap_err().to_string(),
            rule,
            "{json}"
        );
    }
}

#[test]
fn of_a_member_that_comes_again_the_last_one_is_refused_or_taken() {
    let person = |members: &str| PersonalInformation::from_json(format!(r#"{{"lastName":"Q",{members}}}"#));
    assert!(person(r#""firstName":"","firstName":"Ada""#).is_ok());
    let refused = person(r#""firstName":"Ada","firstName":"""#).unwrap_err();
    assert_eq!(refused.field(), "firstName");
    assert_eq!(refused.fields().count(), 1);
    let nested = r#""firstName":"Ada","mobilePhoneNumber":{"countryCode":"x"},"mobilePhoneNumber":null"#;
    assert!(person(nested).is_ok());
}

#[test]
fn formats_other_than_json_tell_what_comes_before_a_value_of_another_type() {
    // As serde's own deserializer of values, which knows no JSON.
    use serde::de::{
        IntoDeserializer,
        value::{Error, MapDeserializer},
    };
    let members = [("countryCode", "Zq9"), ("phoneNumber", "Zq9")];
    let from: MapDeserializer<'_, _, Error> = MapDeserializer::new(
        members
            .into_iter()
            .map(|(name, value)| (name, IntoDeserializer::<Error>::into_deserializer(value))),
    );
    let error = <PhoneNumber as serde::Deserialize>::deserialize(from)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("countryCode must") && error.contains("; phoneNumber must"),
        "{error}"
    );
}

#[test]
fn a_list_tells_its_bounds_as_data() {
    let refused = Preferences::builder()
        .notification_channel([NotificationChannel::Sms, NotificationChannel::Sms])
        .build()
        .unwrap_err();
    let kinds: Vec<_> = refused.fields().map(|refusal| refusal.kind()).collect();
    assert_eq!(
        kinds,
        [Rule::Items {
            min: 0,
            max: 3,
            unique: true
        }]
    );
}

#[test]
fn an_optional_setter_takes_a_value_or_an_option_of_one() {
    let some: Option<String> = Some("Augusta".to_owned());
    let phone = Some(
        PhoneNumber::builder()
            .country_code("+44")
            .phone_number("2071234567"),
    );
    let person = |builder: d1_generated::types::builder::PersonalInformation| {
        builder.first_name("Ada").last_name("Lovelace").build().unwrap()
    };
    let given = person(
        PersonalInformation::builder()
            .middle_name(some)
            .title(Some("Mrs."))
            .mobile_phone_number(phone)
            .email(None::<&str>),
    );
    let plain = person(
        PersonalInformation::builder()
            .middle_name("Augusta")
            .title("Mrs.")
            .mobile_phone_number(
                PhoneNumber::builder()
                    .country_code("+44")
                    .phone_number("2071234567"),
            ),
    );
    assert!(given == plain);

    let refused: Invalid = PersonalInformation::builder()
        .title(Some("Q"))
        .build()
        .unwrap_err();
    assert_eq!(refused.field(), "title");
    // None takes back what was given, refused or not.
    let taken_back = person(
        PersonalInformation::builder()
            .title("Q")
            .title(None::<&str>)
            .email(None::<String>),
    );
    assert!(taken_back == person(PersonalInformation::builder()));
}
