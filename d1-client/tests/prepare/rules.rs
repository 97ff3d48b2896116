//! Each rule for itself: applied where it is asked for, and nowhere else.

use std::borrow::Cow;

use d1_client::prepare::{self, Count, ProblemKind, Record, Rule, Rules};

fn ada() -> Record<'static> {
    Record::new().first_name("Ada").last_name("Lovelace")
}

#[test]
fn without_a_rule_nothing_is_changed_and_everything_is_told() {
    let record = ada()
        .middle_name("")
        .title("X")
        .gender("f")
        .language("en")
        .nationality("GBR")
        .email("ada")
        .date_of_birth("17 August")
        .mobile_phone_number("0171/2345678")
        .line1("1 “X” Road")
        .city("X".repeat(33));
    let prepared = Rules::none().prepare(&record);
    assert_eq!(prepared.changes(), []);
    assert!(prepared.personal_information().is_none());
    let problems: Vec<_> = prepared
        .problems()
        .iter()
        .map(|problem| format!("{} {}", problem.field, problem.kind))
        .collect();
    assert_eq!(
        problems,
        [
            "title too_short",
            "middleName too_short",
            "gender value",
            "dateOfBirth character",
            "nationality too_long",
            "language too_short",
            "email too_short",
            "mobilePhoneNumber.countryCode missing",
            "mobilePhoneNumber.phoneNumber character",
            "residencyAddress.line1 character",
            "residencyAddress.city too_long",
            "residencyAddress.state missing",
            "residencyAddress.zipCode missing",
            "residencyAddress.countryCode missing",
        ]
    );
}

#[test]
fn a_rule_is_read_by_its_name() {
    for rule in Rule::ALL {
        assert_eq!(rule.as_str().parse(), Ok(*rule));
        assert_eq!(
            serde_json::from_value::<Rule>(serde_json::to_value(rule).unwrap()).unwrap(),
            *rule
        );
    }
    for kind in ProblemKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
    assert!("no such rule".parse::<Rule>().is_err());
}

#[test]
fn each_rule_alone_does_its_own_part() {
    let cases: [(Rule, Record<'_>, &str); 9] = [
        (Rule::Nfc, ada().middle_name("e\u{301}"), "middleName: nfc"),
        (
            Rule::Punctuation,
            ada().middle_name("O’N"),
            "middleName: punctuation",
        ),
        (Rule::Quotes, ada().middle_name("«X»"), "middleName: quotes"),
        (
            Rule::Compatibility,
            ada().middle_name("№"),
            "middleName: compatibility",
        ),
        (
            Rule::Invisible,
            ada().middle_name("X\u{200e}"),
            "middleName: invisible",
        ),
        (Rule::Blanks, ada().middle_name(" X\u{a0}Y"), "middleName: blanks"),
        (Rule::Empty, ada().middle_name(" "), "middleName: empty"),
        (Rule::Language, ada().language("en-GB"), "language: language"),
        (Rule::Country, ada().nationality("840"), "nationality: country"),
    ];
    for (rule, record, change) in &cases {
        let prepared = Rules::none().with(*rule).prepare(record);
        let changes: Vec<String> = prepared.changes().iter().map(ToString::to_string).collect();
        assert_eq!(changes, [*change]);
        assert!(prepared.personal_information().is_some(), "{rule}");
        let others = Rules::standard().without(*rule).prepare(record);
        assert!(
            others.changes().iter().all(|change| change.rule != *rule),
            "{rule}"
        );
    }
}

#[test]
fn a_refused_character_is_told_by_its_place_and_its_name() {
    let record = Record::new()
        .first_name("  A & B")
        .last_name("C\u{92}D €")
        .zip_code("Ы12")
        .email("й@x.fr");
    let prepared = Rules::standard().prepare(&record);
    let told: Vec<String> = prepared.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        told[..4],
        [
            "firstName has characters that the field does not take: AMPERSAND at 4",
            "lastName has characters that the field does not take: U+0092 at 1, EURO SIGN at 4",
            "email has characters that the field does not take: CYRILLIC SMALL LETTER SHORT I at 0",
            "residencyAddress.line1 is required",
        ]
    );
    let zip = prepared
        .problems()
        .iter()
        .find(|problem| problem.field.path() == "residencyAddress.zipCode")
        .unwrap();
    // Of a postcode only the first, so that no report spells one.
    assert_eq!(zip.characters.len(), 1);
    assert_eq!(
        (zip.characters[0].position(), zip.characters[0].name().as_str()),
        (0, "CYRILLIC CAPITAL LETTER YERU")
    );
}

