//! A person in both directions: what converts, what does not, and who says so.
#![cfg(feature = "issuer")]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use d1_client::{
    Invalid,
    issuer::{ConsumerInformation, Conversion, check_record, types as outbound},
    sandbox::Sandbox,
    types::{self as inbound, CountryCode, Language, PersonalInformation},
};
use proptest::prelude::*;
use serde_json::json;

fn person() -> inbound::builder::PersonalInformation {
    PersonalInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace")
}

fn address(country: &str) -> inbound::builder::PostalAddress {
    inbound::PostalAddress::builder()
        .line1("12 St James's Square")
        .city("London")
        .state("LND")
        .zip_code("SW1Y 4JH")
        .country_code(country)
}

fn out(person: inbound::builder::PersonalInformation) -> Result<ConsumerInformation, Invalid> {
    ConsumerInformation::try_from(&person.build().unwrap())
}

fn refused<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Vec<String> {
    let refused = result.unwrap_err();
    refused
        .fields()
        .map(|refusal| refusal.path().to_owned())
        .collect()
}

#[test]
fn a_language_takes_the_country_of_the_address_or_a_given_one_and_is_never_guessed() {
    let english = person().language("eng");
    assert_eq!(refused(out(english.clone())), ["language"]);
    let at_home = out(english.clone().residency_address(address("GB"))).unwrap();
    assert_eq!(
        at_home.language.as_ref().map(|language| language.as_str()),
        Some("en-GB")
    );
    let given = Conversion::new().country(CountryCode::new("IE").unwrap());
    let told = given.outbound(&english.clone().build().unwrap()).unwrap();
    assert_eq!(
        told.language.as_ref().map(|language| language.as_str()),
        Some("en-IE")
    );
    let abroad = english.residency_address(address("GB")).build().unwrap();
    assert_eq!(
        given
            .outbound(&abroad)
            .unwrap()
            .language
            .as_ref()
            .map(|language| language.as_str()),
        Some("en-GB")
    );

    let back = |locale: &str| {
        let person = ConsumerInformation::builder()
            .first_name("A")
            .last_name("L")
            .language(locale);
        PersonalInformation::try_from(&person.build().unwrap())
    };
    assert_eq!(
        back("en-GB")
            .unwrap()
            .language
            .as_ref()
            .map(|language| language.as_str()),
        Some("eng")
    );
    assert_eq!(
        back("de-ch")
            .unwrap()
            .language
            .as_ref()
            .map(|language| language.as_str()),
        Some("ger")
    );
    // Not in the vendor's list, and no language.
    assert_eq!(refused(back("eu-ES")), ["language"]);
    assert_eq!(refused(back("xx-XX")), ["language"]);
}

#[test]
fn every_language_that_d1_lists_converts_and_comes_back() {
    for code in Language::ACCEPTED {
        let told = out(person().language(*code).residency_address(address("CH"))).unwrap();
        let back = PersonalInformation::try_from(&told).unwrap();
        assert_eq!(
            back.language.as_ref().map(|language| language.as_str()),
            Some(*code)
        );
    }
}

#[test]
fn texts_are_composed_and_blank_ones_left_out() {
    let told = out(person().first_name("Jose\u{301}").middle_name("  ").title("  ")).unwrap();
    assert_eq!(
        (told.first_name.as_str(), told.middle_name, told.title),
        ("José", None, None)
    );
    let blank = address("GB").line2(" ").recipient_name("   ");
    let told = out(person().residency_address(blank)).unwrap();
    assert_eq!(told.residency_address.unwrap().line2, None);
    assert_eq!(refused(out(person().first_name(" "))), ["firstName"]);
}

#[test]
fn what_does_not_fit_is_listed_all_of_it_and_without_a_value() {
    let person = person()
        .first_name("अदिति")
        .gender("FEMALE")
        .second_last_name("King")
        .nationality("GB")
        .language("eng")
        .residency_address(address("GB").line3("x").line4("y").recipient_name("z"))
        .build()
        .unwrap();
    let error = ConsumerInformation::try_from(&person).unwrap_err();
    let mut fields: Vec<_> = error.fields().map(|refusal| refusal.path()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "firstName",
            "gender",
            "nationality",
            "residencyAddress.line3",
            "residencyAddress.line4",
            "residencyAddress.recipientName",
            "secondLastName",
        ]
    );
    assert!(!format!("{error:?}{error}").contains("अदिति"));
    let leaving_out = Conversion::new().leave_out_unsupported();
    assert_eq!(refused(leaving_out.outbound(&person)), ["firstName"]);

    let long = ConsumerInformation::builder()
        .first_name("a".repeat(41))
        .last_name("b".repeat(128))
        .residency_address(
            outbound::PostalAddress::builder()
                .line1("1")
                .zip_code("1")
                .country_code("GB"),
        )
        .build()
        .unwrap();
    assert_eq!(
        refused(PersonalInformation::try_from(&long)),
        [
            "firstName",
            "lastName",
            "residencyAddress.city",
            "residencyAddress.state"
        ]
    );
}

