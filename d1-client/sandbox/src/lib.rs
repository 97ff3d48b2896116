//! A D1 that runs in your own process, answers as documented, and fails on command.
//!
//! Trying the real one takes a contract, a certificate and a slot in staging. This one takes a line:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use d1_sandbox::{Fault, Sandbox, example_card};
//!
//! let sandbox = Sandbox::start().await;
//! sandbox.seed_card("c-1f6e", example_card("card-1"));
//! sandbox.next(Fault::unavailable().retry_after(1));
//!
//! // Any HTTP client gets the answers that D1 documents.
//! let cards = format!("{}/issuers/{}/consumers/c-1f6e/cards", sandbox.banking_url(), sandbox.issuer_id());
//! let http = reqwest::Client::new();
//! let ask = || http.get(&cards).bearer_auth(sandbox.issue_token()).send();
//! assert_eq!(ask().await?.status(), 503);
//! let answer: serde_json::Value = ask().await?.json().await?;
//! assert_eq!(answer["cards"][0]["cardId"], "card-1");
//!
//! // What it was asked is kept for assertions.
//! assert_eq!(sandbox.requests().len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # What it validates by
//! Bodies are validated by the vendor's schemas *as published*, mistakes included: the sandbox does not share the client's
//! types, names or mended patterns. Path and header parameters, which the published documents have lost, are checked by
//! the rules of the vendor's documentation. A request is checked in this order: token (401), parameters (400), issuer
//! (403), body (400), consumer (403 or 404). A 400 names the wrong field in `error`; of several, the first by name.
//!
//! # What it decides where the vendor says nothing
//! - Registering a consumer again overwrites what was stored, and keeps its cards.
//! - An update replaces `personalInformation` and `preferences` whole where they are given, and keeps them where not.
//! - Deleting a consumer that is deleted already answers 404 `UNKNOWN_CONSUMER`: the operation documents no
//!   `CONSUMER_INVALID_STATE`.
//! - A 401 holds `error` and no `errorCode`, as the text above the vendor's table says; the table itself lists one.
//! - A method that a path does not know answers 405, a path that does not exist 404, both without a code.
//! - A body is not required anywhere: none is taken as `{}`.
//! - Version 1 of registering takes any body and stores nothing of it.
//! - The listed languages are prose: any three letters follow the schema. Nothing answers `FIELD_INVALID_VALUE` unless
//!   [told to](Fault::error).
//!
//! # Faults
//! [`Sandbox::next`] queues something to go wrong, [`Sandbox::rate`] lets it go wrong every so often, the same requests
//! for the same seed, and [`Sandbox::drift`] sends what the vendor's API change policy says a client must tolerate.
//! Statuses, delays and clocks: see [`Fault`].
//!
//! # Features
//! `sandbox` is for tests and trials: add it to a dev-dependency. `sandbox-httpmock` mounts it on an
//! `httpmock::MockServer` (`SandboxBuilder::mount`), `sandbox-tls` puts it behind TLS (`SandboxBuilder::tls`).

mod assertion;
mod backend;
mod builder;
mod clock;
mod consumers;
mod drift;
mod endpoint;
mod fault;
#[cfg(feature = "httpmock")]
mod mock_server;
mod parameters;
mod rejection;
mod requests;
mod server;
mod shared;
mod tokens;
mod validation;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

pub use backend::example_card;
pub use builder::SandboxBuilder;
pub use consumers::SandboxConsumer;
pub use endpoint::Endpoint;
pub use fault::Fault;
pub use requests::RecordedRequest;

use builder::Identity;
use drift::Drift;
use endpoint::{AUTH_PATH, BANKING_PATH, BANKING_V1_PATH};
use server::Server;
use shared::{Reply, Shared};

/// A D1 in this process. It stops answering when it is dropped.
///
/// Its `Debug` holds no key, token or personal data.
pub struct Sandbox {
    shared: Arc<Shared>,
    identity: Identity,
    banking_url: String,
    banking_v1_url: String,
    auth_url: String,
    _origin: Origin,
}

/// What serves a sandbox.
enum Origin {
    Own(#[allow(dead_code, reason = "serves until it is dropped")] Server),
    #[cfg(feature = "httpmock")]
    Mounted,
}

impl Sandbox {
    /// Starts one on a free loopback port, with one issuer and a key that it trusts, on the runtime that this is awaited
    /// on.
    ///
    /// # Panics
    /// If there is no loopback port to be had. [`SandboxBuilder::start`] tells that as an error.
    pub async fn start() -> Self {
        Self::builder()
            .start()
            .await
            .expect("there is a free loopback port")
    }

    /// One that is set up first: port, issuers, keys, Click to Pay, token lifetime, latency.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    fn new(shared: Arc<Shared>, identity: Identity, base: &str, origin: Origin) -> Self {
        Self {
            shared,
            identity,
            banking_url: format!("{base}{BANKING_PATH}"),
            banking_v1_url: format!("{base}{BANKING_V1_PATH}"),
            auth_url: format!("{base}{AUTH_PATH}"),
            _origin: origin,
        }
    }

    /// Where the operations are: what comes before `/issuers/…`.
    #[must_use]
    pub fn banking_url(&self) -> &str {
        &self.banking_url
    }

    /// Where version 1 of registering is: what comes before `/issuers/…`.
    #[must_use]
    pub fn banking_v1_url(&self) -> &str {
        &self.banking_v1_url
    }

