//! What holds for every record, whatever is in it.

use std::{
    cell::Cell,
    sync::{Mutex, PoisonError},
};

use d1_client::prepare::{self, Preparation, Record, Rule, Rules};
use icu_normalizer::ComposingNormalizerBorrowed;
use proptest::{prelude::*, string::string_regex};

use crate::vendor::Vendor;

const COUNT: usize = 22;

type Texts = [Option<String>; COUNT];

fn record(texts: &Texts) -> Record<'_> {
    let [
        title,
        first,
        middle,
        last,
        second_last,
        gender,
        born,
        nationality,
        language,
        email,
        code,
        number,
        recipient,
        line1,
        line2,
        line3,
        line4,
        city,
        state,
        zip,
        country,
        id,
    ] = texts;
    Record::new()
        .title(title.as_ref())
        .first_name(first.as_ref())
        .middle_name(middle.as_ref())
        .last_name(last.as_ref())
        .second_last_name(second_last.as_ref())
        .gender(gender.as_ref())
        .date_of_birth(born.as_ref())
        .nationality(nationality.as_ref())
        .language(language.as_ref())
        .email(email.as_ref())
        .calling_code(code.as_ref())
        .mobile_phone_number(number.as_ref())
        .recipient_name(recipient.as_ref())
        .line1(line1.as_ref())
        .line2(line2.as_ref())
        .line3(line3.as_ref())
        .line4(line4.as_ref())
        .city(city.as_ref())
        .state(state.as_ref())
        .zip_code(zip.as_ref())
        .country(country.as_ref())
        .consumer_id(id.as_ref())
}

fn all_rules() -> Rules {
    Rules::standard()
        .with(Rule::FoldAddress)
        .with(Rule::OmitAddress)
        .with(Rule::Subdivision)
        .transliterate(|c| match c {
            '&' => Some(" + "),
            '@' => Some(" at "),
            '(' | ')' => Some(""),
            _ => None,
        })
        .advise()
}

/// Texts as records have them: of any characters, of the ones that rules are about, and fit ones.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => string_regex("[A-Za-zéßñ’–\u{a0}\u{301}\u{200b}\u{feff} .,'\"«»№°&@()-]{0,50}").unwrap(),
        1 => string_regex("(?s).{0,12}").unwrap(),
        1 => string_regex("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{Z}\\p{Cf}]{0,70}").unwrap(),
        1 => string_regex("[0-9+() ./-]{0,16}").unwrap(),
        1 => string_regex("[a-zA-Z]{2,3}([-_][A-Za-z]{2})?").unwrap(),
        1 => Just(String::new()),
        4 => string_regex("[A-Z][a-z]{2,9}").unwrap(),
    ]
    .boxed()
}

/// Texts that are mostly fit for their field, so that whole records often are.
fn texts() -> impl Strategy<Value = Texts> {
    let fit = |pattern: &'static str| {
        prop_oneof![6 => string_regex(pattern).unwrap().prop_map(Some), 1 => text().prop_map(Some), 2 => Just(None)].boxed()
    };
    let required = |pattern: &'static str| {
        prop_oneof![8 => string_regex(pattern).unwrap().prop_map(Some), 2 => text().prop_map(Some)].boxed()
    };
    let names = (
        fit("Mrs?\\."),
        required("[A-Zéü’ \u{301}-]{1,12}"),
        fit("[a-z“”]{1,9}"),
        required("[\\p{L}]{1,12}"),
        fit("[Ññ ]{0,9}"),
    );
    let codes = (
        fit("MALE|FEMALE"),
        fit("19[0-9]{2}-0[1-9]-[0-2][1-9]"),
        fit("[A-Z]{2}|DEU|276|gb"),
        fit("[a-z]{2}|deu|ger|en-GB"),
        fit("[a-z]{1,9}@[a-z]{1,9}\\.(com|fr)"),
    );
    let phone = (fit("\\+49|49|0049"), fit("0?171[0-9]{7}"));
    let address = (
        fit("[A-Z]{1,9}"),
        required("[A-Za-z ]{1,90}"),
        fit("[A-Z ]{0,70}"),
        fit("[0-9 ]{0,9}"),
        fit("[№°A-Z ]{1,9}"),
        required("[A-Z]{1,9}"),
        required("CA|ca|US-CA|[A-Z]{3}"),
        required("[0-9A-Z –]{1,8}"),
        required("US|DE|fr|GBR"),
    );
    let id = fit("c-[0-9a-f]{8}|[0-9]{8}|[a-z]{3,9}");
    (names, codes, phone, address, id).prop_map(|(names, codes, phone, address, id)| {
        let ((a, b, c, d, e), (f, g, h, i, j), (k, l), (m, n, o, p, q, r, s, t, u)) =
            (names, codes, phone, address);
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, id]
    })
}

fn is_fit(prepared: &Preparation) -> bool {
    assert_eq!(
        prepared.personal_information().is_none(),
        !prepared.problems().is_empty()
    );
    prepared.personal_information().is_some()
}

