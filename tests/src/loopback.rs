//! A D1 on loopback: who calls it, how, and what it was sent.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use d1_generated::{
    Client,
    hooks::{Authorize, Authorizer},
    types::{ConsumerId, IssuerId},
};
use httpmock::{HttpMockRequest, MockServer, When};
use reqwest::header::{AUTHORIZATION, HeaderValue};

/// The issuer that calls: ten characters, one of them an underscore, as real ones have.
pub const ISSUER: &str = "is_example";

/// The end user that the calls are about.
pub const CONSUMER: &str = "c-1f6e";

/// The token that every request carries.
pub const TOKEN: &str = "token-of-the-contract-tests";

/// [`ISSUER`] as a mock takes it.
#[must_use]
pub fn issuer() -> IssuerId {
    IssuerId::new(ISSUER).expect("an issuer id")
}

/// [`CONSUMER`] as a mock takes it.
#[must_use]
pub fn consumer_id() -> ConsumerId {
    ConsumerId::new(CONSUMER).expect("a consumer id")
}

/// A client of `d1` with a bearer token.
#[must_use]
pub fn client(d1: &MockServer) -> Client {
    client_at(&d1.base_url())
}

/// A client of the server at `base_url` with a bearer token.
///
/// # Panics
/// When no HTTP client can be had.
#[must_use]
pub fn client_at(base_url: &str) -> Client {
    let http = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    Client::new_with_client(base_url, http, Authorizer::new(Bearer))
}

/// Puts [`TOKEN`] on each request.
struct Bearer;

impl Authorize for Bearer {
    fn authorize<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
    ) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async move {
            let value = HeaderValue::from_str(&format!("Bearer {TOKEN}"));
            let value = value.map_err(|_| "the token is not a valid header value".to_owned())?;
            request.headers_mut().insert(AUTHORIZATION, value);
            Ok(())
        })
    }
}

/// Keeps the requests that a mock answered, as they came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<HttpMockRequest>>>);

impl Recorder {
    /// Keeps what matches everything that `when` asks for so far.
    pub fn watch(&self, when: When) {
        let requests = Arc::clone(&self.0);
        let keep = move |request: &HttpMockRequest| {
            let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
            requests.push(request.clone());
            true
        };
        drop(when.is_true(keep));
    }

    /// How many requests were kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The requests that were kept, the first one first.
    #[must_use]
    pub fn all(&self) -> Vec<HttpMockRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one request that was kept.
    ///
    /// # Panics
    /// When there was none, or more than one.
    #[must_use]
    pub fn only(&self) -> HttpMockRequest {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(requests.len(), 1, "one request was to be sent");
        requests[0].clone()
    }
}
