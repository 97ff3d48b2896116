//! What is compared is the same: each client sends the same request.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use d1_benches::{ClientKind, ClientUnderTest, Person, cards, with_client};
use serde_json::Value;

/// A request as it stood on the wire.
struct Request {
    line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn every_client_registers_by_the_same_request() {
    let requests = ClientKind::ALL.map(|kind| {
        with_client!(kind, C => captured("HTTP/1.1 204 No Content\r\n\r\n", |address| async move {
            C::new(&address).register(&C::spelled(Person::example(7))).await;
        }))
    });
    for (request, kind) in requests.iter().zip(ClientKind::ALL) {
        assert_eq!(
            request.line, "PUT /banking/v2/issuers/is_example/consumers/c-00000007 HTTP/1.1",
            "{kind:?}"
        );
        assert_eq!(request.headers["content-type"], "application/json", "{kind:?}");
        is_alike(request, &requests[0], kind);
    }
    let bodies = requests.map(|request| serde_json::from_str::<Value>(&request.body).unwrap());
    let [by_hand, strict, ours] = bodies;
    assert_eq!(ours, by_hand);
    // The same but for the letters, which its checks must be able to read.
    assert_ne!(strict["personalInformation"]["firstName"], "Zoé");
    assert_eq!(
        strict["personalInformation"]["email"],
        by_hand["personalInformation"]["email"]
    );
    assert_eq!(strict.to_string().len(), by_hand.to_string().len());
    assert_eq!(by_hand["personalInformation"].as_object().unwrap().len(), 12);
}

#[test]
fn every_client_lists_cards_by_the_same_request() {
    let list = cards::list();
    let length = list.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{list}"
    );
    let requests = ClientKind::ALL.map(|kind| {
        with_client!(kind, C => captured(&answer, |address| async move {
            assert_eq!(C::new(&address).cards("c-7").await, cards::COUNT);
        }))
    });
    for (request, kind) in requests.iter().zip(ClientKind::ALL) {
        assert_eq!(
            request.line, "GET /banking/v2/issuers/is_example/consumers/c-7/cards HTTP/1.1",
            "{kind:?}"
        );
        assert_eq!(request.body, "", "{kind:?}");
        is_alike(request, &requests[0], kind);
    }
}

/// The same headers; the token has the same value, and the correlation id the same length.
fn is_alike(request: &Request, reference: &Request, kind: ClientKind) {
    // progenitor's clients send this one, which nobody documented.
    let documented = |name: &&String| *name != "api-version";
    let names = |request: &Request| {
        request
            .headers
            .keys()
            .filter(documented)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(request), names(reference), "{kind:?}");
    assert_eq!(
        request.headers["authorization"], reference.headers["authorization"],
        "{kind:?}"
    );
    assert_eq!(request.headers["x-correlation-id"].len(), 36, "{kind:?}");
}

/// The request that the code sends to an address of ours, where it gets this answer.
fn captured<F: Future<Output = ()>>(answer: &str, code: impl FnOnce(String) -> F) -> Request {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer = answer.to_owned();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = receive(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        request
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(code(address));
    server.join().unwrap()
}

fn receive(stream: &mut TcpStream) -> Request {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the request ended early");
        text.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&text);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let mut lines = head.lines();
        let line = lines.next().unwrap().to_owned();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers
            .get("content-length")
            .map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            return Request {
                line,
                headers,
                body: body.to_owned(),
            };
        }
    }
}
