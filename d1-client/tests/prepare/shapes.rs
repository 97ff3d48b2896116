//! Shapes of records from all over the world, composed from public knowledge: what becomes of each, and whether the vendor's
//! own schema takes the result.

use std::collections::{BTreeMap, BTreeSet};

use d1_client::{
    prepare::{self, Preparation, Record, Rule, Rules},
    types::PersonalInformation,
};
use serde_json::Value;

use crate::vendor::Vendor;

struct Shape {
    name: String,
    country: String,
    given: BTreeMap<String, String>,
    /// What differs after the preparation: `None` is gone.
    prepared: BTreeMap<String, Option<String>>,
    changes: Vec<String>,
    problems: Vec<String>,
}

fn shapes() -> Vec<Shape> {
    let shapes: Vec<Value> = serde_json::from_str(include_str!("shapes.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let texts = |value: &Value| value.as_array().unwrap().iter().map(text).collect();
    shapes
        .iter()
        .map(|shape| Shape {
            name: text(&shape["shape"]),
            country: text(&shape["country"]),
            given: serde_json::from_value(shape["given"].clone()).unwrap(),
            prepared: serde_json::from_value(shape["prepared"].clone()).unwrap(),
            changes: texts(&shape["changes"]),
            problems: texts(&shape["problems"]),
        })
        .collect()
}

/// Every rule that keeps what is said.
fn rules() -> Rules {
    Rules::standard()
        .with(Rule::FoldAddress)
        .with(Rule::Subdivision)
        .advise()
}

fn record(given: &BTreeMap<String, String>) -> Record<'_> {
    given.iter().fold(Record::new(), |record, (path, text)| {
        let text = text.as_str();
        match path.as_str() {
            "consumerId" => record.consumer_id(text),
            "title" => record.title(text),
            "firstName" => record.first_name(text),
            "middleName" => record.middle_name(text),
            "lastName" => record.last_name(text),
            "secondLastName" => record.second_last_name(text),
            "gender" => record.gender(text),
            "dateOfBirth" => record.date_of_birth(text),
            "nationality" => record.nationality(text),
            "language" => record.language(text),
            "email" => record.email(text),
            "mobilePhoneNumber.countryCode" => record.calling_code(text),
            "mobilePhoneNumber.phoneNumber" => record.mobile_phone_number(text),
            "residencyAddress.recipientName" => record.recipient_name(text),
            "residencyAddress.line1" => record.line1(text),
            "residencyAddress.line2" => record.line2(text),
            "residencyAddress.line3" => record.line3(text),
            "residencyAddress.line4" => record.line4(text),
            "residencyAddress.city" => record.city(text),
            "residencyAddress.state" => record.state(text),
            "residencyAddress.zipCode" => record.zip_code(text),
            "residencyAddress.countryCode" => record.country(text),
            other => panic!("no such field: {other}"),
        }
    })
}

/// The texts of a person by their paths.
fn texts(person: &PersonalInformation) -> BTreeMap<String, String> {
    fn add(path: &str, value: &Value, texts: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    add(&path, value, texts);
                }
            }
            Value::String(text) => drop(texts.insert(path.to_owned(), text.clone())),
            other => panic!("{path} is {other}"),
        }
    }
    let mut texts = BTreeMap::new();
    add("", &serde_json::to_value(person).unwrap(), &mut texts);
    texts
}

fn changes(prepared: &Preparation) -> Vec<String> {
    prepared
        .changes()
        .iter()
        .map(|change| format!("{} {}", change.field, change.rule))
        .collect()
}

fn problems(prepared: &Preparation) -> Vec<String> {
    prepared
        .problems()
        .iter()
        .map(|problem| format!("{} {}", problem.field, problem.kind))
        .collect()
}

#[test]
fn at_least_95_of_100_shapes_are_fit_and_the_rest_are_told_by_the_right_rule() {
    let vendor = Vendor::new();
    let shapes = shapes();
    assert!(shapes.len() >= 300);
    let countries: BTreeSet<&str> = shapes.iter().map(|shape| shape.country.as_str()).collect();
    assert!(countries.len() >= 40);

    let mut fit = 0;
    let mut wrong = Vec::new();
    for shape in &shapes {
        let prepared = rules().prepare(&record(&shape.given));
        let found = (changes(&prepared), problems(&prepared));
        if found != (shape.changes.clone(), shape.problems.clone()) {
            wrong.push(format!(
                "{} {}: {found:?} instead of {:?}",
                shape.country,
                shape.name,
                (&shape.changes, &shape.problems)
            ));
        }
        let Some(person) = prepared.personal_information() else {
            continue;
        };
        let mut expected = shape.given.clone();
        for (path, text) in &shape.prepared {
            match text {
                Some(text) => drop(expected.insert(path.clone(), text.clone())),
                None => drop(expected.remove(path)),
            }
        }
        if texts(person) != expected {
            wrong.push(format!(
                "{} {}: {:?} instead of {expected:?}",
                shape.country,
                shape.name,
                texts(person)
            ));
        }
        if vendor.takes(person) {
            fit += 1;
        } else {
            wrong.push(format!(
                "{} {}: the vendor's schema refuses it",
                shape.country, shape.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        fit * 100 >= shapes.len() * 95,
        "{fit} of {} are fit",
        shapes.len()
    );
}

#[test]
fn preparing_again_changes_nothing_more() {
    for shape in shapes() {
        let prepared = rules().prepare(&record(&shape.given));
        let Some(person) = prepared.personal_information() else {
            continue;
        };
        let again = rules().prepare(&Record::from(person));
        assert_eq!(again.changes(), [], "{} {}", shape.country, shape.name);
        assert_eq!(again.personal_information(), Some(person));
    }
}

#[test]
fn nothing_that_is_told_holds_a_value() {
    for shape in shapes() {
        let given = record(&shape.given);
        let prepared = rules().prepare(&given);
        let mut report = prepare::Report::default();
        report.add(&prepared);
        let told = [
            format!("{given:?} {prepared:?} {report:?} {report}"),
            prepared
                .problems()
                .iter()
                .map(|problem| format!("{problem} {problem:?}"))
                .collect(),
            serde_json::to_string(&(
                prepared.changes(),
                prepared.problems(),
                prepared.advice(),
                &report,
            ))
            .unwrap(),
        ]
        .concat();
        for (path, value) in &shape.given {
            // Shorter ones, and codes, are in words by chance.
            if value.chars().count() > 3 && !matches!(path.as_str(), "gender") {
                assert!(
                    !told.contains(value.as_str()),
                    "{} {}: {path}",
                    shape.country,
                    shape.name
                );
            }
        }
    }
}
