//! Bytes that answer no request, on an HTTP/1.1 connection that is kept.

#![allow(clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use d1_client::{Operation, RetryPolicy};
use d1_tests::{operations::call, wire::client_of};

/// A server on threads of its own. It answers every request on its connection, then waits for the command to send
/// stray bytes, and tells when they are sent.
struct Stray {
    origin: String,
    send: Sender<()>,
    sent: Receiver<()>,
    requests: Arc<AtomicUsize>,
}

/// In place of stray bytes.
const CLOSE: &[u8] = b"";

impl Stray {
    fn start(stray: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (send, told) = channel();
        let (tell, sent) = channel();
        let told = Arc::new(Mutex::new(told));
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, told, tell) = (stream.unwrap(), told.clone(), tell.clone());
                let count = Arc::clone(&count);
                thread::spawn(move || {
                    while answer(&mut stream, &count).is_some() {
                        let Ok(()) = told.lock().unwrap().recv() else {
                            return;
                        };
                        match stray {
                            CLOSE => stream.shutdown(Shutdown::Both).unwrap(),
                            stray => stream.write_all(stray).unwrap(),
                        }
                        tell.send(()).unwrap();
                    }
                });
            }
        });
        Self {
            origin,
            send,
            sent,
            requests,
        }
    }

    /// Blocks the thread: its runtime does not look at its sockets meanwhile.
    fn send_stray_bytes(&self) {
        self.send.send(()).unwrap();
        self.sent.recv().unwrap();
    }
}

/// Counts the request before it is answered: a client that has the answer sees the count.
fn answer(stream: &mut TcpStream, count: &AtomicUsize) -> Option<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            break;
        }
    }
    count.fetch_add(1, Ordering::Relaxed);
    stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").ok()
}

/// Whatever waits when a call begins is noticed, and the call takes another connection.
#[tokio::test]
async fn bytes_that_wait_on_a_kept_connection_are_no_answer_to_the_next_call() {
    const ROUNDS: usize = 50;
    for stray in [
        &b"0\r\n\r\n"[..],
        b"\r\n",
        b"x",
        // As good as an answer: the next call would have succeeded without being made.
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        CLOSE,
    ] {
        let server = Stray::start(stray);
        let client = client_of(&server.origin)
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        call(&client, Operation::DeleteConsumer).await.unwrap();
        for round in 1..=ROUNDS {
            server.send_stray_bytes();
            let operation = Operation::ALL[round % Operation::ALL.len()];
            let status = match call(&client, operation).await {
                Ok(done) => Some(done.status),
                // Cards do not come with this status.
                Err(error) => error.status(),
            };
            assert_eq!(status, Some(204), "{} in round {round}", stray.escape_ascii());
        }
        assert_eq!(server.requests.load(Ordering::Relaxed), ROUNDS + 1);
    }
}
