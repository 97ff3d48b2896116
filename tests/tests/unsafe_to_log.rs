//! What a server says is printed by value only: documented codes, registered OAuth codes, fields that exist. Anything else
//! may repeat what the server was sent, whatever it looks like.

#![allow(clippy::unwrap_used)]

use std::{
    error::Error as StdError,
    fmt,
    io::{self, Write as _},
    sync::{Arc, LazyLock, Mutex},
};

use d1_client::{
    ConsumerId, Error, ErrorCode, Operation, RetryPolicy, auth::TokenError, bulk::BulkOptions,
    types::ConsumerInformation,
};
use d1_tests::{
    calls,
    operations::{CONSUMER, call},
    wire::{Reply, Wire},
};
use futures::{StreamExt, stream};
use serde_json::json;
use tracing_subscriber::fmt::format::FmtSpan;

/// What a server may have been sent, in the shape of a code, of a number, of a path, of a text.
const ECHOES: [&str; 9] = [
    "Zzyxadafirst-612345987",
    "4111111111111111",
    "ZZYX_ADA_612345987",
    "zzyx.ada.lovelace",
    "unknown_consumer",
    "UNKNOWN_CONSUMER-4111111111111111",
    "invalid_grant.4111111111111111",
    "Zzyx Ada, 12 Mews",
    "zzyx@example.org",
];

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
    /// Takes the log of this thread from now on.
    fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        // While there is one dispatcher alone, tracing takes the thread that meets a span or event first for all of them: if
        // that thread is another test's, which takes no log, nobody gets it. So there are always two.
        static ANOTHER: LazyLock<tracing::Dispatch> =
            LazyLock::new(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        LazyLock::force(&ANOTHER);
        let paper = Self::default();
        let writer = paper.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (paper, tracing::subscriber::set_default(subscriber))
    }

    fn print(&self, value: &dyn fmt::Debug) {
        writeln!(self.clone(), "{value:?}\n{value:#?}").unwrap();
    }

    fn error(&self, error: &(dyn StdError + 'static)) {
        for error in std::iter::successors(Some(error), |&error| error.source()) {
            writeln!(self.clone(), "{error}\n{error:#}\n{error:?}\n{error:#?}").unwrap();
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    #[track_caller]
    fn assert_without(&self, secret: &str) {
        let text = self.text();
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is printed");
    }
}

#[tokio::test]
async fn an_error_code_that_is_not_documented_is_never_printed() {
    for echo in ECHOES {
        let (paper, _guard) = Paper::listen();
        for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
            let body = json!({ "errorCode": echo, "error": echo }).to_string();
            let headers = format!("retry-after: {echo}\r\nlocation: /{echo}\r\nx-error: {echo}\r\n");
            let d1 = Wire::start(move |_| Reply::with_headers(status, &headers, &body)).await;
            let client = d1.client().retry(RetryPolicy::none()).build().unwrap();
            for &operation in Operation::ALL {
                let error = call(&client, operation).await.unwrap_err();
                paper.error(&error);
                let code = error.code().unwrap();
                writeln!(paper.clone(), "{code} {code:?} {code:#?}").unwrap();
                assert_eq!(code.as_str(), echo);
                assert_eq!(error.detail(), Some(echo));
                assert_eq!(error.field(), None);
                assert!(error.to_string().contains(", unrecognised code ("), "{error}");
            }
            let input = stream::iter([(ConsumerId::new(CONSUMER).unwrap(), ConsumerInformation::builder())]);
            let mut results = client.register_many(
                input,
                BulkOptions::new().item_timeout(std::time::Duration::from_millis(1)),
            );
            while let Some((_, result)) = results.next().await {
                paper.error(&result.unwrap_err());
            }
            let summary = results.summary();
            paper.print(&summary);
            summary.refusals().for_each(|refusal| paper.print(&refusal));
        }
        assert!(paper.text().contains("d1.error_code=unrecognised code"));
        paper.assert_without(echo);
    }
}

#[tokio::test]
async fn a_documented_code_is_printed_whoever_sends_it() {
    for code in ErrorCode::KNOWN {
        let (paper, _guard) = Paper::listen();
        let d1 = Wire::start(move |_| Reply::error(403, code)).await;
        let client = d1.client().build().unwrap();
        let error = call(&client, Operation::ListCards).await.unwrap_err();
        for printed in [error.to_string(), format!("{error:?}")] {
            assert!(printed.contains(&format!(", code {code} (")), "{printed}");
        }
        assert!(paper.text().contains(&format!("d1.error_code={code}")));
    }
}

/// The codes that are printed are those of the vendor's tables.
#[test]
fn every_documented_code_is_in_an_operations_table() {
    let rows = Operation::ALL.iter().flat_map(|operation| operation.errors());
    let mut tables: Vec<_> = rows.filter_map(|row| row.code).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut known = ErrorCode::KNOWN.to_vec();
    known.sort_unstable();
    assert_eq!(known, tables);
}

async fn refused_token(error: impl Fn(&str) -> String + Send + Sync + 'static) -> (Error, Wire) {
    let d1 = Wire::with_tokens(
        move |request| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let (_, assertion) = body.split_once("&assertion=").unwrap();
            let error = error(assertion);
            let body = json!({ "error": error, "error_description": assertion }).to_string();
            Reply::with_headers(400, &format!("retry-after: {error}\r\n"), body)
        },
        |request| Reply::success(request.operation()),
    )
    .await;
    let client = d1
        .client()
        .token_source(calls::jwt_bearer())
        .retry(RetryPolicy::none());
    let error = call(&client.build().unwrap(), Operation::DeleteConsumer)
        .await
        .unwrap_err();
    (error, d1)
}

