//! What the issuer's service tells `tracing`. Every test here listens: tracing remembers of a place whether anyone does.
//!
//! Random and mutated requests: no panic, no other status than the documented ones, and nothing of the request or the person
//! in an error or in what is logged. `D1_ISSUER_REQUESTS` says how many.
#![cfg(all(feature = "issuer", any(feature = "aws-lc-rs", feature = "ring")))]
#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io::Write,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use d1_client::{
    IssuerId,
    issuer::{
        ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError, IssuedTokens,
        Lookup,
    },
};
use fastrand::Rng;
use http::{HeaderValue, Request};
use http_body::{Body, Frame};
use serde_json::Value;
use tower_service::Service;

const SEED: u64 = 14;
const CREDENTIALS: &str = "Basic ZDE6cDRzc3cwcmQ="; // d1:p4ssw0rd
const FORM: &str = "grant_type=client_credentials";
const PATH: &str = "/banking/d1/v1/issuers/is_example/consumers/consumer-ada?cardId=card-1";
const TOKEN_PATH: &str = "/authz/d1/v1/oauth2/token";

struct Crm;

impl ConsumerDirectory for Crm {
    async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
        match lookup.consumer_id.as_str() {
            "consumer-ada" => {
                let ada = ConsumerInformation::builder()
                    .first_name("Zaphod")
                    .last_name("Beeblebrox");
                Ok(Some(ada.build()?))
            }
            "c-fail" => Err(std::io::Error::other("Zaphod Beeblebrox"))?,
            "c-busy" => Err(DirectoryError::unavailable()),
            _ => Ok(None),
        }
    }
}

