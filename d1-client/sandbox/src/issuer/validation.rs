//! Answers, validated by the restated outbound document: what a real D1 could not use of them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::client::{Answer, Question, Sent, Trouble};
use super::finding::Finding;
use super::told;
use crate::content_type::{self, JSON};
use crate::validation::{broken_rules, validator_of};

/// The outbound document, written by `cargo xtask codegen`.
const DOCUMENT: &str = include_str!("../outbound-consumer-v1.json");

static PERSON: LazyLock<Validator> = LazyLock::new(|| {
    let path = "~1banking~1d1~1v1~1issuers~1{issuerId}~1consumers~1{consumerId}";
    validator_of(DOCUMENT, &format!("/paths/{path}/get/responses/200"))
});
static TOKEN: LazyLock<Validator> = LazyLock::new(|| {
    validator_of(
        DOCUMENT,
        "/paths/~1authz~1d1~1v1~1oauth2~1token/post/responses/200",
    )
});

/// What came, or the finding that nothing did.
pub(super) fn came<'a>(
    what: &'static str,
    question: &Question,
    answer: &'a Sent,
) -> Result<&'a Answer, Finding> {
    answer.as_ref().map_err(|trouble| {
        let why = match trouble {
            Trouble::Late(_) => "D1 does not wait longer",
            _ => "D1 gets no answer",
        };
        Finding::new(what, &question.words, trouble.to_string(), why)
    })
}

/// The JSON of a success, or why there is none.
fn success(what: &'static str, question: &Question, answer: &Sent) -> Result<Value, Finding> {
    let answer = came(what, question, answer)?;
    let finding = |came: &str, why: &str| Err(Finding::new(what, &question.words, came, why));
    if answer.status != 200 {
        return finding(&told(answer.status), "D1 expects status 200");
    }
    if !content_type::is(&answer.headers, JSON) {
        return finding("another content type", "D1 expects application/json");
    }
    match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(members)) => Ok(Value::Object(members)),
        Ok(_) => finding("JSON that is not an object", "D1 expects an object"),
        Err(_) => finding("a body that is not JSON", "D1 expects JSON"),
    }
}

/// The fields that break a rule of the schema, each with its finding.
fn broken(
    check: &'static str,
    schema: &Validator,
    question: &Question,
    value: &Value,
) -> impl Iterator<Item = (String, Finding)> {
    broken_rules(schema, value).into_iter().map(move |(field, rule)| {
        let finding = Finding::new(check, &question.words, format!("the field {field}"), rule);
        (field, finding)
    })
}

/// A person, validated by the schema; and blank texts, which the patterns admit.
pub(super) fn person(
    what: &'static str,
    question: &Question,
    answer: &Sent,
) -> (Option<Value>, Vec<Finding>) {
    let person = match success(what, question, answer) {
        Ok(person) => person,
        Err(finding) => return (None, vec![finding]),
    };
    let broken = broken("consumer.schema", &PERSON, question, &person);
    let mut findings: Vec<Finding> = broken.map(|(_, finding)| finding).collect();
    let mut blank = Vec::new();
    blanks(&person, String::new(), &mut blank);
    findings.extend(blank.into_iter().map(|field| {
        let came = format!("the field {field}, blank");
        let why = "a field without a value is left out";
        Finding::new("consumer.blank", &question.words, came, why)
    }));
    (Some(person), findings)
}

/// Every field of an issuer's answer that breaks a rule of the restated outbound document, and the rule in words. No value.
///
/// ```
/// let answer = serde_json::json!({"firstName": "Ada", "lastName": "Lovelace", "language": "eng"});
/// let broken = d1_sandbox::broken_outbound_rules(&answer);
/// assert_eq!(broken[0].0, "language");
/// ```
#[must_use]
pub fn broken_outbound_rules(answer: &Value) -> Vec<(String, String)> {
    broken_rules(&PERSON, answer)
}

