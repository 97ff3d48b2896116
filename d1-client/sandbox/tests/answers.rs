//! The sandbox answers another client than ours as D1 documents.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod plain_client;

use std::time::Duration;

use d1_sandbox::{Endpoint, Sandbox, example_card};
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use p256::pkcs8::{EncodePublicKey, LineEnding};
use plain_client::{Plain, assertion, person, sent, signed};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

fn refused(status: u16, code: Option<&str>, error: &str) -> (StatusCode, Value) {
    let mut body = json!({});
    if let Some(code) = code {
        body["errorCode"] = json!(code);
    }
    if !error.is_empty() {
        body["error"] = json!(error);
    }
    (StatusCode::from_u16(status).unwrap(), body)
}

#[tokio::test]
async fn a_consumer_lives_from_registration_to_deletion() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let (ok, no_content) = (StatusCode::OK, StatusCode::NO_CONTENT);

    let registration =
        json!({"personalInformation": person(), "preferences": {"notificationChannel": ["SMS"]}});
    assert_eq!(
        plain.register("c-1", &registration).await,
        (no_content, Value::Null)
    );
    assert_eq!(plain.cards("c-1").await, (ok, json!({"cards": []})));
    sandbox.seed_card("c-1", example_card("card-1"));
    assert_eq!(
        plain.cards("c-1").await,
        (ok, json!({"cards": [example_card("card-1")]}))
    );

    let update = json!({"personalInformation": {"firstName": "Grace", "lastName": "Hopper"}});
    assert_eq!(
        plain.update("c-1", &update).await,
        (ok, json!({"operationId": "op-000001"}))
    );
    let known = sandbox.consumer("c-1").unwrap();
    assert_eq!(
        known.personal_information,
        Some(update["personalInformation"].clone())
    );
    assert_eq!(known.preferences, Some(registration["preferences"].clone()));

    assert_eq!(
        plain.delete("c-1").await,
        (ok, json!({"operationId": "op-000002"}))
    );
    let known = sandbox.consumer("c-1").unwrap();
    assert!(known.deleted && known.cards.is_empty() && known.personal_information.is_none());
}

#[tokio::test]
async fn a_deleted_consumer_stays_deleted() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    plain.register("c-1", &json!({})).await;
    plain.delete("c-1").await;
    let invalid_state = refused(403, Some("CONSUMER_INVALID_STATE"), "DELETED");
    assert_eq!(plain.register("c-1", &json!({})).await, invalid_state);
    assert_eq!(plain.cards("c-1").await, invalid_state);
    assert_eq!(plain.update("c-1", &json!({})).await, invalid_state);
    assert_eq!(
        plain.delete("c-1").await,
        refused(404, Some("UNKNOWN_CONSUMER"), "")
    );
}

#[tokio::test]
async fn nobody_knows_a_consumer_that_was_never_registered() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let unknown = refused(404, Some("UNKNOWN_CONSUMER"), "");
    assert_eq!(plain.cards("c-1").await, unknown);
    assert_eq!(plain.update("c-1", &json!({})).await, unknown);
    assert_eq!(plain.delete("c-1").await, unknown);
    assert!(sandbox.consumers().is_empty());
}

#[tokio::test]
async fn registering_again_overwrites_and_keeps_the_cards() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    plain
        .register("c-1", &json!({"personalInformation": person()}))
        .await;
    sandbox.seed_card("c-1", example_card("card-1"));
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    let known = sandbox.consumer("c-1").unwrap();
    assert_eq!((known.personal_information, known.cards.len()), (None, 1));
}

#[tokio::test]
async fn a_wrong_body_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let wrong = |field: &str| refused(400, Some("FIELD_INVALID_FORMAT"), field);
    let mut body = json!({"personalInformation": person()});
    body["personalInformation"]["residencyAddress"]["line2"] = json!("12 <b>");
    let line2 = wrong("personalInformation.residencyAddress.line2");
    assert_eq!(plain.register("c-1", &body).await, line2);
    for (body, field) in [
        (json!({"nickname": "Ada"}), "nickname"),
        (json!({"personalInformation": null}), "personalInformation"),
        (
            json!({"personalInformation": {"firstName": "Ada"}}),
            "personalInformation.lastName",
        ),
        (json!([]), "body"),
    ] {
        assert_eq!(plain.register("c-1", &body).await, wrong(field));
    }
    let half = plain
        .request(Method::PUT, "c-1")
        .header("content-type", "application/json");
    assert_eq!(sent(half.body("{\"preferences\":")).await, wrong("body"));
    let long = plain
        .request(Method::PUT, "c-1")
        .header("content-type", "application/json");
    assert_eq!(sent(long.body(" ".repeat(2 * 1024 * 1024))).await, wrong("body"));
    assert!(sandbox.consumers().is_empty());
}

