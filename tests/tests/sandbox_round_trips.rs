//! What our types accept, the vendor's schema as published accepts, and the other way round: the sandbox validates by that
//! schema and shares nothing with our types.

#![allow(clippy::unwrap_used)]

use std::cell::Cell;

use d1_client::{
    sandbox::Sandbox,
    types::{AddressLine, CallingCode, ConsumerInformation, DeletionRequest},
};
use http::{Method, Request};
use proptest::{
    option,
    prelude::*,
    string::string_regex,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

/// How many bodies of registrations and updates are generated.
const BODIES: u32 = 10_000;

/// The most characters of an address line.
const LINE_MAX_LENGTH: usize = 64;

#[test]
fn of_ten_thousand_bodies_our_types_accept_just_what_the_vendor_does_except_for_the_documented_mistakes() {
    let validator = BodyValidator::start();
    let seen = Seen::default();
    run(BODIES, &consumer_information(), |body| {
        let accepted = validator.accepts(Method::PUT, "", &body);
        // The vendor's two schemas of it are one.
        assert_eq!(
            validator.accepts(Method::POST, "/operations:update", &body),
            accepted
        );
        let ours: Option<ConsumerInformation> = serde_json::from_value(body.clone()).ok();

        // Without `^`, two of the vendor's patterns look at the last character of a line alone.
        let as_published = as_the_mistaken_patterns_see_it(&body);
        let expected = serde_json::from_value::<ConsumerInformation>(as_published).is_ok();
        assert_eq!(accepted, expected, "{body}");
        if let Some(ours) = &ours {
            assert!(accepted, "{body}");
            assert_eq!(
                serde_json::to_value(ours).unwrap(),
                body,
                "what is sent is what was given"
            );
        }
        seen.note(accepted, accepted && ours.is_none());
    });
    seen.saw_enough(BODIES);
    assert!(seen.mistakes.get() > 20, "{seen:?}");
}

#[test]
fn of_a_thousand_deletions_our_types_accept_just_what_the_vendor_does() {
    let validator = BodyValidator::start();
    let seen = Seen::default();
    let reason = prop_oneof![
        9 => field("[a-zA-Z0-9 ]{1,64}"),
        1 => "[a-zA-Z0-9 .,é]{0,70}".prop_map(Value::from),
    ];
    let reason = reason.boxed();
    run(1_000, &object(vec![("reason", reason, false)]), |body| {
        // A new one each time: only the living can be deleted.
        validator.sandbox.seed_card(&validator.next_consumer(), json!({}));
        let accepted = validator.accepts(Method::POST, "/operations:delete", &body);
        let ours: Option<DeletionRequest> = serde_json::from_value(body.clone()).ok();
        assert_eq!(accepted, ours.is_some(), "{body}");
        if let Some(ours) = ours {
            assert_eq!(serde_json::to_value(ours).unwrap(), body);
        }
        seen.note(accepted, false);
    });
    seen.saw_enough(1_000);
}

#[test]
fn values_of_another_kind_are_never_sent_and_nothing_that_the_vendor_accepts_is_refused() {
    // Reading is not sending: a `null` is read as nothing at all, and not sent.
    let validator = BodyValidator::start();
    let strategy = (
        consumer_information(),
        any::<prop::sample::Index>(),
        another_kind(),
    );
    run(2_000, &strategy, |(mut body, place, value)| {
        let mut places = Vec::new();
        pointers(&body, "", &mut places);
        *body.pointer_mut(&places[place.index(places.len())]).unwrap() = value;

        let ours: Option<ConsumerInformation> = serde_json::from_value(body.clone()).ok();
        if let Some(ours) = &ours {
            let sent = serde_json::to_value(ours).unwrap();
            assert!(
                validator.accepts(Method::PUT, "", &sent),
                "{body} is sent as {sent}"
            );
        } else {
            let cut = as_the_mistaken_patterns_see_it(&body);
            assert!(
                cut != body || !validator.accepts(Method::PUT, "", &body),
                "only the vendor accepts {body}"
            );
        }
    });
}

#[test]
fn the_documented_mistakes_are_just_as_the_vendor_published_them() {
    let validator = BodyValidator::start();
    let with_line = |line: &str, value: &str| {
        let mut body = json!({"personalInformation": {
            "firstName": "Ada", "lastName": "Lovelace",
            "residencyAddress": {"line1": "1", "city": "Paris", "state": "IDF", "zipCode": "75001", "countryCode": "FR"},
        }});
        body["personalInformation"]["residencyAddress"][line] = json!(value);
        validator.accepts(Method::PUT, "", &body)
    };
    // `line2` and `line3` have patterns without `^`.
    for (value, mistakes) in [("<b", true), ("b>", false), ("\u{0}9", true), ("<", false)] {
        for line in ["line1", "line2", "line3", "line4"] {
            let expected = mistakes && matches!(line, "line2" | "line3");
            assert_eq!(with_line(line, value), expected, "{line} {value:?}");
        }
        assert!(AddressLine::new(value).is_err(), "{value:?}");
    }
    // A calling code's pattern and its lengths say different things; what both admit is what our type admits.
    for digits in 0..=12 {
        let code = format!("+{}", "1".repeat(digits));
        let body = json!({"personalInformation": {
            "firstName": "Ada", "lastName": "Lovelace",
            "mobilePhoneNumber": {"countryCode": code, "phoneNumber": "1"},
        }});
        let accepted = validator.accepts(Method::PUT, "", &body);
        assert_eq!(accepted, (1..=9).contains(&digits), "{code}");
        assert_eq!(CallingCode::new(code.as_str()).is_ok(), accepted, "{code}");
    }
}

/// The vendor's schemas, reached through a sandbox without a socket.
struct BodyValidator {
    sandbox: Sandbox,
    token: String,
    consumer: Cell<u32>,
    _runtime: Runtime,
}

impl BodyValidator {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let sandbox = runtime.block_on(Sandbox::start());
        let validator = Self {
            token: sandbox.issue_token(),
            sandbox,
            consumer: Cell::new(0),
            _runtime: runtime,
        };
        validator.sandbox.seed_card("c-0", json!({}));
        validator
    }

    fn next_consumer(&self) -> String {
        self.consumer.set(self.consumer.get() + 1);
        self.current_consumer()
    }

    fn current_consumer(&self) -> String {
        format!("c-{}", self.consumer.get())
    }

    fn accepts(&self, method: Method, rest: &str, body: &Value) -> bool {
        let consumer = self.current_consumer();
        let request = Request::builder()
            .method(method)
            .uri(format!(
                "/banking/v2/issuers/is_sandbox/consumers/{consumer}{rest}"
            ))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(body.to_string().into());
        match self.sandbox.answer(request.unwrap()).status().as_u16() {
            200 | 204 => true,
            400 => false,
            other => panic!("{other} has no body to validate"),
        }
    }
}

