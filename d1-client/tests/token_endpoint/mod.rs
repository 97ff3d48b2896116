//! A token endpoint on a loopback socket that answers as a test says and keeps what it was asked.

// each test binary uses its part, and a failing endpoint fails the test
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use d1_client::auth::TokenRequest;
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) const ISSUER: &str = "is_example";

pub(crate) struct TokenEndpoint {
    address: String,
    seen: watch::Receiver<Vec<Received>>,
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// What the endpoint does with a request.
pub(crate) enum Answer {
    /// Status line and headers (no line break at the end), body.
    Send(String, Vec<u8>),
    /// Sends once the gate is `true`.
    SendWhen(watch::Receiver<bool>, Box<Answer>),
    /// Closes the connection after these bytes.
    Break(Vec<u8>),
    /// Never answers.
    Hang,
}

impl TokenEndpoint {
    /// The closure gets the number of the request, from 1, and the request.
    pub(crate) async fn start(answer: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, seen) = watch::channel(Vec::new());
        let (sender, answer) = (Arc::new(sender), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, answer) = (sender.clone(), answer.clone());
                tokio::spawn(async move { serve(stream, &sender, &*answer).await });
            }
        });
        Self { address, seen }
    }

    /// Answers every request with the tokens `token-1`, `token-2`, … that live this long.
    pub(crate) async fn issuing(seconds: u64) -> Self {
        Self::start(move |number, _| token(&format!("token-{number}"), seconds)).await
    }

    pub(crate) fn request(&self) -> TokenRequest {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let base = format!("http://{}/authz/v1/", self.address).parse().unwrap();
        TokenRequest::new(http.build().unwrap(), &base, ISSUER).unwrap()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.borrow().len()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.seen.borrow().clone()
    }

    /// Waits until so many requests have come.
    pub(crate) async fn saw(&self, count: usize) {
        self.seen
            .clone()
            .wait_for(|seen| seen.len() >= count)
            .await
            .unwrap();
    }
}

impl Received {
    pub(crate) fn assertion(&self) -> &str {
        self.body.split_once("&assertion=").unwrap().1
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The assertion's claims, not verified.
    pub(crate) fn claims(&self) -> Value {
        serde_json::from_slice(&self.parts()[1]).unwrap()
    }

    /// Header and claims, if the signature is that of this key (ES256, RFC 7518) and the assertion has not expired.
    pub(crate) fn verified(&self, public_pem: &str) -> Option<(Value, Value)> {
        let key: VerifyingKey = public_pem.parse().unwrap();
        let [header, claims, signature] = &self.parts()[..] else {
            return None;
        };
        let (signed, _) = self.assertion().rsplit_once('.')?;
        let signature = Signature::from_slice(signature).ok()?;
        key.verify(signed.as_bytes(), &signature).ok()?;
        let header: Value = serde_json::from_slice(header).ok()?;
        let claims: Value = serde_json::from_slice(claims).ok()?;
        (header["alg"] == "ES256" && claims["exp"].as_u64()? > unix_now()).then_some((header, claims))
    }

    fn parts(&self) -> Vec<Vec<u8>> {
        let parts = self.assertion().split('.');
        parts.map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect()
    }
}

/// Seconds since 1970, by the machine's clock.
pub(crate) fn unix_now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_secs()
}

pub(crate) fn token(token: &str, seconds: u64) -> Answer {
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{seconds}}}"#);
    Answer::Send(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json".into(),
        body.into_bytes(),
    )
}

pub(crate) fn status(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Answer {
    let separator = if headers.is_empty() { "" } else { "\r\n" };
    Answer::Send(
        format!("HTTP/1.1 {status} Status{separator}{headers}"),
        body.as_ref().to_vec(),
    )
}

/// `date: …`, this many seconds from the real now.
pub(crate) fn date(offset: i64) -> String {
    let shift = Duration::from_secs(offset.unsigned_abs());
    let now = SystemTime::now();
    format!(
        "date: {}",
        httpdate::fmt_http_date(if offset < 0 { now - shift } else { now + shift })
    )
}

/// Keeps tokio's paused clock from running ahead while a socket is awaited; `tokio::time::advance` still moves it.
pub(crate) struct HeldClock(mpsc::Sender<()>);

pub(crate) fn hold_clock() -> HeldClock {
    let (sender, receiver) = mpsc::channel();
    tokio::task::spawn_blocking(move || receiver.recv());
    HeldClock(sender)
}

async fn serve(
    mut stream: TcpStream,
    seen: &watch::Sender<Vec<Received>>,
    answer: &(dyn Fn(usize, &Received) -> Answer + Send + Sync),
) {
    let mut buffer = Vec::new();
    while let Some(received) = receive(&mut stream, &mut buffer).await {
        let mut number = 0;
        seen.send_modify(|all| {
            all.push(received.clone());
            number = all.len();
        });
        let mut next = answer(number, &received);
        if let Answer::SendWhen(mut gate, then) = next {
            gate.wait_for(|open| *open).await.unwrap();
            next = *then;
        }
        match next {
            Answer::Send(head, body) => {
                let head = format!("{head}\r\ncontent-length: {}\r\n\r\n", body.len());
                if stream
                    .write_all(&[head.as_bytes(), &body].concat())
                    .await
                    .is_err()
                {
                    return;
                }
            }
            Answer::Break(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Answer::Hang | Answer::SendWhen(..) => std::future::pending().await,
        }
    }
}

async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let mut received = Received {
                head,
                body: String::new(),
            };
            let length: usize = received
                .header("content-length")
                .map_or(0, |value| value.parse().unwrap());
            if buffer.len() >= end + 4 + length {
                let body = buffer[end + 4..end + 4 + length].to_vec();
                received.body = String::from_utf8(body).unwrap();
                buffer.drain(..end + 4 + length);
                return Some(received);
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
