//! Starting, stopping, side by side, behind TLS and on a mock server.
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

mod plain_client;

use std::io::ErrorKind;

use d1_sandbox::Sandbox;
use plain_client::{Plain, bytes, raw};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn authority(sandbox: &Sandbox) -> String {
    sandbox.banking_url().split('/').nth(2).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_live_side_by_side_and_share_nothing() {
    let mut sandboxes = Vec::new();
    for _ in 0..50 {
        sandboxes.push(Sandbox::start().await);
    }
    for (index, sandbox) in sandboxes.iter().enumerate() {
        let plain = Plain::of(sandbox);
        assert_eq!(plain.register(&format!("c-{index}"), &json!({})).await.0, 204);
    }
    for (index, sandbox) in sandboxes.iter().enumerate() {
        let known = sandbox.consumers();
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].consumer_id, format!("c-{index}"));
    }
    let elsewhere = Plain::of(&sandboxes[0]);
    let mut stranger = Plain::of(&sandboxes[1]);
    stranger.use_token(&sandboxes[0].issue_token());
    assert_eq!(stranger.cards("c-1").await.0, 401);
    assert_eq!(elsewhere.cards("c-0").await.0, 200);
}

async fn stops_answering_when_dropped() {
    let sandbox = Sandbox::start().await;
    let authority = authority(&sandbox);
    let request = bytes(&sandbox, "PUT", "c-1", "{}").replace("connection: close\r\n", "");
    let mut kept = TcpStream::connect(&authority).await.unwrap();
    kept.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = [0; 12];
    kept.read_exact(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"HTTP/1.1 204");

    drop(sandbox);
    // On the connection that it had.
    let _ = kept.write_all(request.as_bytes()).await;
    let mut rest = Vec::new();
    let _ = kept.read_to_end(&mut rest).await;
    assert!(!String::from_utf8_lossy(&rest).contains("HTTP/1.1"));
    // And on new ones, until there are none to be had.
    let refused = loop {
        match TcpStream::connect(&authority).await {
            Ok(mut new) => {
                let _ = new.write_all(request.as_bytes()).await;
                let mut received = Vec::new();
                let _ = new.read_to_end(&mut received).await;
                assert!(received.is_empty());
            }
            Err(error) => break error,
        }
    };
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn it_stops_answering_when_dropped_on_one_thread() {
    stops_answering_when_dropped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_answering_when_dropped_on_two_threads() {
    stops_answering_when_dropped().await;
}

#[tokio::test]
async fn a_port_is_taken_by_choice_and_free_again_afterwards() {
    let first = Sandbox::start().await;
    let port: u16 = authority(&first).rsplit(':').next().unwrap().parse().unwrap();
    let taken = Sandbox::builder().port(port).start().await;
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddrInUse);
    drop(first);
    while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {}
    let second = Sandbox::builder().port(port).start().await.unwrap();
    assert!(second.banking_url().contains(&port.to_string()));
    let (received, _) = raw(&second, &bytes(&second, "PUT", "c-1", "{}")).await;
    assert!(received.starts_with(b"HTTP/1.1 204"));
}

#[cfg(feature = "httpmock")]
#[tokio::test]
async fn it_can_be_mounted_on_a_mock_server_behind_the_mocks_that_are_there() {
    use d1_sandbox::{Endpoint, Fault};

    let server = httpmock::MockServer::start_async().await;
    server.mock(|when, then| {
        when.path("/health");
        then.status(200).body("mine");
    });
    let sandbox = Sandbox::builder().mount(&server).unwrap();
    let mut plain = Plain::of(&sandbox);
    let signed = plain_client::assertion(&sandbox, sandbox.issuer_id(), 300);
    let (status, token) = plain.token(&signed).await;
    assert_eq!(status, 200);
    plain.use_token(token["access_token"].as_str().unwrap());
    assert_eq!(plain.register("c-1", &json!({})).await.0, 204);
    let wrong = plain.register("c-1", &json!({"nickname": "x"})).await;
    assert_eq!((wrong.0.as_u16(), &wrong.1["error"]), (400, &json!("nickname")));
    sandbox.next(Fault::reset_before_reading().on(Endpoint::Cards));
    assert_eq!(plain.cards("c-1").await.0, 503);
    assert_eq!(plain.cards("c-1").await.0, 200);
    let health = plain.http.get(server.url("/health")).send().await.unwrap();
    assert_eq!(health.text().await.unwrap(), "mine");
    assert_eq!(sandbox.requests().len(), 5);
    drop(sandbox);
    assert_eq!(plain.cards("c-1").await.0, 503);
}
