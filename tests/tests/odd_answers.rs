//! Answers with a blemish: what they mean is understood wherever that is safe, and nothing else is.

#![allow(clippy::unwrap_used)]

use std::error::Error as _;

use d1_client::{
    ConsumerId, ErrorCode, ErrorKind, Operation, Outcome, UnreadableAnswer, auth::TokenErrorKind,
};
use d1_tests::{
    calls,
    operations::{call, is_idempotent},
    wire::{Reply, Wire},
};

const CODE: &str = r#""errorCode":"UNKNOWN_CONSUMER""#;

/// `{"errorCode":"UNKNOWN_CONSUMER","error":"a text"}`, packed by gzip, and by zlib.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabVJ-*\xca/r\xceOIU\xb2R\x0a\xf5\xf3\xf6\xf3\x0f\xf7\x8bw\xf6\xf7\x0b\x0e\xf5u\x0dR\xd2\x81H\x03\xa5\x12\x15JR+J\x94j\x01\x83|\xf8\xeb1\x00\x00\x00";
const ZLIB: &[u8] = b"x\x9c\xabVJ-*\xca/r\xceOIU\xb2R\x0a\xf5\xf3\xf6\xf3\x0f\xf7\x8bw\xf6\xf7\x0b\x0e\xf5u\x0dR\xd2\x81H\x03\xa5\x12\x15JR+J\x94j\x01\x8e=\x0f\xb9";

#[tokio::test]
async fn a_blemish_in_an_error_body_hides_no_code() {
    let big = format!(r#"{{{CODE},"error":"{}"}}"#, "x".repeat(100_000));
    let utf16 = format!("\u{feff}{{{CODE}}}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bodies: [Vec<u8>; 13] = [
        format!("{{{CODE},\"error\":\"?\"}}")
            .bytes()
            .map(|byte| if byte == b'?' { 0xe9 } else { byte })
            .collect(),
        format!("\u{feff}{{{CODE}}}").into(),
        utf16,
        format!("{{\"error\":\"a\",{CODE},\"error\":\"b\"}}").into(),
        format!("{{\"error\":\"a\nb\",{CODE}}}").into(),
        format!("{{\"error\":\"\\ud800\",{CODE}}}").into(),
        format!("{{{CODE},}}").into(),
        format!("{{{CODE}}} <!-- gateway 7 -->").into(),
        format!("{{{CODE}}}\0\0").into(),
        format!("{{{CODE}").into(),
        big.into(),
        GZIP.to_vec(),
        ZLIB.to_vec(),
    ];
    for body in bodies {
        let coding = match body[..2] {
            [0x1f, 0x8b] => "content-encoding: gzip\r\n",
            [0x78, 0x9c] => "content-encoding: deflate\r\n",
            _ => "",
        };
        let shown = body[..body.len().min(80)].escape_ascii().to_string();
        let d1 = Wire::start(move |_| Reply::with_headers(404, coding, &body)).await;
        let client = d1.client().build().unwrap();
        for operation in [
            Operation::ListCards,
            Operation::UpdateConsumer,
            Operation::DeleteConsumer,
        ] {
            let error = call(&client, operation).await.unwrap_err();
            assert!(error.is_unknown_consumer(), "{shown}: {error}");
            assert_eq!(error.outcome(), Outcome::Rejected, "{shown}");
        }
    }
}

#[tokio::test]
async fn a_blemished_body_in_pieces_is_read_whole() {
    let body = format!("\u{feff}{{\"error\":\"caf\u{e9}\",{CODE},}}");
    for cut in 1..body.len() {
        let (first, second) = body.as_bytes().split_at(cut);
        let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        let reply = Reply::default()
            .send("HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n")
            .send(chunk(first))
            .send(chunk(second))
            .send("0\r\n\r\n");
        let d1 = Wire::start(move |_| reply.clone()).await;
        let error = call(&d1.client().build().unwrap(), Operation::ListCards)
            .await
            .unwrap_err();
        assert!(error.is_unknown_consumer(), "{cut}: {error}");
    }
}

#[tokio::test]
async fn two_codes_are_none() {
    for body in [
        format!("{{{CODE},\"errorCode\":\"INTERNAL_ERROR\"}}"),
        format!("{{\"error\":\"not \",{CODE} but\",\"errorCode\":\"INTERNAL_ERROR\"}}"),
        format!("{{\"error\":{{{CODE}}}}}"),
    ] {
        let d1 = Wire::start(move |_| Reply::json(404, &body)).await;
        let error = call(&d1.client().build().unwrap(), Operation::DeleteConsumer)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), error.status(), error.outcome()),
            (None, Some(404), Outcome::Rejected)
        );
        assert!(!error.is_unknown_consumer());
    }
}

#[tokio::test]
async fn every_request_asks_for_an_answer_without_coding() {
    let d1 = Wire::start(|request| Reply::success(request.operation())).await;
    let client = d1.client().token_source(calls::jwt_bearer()).build().unwrap();
    for &operation in Operation::ALL {
        call(&client, operation).await.unwrap();
    }
    let requests = [d1.calls(), d1.token_requests()].concat();
    assert_eq!(requests.len(), Operation::ALL.len() + 1);
    for request in requests {
        let asked = request
            .head
            .lines()
            .filter(|line| line.to_ascii_lowercase().starts_with("accept-encoding"));
        assert_eq!(asked.collect::<Vec<_>>(), ["accept-encoding: identity"]);
    }
}

