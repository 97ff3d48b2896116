//! What the client makes of answers: undocumented ones, ones that are not JSON, and good ones.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, time::Duration};

use d1_client::{
    Client, ConsumerId, Error, ErrorCode, ErrorKind, Operation, Outcome, RetryPolicy, UnreadableAnswer,
};
use d1_tests::{
    calls, cards,
    loopback::{CONSUMER, Recorder},
    operations::is_idempotent,
};
use httpmock::MockServer;
use serde_json::json;

/// A page as firewalls send it, 20 KB of it.
fn waf_page() -> String {
    let filler = "<p>Your request was blocked. Support id: 1137.</p>\n".repeat(400);
    format!("<!DOCTYPE html><html><head><title>Request Rejected</title></head><body>{filler}</body></html>")
}

/// A D1 with one answer at a time, and a client of it.
struct Loopback {
    d1: MockServer,
    client: Client,
}

impl Loopback {
    async fn start() -> Self {
        let d1 = MockServer::start_async().await;
        let client = calls::client(&d1);
        Self { d1, client }
    }

    /// The error of a call that is answered with this, however often it is made.
    async fn refused(
        &self,
        operation: Operation,
        status: u16,
        content_type: &str,
        body: impl AsRef<[u8]>,
    ) -> Error {
        let answer = calls::answer(&self.d1, operation, &Recorder::default(), |then| {
            then.status(status)
                .header("content-type", content_type)
                .body(body)
        });
        let result = calls::call_as(&self.client, operation, Some("call-1")).await;
        answer.delete_async().await;
        result.expect_err("no success")
    }
}

#[tokio::test]
async fn a_waf_page_is_forbidden_not_a_decode_error() {
    let d1 = Loopback::start().await;
    let page = waf_page();
    assert!(page.len() > 20_000);
    for &operation in Operation::ALL {
        let error = d1.refused(operation, 403, "text/html", &page).await;
        assert!(error.is_forbidden());
        assert_eq!(error.status(), Some(403));
        assert_eq!(error.correlation_id().as_str(), "call-1");
        assert_eq!(error.outcome(), Outcome::Rejected);
        assert_eq!(error.attempts(), 1);
        assert_eq!((error.code(), error.detail()), (None, None));
        assert!(error.source().is_none());
        assert_eq!(
            error.to_string(),
            format!(
                "{}: forbidden, status 403 (outcome rejected, attempts 1, correlation id call-1)",
                operation.id()
            )
        );
    }
}

#[tokio::test]
async fn an_error_body_that_is_none_leaves_the_status_to_speak() {
    let d1 = Loopback::start().await;
    let bodies: [&[u8]; 8] = [
        b"",
        b"[\"AUTHORIZER_FORBIDDEN\", \"not authorized\"]",
        b"{\"errorCode\": \"AUTHORIZER_FORB",
        b"{\"errorCode\": \"\xff\xfe\"}",
        b"null",
        b"\"AUTHORIZER_FORBIDDEN\"",
        b"{\"errorCode\": 7, \"error\": {\"errorCode\": \"AUTHORIZER_FORBIDDEN\"}}",
        b"{\"errorCode\": \"\", \"error\": \"\"}",
    ];
    for &operation in Operation::ALL {
        for body in bodies {
            let error = d1.refused(operation, 403, "application/json", body).await;
            let shown = body.escape_ascii();
            assert_eq!(calls::predicates(&error), ["is_forbidden"], "{shown}");
            assert_eq!(error.status(), Some(403), "{shown}");
            assert_eq!(error.correlation_id().as_str(), "call-1", "{shown}");
            assert_eq!(error.outcome(), Outcome::Rejected, "{shown}");
            assert_eq!((error.code(), error.detail()), (None, None), "{shown}");
        }
    }
}

