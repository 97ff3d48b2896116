//! HTTP/2: the same answers to the same faults.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use bytes::Bytes;
use d1_client::{ClientBuilder, ErrorKind, Operation, Outcome};
use d1_tests::{
    certificates::SelfSigned,
    clock,
    multiplexed::{Multiplexed, Received, StreamReply},
    operations::{call, is_idempotent},
    wire::client_of,
};
use futures::future::join_all;

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(50);

fn success(request: &Received) -> StreamReply {
    match *request.method() {
        http::Method::PUT => StreamReply::Answer(204, Bytes::new()),
        _ => StreamReply::Answer(200, Bytes::from_static(b"{}")),
    }
}

async fn d1(
    script: impl Fn(usize, &Received) -> StreamReply + Send + Sync + 'static,
) -> (Multiplexed, ClientBuilder) {
    let certificate = SelfSigned::for_loopback();
    let d1 = Multiplexed::start(&certificate, script).await;
    let client = client_of(&d1.origin()).add_root_pem(certificate.pem());
    (d1, client)
}

#[tokio::test]
async fn calls_share_a_connection_and_announce_the_length_of_what_they_send() {
    let (d1, client) = d1(|_, request| success(request)).await;
    let client = client.build().unwrap();
    call(&client, Operation::ListCards).await.unwrap();
    let calls = join_all((0..40).map(|number| call(&client, Operation::ALL[number % 4]))).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(d1.connection_count(), 1);
    for request in d1.requests() {
        let length = request
            .headers()
            .get("content-length")
            .map(|length| length.to_str().unwrap());
        if request.method() == http::Method::GET {
            assert_eq!((length, request.body().len()), (None, 0));
        } else {
            assert_eq!(length.unwrap(), request.body().len().to_string());
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_reset_is_unknown_and_only_what_is_idempotent_is_repeated() {
    for reply in [StreamReply::reset(), StreamReply::Half] {
        for &operation in Operation::ALL {
            let reply = reply.clone();
            let (d1, client) = d1(move |_, _| reply.clone()).await;
            let error = call(&client.build().unwrap(), operation).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Interrupted, Outcome::Unknown),
                "{error}"
            );
            assert_eq!(
                d1.requests().len(),
                if is_idempotent(operation) { 4 } else { 1 },
                "{error}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_an_answer_is_timed_out_and_unknown() {
    let clock = clock::hold();
    for &operation in Operation::ALL {
        let (d1, client) = d1(|_, _| StreamReply::Hang).await;
        let client = client
            .timeout(6 * SECOND)
            .attempt_timeout(2 * SECOND)
            .build()
            .unwrap();
        let error = clock.run(STEP, call(&client, operation)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Timeout, Outcome::Unknown),
            "{error}"
        );
        assert_eq!(
            d1.requests().len(),
            if is_idempotent(operation) { 3 } else { 1 },
            "{error}"
        );
    }
}
