//! Each operation on the wire: its request line, its headers, its body, and its success answer.

#![allow(clippy::unwrap_used)]

use d1_generated::{
    Client,
    mock::MockServerExt,
    types::{ConsumerInformation, CorrelationId, DeletionRequest, UserId},
};
use d1_tests::{
    cards,
    loopback::{self, CONSUMER, ISSUER, Recorder, TOKEN, client, consumer_id, issuer},
    people,
};
use httpmock::{HttpMockRequest, MockServer};
use serde_json::{Value, json};

/// The path of the end user, which the paths of all operations start with.
const CONSUMER_PATH: &str = "/issuers/is_example/consumers/c-1f6e";

#[tokio::test]
async fn register_puts_the_consumer_and_is_answered_with_nothing() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    let consumer = people::consumer().unwrap();
    let register = d1.register_consumer(|when, then| {
        let when = when
            .issuer_id(&issuer())
            .consumer_id(&consumer_id())
            .body(&consumer);
        recorder.watch(when.into_inner());
        then.no_content();
    });

    let answer = client(&d1)
        .register_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .body(consumer.clone())
        .send()
        .await
        .unwrap();

    assert_eq!(answer.status(), 204);
    register.assert();
    let request = recorder.only();
    assert_request_line(&request, "PUT", CONSUMER_PATH);
    assert_json_body(&request, &people::consumer_on_the_wire());
}

#[tokio::test]
async fn registering_without_information_sends_an_empty_object_rather_than_no_body() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    d1.register_consumer(|when, then| {
        recorder.watch(when.into_inner());
        then.no_content();
    });

    client(&d1)
        .register_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    assert_eq!(recorder.only().body_string(), "{}");
    assert_is_json(&recorder.only());
}

#[tokio::test]
async fn what_is_not_known_of_a_person_is_left_out_and_never_null() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    d1.register_consumer(|when, then| {
        recorder.watch(when.into_inner());
        then.no_content();
    });

    client(&d1)
        .register_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .body_map(|body| body.personal_information(people::named("Ada", "Quill").unwrap()))
        .send()
        .await
        .unwrap();

    let body = recorder.only().body_string();
    assert_eq!(
        body,
        r#"{"personalInformation":{"firstName":"Ada","lastName":"Quill"}}"#
    );
}

#[tokio::test]
async fn the_card_list_is_asked_for_without_a_body_and_comes_with_cards() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    let sent = cards::list(&[cards::everything(), cards::bare()]);
    let list = d1.list_cards(|when, then| {
        let when = when.issuer_id(&issuer()).consumer_id(&consumer_id());
        recorder.watch(when.into_inner());
        then.ok(&serde_json::from_value(sent.clone()).unwrap());
    });

    let answer = client(&d1)
        .list_cards()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    assert_eq!(answer.status(), 200);
    assert_eq!(serde_json::to_value(&*answer).unwrap(), sent);
    list.assert();
    let request = recorder.only();
    assert_request_line(&request, "GET", "/issuers/is_example/consumers/c-1f6e/cards");
    assert_eq!(request.body_ref(), b"");
    assert_eq!(header(&request, "content-type"), None);
    assert_eq!(header(&request, "accept"), Some("application/json".to_owned()));
}

#[tokio::test]
async fn a_consumer_without_cards_has_an_empty_list() {
    let d1 = MockServer::start_async().await;
    d1.list_cards(|_, then| {
        then.ok(&serde_json::from_value(cards::list(&[])).unwrap());
    });

    let answer = client(&d1)
        .list_cards()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    assert_eq!(answer.into_inner().cards, Some(Vec::new()));
}

#[tokio::test]
async fn update_posts_the_consumer_and_gives_a_receipt() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    let consumer = people::consumer().unwrap();
    let update = d1.update_consumer(|when, then| {
        let when = when
            .issuer_id(&issuer())
            .consumer_id(&consumer_id())
            .body(&consumer);
        recorder.watch(when.into_inner());
        then.ok(&serde_json::from_value(json!({ "operationId": "op-5Tk" })).unwrap());
    });

    let receipt = client(&d1)
        .update_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .body(consumer.clone())
        .send()
        .await
        .unwrap();

    assert_eq!(receipt.status(), 200);
    assert_eq!(
        receipt.operation_id.as_ref().map(|text| text.as_str()),
        Some("op-5Tk")
    );
    update.assert();
    let request = recorder.only();
    assert_request_line(
        &request,
        "POST",
        "/issuers/is_example/consumers/c-1f6e/operations:update",
    );
    assert_json_body(&request, &people::consumer_on_the_wire());
}

