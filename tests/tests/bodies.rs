//! Bodies of every kind and size: how much is read, and what is made of it.

#![allow(clippy::unwrap_used)]

use std::{error::Error as _, time::Duration};

use d1_client::{Client, ConsumerId, Error, ErrorKind, Operation, Outcome, UnreadableAnswer};
use d1_tests::{
    clock,
    operations::{CONSUMER, call},
    wire::{Reply, Wire},
};
use tokio::{sync::watch, time::Instant};

/// Of an error's body so much is read.
const ERROR_LIMIT: usize = 64 * 1024;
/// Of a success's.
const SUCCESS_LIMIT: usize = 4 * 1024 * 1024;

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(50);

async fn failure(client: &Client, operation: Operation) -> Error {
    call(client, operation)
        .await
        .expect_err(&format!("{operation:?} cannot succeed"))
}

/// A head that announces so many bytes.
fn head(status: u16, length: usize) -> Reply {
    Reply::default().send(format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\n\r\n"
    ))
}

/// JSON, filled up with spaces to this length.
fn padded(json: &str, length: usize) -> String {
    json.to_owned() + &" ".repeat(length - json.len())
}

#[tokio::test]
async fn the_page_of_a_firewall_is_forbidden_not_a_decode_error() {
    let page = format!(
        "<html><body>{}</body></html>",
        "The request is blocked. ".repeat(850)
    );
    let bodies: [&[u8]; 6] = [
        page.as_bytes(),
        b"",
        b"[1, 2, 3]",
        br#"{"errorCode":"AUTHORIZER"#,
        b"{\"error\":\"\xff\xfe\"}",
        br#"{"errorCode":7,"error":{}}"#,
    ];
    for body in bodies {
        for &operation in Operation::ALL {
            let body = body.to_vec();
            let d1 =
                Wire::start(move |_| Reply::with_headers(403, "content-type: text/html\r\n", &body)).await;
            let error = failure(&d1.client().build().unwrap(), operation).await;
            assert!(error.is_forbidden(), "{error}");
            assert_eq!(
                (error.status(), error.outcome()),
                (Some(403), Outcome::Rejected),
                "{error}"
            );
            assert_eq!((error.code(), error.is_retryable()), (None, false), "{error}");
            let sent = d1.calls()[0].header("x-correlation-id").unwrap().to_owned();
            assert_eq!(error.correlation_id().as_str(), sent);
            assert_eq!(d1.call_count(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_than_64_kib_of_an_error_are_read() {
    let clock = clock::hold();
    // Two megabytes are announced; the answer must not need one byte more than the limit and one.
    for (sent, answered) in [(ERROR_LIMIT + 1, true), (ERROR_LIMIT, false)] {
        let (gate, _) = watch::channel(false);
        let rest = gate.clone();
        let d1 = Wire::start(move |_| {
            head(403, 2_000_000)
                .send(vec![b'x'; sent])
                .wait_for(&rest)
                .close()
        })
        .await;
        let client = d1.client().build().unwrap();
        let call = failure(&client, Operation::UpdateConsumer);
        if answered {
            let start = Instant::now();
            let error = clock.run(STEP, call).await;
            assert!(error.is_forbidden() && error.detail().is_none(), "{error}");
            // Not by the attempt's time-out.
            assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
        } else {
            tokio::pin!(call);
            tokio::select! {
                biased;
                error = &mut call => panic!("answered too early: {error}"),
                () = settled(&d1) => {}
            }
            gate.send_replace(true);
            assert!(call.await.is_forbidden());
        }
    }
}

/// A call has come, and everyone has had a turn.
async fn settled(d1: &Wire) {
    d1.saw_calls(1).await;
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_error_without_end_is_hung_up_on() {
    for head in [
        "HTTP/1.1 500 Oops\r\ncontent-length: 99999999999\r\n\r\n",
        "HTTP/1.1 500 Oops\r\n\r\n",
    ] {
        let d1 = Wire::start(move |_| Reply::default().send(head).flood(vec![0xfe; 8192])).await;
        let error = failure(&d1.client().build().unwrap(), Operation::DeleteConsumer).await;
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Internal, Outcome::Unknown),
            "{error}"
        );
        d1.saw_a_hang_up().await;
    }
}

#[tokio::test]
async fn an_error_of_just_64_kib_is_read_and_one_byte_more_is_not() {
    let json = r#"{"errorCode":"UNKNOWN_CONSUMER","error":"a text"}"#;
    for (length, read) in [(ERROR_LIMIT, true), (ERROR_LIMIT + 1, false)] {
        let d1 = Wire::start(move |_| Reply::json(404, &padded(json, length))).await;
        let error = failure(&d1.client().build().unwrap(), Operation::ListCards).await;
        assert_eq!(error.kind(), ErrorKind::NotFound);
        // What is cut off may still be whole JSON: the rest is spaces here.
        assert!(error.is_unknown_consumer() || !read, "{length}");
    }
}

#[tokio::test]
async fn a_success_of_just_4_mib_is_read_and_one_byte_more_is_not() {
    let json = r#"{"cards":[{"cardId":"card-1"}]}"#;
    let d1 = Wire::start(move |_| Reply::json(200, &padded(json, SUCCESS_LIMIT))).await;
    let consumer = d1
        .client()
        .build()
        .unwrap()
        .consumer(ConsumerId::new(CONSUMER).unwrap());
    assert_eq!(consumer.cards().send().await.unwrap().len(), 1);

    let d1 = Wire::start(move |_| Reply::json(200, &padded(json, SUCCESS_LIMIT + 1))).await;
    let error = failure(&d1.client().build().unwrap(), Operation::UpdateConsumer).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    let why: &UnreadableAnswer = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(*why, UnreadableAnswer::TooLong);
    assert_eq!(d1.call_count(), 1);
}

#[tokio::test]
async fn a_success_without_end_is_hung_up_on() {
    let d1 = Wire::start(|_| {
        Reply::default()
            .send("HTTP/1.1 200 OK\r\n\r\n")
            .flood(vec![b' '; 8192])
    })
    .await;
    let error = failure(&d1.client().build().unwrap(), Operation::UpdateConsumer).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unreadable, Outcome::Unknown)
    );
    d1.saw_a_hang_up().await;
}

/// A body in chunks of `size` bytes, each sent by itself.
fn chunked(status: u16, body: &str, size: usize) -> Reply {
    let head = format!("HTTP/1.1 {status} Status\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunks = body.as_bytes().chunks(size).map(|chunk| {
        let length = format!("{:x}\r\n", chunk.len());
        [length.as_bytes(), chunk, b"\r\n"].concat()
    });
    chunks
        .fold(Reply::default().send(head), |reply, chunk| {
            reply.send(chunk).pause(Duration::ZERO)
        })
        .send("0\r\n\r\n")
}

#[tokio::test(start_paused = true)]
async fn where_a_body_is_cut_into_chunks_makes_no_difference() {
    let clock = clock::hold();
    let body = "{\"cards\":[{\"cardId\":\"card-é-山\"},{\"cardId\":\"card-2\",\"state\":\"ACTIVE\"}]}";
    for size in [1, 2, 3, 7, 32, 1024] {
        let d1 = Wire::start(move |_| chunked(200, body, size)).await;
        let consumer = d1
            .client()
            .build()
            .unwrap()
            .consumer(ConsumerId::new(CONSUMER).unwrap());
        let cards = clock.run(STEP, consumer.cards().send()).await.unwrap();
        assert_eq!(cards.len(), 2);
        assert_eq!(cards[0].card_id.as_str(), "card-é-山");

        let d1 = Wire::start(move |_| chunked(404, r#"{"errorCode":"UNKNOWN_CONSUMER"}"#, size)).await;
        let client = d1.client().build().unwrap();
        let error = clock.run(STEP, failure(&client, Operation::ListCards)).await;
        assert!(error.is_unknown_consumer(), "{error}");
    }
}

/// A head, then a byte a second.
fn dripping(status: u16, body: &str) -> Reply {
    let bytes = body.as_bytes().chunks(1);
    bytes.fold(head(status, body.len()), |reply, byte| {
        reply.send(byte).pause(SECOND)
    })
}

#[tokio::test(start_paused = true)]
async fn a_success_that_drips_is_timed_out_and_unknown() {
    let clock = clock::hold();
    let d1 = Wire::start(|_| dripping(200, r#"{"operationId":"op-1"}"#)).await;
    let client = d1.client().attempt_timeout(5 * SECOND).build().unwrap();
    let start = Instant::now();
    let error = clock.run(STEP, failure(&client, Operation::UpdateConsumer)).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::Unknown),
        "{error}"
    );
    assert_eq!((error.status(), d1.call_count()), (Some(200), 1), "{error}");
    assert!(start.elapsed() < 6 * SECOND);

    let client = d1.client().attempt_timeout(29 * SECOND).build().unwrap();
    clock
        .run(STEP, call(&client, Operation::UpdateConsumer))
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_error_that_drips_is_the_error_that_its_status_says() {
    let clock = clock::hold();
    for (status, kind, outcome) in [
        (403, ErrorKind::Forbidden, Outcome::Rejected),
        // Nobody knows whether it is D1's, which is blank, or a gateway's.
        (503, ErrorKind::Unavailable, Outcome::Unknown),
        (500, ErrorKind::Internal, Outcome::Unknown),
    ] {
        let d1 = Wire::start(move |_| dripping(status, &"<html>".repeat(20))).await;
        let client = d1
            .client()
            .attempt_timeout(5 * SECOND)
            .timeout(6 * SECOND)
            .build()
            .unwrap();
        let error = clock.run(STEP, failure(&client, Operation::DeleteConsumer)).await;
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{error}");
        assert_eq!(error.status(), Some(status));
    }
}

#[tokio::test]
async fn an_error_whose_body_breaks_off_is_the_error_that_its_status_says() {
    let d1 = Wire::start(|_| head(404, 100).send(r#"{"errorCode":"#).reset()).await;
    let error = failure(&d1.client().build().unwrap(), Operation::UpdateConsumer).await;
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::NotFound, Outcome::Rejected),
        "{error}"
    );
}
