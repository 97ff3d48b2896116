//! Whatever goes wrong between a call and its answer: whether it happened, why, and how often D1 saw it.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, time::Duration};

use d1_client::{Client, Error, ErrorKind, Operation, Outcome, RetryPolicy, TransportError};
use d1_tests::{
    certificates::SelfSigned,
    operations::{call, is_idempotent},
    wire::{Reply, Wire, client_of, closed_port, listen},
};
use tokio::{io::AsyncWriteExt, task::yield_now};

/// Attempts of the standard policy.
const ATTEMPTS: usize = 4;

async fn failure(client: &Client, operation: Operation) -> Error {
    call(client, operation)
        .await
        .expect_err(&format!("{operation:?} cannot succeed"))
}

fn transport(error: &Error) -> TransportError {
    *error.source().unwrap().downcast_ref().unwrap()
}

#[track_caller]
fn was_not_sent(error: &Error, why: TransportError) {
    assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(transport(error), why, "{error}");
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn a_refused_connection_is_not_sent_and_tried_again_by_every_operation() {
    let client = client_of(&format!("http://{}", closed_port().await))
        .build()
        .unwrap();
    for &operation in Operation::ALL {
        let error = failure(&client, operation).await;
        was_not_sent(&error, TransportError::Tcp);
        assert_eq!(error.attempts() as usize, ATTEMPTS);
    }
}

#[tokio::test]
async fn a_host_without_an_address_is_not_sent() {
    // RFC 6761, section 6.4: `.invalid` never resolves.
    let client = client_of("https://d1.invalid")
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    was_not_sent(
        &failure(&client, Operation::UpdateConsumer).await,
        TransportError::Dns,
    );
}

#[tokio::test]
async fn tls_to_a_port_that_speaks_plain_http_is_not_sent() {
    let plain = listen(|mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            .await;
    });
    let client = client_of(&format!("https://{}", plain.await)).build().unwrap();
    for &operation in Operation::ALL {
        was_not_sent(&failure(&client, operation).await, TransportError::Tls);
    }
}

#[tokio::test]
async fn a_connection_that_is_closed_during_the_handshake_is_not_sent() {
    let closing = listen(|stream| async move { drop(stream) }).await;
    let client = client_of(&format!("https://{closing}")).build().unwrap();
    for &operation in Operation::ALL {
        was_not_sent(&failure(&client, operation).await, TransportError::Tls);
    }
}

#[tokio::test]
async fn a_server_whose_certificate_nobody_trusts_gets_nothing() {
    let certificate = SelfSigned::for_loopback();
    let d1 = Wire::start_tls(certificate.server(b"http/1.1"), |call| {
        Reply::success(call.operation())
    })
    .await;
    let client = d1.client().build().unwrap();
    for &operation in Operation::ALL {
        let error = failure(&client, operation).await;
        was_not_sent(&error, TransportError::ServerCertificateUntrusted);
    }
    assert_eq!(d1.call_count(), 0);

    let trusting = d1.client().add_root_pem(certificate.pem()).build().unwrap();
    call(&trusting, Operation::UpdateConsumer).await.unwrap();
}

#[tokio::test]
async fn a_client_without_the_certificate_that_is_demanded_sends_nothing() {
    // In TLS 1.3 the refusal comes after the client's side of the handshake is done.
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let certificate = SelfSigned::for_loopback();
        let config = certificate.server_for_clients_with_a_certificate(version);
        let d1 = Wire::start_tls(config, |call| Reply::success(call.operation())).await;
        let client = d1.client().add_root_pem(certificate.pem()).build().unwrap();
        for &operation in Operation::ALL {
            let error = failure(&client, operation).await;
            was_not_sent(&error, TransportError::ClientCertificateRequired);
        }
        assert_eq!(d1.call_count(), 0);
    }
}

