//! A D1 that runs in your own process, answers as documented, and produces faults on request.
//!
//! The real one needs a contract, a certificate and access to staging. This one needs a line:
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
//! // The requests are kept for assertions. assert_eq!(sandbox.requests().len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Validation
//! Bodies are validated by the vendor's schemas *as published*, mistakes included: the sandbox does not share the
//! client's types, names or corrected patterns. The published documents do not contain the path and header
//! parameters; these are validated by the rules of the vendor's documentation. A request is checked in this order:
//! token (401), parameters (400), issuer (403), body (400), consumer (403 or 404). The `error` of a 400 names the
//! invalid field; of several, the first by name.
//!
//! # Behaviour that the vendor does not document
//! - Registering a consumer again overwrites what was stored, and keeps its cards.
//! - An update replaces `personalInformation` and `preferences` as a whole if they are given, and keeps them if
//!   not.
//! - Deleting a consumer that is deleted already answers 404 `UNKNOWN_CONSUMER`: the operation documents no
//!   `CONSUMER_INVALID_STATE`.
//! - A 401 holds `error` and no `errorCode`, as the text above the vendor's table says; the table itself lists one.
//! - An unknown method of a path is answered with 405, an unknown path with 404, both without a code.
//! - A body is required nowhere: a missing body is read as `{}`.
//! - Version 1 of registering accepts any body and stores nothing of it.
//! - The list of languages is only a description: any three letters are valid by the schema. `FIELD_INVALID_VALUE`
//!   is sent only as a [fault](Fault::error).
//!
//! # Faults
//! [`Sandbox::next`] queues a fault. [`Sandbox::rate`] applies a fault to a share of the requests, to the same ones
//! for the same seed. [`Sandbox::drift`] sends what a client must tolerate by the vendor's API change policy.
//! [`Fault`] has statuses, delays and clocks.
//!
//! # The other direction
//! [`Sandbox::asks`] asks an issuer's own service as D1 does (*Get consumer information*), and validates its answers by the
//! restated document of that direction. [`issuer_conformance`] runs all checks; [`Sandbox::tokenize`] tells the story of a
//! consumer of whom D1 holds no personal information.
//!
//! # Other languages
//! With the feature `control`, [`SandboxBuilder::control`] serves a control API below `/_sandbox/`, described by the OpenAPI
//! document `/_sandbox/openapi.json`: consumers, cards, requests with the reasons of a refusal, faults, clock and reset.
//! `/_sandbox/` itself is a page that shows the same. `d1 sandbox` runs it as a process.
//!
//! # Features
//! - `control`: the control API and the page, `SandboxBuilder::control` and `seed`.
//! - `httpmock`: mounts it on an `httpmock::MockServer`, `SandboxBuilder::mount`.
//! - `tls`: puts it behind TLS, `SandboxBuilder::tls`.
//!
//! It is for tests and trials: depend on it as a dev-dependency. `d1-client` re-exports it behind its feature `sandbox`, with
//! `sandbox-httpmock` and `sandbox-tls` for the last two.

// docs.rs says at each item which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod assertion;
mod backend;
mod builder;
mod clock;
mod consumers;
mod content_type;
#[cfg(feature = "control")]
mod control;
mod drift;
mod endpoint;
mod fault;
mod issuer;
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
pub use issuer::{
    Asked, Check, Conformance, ConformancePlan, Finding, Issuer, Severity, Tokenization,
    broken_outbound_rules, issuer_conformance,
};
pub use requests::{Reason, RecordedRequest, Verdict};

use builder::Identity;
use drift::Drift;
use endpoint::{AUTH_PATH, BANKING_PATH, BANKING_V1_PATH};
use server::Server;
use shared::{Reply, Shared};

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// A D1 in this process. It stops answering when it is dropped.
///
/// Its `Debug` holds no key, token or personal data.
pub struct Sandbox {
    shared: Arc<Shared>,
    identity: Identity,
    banking_url: String,
    banking_v1_url: String,
    auth_url: String,
    #[cfg(feature = "control")]
    control_url: String,
    _origin: Origin,
}

/// What serves a sandbox.
enum Origin {
    Own(#[allow(dead_code, reason = "serves until it is dropped")] Server),
    #[cfg(feature = "httpmock")]
    Mounted,
}

impl Sandbox {
    /// Starts one on a free loopback port, with one issuer and a key that it trusts, on the current runtime.
    ///
    /// # Panics
    /// If no loopback port is free. [`SandboxBuilder::start`] returns that as an error.
    pub async fn start() -> Self {
        Self::builder()
            .start()
            .await
            .expect("there is a free loopback port")
    }

