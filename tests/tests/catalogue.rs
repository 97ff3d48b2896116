//! Every error that the vendor documents, for every operation: what the client makes of it, and how often it asks.

#![allow(clippy::unwrap_used)]

use d1_client::{
    Client, ErrorKind, Operation,
    Outcome::{self, Rejected, Unknown},
};
use d1_tests::{calls, loopback::Recorder};
use httpmock::MockServer;
use serde_json::json;

/// A row of the vendor's tables (the response descriptions of `openapi/vendor`), and what must come of it.
struct Row {
    status: u16,
    code: Option<&'static str>,
    kind: ErrorKind,
    outcome: Outcome,
    retryable: bool,
    predicates: &'static [&'static str],
}

const fn row(
    status: u16,
    code: Option<&'static str>,
    kind: ErrorKind,
    outcome: Outcome,
    retryable: bool,
    predicates: &'static [&'static str],
) -> Row {
    Row {
        status,
        code,
        kind,
        outcome,
        retryable,
        predicates,
    }
}

const NO: bool = false;
const YES: bool = true;
const FORMAT: Option<&str> = Some("FIELD_INVALID_FORMAT");
const VALUE: Option<&str> = Some("FIELD_INVALID_VALUE");
const UNAUTHORIZED: Option<&str> = Some("AUTHORIZER_UNAUTHORIZED");
const FORBIDDEN: Option<&str> = Some("AUTHORIZER_FORBIDDEN");
const STATE: Option<&str> = Some("CONSUMER_INVALID_STATE");
const CLICK_TO_PAY: Option<&str> = Some("MISSING_C2P_MANDATORY_INFORMATION");
const UNKNOWN: Option<&str> = Some("UNKNOWN_CONSUMER");
const INTERNAL: Option<&str> = Some("INTERNAL_ERROR");