/// The paths of texts that are empty or blank.
fn blanks(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.trim().is_empty() => found.push(path),
        Value::Object(members) => {
            for (name, member) in members {
                blanks(member, super::member(&path, name), found);
            }
        }
        _ => {}
    }
}

/// The access token, and what D1 could not use of the answer.
pub(super) fn token(
    what: &'static str,
    question: &Question,
    answer: &Sent,
) -> (Option<String>, Vec<Finding>) {
    let answered = match success(what, question, answer) {
        Ok(answered) => answered,
        Err(finding) => return (None, vec![finding]),
    };
    let number = answered["expires_in"].is_number();
    let findings = broken("token.schema", &TOKEN, question, &answered);
    let findings = findings.map(|(field, finding)| match &*field {
        "expires_in" if number => finding.named("token.expires_in").warning(),
        _ => finding,
    });
    let token = answered["access_token"].as_str().map(str::to_owned);
    (token, findings.collect())
}

/// A refusal: one of these statuses, why as JSON, and nothing of these secrets in it.
pub(super) fn refusal(
    what: &'static str,
    question: &Question,
    answer: &Sent,
    statuses: &[u16],
    secrets: &[&str],
) -> Vec<Finding> {
    let answer = match came(what, question, answer) {
        Ok(answer) => answer,
        Err(finding) => return vec![finding],
    };
    if !statuses.contains(&answer.status.as_u16()) {
        let expected: Vec<_> = statuses.iter().map(ToString::to_string).collect();
        let why = format!("D1 expects status {}", expected.join(" or "));
        return vec![Finding::new(what, &question.words, told(answer.status), why)];
    }
    let repeated = repeated(question, answer, secrets);
    error_body(question, answer).into_iter().chain(repeated).collect()
}

/// An error is JSON: `{"error": text}`.
fn error_body(question: &Question, answer: &Answer) -> Option<Finding> {
    let said: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let is_text = said.is_some_and(|said| said["error"].is_string());
    let is_told = is_text && content_type::is(&answer.headers, JSON);
    (!is_told).then(|| {
        let told = told(answer.status);
        let came = format!("{told}, and a body that is not {{\"error\": text}} as JSON");
        let why = "D1 logs why it was refused";
        Finding::new("consumer.error_body", &question.words, came, why)
    })
}

fn repeated(question: &Question, answer: &Answer, secrets: &[&str]) -> Option<Finding> {
    let repeats = |secret: &&str| {
        let secret = secret.as_bytes();
        !secret.is_empty() && answer.body.windows(secret.len()).any(|part| part == secret)
    };
    secrets.iter().any(repeats).then(|| {
        let came = "an error that repeats the token or the secret";
        let why = "errors end up in logs";
        Finding::new("consumer.error_secret", &question.words, came, why)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(person: Value) -> Vec<String> {
        broken_rules(&PERSON, &person)
            .into_iter()
            .map(|(field, rule)| format!("{field} {rule}"))
            .collect()
    }

    #[test]
    fn an_open_object_with_two_names_is_a_person() {
        assert!(rules(json!({"firstName": "Ada", "lastName": "Lovelace", "new": {"a": 1}})).is_empty());
        let address = json!({"line1": "1", "zipCode": "1", "countryCode": "GB", "line9": "x"});
        assert!(rules(json!({"firstName": "A", "lastName": "L", "residencyAddress": address})).is_empty());
    }

    #[test]
    fn what_breaks_a_rule_is_named_without_its_value() {
        let found = rules(json!({
            "firstName": "Jose\u{301}", "language": "ger", "residencyAddress": {"line1": "<1>", "line2": ""},
        }));
        for field in [
            "firstName",
            "lastName",
            "language",
            "residencyAddress.line1",
            "residencyAddress.zipCode",
        ] {
            assert!(
                found.iter().any(|rule| rule.starts_with(&format!("{field} "))),
                "{field}: {found:?}"
            );
        }
        assert!(!format!("{found:?}").contains("ger\"") && !format!("{found:?}").contains("<1>"));
    }
}
