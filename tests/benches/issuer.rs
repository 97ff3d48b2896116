//! The issuer's service beside a bare axum handler that serializes the same struct: requests a second on one core, and the
//! 99th percentile of the latency, with 64 connections. Prints ratios: the service is to reach 0.85 of the handler's
//! throughput, and at most twice its 99th percentile.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::Router;
use d1_client::{
    IssuerId,
    issuer::{
        ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError, IssuedTokens,
        Lookup,
    },
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const CONSUMER: &str = "/banking/d1/v1/issuers/is_example/consumers/c-ada";

fn person() -> Option<ConsumerInformation> {
    let person = ConsumerInformation::builder()
        .first_name("Ada")
        .last_name("Lovelace")
        .email("ada@example.com")
        .language("en-GB");
    person.build().ok()
}

struct Crm;

impl ConsumerDirectory for Crm {
    async fn consumer(&self, _: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        Ok(person())
    }
}

/// Serves on a thread of its own, and on no other.
fn serve(app: Router) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
            sender
                .send(listener.local_addr().expect("an address"))
                .expect("the bench waits");
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let app = TowerToHyperService::new(app.clone());
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), app));
            }
        });
    });
    receiver.recv().expect("the server starts")
}

/// Sends a request and reads the answer; what comes fits into the buffer.
async fn ask(stream: &mut TcpStream, request: &[u8], buffer: &mut [u8]) -> usize {
    stream.write_all(request).await.expect("sent");
    let mut read = 0;
    loop {
        read += stream.read(&mut buffer[read..]).await.expect("an answer");
        let Some(head) = buffer[..read].windows(4).position(|part| part == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length = text.split_once("content-length: ").expect("a length").1;
        let length: usize = length
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
            .parse()
            .expect("a number");
        if read == head + 4 + length {
            return read;
        }
    }
}

/// Requests a second, and the 99th percentile.
fn load(runtime: &Runtime, address: SocketAddr, request: &str) -> (f64, Duration) {
    let start = Instant::now();
    let latencies = runtime.block_on(async {
        let connections = (0..CONNECTIONS).map(|_| {
            let request = request.as_bytes().to_vec();
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.expect("a connection");
                let _ = stream.set_nodelay(true);
                let (mut buffer, mut latencies) = ([0; 4096], Vec::new());
                while start.elapsed() < ROUND {
                    let sent = Instant::now();
                    let read = ask(&mut stream, &request, &mut buffer).await;
                    assert!(
                        buffer[..read].starts_with(b"HTTP/1.1 200"),
                        "every answer is a person"
                    );
                    latencies.push(sent.elapsed());
                }
                latencies
            })
        });
        let mut all = Vec::new();
        for connection in connections.collect::<Vec<_>>() {
            all.extend(connection.await.expect("no connection panics"));
        }
        all
    });
    let took = start.elapsed().as_secs_f64();
    let mut latencies = latencies;
    latencies.sort_unstable();
    (
        latencies.len() as f64 / took,
        latencies[latencies.len() * 99 / 100],
    )
}

fn main() {
    let issuer = IssuerId::new("is_example").expect("an issuer id");
    let service =
        ConsumerInformationService::new(issuer, Crm).tokens(IssuedTokens::new("d1", "secret", [7; 32]));
    let ours = serve(Router::new().fallback_service(service));
    // Mounted alike: axum's own routing is not what is measured.
    let bare = serve(Router::new().fallback(async || serde_json::to_string(&person()).unwrap_or_default()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");

    let token = runtime.block_on(async {
        let form = "grant_type=client_credentials";
        let head =
            "POST /authz/d1/v1/oauth2/token HTTP/1.1\r\nhost: d1\r\nauthorization: Basic ZDE6c2VjcmV0\r\n";
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        let request = format!("{head}{kind}content-length: {}\r\n\r\n{form}", form.len());
        let mut stream = TcpStream::connect(ours).await.expect("a connection");
        let mut buffer = [0; 4096];
        let read = ask(&mut stream, request.as_bytes(), &mut buffer).await;
        let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
        let token = text
            .split("\"access_token\":\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        token.expect("a token").to_owned()
    });
    let head = format!("GET {CONSUMER} HTTP/1.1\r\nhost: d1\r\nx-correlation-id: d1-1\r\n");
    let request = format!("{head}authorization: Bearer {token}\r\n\r\n");

    let (mut throughput, mut latency) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (bare_rate, bare_p99) = load(&runtime, bare, &request);
        let (our_rate, our_p99) = load(&runtime, ours, &request);
        println!("bare {bare_rate:.0}/s, p99 {bare_p99:.1?}; service {our_rate:.0}/s, p99 {our_p99:.1?}");
        throughput.push(our_rate / bare_rate);
        latency.push(our_p99.as_secs_f64() / bare_p99.as_secs_f64());
    }
    throughput.sort_by(f64::total_cmp);
    latency.sort_by(f64::total_cmp);
    println!("throughput {:.2} (at least 0.85)", throughput[ROUNDS / 2]);
    println!("p99        {:.2} (at most 2)", latency[ROUNDS / 2]);
}
