//! Bodies, validated by the vendor's schemas as published: the vendor's documents merged into one, none of our names,
//! overlays or tolerance applied.

use std::sync::LazyLock;

use http::HeaderMap;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::content_type::{self, JSON};
use crate::endpoint::Endpoint;
use crate::requests::Reason;

/// The vendor's documents in one, written by `cargo xtask codegen`.
const DOCUMENT: &str = include_str!("consumer-v2.json");

/// What a body is called when no field of it is to blame.
const WHOLE_BODY: &str = "body";

/// The members of a body that follows the schema of `endpoint`, or all that is wrong with it, by field.
///
/// No body is taken as `{}`: the documents do not say that one is required.
pub(crate) fn validate(
    endpoint: Endpoint,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Map<String, Value>, Vec<Reason>> {
    let Some(schema) = schema_of(endpoint).filter(|_| !body.is_empty()) else {
        return Ok(Map::new());
    };
    if !content_type::is(headers, JSON) {
        return Err(vec![Reason::of("content-type", "must be application/json")]);
    }
    let malformed = || vec![Reason::of(WHOLE_BODY, "must be JSON")];
    let body: Value = serde_json::from_slice(body).map_err(|_| malformed())?;
    let broken = broken_rules(schema, &body);
    if !broken.is_empty() {
        let reasons = broken.into_iter().map(|(field, rule)| Reason::of(&field, rule));
        return Err(reasons.collect());
    }
    match body {
        Value::Object(members) => Ok(members),
        _ => Err(malformed()),
    }
}

fn schema_of(endpoint: Endpoint) -> Option<&'static Validator> {
    match endpoint {
        Endpoint::Register => Some(&REGISTER),
        Endpoint::Update => Some(&UPDATE),
        Endpoint::Delete => Some(&DELETE),
        // Of version 1 no document is at hand; what its body holds is ignored.
        Endpoint::Cards | Endpoint::RegisterV1 | Endpoint::Token => None,
    }
}

/// Whether the vendor's schema of an answer accepts a body: what a card is before it drifts.
#[cfg(test)]
pub(crate) fn is_card_list(body: &Value) -> bool {
    let schema = validator("/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1cards/get/responses/200");
    schema.is_valid(body)
}

static REGISTER: LazyLock<Validator> =
    LazyLock::new(|| validator("/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}/put/requestBody"));
static UPDATE: LazyLock<Validator> = LazyLock::new(|| {
    validator("/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:update/post/requestBody")
});
static DELETE: LazyLock<Validator> = LazyLock::new(|| {
    validator("/paths/~1issuers~1{issuerId}~1consumers~1{consumerId}~1operations:delete/post/requestBody")
});

/// A schema of OpenAPI 3.0 is one of JSON Schema's early drafts. Its patterns are ECMA 262 with Unicode, which
/// `jsonschema` translates for the engine; the vendor's need no backtracking, so the engine that never does is enough.
fn validator(holder: &str) -> Validator {
    validator_of(DOCUMENT, holder)
}

/// The same, of any document that stands beside this file.
pub(crate) fn validator_of(document: &str, holder: &str) -> Validator {
    let document: Value = serde_json::from_str(document).expect("the document is JSON");
    let schema = document.pointer(&format!("{holder}/content/application~1json/schema"));
    let mut schema = schema.expect("the document has this schema").clone();
    schema["components"] = document["components"].clone();
    count_lengths_apart(&mut schema);
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .expect("the schema compiles")
}

/// Every field that breaks a rule of the schema, and the rule in words; no value.
///
/// The vendor does not say which of several wrong fields is the "first found": here it is the first by name, so that the
/// same body always gets the same answer.
pub(crate) fn broken_rules(schema: &Validator, body: &Value) -> Vec<(String, String)> {
    let mut broken: Vec<_> = schema
        .iter_errors(body)
        .map(|error| (field(&error), rule(&error)))
        .collect();
    broken.sort();
    broken
}

fn rule(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { .. } => "is required".to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("must match {pattern}"),
        ValidationErrorKind::MinLength { limit } => format!("must have {limit} characters or more"),
        ValidationErrorKind::MaxLength { limit } => format!("must have {limit} characters or fewer"),
        ValidationErrorKind::Type { .. } => "must be of another type".to_owned(),
        ValidationErrorKind::AdditionalProperties { .. } => "is not known".to_owned(),
        ValidationErrorKind::Enum { .. } => "must be one of the documented values".to_owned(),
        ValidationErrorKind::UniqueItems => "must not repeat an item".to_owned(),
        ValidationErrorKind::MaxItems { limit } => format!("must have {limit} items or fewer"),
        _ => "breaks the schema".to_owned(),
    }
}