/// A body in pieces.
struct Pieces(Vec<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(piece))))
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A request, in parts that can be mutated.
#[derive(Clone)]
struct Draft {
    method: Vec<u8>,
    path: Vec<u8>,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Draft {
    fn sound(rng: &mut Rng, token: &str) -> Self {
        let consumer = ["consumer-ada", "c-fail", "c-busy", "c-nobody"][rng.usize(..4)];
        match rng.u8(..3) {
            0 => Self {
                method: b"POST".to_vec(),
                path: TOKEN_PATH.into(),
                headers: vec![
                    ("authorization", CREDENTIALS.into()),
                    ("content-type", "application/x-www-form-urlencoded".into()),
                ],
                body: FORM.into(),
            },
            _ => Self {
                method: b"GET".to_vec(),
                path: PATH.replace("consumer-ada", consumer).into(),
                headers: vec![
                    ("authorization", format!("Bearer {token}").into()),
                    ("x-correlation-id", b"d1-1".to_vec()),
                ],
                body: Vec::new(),
            },
        }
    }

    fn mutate(&mut self, rng: &mut Rng) {
        let header = rng.usize(..self.headers.len());
        let part = match rng.u8(..10) {
            0 => &mut self.method,
            1..=4 => &mut self.path,
            5..=7 => &mut self.headers[header].1,
            8 => &mut self.body,
            _ => {
                let other = ["authorization", "x-correlation-id", "content-type", "x-new"][rng.usize(..4)];
                self.headers.push((other, vec![rng.u8(..); rng.usize(..80)]));
                return;
            }
        };
        match rng.u8(..6) {
            0 => part.clear(),
            1 => part.truncate(rng.usize(..=part.len())),
            2 => part.extend(std::iter::repeat_n(rng.u8(..), rng.usize(..100))),
            3 => part.extend_from_within(..),
            _ if part.is_empty() => part.push(rng.u8(..)),
            4 => {
                let place = rng.usize(..part.len());
                part[place] = rng.u8(..);
            }
            _ => {
                let place = rng.usize(..part.len());
                let pieces: [&[u8]; 7] = [b"%2F", b"%ff", b"/", b"?cardId=", b"&", b"..", "é".as_bytes()];
                part.splice(place..place, pieces[rng.usize(..pieces.len())].iter().copied());
            }
        }
    }

    /// What HTTP itself refuses is nobody's request.
    fn request(self, rng: &mut Rng) -> Option<Request<Pieces>> {
        let mut request = Request::builder().method(&*self.method).uri(&*self.path);
        for (name, value) in self.headers {
            request = request.header(name, HeaderValue::from_bytes(&value).ok()?);
        }
        let cut = rng.usize(..=self.body.len());
        let pieces = [&self.body[cut..], &self.body[..cut]].map(Bytes::copy_from_slice);
        request.body(Pieces(pieces.to_vec())).ok()
    }
}

fn service() -> ConsumerInformationService<Crm, d1_client::issuer::AuthorizationChosen> {
    ConsumerInformationService::new(IssuerId::new("is_example").unwrap(), Crm)
        .tokens(IssuedTokens::new("d1", "p4ssw0rd", [7; 32]))
}

async fn answer(request: Request<Pieces>) -> (u16, Value) {
    let answer = service().call(request).await.unwrap();
    let status = answer.status().as_u16();
    let mut body = pin!(answer.into_body());
    let mut whole = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        whole.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    (status, serde_json::from_slice(&whole).unwrap())
}

#[test]
fn whatever_is_asked_is_answered_as_documented_and_tells_nothing() {
    let requests = std::env::var("D1_ISSUER_REQUESTS").map_or(20_000, |requests| requests.parse().unwrap());
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut rng = Rng::with_seed(SEED);
    let mut statuses = BTreeMap::new();
    tracing::subscriber::with_default(subscriber, || {
        let first = Draft {
            method: b"POST".to_vec(),
            path: TOKEN_PATH.into(),
            headers: vec![
                ("authorization", CREDENTIALS.into()),
                ("content-type", "application/x-www-form-urlencoded".into()),
            ],
            body: FORM.into(),
        };
        let (_, token) = runtime.block_on(answer(first.request(&mut rng).unwrap()));
        let token = token["access_token"].as_str().unwrap().to_owned();
        for _ in 0..requests {
            let mut draft = Draft::sound(&mut rng, &token);
            for _ in 0..rng.usize(..4) {
                draft.mutate(&mut rng);
            }
            let Some(request) = draft.request(&mut rng) else {
                continue;
            };
            let (status, body) = runtime.block_on(answer(request));
            *statuses.entry(status).or_insert(0_u32) += 1;
            assert!(
                [200, 400, 401, 404, 405, 413, 500, 503].contains(&status),
                "{status}"
            );
            if status != 200 {
                let keys: Vec<_> = body.as_object().unwrap().keys().collect();
                assert_eq!(keys, ["error"]);
                let text = body["error"].as_str().unwrap();
                assert!(text.len() < 40 && !text.contains("c-"), "{text}");
            }
            let mut logged = log.0.lock().unwrap();
            let line = String::from_utf8_lossy(&logged);
            assert!(line.contains("d1.issuer"), "there is a span to look at");
            for secret in [
                "Zaphod",
                "Beeblebrox",
                "p4ssw0rd",
                "ZDE6",
                "consumer-ada",
                "card-1",
                &token,
            ] {
                assert!(!line.contains(secret), "{line}");
            }
            logged.clear();
        }
    });
    // All of it happened.
    for status in [200, 400, 401, 404, 405, 500, 503] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
}

#[tokio::test]
async fn a_request_is_a_span_with_a_template_and_nobody_in_it() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let service =
        ConsumerInformationService::new(IssuerId::new("is_example").unwrap(), Crm).behind_a_gateway();
    let request = |id: &str| {
        let request = Request::get(format!("/banking/d1/v1/issuers/is_example/consumers/{id}"));
        request
            .header("x-correlation-id", "d1-7")
            .body(Pieces(Vec::new()))
            .unwrap()
    };
    for id in ["consumer-ada", "c-busy"] {
        service.clone().call(request(id)).await.unwrap();
    }
    drop(service.clone().call(request("c-hang")));

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = logged.lines().collect();
    assert_eq!(lines.len(), 3, "{logged}");
    let template = "url.template=\"/issuers/{issuerId}/consumers/{consumerId}\"";
    for (line, told) in [
        (
            lines[0],
            &[
                "http.response.status_code=200",
                "d1.correlation_id=\"d1-7\"",
                template,
            ][..],
        ),
        (
            lines[1],
            &[
                "http.response.status_code=503",
                "error.type=\"directory_unavailable\"",
                "otel.status_code=\"ERROR\"",
            ],
        ),
        (lines[2], &["d1.outcome=\"cancelled\""]),
    ] {
        for told in told {
            assert!(line.contains(told), "{told}: {line}");
        }
    }
    assert!(!logged.contains("consumer-ada") && !logged.contains("Zaphod"));
}
