//! A client for the Thales D1 consumer API, v2: register, update and delete an end user ("consumer"), list their
//! cards. It is not a product of the vendor.
//!
//! ```no_run
//! use d1_client::{
//!     Client, ConsumerId, Environment, IssuerId, JwtBearer, SigningKey, types::PersonalInformation,
//! };
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let d1 = Client::builder(IssuerId::new("is_example")?)
//!     .environment(Environment::Staging)
//!     .token_source(JwtBearer::new(SigningKey::from_file("kid-1", "signing-key.pem")?))
//!     .identity_files("client-cert.pem", "client-key.pem")
//!     .build()?;
//! let person = PersonalInformation::builder().first_name("Ada").last_name("Lovelace");
//! d1.consumer(ConsumerId::new("c-1f6e")?).register().personal_information(person).send().await?;
//! # Ok(()) }
//! ```
//!
//! - [`Client`] and its [builder](ClientBuilder), or [`Client::from_env`].
//! - [`Consumer`]: the four operations. [`types`]: what they send and return.
//! - [`Error`]: did it happen, why, and shall I try again?
//! - [`auth`]: keys, tokens, sources of your own.
//! - [`bulk`]: many consumers at once.
//! - [`click_to_pay`]: what that service needs to know of a person.
//! - `issuer` (feature): the service that D1 asks for a person of whom it holds no data.
//! - `prepare` (feature): makes a bank's records fit for D1, and reports what was changed.
//! - [`guide`]: a page each on authentication, errors, retries, personal data, your service, the two models, your records, bulk
//!   and testing; and a [cookbook](guide::cookbook): HSM and KMS, OpenTelemetry, axum, an outbox, and more.
//!
//! # Features
//! - `aws-lc-rs` (default) or `ring`: the TLS provider, which also signs assertions and computes pseudonyms.
//! - `build-time-codegen`: the raw client is generated when it is built; without it the committed, identical one is
//!   compiled.
//! - `prepare`: records, with tables of countries, languages and characters; `phone`: their phone numbers, too.
//! - `issuer`: the issuer's side, a service that D1 asks for a person of whom it holds no data.
//! - `raw`: `Client::raw`, the generated client behind this one.
//! - `jiff`, `time`, `chrono`: a date of birth is made from a date of these crates.
//! - `opentelemetry`: each attempt carries the W3C `traceparent` of its span.
//! - `test-util`: [`test_util`], which makes responses and errors for tests without a socket.
//! - `httpmock`: typed mocks of the operations, for tests: [`guide::testing`].
//! - `sandbox`: a D1 in your own process, for tests; `sandbox-httpmock` mounts it on a mock server of yours,
//!   `sandbox-tls` puts it behind TLS.

// docs.rs says at each item which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// Tests in `src` and in `tests` share what they stand on.
#[cfg(test)]
extern crate self as d1_client;

mod attempt;
mod attempt_report;
pub mod auth;
mod base_url;
mod build_error;
mod builder;
pub mod bulk;
mod calendar;
mod call;
mod certificate;
// Without a TLS provider there is no connection to watch.
#[cfg_attr(not(any(feature = "aws-lc-rs", feature = "ring")), allow(dead_code))]
mod certificate_alert;
pub mod click_to_pay;
mod client;
mod connections;
mod consumer;
mod consumer_api;
mod consumer_id;
mod credentials;
mod der;
mod environment;
mod error;
mod error_body;
pub mod guide;
mod headers;
mod identity;
#[cfg(feature = "issuer")]
pub mod issuer;
mod json;
mod names;
mod outcome;
mod pem;
#[cfg(feature = "prepare")]
pub mod prepare;
mod private_key;
mod problem;
mod provider;
#[cfg(feature = "raw")]
mod raw;
mod recent;
mod response;
mod retry;
mod retry_after;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod send_tracker;
mod telemetry;
#[cfg(feature = "test-util")]
pub mod test_util;
mod tls;
mod transport;

pub use attempt_report::Attempt;
pub use auth::{JwtBearer, SigningKey, StaticToken};
pub use build_error::{
    BaseUrl, BuildError, IdentityDefect, ProxyDefect, RootsDefect, TimeoutSetting, UrlDefect, VariableDefect,
};
pub use builder::ClientBuilder;
pub use certificate::CertificateInfo;
pub use client::Client;
pub use consumer::{Cards, Consumer, Delete, Register, RegisterV1, Request, Update, operations};
pub use consumer_api::ConsumerApi;
pub use consumer_id::ConsumerId;
pub use credentials::Credentials;
#[cfg(feature = "httpmock")]
pub use d1_generated::mock;
pub use d1_generated::{
    Invalid, Operation,
    types::{CorrelationId, ErrorCode, IssuerId, Receipt, UserId},
};
pub use environment::{CustomEnvironment, Environment};
pub use error::{Error, ErrorKind, UnreadableAnswer};
pub use outcome::Outcome;
pub use problem::{FieldProblem, Problem};
pub use response::Response;
pub use retry::RetryPolicy;
pub use transport::TransportError;

/// What is sent and received: the types of `d1-generated`, and their builders.
///
/// What we send is checked by the vendor's rules as it is built; what D1 sends is read tolerantly. No `Debug` here shows
/// a value, except what an overlay declared safe (a card's state, for instance).
pub mod types {
    pub use d1_generated::types::*;

    // In place of the generated one, which does not know what looks like a card number.
    pub use crate::ConsumerId;
}