/// Says `^[…]{1,40}$` as `^[…]*$` and a length: the same rule, for an engine that would build the class forty times over,
/// which takes seconds in a debug build.
fn count_lengths_apart(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let counted = members.get("pattern").and_then(Value::as_str).and_then(counted);
            if let Some((pattern, lengths)) = counted {
                members.insert("pattern".to_owned(), pattern.into());
                members.extend(lengths.map(|lengths| ("allOf".to_owned(), json!([lengths]))));
            }
            members.values_mut().for_each(count_lengths_apart);
        }
        Value::Array(items) => items.iter_mut().for_each(count_lengths_apart),
        _ => {}
    }
}

/// The pattern without its count, and the lengths that it stands for, if it is one class with a count.
///
/// Without a `^` only the end must match: one character of the class is enough.
fn counted(pattern: &str) -> Option<(String, Option<Value>)> {
    let (anchored, rest) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (class, count) = rest.strip_suffix("}$")?.rsplit_once('{')?;
    let inner = class.strip_prefix('[')?.strip_suffix(']')?;
    // A bracket in the class is escaped, or there is more than one class.
    if inner.replace("\\]", "").replace("\\[", "").contains(['[', ']']) || inner.ends_with('\\') {
        return None;
    }
    let (least, most) = count.split_once(',').unwrap_or((count, count));
    let (least, most): (u64, u64) = (least.parse().ok()?, most.parse().ok()?);
    match anchored {
        true => Some((
            format!("^{class}*$"),
            Some(json!({"minLength": least, "maxLength": most})),
        )),
        false if least == 1 => Some((format!("{class}$"), None)),
        false => None,
    }
}

/// The field that an error is about, as in `personalInformation.residencyAddress.line2`.
fn field(error: &ValidationError<'_>) -> String {
    let mut field = String::new();
    for segment in error.instance_path().as_str().split('/').skip(1) {
        // A JSON pointer's own escapes (RFC 6901, section 3).
        push(&mut field, &segment.replace("~1", "/").replace("~0", "~"));
    }
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            if let Some(name) = unexpected.iter().min() {
                push(&mut field, name);
            }
        }
        ValidationErrorKind::Required { property } => {
            if let Some(name) = property.as_str() {
                push(&mut field, name);
            }
        }
        _ => {}
    }
    if field.is_empty() {
        WHOLE_BODY.clone_into(&mut field);
    }
    field
}