#[tokio::test]
async fn white_space_is_no_body() {
    for status in [200, 201, 202] {
        for body in ["\n", " ", "\r\n\r\n", "\t\n ", "\u{feff}", "\u{feff}\n"] {
            let d1 = Wire::start(move |_| Reply::json(status, body)).await;
            let client = d1.client().build().unwrap();
            let done = call(&client, Operation::RegisterConsumer).await.unwrap();
            assert_eq!((done.status, done.attempts), (status, 1), "{body:?}");
            // For the others an empty body is no answer, and neither is this.
            for operation in [
                Operation::ListCards,
                Operation::UpdateConsumer,
                Operation::DeleteConsumer,
            ] {
                let error = call(&client, operation).await.unwrap_err();
                let why = error.source().unwrap().downcast_ref::<UnreadableAnswer>();
                assert_eq!(why, Some(&UnreadableAnswer::Truncated), "{body:?}");
                assert_eq!(error.outcome(), Outcome::Unknown);
            }
        }
    }
}

#[tokio::test]
async fn a_mark_before_a_success_is_read_over() {
    let d1 = Wire::start(|request| match request.operation() {
        Operation::ListCards => Reply::json(200, "\u{feff}{\"cards\":[{\"cardId\":\"card-1\"}]}"),
        _ => Reply::json(200, "\u{feff}{\"operationId\":\"op-1\"}"),
    })
    .await;
    let client = d1.client().build().unwrap();
    for &operation in Operation::ALL {
        assert_eq!(call(&client, operation).await.unwrap().attempts, 1);
    }
}

#[tokio::test]
async fn a_success_in_a_coding_that_nobody_asked_for_may_have_happened() {
    let d1 = Wire::start(|_| Reply::with_headers(200, "content-encoding: gzip\r\n", GZIP)).await;
    let client = d1.client().build().unwrap();
    for &operation in Operation::ALL {
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Unreadable, Outcome::Unknown)
        );
        assert_eq!(
            error.attempts(),
            if is_idempotent(operation) { 4 } else { 1 },
            "{operation:?}"
        );
        assert_eq!(error.is_retryable(), is_idempotent(operation));
    }
}

#[tokio::test]
async fn a_token_answer_that_says_something_twice_is_refused_and_says_so() {
    for body in [
        r#"{"access_token":"t-1","access_token":"t-2","expires_in":900}"#,
        r#"{"access_token":"t-1","access_token":"t-1","expires_in":900}"#,
        r#"{"access_token":"t-1","expires_in":900,"expires_in":"900"}"#,
        r#"{"access_token":"t-1","token_type":"Bearer","token_type":"Bearer"}"#,
        r#"{"access_token":"t-1","scope":"a","scope":"b"}"#,
        r#"{"access_token":"t-1","\u0061ccess_token":"t-2"}"#,
    ] {
        let d1 = Wire::with_tokens(
            move |_| Reply::json(200, body),
            |request| Reply::success(request.operation()),
        )
        .await;
        let client = d1.client().token_source(calls::jwt_bearer()).build().unwrap();
        let error = call(&client, Operation::RegisterConsumer).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Token, Outcome::NotSent),
            "{body}"
        );
        assert!(
            error
                .to_string()
                .contains("the token endpoint's answer holds a member twice"),
            "{error}"
        );
        let source = error
            .source()
            .unwrap()
            .downcast_ref::<d1_client::auth::TokenError>()
            .unwrap();
        assert_eq!(source.kind(), TokenErrorKind::Malformed);
        assert_eq!(d1.call_count(), 0);
    }
}

#[tokio::test]
async fn a_code_that_nobody_knows_is_told_from_a_blemished_body_too() {
    let d1 = Wire::start(|_| Reply::new(403, b"{\"errorCode\":\"BRAND_NEW\",\"error\":\"\xe9\"}")).await;
    let error = call(&d1.client().build().unwrap(), Operation::ListCards)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::from("BRAND_NEW")));
    assert_eq!(error.detail(), Some("\u{fffd}"));
}

#[tokio::test]
async fn of_a_member_that_comes_twice_in_an_answer_the_last_one_counts() {
    let d1 = Wire::start(|request| match request.operation() {
        Operation::ListCards => Reply::json(
            200,
            r#"{"cards":[{"cardId":1}],"cards":[{"cardId":["a"],"cardId":"b","new":1,"new":2}]}"#,
        ),
        _ => Reply::json(200, r#"{"operationId":1,"operationId":"op-2"}"#),
    })
    .await;
    let consumer = d1
        .client()
        .build()
        .unwrap()
        .consumer(ConsumerId::new("c-1").unwrap());
    assert_eq!(consumer.register().send().await.unwrap().attempts(), 1);
    let cards = consumer.cards().send().await.unwrap();
    assert_eq!(
        (cards.attempts(), cards.len(), cards[0].card_id.as_str()),
        (1, 1, "b")
    );
    for receipt in [
        consumer.update().send().await.unwrap(),
        consumer.delete().send().await.unwrap(),
    ] {
        assert_eq!(receipt.operation_id.as_ref().map(|id| id.as_str()), Some("op-2"));
    }
}
