//! How fast the sandbox serves, against a hyper server that does nothing, in the same run.
//!
//! `cargo test --release -p d1-client --features sandbox --test sandbox_speed -- --ignored --nocapture`
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod plain_client;

use std::convert::Infallible;
use std::time::{Duration, Instant};

use bytes::Bytes;
use d1_sandbox::{Sandbox, example_card};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use plain_client::{bytes, person};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Connections at once.
const CONNECTIONS: usize = 32;

/// How long one server is asked at a time, and how often each comes round.
const TURN: Duration = Duration::from_millis(500);
const ROUNDS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures: to be run alone, in release"]
async fn it_serves_at_least_a_third_of_what_an_empty_hyper_server_does() {
    let sandbox = Sandbox::start().await;
    sandbox.seed_card("c-card", example_card("card-1"));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let empty = listener.local_addr().unwrap().to_string();
    tokio::spawn(serve_nothing(listener));
    let sandboxed = sandbox.banking_url().split('/').nth(2).unwrap().to_owned();

    let keep = |request: String| request.replace("connection: close\r\n", "");
    let body = json!({"personalInformation": person()}).to_string();
    let put = keep(bytes(&sandbox, "PUT", "c-1", &body));
    let get = keep(bytes(&sandbox, "GET", "c-card/cards", ""));
    for (name, request) in [("register", put), ("cards", get)] {
        // The schemas are compiled when the first body is validated.
        served(&sandboxed, &request).await;
        let (mut by_sandbox, mut by_empty) = (0, 0);
        for _ in 0..ROUNDS {
            by_sandbox += served(&sandboxed, &request).await;
            by_empty += served(&empty, &request).await;
        }
        let ratio = f64::from(by_sandbox) / f64::from(by_empty);
        let seconds = TURN.as_secs_f64() * f64::from(u32::try_from(ROUNDS).unwrap());
        println!("{name} {:.0}/s ratio {ratio:.2}", f64::from(by_sandbox) / seconds);
        assert!(ratio >= 1.0 / 3.0, "{name}: {ratio:.2}");
    }
}

#[tokio::test]
#[ignore = "measures: to be run alone, in release"]
async fn it_starts_at_once() {
    let begun = Instant::now();
    for _ in 0..100 {
        drop(Sandbox::start().await);
    }
    let each = begun.elapsed() / 100;
    println!("start {each:?}");
    assert!(each < Duration::from_millis(10));
}

async fn serve_nothing(listener: TcpListener) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(http1::Builder::new().serve_connection(
            TokioIo::new(stream),
            service_fn(|_: Request<Incoming>| async {
                let mut answer = Response::new(Full::<Bytes>::default());
                *answer.status_mut() = StatusCode::NO_CONTENT;
                Ok::<_, Infallible>(answer)
            }),
        ));
    }
}

/// How many answers arrive in one turn.
async fn served(authority: &str, request: &str) -> u32 {
    let until = Instant::now() + TURN;
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (authority, request) = (authority.to_owned(), request.to_owned());
        connections.spawn(async move {
            let mut stream = TcpStream::connect(authority).await.unwrap();
            let mut buffer = vec![0; 16 * 1024];
            let mut served = 0_u32;
            while Instant::now() < until {
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut read = 0;
                while !is_whole(&buffer[..read]) {
                    let more = stream.read(&mut buffer[read..]).await.unwrap();
                    assert!(more > 0);
                    read += more;
                }
                assert!(buffer.starts_with(b"HTTP/1.1 20"));
                served += 1;
            }
            served
        });
    }
    connections.join_all().await.into_iter().sum()
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
