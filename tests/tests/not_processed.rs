//! HTTP/2 guarantees that a request was not processed (RFC 9113, section 8.7), or does not.

#![allow(clippy::unwrap_used)]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use bytes::Bytes;
use d1_client::{Client, ErrorKind, Operation, Outcome};
use d1_tests::{
    certificates::SelfSigned,
    multiplexed::{Multiplexed, StreamReply},
    operations::{call, is_idempotent},
    wire::{client_of, listen},
};
use h2::Reason;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

const PREFACE: usize = 24;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;

/// A frame: RFC 9113, section 4.1.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

fn goaway(last_stream: u32, reason: u32) -> Vec<u8> {
    frame(
        GOAWAY,
        0,
        0,
        &[last_stream.to_be_bytes(), reason.to_be_bytes()].concat(),
    )
}

/// `:status: 200`, from HPACK's static table.
fn head_of_200(stream: u32) -> Vec<u8> {
    const END_HEADERS: u8 = 4;
    frame(HEADERS, END_HEADERS, stream, &[0x88])
}

/// Speaks HTTP/2 by hand until the first request has come, answers with these bytes, and closes.
async fn answer_by_hand(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> Option<()> {
    stream.read_exact(&mut [0; PREFACE]).await.ok()?;
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.ok()?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        stream.read_exact(&mut vec![0; length]).await.ok()?;
        match head[3] {
            SETTINGS if head[4] & ACK == 0 => {
                stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await.ok()?;
            }
            HEADERS => {
                stream.write_all(bytes).await.ok()?;
                stream.shutdown().await.ok()?;
                return Some(());
            }
            _ => {}
        }
    }
}

/// A D1 whose first connection answers its first request with these bytes; later ones answer as D1 does.
async fn d1(bytes: Vec<u8>) -> (Client, Arc<AtomicUsize>) {
    let certificate = SelfSigned::for_loopback();
    let acceptor = TlsAcceptor::from(Arc::new(certificate.server(b"h2")));
    let connections = Arc::new(AtomicUsize::new(0));
    let (counted, bytes) = (Arc::clone(&connections), Arc::new(bytes));
    let address = listen(move |stream| {
        let (acceptor, bytes) = (acceptor.clone(), Arc::clone(&bytes));
        let number = counted.fetch_add(1, Relaxed);
        async move {
            let Ok(stream) = acceptor.accept(stream).await else {
                return;
            };
            if number == 0 {
                answer_by_hand(stream, &bytes).await;
                return;
            }
            let Ok(mut connection) = h2::server::handshake(stream).await else {
                return;
            };
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let put = request.method() == http::Method::PUT;
                let status = if put { 204 } else { 200 };
                let head = http::Response::builder().status(status).body(()).unwrap();
                if let Ok(mut stream) = respond.send_response(head, put)
                    && !put
                {
                    let _ = stream.send_data(Bytes::from_static(b"{}"), true);
                }
            }
        }
    })
    .await;
    let client = client_of(&format!("https://{address}"))
        .add_root_pem(certificate.pem())
        .build()
        .unwrap();
    (client, connections)
}

#[tokio::test]
async fn a_refused_stream_was_not_processed_and_every_operation_is_repeated() {
    let certificate = SelfSigned::for_loopback();
    for &operation in Operation::ALL {
        let d1 = Multiplexed::start(&certificate, |_, _| StreamReply::Reset(Reason::REFUSED_STREAM)).await;
        let client = client_of(&d1.origin())
            .add_root_pem(certificate.pem())
            .build()
            .unwrap();
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
        assert!(error.is_retryable(), "{error}");
        assert_eq!(d1.requests().len(), 4);
    }
}

#[tokio::test]
async fn any_other_reset_says_nothing() {
    let certificate = SelfSigned::for_loopback();
    for reason in [
        Reason::CANCEL,
        Reason::NO_ERROR,
        Reason::ENHANCE_YOUR_CALM,
        Reason::INTERNAL_ERROR,
    ] {
        let d1 = Multiplexed::start(&certificate, move |_, _| StreamReply::Reset(reason)).await;
        let client = client_of(&d1.origin())
            .add_root_pem(certificate.pem())
            .build()
            .unwrap();
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{reason:?}"
        );
    }
}

#[tokio::test]
async fn a_goaway_for_a_lower_stream_says_that_it_was_not_processed() {
    // NO_ERROR, INTERNAL_ERROR, ENHANCE_YOUR_CALM: the reason does not matter, the stream does.
    for reason in [0, 2, 11] {
        for &operation in Operation::ALL {
            let (client, connections) = d1(goaway(0, reason)).await;
            let done = call(&client, operation).await.unwrap();
            assert_eq!(done.attempts, 2, "{operation:?} {reason}");
            assert_eq!(connections.load(Relaxed), 2);
        }
    }
}

#[tokio::test]
async fn a_goaway_that_names_our_stream_says_nothing() {
    for reason in [0, 2, 11] {
        for &operation in Operation::ALL {
            let (client, _) = d1(goaway(1, reason)).await;
            let result = call(&client, operation).await;
            if is_idempotent(operation) {
                assert_eq!(result.unwrap().attempts, 2);
            } else {
                let error = result.unwrap_err();
                assert_eq!(
                    (error.kind(), error.outcome(), error.attempts()),
                    (ErrorKind::Interrupted, Outcome::Unknown, 1),
                    "{reason} {error}"
                );
            }
        }
    }
}

/// `:status: 503`, its name from HPACK's static table.
fn head_of_503(flags: u8) -> Vec<u8> {
    const END_HEADERS: u8 = 4;
    frame(HEADERS, END_HEADERS | flags, 1, &[0x08, 3, b'5', b'0', b'3'])
}

#[tokio::test]
async fn a_503_that_is_cut_off_is_not_d1s_own() {
    let no_error = frame(RST_STREAM, 0, 1, &0_u32.to_be_bytes());
    for last_words in [no_error, goaway(0, 0), goaway(1, 0)] {
        let (client, _) = d1([head_of_503(0), last_words].concat()).await;
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.status(), error.outcome(), error.attempts()),
            (Some(503), Outcome::Unknown, 1),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_blank_503_over_http2_is_d1s_own() {
    let certificate = SelfSigned::for_loopback();
    let d1 = Multiplexed::start(&certificate, |_, _| StreamReply::Answer(503, Bytes::new())).await;
    let client = client_of(&d1.origin())
        .add_root_pem(certificate.pem())
        .build()
        .unwrap();
    let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::Rejected, 4),
        "{error}"
    );
}

#[tokio::test]
async fn once_part_of_an_answer_has_come_nothing_is_taken_back() {
    let refused = frame(RST_STREAM, 0, 1, &7_u32.to_be_bytes());
    for last_words in [refused, goaway(0, 0)] {
        let (client, _) = d1([head_of_200(1), last_words].concat()).await;
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{error}"
        );
    }
}
