//! Nothing that can be printed or logged holds a token, an assertion or a key. A test binary of its own, since it
//! takes the process's log.

#![allow(clippy::unwrap_used)]

mod token_endpoint;

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use d1_client::auth::{
    AccessToken, JwtBearer, SigningKey, StaticToken, TokenCache, TokenRequest, TokenSource, from_fn,
};
use p256::SecretKey;
use p256::pkcs8::DecodePrivateKey as _;

use token_endpoint::{Answer, TokenEndpoint, date, status, token};

const TOKEN: &str = "s3cret-t0ken-that-nobody-may-see";

/// Everything printed or logged.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Paper {
    fn debug(&mut self, value: &dyn std::fmt::Debug) {
        writeln!(self, "{value:?} {value:#?}").unwrap();
    }

    fn error(&mut self, error: &dyn Error) {
        writeln!(self, "{error} {error:?}").unwrap();
        if let Some(source) = error.source() {
            self.error(source);
        }
    }

    fn holds(&self, secret: &[u8]) -> bool {
        self.0
            .lock()
            .unwrap()
            .windows(secret.len())
            .any(|window| window == secret)
    }
}

#[tokio::test]
async fn no_token_assertion_or_key_is_printed_or_logged() {
    let mut paper = Paper::default();
    let log = paper.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || log.clone())
        .init();

    let pair = rcgen::KeyPair::generate().unwrap();
    let key = SigningKey::from_pem("kid-1", pair.serialize_pem()).unwrap();
    paper.debug(&key);
    let source = Arc::new(JwtBearer::new(key).audience("aud"));
    paper.debug(&source);

    let mut assertions = Vec::new();
    let quoting =
        format!(r#"{{"error":"{TOKEN} is bad","error_description":"{TOKEN}","access_token":"{TOKEN}"}}"#);
    let answers: [fn(String) -> Answer; 9] = [
        |_| token(TOKEN, 900),
        |_| token(TOKEN, 0),
        |_| token(&format!("{TOKEN}\\n"), 900),
        |_| {
            status(
                200,
                "",
                format!(r#"{{"access_token":"{TOKEN}","token_type":"mac"}}"#),
            )
        },
        |_| status(200, "", format!(r#"{{"access_token":"{TOKEN}""#)),
        |body| status(400, &date(3_600), body),
        |body| status(503, "retry-after: 1", body),
        |_| Answer::Break(format!("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{TOKEN}").into_bytes()),
        |_| Answer::Break(Vec::new()),
    ];
    for answer in answers {
        let quoting = quoting.clone();
        let endpoint = TokenEndpoint::start(move |_, received| {
            // the worst a server can do: give back what it was sent
            answer(format!("{quoting}{}", received.body))
        })
        .await;
        let request = endpoint.request().with_correlation_id("call-1".parse().unwrap());
        let cache = TokenCache::new(source.clone(), request.clone());
        for _ in 0..3 {
            match cache.token(Some(&"call-2".parse().unwrap())).await {
                Ok(token) => {
                    paper.debug(&token);
                    paper.debug(token.header_value());
                    paper.debug(&cache);
                    cache.invalidate(&token);
                }
                Err(error) => paper.error(&error),
            }
            paper.debug(&cache);
        }
        paper.debug(&request);
        assertions.extend(
            endpoint
                .received()
                .iter()
                .map(|received| received.assertion().to_owned()),
        );
    }
    sources_of_ones_own(&mut paper).await;

    assert!(
        paper.holds(b"got an access token") && paper.holds(b"got no access token"),
        "the log is captured"
    );
    assert!(assertions.len() > 9);
    assert!(!paper.holds(TOKEN.as_bytes()));
    for assertion in &assertions {
        for part in assertion.split('.').skip(1) {
            assert!(!paper.holds(part.as_bytes()));
        }
    }
    let scalar = SecretKey::from_pkcs8_pem(&pair.serialize_pem())
        .unwrap()
        .to_bytes();
    let hex = scalar
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let decimal = scalar
        .iter()
        .take(6)
        .map(|byte| format!("{byte}, "))
        .collect::<String>();
    let secrets = [&scalar[..], hex.as_bytes(), decimal.as_bytes()];
    assert!(secrets.iter().all(|secret| !paper.holds(secret)));
    assert!(!paper.holds(&STANDARD.encode(scalar).into_bytes()[..20]));
    assert!(!paper.holds(&URL_SAFE_NO_PAD.encode(scalar).into_bytes()[..20]));
    assert!(
        pair.serialize_pem()
            .lines()
            .filter(|line| line.len() > 8)
            .all(|line| { line.starts_with("-----") || !paper.holds(line.as_bytes()) })
    );
}

async fn sources_of_ones_own(paper: &mut Paper) {
    let request = TokenRequest::new(
        reqwest::Client::new(),
        &"http://127.0.0.1:9".parse().unwrap(),
        "is_example",
    )
    .unwrap();
    let closure = from_fn(|| async { Ok(AccessToken::new(TOKEN)?.expires_in(Duration::from_secs(1))) });
    paper.debug(&closure);
    paper.debug(&closure.fetch(&request).await);
    for text in [TOKEN.to_owned(), format!("{TOKEN}\n"), format!("{TOKEN} {TOKEN}")] {
        let source = StaticToken::new(text);
        paper.debug(&source);
        match source.fetch(&request).await {
            Ok(token) => paper.debug(&token),
            Err(error) => paper.error(&error),
        }
    }
}
