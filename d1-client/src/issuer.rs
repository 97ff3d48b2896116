//! The issuer's side: D1 asks for a person of whom it holds no personal information (*Get consumer information*).
//!
//! [`ConsumerInformationService`] is a [`tower_service::Service`] of HTTP requests. It serves with axum, hyper or any other
//! tower stack: the consumers of a [`ConsumerDirectory`], and the token endpoint that D1 fetches its access token from.
//! TLS, and the certificate that D1 presents, are the server's.
//!
//! ```
//! # use std::time::Duration;
//! use d1_client::{IssuerId, issuer::{
//!     ConsumerDirectory, ConsumerInformation, ConsumerInformationService, DirectoryError, IssuedTokens, Lookup,
//! }};
//!
//! struct Crm; // the bank's own directory
//!
//! impl ConsumerDirectory for Crm {
//!     async fn consumer(&self, lookup: Lookup) -> Result<Option<ConsumerInformation>, DirectoryError> {
//!         if lookup.consumer_id.as_str() != "c-1f6e" {
//!             return Ok(None); // 404
//!         }
//!         let person = ConsumerInformation::builder().first_name("Ada").last_name("Lovelace").language("en-GB");
//!         Ok(Some(person.build()?))
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (secret, signing_key) = ("a secret", [7; 32]);
//! let service = ConsumerInformationService::new(IssuerId::new("is_example")?, Crm)
//!     .tokens(IssuedTokens::new("d1", secret, signing_key))
//!     .timeout(Duration::from_secs(2));
//! service.validate()?;
//! // axum::Router::new().fallback_service(service)
//! # Ok(()) }
//! ```
//!
//! # Answers
//! All are JSON, with `Cache-Control: no-store` and an `x-correlation-id`: that of the request, or a new one. An error is
//! `{"error": text}`, and the text holds nothing of the request.
//!
//! | status | when |
//! |---|---|
//! | 200 | the person; a token |
//! | 400 | an id breaks its rule; a token request is not well formed |
//! | 401 | no token, one that is not valid, or expired; a wrong client id or secret |
//! | 404 | the directory knows no such consumer; another issuer; another path |
//! | 405 | another method |
//! | 413 | a token request of more than 8 KiB |
//! | 500 | the directory failed or panicked; the service was set up wrongly |
//! | 503 | the directory is not available, or too slow; too many requests at once. With `Retry-After` |
//!
//! # What is logged
//! A span `d1.issuer` for each request: method, template of the path, status and correlation id. Nothing personal, no
//! consumer id, no token.
//!
//! # From one direction to the other
//! `ConsumerInformation::try_from(&PersonalInformation)` and back; [`Conversion`] for a person without an address.
//! [`check_record`] tells which of the two directions a record passes.

mod answer;
mod directory;
mod guarded;
mod request;
mod service;
mod setup_error;
mod span;
mod tokens;

pub use answer::AnswerBody;
pub use d1_generated::conversion::{Conversion, RecordCheck, check_record};
pub use d1_generated::outbound_consumer_v1::types;
pub use directory::{ConsumerDirectory, DirectoryError, Lookup};
pub use service::{AuthorizationChosen, ConsumerInformationService, NoAuthorization};
pub use setup_error::SetupError;
pub use tokens::IssuedTokens;
pub use types::ConsumerInformation;
