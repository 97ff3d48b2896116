//! The control API and its page, as another program sees them.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod plain_client;

use d1_sandbox::{Sandbox, Verdict};
use plain_client::{Plain, person};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

const MARKUP: &str = "<script>alert(1)</script>";

async fn start() -> Sandbox {
    Sandbox::builder().control([""; 0]).start().await.unwrap()
}

struct Control {
    url: String,
    http: reqwest::Client,
}

impl Control {
    fn of(sandbox: &Sandbox) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            url: sandbox.control_url().to_owned(),
            http: http.build().unwrap(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn page(&self) -> String {
        let answer = self.request(Method::GET, "").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }
}

#[tokio::test]
async fn a_refused_request_is_listed_with_every_reason_and_no_token() {
    let sandbox = start().await;
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    let body = json!({"personalInformation": {"firstName": "<", "nickname": "Ada"}});
    assert_eq!(plain.register("c-1", &body).await.0, StatusCode::BAD_REQUEST);

    let listed = control.get("requests").await;
    let refused = listed["requests"].as_array().unwrap().last().unwrap();
    assert_eq!(refused["verdict"], "refused");
    assert_eq!(
        (&refused["status"], &refused["endpoint"]),
        (&json!(400), &json!("register"))
    );
    let reasons = refused["reasons"].as_array().unwrap();
    let fields: Vec<_> = reasons
        .iter()
        .map(|reason| reason["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "personalInformation.firstName",
            "personalInformation.lastName",
            "personalInformation.nickname"
        ]
    );
    assert_eq!(reasons[1]["rule"], "is required");
    assert_eq!(refused["body"], body);
    assert_eq!(refused["headers"]["authorization"], "redacted");
    assert!(control.get(&format!("requests?after={}", listed["next"])).await["requests"] == json!([]));
    assert_eq!(sandbox.requests().last().unwrap().verdict, Verdict::Refused);
    assert_eq!(control.call(Method::DELETE, "requests", Value::Null).await.0, 204);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn each_refusal_has_its_reason() {
    let sandbox = start().await;
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    let registered = json!({"personalInformation": person()});
    plain.register("c-deleted", &registered).await;
    plain.delete("c-deleted").await;
    plain.register("c-deleted", &registered).await;
    plain.cards("c-nobody").await;
    plain.cards("a@b").await;
    let nobody = format!("{}/issuers/is_sandbox/consumers/c-1/cards", sandbox.banking_url());
    plain_get(&nobody, None).await;
    plain_get(&nobody, Some("stale")).await;
    plain_get(
        &nobody.replace("is_sandbox", "is_another"),
        Some(&sandbox.issue_token()),
    )
    .await;
    plain_get(&nobody.replace("/cards", ""), Some(&sandbox.issue_token())).await;
    let listed = control.get("requests").await;
    let refused = listed["requests"].as_array().unwrap().iter();
    let reasons: Vec<_> = refused
        .filter(|request| request["verdict"] == "refused")
        .map(|request| {
            assert_eq!(request["reasons"].as_array().unwrap().len(), 1, "{request}");
            let reason = &request["reasons"][0];
            (reason["field"].as_str(), reason["rule"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        reasons,
        [
            (Some("consumerId"), "must not be a deleted consumer"),
            (Some("consumerId"), "must be a registered consumer"),
            (Some("consumerId"), "must match ^[A-Za-z0-9_-]{1,64}$"),
            (Some("authorization"), "is required"),
            (
                Some("authorization"),
                "must be a token that was given here and not revoked"
            ),
            (Some("issuerId"), "must be the issuer that the token was given to"),
            (None, "no operation has this method and path"),
        ]
    );
}

async fn plain_get(url: &str, token: Option<&str>) {
    let mut request = reqwest::Client::new().get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    request.send().await.unwrap();
}

#[tokio::test]
async fn consumers_and_cards_are_put_there_listed_and_forgotten() {
    let sandbox = start().await;
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    let consumer = json!({"personalInformation": person()});
    let (status, put) = control.call(Method::PUT, "consumers/c-1", consumer).await;
    assert_eq!((status, &put["personalInformation"]), (200, &person()));
    let card = json!({"cardId": "card-9", "state": "SUSPENDED", "accountList": null});
    let (status, card) = control.call(Method::POST, "consumers/c-1/cards", card).await;
    assert_eq!((status, card["accountList"].clone()), (201, Value::Null));
    assert_eq!(plain.cards("c-1").await.1, json!({"cards": [card]}));
    assert_eq!(control.get("consumers/c-1/cards").await, json!({"cards": [card]}));
    assert_eq!(
        control.get("consumers").await["consumers"][0],
        control.get("consumers/c-1").await
    );

    let wrong = json!({"personalInformation": {"firstName": "Ada\u{0}"}});
    let (status, why) = control.call(Method::PUT, "consumers/c-1", wrong).await;
    assert_eq!(status, 400);
    let why = why["error"].as_str().unwrap();
    assert!(
        why.contains("firstName: must match") && why.contains("lastName: is required"),
        "{why}"
    );
    assert!(!why.contains("Ada"));
    assert_eq!(
        control.call(Method::PUT, "consumers/a%40b", json!({})).await.0,
        400
    );
    assert_eq!(
        control
            .call(Method::PUT, "consumers/c-1", json!({"cards": 1}))
            .await
            .0,
        400
    );
    assert_eq!(control.call(Method::PUT, "consumers/c-1", json!([])).await.0, 400);

    assert_eq!(
        control.call(Method::DELETE, "consumers/c-1", Value::Null).await.0,
        204
    );
    assert_eq!(
        control.call(Method::DELETE, "consumers/c-1", Value::Null).await.0,
        404
    );
    assert!(sandbox.consumers().is_empty());
    control
        .call(Method::PUT, "consumers/c-2", json!({"deleted": true}))
        .await;
    assert_eq!(
        control
            .call(Method::POST, "consumers/c-2/cards", json!({}))
            .await
            .0,
        409
    );
    assert_eq!(
        control.call(Method::PATCH, "consumers/c-2", json!({})).await.0,
        405
    );
    assert_eq!(control.call(Method::GET, "nowhere", Value::Null).await.0, 404);
}

#[tokio::test]
async fn a_fault_is_switched_on_seen_and_ended() {
    let sandbox = start().await;
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    let fault =
        json!({"kind": "status", "status": 503, "retryAfterSeconds": 7, "endpoint": "cards", "times": 2});
    let (status, faults) = control.call(Method::POST, "faults", fault).await;
    assert_eq!(status, 200);
    let queued = json!([{"kind": "status", "status": 503, "endpoint": "cards", "times": 2}]);
    assert_eq!(faults, json!({"queued": queued, "rates": [], "drift": false}));
    assert_eq!(plain.cards("c-1").await.0, 503);
    let listed = control.get("requests").await;
    let last = listed["requests"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["verdict"], &last["reasons"][0]["rule"]),
        (&json!("fault"), &json!("fault: status 503"))
    );
    assert_eq!(control.call(Method::DELETE, "faults", Value::Null).await.0, 204);
    assert_eq!(plain.cards("c-1").await.0, 404);

    for fault in [
        json!({"kind": "waf-page"}),
        json!({"kind": "latency", "delayMillis": 1}),
        json!({"kind": "reset-before-reading"}),
        json!({"kind": "reset-after-reading", "afterApplying": true}),
        json!({"kind": "truncated", "permille": 10, "seed": 3}),
        json!({"kind": "token-dies", "lifetimeSeconds": 3}),
        json!({"kind": "clock-skew", "skewSeconds": -60}),
        json!({"kind": "drift", "seed": 3}),
    ] {
        assert_eq!(
            control.call(Method::POST, "faults", fault.clone()).await.0,
            200,
            "{fault}"
        );
    }
    let faults = control.get("faults").await;
    assert_eq!(faults["queued"].as_array().unwrap().len(), 6);
    assert_eq!(
        (&faults["rates"][0]["permille"], &faults["drift"]),
        (&json!(10), &json!(true))
    );
    for wrong in [
        json!({}),
        json!({"kind": "rain"}),
        json!({"kind": "status"}),
        json!({"kind": "status", "status": 99}),
        json!({"kind": "status", "status": 1000}),
        json!({"kind": "latency"}),
        json!({"kind": "waf-page", "permille": 1001}),
        json!({"kind": "waf-page", "times": -1}),
        json!({"kind": "waf-page", "times": 1_000_001}),
        json!({"kind": "waf-page", "when": "now"}),
        json!({"kind": "clock-skew", "skewSeconds": i64::MIN}),
    ] {
        assert_eq!(
            control.call(Method::POST, "faults", wrong.clone()).await.0,
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn the_clock_moves_and_a_reset_brings_back_what_was_seeded() {
    let seed = json!({"consumers": [{"consumerId": "c-seed", "cards": [{"cardId": "card-1"}]}]});
    let sandbox = Sandbox::builder()
        .control([""; 0])
        .seed(seed)
        .start()
        .await
        .unwrap();
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    assert_eq!(
        plain.cards("c-seed").await.1,
        json!({"cards": [{"cardId": "card-1"}]})
    );
    let (_, clock) = control
        .call(Method::POST, "clock", json!({"advanceSeconds": 901}))
        .await;
    assert_eq!(clock["aheadSeconds"], 901);
    assert_eq!(control.call(Method::POST, "clock", json!({})).await.0, 400);

    plain.delete("c-seed").await;
    plain.register("c-1", &json!({})).await;
    control
        .call(Method::POST, "faults", json!({"kind": "waf-page"}))
        .await;
    assert_eq!(control.call(Method::POST, "reset", Value::Null).await.0, 204);
    assert_eq!(control.get("clock").await["aheadSeconds"], 0);
    assert_eq!(
        control.get("consumers").await["consumers"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(plain.cards("c-seed").await.0, 200);

    let again = control.get("consumers").await;
    let copy = Sandbox::builder()
        .control([""; 0])
        .seed(again.clone())
        .start()
        .await
        .unwrap();
    assert_eq!(Control::of(&copy).get("consumers").await, again);
    for wrong in [
        json!([]),
        json!({"consumers": [{}]}),
        json!({"consumers": [{"consumerId": "a b"}]}),
        json!({"consumers": [{"consumerId": "c-1", "personalInformation": {"firstName": "Ada"}}]}),
        json!({"consumers": [{"consumerId": "c-1", "name": "Ada"}]}),
    ] {
        let error = Sandbox::builder().seed(wrong).start().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(!error.to_string().contains("Ada"), "{error}");
    }
}

#[tokio::test]
async fn other_sites_are_refused_and_without_being_asked_for_nothing_is_served() {
    let sandbox = start().await;
    let control = Control::of(&sandbox);
    let evil = |name: &'static str, value: &'static str| {
        let reset = control.request(Method::POST, "reset").header(name, value);
        async { reset.send().await.unwrap().status() }
    };
    for (name, value) in [
        ("host", "evil.test"),
        ("origin", "http://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        assert_eq!(evil(name, value).await, 403, "{name}: {value}");
    }
    let plain = Sandbox::start().await;
    let answer = reqwest::get(plain.control_url()).await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn the_page_is_a_list_without_script_and_everything_on_it_is_escaped() {
    let sandbox = start().await;
    let (control, plain) = (Control::of(&sandbox), Plain::of(&sandbox));
    let body = json!({"personalInformation": {"firstName": "Ada", "lastName": "Lovelace", MARKUP: 1}});
    plain.register("c-1", &body).await;
    plain
        .register("c-2", &json!({"personalInformation": person()}))
        .await;
    sandbox.seed_card("c-2", json!({"cardId": MARKUP, "state": MARKUP}));
    let page = control.page().await;
    assert!(!page.contains(MARKUP));
    assert_eq!(
        page.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count(),
        3,
        "{page}"
    );
    assert!(page.contains("is not known") && page.contains("refused"));
    for personal in person().as_object().unwrap().values().filter_map(Value::as_str) {
        assert!(!page.contains(&format!(">{personal}<")), "{personal}");
    }
    assert!(!page.contains("Lovelace"));

    let answer = control.request(Method::GET, "").send().await.unwrap();
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let page = answer.text().await.unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(page.matches(&format!("nonce=\"{nonce}\"")).count(), 2);
    assert!(!control.page().await.contains(nonce));
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("style=\""));
}

#[tokio::test]
async fn a_button_is_a_plain_form() {
    let sandbox = start().await;
    let control = Control::of(&sandbox);
    let origin = control.url.trim_end_matches("/_sandbox/").to_owned();
    let press = async |path: &str, form: &'static str| {
        let request = control
            .request(Method::POST, path)
            .header("origin", &origin)
            .body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.headers().contains_key("location"),
        )
    };
    let page = control.page().await;
    for button in ["503", "Answer lost", "2 s late"] {
        assert!(page.contains(&format!("value=\"{button}\"")));
    }
    assert_eq!(
        press("faults", "endpoint=cards&times=2&button=503").await,
        (303, true)
    );
    assert_eq!(
        press("faults", "endpoint=&times=1&button=Answer+lost").await,
        (303, true)
    );
    assert_eq!(sandbox.pending(), 3);
    let page = control.page().await;
    assert!(page.contains("next: status 503 at cards, 2×"), "{page}");
    assert_eq!(press("faults", "_method=DELETE").await, (303, true));
    assert_eq!(sandbox.pending(), 0);
    assert_eq!(press("clock", "advanceSeconds=900").await, (303, true));
    assert!(control.page().await.contains("900 s ahead"));
    assert_eq!(press("reset", "").await, (303, true));
}