#[tokio::test]
async fn statuses_that_nobody_documented_are_told_as_they_are() {
    use ErrorKind::{Redirect, TooManyRequests, UnexpectedStatus};
    use Outcome::{Rejected, Unknown};

    const NEVER: [usize; 2] = [1, 1];
    const ALWAYS: [usize; 2] = [4, 4];
    const IDEMPOTENT: [usize; 2] = [4, 1];

    let Loopback { d1, client } = Loopback::start().await;
    let elsewhere = d1.mock(|when, then| {
        when.path("/elsewhere");
        then.status(204);
    });
    for (status, kind, outcome, [idempotent, post]) in [
        (302, Redirect, Unknown, NEVER),
        (308, Redirect, Unknown, NEVER),
        (402, UnexpectedStatus, Rejected, NEVER),
        (418, UnexpectedStatus, Rejected, NEVER),
        (429, TooManyRequests, Rejected, ALWAYS),
        (451, UnexpectedStatus, Rejected, NEVER),
        (501, UnexpectedStatus, Unknown, NEVER),
        (502, UnexpectedStatus, Unknown, IDEMPOTENT),
        (504, UnexpectedStatus, Unknown, IDEMPOTENT),
        (599, UnexpectedStatus, Unknown, NEVER),
    ] {
        for &operation in Operation::ALL {
            let answer = calls::answer(&d1, operation, &Recorder::default(), |then| {
                then.status(status).header("location", d1.url("/elsewhere"))
            });

            let error = calls::call(&client, operation).await.unwrap_err();

            let requests = match operation {
                Operation::RegisterConsumer | Operation::ListCards | Operation::RegisterConsumerV1 => {
                    idempotent
                }
                _ => post,
            };
            let case = format!("{operation:?} {status}");
            assert_eq!(error.kind(), kind, "{case}");
            assert_eq!(error.status(), Some(status), "{case}");
            assert_eq!(error.outcome(), outcome, "{case}");
            assert_eq!(error.is_retryable(), requests > 1, "{case}");
            assert_eq!(error.is_unavailable(), status == 429, "{case}");
            assert_eq!(answer.calls(), requests, "{case}");
            answer.delete_async().await;
        }
    }
    assert_eq!(elsewhere.calls(), 0);
}

#[tokio::test]
async fn codes_that_nobody_documented_are_told_as_they_are() {
    let d1 = Loopback::start().await;
    for &operation in Operation::ALL {
        for status in [400, 403, 404, 500, 503] {
            let body = json!({ "errorCode": "BRAND_NEW", "error": "see the release notes" }).to_string();
            let error = d1.refused(operation, status, "application/json", body).await;
            assert_eq!(error.code().unwrap().as_str(), "BRAND_NEW");
            assert!(matches!(error.code(), Some(ErrorCode::Unknown(_))));
            assert_eq!(error.detail(), Some("see the release notes"));
            // A 503 with a body is a gateway's: only what is idempotent may be made again.
            assert_eq!(
                error.is_retryable(),
                status == 503 && is_idempotent(operation),
                "{operation:?} {status}"
            );
            assert!(error.to_string().contains(", unrecognised code ("), "{error}");
        }
    }
}

#[tokio::test]
async fn a_code_means_something_with_its_own_status_only() {
    let d1 = Loopback::start().await;
    let body = json!({ "errorCode": "UNKNOWN_CONSUMER" }).to_string();
    let error = d1
        .refused(Operation::ListCards, 403, "application/json", body)
        .await;
    assert_eq!(calls::predicates(&error), ["is_forbidden"]);
    assert_eq!(error.code(), Some(&ErrorCode::UnknownConsumer));
}

#[tokio::test]
async fn the_field_in_error_is_given_where_d1_names_one() {
    let d1 = Loopback::start().await;
    for (code, text, field) in [
        (
            "FIELD_INVALID_FORMAT",
            "personalInformation.email",
            Some("personalInformation.email"),
        ),
        ("FIELD_INVALID_FORMAT", "preferences", Some("preferences")),
        // The text may change at any time: what is no path of the body is no field.
        ("FIELD_INVALID_FORMAT", "the field email is wrong", None),
        ("FIELD_INVALID_FORMAT", "zoe@example.org", None),
        ("FIELD_INVALID_VALUE", "personalInformation.email", None),
    ] {
        let body = json!({ "errorCode": code, "error": text }).to_string();
        let error = d1
            .refused(Operation::RegisterConsumer, 400, "application/json", body)
            .await;
        assert_eq!(error.field(), field, "{code} {text}");
        assert_eq!(error.detail(), Some(text), "{code} {text}");
        assert!(error.is_invalid_field());
    }
}

#[tokio::test]
async fn the_pause_that_d1_asks_for_is_handed_on() {
    const DATE: &str = "Sun, 22 Nov 2026 00:00:00 GMT";
    for (status, value, expected) in [
        (503, "120", Some(120)),
        (429, "7", Some(7)),
        (403, "1", Some(1)),
        (503, "Sun, 22 Nov 2026 00:01:30 GMT", Some(90)),
        (503, "soon", None),
        (503, "-1", None),
    ] {
        let d1 = MockServer::start_async().await;
        calls::answer(&d1, Operation::DeleteConsumer, &Recorder::default(), |then| {
            then.status(status)
                .header("retry-after", value)
                .header("date", DATE)
        });
        let client = calls::builder(&d1).retry(RetryPolicy::none()).build().unwrap();
        let error = calls::call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(error.retry_after(), expected.map(Duration::from_secs), "{value}");
    }
}