    /// Where tokens are: what comes before `/oauth2/token`.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        &self.auth_url
    }

    /// The first issuer that it knows.
    #[must_use]
    pub fn issuer_id(&self) -> &str {
        &self.identity.issuer_id
    }

    /// The `kid` of [`signing_key_pem`](Self::signing_key_pem).
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.identity.key_id
    }

    /// A private key that it trusts, made when it was started: P-256, PKCS#8, PEM. Good for nothing else.
    #[must_use]
    pub fn signing_key_pem(&self) -> &str {
        &self.identity.signing_key_pem
    }

    /// A fresh access token of the first issuer, for tests that are not about tokens.
    #[must_use]
    pub fn issue_token(&self) -> String {
        let now = self.shared.clock.now(0);
        let token = self.shared.backend.token_for(&self.identity.issuer_id, now);
        token.unwrap_or_default()
    }

    /// Lets every token that it gave die at once.
    pub fn revoke_tokens(&self) {
        self.shared.backend.tokens().revoke_all();
    }

    /// Trusts assertions signed with this key from now on, a P-256 public key as PEM, in place of another with its `kid`; with
    /// `None`, no more of this `kid`. Tokens that were given stay good: see [`revoke_tokens`](Self::revoke_tokens).
    ///
    /// # Panics
    /// If it is no P-256 public key as PEM (`BEGIN PUBLIC KEY`).
    pub fn set_key<'a>(&self, key_id: impl Into<String>, public_key_pem: impl Into<Option<&'a str>>) {
        let set = self
            .shared
            .backend
            .trust()
            .set_key(key_id.into(), public_key_pem.into());
        set.expect("a P-256 public key as PEM (BEGIN PUBLIC KEY)");
    }

    /// Everyone that it knows, deleted ones included, by issuer and id.
    #[must_use]
    pub fn consumers(&self) -> Vec<SandboxConsumer> {
        self.shared.backend.consumers().all()
    }

    /// The first issuer's consumer of this id, if it knows one.
    #[must_use]
    pub fn consumer(&self, consumer_id: &str) -> Option<SandboxConsumer> {
        let consumers = self.shared.backend.consumers();
        consumers.get(&self.identity.issuer_id, consumer_id).cloned()
    }

    /// Gives the first issuer's consumer a card: a `types::Card`, or any JSON, which is not validated. A consumer that it
    /// does not know is registered by that, without data, as D1 does when a card is registered.
    ///
    /// # Panics
    /// If the card does not serialize, or the consumer is deleted.
    pub fn seed_card(&self, consumer_id: &str, card: impl serde::Serialize) {
        let card = serde_json::to_value(card).expect("a card serializes");
        let mut consumers = self.shared.backend.consumers();
        let seeded = consumers.seed_card(&self.identity.issuer_id, consumer_id, card);
        drop(consumers);
        assert!(seeded, "a deleted consumer gets no card");
    }

    /// The last 10,000 requests that reached it, oldest first, each added when its answer is decided.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.log().all()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.log().clear();
    }

    /// Lets something go wrong with the next request that it is for. What is queued is used up in order.
    pub fn next(&self, fault: Fault) {
        self.shared.faults().queue(fault);
    }

    /// How many queued faults have not happened yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.shared.faults().queued()
    }

    /// Lets something go wrong with `permille` of a thousand requests that it is for: with the same ones, in the order
    /// in which they arrive, for the same seed. What is queued by [`next`](Self::next) goes first.
    pub fn rate(&self, permille: u32, seed: u64, fault: Fault) {
        self.shared.faults().rate(permille, seed, fault);
    }

    /// Drifts every answer with a body from now on: unknown fields, enumerated values and error codes that nobody has
    /// published, fields in another order, optional fields missing. The same answers drift the same way for one seed.
    /// Statuses, and answers that are fault, stay as they are.
    pub fn drift(&self, seed: u64) {
        self.shared.set_drift(Some(Drift::new(seed)));
    }

    /// Ends all fault: the queue, the rates and the drift.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
        self.shared.set_drift(None);
    }

    /// Moves its clock ahead: tokens expire, and the `Date` header says so.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// Moves its clock back.
    pub fn set_back(&self, by: Duration) {
        self.shared.clock.set_back(by);
    }

    /// The answer to a request, with no socket between. Its path begins like that of
    /// [`banking_url`](Self::banking_url) or [`auth_url`](Self::auth_url).
    ///
    /// Latency is not waited for here; an answer that would be lost with its connection is an empty 503.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use d1_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start().await;
    /// let request = http::Request::put("/banking/v2/issuers/is_sandbox/consumers/c-1f6e")
    ///     .header("authorization", format!("Bearer {}", sandbox.issue_token()))
    ///     .header("content-type", "application/json")
    ///     .body(r#"{"personalInformation":{"firstName":"Ada"}}"#.into())
    ///     .expect("a request");
    /// let answer = sandbox.answer(request);
    /// assert_eq!(answer.status(), 400);
    /// let body: serde_json::Value = serde_json::from_slice(answer.body()).expect("JSON");
    /// assert_eq!(body["error"], "personalInformation.lastName");
    /// # }
    /// ```
    #[must_use]
    pub fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let fault = self.shared.draw(&head);
        match self.shared.reply(Request::from_parts(head, body), fault.as_ref()) {
            Reply::Whole(answer) => answer,
            Reply::Half(_) | Reply::Reset => rejection::answer(StatusCode::SERVICE_UNAVAILABLE, Bytes::new()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // A mock server may hold on to it.
        self.shared.stop();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("banking_url", &self.banking_url)
            .field("auth_url", &self.auth_url)
            .field("issuer_id", &self.identity.issuer_id)
            .field("key_id", &self.identity.key_id)
            .finish_non_exhaustive()
    }
}
