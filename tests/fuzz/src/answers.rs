//! What D1 or a gateway answers, read by the whole client from a socket.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use d1_client::{Client, Operation, Outcome, RetryPolicy, types::CardList};
use d1_tests::{
    calls::jwt_bearer,
    operations::call,
    wire::{Reply, Wire},
};
use tokio::runtime::Runtime;

use crate::tells_nothing;

/// A D1 that answers every request as it was told last.
struct Loopback {
    runtime: Runtime,
    client: Client,
    /// A client that fetches its tokens.
    signing: Client,
    told: Arc<Mutex<Told>>,
}

#[derive(Clone)]
struct Told {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

impl Told {
    fn reply(&self) -> Reply {
        Reply::with_headers(self.status, &self.headers, &self.body)
    }
}

static LOOPBACK: LazyLock<Mutex<Loopback>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let told = Arc::new(Mutex::new(Told {
        status: 204,
        headers: String::new(),
        body: Vec::new(),
    }));
    let script = |told: &Arc<Mutex<Told>>| {
        let told = Arc::clone(told);
        move |_: &d1_tests::wire::Request| told.lock().unwrap_or_else(PoisonError::into_inner).reply()
    };
    let wire = runtime.block_on(Wire::with_tokens(script(&told), script(&told)));
    let client = wire
        .client()
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let signing = wire
        .client()
        .token_source(jwt_bearer())
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    Mutex::new(Loopback {
        runtime,
        client,
        signing,
        told,
    })
});

/// What a call makes of this answer: never a panic, never a text of it.
fn answered(operation: Operation, signing: bool, told: Told) -> Result<(), d1_client::Error> {
    let loopback = LOOPBACK.lock().unwrap_or_else(PoisonError::into_inner);
    *loopback.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
    let client = if signing {
        &loopback.signing
    } else {
        &loopback.client
    };
    let result = loopback.runtime.block_on(call(client, operation)).map(drop);
    if let Err(error) = &result {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(error) = source {
            tells_nothing(&format!("{error} {error:?}"));
            source = error.source();
        }
        tells_nothing(&format!("{:?}", error.to_problem()));
    }
    result
}

/// The first byte says which status and operation, the rest is the body of an answer that is no success.
///
/// # Panics
/// When a promise is broken.
pub fn error_bodies(bytes: &[u8]) {
    let (&first, body) = bytes.split_first().unwrap_or((&0, &[]));
    let statuses = [400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504];
    let operations = Operation::ALL;
    let status = statuses[usize::from(first) % statuses.len()];
    let operation = operations[usize::from(first) / statuses.len() % operations.len()];
    let error = answered(
        operation,
        false,
        Told {
            status,
            headers: "content-type: application/json\r\n".to_owned(),
            body: body.to_vec(),
        },
    )
    .expect_err("it is no success");
    assert_eq!(error.status(), Some(status));
    assert_ne!(error.outcome(), Outcome::NotSent, "it was sent");
}

/// The body of a card list: read, or unreadable, and by the types alone as by the client.
///
/// # Panics
/// When a promise is broken.
pub fn card_lists(bytes: &[u8]) {
    if let Ok(list) = serde_json::from_slice::<CardList>(bytes) {
        tells_nothing(&format!("{list:?}"));
    }
    drop(answered(
        Operation::ListCards,
        false,
        Told {
            status: 200,
            headers: "content-type: application/json\r\n".to_owned(),
            body: bytes.to_vec(),
        },
    ));
}

/// The body of the token endpoint's answer, after a byte for its status.
///
/// # Panics
/// When a promise is broken.
pub fn token_answers(bytes: &[u8]) {
    let (&first, body) = bytes.split_first().unwrap_or((&0, &[]));
    drop(answered(
        Operation::ListCards,
        true,
        Told {
            status: [200, 400, 401, 503][usize::from(first) % 4],
            headers: "content-type: application/json\r\n".to_owned(),
            body: body.to_vec(),
        },
    ));
}

/// A `Retry-After`: understood, or as if it were not there.
///
/// # Panics
/// When a promise is broken.
pub fn retry_after(bytes: &[u8]) {
    let value: String = bytes
        .iter()
        .filter(|byte| matches!(byte, b' '..=b'~'))
        .map(|&byte| char::from(byte))
        .collect();
    let error = answered(
        Operation::ListCards,
        false,
        Told {
            status: 503,
            headers: format!("retry-after: {value}\r\n"),
            body: Vec::new(),
        },
    )
    .expect_err("it is no success");
    assert!(error.is_unavailable());
    if let Some(pause) = error.to_problem().retry_after {
        assert!(pause <= 86_400, "a pause of more than a day");
    }
}