#[tokio::test]
async fn any_success_registers() {
    for (status, body) in [
        (204, ""),
        (200, ""),
        (200, "{}"),
        (201, r#"{"consumerId":"c-1f6e","new":true}"#),
        (202, ""),
    ] {
        let d1 = MockServer::start_async().await;
        calls::answer(&d1, Operation::RegisterConsumer, &Recorder::default(), |then| {
            then.status(status).body(body)
        });
        let done = calls::call(&calls::client(&d1), Operation::RegisterConsumer)
            .await
            .unwrap();
        assert_eq!((done.status, done.attempts), (status, 1));
    }
}

#[tokio::test]
async fn no_cards_is_an_empty_list_however_it_is_said() {
    for body in [json!({}), json!({ "cards": null }), json!({ "cards": [] })] {
        assert_eq!(list(&body.to_string()).await.unwrap().len(), 0, "{body}");
    }
}

#[tokio::test]
async fn cards_come_in_the_order_that_d1_sent_with_what_it_left_out_absent() {
    let cards = list(&cards::list(&[cards::everything(), cards::bare()]).to_string())
        .await
        .unwrap();
    assert_eq!(cards.len(), 2);
    assert_eq!(serde_json::to_value(&cards[0]).unwrap(), cards::everything());
    assert!(cards[1].state.is_none());
}

async fn list(body: &str) -> Result<Vec<d1_client::types::Card>, Error> {
    let d1 = MockServer::start_async().await;
    calls::answer(&d1, Operation::ListCards, &Recorder::default(), |then| {
        then.status(200).body(body)
    });
    let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
    consumer.cards().send().await.map(d1_client::Response::into_inner)
}

#[tokio::test]
async fn a_receipt_may_lack_its_operation() {
    for (status, body, operation_id) in [
        (200, r#"{"operationId":"op-1"}"#, Some("op-1")),
        (202, r#"{"operationId":"op-1","queued":true}"#, Some("op-1")),
        (200, "{}", None),
        (200, r#"{"operationId":null}"#, None),
        (204, "", None),
    ] {
        let d1 = MockServer::start_async().await;
        for operation in [Operation::UpdateConsumer, Operation::DeleteConsumer] {
            calls::answer(&d1, operation, &Recorder::default(), |then| {
                then.status(status).body(body)
            });
        }
        let consumer = calls::client(&d1).consumer(ConsumerId::new(CONSUMER).unwrap());
        for receipt in [
            consumer.update().send().await.unwrap(),
            consumer.delete().send().await.unwrap(),
        ] {
            assert_eq!(receipt.status(), status);
            assert_eq!(
                receipt.operation_id.as_ref().map(|id| id.as_str()),
                operation_id,
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_may_have_happened() {
    let d1 = Loopback::start().await;
    let page = waf_page();
    for (body, place) in [
        (page.as_str(), None),
        ("", Some(UnreadableAnswer::Truncated)),
        (r#"{"operationId":"op"#, Some(UnreadableAnswer::Truncated)),
        (r#"{"operationId":"op-1"} and more"#, None),
        // An array is no receipt, though its first item could pass for one.
        (
            r#"["op-1"]"#,
            Some(UnreadableAnswer::Shape { line: 1, column: 0 }),
        ),
    ] {
        for operation in [Operation::UpdateConsumer, Operation::DeleteConsumer] {
            let error = d1.refused(operation, 200, "application/json", body).await;
            assert_eq!(error.kind(), ErrorKind::Unreadable, "{body:.20}");
            assert_eq!(error.status(), Some(200), "{body:.20}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{body:.20}");
            assert!(!error.is_retryable(), "{body:.20}");
            assert_eq!(error.attempts(), 1, "{body:.20}");
            let source = error
                .source()
                .unwrap()
                .downcast_ref::<UnreadableAnswer>()
                .unwrap();
            if let Some(place) = place {
                assert_eq!(*source, place, "{body:.20}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_that_claims_to_be_a_registration_is_none() {
    let d1 = Loopback::start().await;
    for operation in [Operation::RegisterConsumer, Operation::ListCards] {
        let error = d1.refused(operation, 200, "text/html", waf_page()).await;
        assert_eq!(error.kind(), ErrorKind::Unreadable);
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.is_retryable());
        assert_eq!(error.attempts(), 4);
    }
}