#[derive(Debug, Default)]
struct Seen {
    accepted: Cell<u32>,
    refused: Cell<u32>,
    mistakes: Cell<u32>,
}

impl Seen {
    fn note(&self, accepted: bool, mistake: bool) {
        let count = if accepted { &self.accepted } else { &self.refused };
        count.set(count.get() + 1);
        self.mistakes.set(self.mistakes.get() + u32::from(mistake));
    }

    /// A test that sees one side alone shows nothing.
    fn saw_enough(&self, cases: u32) {
        assert!(
            self.accepted.get() > cases / 4 && self.refused.get() > cases / 50,
            "{self:?}"
        );
    }
}

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    };
    TestRunner::new(config)
        .run(strategy, |value| {
            test(value);
            Ok(())
        })
        .unwrap();
}

/// The body with each of the two lines that the mistakes let through cut down to what their pattern looks at.
fn as_the_mistaken_patterns_see_it(body: &Value) -> Value {
    let mut body = body.clone();
    for line in ["line2", "line3"] {
        let line = body.pointer_mut(&format!("/personalInformation/residencyAddress/{line}"));
        let Some(Value::String(line)) = line else {
            continue;
        };
        if AddressLine::new(line.as_str()).is_err()
            && line.chars().count() <= LINE_MAX_LENGTH
            && let Some(last) = line.chars().next_back()
        {
            *line = last.to_string();
        }
    }
    body
}

