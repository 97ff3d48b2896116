//! Nothing personal and nothing secret reaches a log, an error or a `Debug`, whatever goes wrong. A test binary of its
//! own, since it takes the log of the process.

#![allow(clippy::unwrap_used)]

use std::{
    error::Error as StdError,
    fmt,
    io::{self, Write as _},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use d1_client::{
    Client, ClientBuilder, ConsumerId, Operation, RetryPolicy,
    auth::{JwtBearer, SigningKey},
};
use d1_tests::{
    certificates::{SelfSigned, signing_key_pem},
    clock::{self, HeldClock},
    multiplexed::{Multiplexed, StreamReply},
    operations::{CONSUMER, PERSONAL, REASON, call, person},
    wire::{Reply, STATIC_TOKEN, Wire, client_of, closed_port, listen},
};
use tracing_subscriber::fmt::format::FmtSpan;

const SECOND: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(250);

/// A token that the token endpoint issues.
const TOKEN: &str = "t0ken-gQ7wLx";
/// What D1 says of a card.
const CARD: [&str; 3] = ["card-8sVnE2", "BE71096123456769", "product-Jk3"];

/// Everything printed or logged.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn debug(&self, value: &dyn fmt::Debug) {
        writeln!(self.clone(), "{value:?}\n{value:#?}").unwrap();
    }

    fn error(&self, error: &(dyn StdError + 'static)) {
        for error in std::iter::successors(Some(error), |&error| error.source()) {
            writeln!(self.clone(), "{error}\n{error:#}").unwrap();
            self.debug(&error);
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Where it holds one of these, with the line it is on.
    fn finds(&self, secrets: &[String]) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().flat_map(|line| {
            let found = secrets
                .iter()
                .filter(move |secret| line.contains(secret.as_str()));
            found.map(move |secret| format!("{secret:?} in: {line}"))
        });
        lines.collect()
    }
}

/// The log and the errors of the test, and everything that must not be in them.
struct Audit {
    log: Paper,
    printed: Paper,
    secrets: Mutex<Vec<String>>,
    clock: OnceLock<HeldClock>,
}

impl Audit {
    fn start() -> Self {
        let log = Paper::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        let secrets = PERSONAL.iter().chain(&CARD).chain(&[TOKEN, STATIC_TOKEN, REASON]);
        Self {
            log,
            printed: Paper::default(),
            secrets: Mutex::new(secrets.map(ToString::to_string).collect()),
            clock: OnceLock::new(),
        }
    }

    fn keep_secret(&self, text: impl Into<String>) {
        self.secrets.lock().unwrap().push(text.into());
    }

    /// Makes each of the four calls, and prints what can be printed of them.
    async fn call_all(&self, client: ClientBuilder) {
        self.printed.debug(&client);
        let client = client.build().unwrap();
        self.printed.debug(&client);
        for &operation in Operation::ALL {
            self.call(&client, operation).await;
        }
    }

    async fn call(&self, client: &Client, operation: Operation) {
        let clock = self.clock.get_or_init(clock::hold);
        match clock.run(STEP, call(client, operation)).await {
            Ok(done) => self.printed.debug(&done),
            Err(error) => {
                assert!(!error.correlation_id().as_str().is_empty());
                self.printed.error(&error);
            }
        }
    }
}

/// A body that repeats everything that was sent.
fn echo() -> String {
    let everything = PERSONAL.join(" ");
    format!(r#"{{"errorCode":"FIELD_INVALID_FORMAT","error":"{everything} {STATIC_TOKEN} {REASON}"}}"#)
}

fn echoing(status: u16) -> Reply {
    let headers = format!(
        "location: /issuers/is_example/consumers/{CONSUMER}\r\nx-echo: {STATIC_TOKEN} {}\r\nretry-after: 1\r\n",
        PERSONAL[3]
    );
    Reply::with_headers(status, &headers, echo())
}

/// Answers, and what can become of them on the way.
fn replies() -> Vec<Reply> {
    let html = format!("<html><body>{}</body></html>", PERSONAL.join("<br>"));
    let cards = format!(
        r#"{{"cards":[{{"cardId":"{}","cardProductId":"{}","panSuffix":"4971","accountList":[{{"number":"{}"}}]}}]}}"#,
        CARD[0], CARD[2], CARD[1]
    );
    let statuses = [
        301, 307, 400, 401, 403, 404, 418, 429, 451, 500, 502, 503, 504, 599,
    ];
    let mut replies: Vec<_> = statuses.map(echoing).into();
    replies.extend([
        Reply::json(200, &cards),
        Reply::json(200, &cards[..cards.len() - 3]),
        Reply::json(
            200,
            &format!(r#"{{"cards":"{CONSUMER}","operationId":["{TOKEN}"]}}"#),
        ),
        Reply::new(200, &html),
        Reply::new(403, &html),
        Reply::error(403, &format!("{}\n{}", PERSONAL[3], PERSONAL[6])),
        Reply::json(
            400,
            r#"{"errorCode":"FIELD_INVALID_FORMAT","error":"Quillfeather"}"#,
        ),
        Reply::new(403, [html.as_bytes(), b"\xff\xfe"].concat()),
        Reply::new(403, html.repeat(1_000)),
        Reply::new(200, html.repeat(20_000)),
        Reply::default()
            .send(format!("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{cards}"))
            .close(),
        Reply::default()
            .send(format!("HTTP/1.1 200 OK\r\nx-{CONSUMER}"))
            .close(),
        Reply::default().send(format!("{html}\r\n\r\n")).close(),
        Reply::default().reset(),
        Reply::default().hang(),
    ]);
    replies
}

async fn faults_of_the_answer(audit: &Audit) {
    for reply in replies() {
        let d1 = Wire::start(move |_| reply.clone()).await;
        audit
            .call_all(d1.client().attempt_timeout(2 * SECOND).timeout(5 * SECOND))
            .await;
    }
}

async fn faults_of_the_connection(audit: &Audit) {
    let certificate = SelfSigned::for_loopback();
    let untrusted = Wire::start_tls(certificate.server(b"http/1.1"), |call| {
        Reply::success(call.operation())
    })
    .await;
    audit.call_all(untrusted.client()).await;
    let config = certificate.server_for_clients_with_a_certificate(&rustls::version::TLS13);
    let mutual = Wire::start_tls(config, |call| Reply::success(call.operation())).await;
    audit
        .call_all(mutual.client().add_root_pem(certificate.pem()))
        .await;
    let closed = client_of(&format!("http://{}", closed_port().await));
    audit.call_all(closed).await;
    let closing = listen(|stream| async move { drop(stream) }).await;
    audit.call_all(client_of(&format!("https://{closing}"))).await;
    audit
        .call_all(client_of("https://d1.invalid").retry(RetryPolicy::none()))
        .await;
    let h2 = Multiplexed::start(&certificate, |number, _| match number % 4 {
        0 => StreamReply::Half,
        1 => StreamReply::Answer(500, Bytes::from(echo())),
        2 => StreamReply::reset(),
        _ => StreamReply::Answer(200, Bytes::from_static(b"{}")),
    });
    let h2 = h2.await;
    for _ in 0..3 {
        audit
            .call_all(client_of(&h2.origin()).add_root_pem(certificate.pem()))
            .await;
    }
}

async fn faults_of_the_token(audit: &Audit) {
    let pem = signing_key_pem();
    for line in pem.lines().filter(|line| !line.starts_with('-')) {
        audit.keep_secret(line);
    }
    let issued = format!(r#"{{"access_token":"{TOKEN}","expires_in":900}}"#);
    let replies = [
        Reply::json(200, &issued),
        Reply::json(200, &issued[..issued.len() - 12]),
        echoing(307),
        echoing(400),
        echoing(503),
        Reply::json(400, &format!(r#"{{"error":"{} is unknown"}}"#, PERSONAL[1])),
        Reply::new(200, echo()),
        Reply::default().reset(),
        Reply::default().hang(),
    ];
    for reply in replies {
        let d1 = Wire::with_tokens(
            move |_| reply.clone(),
            |call| match call.number {
                1 => echoing(401),
                _ => Reply::success(call.operation()),
            },
        );
        let d1 = d1.await;
        let source = JwtBearer::new(SigningKey::from_pem("kid-1", &pem).unwrap());
        audit
            .call_all(d1.client().token_source(source).attempt_timeout(2 * SECOND))
            .await;
        for request in d1.token_requests() {
            let body = String::from_utf8(request.body).unwrap();
            let (_, assertion) = body.split_once("&assertion=").unwrap();
            // The header is not secret. The claims contain only the issuer, and still must not be logged.
            assertion.split('.').for_each(|part| audit.keep_secret(part));
        }
    }
}

async fn refused_values(audit: &Audit) {
    let client = client_of(&format!("http://{}", closed_port().await))
        .build()
        .unwrap();
    let consumer = client.consumer(ConsumerId::new(CONSUMER).unwrap());
    audit.printed.debug(&consumer);
    audit
        .printed
        .error(&ConsumerId::new(format!("{CONSUMER}@example.org")).unwrap_err());
    audit
        .printed
        .error(&ConsumerId::new("4111111111111111").unwrap_err());
    audit.keep_secret("4111111111111111");
    let bad = [
        person().first_name("Theodora<"),
        person().email("theodora.quillfeather@"),
        person().date_of_birth("1961-03-29T00"),
        person().residency_address(d1_client::types::PostalAddress::builder().line1("17 Marmalade Mews<>")),
    ];
    for person in bad {
        let call = consumer.register().personal_information(person);
        audit.printed.debug(&call);
        audit.printed.error(&call.send().await.unwrap_err());
    }
    let call = consumer.delete().reason("Theodora Quillfeather\n");
    audit.printed.debug(&call);
    audit.printed.error(&call.send().await.unwrap_err());
    let call = consumer
        .cards()
        .correlation_id("theodora.quillfeather@example.org");
    audit.printed.error(&call.send().await.unwrap_err());
    let call = consumer.cards().user_id("Theodora Quillfeather");
    audit.printed.error(&call.send().await.unwrap_err());
    audit.printed.debug(&person());
}

async fn values_that_were_read(audit: &Audit) {
    let cards = replies().remove(14);
    let d1 = Wire::start(move |_| cards.clone()).await;
    let consumer = d1
        .client()
        .build()
        .unwrap()
        .consumer(ConsumerId::new(CONSUMER).unwrap());
    let cards = consumer.cards().send();
    let cards = audit
        .clock
        .get_or_init(clock::hold)
        .run(STEP, cards)
        .await
        .unwrap();
    assert_eq!(cards[0].card_id.as_str(), CARD[0]);
    audit.printed.debug(&cards);
    audit.printed.debug(&cards.into_inner());
}

#[tokio::test(start_paused = true)]
async fn nothing_personal_and_nothing_secret_is_logged_or_printed() {
    let audit = Audit::start();
    faults_of_the_answer(&audit).await;
    faults_of_the_connection(&audit).await;
    faults_of_the_token(&audit).await;
    refused_values(&audit).await;
    values_that_were_read(&audit).await;

    // It was really listened to: to ours, and to the libraries below.
    let log = audit.log.text();
    for target in [
        "d1.call",
        "d1.retry",
        "d1.token",
        "hyper_util::",
        "h2::",
        "rustls::",
    ] {
        assert!(log.contains(target), "nothing of {target} in the log");
    }
    assert!(audit.printed.text().contains("outcome unknown"));
    let secrets = audit.secrets.lock().unwrap();
    let found = [audit.log.finds(&secrets), audit.printed.finds(&secrets)].concat();
    assert!(
        found.is_empty(),
        "{} leaks, the first: {:#?}",
        found.len(),
        &found[..found.len().min(10)]
    );
}
