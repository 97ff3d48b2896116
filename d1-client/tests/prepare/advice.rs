//! Advice: what the schema takes and experience does not.

use d1_client::{
    click_to_pay::Scheme,
    prepare::{Preparation, Record, Rule, Rules},
};

fn ada() -> Record<'static> {
    Record::new().first_name("Ada").last_name("Lovelace")
}

fn lived_in(country: &'static str) -> Record<'static> {
    ada()
        .line1("1")
        .city("X")
        .state("X")
        .zip_code("1")
        .country(country)
}

fn advice(prepared: &Preparation) -> Vec<String> {
    prepared
        .advice()
        .iter()
        .map(|advice| format!("{} {}", advice.field, advice.kind))
        .collect()
}

fn advised(record: &Record<'_>) -> Vec<String> {
    let prepared = Rules::standard().advise().prepare(record);
    assert!(
        prepared
            .advice()
            .iter()
            .all(|advice| !advice.kind.text().is_empty() && !advice.kind.source().is_empty())
    );
    advice(&prepared)
}

#[test]
fn a_value_that_is_fit_may_still_be_wrong() {
    for (record, expected) in [
        (ada(), None),
        (ada().language("cy"), Some("language language_not_listed")),
        (ada().language("xyz"), Some("language language_not_listed")),
        (ada().language("en"), None),
        (ada().nationality("XK"), Some("nationality country_not_assigned")),
        (
            lived_in("AN"),
            Some("residencyAddress.countryCode country_not_assigned"),
        ),
        (
            ada().date_of_birth("2999-01-01"),
            Some("dateOfBirth date_in_future"),
        ),
        (
            ada().date_of_birth("1899-12-31"),
            Some("dateOfBirth date_before_1900"),
        ),
        (ada().date_of_birth("1900-01-01"), None),
        (ada().email("ada@example.com"), Some("email email_domain")),
        (ada().email("ada@mail.test"), Some("email email_domain")),
        (ada().email("ada@-gmail.com"), Some("email email_domain")),
        (ada().email("ada@gmail.com"), None),
        (ada().title("Dr."), Some("title title_not_default")),
        (ada().title("Miss"), None),
        (
            lived_in("DE").mobile_phone_number("030 1234567"),
            Some("mobilePhoneNumber phone_not_mobile"),
        ),
        (lived_in("DE").mobile_phone_number("0171 2345678"), None),
        (
            lived_in("CI").mobile_phone_number("07 12 34 56 78"),
            Some("mobilePhoneNumber phone_leading_zero"),
        ),
        (
            lived_in("US").mobile_phone_number("(123) 456-7890"),
            Some("mobilePhoneNumber phone_not_in_use"),
        ),
    ] {
        assert_eq!(
            advised(&record),
            expected.into_iter().collect::<Vec<_>>(),
            "{record:?}"
        );
    }
}

#[test]
fn an_id_that_tells_who_somebody_is() {
    let somebody = || {
        lived_in("DE")
            .email("a.lovelace99@gmail.com")
            .mobile_phone_number("0171 2345678")
            .date_of_birth("1979-08-17")
            .middle_name("Zoé Augusta")
    };
    for (id, expected) in [
        ("c-1f6e", None),
        ("0b5e1a7c-9a3d-4c55-8f0e-2f6f0c6f1b11", None),
        ("1000234567", None),
        ("a-lovelace99", Some("email")),
        ("alovelace99", Some("email")),
        ("c-ada", Some("name")),
        ("AUGUSTA", Some("name")),
        ("x_zoe_7", Some("name")),
        ("adamant", None),
        ("491712345678", Some("phone")),
        ("01712345678", Some("phone")),
        ("c-1712345678", Some("phone")),
        ("004917199999999", Some("phone")),
        ("491719999999", Some("phone")),
        ("c-19790817", Some("date")),
        ("17081979", Some("date")),
        ("1979-08-17", Some("date")),
        ("c-790817", Some("date")),
        ("20010229", None),
        ("99999999", None),
    ] {
        let told = advised(&somebody().consumer_id(id));
        let told: Vec<&str> = told
            .iter()
            .filter_map(|told| told.strip_prefix("consumerId consumer_id_"))
            .collect();
        let is_told =
            expected.is_none_or(|kind| told.contains(&kind)) && (expected.is_some() || told.is_empty());
        assert!(is_told, "{id}: {told:?}");
    }
}

#[test]
fn click_to_pay_needs_more_for_each_scheme() {
    let rules = Rules::standard().with(Rule::Subdivision);
    let record = lived_in("FR").language("fr");
    let mastercard = advice(
        &rules
            .clone()
            .advise_click_to_pay(Scheme::Mastercard)
            .prepare(&record),
    );
    assert_eq!(
        mastercard,
        [
            "email click_to_pay_mastercard",
            "mobilePhoneNumber click_to_pay_mastercard",
            "residencyAddress.recipientName click_to_pay_mastercard",
            "residencyAddress.line2 click_to_pay_mastercard",
            "residencyAddress.line3 click_to_pay_mastercard",
            "residencyAddress.line4 click_to_pay_mastercard",
            "residencyAddress.state subdivision_not_assigned",
        ]
    );
    let visa = advice(
        &rules
            .clone()
            .advise_click_to_pay(Scheme::Visa)
            .prepare(&ada().language("fr")),
    );
    assert_eq!(
        visa,
        [
            "mobilePhoneNumber click_to_pay_visa",
            "residencyAddress click_to_pay_visa"
        ]
    );
    let fit = lived_in("FR")
        .state("Bretagne")
        .language("fr")
        .mobile_phone_number("06 12 34 56 78");
    assert_eq!(
        advice(&rules.advise_click_to_pay(Scheme::Visa).prepare(&fit)),
        [""; 0]
    );
}

#[test]
fn advice_is_asked_for() {
    assert_eq!(
        Rules::standard()
            .prepare(&ada().email("ada@example.com").language("cy"))
            .advice(),
        []
    );
}