    /// A builder, to set port, issuers, keys, Click to Pay, token lifetime and latency.
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
            #[cfg(feature = "control")]
            control_url: format!("{base}{}", control::PATH),
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

    /// Where the [control API](SandboxBuilder::control) and its page are. It ends with `/`.
    #[cfg(feature = "control")]
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
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

    /// A private key that it trusts, made at its start: P-256, PKCS#8, PEM. It has no other use.
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

    /// Revokes every token that it has issued.
    pub fn revoke_tokens(&self) {
        self.shared.backend.tokens().revoke_all();
    }

    /// From now on trusts assertions signed with this key, a P-256 public key as PEM, in place of another with the
    /// same `kid`. With `None` it no longer trusts this `kid`. Tokens already issued stay valid: see
    /// [`revoke_tokens`](Self::revoke_tokens).
    ///
    /// # Panics
    /// If it is not a P-256 public key as PEM (`BEGIN PUBLIC KEY`).
    pub fn set_key<'a>(&self, key_id: impl Into<String>, public_key_pem: impl Into<Option<&'a str>>) {
        let set = self
            .shared
            .backend
            .trust()
            .set_key(key_id.into(), public_key_pem.into());
        set.expect("a P-256 public key as PEM (BEGIN PUBLIC KEY)");
    }

    /// All consumers that it knows, deleted ones included, by issuer and id.
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

    /// Gives the first issuer's consumer a card: a `types::Card`, or any JSON, which is not validated. An unknown
    /// consumer is thereby registered, without data, as D1 does when a card is registered.
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

    /// The first issuer's own service, at this URL (scheme, host, port), asked as D1 asks it.
    pub fn asks(&self, base_url: impl Into<String>) -> Issuer {
        Issuer::new(base_url, &self.identity.issuer_id)
    }

    /// From now on asks this service when it [tokenizes](Self::tokenize) a card of a consumer of whom it holds no personal
    /// information.
    pub fn set_issuer_service(&self, issuer: Issuer) {
        self.shared.set_issuer_service(issuer);
    }

    /// Tokenizes a card of a consumer, as D1 does when a card is added to a wallet, and tells what it saw: it uses the
    /// personal information that it holds, or asks the service of [`set_issuer_service`](Self::set_issuer_service). A
    /// consumer that is unknown is thereby registered, without data.
    pub async fn tokenize(&self, consumer_id: &str, card_id: &str) -> Tokenization {
        let issuer_id = &self.identity.issuer_id;
        let known = {
            let mut consumers = self.shared.backend.consumers();
            let known = consumers.get(issuer_id, consumer_id);
            let has_card =
                known.is_some_and(|known| known.cards.iter().any(|card| card["cardId"] == card_id));
            if !has_card && !consumers.seed_card(issuer_id, consumer_id, example_card(card_id)) {
                return Tokenization::refused("the consumer is deleted");
            }
            consumers.get(issuer_id, consumer_id).cloned()
        };
        match known {
            Some(known) => Tokenization::of(known, self.shared.issuer_service(), card_id).await,
            None => Tokenization::refused("the consumer is unknown"),
        }
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

    /// Queues a fault for the next request to which it applies. Queued faults are used in order.
    pub fn next(&self, fault: Fault) {
        self.shared.faults().queue(fault);
    }

    /// How many queued faults have not occurred yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.shared.faults().queued()
    }

    /// Applies a fault to `permille` of a thousand requests to which it applies. For the same seed these are the
    /// same requests, in the order in which they arrive. Faults queued by [`next`](Self::next) come first.
    pub fn rate(&self, permille: u32, seed: u64, fault: Fault) {
        self.shared.faults().rate(permille, seed, fault);
    }

    /// From now on changes every answer with a body as the vendor may change it: unknown fields, unpublished
    /// enumerated values and error codes, fields in another order, optional fields missing. For the same seed the
    /// same answers change in the same way. Statuses, and the answers of faults, stay as they are.
    pub fn drift(&self, seed: u64) {
        self.shared.set_drift(Some(Drift::new(seed)));
    }

    /// Ends all faults: the queue, the rates and the drift.
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

    /// The answer to a request, without a socket. Its path begins like that of [`banking_url`](Self::banking_url)
    /// or [`auth_url`](Self::auth_url).
    ///
    /// No latency is added here. An answer that would be lost with its connection is an empty 503.
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
        let fault = self.shared.draw(request.method(), request.uri());
        match self.shared.reply(request, fault.as_ref()) {
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