#[tokio::test]
async fn delete_posts_the_reason_and_gives_a_receipt() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    let request = DeletionRequest::builder()
        .reason("Account closed")
        .build()
        .unwrap();
    let delete = d1.delete_consumer(|when, then| {
        let when = when
            .issuer_id(&issuer())
            .consumer_id(&consumer_id())
            .body(&request);
        recorder.watch(when.into_inner());
        then.ok(&serde_json::from_value(json!({ "operationId": "op-6Vn" })).unwrap());
    });

    let receipt = client(&d1)
        .delete_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .body(request.clone())
        .send()
        .await
        .unwrap();

    assert_eq!(receipt.status(), 200);
    assert_eq!(
        receipt.operation_id.as_ref().map(|text| text.as_str()),
        Some("op-6Vn")
    );
    delete.assert();
    let request = recorder.only();
    assert_request_line(
        &request,
        "POST",
        "/issuers/is_example/consumers/c-1f6e/operations:delete",
    );
    assert_json_body(&request, &json!({ "reason": "Account closed" }));
}

#[tokio::test]
async fn deleting_without_a_reason_sends_an_empty_object() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    d1.delete_consumer(|when, then| {
        recorder.watch(when.into_inner());
        then.ok(&serde_json::from_value(json!({ "operationId": "op-6Vn" })).unwrap());
    });

    client(&d1)
        .delete_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    assert_eq!(recorder.only().body_string(), "{}");
}

#[tokio::test]
async fn a_receipt_may_lack_its_operation_id() {
    let d1 = MockServer::start_async().await;
    let empty = serde_json::from_value(json!({})).unwrap();
    d1.update_consumer(|_, then| {
        then.ok(&empty);
    });
    d1.delete_consumer(|_, then| {
        then.ok(&empty);
    });
    let client = client(&d1);

    let updated = client
        .update_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();
    let deleted = client
        .delete_consumer()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    assert_eq!(updated.operation_id, None);
    assert_eq!(deleted.operation_id, None);
}