/// Bodies of a registration or an update: mostly right, in places a little wrong.
fn consumer_information() -> BoxedStrategy<Value> {
    const NAME: &str = r"[\p{L}\p{N}\p{M} ,.'_#;:/-]{1,40}";
    const LINE: &str = r"[\p{L}\p{N}\p{M} ,.'_#;:/-]{1,64}";
    let phone = object(vec![
        ("countryCode", field(r"\+[0-9]{1,9}"), true),
        ("phoneNumber", field("[0-9]{1,14}"), true),
    ]);
    let address = object(vec![
        ("recipientName", field(LINE), false),
        ("line1", field(LINE), true),
        ("line2", line(LINE), false),
        ("line3", line(LINE), false),
        ("line4", field(LINE), false),
        ("city", field(r"[\p{L}\p{N}\p{M} ,.'_#;:/-]{1,32}"), true),
        ("state", field(NAME), true),
        ("zipCode", field("[0-9a-zA-Z -]{1,10}"), true),
        ("countryCode", field("[A-Z]{2}"), true),
    ]);
    let person = object(vec![
        ("title", field(r"[\p{L}\p{N}\p{M} ,.'_#;:/-]{2,40}"), false),
        ("firstName", field(NAME), true),
        ("middleName", field(NAME), false),
        ("lastName", field(NAME), true),
        ("secondLastName", field(NAME), false),
        ("gender", field("MALE|FEMALE|OTHER"), false),
        (
            "dateOfBirth",
            field("[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[0-1])"),
            false,
        ),
        ("nationality", field("[A-Z]{2}"), false),
        ("language", field("[a-z]{3}"), false),
        (
            "email",
            field(
                r"[a-zA-Z0-9_+&*-]{1,12}(\.[a-zA-Z0-9_+&*-]{1,6}){0,3}@([a-zA-Z0-9-]{1,8}\.){1,3}[a-zA-Z]{2,15}",
            ),
            false,
        ),
        ("mobilePhoneNumber", phone, false),
        ("residencyAddress", address, false),
    ]);
    let channel = prop_oneof![
        30 => "SMS|EMAIL|IN_APP_NOTIFICATION".prop_map(Value::from),
        1 => "[A-Z]{0,5}".prop_map(Value::from),
    ];
    let channels = prop::collection::vec(channel, 0..5).prop_map(Value::Array);
    // Most lists of several hold one channel twice: each channel once, shuffled, is as common.
    let different = Just(vec![json!("SMS"), json!("EMAIL"), json!("IN_APP_NOTIFICATION")]).prop_shuffle();
    let different = (different, 0..=3_usize).prop_map(|(channels, count)| json!(channels[..count]));
    let channels = prop_oneof![1 => channels, 5 => different].boxed();
    object(vec![
        ("personalInformation", person, false),
        (
            "preferences",
            object(vec![("notificationChannel", channels, false)]),
            false,
        ),
    ])
}

/// An object with these fields; one that is required is missing now and then, and there may be one that nobody knows.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>, bool)>) -> BoxedStrategy<Value> {
    const UNKNOWN: f64 = 0.005;
    let names: Vec<_> = fields.iter().map(|(name, ..)| *name).collect();
    let values: Vec<_> = fields
        .into_iter()
        .map(|(_, value, required)| option::weighted(if required { 0.995 } else { 0.5 }, value))
        .collect();
    let unknown = option::weighted(UNKNOWN, "[a-zA-Z]{0,12}");
    (values, unknown)
        .prop_map(move |(values, unknown)| {
            let known = names.iter().zip(values);
            let mut members: Map<_, _> = known
                .filter_map(|(name, value)| Some(((*name).to_owned(), value?)))
                .collect();
            if let Some(name) = unknown {
                members.entry(name).or_insert_with(|| json!("x"));
            }
            Value::Object(members)
        })
        .boxed()
}

/// Texts of this pattern, and some that are near it.
fn field(pattern: &'static str) -> BoxedStrategy<Value> {
    let right = || string_regex(pattern).unwrap();
    prop_oneof![
        300 => right(),
        1 => (right(), any::<char>()).prop_map(|(text, more)| format!("{text}{more}")),
        1 => (right(), any::<char>()).prop_map(|(text, more)| format!("{more}{text}")),
        1 => (right(), right()).prop_map(|(one, other)| format!("{one}{other}")),
        1 => right().prop_map(|text| text.to_uppercase()),
        1 => right().prop_map(|text| format!("{text}\n")),
        1 => right().prop_map(|text| text.chars().skip(1).collect()),
        1 => "\\PC{0,70}",
        1 => any::<String>(),
    ]
    .prop_map(Value::String)
    .boxed()
}

/// Lines whose pattern has the mistake: right at the end alone, too.
fn line(pattern: &'static str) -> BoxedStrategy<Value> {
    let mistaken = (r"\PC{1,62}", r"[\p{L}\p{N}]").prop_map(|(start, end)| json!(format!("{start}{end}")));
    prop_oneof![20 => field(pattern), 1 => mistaken].boxed()
}

fn another_kind() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["+33", "612345678"])),
        Just(json!({"MALE": null})),
        Just(json!([["SMS"]])),
        Just(json!("text")),
    ]
}

/// The places in a body, without the whole body.
fn pointers(value: &Value, at: &str, places: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    if at.is_empty() && members.is_empty() {
        places.push(String::new());
    }
    for (name, value) in members {
        let place = format!("{at}/{name}");
        pointers(value, &place, places);
        places.push(place);
    }
}