#[tokio::test]
async fn wrong_parameters_are_refused_by_name() {
    let sandbox = Sandbox::start().await;
    let mut plain = Plain::of(&sandbox);
    let wrong = |field: &str| refused(400, Some("FIELD_INVALID_FORMAT"), field);
    assert_eq!(plain.cards("a%40b").await, wrong("consumerId"));
    assert_eq!(plain.cards(&"c".repeat(65)).await, wrong("consumerId"));
    for (name, value) in [("x-correlation-id", "a b"), ("x-user-id", "sixteen-letters-")] {
        let request = plain.request(Method::GET, "c-1/cards").header(name, value);
        assert_eq!(sent(request).await, wrong(name));
    }
    plain.use_issuer("is_short");
    assert_eq!(plain.cards("c-1").await, wrong("issuerId"));
}

#[tokio::test]
async fn a_token_opens_the_doors_of_its_own_issuer_only() {
    let sandbox = Sandbox::builder()
        .issuer("is_example")
        .issuer("is_another")
        .aggregator("aggregator-1")
        .start()
        .await
        .unwrap();
    let mut plain = Plain::of(&sandbox);
    let forbidden = refused(403, Some("AUTHORIZER_FORBIDDEN"), "not_authorized");
    plain.use_issuer("is_another");
    assert_eq!(plain.register("c-1", &json!({})).await, forbidden);

    let (status, token) = plain.token(&assertion(&sandbox, "aggregator-1", 300)).await;
    assert_eq!(status, 200);
    plain.use_token(token["access_token"].as_str().unwrap());
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    assert_eq!(sandbox.consumers()[0].issuer_id, "is_another");
    plain.use_issuer("is_unknown");
    assert_eq!(plain.register("c-1", &json!({})).await, forbidden);
}

#[tokio::test]
async fn without_a_live_token_nothing_is_answered() {
    let sandbox = Sandbox::start().await;
    let mut plain = Plain::of(&sandbox);
    let unauthorized = refused(401, None, "Unauthorized");
    let bare = plain.http.get(plain.url("c-1/cards"));
    assert_eq!(sent(bare).await, unauthorized);
    let basic = plain.http.get(plain.url("c-1/cards")).basic_auth("a", Some("b"));
    assert_eq!(sent(basic).await, unauthorized);

    sandbox.advance(Duration::from_secs(15 * 60 - 5));
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    sandbox.advance(Duration::from_secs(5));
    assert_eq!(plain.register("c-1", &json!({})).await, unauthorized);

    plain.use_token(&sandbox.issue_token());
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    sandbox.revoke_tokens();
    assert_eq!(plain.register("c-1", &json!({})).await, unauthorized);
}

#[tokio::test]
async fn an_assertion_buys_a_token_that_works_until_it_expires() {
    let lifetime = Duration::from_secs(60);
    let sandbox = Sandbox::builder().token_lifetime(lifetime).start().await.unwrap();
    let mut plain = Plain::of(&sandbox);
    let signed = assertion(&sandbox, sandbox.issuer_id(), 300);
    let (status, token) = plain.token(&signed).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&token["expires_in"], &token["token_type"]),
        (&json!(60), &json!("Bearer"))
    );
    plain.use_token(token["access_token"].as_str().unwrap());
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    sandbox.advance(lifetime);
    assert_eq!(plain.register("c-1", &json!({})).await.0, 401);

    let body = json!({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed});
    assert_eq!(plain.token_by_json(&body).await.0, 200);
}

#[tokio::test]
async fn a_wrong_token_request_is_refused_in_the_words_of_oauth() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let error = |answer: (StatusCode, Value)| (answer.0.as_u16(), answer.1["error"].clone());
    let sign = |lifetime| assertion(&sandbox, sandbox.issuer_id(), lifetime);
    assert_eq!(error(plain.token(&sign(-1)).await), (400, json!("invalid_grant")));
    assert_eq!(
        error(plain.token(&sign(16 * 60)).await),
        (400, json!("invalid_grant"))
    );
    assert_eq!(error(plain.token("a.b.c").await), (400, json!("invalid_grant")));
    let grant = json!({"grant_type": "client_credentials"});
    assert_eq!(
        error(plain.token_by_json(&grant).await),
        (400, json!("unsupported_grant_type"))
    );
    assert_eq!(
        error(plain.token_by_json(&json!({})).await),
        (400, json!("invalid_request"))
    );

    // The same assertion is fine once the clock has come near enough to its end.
    let early = sign(20 * 60);
    assert_eq!(plain.token(&early).await.0, 400);
    sandbox.advance(Duration::from_secs(6 * 60));
    assert_eq!(plain.token(&early).await.0, 200);
    sandbox.set_back(Duration::from_secs(6 * 60));
    assert_eq!(plain.token(&early).await.0, 400);
}

