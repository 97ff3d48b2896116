//! A page on each subject, and a [cookbook].
//!
//! The examples are bodies of an `async fn` that returns a `Result`. Tests compile all of them, and run those that need no D1. In a
//! crate of yours they need:
//!
//! ```sh
//! cargo add d1-client --features issuer,prepare,sandbox    # from a clone: add --path d1/d1-client
//! cargo add tokio --features macros,rt-multi-thread
//! cargo add serde --features derive
//! cargo add futures serde_json
//! ```
//!
//! A page names what it needs beyond that.

#[doc = include_str!("guide/authentication.md")]
pub mod authentication {}

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/retries.md")]
pub mod retries {}

#[doc = include_str!("guide/personal_data.md")]
pub mod personal_data {}

#[doc = include_str!("guide/service.md")]
pub mod service {}

#[cfg(feature = "prepare")]
#[doc = include_str!("guide/records.md")]
pub mod records {}

#[doc = include_str!("guide/models.md")]
pub mod models {}

#[doc = include_str!("guide/bulk.md")]
pub mod bulk {}

// Its examples need httpmock, which they find beside the contract tests.
#[cfg(not(doctest))]
#[doc = include_str!("guide/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/cookbook.md")]
pub mod cookbook {
    // Their code needs crates that only its tests have: each is compiled and run there, by the name of its file.

    #[cfg(not(doctest))]
    #[doc = include_str!("guide/cookbook/axum.md")]
    #[doc = "```rust"]
    #[doc = include_str!("guide/cookbook/axum.rs")]
    #[doc = "```"]
    pub mod axum {}

    #[cfg(not(doctest))]
    #[doc = include_str!("guide/cookbook/opentelemetry.md")]
    #[doc = "```rust"]
    #[doc = include_str!("guide/cookbook/opentelemetry.rs")]
    #[doc = "```"]
    pub mod opentelemetry {}

    #[cfg(not(doctest))]
    #[doc = include_str!("guide/cookbook/outbox.md")]
    #[doc = include_str!("guide/cookbook/outbox.sql")]
    #[doc = "```\n\nThe worker (a test kills it at each point, and counts what D1 has):\n\n```rust"]
    #[doc = include_str!("guide/cookbook/outbox.rs")]
    #[doc = "```"]
    pub mod outbox {}

    #[cfg(not(doctest))]
    #[doc = include_str!("guide/cookbook/pkcs11.md")]
    #[doc = "```rust"]
    #[doc = include_str!("guide/cookbook/pkcs11.rs")]
    #[doc = "```"]
    pub mod pkcs11 {}
}