/// An answer that is lost on its way, and at which point.
fn lost_answers() -> Vec<(&'static str, Reply)> {
    let half =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"operationId\":";
    let chunk = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ope\r\n";
    vec![
        ("reset before an answer", Reply::default().reset()),
        ("closed before an answer", Reply::default().close()),
        (
            "closed within the head",
            Reply::default().send("HTTP/1.1 200 OK\r\ncontent-").close(),
        ),
        ("closed within the body", Reply::default().send(half).close()),
        ("reset within the body", Reply::default().send(half).reset()),
        ("closed between two chunks", Reply::default().send(chunk).close()),
        (
            "not HTTP",
            Reply::default().send("SSH-2.0-OpenSSH_9.9\r\n\r\n").close(),
        ),
    ]
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_only_what_is_idempotent_is_repeated() {
    for (how, reply) in lost_answers() {
        for &operation in Operation::ALL {
            let reply = reply.clone();
            let d1 = Wire::start(move |_| reply.clone()).await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            assert_eq!(error.outcome(), Outcome::Unknown, "{how}: {error}");
            assert_eq!(error.kind(), ErrorKind::Interrupted, "{how}: {error}");
            assert_eq!(transport(&error), TransportError::Reset, "{how}: {error}");
            assert_eq!(error.is_retryable(), is_idempotent(operation), "{how}: {error}");
            let expected = if is_idempotent(operation) { ATTEMPTS } else { 1 };
            assert_eq!(d1.call_count(), expected, "{how}: {error}");
            assert_eq!(error.attempts() as usize, expected, "{how}: {error}");
        }
    }
}

#[tokio::test]
async fn a_success_that_ends_without_the_farewell_of_tls_is_not_trusted() {
    // No length, and whole JSON: only the missing farewell tells that something may have been cut off.
    let certificate = SelfSigned::for_loopback();
    let cut = Reply::default().send("HTTP/1.1 200 OK\r\n\r\n{}");
    for (reply, trusted) in [(cut.clone().close(), true), (cut.reset(), false)] {
        let d1 = Wire::start_tls(certificate.server(b"http/1.1"), move |_| reply.clone()).await;
        let client = d1.client().add_root_pem(certificate.pem()).build().unwrap();
        match call(&client, Operation::UpdateConsumer).await {
            Ok(_) => assert!(trusted),
            Err(error) => {
                assert!(!trusted, "{error}");
                assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
                assert_eq!(transport(&error), TransportError::Reset, "{error}");
            }
        }
        assert_eq!(d1.call_count(), 1);
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_unknown_and_only_what_is_idempotent_is_repeated() {
    let html = "<!DOCTYPE html><title>Gateway</title>";
    for (what, body) in [
        ("HTML", html),
        ("truncated JSON", r#"{"operationId":"op"#),
        ("two values", "{} {}"),
    ] {
        for &operation in Operation::ALL {
            let d1 = Wire::start(move |_| Reply::new(200, body)).await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            assert_eq!(error.outcome(), Outcome::Unknown, "{what}: {error}");
            assert_eq!(error.kind(), ErrorKind::Unreadable, "{what}: {error}");
            assert_eq!(error.status(), Some(200), "{what}: {error}");
            let expected = if is_idempotent(operation) { ATTEMPTS } else { 1 };
            assert_eq!(d1.call_count(), expected, "{what}: {error}");
        }
    }
    let shapes = [
        (Operation::ListCards, r#"{"cards":{}}"#),
        (Operation::ListCards, r#"[]"#),
        (Operation::ListCards, ""),
        (Operation::UpdateConsumer, r#""done""#),
        (Operation::UpdateConsumer, ""),
        (Operation::DeleteConsumer, r#"{"operationId":["op-1"]}"#),
    ];
    for (operation, body) in shapes {
        let d1 = Wire::start(move |_| Reply::json(200, body)).await;
        let error = failure(&d1.client().build().unwrap(), operation).await;
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}: {error}");
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{body}: {error}");
    }
}

#[tokio::test]
async fn an_empty_503_is_repeated_by_every_operation() {
    for &operation in Operation::ALL {
        let d1 = Wire::start(|call| match call.number {
            1 | 2 => Reply::new(503, ""),
            _ => Reply::success(call.operation()),
        });
        let d1 = d1.await;
        let response = call(&d1.client().build().unwrap(), operation).await.unwrap();
        assert_eq!(response.attempts, 3);
        let calls = d1.calls();
        assert!(
            calls
                .iter()
                .all(|call| call.head == calls[0].head && call.body == calls[0].body)
        );

        let d1 = Wire::start(|_| Reply::new(503, "")).await;
        let error = failure(&d1.client().build().unwrap(), operation).await;
        assert_eq!(error.outcome(), Outcome::Rejected, "{error}");
        assert!(error.is_unavailable() && error.is_retryable(), "{error}");
        assert_eq!((d1.call_count(), error.attempts() as usize), (ATTEMPTS, ATTEMPTS));
    }
}

#[tokio::test]
async fn a_gateway_that_lost_the_answer_leaves_update_and_delete_unknown_after_one_request() {
    for status in [502, 504] {
        for &operation in Operation::ALL {
            let d1 = Wire::start(move |_| Reply::new(status, "<html>gateway</html>")).await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
            assert_eq!(error.status(), Some(status), "{error}");
            assert_eq!(error.is_retryable(), is_idempotent(operation), "{error}");
            let expected = if is_idempotent(operation) { ATTEMPTS } else { 1 };
            assert_eq!(d1.call_count(), expected, "{error}");
        }
    }
}

#[tokio::test]
async fn a_500_without_a_code_is_repeated_by_register_alone() {
    for body in ["", "{}", "<html>", r#"{"error":"something"}"#] {
        for &operation in Operation::ALL {
            let d1 = Wire::start(move |_| Reply::new(500, body)).await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            let repeated = operation == Operation::RegisterConsumer;
            assert_eq!(error.kind(), ErrorKind::Internal, "{body}: {error}");
            assert_eq!(error.outcome(), Outcome::Unknown, "{body}: {error}");
            assert_eq!(error.is_retryable(), repeated, "{body}: {error}");
            assert_eq!(
                d1.call_count(),
                if repeated { ATTEMPTS } else { 1 },
                "{body}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_status_that_nobody_documented_is_reported_as_it_is() {
    use ErrorKind::{Redirect, TooManyRequests, UnexpectedStatus};
    use Outcome::{Rejected, Unknown};
    /// Status, kind, outcome, repeated where idempotent, repeated where not.
    const STATUSES: [(u16, ErrorKind, Outcome, bool, bool); 11] = [
        (304, Redirect, Unknown, false, false),
        (405, UnexpectedStatus, Rejected, false, false),
        (409, UnexpectedStatus, Rejected, false, false),
        (418, UnexpectedStatus, Rejected, false, false),
        (429, TooManyRequests, Rejected, true, true),
        (451, UnexpectedStatus, Rejected, false, false),
        (501, UnexpectedStatus, Unknown, false, false),
        (502, UnexpectedStatus, Unknown, true, false),
        (504, UnexpectedStatus, Unknown, true, false),
        (599, UnexpectedStatus, Unknown, false, false),
        (999, UnexpectedStatus, Unknown, false, false),
    ];
    for (status, kind, outcome, idempotent, other) in STATUSES {
        for &operation in Operation::ALL {
            let d1 = Wire::start(move |_| match status {
                304 => Reply::default().send("HTTP/1.1 304 Not Modified\r\n\r\n"),
                _ => Reply::error(status, "SOMETHING_NEW"),
            });
            let d1 = d1.await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            let repeated = if is_idempotent(operation) {
                idempotent
            } else {
                other
            };
            assert_eq!(error.status(), Some(status), "{error}");
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.outcome(), outcome, "{error}");
            assert_eq!(error.is_retryable(), repeated, "{error}");
            assert_eq!(d1.call_count(), if repeated { ATTEMPTS } else { 1 }, "{error}");
            if status != 304 {
                assert_eq!(error.code().unwrap().as_str(), "SOMETHING_NEW");
                assert_eq!(error.detail(), Some("a text"));
            }
        }
    }
}

#[tokio::test]
async fn a_call_is_unknown_if_any_attempt_was() {
    let unknown_then = |last: fn() -> Reply| {
        move |call: &d1_tests::wire::Request| match call.number {
            1 => Reply::default().reset(),
            _ => last(),
        }
    };
    let rejected = Wire::start(unknown_then(|| Reply::error(400, "FIELD_INVALID_VALUE"))).await;
    let error = failure(&rejected.client().build().unwrap(), Operation::RegisterConsumer).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::BadRequest, Outcome::Unknown)
    );
    assert_eq!((rejected.call_count(), error.attempts()), (2, 2));

    let unavailable = Wire::start(unknown_then(|| Reply::new(503, ""))).await;
    let error = failure(
        &unavailable.client().build().unwrap(),
        Operation::RegisterConsumer,
    )
    .await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unavailable, Outcome::Unknown)
    );

    let then_unknown = Wire::start(|call| match call.number {
        1 => Reply::new(503, ""),
        _ => Reply::default().reset(),
    });
    let then_unknown = then_unknown.await;
    let error = failure(&then_unknown.client().build().unwrap(), Operation::UpdateConsumer).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Interrupted, Outcome::Unknown)
    );
    assert_eq!((then_unknown.call_count(), error.attempts()), (2, 2));
}

#[tokio::test]
async fn a_later_success_settles_what_was_unknown() {
    for (how, reply) in lost_answers() {
        for operation in [Operation::RegisterConsumer, Operation::ListCards] {
            let reply = reply.clone();
            let d1 = Wire::start(move |call| match call.number {
                1 => reply.clone(),
                _ => Reply::success(call.operation()),
            });
            let d1 = d1.await;
            let response = call(&d1.client().build().unwrap(), operation).await;
            assert_eq!(response.expect(how).attempts, 2, "{how}");
            assert_eq!(d1.call_count(), 2, "{how}");
        }
    }
}

#[tokio::test]
async fn all_attempts_of_a_call_share_one_correlation_id_and_no_two_calls_do() {
    let d1 = Wire::start(|_| Reply::new(503, "")).await;
    let client = d1.client().build().unwrap();
    let first = failure(&client, Operation::ListCards).await;
    let second = failure(&client, Operation::ListCards).await;
    let ids: Vec<_> = d1
        .calls()
        .iter()
        .map(|call| call.header("x-correlation-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2 * ATTEMPTS);
    assert!(
        ids[..ATTEMPTS]
            .iter()
            .all(|id| id == first.correlation_id().as_str())
    );
    assert!(
        ids[ATTEMPTS..]
            .iter()
            .all(|id| id == second.correlation_id().as_str())
    );
    assert_ne!(first.correlation_id(), second.correlation_id());
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_meanwhile_costs_no_call() {
    let d1 = Wire::start(|call| Reply::success(call.operation()).close()).await;
    let client = d1.client().build().unwrap();
    for _ in 0..3 {
        let response = call(&client, Operation::UpdateConsumer).await.unwrap();
        assert_eq!(response.attempts, 1);
        for _ in 0..100 {
            // Lets the client notice.
            yield_now().await;
        }
    }
    assert_eq!((d1.call_count(), d1.connection_count()), (3, 3));
}

#[tokio::test]
async fn without_a_policy_to_repeat_there_is_one_request() {
    for reply in [Reply::new(503, ""), Reply::new(429, ""), Reply::default().reset()] {
        let d1 = Wire::start(move |_| reply.clone()).await;
        let client = d1.client().retry(RetryPolicy::none()).build().unwrap();
        let error = failure(&client, Operation::ListCards).await;
        assert_eq!((d1.call_count(), error.attempts()), (1, 1));
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn an_answer_that_comes_before_the_request_was_read_is_taken() {
    // A firewall that refuses by the head alone, and hangs up.
    let wall = listen(|mut stream| async move {
        let _ = stream.peek(&mut [0]).await;
        let _ = stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await;
        let _ = stream.shutdown().await;
        tokio::time::sleep(Duration::MAX).await;
    });
    let client = client_of(&format!("http://{}", wall.await)).build().unwrap();
    let error = failure(&client, Operation::UpdateConsumer).await;
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(error.outcome(), Outcome::Rejected);
}