#[test]
fn a_transliteration_gets_what_is_left_and_nothing_else() {
    let rules = Rules::standard().transliterate(|c: char| match c {
        '&' => Some(Cow::Borrowed("and")),
        '€' => Some(Cow::Borrowed("&")), // refused in its turn
        'é' => Some(Cow::Borrowed("e")), // never asked: the field takes it
        _ => None,
    });
    let prepared = rules.prepare(&Record::new().first_name("Zoé & Ann’s").last_name("€"));
    assert_eq!(prepared.problems().len(), 1);
    let prepared = rules.prepare(&Record::new().first_name("Zoé & Ann’s").last_name("X"));
    let changes: Vec<String> = prepared.changes().iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["firstName: punctuation", "firstName: transliteration"]);
    assert_eq!(
        prepared.personal_information().unwrap().first_name.as_str(),
        "Zoé and Ann's"
    );
}

#[test]
fn a_required_text_of_which_nothing_is_left_is_missing() {
    let rules = Rules::standard().transliterate(|c| (c == '&').then_some(""));
    let prepared = rules.prepare(&Record::new().first_name("&").last_name("X"));
    let problems: Vec<String> = prepared.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["firstName is required"]);
}

#[test]
fn an_address_that_lacks_something_is_left_out_where_that_is_asked_for() {
    let record = ada().line1("1 “X” & Co").city("Dubai").country("are");
    let prepared = Rules::standard().prepare(&record);
    assert!(
        prepared
            .problems()
            .iter()
            .any(|problem| problem.kind == ProblemKind::Missing)
    );

    let prepared = Rules::standard().with(Rule::OmitAddress).prepare(&record);
    let changes: Vec<String> = prepared.changes().iter().map(ToString::to_string).collect();
    assert_eq!(changes, ["residencyAddress: omit_address"]);
    assert!(
        prepared
            .personal_information()
            .unwrap()
            .residency_address
            .is_none()
    );
}

#[test]
fn a_phone_number_is_read_by_the_country_that_is_said_to_be_its_own() {
    let record = ada().phone_country("DEU").mobile_phone_number("0171 2345678");
    let number = Rules::standard()
        .prepare(&record)
        .into_personal_information()
        .unwrap()
        .mobile_phone_number
        .unwrap();
    assert_eq!(
        (number.country_code.as_str(), number.phone_number.as_str()),
        ("+49", "1712345678")
    );
}

#[test]
fn a_consumer_id_that_the_vendor_refuses_is_a_problem() {
    for id in ["ada@example.com", "", "4111111111111111"] {
        let prepared = Rules::standard().prepare(&ada().consumer_id(id));
        assert_eq!(prepared.problems().len(), 1);
        assert_eq!(prepared.problems()[0].field.path(), "consumerId");
    }
}

#[test]
fn a_report_takes_as_much_memory_for_many_records_as_for_few() {
    let rules = Rules::standard().advise();
    let record = ada()
        .middle_name("O’N")
        .language("cy")
        .gender("x")
        .line1("&")
        .country("276");
    let most = |times: usize| {
        let records = std::iter::repeat_n(&record, times);
        let mut report = prepare::Report::default();
        let measured = allocation_counter::measure(|| report = prepare::report(&rules, records));
        assert_eq!(report.records(), times as u64);
        measured.bytes_max
    };
    // The first brings tables.
    most(1);
    assert_eq!(most(10), most(1_000));
}

#[test]
fn a_report_counts_by_field_and_rule() {
    let names = ["Ann", "O’N", "O’N ", "A & B"];
    let records: Vec<Record<'_>> = names
        .into_iter()
        .map(|name| Record::new().first_name(name).last_name("X"))
        .collect();
    let report = prepare::report(&Rules::standard(), &records);
    assert_eq!((report.records(), report.unchanged(), report.fit()), (4, 1, 3));
    let told = |counts: &mut dyn Iterator<Item = Count>| -> Vec<String> {
        counts
            .map(|count| format!("{} {} {}", count.field, count.rule, count.records))
            .collect()
    };
    assert_eq!(
        told(&mut report.changes()),
        ["firstName punctuation 2", "firstName blanks 1"]
    );
    assert_eq!(told(&mut report.problems()), ["firstName character 1"]);
    assert_eq!(told(&mut report.advice()), [""; 0]);
    let text = report.to_string();
    assert!(
        text.starts_with("4 records: 3 fit, 1 of them unchanged; 1 not fit\n"),
        "{text}"
    );
    assert_eq!(
        serde_json::to_value(&report).unwrap()["problems"][0]["records"],
        1
    );
}
