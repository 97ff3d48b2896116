//! Authentication: who proves what to D1, with which key, and what is kept.
//!
//! # Two keys
//!
//! D1 asks for two proofs, and they are often mixed up:
//!
//! | | client certificate | signing key |
//! |---|---|---|
//! | proves | who opens the connection (mutual TLS) | who asks for an access token |
//! | used on | every connection, that to the token endpoint too | the token request only |
//! | kind | RSA-4096 or ECDSA P-256, certificate signed by the vendor from your CSR | ECDSA P-256, no certificate |
//! | you give the vendor | the CSR, one per issuer and environment | the public key |
//! | the vendor gives you | the certificate | a key id (`kid`) |
//! | here | the client builder's identity | [`SigningKey`] or a [`Signer`] of your own |
//!
//! Make a signing key, and print the public key that the vendor registers, with
//!
//! ```sh
//! openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out signing-key.pem
//! openssl pkey -in signing-key.pem -pubout
//! ```
//!
//! or in Rust with [`SigningKey::generate`] and [`SigningKey::public_key_pem`].
//!
//! # From key to token
//!
//! [`JwtBearer`] signs an *assertion* (a JWT, ES256) that says "I am this issuer, believe me for five
//! minutes", and trades it at the token endpoint for a [bearer token](AccessToken) that lives about 15
//! minutes (RFC 7523). An aggregator that acts for several issuers speaks as itself:
//! [`JwtBearer::aggregator_id`].
//!
//! ```no_run
//! use d1_client::auth::{JwtBearer, SigningKey};
//!
//! let key = SigningKey::from_file("kid-1", "signing-key.pem")?;
//! let source = JwtBearer::new(key);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Other sources: a [`StaticToken`] for a first try, an async closure ([`from_fn`]), or any [`TokenSource`].
//!
//! # The key in an HSM or KMS
//!
//! [`Signer`] is one async method: message in, signature out. With it the private key never enters the
//! process. Most services answer with a DER signature, which [`signature_from_der`] turns into the form that
//! a JWT has.
//!
//! # What is cached
//!
//! One token per client, in memory only, in a [`TokenCache`]: shared by all clones of the client, fetched
//! once however many calls wait, renewed ahead of its expiry while calls go on with the old one, and dropped
//! when D1 answers 401 to it. Assertions are never reused. Nothing is written to disk.
//!
//! # Clocks
//!
//! A token's life is counted on the monotonic clock from the moment it was asked for, so that a wrong time of
//! day does not matter. An assertion's `exp` needs the time of day, which is read when it is signed. When the token endpoint
//! refuses one and its `Date` shows that our clock is more than 30 seconds off (or off enough to put `exp` out of bounds),
//! the assertion is signed once more by the server's clock; if that helps, the difference is remembered: until an answer's
//! `Date` agrees with our own clock, or our clock is set, or the machine sleeps. A difference of more than 24 hours is not
//! believed.
//!
//! # What is never shown
//!
//! Tokens, assertions and keys appear in no `Debug`, `Display`, `source()` or log. Errors hold no text that a server sent, but
//! for the OAuth error codes that are registered. Each fetch leaves one `tracing` event with the target `d1.token`: its outcome, whether it was
//! early, how long it took, for how long the token is valid, the correlation id. A signing key that changed, or cannot be
//! read any more, leaves an event `d1.identity`.
//!
//! # What is wiped
//!
//! A program that can read the memory of a process can read its keys while it runs. What it leaves behind is wiped where it is
//! this crate's:
//!
//! | what | wiped |
//! |---|---|
//! | PEM files that the crate reads, texts that it is handed (`String`, `Vec<u8>`), what it decodes of them | yes |
//! | a text that it is lent (`&str`) | no: it is the caller's |
//! | the private keys, in the TLS provider | by `aws-lc-rs`, when the last user is dropped; by `ring` not |
//! | assertions and the form they are sent in | yes |
//! | the token, and the token endpoint's answer as it is read here | yes, when the last clone is dropped |
//! | the `Authorization` line, the form and the answer in the buffers of reqwest, hyper, h2 and rustls, and of the kernel | no |
//! | what the compiler leaves of a key on the stack or in registers | no |
//!
mod assertion;
mod cache;
mod clock;
#[cfg(test)]
mod clock_tests;
mod doubt;
mod error;
mod grant;
mod in_flight_fetch;
mod jwt_bearer;
mod key_error;
mod key_files;
mod loaded_key;
mod oauth_error;
mod request;
mod schedule;
mod signer;
mod signing_key;
mod skew;
mod source;
mod token;

pub(crate) use clock::Clock;

pub use cache::TokenCache;
pub use error::{TokenError, TokenErrorKind};
pub use futures_core::future::BoxFuture;
pub use jwt_bearer::JwtBearer;
pub use key_error::KeyError;
pub use request::TokenRequest;
pub use signer::{Signer, SignerError, signature_from_der};
pub use signing_key::SigningKey;
pub use source::{FromFn, StaticToken, TokenSource, from_fn};
pub use token::AccessToken;

pub use crate::pem::{PemDefect, PemPlace, PemText};
