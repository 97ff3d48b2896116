//! Interim answers (1xx) without end: the call ends by its time-out, and the connection is given up. How late it may be, the
//! guide *retries* says.

#![allow(clippy::unwrap_used)]

use std::{sync::mpsc::channel, thread, time::Duration};

use d1_client::{Client, ErrorKind, Operation, Outcome, RetryPolicy};
use d1_tests::{
    certificates::SelfSigned,
    operations::call,
    wire::{client_of, listen},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

const LIMIT: Duration = Duration::from_millis(300);

/// A server on a thread of its own that answers the first request of each connection with the same bytes over and over. It
/// tells each time that a client has had enough.
struct Flood {
    origin: String,
    hung_up: std::sync::mpsc::Receiver<()>,
}

impl Flood {
    fn start(tls: Option<rustls::ServerConfig>, first: &'static [u8], again: &'static [u8]) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let acceptor = tls.map(|config| TlsAcceptor::from(std::sync::Arc::new(config)));
        let (address, started) = channel();
        let (hang_up, hung_up) = channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listening = listen(move |stream| {
                    let (acceptor, hang_up) = (acceptor.clone(), hang_up.clone());
                    async move {
                        match acceptor {
                            None => flood(stream, first, again).await,
                            Some(acceptor) => match acceptor.accept(stream).await {
                                Ok(stream) => flood(stream, first, again).await,
                                Err(_) => return,
                            },
                        }
                        hang_up.send(()).ok();
                    }
                });
                address.send(listening.await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let origin = format!("{scheme}://{}", started.recv().unwrap());
        Self { origin, hung_up }
    }
}

async fn flood<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, first: &[u8], again: &[u8]) {
    if stream.write_all(first).await.is_err() || read_request(&mut stream, !first.is_empty()).await.is_none()
    {
        return;
    }
    let again = again.repeat(1_000);
    while stream.write_all(&again).await.is_ok() && stream.flush().await.is_ok() {}
}

/// Reads on until the request's head is there; the body comes with it, or does not matter.
async fn read_request<S: AsyncRead + Unpin>(stream: &mut S, is_http2: bool) -> Option<()> {
    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    if is_http2 {
        stream.read_exact(&mut [0; PREFACE]).await.ok()?;
        loop {
            let mut frame = [0; 9];
            stream.read_exact(&mut frame).await.ok()?;
            let length = u32::from_be_bytes([0, frame[0], frame[1], frame[2]]);
            stream
                .read_exact(&mut vec![0; length.try_into().ok()?])
                .await
                .ok()?;
            if frame[3] == HEADERS {
                return Some(());
            }
        }
    }
    stream
        .read(&mut [0; 4096])
        .await
        .ok()
        .filter(|read| *read > 0)
        .map(|_| ())
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// An empty SETTINGS frame (RFC 9113, section 6.5).
const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
/// HEADERS of stream 1 with END_HEADERS: `:status` 103, literal (RFC 7541, section 6.2.2).
const EARLY_HINTS: &[u8] = b"\0\0\x05\x01\x04\0\0\0\x01\x08\x03103";

async fn gives_up(client: &Client) {
    let error = call(client, Operation::DeleteConsumer).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Timeout, Outcome::Unknown),
        "{error}"
    );
    assert_eq!((error.is_retryable(), error.attempts()), (false, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_ends_however_many_interim_answers_come() {
    let server = Flood::start(None, b"", CONTINUE);
    let client = client_of(&server.origin)
        .retry(RetryPolicy::none())
        .timeout(LIMIT)
        .build()
        .unwrap();
    gives_up(&client).await;
    // The connection is closed: nobody reads on.
    server.hung_up.recv().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_ends_however_many_interim_answers_come_on_a_stream() {
    let certificate = SelfSigned::for_loopback();
    let server = Flood::start(Some(certificate.server(b"h2")), SETTINGS, EARLY_HINTS);
    let client = client_of(&server.origin)
        .add_root_pem(certificate.pem())
        .retry(RetryPolicy::none())
        .timeout(LIMIT)
        .build()
        .unwrap();
    gives_up(&client).await;
}