/// Written by hand after the vendor's pages: nothing here comes from the generated catalogue.
fn documented(operation: Operation) -> Vec<Row> {
    use ErrorKind::{BadRequest, Forbidden, Internal, NotFound, Unauthorized, Unavailable};

    const FIELD: &[&str] = &["is_invalid_field"];
    const STATE_TOO: &[&str] = &["is_forbidden", "is_invalid_state"];
    const DATA_TOO: &[&str] = &["is_forbidden", "is_missing_click_to_pay_data"];

    match operation {
        Operation::RegisterConsumer => vec![
            row(400, None, BadRequest, Rejected, NO, &[]),
            row(400, FORMAT, BadRequest, Rejected, NO, FIELD),
            row(400, VALUE, BadRequest, Rejected, NO, FIELD),
            row(
                401,
                UNAUTHORIZED,
                Unauthorized,
                Rejected,
                NO,
                &["is_unauthorized"],
            ),
            row(403, None, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, FORBIDDEN, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, STATE, Forbidden, Rejected, NO, STATE_TOO),
            row(403, CLICK_TO_PAY, Forbidden, Rejected, NO, DATA_TOO),
            row(404, None, NotFound, Rejected, NO, &[]),
            row(500, None, Internal, Unknown, YES, &[]),
            row(500, INTERNAL, Internal, Unknown, NO, &[]),
            row(503, None, Unavailable, Rejected, YES, &["is_unavailable"]),
        ],
        Operation::ListCards => vec![
            row(400, None, BadRequest, Rejected, NO, &[]),
            row(400, FORMAT, BadRequest, Rejected, NO, FIELD),
            row(
                401,
                UNAUTHORIZED,
                Unauthorized,
                Rejected,
                NO,
                &["is_unauthorized"],
            ),
            row(403, None, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, FORBIDDEN, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, STATE, Forbidden, Rejected, NO, STATE_TOO),
            row(404, None, NotFound, Rejected, NO, &[]),
            row(404, UNKNOWN, NotFound, Rejected, NO, &["is_unknown_consumer"]),
            row(500, None, Internal, Unknown, NO, &[]),
            row(500, INTERNAL, Internal, Unknown, NO, &[]),
            row(503, None, Unavailable, Rejected, YES, &["is_unavailable"]),
        ],
        Operation::UpdateConsumer => vec![
            row(400, None, BadRequest, Rejected, NO, &[]),
            row(400, FORMAT, BadRequest, Rejected, NO, FIELD),
            row(400, VALUE, BadRequest, Rejected, NO, FIELD),
            row(
                401,
                UNAUTHORIZED,
                Unauthorized,
                Rejected,
                NO,
                &["is_unauthorized"],
            ),
            row(403, None, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, FORBIDDEN, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, STATE, Forbidden, Rejected, NO, STATE_TOO),
            row(403, CLICK_TO_PAY, Forbidden, Rejected, NO, DATA_TOO),
            row(404, None, NotFound, Rejected, NO, &[]),
            row(404, UNKNOWN, NotFound, Rejected, NO, &["is_unknown_consumer"]),
            row(500, None, Internal, Unknown, NO, &[]),
            row(500, INTERNAL, Internal, Unknown, NO, &[]),
            row(503, None, Unavailable, Rejected, YES, &["is_unavailable"]),
        ],
        Operation::DeleteConsumer => vec![
            row(400, None, BadRequest, Rejected, NO, &[]),
            row(400, FORMAT, BadRequest, Rejected, NO, FIELD),
            row(
                401,
                UNAUTHORIZED,
                Unauthorized,
                Rejected,
                NO,
                &["is_unauthorized"],
            ),
            row(403, None, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(403, FORBIDDEN, Forbidden, Rejected, NO, &["is_forbidden"]),
            row(404, None, NotFound, Rejected, NO, &[]),
            row(404, UNKNOWN, NotFound, Rejected, NO, &["is_unknown_consumer"]),
            row(500, None, Internal, Unknown, NO, &[]),
            row(500, INTERNAL, Internal, Unknown, NO, &[]),
            row(503, None, Unavailable, Rejected, YES, &["is_unavailable"]),
        ],
        // Restated: no table is at hand.
        Operation::RegisterConsumerV1 => vec![
            row(400, None, BadRequest, Rejected, NO, &[]),
            row(401, None, Unauthorized, Rejected, NO, &["is_unauthorized"]),
            row(500, None, Internal, Unknown, NO, &[]),
        ],
        other => panic!("{other:?} is new: read its tables"),
    }
}

#[test]
fn the_generated_catalogue_has_the_vendors_rows_and_no_other() {
    for &operation in Operation::ALL {
        let mut generated: Vec<_> = operation
            .errors()
            .iter()
            .map(|row| (row.status, row.code, row.retryable))
            .collect();
        let mut written: Vec<_> = documented(operation)
            .iter()
            .map(|row| (row.status, row.code, row.retryable))
            .collect();
        generated.sort_unstable();
        written.sort_unstable();
        assert_eq!(generated, written, "{operation:?}");
    }
}

#[tokio::test]
async fn every_documented_error_is_told_as_the_vendor_means_it() {
    let d1 = MockServer::start_async().await;
    let client = calls::client(&d1);
    for &operation in Operation::ALL {
        for row in documented(operation) {
            // A token that never changes is not replayed.
            let requests = if row.retryable { 4 } else { 1 };
            for body in bodies(&row) {
                check(&d1, &client, operation, &row, &body, requests).await;
            }
        }
    }
}

#[tokio::test]
async fn with_fetched_tokens_only_a_401_is_asked_once_more() {
    let d1 = MockServer::start_async().await;
    let tokens = Recorder::default();
    calls::token_endpoint(&d1, &tokens);
    let client = calls::builder(&d1)
        .token_source(calls::jwt_bearer())
        .build()
        .unwrap();
    for &operation in Operation::ALL {
        for row in documented(operation) {
            let requests = match row.status {
                401 => 2,
                _ if row.retryable => 4,
                _ => 1,
            };
            let body = bodies(&row).remove(0);
            check(&d1, &client, operation, &row, &body, requests).await;
        }
    }
    // The first one, and at most one after each of the two refusals of each operation.
    assert!(tokens.count() <= 1 + 2 * Operation::ALL.len());
}

/// The bodies that D1 may send with this row: for one without details also none at all, for a 503 never one.
fn bodies(row: &Row) -> Vec<String> {
    match row.code {
        Some(code) => vec![json!({ "errorCode": code, "error": "a text of D1's" }).to_string()],
        None if row.status == 503 => vec![String::new(), " \r\n".to_owned()],
        None => vec![
            String::new(),
            "{}".to_owned(),
            json!({ "errorCode": null, "error": null }).to_string(),
        ],
    }
}

async fn check(
    d1: &MockServer,
    client: &Client,
    operation: Operation,
    row: &Row,
    body: &str,
    requests: usize,
) {
    let recorder = Recorder::default();
    let answer = calls::answer(d1, operation, &recorder, |then| {
        then.status(row.status)
            .header("content-type", "application/json")
            .body(body)
    });

    let error = calls::call_as(client, operation, Some("call-1"))
        .await
        .expect_err("an error status is an error");

    let row_name = format!("{operation:?} {} {:?} {body:?}", row.status, row.code);
    assert_eq!(error.operation(), operation, "{row_name}");
    assert_eq!(error.kind(), row.kind, "{row_name}");
    assert_eq!(error.status(), Some(row.status), "{row_name}");
    assert_eq!(error.code().map(|code| code.as_str()), row.code, "{row_name}");
    assert_eq!(error.outcome(), row.outcome, "{row_name}");
    assert_eq!(error.is_retryable(), row.retryable, "{row_name}");
    assert_eq!(calls::predicates(&error), row.predicates, "{row_name}");
    assert_eq!(error.correlation_id().as_str(), "call-1", "{row_name}");
    assert_eq!(error.retry_after(), None, "{row_name}");
    assert_eq!(answer.calls_async().await, requests, "{row_name}");
    assert_eq!(error.attempts() as usize, requests, "{row_name}");
    assert!(recorder.all().iter().all(has_call_1), "{row_name}");
    answer.delete_async().await;
}

fn has_call_1(request: &httpmock::HttpMockRequest) -> bool {
    request.headers()["x-correlation-id"] == "call-1"
}