fn token_error(error: &Error) -> &TokenError {
    error.source().unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn an_oauth_error_that_is_not_registered_is_never_printed() {
    for echo in ECHOES {
        let (paper, _guard) = Paper::listen();
        let (error, _d1) = refused_token(move |_| echo.to_owned()).await;
        paper.error(&error);
        assert!(
            error.to_string().contains("400 unrecognised code") || !is_code(echo),
            "{error}"
        );
        assert!(paper.text().contains("got no access token"));
        paper.assert_without(echo);
    }
}

fn is_code(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[tokio::test]
async fn a_piece_of_the_assertion_is_never_printed() {
    for from_the_end in [60, 64, 200] {
        let (paper, _guard) = Paper::listen();
        let piece = move |assertion: &str| {
            let piece = &assertion[assertion.len() - from_the_end..];
            piece[..piece.len().min(60)].to_owned()
        };
        let (error, d1) = refused_token(piece).await;
        paper.error(&error);
        let sent = String::from_utf8(d1.token_requests().remove(0).body).unwrap();
        let code = token_error(&error).code().unwrap();
        assert!(sent.contains(code), "the accessor has it");
        for part in sent.as_bytes().windows(20).skip(100) {
            paper.assert_without(std::str::from_utf8(part).unwrap());
        }
    }
}

#[tokio::test]
async fn a_registered_oauth_error_is_printed() {
    for code in [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "invalid_scope",
    ] {
        let (error, _d1) = refused_token(move |_| code.to_owned()).await;
        assert!(
            error
                .to_string()
                .contains(&format!("the token endpoint refused: 400 {code}")),
            "{error}"
        );
        assert_eq!(token_error(&error).code(), Some(code));
    }
}

#[tokio::test]
async fn a_field_is_one_that_the_operation_has_or_none() {
    for (operation, text, field) in [
        (Operation::RegisterConsumer, "4111111111111111", None),
        (Operation::RegisterConsumer, "Zzyxadafirst-612345987", None),
        (Operation::RegisterConsumer, "reason", None),
        (
            Operation::RegisterConsumer,
            "email",
            Some("personalInformation.email"),
        ),
        (
            Operation::UpdateConsumer,
            "/personalInformation/lastName",
            Some("personalInformation.lastName"),
        ),
        (Operation::DeleteConsumer, "reason", Some("reason")),
        (Operation::ListCards, "email", None),
    ] {
        let body = json!({ "errorCode": "FIELD_INVALID_FORMAT", "error": text }).to_string();
        let d1 = Wire::start(move |_| Reply::json(400, &body)).await;
        let error = call(&d1.client().build().unwrap(), operation).await.unwrap_err();
        assert_eq!(error.field(), field, "{operation:?} {text}");
        assert_eq!(error.detail(), Some(text));
    }
}

#[tokio::test]
async fn a_cards_value_that_is_not_documented_is_never_printed() {
    for echo in ECHOES {
        let card = json!({
            "cardId": "card-1", "state": echo, "stateReason": echo, "scheme": echo, "auxiliaryScheme": echo,
            "ongoingOperation": echo, "accountList": [{ "type": echo }],
        });
        let body = json!({ "cards": [card] }).to_string();
        let d1 = Wire::start(move |_| Reply::json(200, &body)).await;
        let consumer = d1
            .client()
            .build()
            .unwrap()
            .consumer(ConsumerId::new(CONSUMER).unwrap());
        let cards = consumer.cards().send().await.unwrap();
        let card = &cards[0];
        assert_eq!(card.state.as_ref().unwrap().as_str(), echo);
        let said = format!(
            "{cards:?} {cards:#?} {card:?} {} {:?} {}",
            card.state.as_ref().unwrap(),
            card.state,
            card.scheme.as_ref().unwrap(),
        );
        assert!(said.contains("unrecognised state"), "{said}");
        assert!(!said.contains(echo), "{said}");
    }
}
