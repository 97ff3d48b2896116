//! The operations through d1-client, so that a test can range over them.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use d1_client::{
    Client, ClientBuilder, ConsumerId, CorrelationId, Environment, Error, JwtBearer, Operation, Response,
    RetryPolicy, SigningKey, StaticToken,
};
use d1_generated::mock::MockServerExt;
use httpmock::{HttpMockRequest, HttpMockResponse, Method, Mock, MockServer, Then};

use crate::loopback::{CONSUMER, ISSUER, Recorder, TOKEN, consumer_id, issuer};

/// A client of `d1`, ready to be built: its token never changes, and repetitions do not wait.
pub fn builder(d1: &MockServer) -> ClientBuilder {
    let environment = Environment::custom(d1.base_url(), d1.base_url())
        .and_then(|environment| environment.with_consumer_v1(d1.url("/v1")));
    Client::builder(issuer())
        .environment(environment.expect("an environment on loopback"))
        .token_source(StaticToken::new(TOKEN))
        .retry(at_once())
        .no_proxy()
}

/// What [`builder`] builds.
///
/// # Panics
/// If no HTTP client can be built.
#[must_use]
pub fn client(d1: &MockServer) -> Client {
    builder(d1).build().expect("a client")
}

/// The standard policy without pauses.
pub fn at_once() -> RetryPolicy {
    RetryPolicy::standard()
        .initial_backoff(Duration::ZERO)
        .max_retry_after(Duration::ZERO)
}

/// A source that signs with a key of its own and asks the token endpoint.
#[must_use]
pub fn jwt_bearer() -> JwtBearer {
    let key = rcgen::KeyPair::generate().expect("a P-256 key");
    JwtBearer::new(SigningKey::from_pem("kid-1", key.serialize_pem()).expect("a signing key"))
}

/// A token endpoint on `d1` that issues `token-1`, `token-2`, … and keeps what it was asked.
pub fn token_endpoint<'a>(d1: &'a MockServer, recorder: &Recorder) -> Mock<'a> {
    let issued = AtomicU32::new(0);
    d1.mock(|when, then| {
        recorder.watch(when.method(Method::POST).path("/oauth2/token"));
        then.respond_with(move |_: &HttpMockRequest| {
            let number = issued.fetch_add(1, Ordering::Relaxed) + 1;
            HttpMockResponse::builder()
                .status(200)
                .body(format!(
                    r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":900}}"#
                ))
                .build()
        });
    })
}

/// Answers the operation, asked for the one issuer and end user of the tests, as `then` says.
///
/// # Panics
/// For an operation that these tests do not know yet.
pub fn answer<'a>(
    d1: &'a MockServer,
    operation: Operation,
    recorder: &Recorder,
    then: impl FnOnce(Then) -> Then,
) -> Mock<'a> {
    macro_rules! answer {
        ($operation:ident) => {
            d1.$operation(|when, answer| {
                let when = when.issuer_id(&issuer()).consumer_id(&consumer_id());
                recorder.watch(when.into_inner());
                then(answer.into_inner());
            })
        };
    }
    match operation {
        Operation::RegisterConsumer => answer!(register_consumer),
        Operation::ListCards => answer!(list_cards),
        Operation::UpdateConsumer => answer!(update_consumer),
        Operation::DeleteConsumer => answer!(delete_consumer),
        Operation::RegisterConsumerV1 => d1.mock(|when, answer| {
            let path = format!("/v1/issuers/{ISSUER}/consumers/{CONSUMER}");
            recorder.watch(when.method(Method::PUT).path(path));
            then(answer);
        }),
        other => panic!("{other:?} is new"),
    }
}

/// What a success says besides its value.
#[derive(Debug)]
pub struct Done {
    /// The HTTP status.
    pub status: u16,
    /// How many requests it took.
    pub attempts: u32,
    /// What D1 saw them under.
    pub correlation_id: CorrelationId,
}

/// A call of the operation with as little as it takes.
///
/// # Errors
/// Those of the call.
///
/// # Panics
/// For an operation that these tests do not know yet.
pub async fn call(client: &Client, operation: Operation) -> Result<Done, Error> {
    call_as(client, operation, None).await
}

/// The same, under this correlation id.
///
/// # Errors
/// Those of the call.
///
/// # Panics
/// For an operation that these tests do not know yet.
pub async fn call_as(
    client: &Client,
    operation: Operation,
    correlation_id: Option<&str>,
) -> Result<Done, Error> {
    let consumer = client.consumer(ConsumerId::new(CONSUMER).expect("a consumer id"));
    macro_rules! call {
        ($operation:ident) => {{
            let call = consumer.$operation();
            let call = match correlation_id {
                Some(id) => call.correlation_id(id),
                None => call,
            };
            call.send().await.map(|response| done(&response))
        }};
    }
    match operation {
        Operation::RegisterConsumer => call!(register),
        Operation::ListCards => call!(cards),
        Operation::UpdateConsumer => call!(update),
        Operation::DeleteConsumer => call!(delete),
        Operation::RegisterConsumerV1 => call!(register_v1),
        other => panic!("{other:?} is new"),
    }
}

pub(crate) fn done<T>(response: &Response<T>) -> Done {
    Done {
        status: response.status(),
        attempts: response.attempts(),
        correlation_id: response.correlation_id().clone(),
    }
}

/// The error's predicates that hold, by name.
#[must_use]
pub fn predicates(error: &Error) -> Vec<&'static str> {
    type Predicate = fn(&Error) -> bool;
    let all: [(&str, Predicate); 9] = [
        ("is_connect", Error::is_connect),
        ("is_forbidden", Error::is_forbidden),
        ("is_invalid_field", Error::is_invalid_field),
        ("is_invalid_state", Error::is_invalid_state),
        (
            "is_missing_click_to_pay_data",
            Error::is_missing_click_to_pay_data,
        ),
        ("is_timeout", Error::is_timeout),
        ("is_unauthorized", Error::is_unauthorized),
        ("is_unavailable", Error::is_unavailable),
        ("is_unknown_consumer", Error::is_unknown_consumer),
    ];
    all.iter()
        .filter(|(_, holds)| holds(error))
        .map(|(name, _)| *name)
        .collect()
}
