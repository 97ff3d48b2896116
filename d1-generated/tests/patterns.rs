//! The vendor's patterns as this crate checks them, against another implementation of ECMA 262 with Unicode.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use d1_generated::types;
use proptest::prelude::*;
use serde_json::Value;

/// A type that is checked, under the name of its schema.
struct Checked {
    schema: &'static str,
    accepts: fn(&str) -> bool,
}

macro_rules! checked {
    ($($name:ident),* $(,)?) => {
        &[$(Checked { schema: stringify!($name), accepts: |value| types::$name::new(value).is_ok() }),*]
    };
}

const CHECKED: &[Checked] = checked![
    AddressLine,
    CallingCode,
    City,
    ConsumerId,
    CorrelationId,
    CountryCode,
    DateOfBirth,
    DeletionReason,
    EmailAddress,
    IssuerId,
    Language,
    NationalNumber,
    PersonName,
    PostalCode,
    RecipientName,
    Subdivision,
    Title,
    UserId,
];

/// The vendor's rule, by the book: lengths in code points, the pattern with the `u` flag.
struct Reference {
    checked: &'static Checked,
    min: usize,
    max: usize,
    pattern: Option<regress::Regex>,
}

static REFERENCES: LazyLock<Vec<Reference>> = LazyLock::new(Reference::all);

/// What the categories of a name hold, by the other implementation's tables.
static LETTER: LazyLock<regress::Regex> =
    LazyLock::new(|| regress::Regex::with_flags(r"^[\p{L}\p{N}\p{M}]$", "u").unwrap());

impl Reference {
    fn all() -> Vec<Self> {
        let document: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let constrained = schemas.iter().filter(|(_, schema)| {
            ["pattern", "minLength", "maxLength"]
                .iter()
                .any(|keyword| schema.get(*keyword).is_some())
        });
        constrained
            .map(|(name, schema)| {
                let bound = |keyword: &str| {
                    schema[keyword]
                        .as_u64()
                        .map(|bound| usize::try_from(bound).unwrap())
                };
                Self {
                    checked: CHECKED.iter().find(|checked| checked.schema == name).expect(name),
                    min: bound("minLength").unwrap_or(0),
                    max: bound("maxLength").unwrap_or(usize::MAX),
                    pattern: schema["pattern"]
                        .as_str()
                        .map(|p| regress::Regex::with_flags(p, "u").unwrap()),
                }
            })
            .collect()
    }

    fn accepts(&self, value: &str) -> bool {
        let length = value.chars().count();
        let matches = |pattern: &regress::Regex| pattern.find(value).is_some();
        (self.min..=self.max).contains(&length) && self.pattern.as_ref().is_none_or(matches)
    }
}

/// Values near the rules: of the right kind mostly, sometimes one character off, short, long or empty.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\\p{L}\\p{N}\\p{M} ,.'_#;:/-]{0,70}",
        "[A-Za-z0-9_-]{0,70}",
        "[a-zA-Z0-9 ]{0,66}",
        "[A-Z]{1,4}",
        "[a-z]{1,4}",
        "\\+?[0-9]{0,12}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[a-z.+&*_-]{1,12}@[a-z0-9-]{1,8}\\.[a-z.]{0,16}",
        "[ -~]{0,12}",
        "\\PC{0,45}",
        any::<String>(),
    ]
}

/// Unicode's tables differ between versions on characters assigned since the older one: those say nothing here.
fn is_settled(value: &str) -> bool {
    let ours = |c: char| types::PersonName::new(c.to_string()).is_ok();
    value
        .chars()
        .filter(|c| !c.is_ascii())
        .all(|c| LETTER.find(&c.to_string()).is_some() == ours(c))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_accepted_just_where_ecma_262_says_so(value in values()) {
        prop_assume!(is_settled(&value));
        for reference in REFERENCES.iter() {
            let (ours, theirs) = ((reference.checked.accepts)(&value), reference.accepts(&value));
            prop_assert_eq!(ours, theirs, "{}: {:?}", reference.checked.schema, value);
        }
    }
}

#[test]
fn the_tables_of_both_implementations_agree_on_all_but_a_few_thousand_recent_characters() {
    let differing = (0..=0x10_FFFF)
        .filter_map(char::from_u32)
        .filter(|c| !c.is_ascii())
        .filter(|&c| {
            let mut buffer = [0; 4];
            let text: &str = c.encode_utf8(&mut buffer);
            LETTER.find(text).is_some() != types::PersonName::new(text).is_ok()
        });
    let differing = differing.count();
    assert!(differing < 6_000, "{differing} characters");
}

#[test]
fn real_people_are_not_refused() {
    for name in [
        "Ada",
        "Müller-Łukasz",
        "O'Brien",
        "山田",
        "Nguyễn",
        "Nguye\u{302}\u{303}n",
        "Dvořák, Jr.",
        "Ōe",
    ] {
        assert!(types::PersonName::new(name).is_ok(), "{name}");
    }
    for line in [
        "12 rue de la République",
        "Straße des 17. Juni 135",
        "c/o 山田",
        "#4, 2nd floor; rear",
    ] {
        assert!(types::AddressLine::new(line).is_ok(), "{line}");
    }
}

#[test]
fn what_the_vendor_refuses_is_refused_with_the_rule_and_without_the_value() {
    let long = "x".repeat(41);
    for (refused, value, rule) in [
        (
            types::PersonName::new(long.as_str()).err(),
            long.as_str(),
            "must be 1 to 40 characters long",
        ),
        (
            types::Language::new("fr").err(),
            "fr",
            "must be exactly 3 characters long",
        ),
        (
            types::IssuerId::new("is_exampl").err(),
            "is_exampl",
            "must be exactly 10 characters long",
        ),
        (
            types::CallingCode::new("33").err(),
            "33",
            r"must match `^\+[0-9]{1,9}$` (ECMA 262, Unicode)",
        ),
        (types::AddressLine::new("12 <b>").err(), "12 <b>", "must match"),
    ] {
        let refused = refused.unwrap();
        assert!(refused.rule().starts_with(rule), "{refused}");
        assert!(
            !format!("{refused} {refused:?}").contains(&format!("\"{value}\"")),
            "{refused:?}"
        );
    }
}
