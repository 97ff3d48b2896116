//! A builder tells all that is wrong with what it was given, as data and in words, and never a value; what is optional may be
//! given as an `Option`.

#![allow(clippy::unwrap_used)]

use d1_generated::{
    Invalid, Rule,
    types::{NotificationChannel, PersonalInformation, PhoneNumber, PostalAddress, Preferences},
};

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