#[tokio::test]
async fn every_operation_carries_the_token_and_the_ids_it_is_given() {
    let ids = Ids {
        correlation: Some("corr-81"),
        user: Some("clerk_7"),
    };
    for (operation, request) in every_operation(ids).await {
        assert_eq!(
            header(&request, "x-correlation-id").as_deref(),
            ids.correlation,
            "{operation}"
        );
        assert_eq!(header(&request, "x-user-id").as_deref(), ids.user, "{operation}");
        assert_eq!(
            header(&request, "authorization"),
            Some(format!("Bearer {TOKEN}")),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn no_operation_sends_ids_that_it_is_not_given_nor_an_api_version() {
    for (operation, request) in every_operation(Ids::default()).await {
        for absent in ["x-correlation-id", "x-user-id", "api-version"] {
            assert_eq!(header(&request, absent), None, "{operation}: {absent}");
        }
    }
}

#[tokio::test]
async fn an_id_stays_one_segment_of_the_path() {
    let d1 = MockServer::start_async().await;
    let recorder = Recorder::default();
    d1.mock(|when, then| {
        recorder.watch(when.any_request());
        then.status(204);
    });

    // Of what is left, all that means something in a URL, or looks as if it did.
    client(&d1)
        .register_consumer()
        .issuer_id("..\"<>^`{|}")
        .consumer_id(CONSUMER)
        .send()
        .await
        .unwrap();

    let request = recorder.only();
    let expected = "/issuers/..%22%3C%3E^%60%7B|%7D/consumers/c-1f6e";
    assert_request_line(&request, "PUT", expected);
}

/// The vendor's rule is ten characters, whatever they are; a gateway that decodes a segment would make a path of some.
#[test]
fn an_issuer_id_that_could_leave_its_segment_is_refused() {
    use d1_generated::types::IssuerId;

    for id in [
        "../../../a",
        "..\\..\\..ab",
        "%2e%2e%2fa",
        "is_exam?le",
        "is_exam#le",
        "is exam le",
        " s_example",
        "is_exampl ",
        "is_exampl\n",
        "is_exampl\r",
        "is_exa\r\nle",
        "is_exampl\t",
        "is_exampl\0",
        "is_exampl\u{7f}",
        "is_exampl\u{85}",
        "is_exampl\u{202e}",
        "is_exampl\u{200b}",
        "is_exampl\u{feff}",
        "is_exampl\u{a0}",
        "is_exampl\u{2028}",
        "is_exampl\u{2066}",
        "is_exämple",
        "ⅰs_example",
        "is_exampl\u{ff0f}",
    ] {
        assert_eq!(id.chars().count(), 10);
        let refused = IssuerId::new(id).unwrap_err().to_string();
        assert!(refused.starts_with("the value must match `^[!"), "{refused}");
    }
    let allowed = |byte: &u8| !b"/\\%?#".contains(byte);
    for byte in (b'!'..=b'~').filter(allowed) {
        let id = format!("is_exampl{}", char::from(byte));
        assert!(IssuerId::new(&id).is_ok(), "{id}");
    }
}

#[test]
fn a_request_can_be_taken_without_being_sent() {
    let client = loopback::client_at("https://d1.example/banking/v2");

    let request = client
        .list_cards()
        .issuer_id(ISSUER)
        .consumer_id(CONSUMER)
        .request()
        .unwrap();

    assert_eq!(
        request.url().as_str(),
        "https://d1.example/banking/v2/issuers/is_example/consumers/c-1f6e/cards"
    );
    assert!(!request.headers().contains_key("authorization"));
}

/// What identifies a call, if anything does.
#[derive(Clone, Copy, Default)]
struct Ids {
    correlation: Option<&'static str>,
    user: Option<&'static str>,
}

/// Calls each operation and gives the requests that arrived at the mocks which expect exactly these ids.
async fn every_operation(ids: Ids) -> Vec<(&'static str, HttpMockRequest)> {
    let d1 = MockServer::start_async().await;
    let client = client(&d1);
    let correlation = ids.correlation.map(|id| CorrelationId::new(id).unwrap());
    let user = ids.user.map(|id| UserId::new(id).unwrap());
    let receipt = serde_json::from_value(json!({})).unwrap();
    let mut requests = Vec::new();

    macro_rules! call {
        ($operation:ident, $then:ident => $answer:expr) => {
            let recorder = Recorder::default();
            d1.$operation(|when, $then| {
                let when = when
                    .x_correlation_id(correlation.as_ref())
                    .x_user_id(user.as_ref());
                recorder.watch(when.into_inner());
                $answer;
            });
            let mut call = client.$operation().issuer_id(ISSUER).consumer_id(CONSUMER);
            if let Some(id) = ids.correlation {
                call = call.x_correlation_id(id);
            }
            if let Some(id) = ids.user {
                call = call.x_user_id(id);
            }
            call.send().await.unwrap();
            requests.push((stringify!($operation), recorder.only()));
        };
    }
    call!(register_consumer, then => then.no_content());
    call!(list_cards, then => then.ok(&serde_json::from_value(cards::list(&[])).unwrap()));
    call!(update_consumer, then => then.ok(&receipt));
    call!(delete_consumer, then => then.ok(&receipt));
    requests
}

fn assert_request_line(request: &HttpMockRequest, method: &str, path: &str) {
    assert_eq!(request.method_str(), method);
    assert_eq!(request.uri().path(), path);
    assert_eq!(request.uri().query(), None);
}

/// The body says exactly this, and nowhere says null.
fn assert_json_body(request: &HttpMockRequest, expected: &Value) {
    assert_is_json(request);
    let body = request.body_string();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), *expected);
    assert!(!body.contains("null"));
}

fn assert_is_json(request: &HttpMockRequest) {
    assert_eq!(
        header(request, "content-type"),
        Some("application/json".to_owned())
    );
}

/// A header that was sent once, or not at all.
fn header(request: &HttpMockRequest, name: &str) -> Option<String> {
    let headers = request.headers();
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(values.next(), None, "{name} was sent twice");
    value
}

/// The body of register and of update is one type, and a client can be shared between tasks.
#[test]
fn clients_and_bodies_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Client>();
    shared::<ConsumerInformation>();
}