#[test]
fn a_record_is_checked_for_both_directions_at_once() {
    let both = check_record(
        &json!({"firstName": "José", "lastName": "Silva", "language": "por",
        "residencyAddress": {"line1": "1", "city": "Porto", "state": "13", "zipCode": "4000", "countryCode": "PT"}}),
    );
    assert_eq!((&both.inbound, &both.outbound), (&Ok(()), &Ok(())));

    let thai = check_record(&json!({"firstName": "ปิ่น", "lastName": "Silva"}));
    assert!(thai.inbound.is_ok() && thai.outbound.is_err());
    let long = check_record(&json!({"firstName": "a".repeat(128), "lastName": "Silva", "id": 7}));
    assert!(long.inbound.is_err() && long.outbound.is_ok());

    let country = CountryCode::new("PT").unwrap();
    let person = person().language("eng").gender("FEMALE").build().unwrap();
    let checked = Conversion::new().country(country).check_record(&person);
    assert_eq!(checked.outbound, Ok(()));
    assert_eq!(checked.outbound_leaves_out, ["gender"]);
    assert_eq!(refused(check_record(&person).outbound), ["language"]);

    for not_a_person in [
        json!(null),
        json!([]),
        json!("Ada"),
        json!({}),
        json!({"firstName": 7, "lastName": "x"}),
    ] {
        let checked = check_record(&not_a_person);
        assert!(
            checked.inbound.is_err() && checked.outbound.is_err(),
            "{not_a_person}"
        );
    }
    let twisted = check_record(&json!({"firstName": 7, "residencyAddress": "x"}));
    assert_eq!(
        refused(twisted.outbound),
        ["firstName", "residencyAddress", "lastName"]
    );
}

fn texts(longest: usize) -> impl Strategy<Value = String> {
    let letters = "[a-zA-Zéüßñø 0-9'\u{301}\u{5d0}-\u{5ea}\u{627}-\u{64a}अ-ह\u{93e}一-十-]";
    proptest::string::string_regex(&format!("{letters}{{1,{longest}}}")).unwrap()
}

fn maybe(longest: usize) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(texts(longest))
}

prop_compose! {
    fn records()(
        first in texts(60), last in texts(130), middle in maybe(50), title in maybe(42),
        language in proptest::option::of(proptest::sample::select(vec!["eng", "ger", "deu", "fra", "en-GB", "de_CH", "xx", "nb-NO"])),
        phone in proptest::option::of(("\\+[0-9]{1,10}", "[0-9]{1,15}")),
        address in proptest::option::of((texts(70), maybe(70), maybe(40), maybe(45), "[0-9A-Z ]{1,11}", "[A-Z]{2}")),
    ) -> serde_json::Value {
        let mut record = json!({"firstName": first, "lastName": last, "middleName": middle, "title": title, "language": language});
        if let Some((code, number)) = phone {
            record["mobilePhoneNumber"] = json!({"countryCode": code, "phoneNumber": number});
        }
        if let Some((line1, line2, city, state, zip, country)) = address {
            record["residencyAddress"] = json!({"line1": line1, "line2": line2, "city": city, "state": state,
                "zipCode": zip, "countryCode": country});
        }
        record
    }
}

#[test]
fn whatever_converts_passes_the_other_sides_schema() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sandbox = runtime.block_on(Sandbox::start());
    let inbound_is_valid = |person: &PersonalInformation| {
        let body = json!({"personalInformation": person});
        let request = http::Request::put("/banking/v2/issuers/is_sandbox/consumers/c-1")
            .header("authorization", format!("Bearer {}", sandbox.issue_token()))
            .header("content-type", "application/json")
            .body(body.to_string().into())
            .unwrap();
        sandbox.answer(request).status() == 204
    };
    let outbound_is_valid = |person: &ConsumerInformation| {
        d1_client::sandbox::broken_outbound_rules(&serde_json::to_value(person).unwrap()).is_empty()
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(500));
    let ran = runner.run(&records(), |record| {
        let conversion = Conversion::new()
            .country(CountryCode::new("GB").unwrap())
            .leave_out_unsupported();
        let checked = conversion.check_record(&record);
        if let Ok(person) = PersonalInformation::from_json(record.to_string()) {
            prop_assert!(inbound_is_valid(&person));
            let told = conversion.outbound(&person);
            prop_assert_eq!(told.is_ok(), checked.outbound.is_ok());
            if let Ok(told) = told {
                prop_assert!(outbound_is_valid(&told));
                // What it was told, D1 could have held, unless the language is none of its list.
                if let Ok(back) = conversion.inbound(&told) {
                    prop_assert!(inbound_is_valid(&back));
                    prop_assert!(conversion.outbound(&back) == Ok(told));
                }
            }
        }
        if let Ok(person) = serde_json::from_value::<ConsumerInformation>(record) {
            prop_assert!(outbound_is_valid(&person));
            if let Ok(held) = conversion.inbound(&person) {
                prop_assert!(inbound_is_valid(&held));
            }
        }
        Ok(())
    });
    ran.unwrap();
}