fn push(field: &mut String, name: &str) {
    let index = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if index {
        field.push_str(&format!("[{name}]"));
    } else {
        if !field.is_empty() {
            field.push('.');
        }
        field.push_str(name);
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    /// The field that is wrong first.
    fn refused(endpoint: Endpoint, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        let reasons = validate(endpoint, headers, body).err()?;
        reasons[0].field.clone()
    }

    fn wrong(body: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            "application/json; charset=utf-8".parse().unwrap(),
        );
        refused(Endpoint::Register, &headers, body.as_bytes())
    }

    fn wrong_person(more: Value) -> Option<String> {
        let mut person = json!({"firstName": "Ada", "lastName": "Lovelace"});
        person
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        wrong(&json!({"personalInformation": person}).to_string())
    }

    fn address(more: Value) -> Value {
        let mut address =
            json!({"line1": "1", "city": "Paris", "state": "IDF", "zipCode": "75001", "countryCode": "FR"});
        address
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"residencyAddress": address})
    }

    #[test]
    fn the_first_bad_field_is_named_from_the_outside_in() {
        let cases = [
            (
                json!({"firstName": "a".repeat(41)}),
                "personalInformation.firstName",
            ),
            (json!({"language": "fr"}), "personalInformation.language"),
            (json!({"gender": null}), "personalInformation.gender"),
            (json!({"nickname": "x"}), "personalInformation.nickname"),
            (
                json!({"mobilePhoneNumber": {"countryCode": "33", "phoneNumber": "6"}}),
                "personalInformation.mobilePhoneNumber.countryCode",
            ),
            (
                json!({"mobilePhoneNumber": {"countryCode": "+33"}}),
                "personalInformation.mobilePhoneNumber.phoneNumber",
            ),
            (
                address(json!({"line2": "b>"})),
                "personalInformation.residencyAddress.line2",
            ),
            (
                json!({"title": "M", "language": "fr"}),
                "personalInformation.language",
            ),
        ];
        for (more, field) in cases {
            assert_eq!(wrong_person(more).as_deref(), Some(field));
        }
        let twice = json!({"preferences": {"notificationChannel": ["SMS", "SMS"]}});
        assert_eq!(
            wrong(&twice.to_string()).as_deref(),
            Some("preferences.notificationChannel")
        );
        let unknown = json!({"preferences": {"notificationChannel": ["SMS", "FAX"]}});
        assert_eq!(
            wrong(&unknown.to_string()).as_deref(),
            Some("preferences.notificationChannel[1]")
        );
    }

    #[test]
    fn what_is_no_object_or_no_json_is_a_wrong_body() {
        for body in ["{", "[]", "null", "\"x\"", "{\"preferences\":{}} x", "\u{feff}{}"] {
            assert_eq!(wrong(body).as_deref(), Some("body"), "{body}");
        }
        assert_eq!(
            wrong("{\"personalInformation\":null}").as_deref(),
            Some("personalInformation")
        );
        assert_eq!(wrong("{}"), None);
        assert_eq!(wrong(""), None);
    }

    #[test]
    fn a_body_of_another_media_type_is_refused() {
        let mut headers = HeaderMap::new();
        for media_type in [None, Some("text/plain")] {
            if let Some(media_type) = media_type {
                headers.insert(header::CONTENT_TYPE, media_type.parse().unwrap());
            }
            let refused = refused(Endpoint::Delete, &headers, b"{}");
            assert_eq!(refused.as_deref(), Some("content-type"));
        }
    }

    #[test]
    fn real_people_are_welcome() {
        for name in [
            "Ada",
            "Müller-Łukasz",
            "O'Brien",
            "山田",
            "Nguyễn",
            "Nguye\u{302}\u{303}n",
        ] {
            assert_eq!(wrong_person(json!({"firstName": name})), None, "{name}");
        }
    }

    #[test]
    fn the_vendors_mistakes_are_kept_as_published() {
        // `line2` and `line3` have no `^`: only their end has to match.
        assert_eq!(
            wrong_person(address(json!({"line2": "<b", "line3": "\u{0}c"}))),
            None
        );
        // The length rule still holds.
        assert!(wrong_person(address(json!({"line2": format!("<{}", "b".repeat(64))}))).is_some());
        // The pattern of a calling code admits 11 characters, its length 10.
        let phone = |code: &str| json!({"mobilePhoneNumber": {"countryCode": code, "phoneNumber": "1"}});
        assert_eq!(wrong_person(phone("+123456789")), None);
        assert!(wrong_person(phone("+1234567890")).is_some());
        // The pattern of a date admits the 31st of February, not digits of another script.
        assert_eq!(wrong_person(json!({"dateOfBirth": "2000-02-31"})), None);
        assert!(wrong_person(json!({"dateOfBirth": "٢٠٠٠-01-01"})).is_some());
        // The language list is prose: any three letters follow the schema.
        assert_eq!(wrong_person(json!({"language": "fra"})), None);
    }

    #[test]
    fn a_deletion_needs_no_reason_and_takes_a_plain_one() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        let wrong_field = |body: &str| refused(Endpoint::Delete, &headers, body.as_bytes());
        assert_eq!(wrong_field("{}"), None);
        assert_eq!(wrong_field(r#"{"reason":"Account closed"}"#), None);
        assert_eq!(wrong_field(r#"{"reason":"closed."}"#).as_deref(), Some("reason"));
        assert_eq!(wrong_field(r#"{"reason":""}"#).as_deref(), Some("reason"));
        assert_eq!(
            wrong_field(r#"{"preferences":{}}"#).as_deref(),
            Some("preferences")
        );
    }

    /// Every pattern of the document, and strings of and around each class, at and around each length.
    #[test]
    fn a_length_counted_apart_is_the_same_rule() {
        fn patterns(schema: &Value, found: &mut Vec<String>) {
            if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
                found.push(pattern.to_owned());
            }
            match schema {
                Value::Object(members) => members.values().for_each(|member| patterns(member, found)),
                Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
                _ => {}
            }
        }
        let build = |schema: &Value| {
            let options = jsonschema::options().with_draft(Draft::Draft4);
            options
                .with_pattern_options(PatternOptions::regex())
                .build(schema)
                .unwrap()
        };
        let mut found = Vec::new();
        patterns(&serde_json::from_str(DOCUMENT).unwrap(), &mut found);
        found.sort();
        found.dedup();
        let mut rewritten = 0;
        for pattern in found {
            let published = json!({"pattern": pattern});
            let mut apart = published.clone();
            count_lengths_apart(&mut apart);
            if apart == published {
                continue;
            }
            rewritten += 1;
            let (published, apart) = (build(&published), build(&apart));
            for unit in [
                "a", "é", "\u{302}", "9", "٣", " ", "<", "A-", "-", "_", "\n", "山", "]", "\\",
            ] {
                for length in [0, 1, 2, 3, 9, 10, 11, 32, 33, 39, 40, 41, 64, 65] {
                    for text in [
                        unit.repeat(length),
                        format!("<{}", unit.repeat(length)),
                        format!("{}<", unit.repeat(length)),
                    ] {
                        let text = Value::from(text);
                        assert_eq!(
                            published.is_valid(&text),
                            apart.is_valid(&text),
                            "{pattern}: {text}"
                        );
                    }
                }
            }
        }
        assert!(rewritten >= 8, "{rewritten}");
        for other in [
            "^[a]{1,2}[b]{1,2}$",
            "^(a){1,2}$",
            "[a]{2,3}$",
            "^a{1,2}$",
            "^[a]+$",
            "^[a]{1,}$",
        ] {
            assert_eq!(counted(other), None, "{other}");
        }
    }
}
