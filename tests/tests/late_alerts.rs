//! A server that refuses the client certificate only after the handshake: with TLS 1.3 that may come before it has read
//! anything, with TLS 1.2 never.

#![allow(clippy::unwrap_used)]

use std::{
    error::Error as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use d1_client::{Client, Error, ErrorKind, Operation, Outcome, TransportError};
use d1_tests::{
    alerts,
    certificates::SelfSigned,
    operations::{call, is_idempotent},
    wire::{client_of, listen},
};
use rustls::{
    SupportedProtocolVersion,
    version::{TLS12, TLS13},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// What is said of a client certificate: RFC 8446, section 6.2.
const ALERTS: [u8; 8] = [42, 43, 44, 45, 46, 48, 49, 116];

const CARDS: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A server that answers so many requests on a connection, reads one more, says these last words, and then refuses the
/// certificate. It counts the requests that it read.
async fn d1(
    version: &'static SupportedProtocolVersion,
    answered: usize,
    last_words: &'static [u8],
    alert: u8,
) -> (Client, Arc<AtomicUsize>) {
    let certificate = SelfSigned::for_loopback();
    let acceptor = TlsAcceptor::from(Arc::new(alerts::server(&certificate, version)));
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let address = listen(move |stream| {
        let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return;
            };
            for n in 0.. {
                let mut request = Vec::new();
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                count.fetch_add(1, Relaxed);
                if n == answered {
                    break;
                }
                let _ = stream.write_all(CARDS).await;
            }
            let _ = stream.write_all(last_words).await;
            let _ = stream.flush().await;
            alerts::refuse(stream, alert).await;
        }
    })
    .await;
    let client = client_of(&format!("https://{address}"))
        .add_root_pem(certificate.pem())
        .build()
        .unwrap();
    (client, read)
}

fn transport(error: &Error) -> TransportError {
    *error.source().unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn in_tls_1_2_a_refusal_after_the_handshake_is_unknown() {
    for alert in ALERTS {
        for answered in [0, 1] {
            let (client, read) = d1(&TLS12, answered, b"", alert).await;
            for _ in 0..answered {
                call(&client, Operation::ListCards).await.unwrap();
            }
            let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome(), error.is_retryable()),
                (ErrorKind::Interrupted, Outcome::Unknown, false),
                "{alert} {error}"
            );
            assert!(
                matches!(
                    transport(&error),
                    TransportError::ClientCertificateRefused | TransportError::ClientCertificateRequired
                ),
                "{error}"
            );
            assert_eq!(read.load(Relaxed), answered + 1);
        }
    }
}

#[tokio::test]
async fn in_tls_1_3_a_refusal_before_any_answer_is_not_sent() {
    for alert in ALERTS {
        for &operation in Operation::ALL {
            let (client, read) = d1(&TLS13, 0, b"", alert).await;
            let error = call(&client, operation).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.outcome()),
                (ErrorKind::Connect, Outcome::NotSent),
                "{alert} {error}"
            );
            // Should the server misuse the alert: what must not be done twice is not sent twice.
            assert_eq!(error.is_retryable(), is_idempotent(operation));
            assert_eq!(read.load(Relaxed), if is_idempotent(operation) { 4 } else { 1 });
        }
    }
}

#[tokio::test]
async fn in_tls_1_3_a_refusal_after_an_answer_on_the_connection_is_unknown() {
    for alert in ALERTS {
        let (client, _) = d1(&TLS13, 1, b"", alert).await;
        call(&client, Operation::ListCards).await.unwrap();
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{error}"
        );
    }
}

#[tokio::test]
async fn after_the_head_of_an_answer_a_refusal_is_unknown_in_both_versions() {
    for version in VERSIONS {
        for alert in ALERTS {
            let half = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"op";
            let (client, _) = d1(version, 0, half, alert).await;
            let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
            assert_eq!(
                (error.outcome(), error.attempts()),
                (Outcome::Unknown, 1),
                "{error}"
            );
            assert!(matches!(error.status(), None | Some(200)), "{error}");
        }
    }
}

#[tokio::test]
async fn half_a_head_is_application_data_too() {
    for version in VERSIONS {
        let (client, _) = d1(version, 0, b"HTTP/1.1 200 OK\r\ncont", 49).await;
        let error = call(&client, Operation::DeleteConsumer).await.unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{version:?} {error}"
        );
    }
}
