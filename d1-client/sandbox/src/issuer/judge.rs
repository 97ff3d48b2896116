//! Answers, judged by the restated outbound document: what a real D1 could not use of them.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::client::{Answer, Question, Trouble};
use super::finding::Finding;
use super::{is_json, parsed, told};
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

/// The JSON of a success, or why there is none.
fn success(
    what: &'static str,
    question: &Question,
    answer: &Result<Answer, Trouble>,
) -> Result<Value, Finding> {
    let finding = |came: String, why: &str| Finding::new(what, &question.words, came, why);
    match answer {
        Err(trouble @ Trouble::Late(_)) => Err(finding(trouble.to_string(), "D1 does not wait longer")),
        Err(trouble) => Err(finding(trouble.to_string(), "D1 gets no answer")),
        Ok(answer) if answer.status != 200 => Err(finding(told(answer.status), "D1 expects status 200")),
        Ok(answer) if !is_json(answer) => Err(finding(
            "another content type".into(),
            "D1 expects application/json",
        )),
        Ok(answer) => match parsed(&answer.body) {
            Some(value) if value.is_object() => Ok(value),
            Some(_) => Err(finding(
                "JSON that is not an object".into(),
                "D1 expects an object",
            )),
            None => Err(finding("a body that is not JSON".into(), "D1 expects JSON")),
        },
    }
}

/// A person, judged by the schema; and blank texts, which the patterns admit.
pub(super) fn person(
    what: &'static str,
    question: &Question,
    answer: &Result<Answer, Trouble>,
) -> (Option<Value>, Vec<Finding>) {
    let person = match success(what, question, answer) {
        Ok(person) => person,
        Err(finding) => return (None, vec![finding]),
    };
    let mut findings: Vec<Finding> = broken_outbound_rules(&person)
        .into_iter()
        .map(|(field, rule)| {
            Finding::new(
                "consumer.schema",
                &question.words,
                format!("the field {field}"),
                rule,
            )
        })
        .collect();
    let mut blank = Vec::new();
    blanks(&person, String::new(), &mut blank);
    findings.extend(blank.into_iter().map(|field| {
        let came = format!("the field {field}, blank");
        Finding::new(
            "consumer.blank",
            &question.words,
            came,
            "a field without a value is left out",
        )
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
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                blanks(member, path, found);
            }
        }
        _ => {}
    }
}

/// The access token, and what D1 could not use of the answer.
pub(super) fn token(
    what: &'static str,
    question: &Question,
    answer: &Result<Answer, Trouble>,
) -> (Option<String>, Vec<Finding>) {
    let answered = match success(what, question, answer) {
        Ok(answered) => answered,
        Err(finding) => return (None, vec![finding]),
    };
    let number = answered["expires_in"].is_number();
    let findings = broken_rules(&TOKEN, &answered)
        .into_iter()
        .map(|(field, rule)| {
            let finding = Finding::new(
                "token.schema",
                &question.words,
                format!("the field {field}"),
                rule,
            );
            match &*field {
                "expires_in" if number => finding.named("token.expires_in").warning(),
                _ => finding,
            }
        })
        .collect();
    (answered["access_token"].as_str().map(str::to_owned), findings)
}

/// A refusal: one of these statuses, why as JSON, and nothing of these secrets in it.
pub(super) fn refusal(
    what: &'static str,
    question: &Question,
    answer: &Result<Answer, Trouble>,
    statuses: &[u16],
    secrets: &[&str],
) -> Vec<Finding> {
    let finding = |came: String, why: String| Finding::new(what, &question.words, came, why);
    let answer = match answer {
        Ok(answer) => answer,
        Err(trouble @ Trouble::Late(_)) => {
            return vec![finding(trouble.to_string(), "D1 does not wait longer".into())];
        }
        Err(trouble) => return vec![finding(trouble.to_string(), "D1 gets no answer".into())],
    };
    let mut findings = Vec::new();
    if !statuses.contains(&answer.status.as_u16()) {
        let expected: Vec<_> = statuses.iter().map(ToString::to_string).collect();
        let why = format!("D1 expects status {}", expected.join(" or "));
        findings.push(finding(told(answer.status), why));
        return findings;
    }
    findings.extend(error_body(question, answer));
    findings.extend(repeated(question, answer, secrets));
    findings
}

/// An error is JSON: `{"error": text}`.
fn error_body(question: &Question, answer: &Answer) -> Option<Finding> {
    let said = parsed(&answer.body).filter(|_| is_json(answer));
    let is_text = said.is_some_and(|said| said["error"].is_string());
    (!is_text).then(|| {
        let came = format!(
            "{}, and a body that is not {{\"error\": text}} as JSON",
            told(answer.status)
        );
        Finding::new(
            "consumer.error_body",
            &question.words,
            came,
            "D1 logs why it was refused",
        )
    })
}

fn repeated(question: &Question, answer: &Answer, secrets: &[&str]) -> Option<Finding> {
    let repeats = |secret: &&str| {
        let secret = secret.as_bytes();
        !secret.is_empty() && answer.body.windows(secret.len()).any(|part| part == secret)
    };
    secrets.iter().any(repeats).then(|| {
        let came = "an error that repeats the token or the secret";
        Finding::new(
            "consumer.error_secret",
            &question.words,
            came,
            "errors end up in logs",
        )
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