#[test]
fn what_is_prepared_is_taken_and_preparing_it_again_changes_nothing() {
    let vendor = Vendor::new();
    let fit = Cell::new(0);
    proptest!(ProptestConfig::with_cases(800), |(texts in texts())| {
        for rules in [all_rules(), Rules::none()] {
            let prepared = rules.prepare(&record(&texts));
            if is_fit(&prepared) {
                fit.set(fit.get() + 1);
                let person = prepared.personal_information().unwrap();
                prop_assert!(vendor.takes(person));
                let again = rules.prepare(&Record::from(person));
                prop_assert_eq!(again.changes(), &[][..]);
                prop_assert_eq!(again.personal_information(), Some(person));
            }
        }
    });
    assert!(fit.get() > 100, "too few records are fit for this to say much");
}

#[test]
fn a_phone_number_is_read_once_and_for_all() {
    let vendor = Vendor::new();
    let code = string_regex("(\\+|00)?(1|7|20|39|44|49|54|52|225|852)").unwrap();
    let number =
        string_regex("(\\+|00|0)?(1|7|20|39|44|49|54|52|225|852)?[0-9]{2,3}[ ()/-]{0,2}[0-9]{4,8}").unwrap();
    let country = prop_oneof![
        Just(None),
        proptest::sample::select(vec!["US", "RU", "DE", "IT", "AR", "MX", "CI", "HU"]).prop_map(Some)
    ];
    let fit = Cell::new(0);
    let strategy = (proptest::option::of(code), number, country);
    proptest!(ProptestConfig::with_cases(4_000), |((code, number, country) in strategy)| {
        let record = Record::new().first_name("A").last_name("B").calling_code(code).mobile_phone_number(number).phone_country(country);
        let prepared = Rules::standard().prepare(&record);
        if is_fit(&prepared) {
            let person = prepared.personal_information().unwrap();
            fit.set(fit.get() + 1);
            prop_assert!(vendor.takes(person));
            let again = Rules::standard().prepare(&Record::from(person).phone_country("US"));
            prop_assert_eq!(again.changes(), &[][..]);
            prop_assert_eq!(again.personal_information(), Some(person));
        }
    });
    assert!(
        fit.get() > 200,
        "too few numbers are possible for this to say much"
    );
}

#[test]
fn a_valid_text_is_not_changed_except_to_its_composed_form() {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    let valid =
        string_regex("[\\p{L}\\p{N}\\p{M},.'_#;:/-]{1,20}( [\\p{L}\\p{N}\\p{M},.'_#;:/-]{1,19})?").unwrap();
    proptest!(ProptestConfig::with_cases(2_000), |(name in valid)| {
        let given = Record::new().first_name(&name).last_name("L").state(&name).line1(&name).city("C").zip_code("1").country("GB");
        let prepared = Rules::standard().with(Rule::FoldAddress).prepare(&given);
        let before = Rules::none().prepare(&given);
        if let Some(before) = before.personal_information() {
            let person = prepared.personal_information().unwrap();
            let composed = nfc.normalize(&name);
            let is_longer = composed.chars().count() > name.chars().count();
            prop_assert!(person.first_name.as_str() == composed || (is_longer && person.first_name == before.first_name));
            prop_assert!(prepared.changes().iter().all(|change| change.rule == Rule::Nfc));
        }
    });
}

#[test]
fn no_value_is_told() {
    proptest!(ProptestConfig::with_cases(1_000), |(texts in texts(), mark in 0..COUNT)| {
        let mut texts = texts;
        // Something that stands in no word of ours, and that some fields take and others refuse.
        texts[mark] = Some(format!("{}Qzxjwv&", texts[mark].take().unwrap_or_default()));
        let given = record(&texts);
        let prepared = all_rules().prepare(&given);
        let report = prepare::report(&all_rules(), [&given]);
        let mut told = format!("{given:?} {prepared:?} {report:?} {report}");
        for problem in prepared.problems() {
            told.push_str(&format!("{problem} {}", serde_json::to_string(problem).unwrap()));
        }
        for advice in prepared.advice() {
            told.push_str(&format!("{advice} {}", serde_json::to_string(advice).unwrap()));
        }
        prop_assert!(!told.to_lowercase().contains("qzxjwv"));
    });
}

/// Everything that is written to the `log` facade.
struct Log(Mutex<Vec<String>>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}", record.target(), record.args());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn flush(&self) {}
}

#[test]
fn a_number_is_not_written_to_a_log() {
    static LOG: Log = Log(Mutex::new(Vec::new()));
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    log::warn!("the log works");
    for number in [
        "0171 2345678",
        "+49 171 2345678",
        "12",
        "+999 1",
        "0171 2345678 ext. 5",
        "01712345678901234567",
    ] {
        let record = Record::new()
            .first_name("A")
            .last_name("B")
            .phone_country("DE")
            .mobile_phone_number(number);
        let _ = Rules::standard().advise().prepare(&record);
    }
    let lines = LOG.0.lock().unwrap();
    assert!(lines.iter().any(|line| line.ends_with("the log works")));
    assert!(
        !lines.iter().any(|line| line.contains("phonenumber")),
        "{lines:?}"
    );
}