#[tokio::test]
async fn a_key_that_is_told_of_is_trusted_and_no_other() {
    let (known, stranger) = (SigningKey::generate(), SigningKey::generate());
    let pem = known.verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
    let sandbox = Sandbox::builder().trust_key("kid-7", pem).start().await.unwrap();
    let plain = Plain::of(&sandbox);
    let ahead = std::time::SystemTime::now() + Duration::from_secs(300);
    let exp = ahead.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"iss": "is_sandbox", "sub": "is_sandbox", "exp": exp});
    let header = json!({"alg": "ES256", "kid": "kid-7"});
    assert_eq!(plain.token(&signed(&known, &header, &claims)).await.0, 200);
    assert_eq!(plain.token(&signed(&stranger, &header, &claims)).await.0, 400);
    let refused = Sandbox::builder().trust_key("kid-8", "no key").start().await;
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn click_to_pay_asks_for_more() {
    let sandbox = Sandbox::builder().click_to_pay(true).start().await.unwrap();
    let plain = Plain::of(&sandbox);
    let missing = |field: &str| {
        refused(
            403,
            Some("MISSING_C2P_MANDATORY_INFORMATION"),
            &format!("personalInformation.{field}"),
        )
    };
    let full = json!({"personalInformation": person()});
    assert_eq!(plain.register("c-1", &json!({})).await, missing("firstName"));
    for field in ["language", "mobilePhoneNumber", "email"] {
        let mut body = full.clone();
        body["personalInformation"].as_object_mut().unwrap().remove(field);
        assert_eq!(plain.register("c-1", &body).await, missing(field));
    }
    let mut body = full.clone();
    body["personalInformation"]
        .as_object_mut()
        .unwrap()
        .remove("residencyAddress");
    assert_eq!(
        plain.register("c-1", &body).await,
        missing("residencyAddress.countryCode")
    );
    let mut body = full.clone();
    body["personalInformation"]["residencyAddress"]["state"] = json!("Paris");
    assert_eq!(
        plain.register("c-1", &body).await,
        missing("residencyAddress.state")
    );

    assert_eq!(plain.register("c-1", &full).await.0, 204);
    assert_eq!(
        plain.update("c-1", &body).await,
        missing("residencyAddress.state")
    );
    assert_eq!(plain.update("c-1", &json!({"preferences": {}})).await.0, 200);
}

#[tokio::test]
async fn what_is_not_documented_is_not_there() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    assert_eq!(sent(plain.request(Method::GET, "c-1")).await.0, 405);
    assert_eq!(
        sent(plain.request(Method::GET, "c-1/card")).await,
        refused(404, None, "")
    );
    assert_eq!(
        plain.http.get(sandbox.auth_url()).send().await.unwrap().status(),
        404
    );
}

#[tokio::test]
async fn requests_are_kept_whole_and_shown_without_what_is_in_them() {
    let sandbox = Sandbox::start().await;
    let plain = Plain::of(&sandbox);
    let body = json!({"personalInformation": person()});
    let request = plain
        .request(Method::PUT, "c-secret")
        .header("x-user-id", "teller-7");
    sent(request.json(&body)).await;
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else {
        panic!("{} requests", requests.len())
    };
    assert_eq!(request.endpoint, Some(Endpoint::Register));
    assert_eq!(request.path, "/banking/v2/issuers/is_sandbox/consumers/c-secret");
    assert_eq!(request.header("x-user-id"), Some("teller-7"));
    assert_eq!(request.json(), Some(body));
    assert_eq!(request.status, Some(StatusCode::NO_CONTENT));

    let shown = format!("{requests:?} {sandbox:?} {:?}", sandbox.consumers());
    let token = request
        .header("authorization")
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap();
    for secret in [
        "c-secret",
        "Ada",
        "612345678",
        "teller",
        "Bearer",
        "PRIVATE",
        token,
    ] {
        assert!(!shown.contains(secret), "{secret}");
    }
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
}
